package report

import (
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// appendRow writes a row as the XML of a sheet ("18.3.1.73 row (Row)", ECMA-376 Part 1). What is
// the zero [rowCell] stands nowhere.
func appendRow(b []byte, number int, cells []rowCell, options excelize.RowOpts) []byte {
	b = append(b, `<row r="`...)
	b = strconv.AppendInt(b, int64(number), 10)
	b = append(b, '"')
	if options.Height > 0 {
		b = append(b, ` ht="`...)
		b = strconv.AppendFloat(b, options.Height, 'f', -1, 64)
		b = append(b, `" customHeight="1"`...)
	}
	if options.OutlineLevel > 0 {
		b = append(b, ` outlineLevel="`...)
		b = strconv.AppendInt(b, int64(options.OutlineLevel), 10)
		b = append(b, '"')
	}
	if options.Hidden {
		b = append(b, ` hidden="1"`...)
	}
	b = append(b, '>')
	for i := range cells {
		cell := &cells[i]
		if cell.style == 0 && cell.formula == "" && cell.kind == emptyCell {
			continue
		}
		b = append(b, `<c r="`...)
		b = strconv.AppendInt(appendColumn(b, i+1), int64(number), 10)
		if cell.style > 0 {
			b = append(b, `" s="`...)
			b = strconv.AppendInt(b, int64(cell.style), 10)
		}
		b = appendValue(b, cell)
	}
	return append(b, `</row>`...)
}

// appendColumn writes the name of a column, such as AB. Columns count from 1.
func appendColumn(b []byte, column int) []byte {
	if column > 26 {
		b = appendColumn(b, (column-1)/26)
	}
	return append(b, byte('A'+(column-1)%26))
}

// appendValue writes the type of a cell, after its other attributes, and its value. Text is an
// inline string, whatever it looks like; only that of a formula is its result.
func appendValue(b []byte, cell *rowCell) []byte {
	isText := cell.kind == textCell
	switch {
	case isText && cell.formula == "":
		text := cell.text
		b = append(b, `" t="inlineStr"><is><t`...)
		if text != "" && (isSpace(text[0]) || isSpace(text[len(text)-1])) {
			b = append(b, ` xml:space="preserve"`...)
		}
		b = append(b, '>')
		return append(appendText(b, text), `</t></is></c>`...)
	case isText:
		b = append(b, `" t="str`...)
	}
	b = append(b, `">`...)
	if cell.formula != "" {
		b = append(b, `<f>`...)
		b = append(appendText(b, cell.formula), `</f>`...)
	}
	switch cell.kind {
	case textCell:
		b = append(appendText(append(b, `<v>`...), cell.text), `</v>`...)
	case numberCell:
		b = append(appendNumber(append(b, `<v>`...), cell.number), `</v>`...)
	}
	return append(b, `</c>`...)
}

// appendNumber writes a number, whole ones quickly.
func appendNumber(b []byte, n float64) []byte {
	const exact = 1 << 53
	if whole := int64(n); n > -exact && n < exact && float64(whole) == n {
		return strconv.AppendInt(b, whole, 10)
	}
	return strconv.AppendFloat(b, n, 'f', -1, 64)
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// serialTime is a time as Excel counts it, in days since the end of 1899. Excel takes 1900 for
// a leap year, so that the count is right from March 1900 on, and it knows no time before 1900.
func serialTime(t time.Time) float64 {
	const epoch = 25569 // 1970-01-01
	seconds := t.Unix()
	days := seconds / 86400
	if seconds%86400 < 0 {
		days--
	}
	return max(float64(days+epoch)+float64(seconds-days*86400)/86400, 0)
}

// appendText writes text, which holds nothing that XML forbids (see [cellText]). Excel reads
// _x0041_ in a cell as the character of that number, so that the first underscore of such a
// text is written as one ("22.4.2.4 bstr (Basic String)", ECMA-376 Part 1).
func appendText(b []byte, text string) []byte {
	done := 0
	for i := 0; i < len(text); i++ {
		var escaped string
		switch text[i] {
		case '&':
			escaped = "&amp;"
		case '<':
			escaped = "&lt;"
		case '>':
			escaped = "&gt;"
		case '\r':
			escaped = "&#xD;" // XML would make a line feed of it
		case '_':
			if !isEscape(text[i:]) {
				continue
			}
			escaped = "_x005F_"
		default:
			continue
		}
		b = append(append(b, text[done:i]...), escaped...)
		done = i + 1
	}
	return append(b, text[done:]...)
}

// isEscape tells whether a text begins like _x0041_.
func isEscape(text string) bool {
	if len(text) < 7 || text[1] != 'x' || text[6] != '_' {
		return false
	}
	return strings.Trim(text[2:6], "0123456789abcdefABCDEF") == ""
}
