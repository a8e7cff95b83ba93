package benchmark_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// evidenceDay is the last moment of the day of the evidence.
func evidenceDay() time.Time { return time.Date(2026, 9, 30, 23, 59, 59, 0, time.UTC) }

// exception accepts that root-mfa fails anywhere; a change narrows it.
func exception(id string, change func(*benchmark.Exception)) benchmark.Exception {
	e := benchmark.Exception{ID: id, Controls: []string{"root-mfa"}, Created: "2026-01-01", Expires: "2026-12-31"}
	if change != nil {
		change(&e)
	}
	return e
}

// failed is a result of root-mfa with one failing item for each resource, and one that passes.
func failed(account string, resources ...string) benchmark.Result {
	r := benchmark.Result{Control: "root-mfa", Account: account, Verdict: benchmark.VerdictFail, Failed: len(resources), Passed: 1}
	for _, resource := range resources {
		r.Items = append(r.Items, benchmark.Item{Resource: resource, Status: benchmark.Failed})
	}
	r.Items = append(r.Items, benchmark.Item{Resource: "good", Status: benchmark.Passed})
	r.Population = len(r.Items)
	return r
}

func taggedOrganization() *org.Organization {
	o := newOrganization("aws")
	for i := range o.Accounts {
		o.Accounts[i].Tags = map[string]string{}
	}
	o.Account(memberID).Tags["env"] = "sandbox"
	return o
}

// TestExceptionScope: which exceptions match the root user of a member account.
func TestExceptionScope(t *testing.T) {
	const resource = "arn:aws:iam::111111111111:root"
	for _, c := range []struct {
		name   string
		change func(*benchmark.Exception)
		want   bool
	}{
		{"anywhere", nil, true},
		{"another control", func(e *benchmark.Exception) { e.Controls = []string{"root-not-used"} }, false},
		{"one of several controls", func(e *benchmark.Exception) { e.Controls = []string{"root-not-used", "root-mfa"} }, true},
		{"the account", func(e *benchmark.Exception) { e.Accounts = []string{securityID, memberID} }, true},
		{"another account", func(e *benchmark.Exception) { e.Accounts = []string{securityID} }, false},
		{"the unit by name", func(e *benchmark.Exception) { e.Units = []string{"Workloads"} }, true},
		{"the unit by id", func(e *benchmark.Exception) { e.Units = []string{workloadsID} }, true},
		{"a unit above", func(e *benchmark.Exception) { e.Units = []string{rootID} }, true},
		{"another unit", func(e *benchmark.Exception) { e.Units = []string{"Security"} }, false},
		{"a unit that does not exist", func(e *benchmark.Exception) { e.Units = []string{"Nowhere"} }, false},
		{"the tag with its value", func(e *benchmark.Exception) { e.Tags = []string{"env=sandbox"} }, true},
		{"the tag with any value", func(e *benchmark.Exception) { e.Tags = []string{"env"} }, true},
		{"another value", func(e *benchmark.Exception) { e.Tags = []string{"env=prod"} }, false},
		{"the resource", func(e *benchmark.Exception) { e.Resources = []string{"arn:*:iam::????????????:root"} }, true},
		{"another resource", func(e *benchmark.Exception) { e.Resources = []string{"*:user/*"} }, false},
		{"case counts", func(e *benchmark.Exception) { e.Resources = []string{"*:ROOT"} }, false},
		{"all lists match", func(e *benchmark.Exception) {
			e.Accounts, e.Units, e.Tags, e.Resources = []string{memberID}, []string{"Workloads"}, []string{"env"}, []string{"*root"}
		}, true},
		{"one list does not match", func(e *benchmark.Exception) {
			e.Accounts, e.Units, e.Tags, e.Resources = []string{memberID}, []string{"Security"}, []string{"env"}, []string{"*root"}
		}, false},
		{"its first day", func(e *benchmark.Exception) { e.Created = "2026-09-30" }, true},
		{"created later", func(e *benchmark.Exception) { e.Created = "2026-10-01" }, false},
		{"its last day", func(e *benchmark.Exception) { e.Expires = "2026-09-30" }, true},
		{"expired", func(e *benchmark.Exception) { e.Expires = "2026-09-29" }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := taggedOrganization()
			register := benchmark.Register{Exceptions: []benchmark.Exception{exception("EX-1", c.change)}}
			r := failed(memberID, resource)
			register.Accept(o, evidenceDay()).Apply(&r, o.Account(memberID))
			if got := r.Items[0].Exception == "EX-1"; got != c.want || (r.Mark == benchmark.Excepted) != c.want {
				t.Errorf("matched %t with mark %q, want %t", got, r.Mark, c.want)
			}
			if want := c.name == "expired"; (r.Items[0].Expired == "EX-1") != want {
				t.Errorf("open again by %q, want %t", r.Items[0].Expired, want)
			}
			if r.Items[1].Exception != "" || r.Verdict != benchmark.VerdictFail || r.Failed != 1 {
				t.Errorf("more than the failing item changed: %+v", r)
			}
		})
	}
}

