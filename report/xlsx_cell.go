package report

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"orgaudit/collect"
)

// cellTextLimit is the number of UTF-16 units that a cell can hold
// ("Excel specifications and limits", Microsoft Support).
const cellTextLimit = 32_767

// dash stands where there is no figure.
const dash = "–"

// formula is a live formula with the value that it has now, for readers that do not calculate.
// The value is anything else that a cell can hold, and gives the cell its form.
type formula struct {
	expression string
	value      any
}

// day is a time of which only the day counts; the zero one is none.
type day time.Time

// cellLink is a text that leads to a place in the workbook. It is a formula, since a sheet holds
// only so many hyperlinks of the other kind (65,530, "Excel specifications and limits",
// Microsoft Support); so the text must be one of the program's own, such as an id.
type cellLink struct {
	text string
	to   cellPlace
}

// cell turns a value into a cell: text, a whole number, a score or a dash, a time in UTC
// or nothing, yes or no, a link, a formula, or a cell that is made already. Text is always a
// string cell, whatever it begins with: names and descriptions come from AWS and are hostile.
func (b *workbook) cell(value any, textStyle int) (excelize.Cell, error) {
	switch v := value.(type) {
	case nil:
		return excelize.Cell{StyleID: textStyle}, nil
	case string:
		return excelize.Cell{StyleID: textStyle, Value: cellText(v)}, nil
	case int:
		return excelize.Cell{StyleID: b.styles.count, Value: v}, nil
	case *float64:
		if v == nil {
			return excelize.Cell{StyleID: b.styles.score, Value: dash}, nil
		}
		return excelize.Cell{StyleID: b.styles.score, Value: *v}, nil
	case time.Time:
		if v.IsZero() {
			return excelize.Cell{StyleID: textStyle}, nil
		}
		return excelize.Cell{StyleID: b.styles.moment, Value: v.UTC().Truncate(time.Second)}, nil
	case collect.Stamp:
		if v.Known() {
			return b.cell(v.Time, textStyle)
		}
		return b.cell(v.Text, textStyle)
	case day:
		if time.Time(v).IsZero() {
			return excelize.Cell{StyleID: textStyle, Value: dash}, nil
		}
		return excelize.Cell{StyleID: b.styles.day, Value: time.Time(v).UTC().Truncate(24 * time.Hour)}, nil
	case cellLink:
		return excelize.Cell{StyleID: b.styles.link, Formula: `HYPERLINK("#` + v.to.location() + `","` + v.text + `")`, Value: v.text}, nil
	case bool:
		if v {
			return b.cell("yes", textStyle)
		}
		return b.cell("no", textStyle)
	case formula:
		cell, err := b.cell(v.value, textStyle)
		cell.Formula = v.expression
		return cell, err
	case excelize.Cell:
		return v, nil
	default:
		return excelize.Cell{}, fmt.Errorf("no cell can hold a %T", value)
	}
}

// countOrDash is a number, or the dash of a missing figure where it is unknown, which is -1.
func countOrDash(n int) any {
	if n < 0 {
		return (*float64)(nil)
	}
	return n
}

// cellText makes text fit for a cell. What XML forbids, other control characters, and
// marks that reverse the direction of writing become visible escapes such as \x1b. Text
// that is too long for a cell is cut, with a note that says so.
func cellText(s string) string {
	s = visible(s)
	if len(s) <= cellTextLimit {
		return s // UTF-16 never takes more units than UTF-8 takes bytes
	}
	var units, end int
	note := "… [cut here: the whole text stands in the evidence, see the sheet Evidence index]"
	for i, r := range s {
		if units <= cellTextLimit-len(note) {
			end = i
		}
		units++
		if r > 0xFFFF {
			units++
		}
	}
	if units <= cellTextLimit {
		return s
	}
	return s[:end] + note
}

func visible(s string) string {
	if isPlainASCII(s) {
		return s
	}
	plain := func(r rune) bool {
		return r == '\n' || r != utf8.RuneError && !unicode.IsControl(r) && !unicode.Is(unicode.Bidi_Control, r) && r != 0xFFFE && r != 0xFFFF
	}
	if strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	var t strings.Builder
	for i, r := range s {
		_, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1: // a byte that is no UTF-8
			fmt.Fprintf(&t, `\x%02x`, s[i])
		case plain(r) || r == utf8.RuneError:
			t.WriteRune(r)
		case r < 0x80:
			fmt.Fprintf(&t, `\x%02x`, r)
		default:
			fmt.Fprintf(&t, `\u%04x`, r)
		}
	}
	return t.String()
}

// isPlainASCII is the quick yes of most texts.
func isPlainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\n' || c > '~' {
			return false
		}
	}
	return true
}
