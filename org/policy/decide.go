package policy

import "strings"

// Request is one action on one resource. Facts are the principal's where it is nil; facts
// of the resource or of the request are added with [Facts.With].
type Request struct {
	Action, Resource string
	Facts            *Facts
	// RCPs bind the resource, level by level; nil takes those of the principal's account,
	// and an empty list is none.
	RCPs [][]*Source
	// Granted tells that a policy of the resource, which is in the principal's account, names
	// the principal as one to allow. Then its identity policies need not allow, nor the
	// boundary of a user, and that of a role must ("Permissions boundaries for IAM entities",
	// IAM User Guide).
	Granted bool
}

// Decision is what policies say of a request before it is made.
type Decision struct {
	// Allowed is True where the request is always allowed, Depends where it depends on what
	// nobody knows of the request, and False where it never is.
	Allowed Truth
	// Explicit tells that a statement denies. An implicit denial has no statement: Layer is
	// the kind of policy that does not allow.
	Explicit bool
	Layer    Kind
	// Place names the node whose SCPs do not allow, where none denies.
	Place string
	// By are the statements that decide: the one that denies, or those that allow, one a
	// layer.
	By []Ref
	// Conditional are the statements that may decide otherwise: denials under a condition
	// that a request may meet.
	Conditional []Ref
}

// Decide evaluates a request by the order of AWS: an explicit denial in any policy first,
// then each kind of policy must allow ("Policy evaluation logic", IAM User Guide). It does
// not ask resource policies; [Analysis.Admits] does for roles.
func (p *Principal) Decide(r Request) Decision {
	a := newAction(r.Action)
	f := p.request(a, r.Facts)
	layers := p.layers()
	d := Decision{Allowed: True}
	deny := func(sources []*Source) bool {
		for _, source := range sources {
			for i := range source.Analysis.statements {
				s := &source.Analysis.statements[i]
				if s.Effect != Deny || !s.about(a) {
					continue
				}
				switch min(s.on(r.Resource, f), Holds(s.Conditions, f)) {
				case True:
					d = Decision{Explicit: true, Layer: source.Kind, By: []Ref{s.ref(source)}}
					return true
				case Depends:
					d.Conditional = append(d.Conditional, s.ref(source))
				}
			}
		}
		return false
	}
	for _, l := range layers {
		if deny(l.sources) {
			return d
		}
	}
	if bindsResource(a) && !p.ServiceLinked {
		rcps := r.RCPs
		if account := accountOf(r.Resource); rcps == nil && (account == "" || account == p.Account) {
			rcps = p.RCPs
		}
		for _, level := range rcps {
			if deny(level) {
				return d
			}
		}
	}
	for _, l := range layers {
		if r.Granted && (l.kind == IdentityPolicy || l.kind == PermissionsBoundary && !strings.Contains(p.ARN, ":role/")) {
			continue
		}
		best, by := False, Ref{}
		for _, source := range l.sources {
			if best == True {
				break
			}
			for i := range source.Analysis.statements {
				s := &source.Analysis.statements[i]
				if s.Effect != Allow || !s.about(a) {
					continue
				}
				if t := min(s.on(r.Resource, f), Holds(s.Conditions, f)); t > best {
					best, by = t, s.ref(source)
				}
			}
		}
		if best == False {
			d := Decision{Layer: l.kind}
			if len(l.sources) > 0 {
				d.Place = l.sources[0].PlaceName
			}
			return d
		}
		d.Allowed = min(d.Allowed, best)
		d.By = append(d.By, by)
	}
	if len(d.Conditional) > 0 {
		d.Allowed = Depends
	}
	return d
}
