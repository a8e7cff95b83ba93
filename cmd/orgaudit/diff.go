package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"orgaudit/report"
	"orgaudit/report/benchmark"
)

// comparing is one comparison of two audits, and how it is told.
type comparing struct {
	streams  streams
	format   string
	severity string
	open     bool // list what is still open, too
	failOn   string
}

func diffCommand(s streams, environ []string) *cobra.Command {
	var set settings
	d := comparing{streams: s}
	c := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Say what has changed between two audits, and why the score moved",
		Long: `Diff judges two evidence folders, or output folders that hold one, by the same benchmark,
weights, parameters and exceptions, and says what became of every finding:

  new                 fails now, and the old audit did not know it
  regressed           fails now and passed then, or had been resolved before
  resolved            failed then, and passes now or is no more
  still open          failed then and fails now
  no longer assessed  failed then, and nobody can say whether it still does

It takes the difference of the score apart: the benchmark (where OLD has its audit.json),
the scope, the coverage, the environment, exceptions, and mitigating policies.

Exit codes:
  0  compared
  1  failed
  2  the command line or the configuration is wrong, or the audits cannot be compared
  4  there are more findings than --fail-on allows`,
		Example: `  orgaudit diff 2026-q3 2026-q4
  orgaudit diff 2026-q3 2026-q4 --severity high --fail-on new=0,regressed=0
  orgaudit diff 2026-q3 2026-q4 --history audits --format json`,
		Args: usageArgs(cobra.ExactArgs(2)),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := set.load(c, environ)
			if err != nil {
				return err
			}
			thresholds, err := d.check()
			if err != nil {
				return err
			}
			now, err := report.OpenPast(args[1])
			if err != nil {
				return usageError{err}
			}
			set.previous = args[0]
			earlier, err := set.earlierAudits(s, now.Folder.Dir())
			if err != nil {
				return err
			}
			r, err := judgeSince(c.Context(), cfg, now.Folder, earlier)
			if err != nil {
				return err
			}
			warnLeftOut(s, r.LeftOut)
			counted, err := d.print(c.Context(), r)
			if err != nil {
				return fmt.Errorf("print the changes: %w", err)
			}
			return tooMany(counted, thresholds)
		},
	}
	c.Flags().StringVar(&d.format, "format", "text", "text or json")
	c.Flags().StringVar(&d.severity, "severity", string(benchmark.Low), "count and list findings of this severity and graver ones")
	c.Flags().BoolVar(&d.open, "open", false, "list the findings that are still open, too")
	c.Flags().StringVar(&d.failOn, "fail-on", "", "most findings by kind, such as new=0,regressed=0,lost=5; above one of them the exit code is 4")
	c.Flags().StringVar(&set.history, "history", "", "folder whose folders are earlier audits, for first sights and what came back")
	set.add(c, "benchmark", "benchmark.name", "benchmark to judge against: one that \"orgaudit controls\" lists, or a TOML file")
	set.addExceptions(c)
	set.addConfig(c)
	return c
}

// mostFindings are the thresholds of --fail-on by kind.
type mostFindings map[report.ChangeKind]int

// check finds flags that cannot be.
func (d *comparing) check() (mostFindings, error) {
	if !slices.Contains([]string{"text", "json"}, d.format) {
		return nil, usageError{fmt.Errorf("flag --format: unknown format %q; the known ones are text, json", d.format)}
	}
	if !slices.Contains(benchmark.Severities(), benchmark.Severity(d.severity)) {
		return nil, usageError{fmt.Errorf("flag --severity: unknown severity %q; the known ones are critical, high, medium, low", d.severity)}
	}
	kinds := map[string]report.ChangeKind{
		"new": report.ChangeNew, "regressed": report.ChangeRegressed, "open": report.ChangeStillOpen, "lost": report.ChangeLost,
	}
	most := mostFindings{}
	if d.failOn == "" {
		return most, nil
	}
	for _, threshold := range strings.Split(d.failOn, ",") {
		name, value, _ := strings.Cut(threshold, "=")
		kind, ok := kinds[name]
		if !ok {
			return nil, usageError{fmt.Errorf("flag --fail-on: unknown threshold %q; the known ones are new, regressed, open, lost", name)}
		}
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			return nil, usageError{fmt.Errorf("flag --fail-on: %q is not of the form %s=NUMBER", threshold, name)}
		}
		most[kind] = n
	}
	return most, nil
}

