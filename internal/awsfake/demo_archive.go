package awsfake

import (
	"strings"
	"time"
)

// demoArchiveRules adds archive rules: narrow ones to some of the organization's analyzers,
// and to analyzers that somebody tried in an acquired account one that hides every role.
func demoArchiveRules(d demoDice, accounts []*demoAccount) {
	security := accounts[1]
	for i := range security.Analyzers {
		switch z := &security.Analyzers[i]; {
		case z.Type == "ORGANIZATION" && z.Region == "eu-central-1":
			var vendors []string
			for _, v := range demoVendors() {
				vendors = append(vendors, security.c.vendors[v])
			}
			z.ArchiveRules = []ArchiveRule{
				demoRule(d, z, "known-vendors", map[string]Criterion{
					"principal.AWS": {Eq: vendors}, "resourceType": {Eq: []string{"AWS::IAM::Role"}}, "isPublic": {Eq: []string{"false"}},
				}),
				demoRule(d, z, "pipelines", map[string]Criterion{"resource": {Contains: []string{":role/pipelines/"}}}),
			}
		case z.Type == "ORGANIZATION_UNUSED_ACCESS":
			z.ArchiveRules = []ArchiveRule{demoRule(d, z, "break-glass", map[string]Criterion{
				"resource": {Contains: []string{":user/emergency/"}}, "findingType": {Neq: []string{"UnusedIAMUserAccessKey"}},
			})}
		}
	}
	for _, a := range accounts {
		for i := range a.Analyzers {
			if z := &a.Analyzers[i]; strings.HasPrefix(z.Name, "ConsoleAnalyzer-") {
				z.ArchiveRules = []ArchiveRule{demoRule(d, z, "ArchiveRule-"+d.uuid(), map[string]Criterion{
					"resourceType": {Eq: []string{"AWS::IAM::Role"}},
				})}
			}
		}
	}
}

// demoRule is a rule that is younger than its analyzer.
func demoRule(d demoDice, z *Analyzer, name string, filter map[string]Criterion) ArchiveRule {
	age := int(d.now.Sub(z.Created) / (24 * time.Hour))
	created := d.ago(d.between(0, age-1))
	if created.Before(z.Created) {
		created = z.Created
	}
	return ArchiveRule{Name: name, Created: created, Updated: created, Filter: filter}
}

// demoInternal is the analyzer of the organization that watches one bucket with data of
// customers: who inside can read it.
func demoInternal(d demoDice, a *demoAccount) Analyzer {
	z := Analyzer{Region: a.country.region, Name: "customer-data", Type: "ORGANIZATION_INTERNAL_ACCESS", Status: "ACTIVE", Created: d.ago(min(120, a.days-1))}
	for _, r := range a.Roles {
		if len(z.Findings) < 3 && len(r.Attached) > 0 && !strings.HasPrefix(r.Path, "/aws-") {
			created := z.Created.Add(time.Hour)
			z.Findings = append(z.Findings, Finding{
				ID: d.uuid(), Type: "InternalAccess", Status: "ACTIVE", Account: a.ID,
				Resource: demoServiceARN("s3", "", "", demoShort+"-customers-"+a.ID), ResourceType: "AWS::S3::Bucket",
				Principal: a.arn("role" + r.Path + r.Name), Actions: []string{"s3:GetObject"},
				Created: created, Updated: created, Analyzed: created,
			})
		}
	}
	return z
}
