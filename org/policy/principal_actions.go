package policy

import (
	"slices"
	"strings"
	"sync"
)

// Actions returns the actions of the catalogue that a principal may do on something, in
// some request at least: what its policies allow, within its boundary and what every level
// of SCPs allows, without what is denied on every resource in every request. Statements
// whose conditions can never hold do not count. Resources are not set against each other: an
// action that policies allow on one bucket and the boundary on another one is in the set,
// and [Principal.May] says that it is allowed on nothing. It costs more than a question about one
// action; ask it of few principals. [ActionSet.Levels] counts the set by access level.
func (p *Principal) Actions() ActionSet {
	return p.byRegion(func(f *Facts) ActionSet { return p.actions(f, func(*analysed) bool { return true }) })
}

// Wildcards returns the services of which a principal may do every action on every
// resource, sorted. An action that is denied on some resource takes its service out; one
// that is denied in some requests only, such as those to other Regions, does not.
func (p *Principal) Wildcards() []string {
	everywhere := p.byRegion(p.everywhere)
	if everywhere.words == nil {
		return nil
	}
	var services []string
	starts := catalogue().starts
	for i, service := range Services() {
		if everywhere.covers(starts[i], starts[i+1]) {
			services = append(services, service)
		}
	}
	return services
}

// Concerns reports whether a statement of the principal's identity policies may allow actions
// of a service, a quick look that spares questions about them.
func (p *Principal) Concerns(service string) bool {
	for _, source := range p.Identity {
		for i := range source.Analysis.statements {
			if s := &source.Analysis.statements[i]; s.Effect == Allow && s.mentions(service) {
				return true
			}
		}
	}
	return p.Root
}

// everywhere are the actions that are allowed on every resource and denied on none.
func (p *Principal) everywhere(f *Facts) ActionSet {
	may := p.actions(f, func(s *analysed) bool {
		return s.everywhere && len(s.NotResources) == 0 && Holds(s.Conditions, f) == True
	})
	if may.Empty() {
		return may
	}
	for _, l := range p.layers() {
		for _, source := range l.sources {
			for i := range source.Analysis.statements {
				s := &source.Analysis.statements[i]
				if s.Effect != Deny || Holds(s.Conditions, f) != True {
					continue
				}
				may.remove(s.set(), s.concerned(f))
			}
		}
	}
	return may
}

// concerned are the actions of the services whose resources the statement can be about, and
// of those that its actions name.
func (s *analysed) concerned(f *Facts) ActionSet {
	sets, _ := s.sets(f)
	var services []string
	for _, set := range sets {
		for _, e := range set.Except {
			if everyResource(e) {
				return ActionSet{}
			}
		}
		if len(set.All) == 0 {
			return everyKnown()
		}
		fields := strings.SplitN(set.All[0], ":", 6)
		if len(fields) < 6 || strings.ContainsAny(fields[2], "*?") {
			return everyKnown()
		}
		services = append(services, fields[2])
	}
	if len(sets) > 0 {
		for _, g := range s.actions {
			if s.NotActions == nil && g.service != "" {
				services = append(services, g.service)
			}
		}
	}
	var about ActionSet
	for _, service := range services {
		if from, to, ok := ServiceRange(service); ok {
			about.addRange(from, to)
		}
	}
	return about
}

// byRegion asks for the actions of global services by the Region that answers them.
func (p *Principal) byRegion(of func(*Facts) ActionSet) ActionSet {
	set := of(p.Facts)
	f := p.request(action{service: globalServices()[0]}, nil)
	if f == p.Facts || !p.asksRegion() {
		return set
	}
	inRegion := of(f)
	inRegion.keep(globalActions())
	set.remove(globalActions(), globalActions())
	set.unite(inRegion)
	return set
}

// globalActions are the actions of global services. Nobody changes the set.
var globalActions = sync.OnceValue(func() ActionSet {
	var global ActionSet
	for _, service := range globalServices() {
		if from, to, ok := ServiceRange(service); ok {
			global.addRange(from, to)
		}
	}
	return global
})

// everyKnown are all actions of the catalogue. Nobody changes the set.
var everyKnown = sync.OnceValue(func() ActionSet { return ExpandAction("*") })

// asksRegion reports whether a condition of the principal's policies is about the Region.
func (p *Principal) asksRegion() bool {
	for _, l := range p.layers() {
		for _, source := range l.sources {
			for i := range source.Analysis.statements {
				s := &source.Analysis.statements[i]
				if s.asks&asksRegion != 0 && slices.ContainsFunc(s.Conditions, func(c Condition) bool { return strings.EqualFold(c.Key, keyRegion) }) {
					return true
				}
			}
		}
	}
	return false
}

// actions are those that wanted statements allow in every layer, without those that are
// always denied.
func (p *Principal) actions(f *Facts, wanted func(*analysed) bool) ActionSet {
	var may, allowed, denied ActionSet
	limited := false
	for _, l := range p.layers() {
		clear(allowed.words)
		every := false
		for _, source := range l.sources {
			for i := range source.Analysis.statements {
				s := &source.Analysis.statements[i]
				holds := Holds(s.Conditions, f)
				switch {
				case s.Effect == Allow && !every && holds != False && wanted(s):
					if every = s.every; !every {
						s.addActions(&allowed)
					}
				case s.Effect == Deny && holds == True && s.everywhere && len(s.NotResources) == 0:
					s.addActions(&denied)
				}
			}
		}
		switch {
		case every:
		case limited:
			may.keep(allowed)
		default:
			may, allowed, limited = allowed, ActionSet{}, true
		}
	}
	if !limited {
		may = everyKnown().Clone()
	}
	may.remove(denied, denied)
	return may
}
