package report

import (
	"testing"

	"orgaudit/collect"
	"orgaudit/report/benchmark"
)

// TestOrganizationAnalyzersCount: findings of the organization's analyzers stand in the evidence
// of the accounts that they are about, and those about accounts that were not read beside them.
func TestOrganizationAnalyzersCount(t *testing.T) {
	finding := func(analyzer, status string) collect.AnalyzerFinding {
		return collect.AnalyzerFinding{Analyzer: analyzer, Status: status}
	}
	b := &builder{subject: benchmark.Subject{Analyzers: &collect.OrganizationAnalyzers{Holders: []collect.HolderAnalyzers{{AccountID: "000000000012", Regions: []collect.RegionAnalyzers{
		{Region: "eu-central-1", Analyzers: []collect.Analyzer{{ARN: "a", Findings: []collect.AnalyzerFinding{finding("a", "ACTIVE")}}, {ARN: "b"}}},
		{Region: "eu-west-1", Analyzers: []collect.Analyzer{{ARN: "c"}}},
	}}}}}}
	r := &Report{}
	c := b.countAnalyzers(r)
	c.count([]collect.AnalyzerFinding{finding("a", "ARCHIVED"), finding("c", "ACTIVE"), finding("an account's own", "ACTIVE")})
	c.count([]collect.AnalyzerFinding{finding("a", "ACTIVE")})
	for i, want := range []struct {
		pointer          string
		active, archived int
	}{{"/holders/0/regions/0/analyzers/0", 2, 1}, {"/holders/0/regions/0/analyzers/1", 0, 0}, {"/holders/0/regions/1/analyzers/0", 1, 0}} {
		o := r.OrganizationAnalyzers[i]
		if o.Active != want.active || o.Archived != want.archived || o.Pointer != want.pointer || o.AccountID != "000000000012" {
			t.Errorf("analyzer %s: %+v, want %+v", o.ARN, o, want)
		}
	}
}
