package report

import (
	"slices"
	"strings"
	"time"

	"orgaudit/report/benchmark"
)

// sight is what one audit saw of an account, or of the organization.
type sight struct {
	at time.Time
	// absent tells that the account was not in the organization, excluded that it was left out.
	absent, excluded bool
	results          []benchmark.Result
	// account says how an account stood that a finding of the organization is about: there,
	// excluded, or not in the organization. It is nil in the sight of an account.
	account func(id string) string
	items   map[string]map[string]int // index of items by control and finding id
}

// stand is how a finding stands in an audit.
type stand int

const (
	standUnknown stand = iota // nobody could tell
	standGone                 // the resource is not there
	standPassed
	standFailed
)

// State words that are not those of an item.
const (
	stateNotThere    = "not in the organization"
	stateExcluded    = "excluded"
	stateNotAssessed = "not assessed"
	stateAbsent      = "absent"
	stateManual      = "manual"
)

// findingSeen is a finding as an audit saw it. Cause says why it is unknown.
type findingSeen struct {
	stand stand
	words string
	cause ChangeCause
	item  *benchmark.Item
}

func (s *sight) result(control string) *benchmark.Result {
	for i := range s.results {
		if s.results[i].Control == control {
			return &s.results[i]
		}
	}
	return nil
}

// index finds a result's items by their ids.
func (s *sight) index(r *benchmark.Result) map[string]int {
	if s.items == nil {
		s.items = map[string]map[string]int{}
	}
	index, ok := s.items[r.Control]
	if !ok {
		index = make(map[string]int, len(r.Items))
		for i, id := range FindingIDs(r) {
			index[id] = i
		}
		s.items[r.Control] = index
	}
	return index
}

// finding looks up a finding. Other is an audit in which it was seen.
func (s *sight) finding(control, id string, other *sight) findingSeen {
	switch {
	case s.absent:
		return findingSeen{words: stateNotThere, cause: CauseScope}
	case s.excluded:
		return findingSeen{words: stateExcluded, cause: CauseScope}
	}
	r := s.result(control)
	if r == nil {
		return findingSeen{words: stateNotAssessed, cause: CauseCoverage}
	}
	i, ok := s.index(r)[id]
	switch {
	case !ok && r.Verdict == benchmark.VerdictManual:
		return findingSeen{words: stateManual, cause: CauseCoverage}
	case !ok && (r.Verdict == benchmark.VerdictNotAssessed && len(r.Items) == 0 || s.hides(r, other)):
		return findingSeen{words: stateNotAssessed, cause: CauseCoverage}
	case !ok:
		if words := s.aboutAbsent(control, id, other); words != "" {
			return findingSeen{words: words, cause: CauseScope}
		}
		return findingSeen{stand: standGone, words: stateAbsent}
	}
	f := findingSeen{item: &r.Items[i]}
	switch f.item.Status {
	case benchmark.Failed:
		f.stand, f.words = standFailed, failWords(f.item)
	case benchmark.Passed:
		f.stand, f.words = standPassed, "pass"
	case benchmark.NotAssessed:
		f.words, f.cause = stateNotAssessed, CauseCoverage
	default:
		f.words, f.cause = stateManual, CauseCoverage
	}
	return f
}

// hides tells whether a result has an item that was not assessed and that the other audit
// does not have, such as a region that could not be read: it may stand for any number of
// resources.
func (s *sight) hides(r *benchmark.Result, other *sight) bool {
	if r.NotAssessed == 0 || other == nil {
		return false
	}
	seen := other.result(r.Control)
	for id, i := range s.index(r) {
		if r.Items[i].Status != benchmark.NotAssessed {
			continue
		}
		if seen == nil {
			return true
		}
		if _, ok := other.index(seen)[id]; !ok {
			return true
		}
	}
	return false
}

// aboutAbsent says how the account stood that a finding of the organization is about, where
// that is why it has none; otherwise it is empty.
func (s *sight) aboutAbsent(control, id string, other *sight) string {
	if s.account == nil || other == nil {
		return ""
	}
	seen := other.result(control)
	if seen == nil {
		return ""
	}
	i, ok := other.index(seen)[id]
	if !ok {
		return ""
	}
	_, account, ok := strings.Cut(seen.Items[i].Resource, ":account/o-")
	if !ok {
		return ""
	}
	return s.account(account[strings.LastIndex(account, "/")+1:])
}

func failWords(item *benchmark.Item) string {
	if itemMark(item) == benchmark.NoMark && item.Expired != "" {
		return "FAIL (exception expired)"
	}
	return "FAIL" + markWords(itemMark(item))
}

