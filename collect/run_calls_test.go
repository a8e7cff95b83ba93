package collect_test

import (
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// serviceIDs are the SDK's ids of the services by the prefixes of their IAM actions.
func serviceIDs() map[string]string {
	return map[string]string{
		"sts": "STS", "iam": "IAM", "organizations": "Organizations", "access-analyzer": "AccessAnalyzer", "account": "Account",
	}
}

// TestRunUsesItsCalls checks that every operation that AWS saw is declared, that every
// declared one was seen, and that each is declared with the permission that AWS asked for.
func TestRunUsesItsCalls(t *testing.T) {
	s := start(t, demoWorld(t, awsfake.DemoOptions{Accounts: 12}), awsfake.Options{PageSize: 2, Now: clock})
	o := s.options(t)
	o.Optional = everySection()
	run(t, o)
	seen := map[string]string{}
	for _, c := range s.Calls() {
		name := serviceIDs()[c.Service] + ":" + c.Operation
		if seen[name] != "" && c.Action != "" && seen[name] != c.Action {
			t.Errorf("%s needs %s and %s", name, seen[name], c.Action)
		}
		seen[name] = max(seen[name], c.Action)
	}
	declared := map[string]string{}
	for _, c := range collect.Calls() {
		name := c.Service + ":" + c.Operation
		if _, twice := declared[name]; twice {
			t.Errorf("%s is declared twice", name)
		}
		declared[name] = c.Action
	}
	// It can be granted, and nobody needs it.
	seen["STS:GetCallerIdentity"] = "sts:GetCallerIdentity"
	if diff := gocmp.Diff(declared, seen); diff != "" {
		t.Errorf("operations with their permissions differ (-declared +seen):\n%s", diff)
	}
}

// counted counts the calls that a filter lets pass, by calling account.
func counted(s *simulated, filter func(awsfake.Call) bool) map[string]int {
	counts := map[string]int{}
	for _, c := range s.Calls() {
		if filter(c) {
			counts[c.Account]++
		}
	}
	return counts
}

func operation(names ...string) func(awsfake.Call) bool {
	return func(c awsfake.Call) bool { return slices.Contains(names, c.Operation) }
}

// holders are the accounts of the demo that may hold analyzers of the organization.
func holders(w *awsfake.World) []string {
	return []string{w.Accounts[managementPlace].ID, w.Accounts[securityPlace].ID}
}

func total(counts map[string]int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

// TestRunAsksOnce checks what must be asked once and not again in every account.
func TestRunAsksOnce(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 20})
	s := start(t, w, awsfake.Options{PageSize: 1000, Now: clock})
	o := s.options(t)
	o.Accounts, o.Collectors = 20, 8 // so that accounts race for the same policies
	s.ResetCalls()
	folder := run(t, o)

	t.Run("the role of every account", func(t *testing.T) {
		// All but the management account, in which the caller is already.
		if got, want := total(counted(s, operation("AssumeRole"))), len(o.Selected)-1; got != want {
			t.Errorf("roles were taken %d times, want %d for %d accounts", got, want, len(o.Selected))
		}
	})
	t.Run("every AWS-managed policy", func(t *testing.T) {
		policies, _, err := folder.ManagedPolicies()
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"GetPolicy", "GetPolicyVersion"} {
			ok := func(c awsfake.Call) bool { return c.Operation == name && c.Status == 200 }
			if got := total(counted(s, ok)); got != len(policies) || got == 0 {
				t.Errorf("%s was called %d times for %d policies", name, got, len(policies))
			}
		}
	})
	t.Run("the organization's analyzers", func(t *testing.T) {
		analyzers, err := folder.Analyzers()
		if err != nil {
			t.Fatal(err)
		}
		calls := counted(s, func(c awsfake.Call) bool { return c.Operation == "ListAnalyzers" && c.Status == 200 })
		for _, account := range o.Selected {
			ev := evidence(t, folder, account.ID)
			open := 0 // regions that no analyzer of the organization covers
			for _, region := range ev.Regions {
				if _, _, covered := analyzers.Covering(region.Name); !covered {
					open++
				}
			}
			want := open
			if slices.Contains(holders(w), account.ID) {
				want += len(ev.Regions) // in each of them, the organization's
			}
			if calls[account.ID] != want {
				t.Errorf("account %s was asked %d times for its analyzers, want %d of %d regions", account.ID, calls[account.ID], want, len(ev.Regions))
			}
			if len(ev.Regions) > 0 && open > len(ev.Regions)/2 {
				t.Errorf("%d of %d regions are not covered in account %s; the test needs some that are", open, len(ev.Regions), account.ID)
			}
		}
	})
	t.Run("what is counted is what was sent", func(t *testing.T) {
		sent := len(s.Calls())
		analyzers, err := folder.Analyzers()
		if err != nil {
			t.Fatal(err)
		}
		noted := analyzers.Calls
		for _, account := range o.Selected {
			ev := evidence(t, folder, account.ID)
			noted += ev.Calls
			if ev.Retries != 0 {
				t.Errorf("account %s notes %d retries, want none", account.ID, ev.Retries)
			}
			if len(ev.Gaps) > 0 {
				continue // a section that could not be read notes no calls
			}
			reads := 0
			for _, r := range ev.Reads {
				if r.Section != collect.ManagedPoliciesSection { // part of the authorization details
					reads += r.Calls
				}
			}
			if !slices.Contains(holders(w), account.ID) {
				reads++ // that took the role; the holders of analyzers were entered before
			}
			if reads != ev.Calls {
				t.Errorf("the reads of account %s note %d calls, and the account %d", account.ID, reads, ev.Calls)
			}
		}
		if noted != sent {
			t.Errorf("the evidence notes %d calls, and %d were sent", noted, sent)
		}
	})
}

