package benchmark

import (
	"fmt"
	"slices"
	"strings"

	"orgaudit/org"
)

// policiesOff makes the item of an organization in which policies of a type bind nobody;
// off is false where they can bind.
func (s *Subject) policiesOff(kind string) (item Item, off bool) {
	o := s.Organization
	if o.FeatureSet == "ALL" && slices.Contains(o.PolicyTypes, kind) {
		return Item{}, false
	}
	return Item{
		Resource: o.ARN, Status: Failed, Expected: "all features, and " + kind + " enabled on the root",
		Observed: fmt.Sprintf("feature set %s; enabled policy types: %s", o.FeatureSet, strings.Join(o.PolicyTypes, ", ")),
		Evidence: orgRef("/policy_types"),
	}, true
}

// guardrailsByTarget are the names of the policies of a type that guard, by what they are
// attached to, and the errors of those that could not be understood.
func (s *Subject) guardrailsByTarget(kind string) (names map[string][]string, unread map[string]error) {
	names, unread = map[string][]string{}, map[string]error{}
	for i := range s.Organization.Policies {
		p := &s.Organization.Policies[i]
		if p.Type != kind {
			continue
		}
		guards, err := s.guards(p)
		for _, t := range p.Targets {
			switch {
			case err != nil:
				unread[t.ID] = err
			case guards:
				names[t.ID] = append(names[t.ID], p.Name)
			}
		}
	}
	return names, unread
}

// orgSCPGuardrails looks at units, not at accounts: an SCP on a single account is a
// guardrail that the next account of its kind will lack. A unit without an SCP of its own
// is well where the units below it bind all of its accounts.
func orgSCPGuardrails() *Control {
	return &Control{
		ID: "org-scp-guardrails", Title: "Service control policies guard every unit", Severity: High, Scope: OrganizationScope,
		Finding: "units are under no service control policy",
		Why:     "A guardrail on a unit binds every account that will ever be moved into it; one on an account binds that account.",
		Test:    "The organization has all features and service control policies are enabled on the root. For the root, where it holds accounts directly, and for every unit with ACTIVE member accounts in it or below: an SCP that AWS does not manage, and that is more than a copy of full access, is attached to the unit or above it, or to units below so that every such account is bound.",
		Remedy:  "Attach guardrail SCPs to the root or to the units that hold accounts.",
		Needs:   []org.Section{org.SectionAccounts, org.SectionTree, org.SectionPolicies},
		Judge: func(s *Subject) Outcome {
			if item, off := s.policiesOff(org.ServiceControlPolicy); off {
				return fromItem(item)
			}
			names, unread := s.guardrailsByTarget(org.ServiceControlPolicy)
			members := s.activeMembers()
			var items []Item
			for i, n := range s.nodes() {
				all, bound := 0, 0
				var hidden error
				for _, m := range members {
					if !slices.Contains(m.Path, n.ID) || i == 0 && len(m.Path) > 1 {
						continue // the root stands for the accounts in it, units for all below
					}
					all++
					if slices.ContainsFunc(m.Path, func(id string) bool { return len(names[id]) > 0 }) {
						bound++
						continue
					}
					for _, id := range m.Path {
						if unread[id] != nil {
							hidden = unread[id]
						}
					}
				}
				if all == 0 {
					continue
				}
				item := Item{Resource: n.resource(), Expected: "a guardrail SCP binds the unit", Evidence: n.ref, Status: status(bound == all)}
				var binding []string
				for _, id := range n.ids {
					binding = append(binding, names[id]...)
				}
				switch {
				case bound < all && hidden != nil:
					item = s.malformed(item, org.SectionPolicies, hidden)
				case bound < all:
					item.Observed = fmt.Sprintf("%s: %d of %s under no SCP beyond full access", n.path, all-bound, count(all, "active account"))
				case len(binding) > 0:
					item.Observed = n.path + ": bound by " + strings.Join(binding, ", ")
				default:
					item.Observed = n.path + ": every account is bound by a unit below"
				}
				items = append(items, item)
			}
			for _, m := range members {
				if len(m.Path) == 0 {
					items = append(items, s.unplaced(Item{Resource: m.ARN, Expected: "a unit that an SCP guards", Evidence: m.ref}, m.Account))
				}
			}
			if len(items) == 0 {
				return notApplicable(noMembers)
			}
			return Outcome{Items: items}
		},
	}
}

