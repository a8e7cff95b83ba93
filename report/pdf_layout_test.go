package report

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"orgaudit/templates"
)

// No word stands outside the margins or on another word, however long the names are.
func TestPDFWordsKeepTheirPlace(t *testing.T) {
	type word struct {
		left, top, right, bottom float64
		text                     string
	}
	at := regexp.MustCompile(`<word xMin="([0-9.-]+)" yMin="([0-9.-]+)" xMax="([0-9.-]+)" yMax="([0-9.-]+)">(.*)</word>`)
	for _, test := range pdfExtremes() {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := test.report()
			out := poppler(t, writtenPDF(t, r), "pdftotext", "-bbox")
			d, err := pdfMeasuresOf(r.Rendering.PDF.Paper)
			if err != nil {
				t.Fatal(err)
			}
			for i, page := range strings.Split(out, "<page ")[1:] {
				var words []word
				for _, m := range at.FindAllStringSubmatch(page, -1) {
					var n [4]float64
					for j := range n {
						f, err := strconv.ParseFloat(m[j+1], 64)
						if err != nil {
							t.Fatal(err)
						}
						n[j] = f * 25.4 / 72 // points to mm
					}
					words = append(words, word{n[0], n[1], n[2], n[3], m[5]})
				}
				if len(words) == 0 {
					t.Errorf("page %d is empty", i+1)
				}
				for j, w := range words {
					if w.left < pdfLeft-0.1 || w.right > pdfLeft+d.wide+0.1 || w.top < 5 || w.bottom > d.high-5 {
						t.Errorf("page %d: %q stands outside the margins: %.1f to %.1f, %.1f to %.1f", i+1, w.text, w.left, w.right, w.top, w.bottom)
					}
					for _, v := range words[j+1:] {
						across := min(w.right, v.right) - max(w.left, v.left)
						down := min(w.bottom, v.bottom) - max(w.top, v.top)
						// Boxes of words hold the whole height of the font, so that lines
						// that are well apart overlap a little.
						if across > 0.3 && down > 0.6*min(w.bottom-w.top, v.bottom-v.top) {
							t.Errorf("page %d: %q stands on %q", i+1, w.text, v.text)
						}
					}
				}
			}
		})
	}
}

func TestPDFPagesOfRows(t *testing.T) {
	tests := []struct {
		name        string
		rows        int
		room, whole float64
		want        []int
	}{
		{"fits", 5, 50, 100, []int{5}},
		{"none", 0, 50, 100, []int{0}},
		{"two rows before the break", 9, 25, 100, []int{0, 9}},
		{"a short table before the break", 2, 25, 100, []int{2}},
		{"breaks", 17, 50, 100, []int{5, 9, 3}},
		{"one row on the last page", 16, 50, 100, []int{5, 8, 3}},
		{"first page gives rows", 11, 100, 100, []int{8, 3}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rows := make([]pdfRow, test.rows)
			for i := range rows {
				rows[i].height = 10
			}
			if diff := cmp.Diff(test.want, pdfPages(rows, test.room, test.whole)); diff != "" {
				t.Errorf("rows by page (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPDFTextIsCut(t *testing.T) {
	d, err := newPDFDocument(&Report{})
	if err != nil {
		t.Fatal(err)
	}
	d.font("", 10)
	width := func(text string) float64 { return d.width(text) + 0.01 }
	tests := []struct {
		name, text string
		w          float64
		want       string
	}{
		{"short", "payments", width("payments"), "payments"},
		{"long", "payments production", width("payments p…"), "payments p…"},
		{"at a space", "payments production", width("payments …"), "payments…"},
		{"whole escapes", "営業営業", width(`\u{55b6}\u{69…`), `\u{55b6}…`},
		{"nothing fits", "payments", 0, "…"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := d.fit(test.text, test.w); got != test.want {
				t.Errorf("fit is %q, want %q", got, test.want)
			}
		})
	}
	if got, want := d.fitPath("Root / Workloads / Production / Europe", width("… / Production / Europe")), "… / Production / Europe"; got != want {
		t.Errorf("fitPath is %q, want %q", got, want)
	}
	lines := d.wrap("one two three arn:aws:iam::123456789012:role/payments", width("one two three"), 0)
	if got := strings.ReplaceAll(strings.Join(lines, ""), " ", ""); got != "onetwothreearn:aws:iam::123456789012:role/payments" || len(lines) < 3 {
		t.Errorf("wrap lost or added something: %q", lines)
	}
}

func TestPDFGlyphs(t *testing.T) {
	g := testGlyphs(t)
	tests := []struct{ name, text, want string }{
		{"plain", `a\b {} ~`, `a\b {} ~`},
		{"western", "Müller – straße…", "Müller – straße…"},
		{"greek and cyrillic", "Ανάπτυξη Разработка", "Ανάπτυξη Разработка"},
		{"no glyph", "日本", `\u{65e5}\u{672c}`},
		{"beyond two bytes", "a😀b", `a\u{1f600}b`},
		{"control", "a\x1b[31m\r\n\x00\x7f", `a\u{1b}[31m\u{d}\u{a}\u{0}\u{7f}`},
		{"turned round", "a\u202eb\u200f", `a\u{202e}b\u{200f}`},
		{"invisible", "pay\u200bments\u00ad\ufeff", `pay\u{200b}ments\u{ad}\u{feff}`},
		{"no UTF-8", "a\xff\xc3", `a\x{ff}\x{c3}`},
		{"private", "\ue000", `\u{e000}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := g.clean(test.text); got != test.want {
				t.Errorf("clean is %q, want %q", got, test.want)
			}
		})
	}
}

func FuzzPDFGlyphs(f *testing.F) {
	for _, seed := range []string{"payments", "日本\x00", "Ω\u202e\xff", `\u{65e5}`} {
		f.Add(seed)
	}
	g := testGlyphs(f)
	f.Fuzz(func(t *testing.T, text string) {
		clean := g.clean(text)
		if again := g.clean(clean); again != clean {
			t.Errorf("cleaned twice %q is %q", clean, again)
		}
		if !utf8.ValidString(clean) {
			t.Errorf("%q is no UTF-8", clean)
		}
		for _, r := range clean {
			if !g.draws(r) {
				t.Errorf("%q holds %U, which cannot be drawn", clean, r)
			}
		}
	})
}

func testGlyphs(t testing.TB) *pdfGlyphs {
	t.Helper()
	var fonts [][]byte
	for _, name := range []string{"fonts/NotoSans-Regular.ttf", "fonts/NotoSans-Bold.ttf"} {
		content, err := templates.Fonts.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fonts = append(fonts, content)
	}
	g, err := newPDFGlyphs(nil, fonts...)
	if err != nil {
		t.Fatal(err)
	}
	return g
}