func readOf(ev *collect.Evidence, section org.Section) collect.Read {
	for _, r := range ev.Reads {
		if r.Section == section {
			return r
		}
	}
	return collect.Read{}
}

// TestRunCallsDoNotGrowWithUsers checks that no call is made for a single user, role or
// policy: only pages grow with their number, and here all fit into one.
func TestRunCallsDoNotGrowWithUsers(t *testing.T) {
	calls := func(n int) map[string]map[string]int {
		w := demoWorld(t, awsfake.DemoOptions{Accounts: 6, Users: n, Roles: n, Policies: n})
		s := start(t, w, awsfake.Options{PageSize: 1000, Now: clock})
		o := s.options(t)
		s.ResetCalls()
		run(t, o)
		counts := map[string]map[string]int{}
		for _, c := range s.Calls() {
			switch {
			case c.Operation == "GetPolicy" || c.Operation == "GetPolicyVersion":
				continue // once an organization; another test counts them
			case c.Operation == "ListFindingsV2" || c.Operation == "ListArchiveRules":
				continue // as many as there are analyzers
			}
			if counts[c.Account] == nil {
				counts[c.Account] = map[string]int{}
			}
			counts[c.Account][c.Operation]++
		}
		return counts
	}
	few, many := calls(5), calls(50)
	if diff := gocmp.Diff(few, many); diff != "" {
		t.Errorf("calls by account differ (-5 of each +50 of each):\n%s", diff)
	}
	if len(few) != 6 {
		t.Errorf("%d accounts made calls, want 6", len(few))
	}
}

// TestRunKeepsFindingsAboutOthers checks that findings about accounts that are not audited
// stay with the organization's analyzer instead of going nowhere.
func TestRunKeepsFindingsAboutOthers(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 20})
	s := start(t, w, awsfake.Options{Now: clock})
	want := map[string]bool{} // ids of what is open or archived
	for _, account := range w.Accounts {
		for _, a := range account.Analyzers {
			for _, f := range a.Findings {
				if strings.HasPrefix(a.Type, "ORGANIZATION") && f.Status != "RESOLVED" {
					want[f.ID] = true
				}
			}
		}
	}
	id := w.Accounts[securityPlace].ID
	folder := run(t, only(s.options(t), id))
	got, own := map[string]bool{}, evidence(t, folder, id).OrganizationFindings
	for _, f := range own {
		got[f.ID] = true
	}
	analyzers, err := folder.Analyzers()
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range analyzers.Holders {
		for _, region := range h.Regions {
			for _, a := range region.Analyzers {
				for _, f := range a.Findings {
					if f.Account == id {
						t.Errorf("finding %s about the audited account stands with the analyzer too", f.ID)
					}
					got[f.ID] = true
				}
			}
		}
	}
	if len(want) <= len(own) {
		t.Fatalf("%d findings of the organization, all about the audited account", len(want))
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-world +evidence):\n%s", diff)
	}
}
