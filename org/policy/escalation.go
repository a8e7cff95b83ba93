package policy

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// escalationData are combinations of actions with which rights can be widened, one a
// line: name, actions, and the services whose roles take part, without .amazonaws.com.
//
//go:embed escalations.csv
var escalationData embed.FS

// Combination is a set of actions that together widen the rights of whoever has them all.
// An action with a * stands for all actions that it matches.
type Combination struct {
	Name    string
	Actions []string
	// Services are service principals whose roles are passed, or run what can be changed.
	Services []string
	// needs are the actions of combinations that are needed, also of a pattern.
	needs watched
	// passing is what is asked about iam:PassRole: the services are part of it.
	passing string
}

// Combinations returns the combinations that are known, in the order of the data.
func Combinations() []Combination { return combinations() }

var combinations = sync.OnceValue(func() []Combination {
	var list []Combination
	for _, fields := range escalationLines() {
		c := Combination{Name: fields[0], Actions: strings.Split(fields[1], "+")}
		for _, service := range strings.Fields(fields[2]) {
			c.Services = append(c.Services, service+".amazonaws.com")
		}
		c.passing = "iam:PassRole " + strings.Join(c.Services, " ")
		for _, name := range c.Actions {
			// A role may name who assumes it, and no policy of theirs is needed.
			for i, a := range watchedActions() {
				if name != "sts:AssumeRole" && MatchAction(name, a.text) {
					c.needs.add(i)
				}
			}
		}
		list = append(list, c)
	}
	return list
})

// escalationLines are the lines of the data by their fields, without the first.
func escalationLines() [][]string {
	text, err := escalationData.ReadFile("escalations.csv")
	if err != nil {
		panic(err) // the file is part of the program
	}
	var lines [][]string
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
		lines = append(lines, strings.Split(line, ","))
	}
	return lines
}

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
	for _, c := range combinations() {
		if hit, ok := x.try(c); ok {
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
func (x *escalator) try(c Combination) (Escalation, bool) {
	hit := Escalation{Combination: c, Always: True, Ends: EndsOther}
	// Most policies lack one of the actions; seeing that first saves asking what the others reach.
	if !x.allowed.holds(c.needs) {
		return hit, false
	}
	if !slices.ContainsFunc(c.Actions, func(a string) bool { return !strings.HasSuffix(a, "*") }) {
		return x.pattern(c)
	}
	if change, take, ok := c.sameTarget(); ok {
		return x.onSame(c, change, take)
	}
	// Services' roles are what is passed, or what runs the thing that can be changed.
	if len(c.Services) > 0 && !slices.Contains(c.Actions, "iam:PassRole") {
		role := x.serviceRole(c.Services)
		if role == nil {
			return hit, false
		}
		hit.Ends = endOf(role)
	}
	for _, name := range c.Actions {
		key := name
		if name == "iam:PassRole" {
			key = c.passing
		}
		reached, asked := x.reached[key]
		if !asked {
			reached = x.reach(name, c.Services)
			x.reached[key] = reached
		}
		if len(reached) == 0 {
			return hit, false
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

// pattern tries a combination of one pattern, such as iam:Put*: every action that it
// matches must be allowed on something, and one of them must widen rights by itself.
func (x *escalator) pattern(c Combination) (Escalation, bool) {
	hit := Escalation{Combination: c, Always: True}
	for _, action := range ExpandAction(c.Actions[0]).All() {
		name := action.String()
		may := x.self.Principal.May(name, nil)
		if len(may) == 0 {
			return hit, false
		}
		hit.Always = min(hit.Always, best(may).Always)
		if len(hit.By) == 0 {
			hit.By = []Ref{best(may).By[0]}
		}
	}
	for _, single := range combinations() {
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
