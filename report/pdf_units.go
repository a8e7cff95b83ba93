package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"orgaudit/report/benchmark"
)

const (
	pdfUnitRow   = 5.5  // height of a unit's row, in mm
	pdfTrendHigh = 76.0 // height that is kept for the trend below the units
)

// units draws the units as a table whose cells say how much of the results of each severity
// passed, and how many failed.
func (d *pdfDocument) units() error {
	d.begin(60)
	if len(d.report.Units) == 0 {
		return d.note("no-units", nil)
	}
	if err := d.note("units-intro", nil); err != nil {
		return err
	}
	d.y += 1
	// The trend shall stand on the same page.
	most := int((d.room() - d.trendHeight() - 9 - 10 - 14) / pdfUnitRow)
	// Units without accounts have nothing to show.
	filled := make([]Unit, 0, len(d.report.Units))
	var places []int
	for i, u := range d.report.Units {
		if u.Accounts > 0 || u.Depth == 0 {
			filled, places = append(filled, u), append(places, i)
		}
	}
	shown := pdfUpperUnits(filled, most)
	columns := d.unitColumns()
	name := 51.0
	if d.report.Changes != nil {
		name = 45
	}
	cell := d.wide - name
	for _, c := range columns {
		cell -= c.width
	}
	cell /= float64(len(benchmark.Severities()))

	d.font("B", 7)
	d.ink(pdfHeadline)
	d.text(pdfLeft, d.y+6, "Unit, with all below it")
	x := pdfLeft + name
	for _, c := range columns {
		x += c.width
		d.textRight(x-1, d.y+6, c.title)
	}
	for _, s := range benchmark.Severities() {
		d.font("B", 7)
		d.ink(pdfSeverity(s))
		d.textCentre(x+cell/2, d.y+2.6, pdfTitleCase(string(s)))
		d.font("", 6)
		d.ink(pdfGrey)
		d.textCentre(x+cell/2, d.y+6, "passed · failed")
		x += cell
	}
	d.y += 7.6
	d.rule(pdfLeft, d.y, d.wide, pdfHeadline, 0.3)
	for _, i := range shown {
		at := places[i]
		d.unitRow(&d.report.Units[at], d.gathered.severities[at], name, columns, cell)
	}
	d.font("", 8)
	var left []string
	if more := len(filled) - len(shown); more > 0 {
		left = append(left, pdfCount(more, "more unit", "more units"))
	}
	if empty := len(d.report.Units) - len(filled); empty > 0 {
		left = append(left, pdfCount(empty, "unit", "units")+" without accounts")
	}
	if len(left) > 0 {
		d.ink(pdfGrey)
		d.text(pdfLeft, d.y+4, "and "+strings.Join(left, " and ")+"; the workbook holds all")
		d.y += 4.5
	}
	d.lowest()
	return nil
}

// pdfUnitColumn is a figure of a unit.
type pdfUnitColumn struct {
	title string
	width float64
	bold  bool
	text  func(u *Unit) string
}

// unitColumns are the figures of a unit; how its score changed is one of them where an
// earlier audit is known.
func (d *pdfDocument) unitColumns() []pdfUnitColumn {
	columns := []pdfUnitColumn{
		{"Accounts", 14, false, func(u *Unit) string { return fmt.Sprint(u.Accounts) }},
		{"Score", 11, true, func(u *Unit) string { return pdfFigure(u.Score.Raw) }},
	}
	if c := d.report.Changes; c != nil {
		moved := map[string]*float64{}
		for _, u := range c.Units {
			if u.Before != nil && u.Now != nil {
				by := *u.Now - *u.Before
				moved[u.Path] = &by
			}
		}
		columns = append(columns, pdfUnitColumn{"Change", 12, false, func(u *Unit) string { return pdfSigned(moved[u.Path]) }})
	}
	return append(columns,
		pdfUnitColumn{"Grade", 11, true, func(u *Unit) string { return pdfOr(u.Score.Grade) }},
		pdfUnitColumn{"Coverage", 15, false, func(u *Unit) string { return pdfPercent(u.Score.Coverage) }})
}

