package benchmark

import (
	"fmt"
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
)

// analysis is what an analyzer looks for
// ("AnalyzerSummary", IAM Access Analyzer API Reference).
type analysis string

const (
	externalAccess analysis = "external access"
	unusedAccess   analysis = "unused access"
	internalAccess analysis = "internal access"
)

// analysisOf tells what an analyzer of a type looks for.
func analysisOf(kind string) analysis {
	switch {
	case strings.HasSuffix(kind, "_UNUSED_ACCESS"):
		return unusedAccess
	case strings.HasSuffix(kind, "_INTERNAL_ACCESS"):
		return internalAccess
	case kind == collect.AnalyzerAccount, kind == collect.AnalyzerOrganization:
		return externalAccess
	}
	return ""
}

// analysisFinding tells which analysis makes findings of a type.
func analysisFinding(findingType string) analysis {
	switch {
	case findingType == "ExternalAccess":
		return externalAccess
	case findingType == "InternalAccess":
		return internalAccess
	case strings.HasPrefix(findingType, "Unused"):
		return unusedAccess
	}
	return ""
}

// lookingAnalyzer is an active analyzer that looks at the account: one of its own, or one of
// the organization in another account.
type lookingAnalyzer struct {
	*collect.Analyzer
	region string
	// holder is the account that holds the analyzer.
	holder string
	ref    Reference
	// findings are those about the judged account, active and archived.
	findings []lookingFinding
}

type lookingFinding struct {
	*collect.AnalyzerFinding
	ref Reference
}

// active are the findings that are neither archived nor resolved.
func (a lookingAnalyzer) active(keep func(*collect.AnalyzerFinding) bool) []lookingFinding {
	return slices.DeleteFunc(slices.Clone(a.findings), func(f lookingFinding) bool { return f.Status != "ACTIVE" || !keep(f.AnalyzerFinding) })
}

// lookingAnalyzers are the active analyzers that look for one thing in the account. A member
// cannot see the organization's analyzers; what they found about it stands in its evidence.
func (s *Subject) lookingAnalyzers(wanted analysis) []lookingAnalyzer {
	var looking []lookingAnalyzer
	for h, holder := range s.Analyzers.Holders {
		for r, region := range holder.Regions {
			for i := range region.Analyzers {
				a := &region.Analyzers[i]
				if a.Status != collect.AnalyzerActive || analysisOf(a.Type) != wanted || s.regionOff(region.Region) {
					continue
				}
				l := lookingAnalyzer{
					Analyzer: a, region: region.Region, holder: holder.AccountID,
					ref: Reference{File: collect.AnalyzersFile, Pointer: fmt.Sprintf("/holders/%d/regions/%d/analyzers/%d", h, r, i)},
				}
				for j := range s.Evidence.OrganizationFindings {
					if f := &s.Evidence.OrganizationFindings[j]; f.Analyzer == a.ARN {
						l.findings = append(l.findings, lookingFinding{f, s.ref("/organization_findings/%d", j)})
					}
				}
				looking = append(looking, l)
			}
		}
	}
	for r, region := range s.Evidence.Analyzers {
		if _, missing := s.Evidence.MissingIn(collect.AnalyzersSection, region.Region); missing {
			continue
		}
		for i := range region.Analyzers {
			a := &region.Analyzers[i]
			if a.Status != collect.AnalyzerActive || analysisOf(a.Type) != wanted {
				continue
			}
			l := lookingAnalyzer{
				Analyzer: a, region: region.Region, holder: s.Account.ID,
				ref: s.ref("/access_analyzer/%d/analyzers/%d", r, i),
			}
			for j := range a.Findings {
				l.findings = append(l.findings, lookingFinding{&a.Findings[j], s.ref("/access_analyzer/%d/analyzers/%d/findings/%d", r, i, j)})
			}
			looking = append(looking, l)
		}
	}
	return looking
}

// regionOff tells whether a region is off for the account: then the account holds nothing there.
func (s *Subject) regionOff(region string) bool {
	gap, missing := s.Evidence.MissingIn(collect.AnalyzersSection, region)
	return missing && gap.Cause == org.RegionNotEnabled
}

// analyzerOf names what Access Analyzer sees of the account in a region.
func (s *Subject) analyzerOf(region string) string {
	return "Access Analyzer of account " + s.Account.ID + " in " + region
}

