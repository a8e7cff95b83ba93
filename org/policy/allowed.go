package policy

// Allowed returns the actions of the catalogue that Allow statements of the document name,
// whatever their resources and conditions and whatever is denied: an upper bound of what the
// document grants.
func (a *Analysis) Allowed() ActionSet { return a.allowed() }

func allowed(d *Document) ActionSet {
	var all ActionSet
	for i := range d.Statements {
		s := &d.Statements[i]
		if s.Effect != Allow {
			continue
		}
		var named ActionSet
		for _, pattern := range s.Actions {
			named = named.Union(ExpandAction(pattern))
		}
		if s.NotActions != nil {
			named = ExpandAction("*")
			for _, pattern := range s.NotActions {
				named = named.Minus(ExpandAction(pattern))
			}
		}
		all = all.Union(named)
	}
	return all
}
