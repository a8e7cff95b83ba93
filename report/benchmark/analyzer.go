package benchmark

import (
	"fmt"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
)

// accessAnalyzerExternal joins what the account holds with what the organization's
// analyzer covers: members cannot see an analyzer in the delegated administrator, so that
// tools that look at one account at a time fail every member. The analyzer's type decides:
// one for unused or internal access finds no outside access.
func accessAnalyzerExternal() *Control {
	return &Control{
		ID: "access-analyzer-external", Title: "Access Analyzer looks for outside access in every region", Severity: Low, Scope: AccountScope,
		Finding:    "regions have no analyzer of outside access",
		Why:        "IAM Access Analyzer shows which resources can be reached from outside; it sees only the regions where an analyzer is on.",
		Test:       "For every enabled region there is an analyzer in state ACTIVE: of type ORGANIZATION in the management account or in a delegated administrator of Access Analyzer, or of type ACCOUNT in the account itself (not with require_org_type).",
		Remedy:     "Create an analyzer of type ORGANIZATION in the delegated administrator in every region that the organization uses.",
		Needs:      []org.Section{collect.RegionsSection},
		Uses:       []org.Section{collect.AnalyzersSection},
		Parameters: []string{"require_org_type"},
		Judge: func(s *Subject) Outcome {
			var items []Item
			for _, r := range s.Evidence.Regions {
				gap, missing := s.Evidence.MissingIn(collect.AnalyzersSection, r.Name)
				if missing && gap.Cause == org.RegionNotEnabled {
					continue
				}
				items = append(items, s.analyzerIn(r.Name, gap, missing))
			}
			if len(items) == 0 {
				return notApplicable("no region is enabled")
			}
			return Outcome{Items: items}
		},
	}
}

// analyzerIn judges one region. Any analyzer that is known to be there decides; without
// one, a place that could not be looked at leaves it open.
func (s *Subject) analyzerIn(region string, gap org.Gap, missing bool) Item {
	item := Item{
		Resource: fmt.Sprintf("Access Analyzer of account %s in %s", s.Account.ID, region),
		Expected: "an active analyzer of external access",
		Evidence: s.readRef(collect.AnalyzersSection, region),
	}
	if holder, arn, ok := s.Analyzers.Covering(region); ok {
		item.Status, item.Observed = Passed, fmt.Sprintf("the organization's analyzer %s in account %s", arn, holder)
		item.Evidence = s.holderRef(arn)
		return item
	}
	var seen []string
	looked := false
	for i, r := range s.Evidence.Analyzers {
		if r.Region != region {
			continue
		}
		looked = r.CoveredBy == "" // else the account's own were not asked for
		item.Evidence = s.ref("/access_analyzer/%d", i)
		for _, a := range r.Analyzers {
			if a.Type == collect.AnalyzerAccount && a.Status == collect.AnalyzerActive && !s.Parameters.RequireOrganizationTyped {
				item.Status, item.Observed = Passed, "the account's own analyzer "+a.Name
				return item
			}
			seen = append(seen, fmt.Sprintf("%s (%s, %s)", a.Name, a.Type, a.Status))
		}
	}
	if !missing && !looked {
		missing = true
		gap = org.Gap{Section: collect.AnalyzersSection, Account: s.Account.ID, Region: region, Cause: org.NotCollected, At: s.Evidence.EndedAt}
	}
	if missing {
		item.Status, item.Observed, item.Gap = NotAssessed, "analyzers could not be listed: "+gap.Cause.Words(), &gap
		return item
	}
	for i := range s.Analyzers.Gaps {
		g := &s.Analyzers.Gaps[i]
		if g.Cause == org.RegionNotEnabled || g.Subject != "" {
			continue // an account holds nothing in a region that is off for it; archive rules do not matter here
		}
		if g.Region == "" || g.Region == region {
			item.Status, item.Gap = NotAssessed, g
			item.Evidence = Reference{File: collect.AnalyzersFile, Pointer: fmt.Sprintf("/gaps/%d", i)}
			item.Observed = fmt.Sprintf("none in the account; the organization's could not be listed in account %s: %s", g.Account, g.Cause.Words())
			return item
		}
	}
	item.Status, item.Observed = Failed, "no analyzer of external access"
	if len(seen) > 0 {
		item.Observed += "; there are " + strings.Join(seen, ", ")
	}
	return item
}

// holderRef is the place of an analyzer of the organization.
func (s *Subject) holderRef(arn string) Reference {
	ref := Reference{File: collect.AnalyzersFile, Pointer: "/holders"}
	for h, holder := range s.Analyzers.Holders {
		for r, region := range holder.Regions {
			for i := range region.Analyzers {
				if region.Analyzers[i].ARN == arn {
					ref.Pointer = fmt.Sprintf("/holders/%d/regions/%d/analyzers/%d", h, r, i)
				}
			}
		}
	}
	return ref
}
