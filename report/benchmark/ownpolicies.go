package benchmark

import (
	"cmp"
	"fmt"
	"slices"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
)

// ownPolicies are the policies that the account itself has written. They are read once for
// an account and shared by its controls.
type ownPolicies struct {
	// managed are the customer-managed policies, inline those of users, groups and roles.
	managed, inline []*ownPolicy
}

// ownPolicy is a policy by itself, whoever has it.
type ownPolicy struct {
	// resource is its ARN; that of an inline policy is made of its holder's and its name.
	resource string
	// id and name are those of its policy.Source, place the holder of an inline policy.
	id, name, place string
	// attached tells whether a user, group or role has it. To serve as a permissions
	// boundary is not to be attached: a boundary grants nothing.
	attached bool
	analysed *Analysed
	evidence Reference
	// gap is why the document is not known; nil where it is.
	gap *org.Gap
}

// ownPolicies returns the account's own policies. The section of authorization details must
// have been read.
func (s *Subject) ownPolicies() *ownPolicies {
	if s.policies == nil {
		s.policies = s.readOwnPolicies()
	}
	return s.policies
}

func (s *Subject) readOwnPolicies() *ownPolicies {
	a := s.Evidence.Authorization
	attached := map[string]bool{}
	a.EachAttachment(func(_ string, p collect.AttachedPolicy) { attached[p.ARN] = true })
	var own ownPolicies
	for i := range a.Policies {
		m := &a.Policies[i]
		p := &ownPolicy{resource: m.ARN, id: m.ARN, name: m.Name, attached: attached[m.ARN]}
		if v := slices.IndexFunc(m.Versions, func(v collect.PolicyVersion) bool { return v.ID == m.Default }); v >= 0 {
			p.evidence = s.ref("/authorization_details/policies/%d/versions/%d/document", i, v)
			s.read(p, m.Versions[v].Document)
		} else {
			p.evidence = s.ref("/authorization_details/policies/%d", i)
			p.gap = s.unreadDocument(p, "the policy's document could not be read")
		}
		own.managed = append(own.managed, p)
	}
	inline := func(kind string, i int, arn string, policies []collect.InlinePolicy) {
		for j, written := range policies {
			name := "inline policy " + written.Name
			p := &ownPolicy{
				resource: arn + "/" + written.Name, id: name, name: name, place: arn, attached: true,
				evidence: s.ref("/authorization_details/%s/%d/inline/%d/document", kind, i, j),
			}
			s.read(p, written.Document)
			own.inline = append(own.inline, p)
		}
	}
	for i := range a.Users {
		inline("users", i, a.Users[i].ARN, a.Users[i].Inline)
	}
	for i := range a.Groups {
		inline("groups", i, a.Groups[i].ARN, a.Groups[i].Inline)
	}
	for i := range a.Roles {
		// AWS writes the policies of service-linked roles.
		if !isServiceLinked(a.Roles[i].ARN) {
			inline("roles", i, a.Roles[i].ARN, a.Roles[i].Inline)
		}
	}
	return &own
}

func (s *Subject) read(p *ownPolicy, document string) {
	analysed, err := s.Policies.Analyse(document)
	if err != nil {
		p.gap = s.unreadDocument(p, "the policy's document could not be understood: "+err.Error())
		return
	}
	p.analysed = analysed
}

func (s *Subject) unreadDocument(p *ownPolicy, message string) *org.Gap {
	return &org.Gap{
		Section: collect.AuthorizationSection, Account: s.Account.ID, Subject: p.resource, Cause: org.Malformed, Message: message,
		At: s.Evidence.ReadAt(collect.AuthorizationSection),
	}
}

// source is the policy as the source of decisions.
func (p *ownPolicy) source() *policy.Source {
	return &policy.Source{Kind: policy.IdentityPolicy, ID: p.id, Name: p.name, Place: p.place, Analysis: p.analysed.Analysis}
}

// finding is what a control finds in a policy. The zero value is nothing to object to.
type finding struct {
	failed   bool
	observed string
	because  []string
}

// found makes a failed finding of the statements that decide, by their indices.
func (p *ownPolicy) found(observed string, statements ...int) finding {
	source := p.source()
	var refs []policy.Ref
	conditional := false
	for _, i := range statements {
		element := &p.analysed.Document.Statements[i]
		conditional = conditional || len(element.Conditions) > 0
		refs = append(refs, policy.Ref{Source: source, Statement: i, Sid: element.Sid})
	}
	if conditional {
		observed += ", under a condition"
	}
	return finding{true, observed, because(refs...)}
}

// population is the policies that a control judges, and why there are none.
type population func(s *Subject) (policies []*ownPolicy, none string)

// customerPolicies are the customer-managed policies that somebody has, or all of them with
// include_unattached.
func customerPolicies(s *Subject) ([]*ownPolicy, string) {
	all := s.ownPolicies().managed
	if s.Parameters.IncludeUnattached {
		return all, "the account has no customer-managed policy"
	}
	return onlyAttached(all, true), "no customer-managed policy is attached to a user, group or role"
}

// unattachedPolicies are the customer-managed policies that nobody has.
func unattachedPolicies(s *Subject) ([]*ownPolicy, string) {
	return onlyAttached(s.ownPolicies().managed, false), "every customer-managed policy is attached to a user, group or role"
}

// inlinePolicies are those of users, groups and roles.
func inlinePolicies(s *Subject) ([]*ownPolicy, string) {
	return s.ownPolicies().inline, "no user, group or role has an inline policy"
}

// customerAndInlinePolicies are both.
func customerAndInlinePolicies(s *Subject) ([]*ownPolicy, string) {
	managed, none := customerPolicies(s)
	inline, noneInline := inlinePolicies(s)
	return slices.Concat(managed, inline), none + ", and " + noneInline
}

func onlyAttached(policies []*ownPolicy, attached bool) []*ownPolicy {
	return slices.DeleteFunc(slices.Clone(policies), func(p *ownPolicy) bool { return p.attached != attached })
}

// eachPolicy makes a control of one function on every policy of a population. sound is what
// is observed where it finds nothing to say.
func eachPolicy(of population, expected, sound string, find func(s *Subject, p *ownPolicy) finding) func(*Subject) Outcome {
	return func(s *Subject) Outcome {
		policies, none := of(s)
		if len(policies) == 0 {
			return notApplicable(none)
		}
		items := make([]Item, 0, len(policies))
		for _, p := range policies {
			item := Item{Resource: p.resource, Expected: expected, Evidence: p.evidence}
			if p.gap != nil {
				item.Status, item.Observed, item.Gap = NotAssessed, p.gap.Message, p.gap
			} else {
				f := find(s, p)
				item.Status, item.Observed, item.Because = status(!f.failed), cmp.Or(f.observed, sound), f.because
			}
			items = append(items, item)
		}
		return Outcome{Items: items}
	}
}

// few names the first of a list and counts the rest.
func few(names []string) string {
	if more := len(names) - 1; more > 0 {
		return fmt.Sprintf("%s and %d more", names[0], more)
	}
	return names[0]
}
