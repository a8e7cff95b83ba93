package report

import (
	"fmt"

	"github.com/go-pdf/fpdf"
)

// scoreCard draws the score as a number and on a scale, with its grade, its bounds, the
// adjusted score, and how it changed.
func (d *pdfDocument) scoreCard(facts pdfFacts) error {
	detail, err := d.sentence("score-in-words", facts)
	if err != nil {
		return err
	}
	change, err := d.sentence("score-change", facts)
	if err != nil {
		return err
	}
	const height, right = 33.0, 62.0
	s := d.report.Score
	top := d.y
	d.box(pdfLeft, top, d.wide, height, pdfBand)
	d.box(pdfLeft, top, 1.4, height, pdfAccent)

	d.font("B", 32)
	d.ink(pdfHeadline)
	d.text(pdfLeft+5.5, top+15, pdfFigure(s.Raw))
	d.box(pdfLeft+39, top+4.4, 13, 13, pdfAccent)
	d.font("B", 24)
	d.ink(pdfOnAccent)
	d.textCentre(pdfLeft+45.5, top+14, pdfOr(s.Grade))
	d.font("", 8)
	d.ink(pdfGrey)
	d.text(pdfLeft+5.5, top+20.8, "score of 100")
	grade := "grade"
	if s.Capped {
		grade += ", capped"
	}
	d.textCentre(pdfLeft+45.5, top+20.8, grade)
	d.font("B", 8.5)
	d.ink(pdfInk)
	for i, line := range d.wrap(change, right-9, 2) {
		d.text(pdfLeft+5.5, top+26.2+float64(i)*4.1, line)
	}
	d.gauge(pdfLeft+right, top+3.4, d.wide-right-6)
	d.pdf.Link(pdfLeft, top, d.wide, height, d.link("changes"))
	d.y = top + height + 1.6
	d.font("", 8.5)
	d.ink(pdfGrey)
	d.lines(detail, 8.5, 3)
	d.y += 2
	return nil
}

// pdfClamp keeps a score on its scale.
func pdfClamp(score float64) float64 { return min(100, max(0, score)) }

// gauge draws the scale from 0 to 100 with the grades below it, the bounds as a bar, the
// raw score as a full mark and the adjusted as a hollow one.
func (d *pdfDocument) gauge(x, y, w float64) {
	s := d.report.Score
	at := func(score float64) float64 { return x + w*pdfClamp(score)/100 }
	const thick = 6.0
	bar := y + 4
	d.box(x, bar, w, thick, pdfLine)
	if s.Low != nil && s.High != nil {
		from, to := at(*s.Low), at(*s.High)
		d.box(from, bar, max(to-from, 0.3), thick, pdfTint)
		d.upright(from, bar, thick, pdfAccent, 0.3)
		d.upright(to, bar, thick, pdfAccent, 0.3)
	}
	edges := []float64{0, 60, 70, 80, 90, 100}
	d.font("", 7)
	for i, edge := range edges {
		d.upright(at(edge), bar+thick, 1.6, pdfGrey, 0.2)
		d.ink(pdfGrey)
		d.textCentre(at(edge), bar+thick+4.6, fmt.Sprint(edge))
		if i > 0 {
			d.ink(pdfInk)
			d.textCentre((at(edges[i-1])+at(edge))/2, bar+thick+4.6, []string{"F", "D", "C", "B", "A"}[i-1])
		}
	}
	if s.Adjusted != nil {
		d.mark(at(*s.Adjusted), bar, thick, false)
	}
	if s.Raw != nil {
		d.mark(at(*s.Raw), bar, thick, true)
	}
	d.gaugeKey(x, bar+thick+11.5)
}

// gaugeKey says in words what stands on the scale.
func (d *pdfDocument) gaugeKey(x, y float64) {
	s := d.report.Score
	d.font("", 8)
	word := func(text string) {
		d.ink(pdfInk)
		d.text(x, y, text)
		x += d.width(text) + 5
	}
	d.mark(x+1.7, y+0.2, 0, true)
	x += 4.5
	word("raw " + pdfFigure(s.Raw))
	d.mark(x+1.7, y+0.2, 0, false)
	x += 4.5
	word("adjusted " + pdfFigure(s.Adjusted))
	d.box(x, y-2.4, 5, 2.6, pdfTint)
	x += 6.2
	word("possible range " + pdfRange(s))
}

// mark draws a score on the scale: a triangle above the bar, and a line through it for
// the raw one.
func (d *pdfDocument) mark(x, bar, thick float64, full bool) {
	c := d.colour(pdfHeadline)
	d.pdf.SetDrawColor(c.r, c.g, c.b)
	d.pdf.SetFillColor(255, 255, 255)
	d.pdf.SetLineWidth(0.3)
	if full {
		d.pdf.SetFillColor(c.r, c.g, c.b)
	}
	d.pdf.Polygon([]fpdf.PointType{{X: x - 1.6, Y: bar - 2.9}, {X: x + 1.6, Y: bar - 2.9}, {X: x, Y: bar - 0.2}}, "DF")
	if full && thick > 0 {
		d.upright(x, bar, thick, pdfAccent, 0.8)
	}
}

// pdfCoveragePart is a part of the accounts, by what became of them.
type pdfCoveragePart struct {
	count int
	word  string
	shade pdfShade
}

func pdfCoverageParts(c Coverage) []pdfCoveragePart {
	return []pdfCoveragePart{
		{c.Complete, "complete", pdfAccent},
		{c.Partial, "partial", pdfTint},
		{c.NotEntered, "not entered", pdfHigh},
		{c.NotCollected, "not collected", pdfMedium},
		{c.Excluded, "excluded", pdfLine},
	}
}

// coverageBar draws the accounts by what became of them as parts of one bar, with its key.
func (d *pdfDocument) coverageBar(x, y, w, h float64) {
	c := d.report.Coverage
	d.box(x, y, w, h, pdfBand)
	keyed := y + h + 3.4
	d.font("", 7.5)
	key := x
	for _, part := range pdfCoverageParts(c) {
		if part.count == 0 {
			continue
		}
		width := w * float64(part.count) / float64(c.Accounts)
		d.box(x, y, width, h, part.shade)
		x += width
		d.box(key, keyed-2, 2.4, 2.4, part.shade)
		d.ink(pdfGrey)
		text := fmt.Sprintf("%s %d", part.word, part.count)
		d.text(key+3.4, keyed, text)
		key += d.width(text) + 8
	}
}
