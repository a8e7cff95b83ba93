package benchmark_test

import (
	"fmt"
	"testing"

	"orgaudit/org"
)

// lost makes a section of the organization a gap.
func lost(section org.Section, cause org.Cause) func(w *world) {
	return func(w *world) {
		w.org.Gaps = append(w.org.Gaps, org.Gap{Section: section, Cause: cause, At: listed()})
	}
}

// The control always applies: only an organization is audited.
func TestOrgRootAccessCentral(t *testing.T) {
	const resource = " arn:aws:organizations::000000000001:organization/o-a1b2c3d4e5: "
	features := func(on ...string) func(w *world) {
		return func(w *world) { w.org.RootFeatures = on }
	}
	runVerdicts(t, "org-root-access-central", []verdictCase{
		{name: "on", want: []string{"pass", "pass" + resource + "features that are on: RootCredentialsManagement, RootSessions"}},
		{name: "sessions are not needed", change: features("RootCredentialsManagement"),
			want: []string{"pass", "pass" + resource + "features that are on: RootCredentialsManagement"}},
		{name: "sessions alone are not enough", change: features("RootSessions"),
			want: []string{"fail", "fail" + resource + "features that are on: RootSessions"}},
		{name: "off", change: features(), want: []string{"fail", "fail" + resource + "no feature of centralized root access is on"}},
		{name: "denied", change: func(w *world) {
			features()(w)
			lost(org.SectionRootFeatures, org.DeniedByRole)(w)
		}, want: []string{"not_assessed because denied_by_role"}},
	})
}