// TestExceptionOfOrganization: what is judged for the whole organization is in no account.
func TestExceptionOfOrganization(t *testing.T) {
	o := taggedOrganization()
	narrow := benchmark.Register{Exceptions: []benchmark.Exception{
		exception("A", func(e *benchmark.Exception) { e.Accounts = []string{memberID} }),
		exception("U", func(e *benchmark.Exception) { e.Units = []string{rootID} }),
		exception("T", func(e *benchmark.Exception) { e.Tags = []string{"env"} }),
	}}
	r := failed("", "a", "b")
	narrow.Accept(o, evidenceDay()).Apply(&r, nil)
	if r.Mark != benchmark.NoMark {
		t.Errorf("an exception of accounts marks a result of the organization: %+v", r)
	}
	wide := benchmark.Register{Exceptions: []benchmark.Exception{exception("R", func(e *benchmark.Exception) { e.Resources = []string{"a", "b"} })}}
	wide.Accept(o, evidenceDay()).Apply(&r, nil)
	if r.Mark != benchmark.Excepted || r.Items[1].Exception != "R" {
		t.Errorf("the result of the organization is not excepted: %+v", r)
	}
}

// TestExceptionMarks: the first exception in force is named, and the result is marked only
// where every failing item is accounted for.
func TestExceptionMarks(t *testing.T) {
	o := taggedOrganization()
	register := benchmark.Register{Exceptions: []benchmark.Exception{
		exception("OLD", func(e *benchmark.Exception) { e.Expires = "2026-06-30" }),
		exception("A", func(e *benchmark.Exception) { e.Resources = []string{"a*"} }),
		exception("ALSO-A", func(e *benchmark.Exception) { e.Resources = []string{"a*"} }),
	}}
	mitigation := &benchmark.Mitigation{PolicyID: "p-1"}
	for _, c := range []struct {
		name      string
		resources []string
		mitigated []int
		manual    bool
		mark      benchmark.Mark
		exception []string
		expired   []string
	}{
		{"all excepted", []string{"a1", "a2"}, nil, false, benchmark.Excepted, []string{"A", "A"}, []string{"", ""}},
		{"one is open", []string{"a1", "b"}, nil, false, benchmark.NoMark, []string{"A", ""}, []string{"", "OLD"}},
		{"all mitigated", []string{"b", "c"}, []int{0, 1}, false, benchmark.Mitigated, []string{"", ""}, []string{"", ""}},
		{"mitigated and excepted", []string{"a1", "b"}, []int{1}, false, benchmark.Excepted, []string{"A", ""}, []string{"", ""}},
		{"mitigated says more", []string{"a1"}, []int{0}, false, benchmark.Mitigated, []string{"A"}, []string{""}},
		{"nothing of a person's verdict", []string{"a1"}, nil, true, benchmark.NoMark, []string{""}, []string{""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := failed(memberID, c.resources...)
			for _, i := range c.mitigated {
				r.Items[i].Mitigation = mitigation
			}
			if c.manual {
				r.Verdict = benchmark.VerdictManual
			}
			register.Accept(o, evidenceDay()).Apply(&r, o.Account(memberID))
			if r.Mark != c.mark {
				t.Errorf("mark %q, want %q", r.Mark, c.mark)
			}
			for i := range c.resources {
				if r.Items[i].Exception != c.exception[i] || r.Items[i].Expired != c.expired[i] {
					t.Errorf("item %d: exception %q, expired %q, want %q and %q", i, r.Items[i].Exception, r.Items[i].Expired, c.exception[i], c.expired[i])
				}
			}
		})
	}
}

