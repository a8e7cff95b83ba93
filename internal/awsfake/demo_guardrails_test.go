package awsfake

import (
	"slices"
	"strings"
	"testing"
)

// TestDemoGuardrails checks where the company forgot its guardrails.
func TestDemoGuardrails(t *testing.T) {
	w := demoOf(t, DemoOptions{Accounts: 60})
	occupied := map[string]bool{w.Organization.Root.ID: true}
	for _, a := range w.Accounts {
		occupied[a.Unit] = true
		occupied[a.ID] = true
	}
	for parent, children := range unitChildren(w.Organization.Root) {
		for _, c := range children {
			if occupied[c] {
				occupied[parent] = true
			}
		}
	}
	onEmpty, onRoot, everywhere := 0, 0, 0
	for _, p := range w.Organization.Policies {
		if p.Type != serviceControl && p.Type != resourceControl {
			continue // they guard nothing
		}
		if p.AWSManaged {
			if want := len(unitChildren(w.Organization.Root)) + len(w.Accounts); len(p.Targets) == want {
				everywhere++
			}
			continue
		}
		for _, target := range p.Targets {
			switch {
			case target == w.Organization.Root.ID:
				onRoot++
			case !occupied[target]:
				onEmpty++
			}
		}
	}
	if onRoot != 0 {
		t.Errorf("%d policies of the company on the root, want none", onRoot)
	}
	if onEmpty == 0 {
		t.Error("no policy is attached to a unit without accounts")
	}
	if everywhere != 2 {
		t.Errorf("%d AWS-managed policies are attached to every node, want one of either type", everywhere)
	}
}

// TestDemoAuditIsAllowed checks that guardrails stop the audit in two accounts only, as
// the stories say, and that the one on production stops root users.
func TestDemoAuditIsAllowed(t *testing.T) {
	w := demoOf(t, DemoOptions{Accounts: 60})
	chains := unitChains(w.Organization.Root)
	denied := map[int]int{} // accounts by number of denied operations
	for _, a := range w.Accounts {
		if a.State != "ACTIVE" || a.ID == w.Organization.ManagementAccount {
			continue
		}
		var policies []*policy
		for _, p := range w.Organization.Policies {
			for _, node := range append([]string{a.ID, w.Organization.Root.ID}, chains[a.Unit]...) {
				if p.Type == "SERVICE_CONTROL_POLICY" && slices.Contains(p.Targets, node) {
					rules, err := parsePolicy(p.Document)
					if err != nil {
						t.Fatalf("policy %s: %v", p.Name, err)
					}
					policies = append(policies, rules)
				}
			}
		}
		stops := func(action string, f facts) bool {
			return slices.ContainsFunc(policies, func(p *policy) bool {
				_, denied := p.decide(strings.ToLower(action), "*", f)
				return denied
			})
		}
		n := 0
		for _, action := range append(demoAuditActions(), "sts:GetCallerIdentity") {
			f := facts{"aws:principalarn": demoARN(a.ID, "role/"+DemoRoleName), "aws:requestedregion": "sa-east-1"}
			if stops(action, f) {
				n++
			}
		}
		denied[n]++
		root := facts{"aws:principalarn": demoARN(a.ID, "root"), "aws:requestedregion": "eu-central-1"}
		production := a.Tags["Environment"] == "production" && a.Method == "CREATED"
		if stops("s3:ListAllMyBuckets", root) != production {
			t.Errorf("%s: root user is stopped: %v, want %v", a.Name, !production, production)
		}
	}
	if len(denied) != 3 || denied[1] != 1 || denied[len(demoAuditActions())] != 1 {
		t.Errorf("accounts by number of denied operations are %v, want one with 1, one with all, none for the rest", denied)
	}
}
