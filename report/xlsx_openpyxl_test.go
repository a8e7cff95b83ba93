package report

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// openpyxlScript prints the sheets of a workbook, the totals of a sheet as they are brought
// along, and whether sheets are protected.
const openpyxlScript = `
import json, sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1], data_only=True)
sheet = book["Scope and coverage"]
json.dump({
    "sheets": book.sheetnames,
    "totals": [str(sheet.cell(4, column).value) for column in range(1, 10)],
    "rows": sheet.max_row,
    "open": [s.title for s in book.worksheets if not s.protection.sheet],
    "id": book["Scope and coverage"].cell(9, 1).value,
}, sys.stdout)
`

// pythonWithOpenpyxl finds a Python that has openpyxl: Debian's own may be another one than
// the first in the path.
func pythonWithOpenpyxl(t *testing.T) string {
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if exec.CommandContext(t.Context(), name, "-c", "import openpyxl").Run() == nil {
			return name
		}
	}
	t.Skip("openpyxl is not installed")
	return ""
}

func TestOpenpyxlReadsTheWorkbook(t *testing.T) {
	python := pythonWithOpenpyxl(t)
	r := sampleReport(30)
	whole := workbookBytes(t, r, sheetRowLimit)
	name := filepath.Join(t.TempDir(), "audit.xlsx")
	if err := os.WriteFile(name, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), python, "-c", openpyxlScript, name).Output()
	if err != nil {
		if failed, ok := err.(*exec.ExitError); ok {
			t.Fatalf("%v: %s", err, failed.Stderr)
		}
		t.Fatal(err)
	}
	type read struct {
		Sheets, Totals, Open []string
		Rows                 int
		ID                   string
	}
	var got read
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	want := read{
		Sheets: openBytes(t, whole).GetSheetList(), Totals: []string{"30", "30", "23", "2", "2", "1", "2", "30", "0"}, Open: []string{resultsName}, // whose groups fold on an unprotected sheet alone
		Rows: titleRows + coverageRows + 1 + len(r.Accounts), ID: r.Accounts[0].ID,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
