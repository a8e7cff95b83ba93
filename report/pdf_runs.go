package report

import "unicode/utf8"

// Families of fonts as the PDF library knows them: the built-in one, and the one that the
// configuration names for what the built-in one lacks.
const (
	pdfFont  = "noto"
	pdfExtra = "extra"
)

// font chooses the size and the weight of the text that follows.
func (d *pdfDocument) font(style string, points float64) {
	d.style, d.points = style, points
	d.use(false)
}

// use turns to the extra font, or back. The extra one has one weight.
func (d *pdfDocument) use(extra bool) {
	if extra {
		d.pdf.SetFont(pdfExtra, "", d.points)
	} else {
		d.pdf.SetFont(pdfFont, d.style, d.points)
	}
}

// text draws one line from x to the right; y is the base line. What the built-in font
// lacks is set in the extra one, run by run.
func (d *pdfDocument) text(x, y float64, text string) {
	text = pdfVisual(d.glyphs.clean(text), d.glyphs.draws)
	d.eachRun(text, func(run string, extra bool) {
		if extra {
			d.use(true)
			defer d.use(false)
		}
		d.pdf.Text(x, y, run)
		x += d.pdf.GetStringWidth(run)
	})
}

// width is the width of a line in the current font.
func (d *pdfDocument) width(text string) float64 {
	text = pdfVisual(d.glyphs.clean(text), d.glyphs.draws)
	width := 0.0
	d.eachRun(text, func(run string, extra bool) {
		if extra {
			width += d.extraWidth(run)
		} else {
			width += d.pdf.GetStringWidth(run)
		}
	})
	return width
}

// extraWidth measures with the metrics of the extra font without choosing it: a choice
// would be written into the page each time.
func (d *pdfDocument) extraWidth(run string) float64 {
	units := 0
	for _, r := range run {
		w, known := d.extraUnits[r]
		if !known {
			d.ruler.SetFont(pdfExtra, "", 10)
			w = d.ruler.GetStringSymbolWidth(string(r))
			d.extraUnits[r] = w
		}
		units += w
	}
	return float64(units) * d.points * pdfPoint / 1000
}

// eachRun cuts clean text where the font changes.
func (d *pdfDocument) eachRun(text string, f func(run string, extra bool)) {
	if d.glyphs.extra == nil {
		if text != "" {
			f(text, false)
		}
		return
	}
	begin, extra := 0, false
	for i, r := range text {
		if r < utf8.RuneSelf && !extra {
			continue
		}
		other := !d.glyphs.builtIn(r)
		if other == extra {
			continue
		}
		if i > begin {
			f(text[begin:i], extra)
		}
		begin, extra = i, other
	}
	if begin < len(text) {
		f(text[begin:], extra)
	}
}
