package benchmark

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/agext/levenshtein"
)

// tomlText is the text of a TOML file with the name that errors call it by.
type tomlText struct{ name, text string }

// place is where a setting stands: its table, such as weights, or none; of tables that
// stand several times which one, from 0; and its key, or none for the table itself.
type place struct {
	table string
	nth   int
	key   string
}

// errorf makes an error that begins with the file and, where it is found, the line.
func (t tomlText) errorf(p place, format string, args ...any) error {
	where := t.name
	// A key may stand in a table that is written in one line, and may be a table itself.
	for _, at := range []place{p, {table: p.table, nth: p.nth}, {key: p.table}, {table: p.key}} {
		if line := t.line(at); line > 0 {
			where = fmt.Sprintf("%s, line %d", t.name, line)
			break
		}
	}
	return fmt.Errorf("%s: %w", where, fmt.Errorf(format, args...))
}

// parseError says what the decoder says, in the words of the other errors.
func (t tomlText) parseError(err error) error {
	var parse toml.ParseError
	if errors.As(err, &parse) {
		return fmt.Errorf("%s, line %d: %s", t.name, parse.Position.Line, parse.Message)
	}
	return fmt.Errorf("%s: %s", t.name, strings.TrimPrefix(err.Error(), "toml: "))
}

var (
	tableLine = regexp.MustCompile(`^\s*\[\[?\s*([A-Za-z0-9_.-]+)\s*\]`)
	keyLine   = regexp.MustCompile(`^\s*"?([A-Za-z0-9_.-]+)"?\s*=`)
)

// line finds the line of a place, from 1, or 0. The decoder does not tell the places of
// what it could decode, so that the text is searched: as people write it, not in every way
// that TOML allows.
func (t tomlText) line(p place) int {
	if p.table == "" && p.key == "" {
		return 0
	}
	wanted := strings.TrimPrefix(p.table+"."+p.key, ".")
	table, seen := "", map[string]int{}
	quotes := "" // those of a text of several lines, within it
	for i, line := range strings.Split(t.text, "\n") {
		if quotes != "" {
			if strings.Contains(line, quotes) {
				quotes = ""
			}
			continue
		}
		if m := tableLine.FindStringSubmatch(line); m != nil {
			table = m[1]
			seen[table]++
			if p.key == "" && table == p.table && seen[table]-1 == p.nth {
				return i + 1
			}
		} else if m := keyLine.FindStringSubmatch(line); m != nil && p.key != "" {
			key := strings.TrimPrefix(table+"."+m[1], ".")
			if key == wanted && (table == "" || seen[table]-1 == p.nth) {
				return i + 1
			}
		}
		for _, q := range []string{`"""`, `'''`} {
			if strings.Count(line, q)%2 == 1 {
				quotes = q
			}
		}
	}
	return 0
}

// nearest is the known name that is most like another.
func nearest(name string, known []string) string {
	return slices.MinFunc(known, func(a, b string) int {
		return levenshtein.Distance(name, a, nil) - levenshtein.Distance(name, b, nil)
	})
}
