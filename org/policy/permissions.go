package policy

import "slices"

// Permission is the right to do an action on a set of resources.
type Permission struct {
	Resources Resources
	// Always is True where the permission holds in every request, and Depends where it
	// depends on conditions.
	Always Truth
	// By are the statements that allow, the granting one first.
	By []Ref
	// Conditional are statements that may take the permission away in some requests.
	Conditional []Ref
}

// mostPermissions bounds the sets that one question makes, and mostComparisons the globs that
// one statement compares with them. Beyond them the policies of a layer are taken to allow all
// that the layers before it do, and a denial to take nothing away, and the permission depends.
const (
	mostPermissions = 256
	mostComparisons = 8192
)

// costly reports whether so many globs are too many to be compared with the permissions. One
// never is: most often it stands for all resources.
func costly(permissions []Permission, globs int) bool {
	if globs < 2 {
		return false
	}
	comparisons := 0
	for _, p := range permissions {
		comparisons += globs * (1 + len(p.Resources.All) + len(p.Resources.Except))
	}
	return comparisons > mostComparisons
}

// May says on which resources a principal may do an action, each permission with the
// statements that give it and the conditions that stand around it. Without an answer the
// principal may not do it anywhere. facts replace the principal's own where they are not nil.
//
// A set of resources may be too wide, never too narrow: where several denials only
// together take a resource away, it stays.
func (p *Principal) May(name string, facts *Facts) []Permission {
	a := newAction(name)
	if p.refused(a) {
		return nil
	}
	q := p.ask(a, p.layers(), facts)
	return q.may(q.facts)
}

// MayAnywhere reports whether [Principal.May] has an answer, and is cheaper.
func (p *Principal) MayAnywhere(name string) bool {
	a := newAction(name)
	if p.refused(a) {
		return false
	}
	q := p.ask(a, p.layers(), nil)
	return q.unbounded() || len(q.may(q.facts)) > 0
}

// unbounded reports whether every layer has a statement that always allows the action on every
// resource, and no statement always denies it on any.
func (q *question) unbounded() bool {
	covered := 0
	for i := range q.grants {
		if s := &q.grants[i]; s.layer == covered && s.all && s.holding(q.facts) == True {
			covered++
		}
	}
	denies := func(s asked) bool { return s.holding(q.facts) == True }
	return covered == len(q.layers) && !slices.ContainsFunc(q.denies, denies) && !slices.ContainsFunc(q.rcps, denies)
}

// may answers [Principal.May].
func (q *question) may(f *Facts) []Permission {
	permissions := []Permission{{Always: True, Resources: q.principal.about(q.action), By: make([]Ref, 0, len(q.layers))}}
	grants := q.grants
	for i := range q.layers {
		n := 0
		for n < len(grants) && grants[n].layer == i {
			n++
		}
		permissions = narrow(grants[:n], f, permissions)
		if len(permissions) == 0 {
			return nil
		}
		grants = grants[n:]
	}
	permissions = deny(q.denies, f, permissions, "")
	return deny(q.rcps, f, permissions, q.principal.Account)
}

// narrow keeps of the permissions what a statement of one layer allows. It may change them.
func narrow(grants []asked, f *Facts, permissions []Permission) []Permission {
	var kept []Permission
	for i := range grants {
		s := &grants[i]
		holds := s.holding(f)
		if holds == False {
			continue
		}
		if s.all && holds == True {
			// The statement allows all that there was; nothing else can add to it.
			for i := range permissions {
				permissions[i].By = append(permissions[i].By, s.ref())
			}
			return permissions
		}
		sets, exact := s.sets(f)
		if !exact {
			holds = Depends
		}
		if costly(permissions, max(len(sets), len(s.NotResources))) {
			return doubted(permissions, s.ref())
		}
		var these []Permission
		for _, set := range sets {
			if len(kept)+len(these) > mostPermissions {
				return doubted(permissions, s.ref())
			}
			for _, p := range permissions {
				if both := p.Resources.and(set); !both.empty() {
					these = append(these, Permission{
						Resources: both, Always: min(p.Always, holds), Conditional: p.Conditional,
						By: append(slices.Clip(p.By), s.ref()),
					})
				}
			}
		}
		if holds == True && len(sets) == 1 && len(sets[0].All) == 0 && len(sets[0].Except) == 0 {
			return these
		}
		kept = append(kept, these...)
	}
	return kept
}

// doubted are permissions of which a layer allows more parts than are worth keeping apart.
func doubted(permissions []Permission, by Ref) []Permission {
	var all []Permission
	for _, p := range permissions {
		p.Always = Depends
		p.By = append(slices.Clip(p.By), by)
		all = append(all, p)
	}
	return all
}

// deny takes away from the permissions what the statements deny. Where own is an account, they
// bind the resources of that account alone, and a permission that may hold others stays.
func deny(denials []asked, f *Facts, permissions []Permission, own string) []Permission {
	for i := range denials {
		s := &denials[i]
		holds := s.holding(f)
		if holds == False {
			continue
		}
		sets, exact := s.sets(f)
		tooMany := costly(permissions, max(len(sets), len(s.NotResources)))
		var left []Permission
		for _, p := range permissions {
			if !tooMany && holds == True && exact && (own == "" || p.Resources.inAccount(own)) {
				if rest := s.cut(p, sets); len(left)+len(rest) <= mostPermissions {
					left = append(left, rest...)
					continue
				}
			}
			if tooMany || slices.ContainsFunc(sets, func(set Resources) bool { return !p.Resources.and(set).empty() }) {
				p.Always = Depends
				p.Conditional = append(slices.Clip(p.Conditional), s.ref())
			}
			left = append(left, p)
		}
		permissions = left
	}
	return permissions
}

// cut returns what is left of a permission without the resources of a denial.
func (s *analysed) cut(p Permission, sets []Resources) []Permission {
	if s.NotResources != nil {
		// All but the exceptions are denied.
		var left []Permission
		for _, e := range sets[0].Except {
			kept := p
			kept.Resources = p.Resources.and(Resources{All: []string{e}})
			if !kept.Resources.empty() {
				left = append(left, kept)
			}
		}
		return left
	}
	for _, set := range sets {
		if len(set.All) == 0 {
			return nil
		}
		if p.Resources.within(set.All[0]) {
			return nil
		}
		p.Resources = p.Resources.without(set.All[0])
	}
	return []Permission{p}
}
