package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
	"orgaudit/templates"
)

// explanation is everything that is known of a control.
type explanation struct {
	ID         string               `json:"id"`
	Title      string               `json:"title"`
	Severity   benchmark.Severity   `json:"severity"`
	Scope      benchmark.Scope      `json:"scope"`
	Decided    string               `json:"decided"`
	Why        string               `json:"why"`
	Test       string               `json:"test"`
	Remedy     string               `json:"remedy"`
	Evidence   []org.Section        `json:"evidence"`
	Actions    []string             `json:"iam_actions"`
	Parameters []explainedParameter `json:"parameters"`
	Benchmarks []explainedNumber    `json:"benchmarks"`
	References benchmark.References `json:"references"`
}

// explainedParameter is a parameter with the value that the chosen benchmark gives it.
type explainedParameter struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	Default string `json:"default"`
	Meaning string `json:"meaning"`
	Source  string `json:"source"`
}

// explainedNumber is the control's place in a benchmark.
type explainedNumber struct {
	Benchmark  string             `json:"benchmark"`
	Number     string             `json:"number,omitempty"`
	Title      string             `json:"title"`
	Level      int                `json:"level,omitempty"`
	Assessment string             `json:"assessment,omitempty"`
	Severity   benchmark.Severity `json:"severity"`
	Weight     int                `json:"weight"`
	// changed tells that the benchmark gives the control a severity or weight of its own.
	changed bool
}

// explain prints everything that is known of a control: the chosen benchmark is the one
// whose parameters are shown, and its number beside those of orgaudit's own benchmarks.
func explain(w io.Writer, c *benchmark.Control, chosen *benchmark.Definition, format string) error {
	references, err := benchmark.LoadReferences(templates.References)
	if err != nil {
		return err
	}
	sections := slices.Concat(c.Needs, c.NeedsAny, c.NeedsOrganization, c.Uses)
	e := explanation{
		ID: c.ID, Title: c.Title, Severity: c.Severity, Scope: c.Scope, Decided: decided(c),
		Why: c.Why, Test: c.Test, Remedy: c.Remedy, References: references[c.ID],
		Evidence: append([]org.Section{}, sections...), Actions: actions(sections), Parameters: []explainedParameter{},
	}
	for _, p := range chosen.Parameters.Values() {
		if slices.Contains(c.Parameters, p.Name) {
			e.Parameters = append(e.Parameters, explainedParameter(p))
		}
	}
	if e.Benchmarks, err = numbers(c.ID, chosen); err != nil {
		return err
	}
	if format == "json" {
		return writeJSON(w, e)
	}
	e.print(w, chosen.ID)
	return nil
}

// numbers are the places of a control in all benchmarks. One that only extends another
// repeats its numbers and is left out, unless it is the chosen one and not ours.
func numbers(control string, chosen *benchmark.Definition) ([]explainedNumber, error) {
	var definitions []*benchmark.Definition
	known := benchmark.DefinitionNames(templates.Benchmarks)
	for _, name := range known {
		d, err := benchmark.LoadDefinition(templates.Benchmarks, name)
		if err != nil {
			return nil, err
		}
		if d.Extends == "" {
			definitions = append(definitions, d)
		}
	}
	if !slices.Contains(known, chosen.ID) {
		definitions = append(definitions, chosen)
	}
	list := []explainedNumber{}
	for _, d := range definitions {
		for _, r := range d.Judged() {
			if r.Control == control {
				list = append(list, explainedNumber{
					Benchmark: d.ID, Number: r.Number, Title: r.Title, Level: r.Level, Assessment: r.Assessment,
					Severity: r.Demand().Severity, Weight: r.Counts(d.Weights), changed: r.Severity != "" || r.Weight != nil,
				})
			}
		}
	}
	return list, nil
}

func (e *explanation) print(w io.Writer, chosen string) {
	printLine(w, "%s: %s", e.ID, e.Title)
	printLine(w, "severity %s, scope %s, decided %s", e.Severity, e.Scope, e.Decided)
	for _, part := range []struct{ title, text string }{{"Why", e.Why}, {"Test", e.Test}, {"Remedy", e.Remedy}} {
		printLine(w, "\n%s: %s", part.title, part.text)
	}
	var sections []string
	for _, s := range e.Evidence {
		sections = append(sections, string(s))
	}
	printLine(w, "\nEvidence: %s", strings.Join(sections, ", "))
	printLine(w, "IAM actions: %s", strings.Join(e.Actions, ", "))
	for _, p := range e.Parameters {
		value := fmt.Sprintf("default %q", p.Default)
		if p.Value != p.Default {
			value += fmt.Sprintf(", %q in %s", p.Value, chosen)
		}
		printLine(w, "Parameter %s (%s): %s Source: %s.", p.Name, value, p.Meaning, p.Source)
	}
	for _, n := range e.Benchmarks {
		printLine(w, "%s: %s", n.Benchmark, n.words())
	}
	for _, f := range e.References.Frameworks() {
		printLine(w, "%s: %s", f.Name, orDash(strings.Join(f.Numbers, ", ")))
	}
}

// words are the number with what the benchmark says of it, such as 2.5 (level 1, Automated).
func (n explainedNumber) words() string {
	var about []string
	if n.Level != 0 {
		about = append(about, fmt.Sprintf("level %d", n.Level))
	}
	if n.Assessment != "" {
		about = append(about, n.Assessment)
	}
	if n.changed {
		about = append(about, fmt.Sprintf("severity %s, weight %d", n.Severity, n.Weight))
	}
	text := orDash(n.Number)
	if len(about) > 0 {
		text += " (" + strings.Join(about, ", ") + ")"
	}
	return text
}

// actions are the IAM permissions behind sections. Those that no collector reads are the
// organization's.
func actions(sections []org.Section) []string {
	calls := map[org.Section][]org.Call{}
	for _, c := range collect.Collectors() {
		calls[c.Section] = c.Calls
	}
	var needed []org.Call
	for _, s := range sections {
		if own, ok := calls[s]; ok {
			needed = append(needed, own...)
		} else {
			needed = append(needed, org.Calls()...)
		}
	}
	return org.Actions(needed)
}
