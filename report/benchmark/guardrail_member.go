package benchmark

import (
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
)

// anyRegion and anyone are a region and a name that no policy names.
const (
	anyRegion = "orgaudit-any-1"
	anyone    = "orgaudit-anyone"
)

// member is an administrator of the account whom no policy names, a role or a user, or its
// root user, in a region, so that nothing but the SCPs decides what it may do.
func (s *Subject) member(scps [][]*policy.Source, kind policy.IdentityKind, region string) *policy.Principal {
	at := anyMember{kind, region}
	if s.members[at] == nil {
		if s.members == nil {
			s.members = map[anyMember]*policy.Principal{}
		}
		s.members[at] = s.makeMember(scps, kind, region)
	}
	return s.members[at]
}

// anyMember is a kind of principal in a region.
type anyMember struct {
	kind   policy.IdentityKind
	region string
}

func (s *Subject) makeMember(scps [][]*policy.Source, kind policy.IdentityKind, region string) *policy.Principal {
	arn := s.root()
	switch kind {
	case policy.Role:
		arn = strings.TrimSuffix(arn, "root") + "role/" + anyone
	case policy.User:
		arn = strings.TrimSuffix(arn, "root") + "user/" + anyone
	}
	identity := policy.Identity{ARN: arn, Account: s.Account.ID, Kind: kind, OrganizationID: s.Organization.ID}
	if len(s.Account.Path) > 0 {
		identity.OrganizationPath = s.Organization.ID + "/" + strings.Join(s.Account.Path, "/") + "/"
	}
	facts := identity.Facts(s.Organization.WalkEnded)
	if region != "" {
		facts = facts.With(map[string]policy.Fact{"aws:requestedregion": policy.Is(region)})
	}
	return &policy.Principal{
		// Whom the identity policies allow everything, SCPs alone bind.
		ARN: arn, Account: s.Account.ID, Root: true, Facts: facts, SCPs: scps,
		GlobalRegion: org.PartitionOf(s.Organization.Partition).Region,
	}
}

// decideForAll asks whether the root user, or else any role and any user, may do what a
// guardrail denies. What one of them may do decides: a denial of roles leaves users free, and
// users tells that they are.
func (s *Subject) decideForAll(scps [][]*policy.Source, root bool, d deniedAction, region string) (decision policy.Decision, users bool) {
	if root {
		return s.decide(s.member(scps, policy.RootUser, region), d, region), false
	}
	decision = s.decide(s.member(scps, policy.Role, region), d, region)
	if user := s.decide(s.member(scps, policy.User, region), d, region); user.Allowed > decision.Allowed {
		return user, true
	}
	return decision, false
}

// decide asks whether a member may do what a guardrail denies. Where the resources of the
// action are not known, a denial on every resource of a kind is one of the action.
func (s *Subject) decide(p *policy.Principal, d deniedAction, region string) policy.Decision {
	decision := p.Decide(policy.Request{Action: d.action, Resource: s.resource(d.resource, region)})
	if d.resource != "" || tagsAnyKind(d.action) {
		return decision
	}
	for _, kind := range s.deniedKinds(p.SCPs, d.action) {
		other := p.Decide(policy.Request{Action: d.action, Resource: s.resource(kind, region)})
		if other.Allowed < decision.Allowed {
			decision = other
		}
	}
	return decision
}

// tagsAnyKind reports whether an action puts tags on, or takes them off, resources of many
// kinds, one of them in a request, so that a denial on one kind leaves the others ("Actions,
// resources, and condition keys for Amazon EC2", Service Authorization Reference, DeleteTags).
func tagsAnyKind(action string) bool {
	_, name, _ := strings.Cut(strings.ToLower(action), ":")
	return strings.HasSuffix(name, "tags") || strings.HasSuffix(name, "tagresource")
}

