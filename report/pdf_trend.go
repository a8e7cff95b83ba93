package report

import (
	"fmt"
	"time"

	"github.com/go-pdf/fpdf"

	"orgaudit/report/benchmark"
)

// pdfTrendShown is how many audits a chart shows, the present one included.
const pdfTrendShown = 8

// trend draws how the score and the failed results went over the audits.
func (d *pdfDocument) trend() error {
	d.begin(d.trendHeight() - 18)
	past := d.past()
	if len(past) == 0 {
		return d.note("no-trend", nil)
	}
	audits := len(past) + 1
	past = append(past[max(0, len(past)-pdfTrendShown+1):len(past):len(past)], d.present())
	if err := d.note("trend-intro", pdfTrendFacts{d.facts(), len(past), audits}); err != nil {
		return err
	}
	d.y += 1
	const gap = 12.0
	width := (d.wide - gap) / 2
	d.trendOfScore(past, pdfLeft, d.y, width, 50)
	d.trendOfFails(past, pdfLeft+width+gap, d.y, width, 50)
	d.y += 51
	return nil
}

// pdfTrendFacts are what the words above the trend are filled in with.
type pdfTrendFacts struct {
	pdfFacts
	// Shown are the audits that the charts show, Audits all that are known, the present one
	// included.
	Shown, Audits int
}

// past are the earlier audits that are known.
func (d *pdfDocument) past() []PastAudit {
	if len(d.report.Trend) == 0 && d.report.Changes != nil {
		return []PastAudit{d.report.Changes.Previous}
	}
	return d.report.Trend
}

// trendHeight is what the trend takes with its heading.
func (d *pdfDocument) trendHeight() float64 {
	if len(d.past()) == 0 {
		return 28
	}
	return pdfTrendHigh
}

// present is the audit that is reported in the form of an earlier one.
func (d *pdfDocument) present() PastAudit {
	r := d.report
	n := severityCounts(r)
	return PastAudit{
		At: r.Evidence.LastCall, Score: r.Score, Coverage: r.Coverage,
		CriticalFailed: n[0], HighFailed: n[1], MediumFailed: n[2], LowFailed: n[3],
	}
}

// plot draws a chart's title and the days below it, and returns where the middle of each
// audit lies.
func (d *pdfDocument) plot(title string, audits []PastAudit, x, y, w, h float64) (middle func(i int) float64) {
	d.font("B", 8)
	d.ink(pdfInk)
	d.text(x, y+3, title)
	const axis = 6.0 // for the figures at the left
	step := (w - axis) / float64(len(audits))
	middle = func(i int) float64 { return x + axis + step*(float64(i)+0.5) }
	d.font("", 6.5)
	d.ink(pdfGrey)
	for i := range audits {
		d.textCentre(middle(i), y+h, pdfMonth(audits[i].At, len(audits) > 5))
	}
	d.rule(x, y+h-3.4, w, pdfLine, 0.2)
	return middle
}

// pdfMonth is the day of an audit as it fits below a chart.
func pdfMonth(t time.Time, short bool) string {
	switch {
	case t.IsZero():
		return pdfDash
	case short:
		return t.UTC().Format("Jan 06")
	default:
		return t.UTC().Format("2 Jan 2006")
	}
}

