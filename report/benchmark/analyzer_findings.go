package benchmark

import (
	"fmt"
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
)

// accessAnalyzerFindings judges analyzer by analyzer. Archived findings are somebody's
// decision and do not count, resolved ones are gone: other tools count both. A region
// without an analyzer is access-analyzer-external's to judge.
func accessAnalyzerFindings() *Control {
	return &Control{
		ID: "access-analyzer-findings", Title: "Analyzers have no active findings", Severity: Low, Scope: AccountScope,
		Finding:    "findings of Access Analyzer wait for a decision",
		Why:        "A finding that stays active is access that nobody has looked at.",
		Test:       "For every ACTIVE analyzer that makes findings of finding_types, the account's own and the organization's: access-analyzer:ListFindingsV2 lists no finding about the account with status ACTIVE and one of these types.",
		Remedy:     "Take the access away, or archive the finding where it is wanted.",
		Needs:      []org.Section{collect.RegionsSection},
		Uses:       []org.Section{collect.AnalyzersSection},
		Parameters: []string{"finding_types"},
		Judge: func(s *Subject) Outcome {
			const expected = "no active finding"
			types := s.Parameters.FindingTypes
			wanted := func(f *collect.AnalyzerFinding) bool { return slices.Contains(types, f.Type) }
			var items []Item
			for _, kind := range []analysis{externalAccess, unusedAccess, internalAccess} {
				if !slices.ContainsFunc(types, func(t string) bool { return analysisFinding(t) == kind }) {
					continue
				}
				looking := s.lookingAnalyzers(kind)
				for _, a := range looking {
					item := Item{Resource: a.ARN, Status: Passed, Expected: expected, Observed: "no active finding about the account", Evidence: a.ref}
					if active := a.active(wanted); len(active) > 0 {
						item.Status, item.Evidence = Failed, active[0].ref
						item.Observed = count(len(active), "active finding") + ": " + byResourceType(active)
					}
					items = append(items, item)
				}
				unseen := s.unseenRegions(kind, looking, expected)
				if kind != externalAccess && len(looking) == 0 {
					unseen = s.leftOut(unseen, expected)
				}
				items = append(items, unseen...)
			}
			if len(items) == 0 {
				return notApplicable("no active analyzer makes findings of the types " + strings.Join(types, ", "))
			}
			return Outcome{Items: items}
		},
	}
}

// byResourceType counts findings by the type of their resource.
func byResourceType(findings []lookingFinding) string {
	counts := map[string]int{}
	var types []string
	for _, f := range findings {
		if counts[f.ResourceType] == 0 {
			types = append(types, f.ResourceType)
		}
		counts[f.ResourceType]++
	}
	slices.Sort(types)
	for i, t := range types {
		types[i] = fmt.Sprintf("%d of %s", counts[t], t)
	}
	return strings.Join(types, ", ")
}

func analyzerPublicAccess() *Control {
	return &Control{
		ID: "analyzer-public-access", Title: "Access Analyzer finds no public resource", Severity: High, Scope: AccountScope,
		Finding: "Access Analyzer finds public resources",
		Why:     "A public bucket, queue, key or role needs no credentials to be used or read by anybody.",
		Test:    "access-analyzer:ListFindingsV2 of every ACTIVE analyzer of external access, the account's own and the organization's, lists no ACTIVE finding about the account that is public (filter isPublic). Regions without such an analyzer are judged by access-analyzer-external.",
		Remedy:  "Name the principals that need the resource, block public access, or archive the finding where the resource is meant to be public.",
		Needs:   []org.Section{collect.RegionsSection},
		Uses:    []org.Section{collect.AnalyzersSection},
		Judge: func(s *Subject) Outcome {
			const expected = "no public resource"
			looking := s.lookingAnalyzers(externalAccess)
			public := openResources(looking, func(f *collect.AnalyzerFinding) bool { return f.Public })
			var items []Item
			for _, o := range public {
				items = append(items, o.item("not public", "public"))
			}
			items = append(items, s.regionsWithout(looking, public, expected)...)
			items = append(items, s.unseenRegions(externalAccess, looking, expected)...)
			if len(items) == 0 {
				return notApplicable("no active analyzer looks for external access")
			}
			return Outcome{Items: items}
		},
	}
}

