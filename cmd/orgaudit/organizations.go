package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"orgaudit/report"
	"orgaudit/report/benchmark"
)

// organizationsFile holds the sums over several organizations.
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
	tally    benchmark.Tally
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

func (g *gathering) auditEach(c *cobra.Command, set settings, entries []organizationEntry) error {
	all := audited{Schema: 1, Tool: version(), Organizations: []auditedOrganization{}}
	ids := map[string]string{}
	for _, e := range entries {
		printLine(g.streams.out, "== %s ==\n", e.Name)
		one, r, err := g.auditOne(c, set, e)
		if c.Context().Err() != nil {
			return err
		}
		var done outcome
		switch {
		case errors.As(err, &done):
			printLine(g.streams.err, "orgaudit: %s: %s", e.Name, done.text)
		case err != nil:
			printError(g.streams.err, fmt.Errorf("%s: %w", e.Name, err))
		}
		if other := ids[one.ID]; one.ID != "" && other != "" {
			printLine(g.streams.err, "orgaudit: %s and %s are the same organization, %s", other, e.Name, one.ID)
		}
		ids[one.ID] = e.Name
		all.add(one, r)
		fmt.Fprintln(g.streams.out)
	}
	all.Score = all.tally.Score()
	if err := all.write(filepath.Join(g.out, organizationsFile)); err != nil {
		return err
	}
	if err := all.print(g.streams.out); err != nil {
		return fmt.Errorf("print the organizations: %w", err)
	}
	printLine(g.streams.out, "%s", filepath.Join(g.out, organizationsFile))
	if all.ExitCode == exitOK {
		return nil
	}
	return outcome{all.ExitCode, fmt.Sprintf("%d organizations; the exit code is that of the worst", len(all.Organizations))}
}

// auditOne audits one organization.
func (g *gathering) auditOne(c *cobra.Command, set settings, e organizationEntry) (auditedOrganization, *report.Report, error) {
	one := auditedOrganization{Name: e.Name, Folder: e.Name}
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
	one.ExitCode = exitCodeOf(err)
	if err != nil {
		one.Outcome = err.Error()
	}
	if r := of.published; r != nil {
		one.ID, one.Partition, one.Coverage, one.Score = r.Organization.ID, r.Organization.Partition, &r.Coverage, &r.Score
	}
	return one, of.published, err
}

// add adds one organization to the sums.
func (a *audited) add(one auditedOrganization, r *report.Report) {
	a.Organizations = append(a.Organizations, one)
	a.ExitCode = worse(a.ExitCode, one.ExitCode)
	if r == nil {
		return
	}
	c, more := &a.Coverage, r.Coverage
	c.Accounts += more.Accounts
	c.Complete += more.Complete
	c.Partial += more.Partial
	c.NotEntered += more.NotEntered
	c.NotCollected += more.NotCollected
	c.Excluded += more.Excluded
	a.tally = a.tally.Plus(r.Tally)
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
