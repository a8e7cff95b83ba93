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

// writePDF writes the report for readers: one page that says it all, at most five more for
// those who decide, and an appendix with the tables and the method behind them. The same
// report gives the same bytes: the dates of the document are those of the evidence. Memory
// grows with the number of accounts and units, not with their findings.
func writePDF(ctx context.Context, r *Report, w io.Writer) error {
	gathered, err := gatherPDF(ctx, r)
	if err != nil {
		return err
	}
	d, err := newPDFDocument(r)
	if err != nil {
		return err
	}
	d.gathered, d.sections = gathered, pdfSections(r)
	for _, s := range d.sections {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("write PDF: %w", err)
		}
		if err := d.draw(s); err != nil {
			return fmt.Errorf("write PDF, %s: %w", s.title, err)
		}
	}
	d.contents()
	d.footers()
	return d.output(w)
}

// output writes the document. The PDF library panics where a font's outlines are broken,
// which is seen only when they are embedded.
func (d *pdfDocument) output(w io.Writer) (err error) {
	if d.glyphs.extra != nil {
		defer func() {
			if cause := recover(); cause != nil {
				err = fmt.Errorf("write PDF: the font that the configuration names is broken: %v", cause)
			}
		}()
	}
	if err := d.pdf.Output(w); err != nil {
		return fmt.Errorf("write PDF: %w", err)
	}
	return nil
}

// pdfSection is a part of the document.
type pdfSection struct {
	name  string // what other parts link to it by
	title string
	// appendix tells that it stands behind the pages for those who decide; such a section
	// begins on a page of its own.
	appendix bool
	draw     func(d *pdfDocument) error
}

// pdfSections are the sections in their order.
func pdfSections(r *Report) []pdfSection {
	sections := []pdfSection{
		{"summary", "Summary", false, (*pdfDocument).first},
		{"units", "Units", false, (*pdfDocument).units},
		{"trend", "Trend", false, (*pdfDocument).trend},
		{"risks", "The ten gravest risks", false, (*pdfDocument).risks},
		{"changes", "What got better and worse", false, (*pdfDocument).changes},
		{"figures", "Root, MFA, keys, administrators, outside access", false, (*pdfDocument).figures},
		{"guardrails", "Guardrails by unit", false, (*pdfDocument).guardrails},
		{"exceptions", "Exceptions that end soon", false, (*pdfDocument).exceptions},
		{"open", "What was not assessed", false, (*pdfDocument).open},
		{"accounts", "Accounts", true, (*pdfDocument).accounts},
		{"controls", "Controls", true, (*pdfDocument).controls},
		{"gaps", "What was not assessed, in full", true, (*pdfDocument).gaps},
		{"method", "How the scores are made", true, (*pdfDocument).method},
		{"digests", "Evidence and digests", true, (*pdfDocument).digests},
	}
	if r.Rendering.PDF.AccountPages && len(r.Accounts) > 0 {
		sections = append(sections, pdfSection{"pages", "Account by account", true, (*pdfDocument).accountPages})
	}
	return sections
}

