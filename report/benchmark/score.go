package benchmark

import (
	"slices"
	"strconv"
)

// Weights say how much a control of each severity counts.
type Weights map[Severity]int

// DefaultWeights are the weights of the design: a critical control counts as ten low ones.
func DefaultWeights() Weights {
	return Weights{Critical: 10, High: 5, Medium: 2, Low: 1}
}

// Tally adds up results into what a score is made from. The unit is the control on an
// account, so that thousands of good resources cannot hide one bad one. The zero value
// is an empty tally. All figures but the counts are sums of weights.
type Tally struct {
	Passed      int `json:"passed"`
	Failed      int `json:"failed"`
	Accepted    int `json:"accepted"` // the part of Failed that is excepted or mitigated
	NotAssessed int `json:"not_assessed"`

	// Counts of results by verdict.
	CountPassed        int `json:"count_passed"`
	CountFailed        int `json:"count_failed"`
	CountNotAssessed   int `json:"count_not_assessed"`
	CountNotApplicable int `json:"count_not_applicable"`
	CountManual        int `json:"count_manual"`
	// CriticalFailed counts failed critical results, excepted and mitigated ones left out.
	CriticalFailed int `json:"critical_failed"`
}

// Add counts one result of a control with that severity and weight. What does not apply and
// what a person must judge are no part of a score.
func (t *Tally) Add(verdict Verdict, mark Mark, severity Severity, w int) {
	switch verdict {
	case VerdictPass:
		t.Passed += w
		t.CountPassed++
	case VerdictFail:
		t.Failed += w
		t.CountFailed++
		if mark != NoMark {
			t.Accepted += w
		} else if severity == Critical {
			t.CriticalFailed++
		}
	case VerdictNotAssessed:
		t.NotAssessed += w
		t.CountNotAssessed++
	case VerdictNotApplicable:
		t.CountNotApplicable++
	case VerdictManual:
		t.CountManual++
	}
}

// Plus returns the sum of two tallies: scores of units and of the organization are made
// from the pooled results of their accounts.
func (t Tally) Plus(u Tally) Tally {
	return Tally{
		Passed: t.Passed + u.Passed, Failed: t.Failed + u.Failed,
		Accepted: t.Accepted + u.Accepted, NotAssessed: t.NotAssessed + u.NotAssessed,
		CountPassed: t.CountPassed + u.CountPassed, CountFailed: t.CountFailed + u.CountFailed,
		CountNotAssessed:   t.CountNotAssessed + u.CountNotAssessed,
		CountNotApplicable: t.CountNotApplicable + u.CountNotApplicable,
		CountManual:        t.CountManual + u.CountManual,
		CriticalFailed:     t.CriticalFailed + u.CriticalFailed,
	}
}

// Score is a tally as figures from 0 to 100. A nil figure is a dash: nothing was judged.
type Score struct {
	// Raw = 100 × passed / (passed + failed), by weight.
	Raw *float64 `json:"raw"`
	// Adjusted counts excepted and mitigated fails as passed.
	Adjusted *float64 `json:"adjusted"`
	// Low and High are the raw score if everything that was not assessed failed, or passed.
	Low  *float64 `json:"low"`
	High *float64 `json:"high"`
	// Coverage = 100 × assessed / applicable, by weight.
	Coverage *float64 `json:"coverage"`
	// Grade is A to F, or a dash where nothing was judged or the coverage is below LeastCoverage.
	Grade string `json:"grade"`
	// Capped tells that a failed critical control keeps the grade at D.
	Capped bool `json:"capped"`
}

// NoGrade is the grade of what was not judged, or too little of it.
const NoGrade = "–"

// LeastCoverage is the coverage below which a score has no grade: less than half of what
// applies was seen, so that a grade would be a guess. The figures and their bounds stay.
const LeastCoverage = 50

// Ungraded tells that there is a score, which too little was assessed for to grade it.
func (s Score) Ungraded() bool { return s.Raw != nil && s.Grade == NoGrade }

// Score makes the figures.
func (t Tally) Score() Score {
	assessed := t.Passed + t.Failed
	applicable := assessed + t.NotAssessed
	s := Score{
		Raw:      percent(t.Passed, assessed),
		Adjusted: percent(t.Passed+t.Accepted, assessed),
		Coverage: percent(assessed, applicable),
		Grade:    NoGrade,
	}
	if assessed == 0 {
		return s
	}
	s.Low = percent(t.Passed, applicable)
	s.High = percent(t.Passed+t.NotAssessed, applicable)
	if *s.Coverage < LeastCoverage {
		return s
	}
	s.Grade = Grade(*s.Raw)
	if t.CriticalFailed > 0 && slices.Contains([]string{"A", "B", "C"}, s.Grade) {
		s.Grade, s.Capped = "D", true
	}
	return s
}

// Grade turns a raw score into a letter: A from 90, B from 80, C from 70, D from 60, else F.
func Grade(raw float64) string {
	switch {
	case raw >= 90:
		return "A"
	case raw >= 80:
		return "B"
	case raw >= 70:
		return "C"
	case raw >= 60:
		return "D"
	default:
		return "F"
	}
}

// Figure writes a score or a percentage for people: with one decimal, or a dash. Only what is
// whole is 100.0, and only nothing 0.0.
func Figure(f *float64) string {
	if f == nil {
		return NoGrade
	}
	rounded := *f
	if rounded < 100 {
		rounded = min(rounded, 99.9)
	}
	if rounded > 0 {
		rounded = max(rounded, 0.1)
	}
	return strconv.FormatFloat(rounded, 'f', 1, 64)
}

func percent(part, whole int) *float64 {
	if whole == 0 {
		return nil
	}
	p := 100 * float64(part) / float64(whole)
	return &p
}