// trendOfScore draws the raw score as a line, with its bounds.
func (d *pdfDocument) trendOfScore(audits []PastAudit, x, y, w, h float64) {
	middle := d.plot("Score, with its bounds", audits, x, y, w, h)
	top, bottom := y+9, y+h-3.4
	at := func(score float64) float64 { return bottom - (bottom-top)*pdfClamp(score)/100 }
	for _, s := range []float64{50, 100} {
		d.rule(x, at(s), w, pdfLine, 0.1)
		d.font("", 6)
		d.ink(pdfGrey)
		d.text(x, at(s)-0.7, fmt.Sprint(s))
	}
	last := -1
	line := d.colour(pdfHeadline)
	for i, a := range audits {
		if a.Score.Low != nil && a.Score.High != nil {
			from, to := at(*a.Score.High), at(*a.Score.Low)
			d.box(middle(i)-1.6, from, 3.2, max(to-from, 0.3), pdfTint)
		}
		if a.Score.Raw == nil {
			continue
		}
		if last >= 0 {
			d.pdf.SetDrawColor(line.r, line.g, line.b)
			d.pdf.SetLineWidth(0.5)
			d.pdf.Line(middle(last), at(*audits[last].Score.Raw), middle(i), at(*a.Score.Raw))
		}
		last = i
	}
	for i, a := range audits {
		if a.Score.Raw == nil {
			continue
		}
		place := at(*a.Score.Raw)
		d.dot(middle(i), place)
		d.font("B", 7)
		d.ink(pdfInk)
		over := place
		if a.Score.High != nil {
			over = min(over, at(*a.Score.High))
		}
		d.textCentre(middle(i), over-1.8, pdfFigure(a.Score.Raw))
	}
}

func (d *pdfDocument) dot(x, y float64) {
	c := d.colour(pdfHeadline)
	d.pdf.SetFillColor(c.r, c.g, c.b)
	d.pdf.Circle(x, y, 0.9, "F")
}

// trendOfFails draws the failed results by severity as stacked bars.
func (d *pdfDocument) trendOfFails(audits []PastAudit, x, y, w, h float64) {
	middle := d.plot("Failed results", audits, x, y, w, h)
	top, bottom := y+9, y+h-3.4
	stack := func(a PastAudit) [4]int { return [4]int{a.CriticalFailed, a.HighFailed, a.MediumFailed, a.LowFailed} }
	most := 1
	for _, a := range audits {
		n := stack(a)
		most = max(most, n[0]+n[1]+n[2]+n[3])
	}
	bar := min(9, w/float64(len(audits))*0.6)
	for i, a := range audits {
		foot, sum := bottom, 0
		for j, s := range benchmark.Severities() {
			n := stack(a)[j]
			sum += n
			height := (bottom - top - 3) * float64(n) / float64(most)
			foot -= height
			d.fill(middle(i)-bar/2, foot, bar, height, d.palette[pdfSeverity(s)].towards(d.palette[pdfWhite], 0.15*float64(j)))
		}
		d.font("B", 7)
		d.ink(pdfInk)
		d.textCentre(middle(i), foot-1, fmt.Sprint(sum))
	}
	d.font("", 6.5)
	key := x + w
	for j := len(benchmark.Severities()) - 1; j >= 0; j-- {
		s := benchmark.Severities()[j]
		text := fmt.Sprintf("%s %d", s, stack(audits[len(audits)-1])[j])
		key -= d.width(text)
		d.ink(pdfGrey)
		d.text(key, y+3, text)
		key -= 2.6
		d.fill(key, y+1.2, 1.9, 1.9, d.palette[pdfSeverity(s)].towards(d.palette[pdfWhite], 0.15*float64(j)))
		key -= 2.4
	}
}

// arrow draws a small triangle that points up or down, with its middle there.
func (d *pdfDocument) arrow(x, y float64, up bool, s pdfShade) {
	c := d.colour(s)
	d.pdf.SetFillColor(c.r, c.g, c.b)
	tip := y + 1
	if up {
		tip = y - 1
	}
	d.pdf.Polygon([]fpdf.PointType{{X: x - 1.2, Y: 2*y - tip}, {X: x + 1.2, Y: 2*y - tip}, {X: x, Y: tip}}, "F")
}

// severityCounts are the failed results by severity, in the order of benchmark.Severities.
func severityCounts(r *Report) [4]int {
	var counts [4]int
	for i := range r.Controls {
		for j, s := range benchmark.Severities() {
			if r.Controls[i].Severity == s {
				counts[j] += r.Controls[i].Failed
			}
		}
	}
	return counts
}
