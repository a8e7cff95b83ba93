package org

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Paginator is what all paginators of the SDK have in common.
type Paginator[Out, Options any] interface {
	HasMorePages() bool
	NextPage(context.Context, ...func(*Options)) (*Out, error)
}

// mostPages bounds the pages of one list: no list of an account at its quotas comes near it.
const mostPages = 100_000

// Pages turns the pages of a list and ends after an error. A list that AWS does not bring to
// its end is an error too: one whose page names an earlier page as the next, with which the
// SDK's paginators would go round for ever, or end as if it were complete
// (StopOnDuplicateToken), and one that goes on and names no next page.
func Pages[Out, Options any](ctx context.Context, p Paginator[Out, Options]) iter.Seq2[*Out, error] {
	return func(yield func(*Out, error) bool) {
		seen := map[string]bool{}
		for p.HasMorePages() {
			page, err := p.NextPage(ctx)
			if err == nil {
				err = notePage(seen, page)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(page, nil) {
				return
			}
		}
	}
}

// notePage notes the token of the page that comes next.
func notePage(seen map[string]bool, page any) error {
	v := reflect.ValueOf(page).Elem()
	token := ""
	for _, name := range []string{"NextToken", "Marker"} {
		if f := v.FieldByName(name); f.IsValid() {
			if text, ok := f.Interface().(*string); ok {
				token = aws.ToString(text)
			}
		}
	}
	truncated := v.FieldByName("IsTruncated")
	switch {
	case token == "" && truncated.IsValid() && truncated.Kind() == reflect.Bool && truncated.Bool():
		return &MalformedError{errors.New("the list goes on and the answer does not say where")}
	case token == "":
		return nil
	case seen[token]:
		return &MalformedError{errors.New("a page names a page as the next that came before")}
	case len(seen) == mostPages:
		return &MalformedError{fmt.Errorf("the list has no end after %d pages", mostPages)}
	}
	seen[token] = true
	return nil
}
