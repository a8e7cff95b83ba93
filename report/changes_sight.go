package report

import (
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
