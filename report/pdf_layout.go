package report

import (
	"strings"
)

// Measures of the page, in mm: A4 upright. Text stands between pdfTop and pdfBottom.
const (
	pdfFont   = "noto"
	pdfHeight = 297.0
	pdfLeft   = 15.0
	pdfWidth  = 180.0
	pdfTop    = 24.0
	pdfBottom = pdfHeight - 20.0

	// pdfBody and pdfSmall are the sizes of running text and of tables, in points.
	pdfBody  = 9.5
	pdfSmall = 7.5
)

// pdfColour is red, green and blue from 0 to 255.
type pdfColour struct{ r, g, b int }

// The colours: one accent, greys, and those of severities (see [pdfSeverity]). No colour
// says anything that a word beside it does not say too.
const (
	pdfAccent pdfShade = iota
	pdfTint
	pdfInk
	pdfGrey
	pdfLine
	pdfBand
	pdfWhite
	pdfCritical
	pdfHigh
	pdfMedium
	pdfLow
	pdfWarning
)

// pdfShade names one of the colours above.
type pdfShade int

func (s pdfShade) colour() pdfColour {
	switch s {
	case pdfAccent:
		return pdfColour{0x1F, 0x4E, 0x79}
	case pdfTint:
		return pdfColour{0xB4, 0xC7, 0xDA}
	case pdfGrey:
		return pdfColour{0x5F, 0x66, 0x6E}
	case pdfLine:
		return pdfColour{0xC9, 0xCE, 0xD4}
	case pdfBand:
		return pdfColour{0xF3, 0xF5, 0xF8}
	case pdfWhite:
		return pdfColour{0xFF, 0xFF, 0xFF}
	case pdfCritical:
		return pdfColour{0x9C, 0x1B, 0x1B}
	case pdfHigh:
		return pdfColour{0xB8, 0x4B, 0x0F}
	case pdfMedium:
		return pdfColour{0x8A, 0x6A, 0x00}
	case pdfLow:
		return pdfColour{0x4F, 0x6B, 0x80}
	case pdfWarning:
		return pdfColour{0xFC, 0xF1, 0xDC}
	default:
		return pdfColour{0x22, 0x26, 0x2B}
	}
}

// newPage starts a page with the running head.
func (d *pdfDocument) newPage() {
	d.pdf.AddPage()
	d.y = pdfTop
	if d.running == "" {
		return
	}
	d.font("", 7.5)
	d.ink(pdfGrey)
	d.text(pdfLeft, 13.5, d.fit(d.report.Title, pdfWidth*0.6))
	d.textRight(pdfLeft+pdfWidth, 13.5, d.running)
	d.rule(pdfLeft, 15.8, pdfWidth, pdfLine, 0.2)
}

// need starts a page where less than height is left on this one.
func (d *pdfDocument) need(height float64) {
	if d.y+height > pdfBottom && d.y > pdfTop {
		d.newPage()
	}
}

// room is the height that is left on the page.
func (d *pdfDocument) room() float64 { return pdfBottom - d.y }

func (d *pdfDocument) font(style string, points float64) { d.pdf.SetFont(pdfFont, style, points) }

func (d *pdfDocument) ink(s pdfShade) {
	c := s.colour()
	d.pdf.SetTextColor(c.r, c.g, c.b)
}

// box fills a rectangle.
func (d *pdfDocument) box(x, y, w, h float64, s pdfShade) {
	c := s.colour()
	d.pdf.SetFillColor(c.r, c.g, c.b)
	d.pdf.Rect(x, y, w, h, "F")
}

// rule draws a line to the right.
func (d *pdfDocument) rule(x, y, w float64, s pdfShade, thickness float64) {
	c := s.colour()
	d.pdf.SetDrawColor(c.r, c.g, c.b)
	d.pdf.SetLineWidth(thickness)
	d.pdf.Line(x, y, x+w, y)
}

// upright draws a line downwards.
func (d *pdfDocument) upright(x, y, h float64, s pdfShade, thickness float64) {
	c := s.colour()
	d.pdf.SetDrawColor(c.r, c.g, c.b)
	d.pdf.SetLineWidth(thickness)
	d.pdf.Line(x, y, x, y+h)
}

// text draws one line from x to the right; y is the base line.
func (d *pdfDocument) text(x, y float64, text string) { d.pdf.Text(x, y, d.glyphs.clean(text)) }

// textRight draws one line that ends at x.
func (d *pdfDocument) textRight(x, y float64, text string) {
	d.text(x-d.width(text), y, text)
}

