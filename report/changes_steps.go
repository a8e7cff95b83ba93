package report

import (
	"fmt"
	"strings"

	"orgaudit/report/benchmark"
)

// weightSum is the part of a tally that the scores are made from. It may be negative, since
// differences are sums, too.
type weightSum struct{ passed, failed, accepted int }

func (s weightSum) plus(t weightSum, sign int) weightSum {
	return weightSum{s.passed + sign*t.passed, s.failed + sign*t.failed, s.accepted + sign*t.accepted}
}

func (s weightSum) scores() (raw, adjusted *float64) {
	score := benchmark.Tally{Passed: s.passed, Failed: s.failed, Accepted: s.accepted}.Score()
	return score.Raw, score.Adjusted
}

// weigh is what a result adds to the sum; nil is no result.
func weigh(r *benchmark.Result, weight int) weightSum {
	switch {
	case r == nil:
		return weightSum{}
	case r.Verdict == benchmark.VerdictPass:
		return weightSum{passed: weight}
	case r.Verdict == benchmark.VerdictFail && r.Mark == benchmark.NoMark:
		return weightSum{failed: weight}
	case r.Verdict == benchmark.VerdictFail:
		return weightSum{failed: weight, accepted: weight}
	default:
		return weightSum{}
	}
}

// scoreSteps takes the difference of two scores apart. Every pair of results of a control
// on an account has one cause, so that the steps add up to the whole difference.
type scoreSteps struct {
	before weightSum
	moved  map[ChangeCause]weightSum
	// Counts of results for the words.
	assessed, unassessed            int // coverage
	mended, broken, applies, ceased int // environment
	otherwise                       int // environment: fails that are accepted, or not, since other items fail
	accepted, reopened              map[ChangeCause]int
	accounts                        map[string]int // by AccountChange.What
}

func newScoreSteps() *scoreSteps {
	return &scoreSteps{moved: map[ChangeCause]weightSum{}, accepted: map[ChangeCause]int{}, reopened: map[ChangeCause]int{}, accounts: map[string]int{}}
}

// add counts a control on an account: its results then and now, nil where the account was
// not in scope.
func (s *scoreSteps) add(then, now *benchmark.Result, weight int) {
	was, is := weigh(then, weight), weigh(now, weight)
	s.before = s.before.plus(was, 1)
	if then == nil && now == nil {
		return
	}
	cause := s.cause(then, now)
	if cause != "" {
		s.moved[cause] = s.moved[cause].plus(is, 1).plus(was, -1)
	}
}

// cause says why a result is another than it was, and counts it.
func (s *scoreSteps) cause(then, now *benchmark.Result) ChangeCause {
	if then == nil || now == nil {
		return CauseScope
	}
	scored := func(v benchmark.Verdict) bool { return v == benchmark.VerdictPass || v == benchmark.VerdictFail }
	switch was, is := then.Verdict, now.Verdict; {
	case was == is && then.Mark == now.Mark:
		return ""
	case was == benchmark.VerdictFail && is == benchmark.VerdictFail:
		return s.marked(then, now)
	case was == benchmark.VerdictNotAssessed && scored(is):
		s.assessed++
		return CauseCoverage
	case scored(was) && is == benchmark.VerdictNotAssessed:
		s.unassessed++
		return CauseCoverage
	case scored(was) && scored(is) && is == benchmark.VerdictPass:
		s.mended++
	case scored(was) && scored(is):
		s.broken++
	case scored(is):
		s.applies++
	case scored(was):
		s.ceased++
	default:
		return "" // neither counts
	}
	return CauseEnvironment
}

