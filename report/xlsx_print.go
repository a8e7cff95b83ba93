package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/xuri/excelize/v2"
)

// pageChars is how many characters of columns a page shows readably, which is at about 70 %
// of their size.
func pageChars(paper int) float64 {
	if paper == paperA3 {
		return 300
	}
	return 210
}

// printOver lets a wide sheet go over as many pages as it needs, with the columns at the left
// on each of them, and returns what is repeated on every page.
func (s *rowSheet) printOver(name string) (titles string, err error) {
	titles = fmt.Sprintf("$%d:$%d", s.header, s.header)
	var left, rest float64
	fixed := 0
	for i, c := range s.columns {
		if s.turned && c.look != centred || !s.turned && i < s.frozen {
			left += c.width
			fixed++
		} else {
			rest += c.width
		}
	}
	chars := pageChars(s.paper)
	if left+rest <= chars || left > chars/2 {
		return titles, nil
	}
	last, err := excelize.ColumnNumberToName(max(fixed, 1))
	if err != nil {
		return "", err
	}
	wide, high := int(math.Ceil(rest/(chars-left))), 0
	layout := &excelize.PageLayoutOptions{FitToWidth: &wide, FitToHeight: &high}
	return "$A:$" + last + ",'" + name + "'!" + titles, s.book.file.SetPageLayout(name, layout)
}

// footText makes a text the middle of a foot. The whole foot has at most 255 characters, and
// an ampersand begins a code in it ("Formatting and language codes for headers and footers",
// Microsoft Support).
func footText(text string) string {
	const most = 200
	text = strings.ReplaceAll(strings.ReplaceAll(visible(text), "\n", " "), "&", "&&")
	if text == "" {
		return ""
	}
	if runes := []rune(text); len(runes) > most {
		text = strings.TrimRight(string(runes[:most]), "&") + "…"
	}
	return "&C" + text
}
