package report

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

func TestFullSheetsGoOn(t *testing.T) {
	const limit = 12 + titleRows
	r := identityReport(3)
	r.Rendering.Samples = Sampling{Method: SampleAll}
	sheetWhole, sheetParts := openWorkbook(t, r), openBytes(t, workbookBytes(t, r, limit))
	for _, test := range []struct {
		name string
		lead int // rows above the header, titles left out
	}{{"Findings", 2}, {"Tested items", 1}, {"Credential report", 0}, {"Access keys", 1}, {"Samples", 4}} {
		t.Run(test.name, func(t *testing.T) { checkParts(t, sheetWhole, sheetParts, test.name, test.lead, limit) })
	}
	if sheets := sheetParts.GetSheetList(); sheets[len(sheets)-1] != "Methodology and limits" {
		t.Errorf("sheets are out of order: %v", sheets)
	}
	for _, name := range sheetParts.GetDefinedName() {
		if !strings.HasPrefix(name.RefersTo, "'"+name.Scope+"'!") {
			t.Errorf("%s of sheet %s refers to %s", name.Name, name.Scope, name.RefersTo)
		}
	}
}

// checkParts compares a sheet with the parts of it in a workbook whose sheets hold fewer rows.
func checkParts(t *testing.T, whole, parted *excelize.File, name string, lead, limit int) {
	t.Helper()
	want := sheetTable(t, whole, name, lead+1)
	sheets := parted.GetSheetList()
	first := slices.Index(sheets, name)
	var got []map[string]string
	n := 0
	for _, sheet := range sheets[first:] {
		if sheet != name && !strings.HasPrefix(sheet, name+" (") {
			break
		}
		n++
		part := sheetTable(t, parted, sheet, lead+1)
		if rows := len(part) + titleRows + lead + 1; rows > limit {
			t.Errorf("sheet %s has %d rows, more than %d", sheet, rows, limit)
		}
		if tables, err := parted.GetTables(sheet); err != nil || len(tables) != 1 {
			t.Errorf("sheet %s has %d tables: %v", sheet, len(tables), err)
		}
		got = append(got, part...)
		lead = 0 // those that follow have the titles alone
	}
	if n < 2 || sheets[first+1] != name+" (2)" {
		t.Errorf("%d sheets side by side: %v", n, sheets)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCellText(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"plain", "Größe, Ανάπτυξη, Разработка, 日本", "Größe, Ανάπτυξη, Разработка, 日本"},
		{"formula", "=1+1", "=1+1"},
		{"line feed stays", "a\nb", "a\nb"},
		{"carriage return and tab", "a\r\tb", `a\x0d\x09b`},
		{"escape sequence", "\x1b[31mred\x7f", `\x1b[31mred\x7f`},
		{"control of Latin-1", "a\u009bb", `a\u009bb`},
		{"reversed direction", "a\u202egpj.exe", `a\u202egpj.exe`},
		{"no character", "a\uffffb", `a\uffffb`},
		{"no UTF-8", "a\xffb\xc3", `a\xffb\xc3`},
		{"replacement character", "a\ufffdb", "a\ufffdb"},
		{"as long as a cell", strings.Repeat("é", cellTextLimit), strings.Repeat("é", cellTextLimit)},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := cellText(test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestLongTextIsCutWithNote(t *testing.T) {
	for _, text := range []string{strings.Repeat("a", cellTextLimit+1), strings.Repeat("é", 40_000), strings.Repeat("𝒳", 20_000)} {
		r := sampleReport(1)
		r.Accounts[0].Name = text
		got := sheetTable(t, openWorkbook(t, r), "Scope and coverage", 6)[0]["Account"]
		if units := len(utf16.Encode([]rune(got))); units > cellTextLimit || units < cellTextLimit-150 {
			t.Errorf("cut to %d units", units)
		}
		kept, found := strings.CutSuffix(got, "… [cut here: the whole text stands in the evidence, see the sheet Evidence index]")
		if !found || !strings.HasPrefix(text, kept) {
			t.Errorf("text ends with %q", got[len(got)-60:])
		}
	}
}

func TestTextLines(t *testing.T) {
	for _, test := range []struct {
		text string
		want int
	}{
		{"", 1}, {"one two", 1}, {"one two three", 2}, {"0123456789", 1}, {"0123456789a", 2},
		{"one\ntwo", 2}, {"a 0123456789 b", 3}, {strings.Repeat("x", 35), 4},
	} {
		if got := textLines(test.text, 10); got != test.want {
			t.Errorf("textLines(%q) = %d, want %d", test.text, got, test.want)
		}
	}
}
