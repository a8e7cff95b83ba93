package org

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"golang.org/x/sync/errgroup"
)

// node is a unit with the ids of the path down to it, and its accounts.
type node struct {
	unit     *Unit
	path     []string
	accounts []Account
}

// tree reads the units level by level, and beside them the accounts of each, and notes each
// account's path.
func (w *walker) tree(ctx context.Context) error {
	var nodes []*node
	accounts, ctx := errgroup.WithContext(ctx)
	accounts.SetLimit(w.limit)
	err := w.units(ctx, func(n *node) {
		nodes = append(nodes, n)
		accounts.Go(func() (err error) {
			n.accounts, err = w.accountsOf(ctx, n.unit.ID)
			return err
		})
	})
	if err := accounts.Wait(); err != nil { // which may have ended the reading of the units too
		return err
	}
	if err != nil {
		return err
	}
	for _, n := range nodes {
		for _, a := range n.accounts {
			w.placed = append(w.placed, placed{a, n.path})
		}
	}
	return nil
}

// units reads the units level by level, and calls found for each, from above.
func (w *walker) units(ctx context.Context, found func(*node)) error {
	seen := map[string]bool{w.result.Root.ID: true}
	level := []*node{{unit: &w.result.Root, path: []string{w.result.Root.ID}}}
	for len(level) > 0 {
		group, groupCtx := errgroup.WithContext(ctx)
		group.SetLimit(w.limit)
		for _, n := range level {
			group.Go(func() error { return w.unitsOf(groupCtx, n.unit) })
		}
		for _, n := range level {
			found(n)
		}
		if err := group.Wait(); err != nil {
			return err
		}
		var next []*node
		for _, n := range level {
			for j := range n.unit.Units {
				u := &n.unit.Units[j]
				if seen[u.ID] { // or the walk might never end
					return &MalformedError{fmt.Errorf("list the units of %s: unit %q stands in the tree twice", n.unit.ID, u.ID)}
				}
				seen[u.ID] = true
				next = append(next, &node{unit: u, path: append(slices.Clone(n.path), u.ID)})
			}
		}
		level = next
	}
	return nil
}

// unitsOf fills in a unit's units.
func (w *walker) unitsOf(ctx context.Context, u *Unit) error {
	pages := organizations.NewListOrganizationalUnitsForParentPaginator(w.api,
		&organizations.ListOrganizationalUnitsForParentInput{ParentId: &u.ID})
	for page, err := range Pages(ctx, pages) {
		if err != nil {
			return fmt.Errorf("list the units of %s: %w", u.ID, err)
		}
		for _, c := range page.OrganizationalUnits {
			u.Units = append(u.Units, Unit{ID: aws.ToString(c.Id), ARN: aws.ToString(c.Arn), Name: aws.ToString(c.Name)})
		}
	}
	slices.SortFunc(u.Units, func(a, b Unit) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	return nil
}

// accountsOf returns the accounts of a unit.
func (w *walker) accountsOf(ctx context.Context, unit string) ([]Account, error) {
	var accounts []Account
	pages := organizations.NewListAccountsForParentPaginator(w.api,
		&organizations.ListAccountsForParentInput{ParentId: &unit})
	for page, err := range Pages(ctx, pages) {
		if err != nil {
			return nil, fmt.Errorf("list the accounts of %s: %w", unit, err)
		}
		for _, a := range page.Accounts {
			account, err := accountOf(a)
			if err != nil {
				return nil, fmt.Errorf("list the accounts of %s: %w", unit, err)
			}
			accounts = append(accounts, account)
		}
	}
	return accounts, nil
}
