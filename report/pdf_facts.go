package report

import "orgaudit/report/benchmark"

// pdfFacts are what the prose is filled in with: the report, and counts over it.
type pdfFacts struct {
	*Report
	// FailedControls failed somewhere; CriticalControls are the critical ones of them.
	FailedControls, CriticalControls int
	// Uncapped is the grade that the score alone would give.
	Uncapped string
	// Bounded tells that something was not assessed, which leaves the score open.
	Bounded bool
	// LeastCoverage is the coverage below which there is no grade.
	LeastCoverage int
	// Adjusts tells that exceptions or policies make the adjusted score differ.
	Adjusts bool
	// Moved is how many points the raw score is higher than in the previous audit; nil where
	// one of them is missing.
	Moved *float64
	// Adjusted says what stands behind the adjusted score.
	Adjusted string
}

func (d *pdfDocument) facts() pdfFacts { return pdfFactsOf(d.report) }

// pdfFactsOf counts what the prose speaks of.
func pdfFactsOf(r *Report) pdfFacts {
	f := pdfFacts{
		Report: r, Adjusted: adjustedWords(r),
		Bounded: r.Tally.CountNotAssessed > 0, LeastCoverage: benchmark.LeastCoverage,
		Adjusts: pdfFigure(r.Score.Raw) != pdfFigure(r.Score.Adjusted),
	}
	for _, c := range r.Controls {
		if c.Failed > 0 {
			f.FailedControls++
			if c.Severity == benchmark.Critical {
				f.CriticalControls++
			}
		}
	}
	if c := r.Changes; c != nil && c.Previous.Score.Raw != nil && r.Score.Raw != nil {
		moved := *r.Score.Raw - *c.Previous.Score.Raw
		f.Moved = &moved
	}
	if r.Score.Raw != nil {
		f.Uncapped = benchmark.Grade(*r.Score.Raw)
	}
	return f
}
