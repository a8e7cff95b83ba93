package benchmark_test

import (
	"encoding/json"
	"strings"
	"testing"

	"orgaudit/org"
	"orgaudit/report/benchmark"
)

func TestOrgAIOptOut(t *testing.T) {
	all := func(status, observed string) []string {
		return []string{status, status + " " + managementARN + ": " + observed, status + " " + memberARN + ": " + observed, status + " " + securityARN + ": " + observed}
	}
	ai := func(id, document string, targets ...string) org.Policy {
		return bound(org.AIServicesOptOut, "p-"+id, id, document, targets...)
	}
	only := func(list ...org.Policy) func(w *world) { return policies(org.AIServicesOptOut, list...) }
	const (
		open   = `{"services":{"default":{"opt_out_policy":{"@@assign":"optOut"}}}}`
		locked = `{"services":{"default":{"opt_out_policy":{"@@operators_allowed_for_child_policies":["@@none"],"@@assign":"optOut"}}}}`
		optIn  = `{"services":{"default":{"opt_out_policy":{"@@assign":"optIn"}}}}`
		lex    = `{"services":{"lex":{"opt_out_policy":{"@@assign":"optIn"}}}}`
		unset  = "no policy above the account sets the default"
	)
	pass := all("pass", "opted out by opt-out at Root")
	runGoodVerdicts(t, "org-ai-opt-out", []verdictCase{
		{name: "enforced on the root", want: pass},
		{name: "enforced without closing the list of services", change: only(ai("1", locked, rootID)), want: all("pass", "opted out by 1 at Root")},
		{name: "not locked", change: only(ai("1", open, rootID)), want: all("fail", "opted out by 1 at Root, which policies below may change")},
		{name: "locked against something", change: only(ai("1", strings.Replace(locked, "@@none", "@@assign", 1), rootID)),
			want: all("fail", "opted out by 1 at Root, which policies below may change")},
		{name: "locked and not assigned", change: only(ai("1", strings.Replace(locked, `,"@@assign":"optOut"`, "", 1), rootID)), want: all("fail", unset)},
		{name: "locked without a value, so that nothing below can assign one", change: only(
			ai("1", strings.Replace(locked, `,"@@assign":"optOut"`, "", 1), rootID), ai("2", locked, managementID, workloadsID, securityOU)), want: all("fail", unset)},
		{name: "in another case, which AWS does not take", change: only(ai("1", strings.Replace(locked, "optOut", "OptOut", 1), rootID)),
			want: all("fail", "the default is OptOut by 1 at Root")},
		{name: "attached to nothing", change: only(ai("1", optOutText)), want: all("fail", unset)},
		{name: "one unit", change: only(ai("1", optOutText, workloadsID)), want: []string{
			"fail", "fail " + managementARN + ": " + unset, "pass " + memberARN + ": opted out by 1 at Workloads", "fail " + securityARN + ": " + unset,
		}},
		{name: "every account by itself", change: only(ai("1", optOutText, managementID, workloadsID, securityID)), want: []string{
			"pass", "pass " + managementARN + ": opted out by 1 at management", "pass " + memberARN + ": opted out by 1 at Workloads", "pass " + securityARN + ": opted out by 1 at security",
		}},
		{name: "turned around below, where it is not locked", change: only(ai("1", open, rootID), ai("2", optIn, workloadsID)), want: []string{
			"fail", "fail " + managementARN + ": opted out by 1 at Root, which policies below may change",
			"fail " + memberARN + ": the default is optIn by 2 at Workloads",
			"fail " + securityARN + ": opted out by 1 at Root, which policies below may change",
		}},
		{name: "turned around below, where it is locked", change: only(ai("1", locked, rootID), ai("2", optIn, workloadsID)), want: all("pass", "opted out by 1 at Root")},
		{name: "turned around beside", change: only(ai("1", locked, rootID), ai("2", optIn, rootID)), want: all("fail", "the default is optIn by 2 at Root")},
		{name: "one service is opted in", change: only(ai("1", locked, rootID), ai("2", lex, workloadsID)), want: []string{
			"fail", "pass " + managementARN + ": opted out by 1 at Root", "fail " + memberARN + ": opted out by 1 at Root, but lex has optIn by 2 at Workloads",
			"pass " + securityARN + ": opted out by 1 at Root",
		}},
		{name: "one service would be opted in, which the root forbids", change: only(ai("1", optOutText, rootID), ai("2", lex, workloadsID)),
			want: all("pass", "opted out by 1 at Root")},
		{name: "no policy", change: only(), want: all("fail", unset)},
		{name: "off", change: onlySCPs, want: []string{"fail", notEnabled}},
		{name: "no active account", change: func(w *world) {
			noActiveMember(w)
			w.org.Accounts[0].State = "SUSPENDED"
		}, want: []string{"not_applicable: the organization has no active account"}},
		{name: "a document that cannot be understood", change: only(ai("1", optOutText, managementID, securityOU), ai("2", `{"services":{"default":[]}}`, workloadsID)), want: []string{
			"not_assessed because malformed", "pass " + managementARN + ": opted out by 1 at management",
			"not_assessed " + memberARN + `: policy p-2 (2) could not be understood: service "default": json: cannot unmarshal array into Go value of type map[string]json.RawMessage`,
			"pass " + securityARN + ": opted out by 1 at Security",
		}},
		{name: "a place that is not known", change: unknownPlace, want: []string{
			"not_assessed because not_walked", pass[1], "not_assessed " + memberARN + ": the account's place in the organization is not known", pass[3],
		}},
		{name: "denied", change: lost(org.SectionPolicies, org.DeniedByRole), want: []string{"not_assessed because denied_by_role"}},
	})
}

// FuzzOrgAIOptOut: no text makes the judge fall over, and none passes that does not opt out.
func FuzzOrgAIOptOut(f *testing.F) {
	for _, text := range []string{
		optOutText, `{}`, `null`, `{"services":null}`, `{"services":{"default":{"opt_out_policy":{"@@assign":null}}}}`,
		optOutText + "{}", `{"services":{"@@operators_allowed_for_child_policies":"@@none"}}`, "\xff", "",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w := newGoodWorld()
		policies(org.AIServicesOptOut, bound(org.AIServicesOptOut, "p-1", "1", text, rootID))(w)
		r := w.judge(t, "org-ai-opt-out")
		if r.Verdict == benchmark.VerdictPass {
			var document any
			if err := json.Unmarshal([]byte(text), &document); err != nil {
				t.Fatalf("%q passes: %v", text, err)
			}
			if value, err := resolve(document, "/services/default/opt_out_policy/@@assign"); value != "optOut" {
				t.Errorf("%q passes with %v (%v)", text, value, err)
			}
		}
		w.checkResult(t, r)
	})
}
