package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"orgaudit/collect"
	"orgaudit/report"
	"orgaudit/report/benchmark"
)

// organizationsFile holds the sums over several organizations, for programs.
const organizationsFile = "organizations.json"

// audited is what became of several organizations.
type audited struct {
	Schema        int                   `json:"schema"`
	Tool          string                `json:"tool"`
	Organizations []auditedOrganization `json:"organizations"`
	// Coverage and Score are those of all organizations that were audited: the accounts and
	// the weights of the verdicts added up.
	Coverage report.Coverage `json:"coverage"`
	Score    benchmark.Score `json:"score"`
	ExitCode int             `json:"exit_code"`
}

// auditedOrganization is what became of one of them. Without a report there is an error alone.
type auditedOrganization struct {
	Name      string           `json:"name"`
	Folder    string           `json:"folder"`
	ID        string           `json:"id,omitempty"`
	Partition string           `json:"partition,omitempty"`
	Coverage  *report.Coverage `json:"coverage"`
	Score     *benchmark.Score `json:"score"`
	ExitCode  int              `json:"exit_code"`
	Outcome   string           `json:"outcome,omitempty"`
}

// auditOrganizations audits the organizations of the configuration one after the other,
// each into a folder of its name. One that fails does not keep the others from being
// audited; the worst exit code is that of the whole.
func (g *gathering) auditOrganizations(c *cobra.Command, set settings, only string) error {
	entries, err := g.config.organizations(only)
	if err != nil {
		return err
	}
	if set.history != "" {
		return usageError{errors.New("flag --history: several organizations have a history each; choose them with --previous, whose folder holds a folder of each organization's name")}
	}
	return g.alone(c, func() error { return g.auditEach(c, set, entries) })
}

// auditEach audits the organizations that are asked for, and adds all of the configuration up.
func (g *gathering) auditEach(c *cobra.Command, set settings, asked []organizationEntry) error {
	form, err := g.config.rendering()
	if err != nil {
		return err
	}
	r := g.config.Report
	sum := report.Several{Title: r.Title, Company: r.Company, Confidentiality: r.Confidentiality, Rendering: form}
	all := audited{Schema: 1, Tool: version(), Organizations: []auditedOrganization{}}
	ids := map[string]string{}
	for _, e := range g.config.Organization.several {
		var one auditedOrganization
		var of *report.Report
		if slices.ContainsFunc(asked, func(a organizationEntry) bool { return a.Name == e.Name }) {
			printLine(g.streams.out, "== %s ==\n", e.Name)
			one, of, err = g.auditOne(c, set, e)
			fmt.Fprintln(g.streams.out)
		} else {
			one, of, err = g.auditedBefore(c.Context(), e)
		}
		if c.Context().Err() != nil {
			return err
		}
		g.say(e.Name, err)
		if other := ids[one.ID]; one.ID != "" && other != "" {
			printLine(g.streams.err, "orgaudit: %s and %s are the same organization, %s", other, e.Name, one.ID)
		}
		ids[one.ID] = e.Name
		all.Organizations = append(all.Organizations, one)
		all.ExitCode = worse(all.ExitCode, one.ExitCode)
		sum.Members = append(sum.Members, report.NewMember(e.Name, e.Name, one.Outcome, of))
	}
	total := sum.Sum()
	all.Coverage, all.Score = total.Coverage, total.Score
	if err := all.write(filepath.Join(g.out, organizationsFile)); err != nil {
		return err
	}
	files, err := sum.WriteFiles(c.Context(), g.out, r.Formats)
	if err != nil {
		return err
	}
	if err := all.print(g.streams.out); err != nil {
		return fmt.Errorf("print the organizations: %w", err)
	}
	for _, file := range append(files, filepath.Join(g.out, organizationsFile)) {
		printLine(g.streams.out, "%s", file)
	}
	if all.ExitCode == exitOK {
		return nil
	}
	return outcome{all.ExitCode, fmt.Sprintf("%d organizations; the exit code is that of the worst", len(all.Organizations))}
}

// say tells how the audit of one organization ended, where it was not well.
func (g *gathering) say(name string, err error) {
	var done outcome
	switch {
	case errors.As(err, &done):
		printLine(g.streams.err, "orgaudit: %s: %s", name, done.text)
	case err != nil:
		printError(g.streams.err, fmt.Errorf("%s: %w", name, err))
	}
}

