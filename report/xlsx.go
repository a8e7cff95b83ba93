package report

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"
)

// sheetRowLimit is the number of rows that a sheet can hold
// ("Excel specifications and limits", Microsoft Support).
const sheetRowLimit = 1_048_576

// workbook is an Excel file in the making.
type workbook struct {
	file   *excelize.File
	styles workbookStyles
	// limit is the number of rows of a sheet, header included.
	limit int
	// asOf says on every sheet what time and organization it is about.
	asOf string
	// confidentiality stands at the foot of every printed page.
	confidentiality string
	// cover is the first sheet, whose table of contents is written last.
	cover *page
	// counts are the rows of the sheets of rows.
	counts map[string]int
	// created are the names of all sheets in their order.
	created []string
	// printTitles are the rows repeated on each printed page, by sheet. They are kept
	// until no sheet moves any more, since Excel binds them to a sheet's position.
	printTitles map[string]string
	// rows are the rows of the sheets that are spooled, spools the rows of accounts that wait
	// for their place.
	rows []*rowSpool
	// deflaters compress rows; they end with the workbook.
	deflaters *deflaters
	spools    []interface{ remove() error }
	// unprotected are the sheets whose groups of rows can be folded, which Excel does on
	// sheets without protection alone.
	unprotected []string
	// places are where things stand, placed what waits for them.
	places map[placeKey]cellPlace
	placed []func() error
}

// writeWorkbook writes the report as an Excel workbook. The sheets of rows are spooled to
// temporary files, so that memory does not grow with the number of rows. The same report
// gives the same bytes.
func writeWorkbook(ctx context.Context, r *Report, w io.Writer) error {
	return writeLimitedWorkbook(ctx, r, w, sheetRowLimit)
}

func writeLimitedWorkbook(ctx context.Context, r *Report, w io.Writer, limit int) error {
	return writeSheets(r, w, limit, func(b *workbook) error { return b.fill(ctx, r) })
}

// writeSheets writes a workbook whose sheets fill makes.
func writeSheets(r *Report, w io.Writer, limit int, fill func(*workbook) error) (err error) {
	file := excelize.NewFile()
	defer func() {
		if e := file.Close(); e != nil && err == nil {
			err = fmt.Errorf("remove temporary files of the workbook: %w", e)
		}
	}()
	styles, err := newWorkbookStyles(file)
	if err != nil {
		return err
	}
	b := &workbook{file: file, styles: styles, limit: limit, asOf: asOfWords(r), confidentiality: r.Confidentiality, printTitles: map[string]string{}, counts: map[string]int{}}
	defer func() {
		if b.deflaters != nil {
			b.deflaters.stop() // before the files go that they write
		}
		for _, spool := range b.spools {
			if e := spool.remove(); e != nil && err == nil {
				err = fmt.Errorf("remove temporary files of the workbook: %w", e)
			}
		}
		for _, rows := range b.rows {
			if e := rows.remove(); e != nil && err == nil {
				err = fmt.Errorf("remove temporary files of the workbook: %w", e)
			}
		}
	}()
	if err := b.describe(r); err != nil {
		return err
	}
	if err := fill(b); err != nil {
		return err
	}
	if err := b.protect(); err != nil {
		return err
	}
	for _, name := range b.created {
		if rows := b.printTitles[name]; rows != "" {
			title := &excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + name + "'!" + rows, Scope: name}
			if err := file.SetDefinedName(title); err != nil {
				return fmt.Errorf("set print titles of sheet %s: %w", name, err)
			}
		}
	}
	if r.Rendering.Password != "" {
		return b.saveEncrypted(w, r.Rendering.Password)
	}
	return b.save(w)
}

