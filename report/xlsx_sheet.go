package report

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// sheetColumn is a column of a sheet of rows. Titles are unique in a sheet, also when case
// is ignored, since they name the columns of an Excel table. Width is in characters.
type sheetColumn struct {
	title   string
	width   float64
	look    columnLook
	colours []colour
	// muted greys a centred column.
	muted bool
	// input makes the cells of the column the auditor's: unlocked, and empty where the row
	// has nil. Choices are the words of their drop-down list; without them anything goes.
	input   bool
	choices []string
}

// columnLook is how text stands in a column.
type columnLook int

const (
	oneLine columnLook = iota
	wrapped
	centred // wrapped too
	figures // numbers; their header stands above them at the right
)

// rowSheet is a sheet with a header and rows, written as a stream. When it is full, it
// goes on in another sheet.
type rowSheet struct {
	name string
	// title stands in the first row, or the name where it is empty; below it stands the time
	// of the evidence.
	title   string
	columns []sheetColumn
	// frozen is the number of columns at the left that stay in view.
	frozen int
	paper  int
	// turned makes the headers of centred columns stand upright.
	turned bool
	// whole keeps the sheet from going on in another one, for rows that formulas find by their
	// place. It is for accounts: no organization has as many as a sheet has rows.
	whole bool
	// none is the sentence that stands in a sheet without rows.
	none string
	// lead are rows between those and the header, in the first part alone, for totals.
	lead []leadRow

	book   *workbook
	spool  *rowSpool
	part   int
	header int // row of the header
	// level is the outline level of the rows that are written next.
	level int
	last  int       // last row that was written
	cells []rowCell // of a row; they are used again
}

// titleRows are the rows that every sheet of rows begins with, before its own lead.
const titleRows = 2

// leadRow is a row above a header. Height is in points.
type leadRow struct {
	cells  []any
	height float64
}

// note makes rows above a header of sentences about the sheet, one a row.
func (b *workbook) note(sentences ...string) []leadRow {
	var lead []leadRow
	for _, text := range sentences {
		lead = append(lead, leadRow{[]any{excelize.Cell{StyleID: b.styles.note, Value: cellText(text)}}, lineHeight + 5})
	}
	return lead
}

// newRowSheet begins a sheet of rows.
func (b *workbook) newRowSheet(s rowSheet) (*rowSheet, error) {
	s.book = b
	if err := s.begin(); err != nil {
		return nil, s.in(err)
	}
	return &s, nil
}

// partName is the name of the sheet that is written at the moment, such as "Findings (2)".
func (s *rowSheet) partName() string {
	if s.part == 1 {
		return s.name
	}
	return fmt.Sprintf("%s (%d)", s.name, s.part)
}

func (s *rowSheet) in(err error) error { return fmt.Errorf("write sheet %s: %w", s.name, err) }

// begin starts the next part of the sheet.
func (s *rowSheet) begin() error {
	before := ""
	if s.part > 0 {
		before = s.partName()
	}
	s.part++
	b, name := s.book, s.partName()
	if err := b.newSheet(name, before, s.paper); err != nil {
		return err
	}
	spool, err := b.newRowSpool(name)
	if err != nil {
		return err
	}
	s.spool, s.last = spool, 0
	for i, c := range s.columns {
		column, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := b.file.SetColWidth(name, column, column, c.width); err != nil {
			return err
		}
	}
	lead := []leadRow{
		{[]any{excelize.Cell{StyleID: b.styles.heading, Value: cellText(cmp.Or(s.title, s.name))}}, 22},
		{[]any{excelize.Cell{StyleID: b.styles.note, Value: cellText(b.asOf)}}, lineHeight + 5},
	}
	if s.part == 1 {
		lead = append(lead, s.lead...)
	}
	s.header = len(lead) + 1
	if err := s.freeze(); err != nil {
		return err
	}
	for i, row := range lead {
		cells := make([]rowCell, len(row.cells))
		for j, cell := range row.cells {
			made, ok := cell.(excelize.Cell)
			if !ok && cell != nil {
				return fmt.Errorf("no row above a header can hold a %T", cell)
			}
			if cells[j], err = madeRowCell(made); err != nil {
				return err
			}
		}
		spool.row(i+1, cells, excelize.RowOpts{Height: row.height})
	}
	s.last = s.header
	if b.printTitles[name], err = s.printOver(name); err != nil {
		return err
	}
	s.writeHeader()
	return nil
}

func (s *rowSheet) writeHeader() {
	titles, height := make([]rowCell, len(s.columns)), 2*lineHeight+5
	for i, c := range s.columns {
		style := s.book.styles.header
		// A bold title is wider, and a button for the filter stands in its cell.
		needed := float64(textLines(c.title, c.width-3))*lineHeight + 5
		switch {
		case c.input:
			style = s.book.styles.inputHeader
		case c.look == figures:
			style = s.book.styles.figureHeader
		case c.look == centred && s.turned:
			style = s.book.styles.turnedHeader
			if c.muted {
				style = s.book.styles.mutedHeader
			}
			needed = turnedHeight(c.title, c.width)
		case s.turned:
			style = s.book.styles.lowHeader
		}
		titles[i] = rowCell{style: style, kind: textCell, text: cellText(c.title)}
		height = max(height, needed)
	}
	s.spool.row(s.header, titles, excelize.RowOpts{Height: min(height, 250)})
}

