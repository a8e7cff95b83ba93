package report

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"slices"
	"strings"
	"testing"

	"orgaudit/templates"
)

// fontTable is a table of a font in the making.
type fontTable struct {
	name string
	data []byte
}

// tinyTables are the tables of a font that has one glyph, a box, for each of the characters,
// which are given in the order of their numbers.
func tinyTables(characters string) []fontTable {
	words := func(numbers ...int) []byte {
		var b []byte
		for _, n := range numbers {
			b = binary.BigEndian.AppendUint16(b, uint16(n))
		}
		return b
	}
	runes := []rune(characters)
	slices.Sort(runes)
	count := len(runes) + 1
	box := words(1, 0, 0, 900, 900, 3, 0) // one contour, from 0 to 900 both ways, of 4 points
	box = append(box, 1, 1, 1, 1)
	box = append(box, words(0, 900, 0, -900, 0, 0, 900, 0)...)
	var glyf, loca, metrics []byte
	for i := range count + 1 {
		loca = append(loca, words(i*len(box)/2)...)
		if i < count {
			glyf, metrics = append(glyf, box...), append(metrics, words(1000, 0)...)
		}
	}
	segments := len(runes) + 1
	cmap := words(0, 1, 3, 1, 0, 12, 4, 16+8*segments, 0, 2*segments, 0, 0, 0)
	for _, column := range []func(i int, r rune) int{
		func(_ int, r rune) int { return int(r) }, nil, func(_ int, r rune) int { return int(r) },
		func(i int, r rune) int { return i + 1 - int(r) }, func(int, rune) int { return 0 },
	} {
		if column == nil {
			cmap = append(cmap, 0, 0)
			continue
		}
		for i, r := range runes {
			cmap = append(cmap, words(column(i, r))...)
		}
		cmap = append(cmap, words(column(-1, 0xFFFF))...)
	}
	for at := 16 + len(cmap[16:]) - 2; at < len(cmap); at += 2 {
		binary.BigEndian.PutUint16(cmap[at:], 0)
	}
	return []fontTable{
		{"OS/2", append(words(1, 500, 400, 5, 0), make([]byte, 68)...)},
		{"cmap", cmap}, {"glyf", glyf},
		{"head", slices.Concat(words(1, 0, 1, 0, 0, 0, 0x5F0F, 0x3CF5, 0, 1000), make([]byte, 16), words(0, 0, 900, 900, 0, 8, 2, 0, 0))},
		{"hhea", slices.Concat(words(1, 0, 900, -200, 0, 1000, 0, 0, 900, 1, 0, 0, 0, 0, 0, 0, 0, count))},
		{"hmtx", metrics}, {"loca", loca},
		{"maxp", append(words(1, 0, count, 4, 1), make([]byte, 22)...)},
		{"name", words(0, 1, 18, 3, 1, 0x409, 6, 8, 0, 't', 'i', 'n', 'y')},
		{"post", append(words(3, 0), make([]byte, 28)...)},
	}
}

func fontFile(tables []fontTable) []byte {
	head := binary.BigEndian.AppendUint16([]byte{0, 1, 0, 0}, uint16(len(tables)))
	head = append(head, 0, 0, 0, 0, 0, 0)
	var body []byte
	for _, t := range tables {
		head = append(head, t.name...)
		head = binary.BigEndian.AppendUint32(head, 0)
		head = binary.BigEndian.AppendUint32(head, uint32(12+16*len(tables)+len(body)))
		head = binary.BigEndian.AppendUint32(head, uint32(len(t.data)))
		body = append(body, t.data...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	return append(head, body...)
}

func tinyFont(characters string) []byte { return fontFile(tinyTables(characters)) }

func tinyImage() image.Image {
	picture := image.NewNRGBA64(image.Rect(0, 0, 40, 12)) // a depth that the PDF library does not read
	for x := range 40 {
		picture.Set(x, x%12, color.NRGBA{R: 200, B: uint8(x), A: uint8(255 - 3*x)})
	}
	return picture
}

func tinyLogo() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, tinyImage()); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func TestPDFTakesFromTheExtraFontWhatTheBuiltInLacks(t *testing.T) {
	r := pdfSample(3)
	r.Accounts[0].Name, r.Accounts[1].Name, r.Accounts[2].Name = "営業 sales 営", "部営", "Ω営\U0001F680"
	r.Rendering.PDF.Font = tinyFont("営業")
	pdf := writtenPDF(t, r)
	text := strings.Join(pdfPageTexts(t, pdf), "\n")
	for _, want := range []string{"営業 sales 営", `\u{90e8}営`, `Ω営\u{1f680}`} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the text", want)
		}
	}
	fonts := poppler(t, pdf, "pdffonts")
	if n := strings.Count(fonts, "extra"); n != 1 {
		t.Errorf("the extra font is embedded %d times:\n%s", n, fonts)
	}
}

