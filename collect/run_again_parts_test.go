package collect_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// days is a clock that many days after the first run.
func days(n int) func() time.Time {
	return func() time.Time { return now.AddDate(0, 0, n) }
}

// TestResumeFindingsAboutClosedAccount goes on with a run that could neither enter an account
// nor read the organization's analyzers: what these say of the account is kept, though it is not
// entered again.
func TestResumeFindingsAboutClosedAccount(t *testing.T) {
	s := start(t, demoWorld(t, awsfake.DemoOptions{Accounts: 20}), awsfake.Options{Now: clock})
	o := s.options(t)
	whole := run(t, o)
	i := slices.IndexFunc(o.Selected, func(a *org.Account) bool {
		ev := evidence(t, whole, a.ID)
		return len(ev.OrganizationFindings) > 0 && ev.Entry.Kind == collect.EntryRole
	})
	if i < 0 {
		t.Fatal("the organization's analyzers have no findings about any account")
	}
	closed := o.Selected[i].ID
	want := len(evidence(t, whole, closed).OrganizationFindings)

	o.Folder = newFolder(t)
	deny := awsfake.Fault{Kind: awsfake.DenyBySCP, Operation: "AssumeRole", Account: closed}
	for _, faults := range [][]awsfake.Fault{{deny, {Kind: awsfake.Malformed, Operation: "ListFindingsV2"}}, {deny}} {
		if err := s.SetFaults(faults); err != nil {
			t.Fatal(err)
		}
		run(t, o)
		o.Resume = true
	}
	if ev := evidence(t, o.Folder, closed); len(ev.OrganizationFindings) != want || ev.Entry.Kind != collect.EntryNone {
		t.Errorf("%d findings about the account that could not be entered (%s), want %d", len(ev.OrganizationFindings), ev.Entry.Kind, want)
	}
}

// TestMaxAgeOfPolicies checks that AWS-managed policies have an age of their own: another part
// that was read again meanwhile does not make them younger.
func TestMaxAgeOfPolicies(t *testing.T) {
	f := &outage{which: inRegion("eu-west-1"), code: "ThrottlingException", status: http.StatusTooManyRequests}
	s := start(t, demoWorld(t, awsfake.DemoOptions{Accounts: 3}), awsfake.Options{Now: clock}, f.wrap)
	o := s.options(t)
	f.on.Store(true)
	run(t, o) // without a region of the organization's analyzers
	f.on.Store(false)
	o.Resume, o.Now = true, days(5)
	run(t, o) // which is read now
	o.MaxAge, o.Now = 48*time.Hour, days(6)
	run(t, o)
	policies, _, err := o.Folder.ManagedPolicies()
	if err != nil || len(policies) == 0 {
		t.Fatalf("policies %v: %v", policies, err)
	}
	for arn, p := range policies {
		if p.ReadAt.Before(now.AddDate(0, 0, 6)) {
			t.Errorf("%s is that of %v, and at most two days were allowed on day 6", arn, p.ReadAt)
		}
	}
}

// TestTooOldPolicyIsAGap checks that the text of a policy that is too old and cannot be read
// again does not close the gap that says so.
func TestTooOldPolicyIsAGap(t *testing.T) {
	f := &outage{which: toIAM("GetPolicyVersion"), code: "Throttling", status: http.StatusBadRequest}
	s := start(t, demoWorld(t, awsfake.DemoOptions{Accounts: 3}), awsfake.Options{Now: clock}, f.wrap)
	o := s.options(t)
	run(t, o)
	o.Resume, o.MaxAge, o.Now = true, 24*time.Hour, days(3)
	f.on.Store(true)
	run(t, o)
	held, _, err := o.Folder.ManagedPolicies()
	if err != nil {
		t.Fatal(err)
	}
	gaps := 0
	for _, a := range o.Selected {
		for _, g := range evidence(t, o.Folder, a.ID).Gaps {
			if g.Section != collect.ManagedPoliciesSection {
				continue
			}
			gaps++
			if p := held[g.Subject]; p.Closes(g) {
				t.Errorf("%s is a gap (%s), which its text of %v closes", g.Subject, g.Cause, p.ReadAt)
			}
		}
	}
	if gaps == 0 {
		t.Error("no policy is a gap, though none can be read")
	}
}

// TestRecordsOfKeptLists checks that the count of a section is that of its lists, those that an
// earlier run read too.
func TestRecordsOfKeptLists(t *testing.T) {
	odd := func(rest int) func(*http.Request) bool {
		return func(r *http.Request) bool {
			return asks(r, "GenerateServiceLastAccessedDetails") && len(formOf(r).Get("Arn"))%2 == rest
		}
	}
	f := &outage{which: odd(0), code: "Throttling", status: http.StatusBadRequest}
	s := start(t, demoWorld(t, awsfake.DemoOptions{Accounts: 14}), awsfake.Options{Now: clock}, f.wrap)
	o := s.options(t)
	o.Optional = everySection()
	f.on.Store(true)
	run(t, o)
	f.which, o.Resume = odd(1), true
	run(t, o)
	kept := false
	for _, a := range o.Selected {
		ev := evidence(t, o.Folder, a.ID)
		for _, r := range ev.Reads {
			if r.Section != collect.LastAccessedSection {
				continue
			}
			kept = kept || len(ev.LastAccessed) > 0
			if r.Records != len(ev.LastAccessed) {
				t.Errorf("account %s says %d records and holds %d lists", a.ID, r.Records, len(ev.LastAccessed))
			}
		}
	}
	if !kept {
		t.Error("no account holds a list of last accesses")
	}
}

// TestConfiguredRegionsHeal names the regions after they could not be listed, for which no call
// is needed.
func TestConfiguredRegionsHeal(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
	s := start(t, w, awsfake.Options{Now: clock})
	o := only(s.options(t), w.Accounts[logsPlace].ID)
	if err := s.SetFaults([]awsfake.Fault{{Kind: awsfake.DenyByRole, Operation: "ListRegions"}}); err != nil {
		t.Fatal(err)
	}
	run(t, o)
	id := o.Selected[0].ID
	if _, missing := evidence(t, o.Folder, id).Missing(collect.RegionsSection); !missing {
		t.Fatal("the regions are known, though they cannot be listed")
	}
	o.Resume, o.Regions = true, []string{"us-east-1"}
	run(t, o)
	if gaps := gapsOf(evidence(t, o.Folder, id)); len(gaps) > 0 {
		t.Errorf("with configured regions the gaps %+v stay", gaps)
	}
}

// TestPlanAfterResume plans from evidence that several runs made: their calls are no measure of
// those of one.
func TestPlanAfterResume(t *testing.T) {
	s := start(t, demoWorld(t, awsfake.DemoOptions{Accounts: 3}), awsfake.Options{Now: clock})
	o := s.options(t)
	run(t, o)
	plan := o
	one, err := collect.NewPlan(plan, nil, o.Folder)
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= 3; i++ {
		o.Resume, o.MaxAge, o.Now = true, 24*time.Hour, days(2*i)
		run(t, o)
	}
	four, err := collect.NewPlan(plan, nil, o.Folder)
	if err != nil {
		t.Fatal(err)
	}
	if four.Total() > one.Total()*5/4 || four.Total() < one.Total()*3/4 || four.Pages != one.Pages {
		t.Errorf("%d calls and %d pages are planned after four runs, want about the %d and %d of one", four.Total(), four.Pages, one.Total(), one.Pages)
	}
}
