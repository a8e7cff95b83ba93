package report

import "slices"

// pdfColumn is a column of a table.
type pdfColumn struct {
	title string
	width float64 // a share of the width of the table
	right bool    // flush right
	lines int     // most lines of a cell; 0 is one
}

// pdfCell is a cell. Cells are cut to their column; a link may be 0.
type pdfCell struct {
	text  string
	bold  bool
	shade pdfShade
	link  int
	// path marks the path of a unit, which is cut at its beginning.
	path bool
}

// pdfPlain returns a cell of plain text.
func pdfPlain(text string) pdfCell { return pdfCell{text: text, shade: pdfInk} }

const (
	pdfCellPad   = 1.5 // mm between a cell's text and its edges, left and right
	pdfRowPad    = 0.9 // above and below
	pdfTableHead = 6.2
	// pdfTableKeep is what a heading keeps room for below it: the head of a table and
	// three rows of two lines.
	pdfTableKeep = pdfTableHead + 3*9.2
	// pdfTailRows are the fewest rows that may stand on a page of their own.
	pdfTailRows = 3
)

// table draws rows under a head that is repeated on every page.
func (d *pdfDocument) table(columns []pdfColumn, rows [][]pdfCell) {
	columns, laid := d.layTable(columns, rows)
	next := 0
	for page, count := range pdfPages(laid, d.room()-pdfTableHead, d.bottom-pdfTop-pdfTableHead) {
		if page > 0 {
			d.newPage()
		}
		if count > 0 {
			d.rows(columns, laid[next:next+count], next)
		}
		next += count
	}
	d.y += 3
}

// tableRows draws a table that fits on the page.
func (d *pdfDocument) tableRows(columns []pdfColumn, rows [][]pdfCell) {
	columns, laid := d.layTable(columns, rows)
	d.rows(columns, laid, 0)
}

// layTable breaks the cells into lines. The columns share the whole width of the page, so
// that none can stand out.
func (d *pdfDocument) layTable(columns []pdfColumn, rows [][]pdfCell) ([]pdfColumn, []pdfRow) {
	shares := 0.0
	for _, c := range columns {
		shares += c.width
	}
	columns = slices.Clone(columns)
	for i := range columns {
		columns[i].width *= d.wide / shares
	}
	laid := make([]pdfRow, len(rows))
	for i, row := range rows {
		laid[i] = d.layRow(columns, row)
	}
	return columns, laid
}

// rows draws rows under a head; first is the number of the first of them.
func (d *pdfDocument) rows(columns []pdfColumn, rows []pdfRow, first int) {
	d.tableHead(columns)
	for i, row := range rows {
		d.row(columns, row, (first+i)%2 == 1)
	}
	d.rule(pdfLeft, d.y, d.wide, pdfLine, 0.2)
}

// pdfRow is a row whose cells are broken into lines.
type pdfRow struct {
	cells  []pdfCell
	lines  [][]string
	height float64
}

func (d *pdfDocument) layRow(columns []pdfColumn, cells []pdfCell) pdfRow {
	row := pdfRow{cells: cells, lines: make([][]string, len(cells))}
	most := 1
	for i, cell := range cells {
		d.cellFont(cell)
		w := columns[i].width - 2*pdfCellPad
		switch {
		case cell.path && columns[i].lines < 2:
			row.lines[i] = []string{d.fitPath(cell.text, w)}
		case columns[i].lines < 2:
			row.lines[i] = []string{d.fit(cell.text, w)}
		default:
			row.lines[i] = d.wrap(cell.text, w, columns[i].lines)
		}
		most = max(most, len(row.lines[i]))
	}
	row.height = float64(most)*d.leading(pdfSmall) + 2*pdfRowPad
	return row
}

// pdfPages says how many rows of these heights go on each page, with room on the first and
// whole on the others. A first page with too few rows gets none, and a last page with too
// few takes some of the page before.
func pdfPages(rows []pdfRow, room, whole float64) []int {
	take := func(rows []pdfRow, room float64) int {
		n := 0
		for n < len(rows) && rows[n].height <= room {
			room -= rows[n].height
			n++
		}
		return n
	}
	first := take(rows, room)
	if first < len(rows) && first < pdfTailRows {
		first = 0
	}
	pages := []int{first}
	for next := first; next < len(rows); {
		n := max(take(rows[next:], whole), 1)
		pages = append(pages, n)
		next += n
	}
	if last := len(pages) - 1; last > 0 && pages[last] < pdfTailRows && pages[last-1] >= 2*pdfTailRows {
		moved := pdfTailRows - pages[last]
		pages[last-1] -= moved
		pages[last] += moved
	}
	return pages
}

func (d *pdfDocument) tableHead(columns []pdfColumn) {
	d.font("B", 7)
	d.ink(pdfHeadline)
	x := pdfLeft
	for _, c := range columns {
		title := d.fit(c.title, c.width-2*pdfCellPad+0.5)
		if c.right {
			d.textRight(x+c.width-pdfCellPad, d.y+4.1, title)
		} else {
			d.text(x+pdfCellPad, d.y+4.1, title)
		}
		x += c.width
	}
	d.y += pdfTableHead
	d.rule(pdfLeft, d.y, d.wide, pdfHeadline, 0.3)
}

func (d *pdfDocument) row(columns []pdfColumn, row pdfRow, band bool) {
	if band {
		d.box(pdfLeft, d.y, d.wide, row.height, pdfBand)
	}
	x := pdfLeft
	for i, cell := range row.cells {
		d.cellFont(cell)
		d.ink(cell.shade)
		y := d.y + pdfRowPad + pdfSmall*pdfPoint*1.05
		for _, line := range row.lines[i] {
			if columns[i].right {
				d.textRight(x+columns[i].width-pdfCellPad, y, line)
			} else {
				d.text(x+pdfCellPad, y, line)
			}
			y += d.leading(pdfSmall)
		}
		if cell.link != 0 {
			d.pdf.Link(x, d.y, columns[i].width, row.height, cell.link)
		}
		x += columns[i].width
	}
	d.y += row.height
}

func (d *pdfDocument) cellFont(cell pdfCell) {
	if cell.bold {
		d.font("B", pdfSmall)
	} else {
		d.font("", pdfSmall)
	}
}
