package benchmark

import (
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
)

const noCrossAccount = "no role trusts another account"

// crossAccount is about trustees of other accounts, of the organization's too.
func crossAccount(t *trust) bool {
	return slices.Contains([]Origin{ManagementAccount, OtherAccount, TrustedAccount, VendorAccount, OutsideAccount, Everyone}, t.origin)
}

func externalID() *trustRule {
	return &trustRule{
		expected: "an external ID or MFA, where the account is not the organization's",
		concerns: func(t *trust) bool { return crossAccount(t) && t.origin != Everyone },
		none:     noCrossAccount,
		judge: func(s *Subject, t *trust) (bool, string) {
			switch {
			case t.origin != VendorAccount && t.origin != OutsideAccount:
				return true, t.known()
			case t.shut():
				return true, "conditions let nobody in as " + t.who()
			case t.externalID:
				return true, t.who() + " needs an external ID"
			case t.mfa:
				return true, t.who() + " needs MFA"
			default:
				return false, t.who() + " needs neither an external ID nor MFA"
			}
		},
	}
}

// roleExternalID asks what the conditions demand: a StringLike "*" demands nothing, and
// BoolIfExists of aws:MultiFactorAuthPresent is met by long-term keys, which do not send it.
func roleExternalID() *Control {
	return &Control{
		ID: "role-external-id", Title: "Third parties need an external ID or MFA", Severity: High, Scope: AccountScope,
		Finding:           "roles trust accounts outside the organization without external ID or MFA",
		Why:               "A third party that works for many customers can be led to use your role for another one; the external ID tells it, and AWS, whose request it is.",
		Test:              "For every role that is not service-linked and each account, or principal in one, that an Allow statement of the trust policy names: the account is in the organization or in trusted_account_ids, or the statement demands an sts:ExternalId of its own (not only wildcards) or aws:MultiFactorAuthPresent true. Accounts of known_vendors need it too. Does not apply where no role trusts another account; who trusts everybody is judged elsewhere.",
		Remedy:            "Agree on an external ID with the third party and demand it by StringEquals sts:ExternalId; demand MFA where people come.",
		Needs:             []org.Section{collect.AuthorizationSection},
		NeedsOrganization: needsAccounts(),
		Parameters:        []string{"trusted_account_ids", "known_vendors"},
		Judge:             func(s *Subject) Outcome { return externalID().apply(s) },
		Mitigation:        func(s *Subject, i *Item) *Mitigation { return s.rcpMitigation(externalID(), i.Resource) },
	}
}

func outsideOrganization() *trustRule {
	return &trustRule{
		expected: "accounts of the organization, or known ones",
		concerns: func(t *trust) bool {
			return t.origin != Everyone && (crossAccount(t) || t.origin == SameAccount || t.origin == DeletedPrincipal)
		},
		none: "no role trusts an account or a principal in one",
		judge: func(s *Subject, t *trust) (bool, string) {
			switch t.origin {
			case OutsideAccount:
				if t.shut() {
					return true, "conditions let nobody in as " + t.who()
				}
				return false, t.who() + " is outside the organization and not known"
			case DeletedPrincipal:
				return false, t.who() + " is the unique id of a principal that is gone"
			case VendorAccount:
				return true, t.who() + " is in known_vendors"
			}
			return true, t.known()
		},
	}
}

func roleOutsideOrg() *Control {
	return &Control{
		ID: "role-outside-org", Title: "Trusted accounts belong to the organization or are known", Severity: High, Scope: AccountScope,
		Finding:           "roles trust accounts that nobody knows",
		Why:               "A forgotten contractor's or a mistyped account keeps its way in, and what happens in it is out of the organization's sight.",
		Test:              "For every role that is not service-linked: each account in an Allow statement of the trust policy, also that of a principal and one that conditions bind everyone to, is an account of the organization in any state, or in trusted_account_ids or known_vendors. A unique id in place of a principal that was deleted fails too.",
		Remedy:            "Remove the account from the trust policy, or name it in known_vendors when it is wanted; remove unique ids of deleted principals.",
		Needs:             []org.Section{collect.AuthorizationSection},
		NeedsOrganization: needsAccounts(),
		Parameters:        []string{"trusted_account_ids", "known_vendors"},
		Judge:             func(s *Subject) Outcome { return outsideOrganization().apply(s) },
		Mitigation:        func(s *Subject, i *Item) *Mitigation { return s.rcpMitigation(outsideOrganization(), i.Resource) },
	}
}

// reachedFromOutside is the part that both controls on rights of other accounts share.
func reachedFromOutside(expected string, of func(s *Subject, h *holder, item *Item)) *trustRule {
	return &trustRule{
		expected: expected, concerns: crossAccount, none: noCrossAccount, of: of,
		judge: func(s *Subject, t *trust) (bool, string) {
			switch {
			case t.fromOutside():
				return false, t.who() + " is outside the organization"
			case t.shut():
				return true, "conditions let nobody in as " + t.who()
			}
			return true, t.known()
		},
	}
}

func crossAccountReadOnly() *trustRule {
	return reachedFromOutside("no ReadOnlyAccess for accounts outside the organization", func(s *Subject, h *holder, item *Item) {
		arn := "arn:" + s.Organization.Partition + ":iam::aws:policy/ReadOnlyAccess"
		if slices.Contains(h.Policies, arn) {
			item.Observed += ", and has ReadOnlyAccess"
			return
		}
		item.Status, item.Because = Passed, nil
		item.Observed += ", and has no ReadOnlyAccess"
	})
}

