package report

import (
	"fmt"
	"strings"
)

// pdfAsks is how many risks the first page names, each with who is asked for what.
const pdfAsks = 3

// pdfAsk is what the sentence on one risk is filled in with.
type pdfAsk struct {
	*Report
	Control *Control
	// Sentence says what is wrong, Owners who is asked, Remedy for what.
	Sentence, Owners, Remedy string
}

// asks draws what is wrong, and what is asked of whom.
func (d *pdfDocument) asks(facts pdfFacts) error {
	d.small("What is wrong, and what is asked of whom")
	r := d.report
	// The most lines of one; the pages of small paper hold less.
	most := max(2, min(4, int((d.room()-d.contentsHeight()-8)/pdfAsks/d.leading(9))))
	n := 0
	access := func() error {
		text, err := d.sentence("ask-for-access", facts)
		if err != nil {
			return err
		}
		n++
		d.point(n, "", text, pdfInk, most)
		return nil
	}
	// What nobody could look into is a risk of its own, and the first one where it is most.
	risks, c := pdfAsks, facts.Coverage
	tooLittle := r.Score.Ungraded() && c.Partial > 0
	unseen := c.NotEntered+c.NotCollected > 0 || tooLittle
	first := tooLittle || unseen && 2*(c.Complete+c.Partial) < c.InScope()
	if unseen {
		risks--
	}
	if first {
		if err := access(); err != nil {
			return err
		}
	}
	for i := range r.Worst[:min(len(r.Worst), risks)] {
		w := &r.Worst[i]
		ask := d.ask(w)
		wrong, err := d.sentence("what-is-wrong", ask)
		if err != nil {
			return err
		}
		asked, err := d.sentence("what-is-asked", ask)
		if err != nil {
			return err
		}
		n++
		top := d.y
		d.point(n, wrong, asked, pdfSeverity(ask.Control.Severity), most)
		if ask.Control.Failed > 0 {
			d.pdf.Link(pdfLeft, top, d.wide, d.y-top, d.link("control "+ask.Control.ID))
		}
	}
	if unseen && !first {
		return access()
	}
	if n == 0 {
		return d.note("no-worst", facts)
	}
	return nil
}

// point draws a numbered point: words in bold, and others after them.
func (d *pdfDocument) point(n int, bold, plain string, s pdfShade, most int) {
	const indent, points = 7.0, 9.0
	d.font("B", 11)
	d.ink(s)
	d.text(pdfLeft+0.5, d.y+4, fmt.Sprint(n))
	used := 0
	for _, part := range []struct{ style, text string }{{"B", bold}, {"", plain}} {
		if part.text == "" {
			continue
		}
		d.font(part.style, points)
		d.ink(pdfInk)
		share := most - used
		if part.style == "B" {
			share = max(1, most-2)
		}
		for _, line := range d.wrap(part.text, d.wide-indent, share) {
			d.text(pdfLeft+indent, d.y+3.6, line)
			d.y += d.leading(points)
			used++
		}
	}
	d.y += 1.8
}

// ask makes the words of a risk.
func (d *pdfDocument) ask(w *Worst) pdfAsk {
	c := &d.report.Controls[w.Control]
	return pdfAsk{
		Report: d.report, Control: c, Sentence: w.Sentence, Owners: pdfOwners(d.report, w, 2), Remedy: pdfFirstSentence(c.Remedy),
	}
}

// pdfOwners names who answers for a risk, at most so many, and how many accounts each has.
func pdfOwners(r *Report, w *Worst, most int) string {
	counts := r.OwnersOf(w.Accounts)
	if len(w.Accounts) == 0 {
		if len(counts) == 1 && counts[0].Owner != "" {
			return counts[0].Owner + ", for the organization"
		}
		return "the owner of the organization"
	}
	var named []string
	others, without := 0, 0
	for i, c := range counts {
		switch {
		case c.Owner == "":
			without += c.Accounts
		case i < most:
			named = append(named, fmt.Sprintf("%s (%s)", pdfShorten(c.Owner), pdfCount(c.Accounts, "account", "accounts")))
		default:
			others++
		}
	}
	if others > 0 {
		named = append(named, pdfCount(others, "other owner", "other owners"))
	}
	if without > 0 {
		if len(named) == 0 {
			return "the accounts' owners, whom no tag names"
		}
		named = append(named, fmt.Sprintf("%s whose tags name nobody", pdfCount(without, "account", "accounts")))
	}
	if len(named) < 2 {
		return strings.Join(named, "")
	}
	return strings.Join(named[:len(named)-1], ", ") + " and " + named[len(named)-1]
}

// pdfShorten keeps a name from pushing everything else out of its line.
func pdfShorten(name string) string {
	if runes := []rune(name); len(runes) > 40 {
		return strings.TrimSpace(string(runes[:39])) + "…"
	}
	return name
}

// pdfFirstSentence is the first sentence of a text, to go on after a colon.
func pdfFirstSentence(text string) string {
	if i := strings.Index(text, ". "); i >= 0 {
		text = text[:i+1]
	}
	if len(text) > 1 && text[0] >= 'A' && text[0] <= 'Z' && (text[1] < 'A' || text[1] > 'Z') {
		text = strings.ToLower(text[:1]) + text[1:]
	}
	return text
}
