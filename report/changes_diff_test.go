package report

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"orgaudit/report/benchmark"
)

const (
	changesAccount = "111111111111"
	changesControl = "user-console-mfa"
)

// quarter is the time of the audit so many quarters before the present one.
func quarter(ago int) time.Time { return smallTime().AddDate(0, -3*ago, 0) }

// item is an item of the control in a state, such as "alice FAIL".
func item(resource string, status benchmark.Status) benchmark.Item {
	return benchmark.Item{Resource: resource, Status: status, Observed: string(status)}
}

// seen is what an audit saw of the account: a result with these items.
func seen(ago int, items ...benchmark.Item) *sight {
	r := benchmark.Result{Control: changesControl, Account: changesAccount, Items: items, Population: len(items)}
	for i := range items {
		switch items[i].Status {
		case benchmark.Failed:
			r.Failed++
		case benchmark.Passed:
			r.Passed++
		case benchmark.NotAssessed:
			r.NotAssessed++
		}
	}
	switch {
	case r.Failed > 0:
		r.Verdict = benchmark.VerdictFail
	case r.NotAssessed > 0:
		r.Verdict = benchmark.VerdictNotAssessed
	case r.Passed > 0:
		r.Verdict = benchmark.VerdictPass
	case len(items) > 0:
		r.Verdict = benchmark.VerdictManual
	default:
		r.Verdict = benchmark.VerdictNotApplicable
	}
	return &sight{at: quarter(ago), results: []benchmark.Result{r}}
}

// blind is an audit in which the control could not be assessed at all.
func blind(ago int) *sight {
	s := seen(ago)
	s.results[0].Verdict = benchmark.VerdictNotAssessed
	return s
}

func without(ago int) *sight { return &sight{at: quarter(ago), absent: true} }
func leftOut(ago int) *sight { return &sight{at: quarter(ago), excluded: true} }

