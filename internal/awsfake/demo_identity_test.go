package awsfake

import (
	"slices"
	"strings"
	"testing"
)

// demoOrgPolicyNamed finds a policy of the organization.
func demoOrgPolicyNamed(t *testing.T, w *World, name string) *OrgPolicy {
	t.Helper()
	for i := range w.Organization.Policies {
		if w.Organization.Policies[i].Name == name {
			return &w.Organization.Policies[i]
		}
	}
	t.Fatalf("no policy %s", name)
	return nil
}

// TestDemoOutsidersInProduction: a vendor is trusted by a role of production, and a resource
// control policy keeps it out without keeping the audit out.
func TestDemoOutsidersInProduction(t *testing.T) {
	w := demoOf(t, DemoOptions{Accounts: 10})
	p := demoOrgPolicyNamed(t, w, "NoOutsidersInProduction")
	rules, err := parsePolicy(p.Document)
	if err != nil {
		t.Fatal(err)
	}
	for caller, want := range map[string]bool{"o-somebodyelse": true, w.Organization.ID: false} {
		if _, denied := rules.decide("sts:assumerole", "*", facts{"aws:principalorgid": caller, "aws:principalisawsservice": "false"}); denied != want {
			t.Errorf("a caller of organization %s is denied: %v, want %v", caller, denied, want)
		}
	}
	chains := unitChains(w.Organization.Root)
	trusted := 0
	for _, a := range w.Accounts {
		if !slices.ContainsFunc(chains[a.Unit], func(unit string) bool { return slices.Contains(p.Targets, unit) }) {
			continue
		}
		for _, r := range a.Roles {
			if r.Path == "/vendors/" && !strings.Contains(string(r.Trust), "sts:ExternalId") {
				trusted++
			}
		}
	}
	if trusted == 0 {
		t.Error("no role of production trusts a vendor without an external id")
	}
}

// TestDemoEscalations: there are users who can widen what they may do, and one whom a
// boundary stops.
func TestDemoEscalations(t *testing.T) {
	w := demoOf(t, DemoOptions{Accounts: 10})
	users := map[string]User{}
	var account Account
	for _, a := range w.Accounts {
		for _, u := range a.Users {
			if slices.Contains([]string{"toolchain-maintainer", "function-builder", "bounded-builder"}, u.Name) {
				users[u.Name], account = u, a
			}
		}
	}
	own := demoARN(account.ID, "policy/ToolchainSettings")
	if u := users["toolchain-maintainer"]; !slices.Contains(u.Attached, own) {
		t.Errorf("the maintainer has %v, want the policy %s", u.Attached, own)
	}
	may := func(document []byte, action, resource string) (allowed, denied bool) {
		rules, err := parsePolicy(document)
		if err != nil {
			t.Fatal(err)
		}
		return rules.decide(action, resource, facts{})
	}
	documents := map[string][]byte{}
	for i := range account.Policies {
		documents[account.Policies[i].Name] = account.Policies[i].document()
	}
	if allowed, _ := may(documents["ToolchainSettings"], "iam:createpolicyversion", own); !allowed {
		t.Error("the maintainer cannot write a new version of the own policy")
	}
	for _, name := range []string{"function-builder", "bounded-builder"} {
		if len(users[name].Inline) != 1 {
			t.Fatalf("%s has inline policies %v, want one", name, users[name].Inline)
		}
		for _, action := range []string{"iam:passrole", "lambda:createfunction"} {
			if allowed, _ := may(users[name].Inline[0].Document, action, "*"); !allowed {
				t.Errorf("%s may not do %s", name, action)
			}
		}
	}
	if users["function-builder"].Boundary != "" || users["bounded-builder"].Boundary != demoARN(account.ID, "policy/boundaries/BuilderBoundary") {
		t.Errorf("boundaries %q and %q, want none and the one of builders", users["function-builder"].Boundary, users["bounded-builder"].Boundary)
	}
	if _, denied := may(documents["BuilderBoundary"], "iam:passrole", "*"); !denied {
		t.Error("the boundary lets its user pass roles")
	}
	used, never := 0, 0
	for _, a := range w.Accounts {
		for _, r := range a.Roles {
			for _, at := range r.LastAccessed {
				switch {
				case at.IsZero():
					never++
				case at.Before(r.Created) || at.After(*r.LastUsed):
					t.Errorf("role %s was made at %v, last used at %v, and used a service at %v", r.Name, r.Created, r.LastUsed, at)
				default:
					used++
				}
			}
		}
	}
	if used == 0 || never < used {
		t.Errorf("services were used %d times and %d times never, want some and many", used, never)
	}
}

// TestDemoPoliciesOfOtherTypes checks what hangs where beside SCPs and RCPs.
func TestDemoPoliciesOfOtherTypes(t *testing.T) {
	w := demoOf(t, DemoOptions{Accounts: 3})
	if p := demoOrgPolicyNamed(t, w, "NoTrainingWithOurData"); p.Type != "AISERVICES_OPT_OUT_POLICY" || !slices.Equal(p.Targets, []string{w.Organization.Root.ID}) {
		t.Errorf("the opt-out is a %s on %v, want an opt-out on the root", p.Type, p.Targets)
	}
	if p := demoOrgPolicyNamed(t, w, "CostCenters"); p.Type != "TAG_POLICY" || len(p.Targets) != 1 {
		t.Errorf("the tag policy is a %s on %v, want a tag policy on one unit", p.Type, p.Targets)
	}
	if !strings.Contains(string(w.Organization.ResourcePolicy), demoARN(w.Accounts[1].ID, "root")) {
		t.Errorf("the resource policy %s delegates nothing to the security tooling", w.Organization.ResourcePolicy)
	}
	rules, profiles := 0, 0
	for _, a := range demoOf(t, DemoOptions{Accounts: 60}).Accounts {
		for _, z := range a.Analyzers {
			for _, r := range z.ArchiveRules {
				rules++
				if r.Created.Before(z.Created) || r.Updated.After(demoNow) {
					t.Errorf("rule %s of %s is of %v, the analyzer of %v", r.Name, z.Name, r.Created, z.Created)
				}
			}
		}
		for _, r := range a.Roles {
			profiles += len(r.InstanceProfiles)
		}
	}
	if rules < 3 || profiles == 0 {
		t.Errorf("%d archive rules and %d instance profiles, want at least 3 and some", rules, profiles)
	}
}
