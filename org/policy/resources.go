package policy

import (
	"cmp"
	"slices"
	"strings"
)

// Resources is a set of resources: those that match every glob of All and none of Except.
// Without a glob in All it holds every resource.
type Resources struct {
	All    []string
	Except []string
}

// Every reports whether the set holds every resource.
func (r Resources) Every() bool {
	return !slices.ContainsFunc(r.All, func(g string) bool { return !everyResource(g) }) && len(r.Except) == 0
}

// Overlaps reports whether the set may hold a resource that matches the glob. It may say
// so where it takes several globs together to rule it out.
func (r Resources) Overlaps(glob string) bool {
	for _, g := range r.All {
		if !Overlap(g, glob) {
			return false
		}
	}
	return !slices.ContainsFunc(r.Except, func(e string) bool { return Covers(e, glob) })
}

// Holds reports whether the set holds one resource.
func (r Resources) Holds(resource string) bool {
	for _, g := range r.All {
		if !Match(g, resource) {
			return false
		}
	}
	return !slices.ContainsFunc(r.Except, func(e string) bool { return Match(e, resource) })
}

// inAccount reports whether every resource of the set is known to be in an account.
func (r Resources) inAccount(account string) bool {
	return slices.ContainsFunc(r.All, func(g string) bool { return accountOf(g) == account })
}

// within reports whether every resource of the set matches the glob.
func (r Resources) within(glob string) bool {
	return everyResource(glob) || slices.ContainsFunc(r.All, func(g string) bool { return Covers(glob, g) })
}

// empty reports whether the set is known to hold nothing.
func (r Resources) empty() bool {
	for i, g := range r.All {
		if slices.ContainsFunc(r.All[i+1:], func(other string) bool { return !Overlap(g, other) }) {
			return true
		}
		if slices.ContainsFunc(r.Except, func(e string) bool { return Covers(e, g) }) {
			return true
		}
	}
	return slices.ContainsFunc(r.Except, everyResource)
}

// and returns the resources that are in both sets.
func (r Resources) and(other Resources) Resources {
	both := Resources{All: slices.Clone(r.All), Except: slices.Clone(r.Except)}
	for _, g := range other.All {
		switch {
		case everyResource(g) || slices.ContainsFunc(both.All, func(h string) bool { return Covers(g, h) }):
		default:
			// What the new glob narrows needs not be said beside it.
			both.All = slices.DeleteFunc(both.All, func(h string) bool { return Covers(h, g) })
			both.All = append(both.All, g)
		}
	}
	for _, e := range other.Except {
		both = both.without(e)
	}
	return both
}

// without returns the set without the resources that match the glob.
func (r Resources) without(glob string) Resources {
	if !r.Overlaps(glob) || slices.Contains(r.Except, glob) {
		return r
	}
	return Resources{All: r.All, Except: append(slices.Clip(slices.Clone(r.Except)), glob)}
}

// String writes the set for people, such as `arn:… and not arn:…`.
func (r Resources) String() string {
	text := strings.Join(r.All, " within ")
	if text == "" {
		text = "*"
	}
	if len(r.Except) > 0 {
		text += " except " + strings.Join(r.Except, ", ")
	}
	// The wildcards that stand for themselves are not for people's eyes.
	text = strings.ReplaceAll(text, string([]byte{literalStar}), "*")
	return strings.ReplaceAll(text, string([]byte{literalMark}), "?")
}

// completeARN adds the fields that an ARN in a policy may leave out at its end, which AWS
// reads as stars (the AWS document "IAM JSON policy elements: Resource"). The colons of
// variables, where the element may hold some, part no fields.
func completeARN(element string, literal bool) string {
	if !strings.HasPrefix(element, "arn:") {
		return element
	}
	fields := element
	if !literal {
		fields = withoutVariables(element)
	}
	return element + strings.Repeat(":*", max(0, 5-strings.Count(fields, ":")))
}

// about are the resources that an action of the principal can be about. For those actions of
// IAM that change who may do what, it is one kind of the principal's own account, so that who
// is denied every role is denied the action ("Actions, resources, and condition keys for AWS
// Identity and Access Management (IAM)", Service Authorization Reference).
func (p *Principal) about(a action) Resources {
	kind := changedKind(a)
	_, rest, found := strings.Cut(p.ARN, ":")
	partition, _, complete := strings.Cut(rest, ":")
	if kind == "" || !found || !complete {
		return Resources{}
	}
	return Resources{All: []string{"arn:" + partition + ":iam::" + cmp.Or(p.Account, "*") + ":" + kind + "/*"}}
}

// changedKind is the kind of what an action of IAM changes; empty where it does not matter.
func changedKind(a action) string {
	if a.service != "iam" {
		return ""
	}
	switch strings.TrimPrefix(a.text, "iam:") {
	case "createrole", "passrole", "updateassumerolepolicy", "attachrolepolicy", "detachrolepolicy", "putrolepolicy",
		"deleterolepolicy", "putrolepermissionsboundary", "deleterolepermissionsboundary":
		return "role"
	case "createuser", "attachuserpolicy", "detachuserpolicy", "putuserpolicy", "deleteuserpolicy",
		"putuserpermissionsboundary", "deleteuserpermissionsboundary":
		return "user"
	case "attachgrouppolicy", "detachgrouppolicy", "putgrouppolicy", "deletegrouppolicy":
		return "group"
	case "createpolicy", "createpolicyversion", "setdefaultpolicyversion", "deletepolicyversion", "deletepolicy":
		return "policy"
	default:
		return ""
	}
}