func TestOrgGuardrailPolicies(t *testing.T) {
	member := "arn:aws:organizations::000000000001:account/o-a1b2c3d4e5/111111111111: "
	security := "arn:aws:organizations::000000000001:account/o-a1b2c3d4e5/222222222222: "
	organization := "arn:aws:organizations::000000000001:organization/o-a1b2c3d4e5: "
	const unbound = "no policy beyond full access binds the account"
	pass := []string{"pass", "pass " + member + "deny-leaving at Workloads", "pass " + security + "deny-leaving at Security"}
	none := []string{"fail", "fail " + member + unbound, "fail " + security + unbound}
	// only leaves FullAWSAccess and the policies given.
	only := func(policies ...org.Policy) func(w *world) {
		return func(w *world) { w.org.Policies = append([]org.Policy{fullAccess()}, policies...) }
	}
	resourcePolicy := guardrail("p-rcp", "only-us", rootID)
	resourcePolicy.Type = org.ResourceControlPolicy
	resourcePolicy.Document = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}}`
	copied := guardrail("p-copy", "our-full-access", rootID)
	copied.Document = fullAccessDocument
	broken := guardrail("p-broken", "broken", rootID)
	broken.Document = `{"Statement":`
	runVerdicts(t, "org-guardrail-policies", []verdictCase{
		{name: "every member", want: pass},
		{name: "on the root", change: only(guardrail("p-1", "guard", rootID)),
			want: []string{"pass", "pass " + member + "guard at Root", "pass " + security + "guard at Root"}},
		{name: "on the account itself", change: only(guardrail("p-1", "guard", memberID, securityID)),
			want: []string{"pass", "pass " + member + "guard at payments", "pass " + security + "guard at security"}},
		{name: "full access alone", change: only(), want: none},
		{name: "full access whose text did not come: AWS's own guards nothing", change: func(w *world) {
			only()(w)
			w.org.Policies[0].Document = ""
		}, want: none},
		{name: "on an empty unit alone", change: only(guardrail("p-1", "guard", emptyID)), want: none},
		{name: "attached to nothing", change: only(guardrail("p-1", "guard")), want: none},
		{name: "on the management account alone, which it does not bind", change: only(guardrail("p-1", "guard", managementID)), want: none},
		{name: "a copy of full access", change: only(copied), want: none},
		{name: "a copy of full access beside a guardrail", change: only(copied, guardrail("p-1", "guard", rootID)),
			want: []string{"pass", "pass " + member + "guard at Root", "pass " + security + "guard at Root"}},
		{name: "one member without", change: only(guardrail("p-1", "guard", workloadsID)),
			want: []string{"fail", "pass " + member + "guard at Workloads", "fail " + security + unbound}},
		{name: "one member without, who needs none", change: func(w *world) {
			only(guardrail("p-1", "guard", workloadsID))(w)
			w.parameters.IgnoreAccounts = []string{securityID}
		}, want: []string{"pass", "pass " + member + "guard at Workloads"}},
		{name: "attached to more targets than one answer of AWS holds", change: func(w *world) {
			targets := []string{workloadsID, securityOU}
			for i := range 40 {
				targets = append(targets, fmt.Sprintf("4%011d", i))
			}
			only(guardrail("p-1", "guard", targets...))(w)
		}, want: []string{"pass", "pass " + member + "guard at Workloads", "pass " + security + "guard at Security"}},
		{name: "a resource control policy", change: only(resourcePolicy),
			want: []string{"pass", "pass " + member + "only-us at Root", "pass " + security + "only-us at Root"}},
		{name: "a resource control policy whose type is off", change: func(w *world) {
			only(resourcePolicy)(w)
			w.org.PolicyTypes = []string{org.ServiceControlPolicy}
		}, want: none},
		{name: "a resource control policy is asked for", change: func(w *world) {
			w.parameters.RequireRCP = true
			w.org.Policies = append(w.org.Policies, resourcePolicy)
			w.org.Policies[2].Targets = []org.Target{{ID: workloadsID}}
		}, want: []string{
			"fail",
			"pass " + member + "deny-leaving at Workloads; only-us at Workloads",
			"fail " + security + "no resource control policy binds the account",
		}},
		{name: "required by id and by name", change: func(w *world) { w.parameters.RequiredPolicies = []string{"p-leave", "deny-leaving"} }, want: pass},
		{name: "a required policy that binds one alone", change: func(w *world) {
			w.parameters.RequiredPolicies = []string{"regions", "p-leave"}
			w.org.Policies = append(w.org.Policies, guardrail("p-regions", "regions", workloadsID))
		}, want: []string{
			"fail",
			"pass " + member + "deny-leaving at Workloads; regions at Workloads",
			"fail " + security + "required and not bound: regions",
		}},
		{name: "a required policy that does not exist", change: func(w *world) { w.parameters.RequiredPolicies = []string{"p-9"} },
			want: []string{"fail", "fail " + member + "required and not bound: p-9", "fail " + security + "required and not bound: p-9"}},
		{name: "service control policies are off", change: func(w *world) { w.org.PolicyTypes = []string{org.ResourceControlPolicy} },
			want: []string{"fail", "fail " + organization + "feature set ALL; enabled policy types: RESOURCE_CONTROL_POLICY"}},
		{name: "consolidated billing", change: func(w *world) { w.org.FeatureSet, w.org.PolicyTypes = "CONSOLIDATED_BILLING", nil },
			want: []string{"fail", "fail " + organization + "feature set CONSOLIDATED_BILLING; enabled policy types: "}},
		{name: "the management account alone", change: func(w *world) { w.org.Accounts = w.org.Accounts[:1] },
			want: []string{"not_applicable: the organization has no active member account"}},
		{name: "members that are closed", change: func(w *world) {
			w.org.Accounts = w.org.Accounts[:2]
			w.account, w.evidence = managementID, nil
			w.org.Accounts[1].State = "CLOSED"
		}, want: []string{"not_applicable: the organization has no active member account"}},
		{name: "a document that cannot be understood", change: only(broken), want: []string{
			"not_assessed because malformed",
			"not_assessed " + member + "policy p-broken (broken) could not be understood: decode JSON: unexpected end of JSON input",
			"not_assessed " + security + "policy p-broken (broken) could not be understood: decode JSON: unexpected end of JSON input",
		}},
		{name: "a document that cannot be understood beside one that guards", change: func(w *world) {
			w.org.Policies = append(w.org.Policies, broken)
		}, want: pass},
		{name: "a required policy that binds nobody beside a document that cannot be understood", change: func(w *world) {
			w.org.Policies = append(w.org.Policies, broken)
			w.parameters.RequiredPolicies = []string{"p-9"}
		}, want: []string{"fail", "fail " + member + "required and not bound: p-9", "fail " + security + "required and not bound: p-9"}},
		{name: "an account whose place is not known", change: func(w *world) { w.org.Accounts[1].Path = nil }, want: []string{
			"not_assessed because not_walked",
			"not_assessed " + member + "the account's place in the organization is not known",
			"pass " + security + "deny-leaving at Security",
		}},
		{name: "policies denied", change: func(w *world) {
			only()(w)
			lost(org.SectionPolicies, org.DeniedByRole)(w)
		}, want: []string{"not_assessed because denied_by_role"}},
		{name: "accounts throttled", change: lost(org.SectionAccounts, org.Throttled), want: []string{"not_assessed because throttled"}},
	})
}
