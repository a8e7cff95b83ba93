package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"orgaudit/collect"
)

// digests draws what was audited, by whom, when and with what, and the digests by which all
// of it can be checked.
func (d *pdfDocument) digests() error {
	d.title("Evidence and digests")
	if err := d.writeProse("digests-intro", d.facts()); err != nil {
		return err
	}
	d.y += 2
	for _, f := range pdfDocumentFacts(d.report) {
		d.fact(f[0], f[1], 3)
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(d.report.Digests)) {
		if !strings.HasPrefix(name, pdfAccountFolder()) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	d.heading("Files of the organization", pdfTableKeep)
	var rows [][]pdfCell
	for _, name := range names {
		rows = append(rows, []pdfCell{pdfPlain(name), pdfPlain(d.report.Digests[name])})
	}
	d.table([]pdfColumn{{title: "File", width: 66, lines: 2}, {title: "SHA-256", width: 108}}, rows)
	return nil
}

// pdfAccountFolder begins the names of the files of accounts.
func pdfAccountFolder() string {
	name := collect.AccountFile("")
	return name[:strings.LastIndex(name, "/")+1]
}

// pdfDocumentFacts are lines of a label and a value.
func pdfDocumentFacts(r *Report) [][2]string {
	management := pdfOr(r.Organization.ManagementAccount)
	if r.Organization.ManagementName != "" {
		management += " · " + r.Organization.ManagementName
	}
	facts := [][2]string{
		{"Organization", fmt.Sprintf("%s · %s, %s", pdfOr(r.Organization.ID),
			pdfCount(r.Organization.Accounts, "account", "accounts"),
			pdfUnits(r, "organizational unit", "organizational units"))},
		{"Management account", management},
		{"Benchmark", fmt.Sprintf("%s (%s)", pdfOr(r.Benchmark.Title), r.Benchmark.ID)},
	}
	if r.Rendering.Period != "" {
		facts = append(facts, [2]string{"Period", r.Rendering.Period})
	}
	facts = append(facts, [][2]string{
		{"First call to AWS", pdfTime(r.Evidence.FirstCall)},
		{"Last call to AWS", pdfTime(r.Evidence.LastCall)},
		{"Calls", fmt.Sprintf("%d, with %s", r.Evidence.Calls, pdfCount(r.Evidence.Retries, "retry", "retries"))},
		{"Collected by", pdfOr(r.Evidence.Caller)},
		{"Collected with", "orgaudit " + pdfOr(r.Evidence.Tool)},
		{"Evidence, SHA-256", pdfOr(r.Evidence.Digest)},
		{"Benchmark, SHA-256", pdfOr(r.Benchmark.Digest)},
		{"Settings, SHA-256", pdfOr(r.Evidence.ConfigDigest)},
	}...)
	if r.Register.File != "" {
		facts = append(facts, [2]string{"Exceptions", r.Register.File + ", SHA-256 " + r.Register.Digest})
	}
	if r.Benchmark.ActionCatalogue != "" {
		facts = append(facts, [2]string{"Catalogue of actions", r.Benchmark.ActionCatalogue})
	}
	if r.Changes != nil {
		facts = append(facts, [2]string{"Previous audit", fmt.Sprintf("%s, of %s, SHA-256 %s",
			pdfOr(r.Changes.Previous.Label), pdfTime(r.Changes.Previous.At), pdfOr(r.Changes.Previous.EvidenceDigest))})
	}
	return facts
}

// fact draws a label and a value of so many lines at most.
func (d *pdfDocument) fact(label, value string, most int) {
	const indent = 40.0
	d.font("", 8.5)
	lines := d.wrap(value, d.wide-indent, most)
	d.need(float64(len(lines))*d.leading(8.5) + 3)
	d.font("", 8.5)
	d.ink(pdfGrey)
	d.text(pdfLeft, d.y+4, label)
	d.ink(pdfInk)
	for _, line := range lines {
		d.text(pdfLeft+indent, d.y+4, line)
		d.y += d.leading(8.5)
	}
	d.y += 1.6
	d.rule(pdfLeft, d.y, d.wide, pdfLine, 0.1)
	d.y += 0.6
}