func TestFindingChanges(t *testing.T) {
	const alice = "user/alice"
	fail, pass, open := item(alice, benchmark.Failed), item(alice, benchmark.Passed), item(alice, benchmark.NotAssessed)
	excepted, mitigated, expired := fail, fail, fail
	excepted.Exception, expired.Expired = "EX-1", "EX-1"
	mitigated.Mitigation = &benchmark.Mitigation{PolicyID: "p-1"}
	region, regionRead := item("region eu-west-1", benchmark.NotAssessed), item("region eu-west-1", benchmark.Passed)
	for _, test := range []struct {
		name          string
		pasts         []*sight // the last one is compared with
		now           *sight
		kind          ChangeKind
		cause         ChangeCause
		before, after string
		first         int // quarters ago
	}{
		{"passed before", []*sight{seen(1, pass)}, seen(0, fail), ChangeRegressed, CauseEnvironment, "pass", "FAIL", 0},
		{"was not there", []*sight{seen(1)}, seen(0, fail), ChangeNew, CauseEnvironment, "absent", "FAIL", 0},
		{"control was not assessed", []*sight{blind(1)}, seen(0, fail), ChangeNew, CauseCoverage, "not assessed", "FAIL", 0},
		{"item was not assessed", []*sight{seen(1, open)}, seen(0, fail), ChangeNew, CauseCoverage, "not assessed", "FAIL", 0},
		{"hidden in what was not read", []*sight{seen(1, region)}, seen(0, fail), ChangeNew, CauseCoverage, "not assessed", "FAIL", 0},
		{"the same member hid nothing", []*sight{seen(1, region)}, seen(0, fail, regionRead), ChangeNew, CauseEnvironment, "absent", "FAIL", 0},
		{"nothing hid it", []*sight{seen(1, region)}, seen(0, fail, region), ChangeNew, CauseEnvironment, "absent", "FAIL", 0},
		{"a person judged before", []*sight{seen(1, item(alice, benchmark.Fact))}, seen(0, fail), ChangeNew, CauseCoverage, "manual", "FAIL", 0},
		{"account joined", []*sight{without(1)}, seen(0, fail), ChangeNew, CauseScope, "not in the organization", "FAIL", 0},
		{"account included", []*sight{leftOut(1)}, seen(0, fail), ChangeNew, CauseScope, "excluded", "FAIL", 0},

		{"mended", []*sight{seen(1, fail)}, seen(0, pass), ChangeResolved, CauseEnvironment, "FAIL", "pass", 1},
		{"resource gone", []*sight{seen(1, fail)}, seen(0), ChangeResolved, CauseEnvironment, "FAIL", "absent", 1},
		{"account left", []*sight{seen(1, fail)}, without(0), ChangeLost, CauseScope, "FAIL", "not in the organization", 1},
		{"account excluded", []*sight{seen(1, fail)}, leftOut(0), ChangeLost, CauseScope, "FAIL", "excluded", 1},
		{"account not entered", []*sight{seen(1, fail)}, blind(0), ChangeLost, CauseCoverage, "FAIL", "not assessed", 1},
		{"item not assessed", []*sight{seen(1, fail)}, seen(0, open), ChangeLost, CauseCoverage, "FAIL", "not assessed", 1},
		{"hidden in what is not read", []*sight{seen(1, fail)}, seen(0, region), ChangeLost, CauseCoverage, "FAIL", "not assessed", 1},
		{"gone, and another is not assessed", []*sight{seen(1, fail, regionRead)}, seen(0, region), ChangeResolved, CauseEnvironment, "FAIL", "absent", 1},
		{"a person judges now", []*sight{seen(1, fail)}, seen(0, item("user/bob", benchmark.Fact)), ChangeLost, CauseCoverage, "FAIL", "manual", 1},

		{"still open", []*sight{seen(1, fail)}, seen(0, fail), ChangeStillOpen, "", "FAIL", "FAIL", 1},
		{"excepted since", []*sight{seen(1, fail)}, seen(0, excepted), ChangeStillOpen, CauseException, "FAIL", "FAIL (excepted)", 1},
		{"exception expired", []*sight{seen(1, excepted)}, seen(0, expired), ChangeStillOpen, CauseException, "FAIL (excepted)", "FAIL (exception expired)", 1},
		{"mitigated since", []*sight{seen(1, fail)}, seen(0, mitigated), ChangeStillOpen, CauseMitigation, "FAIL", "FAIL (mitigated)", 1},
		{"mitigation gone, excepted", []*sight{seen(1, mitigated)}, seen(0, excepted), ChangeStillOpen, CauseMitigation, "FAIL (mitigated)", "FAIL (excepted)", 1},
		{"new and excepted", []*sight{seen(1)}, seen(0, excepted), ChangeNew, CauseEnvironment, "absent", "FAIL (excepted)", 0},

		{"failed all the time", []*sight{seen(3, fail), seen(2, fail), seen(1, fail)}, seen(0, fail), ChangeStillOpen, "", "FAIL", "FAIL", 3},
		{"an audit that did not assess it breaks nothing", []*sight{seen(3, fail), blind(2), seen(1, fail)}, seen(0, fail), ChangeStillOpen, "", "FAIL", "FAIL", 3},
		{"nor counts", []*sight{blind(3), seen(2, fail), seen(1, fail)}, seen(0, fail), ChangeStillOpen, "", "FAIL", "FAIL", 2},
		{"a pass breaks", []*sight{seen(3, fail), seen(2, pass), seen(1, fail)}, seen(0, fail), ChangeStillOpen, "", "FAIL", "FAIL", 1},
		{"the previous audit did not assess it", []*sight{seen(2, fail), blind(1)}, seen(0, fail), ChangeNew, CauseCoverage, "not assessed", "FAIL", 2},
		{"came back", []*sight{seen(3, fail), seen(2, pass), seen(1)}, seen(0, fail), ChangeRegressed, CauseEnvironment, "absent", "FAIL", 0},
		{"came back while nobody looked", []*sight{seen(3, fail), seen(2, pass), blind(1)}, seen(0, fail), ChangeRegressed, CauseCoverage, "not assessed", "FAIL", 0},
		{"resolved after long", []*sight{seen(3, fail), seen(2, fail), seen(1, fail)}, seen(0, pass), ChangeResolved, CauseEnvironment, "FAIL", "pass", 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := &difference{
				now: test.now, pasts: test.pasts, previous: len(test.pasts) - 1,
				of: Change{AccountID: changesAccount}, severity: map[string]benchmark.Severity{changesControl: benchmark.High},
			}
			changes, lifetimes := d.findings()
			want := []Change{{
				ID:   findingID(changesControl, changesAccount, alice, 0),
				Kind: test.kind, Cause: test.cause, Control: changesControl, Severity: benchmark.High, AccountID: changesAccount,
				Resource: alice, Before: test.before, After: test.after, FirstSeen: quarter(test.first),
			}}
			for i := range changes {
				changes[i].Observed = ""
			}
			if diff := cmp.Diff(want, changes); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			wantLives := map[string]Lifetime{}
			if test.kind == ChangeNew || test.kind == ChangeRegressed || test.kind == ChangeStillOpen {
				wantLives[want[0].ID] = Lifetime{Kind: test.kind, FirstSeen: quarter(test.first)}
			}
			if diff := cmp.Diff(wantLives, lifetimes); diff != "" {
				t.Errorf("lifetimes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFindingChangesObserve: what is observed is of now, and of then where it is gone.
func TestFindingChangesObserve(t *testing.T) {
	then, now := item("user/alice", benchmark.Failed), item("user/alice", benchmark.Passed)
	then.Observed, now.Observed = "no MFA", "MFA is on"
	for want, present := range map[string]*sight{"MFA is on": seen(0, now), "no MFA": seen(0)} {
		d := &difference{now: present, pasts: []*sight{seen(1, then)}}
		if changes, _ := d.findings(); len(changes) != 1 || changes[0].Observed != want {
			t.Errorf("changes are %+v, want one that observed %q", changes, want)
		}
	}
}

// TestOrganizationFindingsOfAccounts: a finding of the organization about an account that
// joined or left has come and gone with the account.
func TestOrganizationFindingsOfAccounts(t *testing.T) {
	const resource = "arn:aws:organizations::000000000001:account/o-a1b2c3d4e5/" + changesAccount
	stands := func(s *sight, words string) *sight {
		s.account = func(id string) string {
			if id != changesAccount {
				t.Errorf("asked about account %q", id)
			}
			return words
		}
		return s
	}
	failing := func(ago int) *sight { return stands(seen(ago, item(resource, benchmark.Failed)), "") }
	for _, test := range []struct {
		then, now *sight
		kind      ChangeKind
		cause     ChangeCause
	}{
		{stands(seen(1), stateNotThere), failing(0), ChangeNew, CauseScope},
		{stands(seen(1), ""), failing(0), ChangeNew, CauseEnvironment},
		{failing(1), stands(seen(0), stateNotThere), ChangeLost, CauseScope},
		{failing(1), stands(seen(0), stateExcluded), ChangeLost, CauseScope},
		{failing(1), stands(seen(0), ""), ChangeResolved, CauseEnvironment},
	} {
		d := &difference{now: test.now, pasts: []*sight{test.then}}
		changes, _ := d.findings()
		if len(changes) != 1 || changes[0].Kind != test.kind || changes[0].Cause != test.cause {
			t.Errorf("changes are %+v, want one that is %s for its %s", changes, test.kind, test.cause)
		}
	}
}
