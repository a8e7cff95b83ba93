package report

import "fmt"

// changes draws what became different since the previous audit: why the score moved, what
// became of the findings, and what got better and worse.
func (d *pdfDocument) changes() error {
	c := d.report.Changes
	if c == nil {
		d.begin(14)
		return d.note("no-previous", d.facts())
	}
	points, step := 8.5, d.leading(8.5)
	column := (d.wide - 10) / 2
	d.font("", points)
	better, worse := d.movedLines(c.Better, column-5), d.movedLines(c.Worse, column-5)
	height := 10.5 + 17 + 8 + step*float64(max(len(better), len(worse), 1))
	if len(c.Steps) > 0 {
		height += 9
		d.font("", 8)
		for _, s := range c.Steps {
			height += pdfStepRow + float64(len(d.stepLines(&s))-1)*d.leading(8)
		}
	}
	d.begin(height)
	if err := d.note("changes-intro", d.facts()); err != nil {
		return err
	}
	d.y += 1.5
	if len(c.Steps) > 0 {
		d.steps(c.Steps)
	}
	top, x, w := d.y, pdfLeft, d.wide/5
	for _, t := range []struct {
		n     int
		word  string
		shade pdfShade
	}{
		{c.Count.New, "new", pdfHigh}, {c.Count.Regressed, "regressed", pdfCritical}, {c.Count.Resolved, "resolved", pdfHeadline},
		{c.Count.StillOpen, "still open", pdfInk}, {c.Count.Lost, "no longer assessed", pdfGrey},
	} {
		d.tile(x, top-2, w, fmt.Sprint(t.n), t.word, t.shade)
		x += w
	}
	d.y = top + 17
	d.moved(pdfLeft, column, "Better", true, better, "nothing-better")
	return d.moved(pdfLeft+column+10, column, "Worse", false, worse, "nothing-worse")
}

// movedLines breaks sentences into lines; the first of each begins with a blank, which the
// mark stands in the place of.
func (d *pdfDocument) movedLines(sentences []string, w float64) []string {
	var lines []string
	for i, s := range sentences {
		if i == 5 {
			break
		}
		for j, line := range d.wrap(s, w, 3) {
			if j == 0 {
				line = " " + line
			}
			lines = append(lines, line)
		}
	}
	return lines
}

// moved draws one of the two columns. Both begin at the same height, and the lower end counts.
func (d *pdfDocument) moved(x, w float64, title string, up bool, lines []string, none string) error {
	const points = 8.5
	y := d.y
	if !up {
		y = d.movedAt
	}
	d.movedAt = y
	d.font("B", 9.5)
	d.ink(pdfHeadline)
	d.arrow(x+1.2, y+2.2, up, pdfHeadline)
	d.text(x+4, y+3.4, title)
	d.rule(x, y+5, w, pdfLine, 0.2)
	y += 6.2
	if len(lines) == 0 {
		text, err := d.sentence(none, nil)
		if err != nil {
			return err
		}
		lines = []string{" " + text}
	}
	for _, line := range lines {
		d.font("", points)
		if line[0] == ' ' {
			d.ink(pdfHeadline)
			d.text(x+1, y+points*pdfPoint*1.05, "•")
			line = line[1:]
		}
		d.ink(pdfInk)
		d.text(x+5, y+points*pdfPoint*1.05, d.fit(line, w-5))
		y += d.leading(points)
	}
	d.y = max(d.y, y)
	return nil
}

// Widths of the columns of the steps, and the height of a row of one line.
const pdfStepLabel, pdfStepBar, pdfStepFigure, pdfStepRow = 28.0, 44.0, 16.0, 6.2

// stepLines breaks the words of a step, in the font that is set.
func (d *pdfDocument) stepLines(s *ScoreStep) []string {
	return d.wrap(s.Words, d.wide-pdfStepLabel-pdfStepBar-pdfStepFigure, 3)
}

// steps draws the parts of the difference of two scores as bars to the left and the right
// of nought.
func (d *pdfDocument) steps(steps []ScoreStep) {
	d.small("Why the score moved")
	most := 0.1
	for _, s := range steps {
		if s.Raw != nil {
			most = max(most, *s.Raw, -*s.Raw)
		}
	}
	const label, bar, figure = pdfStepLabel, pdfStepBar, pdfStepFigure
	zero := pdfLeft + label + bar/2
	for _, s := range steps {
		base := d.y + 3.8
		d.font("", 8.5)
		d.ink(pdfInk)
		d.text(pdfLeft, base, d.fit(pdfTitleCase(string(s.Cause)), label-2))
		if s.Raw != nil {
			w := (bar/2 - 1) * *s.Raw / most
			shade := pdfAccent
			if w < 0 {
				shade = pdfHigh
			}
			d.box(min(zero, zero+w), d.y+1, max(w, -w), 3.6, shade)
		}
		d.upright(zero, d.y, pdfStepRow-0.6, pdfGrey, 0.2)
		d.font("B", 8.5)
		d.textRight(pdfLeft+label+bar+figure-3, base, pdfSigned(s.Raw))
		d.font("", 8)
		d.ink(pdfGrey)
		lines := d.stepLines(&s)
		for i, line := range lines {
			d.text(pdfLeft+label+bar+figure, base+float64(i)*d.leading(8), line)
		}
		d.y += pdfStepRow + float64(len(lines)-1)*d.leading(8)
	}
	d.y += 3
}

// tile draws a figure over a word, with its middle in a column.
func (d *pdfDocument) tile(x, y, w float64, figure, word string, s pdfShade) {
	d.font("B", 12)
	if d.width(figure) > w-1 {
		d.font("B", 8)
	}
	d.ink(s)
	d.textCentre(x+w/2, y+9, figure)
	d.font("", 7)
	d.ink(pdfGrey)
	d.textCentre(x+w/2, y+14, d.fit(word, w-1))
}
