package report

import (
	"fmt"
	"strings"

	"orgaudit/report/benchmark"
)

// pdfAsks is how many risks the first page names, each with who is asked for what.
const pdfAsks = 3

// first draws the page that is all that some readers see: whose audit it is and of when,
// the score, what was assessed, what is wrong and what is asked of whom. It never takes a
// second one: each part has a greatest height, and together these fit.
func (d *pdfDocument) first() error {
	d.pdf.AddPage()
	d.target(d.section.name, d.section.title, 0)
	if err := d.masthead(); err != nil {
		return err
	}
	facts := d.facts()
	if err := d.banners(facts); err != nil {
		return err
	}
	headline, err := d.sentence("headline", facts)
	if err != nil {
		return err
	}
	d.font("B", 13)
	d.ink(pdfInk)
	d.lines(headline, 13, 2)
	d.y += 2
	if err := d.scoreCard(facts); err != nil {
		return err
	}
	if err := d.coverageCard(facts); err != nil {
		return err
	}
	if err := d.asks(facts); err != nil {
		return err
	}
	// The contents stand at the foot of the page, and are drawn when pages are known.
	d.contentsAt = d.bottom - d.contentsHeight()
	return nil
}

// masthead draws whose report it is, of what, and of when.
func (d *pdfDocument) masthead() error {
	r := d.report
	d.box(0, 0, d.across, 4, pdfAccent)
	const top = 13.0
	logo, err := d.logo(pdfLeft+d.wide, top)
	if err != nil {
		return err
	}
	room := d.wide
	if logo > 0 {
		room -= logo + 8
	}
	d.y = top + 4
	d.font("B", 9)
	d.ink(pdfGrey)
	if line := strings.Join(pdfFilled(r.Company, r.Confidentiality), "  ·  "); line != "" {
		d.text(pdfLeft, d.y, d.fit(line, room))
	}
	d.font("B", 22)
	d.ink(pdfHeadline)
	d.y += 10.5
	for i, line := range d.wrap(r.Title, room, 2) {
		if i > 0 {
			d.y += 9
		}
		d.text(pdfLeft, d.y, line)
	}
	d.y += 6.5
	d.font("", 9)
	d.ink(pdfInk)
	d.text(pdfLeft, d.y, d.fit(pdfOr(r.Benchmark.Title), d.wide))
	d.y += 4.8
	d.ink(pdfGrey)
	when := "As of " + pdfTime(r.Evidence.LastCall)
	if r.Rendering.Period != "" {
		when = "Period " + r.Rendering.Period + "  ·  " + strings.ToLower(when[:1]) + when[1:]
	}
	organization := fmt.Sprintf("Organization %s, %s in %s", pdfOr(r.Organization.ID),
		pdfCount(r.Organization.Accounts, "account", "accounts"), pdfCount(r.Organization.Units, "unit", "units"))
	d.text(pdfLeft, d.y, d.fit(when+"  ·  "+organization, d.wide))
	d.y += 3.5
	d.rule(pdfLeft, d.y, d.wide, pdfLine, 0.2)
	d.y += 5
	return nil
}

// pdfFilled returns the texts that are not empty.
func pdfFilled(texts ...string) []string {
	var filled []string
	for _, t := range texts {
		if strings.TrimSpace(t) != "" {
			filled = append(filled, t)
		}
	}
	return filled
}

// banners warn of a report that must not be taken for one of a real or a whole organization.
func (d *pdfDocument) banners(facts pdfFacts) error {
	if facts.Evidence.Simulated {
		if err := d.banner("banner-simulated", facts); err != nil {
			return err
		}
	}
	if !facts.Evidence.Complete {
		return d.banner("banner-cut-off", facts)
	}
	return nil
}

func (d *pdfDocument) banner(name string, data any) error {
	text, err := d.sentence(name, data)
	if err != nil {
		return err
	}
	d.font("B", 8.5)
	lines := d.wrap(text, d.wide-10, 2)
	h := float64(len(lines))*d.leading(8.5) + 2.4
	d.box(pdfLeft, d.y, d.wide, h, pdfWarning)
	d.box(pdfLeft, d.y, 1.4, h, pdfHigh)
	d.ink(pdfInk)
	for i, line := range lines {
		d.text(pdfLeft+5, d.y+4.4+float64(i)*d.leading(8.5), line)
	}
	d.y += h + 2.6
	return nil
}

// lines draws text in the current font and colour over the whole width, at most that many lines.
func (d *pdfDocument) lines(text string, points float64, most int) {
	for _, line := range d.wrap(text, d.wide, most) {
		d.text(pdfLeft, d.y+points*pdfPoint, line)
		d.y += d.leading(points)
	}
	d.y += 1
}

// small draws a small heading over a rule.
func (d *pdfDocument) small(text string) {
	d.font("B", 9.5)
	d.ink(pdfHeadline)
	d.text(pdfLeft, d.y+3.4, text)
	d.y += 5
	d.rule(pdfLeft, d.y, d.wide, pdfLine, 0.2)
	d.y += 1.6
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
	d.small("What was assessed")
	d.y += 0.6
	d.coverageBar(pdfLeft, d.y, d.wide, 3.4)
	d.y += 9.2
	d.font("", 9)
	d.ink(pdfInk)
	d.lines(accounts+" "+controls, 9, 3)
	d.pdf.Link(pdfLeft, top, d.wide, d.y-top, d.link("open"))
	d.y += 2.4
	return nil
}

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
	for i := range r.Worst[:min(len(r.Worst), pdfAsks)] {
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
	if c := facts.Coverage; n < pdfAsks && c.NotEntered+c.NotCollected > 0 {
		text, err := d.sentence("ask-for-access", facts)
		if err != nil {
			return err
		}
		n++
		d.point(n, "", text, pdfInk, most)
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

// contentsHeight is what the list of contents takes on the first page.
func (d *pdfDocument) contentsHeight() float64 { return 6 + 4.7*float64(d.contentsRows()) }

func (d *pdfDocument) contentsRows() int {
	executive, appendix := 0, 0
	for _, s := range pdfSections(d.report)[1:] {
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
		x, y := pdfLeft+float64(i)*(column+gap), d.contentsAt
		d.font("B", 8.5)
		d.ink(pdfHeadline)
		d.text(x, y+1, part.title)
		d.rule(x, y+2.6, column, pdfLine, 0.2)
		y += 7
		for _, s := range pdfSections(d.report)[1:] {
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
