package report

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"
)

// unlocked tells whether the cell's style lets it be changed on a protected sheet.
func unlocked(t testing.TB, f *excelize.File, sheet, cell string) bool {
	t.Helper()
	id, err := f.GetCellStyle(sheet, cell)
	if err != nil {
		t.Fatal(err)
	}
	style, err := f.GetStyle(id)
	if err != nil {
		t.Fatal(err)
	}
	return style.Protection != nil && !style.Protection.Locked
}

func TestColumnsOfTheAuditor(t *testing.T) {
	file := excelize.NewFile()
	styles, err := newWorkbookStyles(file)
	if err != nil {
		t.Fatal(err)
	}
	b := &workbook{file: file, styles: styles, limit: sheetRowLimit, printTitles: map[string]string{}, counts: map[string]int{}}
	s, err := b.newRowSheet(rowSheet{name: "Work", paper: paperA4, columns: []sheetColumn{
		{title: "Figure", width: 10}, {title: "Status", width: 10, input: true, choices: []string{"open", "done"}}, {title: "Comment", width: 10, input: true},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.row("a", nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.finish(); err != nil {
		t.Fatal(err)
	}
	if err := b.protect(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := b.save(&out); err != nil {
		t.Fatal(err)
	}
	for _, rows := range b.rows {
		if err := rows.remove(); err != nil {
			t.Error(err)
		}
	}
	f := openBytes(t, out.Bytes())
	for cell, want := range map[string]bool{"A3": false, "B3": false, "A5": false, "B4": true, "B5": true, "C5": true} {
		if got := unlocked(t, f, "Work", cell); got != want {
			t.Errorf("cell %s unlocked: %v, want %v", cell, got, want)
		}
	}
	lists, err := f.GetDataValidations("Work")
	if err != nil {
		t.Fatal(err)
	}
	if len(lists) != 1 || lists[0].Sqref != "B4:B5" || lists[0].Formula1 != `"open,done"` {
		t.Errorf("drop-down lists %+v", lists)
	}
}

func TestSheetsAreProtectedWithoutPassword(t *testing.T) {
	f := openWorkbook(t, identityReport(3))
	for _, sheet := range f.GetSheetList() {
		if sheet == resultsName {
			continue // Excel folds no groups on a protected sheet
		}
		protection, err := f.GetSheetProtection(sheet)
		if err != nil {
			t.Fatal(err)
		}
		if !protection.AutoFilter || !protection.SelectLockedCells || !protection.FormatColumns || protection.InsertRows {
			t.Errorf("sheet %s allows %+v", sheet, protection)
		}
		if protection.Password != "" || protection.AlgorithmName != "" {
			t.Errorf("sheet %s has a password", sheet)
		}
	}
}
