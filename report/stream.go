package report

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"orgaudit/collect"
	"orgaudit/report/benchmark"
)

// each reads and judges the accounts side by side, with b.rows or b.shortRows, and hands
// their rows to f one after the other, in the order of the report. Only a few accounts are
// in memory at a time.
func (b *builder) each(ctx context.Context, r *Report, read func(*Account) (*AccountRows, error), f func(*AccountRows) error) error {
	group, ctx := errgroup.WithContext(ctx)
	workers := runtime.GOMAXPROCS(0)
	// The channel of channels keeps the order; its buffer bounds how far ahead of f the
	// workers may be.
	ordered := make(chan chan *AccountRows, workers)
	group.Go(func() error {
		defer close(ordered)
		for i := range r.Accounts {
			slot := make(chan *AccountRows, 1)
			select {
			case ordered <- slot:
			case <-ctx.Done():
				return ctx.Err()
			}
			group.Go(func() error {
				rows, err := read(&r.Accounts[i])
				if err == nil {
					slot <- rows
				}
				return err
			})
		}
		return nil
	})
	group.Go(func() error {
		for slot := range ordered {
			select {
			case rows := <-slot:
				if err := f(rows); err != nil {
					return err
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	return group.Wait()
}

// rows reads the evidence of an account and judges it. An excluded account has no results.
func (b *builder) rows(a *Account) (*AccountRows, error) {
	rows := &AccountRows{Account: a}
	if _, excluded := b.excluded[a.ID]; excluded {
		return rows, nil
	}
	ev, err := b.Folder.Account(a.ID)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("judge account %s: %w", a.ID, err)
	}
	subject := b.subject.For(b.org.Account(a.ID), ev)
	for _, c := range b.controls {
		result := benchmark.Judge(c, subject)
		b.accepted.Apply(&result, subject.Account)
		rows.Results = append(rows.Results, result)
	}
	if ev == nil {
		return rows, nil
	}
	// The subject's evidence has the gaps of what could not be understood, too.
	rows.Evidence, rows.Credentials = subject.Evidence, subject.Credentials
	if ev.CredentialReport != nil {
		rows.CredentialsGenerated = ev.CredentialReport.GeneratedAt
	}
	rows.Findings = findings(ev)
	rows.Privileged, rows.Trusts = subject.Privileged(), subject.Trusts()
	rows.OwnPolicies = subject.OwnPolicies()
	return rows, nil
}

// findings are Access Analyzer's findings about an account, from its own analyzers and
// from the organization's.
func findings(ev *collect.Evidence) []collect.AnalyzerFinding {
	all := slices.Clone(ev.OrganizationFindings)
	for _, region := range ev.Analyzers {
		for _, a := range region.Analyzers {
			all = append(all, a.Findings...)
		}
	}
	slices.SortFunc(all, func(x, y collect.AnalyzerFinding) int {
		return cmp.Or(strings.Compare(x.Region, y.Region), strings.Compare(x.Analyzer, y.Analyzer), strings.Compare(x.ID, y.ID))
	})
	return all
}
