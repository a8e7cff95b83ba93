package report

import (
	"fmt"
	"slices"
)

// contentsHeight is what the list of contents takes on the first page.
func (d *pdfDocument) contentsHeight() float64 { return 6 + 4.7*float64(d.contentsRows()) }

func (d *pdfDocument) contentsRows() int {
	executive, appendix := 0, 0
	for _, s := range d.sections[1:] {
		if s.appendix {
			appendix++
		} else {
			executive++
		}
	}
	return max(executive, appendix)
}

// contents draws the list of sections on the first page, with their pages.
func (d *pdfDocument) contents() {
	d.pdf.SetPage(1)
	const gap = 10.0
	column := (d.wide - gap) / 2
	for i, part := range []struct {
		title    string
		appendix bool
	}{{"In this report", false}, {"Appendix", true}} {
		if !slices.ContainsFunc(d.sections[1:], func(s pdfSection) bool { return s.appendix == part.appendix }) {
			continue
		}
		x, y := pdfLeft+float64(i)*(column+gap), d.contentsAt
		d.font("B", 8.5)
		d.ink(pdfHeadline)
		d.text(x, y+1, part.title)
		d.rule(x, y+2.6, column, pdfLine, 0.2)
		y += 7
		for _, s := range d.sections[1:] {
			if s.appendix != part.appendix {
				continue
			}
			d.font("", 8.5)
			d.ink(pdfInk)
			d.text(x, y, d.fit(s.title, column-10))
			d.textRight(x+column, y, fmt.Sprint(d.pages[s.name]))
			d.pdf.Link(x, y-3.4, column, 4.7, d.link(s.name))
			y += 4.7
		}
	}
}
