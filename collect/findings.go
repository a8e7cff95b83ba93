package collect

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unique"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer/types"
	"golang.org/x/sync/errgroup"

	"orgaudit/org"
)

const (
	// pagesInRow is how many pages of an analyzer's findings are read one after the other.
	// An analyzer of a large organization has thousands of them, and every account would wait
	// for their end; those are read by accounts, side by side.
	pagesInRow = 10
	// accountsAtOnce is how many values a filter may have
	// ("Criterion", IAM Access Analyzer API Reference).
	accountsAtOnce = 20
	// chunksAtOnce bounds the lists of an analyzer that are read side by side, and with them
	// the memory of those that wait for their place among the calls in flight.
	chunksAtOnce = 24
)

// readFindings reads the active and archived findings of an analyzer. accounts are those of
// the organization whose resources it looks at, or none where it is an account's own.
func readFindings(ctx context.Context, client *accessanalyzer.Client, keep *findingsKeeper, region string, accounts []string) error {
	a := keep.analyzer
	open := func() map[string]types.Criterion {
		return map[string]types.Criterion{"status": {Eq: []string{"ACTIVE", "ARCHIVED"}}}
	}
	list := func(filter map[string]types.Criterion, most int, f func([]AnalyzerFinding) error) (bool, error) {
		return eachPage(ctx, client, a.ARN, filter, most, func(page []types.FindingSummaryV2) error {
			findings := make([]AnalyzerFinding, len(page))
			for i := range page {
				findings[i] = findingOf(&page[i], a, region)
			}
			return f(findings)
		})
	}
	if len(accounts) <= accountsAtOnce {
		if _, err := list(open(), 0, keep.found); err != nil {
			return err
		}
	} else {
		// None is kept before the list is known to end: where it is long, they come again.
		var findings []AnalyzerFinding
		more, err := list(open(), pagesInRow, func(page []AnalyzerFinding) error {
			findings = append(findings, page...)
			return nil
		})
		if err == nil && !more {
			err = keep.found(findings)
		}
		if err != nil {
			return err
		}
		if more {
			// Every finding is about a resource of a member ("IAM Access Analyzer filter keys", IAM
			// User Guide: resourceOwnerAccount is a key for all types of analyzers).
			findings = nil
			var group errgroup.Group
			group.SetLimit(chunksAtOnce)
			for members := range slices.Chunk(accounts, accountsAtOnce) {
				group.Go(func() error {
					filter := open()
					filter["resourceOwnerAccount"] = types.Criterion{Eq: members}
					_, err := list(filter, 0, keep.found)
					return err
				})
			}
			if err := group.Wait(); err != nil {
				return err
			}
		}
	}
	if keep.n > 0 && ofExternalAccess(a.Type) {
		// The list does not say which findings are public, and asking for each of them is a call a
		// finding; but the list can be narrowed to them
		// ("IAM Access Analyzer filter keys", IAM User Guide).
		filter := open()
		filter["isPublic"] = types.Criterion{Eq: []string{"true"}}
		if _, err := list(filter, 0, keep.arePublic); err != nil {
			return err
		}
	}
	keep.end()
	return nil
}

// findingOf shares the words that findings repeat.
func findingOf(f *types.FindingSummaryV2, a *Analyzer, region string) AnalyzerFinding {
	shared := func(s string) string { return unique.Make(s).Value() }
	return AnalyzerFinding{
		ID: aws.ToString(f.Id), Analyzer: a.ARN, Region: region,
		Type: shared(string(f.FindingType)), Status: shared(string(f.Status)),
		Resource: aws.ToString(f.Resource), ResourceType: shared(string(f.ResourceType)),
		Account: shared(aws.ToString(f.ResourceOwnerAccount)),
		Created: second(f.CreatedAt), Updated: second(f.UpdatedAt), Analyzed: second(f.AnalyzedAt),
	}
}

// eachPage calls f for every page of the findings of an analyzer that pass the filter, and
// tells whether there are more than those of the first pages; most is their number, 0 is all.
func eachPage(ctx context.Context, client *accessanalyzer.Client, analyzer string, filter map[string]types.Criterion, most int, f func([]types.FindingSummaryV2) error) (more bool, err error) {
	pages := accessanalyzer.NewListFindingsV2Paginator(client, &accessanalyzer.ListFindingsV2Input{AnalyzerArn: &analyzer, Filter: filter})
	n := 0
	for page, err := range org.Pages(ctx, pages) {
		if err != nil {
			return false, fmt.Errorf("list the findings of %s: %w", analyzer, err)
		}
		if err := f(page.Findings); err != nil {
			return false, err
		}
		if n++; n == most && pages.HasMorePages() {
			return true, nil
		}
	}
	return false, nil
}

func sortFindings(findings []AnalyzerFinding) {
	slices.SortFunc(findings, func(a, b AnalyzerFinding) int {
		return cmp.Or(strings.Compare(a.Analyzer, b.Analyzer), strings.Compare(a.ID, b.ID))
	})
}
