package policy

import "slices"

// escalator looks for the escalations of one member. What an action reaches is asked once.
type escalator struct {
	estate *Estate
	self   *Member
	// allowed are the actions that are worth asking about.
	allowed watched
	layers  []layer
	// questions are what was asked about by the names of actions, reached what they can be done
	// to, by the names of actions and the services that matter.
	questions map[string]*question
	last      *question
	lastName  string
	reached   map[string][]reach
	// assumable says of roles whether the member can assume them.
	assumable map[*Member]answer
	// worth are the policies that are worth attaching, once they were asked for.
	worth []string
	// entitled tells that the member is thought to have all the rights that its boundary
	// leaves it; beyondBoundary is the gravest end that it reaches with them, once it was asked for.
	entitled       bool
	beyondBoundary *End
}

// answer says whether something can be done, and by which statement.
type answer struct {
	always Truth
	by     Ref
}

func newEscalator(e *Estate, m *Member) *escalator {
	return &escalator{
		estate: e, self: m, allowed: m.Principal.watched(), layers: m.Principal.layers(),
		questions: map[string]*question{}, reached: map[string][]reach{}, assumable: map[*Member]answer{},
	}
}

// question is that about an action.
func (x *escalator) question(name string) *question {
	if x.last != nil && x.lastName == name {
		return x.last
	}
	q := x.questions[name]
	if q == nil {
		q = new(question)
		*q = x.self.Principal.ask(watchedAction(name), x.layers, nil)
		x.questions[name] = q
	}
	x.last, x.lastName = q, name
	return q
}

// can says whether the member may do an action on a target, which is an ARN, or a glob in an
// estate that is only thought of. Of the target facts tell more, where a statement asks for
// them; none may be known.
func (x *escalator) can(name, target string, facts func(*Facts) *Facts) (Truth, Ref) {
	q := x.question(name)
	f := q.facts
	if facts != nil && q.asks&asksTarget != 0 {
		f = facts(f)
	}
	if isGlob(target) {
		for _, p := range q.may(f) {
			// Rights over oneself alone are none over others.
			if p.Resources.Overlaps(target) && (target == x.self.ARN || !p.Resources.within(x.self.ARN)) {
				return p.Always, p.By[0]
			}
		}
		return False, Ref{}
	}
	d := q.can(target, f)
	if d.Allowed == False {
		return False, Ref{}
	}
	return d.Allowed, d.By[0]
}

// allows is a quick look at whether an action is worth asking about.
func (x *escalator) allows(name string) bool {
	i, ok := watchedIndex()[name]
	return !ok || x.allowed.has(i)
}

// assumes says whether the member can assume a role of its account.
func (x *escalator) assumes(m *Member) (Truth, Ref) {
	a, asked := x.assumable[m]
	if !asked {
		a.always, a.by = x.findAssumes(m)
		x.assumable[m] = a
	}
	return a.always, a.by
}

func (x *escalator) findAssumes(m *Member) (Truth, Ref) {
	if m.Trust == nil {
		return False, Ref{}
	}
	p := x.self.Principal
	admission, truth, by := m.Trust.Admits(p.ARN, p.Account, p.Facts)
	switch {
	case admission == NotAdmitted:
		return False, Ref{}
	case isGlob(m.ARN):
		t, ref := x.can("sts:AssumeRole", m.ARN, nil)
		return min(t, truth), ref
	}
	// Named by the role itself, a principal of the same account needs no policy.
	granted := admission == PrincipalAdmitted
	q := x.question("sts:AssumeRole")
	var d Decision
	q.decide(&d, Request{Resource: m.ARN, Facts: q.facts, Granted: granted})
	switch {
	case d.Allowed == False:
		return False, Ref{}
	case granted:
		return min(d.Allowed, truth), by
	}
	return min(d.Allowed, truth), d.By[0]
}

// beyond is what the member, which is bound, could reach if it had all the rights that its
// boundary leaves it. Where that is nothing, the boundary holds whatever the member is given.
func (x *escalator) beyond() (End, bool) {
	if x.entitled {
		return "", false
	}
	if x.beyondBoundary == nil {
		end := x.findBeyond()
		x.beyondBoundary = &end
	}
	return *x.beyondBoundary, *x.beyondBoundary != ""
}

func (x *escalator) findBeyond() End {
	p := *x.self.Principal
	p.Identity = []*Source{{Kind: IdentityPolicy, Name: "everything", Analysis: everything()}}
	self := *x.self
	self.Principal = &p
	e := *x.estate
	e.Members = slices.Clone(e.Members)
	e.Members[slices.Index(e.Members, x.self)] = &self
	full := newEscalator(&e, &self)
	full.entitled = true
	gravest := End("")
	for i := range combinations() {
		if hit, ok := full.try(&combinations()[i]); ok && (gravest == "" || rank(hit.Ends) < rank(gravest)) {
			gravest = hit.Ends
		}
		if gravest == EndsAdministrator {
			break
		}
	}
	return gravest
}
