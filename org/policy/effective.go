package policy

import (
	"slices"
	"strings"
)

// Effective returns the actions that the document allows on something, without those that
// it denies on every resource in every request. Conditions of an Allow are left aside. The
// set is shared and must not be changed.
func (a *Analysis) Effective() ActionSet { return a.effective() }

func (a *Analysis) findEffective() ActionSet {
	var allowed, denied ActionSet
	for i := range a.statements {
		s := &a.statements[i]
		switch {
		case s.Effect == Allow:
			s.addActions(&allowed)
		case s.deniesAlways():
			s.addActions(&denied)
		}
	}
	return allowed.Minus(denied)
}

// Uncatalogued returns the elements of Action of Allow statements that match no action of the
// catalogue: those of newer actions, and misspelt ones. The caller must not change it.
func (a *Analysis) Uncatalogued() []string { return a.uncatalogued() }

func (a *Analysis) findUncatalogued() []string {
	var elements []string
	for _, s := range a.Document.Statements {
		if s.Effect != Allow {
			continue
		}
		for _, element := range s.Actions {
			if ExpandAction(element).Empty() {
				elements = append(elements, element)
			}
		}
	}
	return elements
}

// addActions adds the actions of the catalogue that the statement is about.
func (s *analysed) addActions(set *ActionSet) { set.unite(s.set()) }

// expand finds the actions of the catalogue that the statement is about.
func (s analysed) expand() ActionSet {
	var named ActionSet
	for _, g := range s.actions {
		named.addMatching(g.text)
	}
	if s.NotActions == nil {
		return named
	}
	return ExpandAction("*").Minus(named)
}

// ManagesPermissions returns the actions with the access level Permissions management that
// the document allows on every resource of a service in at least one account, and the
// statements, by their indices, that allow them.
//
// A statement that asks for a permissions boundary does not count: those who get rights
// through it stay within the boundary ("Permissions boundaries for IAM entities", IAM User
// Guide).
func (a *Analysis) ManagesPermissions(service string) (actions []string, statements []int) {
	from, to, ok := ServiceRange(service)
	if !ok || !slices.ContainsFunc(a.statements, func(s analysed) bool { return s.managesPermissions(service) }) {
		return nil, nil
	}
	for _, known := range Actions()[from:to] {
		if known.Level != PermissionsManagement {
			continue
		}
		name := known.String()
		i, ok := a.allows(newAction(name), func(s *analysed) bool { return s.managesPermissions(service) })
		if !ok {
			continue
		}
		actions = append(actions, name)
		if !slices.Contains(statements, i) {
			statements = append(statements, i)
		}
	}
	return actions, statements
}

// managesPermissions reports whether the statement may count for ManagesPermissions.
func (s *analysed) managesPermissions(service string) bool {
	return s.Effect == Allow && s.mentions(service) && s.onEvery(service, "") && !s.asksForBoundary()
}

// asksForBoundary reports whether a condition names the permissions boundary that must be
// there. Requests that cannot have one lack the key, and the condition does not hold.
func (s *analysed) asksForBoundary() bool {
	return slices.ContainsFunc(s.Conditions, func(c Condition) bool {
		_, ifExists, set := c.Base()
		return strings.EqualFold(c.Key, "iam:PermissionsBoundary") && c.Positive() && !ifExists && set == "" &&
			len(c.Values) > 0 && !slices.ContainsFunc(c.Values, func(v string) bool { return strings.Trim(v, "*?") == "" })
	})
}
