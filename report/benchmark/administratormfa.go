package benchmark

import (
	"slices"
	"strings"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
)

// adminPolicy is a policy that grants everything, with those who have it by themselves.
type adminPolicy struct {
	placed
	resource string
	holders  []*holder
}

// adminPolicies are the policies that grant everything, attached or inline, of the holders
// that are wanted. not are items of holders some of whose policies are not known: one of
// those may be an administrator's.
func (s *Subject) adminPolicies(expected string, wanted func(h *holder) bool) (policies []*adminPolicy, not []Item) {
	byResource := map[string]*adminPolicy{}
	for _, h := range s.estate().holders {
		if !wanted(h) {
			continue
		}
		if h.unread != nil {
			not = append(not, unreadHolder(h, expected))
		}
		for _, p := range h.sources {
			if p.Place != h.ARN || len(p.Analysis.Grants) == 0 {
				continue // one of a group is looked at there
			}
			resource := p.ID
			if name, ok := strings.CutPrefix(p.ID, "inline policy "); ok {
				resource = h.ARN + "/" + name
			}
			if byResource[resource] == nil {
				byResource[resource] = &adminPolicy{placed: p, resource: resource}
				policies = append(policies, byResource[resource])
			}
			byResource[resource].holders = append(byResource[resource].holders, h)
		}
	}
	return policies, not
}

func unreadHolder(h *holder, expected string) Item {
	return Item{
		Resource: h.ARN, Status: NotAssessed, Expected: expected, Evidence: h.evidence, Gap: h.unread,
		Observed: "one of its policies is not known: " + h.unread.Message,
	}
}

// grants are the statements that grant everything.
func (p *adminPolicy) grants() []policy.Ref {
	var refs []policy.Ref
	for _, g := range p.Analysis.Grants {
		refs = append(refs, policy.Ref{Source: p.Source, Statement: g.Statement, Sid: g.Sid})
	}
	return refs
}

// withoutMFA are requests of somebody who has shown no second factor. Long-term access keys
// do not have the key at all ("AWS global condition context keys", IAM User Guide,
// aws:MultiFactorAuthPresent).
func withoutMFA(f *policy.Facts) *policy.Facts {
	return f.With(map[string]policy.Fact{
		"aws:multifactorauthpresent": {nil, {"false"}}, "aws:multifactorauthage": policy.Absent(),
	})
}

// adminRequiresMFA judges where people come by administrator rights. Users and groups have
// them by a policy: it must give them with MFA alone, or another policy of theirs must take
// them away without, which is asked by evaluating the policies. A condition with IfExists
// lets access keys through and does not do.
//
// Roles have them by being assumed, so that their trust policies are judged and not their
// permissions: a role of a service could never satisfy the condition. Roles that roles or
// identity providers assume are left out, since their sessions do not carry the key.
func adminRequiresMFA() *Control {
	const expected = "administrator rights with MFA alone"
	return &Control{
		ID: "admin-requires-mfa-condition", Title: "Administrator rights need MFA", Severity: Medium, Scope: AccountScope,
		Finding: "administrator rights can be used without MFA",
		Why:     "A leaked access key of an administrator opens the account, whatever MFA device the user has, unless a policy asks for it.",
		Test:    "For every policy, AWS-managed ones too, that grants every action on every resource and that a user or group has: without MFA (aws:MultiFactorAuthPresent absent or false), conditions or Deny statements of the policy, or of the others that its holder has, leave no administrator rights. For every role with administrator rights that its trust policy opens to an account, to IAM users or to everyone: sts:AssumeRole is allowed with MFA alone. Policies of the organization are left aside.",
		Remedy:  "Add the condition Bool aws:MultiFactorAuthPresent true to the Allow or to the trust policy, or deny everything but the registration of a device without it.",
		Needs:   []org.Section{collect.AuthorizationSection},
		Uses:    []org.Section{collect.ManagedPoliciesSection},
		Judge: func(s *Subject) Outcome {
			policies, items := s.adminPolicies(expected, func(h *holder) bool { return h.Kind != policy.RoleMember })
			for _, p := range policies {
				items = append(items, s.mfaOfPolicy(p, expected))
			}
			for _, h := range s.estate().holders {
				if h.Kind == policy.RoleMember && !h.ServiceLinked {
					if item, concerned := s.mfaOfTrust(h, expected); concerned {
						items = append(items, item)
					}
				}
			}
			if len(items) == 0 {
				return notApplicable("no user, no group and no role that people assume has administrator rights")
			}
			return Outcome{Items: items}
		},
	}
}

// mfaOfPolicy judges a policy first by itself and then with the others of its holders.
func (s *Subject) mfaOfPolicy(p *adminPolicy, expected string) Item {
	item := Item{Resource: p.resource, Status: Passed, Expected: expected, Evidence: p.evidence, Observed: "gives them with MFA alone"}
	facts := withoutMFA(&policy.Facts{Now: s.Evidence.ReadAt(collect.AuthorizationSection)})
	if alone := (&policy.Principal{Identity: []*policy.Source{p.Source}, Facts: facts}); alone.Administrator() == nil {
		return item
	}
	item.Observed = "other policies of those who have it ask for MFA"
	var open []string
	for _, h := range p.holders {
		all := policy.Principal{ARN: h.ARN, Facts: facts}
		if h.Principal != nil {
			all.Boundary, all.Facts = h.Principal.Boundary, withoutMFA(h.Principal.Facts)
		}
		for _, source := range h.sources {
			all.Identity = append(all.Identity, source.Source)
		}
		switch {
		case all.Administrator() == nil:
		case h.unread != nil:
			item.Status, item.Gap = NotAssessed, h.unread
		default:
			open = append(open, h.ARN)
		}
	}
	switch {
	case len(open) > 0:
		item.Status, item.Gap = Failed, nil
		item.Observed, item.Because = "gives them without MFA to "+names(open), because(p.grants()...)
	case item.Status == NotAssessed:
		item.Observed = "gives them without MFA, unless a policy that is not known asks for it"
	}
	return item
}