// deniedKinds are resources that no policy names, one of each kind that the SCPs deny an action
// on as a whole, such as user/*, as guardrails write them.
func (s *Subject) deniedKinds(scps [][]*policy.Source, action string) []string {
	var kinds []string
	for _, level := range scps {
		for _, source := range level {
			for _, statement := range source.Analysis.Document.Statements {
				if statement.Effect != policy.Deny || !statement.AppliesToAction(action) {
					continue
				}
				for _, element := range statement.Resources {
					parts := strings.SplitN(element, ":", 6)
					if len(parts) < 6 || !strings.HasSuffix(parts[5], "*") || strings.Trim(strings.TrimRight(parts[5], "/:*"), "abcdefghijklmnopqrstuvwxyz-") != "" {
						continue
					}
					kind := strings.ReplaceAll(parts[5], "*", anyone)
					if parts[3] != "" {
						parts[3] = "REGION"
					}
					if parts[4] != "" {
						parts[4] = "ACCOUNT"
					}
					kinds = append(kinds, strings.Join([]string{parts[2], parts[3], parts[4], kind}, ":"))
				}
			}
		}
	}
	return kinds
}

// resource fills in a resource of a guardrail.
func (s *Subject) resource(template, region string) string {
	if template == "*" || template == "" {
		return "*"
	}
	if region == "" {
		region = anyRegion
	}
	role := s.AuditRole
	if role == "" {
		role = anyone
	}
	return "arn:" + s.Organization.Partition + ":" + strings.NewReplacer("REGION", region, "ACCOUNT", s.Account.ID, "AUDITROLE", role).Replace(template)
}

// forbiddenRegions are the regions that must be denied: one that no policy names, and where
// allowed_regions is set, those that it does not name of the account's regions and of those
// in the conditions of the SCPs.
func (s *Subject) forbiddenRegions(scps [][]*policy.Source) []string {
	var known []string
	if s.Evidence != nil && s.has(collect.RegionsSection) {
		for _, r := range s.Evidence.Regions {
			known = append(known, r.Name)
		}
	}
	for _, level := range scps {
		for _, source := range level {
			for _, statement := range source.Analysis.Document.Statements {
				for _, c := range statement.Conditions {
					if strings.EqualFold(c.Key, "aws:RequestedRegion") {
						known = append(known, c.Values...)
					}
				}
			}
		}
	}
	slices.Sort(known)
	regions := []string{anyRegion}
	for _, name := range slices.Compact(known) {
		if len(s.Parameters.AllowedRegions) > 0 && !slices.Contains(s.Parameters.AllowedRegions, name) && !strings.ContainsAny(name, "*?") {
			regions = append(regions, name)
		}
	}
	return regions
}

// orgSCPDenyRegions asks whom region restrictions bind, not whether one exists: a policy on
// an empty unit covers nobody, a list with more regions than the company's allows too much,
// and a restriction counts however it is written.
func orgSCPDenyRegions() *Control {
	return &Control{
		ID: "org-scp-deny-regions", Title: "SCPs restrict regions in every member account", Severity: High, Scope: OrganizationScope,
		Finding:    "no SCP restricts the regions of some member accounts",
		Why:        "A restriction of regions that binds some accounts leaves the others as the place to hide in.",
		Test:       "For every active member account follow the SCPs from the root to the account: ec2:RunInstances is denied in a region that no policy names, and, where allowed_regions is set, in every region that a condition of the SCPs names and it does not.",
		Remedy:     "Attach an SCP that denies by aws:RequestedRegion all but the regions in use to the root or to every unit that holds accounts.",
		Needs:      []org.Section{org.SectionAccounts, org.SectionTree, org.SectionPolicies},
		Parameters: []string{"allowed_regions", "ignore_accounts"},
		Judge: func(s *Subject) Outcome {
			var items []Item
			for i := range s.Organization.Accounts {
				a := &s.Organization.Accounts[i]
				if a.State != org.StateActive || s.Organization.IsManagement(a.ID) || slices.Contains(s.Parameters.IgnoreAccounts, a.ID) {
					continue
				}
				of := s.For(a, nil)
				run := []deniedAction{{"ec2:RunInstances", "ec2:REGION:ACCOUNT:instance/any"}}
				item := gravest(of.judgeGuardrail(run, false, true).Items)
				item.Resource, item.Expected = a.ARN, "work in other regions is denied by SCPs"
				items = append(items, item)
			}
			if len(items) == 0 {
				return notApplicable("the organization has no active member account")
			}
			return Outcome{Items: items}
		},
	}
}

// gravest returns the first failed item, else the first that was not assessed, else the first.
func gravest(items []Item) Item {
	for _, want := range []Status{Failed, NotAssessed} {
		for _, i := range items {
			if i.Status == want {
				return i
			}
		}
	}
	return items[0]
}
