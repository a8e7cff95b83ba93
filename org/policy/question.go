package policy

import "strings"

// question is an action asked of a principal, with the statements of its policies that are
// about the action: they are found once, however many resources are asked about.
type question struct {
	principal *Principal
	action    action
	layers    []layer
	// grants and denies are the statements of the layers in their order, rcps the denials by
	// the RCPs of the principal's account, where they bind what the action is about.
	grants, denies, rcps []asked
	// asks are the keys of a request that decide.
	asks requestKeys
	// facts are those of the principal, with what the action says of its requests.
	facts *Facts
	// brief is the last answer of can, whose lists are used again.
	brief Decision
}

// asked is a statement of a policy in a layer. Where nothing about the target decides, what
// its conditions come to is kept.
type asked struct {
	*analysed
	source *Source
	layer  int
	kept   bool
	truth  Truth
}

// ask finds the statements that are about an action. facts are those of the principal where
// they are nil, and layers those of its policies.
func (p *Principal) ask(a action, layers []layer, facts *Facts) question {
	q := question{principal: p, action: a, layers: layers, grants: make([]asked, 0, len(layers)+1)}
	for i, l := range layers {
		for _, source := range l.sources {
			q.find(source, i)
		}
	}
	if a.bindsResource() && !p.ServiceLinked {
		for _, level := range p.RCPs {
			for _, source := range level {
				q.rcps = q.denials(q.rcps, source)
			}
		}
	}
	q.facts = facts
	if facts == nil {
		q.facts = p.Facts
	}
	if q.asks&asksRegion != 0 {
		q.facts = p.request(a, q.facts)
	}
	return q
}

// find takes the statements of a policy of a layer that are about the action.
func (q *question) find(source *Source, layer int) {
	for i := range source.Analysis.statements {
		s := &source.Analysis.statements[i]
		if !s.about(q.action) {
			continue
		}
		q.asks |= s.asks
		if s.Effect == Allow {
			q.grants = append(q.grants, asked{analysed: s, source: source, layer: layer})
		} else {
			q.denies = append(q.denies, asked{analysed: s, source: source, layer: layer})
		}
	}
}

// denials appends the statements of a policy that deny the action.
func (q *question) denials(list []asked, source *Source) []asked {
	for i := range source.Analysis.statements {
		if s := &source.Analysis.statements[i]; s.Effect == Deny && s.about(q.action) {
			q.asks |= s.asks
			list = append(list, asked{analysed: s, source: source})
		}
	}
	return list
}

// refused reports whether the identity policies allow the action on nothing, so that it does
// not matter what the others say.
func (p *Principal) refused(a action) bool {
	if p.Root {
		return false
	}
	for _, source := range p.Identity {
		if source.Analysis.grants(a) {
			return false
		}
	}
	return true
}

// grants reports whether a statement allows the action on something.
func (a *Analysis) grants(act action) bool {
	for i := range a.statements {
		if a.statements[i].Effect == Allow && a.statements[i].about(act) {
			return true
		}
	}
	return false
}

// holding says what the statement's conditions come to.
func (s *asked) holding(f *Facts) Truth {
	if s.asks&asksTarget != 0 {
		return Holds(s.Conditions, f)
	}
	if !s.kept {
		s.truth, s.kept = Holds(s.Conditions, f), true
	}
	return s.truth
}

// applies says whether the statement is about a request for a resource.
func (s *asked) applies(resource string, f *Facts) Truth {
	if s.kept && s.truth == False {
		return False
	}
	on := s.on(resource, f)
	if on == False {
		return False
	}
	return min(on, s.holding(f))
}

func (s *asked) ref() Ref { return s.analysed.ref(s.source) }

// can is decide for the principal's own facts and those of the target, which may be nil where
// no statement asks about the target. The lists of the answer are used again.
func (q *question) can(resource string, f *Facts) *Decision {
	if f == nil {
		f = q.facts
	}
	q.decide(&q.brief, Request{Resource: resource, Facts: f})
	return &q.brief
}

// decide evaluates a request. Its facts must be there.
func (q *question) decide(d *Decision, r Request) {
	*d = Decision{Allowed: True, By: d.By[:0], Conditional: d.Conditional[:0]}
	if d.denied(q.denies, r) || d.denied(q.rcpsFor(r), r) {
		return
	}
	grants := q.grants
	for i, l := range q.layers {
		best, by := False, Ref{}
		for ; len(grants) > 0 && grants[0].layer == i; grants = grants[1:] {
			if best == True {
				continue
			}
			if t := grants[0].applies(r.Resource, r.Facts); t > best {
				best, by = t, grants[0].ref()
			}
		}
		if r.Granted && (l.kind == IdentityPolicy || l.kind == PermissionsBoundary && !strings.Contains(q.principal.ARN, ":role/")) {
			continue
		}
		if best == False {
			*d = Decision{Layer: l.kind, By: d.By[:0], Conditional: d.Conditional[:0]}
			if len(l.sources) > 0 {
				d.Place = l.sources[0].PlaceName
			}
			return
		}
		d.Allowed = min(d.Allowed, best)
		d.By = append(d.By, by)
	}
	if len(d.Conditional) > 0 {
		d.Allowed = Depends
	}
}

// denied looks for an explicit denial, and notes those that may be one.
func (d *Decision) denied(statements []asked, r Request) bool {
	for i := range statements {
		s := &statements[i]
		switch s.applies(r.Resource, r.Facts) {
		case True:
			*d = Decision{Explicit: true, Layer: s.source.Kind, By: append(d.By[:0], s.ref()), Conditional: d.Conditional[:0]}
			return true
		case Depends:
			d.Conditional = append(d.Conditional, s.ref())
		}
	}
	return false
}

// rcpsFor are the denials by the RCPs that bind a resource. Those of other accounts are known
// to the caller alone.
func (q *question) rcpsFor(r Request) []asked {
	if r.RCPs == nil {
		if len(q.rcps) == 0 {
			return nil
		}
		if account := accountOf(r.Resource); account == "" || account == q.principal.Account {
			return q.rcps
		}
		return nil
	}
	if !q.action.bindsResource() || q.principal.ServiceLinked {
		return nil
	}
	var others []asked
	for _, level := range r.RCPs {
		for _, source := range level {
			others = q.denials(others, source)
		}
	}
	return others
}
