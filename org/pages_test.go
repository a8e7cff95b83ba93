package org_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"

	"orgaudit/org"
)

// markers answers pages of IAM, each with what it names as the next page.
type markers struct {
	next  []string
	turns int
	// truncated says of the last page that there is more.
	truncated bool
	// counts makes up a new token for every page.
	counts bool
}

func (m *markers) ListAccountAliases(context.Context, *iam.ListAccountAliasesInput, ...func(*iam.Options)) (*iam.ListAccountAliasesOutput, error) {
	m.turns++
	if m.counts {
		return &iam.ListAccountAliasesOutput{IsTruncated: true, Marker: aws.String(strconv.Itoa(m.turns))}, nil
	}
	if m.turns > len(m.next) {
		return &iam.ListAccountAliasesOutput{AccountAliases: []string{"last"}, IsTruncated: m.truncated}, nil
	}
	return &iam.ListAccountAliasesOutput{IsTruncated: true, Marker: &m.next[m.turns-1]}, nil
}

// TestPages checks lists that never end, and that others come whole.
func TestPages(t *testing.T) {
	for _, test := range []struct {
		name   string
		list   markers
		pages  int // turned before the error, or in all
		failed bool
	}{
		{"one page", markers{}, 1, false},
		{"three pages", markers{next: []string{"a", "b"}}, 3, false},
		{"a page names itself", markers{next: []string{"a", "a", "a", "a"}}, 1, true},
		{"two pages name each other", markers{next: []string{"a", "b", "a", "b", "a"}}, 2, true},
		{"there is more and nobody says where", markers{next: []string{"a"}, truncated: true}, 1, true},
		{"ever new pages", markers{counts: true}, 100_000, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			pages, aliases := 0, []string{}
			var failed error
			for page, err := range org.Pages(t.Context(), iam.NewListAccountAliasesPaginator(&test.list, nil)) {
				if err != nil {
					failed = err
					continue
				}
				pages++
				aliases = append(aliases, page.AccountAliases...)
			}
			if pages != test.pages {
				t.Errorf("%d pages, want %d", pages, test.pages)
			}
			if (failed != nil) != test.failed || failed != nil && org.CauseOf(failed) != org.Malformed {
				t.Errorf("error %v, want one of cause %s: %t", failed, org.Malformed, test.failed)
			}
			if whole := slices.Equal(aliases, []string{"last"}); whole == test.failed {
				t.Errorf("aliases %v", aliases)
			}
		})
	}
}

// refusing fails at the second page.
type refusing struct{ turns int }

var errRefused = errors.New("refused")

func (r *refusing) ListRoots(context.Context, *organizations.ListRootsInput, ...func(*organizations.Options)) (*organizations.ListRootsOutput, error) {
	if r.turns++; r.turns > 1 {
		return nil, errRefused
	}
	return &organizations.ListRootsOutput{NextToken: aws.String("a")}, nil
}

// TestPagesEndAfterAnError checks that a call that failed is not made again.
func TestPagesEndAfterAnError(t *testing.T) {
	api := &refusing{}
	var errs []error
	for _, err := range org.Pages(t.Context(), organizations.NewListRootsPaginator(api, nil)) {
		errs = append(errs, err)
	}
	if len(errs) != 2 || errs[0] != nil || !errors.Is(errs[1], errRefused) || api.turns != 2 {
		t.Errorf("errors %v after %d calls, want the second page to fail and no more", errs, api.turns)
	}
}
