package report

import (
	"context"
	"fmt"
	"io"
	"text/template"
	"time"

	"github.com/go-pdf/fpdf"

	"orgaudit/templates"
)

// writePDF writes the report for readers: a cover, one page that says it all, and the
// tables and the method behind it. The same report gives the same bytes: the dates of the
// document are those of the evidence. Memory grows with the number of accounts, not with
// their findings.
func writePDF(ctx context.Context, r *Report, w io.Writer) error {
	failures, err := pdfFailuresOf(ctx, r)
	if err != nil {
		return err
	}
	d, err := newPDFDocument(r)
	if err != nil {
		return err
	}
	d.failures = failures
	for _, s := range pdfSections() {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("write PDF: %w", err)
		}
		if err := d.draw(s); err != nil {
			return fmt.Errorf("write PDF, %s: %w", s.title, err)
		}
	}
	d.contents()
	d.footers()
	if err := d.pdf.Output(w); err != nil {
		return fmt.Errorf("write PDF: %w", err)
	}
	return nil
}

// pdfSection is a part of the document that begins on a page of its own.
type pdfSection struct {
	name  string // what other parts link to it by
	title string
	draw  func(d *pdfDocument) error
}

// pdfSections are the sections in their order.
func pdfSections() []pdfSection {
	return []pdfSection{
		{"cover", "Cover", (*pdfDocument).cover},
		{"summary", "Summary", (*pdfDocument).summary},
		{"accounts", "Accounts", (*pdfDocument).accounts},
		{"controls", "Controls", (*pdfDocument).controls},
		{"gaps", "What was not assessed", (*pdfDocument).gaps},
		{"method", "How the scores are made", (*pdfDocument).method},
	}
}

// pdfDocument is a PDF in the making: the place on the page, and what is known of the
// whole so far.
type pdfDocument struct {
	pdf    *fpdf.Fpdf
	glyphs *pdfGlyphs
	prose  *template.Template
	report *Report
	// failures are by index in Report.Controls.
	failures []pdfFailure
	// y is where the next thing is drawn, in mm from the top of the page.
	y float64
	// running is the section's title in the head of its pages; the cover has none.
	running string
	// links are the targets of links by name; first are the first pages of sections.
	links map[string]int
	first map[string]int
	// contentsAt is where the list of contents stands on the cover.
	contentsAt float64
}

func newPDFDocument(r *Report) (*pdfDocument, error) {
	regular, err := templates.Fonts.ReadFile("fonts/NotoSans-Regular.ttf")
	if err != nil {
		return nil, fmt.Errorf("read font: %w", err)
	}
	bold, err := templates.Fonts.ReadFile("fonts/NotoSans-Bold.ttf")
	if err != nil {
		return nil, fmt.Errorf("read font: %w", err)
	}
	glyphs, err := newPDFGlyphs(regular, bold)
	if err != nil {
		return nil, err
	}
	prose, err := pdfProse(glyphs)
	if err != nil {
		return nil, err
	}
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(pdfLeft, pdfTop, pdfLeft)
	pdf.AddUTF8FontFromBytes(pdfFont, "", regular)
	pdf.AddUTF8FontFromBytes(pdfFont, "B", bold)
	d := &pdfDocument{
		pdf: pdf, glyphs: glyphs, prose: prose, report: r,
		links: map[string]int{}, first: map[string]int{},
	}
	// Titles of the outline are encoded by the font in use, so there must be one at once.
	d.font("", pdfBody)
	d.properties()
	if err := pdf.Error(); err != nil {
		return nil, fmt.Errorf("start PDF: %w", err)
	}
	return d, nil
}

// properties sets what a reader shows of a document without opening it. A report
// without the time of the last call gets the Unix epoch: the library would take the
// present for a missing date, and the bytes would change from run to run.
func (d *pdfDocument) properties() {
	r := d.report
	made := r.Evidence.LastCall.UTC()
	if made.IsZero() {
		made = time.Unix(0, 0).UTC()
	}
	d.pdf.SetCreationDate(made)
	d.pdf.SetModificationDate(made)
	d.pdf.SetTitle(d.glyphs.clean(r.Title), true)
	d.pdf.SetAuthor("orgaudit", true)
	d.pdf.SetCreator(d.glyphs.clean("orgaudit "+r.Evidence.Tool), true)
	d.pdf.SetSubject(d.glyphs.clean(fmt.Sprintf("%s of organization %s", r.Benchmark.Title, r.Organization.ID)), true)
	d.pdf.SetLang("en")
	d.pdf.SetDisplayMode("fullpage", "continuous")
}

// draw starts a page and draws a section from there.
func (d *pdfDocument) draw(s pdfSection) error {
	d.running = s.title
	if s.name == "cover" {
		d.running = ""
	}
	d.newPage()
	d.first[s.name] = d.pdf.PageNo()
	d.pdf.SetLink(d.link(s.name), 0, -1)
	d.pdf.Bookmark(s.title, 0, 0)
	if err := s.draw(d); err != nil {
		return err
	}
	return d.pdf.Error()
}

// link returns the target of that name, a section's or a control's. It may be asked for
// before it is drawn; whoever draws it sets it.
func (d *pdfDocument) link(name string) int {
	id, ok := d.links[name]
	if !ok {
		id = d.pdf.AddLink()
		d.links[name] = id
	}
	return id
}

// footers draws the foot of every page. That comes last, when the number of pages is known.
func (d *pdfDocument) footers() {
	pages := d.pdf.PageCount()
	left := d.report.Organization.ID
	if d.report.Confidentiality != "" {
		left += "  ·  " + d.report.Confidentiality
	}
	for page := 1; page <= pages; page++ {
		d.pdf.SetPage(page)
		d.rule(pdfLeft, pdfHeight-14.5, pdfWidth, pdfLine, 0.2)
		d.font("", 7.5)
		d.ink(pdfGrey)
		d.text(pdfLeft, pdfHeight-10.5, d.fit(left, pdfWidth-25))
		d.textRight(pdfLeft+pdfWidth, pdfHeight-10.5, fmt.Sprintf("%d / %d", page, pages))
	}
}
