package benchmark

import (
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
		Finding:    "resources are open to everyone",
		Why:        "Whatever is open to everyone is found, by scanners, within hours.",
		Test:       "For every role that is not service-linked: no Allow statement of its trust policy for sts:AssumeRole, AssumeRoleWithSAML or AssumeRoleWithWebIdentity has the principal * (or a list AWS with it, or NotPrincipal), unless conditions or a Deny statement leave of them only principals of the own organization, of its accounts, or of those in trusted_account_ids or known_vendors, or bind the VPC, the VPC endpoint, the address by private ranges or ones inside trusted_ips, or the unique id. For every enabled region: the findings of its active analyzer of external access about the account hold no ACTIVE public one.",
		Remedy:     "Name the principals that need the resource, or bind the statement to the organization by aws:PrincipalOrgID.",
		Needs:      []org.Section{collect.AuthorizationSection, collect.RegionsSection},
		Uses:       []org.Section{collect.AnalyzersSection},
		Parameters: []string{"trusted_account_ids", "known_vendors", "trusted_ips"},
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
				resource := s.analyzerOf(r.Name)
				if s.regionOff(r.Name) || slices.ContainsFunc(items, func(i Item) bool { return i.Resource == resource }) ||
					slices.ContainsFunc(looking, func(a lookingAnalyzer) bool { return a.region == r.Name }) {
					continue
				}
				const message = "no external-access analyzer sees the resources of this region"
				items = append(items, Item{
					Resource: resource, Status: NotAssessed, Expected: "no resource is open to everyone",
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
	e := s.estate()
	trusts := e.trustsOf(s)
	var items []Item
	for _, h := range e.trustingRoles() {
		item := Item{
			Resource: h.ARN, Expected: "a trust policy that names who may assume the role",
			Evidence: Reference{File: h.evidence.File, Pointer: h.evidence.Pointer + "/trust"},
		}
		found := slices.IndexFunc(public, func(o openResource) bool { return o.resource == h.ARN })
		open := slices.IndexFunc(trusts[h], (*trust).open)
		foreign := slices.IndexFunc(trusts[h], (*trust).unknownForeigners)
		// Without the organization's accounts nobody knows whether an account is one of them.
		// Of another organization it is known.
		gap, unread := s.Organization.Missing(org.SectionAccounts)
		if i := slices.IndexFunc(trusts[h], func(t *trust) bool { return t.unknownForeigners() && t.Account == "" }); i >= 0 {
			foreign, unread = i, false
		}
		switch {
		case found >= 0:
			item = public[found].item(item.Expected, "open to everyone")
		case h.Trust == nil:
			item.Status, item.Gap = NotAssessed, s.trustGap(h)
			item.Observed = item.Gap.Message
		case open >= 0:
			by := trusts[h][open].By
			item.Status, item.Observed, item.Because = Failed, by.Text()+" lets everyone assume the role", because(by)
		case foreign >= 0 && unread:
			item.Status, item.Gap = NotAssessed, &gap
			item.Observed = "account " + trusts[h][foreign].Account + " may be the organization's or not: its accounts could not be listed"
		case foreign >= 0:
			t := trusts[h][foreign]
			whose := "organization " + strings.Join(s.organizationsIn(t), ", ")
			if t.Account != "" {
				whose = "account " + t.Account
			}
			item.Status, item.Because = Failed, because(t.By)
			item.Observed = t.By.Text() + " lets everyone of " + whose + " assume the role"
		default:
			item.Status, item.Observed = Passed, "no statement lets everyone assume the role"
		}
		items = append(items, item)
	}
	return items
}

// unknownForeigners tells whether conditions narrow everyone to an account or organization
// outside, of which no parameter knows. A network or a unique id names who it is all the same.
func (t *trust) unknownForeigners() bool {
	return t.foreign() && t.origin == OutsideAccount && !t.network && !namesUniqueID(t.By.Element().Conditions)
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