func (d *pdfDocument) unitRow(u *Unit, severities []pdfSplit, name float64, columns []pdfUnitColumn, cell float64) {
	base := d.y + pdfUnitRow/2 + 1.1
	indent := 3 * float64(min(u.Depth, 6))
	style := ""
	if u.Depth == 0 {
		style = "B"
	}
	d.font(style, 8.5)
	d.ink(pdfInk)
	d.text(pdfLeft+indent, base, d.fit(pdfUnitName(u), name-indent-2))
	x := pdfLeft + name
	for _, c := range columns {
		x += c.width
		d.font(style, 8)
		if c.bold {
			d.font("B", 8)
		}
		d.textRight(x-1, base, c.text(u))
	}
	for i, s := range benchmark.Severities() {
		split := severities[i]
		text := pdfDash
		if n := split.judged(); n > 0 {
			d.fill(x+0.4, d.y+0.4, cell-0.8, pdfUnitRow-0.8, d.heat(pdfSeverity(s), float64(split.failed)/float64(n)))
			text = fmt.Sprintf("%s · %d", pdfShare(split.passed, n), split.failed)
		}
		d.font("", 8)
		d.ink(pdfInk)
		d.textCentre(x+cell/2, base, text)
		x += cell
	}
	d.pdf.Link(pdfLeft, d.y, d.wide, pdfUnitRow, d.link("accounts"))
	d.y += pdfUnitRow
	d.rule(pdfLeft, d.y, d.wide, pdfLine, 0.1)
}

// lowest names the accounts with the lowest scores.
func (d *pdfDocument) lowest() {
	var order []int
	unranked := 0
	for i := range d.report.Accounts {
		if d.report.Accounts[i].Score.Ungraded() {
			unranked++
		} else if d.report.Accounts[i].Score.Raw != nil {
			order = append(order, i)
		}
	}
	if len(order) < 4 {
		return
	}
	accounts := d.report.Accounts
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(*accounts[a].Score.Raw, *accounts[b].Score.Raw) })
	d.font("", 8)
	var named []string
	for _, i := range order[:3] {
		named = append(named, fmt.Sprintf("%s (%s, %s)", d.fit(accounts[i].Name, 34), accounts[i].ID, pdfFigure(accounts[i].Score.Raw)))
	}
	d.y += 2
	d.ink(pdfInk)
	text := "Lowest scores of accounts: " + strings.Join(named, ", ") + "."
	if unranked > 0 {
		text += fmt.Sprintf(" %s of which less than %d %% was assessed: not ranked.", pdfCount(unranked, "account", "accounts"), benchmark.LeastCoverage)
	}
	d.lines(text, 8, 2)
}

// pdfUnitName is a unit's name, or its id where that is blank.
func pdfUnitName(u *Unit) string {
	if strings.TrimSpace(u.Name) == "" {
		return u.ID
	}
	return u.Name
}

// pdfShare is a part of a whole in percent, without decimals. Only all is 100, and only
// none is 0.
func pdfShare(part, whole int) string {
	percent := (100*part + whole/2) / whole
	if part < whole {
		percent = min(percent, 99)
	}
	if part > 0 {
		percent = max(percent, 1)
	}
	return fmt.Sprintf("%d %%", percent)
}

// pdfUpperUnits chooses units for a table of so many rows: those nearest to the root, of
// one level those with the most accounts, in the order of the tree. The answer are indices.
func pdfUpperUnits(units []Unit, most int) []int {
	order := make([]int, len(units))
	for i := range order {
		order[i] = i
	}
	if len(order) <= most {
		return order
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(units[a].Depth, units[b].Depth), cmp.Compare(units[b].InScope, units[a].InScope))
	})
	order = order[:max(most, 0)]
	slices.Sort(order)
	return order
}