// newAudited is what became of an organization with a report, or without one.
func newAudited(name string, r *report.Report) auditedOrganization {
	one := auditedOrganization{Name: name, Folder: name}
	if r != nil {
		one.ID, one.Partition, one.Coverage, one.Score = r.Organization.ID, r.Organization.Partition, &r.Coverage, &r.Score
	}
	return one
}

// auditOne audits one organization.
func (g *gathering) auditOne(c *cobra.Command, set settings, e organizationEntry) (auditedOrganization, *report.Report, error) {
	of := *g
	of.config, of.out = g.config.of(e), filepath.Join(g.out, e.Name)
	// A run that was stopped had perhaps not come to this one.
	empty, err := holdsNoFile(filepath.Join(of.out, evidenceFolder))
	if err == nil && empty && !g.resume.onlyFailed {
		of.resume = resumption{}
	}
	if set.previous != "" {
		set.previous = filepath.Join(set.previous, e.Name)
		if !isFolder(set.previous) {
			printLine(g.streams.err, "orgaudit: %s: there is no earlier audit in %s", e.Name, set.previous)
			set.previous = ""
		}
	}
	if of.earlierAudits, err = set.earlierAudits(g.streams, of.out); err == nil {
		err = of.auditAll(c)
	}
	one := newAudited(e.Name, of.published)
	one.ExitCode = exitCodeOf(err)
	if err != nil {
		one.Outcome = err.Error()
	}
	return one, of.published, err
}

// auditedBefore judges the evidence that an earlier run has left of an organization that this
// one is not asked for, so that the report of all stays whole.
func (g *gathering) auditedBefore(ctx context.Context, e organizationEntry) (auditedOrganization, *report.Report, error) {
	dir := filepath.Join(g.out, e.Name, evidenceFolder)
	one := auditedOrganization{Name: e.Name, Folder: e.Name, Outcome: "not asked for in this run, and there is no evidence of an earlier one"}
	if empty, err := holdsNoFile(dir); err != nil || empty {
		return one, nil, err
	}
	folder, err := collect.OpenFolder(dir)
	var r *report.Report
	if err == nil {
		r, err = judge(ctx, g.config.of(e), folder)
	}
	if err != nil {
		one.Outcome = "not asked for in this run, and the evidence of the earlier one cannot be judged: " + err.Error()
		return one, nil, err
	}
	one = newAudited(e.Name, r)
	one.Outcome = "not asked for in this run; judged from the evidence of an earlier one"
	return one, r, nil
}

// worse is the exit code that says more of what went wrong.
func worse(a, b int) int {
	rank := map[int]int{exitOK: 0, exitGaps: 1, exitThreshold: 2, exitUsage: 3, exitFailed: 4}
	if rank[b] > rank[a] {
		return b
	}
	return a
}

func (a *audited) write(name string) error {
	text, err := json.MarshalIndent(a, "", "  ")
	if err == nil {
		err = os.WriteFile(name, append(text, '\n'), 0o600)
	}
	if err != nil {
		return fmt.Errorf("write what became of the organizations: %w", err)
	}
	return nil
}

func (a *audited) print(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ORGANIZATION\tID\tACCOUNTS\tIN FULL\tGRADE\tSCORE\tADJUSTED\tLOW–HIGH\tCOVERAGE\tEXIT CODE")
	row := func(name, id string, c *report.Coverage, s *benchmark.Score, code int) {
		if c == nil || s == nil {
			fmt.Fprintf(table, "%s\t%s\t–\t–\t–\t–\t–\t–\t–\t%d\n", name, benchmark.NoGrade, code)
			return
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%s\t%s\t%s\t%s\t%s\t%d\n", name, printable(id), c.InScope(), c.Complete,
			s.Grade, figure(s.Raw), figure(s.Adjusted), bounds(*s), figure(s.Coverage), code)
	}
	for _, o := range a.Organizations {
		row(o.Name, o.ID, o.Coverage, o.Score, o.ExitCode)
	}
	row("All", "", &a.Coverage, &a.Score, a.ExitCode)
	return table.Flush()
}
