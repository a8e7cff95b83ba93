package report

import (
	"cmp"
	"slices"
	"strings"
)

const (
	pdfGuardRow   = 5.4
	pdfGuardMost  = 14 // guardrails that are shown
	pdfGuardTitle = 27.0
	// pdfGuardHead is the height of what stands above the rows: a heading, two lines, and
	// the names of the guardrails.
	pdfGuardHead = 11 + 11 + pdfGuardTitle
)

// guardrails draws which share of each unit's accounts is under which guardrail.
func (d *pdfDocument) guardrails() error {
	columns := d.guardColumns()
	if len(columns) == 0 || d.guardedUnits() == 0 {
		d.begin(10)
		return d.note("no-guardrails", pdfGuardFacts{d.facts(), len(columns) > 0})
	}
	// What follows shall stand on the same page.
	below := 5 + d.exceptionsHeight(d.ending()) + d.openHeight(d.missing(), pdfGapGroups(d.report.Gaps)) + 2*18
	shown := d.guardUnits(int((d.bottom - pdfTop - pdfGuardHead - below) / pdfGuardRow))
	d.begin(pdfGuardHead - 11 + pdfGuardRow*float64(len(shown)))
	if err := d.note("guardrails-intro", nil); err != nil {
		return err
	}
	const name = 50.0
	cell := min((d.wide-name)/float64(len(columns)), 22)
	d.font("B", 7)
	d.ink(pdfHeadline)
	d.text(pdfLeft, d.y+pdfGuardTitle-2, "Unit, with all below it")
	for i, at := range columns {
		c := &d.report.Controls[d.gathered.guardrails[at]]
		x := pdfLeft + name + cell*(float64(i)+0.5)
		d.font("", 7)
		d.ink(pdfInk)
		d.upward(x+1, d.y+pdfGuardTitle-1.5, d.fit(pdfGuardName(c), pdfGuardTitle-3))
		if c.Failed > 0 {
			d.pdf.Link(x-cell/2, d.y, cell, pdfGuardTitle, d.link("control "+c.ID))
		}
	}
	d.y += pdfGuardTitle
	d.rule(pdfLeft, d.y, name+cell*float64(len(columns)), pdfHeadline, 0.3)
	for _, u := range shown {
		d.guardRow(u, columns, name, cell)
	}
	var left []string
	if more := len(d.gathered.guardrails) - len(columns); more > 0 {
		left = append(left, pdfCount(more, "more guardrail", "more guardrails"))
	}
	if more := d.guardedUnits() - len(shown); more > 0 {
		left = append(left, pdfCount(more, "more unit", "more units"))
	}
	if len(left) > 0 {
		d.font("", 8)
		d.ink(pdfGrey)
		d.text(pdfLeft, d.y+4, "and "+strings.Join(left, " and ")+"; the workbook holds all")
		d.y += 4.5
	}
	return nil
}

// guardColumns are the guardrails that are shown, the gravest first where there are too
// many, as indices in pdfGathered.guardrails.
func (d *pdfDocument) guardColumns() []int {
	order := make([]int, len(d.gathered.guardrails))
	for i := range order {
		order[i] = i
	}
	if len(order) <= pdfGuardMost {
		return order
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(d.report.Controls[d.gathered.guardrails[b]].Weight, d.report.Controls[d.gathered.guardrails[a]].Weight)
	})
	order = order[:pdfGuardMost]
	slices.Sort(order)
	return order
}

// guardUnits are the units that hold accounts which a guardrail could bind.
func (d *pdfDocument) guardUnits(most int) []int {
	var units []Unit
	var at []int
	for i := range d.report.Units {
		if d.guards(i) {
			units, at = append(units, d.report.Units[i]), append(at, i)
		}
	}
	var shown []int
	for _, i := range pdfUpperUnits(units, most) {
		shown = append(shown, at[i])
	}
	return shown
}

func (d *pdfDocument) guardedUnits() int {
	n := 0
	for i := range d.report.Units {
		if d.guards(i) {
			n++
		}
	}
	return n
}

// guards tells whether a guardrail applies in a unit.
func (d *pdfDocument) guards(unit int) bool {
	return slices.ContainsFunc(d.gathered.guarded[unit], func(s pdfSplit) bool { return s.all() > 0 })
}

// pdfGuardName is a guardrail's id as a heading.
func pdfGuardName(c *Control) string {
	return strings.ReplaceAll(strings.TrimPrefix(c.ID, guardrailPrefix), "-", " ")
}

func (d *pdfDocument) guardRow(unit int, columns []int, name, cell float64) {
	u := &d.report.Units[unit]
	base := d.y + pdfGuardRow/2 + 1.1
	indent := 3 * float64(min(u.Depth, 5))
	d.font("", 8.5)
	if u.Depth == 0 {
		d.font("B", 8.5)
	}
	d.ink(pdfInk)
	d.text(pdfLeft+indent, base, d.fit(pdfUnitName(u), name-indent-2))
	for i, at := range columns {
		s := d.gathered.guarded[unit][at]
		x := pdfLeft + name + cell*float64(i)
		text := pdfDash
		if n := s.judged(); n > 0 {
			d.fill(x+0.3, d.y+0.4, cell-0.6, pdfGuardRow-0.8, d.heat(pdfAccent, float64(s.passed)/float64(n)))
		}
		if s.all() > 0 {
			text = pdfGuarded(s)
		}
		d.font("", 7)
		d.ink(pdfInk)
		d.textCentre(x+cell/2, base-0.2, text)
	}
	d.y += pdfGuardRow
	d.rule(pdfLeft, d.y, name+cell*float64(len(columns)), pdfLine, 0.1)
}

// pdfGuardFacts are what the sentence on no guardrails is filled in with.
type pdfGuardFacts struct {
	pdfFacts
	// Asked tells that the benchmark asks for some, and that no unit has an answer.
	Asked bool
}

// pdfGuarded says how many of the accounts that were judged are under a guardrail; a question
// mark, that others were not.
func pdfGuarded(s pdfSplit) string {
	switch {
	case s.judged() == 0:
		return "?"
	case s.passed == s.all():
		return "all"
	case s.passed == 0 && s.notAssessed == 0:
		return "none"
	case s.notAssessed > 0:
		return pdfShare(s.passed, s.judged()) + "?"
	default:
		return pdfShare(s.passed, s.judged())
	}
}

// upward draws a line that is read from below to above.
func (d *pdfDocument) upward(x, y float64, text string) {
	d.pdf.TransformBegin()
	d.pdf.TransformRotate(90, x, y)
	d.text(x, y, text)
	d.pdf.TransformEnd()
}
