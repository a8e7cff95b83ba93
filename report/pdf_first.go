package report

import (
	"fmt"
	"strings"
)

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
		pdfCount(r.Organization.Accounts, "account", "accounts"), pdfUnits(r, "unit", "units"))
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
