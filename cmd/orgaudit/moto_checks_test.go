package main

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// checkOrganization compares units and accounts with the description.
func checkOrganization(t *testing.T, audit *motoAudit) {
	t.Helper()
	if audit.Organization.ID != audit.world.id || audit.Organization.Management != motoManagement || audit.Organization.Features != "ALL" {
		t.Errorf("organization %+v, want %s of %s with all features", audit.Organization, audit.world.id, motoManagement)
	}
	wantUnits, gotUnits := map[string]int{"Root": len(motoAccounts())}, map[string]int{}
	for _, unit := range motoUnits() {
		wantUnits[motoPath(unit)] = 0
		for _, a := range motoAccounts() {
			if motoWithin(a.unit, unit) {
				wantUnits[motoPath(unit)]++
			}
		}
	}
	for _, u := range audit.Scores.Units {
		gotUnits[u.Path] = u.Accounts
	}
	if diff := cmp.Diff(wantUnits, gotUnits); diff != "" {
		t.Errorf("accounts by unit (-want +got):\n%s", diff)
	}

	type account struct {
		ID, Email, Unit, State, Outcome, Entry string
		Tags                                   map[string]string
	}
	want, got := map[string]account{}, map[string]account{}
	for _, a := range motoAccounts() {
		w := account{audit.world.ids[a.name], a.name + "@example.com", a.path(), "ACTIVE", "partial", collect.EntryRole, a.tags}
		if a.name == motoMaster {
			w.Entry = collect.EntryCaller
		}
		if a.closed {
			w.State, w.Outcome, w.Entry = "SUSPENDED", "excluded", ""
		}
		want[a.name] = w
	}
	for _, a := range audit.Accounts {
		if len(a.Tags) == 0 {
			a.Tags = nil
		}
		got[a.Name] = account{a.ID, a.Email, a.Unit, a.State, a.Outcome, a.Entry, a.Tags}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("accounts (-want +got):\n%s", diff)
	}
}

// checkPolicies compares SCPs, RCPs, delegated administrators and trusted services.
func checkPolicies(t *testing.T, audit *motoAudit) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(audit.dir, evidenceFolder, collect.OrganizationFile))
	if err != nil {
		t.Fatal(err)
	}
	var o org.Organization
	if err := json.Unmarshal(text, &o); err != nil {
		t.Fatal(err)
	}
	documents := map[string]string{}
	for _, g := range motoGuardrails() {
		documents[g.kind+" "+g.name] = g.document
	}
	named := map[string]string{}
	for name, id := range audit.world.ids {
		named[id] = name
	}
	want, targets := motoTargets(), map[string][]string{}
	for _, p := range o.Policies {
		key := p.Type + " " + p.Name
		targets[key] = []string{}
		for _, target := range p.Targets {
			targets[key] = append(targets[key], named[target.ID])
		}
		slices.Sort(targets[key])
		document, ours := documents[key]
		if p.AWSManaged == ours {
			t.Errorf("%s: AWS-managed is %t", key, p.AWSManaged)
		}
		if ours && p.Document != document {
			t.Errorf("%s: document %s, want %s", key, p.Document, document)
		}
	}
	if diff := cmp.Diff(want, targets, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("targets of policies (-want +got):\n%s", diff)
	}

	delegated, got := map[string][]string{}, map[string][]string{}
	for _, a := range motoAccounts() {
		if len(a.delegated) > 0 {
			delegated[a.name] = a.delegated
		}
	}
	for _, d := range o.DelegatedAdministrators {
		got[named[d.AccountID]] = d.Services
	}
	if diff := cmp.Diff(delegated, got); diff != "" {
		t.Errorf("delegated administrators (-want +got):\n%s", diff)
	}
	if len(o.TrustedServices) != 1 || o.TrustedServices[0].Principal != motoTrusted {
		t.Errorf("trusted services %v, want %s", o.TrustedServices, motoTrusted)
	}
}

// checkVerdicts compares every verdict, by account and control. Accounts that were left
// out have none.
func checkVerdicts(t *testing.T, audit *motoAudit, want map[string]map[string]benchmark.Verdict) {
	t.Helper()
	if diff := cmp.Diff(want, audit.verdicts()); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
	items, got := map[string]benchmark.Status{}, map[string]benchmark.Status{}
	for _, a := range motoAccounts() {
		switch {
		case a.closed || a.name == motoMaster: // no policy of the organization binds the latter
		case a.guarded():
			items[a.name] = benchmark.Passed
		default:
			items[a.name] = benchmark.Failed
		}
	}
	for _, f := range audit.Findings {
		if f.Control == "org-guardrail-policies" {
			got[audit.names[f.Resource[len(f.Resource)-len(motoManagement):]]] = f.Status
		}
	}
	if diff := cmp.Diff(items, got); diff != "" {
		t.Errorf("guardrails by account (-want +got):\n%s", diff)
	}
}

