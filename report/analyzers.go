package report

import (
	"fmt"

	"orgaudit/collect"
)

// OrganizationAnalyzer is an analyzer that looks at the whole organization.
type OrganizationAnalyzer struct {
	// AccountID is the account that holds it, and Region where.
	AccountID, Region string
	collect.Analyzer
	// Active and Archived count its findings about all accounts.
	Active, Archived int
	// Pointer is its place in the evidence, in organization-analyzers.json.
	Pointer string
}

// analyzerCount adds up the findings of the organization's analyzers, which stand in the
// evidence of the accounts that they are about.
type analyzerCount struct {
	byARN map[string]*OrganizationAnalyzer
}

// countAnalyzers lists the organization's analyzers in the report and begins to count.
func (b *builder) countAnalyzers(r *Report) *analyzerCount {
	c := &analyzerCount{byARN: map[string]*OrganizationAnalyzer{}}
	for h, holder := range b.subject.Analyzers.Holders {
		for g, region := range holder.Regions {
			for i, a := range region.Analyzers {
				r.OrganizationAnalyzers = append(r.OrganizationAnalyzers, OrganizationAnalyzer{
					AccountID: holder.AccountID, Region: region.Region, Analyzer: a,
					Pointer: fmt.Sprintf("/holders/%d/regions/%d/analyzers/%d", h, g, i),
				})
			}
		}
	}
	for i := range r.OrganizationAnalyzers {
		a := &r.OrganizationAnalyzers[i]
		c.byARN[a.ARN] = a
		c.count(a.Findings)
	}
	return c
}

// count counts some findings.
func (c *analyzerCount) count(findings []collect.AnalyzerFinding) {
	for i := range findings {
		if a := c.byARN[findings[i].Analyzer]; a != nil {
			a.Active, a.Archived = addFinding(&findings[i], a.Active, a.Archived)
		}
	}
}

func addFinding(f *collect.AnalyzerFinding, active, archived int) (int, int) {
	if f.Status == "ARCHIVED" {
		return active, archived + 1
	}
	return active + 1, archived
}
