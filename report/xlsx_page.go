package report

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// page is a sheet that is laid out from top to bottom like a page of text, with small
// tables in it.
type page struct {
	book  *workbook
	sheet string
	// columns is the width of the page in columns, lineChars how many characters of body
	// text fit on a line of it.
	columns   int
	lineChars float64
	// labelChars is the width of the first column, where labels stand.
	labelChars float64
	// row is the next free row.
	row int
}

// newPage adds a sheet with columns of these widths.
func (b *workbook) newPage(name string, widths []float64) (*page, error) {
	if err := b.newSheet(name, "", paperA4); err != nil {
		return nil, err
	}
	p := &page{book: b, sheet: name, columns: len(widths), labelChars: widths[0], row: 1}
	for i, width := range widths {
		column, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return nil, err
		}
		if err := b.file.SetColWidth(name, column, column, width); err != nil {
			return nil, err
		}
		p.lineChars += width
	}
	return p, nil
}

// text writes a text over the whole width of the page.
func (p *page) text(style int, text string) error {
	return p.textOfHeight(style, text, float64(textLines(text, p.lineChars))*lineHeight+3)
}

// heading writes a heading with room above it.
func (p *page) heading(text string) error {
	p.row++
	return p.textOfHeight(p.book.styles.heading, text, 22)
}

// newPrintPage lets what follows begin on a new page of paper.
func (p *page) newPrintPage() error {
	return p.book.file.InsertPageBreak(p.sheet, fmt.Sprintf("A%d", p.row+1))
}

func (p *page) textOfHeight(style int, text string, height float64) error {
	return p.line(style, height, span{value: text, columns: p.columns})
}

// span is a value over some columns.
type span struct {
	value   any
	columns int
	// style is zero for the style of the line.
	style int
}

// line writes a row of values in one style, which [workbook.cell] replaces for numbers
// and times unless a span brings its own. Height is in points.
func (p *page) line(style int, height float64, spans ...span) error {
	f, column := p.book.file, 1
	for _, s := range spans {
		first, last := cellName(column, p.row), cellName(column+s.columns-1, p.row)
		cell, err := p.book.cell(s.value, style)
		if err != nil {
			return err
		}
		if s.style != 0 {
			cell.StyleID = s.style
		}
		if err := p.set(first, cell.Value); err != nil {
			return err
		}
		if err := f.SetCellStyle(p.sheet, first, last, cell.StyleID); err != nil {
			return err
		}
		if s.columns > 1 {
			if err := f.MergeCell(p.sheet, first, last); err != nil {
				return err
			}
		}
		column += s.columns
	}
	if err := f.SetRowHeight(p.sheet, p.row, min(height, excelize.MaxRowHeight)); err != nil {
		return err
	}
	p.row++
	return nil
}

// set writes a value that [workbook.cell] made; text stays text.
func (p *page) set(cell string, value any) error {
	if text, ok := value.(string); ok {
		return p.book.file.SetCellStr(p.sheet, cell, text)
	}
	return p.book.file.SetCellValue(p.sheet, cell, value)
}

// fact writes a label and a text beside it.
func (p *page) fact(label, text string) error {
	rest := p.columns - 1
	return p.line(p.book.styles.paragraph, float64(textLines(text, p.lineChars-p.labelChars))*lineHeight+3,
		span{value: label, columns: 1, style: p.book.styles.label}, span{value: text, columns: rest})
}

// pageTable is a small table on a page. Its columns may span several of the page's.
type pageTable struct {
	titles []string
	spans  []int
	rows   [][]any
	// chars are how many characters fit on a line of each column, whose texts make rows higher.
	// Without them only the first one's does, and it is as wide as the page's labels.
	chars []float64
}

// table writes the table and returns the first and the last row of its body.
func (p *page) table(t pageTable) (first, last int, err error) {
	spanOf := func(i int) int {
		if t.spans == nil {
			return 1
		}
		return t.spans[i]
	}
	var titles []span
	for i, title := range t.titles {
		s := span{value: title, columns: spanOf(i)}
		for _, row := range t.rows {
			if _, ok := row[i].(string); !ok {
				s.style = p.book.styles.figureHeader
			}
		}
		titles = append(titles, s)
	}
	if err := p.line(p.book.styles.header, 2*lineHeight+3, titles...); err != nil {
		return 0, 0, err
	}
	if t.chars == nil {
		t.chars = []float64{p.labelChars}
	}
	first = p.row
	for _, row := range t.rows {
		height := lineHeight + 2
		var spans []span
		for i, value := range row {
			if text, ok := value.(string); ok && i < len(t.chars) {
				height = max(height, float64(textLines(text, t.chars[i]))*lineHeight+2)
			}
			spans = append(spans, span{value: value, columns: spanOf(i)})
		}
		if err := p.line(p.book.styles.wrapped, height, spans...); err != nil {
			return 0, 0, err
		}
	}
	return first, p.row - 1, nil
}
