package report

import (
	"fmt"
	"math"
	"time"

	"github.com/xuri/excelize/v2"
)

// rowCell is a cell of a sheet of rows. It holds no interface, since a workbook has millions
// of them and an interface would make garbage of each.
type rowCell struct {
	formula string
	kind    cellKind
	text    string
	number  float64
	// style is that of the column where it is zero and styled is false.
	style  int
	styled bool
}

// cellKind is what a cell holds, beside a formula.
type cellKind uint8

const (
	emptyCell cellKind = iota
	textCell
	numberCell
)

// textInCell is a cell of text in the style of its column; see [cellText].
func textInCell(text string) rowCell { return rowCell{kind: textCell, text: cellText(text)} }

// momentInCell is a cell of a time; the zero one is empty.
func (b *workbook) momentInCell(at time.Time) rowCell {
	if at.IsZero() {
		return rowCell{}
	}
	return rowCell{kind: numberCell, number: serialTime(at.Truncate(time.Second)), style: b.styles.moment, styled: true}
}

// rowCellOf turns a value into a cell; see [workbook.cell] for what a value may be.
func (b *workbook) rowCellOf(value any) (rowCell, error) {
	switch v := value.(type) {
	case nil:
		return rowCell{}, nil
	case string:
		return textInCell(v), nil
	case time.Time:
		return b.momentInCell(v), nil
	}
	made, err := b.cell(value, columnStyle)
	if err != nil {
		return rowCell{}, err
	}
	return madeRowCell(made)
}

// columnStyle stands in place of a style until it is known in which column a cell is.
const columnStyle = -1

// madeRowCell is a cell with its own style.
func madeRowCell(made excelize.Cell) (rowCell, error) {
	cell := rowCell{formula: made.Formula, style: made.StyleID, styled: true}
	if made.StyleID == columnStyle {
		cell.style, cell.styled = 0, false
	}
	switch v := made.Value.(type) {
	case nil:
	case string:
		cell.kind, cell.text = textCell, v
	case int:
		cell.kind, cell.number = numberCell, float64(v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return cell, fmt.Errorf("no cell can hold the number %v", v)
		}
		cell.kind, cell.number = numberCell, v
	case time.Time:
		cell.kind, cell.number = numberCell, serialTime(v)
	default:
		return cell, fmt.Errorf("no cell can hold a %T", v)
	}
	return cell, nil
}
