package report

import (
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// turnedHeight is how high an upright title needs its cell to be. In a column that is wide
// enough it goes over two lines, which break at spaces and hyphens.
func turnedHeight(title string, width float64) float64 {
	const character, rest, line = 6.0, 12.0, 3.5 // points, points, widths of a character
	whole := utf8.RuneCountInString(title)
	if width < 2*line+2 {
		return character*float64(whole) + rest
	}
	best, done := whole, 0
	for _, part := range strings.SplitAfter(strings.ReplaceAll(title, " ", "-"), "-") {
		done += utf8.RuneCountInString(part)
		best = min(best, max(done, whole-done))
	}
	return character*float64(best+1) + rest
}

// textLines estimates the lines that a text takes in a column of that width: words go on
// a line while they fit, and a word that is longer than a line is broken.
func textLines(text string, width float64) int {
	chars := max(int(width), 1)
	if len(text) <= chars && strings.IndexByte(text, '\n') < 0 {
		return 1
	}
	lines := 0
	for line := range strings.SplitSeq(text, "\n") {
		lines++
		used := 0
		for word := range strings.SplitSeq(line, " ") {
			n := utf8.RuneCountInString(word)
			switch {
			case used > 0 && used+1+n <= chars:
				used += 1 + n
				continue
			case used > 0:
				lines++
			}
			lines += max(n-1, 0) / chars
			used = max(n-1, 0)%chars + 1
		}
	}
	return lines
}

// tableName makes a name that Excel takes for a table: letters, digits and underscores.
func tableName(sheet string) string {
	keep := func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}
	return "Table_" + strings.Map(keep, sheet)
}

// cellName is the name of a cell, such as B7. Columns and rows count from 1 and stay
// within the limits of a sheet, which excelize checks when the cell is written.
func cellName(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return ""
	}
	return name
}

// columnName is the name of a column, such as AB.
func columnName(column int) string {
	name, err := excelize.ColumnNumberToName(column)
	if err != nil {
		return ""
	}
	return name
}
