package policy

import (
	"slices"
	"strings"
)

// AppliesToAction reports whether the statement's Action or NotAction takes in the
// action, such as iam:CreateUser, without regard to case. It says nothing of the
// effect, the resources and the conditions.
func (s *Statement) AppliesToAction(action string) bool {
	matches := func(pattern string) bool { return MatchAction(pattern, action) }
	if s.NotActions != nil {
		return !slices.ContainsFunc(s.NotActions, matches)
	}
	return slices.ContainsFunc(s.Actions, matches)
}

// AllResources reports whether the statement reaches resources without a bound: some
// Resource element stands for every resource, or there is a NotResource and none of
// its elements does. A NotResource that leaves out a few resources therefore counts.
// A statement without either, as in a trust policy, is about the resource that it is
// attached to, and the answer is false.
func (s *Statement) AllResources() bool {
	if s.NotResources != nil {
		return !slices.ContainsFunc(s.NotResources, everyResource)
	}
	return slices.ContainsFunc(s.Resources, everyResource)
}

// unbounded reports whether the statement is about every action on every resource, by
// everyone and always, with nothing left out.
func (s *Statement) unbounded() bool {
	actions := slices.ContainsFunc(s.Actions, everyAction) ||
		s.NotActions != nil && len(s.NotActions) == 0
	resources := slices.ContainsFunc(s.Resources, everyResource) ||
		s.NotResources != nil && len(s.NotResources) == 0
	principals := s.NotPrincipals == nil &&
		(s.Principals == nil || s.Principals.Everyone || slices.Contains(s.Principals.AWS, "*"))
	return actions && resources && principals && len(s.Conditions) == 0
}

// everyAction reports whether the element of an Action stands for every action of
// every service: `*`, `*:*` and globs that come to the same.
func everyAction(element string) bool {
	// A glob that begins or ends with a letter leaves something out.
	if element == "*" || element == "" || !wild(element[0]) || !wild(element[len(element)-1]) {
		return element == "*"
	}
	return CoversAction(element, "?*:?*")
}

// everyResource reports whether the element of a Resource stands for every resource:
// `*`, and globs that match every ARN. The partition may be named, since an account
// has resources in one partition only. Missing fields at the end count as stars, as AWS
// completes them in identity policies (the AWS document "IAM JSON policy elements:
// Resource").
func everyResource(element string) bool {
	if element == "*" || element == "" {
		return element == "*"
	}
	// Most elements are settled by their service, or by their first character.
	if rest, isARN := strings.CutPrefix(element, "arn:"); isARN {
		if _, service, found := strings.Cut(rest, ":"); found && service != "" && !wild(service[0]) {
			return false
		}
	} else if !wild(element[0]) && element[0] != 'a' {
		return false
	}
	if fields := strings.SplitN(element, ":", 3); len(fields) > 1 && fields[0] == "arn" {
		fields[1] = "*"
		element = strings.Join(fields, ":")
		missing := max(0, 5-strings.Count(element, ":"))
		element += strings.Repeat(":*", missing)
	}
	return Covers(element, "arn:?*:?*:*:*:?*")
}

// wild reports whether the character is a wildcard.
func wild(c byte) bool { return c == '*' || c == '?' }
