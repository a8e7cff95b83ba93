package report

import (
	"fmt"
	"strings"
)

// risks draws the failed controls that weigh most: what, where, who, and what to do. They
// take one page at most; where their words are long, fewer lines of each are shown.
func (d *pdfDocument) risks() error {
	worst := d.report.Worst[:min(len(d.report.Worst), mostWorst)]
	if len(worst) == 0 {
		d.begin(10)
		return d.note("no-worst", d.facts())
	}
	const head = 9.0
	whole := d.bottom - pdfTop - 11 - head
	var laid []pdfRisk
	height := 0.0
	for _, most := range []struct{ sentence, remedy int }{{2, 2}, {2, 1}, {1, 1}} {
		laid, height = nil, 0
		for i := range worst {
			risk := d.layRisk(&worst[i], most.sentence, most.remedy)
			laid = append(laid, risk)
			height += risk.height
		}
		if height <= whole {
			break
		}
	}
	d.begin(head + height)
	if err := d.note("risks-intro", nil); err != nil {
		return err
	}
	d.y += 0.5
	for i := range laid {
		d.risk(i+1, &laid[i])
	}
	return nil
}

// pdfRisk is a risk whose words are broken into lines.
type pdfRisk struct {
	control          *Control
	sentence         []string
	accounts, owners string
	remedy           []string
	height           float64
}

// Places of a risk's parts, from the left edge of the text.
const (
	pdfRiskText  = 25.0
	pdfRiskLabel = 42.0
)

func (d *pdfDocument) layRisk(w *Worst, sentence, remedy int) pdfRisk {
	c := &d.report.Controls[w.Control]
	r := pdfRisk{control: c}
	d.font("B", 8.5)
	r.sentence = d.wrap(w.Sentence, d.wide-pdfRiskText, sentence)
	d.font("", 7.5)
	room := d.wide - pdfRiskLabel
	r.accounts = d.riskAccounts(w, room)
	for most := 3; most > 0; most-- {
		r.owners = pdfOwners(d.report, w, most)
		if d.width(r.owners) <= room {
			break
		}
	}
	r.owners = d.fit(r.owners, room)
	r.remedy = d.wrap(c.Remedy, room, remedy)
	r.height = 2.6 + float64(len(r.sentence))*d.leading(8.5) + float64(2+len(r.remedy))*d.leading(7.5)
	return r
}

// riskAccounts names as many of a risk's accounts as fit into a line, the lowest score first
// of those that are named.
func (d *pdfDocument) riskAccounts(w *Worst, room float64) string {
	if len(w.Accounts) == 0 {
		return "the organization as a whole"
	}
	text := ""
	for i, at := range w.Accounts {
		more := ""
		if left := len(w.Accounts) - i - 1; left > 0 {
			more = fmt.Sprintf(" and %d more", left)
		}
		next := text + pdfCommaComma(i) + d.fit(strings.TrimSpace(d.report.Accounts[at].Name), 50)
		if i > 0 && d.width(next+more) > room {
			return text + fmt.Sprintf(" and %d more", len(w.Accounts)-i)
		}
		text = next
	}
	return text
}

func pdfCommaComma(i int) string {
	if i == 0 {
		return ""
	}
	return ", "
}

func (d *pdfDocument) risk(n int, r *pdfRisk) {
	top := d.y
	d.font("B", 8.5)
	d.ink(pdfGrey)
	d.textRight(pdfLeft+5, d.y+4, fmt.Sprint(n))
	d.ink(pdfSeverity(r.control.Severity))
	d.text(pdfLeft+8, d.y+4, pdfTitleCase(string(r.control.Severity)))
	d.ink(pdfInk)
	for _, line := range r.sentence {
		d.text(pdfLeft+pdfRiskText, d.y+4, line)
		d.y += d.leading(8.5)
	}
	for _, part := range []struct {
		label string
		lines []string
	}{{"Where", []string{r.accounts}}, {"Owners", []string{r.owners}}, {"Asked", r.remedy}} {
		d.font("", 7.5)
		d.ink(pdfGrey)
		d.text(pdfLeft+pdfRiskText, d.y+3.7, part.label)
		d.ink(pdfInk)
		for _, line := range part.lines {
			d.text(pdfLeft+pdfRiskLabel, d.y+3.7, line)
			d.y += d.leading(7.5)
		}
	}
	d.y = top + r.height
	d.rule(pdfLeft, d.y, d.wide, pdfLine, 0.1)
	if r.control.Failed > 0 {
		d.pdf.Link(pdfLeft, top, d.wide, r.height, d.link("control "+r.control.ID))
	}
}
