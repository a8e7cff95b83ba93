package benchmark

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
)

// orgRef is a place in the evidence of the organization.
func orgRef(pointer string, args ...any) Reference {
	return Reference{File: collect.OrganizationFile, Pointer: fmt.Sprintf(pointer, args...)}
}

// node is the root or a unit, with its place in the tree.
type node struct {
	*org.Unit
	// ids are those of the nodes from the root down to the unit itself, path their names.
	ids  []string
	path string
	ref  Reference
}

func (n node) resource() string { return cmp.Or(n.ARN, n.ID) }

// nodes are the root and every unit below it, parents before children.
func (s *Subject) nodes() []node {
	var all []node
	var walk func(u *org.Unit, ids []string, path, pointer string)
	walk = func(u *org.Unit, ids []string, path, pointer string) {
		ids = append(slices.Clone(ids), u.ID)
		all = append(all, node{Unit: u, ids: ids, path: path + u.Name, ref: orgRef("%s", pointer)})
		for i := range u.Units {
			walk(&u.Units[i], ids, path+u.Name+" / ", fmt.Sprintf("%s/units/%d", pointer, i))
		}
	}
	walk(&s.Organization.Root, nil, "", "/root")
	return all
}

// activeMember is an ACTIVE account that is not the management account.
type activeMember struct {
	*org.Account
	ref Reference
}

func (s *Subject) activeMembers() []activeMember {
	var members []activeMember
	for i := range s.Organization.Accounts {
		a := &s.Organization.Accounts[i]
		if a.State == org.StateActive && !s.Organization.IsManagement(a.ID) {
			members = append(members, activeMember{a, orgRef("/accounts/%d", i)})
		}
	}
	return members
}

const noMembers = "the organization has no active member account"

// unplaced makes an item of an account whose place in the tree is not known.
func (s *Subject) unplaced(i Item, a *org.Account) Item {
	i.Status, i.Observed = NotAssessed, "the account's place in the organization is not known"
	i.Gap = &org.Gap{Section: org.SectionTree, Account: a.ID, Cause: org.NotWalked, At: s.Organization.WalkEnded}
	return i
}

// malformed makes an item of a document of the organization that could not be understood.
func (s *Subject) malformed(i Item, section org.Section, err error) Item {
	i.Status, i.Observed = NotAssessed, err.Error()
	i.Gap = &org.Gap{Section: section, Cause: org.Malformed, Message: i.Observed, At: s.Organization.WalkEnded}
	return i
}

// orgOUStructure never passes: whether units follow environment and sensitivity is for a
// person to say, who gets the tree. What no reading of the recommendation allows fails.
func orgOUStructure() *Control {
	return &Control{
		ID: "org-ou-structure", Title: "Units follow environment and sensitivity", Severity: Low, Scope: OrganizationScope,
		Finding:    "accounts are not sorted into units",
		Why:        "Policies are attached to units: only where accounts of one kind stand together can a guardrail fit them.",
		Test:       "The tree of units has at least one unit below the root; with fail_on_accounts_in_root, no ACTIVE member account stands directly under the root; every name of expected_ou_names is the name of a unit. If so, read the tree and judge whether it follows environment and sensitivity.",
		Remedy:     "Make a unit for each environment and kind of workload, and move the accounts into them.",
		Needs:      []org.Section{org.SectionTree, org.SectionAccounts},
		Parameters: []string{"fail_on_accounts_in_root", "expected_ou_names"},
		Judge: func(s *Subject) Outcome {
			const expected = "accounts stand in units by environment and sensitivity"
			members := s.activeMembers()
			var items []Item
			names := map[string]bool{}
			for _, n := range s.nodes()[1:] {
				names[n.Name] = true
				direct, below := 0, 0
				for _, m := range members {
					switch i := slices.Index(m.Path, n.ID); {
					case i < 0:
					case i == len(m.Path)-1:
						direct++
					default:
						below++
					}
				}
				items = append(items, Item{
					Resource: n.resource(), Status: Passed, Expected: expected, Evidence: n.ref,
					Observed: fmt.Sprintf("%s: %s, %d in units below", n.path, count(direct, "active account"), below),
				})
			}
			if len(items) == 0 {
				items = append(items, Item{
					Resource: cmp.Or(s.Organization.Root.ARN, s.Organization.Root.ID), Status: Failed, Expected: expected,
					Observed: "there is no unit below the root", Evidence: orgRef("/root"),
				})
			}
			for _, m := range members {
				item := Item{Resource: m.ARN, Expected: "not directly under the root", Evidence: m.ref}
				switch {
				case len(m.Path) == 0:
					items = append(items, s.unplaced(item, m.Account))
				case len(m.Path) == 1 && s.Parameters.FailOnAccountsInRoot:
					item.Status, item.Observed = Failed, "the account stands directly under the root"
					items = append(items, item)
				}
			}
			for _, name := range s.Parameters.ExpectedOUNames {
				if !names[name] {
					items = append(items, Item{
						Resource: "unit " + name, Status: Failed, Expected: "a unit of this name",
						Observed: "no unit has this name", Evidence: orgRef("/root"),
					})
				}
			}
			if slices.ContainsFunc(items, func(i Item) bool { return i.Status != Passed }) {
				return Outcome{Items: items}
			}
			return Outcome{Items: items, Manual: true, Reason: "judge whether the units follow environment and sensitivity"}
		},
	}
}

