package awsfake

import (
	"slices"
	"strings"
)

// facts are the values of the condition keys of one request, by key in lower
// case. A key that is not there is absent from the request.
type facts map[string]string

// expand fills in the variables of a pattern. A variable that has no value
// stays, and so matches nothing but itself.
func (f facts) expand(pattern string) string {
	if !strings.Contains(pattern, "${") {
		return pattern
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(pattern, "${")
		b.WriteString(before)
		name, after, closed := strings.Cut(rest, "}")
		if !ok {
			return b.String()
		}
		value, known := f[strings.ToLower(name)]
		if !closed || !known {
			b.WriteString("${")
			pattern = rest
			continue
		}
		b.WriteString(value)
		pattern = after
	}
}

// condition is one operator applied to one key. Every key that the server knows
// has a single value, so ForAnyValue and ForAllValues differ only when the key
// is absent.
type condition struct {
	operator string // lower case, without the set prefix and the IfExists suffix
	ifExists bool
	set      string // "", foranyvalue or forallvalues
	key      string // lower case
	values   []string
}

func parseConditions(raw map[string]map[string]stringList) []condition {
	var list []condition
	for operator, keys := range raw {
		name := strings.ToLower(operator)
		set, rest, ok := strings.Cut(name, ":")
		if !ok {
			set, rest = "", name
		}
		base, ifExists := strings.CutSuffix(rest, "ifexists")
		for key, values := range keys {
			list = append(list, condition{base, ifExists, set, strings.ToLower(key), values})
		}
	}
	return list
}

func satisfied(list []condition, f facts) bool {
	for i := range list {
		if !list[i].holds(f) {
			return false
		}
	}
	return true
}

// holds tests one condition by the rules of "IAM JSON policy elements:
// Condition operators". An operator that the server does not know never holds:
// its statement then neither allows nor denies.
func (c *condition) holds(f facts) bool {
	value, present := f[c.key]
	if c.operator == "null" {
		return slices.Contains(c.values, "true") != present
	}
	test, negated, known := comparison(c.operator)
	if !known {
		return false
	}
	if !present {
		return c.ifExists || c.set == "forallvalues" || negated && c.set == ""
	}
	hit := slices.ContainsFunc(c.values, func(want string) bool { return test(f.expand(want), value) })
	return hit != negated
}

// comparison returns the test of an operator and whether the operator is the
// negation of the test.
func comparison(operator string) (test func(want, value string) bool, negated, known bool) {
	equal := func(want, value string) bool { return want == value }
	switch operator {
	case "stringequals":
		return equal, false, true
	case "stringnotequals":
		return equal, true, true
	case "stringequalsignorecase":
		return strings.EqualFold, false, true
	case "stringnotequalsignorecase":
		return strings.EqualFold, true, true
	case "bool":
		return strings.EqualFold, false, true
	case "stringlike":
		return glob, false, true
	case "stringnotlike":
		return glob, true, true
	case "arnlike", "arnequals":
		return arnLike, false, true
	case "arnnotlike", "arnnotequals":
		return arnLike, true, true
	}
	return nil, false, false
}

// arnLike matches ARNs part by part: a * never reaches over one of the first
// five colons.
func arnLike(pattern, arn string) bool {
	if pattern == "*" {
		return true
	}
	p, v := strings.SplitN(pattern, ":", 6), strings.SplitN(arn, ":", 6)
	if len(p) != 6 || len(v) != 6 {
		return false
	}
	for i := range p {
		if !glob(p[i], v[i]) {
			return false
		}
	}
	return true
}
