package benchmark

import (
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
)

// OwnPolicy is a policy that the account itself has written, for the reports' list of them.
type OwnPolicy struct {
	// Name and ARN are those of a managed policy; the ARN of an inline policy is empty, and
	// Holder is the ARN of the user, group or role in which it stands.
	Name, ARN, Holder string
	// Managed is nil for an inline policy.
	Managed *collect.ManagedPolicy
	// Statements counts those of the document in force, and FullAdministrator tells whether
	// one of them grants every action on every resource, as policy-no-full-admin sees it.
	Statements        int
	FullAdministrator bool
	// Gap is why the document is not known; nil where it is.
	Gap      *org.Gap
	Evidence Reference
}

// OwnPolicies lists the customer-managed policies of the account and then the inline policies
// of its users, groups and roles, those of service-linked roles left out, in the order of the
// evidence. It is nil where the authorization details are missing.
func (s *Subject) OwnPolicies() []OwnPolicy {
	if s.Evidence == nil || !s.has(collect.AuthorizationSection) {
		return nil
	}
	own := s.ownPolicies()
	list := make([]OwnPolicy, 0, len(own.managed)+len(own.inline))
	add := func(o OwnPolicy, p *ownPolicy) {
		o.Gap, o.Evidence = p.gap, p.evidence
		if p.analysed != nil {
			o.Statements, o.FullAdministrator = len(p.analysed.Document.Statements), len(p.analysed.Grants) > 0
		}
		list = append(list, o)
	}
	for i, p := range own.managed {
		m := &s.Evidence.Authorization.Policies[i]
		add(OwnPolicy{Name: m.Name, ARN: m.ARN, Managed: m}, p)
	}
	for _, p := range own.inline {
		add(OwnPolicy{Name: strings.TrimPrefix(p.resource, p.place+"/"), Holder: p.place}, p)
	}
	return list
}