// tooMany compares the numbers of findings with the thresholds.
func tooMany(found map[report.ChangeKind]int, most mostFindings) error {
	var words []string
	for _, kind := range []report.ChangeKind{report.ChangeNew, report.ChangeRegressed, report.ChangeStillOpen, report.ChangeLost} {
		if n, ok := most[kind]; ok && found[kind] > n {
			words = append(words, fmt.Sprintf("%d findings are %s, more than the %d of --fail-on", found[kind], kind, n))
		}
	}
	if len(words) == 0 {
		return nil
	}
	return outcome{exitThreshold, strings.Join(words, "; ")}
}

// print writes the comparison and counts the findings of the severities that are asked for.
func (d *comparing) print(ctx context.Context, r *report.Report) (map[report.ChangeKind]int, error) {
	found := map[report.ChangeKind]int{}
	grave := slices.Index(benchmark.Severities(), benchmark.Severity(d.severity))
	// wanted tells whether a finding is of such a severity, and counts it.
	each := func(f func(*report.Change) error) error {
		return r.EachChange(ctx, func(c *report.Change) error {
			if slices.Index(benchmark.Severities(), c.Severity) > grave {
				return nil
			}
			found[c.Kind]++
			if c.Kind == report.ChangeStillOpen && !d.open {
				return nil
			}
			return f(c)
		})
	}
	if d.format == "json" {
		w := bufio.NewWriter(d.streams.out)
		return found, errors.Join(report.WriteChanges(r, w, each), w.Flush())
	}
	if err := d.text(r, each); err != nil || d.severity == string(benchmark.Low) {
		return found, err
	}
	_, err := fmt.Fprintf(d.streams.out, "\nOf severity %s and graver: %s\n", d.severity, report.ChangeCount{
		New: found[report.ChangeNew], Regressed: found[report.ChangeRegressed], Resolved: found[report.ChangeResolved],
		StillOpen: found[report.ChangeStillOpen], Lost: found[report.ChangeLost],
	}.Words())
	return found, err
}

// text writes the comparison for a person.
func (d *comparing) text(r *report.Report, each func(func(*report.Change) error) error) error {
	w := d.streams.out
	printLine(w, "Organization %s, %s", r.Organization.ID, r.Benchmark.Title)
	of := ""
	if d.severity != string(benchmark.Low) {
		of = ", of all severities"
	}
	printChanges(w, r, of)
	for _, group := range []struct {
		title string
		lines []string
	}{{"Better:", r.Changes.Better}, {"Worse:", r.Changes.Worse}, {"Accounts:", accountLines(r.Changes.Accounts)}} {
		if len(group.lines) == 0 {
			continue
		}
		printLine(w, "\n%s", group.title)
		for _, line := range group.lines {
			printLine(w, "  %s", line)
		}
	}
	if err := printUnitChanges(w, r.Changes.Units); err != nil {
		return err
	}
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	listed := 0
	err := each(func(c *report.Change) error {
		if listed == 0 {
			fmt.Fprintln(table, "CHANGE\tCAUSE\tSEVERITY\tCONTROL\tACCOUNT\tBEFORE\tNOW\tFIRST SEEN\tRESOURCE")
		}
		if listed++; listed%tableRows == 0 {
			if err := table.Flush(); err != nil {
				return err
			}
		}
		account := c.AccountID
		if account == "" {
			account = "(organization)"
		}
		_, err := fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", c.Kind, orDash(string(c.Cause)), c.Severity, c.Control, account,
			c.Before, c.After, c.FirstSeen.Format("2006-01-02"), printable(c.Resource))
		return err
	})
	return errors.Join(err, table.Flush())
}

// tableRows is after how many rows a long table is written, so that it is not kept whole.
const tableRows = 1000

func accountLines(changes []report.AccountChange) []string {
	var lines []string
	for _, a := range changes {
		line := a.AccountID + " " + a.Name + ": " + a.What
		switch {
		case a.Before != "" && a.After != "":
			line += ", " + a.Before + " → " + a.After
		case a.Before+a.After != "":
			line += " (" + a.Before + a.After + ")"
		}
		lines = append(lines, line)
	}
	return lines
}

// printUnitChanges lists the units whose score moved.
func printUnitChanges(w io.Writer, units []report.UnitChange) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	begun := false
	for _, u := range units {
		if figure(u.Before) == figure(u.Now) {
			continue
		}
		if !begun {
			begun = true
			fmt.Fprintln(table, "\nUNIT\tBEFORE\tNOW")
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", printable(u.Path), figure(u.Before), figure(u.Now))
	}
	return table.Flush()
}