// TestJudgeAsksForMitigation: a control's mitigation is asked about failed items alone, and
// marks the result where it has one for each.
func TestJudgeAsksForMitigation(t *testing.T) {
	policy := &benchmark.Mitigation{PolicyID: "p-1", NodeID: rootID}
	for _, c := range []struct {
		covered string
		want    benchmark.Mark
	}{{"ab", benchmark.Mitigated}, {"a", benchmark.NoMark}, {"", benchmark.NoMark}} {
		asked := ""
		control := &benchmark.Control{
			ID: "test", Scope: benchmark.AccountScope,
			Judge: func(*benchmark.Subject) benchmark.Outcome {
				return benchmark.Outcome{Items: []benchmark.Item{
					{Resource: "a", Status: benchmark.Failed}, {Resource: "good", Status: benchmark.Passed}, {Resource: "b", Status: benchmark.Failed},
				}}
			},
			Mitigation: func(_ *benchmark.Subject, i *benchmark.Item) *benchmark.Mitigation {
				asked += i.Resource
				if strings.Contains(c.covered, i.Resource) {
					return policy
				}
				return nil
			},
		}
		r := benchmark.Judge(control, newWorld("aws").subject())
		if r.Mark != c.want || r.Verdict != benchmark.VerdictFail || asked != "ab" {
			t.Errorf("with %q covered the result is %s with mark %q after asking about %q, want a fail with mark %q", c.covered, r.Verdict, r.Mark, asked, c.want)
		}
	}
}

