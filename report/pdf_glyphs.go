package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/image/font/sfnt"
)

// pdfGlyphs knows which characters the fonts of the PDF can draw.
type pdfGlyphs struct {
	fonts []*sfnt.Font
	known map[rune]bool // of the built-in fonts
	// extra tells whether the font that the configuration names has a glyph; nil is none.
	extra func(rune) bool
	// buffer is scratch space of the lookups.
	buffer sfnt.Buffer
}

// newPDFGlyphs reads the tables of the built-in fonts. A character counts as drawable only
// where every one of them has a glyph for it, so that a text may be set in any.
func newPDFGlyphs(extra func(rune) bool, fonts ...[]byte) (*pdfGlyphs, error) {
	g := &pdfGlyphs{known: map[rune]bool{}, extra: extra}
	for i, content := range fonts {
		font, err := sfnt.Parse(content)
		if err != nil {
			return nil, fmt.Errorf("parse font %d: %w", i+1, err)
		}
		g.fonts = append(g.fonts, font)
	}
	return g, nil
}

// clean returns text in which every character has a glyph. Others are written as their
// code point, such as \u{65e5}, and bytes that are no UTF-8 as \x{ff}: names come from
// AWS, and a reader must see what is there rather than an empty box. Characters without a
// shape of their own are written so too; among them are line breaks and those that turn
// the direction of the text round, with which one name can be made to look like another.
// Cleaning twice is cleaning once.
func (g *pdfGlyphs) clean(text string) string {
	first := strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
	if first < 0 {
		return text
	}
	var b strings.Builder
	b.WriteString(text[:first])
	for i := first; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x{%02x}`, text[i])
		case g.draws(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u{%x}`, r)
		}
		i += size
	}
	return b.String()
}

// draws tells whether r can be drawn by the built-in fonts or the extra one. The PDF
// library writes text in two bytes a character, so that nothing beyond U+FFFF can be drawn
// whatever the fonts hold.
func (g *pdfGlyphs) draws(r rune) bool {
	if r > 0xFFFF || !unicode.IsGraphic(r) {
		return false
	}
	return g.builtIn(r) || g.extra != nil && g.extra(r)
}

// builtIn tells whether all built-in fonts have a glyph.
func (g *pdfGlyphs) builtIn(r rune) bool {
	if known, ok := g.known[r]; ok {
		return known
	}
	drawn := true
	for _, font := range g.fonts {
		if index, err := font.GlyphIndex(&g.buffer, r); err != nil || index == 0 {
			drawn = false
		}
	}
	g.known[r] = drawn
	return drawn
}