func TestCheckFont(t *testing.T) {
	noto, err := templates.Fonts.ReadFile("fonts/NotoSans-Regular.ttf")
	if err != nil {
		t.Fatal(err)
	}
	without := func(name string) []byte {
		return fontFile(slices.DeleteFunc(tinyTables("営"), func(t fontTable) bool { return t.name == name }))
	}
	changed := func(name string, change func([]byte)) []byte {
		tables := tinyTables("営")
		for _, t := range tables {
			if t.name == name {
				change(t.data)
			}
		}
		return fontFile(tables)
	}
	tests := []struct {
		name string
		font []byte
		want string // "" is none
	}{
		{"tiny", tinyFont("営業"), ""},
		{"Noto Sans", noto, ""},
		{"empty", nil, "no TrueType font"},
		{"text", []byte("this is a text and no font at all"), "no TrueType font"},
		{"PostScript outlines", append([]byte("OTTO"), noto[4:]...), "PostScript"},
		{"collection", append([]byte("ttcf"), noto[4:]...), "collection"},
		{"cut off", noto[:len(noto)/2], "cut off"},
		{"cut off in the list of tables", noto[:60], "cut off"},
		{"no outlines", without("glyf"), `no table "glyf"`},
		{"no table of characters in format 4", changed("cmap", func(b []byte) { b[13] = 12 }), "format 4"},
		{"too many segments", changed("cmap", func(b []byte) { b[18] = 0xFF }), "broken"},
		{"not to be embedded", changed("OS/2", func(b []byte) { b[9] = 2 }), "must not be embedded"},
		{"a glyph that is part of itself", changed("glyf", func(b []byte) { copy(b, []byte{0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}) }), "part of itself"},
		{"a glyph of one that is not there", changed("glyf", func(b []byte) { copy(b, []byte{0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0}) }), "does not exist"},
		{"ranges that overlap", changed("cmap", func(b []byte) { copy(b[34:], []byte{0, 0}) }), "overlap"},
		{"glyphs beyond the file", changed("loca", func(b []byte) { copy(b[4:], []byte{0xFF, 0xFF}) }), "broken"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := CheckFont(test.font)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want %q", err, test.want)
			}
		})
	}
}

// A font that comes out of nowhere is refused or can be used, and never ends the program.
func FuzzCheckFont(f *testing.F) {
	f.Add(tinyFont("営業"))
	f.Add([]byte("OTTO"))
	f.Fuzz(func(_ *testing.T, font []byte) { _ = CheckFont(font) })
}

func TestPDFWithAFontOfTheSystem(t *testing.T) {
	font, err := os.ReadFile("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
	if err != nil {
		t.Skip("DejaVu Sans is not installed")
	}
	r := pdfSample(3)
	r.Accounts[0].Name, r.Rendering.PDF.Font = "חשבון 42", font
	text := strings.Join(pdfPageTexts(t, writtenPDF(t, r)), "\n")
	if strings.Contains(text, `\u{5d7}`) {
		t.Error("a name that the font can show is escaped")
	}
}

func TestCheckLogo(t *testing.T) {
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, tinyImage(), nil); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		logo []byte
		want string
	}{
		{"PNG", tinyLogo(), ""},
		{"JPEG", photo.Bytes(), ""},
		{"text", []byte("no image"), "neither a PNG nor a JPEG"},
		{"cut off", tinyLogo()[:60], "broken"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := CheckLogo(test.logo)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want %q", err, test.want)
			}
		})
	}
}

func TestPDFHasItsLogo(t *testing.T) {
	list := poppler(t, writtenPDF(t, reportOfForm()), "pdfimages", "-list")
	if !strings.Contains(list, "image") || strings.Contains(strings.ReplaceAll(list, "\n   2", ""), "\n   2 ") {
		t.Errorf("the logo stands on other pages than the first:\n%s", list)
	}
}

func TestPDFAccentCanBeRead(t *testing.T) {
	for _, accent := range []string{"", "000000", "FFFFFF", "FFCC00", "1F4E79", "00ff00"} {
		p, err := pdfPaletteOf(accent)
		if err != nil {
			t.Fatal(err)
		}
		if p[pdfHeadline].luma() > pdfReadable {
			t.Errorf("headings in %q are too light on white: %v", accent, p[pdfHeadline])
		}
		if light, text := p[pdfAccent].luma() > pdfReadable, p[pdfOnAccent].luma() > pdfReadable; light == text {
			t.Errorf("text on %q cannot be told from it", accent)
		}
	}
	if _, err := pdfPaletteOf("blue"); err == nil {
		t.Error("a colour that is none was taken")
	}
}
