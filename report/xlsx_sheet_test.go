package report

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

func TestFullSheetsGoOn(t *testing.T) {
	const limit = 10 + titleRows
	r := sampleReport(3)
	whole := sheetTable(t, openWorkbook(t, r), "Findings", 1)
	f := openBytes(t, workbookBytes(t, r, limit))
	sheets := f.GetSheetList()
	first := slices.Index(sheets, "Findings")
	var parts []map[string]string
	n := 0
	for _, sheet := range sheets[first:] {
		if !strings.HasPrefix(sheet, "Findings") {
			break
		}
		n++
		part := sheetTable(t, f, sheet, 1)
		if len(part)+titleRows+1 > limit {
			t.Errorf("sheet %s has %d rows, more than %d", sheet, len(part)+titleRows+1, limit)
		}
		if tables, err := f.GetTables(sheet); err != nil || len(tables) != 1 {
			t.Errorf("sheet %s has %d tables: %v", sheet, len(tables), err)
		}
		parts = append(parts, part...)
	}
	if want := (len(whole) + limit - titleRows - 2) / (limit - titleRows - 1); n != want {
		t.Errorf("%d sheets side by side, want %d: %v", n, want, sheets)
	}
	if sheets[first+1] != "Findings (2)" || sheets[len(sheets)-1] != "Methodology and limits" {
		t.Errorf("sheets are out of order: %v", sheets)
	}
	if diff := cmp.Diff(whole, parts); diff != "" {
		t.Error(diff)
	}
	for _, name := range f.GetDefinedName() {
		if !strings.HasPrefix(name.RefersTo, "'"+name.Scope+"'!") {
			t.Errorf("%s of sheet %s refers to %s", name.Name, name.Scope, name.RefersTo)
		}
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