// mfaOfTrust judges who can assume a role. It does not concern roles that are no
// administrators without the policies of the organization, and those that no person assumes.
func (s *Subject) mfaOfTrust(h *holder, expected string) (Item, bool) {
	item := Item{
		Resource: h.ARN, Expected: expected,
		Evidence: Reference{File: h.evidence.File, Pointer: h.evidence.Pointer + "/trust"},
	}
	bare := *h.Principal
	bare.SCPs, bare.RCPs, bare.Facts = nil, nil, withoutMFA(bare.Facts)
	administrator := bare.Administrator() != nil
	if h.Trust == nil {
		return s.unknown(item, collect.AuthorizationSection, "its trust policy could not be understood"), administrator || h.unread != nil
	}
	people, open := openToPeople(h.Trust, bare.Facts.Now)
	switch {
	case !people:
		return item, false
	case !administrator && h.unread != nil && len(open) > 0:
		return unreadHolder(h, expected), true
	case !administrator:
		bare.Facts = h.Principal.Facts
		item.Status, item.Observed = Passed, "its policies ask for MFA"
		return item, bare.Administrator() != nil
	}
	item.Status, item.Observed = status(len(open) == 0), "can be assumed with MFA alone"
	if len(open) > 0 {
		item.Observed, item.Because = "can be assumed without MFA", because(open...)
	}
	return item, true
}

// openToPeople reports whether a trust policy lets an account, an IAM user or everyone
// assume its role, and returns the statements that do so without MFA.
func openToPeople(trust *policy.Source, now time.Time) (people bool, open []policy.Ref) {
	facts := withoutMFA(&policy.Facts{Now: now})
	denied := slices.ContainsFunc(trust.Analysis.Document.Statements, func(d policy.Statement) bool {
		everyone := d.Principals != nil && (d.Principals.Everyone || slices.Contains(d.Principals.AWS, "*"))
		return d.Effect == policy.Deny && everyone && d.AppliesToAction("sts:AssumeRole") && policy.Holds(d.Conditions, facts) == policy.True
	})
	for _, t := range trust.Trustees() {
		person := t.Kind == policy.TrustsEveryone || t.Kind == policy.TrustsAccount || t.Kind == policy.TrustsPrincipal && strings.Contains(t.Value, ":user/")
		if !person || !t.By.Element().AppliesToAction("sts:AssumeRole") {
			continue
		}
		people = true
		if !denied && policy.Holds(t.By.Element().Conditions, facts) != policy.False {
			open = append(open, t.By)
		}
	}
	return people, open
}

// adminWithoutCondition asks for any condition at all, on the Allow or on a Deny beside it;
// whether it helps is for the reader of the statement to say.
func adminWithoutCondition() *Control {
	const expected = "a condition on the Allow, or on a Deny beside it"
	return &Control{
		ID: "admin-without-condition", Title: "Administrator policies have conditions", Severity: Low, Scope: AccountScope,
		Finding: "administrator policies have no condition",
		Why:     "A condition on MFA, the network, the region or the time bounds what stolen credentials of an administrator are good for.",
		Test:    "For every policy, AWS-managed ones too, that grants every action on every resource and that a user, group or role has, attached or inline: every Allow statement that grants it has a condition, or a Deny statement of the same policy has one.",
		Remedy:  "Replace AdministratorAccess by a policy of your own with conditions, or add a Deny statement under a condition.",
		Needs:   []org.Section{collect.AuthorizationSection},
		Uses:    []org.Section{collect.ManagedPoliciesSection},
		Judge: func(s *Subject) Outcome {
			policies, items := s.adminPolicies(expected, func(h *holder) bool { return !h.ServiceLinked })
			for _, p := range policies {
				item := Item{Resource: p.resource, Status: Passed, Expected: expected, Evidence: p.evidence, Observed: "has conditions"}
				free := slices.ContainsFunc(p.Analysis.Grants, func(g policy.Grant) bool { return !g.Conditional })
				bound := slices.ContainsFunc(p.Analysis.Document.Statements, func(d policy.Statement) bool {
					return d.Effect == policy.Deny && len(d.Conditions) > 0
				})
				if free && !bound {
					var holders []string
					for _, h := range p.holders {
						holders = append(holders, h.ARN)
					}
					item.Status, item.Because = Failed, because(p.grants()...)
					item.Observed = "no condition; held by " + names(holders)
				}
				items = append(items, item)
			}
			if len(items) == 0 {
				return notApplicable("no user, group or role has a policy that grants everything")
			}
			return Outcome{Items: items}
		},
	}
}