// difference compares what audits saw of one account, or of the organization.
type difference struct {
	now *sight
	// pasts are the earlier audits by time; previous is the one to compare with.
	pasts    []*sight
	previous int
	// of says what a change is about besides the finding.
	of       Change
	severity map[string]benchmark.Severity
}

// findings returns what became of the findings, in the order of the present results, those
// that fail no more after those that fail, and the lifetimes of those that fail.
func (d *difference) findings() ([]Change, map[string]Lifetime) {
	then := d.pasts[d.previous]
	var changes []Change
	lifetimes := map[string]Lifetime{}
	order := d.now.results
	if len(order) == 0 {
		order = then.results
	}
	for i := range order {
		control := order[i].Control
		now, before := d.now.result(control), then.result(control)
		if now != nil && now.Verdict == benchmark.VerdictFail {
			for j, id := range FindingIDs(now) {
				if now.Items[j].Status != benchmark.Failed {
					continue
				}
				c := d.open(control, id)
				lifetimes[id] = Lifetime{Kind: c.Kind, FirstSeen: c.FirstSeen}
				changes = append(changes, c)
			}
		}
		if before == nil || before.Verdict != benchmark.VerdictFail {
			continue
		}
		for j, id := range FindingIDs(before) {
			if before.Items[j].Status != benchmark.Failed {
				continue
			}
			if f := d.now.finding(control, id, then); f.stand != standFailed {
				changes = append(changes, d.ended(control, id, f))
			}
		}
	}
	return changes, lifetimes
}

// change is what all changes of a finding have in common.
func (d *difference) change(control, id string, before, now findingSeen) Change {
	c := d.of
	c.ID, c.Control, c.Severity, c.Before, c.After = id, control, d.severity[control], before.words, now.words
	seen := now.item
	if seen == nil {
		seen = before.item
	}
	c.Resource, c.Observed = seen.Resource, seen.Observed
	return c
}

// open is the change of a finding that fails now.
func (d *difference) open(control, id string) Change {
	now, before := d.now.finding(control, id, nil), d.pasts[d.previous].finding(control, id, d.now)
	c := d.change(control, id, before, now)
	c.FirstSeen = d.firstSeen(control, id, len(d.pasts), d.now)
	switch before.stand {
	case standFailed:
		c.Kind, c.Cause = ChangeStillOpen, markCause(before.item, now.item)
	case standPassed:
		c.Kind, c.Cause = ChangeRegressed, CauseEnvironment
	default:
		c.Kind, c.Cause = ChangeNew, CauseEnvironment
		if before.stand == standUnknown {
			c.Cause = before.cause
		}
		if d.cameBack(control, id) {
			c.Kind = ChangeRegressed
		}
	}
	return c
}

// ended is the change of a finding that failed in the previous audit and does not fail now.
func (d *difference) ended(control, id string, now findingSeen) Change {
	then := d.pasts[d.previous]
	before := then.finding(control, id, nil)
	c := d.change(control, id, before, now)
	c.FirstSeen = d.firstSeen(control, id, d.previous, then)
	c.Kind, c.Cause = ChangeResolved, CauseEnvironment
	if now.stand == standUnknown {
		c.Kind, c.Cause = ChangeLost, now.cause
	}
	return c
}

// firstSeen walks back over the audits before the one at that index, in which the finding
// fails, for as long as it failed. An audit that could not assess it breaks nothing.
func (d *difference) firstSeen(control, id string, before int, at *sight) time.Time {
	first := at.at
	for _, s := range slices.Backward(d.pasts[:before]) {
		switch s.finding(control, id, at).stand {
		case standFailed:
			first = s.at
		case standUnknown:
		default:
			return first
		}
	}
	return first
}

// cameBack tells whether a finding failed once and was seen resolved after that.
func (d *difference) cameBack(control, id string) bool {
	resolved := false
	for _, s := range slices.Backward(d.pasts) {
		switch s.finding(control, id, d.now).stand {
		case standFailed:
			return resolved
		case standPassed, standGone:
			resolved = true
		}
	}
	return false
}

// markCause says why a finding that still fails counts otherwise in the adjusted score, if
// it does.
func markCause(before, now *benchmark.Item) ChangeCause {
	was, is := itemMark(before), itemMark(now)
	switch {
	case was == is:
		return ""
	case was == benchmark.Mitigated || is == benchmark.Mitigated:
		return CauseMitigation
	default:
		return CauseException
	}
}
