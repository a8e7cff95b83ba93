package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"orgaudit/report/benchmark"
)

// pdfQuarter is how many days ahead exceptions are looked at: as far as the next audit of
// a company that audits every quarter.
const pdfQuarter = 92

// pdfExceptionRows is how many exceptions are shown.
const pdfExceptionRows = 6

// exceptions draws those that end before the next quarter, and counts those that have ended.
func (d *pdfDocument) exceptions() error {
	facts := d.ending()
	d.begin(d.exceptionsHeight(facts))
	if len(facts.Ending) == 0 {
		return d.note("exceptions", facts)
	}
	shown := facts.Ending[:min(len(facts.Ending), pdfExceptionRows)]
	if err := d.note("exceptions", facts); err != nil {
		return err
	}
	var rows [][]pdfCell
	for _, u := range shown {
		rows = append(rows, []pdfCell{
			{text: u.ID, bold: true, shade: pdfInk}, pdfPlain(strings.Join(u.Controls, ", ")), pdfPlain(u.Owner), pdfPlain(u.Justification),
			pdfPlain(fmt.Sprint(u.Items)), pdfPlain(string(u.Expires)),
		})
	}
	d.tableRows([]pdfColumn{
		{title: "Exception", width: 24}, {title: "Controls", width: 44}, {title: "Owner", width: 28}, {title: "Reason", width: 46},
		{title: "Items", width: 12, right: true}, {title: "Last day", width: 20, right: true},
	}, rows)
	if more := len(facts.Ending) - len(shown); more > 0 {
		d.font("", 8)
		d.ink(pdfGrey)
		d.text(pdfLeft, d.y+4, "and "+fmt.Sprint(more)+" more; the workbook holds all")
		d.y += 4.5
	}
	return nil
}

func (d *pdfDocument) exceptionsHeight(f pdfEnding) float64 {
	if len(f.Ending) == 0 {
		return 12
	}
	return 22 + 5.6*float64(min(len(f.Ending), pdfExceptionRows))
}

// pdfEnding is what the words on exceptions are filled in with.
type pdfEnding struct {
	*Report
	// Ending end before the next quarter, the first to end first; Expired have ended.
	Ending  []benchmark.ExceptionUse
	Expired int
	Until   benchmark.Day
}

func (d *pdfDocument) ending() pdfEnding {
	r := d.report
	f := pdfEnding{Report: r}
	if r.Evidence.LastCall.IsZero() {
		return f
	}
	from := benchmark.DayOf(r.Evidence.LastCall)
	f.Until = benchmark.DayOf(r.Evidence.LastCall.AddDate(0, 0, pdfQuarter))
	for _, u := range r.Exceptions {
		switch {
		case u.State == benchmark.ExceptionExpired:
			f.Expired++
		case u.Expires >= from && u.Expires <= f.Until:
			f.Ending = append(f.Ending, u)
		}
	}
	slices.SortStableFunc(f.Ending, func(a, b benchmark.ExceptionUse) int { return cmp.Compare(a.Expires, b.Expires) })
	return f
}