// textCentre draws one line with its middle at x.
func (d *pdfDocument) textCentre(x, y float64, text string) {
	d.text(x-d.width(text)/2, y, text)
}

// width is the width of a line in the current font.
func (d *pdfDocument) width(text string) float64 {
	return d.pdf.GetStringWidth(d.glyphs.clean(text))
}

// leading is the distance of base lines for a size in points.
func (d *pdfDocument) leading(points float64) float64 { return points * 0.3528 * 1.38 }

// fit returns the text, cut with an ellipsis where it is wider than w.
func (d *pdfDocument) fit(text string, w float64) string {
	text = d.glyphs.clean(text)
	if d.width(text) <= w {
		return text
	}
	w -= d.width("…")
	used, end := 0.0, 0
	for i, r := range text {
		used += d.width(string(r))
		if used > w {
			break
		}
		end = i + len(string(r))
	}
	cut := text[:end]
	// Half an escaped character would say something else than the whole.
	if i := strings.LastIndex(cut, `\`); i >= 0 && !strings.Contains(cut[i:], "}") &&
		(strings.HasPrefix(text[i:], `\u{`) || strings.HasPrefix(text[i:], `\x{`)) {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ") + "…"
}

// fitPath returns the readable path of a unit. Where it is wider than w its beginning is
// cut, for the end tells units apart.
func (d *pdfDocument) fitPath(path string, w float64) string {
	path = d.glyphs.clean(path)
	if d.width(path) <= w {
		return path
	}
	parts := strings.Split(path, " / ")
	for len(parts) > 1 {
		parts = parts[1:]
		if short := "… / " + strings.Join(parts, " / "); d.width(short) <= w {
			return short
		}
	}
	return d.fit("… / "+parts[0], w)
}

// wrap breaks text into lines no wider than w, at spaces where there are any. With more
// than most lines the last one ends in an ellipsis; most 0 means no limit. There is
// always one line, which may be empty.
func (d *pdfDocument) wrap(text string, w float64, most int) []string {
	var lines []string
	line := ""
	words := strings.Fields(d.glyphs.clean(text))
	for i := 0; i < len(words); i++ {
		joined := words[i]
		if line != "" {
			joined = line + " " + words[i]
		}
		if d.width(joined) <= w {
			line = joined
			continue
		}
		if most > 0 && len(lines) == most-1 {
			return append(lines, d.fit(line+" "+strings.Join(words[i:], " "), w))
		}
		if line != "" {
			lines, line = append(lines, line), ""
			i--
			continue
		}
		// A word wider than the line, such as an ARN, is broken where the line ends.
		head, tail := d.split(words[i], w)
		lines = append(lines, head)
		words[i] = tail
		if tail != "" {
			i--
		}
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// split cuts a word into what fits into w, at least one character, and the rest.
func (d *pdfDocument) split(word string, w float64) (head, tail string) {
	used := 0.0
	for i, r := range word {
		used += d.width(string(r))
		if used > w && i > 0 {
			return word[:i], word[i:]
		}
	}
	return word, ""
}

// paragraph draws text from x in lines of width w and goes below it. A short one stays on
// one page, a long one is never broken after its first line or before its last.
func (d *pdfDocument) paragraph(x, w float64, text string, style string, points float64, s pdfShade) {
	d.font(style, points)
	lines := d.wrap(text, w, 0)
	step := d.leading(points)
	if len(lines) <= 8 {
		d.need(float64(len(lines)) * step)
	}
	for i, line := range lines {
		if i == 0 || i == len(lines)-2 {
			d.need(2 * step)
		}
		d.need(step)
		d.font(style, points)
		d.ink(s)
		d.text(x, d.y+points*0.3528*1.05, line)
		d.y += step
	}
}

// title draws the heading of a section.
func (d *pdfDocument) title(text string) {
	d.font("B", 17)
	d.ink(pdfAccent)
	d.text(pdfLeft, d.y+4.5, d.fit(text, pdfWidth))
	d.y += 11
}

// heading draws a heading inside a section, with an entry in the outline, and keeps it on
// one page with what follows, which is keep high.
func (d *pdfDocument) heading(text string, keep float64) {
	if d.y > pdfTop+12 {
		d.y += 4
	}
	d.need(9 + keep)
	d.pdf.Bookmark(d.glyphs.clean(text), 1, d.y)
	d.font("B", 11.5)
	d.ink(pdfAccent)
	d.text(pdfLeft, d.y+4.2, d.fit(text, pdfWidth))
	d.y += 8
}
