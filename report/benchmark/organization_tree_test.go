package benchmark_test

import (
	"testing"

	"orgaudit/org"
)

// inRoot moves the member into the root.
func inRoot(w *world) { w.org.Accounts[1].Path = []string{rootID} }

// unknownPlace takes the member's place in the tree away.
func unknownPlace(w *world) { w.org.Accounts[1].Path = nil }

// noActiveMember suspends every member.
func noActiveMember(w *world) {
	for i := range w.org.Accounts[1:] {
		w.org.Accounts[i+1].State = "SUSPENDED"
	}
}

func TestOrgOUStructure(t *testing.T) {
	const manual = "manual: judge whether the units follow environment and sensitivity"
	units := func(status string) []string {
		return []string{
			status + " ou-ab12-00000000empty: Root / Empty: 0 active accounts, 0 in units below",
			status + " ou-ab12-000security: Root / Security: 1 active account, 0 in units below",
			status + " ou-ab12-00workloads: Root / Workloads: 1 active account, 0 in units below",
		}
	}
	tree, facts := units("pass"), units("fact")
	with := func(verdict string, units []string, more ...string) []string {
		return append(append([]string{verdict}, units...), more...)
	}
	runGoodVerdicts(t, "org-ou-structure", []verdictCase{
		{name: "a tree", want: with(manual, facts)},
		{name: "deep", change: func(w *world) {
			w.org.Root.Units[2].Units = []org.Unit{{ID: "ou-ab12-prod", ARN: "arn:unit", Name: "Prod"}}
			w.org.Accounts[1].Path = []string{rootID, workloadsID, "ou-ab12-prod"}
		}, want: []string{
			manual, facts[0], facts[1], "fact ou-ab12-00workloads: Root / Workloads: 0 active accounts, 1 in units below",
			"fact arn:unit: Root / Workloads / Prod: 1 active account, 0 in units below",
		}},
		{name: "an account in the root", change: inRoot, want: []string{
			"fail", tree[0], tree[1], "pass ou-ab12-00workloads: Root / Workloads: 0 active accounts, 0 in units below",
			"fail " + memberARN + ": the account stands directly under the root",
		}},
		{name: "an account in the root, which is allowed", change: func(w *world) {
			inRoot(w)
			w.parameters.FailOnAccountsInRoot = false
		}, want: []string{manual, facts[0], facts[1], "fact ou-ab12-00workloads: Root / Workloads: 0 active accounts, 0 in units below"}},
		{name: "a suspended account in the root", change: func(w *world) { w.org.Accounts[3].Path = []string{rootID} }, want: with(manual, facts)},
		{name: "no unit", change: func(w *world) {
			w.org.Root.Units = nil
			w.org.Accounts = w.org.Accounts[:1]
			w.account, w.evidence = managementID, nil
		}, want: []string{"fail", "fail r-ab12: there is no unit below the root"}},
		{name: "an expected unit is there, another not", change: func(w *world) {
			w.parameters.ExpectedOUNames = []string{"Security", "Sandbox"}
		}, want: with("fail", tree, "fail unit Sandbox: no unit has this name")},
		{name: "an account whose place is not known", change: unknownPlace, want: []string{
			"not_assessed because not_walked", tree[0], tree[1],
			"pass ou-ab12-00workloads: Root / Workloads: 0 active accounts, 0 in units below",
			"not_assessed " + memberARN + ": the account's place in the organization is not known",
		}},
		{name: "denied", change: lost(org.SectionTree, org.DeniedByRole), want: []string{"not_assessed because denied_by_role"}},
	})
}

func TestOrgAccountsInRoot(t *testing.T) {
	security := "pass " + securityARN + ": stands in Root / Security"
	runGoodVerdicts(t, "org-accounts-in-root", []verdictCase{
		{name: "none", want: []string{"pass", "pass " + memberARN + ": stands in Root / Workloads", security}},
		{name: "one", change: inRoot, want: []string{"fail", "fail " + memberARN + ": stands in Root", security}},
		{name: "suspended ones", change: noActiveMember, want: []string{"not_applicable: the organization has no active member account"}},
		{name: "a place that is not known", change: unknownPlace, want: []string{
			"not_assessed because not_walked", "not_assessed " + memberARN + ": the account's place in the organization is not known", security,
		}},
		{name: "denied", change: lost(org.SectionAccounts, org.Throttled), want: []string{"not_assessed because throttled"}},
	})
}

// There is always an organization, so that the control always applies.
func TestOrgAllFeatures(t *testing.T) {
	features := func(set string) func(w *world) { return func(w *world) { w.org.FeatureSet = set } }
	runGoodVerdicts(t, "org-all-features", []verdictCase{
		{name: "all", want: []string{"pass", "pass " + organizationARN + ": feature set ALL"}},
		{name: "billing", change: features("CONSOLIDATED_BILLING"), want: []string{"fail", "fail " + organizationARN + ": feature set CONSOLIDATED_BILLING"}},
		{name: "not said", change: features(""), want: []string{
			"not_assessed because malformed", "not_assessed " + organizationARN + ": the organization does not say which features it has",
		}},
	})
}

// The control cannot fail: accounts that the organization does not list are not audited.
func TestOrgMember(t *testing.T) {
	want := []string{"pass", "pass account 111111111111: member of o-a1b2c3d4e5, state active"}
	runGoodVerdicts(t, "org-member", []verdictCase{
		{name: "a member", want: want},
		{name: "a member that could not be entered", change: func(w *world) { w.evidence.Reads = nil }, want: want},
		{name: "accounts throttled", change: lost(org.SectionAccounts, org.Throttled), want: []string{"not_assessed because throttled"}},
	})
}
