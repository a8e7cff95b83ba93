package benchmark

import (
	"fmt"
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
)

// resourcePolicyNoWildcard takes the trust policies of roles from the authorization
// details, and all other resource policies through the eyes of Access Analyzer, which
// reads those of every supported kind and weighs conditions, public access blocks and
// access lists together. Other tools read the policies of a few services, each with rules
// of its own. A region that no analyzer looks at is open, not good.
func resourcePolicyNoWildcard() *Control {
	return &Control{
		ID: "resource-policy-no-wildcard", Title: "Resource policies do not allow everyone", Severity: Critical, Scope: AccountScope,
		Finding: "resources are open to everyone",
		Why:     "Whatever is open to everyone is found, by scanners, within hours.",
		Test:    "For every role that is not service-linked: no Allow statement of its trust policy for sts:AssumeRole, AssumeRoleWithSAML or AssumeRoleWithWebIdentity has the principal * (or a list AWS with it, or NotPrincipal), unless a condition names the organization, the account, the principal or the VPC of the caller. For every enabled region: the findings of its active analyzer of external access about the account hold no ACTIVE public one.",
		Remedy:  "Name the principals that need the resource, or bind the statement to the organization by aws:PrincipalOrgID.",
		Needs:   []org.Section{collect.AuthorizationSection, collect.RegionsSection},
		Uses:    []org.Section{collect.AnalyzersSection},
		Judge: func(s *Subject) Outcome {
			looking := s.lookingAnalyzers(externalAccess)
			public := openResources(looking, func(f *collect.AnalyzerFinding) bool { return f.Public })
			items := s.roleTrusts(public)
			for _, o := range public {
				if !slices.ContainsFunc(items, func(i Item) bool { return i.Resource == o.resource }) {
					items = append(items, o.item("not open to everyone", "open to everyone"))
				}
			}
			items = append(items, s.regionsWithout(looking, public, "no resource is open to everyone")...)
			items = append(items, s.unseenRegions(externalAccess, looking, "no resource is open to everyone")...)
			for _, r := range s.Evidence.Regions {
				if s.regionOff(r.Name) || slices.ContainsFunc(items, func(i Item) bool { return i.Resource == s.analyzerOf(r.Name) }) ||
					slices.ContainsFunc(looking, func(a lookingAnalyzer) bool { return a.region == r.Name }) {
					continue
				}
				const message = "no external-access analyzer sees the resources of this region"
				items = append(items, Item{
					Resource: s.analyzerOf(r.Name), Status: NotAssessed, Expected: "no resource is open to everyone",
					Observed: message, Evidence: s.readRef(collect.AnalyzersSection, r.Name),
					Gap: &org.Gap{
						Section: collect.AnalyzersSection, Account: s.Account.ID, Region: r.Name,
						Cause: org.NotCollected, Message: message, At: s.Evidence.ReadAt(collect.AnalyzersSection),
					},
				})
			}
			if len(items) == 0 {
				return notApplicable("the account has neither roles nor enabled regions")
			}
			return Outcome{Items: items}
		},
	}
}

// roleTrusts judges the trust policy of every role that is not service-linked. What Access
// Analyzer found to be public is, whatever the text looks like.
func (s *Subject) roleTrusts(public []openResource) []Item {
	var items []Item
	for i, r := range s.Evidence.Authorization.Roles {
		if isServiceLinked(r.ARN) {
			continue
		}
		item := Item{
			Resource: r.ARN, Expected: "a trust policy that names who may assume the role",
			Evidence: s.ref("/authorization_details/roles/%d/trust", i),
		}
		found := slices.IndexFunc(public, func(o openResource) bool { return o.resource == r.ARN })
		trust, err := s.Policies.Parse(r.Trust)
		switch {
		case found >= 0:
			item = public[found].item(item.Expected, "open to everyone")
		case err != nil:
			item = s.unknown(item, collect.AuthorizationSection, trustNotUnderstood+err.Error())
		default:
			item.Status, item.Observed = Passed, "no statement lets everyone assume the role"
			for j := range trust.Statements {
				if opensRole(&trust.Statements[j]) {
					item.Status, item.Observed = Failed, fmt.Sprintf("statement %d lets everyone assume the role", j+1)
					break
				}
			}
		}
		items = append(items, item)
	}
	return items
}

// opensRole tells whether a statement of a trust policy lets everyone assume the role.
func opensRole(st *policy.Statement) bool {
	return st.Effect == policy.Allow && everyone(st) && !narrows(st.Conditions) &&
		slices.ContainsFunc([]string{"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"}, st.AppliesToAction)
}

// everyone tells whether a statement is about every principal. Allow with NotPrincipal is
// about all but a few.
func everyone(st *policy.Statement) bool {
	if st.NotPrincipals != nil {
		return true
	}
	return st.Principals != nil && (st.Principals.Everyone || slices.ContainsFunc(st.Principals.AWS, func(p string) bool {
		return p == "*" || strings.HasSuffix(p, ":iam::*:root")
	}))
}

// narrows tells whether a condition bounds who calls: by organization, account, principal
// or VPC, under an operator that does not hold where the key is absent.
func narrows(conditions []policy.Condition) bool {
	return slices.ContainsFunc(conditions, func(c policy.Condition) bool {
		operator := strings.TrimPrefix(strings.ToLower(c.Operator), "foranyvalue:")
		if !slices.Contains([]string{"stringequals", "stringlike", "arnequals", "arnlike"}, operator) || len(c.Values) == 0 {
			return false
		}
		wide := func(value string) bool { return strings.Trim(value, "*?") == "" }
		switch strings.ToLower(c.Key) {
		case "aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:sourcevpc", "aws:sourcevpce":
			return !slices.ContainsFunc(c.Values, wide)
		case "aws:principalarn":
			// A pattern that leaves the account open lets in every account that makes such a name.
			return !slices.ContainsFunc(c.Values, func(value string) bool {
				fields := strings.SplitN(value, ":", 6)
				return len(fields) < 6 || strings.ContainsAny(fields[4], "*?")
			})
		}
		return false
	})
}
