package report

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// Colours of the workbook: one accent and greys. Red, amber and green stand only in
// conditional formats, beside words that say the same.
const (
	accentColour = "1F4E79"
	bandColour   = "F2F2F2"
	lineColour   = "D9D9D9"
	mutedColour  = "7F7F7F"
	linkColour   = "0563C1"
	inputColour  = "FFFBEB"
	frameColour  = "8EA9C1"
)

// scoreFormat shows scores with one decimal, and only what is whole as 100.0.
const scoreFormat = `[>=100]0.0;[>99.9]"99.9";0.0`

// workbookStyles are the numbers of the cell styles and of the conditional formats.
type workbookStyles struct {
	text, wrapped, centred, muted, count, score, moment, day, link int

	header, figureHeader, lowHeader, turnedHeader, mutedHeader, label, bigFigure, total int

	// input and inputDate are cells that the auditor fills in: framed, and unlocked on a
	// protected sheet. inputHeader stands above a column of them.
	input, inputDate, inputHeader int

	title, subtitle, heading, paragraph, note, notice int

	good, bad, accepted, unknown, mutedBad int

	gridStyles
}

func newWorkbookStyles(f *excelize.File) (workbookStyles, error) {
	var s workbookStyles
	var failed error
	style := func(font excelize.Font, fill string, alignment excelize.Alignment, format string, line bool) int {
		font.Family = "Calibri"
		if font.Size == 0 {
			font.Size = 10
		}
		style := &excelize.Style{Font: &font, Alignment: &alignment}
		if fill != "" {
			style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}}
		}
		if format != "" {
			style.CustomNumFmt = &format
		}
		if line {
			style.Border = []excelize.Border{{Type: "bottom", Style: 1, Color: lineColour}}
		}
		id, err := f.NewStyle(style)
		if err != nil && failed == nil {
			failed = fmt.Errorf("make cell styles: %w", err)
		}
		return id
	}
	var (
		top      = excelize.Alignment{Vertical: "top"}
		wrapped  = excelize.Alignment{Vertical: "top", WrapText: true}
		right    = excelize.Alignment{Vertical: "top", Horizontal: "right", Indent: 1}
		left     = excelize.Alignment{Vertical: "top", Horizontal: "left"}
		centred  = excelize.Alignment{Vertical: "top", Horizontal: "center", WrapText: true}
		middle   = excelize.Alignment{Vertical: "center", WrapText: true}
		turned   = excelize.Alignment{Vertical: "bottom", Horizontal: "center", WrapText: true, TextRotation: 90}
		plain    = excelize.Font{}
		white    = excelize.Font{Bold: true, Color: "FFFFFF"}
		accented = func(size float64) excelize.Font {
			return excelize.Font{Bold: true, Color: accentColour, Size: size}
		}
	)
	// The number format of text keeps a text such as =1+1 a text also when it is edited.
	s.text = style(plain, "", top, "@", true)
	s.wrapped = style(plain, "", wrapped, "@", true)
	s.centred = style(plain, "", centred, "@", true)
	s.muted = style(excelize.Font{Italic: true, Color: mutedColour}, "", centred, "@", true)
	s.count = style(plain, "", right, "#,##0", true)
	s.score = style(plain, "", right, scoreFormat, true)
	s.moment = style(plain, "", left, "yyyy-mm-dd hh:mm:ss", true)
	s.day = style(plain, "", left, "yyyy-mm-dd", true)
	// Headers stand at the top of their cells, since Excel puts the button of the filter
	// at the bottom.
	s.header = style(white, accentColour, wrapped, "@", false)
	s.figureHeader = style(white, accentColour, excelize.Alignment{Vertical: "top", Horizontal: "right", Indent: 1, WrapText: true}, "@", false)
	s.lowHeader = style(white, accentColour, excelize.Alignment{Vertical: "bottom", WrapText: true}, "@", false)
	s.turnedHeader = style(white, accentColour, turned, "@", false)
	s.mutedHeader = style(white, mutedColour, turned, "@", false)
	s.label = style(excelize.Font{Bold: true}, bandColour, middle, "@", true)
	s.bigFigure = style(accented(16), "", excelize.Alignment{Vertical: "center", Horizontal: "left"}, scoreFormat, true)
	s.total = style(accented(12), "", excelize.Alignment{Vertical: "center", Horizontal: "left"}, "#,##0", true)
	s.input = inputStyle(f, &failed, "")
	s.inputDate = inputStyle(f, &failed, "yyyy-mm-dd")
	s.inputHeader = style(accented(10), inputColour, wrapped, "@", true)
	s.title = style(accented(20), "", excelize.Alignment{Vertical: "center"}, "@", false)
	s.subtitle = style(excelize.Font{Color: "595959"}, "", wrapped, "@", false)
	s.heading = style(accented(13), "", excelize.Alignment{Vertical: "bottom"}, "@", false)
	s.paragraph = style(plain, "", wrapped, "@", false)
	s.note = style(excelize.Font{Color: "595959"}, "", top, "@", false)
	s.link = style(excelize.Font{Color: linkColour, Underline: "single"}, "", wrapped, "@", true)
	s.notice = style(excelize.Font{Bold: true}, lineColour, middle, "@", false)

	s.gridStyles = newGridStyles(style)

	conditional := func(font, fill string) int {
		style := &excelize.Style{Font: &excelize.Font{Color: font}}
		if fill != "" {
			style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}}
		}
		id, err := f.NewConditionalStyle(style)
		if err != nil && failed == nil {
			failed = fmt.Errorf("make conditional formats: %w", err)
		}
		return id
	}
	s.good = conditional("006100", "E2EFDA")
	s.bad = conditional("9C0006", "F8CBCB")
	s.accepted = conditional("7F6000", "FFEB9C")
	s.unknown = conditional("404040", "D9D9D9")
	s.mutedBad = conditional("9C0006", "")
	return s, failed
}