// roleCrossAccountReadonly looks at the organization and at what conditions let in; tools
// that compare account ids fail every role that the security account reads with.
func roleCrossAccountReadonly() *Control {
	return &Control{
		ID: "role-cross-account-readonly", Title: "ReadOnlyAccess is not given to accounts outside the organization", Severity: High, Scope: AccountScope,
		Finding:           "roles give ReadOnlyAccess to accounts outside the organization",
		Why:               "The AWS-managed policy ReadOnlyAccess reads data too: objects, tables, messages, parameters.",
		Test:              "For every role that is not service-linked and whose trust policy lets another account assume it: no trusted account is outside the organization and trusted_account_ids, or the AWS-managed policy ReadOnlyAccess is not attached. Conditions that keep a trustee out count. Does not apply where no role trusts another account.",
		Remedy:            "Give third parties SecurityAudit or ViewOnlyAccess, or a policy of what they need.",
		Needs:             []org.Section{collect.AuthorizationSection},
		NeedsOrganization: needsAccounts(),
		Parameters:        []string{"trusted_account_ids"},
		Judge:             func(s *Subject) Outcome { return crossAccountReadOnly().apply(s) },
		Mitigation:        func(s *Subject, i *Item) *Mitigation { return s.rcpMitigation(crossAccountReadOnly(), i.Resource) },
	}
}

func crossAccountWrite() *trustRule {
	return reachedFromOutside("no effective right to write for accounts outside the organization", func(s *Subject, h *holder, item *Item) {
		if h.unread != nil {
			item.Status, item.Gap = NotAssessed, h.unread
			item.Observed += ", and one of its policies is not known: " + h.unread.Message
			return
		}
		name, by := h.writes()
		if name == "" {
			item.Status, item.Because = Passed, nil
			item.Observed += ", and the role writes nothing"
			return
		}
		item.Observed += ", and may do " + name
		item.Because = appendNew(item.Because, because(by...)...)
		if doubt := s.estate().doubt; doubt != nil {
			item.Status, item.Gap = NotAssessed, doubt
			item.Observed += "; SCPs may take it away, and are not all known"
		}
	})
}

// roleCrossAccountWrite looks at what the role may do in the end. Tools that look for a
// Principal in identity policies, which have none, never find anything.
func roleCrossAccountWrite() *Control {
	return &Control{
		ID: "role-cross-account-write", Title: "Accounts outside the organization cannot write", Severity: High, Scope: AccountScope,
		Finding:           "roles let accounts outside the organization write",
		Why:               "What another company's account can change, whoever breaks into that company can change.",
		Test:              "For every role that is not service-linked and whose trust policy lets another account assume it: no trusted account is outside the organization and trusted_account_ids, or the role's policies, boundary, SCPs and RCPs together allow no action of the access levels Write and Permissions management. Does not apply where no role trusts another account.",
		Remedy:            "Take the rights to write away, or narrow the trust policy to accounts of the organization; where a third party must write, accept it by an exception that ends.",
		Needs:             []org.Section{collect.AuthorizationSection},
		NeedsOrganization: needsAccounts(),
		Uses:              []org.Section{collect.ManagedPoliciesSection},
		Parameters:        []string{"trusted_account_ids"},
		Judge:             func(s *Subject) Outcome { return crossAccountWrite().apply(s) },
		Mitigation:        func(s *Subject, i *Item) *Mitigation { return s.rcpMitigation(crossAccountWrite(), i.Resource) },
	}
}

// writes returns an action that changes something and that the principal may do, one that
// manages permissions before others, with the statements that allow it. Only what its
// policies name is asked about.
func (h *holder) writes() (string, []policy.Ref) {
	var named policy.ActionSet
	for _, p := range h.sources {
		named = named.Union(p.Analysis.Effective())
	}
	for _, level := range []policy.AccessLevel{policy.PermissionsManagement, policy.Write} {
		for _, a := range named.OfLevel(level).All() {
			if may := h.Principal.May(a.String(), nil); len(may) > 0 {
				return a.String(), may[0].By
			}
		}
	}
	return "", nil
}

func trustMFA() *trustRule {
	return &trustRule{
		expected: "MFA for people",
		concerns: (*trust).ofPeople,
		none:     "no role trusts people by name or account",
		judge: func(s *Subject, t *trust) (bool, string) {
			switch {
			case t.shut():
				return true, "conditions let nobody in as " + t.who()
			case t.mfa:
				return true, t.who() + " needs MFA"
			default:
				return false, t.who() + " needs no MFA"
			}
		},
	}
}

// ofPeople tells whether people may come by the trustee: an account, a user or everyone.
// Sessions of roles carry no MFA that a condition could ask for ("Secure API access with
// MFA", IAM User Guide), whoever sits behind them.
func (t *trust) ofPeople() bool {
	switch t.Kind {
	case policy.TrustsAccount, policy.TrustsEveryone:
		return slices.Contains(t.actions, "sts:AssumeRole")
	case policy.TrustsPrincipal:
		return strings.Contains(t.Value, ":user/")
	}
	return false
}

func roleTrustMFA() *Control {
	return &Control{
		ID: "role-trust-mfa", Title: "Roles that people assume need MFA", Severity: Medium, Scope: AccountScope,
		Finding:    "people assume roles without MFA",
		Why:        "A stolen access key alone then opens the role; with MFA it does not.",
		Test:       "Where require_role_mfa is set: for every role that is not service-linked and each account, user or \"*\" in an Allow statement of its trust policy, a condition or a Deny statement demands MFA also of requests that do not say whether there was MFA. Trusts in roles, services and identity providers are left out.",
		Remedy:     "Demand aws:MultiFactorAuthPresent true by Bool in the trust policy.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Parameters: []string{"require_role_mfa"},
		Judge: func(s *Subject) Outcome {
			if !s.Parameters.RequireRoleMFA {
				return notApplicable("require_role_mfa is not set")
			}
			return trustMFA().apply(s)
		},
	}
}
