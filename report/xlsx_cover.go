package report

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	_ "image/jpeg" // logos
	_ "image/png"
	"strings"

	"github.com/xuri/excelize/v2"
)

// writeCover writes the first sheet: what was audited, by whom and on what grounds, and the
// cells in which people sign for it. Its table of contents follows when all sheets are made.
func writeCover(b *workbook, r *Report) error {
	p, err := b.newPage("Cover", []float64{32, 12, 38, 14, 44})
	if err != nil {
		return err
	}
	b.cover = p
	for _, write := range []func(*page, *Report) error{coverLogo, coverHead, coverFacts, coverSignOff} {
		if err := write(p, r); err != nil {
			return err
		}
	}
	return nil
}

// The largest size of a logo, in pixels.
const logoWidth, logoHeight = 260, 60

func coverLogo(p *page, r *Report) error {
	logo := r.Rendering.PDF.Logo
	if len(logo) == 0 {
		return nil
	}
	size, kind, err := image.DecodeConfig(bytes.NewReader(logo))
	if err != nil {
		return fmt.Errorf("put the logo on the cover: %w", err)
	}
	scale := min(logoWidth/float64(max(size.Width, 1)), logoHeight/float64(max(size.Height, 1)), 1)
	picture := &excelize.Picture{
		Extension: "." + kind, File: logo,
		Format: &excelize.GraphicOptions{AltText: "Logo", ScaleX: scale, ScaleY: scale, Positioning: "oneCell", LockAspectRatio: true, OffsetX: 2, OffsetY: 2},
	}
	if err := p.book.file.AddPictureFromBytes(p.sheet, cellName(1, p.row), picture); err != nil {
		return fmt.Errorf("put the logo on the cover: %w", err)
	}
	return p.textOfHeight(p.book.styles.paragraph, "", logoHeight*0.75+6)
}

func coverHead(p *page, r *Report) error {
	s := p.book.styles
	if err := p.textOfHeight(s.title, r.Title, 32); err != nil {
		return err
	}
	var who []string
	for _, part := range []string{r.Company, "organization " + r.Organization.ID, r.Confidentiality} {
		if part != "" {
			who = append(who, part)
		}
	}
	if err := p.text(s.subtitle, strings.Join(who, " · ")); err != nil {
		return err
	}
	for _, notice := range notices(r) {
		if err := p.textOfHeight(s.notice, notice, 22); err != nil {
			return err
		}
	}
	return nil
}

// notices are what nobody who opens the workbook may overlook.
func notices(r *Report) []string {
	var list []string
	if r.Evidence.Simulated {
		list = append(list, "SIMULATED DATA: this organization is the one that is built into orgaudit. It does not exist.")
	}
	if !r.Evidence.Complete {
		list = append(list, fmt.Sprintf("THE RUN WAS CUT OFF before %d of %d accounts. Their controls count as not assessed.", r.Coverage.NotCollected, r.Coverage.Accounts))
	}
	return list
}

func coverFacts(p *page, r *Report) error {
	if err := p.heading("What was audited, and on what grounds"); err != nil {
		return err
	}
	o, e, c := r.Organization, r.Evidence, r.Coverage
	facts := [][2]string{
		{"Company", cmp.Or(r.Company, dash)},
		{"Organization", fmt.Sprintf("%s, partition %s, feature set %s, %s, below the root %s", o.ID, o.Partition, o.FeatureSet, counted(o.Accounts, "account", "accounts"), pdfUnits(r, "unit", "units"))},
		{"Management account", strings.TrimSuffix(o.ManagementAccount+", "+o.ManagementName, ", ")},
		{"Period", cmp.Or(r.Rendering.Period, "not named: the workbook shows how things stood at the time of the calls")},
		{"First call to AWS (UTC)", utcText(e.FirstCall)},
		{"Last call to AWS (UTC)", utcText(e.LastCall)},
		{"Collected by", cmp.Or(e.Caller, dash)},
		{"Accounts", fmt.Sprintf("%d: %d complete, %d partial, %d not entered, %d not collected, %d excluded", c.Accounts, c.Complete, c.Partial, c.NotEntered, c.NotCollected, c.Excluded)},
		{"Benchmark", r.Benchmark.Title + " (" + r.Benchmark.ID + ")"},
		{"SHA-256 of the benchmark", r.Benchmark.Digest},
		{"Version of orgaudit that collected", cmp.Or(e.Tool, dash)},
		{"SHA-256 of its settings", cmp.Or(e.ConfigDigest, dash)},
		{"SHA-256 of SHA256SUMS", e.Digest + ", which stands for all files of the evidence"},
	}
	for _, f := range facts {
		if err := p.fact(f[0], f[1]); err != nil {
			return err
		}
	}
	return nil
}