// inputStyle makes a style of cells that the auditor fills in. A typed number or date is one there.
func inputStyle(f *excelize.File, failed *error, format string) int {
	style := &excelize.Style{
		Font: &excelize.Font{Family: "Calibri", Size: 10}, Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "left", WrapText: true},
		Fill:       excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{inputColour}},
		Protection: &excelize.Protection{Locked: false},
	}
	for _, side := range []string{"left", "right", "top", "bottom"} {
		style.Border = append(style.Border, excelize.Border{Type: side, Style: 1, Color: frameColour})
	}
	if format != "" {
		style.CustomNumFmt = &format
	}
	id, err := f.NewStyle(style)
	if err != nil && *failed == nil {
		*failed = fmt.Errorf("make cell styles: %w", err)
	}
	return id
}

// colour says which words of a column take which conditional format.
type colour struct {
	begins string
	format func(workbookStyles) int
}

// verdictColours are those of verdicts and of items. The first that fits decides.
func verdictColours() []colour {
	return []colour{
		{"pass", func(s workbookStyles) int { return s.good }},
		{"FAIL (", func(s workbookStyles) int { return s.accepted }},
		{"FAIL", func(s workbookStyles) int { return s.bad }},
		{"not assessed", func(s workbookStyles) int { return s.unknown }},
	}
}

// outcomeColours are those of what became of an account.
func outcomeColours() []colour {
	return []colour{
		{"complete", func(s workbookStyles) int { return s.good }},
		{"partial", func(s workbookStyles) int { return s.accepted }},
		{"not ", func(s workbookStyles) int { return s.bad }},
		{"excluded", func(s workbookStyles) int { return s.unknown }},
	}
}

// paint puts conditional formats on a range.
func (b *workbook) paint(sheet, cells string, colours []colour) error {
	var options []excelize.ConditionalFormatOptions
	for _, c := range colours {
		format := c.format(b.styles)
		options = append(options, excelize.ConditionalFormatOptions{Type: "text", Criteria: "begins with", Value: c.begins, Format: &format, StopIfTrue: true})
	}
	if err := b.file.SetConditionalFormat(sheet, cells, options); err != nil {
		return fmt.Errorf("colour cells %s: %w", cells, err)
	}
	return nil
}
