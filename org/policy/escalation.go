package policy

import (
	"fmt"
	"slices"
	"strings"
)

// End is what an escalation ends in.
type End string

// Ends, the gravest first.
const (
	// EndsAdministrator ends in administrator rights.
	EndsAdministrator End = "administrator rights"
	// EndsOwn ends in the principal's own rights without its permissions boundary.
	EndsOwn End = "its own rights without the boundary"
	// EndsOther ends in the rights of another principal, or gives that principal more.
	EndsOther End = "another principal's rights"
)

// Escalation is a way in which a principal can widen its rights.
type Escalation struct {
	Combination
	Ends End
	// Target is what it reaches: the policy, user, group or role; empty where the evidence
	// does not show it.
	Target string
	// Always is Depends where conditions stand around one of the actions.
	Always Truth
	// By are the statements that allow the actions, one for each.
	By []Ref
}

// String says the escalation in a line.
func (e *Escalation) String() string {
	text := strings.Join(e.Actions, " + ")
	if e.Target != "" {
		text += " on " + e.Target
	}
	text += ", ends in " + string(e.Ends)
	if e.Always == Depends {
		text += ", under a condition"
	}
	return text
}

// Escalations returns the ways in which a member of an estate can widen its rights, by its
// effective permissions. Combinations that only add actions to another one that is there
// are left out. For an administrator it returns nothing: there is nothing to widen.
func (e *Estate) Escalations(m *Member) []Escalation {
	if m.Principal == nil || m.Administrator || m.ServiceLinked {
		return nil
	}
	x := newEscalator(e, m)
	var found []Escalation
	for i := range combinations() {
		if hit, ok := x.try(&combinations()[i]); ok {
			found = append(found, hit)
		}
	}
	return slices.DeleteFunc(found, func(hit Escalation) bool {
		return slices.ContainsFunc(found, func(other Escalation) bool {
			return len(other.Actions) < len(hit.Actions) && rank(other.Ends) <= rank(hit.Ends) && containsAll(hit.Actions, other.Actions)
		})
	})
}

func containsAll(list, part []string) bool {
	return !slices.ContainsFunc(part, func(p string) bool { return !slices.Contains(list, p) })
}

// rank is less for graver ends.
func rank(e End) int {
	switch e {
	case EndsAdministrator:
		return 0
	case EndsOwn:
		return 1
	case EndsOther:
		return 2
	}
	return -1
}

// reach is one thing that an action can be done to.
type reach struct {
	target string
	ends   End
	always Truth
	by     Ref
}

// try looks for one combination.
func (x *escalator) try(c *Combination) (Escalation, bool) {
	// Most policies lack one of the actions; seeing that first saves asking what the others reach.
	switch {
	case !x.allowed.holds(c.needs):
		return Escalation{}, false
	case c.take != "":
		return x.onSame(c)
	case len(c.Actions) == 1 && strings.HasSuffix(c.Actions[0], "*"):
		return x.pattern(c)
	}
	ends := EndsOther
	// Services' roles are what is passed, or what runs the thing that can be changed. Often there
	// are none, and then it does not matter what else is allowed.
	if slices.Contains(c.Actions, "iam:PassRole") {
		if len(x.reaching("iam:PassRole", c)) == 0 {
			return Escalation{}, false
		}
	} else if len(c.Services) > 0 {
		role := x.serviceRole(c.Services)
		if role == nil {
			return Escalation{}, false
		}
		ends = endOf(role)
	}
	hit := Escalation{Combination: *c, Always: True, Ends: ends}
	for _, name := range c.Actions {
		reached := x.reaching(name, c)
		if len(reached) == 0 {
			return Escalation{}, false
		}
		first := reached[0]
		hit.By = append(hit.By, first.by)
		hit.Always = min(hit.Always, first.always)
		if rank(first.ends) < rank(hit.Ends) || hit.Target == "" && rank(first.ends) == rank(hit.Ends) {
			hit.Target, hit.Ends = first.target, first.ends
		}
	}
	return hit, true
}

