package benchmark_test

import (
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
)

// A world's member has us-east-1 with an analyzer of its own, and eu-central-1, which the
// organization's analyzer in the delegated administrator covers.
func TestAccessAnalyzerExternal(t *testing.T) {
	const (
		frankfurt  = "Access Analyzer of account " + memberID + " in eu-central-1: "
		virginia   = "Access Analyzer of account " + memberID + " in us-east-1: "
		inherited  = "pass " + frankfurt + "the organization's analyzer arn:aws:access-analyzer:eu-central-1:222222222222:analyzer/outside in account 222222222222"
		none       = "no analyzer of external access"
		hiddenFrom = "none in the account; the organization's could not be listed in account 222222222222: "
	)
	// virginiaHas replaces what the member holds in us-east-1.
	virginiaHas := func(kind, status string) func(w *world) {
		return func(w *world) { w.evidence.Analyzers[1] = regionWith("us-east-1", kind, status) }
	}
	// holderLost makes the delegated administrator's analyzers a gap.
	holderLost := func(w *world, region string, cause org.Cause) {
		w.analyzers.Holders = w.analyzers.Holders[:1]
		w.analyzers.Gaps = append(w.analyzers.Gaps, org.Gap{Section: collect.AnalyzersSection, Account: securityID, Region: region, Cause: cause})
		w.evidence.Analyzers[0] = collect.RegionAnalyzers{Region: "eu-central-1", Analyzers: []collect.Analyzer{}}
	}
	regionGap := func(w *world, region string, cause org.Cause) {
		w.evidence.Analyzers = nil
		w.evidence.Gaps = append(w.evidence.Gaps, org.Gap{Section: collect.AnalyzersSection, Account: memberID, Region: region, Cause: cause})
	}
	runVerdicts(t, "access-analyzer-external", []verdictCase{
		{name: "the organization's and its own", want: []string{"pass", inherited, "pass " + virginia + "the account's own analyzer outside"}},
		{name: "only organization analyzers count", change: func(w *world) { w.parameters.RequireOrganizationTyped = true },
			want: []string{"fail", inherited, "fail " + virginia + none + "; there are outside (ACCOUNT, ACTIVE)"}},
		{name: "none in a region", change: func(w *world) { w.evidence.Analyzers[1].Analyzers = []collect.Analyzer{} },
			want: []string{"fail", inherited, "fail " + virginia + none}},
		{name: "unused access only", change: virginiaHas("ACCOUNT_UNUSED_ACCESS", "ACTIVE"),
			want: []string{"fail", inherited, "fail " + virginia + none + "; there are outside (ACCOUNT_UNUSED_ACCESS, ACTIVE)"}},
		{name: "internal access only", change: virginiaHas("ACCOUNT_INTERNAL_ACCESS", "ACTIVE"),
			want: []string{"fail", inherited, "fail " + virginia + none + "; there are outside (ACCOUNT_INTERNAL_ACCESS, ACTIVE)"}},
		{name: "creating", change: virginiaHas("ACCOUNT", "CREATING"),
			want: []string{"fail", inherited, "fail " + virginia + none + "; there are outside (ACCOUNT, CREATING)"}},
		{name: "disabled", change: virginiaHas("ACCOUNT", "DISABLED"),
			want: []string{"fail", inherited, "fail " + virginia + none + "; there are outside (ACCOUNT, DISABLED)"}},
		{name: "the organization's is for unused access", change: func(w *world) {
			w.analyzers.Holders[1].Regions[0] = regionWith("eu-central-1", "ORGANIZATION_UNUSED_ACCESS", "ACTIVE")
			w.evidence.Analyzers[0] = collect.RegionAnalyzers{Region: "eu-central-1", Analyzers: []collect.Analyzer{}}
		}, want: []string{"fail", "fail " + frankfurt + none, "pass " + virginia + "the account's own analyzer outside"}},
		{name: "the organization's has failed", change: func(w *world) {
			w.analyzers.Holders[1].Regions[0] = regionWith("eu-central-1", collect.AnalyzerOrganization, "FAILED")
			w.evidence.Analyzers[0] = collect.RegionAnalyzers{Region: "eu-central-1", Analyzers: []collect.Analyzer{}}
		}, want: []string{"fail", "fail " + frankfurt + none, "pass " + virginia + "the account's own analyzer outside"}},
		{name: "the organization's in the management account", change: func(w *world) {
			w.analyzers.Holders[0].Regions = w.analyzers.Holders[1].Regions
			w.analyzers.Holders = w.analyzers.Holders[:1]
		}, want: []string{
			"pass",
			"pass " + frankfurt + "the organization's analyzer arn:aws:access-analyzer:eu-central-1:222222222222:analyzer/outside in account 000000000001",
			"pass " + virginia + "the account's own analyzer outside",
		}},
		{name: "the holder could not be read", change: func(w *world) { holderLost(w, "", org.RoleNotAssumable) }, want: []string{
			"not_assessed because role_not_assumable",
			"not_assessed " + frankfurt + hiddenFrom + "audit role cannot be assumed",
			"pass " + virginia + "the account's own analyzer outside",
		}},
		{name: "the holder could not be read in one region", change: func(w *world) { holderLost(w, "eu-central-1", org.DeniedBySCP) }, want: []string{
			"not_assessed because denied_by_scp",
			"not_assessed " + frankfurt + hiddenFrom + "denied by a service control policy",
			"pass " + virginia + "the account's own analyzer outside",
		}},
		{name: "the holder could not be read in another region", change: func(w *world) { holderLost(w, "us-east-1", org.DeniedBySCP) }, want: []string{
			"fail", "fail " + frankfurt + none, "pass " + virginia + "the account's own analyzer outside",
		}},
		{name: "the region is off for the holder, which thus has none there", change: func(w *world) { holderLost(w, "eu-central-1", org.RegionNotEnabled) }, want: []string{
			"fail", "fail " + frankfurt + none, "pass " + virginia + "the account's own analyzer outside",
		}},
		{name: "denied in one region", change: func(w *world) { regionGap(w, "us-east-1", org.DeniedBySCP) }, want: []string{
			"not_assessed because denied_by_scp", inherited,
			"not_assessed " + virginia + "analyzers could not be listed: denied by a service control policy",
		}},
		{name: "denied, though the organization covers it", change: func(w *world) {
			regionGap(w, "eu-central-1", org.DeniedBySCP)
			w.evidence.Analyzers = append(w.evidence.Analyzers, regionWith("us-east-1", collect.AnalyzerAccount, collect.AnalyzerActive))
		}, want: []string{"pass", inherited, "pass " + virginia + "the account's own analyzer outside"}},
		{name: "a region that is not enabled", change: func(w *world) { regionGap(w, "us-east-1", org.RegionNotEnabled) },
			want: []string{"pass", inherited}},
		{name: "no region is enabled", change: func(w *world) {
			regionGap(w, "us-east-1", org.RegionNotEnabled)
			regionGap(w, "eu-central-1", org.RegionNotEnabled)
		}, want: []string{"not_applicable: no region is enabled"}},
		{name: "a region that nobody looked at", change: func(w *world) { w.evidence.Analyzers = w.evidence.Analyzers[:1] }, want: []string{
			"not_assessed because not_collected", inherited, "not_assessed " + virginia + "analyzers could not be listed: not collected",
		}},
		{name: "covered when it was collected, and no more", change: func(w *world) { w.analyzers.Holders = w.analyzers.Holders[:1] }, want: []string{
			"not_assessed because not_collected",
			"not_assessed " + frankfurt + "analyzers could not be listed: not collected",
			"pass " + virginia + "the account's own analyzer outside",
		}},
		{name: "analyzers denied everywhere", change: func(w *world) { w.lose(collect.AnalyzersSection, org.DeniedByRole) }, want: []string{
			"not_assessed because denied_by_role", inherited,
			"not_assessed " + virginia + "analyzers could not be listed: denied: the audit role lacks the permission",
		}},
		{name: "regions denied", change: func(w *world) { w.lose(collect.RegionsSection, org.DeniedByRole) },
			want: []string{"not_assessed because denied_by_role"}},
	})
}

// TestAccessAnalyzerExternalEvidence: the reference leads to the analyzer, not to all that
// the organization has.
func TestAccessAnalyzerExternalEvidence(t *testing.T) {
	w := newWorld("aws")
	r := w.judge(t, "access-analyzer-external")
	at, err := resolve(w.files(t)[r.Items[0].Evidence.File], r.Items[0].Evidence.Pointer)
	if err != nil {
		t.Fatal(err)
	}
	analyzer, ok := at.(map[string]any)
	if !ok || analyzer["type"] != "ORGANIZATION" || analyzer["status"] != "ACTIVE" {
		t.Errorf("the evidence of %s is %v, want the organization's analyzer", r.Items[0].Resource, at)
	}
}
