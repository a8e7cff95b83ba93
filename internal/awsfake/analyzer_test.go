package awsfake_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer/types"
	"github.com/google/go-cmp/cmp"

	"orgaudit/internal/awsfake"
)

// analyzerError is what a refused configuration gets from Access Analyzer.
func analyzerError(t *testing.T, config aws.Config) error {
	t.Helper()
	_, err := accessanalyzer.NewFromConfig(config).ListAnalyzers(t.Context(), &accessanalyzer.ListAnalyzersInput{})
	return err
}

func TestAnalyzersByRegion(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	config := f.in(t, shop, "AuditRole")
	for _, c := range []struct {
		region string
		names  []string
		code   string
	}{
		{region: "us-east-1"},
		{region: "eu-south-1", names: []string{"arn:aws:access-analyzer:eu-south-1:222233334444:analyzer/south"}},
		{region: "af-south-1", code: "UnrecognizedClientException"},
		{region: "xx-nowhere-1", code: "UnrecognizedClientException"},
	} {
		t.Run(c.region, func(t *testing.T) {
			config.Region = c.region
			out, err := accessanalyzer.NewFromConfig(config).ListAnalyzers(t.Context(), &accessanalyzer.ListAnalyzersInput{})
			if c.code != "" {
				wantCode(t, err, c.code)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, a := range out.Analyzers {
				got = append(got, *a.Arn)
				if !a.CreatedAt.Equal(created) || a.Status != types.AnalyzerStatusActive {
					t.Errorf("got analyzer %v", a)
				}
			}
			if diff := cmp.Diff(c.names, got); diff != "" {
				t.Errorf("analyzers (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnalyzersByType(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	client := accessanalyzer.NewFromConfig(f.in(t, security, "Admin"))
	for kind, want := range map[types.Type]int{"": 1, types.TypeOrganization: 1, types.TypeAccount: 0} {
		out, err := client.ListAnalyzers(t.Context(), &accessanalyzer.ListAnalyzersInput{Type: kind})
		if err != nil || len(out.Analyzers) != want {
			t.Errorf("type %q: got %v, %v, want %d", kind, out, err, want)
		}
	}
	got, err := client.GetAnalyzer(t.Context(), &accessanalyzer.GetAnalyzerInput{AnalyzerName: aws.String("organization")})
	if err != nil || got.Analyzer.Type != types.TypeOrganization {
		t.Errorf("got %v, %v", got, err)
	}
}

const organizationAnalyzer = "arn:aws:access-analyzer:us-east-1:444455556666:analyzer/organization"

func TestFindings(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	client := accessanalyzer.NewFromConfig(f.in(t, security, "Admin"))
	for _, c := range []struct {
		name   string
		filter map[string]types.Criterion
		want   int
		pages  int
	}{
		{"all", nil, 5, 3},
		{"active", map[string]types.Criterion{"status": {Eq: []string{"ACTIVE"}}}, 4, 2},
		{"not active", map[string]types.Criterion{"status": {Neq: []string{"ACTIVE"}}}, 1, 1},
		{"of an account", map[string]types.Criterion{"resourceOwnerAccount": {Eq: []string{shop}}}, 5, 3},
		{"of another account", map[string]types.Criterion{"resourceOwnerAccount": {Eq: []string{sandbox}}}, 0, 1},
		{"of accounts, named twice", map[string]types.Criterion{"resourceOwnerAccount": {Eq: []string{sandbox, shop, shop}}}, 5, 3},
		{"active ones of an account", map[string]types.Criterion{"resourceOwnerAccount": {Eq: []string{shop}}, "status": {Eq: []string{"ACTIVE"}}}, 4, 2},
		{"about users", map[string]types.Criterion{"resource": {Contains: []string{":user/"}}}, 2, 1},
		{"public", map[string]types.Criterion{"isPublic": {Eq: []string{"true"}}}, 1, 1},
		{"not public", map[string]types.Criterion{"isPublic": {Eq: []string{"false"}}}, 4, 2},
		{"both", map[string]types.Criterion{"status": {Eq: []string{"ARCHIVED"}}, "resource": {Contains: []string{":user/"}}}, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, pages := collect(t, accessanalyzer.NewListFindingsV2Paginator(client,
				&accessanalyzer.ListFindingsV2Input{AnalyzerArn: aws.String(organizationAnalyzer), Filter: c.filter}),
				func(o *accessanalyzer.ListFindingsV2Output) []types.FindingSummaryV2 { return o.Findings })
			if len(got) != c.want || pages != c.pages {
				t.Errorf("got %d findings in %d pages, want %d in %d", len(got), pages, c.want, c.pages)
			}
		})
	}
}

func TestArchiveRules(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{PageSize: 1})
	client := accessanalyzer.NewFromConfig(f.in(t, security, "Admin"))
	got, pages := collect(t, accessanalyzer.NewListArchiveRulesPaginator(client,
		&accessanalyzer.ListArchiveRulesInput{AnalyzerName: aws.String("organization")}),
		func(o *accessanalyzer.ListArchiveRulesOutput) []types.ArchiveRuleSummary { return o.ArchiveRules })
	if len(got) != 2 || pages != 2 {
		t.Fatalf("got %d rules in %d pages, want 2 in 2", len(got), pages)
	}
	first, second := got[0], got[1]
	if *first.RuleName != "vendors" || !first.CreatedAt.Equal(created) || !first.UpdatedAt.Equal(*at(1)) {
		t.Errorf("first rule: %v", first)
	}
	if diff := cmp.Diff([]string{"999988887777"}, first.Filter["principal.AWS"].Contains); diff != "" || first.Filter["principal.AWS"].Exists != nil {
		t.Errorf("filter of the first rule %v (-want +got):\n%s", first.Filter, diff)
	}
	if e := second.Filter["error"].Exists; e == nil || *e {
		t.Errorf("filter of the second rule: %v", second.Filter)
	}
}

func TestFindingDetails(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	client := accessanalyzer.NewFromConfig(f.in(t, security, "Admin"))
	details := func(n string) []types.FindingDetails {
		out, err := client.GetFindingV2(t.Context(), &accessanalyzer.GetFindingV2Input{
			AnalyzerArn: aws.String(organizationAnalyzer), Id: aws.String("11111111-0000-4000-8000-00000000000" + n),
		})
		if err != nil {
			t.Fatal(err)
		}
		return out.FindingDetails
	}
	external, ok := details("1")[0].(*types.FindingDetailsMemberExternalAccessDetails)
	if !ok || external.Value.Principal["AWS"] != "999988887777" || external.Value.Action[0] != "sts:AssumeRole" || *external.Value.IsPublic {
		t.Errorf("external access: %v", external)
	}
	if role, ok := details("2")[0].(*types.FindingDetailsMemberUnusedIamRoleDetails); !ok || role.Value.LastAccessed != nil {
		t.Errorf("unused role: %v", role)
	}
	key, ok := details("3")[0].(*types.FindingDetailsMemberUnusedIamUserAccessKeyDetails)
	if !ok || *key.Value.AccessKeyId != "AKIAEXAMPLEDAVE00001" || !key.Value.LastAccessed.Equal(*at(30)) {
		t.Errorf("unused key: %v", key)
	}
	services := map[string]int{}
	for _, d := range details("4") {
		p, ok := d.(*types.FindingDetailsMemberUnusedPermissionDetails)
		if !ok {
			t.Fatalf("unused permission: %v", d)
		}
		services[*p.Value.ServiceNamespace] = len(p.Value.Actions)
	}
	if diff := cmp.Diff(map[string]int{"s3": 2, "ec2": 1}, services); diff != "" {
		t.Errorf("unused permissions (-want +got):\n%s", diff)
	}
	if _, ok := details("5")[0].(*types.FindingDetailsMemberUnusedIamUserPasswordDetails); !ok {
		t.Error("unused password has other details")
	}
}

func TestAnalyzerErrors(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	client := accessanalyzer.NewFromConfig(f.in(t, security, "Admin"))
	nothing := aws.String("arn:aws:access-analyzer:us-east-1:444455556666:analyzer/nothing")
	_, err := client.ListFindingsV2(t.Context(), &accessanalyzer.ListFindingsV2Input{AnalyzerArn: nothing})
	wantCode(t, err, "ResourceNotFoundException")
	_, err = client.GetFindingV2(t.Context(), &accessanalyzer.GetFindingV2Input{AnalyzerArn: aws.String(organizationAnalyzer), Id: aws.String("x")})
	wantCode(t, err, "ResourceNotFoundException")
	_, err = client.ListFindingsV2(t.Context(), &accessanalyzer.ListFindingsV2Input{
		AnalyzerArn: aws.String(organizationAnalyzer), Filter: map[string]types.Criterion{"colour": {Eq: []string{"red"}}},
	})
	wantCode(t, err, "ValidationException")
	_, err = client.ListFindingsV2(t.Context(), &accessanalyzer.ListFindingsV2Input{AnalyzerArn: aws.String(organizationAnalyzer), NextToken: aws.String("x")})
	wantCode(t, err, "ValidationException")
	_, err = client.ListArchiveRules(t.Context(), &accessanalyzer.ListArchiveRulesInput{AnalyzerName: aws.String("nothing")})
	wantCode(t, err, "ResourceNotFoundException")
	_, err = client.GetArchiveRule(t.Context(), &accessanalyzer.GetArchiveRuleInput{AnalyzerName: aws.String("organization"), RuleName: aws.String("x")})
	wantCode(t, err, "UnknownOperationException")
}
