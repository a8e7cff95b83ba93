package report

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"orgaudit/org"
)

// The CSV files are RFC 4180 with a line feed at the end of every record, in UTF-8 without a
// byte order mark, since programs read them; a spreadsheet is told so when it imports them.
// Fields hold no line breaks. The account's columns are empty where a row is about the
// organization.

// writeFindingsCSV writes every item of every control, passed ones too, and every result
// that has no items.
func writeFindingsCSV(ctx context.Context, r *Report, w io.Writer) error {
	table := newCSVTable(w,
		"finding_id", "control", "number", "severity", "account_id", "account_name", "unit", "owner", "resource", "status", "mark",
		"observed", "expected", "decided_by", "evidence_file", "evidence_pointer", "evidence_sha256", "evidence_time",
		"cause", "first_seen", "age_days", "due", "exception", "expired_exception", "mitigation")
	err := eachListedResult(ctx, r, nil, func(result *listedResult) error {
		return result.eachItem(r, func(l *listedItem) error { return table.row(findingFields(r, l)...) })
	}, nil)
	return table.end(err)
}

func findingFields(r *Report, l *listedItem) []any {
	account, name, unit, owner := l.accountFields(r)
	fields := []any{l.ID, l.Control.ID, l.Control.Number, string(l.Control.Severity), account, name, unit, owner}
	var resource, observed, expected, decided, file, pointer, exception, expired, mitigation string
	if i := l.Item; i != nil {
		resource, observed, expected, decided = i.Resource, i.Observed, i.Expected, strings.Join(i.Because, "; ")
		file, pointer, exception, expired = i.Evidence.File, i.Evidence.Pointer, i.Exception, i.Expired
		if m := i.Mitigation; m != nil {
			mitigation = nameOrID(m.PolicyName, m.PolicyID) + " at " + nameOrID(m.NodeName, m.NodeID)
		}
	}
	var age any
	if !l.FirstSeen.IsZero() {
		age = AgeDays(l.FirstSeen, l.At)
	}
	return append(fields, resource, l.status(), string(l.mark()), observed, expected, decided, file, pointer, r.Digests[file], l.At,
		causeWords(l.gap(), l.Reason), l.FirstSeen, age, l.Due, exception, expired, mitigation)
}

// writeResultsCSV writes the verdict of every control on every account, and those of the
// organization.
func writeResultsCSV(ctx context.Context, r *Report, w io.Writer) error {
	table := newCSVTable(w,
		"control", "number", "title", "level", "severity", "weight", "scope", "account_id", "account_name", "unit", "owner", "verdict", "mark",
		"population", "passed", "failed", "not_assessed", "reason", "cause", "evidence_time")
	err := eachListedResult(ctx, r, nil, func(l *listedResult) error {
		account, name, unit, owner := l.accountFields(r)
		var level any
		if l.Control.Level > 0 {
			level = l.Control.Level
		}
		return table.row(l.Control.ID, l.Control.Number, l.Control.Title, level, string(l.Control.Severity), l.Control.Weight,
			string(l.Control.Scope), account, name, unit, owner, string(l.Verdict), string(l.Mark), l.Population, l.Passed, l.Failed,
			l.NotAssessed, l.Reason, causeWords(l.Gap, ""), l.At)
	}, nil)
	return table.end(err)
}

// causeWords say why something was not assessed, or else why there is nothing to assess.
func causeWords(g *org.Gap, reason string) string {
	if g == nil {
		return reason
	}
	words := gapWords(g)
	if g.Code != "" {
		words += " (" + g.Code + ")"
	}
	return words
}

// csvTable writes records of so many fields.
type csvTable struct {
	writer *csv.Writer
	fields []string
}

func newCSVTable(w io.Writer, header ...string) *csvTable {
	t := &csvTable{writer: csv.NewWriter(w), fields: make([]string, len(header))}
	// An error of writing stays with the writer and comes back from end.
	_ = t.writer.Write(header)
	return t
}

// row writes a record of text, whole numbers, times, and nil for an empty field.
func (t *csvTable) row(values ...any) error {
	if len(values) != len(t.fields) {
		return fmt.Errorf("a record of %d fields stands under a header of %d", len(values), len(t.fields))
	}
	for i, value := range values {
		switch v := value.(type) {
		case nil:
			t.fields[i] = ""
		case string:
			t.fields[i] = csvText(v)
		case int:
			t.fields[i] = strconv.Itoa(v)
		case time.Time:
			t.fields[i] = ""
			if !v.IsZero() {
				t.fields[i] = v.UTC().Format(time.RFC3339)
			}
		default:
			return fmt.Errorf("no field can hold a %T", value)
		}
	}
	return t.writer.Write(t.fields)
}

func (t *csvTable) end(err error) error {
	if err != nil {
		return err
	}
	t.writer.Flush()
	return t.writer.Error()
}

// csvText makes text of AWS inert in a spreadsheet, which takes a field for a formula that
// begins with =, +, -, @, a tab or a carriage return, in their full-width forms too ("CSV
// Injection", OWASP). Such a field, and one that begins with an apostrophe itself, gets an
// apostrophe before it: whoever wants the text as it was takes one apostrophe away from the
// beginning of a field that has one. Control characters, line breaks too, become visible
// escapes such as \x1b, as in the workbook. So does a semicolon before the beginning of a
// formula, since a spreadsheet may take semicolons for the ends of fields.
func csvText(s string) string {
	s = strings.ReplaceAll(visible(s), "\n", `\n`)
	if !strings.ContainsAny(s, `;'=+-@＝＋－＠`) {
		return s
	}
	if strings.Contains(s, ";") {
		parts := strings.Split(s, ";")
		var b strings.Builder
		b.WriteString(parts[0])
		for _, part := range parts[1:] {
			if beginsFormula(strings.TrimLeft(part, ` "'`)) {
				b.WriteString(`\x3b`)
			} else {
				b.WriteString(";")
			}
			b.WriteString(part)
		}
		s = b.String()
	}
	if strings.HasPrefix(s, "'") || beginsFormula(strings.TrimLeft(s, " ")) {
		return "'" + s
	}
	return s
}

// beginsFormula tells whether a spreadsheet may take text for a formula.
func beginsFormula(s string) bool {
	for _, sign := range []string{"=", "+", "-", "@", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, sign) {
			return true
		}
	}
	return false
}