func orgRCP() *Control {
	return &Control{
		ID: "org-rcp", Title: "A resource control policy binds every member account", Severity: Medium, Scope: OrganizationScope,
		Finding: "member accounts are under no resource control policy",
		Why:     "An RCP keeps resources from being opened to outsiders, whatever the policy of the single resource says; an SCP does not reach outsiders.",
		Test:    "Resource control policies are enabled on the root. For every ACTIVE member account, an RCP that AWS does not manage, and that is more than a copy of full access, is attached to the account, to a unit above it, or to the root.",
		Remedy:  "Attach an RCP to the root that keeps principals from outside the organization away.",
		Needs:   []org.Section{org.SectionAccounts, org.SectionTree, org.SectionPolicies},
		Judge: func(s *Subject) Outcome {
			if item, off := s.policiesOff(org.ResourceControlPolicy); off {
				return fromItem(item)
			}
			names, unread := s.guardrailsByTarget(org.ResourceControlPolicy)
			var items []Item
			for _, m := range s.activeMembers() {
				item := Item{Resource: m.ARN, Expected: "an RCP binds the account", Evidence: m.ref}
				var binding []string
				var hidden error
				for _, id := range append(slices.Clone(m.Path), m.ID) {
					binding = append(binding, names[id]...)
					if unread[id] != nil {
						hidden = unread[id]
					}
				}
				switch {
				case len(m.Path) == 0:
					item = s.unplaced(item, m.Account)
				case len(binding) > 0:
					item.Status, item.Observed = Passed, "bound by "+strings.Join(binding, ", ")
				case hidden != nil:
					item = s.malformed(item, org.SectionPolicies, hidden)
				default:
					item.Status, item.Observed = Failed, "no RCP beyond full access binds the account"
				}
				items = append(items, item)
			}
			if len(items) == 0 {
				return notApplicable(noMembers)
			}
			return Outcome{Items: items}
		},
	}
}

// orgTagPolicy counts a tag policy where it reaches an account: other tools count one that
// is attached to an empty unit, or to nothing. Tag policies bind the management account too.
func orgTagPolicy() *Control {
	return &Control{
		ID: "org-tag-policy", Title: "A tag policy is attached", Severity: Low, Scope: OrganizationScope,
		Finding: "no tag policy reaches an account",
		Why:     "Owners, cost and access by attribute rest on tags, and without a policy every team spells them in its own way.",
		Test:    "Tag policies are enabled on the root, and at least one is attached to the root, to a unit or to an account that is or holds an ACTIVE account.",
		Remedy:  "Write the tags that the organization wants into a tag policy and attach it to the root.",
		Needs:   []org.Section{org.SectionAccounts, org.SectionTree, org.SectionPolicies},
		Judge: func(s *Subject) Outcome {
			if item, off := s.policiesOff(org.TagPolicy); off {
				return fromItem(item)
			}
			item := Item{Resource: s.Organization.ARN, Expected: "a tag policy that reaches an account", Evidence: orgRef("/policies")}
			policies, targets := 0, 0
			for i := range s.Organization.Policies {
				p := &s.Organization.Policies[i]
				if p.Type != org.TagPolicy {
					continue
				}
				policies++
				targets += len(p.Targets)
				for j, t := range p.Targets {
					if n := s.activeUnder(t.ID); n > 0 {
						item.Status, item.Evidence = Passed, orgRef("/policies/%d/targets/%d", i, j)
						item.Observed = fmt.Sprintf("%s is attached above %s", p.Name, count(n, "active account"))
						return fromItem(item)
					}
				}
			}
			for i := range s.Organization.Accounts {
				a := &s.Organization.Accounts[i]
				if targets > 0 && a.State == org.StateActive && len(a.Path) == 0 {
					return fromItem(s.unplaced(item, a))
				}
			}
			item.Status = Failed
			item.Observed = fmt.Sprintf("tag policies: %d, of which none reaches an active account", policies)
			if policies == 0 {
				item.Observed = "there is no tag policy"
			}
			return fromItem(item)
		},
	}
}

// activeUnder counts the ACTIVE accounts that are a node or stand below it.
func (s *Subject) activeUnder(id string) int {
	n := 0
	for i := range s.Organization.Accounts {
		a := &s.Organization.Accounts[i]
		if a.State == org.StateActive && (a.ID == id || slices.Contains(a.Path, id)) {
			n++
		}
	}
	return n
}
