package benchmark

import (
	"fmt"
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
)

func orgRootAccessCentral() *Control {
	return &Control{
		ID: "org-root-access-central", Title: "Root credentials of member accounts are managed centrally", Severity: High, Scope: OrganizationScope,
		Finding: "root credentials of members are not managed centrally",
		Why:     "With centralized root access members need no root password or key at all, and what does not exist cannot be stolen.",
		Test:    "iam:ListOrganizationsFeatures, called from the management account or the delegated administrator of IAM, lists RootCredentialsManagement. RootSessions is told and not required.",
		Remedy:  "Turn on centralized root access in the management account and delete the root credentials of member accounts.",
		Needs:   []org.Section{org.SectionRootFeatures},
		Judge: func(s *Subject) Outcome {
			features := s.Organization.RootFeatures
			item := Item{
				Resource: s.Organization.ARN, Expected: rootCredentialsManagement + " is on",
				Status:   status(slices.Contains(features, rootCredentialsManagement)),
				Observed: "features that are on: " + strings.Join(features, ", "),
				Evidence: Reference{File: collect.OrganizationFile, Pointer: "/root_features"},
			}
			if len(features) == 0 {
				item.Observed = "no feature of centralized root access is on"
			}
			return fromItem(item)
		},
	}
}

// orgGuardrailPolicies counts policies that bind accounts. What they say is for a person
// to judge; that a policy exists and is attached to nothing, or only to an empty unit,
// guards nobody. The management account is left out, since no such policy binds it.
func orgGuardrailPolicies() *Control {
	return &Control{
		ID: "org-guardrail-policies", Title: "Every member account is under guardrail policies", Severity: High, Scope: OrganizationScope,
		Finding:    "member accounts are under no guardrail policy",
		Why:        "SCPs and RCPs are the only limits that an administrator of a member account cannot lift.",
		Test:       "The organization has all features and service control policies are enabled on the root. For every ACTIVE member account, at least one SCP or RCP that AWS does not manage, and that is more than a copy of full access, is attached to the account, to a unit above it, or to the root; so is every policy of required_policies.",
		Remedy:     "Attach guardrail SCPs and RCPs to the root or to the units that hold the accounts.",
		Needs:      []org.Section{org.SectionAccounts, org.SectionTree, org.SectionPolicies},
		Parameters: []string{"required_policies", "require_rcp", "ignore_accounts"},
		Judge: func(s *Subject) Outcome {
			o := s.Organization
			if o.FeatureSet != "ALL" || !slices.Contains(o.PolicyTypes, org.ServiceControlPolicy) {
				return fromItem(Item{
					Resource: o.ARN, Status: Failed, Expected: "all features, and service control policies enabled on the root",
					Observed: fmt.Sprintf("feature set %s; enabled policy types: %s", o.FeatureSet, strings.Join(o.PolicyTypes, ", ")),
					Evidence: Reference{File: collect.OrganizationFile, Pointer: "/policy_types"},
				})
			}
			var items []Item
			for i := range o.Accounts {
				a := &o.Accounts[i]
				if a.State != org.StateActive || o.IsManagement(a.ID) || slices.Contains(s.Parameters.IgnoreAccounts, a.ID) {
					continue
				}
				items = append(items, s.guardrails(a, i))
			}
			if len(items) == 0 {
				return notApplicable("the organization has no active member account")
			}
			return Outcome{Items: items}
		},
	}
}

// guardrails judges one member account.
func (s *Subject) guardrails(a *org.Account, index int) Item {
	item := Item{
		Resource: a.ARN, Expected: "a guardrail SCP or RCP binds the account",
		Evidence: Reference{File: collect.OrganizationFile, Pointer: fmt.Sprintf("/accounts/%d", index)},
	}
	if len(a.Path) == 0 {
		item.Status, item.Observed = NotAssessed, "the account's place in the organization is not known"
		item.Gap = &org.Gap{Section: org.SectionTree, Account: a.ID, Cause: org.NotWalked, At: s.Organization.WalkEnded}
		return item
	}
	var binding []string
	var unread error
	kinds := map[string]bool{}
	missing := slices.Clone(s.Parameters.RequiredPolicies)
	for _, kind := range []string{org.ServiceControlPolicy, org.ResourceControlPolicy} {
		if !slices.Contains(s.Organization.PolicyTypes, kind) {
			continue // attached policies of a type that is off bind nobody
		}
		for _, level := range s.Organization.Binding(a, kind) {
			for _, p := range level.Policies {
				guards, err := s.guards(p)
				if err != nil {
					unread = err
				}
				if guards {
					kinds[kind] = true
					binding = append(binding, fmt.Sprintf("%s at %s", p.Name, level.Name))
				}
				missing = slices.DeleteFunc(missing, func(want string) bool { return want == p.ID || want == p.Name })
			}
		}
	}
	problems := []string{}
	if len(kinds) == 0 {
		problems = append(problems, "no policy beyond full access binds the account")
	}
	if s.Parameters.RequireRCP && !kinds[org.ResourceControlPolicy] {
		problems = append(problems, "no resource control policy binds the account")
	}
	if len(missing) > 0 {
		problems = append(problems, "required and not bound: "+strings.Join(missing, ", "))
	}
	if len(problems) > 0 && len(missing) == 0 && unread != nil {
		item.Status, item.Observed = NotAssessed, unread.Error()
		item.Gap = &org.Gap{Section: org.SectionPolicies, Account: a.ID, Cause: org.Malformed, Message: unread.Error(), At: s.Organization.WalkEnded}
		return item
	}
	item.Status = status(len(problems) == 0)
	item.Observed = strings.Join(binding, "; ")
	if len(problems) > 0 {
		item.Observed = strings.Join(problems, "; ")
	}
	return item
}

// guards tells whether a policy limits anything.
func (s *Subject) guards(p *org.Policy) (bool, error) {
	if p.AWSManaged {
		return false, nil
	}
	document, err := s.Policies.Parse(p.Document)
	if err != nil {
		return false, fmt.Errorf("policy %s (%s) could not be understood: %w", p.ID, p.Name, err)
	}
	return !document.IsFullAccess(), nil
}