func orgAccountsInRoot() *Control {
	return &Control{
		ID: "org-accounts-in-root", Title: "No member account sits in the root", Severity: Low, Scope: OrganizationScope,
		Finding: "member accounts sit directly in the root",
		Why:     "An account in the root is bound by the policies of the root alone; those of units pass it by.",
		Test:    "organizations:ListAccountsForParent for the root lists no ACTIVE account but the management account.",
		Remedy:  "Move the accounts into a unit.",
		Needs:   []org.Section{org.SectionTree, org.SectionAccounts},
		Judge: func(s *Subject) Outcome {
			paths := s.Organization.UnitPaths()
			var items []Item
			for _, m := range s.activeMembers() {
				item := Item{Resource: m.ARN, Expected: "the account stands in a unit", Evidence: m.ref}
				if len(m.Path) == 0 {
					items = append(items, s.unplaced(item, m.Account))
					continue
				}
				item.Status = status(len(m.Path) > 1)
				item.Observed = "stands in " + paths[m.Path[len(m.Path)-1]]
				items = append(items, item)
			}
			if len(items) == 0 {
				return notApplicable(noMembers)
			}
			return Outcome{Items: items}
		},
	}
}

// orgAllFeatures needs no section: without organizations:DescribeOrganization there is no
// organization to judge.
func orgAllFeatures() *Control {
	return &Control{
		ID: "org-all-features", Title: "The organization has all features", Severity: High, Scope: OrganizationScope,
		Finding: "the organization has consolidated billing alone",
		Why:     "Without all features there are no policies, no trusted access and no delegated administrators.",
		Test:    "organizations:DescribeOrganization answers the FeatureSet ALL.",
		Remedy:  "Enable all features; every member that was invited has to agree.",
		Judge: func(s *Subject) Outcome {
			o := s.Organization
			item := Item{
				Resource: o.ARN, Status: status(o.FeatureSet == "ALL"), Expected: "feature set ALL",
				Observed: "feature set " + o.FeatureSet, Evidence: orgRef("/feature_set"),
			}
			if o.FeatureSet == "" {
				item = s.malformed(item, org.SectionAccounts, fmt.Errorf("the organization does not say which features it has"))
			}
			return fromItem(item)
		},
	}
}

// orgMember rests on the list of accounts alone, which the account itself cannot change:
// it is judged also where the account could not be entered.
func orgMember() *Control {
	return &Control{
		ID: "org-member", Title: "The account belongs to an organization", Severity: Medium, Scope: AccountScope,
		Finding:           "the account is in no organization",
		Why:               "Guardrails, central logging and central billing reach the accounts of the organization and no others.",
		Test:              "organizations:ListAccounts, called from the management account, lists the account.",
		Remedy:            "Invite the account into the organization.",
		NeedsOrganization: []org.Section{org.SectionAccounts},
		Judge: func(s *Subject) Outcome {
			item := Item{
				Resource: "account " + s.Account.ID, Status: Failed, Expected: "a member of the organization",
				Observed: "the organization does not list the account", Evidence: orgRef("/accounts"),
			}
			i := slices.IndexFunc(s.Organization.Accounts, func(a org.Account) bool { return a.ID == s.Account.ID })
			if i >= 0 {
				item.Status, item.Evidence = Passed, orgRef("/accounts/%d", i)
				item.Observed = fmt.Sprintf("member of %s, state %s", s.Organization.ID, strings.ToLower(s.Account.State))
			}
			return fromItem(item)
		},
	}
}
