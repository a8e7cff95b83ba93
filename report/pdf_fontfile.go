package report

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/go-pdf/fpdf"
	"golang.org/x/image/font/sfnt"
)

// CheckFont tells whether the PDF can be written with a font file as [PDFOptions.Font]. It
// is to be asked before a collection, whose report would fail for the font.
func CheckFont(font []byte) error {
	has, err := pdfFontGlyphs(font)
	if err != nil {
		return err
	}
	return pdfTryFont(font, has)
}

// pdfFontTables are those that the PDF library reads without asking whether they are there.
func pdfFontTables() []string {
	return []string{"name", "head", "hhea", "post", "cmap", "maxp", "hmtx", "loca", "glyf"}
}

// pdfFontGlyphs tells for a font file which characters up to U+FFFF it has glyphs for. It
// reads the same table of characters as the PDF library does, which knows but one format:
// a glyph that another table names would come out as an empty box.
func pdfFontGlyphs(font []byte) (has func(rune) bool, err error) {
	if len(font) < 12 {
		return nil, errors.New("the file is no TrueType font")
	}
	switch string(font[:4]) {
	case "OTTO":
		return nil, errors.New("the file is an OpenType font with PostScript outlines (.otf); a TrueType font (.ttf) is needed")
	case "ttcf":
		return nil, errors.New("the file is a collection of fonts (.ttc); a single TrueType font (.ttf) is needed")
	case "\x00\x01\x00\x00", "true":
	default:
		return nil, errors.New("the file is no TrueType font (.ttf)")
	}
	tables := map[string][]byte{}
	for i := range int(binary.BigEndian.Uint16(font[4:])) {
		at := 12 + 16*i
		if at+16 > len(font) {
			return nil, errors.New("the font file is cut off in its list of tables")
		}
		from, size := uint64(binary.BigEndian.Uint32(font[at+8:])), uint64(binary.BigEndian.Uint32(font[at+12:]))
		if from+size > uint64(len(font)) {
			return nil, fmt.Errorf("the font file is cut off: its table %q ends at byte %d of %d", font[at:at+4], from+size, len(font))
		}
		tables[string(font[at:at+4])] = font[from : from+size]
	}
	for _, name := range pdfFontTables() {
		if len(tables[name]) == 0 {
			return nil, fmt.Errorf("the font has no table %q", name)
		}
	}
	if os2 := tables["OS/2"]; len(os2) >= 10 {
		if rights := binary.BigEndian.Uint16(os2[8:]); rights == 2 || rights&0x0300 != 0 {
			return nil, errors.New("the font says of itself that it must not be embedded")
		}
	}
	segments, err := pdfCharacters(tables["cmap"])
	if err != nil {
		return nil, err
	}
	if _, err := sfnt.Parse(font); err != nil {
		return nil, fmt.Errorf("the font is broken: %w", err)
	}
	if len(tables["maxp"]) < 6 {
		return nil, errors.New("the font is broken: it does not say how many glyphs it has")
	}
	count := int(binary.BigEndian.Uint16(tables["maxp"][4:]))
	if err := pdfCheckOutlines(tables, count); err != nil {
		return nil, err
	}
	return func(r rune) bool {
		if r < 0 || r > 0xFFFF {
			return false
		}
		glyph := segments.glyph(int(r))
		return glyph > 0 && glyph < count
	}, nil
}

// pdfSegments is a table of characters in format 4: ranges of characters with where their
// glyphs stand.
type pdfSegments struct {
	table []byte
	n     int
}

// pdfCharacters finds the first table of Unicode characters in format 4.
func pdfCharacters(cmap []byte) (pdfSegments, error) {
	none := errors.New("the font has no table of Unicode characters in format 4")
	if len(cmap) < 4 {
		return pdfSegments{}, none
	}
	for i := range int(binary.BigEndian.Uint16(cmap[2:])) {
		at := 4 + 8*i
		if at+8 > len(cmap) {
			break
		}
		system, coding := binary.BigEndian.Uint16(cmap[at:]), binary.BigEndian.Uint16(cmap[at+2:])
		from := uint64(binary.BigEndian.Uint32(cmap[at+4:]))
		if !(system == 3 && coding == 1 || system == 0) || from+16 > uint64(len(cmap)) {
			continue
		}
		t := cmap[from:]
		if binary.BigEndian.Uint16(t) != 4 {
			continue
		}
		length, n := int(binary.BigEndian.Uint16(t[2:])), int(binary.BigEndian.Uint16(t[6:]))/2
		if length > len(t) || 16+8*n > length {
			return pdfSegments{}, errors.New("the font's table of characters is broken")
		}
		s := pdfSegments{t[:length], n}
		return s, s.check()
	}
	return pdfSegments{}, none
}

// check tells whether the ranges follow each other: the PDF library walks through all of
// each, and would never come to an end of many that overlap.
func (s pdfSegments) check() error {
	before := -1
	for i := range s.n {
		end, begin := int(binary.BigEndian.Uint16(s.table[14+2*i:])), int(binary.BigEndian.Uint16(s.table[16+2*s.n+2*i:]))
		if begin > end || begin <= before {
			return errors.New("the font's table of characters is broken: its ranges overlap")
		}
		before = end
	}
	return nil
}

// glyph is the number of the glyph of a character, 0 where there is none.
func (s pdfSegments) glyph(char int) int {
	word := func(at int) int { return int(binary.BigEndian.Uint16(s.table[at:])) }
	for i := range s.n {
		if char > word(14+2*i) {
			continue
		}
		begin, delta, offset := word(16+2*s.n+2*i), word(16+4*s.n+2*i), word(16+6*s.n+2*i)
		if char < begin {
			return 0
		}
		if offset == 0 {
			return (char + delta) & 0xFFFF
		}
		at := 16 + 6*s.n + 2*i + offset + 2*(char-begin)
		if at+2 > len(s.table) || word(at) == 0 {
			return 0
		}
		return (word(at) + delta) & 0xFFFF
	}
	return 0
}

// pdfTryFont embeds some of the font's characters into a document that is thrown away: the
// PDF library panics on fonts whose tables contradict each other.
func pdfTryFont(font []byte, has func(rune) bool) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("the font is broken: %v", cause)
		}
	}()
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.AddUTF8FontFromBytes(pdfExtra, "", font)
	pdf.AddPage()
	pdf.SetFont(pdfExtra, "", 10)
	const most = 2000
	drawn := 0
	for r := rune(' '); r <= 0xFFFF && drawn < most; r++ {
		if has(r) {
			pdf.Text(10, 10, string(r))
			drawn++
		}
	}
	if drawn == 0 {
		return errors.New("the font has no glyph for any character")
	}
	if err := pdf.Output(io.Discard); err != nil {
		return fmt.Errorf("the font cannot be used: %w", err)
	}
	return nil
}
