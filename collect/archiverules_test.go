package collect_test

import (
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// TestRunArchiveRules checks that archive rules come in an order and in words of their own,
// and that rules that may not be listed hide neither the analyzer nor its findings.
func TestRunArchiveRules(t *testing.T) {
	const region = "eu-north-1" // where the organization has no analyzer of external access
	yes := true
	world := func() *awsfake.World {
		w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
		logs := &w.Accounts[logsPlace]
		finding := awsfake.Finding{ID: "11111111-0000-4000-8000-000000000001", Type: "ExternalAccess", Status: "ACTIVE", Public: true,
			Resource: "arn:aws:s3:::bucket", ResourceType: "AWS::S3::Bucket", Account: logs.ID, Created: now, Updated: now, Analyzed: now}
		closed := finding
		closed.ID, closed.Public = "11111111-0000-4000-8000-000000000002", false
		logs.Analyzers = []awsfake.Analyzer{{Region: region, Name: "own", Type: "ACCOUNT", Status: "ACTIVE", Created: logs.Joined,
			Findings: []awsfake.Finding{finding, closed},
			ArchiveRules: []awsfake.ArchiveRule{
				{Name: "vendors", Created: now, Updated: now, Filter: map[string]awsfake.Criterion{
					"resourceType":  {Eq: []string{"AWS::S3::Bucket", "AWS::IAM::Role"}},
					"principal.AWS": {Contains: []string{"999988887777"}, Neq: []string{"*"}},
				}},
				{Name: "errors", Created: now, Updated: now, Filter: map[string]awsfake.Criterion{"error": {Exists: &yes}}},
			}}}
		return w
	}
	collected := func(t *testing.T, w *awsfake.World) (*collect.Evidence, collect.Analyzer) {
		t.Helper()
		id := w.Accounts[logsPlace].ID
		ev := evidence(t, run(t, only(start(t, w, awsfake.Options{PageSize: 1, Now: clock}).options(t), id)), id)
		for _, r := range ev.Analyzers {
			if r.Region == region && len(r.Analyzers) == 1 {
				return ev, r.Analyzers[0]
			}
		}
		t.Fatalf("analyzers %+v, want one in %s", ev.Analyzers, region)
		return nil, collect.Analyzer{}
	}
	t.Run("read", func(t *testing.T) {
		_, analyzer := collected(t, world())
		want := []collect.ArchiveRule{
			{Name: "errors", Created: now, Updated: now, Filter: map[string][]string{"error": {"exists true"}}},
			{Name: "vendors", Created: now, Updated: now, Filter: map[string][]string{
				"resourceType":  {"eq AWS::IAM::Role", "eq AWS::S3::Bucket"},
				"principal.AWS": {"contains 999988887777", "neq *"},
			}},
		}
		if diff := gocmp.Diff(want, analyzer.ArchiveRules); diff != "" {
			t.Errorf("archive rules differ (-want +got):\n%s", diff)
		}
	})
	t.Run("denied", func(t *testing.T) {
		w := world()
		grant(t, &w.Accounts[logsPlace], slices.DeleteFunc(everyAction(), func(a string) bool { return a == "access-analyzer:ListArchiveRules" }))
		ev, analyzer := collected(t, w)
		want := []org.Gap{{Section: collect.AnalyzersSection, Region: region, Subject: analyzer.ARN, Cause: org.DeniedByRole}}
		if diff := gocmp.Diff(want, gapsOf(ev)); diff != "" {
			t.Errorf("gaps differ (-want +got):\n%s", diff)
		}
		if _, missing := ev.MissingOf(collect.AnalyzersSection, analyzer.ARN); !missing {
			t.Error("the archive rules of the analyzer are not missing")
		}
		if gap, missing := ev.MissingIn(collect.AnalyzersSection, region); missing {
			t.Errorf("the analyzers of the region are missing: %+v", gap)
		}
		public := map[string]bool{}
		for _, f := range analyzer.Findings {
			public[f.ID] = f.Public
		}
		if want := map[string]bool{"11111111-0000-4000-8000-000000000001": true, "11111111-0000-4000-8000-000000000002": false}; !gocmp.Equal(want, public) {
			t.Errorf("findings and whether they are public: %v, want %v", public, want)
		}
	})
	t.Run("denied for the organization's", func(t *testing.T) {
		w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
		security := &w.Accounts[securityPlace]
		grant(t, security, slices.DeleteFunc(everyAction(), func(a string) bool { return a == "access-analyzer:ListArchiveRules" }))
		folder := run(t, start(t, w, awsfake.Options{Now: clock}).options(t))
		analyzers, err := folder.Analyzers()
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]bool{}
		for i := range security.Analyzers {
			if z := &security.Analyzers[i]; z.Type != "ACCOUNT_UNUSED_ACCESS" {
				want[analyzerARN(security, z)] = true
			}
		}
		got := map[string]bool{}
		for _, g := range analyzers.Gaps {
			if diff := gocmp.Diff(org.Gap{Section: collect.OrganizationAnalyzersSection, Account: security.ID, Cause: org.DeniedByRole}, g,
				cmpopts.IgnoreFields(org.Gap{}, "Region", "Subject", "Operation", "Code", "RequestID", "Message", "At")); diff != "" {
				t.Errorf("gap differs (-want +got):\n%s", diff)
			}
			got[g.Subject] = true
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("analyzers with a gap (-want +got):\n%s", diff)
		}
		if _, _, ok := analyzers.Covering("eu-central-1"); !ok {
			t.Error("the organization's analyzer is hidden by its archive rules")
		}
	})
}
