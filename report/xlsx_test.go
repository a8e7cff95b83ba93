package report

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// workbookBytes writes a workbook whose sheets hold so many rows.
func workbookBytes(t testing.TB, r *Report, limit int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := writeLimitedWorkbook(t.Context(), r, &b, limit); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// openWorkbook writes a workbook and reads it back.
func openWorkbook(t testing.TB, r *Report) *excelize.File {
	t.Helper()
	return openBytes(t, workbookBytes(t, r, sheetRowLimit))
}

func openBytes(t testing.TB, b []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// sheetTable reads a sheet of rows: its rows by the titles of the header.
// The header stands in that row below the title.
func sheetTable(t testing.TB, f *excelize.File, sheet string, header int) []map[string]string {
	t.Helper()
	header += titleRows
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < header {
		t.Fatalf("sheet %s has %d rows, and no header in row %d", sheet, len(rows), header)
	}
	var table []map[string]string
	for _, row := range rows[header:] {
		fields := map[string]string{}
		for i, title := range rows[header-1] {
			if i < len(row) {
				fields[title] = row[i]
			}
		}
		table = append(table, fields)
	}
	return table
}

// sheetText is all text of a sheet, row by row.
func sheetText(t testing.TB, f *excelize.File, sheet string) string {
	t.Helper()
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, row := range rows {
		b.WriteString(strings.Join(row, "\t") + "\n")
	}
	return b.String()
}

func cellValue(t testing.TB, f *excelize.File, sheet, cell string) string {
	t.Helper()
	value, err := f.GetCellValue(sheet, cell)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func TestWorkbookHasSheetsInOrder(t *testing.T) {
	want := []string{
		"Cover", "Summary", "Scope and coverage", "Gaps", "Information produced", "Reconciliation", "Lead sheet", "Results", "Scores", "Findings", "Tested items",
		"Credential report", "Access keys", "Users", "Roles", "Trusts", "Trust matrix", "Outside access", "Policies", "Privileged principals",
		"Analyzers", "Access Analyzer findings", "SCPs by account", "Policy attachments", "Guardrail coverage", "Guardrail detail",
		"Samples", "Exceptions", "Changes", "Evidence index", "Methodology and limits",
	}
	if diff := cmp.Diff(want, openWorkbook(t, sampleReport(12)).GetSheetList()); diff != "" {
		t.Error(diff)
	}
}

func TestWorkbookIsDeterministic(t *testing.T) {
	want := sha256.Sum256(workbookBytes(t, identityReport(12), sheetRowLimit))
	for range 4 {
		if got := sha256.Sum256(workbookBytes(t, identityReport(12), sheetRowLimit)); got != want {
			t.Fatal("the same report gave other bytes")
		}
	}
}

func TestWorkbookProperties(t *testing.T) {
	r := sampleReport(3)
	got, err := openWorkbook(t, r).GetDocProps()
	if err != nil {
		t.Fatal(err)
	}
	at := "2026-09-30T07:52:12Z"
	want := &excelize.DocProperties{Title: r.Title, Subject: "Audit of the AWS organization o-a1b2c3d4e5", Creator: "orgaudit", LastModifiedBy: "orgaudit", Created: at, Modified: at}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWorkbookReadingAids(t *testing.T) {
	f := openWorkbook(t, identityReport(12))
	titles := map[string]string{}
	for _, name := range f.GetDefinedName() {
		if name.Name == "_xlnm.Print_Titles" {
			titles[name.Scope] = name.RefersTo
		}
	}
	for _, test := range []struct {
		sheet  string
		header int
	}{
		{"Scope and coverage", 6}, {"Gaps", 1}, {"Information produced", 3}, {"Reconciliation", 5}, {"Evidence index", 3}, {"Lead sheet", 2}, {"Exceptions", 1}, {"Results", resultsHeader - titleRows}, {"Scores", scoresHeader - titleRows}, {"Findings", 3}, {"Tested items", 2},
		{"Access keys", 2}, {"Users", 2}, {"Roles", 2}, {"Policies", 2}, {"Analyzers", 2}, {"Policy attachments", 2}, {"Samples", 5},
		{"Guardrail coverage", 3}, {"Guardrail detail", 2}, {"Privileged principals", 2}, {"Trusts", 2}, {"Trust matrix", 2}, {"Outside access", 4},
		{"Credential report", 1}, {"SCPs by account", 1}, {"Access Analyzer findings", 1},
	} {
		t.Run(test.sheet, func(t *testing.T) {
			test.header += titleRows
			panes, err := f.GetPanes(test.sheet)
			if err != nil {
				t.Fatal(err)
			}
			if !panes.Freeze || panes.YSplit != test.header || panes.XSplit < 2 {
				t.Errorf("panes %+v do not keep the header in row %d and the ids in view", panes, test.header)
			}
			if want := fmt.Sprintf("'%s'!$%d:$%d", test.sheet, test.header, test.header); !strings.HasSuffix(titles[test.sheet], want) {
				t.Errorf("print titles %q, want %q", titles[test.sheet], want)
			}
			rows, err := f.GetRows(test.sheet)
			if err != nil {
				t.Fatal(err)
			}
			tables, err := f.GetTables(test.sheet)
			if err != nil {
				t.Fatal(err)
			}
			want := fmt.Sprintf("A%d:%s", test.header, cellName(len(rows[test.header-1]), len(rows)))
			if len(tables) != 1 || tables[0].Range != want {
				t.Errorf("tables %+v, want one of %s with filters", tables, want)
			}
			layout, err := f.GetPageLayout(test.sheet)
			if err != nil {
				t.Fatal(err)
			}
			if *layout.Orientation != "landscape" || *layout.FitToWidth < 1 || *layout.FitToWidth > 1 && !strings.HasPrefix(titles[test.sheet], "'"+test.sheet+"'!$A:$") || *layout.FitToHeight != 0 {
				t.Errorf("page is %s, fitted to %d × %d", *layout.Orientation, *layout.FitToWidth, *layout.FitToHeight)
			}
			footer, err := f.GetHeaderFooter(test.sheet)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(footer.OddFooter, "&A") || !strings.Contains(footer.OddFooter, "&P of &N") || !strings.Contains(footer.OddFooter, "&CConfidential") {
				t.Errorf("footer %q does not name sheet, page and confidentiality", footer.OddFooter)
			}
		})
	}
}

// liveFormula tells whether a formula is expected in a cell, whose column and row count from 0.
func liveFormula(sheet string, column, row int) bool {
	switch sheet {
	case "Scope and coverage":
		return row == titleRows+1 || row == titleRows+3
	case "Reconciliation":
		return row == titleRows+2 || column == 9
	}
	return false
}

func TestWorkbookNeverWritesTextAsFormula(t *testing.T) {
	f := openWorkbook(t, identityReport(12))
	// Nothing that AWS has named stands in a formula: only figures' places and words of ours.
	ours := regexp.MustCompile(`^(?:[A-Z]+\(|(?:Results|Scores)!\$?[A-Z]+\$\d+(?:\+|$)|[A-Z]+\d+\+[A-Z]+\d+$)[A-Za-z0-9$:,=<>+*/()!" –]*$`)
	link := regexp.MustCompile(`^HYPERLINK\("#'Tested items'!A\d+","[0-9a-f]{16}"\)$`)
	hostile := 0
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for y, row := range rows {
			for x, text := range row {
				cell := cellName(x+1, y+1)
				formula, err := f.GetCellFormula(sheet, cell)
				if err != nil {
					t.Fatal(err)
				}
				live := liveFormula(sheet, x, y) || slices.Contains([]string{leadName, resultsName, scoresName}, sheet) && ours.MatchString(formula)
				itemLink := sheet == "Samples" && x == 5 && link.MatchString(formula)
				if formula != "" && !itemLink && !live {
					t.Errorf("%s!%s holds the formula %s", sheet, cell, formula)
				}
				if formula != "" || text == "" || !strings.ContainsAny(text[:1], "=+-@") {
					continue
				}
				hostile++
				kind, err := f.GetCellType(sheet, cell)
				if err != nil {
					t.Fatal(err)
				}
				if kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString {
					t.Errorf("%s!%s with %q is no text", sheet, cell, text)
				}
			}
		}
	}
	if hostile < 100 {
		t.Errorf("only %d cells begin like a formula, so this tests little", hostile)
	}
}

func TestWorkbookLeavesNoTemporaryFiles(t *testing.T) {
	broken := errors.New("evidence is gone")
	for _, test := range []struct {
		name  string
		fails error
	}{{"written", nil}, {"failed", broken}} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("TMPDIR", dir)
			r := identityReport(3)
			if test.fails != nil {
				r.EachAccount = func(context.Context, func(*AccountRows) error) error { return test.fails }
			}
			if err := writeWorkbook(t.Context(), r, io.Discard); !errors.Is(err, test.fails) {
				t.Fatalf("error %v, want %v", err, test.fails)
			}
			left, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			if len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestWorkbookStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var b bytes.Buffer
	if err := writeWorkbook(ctx, sampleReport(3), &b); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
	if b.Len() > 0 {
		t.Errorf("%d bytes of half a workbook were written", b.Len())
	}
}

// A workbook that a reader opens part by part begins with its list of content types.
func TestWorkbookBeginsWithContentTypes(t *testing.T) {
	b := workbookBytes(t, sampleReport(3), sheetRowLimit)
	archive, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, part := range archive.File {
		names = append(names, part.Name)
	}
	if names[0] != "[Content_Types].xml" || !slices.IsSorted(names[1:]) {
		t.Errorf("parts are not in order: %v", names)
	}
}

func BenchmarkWorkbook(b *testing.B) {
	r := sampleReport(200)
	b.ReportAllocs()
	for b.Loop() {
		if err := writeWorkbook(b.Context(), r, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
