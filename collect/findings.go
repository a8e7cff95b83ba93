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
)

// readFindings reads the active and archived findings of an analyzer. accounts are those of
// the organization whose resources it looks at, or none where it is an account's own.
func readFindings(ctx context.Context, client *accessanalyzer.Client, a *Analyzer, region string, accounts []string) ([]AnalyzerFinding, error) {
	open := func() map[string]types.Criterion {
		return map[string]types.Criterion{"status": {Eq: []string{"ACTIVE", "ARCHIVED"}}}
	}
	most := pagesInRow
	if len(accounts) <= accountsAtOnce {
		most = 0
	}
	var findings []AnalyzerFinding
	add := func(f types.FindingSummaryV2) { findings = append(findings, findingOf(f, a, region)) }
	more, err := eachFinding(ctx, client, a.ARN, open(), most, add)
	if err == nil && more {
		// Every finding is about a resource of a member ("IAM Access Analyzer filter keys", IAM
		// User Guide: resourceOwnerAccount is a key for all types of analyzers).
		chunks := slices.Collect(slices.Chunk(accounts, accountsAtOnce))
		parts := make([][]AnalyzerFinding, len(chunks))
		var group errgroup.Group
		for i, members := range chunks {
			part := &parts[i]
			group.Go(func() error {
				filter := open()
				filter["resourceOwnerAccount"] = types.Criterion{Eq: members}
				_, err := eachFinding(ctx, client, a.ARN, filter, 0, func(f types.FindingSummaryV2) {
					*part = append(*part, findingOf(f, a, region))
				})
				return err
			})
		}
		err = group.Wait()
		findings = slices.Concat(parts...)
	}
	if err != nil {
		return nil, err
	}
	sortFindings(findings)
	if len(findings) == 0 || !ofExternalAccess(a.Type) {
		return findings, nil
	}
	// The list does not say which findings are public, and asking for each of them is a call a
	// finding; but the list can be narrowed to them
	// ("IAM Access Analyzer filter keys", IAM User Guide).
	filter := open()
	filter["isPublic"] = types.Criterion{Eq: []string{"true"}}
	public := map[string]bool{}
	if _, err := eachFinding(ctx, client, a.ARN, filter, 0, func(f types.FindingSummaryV2) { public[aws.ToString(f.Id)] = true }); err != nil {
		return nil, err
	}
	for i := range findings {
		findings[i].Public = public[findings[i].ID]
	}
	return findings, nil
}

// findingOf shares the words that findings repeat: those of an organization are held until
// the accounts are read that they are about.
func findingOf(f types.FindingSummaryV2, a *Analyzer, region string) AnalyzerFinding {
	shared := func(s string) string { return unique.Make(s).Value() }
	return AnalyzerFinding{
		ID: aws.ToString(f.Id), Analyzer: a.ARN, Region: region,
		Type: shared(string(f.FindingType)), Status: shared(string(f.Status)),
		Resource: aws.ToString(f.Resource), ResourceType: shared(string(f.ResourceType)),
		Account: shared(aws.ToString(f.ResourceOwnerAccount)),
		Created: second(f.CreatedAt), Updated: second(f.UpdatedAt), Analyzed: second(f.AnalyzedAt),
	}
}

// eachFinding calls f for every finding of an analyzer that passes the filter, and tells
// whether there are more than those of the first pages; most is their number, 0 is all.
func eachFinding(ctx context.Context, client *accessanalyzer.Client, analyzer string, filter map[string]types.Criterion, most int, f func(types.FindingSummaryV2)) (more bool, err error) {
	pages := accessanalyzer.NewListFindingsV2Paginator(client, &accessanalyzer.ListFindingsV2Input{AnalyzerArn: &analyzer, Filter: filter})
	n := 0
	for page, err := range org.Pages(ctx, pages) {
		if err != nil {
			return false, fmt.Errorf("list the findings of %s: %w", analyzer, err)
		}
		for _, finding := range page.Findings {
			f(finding)
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
