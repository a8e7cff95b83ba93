package awsfake_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/google/go-cmp/cmp"

	"orgaudit/internal/awsfake"
)

// organizationError is what a refused configuration gets from Organizations.
func organizationError(t *testing.T, config aws.Config) error {
	t.Helper()
	_, err := organizations.NewFromConfig(config).ListRoots(t.Context(), &organizations.ListRootsInput{})
	return err
}

func TestDescribeOrganization(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	for _, config := range []aws.Config{f.admin(), f.in(t, shop, "AuditRole")} {
		out, err := organizations.NewFromConfig(config).DescribeOrganization(t.Context(), &organizations.DescribeOrganizationInput{})
		if err != nil {
			t.Fatal(err)
		}
		got := []string{*out.Organization.Id, *out.Organization.Arn, *out.Organization.MasterAccountId, *out.Organization.MasterAccountArn, string(out.Organization.FeatureSet)}
		want := []string{
			"o-exampleorg1", "arn:aws:organizations::111122223333:organization/o-exampleorg1",
			management, "arn:aws:organizations::111122223333:account/o-exampleorg1/111122223333", "ALL",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("organization (-want +got):\n%s", diff)
		}
	}
}

func TestWhoMayCallOrganizations(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	for _, c := range []struct {
		name   string
		config aws.Config
		says   string // empty: allowed
	}{
		{"management account", f.admin(), ""},
		{"delegated administrator", f.in(t, security, "Admin"), ""},
		{"member account", f.in(t, shop, "AuditRole"), "You don't have permissions to access this resource."},
		{"user without permission", f.with("AKIAEXAMPLEBOB000001", "secret-of-bob", ""), "because no identity-based policy allows the organizations:ListRoots action"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := organizationError(t, c.config)
			if c.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantCode(t, err, "AccessDeniedException")
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %q, want it to say %q", err, c.says)
			}
		})
	}
}

func TestTree(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{PageSize: 1})
	client := organizations.NewFromConfig(f.admin())

	roots, _ := collect(t, organizations.NewListRootsPaginator(client, &organizations.ListRootsInput{}),
		func(o *organizations.ListRootsOutput) []types.Root { return o.Roots })
	if len(roots) != 1 || *roots[0].Arn != "arn:aws:organizations::111122223333:root/o-exampleorg1/r-ab12" || len(roots[0].PolicyTypes) != 2 {
		t.Fatalf("got roots %v", roots)
	}

	units, pages := collect(t, organizations.NewListOrganizationalUnitsForParentPaginator(client,
		&organizations.ListOrganizationalUnitsForParentInput{ParentId: aws.String(rootID)}),
		func(o *organizations.ListOrganizationalUnitsForParentOutput) []types.OrganizationalUnit {
			return o.OrganizationalUnits
		})
	var got []string
	for _, u := range units {
		got = append(got, *u.Id+" "+*u.Name+" "+*u.Arn+" "+*u.Path)
	}
	want := []string{
		"ou-ab12-workload Workloads arn:aws:organizations::111122223333:ou/o-exampleorg1/ou-ab12-workload o-exampleorg1/r-ab12/ou-ab12-workload/",
		"ou-ab12-sandbox0 Sandbox arn:aws:organizations::111122223333:ou/o-exampleorg1/ou-ab12-sandbox0 o-exampleorg1/r-ab12/ou-ab12-sandbox0/",
	}
	if diff := cmp.Diff(want, got); diff != "" || pages != 2 {
		t.Errorf("units in %d pages (-want +got):\n%s", pages, diff)
	}

	children, _ := collect(t, organizations.NewListChildrenPaginator(client,
		&organizations.ListChildrenInput{ParentId: aws.String(rootID), ChildType: types.ChildTypeAccount}),
		func(o *organizations.ListChildrenOutput) []types.Child { return o.Children })
	if len(children) != 3 || *children[0].Id != management {
		t.Errorf("got %d children of the root, want the three accounts beside all units", len(children))
	}

	parents, err := client.ListParents(t.Context(), &organizations.ListParentsInput{ChildId: aws.String(shop)})
	if err != nil || *parents.Parents[0].Id != workloadsID || parents.Parents[0].Type != types.ParentTypeOrganizationalUnit {
		t.Errorf("got parents %v, %v", parents, err)
	}
	unit, err := client.DescribeOrganizationalUnit(t.Context(), &organizations.DescribeOrganizationalUnitInput{OrganizationalUnitId: aws.String(sandboxID)})
	if err != nil || *unit.OrganizationalUnit.Name != "Sandbox" {
		t.Errorf("got unit %v, %v", unit, err)
	}
}