// reaching is what an action of a combination reaches, asked once.
func (x *escalator) reaching(name string, c *Combination) []reach {
	key := name
	if name == "iam:PassRole" {
		key = c.passing
	}
	reached, asked := x.reached[key]
	if !asked {
		reached = x.reach(name, c.Services)
		x.reached[key] = reached
	}
	return reached
}

// pattern tries a combination of one pattern, such as iam:Put*: every action that it
// matches must be allowed on something, and one of them must widen rights by itself.
func (x *escalator) pattern(c *Combination) (Escalation, bool) {
	hit := Escalation{Combination: *c, Always: True}
	for _, a := range c.matched {
		q := x.self.Principal.ask(a, x.layers, nil)
		may := q.may(q.facts)
		if len(may) == 0 {
			return hit, false
		}
		hit.Always = min(hit.Always, best(may).Always)
		if len(hit.By) == 0 {
			hit.By = []Ref{best(may).By[0]}
		}
	}
	for i := range combinations() {
		single := &combinations()[i]
		if len(single.Actions) != 1 || strings.HasSuffix(single.Actions[0], "*") || !MatchAction(c.Actions[0], single.Actions[0]) {
			continue
		}
		if other, ok := x.try(single); ok && (hit.Ends == "" || rank(other.Ends) < rank(hit.Ends)) {
			hit.Ends, hit.Target = other.Ends, other.Target
		}
	}
	return hit, hit.Ends != ""
}

// best returns the permission that holds most, the first of equals.
func best(permissions []Permission) Permission {
	i := slices.IndexFunc(permissions, func(p Permission) bool { return p.Always == True })
	return permissions[max(i, 0)]
}

// serviceRole returns the role that one of the services can assume, an administrator
// before others, or nil where there is none to take part. The member's own role would give
// it nothing that it has not.
func (x *escalator) serviceRole(services []string) *Member {
	var found *Member
	for _, m := range x.estate.Members {
		if m.Kind == RoleMember && !m.ServiceLinked && m != x.self && m.Entitled && x.estate.trusts(m, services, x.self.Principal.Facts) && (found == nil || m.Administrator && !found.Administrator) {
			found = m
		}
	}
	return found
}

// trusts reports whether one of the services can assume the role. Without services any
// role will do.
func (e *Estate) trusts(m *Member, services []string, f *Facts) bool {
	switch {
	case len(services) == 0:
		return true
	case m.Trust == nil:
		return e.OpenTrust
	}
	if m.services == nil {
		m.services = []string{}
		for _, t := range m.Trust.Trustees() {
			// Cognito assumes roles that name it as an identity provider.
			if (t.Kind == TrustsService || t.Kind == TrustsFederated) && m.admits(t, f) {
				// In China some principals end in .amazonaws.com.cn.
				m.services = append(m.services, strings.TrimSuffix(strings.ToLower(t.Value), ".cn"))
			}
		}
	}
	return slices.ContainsFunc(services, func(service string) bool { return slices.Contains(m.services, service) })
}

// admits reports whether some request of a trustee that is a service can hold the conditions
// of the role's trust policy, and is not denied by it in every case. Nothing is known of such
// a request but its time, which is that of other facts.
func (m *Member) admits(t Trustee, other *Facts) bool {
	f := (*Facts)(nil)
	if other != nil {
		f = &Facts{Now: other.Now}
	}
	return Holds(t.By.Element().Conditions, f) != False && !m.Trust.deniesService(t.Value, f)
}

// endOf is what taking over a member ends in.
func endOf(m *Member) End {
	if m.Administrator {
		return EndsAdministrator
	}
	return EndsOther
}

// Summary says escalations in a few words: how many ways, and the gravest.
func Summary(escalations []Escalation) string {
	if len(escalations) == 0 {
		return "no way to widen its rights"
	}
	worst := escalations[0]
	for _, e := range escalations[1:] {
		if rank(e.Ends) < rank(worst.Ends) || rank(e.Ends) == rank(worst.Ends) && e.Always > worst.Always {
			worst = e
		}
	}
	text := worst.String()
	if more := len(escalations) - 1; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}
