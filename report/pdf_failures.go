package report

import (
	"context"
	"fmt"

	"orgaudit/report/benchmark"
)

// pdfNamed is how many accounts or resources the PDF names below a failed control. The
// workbook holds them all.
const pdfNamed = 10

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

// pdfFailuresOf reads the rows of all accounts once and keeps for each control the first
// accounts in which it failed. The answer has one entry for each of r.Controls.
func pdfFailuresOf(ctx context.Context, r *Report) ([]pdfFailure, error) {
	failures := make([]pdfFailure, len(r.Controls))
	index := make(map[string]int, len(r.Controls))
	for i, c := range r.Controls {
		index[c.ID] = i
	}
	for _, result := range r.OrganizationResults {
		i, known := index[result.Control]
		if !known || result.Verdict != benchmark.VerdictFail {
			continue
		}
		for _, item := range result.Items {
			if item.Status != benchmark.Failed {
				continue
			}
			failures[i].totalResources++
			if len(failures[i].resources) < pdfNamed {
				failures[i].resources = append(failures[i].resources, item)
			}
		}
	}
	if r.EachAccount == nil {
		return failures, nil
	}
	err := r.EachAccount(ctx, func(rows *AccountRows) error {
		for _, result := range rows.Results {
			i, known := index[result.Control]
			if !known || result.Verdict != benchmark.VerdictFail {
				continue
			}
			f := &failures[i]
			f.total++
			if len(f.named) < pdfNamed {
				f.named = append(f.named, pdfFailedAccount{rows.Account, result.Failed, result.Mark})
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("read the accounts' results for the PDF: %w", err)
	}
	return failures, nil
}
