package policy

import (
	"fmt"
	"slices"
	"strings"
)

// Grant is a statement that gives full administrator rights.
type Grant struct {
	// Statement is the index in Document.Statements, from zero.
	Statement int
	// Sid is the statement's, and empty where it has none.
	Sid string
	// By quotes the elements that grant, such as `Action "*" on Resource "*"`.
	By string
	// Conditional is true where the statement has conditions. They may or may not
	// narrow it: nobody evaluated them.
	Conditional bool
	// Denied is true where another statement of the same document denies every action
	// on every resource without condition, so that the grant has no effect.
	Denied bool
}

// FullAdministrator returns the statements that give full administrator rights, in
// the order of the document, and none where no statement does. The document is read
// as an identity policy.
//
// A statement gives them when all of these hold:
//
//   - its Effect is Allow;
//   - an element of its Resource is *, or it has a NotResource that leaves some
//     resource over;
//   - an element of its Action is * or *:*, or it has a NotAction that does not exclude
//     all three of the services iam, organizations and account.
//
// A glob that comes to the same as *, such as ** or ?*, counts as such. Each element
// is looked at alone: a list whose elements only together make up everything, such as
// all services one by one, does not count.
//
// Audit tools draw this line at different places, so their counts may differ from
// ours. Some take the literal Action "*" alone, and miss *:*, or a Resource list that
// holds * beside ARNs. Some leave NotAction out, though "all but s3:*" lets its holder
// write any policy. Others count every NotAction, which makes administrators of those
// with PowerUserAccess, whom AWS keeps from changing identities. The line here is
// whether the holder can change who may do what: a NotAction grants that unless it
// takes away iam, organizations and account together.
//
// Conditions and denials do not change the verdict and are noted in the grant. A
// condition can be as wide as the world and a denial may be lifted by whoever has these
// rights; both are for the auditor to weigh. What permissions boundaries, service
// control policies and other documents take away is not considered.
func (d *Document) FullAdministrator() []Grant {
	denied := slices.ContainsFunc(d.Statements, func(s Statement) bool {
		return s.Effect == Deny && s.unbounded()
	})
	var grants []Grant
	for i := range d.Statements {
		s := &d.Statements[i]
		if s.Effect != Allow || !s.AllResources() {
			continue
		}
		actions, ok := s.administratorActions()
		if !ok {
			continue
		}
		grants = append(grants, Grant{
			Statement:   i,
			Sid:         s.Sid,
			By:          actions + " on " + s.resourcesOfAll(),
			Conditional: len(s.Conditions) > 0,
			Denied:      denied,
		})
	}
	return grants
}

// administratorActions quotes what makes the statement's actions those of an
// administrator, if anything does.
func (s *Statement) administratorActions() (string, bool) {
	if s.NotActions != nil {
		if s.excludes("iam") && s.excludes("organizations") && s.excludes("account") {
			return "", false
		}
		return "NotAction " + quoteList(s.NotActions), true
	}
	i := slices.IndexFunc(s.Actions, everyAction)
	if i < 0 {
		return "", false
	}
	return "Action " + quote(s.Actions[i]), true
}

// excludes reports whether one element of NotAction covers the whole service.
func (s *Statement) excludes(service string) bool {
	return slices.ContainsFunc(s.NotActions, func(element string) bool {
		return CoversAction(element, service+":?*")
	})
}

// resourcesOfAll quotes what makes AllResources true.
func (s *Statement) resourcesOfAll() string {
	if s.NotResources != nil {
		return "NotResource " + quoteList(s.NotResources)
	}
	return "Resource " + quote(s.Resources[slices.IndexFunc(s.Resources, everyResource)])
}

// quoteList quotes the first elements, enough to find the statement again.
func quoteList(elements []string) string {
	const most = 3
	if len(elements) == 0 {
		return "[]"
	}
	var quoted []string
	for _, element := range elements[:min(most, len(elements))] {
		quoted = append(quoted, quote(element))
	}
	s := strings.Join(quoted, ", ")
	if more := len(elements) - most; more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}