// TestExceptionUses: how exceptions stand after two accounts were judged.
func TestExceptionUses(t *testing.T) {
	limits := benchmark.ExceptionLimits{ExpiringDays: 30, MostItems: 2, MostAccounts: 50}
	notAssessed := benchmark.Result{Control: "root-mfa", Account: securityID, Verdict: benchmark.VerdictNotAssessed, Gap: &org.Gap{Section: collect.AccountSummarySection}}
	passed := benchmark.Result{Control: "root-mfa", Account: securityID, Verdict: benchmark.VerdictPass, Items: []benchmark.Item{{Resource: "x", Status: benchmark.Passed}}}
	type use struct {
		State           benchmark.ExceptionState
		Items, Accounts int
		Reopened        int
		TooMuch, Fails  bool
		Notes           []string
	}
	for _, c := range []struct {
		name   string
		change func(*benchmark.Exception)
		second benchmark.Result // of the security account; the member account fails with a and b
		// leftOut says that the management account is left out for this time.
		leftOut bool
		want    use
	}{
		{"active", nil, passed, false, use{benchmark.ExceptionActive, 2, 1, 0, false, false, []string{}}},
		{"expiring", func(e *benchmark.Exception) { e.Expires = "2026-10-30" }, passed, false,
			use{benchmark.ExceptionExpiring, 2, 1, 0, false, false, []string{"expires on 2026-10-30, in 30 days"}}},
		{"not yet expiring", func(e *benchmark.Exception) { e.Expires = "2026-10-31" }, passed, false, use{benchmark.ExceptionActive, 2, 1, 0, false, false, []string{}}},
		{"the last day", func(e *benchmark.Exception) { e.Expires = "2026-09-30" }, passed, false,
			use{benchmark.ExceptionExpiring, 2, 1, 0, false, false, []string{"expires on 2026-09-30, the day of the evidence"}}},
		{"expired", func(e *benchmark.Exception) { e.Expires = "2026-09-29" }, passed, false,
			use{benchmark.ExceptionExpired, 2, 1, 2, false, true, []string{"expired after 2026-09-29: 2 failing items open again"}}},
		{"expired, and mended", func(e *benchmark.Exception) { e.Expires, e.Resources = "2026-09-29", []string{"z"} }, passed, false,
			use{benchmark.ExceptionExpired, 0, 0, 0, false, true, []string{"expired after 2026-09-29: nothing is open again"}}},
		{"not yet in force", func(e *benchmark.Exception) { e.Created = "2026-10-01" }, passed, false,
			use{benchmark.ExceptionPending, 2, 1, 0, false, false, []string{"in force from 2026-10-01 on, and the evidence is of 2026-09-30"}}},
		{"unused", func(e *benchmark.Exception) { e.Resources = []string{"z"} }, passed, false,
			use{benchmark.ExceptionUnused, 0, 0, 0, false, true, []string{"matches no failing item: remove it, or mend its scope"}}},
		{"not assessed", func(e *benchmark.Exception) { e.Resources = []string{"z"} }, notAssessed, false,
			use{benchmark.ExceptionUntested, 0, 0, 0, false, false, []string{"matches no failing item so far, but not everything that it is about was judged"}}},
		{"what is not assessed lies outside", func(e *benchmark.Exception) { e.Resources, e.Accounts = []string{"z"}, []string{memberID} }, notAssessed, false,
			use{benchmark.ExceptionUnused, 0, 0, 0, false, true, []string{"matches no failing item: remove it, or mend its scope"}}},
		{"an account that is left out", func(e *benchmark.Exception) { e.Accounts = []string{managementID} }, passed, true,
			use{benchmark.ExceptionUntested, 0, 0, 0, false, false, []string{"matches no failing item so far, but not everything that it is about was judged"}}},
		{"another benchmark's control", func(e *benchmark.Exception) { e.Controls = []string{"root-not-used"} }, passed, false,
			use{benchmark.ExceptionUntested, 0, 0, 0, false, false, []string{
				"matches no failing item so far, but not everything that it is about was judged", "not judged by this benchmark: root-not-used"}}},
		{"a unit that does not exist", func(e *benchmark.Exception) { e.Units = []string{"Nowhere"} }, passed, false,
			use{benchmark.ExceptionUnused, 0, 0, 0, false, true, []string{
				"matches no failing item: remove it, or mend its scope", `no unit "Nowhere"; the units are Empty, Security, Workloads`}}},
		{"an account that is gone", func(e *benchmark.Exception) { e.Accounts = []string{memberID, "999999999999"} }, passed, false,
			use{benchmark.ExceptionActive, 2, 1, 0, false, false, []string{"account 999999999999 is not in the organization"}}},
		{"too many items and accounts", nil, failed(securityID, "c"), false,
			use{benchmark.ExceptionActive, 3, 2, 0, true, true, []string{
				"matches 3 failing items, more than 2", "matches failing items in 2 of 3 accounts, more than 50%"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := taggedOrganization()
			register := benchmark.Register{Exceptions: []benchmark.Exception{exception("EX-1", c.change)}}
			acceptances := register.Accept(o, evidenceDay())
			count := acceptances.Count()
			for _, r := range []benchmark.Result{failed(memberID, "a", "b"), c.second} {
				account := o.Account(r.Account)
				acceptances.Apply(&r, account)
				count.Add(account, []benchmark.Result{r})
			}
			if c.leftOut {
				count.LeftOut(o.Account(managementID))
			}
			u := count.Uses(limits, 3)[0]
			got := use{u.State, u.Items, u.InAccounts, u.Reopened, u.TooMuch, u.Fails(), u.Notes}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestExceptionScopeThatWasNotRead: where tags or units were not read, nobody can say that
// an exception is not needed.
func TestExceptionScopeThatWasNotRead(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*org.Organization)
		scope  func(*benchmark.Exception)
		want   string
	}{
		{"tags", func(o *org.Organization) { o.Accounts[1].Tags = nil }, func(e *benchmark.Exception) { e.Tags = []string{"env"} },
			"its scope could not be followed in full: tags of accounts were not read"},
		{"units", func(o *org.Organization) { o.Gaps = append(o.Gaps, org.Gap{Section: org.SectionTree}) }, func(e *benchmark.Exception) { e.Units = []string{"Elsewhere"} },
			"its scope could not be followed in full: the units of the organization could not all be read"},
		{"the place of an account", func(o *org.Organization) { o.Accounts[1].Path = nil }, func(e *benchmark.Exception) { e.Units = []string{"Workloads"} },
			"its scope could not be followed in full: the place of account 111111111111 is not known"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := taggedOrganization()
			c.change(o)
			acceptances := benchmark.Register{Exceptions: []benchmark.Exception{exception("EX-1", c.scope)}}.Accept(o, evidenceDay())
			count := acceptances.Count()
			r := failed(memberID, "a")
			acceptances.Apply(&r, o.Account(memberID))
			count.Add(o.Account(memberID), []benchmark.Result{r})
			u := count.Uses(benchmark.ExceptionLimits{}, 1)[0]
			if r.Mark != benchmark.NoMark || u.State != benchmark.ExceptionUntested || u.Notes[len(u.Notes)-1] != c.want {
				t.Errorf("mark %q, state %q, notes %q; want no mark and %q", r.Mark, u.State, u.Notes, c.want)
			}
		})
	}
}
