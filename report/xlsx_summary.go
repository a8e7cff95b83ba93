package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"orgaudit/report/benchmark"
)

// writeSummary writes the sheet that most readers look at: what was audited, the score, and
// what weighs most.
func writeSummary(b *workbook, r *Report) error {
	p, err := b.newPage("Summary", []float64{42, 11, 11, 11, 11, 11, 11, 11, 11, 11})
	if err != nil {
		return err
	}
	// The charts stand above the tables that they are made from.
	var charts, trendChart int
	var severities, units, audits cells
	for _, write := range []func() error{
		func() error { return summaryHead(p, r) },
		func() error { return summaryScore(p, r) },
		func() error { return summarySince(p, r) },
		func() (err error) {
			charts, err = chartRoom(p, "Scores by unit and fails by severity", chartRows)
			return err
		},
		p.newPrintPage, // the charts fill the first one
		func() error { return summaryWorst(p, r) },
		func() error { return summarySteps(p, r) },
		func() error { return summaryAccounts(p, r) },
		func() (err error) { severities, err = summarySeverities(p, r); return err },
		p.newPrintPage,
		func() (err error) { trendChart, audits, err = summaryTrend(p, r); return err },
		func() (err error) { units, err = summaryUnits(p, r); return err },
		func() error { return addSummaryCharts(p, charts, units, severities) },
		func() error { return addTrendChart(p, trendChart, audits) },
	} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

// chartRoom leaves rows for charts below a heading and returns the first of them.
func chartRoom(p *page, heading string, rows int) (int, error) {
	if err := p.heading(heading); err != nil {
		return 0, err
	}
	first := p.row
	p.row += rows
	return first, nil
}

func summaryHead(p *page, r *Report) error {
	s := p.book.styles
	if err := p.textOfHeight(s.title, r.Title, 32); err != nil {
		return err
	}
	var who []string
	for _, part := range []string{r.Company, "organization " + r.Organization.ID, r.Confidentiality} {
		if part != "" {
			who = append(who, part)
		}
	}
	if err := p.text(s.subtitle, strings.Join(who, " · ")); err != nil {
		return err
	}
	asOf := fmt.Sprintf("As of %s to %s UTC: the first and the last call to AWS.", utcText(r.Evidence.FirstCall), utcText(r.Evidence.LastCall))
	if err := p.text(s.subtitle, asOf); err != nil {
		return err
	}
	if r.Evidence.Simulated {
		if err := p.textOfHeight(s.notice, "SIMULATED DATA: this organization is the one that is built into orgaudit. It does not exist.", 22); err != nil {
			return err
		}
	}
	if !r.Evidence.Complete {
		notice := fmt.Sprintf("THE RUN WAS CUT OFF before %d of %d accounts. Their controls count as not assessed.", r.Coverage.NotCollected, r.Coverage.Accounts)
		if err := p.textOfHeight(s.notice, notice, 22); err != nil {
			return err
		}
	}
	return nil
}

func utcText(t time.Time) string {
	if t.IsZero() {
		return dash
	}
	return t.UTC().Format("2006-01-02 15:04:05")
}

func summaryScore(p *page, r *Report) error {
	if err := p.heading("Score of the organization"); err != nil {
		return err
	}
	s := p.book.styles
	label := func(text string, columns int) span { return span{value: text, columns: columns, style: s.label} }
	err := p.line(s.label, 2*lineHeight+3, label("Raw score, 0 to 100", 1), label("Adjusted score", 2),
		label("Bounds of the raw score", 2), label("Grade", 1), label("Coverage of controls (%)", 2), label("Accounts assessed", 2))
	if err != nil {
		return err
	}
	assessed := fmt.Sprintf("%d of %d", accountsJudged(r), r.Coverage.InScope())
	figure := func(value any, columns int) span { return span{value: value, columns: columns, style: s.bigFigure} }
	err = p.line(s.bigFigure, 30, figure(r.Score.Raw, 1), figure(r.Score.Adjusted, 2),
		figure(boundsText(r.Score), 2), figure(r.Score.Grade, 1), figure(r.Score.Coverage, 2), figure(assessed, 2))
	if err != nil {
		return err
	}
	return p.text(s.paragraph, scoreSentence(r))
}

// accountsJudged counts the accounts of which at least one control could be judged: one that
// was entered and let nothing be read is not assessed.
func accountsJudged(r *Report) int {
	n := 0
	for i := range r.Accounts {
		if r.Accounts[i].Score.Raw != nil {
			n++
		}
	}
	return n
}

func boundsText(s benchmark.Score) string {
	if s.Low == nil || s.High == nil {
		return dash
	}
	return benchmark.Figure(s.Low) + " – " + benchmark.Figure(s.High)
}

// scoreSentence explains the figures of the score beside it.
func scoreSentence(r *Report) string {
	if r.Score.Raw == nil {
		return "Nothing could be judged, so there is no score."
	}
	var words []string
	if r.Tally.CountNotAssessed > 0 {
		words = append(words, fmt.Sprintf("%s could not be assessed: the raw score would be %s if all of that failed, and %s if all of it passed.",
			counted(r.Tally.CountNotAssessed, "result", "results"), benchmark.Figure(r.Score.Low), benchmark.Figure(r.Score.High)))
	}
	if r.Score.Ungraded() {
		words = append(words, fmt.Sprintf("There is no grade: only %s %% of what applies could be assessed, by weight.", benchmark.Figure(r.Score.Coverage)))
	}
	if r.Score.Capped {
		words = append(words, fmt.Sprintf("The grade is capped at %s by a failed critical control.", r.Score.Grade))
	}
	words = append(words, adjustedWords(r))
	if r.MeanAccount != nil {
		words = append(words, fmt.Sprintf("The mean of the accounts' raw scores is %s.", benchmark.Figure(r.MeanAccount)))
	}
	if r.WorstAccount >= 0 {
		a := &r.Accounts[r.WorstAccount]
		words = append(words, fmt.Sprintf("The lowest is %s, of account %s (%s).", benchmark.Figure(a.Score.Raw), a.ID, a.Name))
	}
	return strings.Join(words, " ")
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func summaryAccounts(p *page, r *Report) error {
	if err := p.heading("Coverage of accounts"); err != nil {
		return err
	}
	c := r.Coverage
	_, _, err := p.table(pageTable{
		titles: []string{"What became of them", "Accounts", "Complete", "Partial", "Not entered", "Not collected", "Excluded"},
		rows:   [][]any{{"All accounts of the organization", c.Accounts, c.Complete, c.Partial, c.NotEntered, c.NotCollected, c.Excluded}},
	})
	return err
}

// cells are rows of a table on a sheet that a chart is made from.
type cells struct{ first, last int }

func summarySeverities(p *page, r *Report) (cells, error) {
	if err := p.heading("Results by severity"); err != nil {
		return cells{}, err
	}
	t := pageTable{titles: []string{"Severity", "Failed", "of these excepted", "of these mitigated", "Passed", "Not assessed"}}
	for _, severity := range benchmark.Severities() {
		var failed, excepted, mitigated, passed, unknown int
		for i := range r.Controls {
			if c := &r.Controls[i]; c.Severity == severity {
				failed += c.Failed
				excepted += c.Excepted
				mitigated += c.Mitigated
				passed += c.Passed
				unknown += c.NotAssessed
			}
		}
		t.rows = append(t.rows, []any{string(severity), failed, excepted, mitigated, passed, unknown})
	}
	first, last, err := p.table(t)
	return cells{first, last}, err
}

// chartUnits is the largest number of units that a chart shows.
const chartUnits = 24

// summaryUnits writes the scores of all units, and where they are too many for the chart,
// a second table of the top two levels for it.
func summaryUnits(p *page, r *Report) (cells, error) {
	all, err := unitTable(p, "Scores by unit", r.Units)
	if err != nil || len(r.Units) <= chartUnits {
		return all, err
	}
	top := slices.DeleteFunc(slices.Clone(r.Units), func(u Unit) bool { return u.Depth > 1 })
	heading := "Units of the chart: the top two levels"
	if len(top) > chartUnits {
		heading = fmt.Sprintf("Units of the chart: the first %d of the top two levels", chartUnits)
		top = top[:chartUnits]
	}
	return unitTable(p, heading, top)
}

func unitTable(p *page, heading string, units []Unit) (cells, error) {
	if err := p.heading(heading); err != nil {
		return cells{}, err
	}
	t := pageTable{
		titles: []string{"Unit, with all accounts below it", "Grade", "Accounts", "In scope", "Raw score", "Adjusted score", "Low bound", "High bound", "Coverage (%)", "Mean of accounts"},
	}
	for i := range units {
		u := &units[i]
		name := strings.Repeat("    ", u.Depth) + u.Name
		t.rows = append(t.rows, []any{name, gradeText(u.Score), u.Accounts, u.InScope, u.Score.Raw, u.Score.Adjusted, u.Score.Low, u.Score.High, u.Score.Coverage, u.Mean})
	}
	first, last, err := p.table(t)
	return cells{first, last}, err
}

// gradeText marks a grade that a failed critical control caps.
func gradeText(s benchmark.Score) string {
	if s.Capped {
		return s.Grade + " (capped)"
	}
	return s.Grade
}
