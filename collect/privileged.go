package collect

import (
	"slices"
	"strings"

	"orgaudit/org/policy"
)

// privileged returns the ARNs of the users and roles that are administrators or can widen
// their rights, sorted, by what their policies and those of their groups allow together. It
// leaves boundaries and the organization's policies aside, which only take away: the last
// accesses of one principal too many are two calls, those of one too few are missed.
// Service-linked roles are AWS's own. A policy that was not read or that does not parse says
// nothing.
func privileged(a *Authorization, managed map[string]*ManagedPolicy) []string {
	shelf := policyShelf{sources: map[string]*policy.Source{}}
	for i := range a.Policies {
		shelf.put(&a.Policies[i])
	}
	for _, p := range managed {
		shelf.put(p)
	}
	groups := map[string][]*policy.Source{}
	for _, g := range a.Groups {
		groups[g.Name] = shelf.of(g.Attached, g.Inline)
	}
	var arns []string
	for _, u := range a.Users {
		sources := shelf.of(u.Attached, u.Inline)
		for _, name := range u.Groups {
			sources = append(sources, groups[name]...)
		}
		if policy.Privileged(policy.UserMember, sources...) {
			arns = append(arns, u.ARN)
		}
	}
	for _, r := range a.Roles {
		if !strings.Contains(r.ARN, ":role/aws-service-role/") && policy.Privileged(policy.RoleMember, shelf.of(r.Attached, r.Inline)...) {
			arns = append(arns, r.ARN)
		}
	}
	slices.Sort(arns)
	return arns
}

// policyShelf holds managed policies, analysed once.
type policyShelf struct{ sources map[string]*policy.Source }

func (s policyShelf) put(p *ManagedPolicy) {
	if text, ok := p.InForce(); ok {
		if source := analysed(text); source != nil {
			s.sources[p.ARN] = source
		}
	}
}

// of returns the policies of a principal that are known.
func (s policyShelf) of(attached []AttachedPolicy, inline []InlinePolicy) []*policy.Source {
	var sources []*policy.Source
	for _, p := range attached {
		if source := s.sources[p.ARN]; source != nil {
			sources = append(sources, source)
		}
	}
	for _, p := range inline {
		if source := analysed(p.Document); source != nil {
			sources = append(sources, source)
		}
	}
	return sources
}

func analysed(text string) *policy.Source {
	document, err := policy.Parse(text)
	if err != nil {
		return nil
	}
	return &policy.Source{Kind: policy.IdentityPolicy, Analysis: policy.Analyse(document)}
}
