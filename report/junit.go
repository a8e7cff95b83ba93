package report

import (
	"bufio"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"orgaudit/report/benchmark"
)

// junitItems is how many failed items a failure names; the other formats hold them all.
const junitItems = 20

// junitCount are the totals of a suite. A fail that an exception or a policy of the
// organization accounts for is skipped: it must neither break a pipeline nor count as passed.
type junitCount struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
}

type junitSuite struct {
	XMLName   xml.Name `xml:"testsuite"`
	Name      string   `xml:"name,attr"`
	Timestamp string   `xml:"timestamp,attr"`
	Hostname  string   `xml:"hostname,attr"` // the account's id
	Time      string   `xml:"time,attr"`
	junitCount
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	// Class and Name together are the same from audit to audit, since pipelines compare by them.
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitOutcome `xml:"failure"`
	Error   *junitOutcome `xml:"error"`
	Skipped *junitOutcome `xml:"skipped"`
}

type junitOutcome struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",cdata"`
}

// writeJUnit writes a suite for the organization and one for every account, with a case for
// every control.
func writeJUnit(ctx context.Context, r *Report, w io.Writer) error {
	out := bufio.NewWriter(w)
	total := junitCount{}
	for i := range r.Controls {
		c := &r.Controls[i]
		accepted := c.Excepted + c.Mitigated
		total.Failures += c.Failed - accepted
		total.Errors += c.NotAssessed
		total.Skipped += accepted + c.NotApplicable + c.Manual
		total.Tests += c.Passed + c.Failed + c.NotAssessed + c.NotApplicable + c.Manual
	}
	var name strings.Builder
	if err := xml.EscapeText(&name, []byte(visible(r.Title+": "+r.Organization.ID+", "+r.Benchmark.Title))); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s<testsuites name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"%d\" time=\"0\">\n",
		xml.Header, name.String(), total.Tests, total.Failures, total.Errors, total.Skipped)
	encoder := xml.NewEncoder(out)
	encoder.Indent(" ", " ")
	var suite *junitSuite
	end := func() error {
		if suite == nil {
			return nil
		}
		return encoder.Encode(suite)
	}
	err := eachListedResult(ctx, r, func(rows *AccountRows) error {
		if err := end(); err != nil {
			return err
		}
		suite = newJUnitSuite(r, rows)
		return nil
	}, func(l *listedResult) error {
		suite.add(l)
		return nil
	}, nil)
	if err == nil {
		err = end()
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "\n</testsuites>")
	return out.Flush() // an error of writing before comes back here
}

// newJUnitSuite is the suite of an account, or of the organization where rows are nil. An
// account without results has an empty one, which says why.
func newJUnitSuite(r *Report, rows *AccountRows) *junitSuite {
	s := &junitSuite{Time: "0"}
	property := func(name, value string) {
		if value != "" {
			s.Properties = append(s.Properties, junitProperty{name, visible(value)})
		}
	}
	if rows == nil {
		s.Name, s.Hostname, s.Timestamp = "organization "+r.Organization.ID, r.Organization.ID, junitTime(r.Evidence.LastCall)
		property("benchmark", r.Benchmark.ID)
		property("evidence_sha256", r.Evidence.Digest)
		return s
	}
	a := rows.Account
	at := a.EndedAt
	if at.IsZero() {
		at = r.Evidence.LastCall
	}
	s.Name, s.Hostname, s.Timestamp = visible(a.ID+" "+a.Name), a.ID, junitTime(at)
	property("unit", a.Unit)
	property("owner", r.Rendering.Owner(&a.Account))
	property("outcome", a.Outcome)
	property("why", a.Why)
	property("evidence_sha256", a.EvidenceSHA256)
	return s
}

// junitTime has no zone, since the schema that readers check against allows none; it is UTC.
func junitTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05") }

func (s *junitSuite) add(l *listedResult) {
	c := junitCase{Class: s.Hostname, Name: l.Control.ID, Time: "0"}
	if l.Control.Title != "" {
		c.Name += ": " + visible(l.Control.Title)
	}
	s.Tests++
	switch {
	case l.Verdict == benchmark.VerdictPass:
	case l.Verdict == benchmark.VerdictFail && l.Mark == benchmark.NoMark:
		s.Failures++
		c.Failure = &junitOutcome{
			Message: fmt.Sprintf("%d of %s failed", l.Failed, counted(l.Population, "item", "items")),
			Type:    string(l.Control.Severity), Text: junitFailed(l),
		}
	case l.Verdict == benchmark.VerdictFail:
		s.Skipped++
		c.Skipped = &junitOutcome{Message: junitAccepted(l)}
	case l.Verdict == benchmark.VerdictNotApplicable:
		s.Skipped++
		c.Skipped = &junitOutcome{Message: visible("not applicable: " + l.Reason)}
	case l.Verdict == benchmark.VerdictManual:
		s.Skipped++
		c.Skipped = &junitOutcome{Message: visible("manual: " + l.Reason)}
	default:
		s.Errors++
		c.Error = &junitOutcome{Message: visible("not assessed: " + causeWords(l.Gap, l.Reason))}
		if l.Gap != nil {
			c.Error.Type = string(l.Gap.Cause)
			c.Error.Text = visible(l.Gap.Message)
		}
	}
	s.Cases = append(s.Cases, c)
}

// junitFailed names the first failed items, those first that nothing accounts for.
func junitFailed(l *listedResult) string {
	var lines, accepted []string
	for i := range l.Items {
		item := &l.Items[i]
		if item.Status != benchmark.Failed {
			continue
		}
		line := visible(fmt.Sprintf("%s: %s (expected: %s) [%s#%s]", item.Resource, item.Observed, item.Expected, item.Evidence.File, item.Evidence.Pointer))
		if words := itemMarkWords(item); words != "" {
			line += " " + visible(words)
		}
		if itemMark(item) == benchmark.NoMark {
			lines = append(lines, line)
		} else {
			accepted = append(accepted, line)
		}
	}
	lines = append(lines, accepted...)
	if more := len(lines) - junitItems; more > 0 {
		lines = append(lines[:junitItems], fmt.Sprintf("and %d more", more))
	}
	return "\n" + strings.Join(lines, "\n") + "\n"
}

// junitAccepted says who accounts for a fail that has a mark.
func junitAccepted(l *listedResult) string {
	var by []string
	for i := range l.Items {
		if item := &l.Items[i]; item.Status == benchmark.Failed {
			if words := itemMarkWords(item); !slices.Contains(by, words) {
				by = append(by, words)
			}
		}
	}
	message := fmt.Sprintf("FAIL (%s): %d of %s", l.Mark, l.Failed, counted(l.Population, "item", "items"))
	if len(by) > 0 {
		message += ", " + strings.Join(by[:min(len(by), junitItems)], ", ")
	}
	return visible(message)
}
