package benchmark_test

import (
	"testing"

	"orgaudit/org"
)

const notEnabled = "fail " + organizationARN + ": feature set ALL; enabled policy types: SERVICE_CONTROL_POLICY"

// onlySCPs turns off all types of policies but one.
func onlySCPs(w *world) { w.org.PolicyTypes = []string{org.ServiceControlPolicy} }

func TestOrgSCPGuardrails(t *testing.T) {
	security := "pass ou-ab12-000security: Root / Security: bound by deny-leaving"
	workloads := "pass ou-ab12-00workloads: Root / Workloads: bound by deny-leaving"
	// only leaves FullAWSAccess and the SCPs given.
	only := func(scps ...org.Policy) func(w *world) { return policies(org.ServiceControlPolicy, scps...) }
	copied := guardrail("p-copy", "our-full-access", rootID)
	copied.Document = fullAccessDocument
	broken := guardrail("p-broken", "broken", workloadsID)
	broken.Document = `{"Statement":`
	deep := func(w *world) {
		w.org.Root.Units[2].Units = []org.Unit{{ID: "ou-ab12-prod", Name: "Prod"}}
		w.org.Accounts[1].Path = []string{rootID, workloadsID, "ou-ab12-prod"}
	}
	unbound := "fail ou-ab12-00workloads: Root / Workloads: 1 of 1 active account under no SCP beyond full access"
	runGoodVerdicts(t, "org-scp-guardrails", []verdictCase{
		{name: "every unit", want: []string{"pass", security, workloads}},
		{name: "the root", change: only(guardrail("p-1", "guard", rootID)), want: []string{
			"pass", "pass ou-ab12-000security: Root / Security: bound by guard", "pass ou-ab12-00workloads: Root / Workloads: bound by guard",
		}},
		{name: "one unit without", change: only(guardrail("p-1", "guard", securityOU)), want: []string{
			"fail", "pass ou-ab12-000security: Root / Security: bound by guard", unbound,
		}},
		{name: "an account in place of its unit", change: only(guardrail("p-1", "guard", securityOU, memberID)), want: []string{
			"fail", "pass ou-ab12-000security: Root / Security: bound by guard", unbound,
		}},
		{name: "full access alone, and a copy of it", change: only(copied), want: []string{
			"fail", "fail ou-ab12-000security: Root / Security: 1 of 1 active account under no SCP beyond full access", unbound,
		}},
		{name: "a unit below binds every account", change: func(w *world) {
			deep(w)
			only(guardrail("p-1", "guard", "ou-ab12-prod", securityOU))(w)
		}, want: []string{
			"pass", "pass ou-ab12-000security: Root / Security: bound by guard",
			"pass ou-ab12-00workloads: Root / Workloads: every account is bound by a unit below", "pass ou-ab12-prod: Root / Workloads / Prod: bound by guard",
		}},
		{name: "an account in the root", change: inRoot, want: []string{
			"fail", "fail r-ab12: Root: 1 of 1 active account under no SCP beyond full access", security,
		}},
		{name: "SCPs are off", change: func(w *world) { w.org.PolicyTypes = nil },
			want: []string{"fail", "fail " + organizationARN + ": feature set ALL; enabled policy types: "}},
		{name: "no member", change: noActiveMember, want: []string{"not_applicable: the organization has no active member account"}},
		{name: "a document that cannot be understood", change: only(broken, guardrail("p-1", "guard", securityOU)), want: []string{
			"not_assessed because malformed", "pass ou-ab12-000security: Root / Security: bound by guard",
			"not_assessed ou-ab12-00workloads: policy p-broken (broken) could not be understood: decode JSON: unexpected end of JSON input",
		}},
		{name: "a place that is not known", change: unknownPlace, want: []string{
			"not_assessed because not_walked", security, "not_assessed " + memberARN + ": the account's place in the organization is not known",
		}},
		{name: "denied", change: lost(org.SectionPolicies, org.DeniedByRole), want: []string{"not_assessed because denied_by_role"}},
	})
}

