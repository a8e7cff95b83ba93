package report

import (
	"fmt"
	"strings"

	"orgaudit/report/benchmark"
)

// Words count the findings, such as "12 findings are new, 3 regressed, 8 resolved, 210 still
// open and 4 no longer assessed".
func (n ChangeCount) Words() string {
	verb := "findings are"
	if n.New == 1 {
		verb = "finding is"
	}
	return fmt.Sprintf("%d %s new, %d regressed, %d resolved, %d still open and %d no longer assessed", n.New, verb, n.Regressed, n.Resolved, n.StillOpen, n.Lost)
}

// ScoreWords say how the scores moved, such as "raw 71.2 → 74.0, adjusted 75.0 → 77.9". The
// scores before are those that were published, where they are at hand.
func (c *Changes) ScoreWords(r *Report) string {
	before := c.Previous.Score
	if c.PublishedScore != nil {
		before = *c.PublishedScore
	}
	return fmt.Sprintf("raw %s → %s, adjusted %s → %s", scoreWords(before.Raw), scoreWords(r.Score.Raw), scoreWords(before.Adjusted), scoreWords(r.Score.Adjusted))
}

func scoreWords(f *float64) string { return benchmark.Figure(f) }

// Sentence says a step in words, such as "Scope: raw +0.4, adjusted +0.5 – 3 accounts
// joined, 1 left".
func (s *ScoreStep) Sentence() string {
	name := string(s.Cause)
	return fmt.Sprintf("%s: raw %s, adjusted %s – %s", strings.ToUpper(name[:1])+name[1:], PointWords(s.Raw), PointWords(s.Adjusted), s.Words)
}

// PointWords write the difference of two scores with its sign and two decimals.
func PointWords(f *float64) string {
	if f == nil {
		return benchmark.NoGrade
	}
	text := fmt.Sprintf("%+.2f", *f)
	if text == "+0.00" || text == "-0.00" {
		return "±0"
	}
	return strings.Replace(text, "-", "−", 1)
}

// Moved tells whether a step changed a score, or may have done so.
func (s *ScoreStep) Moved() bool {
	return s.Raw == nil || s.Adjusted == nil || *s.Raw != 0 || *s.Adjusted != 0
}
