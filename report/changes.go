package report

import (
	"context"
	"time"

	"orgaudit/report/benchmark"
)

// ChangeKind is what became of a finding since the previous audit.
type ChangeKind string

// Kinds of change. A finding is a failed item of a control in an account.
const (
	// ChangeNew fails now, and the previous audit did not know it.
	ChangeNew ChangeKind = "new"
	// ChangeRegressed fails now, and passed in the previous audit, or was seen failing
	// before that and had been resolved.
	ChangeRegressed ChangeKind = "regressed"
	// ChangeResolved failed then, and passes now or is no more.
	ChangeResolved ChangeKind = "resolved"
	// ChangeStillOpen failed then and fails now.
	ChangeStillOpen ChangeKind = "still open"
	// ChangeLost failed then, and nobody can say whether it still does: its evidence could
	// not be read, or its account or control is not in scope any more.
	ChangeLost ChangeKind = "no longer assessed"
)

// ChangeCause is why a finding or a score is another than in the previous audit.
type ChangeCause string

// Causes, in the order in which the difference of two scores is taken apart.
const (
	CauseBenchmark   ChangeCause = "benchmark"   // the benchmark, its weights or its parameters
	CauseScope       ChangeCause = "scope"       // an account joined, left, moved, or was excluded or included
	CauseCoverage    ChangeCause = "coverage"    // what was not assessed became assessed, or the reverse
	CauseEnvironment ChangeCause = "environment" // something was changed in AWS
	CauseException   ChangeCause = "exception"   // an exception was made, changed, or ended
	CauseMitigation  ChangeCause = "mitigation"  // a policy of the organization accounts for more, or less
)

// Change is one finding's fate.
type Change struct {
	// ID is the finding's, see [FindingIDs].
	ID   string
	Kind ChangeKind
	// Cause is empty where nothing is different.
	Cause             ChangeCause
	Control           string
	Severity          benchmark.Severity
	AccountID         string // empty for the organization
	AccountName, Unit string
	Resource          string
	// Before and After are the states in words: "pass", "FAIL", "FAIL (excepted)",
	// "FAIL (mitigated)", "FAIL (exception expired)", "manual", "not assessed", "absent",
	// "excluded" and "not in the organization".
	Before, After string
	// Observed is what stands in the present evidence, or in the previous where it is gone.
	Observed string
	// FirstSeen is the time of the first evidence in which the finding failed without a break.
	FirstSeen time.Time
}

// Lifetime says since when a finding has been open.
type Lifetime struct {
	Kind ChangeKind
	// FirstSeen is the time of the first audit in which it failed without a break since.
	FirstSeen time.Time
}

// ChangeCount counts findings by kind.
type ChangeCount struct {
	New       int `json:"new"`
	Regressed int `json:"regressed"`
	Resolved  int `json:"resolved"`
	StillOpen int `json:"still_open"`
	Lost      int `json:"no_longer_assessed"`
}

// ScoreStep is a part of the difference between two scores. The steps of a score add up to
// the whole difference.
type ScoreStep struct {
	Cause ChangeCause `json:"cause"`
	// Raw and Adjusted are points of the scores; nil where a score is missing on one side.
	Raw      *float64 `json:"raw"`
	Adjusted *float64 `json:"adjusted"`
	// Words say what it was, such as "3 accounts joined, 1 left".
	Words string `json:"words"`
}

// AccountChange is an account whose place in the audit is another than before.
type AccountChange struct {
	AccountID, Name string
	// What is "joined", "left", "moved" (which changes the scores of units alone), "renamed",
	// "excluded", "included", or a change of outcome such as "not entered any more"; Before
	// and After are the units, names or outcomes.
	What, Before, After string
}

// ControlChange counts what became of one control's findings.
type ControlChange struct {
	Control string
	ChangeCount
	// FailedBefore and Failed count the accounts in which it failed.
	FailedBefore, Failed int
	// Mended and Broken count the accounts in which it went from fail to pass, and from pass
	// to fail.
	Mended, Broken int
}

// UnitChange is a unit's score before and now; nil where there was none.
type UnitChange struct {
	Path        string
	Before, Now *float64
}

// PastAudit is an earlier audit whose evidence was judged again, under the present benchmark
// and parameters, so that its figures can be compared.
type PastAudit struct {
	// At is the time of its last call to AWS.
	At                         time.Time
	Label                      string // the name of its folder
	EvidenceDigest             string
	Score                      benchmark.Score
	Coverage                   Coverage
	Findings                   int // failed items
	CriticalFailed, HighFailed int // failed results
	MediumFailed, LowFailed    int
}

// Changes is what became different since the previous audit.
type Changes struct {
	Previous PastAudit
	// PublishedScore is the previous audit's score as it was reported then, where its
	// audit.json is at hand; Previous.Score is under the present benchmark.
	PublishedScore *benchmark.Score
	// PreviousBenchmark is the id and the digest of the benchmark of that report.
	PreviousBenchmark BenchmarkFacts

	Count    ChangeCount
	Steps    []ScoreStep
	Controls []ControlChange // those with any change or open finding, in the benchmark's order
	Accounts []AccountChange // by account id
	Units    []UnitChange    // in the order of the units
	// Better and Worse are sentences on what moved most, at most five each.
	Better, Worse []string
	// Organization are the changes of the findings of organization scope.
	Organization []Change
	// EachGone calls f with the changes of accounts that were in the organization then and
	// are not any more, by account id; all of them are [ChangeLost]. It may be nil. An error
	// of f ends it and is returned.
	EachGone func(ctx context.Context, f func(*Change) error) error
}

// Gone calls f with the changes of accounts that left. It works on nil.
func (c *Changes) Gone(ctx context.Context, f func(*Change) error) error {
	if c == nil || c.EachGone == nil {
		return nil
	}
	return c.EachGone(ctx, f)
}

// ofOrganization calls f with the changes of the findings of organization scope.
func (c *Changes) ofOrganization(f func(*Change) error) error {
	if c == nil {
		return nil
	}
	return eachChange(c.Organization, f)
}

func eachChange(list []Change, f func(*Change) error) error {
	for i := range list {
		if err := f(&list[i]); err != nil {
			return err
		}
	}
	return nil
}

func (n *ChangeCount) add(kind ChangeKind) {
	switch kind {
	case ChangeNew:
		n.New++
	case ChangeRegressed:
		n.Regressed++
	case ChangeResolved:
		n.Resolved++
	case ChangeStillOpen:
		n.StillOpen++
	case ChangeLost:
		n.Lost++
	}
}

// EachChange calls f with what became of every finding since the previous audit: those of
// the organization first, then account by account, then those of accounts that left.
func (r *Report) EachChange(ctx context.Context, f func(*Change) error) error {
	if err := r.Changes.ofOrganization(f); err != nil {
		return err
	}
	if err := r.EachAccount(ctx, func(rows *AccountRows) error { return eachChange(rows.Changes, f) }); err != nil {
		return err
	}
	return r.Changes.Gone(ctx, f)
}
