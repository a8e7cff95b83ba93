package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"orgaudit/report/benchmark"
	"orgaudit/templates"
)

func controlsCommand(s streams) *cobra.Command {
	var name, format string
	c := &cobra.Command{
		Use:   "controls [ID]",
		Short: "List the controls and benchmarks, or explain one control",
		Example: `  orgaudit controls
  orgaudit controls --benchmark cis-7.0
  orgaudit controls --benchmark our-own.toml --format json
  orgaudit controls root-mfa`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if formats := []string{"text", "json"}; !slices.Contains(formats, format) {
				return usageError{errors.New("flag --format: unknown format " + suggest(format, formats))}
			}
			d, err := readBenchmark(name)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return list(s.out, d, format)
			}
			control := benchmark.ControlByID(args[0])
			if control == nil {
				return usageError{errors.New("unknown control " + suggest(args[0], benchmark.ControlIDs()) + " \"orgaudit controls\" lists them")}
			}
			return explain(s.out, control, d, format)
		},
		ValidArgs: benchmark.ControlIDs(),
	}
	c.Flags().StringVar(&name, "benchmark", defaultConfig().Benchmark.Name, "benchmark whose recommendations are listed, or a TOML file")
	c.Flags().StringVar(&format, "format", "text", "text or json")
	return c
}

// listing is a benchmark with what becomes of its recommendations.
type listing struct {
	ID              string   `json:"id"`
	Title           string   `json:"title"`
	Digest          string   `json:"sha256"`
	Recommendations []listed `json:"recommendations"`
	Benchmarks      []string `json:"benchmarks"`
}

// listed is one recommendation. Those that no control judges have no control, severity,
// weight and decision.
type listed struct {
	Number     string             `json:"number,omitempty"`
	Control    string             `json:"control,omitempty"`
	Severity   benchmark.Severity `json:"severity,omitempty"`
	Weight     int                `json:"weight,omitempty"`
	Level      int                `json:"level,omitempty"`
	Assessment string             `json:"assessment,omitempty"`
	Decided    string             `json:"decided,omitempty"`
	Title      string             `json:"title"`
}

// list prints the recommendations of a benchmark, those without a control too.
func list(w io.Writer, d *benchmark.Definition, format string) error {
	l := listing{ID: d.ID, Title: d.Title, Digest: d.Digest, Benchmarks: benchmark.DefinitionNames(templates.Benchmarks)}
	for _, r := range d.Recommendations {
		entry := listed{Number: r.Number, Control: r.Control, Level: r.Level, Assessment: r.Assessment, Title: r.Title}
		if c := r.Demand(); c != nil {
			entry.Severity, entry.Weight, entry.Decided = c.Severity, r.Counts(d.Weights), decided(c)
		}
		l.Recommendations = append(l.Recommendations, entry)
	}
	if format == "json" {
		return writeJSON(w, l)
	}
	printLine(w, "%s: %s", l.ID, l.Title)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NUMBER\tCONTROL\tSEVERITY\tLEVEL\tASSESSMENT\tDECIDED\tTITLE")
	for _, r := range l.Recommendations {
		control, level := "(not judged)", ""
		if r.Control != "" {
			control = r.Control
		}
		if r.Level != 0 {
			level = strconv.Itoa(r.Level)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", printable(orDash(r.Number)), control, orDash(string(r.Severity)),
			orDash(level), orDash(r.Assessment), orDash(r.Decided), printable(r.Title))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	printLine(w, "\nBenchmarks: %s", strings.Join(l.Benchmarks, ", "))
	return nil
}

// decided says who judges a control, whatever a benchmark says of its recommendation: many
// that CIS calls manual can be decided from evidence.
func decided(c *benchmark.Control) string {
	if c.Manual {
		return "by a person"
	}
	return "from evidence"
}

func orDash(text string) string {
	if text == "" {
		return benchmark.NoGrade
	}
	return text
}

// writeJSON prints a value for programs.
func writeJSON(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	return encoder.Encode(v)
}
