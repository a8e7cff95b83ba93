package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

const (
	pdfWorstShown = 5
	pdfUnitsShown = 12
	// pdfUnitDepth is the deepest level of units on the summary; the root is 0.
	pdfUnitDepth = 2
)

// summary draws the one page that an executive reads. It never takes a second one: each
// part has a greatest height, and together these fit.
func (d *pdfDocument) summary() error {
	facts := d.facts()
	d.title("Summary")
	headline, err := d.sentence("headline", facts)
	if err != nil {
		return err
	}
	d.font("B", 12.5)
	d.ink(pdfInk)
	d.lines(headline, 12.5, 2)
	detail, err := d.sentence("score-in-words", facts)
	if err != nil {
		return err
	}
	d.font("", 9)
	d.ink(pdfGrey)
	d.lines(detail, 9, 4)
	d.y += 2
	d.scoreCard()
	if err := d.coverageCard(facts); err != nil {
		return err
	}
	if err := d.worst(); err != nil {
		return err
	}
	return d.unitBars()
}

// lines draws text in the current font and colour over the whole width, at most that many lines.
func (d *pdfDocument) lines(text string, points float64, most int) {
	for _, line := range d.wrap(text, pdfWidth, most) {
		d.text(pdfLeft, d.y+points*0.3528, line)
		d.y += d.leading(points)
	}
	d.y += 1
}

// label draws a heading of the summary page.
func (d *pdfDocument) label(text string) {
	d.font("B", 10)
	d.ink(pdfAccent)
	d.text(pdfLeft, d.y+3.6, text)
	d.y += 5
	d.rule(pdfLeft, d.y, pdfWidth, pdfAccent, 0.3)
	d.y += 1.2
}

// coverageCard draws what became of the accounts, and how much was assessed.
func (d *pdfDocument) coverageCard(facts pdfFacts) error {
	accounts, err := d.sentence("coverage-of-accounts", facts)
	if err != nil {
		return err
	}
	controls, err := d.sentence("coverage-of-controls", facts)
	if err != nil {
		return err
	}
	top := d.y
	d.label("What was assessed")
	d.y += 1
	d.coverageBar(pdfLeft, d.y, pdfWidth, 3.6)
	d.y += 9.4
	d.font("", 9)
	d.ink(pdfInk)
	d.lines(accounts, 9, 2)
	d.y -= 1
	d.lines(controls, 9, 2)
	d.pdf.Link(pdfLeft, top, pdfWidth, d.y-top, d.link("gaps"))
	d.y += 2.5
	return nil
}

// worst draws the failed controls that weigh most.
func (d *pdfDocument) worst() error {
	d.label("What weighs most")
	if len(d.report.Worst) == 0 {
		text, err := d.sentence("no-worst", d.facts())
		if err != nil {
			return err
		}
		d.font("", 9)
		d.ink(pdfInk)
		d.lines(text, 9, 2)
		d.y += 2
		return nil
	}
	for i, w := range d.report.Worst {
		if i == pdfWorstShown {
			break
		}
		d.worstLine(w)
	}
	d.y += 3
	return nil
}

func (d *pdfDocument) worstLine(w Worst) {
	const severity, counts = 18.0, 38.0
	c := d.report.Controls[w.Control]
	top := d.y
	base := top + 4
	d.box(pdfLeft, top+1, 1.2, 3.6, pdfSeverity(c.Severity))
	d.font("B", 8.5)
	d.ink(pdfSeverity(c.Severity))
	d.text(pdfLeft+2.5, base, pdfTitleCase(string(c.Severity)))
	d.font("", 8.5)
	d.ink(pdfInk)
	lines := d.wrap(w.Sentence, pdfWidth-severity-counts-2, 2)
	for i, line := range lines {
		d.text(pdfLeft+severity, base+float64(i)*d.leading(8.5), line)
	}
	where := "organization"
	if n := len(w.Accounts); n > 0 {
		where = pdfCount(n, "account", "accounts")
	}
	d.ink(pdfGrey)
	d.textRight(pdfLeft+pdfWidth, base, d.fit(where+" · "+pdfCount(w.Items, "item", "items"), counts))
	d.y += float64(len(lines))*d.leading(8.5) + 1.6
	d.rule(pdfLeft, d.y, pdfWidth, pdfLine, 0.1)
	if c.Failed > 0 {
		d.pdf.Link(pdfLeft, top, pdfWidth, d.y-top, d.link("control "+c.ID))
	}
}

