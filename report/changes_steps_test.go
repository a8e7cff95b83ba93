package report

import (
	"math"
	"math/rand/v2"
	"testing"

	"orgaudit/report/benchmark"
)

// randomResult is any result of the control, or nil for an account that is not in scope.
func randomResult(d *rand.Rand) *benchmark.Result {
	if d.IntN(6) == 0 {
		return nil
	}
	r := &benchmark.Result{Control: changesControl, Account: changesAccount}
	r.Verdict = []benchmark.Verdict{
		benchmark.VerdictPass, benchmark.VerdictFail, benchmark.VerdictFail, benchmark.VerdictNotAssessed,
		benchmark.VerdictNotApplicable, benchmark.VerdictManual,
	}[d.IntN(6)]
	if r.Verdict != benchmark.VerdictFail {
		return r
	}
	r.Mark = benchmark.Mitigated
	for _, name := range []string{"a", "b", "c"}[:1+d.IntN(3)] {
		i := item(name, benchmark.Failed)
		switch d.IntN(3) {
		case 0:
			i.Exception, r.Mark = "EX-1", markOf(r.Mark, benchmark.Excepted)
		case 1:
			i.Mitigation = &benchmark.Mitigation{PolicyID: "p-1"}
		default:
			r.Mark = benchmark.NoMark
		}
		r.Items = append(r.Items, i)
	}
	return r
}

// markOf keeps that a result without a mark has an item without one.
func markOf(mark, with benchmark.Mark) benchmark.Mark {
	if mark == benchmark.NoMark {
		return mark
	}
	return with
}

// TestScoreStepsAddUp: whatever happened, the steps lead from the old score to the new one,
// and exceptions and mitigation move the adjusted score alone.
func TestScoreStepsAddUp(t *testing.T) {
	d := rand.New(rand.NewPCG(1, 2))
	moved := map[ChangeCause]int{}
	for range 3000 {
		s := newScoreSteps()
		var before, now benchmark.Tally
		for range 1 + d.IntN(12) {
			was, is, weight := randomResult(d), randomResult(d), 1+d.IntN(10)
			if was != nil {
				before.Add(was.Verdict, was.Mark, benchmark.High, weight)
			}
			if is != nil {
				now.Add(is.Verdict, is.Mark, benchmark.High, weight)
			}
			s.add(was, is, weight)
		}
		sum := s.before
		for _, cause := range stepCauses() {
			sum = sum.plus(s.moved[cause], 1)
		}
		if want := (weightSum{now.Passed, now.Failed, now.Accepted}); sum != want {
			t.Fatalf("the steps lead to %+v, want %+v", sum, want)
		}
		if want := (weightSum{before.Passed, before.Failed, before.Accepted}); s.before != want {
			t.Fatalf("the steps begin with %+v, want %+v", s.before, want)
		}
		var raw, adjusted float64
		whole := true
		for _, step := range s.steps() {
			if step.Raw == nil {
				whole = false
				continue
			}
			raw, adjusted = raw+*step.Raw, adjusted+*step.Adjusted
			if step.Moved() {
				moved[step.Cause]++
			}
			if (step.Cause == CauseException || step.Cause == CauseMitigation) && *step.Raw != 0 {
				t.Fatalf("%s moved the raw score by %f", step.Cause, *step.Raw)
			}
		}
		was, is := before.Score(), now.Score()
		if !whole || was.Raw == nil || is.Raw == nil {
			continue
		}
		if math.Abs(raw-(*is.Raw-*was.Raw)) > 1e-9 || math.Abs(adjusted-(*is.Adjusted-*was.Adjusted)) > 1e-9 {
			t.Fatalf("the steps add up to %f and %f, want %f and %f", raw, adjusted, *is.Raw-*was.Raw, *is.Adjusted-*was.Adjusted)
		}
	}
	for _, cause := range stepCauses() {
		if moved[cause] < 100 {
			t.Errorf("%s moved a score only %d times", cause, moved[cause])
		}
	}
}

// TestScoreStepCauses: what a pair of results of a control on an account is put down to.
func TestScoreStepCauses(t *testing.T) {
	result := func(verdict benchmark.Verdict, items ...benchmark.Item) *benchmark.Result {
		r := &benchmark.Result{Control: changesControl, Account: changesAccount, Verdict: verdict, Items: items}
		if verdict == benchmark.VerdictFail {
			r.Mark = benchmark.Mitigated
			for i := range items {
				switch itemMark(&items[i]) {
				case benchmark.NoMark:
					r.Mark = benchmark.NoMark
				case benchmark.Excepted:
					r.Mark = markOf(r.Mark, benchmark.Excepted)
				}
			}
		}
		return r
	}
	alice, bob := item("alice", benchmark.Failed), item("bob", benchmark.Failed)
	excepted, mitigated := alice, alice
	excepted.Exception = "EX-1"
	mitigated.Mitigation = &benchmark.Mitigation{PolicyID: "p-1"}
	fail, pass := result(benchmark.VerdictFail, alice), result(benchmark.VerdictPass)
	unread, none, manual := result(benchmark.VerdictNotAssessed), result(benchmark.VerdictNotApplicable), result(benchmark.VerdictManual)
	for _, test := range []struct {
		name      string
		then, now *benchmark.Result
		want      ChangeCause
		words     string
	}{
		{"joined", nil, fail, CauseScope, ""},
		{"left", pass, nil, CauseScope, ""},
		{"mended", fail, pass, CauseEnvironment, "1 control on accounts went from fail to pass"},
		{"broken", pass, fail, CauseEnvironment, "1 control on accounts went from pass to fail"},
		{"applies", none, fail, CauseEnvironment, "1 control came to apply"},
		{"a person judges no more", manual, pass, CauseEnvironment, "1 control came to apply"},
		{"ceased", pass, none, CauseEnvironment, "1 control ceased to apply"},
		{"assessed", unread, fail, CauseCoverage, "1 result assessed that was not"},
		{"no longer assessed", pass, unread, CauseCoverage, "1 result no longer assessed"},
		{"neither counts", unread, none, "", ""},
		{"the same", fail, fail, "", ""},
		{"exception made", fail, result(benchmark.VerdictFail, excepted), CauseException, "1 fail became accepted by an exception"},
		{"exception ended", result(benchmark.VerdictFail, excepted), fail, CauseException, "1 fail no longer accepted by an exception"},
		{"mitigated", fail, result(benchmark.VerdictFail, mitigated), CauseMitigation, "1 fail became mitigated"},
		{"mitigation ended", result(benchmark.VerdictFail, mitigated), fail, CauseMitigation, "1 fail no longer mitigated"},
		{"accepted otherwise", result(benchmark.VerdictFail, mitigated), result(benchmark.VerdictFail, excepted), "", ""},
		{"one more item fails", result(benchmark.VerdictFail, excepted), result(benchmark.VerdictFail, excepted, bob), CauseEnvironment, "1 fail of other items than before"},
		{"the open item was mended", result(benchmark.VerdictFail, excepted, bob), result(benchmark.VerdictFail, excepted), CauseEnvironment, "1 fail of other items than before"},
	} {
		s := newScoreSteps()
		if got := s.cause(test.then, test.now); got != test.want {
			t.Errorf("%s: the cause is %q, want %q", test.name, got, test.want)
		}
		if test.words != "" && s.words(test.want) != test.words {
			t.Errorf("%s: the words are %q, want %q", test.name, s.words(test.want), test.words)
		}
	}
}
