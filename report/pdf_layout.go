package report

import "strings"

// newPage starts a page with the running head.
func (d *pdfDocument) newPage() {
	d.pdf.AddPage()
	d.y = pdfTop
	d.font("", 7.5)
	d.ink(pdfGrey)
	d.text(pdfLeft, 13.5, d.fit(d.report.Title, d.wide*0.6))
	d.textRight(pdfLeft+d.wide, 13.5, d.running)
	d.rule(pdfLeft, 15.8, d.wide, pdfLine, 0.2)
}

// need starts a page where less than height is left on this one.
func (d *pdfDocument) need(height float64) {
	if d.y+height > d.bottom && d.y > pdfTop {
		d.newPage()
	}
}

// room is the height that is left on the page.
func (d *pdfDocument) room() float64 { return d.bottom - d.y }

func (d *pdfDocument) ink(s pdfShade) {
	c := d.colour(s)
	d.pdf.SetTextColor(c.r, c.g, c.b)
}

// box fills a rectangle.
func (d *pdfDocument) box(x, y, w, h float64, s pdfShade) { d.fill(x, y, w, h, d.colour(s)) }

func (d *pdfDocument) fill(x, y, w, h float64, c pdfColour) {
	d.pdf.SetFillColor(c.r, c.g, c.b)
	d.pdf.Rect(x, y, w, h, "F")
}

// rule draws a line to the right.
func (d *pdfDocument) rule(x, y, w float64, s pdfShade, thickness float64) {
	c := d.colour(s)
	d.pdf.SetDrawColor(c.r, c.g, c.b)
	d.pdf.SetLineWidth(thickness)
	d.pdf.Line(x, y, x+w, y)
}

// upright draws a line downwards.
func (d *pdfDocument) upright(x, y, h float64, s pdfShade, thickness float64) {
	c := d.colour(s)
	d.pdf.SetDrawColor(c.r, c.g, c.b)
	d.pdf.SetLineWidth(thickness)
	d.pdf.Line(x, y, x, y+h)
}

// textRight draws one line that ends at x.
func (d *pdfDocument) textRight(x, y float64, text string) {
	d.text(x-d.width(text), y, text)
}

// textCentre draws one line with its middle at x.
func (d *pdfDocument) textCentre(x, y float64, text string) {
	d.text(x-d.width(text)/2, y, text)
}

// leading is the distance of base lines for a size in points.
func (d *pdfDocument) leading(points float64) float64 { return points * pdfPoint * 1.38 }

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
	return strings.TrimRight(text[:pdfWhole(text, end)], " ") + "…"
}

// pdfWhole moves the end of a cut before an escaped character that it would part: half of
// one would say something else than the whole.
func pdfWhole(text string, end int) int {
	if i := strings.LastIndex(text[:end], `\`); i >= 0 && !strings.Contains(text[i:end], "}") &&
		(strings.HasPrefix(text[i:], `\u{`) || strings.HasPrefix(text[i:], `\x{`)) {
		return i
	}
	return end
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
			return append(lines, d.fit(strings.TrimSpace(line+" "+strings.Join(words[i:], " ")), w))
		}
		if line != "" {
			lines, line = append(lines, line), ""
			i--
			continue
		}
		// A word wider than the line, such as an ARN, is broken where the line ends.
		head, tail := d.cut(words[i], w)
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

// cut cuts a word into what fits into w, at least one character, and the rest. It cuts
// after a sign that parts a name where one stands in the second half of what fits.
func (d *pdfDocument) cut(word string, w float64) (head, tail string) {
	used, sign := 0.0, 0
	for i, r := range word {
		used += d.width(string(r))
		if used > w && i > 0 {
			if 2*sign > i {
				i = sign
			} else if whole := pdfWhole(word, i); whole > 0 {
				i = whole
			}
			return word[:i], word[i:]
		}
		if strings.ContainsRune("-/:._,@", r) {
			sign = i + 1
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
		d.text(x, d.y+points*pdfPoint*1.05, line)
		d.y += step
	}
}

// title draws the heading of a section.
func (d *pdfDocument) title(text string) {
	d.font("B", 17)
	d.ink(pdfHeadline)
	d.text(pdfLeft, d.y+4.5, d.fit(text, d.wide))
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
	d.ink(pdfHeadline)
	d.text(pdfLeft, d.y+4.2, d.fit(text, d.wide))
	d.y += 8
}

// note draws the words of a template, small, in the executive part of the document.
func (d *pdfDocument) note(name string, data any) error {
	text, err := d.sentence(name, data)
	if err != nil {
		return err
	}
	if text == "" {
		return nil
	}
	d.font("", 8.5)
	d.ink(pdfGrey)
	for _, line := range d.wrap(text, d.wide, 4) {
		d.text(pdfLeft, d.y+8.5*pdfPoint*1.05, line)
		d.y += d.leading(8.5)
	}
	d.y += 1.5
	return nil
}

// bullet draws a point of a list on one line.
func (d *pdfDocument) bullet(text string) {
	d.font("", 8.5)
	d.ink(pdfHeadline)
	d.text(pdfLeft+1, d.y+3.2, "•")
	d.ink(pdfInk)
	d.text(pdfLeft+5, d.y+3.2, d.fit(text, d.wide-5))
	d.y += 4.6
}
