package benchmark

import (
	"slices"
	"time"

	"orgaudit/collect"
	"orgaudit/org/policy"
)

// Privilege is why a principal counts as privileged.
type Privilege string

// Privileges, the gravest first.
const (
	AdministratorByRight      Privilege = "administrator by right"
	AdministratorByEscalation Privilege = "can become an administrator"
	TakesOverAnother          Privilege = "can take over another principal"
)

// PrivilegedPrincipal is an administrator, or who can widen their rights.
type PrivilegedPrincipal struct {
	ARN, Name string
	// Kind is user or role.
	Kind policy.MemberKind
	Why  Privilege
	// Conditional tells that conditions stand around it.
	Conditional bool
	// By is the statement that makes an administrator; Ways are the ways to widen rights.
	By   string
	Ways []string
	// Levels counts what it may do by access level.
	Levels policy.LevelCounts
	// Services are those of which it may do everything. Where they are most, it is a star
	// alone, and ServicesExcept those of which something is kept from it.
	Services, ServicesExcept []string
	// Credentials are a user's; nil for a role, and where the credential report is missing.
	Credentials *UserCredentials
	// LastUsed is the last use of the role, or of any credential of the user. It is zero
	// where AWS knows of none; LastUsedKnown is false where the evidence does not say.
	LastUsed      time.Time
	LastUsedKnown bool
	Boundary      string
	// AssumableBy are the trustees of a role by where they stand, each kind once.
	AssumableBy []Assumers
	// Doubt says what of its rights is not known: a policy that could not be read, or SCPs
	// that may take rights away. It is empty where all is known.
	Doubt    string
	Evidence Reference
}

// UserCredentials are the credentials of an IAM user.
type UserCredentials struct {
	Password, MFA bool
	ActiveKeys    int
}

// Assumers are the trustees of a role of one origin.
type Assumers struct {
	Origin Origin
	Count  int
	// Names are the first of them, sorted, as the trust policy writes them.
	Names []string
}

// mostAssumers bounds the names that a row of a report shows.
const mostAssumers = 5

// Privileged lists the users and roles that are administrators or can widen their rights, in
// the order of the evidence. It is nil where the authorization details are missing.
func (s *Subject) Privileged() []PrivilegedPrincipal {
	if s.Evidence == nil || !s.has(collect.AuthorizationSection) {
		return nil
	}
	e := s.estate()
	list := []PrivilegedPrincipal{}
	for _, h := range e.principals() {
		if !e.privileged(h) {
			continue
		}
		p := PrivilegedPrincipal{ARN: h.ARN, Name: h.name, Kind: h.Kind, Boundary: h.Boundary, Evidence: h.evidence}
		e.privilege(h, &p)
		s.use(h, &p)
		p.Levels = h.Principal.Actions().Levels()
		p.Services, p.ServicesExcept = shorter(h.Principal.Wildcards(), policy.Services())
		p.AssumableBy = assumers(e.trustsOf(s)[h])
		switch {
		case h.unread != nil:
			p.Doubt = h.unread.Message
		case e.doubt != nil:
			p.Doubt = "SCPs may take it away, and are not all known"
		}
		list = append(list, p)
	}
	return list
}

// shorter lists some of all, either by name or as a star and the exceptions from it. Both are
// sorted.
func shorter(some, all []string) (list, except []string) {
	if len(some) <= len(all)/2 {
		return some, nil
	}
	for _, service := range all {
		for len(some) > 0 && some[0] < service {
			some = some[1:]
		}
		if len(some) == 0 || some[0] != service {
			except = append(except, service)
		}
	}
	return []string{"*"}, except
}

// privilege says why a principal is privileged.
func (e *estate) privilege(h *holder, p *PrivilegedPrincipal) {
	if a := h.administration; a != nil {
		p.Why, p.Conditional, p.By = AdministratorByRight, a.Always == policy.Depends, a.By.String()
		return
	}
	p.Why, p.Conditional = TakesOverAnother, true
	for _, way := range e.ways(h) {
		p.Ways = append(p.Ways, way.String())
		if way.Ends == policy.EndsAdministrator && p.Why != AdministratorByEscalation {
			p.Why, p.Conditional = AdministratorByEscalation, true
		}
	}
	// One way to the gravest end that always stands open is enough.
	for _, way := range e.ways(h) {
		if way.Always == policy.True && (way.Ends == policy.EndsAdministrator) == (p.Why == AdministratorByEscalation) {
			p.Conditional = false
		}
	}
}

// use says what is known of a principal's credentials and their use.
func (s *Subject) use(h *holder, p *PrivilegedPrincipal) {
	switch {
	case h.role != nil:
		p.LastUsed, p.LastUsedKnown = h.role.LastUsed, true
	case h.row != nil:
		p.Credentials = &UserCredentials{Password: h.row.PasswordEnabled == "true", MFA: h.row.MFAActive}
		p.LastUsed, p.LastUsedKnown = h.row.PasswordLastUsed.Time, true
		for _, k := range h.row.Keys {
			if k.Active {
				p.Credentials.ActiveKeys++
			}
			if k.LastUsed.Time.After(p.LastUsed) {
				p.LastUsed = k.LastUsed.Time
			}
		}
	}
}

// assumers sorts the trustees of a role by where they stand. Whom conditions keep out does
// not count.
func assumers(trusts []*trust) []Assumers {
	var list []Assumers
	for _, t := range trusts {
		if t.shut() {
			continue
		}
		i := slices.IndexFunc(list, func(a Assumers) bool { return a.Origin == t.origin })
		if i < 0 {
			i = len(list)
			list = append(list, Assumers{Origin: t.origin})
		}
		if !slices.Contains(list[i].Names, t.who()) {
			list[i].Names = append(list[i].Names, t.who())
		}
	}
	for i := range list {
		slices.Sort(list[i].Names)
		list[i].Count = len(list[i].Names)
		list[i].Names = list[i].Names[:min(list[i].Count, mostAssumers)]
	}
	return list
}
