package benchmark

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
)

// analyzerArchiveRules shows what archive rules hide: an archived finding is shown nowhere
// unless somebody asks for it. Rules of the organization's analyzers are shown in the
// account that holds them, and in each account about which they hid something.
func analyzerArchiveRules() *Control {
	return &Control{
		ID: "analyzer-archive-rules", Title: "Archive rules hide only what is wanted", Severity: Low, Scope: AccountScope,
		Finding: "archive rules hide what is not wanted",
		Why:     "An archive rule puts every finding away that matches it, today's and tomorrow's, before anybody has seen it.",
		Test:    "For every ACTIVE analyzer, read access-analyzer:ListArchiveRules. For every rule, count the archived findings about the account that match its filter, and judge whether the filter is as narrow as it was meant.",
		Remedy:  "Narrow the filter, or delete the rule and archive findings one by one.",
		Needs:   []org.Section{collect.RegionsSection, collect.AnalyzersSection},
		Manual:  true,
		Judge: func(s *Subject) Outcome {
			var looking []lookingAnalyzer
			for _, kind := range []analysis{externalAccess, unusedAccess, internalAccess} {
				looking = append(looking, s.lookingAnalyzers(kind)...)
			}
			var items []Item
			for _, a := range looking {
				items = append(items, s.archiveRules(a)...)
			}
			// Of no kind in particular: a region that the organization's analyzer covers is not
			// unseen, since the account's own were left out there on purpose. They keep open only
			// what would not apply without them.
			unseen := s.unseenRegions("", looking, expectedFilter)
			if len(items) == 0 {
				if unseen = s.leftOut(unseen, expectedFilter); len(unseen) == 0 {
					return notApplicable("no analyzer that looks at the account has an archive rule that concerns it")
				}
				return Outcome{Items: unseen}
			}
			items = append(items, unseen...)
			return Outcome{Items: items, Manual: true, Reason: "judge whether the archive rules hide more than they were meant to"}
		},
	}
}

const expectedFilter = "a filter that is as narrow as it was meant"

// archiveRules makes an item of every rule of an analyzer.
func (s *Subject) archiveRules(a lookingAnalyzer) []Item {
	if gap, ok := s.rulesGap(a.ARN); ok {
		return []Item{{
			Resource: a.ARN, Status: NotAssessed, Expected: expectedFilter, Evidence: a.ref, Gap: &gap,
			Observed: "archive rules could not be listed: " + gap.Cause.Words(),
		}}
	}
	var items []Item
	for i, rule := range a.ArchiveRules {
		matched, open, archived := 0, 0, 0
		for _, f := range a.findings {
			if f.Status != "ARCHIVED" {
				continue
			}
			archived++
			switch filterMatches(rule.Filter, f.AnalyzerFinding) {
			case policy.True:
				matched++
			case policy.Depends:
				open++
			}
		}
		if a.holder != s.Account.ID && matched+open == 0 {
			continue
		}
		item := Item{
			Resource: a.ARN + "/archive-rule/" + rule.Name, Status: Passed, Expected: expectedFilter,
			Observed: fmt.Sprintf("matches %d of %s about the account; filter: %s", matched, count(archived, "archived finding"), filterWords(rule.Filter)),
			Evidence: Reference{File: a.ref.File, Pointer: fmt.Sprintf("%s/archive_rules/%d", a.ref.Pointer, i)},
		}
		if open > 0 {
			item.Observed = fmt.Sprintf("matches %d to %d of %s about the account, whose other properties are not kept; filter: %s",
				matched, matched+open, count(archived, "archived finding"), filterWords(rule.Filter))
		}
		items = append(items, item)
	}
	return items
}

// rulesGap is the gap that hides the archive rules of one analyzer alone.
func (s *Subject) rulesGap(analyzer string) (org.Gap, bool) {
	for _, gaps := range [][]org.Gap{s.Evidence.Gaps, s.Analyzers.Gaps} {
		i := slices.IndexFunc(gaps, func(g org.Gap) bool { return g.Subject == analyzer })
		if i >= 0 {
			return gaps[i], true
		}
	}
	return org.Gap{}, false
}

// filterWords writes a filter for a reader, by property.
func filterWords(filter map[string][]string) string {
	var words []string
	for _, property := range slices.Sorted(maps.Keys(filter)) {
		words = append(words, property+" "+strings.Join(filter[property], " or "))
	}
	if len(words) == 0 {
		return "everything"
	}
	return strings.Join(words, ", ")
}

// filterMatches tells whether a finding matches all criteria of a filter. Of a property
// that is not kept nobody knows.
func filterMatches(filter map[string][]string, f *collect.AnalyzerFinding) policy.Truth {
	kept := map[string]string{
		"id": f.ID, "resource": f.Resource, "resourceType": f.ResourceType, "resourceOwnerAccount": f.Account,
		"findingType": f.Type, "isPublic": fmt.Sprint(f.Public),
	}
	all := policy.True
	for property, criteria := range filter {
		if property == "status" {
			continue // the rule itself has changed it
		}
		value, ok := kept[property]
		if !ok {
			all = min(all, policy.Depends)
			continue
		}
		all = min(all, criteriaMatch(criteria, value))
	}
	return all
}

// criteriaMatch tells whether a value meets the criteria of one property: each operator,
// with any of its values ("Criterion", IAM Access Analyzer API Reference).
func criteriaMatch(criteria []string, value string) policy.Truth {
	byOperator := map[string][]string{}
	for _, c := range criteria {
		operator, want, _ := strings.Cut(c, " ")
		byOperator[operator] = append(byOperator[operator], want)
	}
	all := policy.True
	for operator, wanted := range byOperator {
		var met bool
		switch operator {
		case "eq":
			met = slices.Contains(wanted, value)
		case "neq":
			met = !slices.Contains(wanted, value)
		case "contains":
			met = slices.ContainsFunc(wanted, func(w string) bool { return strings.Contains(value, w) })
		case "exists":
			met = slices.Contains(wanted, fmt.Sprint(value != ""))
		default:
			all = min(all, policy.Depends)
			continue
		}
		if !met {
			return policy.False
		}
	}
	return all
}
