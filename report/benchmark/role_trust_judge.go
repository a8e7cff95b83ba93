package benchmark

import (
	"fmt"
	"slices"

	"orgaudit/org"
	"orgaudit/org/policy"
)

const noTrustingRoles = "the account has no role but service-linked ones"

// trustRule is a control on what each role's trust policy lets in. The worst trustee of a
// role decides about the role.
type trustRule struct {
	expected string
	// concerns tells which trustees the rule is about; a role without any is left out.
	concerns func(t *trust) bool
	// judge says whether a trustee may be there, and why.
	judge func(s *Subject, t *trust) (good bool, observed string)
	// of judges the role as such, where a trustee is bad in it only; nil where it is bad
	// anyway. It may leave the item without assessment.
	of func(s *Subject, h *holder, item *Item)
	// none is the reason where the rule is about no role of the account.
	none string
}

// apply makes the outcome of the rule: an item for every role that it is about. A role whose
// trust policy nobody understands may be one.
func (r *trustRule) apply(s *Subject) Outcome {
	e := s.estate()
	roles := e.trustingRoles()
	if len(roles) == 0 {
		return notApplicable(noTrustingRoles)
	}
	trusts := e.trustsOf(s)
	var items []Item
	for _, h := range roles {
		item := Item{
			Resource: h.ARN, Expected: r.expected, Status: Passed,
			Evidence: Reference{File: h.evidence.File, Pointer: h.evidence.Pointer + "/trust"},
		}
		if h.Trust == nil {
			item.Status, item.Gap = NotAssessed, s.trustGap(h)
			item.Observed = item.Gap.Message
			items = append(items, item)
			continue
		}
		concerned, bad := 0, 0
		for _, t := range trusts[h] {
			if r.concerns != nil && !r.concerns(t) {
				continue
			}
			concerned++
			good, observed := r.judge(s, t)
			if !good {
				bad++
				item.Because = appendNew(item.Because, because(t.By)...)
			}
			// The first bad one speaks for the role, else the first.
			if concerned == 1 || !good && bad == 1 {
				item.Observed = observed
			}
		}
		if concerned == 0 && r.concerns != nil {
			continue
		}
		switch {
		case bad > 0:
			item.Status = Failed
			if bad > 1 {
				item.Observed += fmt.Sprintf("; and %d more", bad-1)
			}
			if r.of != nil {
				r.of(s, h, &item)
			}
		case concerned == 0:
			item.Observed = "trusts nobody"
		case concerned > 1:
			item.Observed += fmt.Sprintf("; and %d more", concerned-1)
		}
		items = append(items, item)
	}
	if len(items) == 0 {
		return notApplicable(r.none)
	}
	return Outcome{Items: items}
}

func appendNew(list []string, lines ...string) []string {
	for _, line := range lines {
		if !slices.Contains(list, line) {
			list = append(list, line)
		}
	}
	return list
}

// offenders are the trustees that make a role fail.
func (r *trustRule) offenders(s *Subject, role string) []*trust {
	e := s.estate()
	var bad []*trust
	for _, t := range e.trustsOf(s)[e.byARN[role]] {
		if r.concerns != nil && !r.concerns(t) {
			continue
		}
		if good, _ := r.judge(s, t); !good {
			bad = append(bad, t)
		}
	}
	return bad
}

// needsAccounts are what tells accounts of the organization from others.
func needsAccounts() []org.Section { return []org.Section{org.SectionAccounts} }

// fromOutside tells whether somebody of an account outside the organization gets in.
// trusted_account_ids count as the organization's own.
func (t *trust) fromOutside() bool {
	return !t.shut() && slices.Contains([]Origin{VendorAccount, OutsideAccount, Everyone}, t.origin)
}

// known says why a trustee counts as the organization's own.
func (t *trust) known() string {
	if t.origin == TrustedAccount {
		return t.who() + " is in trusted_account_ids"
	}
	return t.who() + " is the organization's own"
}

// shut tells that conditions or denials let nobody in from the account that is named.
func (t *trust) shut() bool {
	return t.admits == policy.False && t.Account != "" && t.Kind != policy.TrustsFederated
}

// who names a trustee for people.
func (t *trust) who() string {
	switch {
	case t.origin == Everyone:
		return "everyone"
	case t.origin == AWSService && t.Value == "*":
		return "every AWS service"
	case t.Account != "" && t.Value == "*":
		return "every principal of account " + t.Account
	case t.Value == "*" || t.Value == "NotPrincipal":
		return "everyone, narrowed by conditions"
	}
	return t.Value
}
