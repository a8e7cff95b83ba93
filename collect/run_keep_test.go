package collect_test

import (
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
)

// TestResumeBringsFindingsOfTheOrganization checks an account that was read while the
// organization's analyzers could not be: the resumed run, which reads them, gives the account
// the findings about it, or nobody would know of them.
func TestResumeBringsFindingsOfTheOrganization(t *testing.T) {
	s := start(t, demoWorld(t, awsfake.DemoOptions{Accounts: 20}), awsfake.Options{Now: clock})
	o := s.options(t)
	whole := run(t, o)

	o.Folder = newFolder(t)
	if err := s.SetFaults([]awsfake.Fault{{Kind: awsfake.Malformed, Operation: "ListFindingsV2"}}); err != nil {
		t.Fatal(err)
	}
	run(t, o)
	if err := s.SetFaults(nil); err != nil {
		t.Fatal(err)
	}
	o.Resume = true
	s.ResetCalls()
	run(t, o)

	found := 0
	for _, a := range o.Selected {
		want := evidence(t, whole, a.ID).OrganizationFindings
		found += len(want)
		ev := evidence(t, o.Folder, a.ID)
		if diff := gocmp.Diff(want, ev.OrganizationFindings); diff != "" {
			t.Errorf("findings about account %s (-want +got):\n%s", a.ID, diff)
		}
		if ev.Entry.Kind == collect.EntryNone {
			continue
		}
		for _, c := range s.Calls() {
			if c.Account == a.ID && c.Operation == "GetAccountSummary" {
				t.Errorf("account %s was read again", a.ID)
			}
		}
	}
	if found == 0 {
		t.Error("the organization's analyzers have found nothing")
	}
}
