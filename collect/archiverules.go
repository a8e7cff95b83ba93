package collect

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer/types"

	"orgaudit/org"
)

// readArchiveRules lists the archive rules of one analyzer, sorted by name.
func readArchiveRules(ctx context.Context, client *accessanalyzer.Client, analyzer string) ([]ArchiveRule, error) {
	var rules []ArchiveRule
	pages := accessanalyzer.NewListArchiveRulesPaginator(client, &accessanalyzer.ListArchiveRulesInput{AnalyzerName: &analyzer})
	for page, err := range org.Pages(ctx, pages) {
		if err != nil {
			return nil, fmt.Errorf("list the archive rules of analyzer %s: %w", analyzer, err)
		}
		for _, r := range page.ArchiveRules {
			rules = append(rules, ArchiveRule{
				Name: aws.ToString(r.RuleName), Created: second(r.CreatedAt), Updated: second(r.UpdatedAt), Filter: filterOf(r.Filter),
			})
		}
	}
	slices.SortFunc(rules, func(a, b ArchiveRule) int { return strings.Compare(a.Name, b.Name) })
	return rules, nil
}

// filterOf writes every criterion of a filter as its operator and its value.
func filterOf(filter map[string]types.Criterion) map[string][]string {
	all := map[string][]string{}
	for property, c := range filter {
		var criteria []string
		add := func(operator string, values []string) {
			for _, value := range values {
				criteria = append(criteria, operator+" "+value)
			}
		}
		add("eq", c.Eq)
		add("neq", c.Neq)
		add("contains", c.Contains)
		if c.Exists != nil {
			add("exists", []string{strconv.FormatBool(*c.Exists)})
		}
		slices.Sort(criteria)
		all[property] = criteria
	}
	return all
}
