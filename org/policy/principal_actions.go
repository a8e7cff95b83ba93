package policy

// Actions returns the actions of the catalogue that a principal may do on something, in
// some request at least: what its policies allow, within its boundary and what every level
// of SCPs allows, without what is denied on every resource in every request. Statements
// whose conditions can never hold do not count. It costs more than a question about one
// action; ask it of few principals. [ActionSet.Levels] counts the set by access level.
func (p *Principal) Actions() ActionSet { return p.actions(func(*analysed) bool { return true }) }

// Wildcards returns the services of which a principal may do every action on every
// resource, sorted. An action that is denied on some resource takes its service out; one
// that is denied in some requests only, such as those to other Regions, does not.
func (p *Principal) Wildcards() []string {
	everywhere := p.actions(func(s *analysed) bool {
		return s.everywhere && len(s.NotResources) == 0 && Holds(s.Conditions, p.Facts) == True
	})
	if everywhere.Empty() {
		return nil
	}
	for _, l := range p.layers() {
		for _, source := range l.sources {
			for i := range source.Analysis.statements {
				if s := &source.Analysis.statements[i]; s.Effect == Deny && Holds(s.Conditions, p.Facts) == True {
					var denied ActionSet
					s.addActions(&denied)
					everywhere = everywhere.Minus(denied)
				}
			}
		}
	}
	var services []string
	for _, service := range Services() {
		if everywhere.CoversService(service) {
			services = append(services, service)
		}
	}
	return services
}

// actions are those that wanted statements allow in every layer, without those that are
// always denied.
func (p *Principal) actions(wanted func(*analysed) bool) ActionSet {
	may := ExpandAction("*")
	var denied ActionSet
	for _, l := range p.layers() {
		var allowed ActionSet
		for _, source := range l.sources {
			for i := range source.Analysis.statements {
				s := &source.Analysis.statements[i]
				holds := Holds(s.Conditions, p.Facts)
				switch {
				case s.Effect == Allow && holds != False && wanted(s):
					s.addActions(&allowed)
				case s.Effect == Deny && holds == True && s.everywhere && len(s.NotResources) == 0:
					s.addActions(&denied)
				}
			}
		}
		may = may.Intersect(allowed)
	}
	return may.Minus(denied)
}