func TestAccounts(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	client := organizations.NewFromConfig(f.admin())
	accounts, pages := collect(t, organizations.NewListAccountsPaginator(client, &organizations.ListAccountsInput{}),
		func(o *organizations.ListAccountsOutput) []types.Account { return o.Accounts })
	if len(accounts) != 5 || pages != 3 {
		t.Fatalf("got %d accounts in %d pages, want 5 in 3", len(accounts), pages)
	}
	one := accounts[1]
	got := []string{*one.Id, *one.Name, *one.Email, *one.Arn, string(one.State), string(one.Status), string(one.JoinedMethod), one.Paths[0]}
	want := []string{
		shop, "shop", "shop@example.com", "arn:aws:organizations::111122223333:account/o-exampleorg1/222233334444",
		"ACTIVE", "ACTIVE", "CREATED", "o-exampleorg1/r-ab12/ou-ab12-workload/222233334444/",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("account (-want +got):\n%s", diff)
	}
	if !one.JoinedTimestamp.Equal(created) {
		t.Errorf("joined at %s, want %s", one.JoinedTimestamp, created)
	}
	if a := accounts[4]; a.State != types.AccountStateClosed || a.Status != types.AccountStatusSuspended {
		t.Errorf("closed account has state %s and status %s", a.State, a.Status)
	}
	inUnit, _ := collect(t, organizations.NewListAccountsForParentPaginator(client,
		&organizations.ListAccountsForParentInput{ParentId: aws.String(workloadsID)}),
		func(o *organizations.ListAccountsForParentOutput) []types.Account { return o.Accounts })
	if len(inUnit) != 1 || *inUnit[0].Id != shop {
		t.Errorf("got %v in Workloads", inUnit)
	}
	described, err := client.DescribeAccount(t.Context(), &organizations.DescribeAccountInput{AccountId: aws.String(sandbox)})
	if err != nil || *described.Account.Name != "sandbox" {
		t.Errorf("got %v, %v", described, err)
	}
}

func TestTags(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{PageSize: 1})
	client := organizations.NewFromConfig(f.admin())
	for id, want := range map[string][]string{
		shop:        {"costs=4711", "environment=production"},
		workloadsID: {"owner=platform"},
		sandbox:     nil,
	} {
		tags, _ := collect(t, organizations.NewListTagsForResourcePaginator(client, &organizations.ListTagsForResourceInput{ResourceId: aws.String(id)}),
			func(o *organizations.ListTagsForResourceOutput) []types.Tag { return o.Tags })
		var got []string
		for _, tag := range tags {
			got = append(got, *tag.Key+"="+*tag.Value)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("tags of %s (-want +got):\n%s", id, diff)
		}
	}
}

func TestOrganizationPolicies(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{PageSize: 1})
	client := organizations.NewFromConfig(f.admin())
	filter := types.PolicyTypeServiceControlPolicy
	policies, pages := collect(t, organizations.NewListPoliciesPaginator(client, &organizations.ListPoliciesInput{Filter: filter}),
		func(o *organizations.ListPoliciesOutput) []types.PolicySummary { return o.Policies })
	var got []string
	for _, p := range policies {
		got = append(got, *p.Arn)
	}
	want := []string{
		"arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
		"arn:aws:organizations::111122223333:policy/o-exampleorg1/service_control_policy/p-denyreports",
	}
	if diff := cmp.Diff(want, got); diff != "" || pages != 2 {
		t.Errorf("policies in %d pages (-want +got):\n%s", pages, diff)
	}
	none, err := client.ListPolicies(t.Context(), &organizations.ListPoliciesInput{Filter: types.PolicyTypeTagPolicy})
	if err != nil || len(none.Policies) != 0 {
		t.Errorf("got tag policies %v, %v", none, err)
	}
	described, err := client.DescribePolicy(t.Context(), &organizations.DescribePolicyInput{PolicyId: aws.String("p-denyreports")})
	if err != nil || *described.Policy.Content != string(deny("iam:GenerateCredentialReport", "access-analyzer:*")) {
		t.Errorf("got policy %v, %v", described, err)
	}
	targets, pages := collect(t, organizations.NewListTargetsForPolicyPaginator(client,
		&organizations.ListTargetsForPolicyInput{PolicyId: aws.String("p-FullAWSAccess")}),
		func(o *organizations.ListTargetsForPolicyOutput) []types.PolicyTargetSummary { return o.Targets })
	if len(targets) != 8 || pages != 8 || targets[0].Type != types.TargetTypeRoot ||
		targets[1].Type != types.TargetTypeOrganizationalUnit || targets[7].Type != types.TargetTypeAccount {
		t.Errorf("got targets %v in %d pages", targets, pages)
	}
	attached, _ := collect(t, organizations.NewListPoliciesForTargetPaginator(client,
		&organizations.ListPoliciesForTargetInput{TargetId: aws.String(sandboxID), Filter: filter}),
		func(o *organizations.ListPoliciesForTargetOutput) []types.PolicySummary { return o.Policies })
	if len(attached) != 2 {
		t.Errorf("got %d policies of Sandbox, want 2", len(attached))
	}
}

