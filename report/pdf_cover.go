package report

import "fmt"

// cover draws the first page: what was audited, by whom, when, and with what.
func (d *pdfDocument) cover() error {
	r := d.report
	const band = 100.0
	d.box(0, 0, 210, band, pdfAccent)
	d.ink(pdfWhite)
	if r.Company != "" {
		d.font("", 13)
		d.text(pdfLeft, 28, d.fit(r.Company, pdfWidth))
	}
	d.font("B", 27)
	y := 48.0
	for _, line := range d.wrap(r.Title, pdfWidth, 3) {
		d.text(pdfLeft, y, line)
		y += 12
	}
	d.font("", 12)
	d.text(pdfLeft, y+1, d.fit(r.Benchmark.Title, pdfWidth))
	if r.Confidentiality != "" {
		d.font("", 9.5)
		d.text(pdfLeft, band-8, d.fit(r.Confidentiality, pdfWidth))
	}
	d.y = band + 8
	if err := d.banners(); err != nil {
		return err
	}
	d.y += 2
	for _, f := range pdfCoverFacts(r) {
		d.coverFact(f[0], f[1])
	}
	// The contents stand at the foot of the page, and are drawn when pages are known.
	d.contentsAt = max(d.y+6, pdfBottom-5-6.2*float64(len(pdfSections())-1))
	return nil
}

// pdfCoverFacts are the lines of the cover, each a label and a value.
func pdfCoverFacts(r *Report) [][2]string {
	management := pdfOr(r.Organization.ManagementAccount)
	if r.Organization.ManagementName != "" {
		management += " · " + r.Organization.ManagementName
	}
	facts := [][2]string{
		{"Organization", fmt.Sprintf("%s · %s, %s", pdfOr(r.Organization.ID),
			pdfCount(r.Organization.Accounts, "account", "accounts"),
			pdfCount(r.Organization.Units, "organizational unit", "organizational units"))},
		{"Management account", management},
		{"Benchmark", fmt.Sprintf("%s (%s)", pdfOr(r.Benchmark.Title), r.Benchmark.ID)},
		{"First call to AWS", pdfTime(r.Evidence.FirstCall)},
		{"Last call to AWS", pdfTime(r.Evidence.LastCall)},
		{"Calls", fmt.Sprintf("%d, with %s", r.Evidence.Calls, pdfCount(r.Evidence.Retries, "retry", "retries"))},
		{"Collected by", pdfOr(r.Evidence.Caller)},
		{"Collected with", "orgaudit " + pdfOr(r.Evidence.Tool)},
		{"Evidence, SHA-256", pdfOr(r.Evidence.Digest)},
		{"Benchmark, SHA-256", pdfOr(r.Benchmark.Digest)},
		{"Settings, SHA-256", pdfOr(r.Evidence.ConfigDigest)},
	}
	return facts
}

func (d *pdfDocument) coverFact(label, value string) {
	const indent = 42.0
	d.font("", 8.5)
	lines := d.wrap(value, pdfWidth-indent-3, 2)
	d.ink(pdfGrey)
	d.text(pdfLeft, d.y+4, label)
	d.ink(pdfInk)
	for _, line := range lines {
		d.text(pdfLeft+indent, d.y+4, line)
		d.y += d.leading(8.5)
	}
	d.y += 2
	d.rule(pdfLeft, d.y, pdfWidth, pdfLine, 0.1)
	d.y += 0.6
}

// banners warn of a report that must not be taken for one of a real or a whole organization.
func (d *pdfDocument) banners() error {
	facts := d.facts()
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
	d.font("B", 9.5)
	lines := d.wrap(text, pdfWidth-12, 0)
	h := float64(len(lines))*d.leading(9.5) + 4
	d.box(pdfLeft, d.y, pdfWidth, h, pdfWarning)
	d.box(pdfLeft, d.y, 1.6, h, pdfHigh)
	d.ink(pdfInk)
	for i, line := range lines {
		d.text(pdfLeft+6, d.y+5.6+float64(i)*d.leading(9.5), line)
	}
	d.y += h + 3
	return nil
}

// contents draws the list of sections on the cover, with their pages.
func (d *pdfDocument) contents() {
	d.pdf.SetPage(1)
	y := d.contentsAt
	d.font("B", 9.5)
	d.ink(pdfAccent)
	d.text(pdfLeft, y, "Contents")
	y += 6.2
	for _, s := range pdfSections()[1:] {
		page := fmt.Sprint(d.first[s.name])
		d.font("", 9.5)
		d.ink(pdfInk)
		d.text(pdfLeft, y, s.title)
		d.textRight(pdfLeft+pdfWidth, y, page)
		from := pdfLeft + 2 + d.width(s.title)
		d.pdf.SetDashPattern([]float64{0.3, 1.2}, 0)
		d.rule(from, y-0.5, pdfLeft+pdfWidth-7-from, pdfGrey, 0.2)
		d.pdf.SetDashPattern([]float64{}, 0)
		d.pdf.Link(pdfLeft, y-4.2, pdfWidth, 5.6, d.link(s.name))
		y += 5.6
	}
}
