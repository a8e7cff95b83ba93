package report

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// TestRowsAreReadBack writes a row as XML, puts it into a sheet, and reads it with excelize.
func TestRowsAreReadBack(t *testing.T) {
	texts := []string{
		"", "plain", " spaces ", "line\nbreak\n", "<&>\"'", "]]>", "_x0041_", "_x005F_x0041_", "a_x00e9_b_x12_", "_xD800_", "日本 Ανάπτυξη 🙂", "=1+1", "\t",
	}
	file := excelize.NewFile()
	b := &workbook{file: file, printTitles: map[string]string{}}
	var cells []rowCell
	for _, text := range texts {
		cells = append(cells, rowCell{kind: textCell, text: text})
	}
	numbers := len(cells)
	for _, made := range []excelize.Cell{
		{}, {StyleID: 0}, {Value: 42}, {Value: 12.5}, {Formula: `HYPERLINK("#'A & B'!A1","x")`, Value: "x"}, {Formula: "1+1", Value: 2},
	} {
		cell, err := madeRowCell(made)
		if err != nil {
			t.Fatal(err)
		}
		cells = append(cells, cell)
	}
	spool, err := b.newRowSpool("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := spool.remove(); err != nil {
			t.Error(err)
		}
	}()
	spool.row(3, cells, excelize.RowOpts{Height: 20.5, OutlineLevel: 2, Hidden: true})
	if err := spool.end(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := b.save(&out); err != nil {
		t.Fatal(err)
	}
	f := openBytes(t, out.Bytes())
	for i, want := range texts {
		cell := cellName(i+1, 3)
		kind, err := f.GetCellType("Sheet1", cell)
		if err != nil {
			t.Fatal(err)
		}
		if got := cellValue(t, f, "Sheet1", cell); got != want || kind != excelize.CellTypeInlineString {
			t.Errorf("%s: got %q of type %d, want the text %q", cell, got, kind, want)
		}
	}
	for i, want := range []string{"", "", "42", "12.5", "x", "2"} {
		if got := cellValue(t, f, "Sheet1", cellName(numbers+i+1, 3)); got != want {
			t.Errorf("cell %d after the texts: got %q, want %q", i, got, want)
		}
	}
	if formula, err := f.GetCellFormula("Sheet1", cellName(numbers+5, 3)); err != nil || formula != `HYPERLINK("#'A & B'!A1","x")` {
		t.Errorf("formula %q, %v", formula, err)
	}
	height, err := f.GetRowHeight("Sheet1", 3)
	if err != nil {
		t.Fatal(err)
	}
	level, err := f.GetRowOutlineLevel("Sheet1", 3)
	if err != nil {
		t.Fatal(err)
	}
	visible, err := f.GetRowVisible("Sheet1", 3)
	if err != nil {
		t.Fatal(err)
	}
	if height != 20.5 || level != 2 || visible {
		t.Errorf("height %v, level %d, visible %v", height, level, visible)
	}
}

func TestSerialTime(t *testing.T) {
	for _, at := range []time.Time{
		time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC), time.Unix(0, 0), sampleStart(),
		time.Date(2026, 9, 30, 6, 15, 1, 0, time.FixedZone("", 7200)), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
	} {
		back, err := excelize.ExcelDateToTime(serialTime(at), false)
		if err != nil || !back.Round(time.Second).Equal(at) {
			t.Errorf("%v is %v, which Excel reads as %v: %v", at, serialTime(at), back, err)
		}
	}
	if got := serialTime(time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC)); got != 0 {
		t.Errorf("a time before Excel's first is %v, want 0", got)
	}
}

func TestNoCellHoldsWhatIsNoNumber(t *testing.T) {
	zero := 0.0
	for _, value := range []any{0 / zero, 1 / zero, []int{1}} {
		if cell, err := madeRowCell(excelize.Cell{Value: value}); err == nil {
			t.Errorf("%v became the cell %v", value, cell)
		}
	}
}

func TestNumbersAreWrittenInFull(t *testing.T) {
	for want, n := range map[string]float64{
		"0": 0, "-7": -7, "12.5": 12.5, "46356.25": 46356.25, "9007199254740991": 1<<53 - 1, "9007199254740992": 1 << 53, "100000000000000000000": 1e20, "0.001": 0.001,
	} {
		if got := string(appendNumber(nil, n)); got != want {
			t.Errorf("%v is written as %s, want %s", n, got, want)
		}
	}
}

func TestColumnNames(t *testing.T) {
	for _, column := range []int{1, 2, 26, 27, 52, 53, 702, 703, 16384} {
		want := cellName(column, 1)
		if got := fmt.Sprintf("%s1", appendColumn(nil, column)); got != want {
			t.Errorf("column %d: got %s, want %s", column, got, want)
		}
	}
}
