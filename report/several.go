package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
)

// Several are the audits of several organizations, which one report adds up. Each of them has
// its own evidence and reports; what stands here points to them.
type Several struct {
	Title, Company, Confidentiality string
	Rendering                       Rendering
	// Members are the organizations in the order of the configuration.
	Members []Member
}

// Member is one of several organizations.
type Member struct {
	// Name is the configuration's, Folder the folder of its reports and evidence, relative to
	// that of the report of all.
	Name, Folder string
	// Failure says why there is no report; nothing of the organization stands in any sum then.
	Failure string
	report  *Report
}

// NewMember returns an organization with its report, of which the rows of accounts are not
// needed any more. The report is nil where failure says why there is none.
func NewMember(name, folder, failure string, r *Report) Member {
	m := Member{Name: name, Folder: folder, Failure: failure}
	if r != nil {
		own := *r
		own.EachAccount, own.EachPolicy, own.Changes = nil, nil, nil // they hold the evidence in memory
		m.report, m.Failure = &own, ""
	}
	return m
}

// audited are the organizations that have a report.
func (s *Several) audited() []Member {
	return slices.DeleteFunc(slices.Clone(s.Members), func(m Member) bool { return m.report == nil })
}

// lost are the organizations that have none.
func (s *Several) lost() []Member {
	return slices.DeleteFunc(slices.Clone(s.Members), func(m Member) bool { return m.report != nil })
}

// Sum adds the organizations up: the accounts, the weights of the verdicts, the counts of
// every control. It lists no accounts, and of the gaps those of the units alone.
func (s *Several) Sum() *Report {
	sum := &Report{
		Title: s.Title, Company: s.Company, Confidentiality: s.Confidentiality, Rendering: s.Rendering, WorstAccount: -1,
		Evidence: EvidenceFacts{Complete: true},
	}
	var ids []string
	for _, m := range s.audited() {
		r := m.report
		ids = append(ids, r.Organization.ID)
		sum.Benchmark, sum.Weights = r.Benchmark, r.Weights // one configuration, one benchmark
		sum.Organization.Accounts += r.Organization.Accounts
		sum.addUnits(r)
		e := &sum.Evidence
		e.FirstCall, e.LastCall = earliest(e.FirstCall, r.Evidence.FirstCall), latest(e.LastCall, r.Evidence.LastCall)
		e.Tool, e.Complete, e.Simulated = r.Evidence.Tool, e.Complete && r.Evidence.Complete, e.Simulated || r.Evidence.Simulated
		e.Calls, e.Retries, e.Throttles = e.Calls+r.Evidence.Calls, e.Retries+r.Evidence.Retries, e.Throttles+r.Evidence.Throttles
		sum.Coverage = sum.Coverage.plus(r.Coverage)
		sum.Tally = sum.Tally.Plus(r.Tally)
		sum.Services = collect.AddTraffic(sum.Services, r.Services)
		sum.addControls(r.Controls)
	}
	sum.Organization.ID = strings.Join(ids, ", ")
	sum.Score = sum.Tally.Score()
	return sum
}

func (c Coverage) plus(more Coverage) Coverage {
	return Coverage{
		Accounts: c.Accounts + more.Accounts, Complete: c.Complete + more.Complete, Partial: c.Partial + more.Partial,
		NotEntered: c.NotEntered + more.NotEntered, NotCollected: c.NotCollected + more.NotCollected, Excluded: c.Excluded + more.Excluded,
	}
}

// addUnits adds another organization's units, and the gaps that say that there are others.
func (r *Report) addUnits(more *Report) {
	r.Organization.Units += max(more.Organization.Units, 0)
	for _, g := range more.Gaps {
		if g.Section == org.SectionTree {
			r.Gaps = append(r.Gaps, g)
		}
	}
}

// addControls adds the counts of another organization's controls.
func (r *Report) addControls(more []Control) {
	for i := range more {
		c := &more[i]
		at := slices.IndexFunc(r.Controls, func(own Control) bool { return own.ID == c.ID })
		if at < 0 {
			r.Controls = append(r.Controls, *c)
			continue
		}
		own := &r.Controls[at]
		own.Passed, own.Failed, own.NotAssessed = own.Passed+c.Passed, own.Failed+c.Failed, own.NotAssessed+c.NotAssessed
		own.NotApplicable, own.Manual = own.NotApplicable+c.NotApplicable, own.Manual+c.Manual
		own.Excepted, own.Mitigated = own.Excepted+c.Excepted, own.Mitigated+c.Mitigated
		own.Population, own.ItemsPassed = own.Population+c.Population, own.ItemsPassed+c.ItemsPassed
		own.ItemsFailed, own.ItemsNotAssessed = own.ItemsFailed+c.ItemsFailed, own.ItemsNotAssessed+c.ItemsNotAssessed
	}
}

// WriteFiles writes the report of all organizations into a folder: organizations.xlsx and
// organizations.pdf, as far as these formats are asked for. It returns the names of the files.
// The same reports give the same bytes.
func (s *Several) WriteFiles(ctx context.Context, dir string, formats []string) (names []string, err error) {
	for _, f := range []struct {
		format, file string
		write        func(context.Context, io.Writer) error
	}{{"xlsx", "organizations.xlsx", s.writeWorkbook}, {"pdf", "organizations.pdf", s.writePDF}} {
		name := filepath.Join(dir, f.file)
		if !slices.Contains(formats, f.format) && !slices.Contains(formats, AllFormats) {
			// One of an earlier run would not go with the rest.
			if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
				return nil, fmt.Errorf("remove the earlier report of all organizations: %w", err)
			}
			continue
		}
		if err := collect.WriteFile(name, func(w io.Writer) error { return f.write(ctx, w) }); err != nil {
			return nil, fmt.Errorf("make the %s report of all organizations: %w", f.format, err)
		}
		names = append(names, name)
	}
	return names, nil
}
