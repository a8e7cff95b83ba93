package policy

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
	q := p.ask(newAction(r.Action), p.layers(), r.Facts)
	r.Facts = q.facts
	var d Decision
	q.decide(&d, r)
	return d
}