func TestDelegation(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{PageSize: 1})
	client := organizations.NewFromConfig(f.admin())
	for principal, want := range map[string]int{"": 1, "account.amazonaws.com": 1, "config.amazonaws.com": 0} {
		in := &organizations.ListDelegatedAdministratorsInput{}
		if principal != "" {
			in.ServicePrincipal = aws.String(principal)
		}
		got, _ := collect(t, organizations.NewListDelegatedAdministratorsPaginator(client, in),
			func(o *organizations.ListDelegatedAdministratorsOutput) []types.DelegatedAdministrator {
				return o.DelegatedAdministrators
			})
		if len(got) != want || want > 0 && (*got[0].Id != security || !got[0].DelegationEnabledDate.Equal(created)) {
			t.Errorf("delegated administrators for %q: %v", principal, got)
		}
	}
	services, pages := collect(t, organizations.NewListDelegatedServicesForAccountPaginator(client,
		&organizations.ListDelegatedServicesForAccountInput{AccountId: aws.String(security)}),
		func(o *organizations.ListDelegatedServicesForAccountOutput) []types.DelegatedService {
			return o.DelegatedServices
		})
	if len(services) != 2 || pages != 2 {
		t.Errorf("got services %v in %d pages", services, pages)
	}
	trusted, _ := collect(t, organizations.NewListAWSServiceAccessForOrganizationPaginator(client,
		&organizations.ListAWSServiceAccessForOrganizationInput{}),
		func(o *organizations.ListAWSServiceAccessForOrganizationOutput) []types.EnabledServicePrincipal {
			return o.EnabledServicePrincipals
		})
	if len(trusted) != 2 || *trusted[1].ServicePrincipal != "iam.amazonaws.com" {
		t.Errorf("got trusted services %v", trusted)
	}
}

func TestOrganizationsErrors(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	client := organizations.NewFromConfig(f.admin())
	nobody := aws.String("999999999999")
	unit := aws.String("ou-ab12-nothing0")
	for _, c := range []struct {
		code string
		call func() error
	}{
		{"AccountNotFoundException", func() error {
			_, err := client.DescribeAccount(t.Context(), &organizations.DescribeAccountInput{AccountId: nobody})
			return err
		}},
		{"OrganizationalUnitNotFoundException", func() error {
			_, err := client.DescribeOrganizationalUnit(t.Context(), &organizations.DescribeOrganizationalUnitInput{OrganizationalUnitId: unit})
			return err
		}},
		{"ParentNotFoundException", func() error {
			_, err := client.ListAccountsForParent(t.Context(), &organizations.ListAccountsForParentInput{ParentId: unit})
			return err
		}},
		{"ChildNotFoundException", func() error {
			_, err := client.ListParents(t.Context(), &organizations.ListParentsInput{ChildId: nobody})
			return err
		}},
		{"PolicyNotFoundException", func() error {
			_, err := client.ListTargetsForPolicy(t.Context(), &organizations.ListTargetsForPolicyInput{PolicyId: aws.String("p-nothing00")})
			return err
		}},
		{"TargetNotFoundException", func() error {
			_, err := client.ListTagsForResource(t.Context(), &organizations.ListTagsForResourceInput{ResourceId: nobody})
			return err
		}},
		{"AccountNotRegisteredException", func() error {
			_, err := client.ListDelegatedServicesForAccount(t.Context(), &organizations.ListDelegatedServicesForAccountInput{AccountId: aws.String(shop)})
			return err
		}},
		{"InvalidInputException", func() error {
			_, err := client.ListAccounts(t.Context(), &organizations.ListAccountsInput{NextToken: aws.String("x")})
			return err
		}},
		{"InvalidInputException", func() error {
			_, err := client.ListPolicies(t.Context(), &organizations.ListPoliciesInput{Filter: "NONE"})
			return err
		}},
		{"UnknownOperationException", func() error {
			_, err := client.ListHandshakesForOrganization(t.Context(), &organizations.ListHandshakesForOrganizationInput{})
			return err
		}},
	} {
		t.Run(c.code, func(t *testing.T) { wantCode(t, c.call(), c.code) })
	}
}

func TestOrganizationResourcePolicy(t *testing.T) {
	w := newWorld()
	_, err := organizations.NewFromConfig(start(t, w, awsfake.Options{}).admin()).DescribeResourcePolicy(t.Context(), nil)
	wantCode(t, err, "ResourcePolicyNotFoundException")
	w = newWorld()
	w.Organization.ResourcePolicy = json.RawMessage(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "` +
		security + `"}, "Action": "organizations:List*", "Resource": "*"}}`)
	out, err := organizations.NewFromConfig(start(t, w, awsfake.Options{}).admin()).DescribeResourcePolicy(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if *out.ResourcePolicy.Content != string(w.Organization.ResourcePolicy) {
		t.Errorf("content %s, want it as the world has it", *out.ResourcePolicy.Content)
	}
	if got, want := *out.ResourcePolicy.ResourcePolicySummary.Arn, "arn:aws:organizations::111122223333:resourcepolicy/o-exampleorg1/rp-exampleorg1"; got != want {
		t.Errorf("ARN %s, want %s", got, want)
	}
}
