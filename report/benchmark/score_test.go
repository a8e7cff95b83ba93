package benchmark_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/report/benchmark"
)

// judged is one result in a tally.
type judged struct {
	severity benchmark.Severity
	verdict  benchmark.Verdict
	mark     benchmark.Mark
}

func tally(results ...judged) benchmark.Tally {
	var t benchmark.Tally
	for _, r := range results {
		t.Add(r.verdict, r.mark, r.severity, benchmark.DefaultWeights()[r.severity])
	}
	return t
}

// times is a result so many times.
func times(n int, severity benchmark.Severity, verdict benchmark.Verdict, mark benchmark.Mark) []judged {
	var list []judged
	for range n {
		list = append(list, judged{severity, verdict, mark})
	}
	return list
}

func concat(lists ...[]judged) []judged {
	var all []judged
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func TestScore(t *testing.T) {
	const (
		pass          = benchmark.VerdictPass
		fail          = benchmark.VerdictFail
		notAssessed   = benchmark.VerdictNotAssessed
		notApplicable = benchmark.VerdictNotApplicable
		manual        = benchmark.VerdictManual
		critical      = benchmark.Critical
		high          = benchmark.High
		medium        = benchmark.Medium
		low           = benchmark.Low
		none          = benchmark.NoMark
	)
	full := func(x float64) *float64 { return &x }
	cases := []struct {
		name    string
		results []judged
		want    benchmark.Score
	}{
		{"nothing", nil, benchmark.Score{Grade: benchmark.NoGrade}},
		{"nothing that counts", []judged{{high, notApplicable, none}, {critical, manual, none}}, benchmark.Score{Grade: benchmark.NoGrade}},
		{"nothing assessed", []judged{{high, notAssessed, none}, {low, notAssessed, none}},
			benchmark.Score{Coverage: full(0), Grade: benchmark.NoGrade}},
		{"all passed", []judged{{critical, pass, none}, {low, pass, none}},
			benchmark.Score{Raw: full(100), Adjusted: full(100), Low: full(100), High: full(100), Coverage: full(100), Grade: "A"}},
		{"all failed", []judged{{low, fail, none}},
			benchmark.Score{Raw: full(0), Adjusted: full(0), Low: full(0), High: full(0), Coverage: full(100), Grade: "F"}},
		{"weights 10, 5, 2, 1: passed 10 + 2 of 18, and both marks in the adjusted score",
			[]judged{{critical, pass, none}, {high, fail, benchmark.Excepted}, {medium, pass, none}, {low, fail, benchmark.Mitigated}},
			benchmark.Score{Raw: full(100 * 12.0 / 18), Adjusted: full(100), Low: full(100 * 12.0 / 18), High: full(100 * 12.0 / 18), Coverage: full(100), Grade: "D"}},
		{"bounds: 10 passed, 5 failed, 2 + 1 not assessed",
			[]judged{{critical, pass, none}, {high, fail, none}, {medium, notAssessed, none}, {low, notAssessed, none}, {high, notApplicable, none}},
			benchmark.Score{Raw: full(100 * 10.0 / 15), Adjusted: full(100 * 10.0 / 15), Low: full(100 * 10.0 / 18), High: full(100 * 13.0 / 18), Coverage: full(100 * 15.0 / 18), Grade: "D"}},
		{"thousands of good low results do not hide a critical one", concat(times(5000, low, pass, none), times(1, critical, fail, none)),
			benchmark.Score{Raw: full(100 * 5000.0 / 5010), Adjusted: full(100 * 5000.0 / 5010), Low: full(100 * 5000.0 / 5010), High: full(100 * 5000.0 / 5010), Coverage: full(100), Grade: "D", Capped: true}},
		{"an excepted critical fail does not cap", concat(times(90, low, pass, none), times(1, critical, fail, benchmark.Excepted)),
			benchmark.Score{Raw: full(90), Adjusted: full(100), Low: full(90), High: full(90), Coverage: full(100), Grade: "A"}},
		{"a mitigated critical fail does not cap", concat(times(90, low, pass, none), times(1, critical, fail, benchmark.Mitigated)),
			benchmark.Score{Raw: full(90), Adjusted: full(100), Low: full(90), High: full(90), Coverage: full(100), Grade: "A"}},
		{"an excepted critical fail beside a plain one caps", concat(times(180, low, pass, none), times(1, critical, fail, benchmark.Excepted), times(1, critical, fail, none)),
			benchmark.Score{Raw: full(90), Adjusted: full(95), Low: full(90), High: full(90), Coverage: full(100), Grade: "D", Capped: true}},
		{"what is D already is not capped", concat(times(15, low, pass, none), times(1, critical, fail, none)),
			benchmark.Score{Raw: full(60), Adjusted: full(60), Low: full(60), High: full(60), Coverage: full(100), Grade: "D"}},
		{"what is F stays F", concat(times(14, low, pass, none), times(1, critical, fail, none)),
			benchmark.Score{Raw: full(100 * 14.0 / 24), Adjusted: full(100 * 14.0 / 24), Low: full(100 * 14.0 / 24), High: full(100 * 14.0 / 24), Coverage: full(100), Grade: "F"}},
		{"a high fail does not cap", concat(times(45, low, pass, none), times(1, high, fail, none)),
			benchmark.Score{Raw: full(90), Adjusted: full(90), Low: full(90), High: full(90), Coverage: full(100), Grade: "A"}},
		{"a critical control that could not be assessed does not cap", concat(times(9, critical, pass, none), times(1, critical, notAssessed, none)),
			benchmark.Score{Raw: full(100), Adjusted: full(100), Low: full(90), High: full(100), Coverage: full(90), Grade: "A"}},
	}
	cases = append(cases, []struct {
		name    string
		results []judged
		want    benchmark.Score
	}{
		{"half of it assessed has a grade", concat(times(5, high, pass, none), times(5, high, notAssessed, none)),
			benchmark.Score{Raw: full(100), Adjusted: full(100), Low: full(50), High: full(100), Coverage: full(50), Grade: "A"}},
		{"less than half of it has none", concat(times(5, high, pass, none), times(5, high, notAssessed, none), times(1, low, notAssessed, none)),
			benchmark.Score{Raw: full(100), Adjusted: full(100), Low: full(100 * 25.0 / 51), High: full(100), Coverage: full(100 * 25.0 / 51), Grade: benchmark.NoGrade}},
		{"nor a cap", concat(times(1, critical, fail, none), times(5, critical, pass, none), times(7, critical, notAssessed, none)),
			benchmark.Score{Raw: full(100 * 5.0 / 6), Adjusted: full(100 * 5.0 / 6), Low: full(100 * 5.0 / 13), High: full(100 * 12.0 / 13), Coverage: full(100 * 6.0 / 13), Grade: benchmark.NoGrade}},
	}...)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, tally(c.results...).Score()); diff != "" {
				t.Errorf("the score differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFigure(t *testing.T) {
	full := func(x float64) *float64 { return &x }
	for _, c := range []struct {
		figure *float64
		want   string
	}{
		{nil, benchmark.NoGrade}, {full(0), "0.0"}, {full(0.01), "0.1"}, {full(0.14), "0.1"}, {full(49.96), "50.0"},
		{full(99.94), "99.9"}, {full(99.97), "99.9"}, {full(100), "100.0"},
	} {
		if got := benchmark.Figure(c.figure); got != c.want {
			t.Errorf("%v is written %s, want %s", c.figure, got, c.want)
		}
	}
}

func TestGrade(t *testing.T) {
	for _, c := range []struct {
		raw  float64
		want string
	}{
		{100, "A"}, {90, "A"}, {89.999, "B"}, {80, "B"}, {79.999, "C"}, {70, "C"}, {69.999, "D"}, {60, "D"}, {59.999, "F"}, {0, "F"},
	} {
		if got := benchmark.Grade(c.raw); got != c.want {
			t.Errorf("grade of %v is %s, want %s", c.raw, got, c.want)
		}
	}
}

// dice throws results; the seed is fixed, so that a failure comes again.
func dice(seed uint64) func(n int) []judged {
	r := rand.New(rand.NewPCG(seed, 7))
	severities := benchmark.Severities()
	verdicts := []benchmark.Verdict{
		benchmark.VerdictPass, benchmark.VerdictFail, benchmark.VerdictNotAssessed, benchmark.VerdictNotApplicable, benchmark.VerdictManual,
	}
	marks := []benchmark.Mark{benchmark.NoMark, benchmark.Excepted, benchmark.Mitigated}
	return func(n int) []judged {
		var list []judged
		for range n {
			j := judged{severity: severities[r.IntN(len(severities))], verdict: verdicts[r.IntN(len(verdicts))]}
			if j.verdict == benchmark.VerdictFail {
				j.mark = marks[r.IntN(len(marks))]
			}
			list = append(list, j)
		}
		return list
	}
}

func TestScoreProperties(t *testing.T) {
	throw := dice(1)
	for n := range 400 {
		results := throw(n % 25)
		sum := tally(results...)
		s := sum.Score()
		if s.Raw != nil && !(0 <= *s.Low && *s.Low <= *s.Raw && *s.Raw <= *s.High && *s.High <= 100 && *s.Raw <= *s.Adjusted && *s.Adjusted <= 100) {
			t.Fatalf("want 0 <= low <= raw <= high, adjusted <= 100, got %v of %+v", cmp.Diff(benchmark.Score{}, s), sum)
		}
		if graded := s.Raw != nil && *s.Coverage >= benchmark.LeastCoverage; graded != (s.Grade != benchmark.NoGrade) || s.Ungraded() != (s.Raw != nil && !graded) || s.Raw == nil != (s.Low == nil) || s.Raw == nil != (s.High == nil) {
			t.Fatalf("a score without figures has a grade or bounds, or one with figures has none: %+v", sum)
		}

		// The bounds are the raw scores of the two extremes.
		for bound, verdict := range map[*float64]benchmark.Verdict{s.Low: benchmark.VerdictFail, s.High: benchmark.VerdictPass} {
			extreme := append([]judged(nil), results...)
			for i := range extreme {
				if extreme[i].verdict == benchmark.VerdictNotAssessed {
					extreme[i].verdict = verdict
				}
			}
			if raw := tally(extreme...).Score().Raw; bound != nil && *raw != *bound {
				t.Fatalf("a bound is %v; with what was not assessed as %s the raw score is %v", *bound, verdict, *raw)
			}
		}

		// Marks change the adjusted score alone.
		plain := append([]judged(nil), results...)
		for i := range plain {
			plain[i].mark = benchmark.NoMark
		}
		unmarked := tally(plain...).Score()
		if diff := cmp.Diff(unmarked.Raw, s.Raw); diff != "" {
			t.Fatalf("marks changed the raw score (-without +with):\n%s", diff)
		}
		if diff := cmp.Diff(unmarked.Raw, unmarked.Adjusted); diff != "" {
			t.Fatalf("without marks the adjusted score is not the raw one (-raw +adjusted):\n%s", diff)
		}

		// Pooling is adding up, in whatever parts.
		cut := len(results) / 3
		if diff := cmp.Diff(sum, tally(results[:cut]...).Plus(tally(results[cut:]...))); diff != "" {
			t.Fatalf("the sum of two parts is not the whole (-whole +parts):\n%s", diff)
		}
		if got := sum.CountPassed + sum.CountFailed + sum.CountNotAssessed + sum.CountNotApplicable + sum.CountManual; got != len(results) {
			t.Fatalf("%d results were counted, %d came", got, len(results))
		}
	}
}

// TestOwnWeights: the weights are settings; a weight of nothing takes controls out.
func TestOwnWeights(t *testing.T) {
	weights := benchmark.Weights{benchmark.Critical: 1, benchmark.Low: 0}
	var sum benchmark.Tally
	sum.Add(benchmark.VerdictPass, benchmark.NoMark, benchmark.Critical, weights[benchmark.Critical])
	sum.Add(benchmark.VerdictFail, benchmark.NoMark, benchmark.Low, weights[benchmark.Low])
	if s := sum.Score(); s.Raw == nil || *s.Raw != 100 || sum.CountFailed != 1 {
		t.Errorf("raw score %v with %d fails, want 100 with 1", s.Raw, sum.CountFailed)
	}
}