// unitBars draws the scores of the upper units.
func (d *pdfDocument) unitBars() error {
	d.label("Scores by organizational unit")
	shown := pdfUpperUnits(d.report.Units)
	if len(shown) == 0 {
		text, err := d.sentence("no-units", nil)
		if err != nil {
			return err
		}
		d.font("", 9)
		d.ink(pdfInk)
		d.lines(text, 9, 2)
		return nil
	}
	d.unitBarHead()
	height := min(6.2, (d.room()-6)/float64(len(shown)))
	for _, u := range shown {
		d.unitBar(u, height)
	}
	if more := len(d.report.Units) - len(shown); more > 0 {
		d.font("", 8)
		d.ink(pdfGrey)
		d.text(pdfLeft, d.y+4, "and "+pdfCount(more, "more unit", "more units")+"; see the workbook")
		d.y += 5
	}
	return nil
}

// pdfUpperUnits chooses the units of the summary: those nearest to the root, of one level
// those with the most accounts, in the order of the tree.
func pdfUpperUnits(units []Unit) []Unit {
	var order []int
	for i, u := range units {
		if u.Depth <= pdfUnitDepth {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(units[a].Depth, units[b].Depth), cmp.Compare(units[b].InScope, units[a].InScope))
	})
	order = order[:min(len(order), pdfUnitsShown)]
	slices.Sort(order)
	shown := make([]Unit, len(order))
	for i, at := range order {
		shown[i] = units[at]
	}
	return shown
}

// Places of the columns of the unit bars, from the left edge of the text.
const (
	pdfBarAt    = 62.0
	pdfBarWidth = 60.0
	pdfBarScore = 136.0
	pdfBarGrade = 142.0
	pdfBarCover = 163.0
)

func (d *pdfDocument) unitBarHead() {
	d.font("", 7)
	d.ink(pdfGrey)
	d.text(pdfLeft, d.y+2.8, "Unit, with all below it")
	d.text(pdfLeft+pdfBarAt, d.y+2.8, "0")
	d.textRight(pdfLeft+pdfBarAt+pdfBarWidth, d.y+2.8, "100")
	d.textRight(pdfLeft+pdfBarScore, d.y+2.8, "Score")
	d.textCentre(pdfLeft+pdfBarGrade+2, d.y+2.8, "Grade")
	d.textRight(pdfLeft+pdfBarCover, d.y+2.8, "Coverage")
	d.textRight(pdfLeft+pdfWidth, d.y+2.8, "Accounts")
	d.y += 4.2
}

// unitBar draws one unit. The height of its line is what is left on the page.
func (d *pdfDocument) unitBar(u Unit, height float64) {
	middle := d.y + height/2
	base := middle + 1.1
	indent := 3.5 * float64(u.Depth)
	d.font("", 8.5)
	if u.Depth == 0 {
		d.font("B", 8.5)
	}
	d.ink(pdfInk)
	name := u.Name
	if strings.TrimSpace(name) == "" {
		name = u.ID
	}
	d.text(pdfLeft+indent, base, d.fit(name, pdfBarAt-indent-3))
	x := pdfLeft + pdfBarAt
	d.box(x, middle-1.4, pdfBarWidth, 2.8, pdfBand)
	if u.Score.Raw != nil {
		d.box(x, middle-1.4, pdfBarWidth*pdfClamp(*u.Score.Raw)/100, 2.8, pdfAccent)
	}
	d.font("B", 8.5)
	d.textRight(pdfLeft+pdfBarScore, base, pdfFigure(u.Score.Raw))
	d.textCentre(pdfLeft+pdfBarGrade+2, base, pdfOr(u.Score.Grade))
	d.font("", 8.5)
	d.textRight(pdfLeft+pdfBarCover, base, pdfPercent(u.Score.Coverage))
	d.textRight(pdfLeft+pdfWidth, base, fmt.Sprint(u.Accounts))
	d.pdf.Link(pdfLeft, d.y, pdfWidth, height, d.link("accounts"))
	d.y += height
}
