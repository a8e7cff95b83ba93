package report

import (
	"fmt"
	"slices"
	"strings"

	"orgaudit/report/benchmark"
)

// summarySince says in one paragraph what is different from the previous audit.
func summarySince(p *page, r *Report) error {
	if err := p.heading("Since the previous audit"); err != nil {
		return err
	}
	return p.text(p.book.styles.paragraph, sinceWords(r))
}

func sinceWords(r *Report) string {
	c := r.Changes
	if c == nil {
		return "No previous audit was given, so that nothing could be compared."
	}
	before := previousScore(c)
	n := c.Count
	return fmt.Sprintf("Since the audit of %s UTC: raw score %s (from %s), adjusted score %s (from %s), grade %s (from %s). Findings: %d new, %d regressed, %d resolved, %d still open, %d no longer assessed.",
		c.Previous.At.UTC().Format("2006-01-02"), movedWords(before.Raw, r.Score.Raw), figureWords(before.Raw),
		movedWords(before.Adjusted, r.Score.Adjusted), figureWords(before.Adjusted), gradeText(r.Score), gradeText(before),
		n.New, n.Regressed, n.Resolved, n.StillOpen, n.Lost)
}

// previousScore is the previous audit's score as it was published, where that is known.
func previousScore(c *Changes) benchmark.Score {
	if c.PublishedScore != nil {
		return *c.PublishedScore
	}
	return c.Previous.Score
}

// movedWords say by how much a score is another.
func movedWords(before, now *float64) string {
	switch {
	case now == nil:
		return dash
	case before == nil:
		return figureWords(now)
	}
	return pointsWords(*now - *before)
}

// pointsWords are points of a score with their sign.
func pointsWords(points float64) string {
	words := fmt.Sprintf("%+.1f", points)
	if words == "+0.0" || words == "-0.0" {
		return "unchanged"
	}
	return strings.Replace(words, "-", "−", 1)
}

func figureWords(figure *float64) string { return benchmark.Figure(figure) }

// summarySteps says why the score moved. Its steps add up to the whole difference.
func summarySteps(p *page, r *Report) error {
	if r.Changes == nil || len(r.Changes.Steps) == 0 {
		return nil
	}
	if err := p.heading("Why the score moved"); err != nil {
		return err
	}
	t := pageTable{
		titles: []string{"Cause", "Raw score", "Adjusted score", "What it was"}, spans: []int{1, 1, 1, 7},
		chars: []float64{42, 11, 11, 75},
	}
	points := func(f *float64) string {
		if f == nil {
			return dash
		}
		return pointsWords(*f)
	}
	for _, step := range r.Changes.Steps {
		t.rows = append(t.rows, []any{string(step.Cause), points(step.Raw), points(step.Adjusted), step.Words})
	}
	_, _, err := p.table(t)
	return err
}

// trendAudits is the largest number of audits that the trend shows, the present one included.
const trendAudits = 24

// trendRows is the number of rows that the chart of the trend covers.
const trendRows = 14

// summaryTrend writes the scores of the earlier audits and of the present one, below the room
// for their chart, and returns the first row of that room. Without earlier audits there is
// no chart.
func summaryTrend(p *page, r *Report) (chart int, audits cells, err error) {
	if len(r.Trend) == 0 {
		if err := p.heading("Trend"); err != nil {
			return 0, cells{}, err
		}
		return 0, cells{}, p.text(p.book.styles.paragraph, "No earlier audit was given, so that there is no trend yet.")
	}
	if chart, err = chartRoom(p, "Trend of the scores", trendRows); err != nil {
		return 0, cells{}, err
	}
	t := pageTable{titles: []string{"Audit of", "Grade", "Raw score", "Adjusted score", "Coverage (%)", "Failed items", "Critical failed", "High failed", "Medium failed", "Low failed"}}
	past := append(slices.Clone(r.Trend), presentAudit(r))
	for _, a := range past[max(len(past)-trendAudits, 0):] {
		label := "date not known"
		if !a.At.IsZero() {
			label = a.At.UTC().Format("2006-01-02")
		}
		t.rows = append(t.rows, []any{label, gradeText(a.Score), figureOrGap(a.Score.Raw), figureOrGap(a.Score.Adjusted), figureOrGap(a.Score.Coverage),
			a.Findings, a.CriticalFailed, a.HighFailed, a.MediumFailed, a.LowFailed})
	}
	first, last, err := p.table(t)
	if err != nil {
		return 0, cells{}, err
	}
	return chart, cells{first, last}, p.text(p.book.styles.note, "Earlier audits are judged again, under the present benchmark and parameters, so that their figures can be compared.")
}

// figureOrGap is a figure of a chart. A dash would be drawn as 0, an empty cell is a gap.
func figureOrGap(figure *float64) any {
	if figure == nil {
		return nil
	}
	return figure
}

// presentAudit is the present audit as one of the trend.
func presentAudit(r *Report) PastAudit {
	now := PastAudit{At: r.Evidence.LastCall, Score: r.Score, Coverage: r.Coverage}
	for i := range r.Controls {
		c := &r.Controls[i]
		now.Findings += c.ItemsFailed
		switch c.Severity {
		case benchmark.Critical:
			now.CriticalFailed += c.Failed
		case benchmark.High:
			now.HighFailed += c.Failed
		case benchmark.Medium:
			now.MediumFailed += c.Failed
		case benchmark.Low:
			now.LowFailed += c.Failed
		}
	}
	return now
}