// unseenRegions makes items of the enabled regions in which there may be an analyzer that
// could not be listed, and none is known.
func (s *Subject) unseenRegions(wanted analysis, looking []lookingAnalyzer, expected string) []Item {
	var items []Item
	for _, region := range s.Evidence.Regions {
		if s.regionOff(region.Name) || slices.ContainsFunc(looking, func(a lookingAnalyzer) bool { return a.region == region.Name }) {
			continue
		}
		item := Item{
			Resource: s.analyzerOf(region.Name), Status: NotAssessed, Expected: expected,
			Evidence: s.readRef(collect.AnalyzersSection, region.Name),
		}
		if gap, missing := s.Evidence.MissingIn(collect.AnalyzersSection, region.Name); missing {
			item.Observed, item.Gap = "analyzers could not be listed: "+gap.Cause.Words(), &gap
			items = append(items, item)
			continue
		}
		listed := slices.IndexFunc(s.Evidence.Analyzers, func(r collect.RegionAnalyzers) bool { return r.Region == region.Name })
		covered := listed >= 0 && s.Evidence.Analyzers[listed].CoveredBy != ""
		if listed < 0 || covered && wanted == externalAccess {
			item.Observed = "analyzers could not be listed: " + org.NotCollected.Words()
			item.Gap = &org.Gap{
				Section: collect.AnalyzersSection, Account: s.Account.ID, Region: region.Name, Cause: org.NotCollected, At: s.Evidence.EndedAt,
			}
			items = append(items, item)
			continue
		}
		if i := s.hiddenHolder(region.Name); i >= 0 {
			g := &s.Analyzers.Gaps[i]
			item.Gap, item.Evidence = g, Reference{File: collect.AnalyzersFile, Pointer: fmt.Sprintf("/gaps/%d", i)}
			item.Observed = fmt.Sprintf("none in the account; the organization's could not be listed in account %s: %s", g.Account, g.Cause.Words())
			items = append(items, item)
		}
	}
	return items
}

// leftOut adds to the items of unseen regions those in which the account's own analyzers were
// not asked for, since the organization's looks for external access there. What else they may
// look for is not known.
func (s *Subject) leftOut(unseen []Item, expected string) []Item {
	items := slices.Clone(unseen)
	for i, r := range s.Evidence.Analyzers {
		resource := s.analyzerOf(r.Region)
		if r.CoveredBy == "" || s.regionOff(r.Region) || slices.ContainsFunc(unseen, func(u Item) bool { return u.Resource == resource }) {
			continue
		}
		const message = "the account's own analyzers were not listed, since the organization's analyzer of external access covers the region"
		items = append(items, Item{
			Resource: resource, Status: NotAssessed, Expected: expected, Observed: message, Evidence: s.ref("/access_analyzer/%d", i),
			Gap: &org.Gap{
				Section: collect.AnalyzersSection, Account: s.Account.ID, Region: r.Region, Cause: org.NotCollected, Message: message,
				At: s.Evidence.EndedAt,
			},
		})
	}
	return items
}

// hiddenHolder is the gap that hides analyzers of the organization in a region, or -1.
func (s *Subject) hiddenHolder(region string) int {
	return slices.IndexFunc(s.Analyzers.Gaps, func(g org.Gap) bool {
		return g.Subject == "" && g.Cause != org.RegionNotEnabled && (g.Region == "" || g.Region == region)
	})
}

// openResource is a resource with its findings, of whatever analyzers.
type openResource struct {
	resource string
	findings []lookingFinding
}

// openResources sorts active findings by what they are about.
func openResources(looking []lookingAnalyzer, keep func(*collect.AnalyzerFinding) bool) []openResource {
	byResource := map[string][]lookingFinding{}
	for _, a := range looking {
		for _, f := range a.active(keep) {
			// Findings that name no resource must not melt into one.
			resource := f.Resource
			if resource == "" {
				resource = "finding " + f.ID
			}
			byResource[resource] = append(byResource[resource], f)
		}
	}
	list := make([]openResource, 0, len(byResource))
	for resource, findings := range byResource {
		list = append(list, openResource{resource, findings})
	}
	slices.SortFunc(list, func(a, b openResource) int { return strings.Compare(a.resource, b.resource) })
	return list
}

// item makes a failed item of a resource; what says in short what is wrong with it.
func (o openResource) item(expected, what string) Item {
	item := Item{Resource: o.resource, Status: Failed, Expected: expected, Evidence: o.findings[0].ref}
	var types, ids []string
	for _, f := range o.findings {
		if !slices.Contains(types, f.Type) {
			types = append(types, f.Type)
		}
		ids = append(ids, f.ID)
	}
	item.Observed = fmt.Sprintf("%s: %s, %s of Access Analyzer", what, strings.Join(types, ", "), count(len(o.findings), "active finding"))
	const most = 3
	for _, id := range ids[:min(len(ids), most)] {
		item.Because = append(item.Because, "finding "+id)
	}
	if len(ids) > most {
		item.Because = append(item.Because, fmt.Sprintf("and %d more", len(ids)-most))
	}
	return item
}

// regionsWithout makes a passed item of every region in which an analyzer looks and none of
// the resources was found.
func (s *Subject) regionsWithout(looking []lookingAnalyzer, open []openResource, expected string) []Item {
	found := map[string]bool{}
	for _, o := range open {
		for _, f := range o.findings {
			found[f.Region] = true
		}
	}
	var items []Item
	for _, a := range looking {
		if found[a.region] {
			continue
		}
		found[a.region] = true
		items = append(items, Item{
			Resource: s.analyzerOf(a.region), Status: Passed, Expected: expected,
			Observed: fmt.Sprintf("no such finding by analyzer %s of account %s", a.Name, a.holder), Evidence: a.ref,
		})
	}
	slices.SortFunc(items, func(a, b Item) int { return strings.Compare(a.Resource, b.Resource) })
	return items
}
