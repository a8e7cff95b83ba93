package policy

import (
	"slices"
	"strings"
)

// The questions here are about one document, whoever has it. Conditions of an Allow are
// left to the caller, since one can be as wide as the world. A Deny counts where it holds
// always: without conditions, and on every resource.

// AllowsEverywhere returns the statement, by its index, that allows an action on all
// resources as [Statement.AllResources] understands them, by Action or NotAction.
func (a *Analysis) AllowsEverywhere(name string) (statement int, ok bool) {
	return a.allows(newAction(name), func(s *analysed) bool { return s.everywhere })
}

// AllowsOnEvery returns the statement, by its index, that allows an action on every
// resource of a kind of the action's service, such as key/ of KMS, in at least one region
// of one account. The empty kind stands for all of the service.
func (a *Analysis) AllowsOnEvery(name, kind string) (statement int, ok bool) {
	act := newAction(name)
	return a.allows(act, func(s *analysed) bool { return s.onEvery(act.service, kind) })
}

// allows returns the first Allow of an action that is about the wanted resources, unless
// the action is denied.
func (a *Analysis) allows(act action, wanted func(s *analysed) bool) (statement int, ok bool) {
	i := slices.IndexFunc(a.statements, func(s analysed) bool { return s.Effect == Allow && s.about(act) && wanted(&s) })
	if i < 0 || a.denies(act) {
		return 0, false
	}
	return i, true
}

// denies reports whether a statement denies the action on every resource in every request.
func (a *Analysis) denies(act action) bool {
	return slices.ContainsFunc(a.statements, func(s analysed) bool { return s.deniesAlways() && s.about(act) })
}

func (s *analysed) deniesAlways() bool {
	return s.Effect == Deny && len(s.Conditions) == 0 && s.everywhere && len(s.NotResources) == 0
}

// onEvery reports whether the statement is about every resource of a kind.
func (s *analysed) onEvery(service, kind string) bool {
	if s.NotResources != nil {
		return !slices.ContainsFunc(s.resources, func(element string) bool {
			fields, ok := resourceFields(element, service)
			return everyResource(element) ||
				ok && (fields[3] == "" || Covers(fields[3], "*")) && Covers(fields[4], "*") && Covers(fields[5], kind+"?*")
		})
	}
	return s.everywhere || slices.ContainsFunc(s.resources, func(element string) bool {
		fields, ok := resourceFields(element, service)
		return ok && Covers(fields[5], kind+"?*")
	})
}

// resourceFields cuts a glob of ARNs into their six fields; ok is false where it is none, or
// of another service.
func resourceFields(element, service string) (fields []string, ok bool) {
	fields = strings.SplitN(element, ":", 6)
	return fields, len(fields) == 6 && Match(fields[2], service)
}

// FullService returns the statements, by their indices, that together allow every action of
// a service on all resources. full is false where an action is missing or denied, and for a
// service that the catalogue does not know.
//
// Some audit tools look for the literal svc:* alone and miss *, doubled stars, and a
// NotAction of other services. Others count a denial of one action on one resource, or
// under a condition, as if it were one of the whole.
func (a *Analysis) FullService(service string) (statements []int, full bool) {
	from, to, ok := ServiceRange(service)
	if !ok || !slices.ContainsFunc(a.statements, func(s analysed) bool { return s.Effect == Allow && s.everywhere && s.mentions(service) }) {
		return nil, false
	}
	for _, known := range Actions()[from:to] {
		i, ok := a.AllowsEverywhere(known.String())
		if !ok {
			return nil, false
		}
		if !slices.Contains(statements, i) {
			statements = append(statements, i)
		}
	}
	return statements, true
}

// mentions reports whether the statement may be about actions of a service.
func (s *analysed) mentions(service string) bool {
	if s.NotActions != nil {
		return true
	}
	for i := range s.actions {
		if g := &s.actions[i]; g.service == "" || g.service == service {
			return true
		}
	}
	return false
}

// ServiceWildcard returns the first statement, by its index, that allows all actions of at
// least one service on all resources without a condition, and what of it does: an element
// such as s3:*, or a NotAction that leaves whole services over. Denials are left aside: the
// question is how the policy is written.
func (a *Analysis) ServiceWildcard() (statement int, by string, ok bool) {
	for i := range a.statements {
		s := &a.statements[i]
		if s.Effect != Allow || !s.everywhere || len(s.Conditions) > 0 {
			continue
		}
		if s.NotActions != nil {
			if slices.ContainsFunc(Services(), s.leavesWhole) {
				return i, "NotAction " + quoteList(s.NotActions), true
			}
			continue
		}
		if j := slices.IndexFunc(s.actions, actionGlob.wholeService); j >= 0 {
			return i, "Action " + quote(s.Actions[j]), true
		}
	}
	return 0, "", false
}

// leavesWhole reports whether no element of NotAction is about the service.
func (s *analysed) leavesWhole(service string) bool {
	return !slices.ContainsFunc(s.actions, func(g actionGlob) bool { return g.every || g.mayName(service) })
}

// mayName reports whether the glob matches an action of the service.
func (g actionGlob) mayName(service string) bool {
	if g.service != "" {
		return g.service == service
	}
	return Overlap(g.text, service+":*")
}

// wholeService reports whether the glob covers all actions of some service.
func (g actionGlob) wholeService() bool {
	switch {
	case g.every:
		return true
	case !strings.HasSuffix(g.text, "*") && !strings.HasSuffix(g.text, "?"):
		return false
	case g.service != "":
		return Covers(g.text, g.service+":?*")
	default:
		return slices.ContainsFunc(Services(), func(service string) bool { return Covers(g.text, service+":?*") })
	}
}

// AssumesByWildcard returns the first statement, by its index, that allows sts:AssumeRole on
// roles that it does not name one by one, and what of it does: a Resource element with a
// wildcard in the account, the path or the name of a role, or a NotResource. A wildcard in
// the partition alone leaves one role, as a policy variable does.
func (a *Analysis) AssumesByWildcard() (statement int, by string, ok bool) {
	assume := newAction("sts:AssumeRole")
	i, ok := a.allows(assume, func(s *analysed) bool {
		by = s.roleWildcard()
		return by != ""
	})
	return i, by, ok
}

// roleWildcard quotes what makes the statement's resources more roles than one.
func (s *analysed) roleWildcard() string {
	if s.NotResources != nil {
		if !s.onEvery("iam", "role/") {
			return ""
		}
		return "NotResource " + quoteList(s.NotResources)
	}
	for i, element := range s.resources {
		if s.variables && !s.Literal {
			element = withoutVariables(element)
		}
		fields, ok := resourceFields(element, "iam")
		switch {
		case len(fields) < 6 && Overlap(element, "arn:*:iam::*:role/*"),
			ok && Overlap(fields[5], "role/*") && strings.ContainsAny(fields[4]+fields[5], "*?"):
			return "Resource " + quote(s.Resources[i])
		}
	}
	return ""
}

// withoutVariables drops policy variables, whose braces may hold a * that stands for itself
// ("IAM policy elements: Variables and tags", IAM User Guide), and colons.
func withoutVariables(element string) string {
	for {
		before, rest, found := strings.Cut(element, "${")
		if !found {
			return element
		}
		_, after, _ := strings.Cut(rest, "}")
		element = before + after
	}
}
