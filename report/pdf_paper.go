package report

import (
	"fmt"
	"strconv"

	"orgaudit/report/benchmark"
)

// Measures that all papers share, in mm. Text stands between pdfTop and the bottom of the
// document, and between pdfLeft and its like on the right.
const (
	pdfLeft = 18.0
	pdfTop  = 24.0
	// pdfFoot is what the foot of a page takes.
	pdfFoot = 20.0

	// pdfPoint is a point in mm.
	pdfPoint = 0.3528

	// pdfBody and pdfSmall are the sizes of running text and of tables, in points.
	pdfBody  = 9.5
	pdfSmall = 7.5
)

// pdfMeasures are those of a paper, upright, in mm.
type pdfMeasures struct {
	// across and high are the sheet's; wide is the width of the text, bottom where it ends.
	across, high, wide, bottom float64
}

// pdfMeasuresOf returns the measures of a paper; no name is A4.
func pdfMeasuresOf(paper string) (pdfMeasures, error) {
	m := pdfMeasures{across: 210, high: 297}
	switch paper {
	case "", PaperA4:
	case PaperLetter:
		m.across, m.high = 215.9, 279.4
	default:
		return m, fmt.Errorf("unknown paper %q; known are %s, %s", paper, PaperA4, PaperLetter)
	}
	m.wide, m.bottom = m.across-2*pdfLeft, m.high-pdfFoot
	return m, nil
}

// pdfColour is red, green and blue from 0 to 255.
type pdfColour struct{ r, g, b int }

// pdfShade names a colour: one accent, greys, and those of severities (see [pdfSeverity]).
// No colour says anything that a word or a figure beside it does not say too.
type pdfShade int

const (
	pdfInk pdfShade = iota
	// pdfAccent fills, and pdfOnAccent is for text on it; pdfHeadline is the accent as far
	// as it can be read on white.
	pdfAccent
	pdfOnAccent
	pdfHeadline
	pdfTint
	pdfGrey
	pdfLine
	pdfBand
	pdfWhite
	pdfCritical
	pdfHigh
	pdfMedium
	pdfLow
	pdfWarning
	pdfShades // their number
)

// pdfPalette are the colours of a document by shade.
type pdfPalette [pdfShades]pdfColour

// pdfPaletteOf makes the colours from the accent, six hex digits or nothing.
func pdfPaletteOf(accent string) (pdfPalette, error) {
	own := pdfColour{0x1F, 0x4E, 0x79}
	if accent != "" {
		n, err := strconv.ParseUint(accent, 16, 32)
		if err != nil || len(accent) != 6 {
			return pdfPalette{}, fmt.Errorf("accent %q is not of six hex digits", accent)
		}
		own = pdfColour{int(n >> 16), int(n >> 8 & 0xFF), int(n & 0xFF)}
	}
	white, ink := pdfColour{0xFF, 0xFF, 0xFF}, pdfColour{0x22, 0x26, 0x2B}
	p := pdfPalette{
		pdfInk: ink, pdfAccent: own, pdfOnAccent: white, pdfHeadline: own, pdfTint: white.towards(own, 0.33),
		pdfGrey: {0x5F, 0x66, 0x6E}, pdfLine: {0xC9, 0xCE, 0xD4}, pdfBand: {0xF3, 0xF5, 0xF8}, pdfWhite: white,
		pdfCritical: {0x9C, 0x1B, 0x1B}, pdfHigh: {0xB8, 0x4B, 0x0F}, pdfMedium: {0x8A, 0x6A, 0x00}, pdfLow: {0x4F, 0x6B, 0x80},
		pdfWarning: {0xFC, 0xF1, 0xDC},
	}
	if own.luma() > pdfReadable {
		p[pdfOnAccent] = ink
	}
	for p[pdfHeadline].luma() > pdfReadable {
		p[pdfHeadline] = p[pdfHeadline].towards(ink, 0.2)
	}
	return p, nil
}

// pdfReadable is the lightest that a colour may be to be read on white.
const pdfReadable = 125

// luma is how light a colour looks, from 0 to 255.
func (c pdfColour) luma() int { return (299*c.r + 587*c.g + 114*c.b) / 1000 }

// towards mixes a share of another colour in.
func (c pdfColour) towards(d pdfColour, share float64) pdfColour {
	mix := func(a, b int) int { return a + int(float64(b-a)*share) }
	return pdfColour{mix(c.r, d.r), mix(c.g, d.g), mix(c.b, d.b)}
}

// colour is the colour of a shade in this document.
func (d *pdfDocument) colour(s pdfShade) pdfColour { return d.palette[s] }

// heat is the ground of a cell of a heat table: white for a share of 0, and for 1 so much
// of a shade that ink can still be read on it.
func (d *pdfDocument) heat(s pdfShade, share float64) pdfColour {
	return d.palette[pdfWhite].towards(d.palette[s], 0.45*min(1, max(0, share)))
}

// pdfSeverity is the colour of a severity; its word always stands there too.
func pdfSeverity(s benchmark.Severity) pdfShade {
	switch s {
	case benchmark.Critical:
		return pdfCritical
	case benchmark.High:
		return pdfHigh
	case benchmark.Medium:
		return pdfMedium
	default:
		return pdfLow
	}
}