// saveEncrypted writes the file encrypted, in the standard encryption of ECMA-376 with
// AES-128, which needs the whole file in memory twice. The salt is random, so that the bytes
// differ each time.
func (b *workbook) saveEncrypted(w io.Writer, password string) error {
	var plain bytes.Buffer
	if err := b.save(&plain); err != nil {
		return err
	}
	encrypted, err := excelize.Encrypt(plain.Bytes(), &excelize.Options{Password: password})
	if err != nil {
		return fmt.Errorf("encrypt the workbook: %w", err)
	}
	if _, err := w.Write(encrypted); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// asOfWords say the time of the evidence and whose it is.
func asOfWords(r *Report) string {
	words := "As of the last call to AWS, which is not known"
	if at := r.Evidence.LastCall; !at.IsZero() {
		words = "As of " + at.UTC().Format("2006-01-02 15:04:05") + " UTC, the last call to AWS"
	}
	if r.Rendering.Period != "" {
		words += "; period " + r.Rendering.Period
	}
	return words + "; organization " + r.Organization.ID
}

// describe sets what Excel shows as the properties of the file. The time is that of the
// last call to AWS, since the time of rendering is no part of the report.
func (b *workbook) describe(r *Report) error {
	at := r.Evidence.LastCall.UTC().Format(time.RFC3339)
	properties := &excelize.DocProperties{
		Title:   cellText(r.Title),
		Subject: cellText("Audit of the AWS organization " + r.Organization.ID),
		Creator: "orgaudit", LastModifiedBy: "orgaudit", Created: at, Modified: at,
	}
	if err := b.file.SetDocProps(properties); err != nil {
		return fmt.Errorf("set document properties: %w", err)
	}
	application := &excelize.AppProperties{Application: "orgaudit", Company: cellText(r.Company)}
	if err := b.file.SetAppProps(application); err != nil {
		return fmt.Errorf("set document properties: %w", err)
	}
	return nil
}

// newSheet adds a sheet with its print set-up: landscape, one page wide, with the sheet's
// name, the confidentiality and the page numbers at the foot. It stands after the sheet named after, or last
// where after is empty.
func (b *workbook) newSheet(name, after string, paper int) error {
	f := b.file
	if len(b.created) == 0 {
		if err := f.SetSheetName(f.GetSheetName(0), name); err != nil {
			return fmt.Errorf("add sheet %s: %w", name, err)
		}
	} else if _, err := f.NewSheet(name); err != nil {
		return fmt.Errorf("add sheet %s: %w", name, err)
	}
	place := len(b.created)
	for i, other := range b.created {
		if other == after {
			place = i + 1
		}
	}
	if place < len(b.created) {
		if err := f.MoveSheet(name, b.created[place]); err != nil {
			return fmt.Errorf("move sheet %s: %w", name, err)
		}
	}
	b.created = append(b.created[:place], append([]string{name}, b.created[place:]...)...)

	yes, no, landscape, width, height := true, false, "landscape", 1, 0
	margin, foot := 0.4, 0.6
	if err := f.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &yes}); err != nil {
		return fmt.Errorf("set up sheet %s: %w", name, err)
	}
	order := "overThenDown"
	layout := &excelize.PageLayoutOptions{Size: &paper, Orientation: &landscape, FitToWidth: &width, FitToHeight: &height, PageOrder: &order}
	if err := f.SetPageLayout(name, layout); err != nil {
		return fmt.Errorf("set up sheet %s: %w", name, err)
	}
	margins := &excelize.PageLayoutMarginsOptions{Left: &margin, Right: &margin, Top: &margin, Bottom: &foot, Footer: &margin}
	if err := f.SetPageMargins(name, margins); err != nil {
		return fmt.Errorf("set up sheet %s: %w", name, err)
	}
	if err := f.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddFooter: "&L&A" + footText(b.confidentiality) + "&RPage &P of &N"}); err != nil {
		return fmt.Errorf("set up sheet %s: %w", name, err)
	}
	if err := f.SetSheetView(name, 0, &excelize.ViewOptions{ShowGridLines: &no}); err != nil {
		return fmt.Errorf("set up sheet %s: %w", name, err)
	}
	return nil
}

// Paper sizes, as Excel numbers them.
const (
	paperA3 = 8
	paperA4 = 9
)
