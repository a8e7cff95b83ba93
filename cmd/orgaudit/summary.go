package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"orgaudit/report"
	"orgaudit/report/benchmark"
)

// printLine prints one line whose text may hold names from AWS.
func printLine(w io.Writer, format string, args ...any) {
	fmt.Fprintln(w, printable(fmt.Sprintf(format, args...)))
}

// printSummary is what a person reads at the end of a run: scores by unit, coverage, and
// where the files are.
func printSummary(w io.Writer, r *report.Report, formats []report.Format, out, evidence string) {
	printLine(w, "Organization %s, %s", r.Organization.ID, r.Benchmark.Title)
	if r.Evidence.Simulated {
		printLine(w, "This is the built-in simulated organization.")
	}
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "UNIT\tACCOUNTS\tGRADE\tSCORE\tADJUSTED\tLOW–HIGH\tCOVERAGE")
	ungraded := false
	row := func(name string, accounts int, s benchmark.Score) {
		ungraded = ungraded || s.Ungraded()
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\t%s\t%s\n", printable(name), accounts, s.Grade,
			figure(s.Raw), figure(s.Adjusted), bounds(s), figure(s.Coverage))
	}
	for _, u := range r.Units {
		if u.Depth > 0 && u.InScope > 0 {
			row(strings.Repeat("  ", u.Depth-1)+u.Name, u.InScope, u.Score)
		}
	}
	row("Organization", r.Coverage.InScope(), r.Score)
	table.Flush()
	if ungraded {
		printLine(w, "No grade (%s): less than %d %% of what applies was assessed.", benchmark.NoGrade, benchmark.LeastCoverage)
	}
	fmt.Fprintln(w)
	printCoverage(w, r)
	if words := r.ExceptionWords(); words != "" {
		printLine(w, "Accepted risks: %s", words)
	}
	printChanges(w, r, "")
	for _, worst := range r.Worst[:min(len(r.Worst), 3)] {
		printLine(w, "%s: %s", r.Controls[worst.Control].Severity, worst.Sentence)
	}
	fmt.Fprintln(w)
	for _, f := range formats {
		printLine(w, "%s", filepath.Join(out, f.File))
	}
	printLine(w, "%s", evidence)
}

// printCoverage says what became of the accounts.
func printCoverage(w io.Writer, r *report.Report) {
	c := r.Coverage
	printLine(w, "Accounts: %d in the organization = %d in full + %d in part + %d not entered + %d not collected + %d excluded",
		c.Accounts, c.Complete, c.Partial, c.NotEntered, c.NotCollected, c.Excluded)
	printLine(w, "Calls: %d, %d of them repeated, %d throttled", r.Evidence.Calls, r.Evidence.Retries, r.Evidence.Throttles)
	for _, s := range r.Services {
		printLine(w, "  %-14s %7d calls, %d repeated, %d throttled, %s on average, %s at most", s.Service, s.Calls, s.Retries, s.Throttled,
			milliseconds(s.Latency/int64(max(s.Calls, 1))), milliseconds(s.Longest))
	}
}

func milliseconds(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

// bounds are the lowest and the highest that the raw score could be.
func bounds(s benchmark.Score) string {
	if s.Low == nil || s.High == nil {
		return benchmark.NoGrade
	}
	return figure(s.Low) + "–" + figure(s.High)
}

// figure is a score with one decimal, or a dash where nothing was judged.
func figure(f *float64) string {
	return benchmark.Figure(f)
}
