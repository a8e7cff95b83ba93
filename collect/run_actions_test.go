package collect_test

import (
	"encoding/json"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// TestRunNeedsItsActions lets the audit role do just the declared actions, and then all but
// one: the sections that need that one are gaps, denied by the role, and nothing else changes.
func TestRunNeedsItsActions(t *testing.T) {
	whole := auditedWith(t, everyAction())
	if len(whole.Gaps) > 0 {
		t.Fatalf("gaps with every action: %v", whole.Gaps)
	}
	for _, action := range everyAction() {
		t.Run(action, func(t *testing.T) {
			got := auditedWith(t, slices.DeleteFunc(everyAction(), func(a string) bool { return a == action }))
			sections := map[org.Section]bool{}
			for _, g := range got.Gaps {
				sections[g.Section] = true
				if g.Cause != org.DeniedByRole {
					t.Errorf("gap %+v, want cause %s", g, org.DeniedByRole)
				}
			}
			want := sectionsThatNeed(action)
			if diff := gocmp.Diff(want, sections); diff != "" {
				t.Errorf("sections with gaps differ (-want +got):\n%s", diff)
			}
			if want[collect.AuthorizationSection] {
				want[collect.ManagedPoliciesSection] = true // nobody knows which ones there are to read
			}
			if diff := gocmp.Diff(without(t, whole, want), without(t, got, want), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("other sections differ (-with every action +with all but one):\n%s", diff)
			}
		})
	}
}

// sectionsThatNeed follows the declarations: the collectors that make a call of the action, and
// those that come after them or read region by region.
func sectionsThatNeed(action string) map[org.Section]bool {
	if action == "iam:GetPolicy" || action == "iam:GetPolicyVersion" {
		// They are for the policies of AWS that the details name, which are a section of their own.
		// Whoever has one may be privileged, and then his last accesses would be read.
		return map[org.Section]bool{collect.ManagedPoliciesSection: true, collect.LastAccessedSection: true}
	}
	need := map[org.Section]bool{}
	for range collect.Collectors() { // until all that follow are found
		for _, c := range collect.Collectors() {
			if slices.Contains(org.Actions(c.Calls), action) || c.After != "" && need[c.After] ||
				c.ReadRegion != nil && need[collect.RegionsSection] {
				need[c.Section] = true
			}
		}
	}
	return need
}

// auditedWith is the evidence of an account whose audit role may do just these actions.
func auditedWith(t *testing.T, actions []string) *collect.Evidence {
	t.Helper()
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
	logs := &w.Accounts[logsPlace]
	// An analyzer of the account itself, where the organization has none.
	logs.Analyzers = []awsfake.Analyzer{{Region: "eu-north-1", Name: "own", Type: "ACCOUNT", Status: "ACTIVE", Created: logs.Joined}}
	grant(t, logs, actions)
	o := only(start(t, w, awsfake.Options{Now: clock}).options(t), logs.ID)
	o.Optional = everySection()
	return evidence(t, run(t, o), logs.ID)
}

// without is the evidence as JSON, without some sections and without counts of calls.
func without(t *testing.T, ev *collect.Evidence, sections map[org.Section]bool) map[string]any {
	t.Helper()
	bare := *ev
	if a := ev.Authorization; a != nil {
		// What the role may do is evidence of its account too.
		details := *a
		details.Roles = slices.DeleteFunc(slices.Clone(a.Roles), func(r collect.Role) bool { return r.Name == awsfake.DemoRoleName })
		bare.Authorization = &details
	}
	text, err := json.Marshal(bare)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"calls", "retries", "traffic", "gaps"} {
		delete(m, name)
	}
	fields := map[org.Section][]string{
		collect.IdentityProvidersSection: {"saml_providers", "oidc_providers"},
		collect.AliasSection:             {"account_aliases"},
	}
	var reads []any
	for _, r := range m["reads"].([]any) {
		read := r.(map[string]any)
		delete(read, "calls")
		if !sections[org.Section(read["section"].(string))] {
			reads = append(reads, read)
		}
	}
	m["reads"] = reads
	for section := range sections {
		delete(m, string(section))
		for _, field := range fields[section] {
			delete(m, field)
		}
	}
	return m
}

// everyAction are the permissions that collectors declare.
func everyAction() []string {
	return org.Actions(collect.AuditCalls(everySection()))
}

// grant lets the audit role do just these actions.
func grant(t *testing.T, a *awsfake.Account, actions []string) {
	t.Helper()
	document, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": map[string]any{
		"Effect": "Allow", "Action": actions, "Resource": "*",
	}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range a.Roles {
		if a.Roles[i].Name == awsfake.DemoRoleName {
			a.Roles[i].Inline = []awsfake.InlinePolicy{{Name: "audit", Document: document}}
			return
		}
	}
	t.Fatalf("account %s has no audit role", a.ID)
}