// freeze keeps everything down to the header and the first columns in view.
func (s *rowSheet) freeze() error {
	pane := "bottomLeft"
	if s.frozen > 0 {
		pane = "bottomRight"
	}
	return s.book.file.SetPanes(s.partName(), &excelize.Panes{
		Freeze: true, XSplit: s.frozen, YSplit: s.header, TopLeftCell: cellName(s.frozen+1, s.header+1), ActivePane: pane,
	})
}

// row writes one value a column; see [workbook.cell] for what a value may be.
func (s *rowSheet) row(values ...any) error {
	cells := s.cells[:0]
	for i, value := range values {
		cell, err := s.book.rowCellOf(value)
		if err != nil {
			return s.in(fmt.Errorf("column %s: %w", s.columns[min(i, len(s.columns)-1)].title, err))
		}
		cells = append(cells, cell)
	}
	s.cells = cells
	return s.write(cells)
}

// write writes one cell a column, and changes the cells to what they are there.
func (s *rowSheet) write(cells []rowCell) error {
	if len(cells) != len(s.columns) {
		return s.in(fmt.Errorf("a row of %d values for %d columns", len(cells), len(s.columns)))
	}
	if err := s.makeRoom(); err != nil {
		return err
	}
	lines := 1
	for i := range cells {
		cell, c := &cells[i], &s.columns[i]
		if !cell.styled {
			cell.style = s.styleOf(c)
		}
		switch {
		case cell.formula != "":
			cell.formula = strings.ReplaceAll(cell.formula, thisRow, strconv.Itoa(s.last+1))
		case cell.kind == textCell && (c.look == wrapped || c.look == centred):
			lines = max(lines, textLines(cell.text, c.width))
		}
	}
	// Not every program makes rows as high as their text, and one very long text must not
	// fill pages.
	options := excelize.RowOpts{OutlineLevel: min(s.level, maxOutline)}
	if lines > 1 {
		options.Height = float64(min(lines, maxRowLines))*lineHeight + 3
	}
	s.last++
	s.spool.row(s.last, cells, options)
	return nil
}

// styleOf is the style of text in a column.
func (s *rowSheet) styleOf(c *sheetColumn) int {
	styles := &s.book.styles
	switch {
	case c.input:
		return styles.input
	case c.look == wrapped:
		return styles.wrapped
	case c.look == centred && c.muted:
		return styles.muted
	case c.look == centred:
		return styles.centred
	default:
		return styles.text
	}
}

// makeRoom begins the next part where the sheet is full. What needs to know where a row will
// stand calls it first: the row is the one after s.last.
func (s *rowSheet) makeRoom() error {
	if s.last < s.book.limit || s.whole {
		return nil
	}
	if err := s.endPart(); err != nil {
		return s.in(err)
	}
	if err := s.begin(); err != nil {
		return s.in(err)
	}
	return nil
}

// maxOutline is the deepest level of an outline that Excel knows.
const maxOutline = 7

// thisRow stands in the formulas of a row for the row's number.
const thisRow = "{row}"

// maxRowLines is the number of lines of text after which a row grows no more.
const maxRowLines = 12

// lineHeight is the height of a line of text in points.
const lineHeight = 13.5

// finish ends the sheet, with a sentence where it has no rows.
func (s *rowSheet) finish() error {
	empty := s.last == s.header
	if empty {
		values := make([]any, len(s.columns))
		values[0] = s.none
		if err := s.row(values...); err != nil {
			return err
		}
	}
	if err := s.endPart(); err != nil {
		return s.in(err)
	}
	if empty {
		s.book.counts[s.partName()] = 0
	}
	return nil
}

// endPart makes the rows of a part a table with filters and colours its columns.
func (s *rowSheet) endPart() error {
	b, name := s.book, s.partName()
	b.counts[name] = s.last - s.header
	cells := fmt.Sprintf("A%d:%s", s.header, cellName(len(s.columns), s.last))
	stripes := true
	table := &excelize.Table{Range: cells, Name: tableName(name), StyleName: "TableStyleLight1", ShowRowStripes: &stripes}
	// The table takes the names of its columns from cells, and those of the spool are not
	// there yet.
	titles := make([]string, len(s.columns))
	for i, c := range s.columns {
		titles[i] = cellText(c.title)
	}
	if err := b.file.SetSheetRow(name, cellName(1, s.header), &titles); err != nil {
		return err
	}
	if err := b.file.AddTable(name, table); err != nil {
		return err
	}
	if err := b.file.SetSheetDimension(name, "A1:"+cellName(len(s.columns), s.last)); err != nil {
		return err
	}
	if err := s.spool.end(); err != nil {
		return err
	}
	if err := s.offerChoices(); err != nil {
		return err
	}
	for i := 0; i < len(s.columns); {
		// Neighbours with the same colours share one range.
		end := i + 1
		for end < len(s.columns) && sameColours(s.columns[i].colours, s.columns[end].colours) {
			end++
		}
		if s.columns[i].colours != nil {
			if err := b.paint(name, cellName(i+1, s.header+1)+":"+cellName(end, s.last), s.columns[i].colours); err != nil {
				return err
			}
		}
		i = end
	}
	// Account ids are text on purpose; Excel need not mark each as a number stored as text.
	return b.file.AddIgnoredErrors(name, cells, excelize.IgnoredErrorsNumberStoredAsText)
}

func sameColours(a, b []colour) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].begins != b[i].begins {
			return false
		}
	}
	return true
}