// withoutAnalyzer is the outcome where no analyzer of a kind is known. One that looks for
// anything but external access costs money and is nobody's duty, so that its absence fails
// nothing; where one may be hidden, or the account's own were not listed, the control stays open.
func (s *Subject) withoutAnalyzer(unseen []Item, kind analysis, expected string) Outcome {
	if open := s.leftOut(unseen, expected); len(open) > 0 {
		return Outcome{Items: open}
	}
	return notApplicable(fmt.Sprintf("no analyzer of %s covers the account", kind))
}

// analyzerUnusedAccess takes what an analyzer of any region says, since users and roles
// are the same in all of them.
func analyzerUnusedAccess() *Control {
	return &Control{
		ID: "analyzer-unused-access", Title: "Access Analyzer finds no unused access", Severity: Low, Scope: AccountScope,
		Finding: "Access Analyzer finds unused access",
		Why:     "Permissions that nobody uses help an attacker alone.",
		Test:    "access-analyzer:ListFindingsV2 of every ACTIVE analyzer of type ACCOUNT_UNUSED_ACCESS in the account and ORGANIZATION_UNUSED_ACCESS in the organization lists no ACTIVE finding about the account of the types UnusedIAMRole, UnusedIAMUserAccessKey, UnusedIAMUserPassword and UnusedPermission. Without such an analyzer the control does not apply.",
		Remedy:  "Delete the role, key or password, or take the permission away.",
		Needs:   []org.Section{collect.RegionsSection},
		Uses:    []org.Section{collect.AnalyzersSection},
		Judge: func(s *Subject) Outcome {
			const expected = "no unused access"
			looking := s.lookingAnalyzers(unusedAccess)
			if len(looking) == 0 {
				return s.withoutAnalyzer(s.unseenRegions(unusedAccess, looking, expected), unusedAccess, expected)
			}
			unused := openResources(looking, func(f *collect.AnalyzerFinding) bool { return analysisFinding(f.Type) == unusedAccess })
			var items []Item
			for _, o := range unused {
				items = append(items, o.item(expected, "unused"))
			}
			return Outcome{Items: append(items, s.regionsWithout(looking, unused, expected)...)}
		},
	}
}

// analyzerInternalAccess passes where nothing was found. Which access from within is
// wanted no rule can say, so that a person judges what was found.
func analyzerInternalAccess() *Control {
	return &Control{
		ID: "analyzer-internal-access", Title: "Access from within to critical resources is wanted", Severity: Low, Scope: AccountScope,
		Finding: "access from within to critical resources is not wanted",
		Why:     "Who within the organization reaches the resources that matter most should be few, and known.",
		Test:    "Read the ACTIVE findings of type InternalAccess about the account, of ACTIVE analyzers of type ACCOUNT_INTERNAL_ACCESS and ORGANIZATION_INTERNAL_ACCESS, and judge each. Without such a finding the control passes, without such an analyzer it does not apply.",
		Remedy:  "Take access away from those who do not need it, and archive the findings that are wanted.",
		Needs:   []org.Section{collect.RegionsSection},
		Uses:    []org.Section{collect.AnalyzersSection},
		Judge: func(s *Subject) Outcome {
			const expected = "access that is wanted"
			looking := s.lookingAnalyzers(internalAccess)
			unseen := s.unseenRegions(internalAccess, looking, expected)
			if len(looking) == 0 {
				return s.withoutAnalyzer(unseen, internalAccess, expected)
			}
			found := openResources(looking, func(f *collect.AnalyzerFinding) bool { return f.Type == "InternalAccess" })
			var items []Item
			for _, o := range found {
				item := o.item(expected, "can be reached from within")
				item.Status = Passed // a fact, for a person to judge
				items = append(items, item)
			}
			items = append(items, s.regionsWithout(looking, found, expected)...)
			items = append(items, unseen...)
			if len(found) == 0 {
				return Outcome{Items: items}
			}
			return Outcome{Items: items, Manual: true, Reason: "judge whether the access from within that was found is wanted"}
		},
	}
}
