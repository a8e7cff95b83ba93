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

// ordered makes n values side by side and hands them to f one after the other, in their
// order. Only a few of them are in memory at a time.
func ordered[T any](ctx context.Context, n int, read func(i int) (T, error), f func(T) error) error {
	group, ctx := errgroup.WithContext(ctx)
	workers := runtime.GOMAXPROCS(0)
	// The channel of channels keeps the order; its buffer bounds how far ahead of f the
	// workers may be.
	queue := make(chan chan T, workers)
	group.Go(func() error {
		defer close(queue)
		for i := range n {
			slot := make(chan T, 1)
			select {
			case queue <- slot:
			case <-ctx.Done():
				return ctx.Err()
			}
			group.Go(func() error {
				value, err := read(i)
				if err == nil {
					slot <- value
				}
				return err
			})
		}
		return nil
	})
	group.Go(func() error {
		for slot := range queue {
			select {
			case value := <-slot:
				if err := f(value); err != nil {
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
	rows, subject, err := b.figures(a)
	if err != nil || rows.Evidence == nil {
		return rows, err
	}
	if report := rows.Evidence.CredentialReport; report != nil {
		rows.CredentialsGenerated = report.GeneratedAt
	}
	rows.Findings = findings(rows.Evidence)
	rows.Privileged, rows.OwnPolicies = subject.Privileged(), subject.OwnPolicies()
	return rows, nil
}

// figures is the part of rows that the figures of the whole audit are made from.
func (b *builder) figures(a *Account) (*AccountRows, *benchmark.Subject, error) {
	rows, subject, err := b.judge(a)
	if err != nil || rows.Evidence == nil {
		return rows, subject, err
	}
	rows.Credentials, rows.Trusts = subject.Credentials, subject.Trusts()
	if rows.Evidence.Entry.Kind != collect.EntryNone {
		rows.Reconciled = reconcile(rows.Evidence, rows.Credentials)
	}
	return rows, subject, nil
}

// judge is the part of rows that verdicts need.
func (b *builder) judge(a *Account) (*AccountRows, *benchmark.Subject, error) {
	rows := &AccountRows{Account: a}
	if _, excluded := b.excluded[a.ID]; excluded {
		return rows, nil, nil
	}
	ev, err := b.Folder.Account(a.ID)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("judge account %s: %w", a.ID, err)
	}
	subject := b.subject.For(b.org.Account(a.ID), ev)
	for _, c := range b.controls {
		result := benchmark.Judge(c, subject)
		b.accepted.Apply(&result, subject.Account)
		rows.Results = append(rows.Results, result)
	}
	if ev != nil {
		// The subject's evidence has the gaps of what could not be understood, too.
		rows.Evidence, rows.Gaps = subject.Evidence, b.stillOpen(subject.Evidence)
	}
	return rows, subject, nil
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
