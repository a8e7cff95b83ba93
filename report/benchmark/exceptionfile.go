package benchmark

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/BurntSushi/toml"
	"github.com/agext/levenshtein"

	"orgaudit/org"
)

// exceptionKeys are what an exception may hold.
var exceptionKeys = [...]string{
	"id", "controls", "accounts", "units", "tags", "resources", "justification", "compensating_control",
	"owner", "approver", "ticket", "created", "expires",
}

// ParseRegister reads a file of exceptions. It is strict, since an exception that is not
// what its author meant accepts too much: all that is wrong is told at once, with the line.
func ParseRegister(name string, text []byte) (*Register, error) {
	var file map[string]any
	if _, err := toml.Decode(string(text), &file); err != nil {
		var syntax toml.ParseError
		if errors.As(err, &syntax) {
			return nil, fmt.Errorf("%s, line %d: %s", name, syntax.Position.Line, syntax.Message)
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	sum := sha256.Sum256(text)
	r := &Register{File: path.Base(strings.ReplaceAll(name, `\`, "/")), Digest: hex.EncodeToString(sum[:])}
	reader := exceptionReader{name: name, lines: strings.Split(string(text), "\n")}
	for _, key := range sortedKeys(file) {
		if key != "exception" {
			reader.problem(-1, key, "unknown setting %q; the file holds exceptions alone, each beginning with [[exception]]", key)
		}
	}
	tables, ok := file["exception"].([]map[string]any)
	if file["exception"] != nil && !ok {
		reader.problem(-1, "exception", "every exception begins with a line [[exception]]")
	}
	reader.headers(len(tables))
	first := map[string]int{}
	for i, table := range tables {
		e := reader.exception(i, table)
		if earlier, twice := first[e.ID]; twice && e.ID != "" {
			reader.problem(i, "id", "the id %q stands twice, the first time %s", e.ID, reader.place(earlier, "id"))
		} else {
			first[e.ID] = i
		}
		r.Exceptions = append(r.Exceptions, e)
	}
	return r, errors.Join(reader.problems...)
}

// exceptionReader reads the exceptions of a file and gathers what is wrong with them.
type exceptionReader struct {
	name     string
	lines    []string
	begins   []int // index in lines of the header of each exception; nil where they are not known
	problems []error
}

var exceptionHeader = regexp.MustCompile(`^\s*\[\[\s*["']?exception["']?\s*\]\]`)

// headers finds the lines where the exceptions begin. A text of many lines can hold one
// that looks like a header; then no line is told rather than a wrong one.
func (r *exceptionReader) headers(n int) {
	var begins []int
	for i, line := range r.lines {
		if exceptionHeader.MatchString(line) {
			begins = append(begins, i)
		}
	}
	if len(begins) == n {
		r.begins = begins
	}
}

// place is the line of a key of an exception, or that of its header; of the file itself
// where the exception is -1.
func (r *exceptionReader) place(exception int, key string) string {
	begin, end := 0, len(r.lines)
	if exception >= 0 {
		if r.begins == nil {
			return fmt.Sprintf("in exception %d", exception+1)
		}
		begin = r.begins[exception]
		if exception+1 < len(r.begins) {
			end = r.begins[exception+1]
		}
	}
	for i := begin; i < end; i++ {
		rest, found := strings.CutPrefix(strings.TrimLeft(r.lines[i], " \t[\"'"), key)
		if found && strings.TrimLeft(rest, " \t\"'.=]") != rest {
			return fmt.Sprintf("line %d", i+1)
		}
	}
	return fmt.Sprintf("line %d", begin+1)
}

func (r *exceptionReader) problem(exception int, key, format string, args ...any) {
	r.problems = append(r.problems, fmt.Errorf("%s, %s: %s", r.name, r.place(exception, key), fmt.Sprintf(format, args...)))
}

// exception reads one exception.
func (r *exceptionReader) exception(i int, table map[string]any) Exception {
	for _, key := range sortedKeys(table) {
		if !slices.Contains(exceptionKeys[:], key) {
			r.problem(i, key, "unknown setting %q; the known ones are %s", key, strings.Join(exceptionKeys[:], ", "))
		}
	}
	e := Exception{
		ID: r.text(i, table, "id", true), Controls: r.list(i, table, "controls"),
		Accounts: r.list(i, table, "accounts"), Units: r.list(i, table, "units"),
		Tags: r.list(i, table, "tags"), Resources: r.list(i, table, "resources"),
		Justification:       r.text(i, table, "justification", true),
		CompensatingControl: r.text(i, table, "compensating_control", false),
		Owner:               r.text(i, table, "owner", true), Approver: r.text(i, table, "approver", true),
		Ticket:  r.text(i, table, "ticket", false),
		Created: r.day(i, table, "created"), Expires: r.day(i, table, "expires"),
	}
	r.check(i, &e)
	return e
}

// check finds what an exception may not say.
func (r *exceptionReader) check(i int, e *Exception) {
	if strings.ContainsFunc(e.ID, func(c rune) bool { return unicode.IsSpace(c) || !unicode.IsPrint(c) }) {
		r.problem(i, "id", "the id %q holds spaces or characters that cannot be printed", e.ID)
	}
	if len(e.Controls) == 0 {
		r.problem(i, "controls", "controls is missing: an exception names the controls that it is about")
	}
	known := ControlIDs()
	for _, control := range e.Controls {
		if !slices.Contains(known, control) {
			nearest := slices.MinFunc(known, func(a, b string) int {
				return levenshtein.Distance(control, a, nil) - levenshtein.Distance(control, b, nil)
			})
			r.problem(i, "controls", "unknown control %q; did you mean %q? Every control is named in full; \"orgaudit controls\" lists them", control, nearest)
		} else if ControlByID(control).Scope == OrganizationScope && len(e.Accounts)+len(e.Units)+len(e.Tags) > 0 {
			r.problem(i, "controls", "control %s is judged once for the organization, which is in no account, unit or tag; name its items by resources, in an exception of its own", control)
		}
	}
	for _, account := range e.Accounts {
		if !org.IsAccountID(account) {
			r.problem(i, "accounts", "%q is no account id, which has 12 digits", account)
		}
	}
	for _, tag := range e.Tags {
		if strings.HasPrefix(tag, "=") {
			r.problem(i, "tags", "the tag %q has no key; write KEY=VALUE, or KEY for any value", tag)
		}
	}
	for _, pattern := range e.Resources {
		if strings.Trim(pattern, "*") == "" {
			r.problem(i, "resources", "the pattern %q names every resource; leave resources out where that is meant", pattern)
		}
	}
	if e.Created != "" && e.Expires != "" && e.Expires < e.Created {
		r.problem(i, "expires", "it expires on %s, before %s, when it was created", e.Expires, e.Created)
	}
}

// text reads a text.
func (r *exceptionReader) text(i int, table map[string]any, key string, required bool) string {
	value, there := table[key]
	text, ok := value.(string)
	switch {
	case there && !ok:
		r.problem(i, key, "%s must be a text in quotes", key)
	case required && !there:
		r.problem(i, key, "%s is missing", key)
	case required && strings.TrimSpace(text) == "":
		r.problem(i, key, "%s is empty", key)
	}
	return strings.TrimSpace(text)
}

// list reads a list of texts.
func (r *exceptionReader) list(i int, table map[string]any, key string) []string {
	value, there := table[key]
	if !there {
		return nil
	}
	members, ok := value.([]any)
	var list []string
	for _, member := range members {
		text, isText := member.(string)
		switch {
		case !isText:
			ok = false
		case strings.TrimSpace(text) == "":
			r.problem(i, key, "%s holds an empty text", key)
		case slices.Contains(list, text):
			r.problem(i, key, "%s holds %q twice", key, text)
		default:
			list = append(list, text)
		}
	}
	if !ok {
		r.problem(i, key, "%s must be a list of texts, such as %s = [\"…\"]", key, key)
	} else if len(members) == 0 && key != "controls" {
		r.problem(i, key, "%s is an empty list; leave it out where any is meant", key)
	}
	return list
}

// day reads a day, in quotes or without.
func (r *exceptionReader) day(i int, table map[string]any, key string) Day {
	switch value := table[key].(type) {
	case nil:
		r.problem(i, key, "%s is missing", key)
		return ""
	case string:
		if t, err := time.Parse(time.DateOnly, value); err == nil {
			return DayOf(t)
		}
	case time.Time:
		// The name that the TOML library gives to the zone of a date without a time.
		if value.Location().String() == "date-local" {
			return Day(value.Format(time.DateOnly))
		}
	}
	r.problem(i, key, "%s must be a day, such as %s = 2026-12-31", key, key)
	return ""
}

func sortedKeys(table map[string]any) []string {
	var keys []string
	for key := range table {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