// pdfDocument is a PDF in the making: the place on the page, and what is known of the
// whole so far.
type pdfDocument struct {
	pdfMeasures
	palette  pdfPalette
	pdf      *fpdf.Fpdf
	glyphs   *pdfGlyphs
	prose    *template.Template
	report   *Report
	gathered *pdfGathered
	// style and points are those of the text that comes next; ruler and extraUnits measure
	// the extra font.
	style      string
	points     float64
	ruler      *fpdf.Fpdf
	extraUnits map[rune]int
	// movedAt is where the columns of what got better and worse begin.
	movedAt float64
	// y is where the next thing is drawn, in mm from the top of the page.
	y float64
	// sections are those of the document; section is the one that is drawn, and running its title
	// in the head of its pages; the first page has none.
	sections []pdfSection
	section  pdfSection
	running  string
	// links are the targets of links by name; pages are the first pages of sections.
	links map[string]int
	pages map[string]int
	// contentsAt is where the list of contents stands on the first page.
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
	form := &r.Rendering.PDF
	measures, err := pdfMeasuresOf(form.Paper)
	if err != nil {
		return nil, fmt.Errorf("start PDF: %w", err)
	}
	palette, err := pdfPaletteOf(form.Accent)
	if err != nil {
		return nil, fmt.Errorf("start PDF: %w", err)
	}
	d := &pdfDocument{
		pdfMeasures: measures, palette: palette, report: r,
		links: map[string]int{}, pages: map[string]int{}, extraUnits: map[rune]int{},
	}
	var extra func(rune) bool
	if form.Font != nil {
		if extra, err = pdfFontGlyphs(form.Font); err != nil {
			return nil, fmt.Errorf("read the font that the configuration names: %w", err)
		}
	}
	if d.glyphs, err = newPDFGlyphs(extra, regular, bold); err != nil {
		return nil, err
	}
	if d.prose, err = pdfProse(d.glyphs, r.Rendering.Prose); err != nil {
		return nil, err
	}
	d.pdf = fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "mm", Size: fpdf.SizeType{Wd: d.across, Ht: d.high}})
	d.pdf.SetCatalogSort(true)
	d.pdf.SetAutoPageBreak(false, 0)
	d.pdf.SetMargins(pdfLeft, pdfTop, pdfLeft)
	d.pdf.AddUTF8FontFromBytes(pdfFont, "", regular)
	d.pdf.AddUTF8FontFromBytes(pdfFont, "B", bold)
	if extra != nil {
		d.pdf.AddUTF8FontFromBytes(pdfExtra, "", form.Font)
		d.ruler = fpdf.New("P", "mm", "A4", "")
		d.ruler.AddUTF8FontFromBytes(pdfExtra, "", form.Font)
	}
	// Titles of the outline are encoded by the font in use, so there must be one at once.
	d.font("", pdfBody)
	d.properties()
	if err := d.pdf.Error(); err != nil {
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
	author := "orgaudit"
	if r.Company != "" {
		author = r.Company
	}
	d.pdf.SetAuthor(d.glyphs.clean(author), true)
	d.pdf.SetCreator(d.glyphs.clean("orgaudit "+r.Evidence.Tool), true)
	d.pdf.SetSubject(d.glyphs.clean(fmt.Sprintf("%s of organization %s", r.Benchmark.Title, r.Organization.ID)), true)
	d.pdf.SetKeywords(d.glyphs.clean("AWS audit "+r.Benchmark.ID+" "+r.Organization.ID), true)
	d.pdf.SetLang("en")
	d.pdf.SetDisplayMode("fullpage", "continuous")
}

// draw draws a section. One of the appendix starts a page; others begin where they fit,
// which they say by calling begin.
func (d *pdfDocument) draw(s pdfSection) error {
	d.section = s
	if s.appendix {
		d.running = s.title
		d.newPage()
		d.target(s.name, s.title, 0)
	}
	if err := s.draw(d); err != nil {
		return err
	}
	return d.pdf.Error()
}

// begin starts the section that is drawn, whose first part is so high: on this page, or on
// the next where it does not fit.
func (d *pdfDocument) begin(height float64) {
	const head = 11.0
	d.running = d.section.title
	if d.y > pdfTop {
		d.y += 7
	}
	if d.pdf.PageNo() == 1 || d.y+head+height > d.bottom {
		d.newPage()
	}
	d.target(d.section.name, d.section.title, d.y-2)
	d.font("B", 13)
	d.ink(pdfHeadline)
	d.text(pdfLeft, d.y+4.4, d.fit(d.section.title, d.wide))
	d.rule(pdfLeft, d.y+7.2, d.wide, pdfHeadline, 0.3)
	d.y += head
}

// target makes this place the target of the section's links and of its entry in the outline.
func (d *pdfDocument) target(name, title string, y float64) {
	d.pages[name] = d.pdf.PageNo()
	d.pdf.SetLink(d.link(name), max(y, 0), -1)
	d.pdf.Bookmark(title, 0, max(y, 0))
}

// link returns the target of that name, a section's, a control's or an account's. It may be
// asked for before it is drawn; whoever draws it sets it.
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
	if d.report.Company != "" {
		left = d.report.Company + "  ·  " + left
	}
	if d.report.Confidentiality != "" {
		left = d.report.Confidentiality + "  ·  " + left
	}
	for page := 1; page <= pages; page++ {
		d.pdf.SetPage(page)
		d.rule(pdfLeft, d.high-14.5, d.wide, pdfLine, 0.2)
		d.font("", 7.5)
		d.ink(pdfGrey)
		d.text(pdfLeft, d.high-10.5, d.fit(left, d.wide-25))
		d.textRight(pdfLeft+d.wide, d.high-10.5, fmt.Sprintf("%d / %d", page, pages))
	}
}