// coverSignOff are the cells that people fill in.
func coverSignOff(p *page, _ *Report) error {
	if err := p.heading("Sign-off"); err != nil {
		return err
	}
	s := p.book.styles
	if err := p.text(s.subtitle, "Framed cells are yours to fill in, here and on the other sheets. All others are protected against changes by accident, without a password: Review, Unprotect Sheet. Filters work on protected sheets; to sort, take the protection off."); err != nil {
		return err
	}
	blank := func(columns, style int) span { return span{columns: columns, style: style} }
	label := func(text string) span { return span{value: text, columns: 1, style: s.label} }
	for _, who := range []string{"Prepared by", "Reviewed by"} {
		if err := p.line(s.label, 26, label(who), blank(2, s.input), label("Date"), blank(1, s.inputDate)); err != nil {
			return err
		}
	}
	return p.line(s.label, 90, label("Conclusion"), blank(p.columns-1, s.input))
}

// writeContents lists all sheets on the cover.
func (b *workbook) writeContents() error {
	p := b.cover
	if err := p.newPrintPage(); err != nil {
		return err
	}
	if err := p.heading("Contents"); err != nil {
		return err
	}
	s := b.styles
	rest := p.columns - 2
	if err := p.line(s.header, lineHeight+5, span{value: "Sheet", columns: 1}, span{value: "Rows", columns: 1, style: s.figureHeader}, span{value: "What it holds", columns: rest}); err != nil {
		return err
	}
	for _, name := range b.created {
		if name == p.sheet {
			continue
		}
		var rows any = (*float64)(nil)
		if n, ok := b.counts[name]; ok {
			rows = n
		}
		about := sheetAbout(name)
		link := cellName(1, p.row)
		height := float64(textLines(about, p.lineChars-p.labelChars-12))*lineHeight + 3
		if err := p.line(s.wrapped, height, span{value: name, columns: 1, style: s.link}, span{value: rows, columns: 1}, span{value: about, columns: rest}); err != nil {
			return err
		}
		if err := b.file.SetCellHyperLink(p.sheet, link, "'"+name+"'!A1", "Location"); err != nil {
			return fmt.Errorf("link to sheet %s: %w", name, err)
		}
	}
	return nil
}

// sheetAbout says in a sentence what a sheet holds; empty where nothing is known of it.
func sheetAbout(name string) string {
	base, part, ok := strings.Cut(name, " (")
	about := map[string]string{
		"Summary":                  "The score with its bounds, grade and coverage, what weighs most, and charts.",
		"Scope and coverage":       "Every account of the organization and what became of it; the totals reconcile.",
		"Gaps":                     "Everything that could not be read, with cause, error code and request id.",
		"Information produced":     "Each data set: what AWS was asked, with what, when, and how much came.",
		"Reconciliation":           "AWS's own figures of each account against the data sets.",
		"Lead sheet":               "Each control with its objective, test, population and result, and a cell for the conclusion.",
		"Results":                  "Each control on each account, grouped by unit.",
		"Scores":                   "Scores of accounts, units and the organization as live formulas.",
		"Findings":                 "What must be mended: each item that failed or was not assessed, with owner, due date and evidence.",
		"Tested items":             "Every item of every control, passed ones too.",
		"Credential report":        "Each user of each account with passwords, MFA and keys.",
		"Access keys":              "Each access key with its age and last use.",
		"Users":                    "Each IAM user with groups, policies and tags.",
		"Roles":                    "Each role with whom it trusts and when it was used last.",
		"Policies":                 "Each policy of the account's own, managed and inline.",
		"Privileged principals":    "Who is an administrator or can become one, and how.",
		"Trusts":                   "Whom each role lets in.",
		"Trust matrix":             "Which accounts let which other accounts in.",
		"Outside access":           "Who from outside the organization is let in.",
		"Analyzers":                "Each analyzer of IAM Access Analyzer by account and region.",
		"Access Analyzer findings": "Each active or archived finding of IAM Access Analyzer.",
		"SCPs by account":          "The policies of the organization that bind each account, node by node.",
		"Policy attachments":       "The SCPs and RCPs of the organization, node by node.",
		"Guardrail coverage":       "Which guardrails hold in which account.",
		"Guardrail detail":         "Where each guardrail comes from, and what it leaves open.",
		"Samples":                  "Items drawn from the populations for tests by hand, with cells for the attributes.",
		"Exceptions":               "The register of accepted risks with state and what each matches.",
		"Changes":                  "What is new, resolved, regressed and still open since the previous audit.",
		"Evidence index":           "Every file of the evidence with its size and SHA-256.",
		"Methodology and limits":   "How figures come about, what words mean, and what the audit does not see.",
	}[base]
	if ok && about != "" {
		return about + " Part " + strings.TrimSuffix(part, ")") + "."
	}
	return about
}