// checkCulprits compares which users and roles fail where the verdict of an account rests on
// one of several.
func checkCulprits(t *testing.T, audit *motoAudit) {
	t.Helper()
	want, got := motoCulprits(), map[string][]string{}
	for _, f := range audit.Findings {
		if want[f.Control] != nil && f.Status == benchmark.Failed {
			_, name, _ := strings.Cut(f.Resource, f.Account+":")
			got[f.Control] = append(got[f.Control], audit.names[f.Account]+" "+name)
		}
	}
	for _, names := range got {
		slices.Sort(names)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("users and roles that fail, by control (-want +got):\n%s", diff)
	}
}

// checkHidden makes sure that nothing is judged for lack of evidence: a control whose
// section is a gap is not assessed, and says why.
func checkHidden(t *testing.T, audit *motoAudit) {
	t.Helper()
	hidden := 0
	for _, r := range audit.Results {
		needs := benchmark.ControlByID(r.Control).Needs
		missing := slices.ContainsFunc(needs, func(s org.Section) bool { return audit.hides(r.Account, s) })
		if missing {
			hidden++
		}
		switch {
		case missing && r.Verdict != benchmark.VerdictNotAssessed:
			t.Errorf("%s in %s is %s although a section that it needs is a gap", r.Control, audit.names[r.Account], r.Verdict)
		case r.Verdict == benchmark.VerdictNotAssessed && (r.Cause == nil || r.Cause.Cause == ""):
			t.Errorf("%s in %s is not assessed without a cause", r.Control, audit.names[r.Account])
		}
	}
	if hidden == 0 {
		t.Error("no gap hid anything; the check saw nothing")
	}
}

// checkLists compares how much of everything stands in the evidence.
func checkLists(t *testing.T, audit *motoAudit) {
	t.Helper()
	type lists struct {
		Users, Groups, Roles, MFADevices, Certificates, SAML, Contacts, Aliases int
	}
	want, got := map[string]lists{}, map[string]lists{}
	for _, a := range motoAccounts() {
		if a.closed {
			continue
		}
		w := lists{Users: len(a.users), Groups: len(a.groups), Roles: len(a.allRoles()), Contacts: len(a.contacts)}
		for _, u := range a.users {
			w.MFADevices += count(u.mfa)
		}
		w.Certificates, w.SAML, w.Aliases = count(a.certificate), count(a.saml), count(a.alias != "")
		want[a.name] = w
		ev := audit.evidence(t, a.name)
		got[a.name] = lists{
			len(ev.Authorization.Users), len(ev.Authorization.Groups), len(ev.Authorization.Roles), len(ev.VirtualMFADevices),
			len(ev.ServerCertificates), len(ev.SAMLProviders), len(ev.Contacts), len(ev.Aliases),
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("evidence (-want +got):\n%s", diff)
	}
}

func count(one bool) int {
	if one {
		return 1
	}
	return 0
}

// checkDocuments compares policy documents in the evidence with what was put in: AWS
// percent-encodes them, moto does not.
func checkDocuments(t *testing.T, audit *motoAudit) {
	t.Helper()
	for _, a := range motoAccounts() {
		if a.closed {
			continue
		}
		ev := audit.evidence(t, a.name)
		for _, r := range a.allRoles() {
			i := slices.IndexFunc(ev.Authorization.Roles, func(got collect.Role) bool { return got.Name == r.name })
			if i < 0 {
				t.Errorf("%s: no role %s", a.name, r.name)
				continue
			}
			got := ev.Authorization.Roles[i]
			if want := audit.world.trust(a.name, r.trust); got.Trust != want {
				t.Errorf("%s: trust policy of %s: %s, want %s", a.name, r.name, got.Trust, want)
			}
			checkInline(t, a, r.motoHolder, got.Inline)
			if path.Base(got.Boundary) != path.Base(r.boundary) {
				t.Errorf("%s: boundary of %s: %s, want %s", a.name, r.name, got.Boundary, r.boundary)
			}
		}
		for _, u := range ev.Authorization.Users {
			checkInline(t, a, a.users[slices.IndexFunc(a.users, func(w motoUser) bool { return w.name == u.Name })].motoHolder, u.Inline)
		}
		for _, g := range ev.Authorization.Groups {
			checkInline(t, a, a.groups[slices.IndexFunc(a.groups, func(w motoHolder) bool { return w.name == g.Name })], g.Inline)
		}
		documents := map[string]string{}
		for _, p := range ev.Authorization.Policies {
			// Moto sends these policies without their names.
			documents[path.Base(p.ARN)], _ = p.InForce()
		}
		want := map[string]string{}
		for _, name := range a.own() {
			want[name] = motoPolicyNamed(name).document
		}
		if diff := cmp.Diff(want, documents); diff != "" {
			t.Errorf("%s: customer-managed policies (-want +got):\n%s", a.name, diff)
		}
	}
}

// checkInline compares the inline policy of a user, group or role, if there is one.
func checkInline(t *testing.T, a motoAccount, h motoHolder, got []collect.InlinePolicy) {
	t.Helper()
	var want []collect.InlinePolicy
	if h.inline != "" {
		want = []collect.InlinePolicy{{Name: h.inline, Document: a.inlineOf(h)}}
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s: inline policies of %s (-want +got):\n%s", a.name, h.name, diff)
	}
}