func TestOrgRCP(t *testing.T) {
	const none = ": no RCP beyond full access binds the account"
	rcp := func(name, document string, targets ...string) org.Policy {
		return bound(org.ResourceControlPolicy, "p-"+name, name, document, targets...)
	}
	runGoodVerdicts(t, "org-rcp", []verdictCase{
		{name: "on the root", want: []string{"pass", "pass " + memberARN + ": bound by only-ours", "pass " + securityARN + ": bound by only-ours"}},
		{name: "on every account", change: policies(org.ResourceControlPolicy, rcp("1", onlyOursText, memberID, securityOU)),
			want: []string{"pass", "pass " + memberARN + ": bound by 1", "pass " + securityARN + ": bound by 1"}},
		{name: "on one unit", change: policies(org.ResourceControlPolicy, rcp("1", onlyOursText, workloadsID)),
			want: []string{"fail", "pass " + memberARN + ": bound by 1", "fail " + securityARN + none}},
		{name: "none", change: policies(org.ResourceControlPolicy), want: []string{"fail", "fail " + memberARN + none, "fail " + securityARN + none}},
		{name: "a copy of full access", change: policies(org.ResourceControlPolicy, rcp("1", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`, rootID)),
			want: []string{"fail", "fail " + memberARN + none, "fail " + securityARN + none}},
		{name: "off", change: onlySCPs, want: []string{"fail", notEnabled}},
		{name: "no member", change: noActiveMember, want: []string{"not_applicable: the organization has no active member account"}},
		{name: "a document that cannot be understood", change: policies(org.ResourceControlPolicy, rcp("1", `{`, workloadsID), rcp("2", onlyOursText, securityOU)),
			want: []string{
				"not_assessed because malformed",
				"not_assessed " + memberARN + ": policy p-1 (1) could not be understood: decode JSON: unexpected end of JSON input", "pass " + securityARN + ": bound by 2",
			}},
		{name: "a place that is not known", change: unknownPlace, want: []string{
			"not_assessed because not_walked", "not_assessed " + memberARN + ": the account's place in the organization is not known",
			"pass " + securityARN + ": bound by only-ours",
		}},
		{name: "denied", change: lost(org.SectionPolicies, org.DeniedByRole), want: []string{"not_assessed because denied_by_role"}},
	})
}

// The control always applies: every organization has accounts that could have tags.
func TestOrgTagPolicy(t *testing.T) {
	tags := func(targets ...string) func(w *world) {
		return policies(org.TagPolicy, bound(org.TagPolicy, "p-tags", "tags", "{}", targets...))
	}
	none := []string{"fail", "fail " + organizationARN + ": tag policies: 1, of which none reaches an active account"}
	runGoodVerdicts(t, "org-tag-policy", []verdictCase{
		{name: "on the root", want: []string{"pass", "pass " + organizationARN + ": tags is attached above 3 active accounts"}},
		{name: "on an account", change: tags(memberID), want: []string{"pass", "pass " + organizationARN + ": tags is attached above 1 active account"}},
		{name: "on an empty unit and on one", change: tags(emptyID, securityOU), want: []string{"pass", "pass " + organizationARN + ": tags is attached above 1 active account"}},
		{name: "on a unit without active accounts", change: tags(emptyID), want: none},
		{name: "on nothing", change: tags(), want: none},
		{name: "none", change: policies(org.TagPolicy), want: []string{"fail", "fail " + organizationARN + ": there is no tag policy"}},
		{name: "off", change: onlySCPs, want: []string{"fail", notEnabled}},
		{name: "perhaps on an account whose place is not known", change: func(w *world) {
			tags(emptyID)(w)
			unknownPlace(w)
		}, want: []string{"not_assessed because not_walked", "not_assessed " + organizationARN + ": the account's place in the organization is not known"}},
		{name: "denied", change: lost(org.SectionPolicies, org.DeniedByRole), want: []string{"not_assessed because denied_by_role"}},
	})
}
