package collect_test

import (
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/internal/awsfake"
)

// TestRunReadsLongListsByAccount: an analyzer with more pages of findings than are read in a
// row is read by accounts, and nothing is lost or doubled thereby.
func TestRunReadsLongListsByAccount(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 45})
	want := map[string]int{}
	for _, account := range w.Accounts {
		for _, a := range account.Analyzers {
			for _, f := range a.Findings {
				if strings.HasPrefix(a.Type, "ORGANIZATION") && f.Status != "RESOLVED" {
					want[f.ID]++
				}
			}
		}
	}
	s := start(t, w, awsfake.Options{PageSize: 3, Now: clock})
	o := s.options(t)
	folder := run(t, o)
	got := map[string]int{}
	for _, account := range o.Selected {
		for _, f := range evidence(t, folder, account.ID).OrganizationFindings {
			got[f.ID]++
			if f.Account != account.ID {
				t.Errorf("finding %s about account %s stands with %s", f.ID, f.Account, account.ID)
			}
		}
	}
	analyzers, err := folder.Analyzers()
	if err != nil {
		t.Fatal(err)
	}
	long := false
	for _, h := range analyzers.Holders {
		for _, region := range h.Regions {
			for _, a := range region.Analyzers {
				for _, f := range a.Findings {
					got[f.ID]++
				}
			}
		}
	}
	for _, c := range analyzers.Traffic {
		// So many are not read in a row by any of the analyzers together.
		long = long || c.Operation == "ListFindingsV2" && c.Calls > len(w.Accounts)
	}
	if !long || len(want) < 3*10*2 {
		t.Errorf("%d findings, read with %+v; the test needs a long list", len(want), analyzers.Traffic)
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-world +evidence):\n%s", diff)
	}
}
