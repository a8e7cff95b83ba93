package report

import (
	"context"
	"fmt"
	"strings"

	"orgaudit/report/benchmark"
)

// pdfNamed is how many accounts or resources the PDF names below a failed control. The
// workbook holds them all.
const pdfNamed = 10

// pdfGathered is what the PDF needs of the rows of accounts, all from one pass over them. It
// grows with the units and with the accounts, not with what was found in them.
type pdfGathered struct {
	// failures are by index in Report.Controls.
	failures []pdfFailure
	// severities are by index in Report.Units, then in benchmark.Severities.
	severities [][]pdfSplit
	// guardrails are indices in Report.Controls, those that apply somewhere; guarded are by
	// index in Report.Units, then in guardrails.
	guardrails []int
	guarded    [][]pdfSplit
	// pages are those of single accounts, in the order of Report.Accounts; nil where nobody
	// asks for them.
	pages []pdfAccountPage
}

// pdfSplit counts results by what became of them.
type pdfSplit struct{ passed, failed, notAssessed int }

func (s *pdfSplit) add(verdict benchmark.Verdict) {
	switch verdict {
	case benchmark.VerdictPass:
		s.passed++
	case benchmark.VerdictFail:
		s.failed++
	case benchmark.VerdictNotAssessed:
		s.notAssessed++
	}
}

// judged counts what was judged, all counts what was not assessed too.
func (s pdfSplit) judged() int { return s.passed + s.failed }
func (s pdfSplit) all() int    { return s.judged() + s.notAssessed }

// pdfFailure says where a control failed.
type pdfFailure struct {
	// total counts the failed results; named are the first of them, at most pdfNamed.
	total int
	named []pdfFailedAccount
	// resources are the first failed items of a control of organization scope.
	resources      []benchmark.Item
	totalResources int
}

// pdfFailedAccount is an account in which a control failed.
type pdfFailedAccount struct {
	account *Account
	items   int
	mark    benchmark.Mark
}

// gatherPDF reads the rows of all accounts once.
func gatherPDF(ctx context.Context, r *Report) (*pdfGathered, error) {
	g := &pdfGathered{
		failures: make([]pdfFailure, len(r.Controls)), severities: make([][]pdfSplit, len(r.Units)), guarded: make([][]pdfSplit, len(r.Units)),
	}
	index := make(map[string]int, len(r.Controls))
	column := map[string]int{}
	for i := range r.Controls {
		c := &r.Controls[i]
		index[c.ID] = i
		if strings.HasPrefix(c.ID, guardrailPrefix) && c.Scope == benchmark.AccountScope && c.Passed+c.Failed+c.NotAssessed > 0 {
			column[c.ID] = len(g.guardrails)
			g.guardrails = append(g.guardrails, i)
		}
	}
	units := make(map[string]int, len(r.Units))
	for i := range r.Units {
		units[r.Units[i].ID] = i
		g.severities[i] = make([]pdfSplit, len(benchmark.Severities()))
		g.guarded[i] = make([]pdfSplit, len(g.guardrails))
	}
	g.organization(r, index)
	if r.EachAccount == nil {
		return g, nil
	}
	rank := map[benchmark.Severity]int{}
	for i, s := range benchmark.Severities() {
		rank[s] = i
	}
	err := r.EachAccount(ctx, func(rows *AccountRows) error {
		var in []int
		for _, id := range rows.Account.Path {
			if u, known := units[id]; known {
				in = append(in, u)
			}
		}
		for i := range rows.Results {
			result := &rows.Results[i]
			c, known := index[result.Control]
			if !known {
				continue
			}
			g.failures[c].add(rows.Account, result)
			guard, guards := column[result.Control]
			for _, u := range in {
				g.severities[u][rank[r.Controls[c].Severity]].add(result.Verdict)
				if guards {
					g.guarded[u][guard].add(result.Verdict)
				}
			}
		}
		if r.Rendering.PDF.AccountPages {
			g.pages = append(g.pages, pdfAccountPageOf(rows, r.Controls, index))
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("read the accounts' results for the PDF: %w", err)
	}
	return g, nil
}

// organization keeps what failed of the controls of organization scope.
func (g *pdfGathered) organization(r *Report, index map[string]int) {
	for _, result := range r.OrganizationResults {
		i, known := index[result.Control]
		if !known || result.Verdict != benchmark.VerdictFail {
			continue
		}
		for _, item := range result.Items {
			if item.Status != benchmark.Failed {
				continue
			}
			g.failures[i].totalResources++
			if len(g.failures[i].resources) < pdfNamed {
				g.failures[i].resources = append(g.failures[i].resources, item)
			}
		}
	}
}

func (f *pdfFailure) add(a *Account, result *benchmark.Result) {
	if result.Verdict != benchmark.VerdictFail {
		return
	}
	f.total++
	if len(f.named) < pdfNamed {
		f.named = append(f.named, pdfFailedAccount{a, result.Failed, result.Mark})
	}
}