// marked says why a result that failed and fails counts otherwise. Where no item that failed
// both times is accepted otherwise than it was, other items fail.
func (s *scoreSteps) marked(then, now *benchmark.Result) ChangeCause {
	if (then.Mark == benchmark.NoMark) == (now.Mark == benchmark.NoMark) {
		return "" // accepted both times, by another or by a policy: no score moves
	}
	gained := then.Mark == benchmark.NoMark
	before := map[string]*benchmark.Item{}
	for i, id := range FindingIDs(then) {
		if then.Items[i].Status == benchmark.Failed {
			before[id] = &then.Items[i]
		}
	}
	var cause ChangeCause
	for i, id := range FindingIDs(now) {
		was := before[id]
		if was == nil || now.Items[i].Status != benchmark.Failed || gained != (itemMark(was) == benchmark.NoMark) ||
			gained == (itemMark(&now.Items[i]) == benchmark.NoMark) {
			continue
		}
		if c := markCause(was, &now.Items[i]); cause == "" || c == CauseException {
			cause = c
		}
	}
	switch {
	case cause == "":
		s.otherwise++
		return CauseEnvironment
	case gained:
		s.accepted[cause]++
	default:
		s.reopened[cause]++
	}
	return cause
}

// stepCauses are the causes of steps between two audits that are judged alike.
func stepCauses() []ChangeCause {
	return []ChangeCause{CauseScope, CauseCoverage, CauseEnvironment, CauseException, CauseMitigation}
}

// steps returns the parts of the difference in their order.
func (s *scoreSteps) steps() []ScoreStep {
	var list []ScoreStep
	sum := s.before
	for _, cause := range stepCauses() {
		raw, adjusted := sum.scores()
		sum = sum.plus(s.moved[cause], 1)
		rawNow, adjustedNow := sum.scores()
		list = append(list, ScoreStep{Cause: cause, Raw: pointsBetween(rawNow, raw), Adjusted: pointsBetween(adjustedNow, adjusted), Words: s.words(cause)})
	}
	return list
}

// pointsBetween is the difference of two scores, nil where one of them is missing.
func pointsBetween(a, b *float64) *float64 {
	if a == nil || b == nil {
		return nil
	}
	d := *a - *b
	return &d
}

// words say what a step is made of.
func (s *scoreSteps) words(cause ChangeCause) string {
	var parts []string
	say := func(n int, format string, args ...any) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	none := "nothing of the kind"
	switch cause {
	case CauseScope:
		none = "no account joined, left, was excluded or included"
		for _, what := range []string{accountJoined, accountLeft, accountExcluded, accountIncluded} {
			n := s.accounts[what]
			say(n, "%s %s", counted(n, "account", "accounts"), what)
		}
		n := s.accounts[accountMoved]
		say(n, "%s moved, which changes the scores of units alone", counted(n, "account", "accounts"))
	case CauseCoverage:
		none = "the same results were assessed"
		say(s.assessed, "%s assessed that %s not", counted(s.assessed, "result", "results"), wasOrWere(s.assessed))
		say(s.unassessed, "%s no longer assessed", counted(s.unassessed, "result", "results"))
	case CauseEnvironment:
		none = "no control on an account went from fail to pass or back"
		say(s.mended, "%s on accounts went from fail to pass", counted(s.mended, "control", "controls"))
		say(s.broken, "%s on accounts went from pass to fail", counted(s.broken, "control", "controls"))
		say(s.applies, "%s came to apply", counted(s.applies, "control", "controls"))
		say(s.ceased, "%s ceased to apply", counted(s.ceased, "control", "controls"))
		say(s.otherwise, "%s of other items than before", counted(s.otherwise, "fail", "fails"))
	case CauseException:
		none = "no exception made a difference"
		say(s.accepted[cause], "%s became accepted by an exception", counted(s.accepted[cause], "fail", "fails"))
		say(s.reopened[cause], "%s no longer accepted by an exception", counted(s.reopened[cause], "fail", "fails"))
	case CauseMitigation:
		none = "no policy of the organization made a difference"
		say(s.accepted[cause], "%s became mitigated", counted(s.accepted[cause], "fail", "fails"))
		say(s.reopened[cause], "%s no longer mitigated", counted(s.reopened[cause], "fail", "fails"))
	}
	if len(parts) == 0 {
		return none
	}
	return strings.Join(parts, ", ")
}

func wasOrWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}
