package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
	"orgaudit/templates"
)

func controlsCommand(s streams) *cobra.Command {
	name := ""
	c := &cobra.Command{
		Use:   "controls [ID]",
		Short: "List the controls and benchmarks, or explain one control",
		Example: `  orgaudit controls
  orgaudit controls --benchmark cis-7.0
  orgaudit controls root-mfa`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				control := benchmark.ControlByID(args[0])
				if control == nil {
					return usageError{errors.New("unknown control " + suggest(args[0], benchmark.ControlIDs()) + " \"orgaudit controls\" lists them")}
				}
				return explain(s.out, control)
			}
			d, err := benchmark.LoadDefinition(templates.Benchmarks, name)
			if err != nil {
				return usageError{err}
			}
			return list(s.out, d)
		},
		ValidArgs: benchmark.ControlIDs(),
	}
	c.Flags().StringVar(&name, "benchmark", defaultConfig().Benchmark.Name, "benchmark whose recommendations are listed")
	return c
}

// list prints the recommendations of a benchmark, those without a control too.
func list(w io.Writer, d *benchmark.Definition) error {
	printLine(w, "%s: %s", d.ID, d.Title)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NUMBER\tCONTROL\tSEVERITY\tLEVEL\tTITLE")
	for _, r := range d.Recommendations {
		control, severity := "(not judged)", "–"
		if c := benchmark.ControlByID(r.Control); c != nil {
			control, severity = c.ID, string(c.Severity)
		}
		number := r.Number
		if number == "" {
			number = "–"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%s\n", number, control, severity, r.Level, r.Title)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	printLine(w, "\nBenchmarks: %s", strings.Join(benchmark.DefinitionNames(templates.Benchmarks), ", "))
	return nil
}

// explain prints everything that is known of a control.
func explain(w io.Writer, c *benchmark.Control) error {
	printLine(w, "%s: %s", c.ID, c.Title)
	printLine(w, "severity %s, scope %s", c.Severity, c.Scope)
	for _, part := range []struct{ title, text string }{{"Why", c.Why}, {"Test", c.Test}, {"Remedy", c.Remedy}} {
		printLine(w, "\n%s: %s", part.title, part.text)
	}
	sections := slices.Concat(c.Needs, c.NeedsAny, c.Uses)
	var names []string
	for _, section := range sections {
		names = append(names, string(section))
	}
	printLine(w, "\nEvidence: %s", strings.Join(names, ", "))
	printLine(w, "IAM actions: %s", strings.Join(actions(sections), ", "))
	for _, p := range benchmark.DefaultParameters().Values() {
		if slices.Contains(c.Parameters, p.Name) {
			printLine(w, "Parameter %s (default %q): %s Source: %s.", p.Name, p.Default, p.Meaning, p.Source)
		}
	}
	for _, name := range benchmark.DefinitionNames(templates.Benchmarks) {
		d, err := benchmark.LoadDefinition(templates.Benchmarks, name)
		if err != nil {
			return err
		}
		for _, r := range d.Recommendations {
			if r.Control == c.ID && r.Number != "" && d.Extends == "" {
				printLine(w, "%s: %s (level %d, %s)", d.ID, r.Number, r.Level, r.Assessment)
			}
		}
	}
	return nil
}

// actions are the IAM permissions behind sections.
func actions(sections []org.Section) []string {
	var calls []org.Call
	for _, c := range collect.Collectors() {
		if slices.Contains(sections, c.Section) {
			calls = append(calls, c.Calls...)
		}
	}
	if len(calls) == 0 { // sections of the organization
		calls = org.Calls()
	}
	return org.Actions(calls)
}
