package report

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// pdfDash stands for a figure that there is none of.
const pdfDash = "–"

// pdfFigure writes a score or a percentage with one decimal, or a dash.
func pdfFigure(f *float64) string {
	return benchmark.Figure(f)
}

// pdfPercent is pdfFigure with the sign.
func pdfPercent(f *float64) string {
	if f == nil {
		return pdfDash
	}
	return pdfFigure(f) + " %"
}

// pdfNone writes a count, or a dash for 0.
func pdfNone(n int) string {
	if n == 0 {
		return pdfDash
	}
	return strconv.Itoa(n)
}

// pdfSigned writes a difference with its sign, or a dash.
func pdfSigned(f *float64) string {
	if f == nil {
		return pdfDash
	}
	text := strconv.FormatFloat(*f, 'f', 1, 64)
	switch {
	case text == "0.0" || text == "-0.0":
		return "±0.0"
	case *f > 0:
		return "+" + text
	default:
		return "–" + text[1:]
	}
}

// pdfDay writes the day of a time, or a dash.
func pdfDay(t time.Time) string {
	if t.IsZero() {
		return pdfDash
	}
	return t.UTC().Format("2 January 2006")
}

// pdfRange writes the bounds of a score, as one figure where they are the same.
func pdfRange(s benchmark.Score) string {
	low, high := pdfFigure(s.Low), pdfFigure(s.High)
	if low == high {
		return low
	}
	return low + "–" + high
}

// pdfCount writes a count with its noun.
func pdfCount(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// pdfUnits counts the units, as far as they could be read.
func pdfUnits(r *Report, one, many string) string {
	hidden := slices.ContainsFunc(r.Gaps, func(g org.Gap) bool { return g.Section == org.SectionTree })
	switch {
	case r.Organization.Units < 0:
		return many + " that could not be read"
	case hidden:
		return pdfCount(r.Organization.Units, one, many) + " (not all read)"
	}
	return pdfCount(r.Organization.Units, one, many)
}

// pdfTime writes a time to the minute in UTC, or a dash.
func pdfTime(t time.Time) string {
	if t.IsZero() {
		return pdfDash
	}
	return t.UTC().Format("2 January 2006, 15:04 UTC")
}

// pdfOr returns text, or a dash where it is empty.
func pdfOr(text string) string {
	if text == "" {
		return pdfDash
	}
	return text
}

// pdfLevel is a level of a benchmark that has levels.
func pdfLevel(level int) string {
	if level == 0 {
		return pdfDash
	}
	return strconv.Itoa(level)
}

// pdfOutcome says what became of an account.
func pdfOutcome(outcome string) string {
	switch outcome {
	case Complete:
		return "complete"
	case Partial:
		return "partial"
	case NotEntered:
		return "not entered"
	case NotCollected:
		return "not collected"
	case Excluded:
		return "excluded"
	default:
		return outcome
	}
}

// pdfTitleCase writes the first letter of an ASCII word large.
func pdfTitleCase(word string) string {
	if word == "" || word[0] < 'a' || word[0] > 'z' {
		return word
	}
	return string(word[0]-'a'+'A') + word[1:]
}
