package policy

import "strings"

// Truth says whether the condition holds in the requests that the facts describe. It is
// Depends where they do not say, and also where AWS's documents do not say what the
// condition means: for an operator that they do not have and for values that are none of
// the operator's.
//
// See the AWS documents "IAM JSON policy elements: Condition operators", "Conditions with
// multiple context keys or values" and "Single-valued vs. multivalued context keys".
func (c *Condition) Truth(f *Facts) Truth {
	op := operatorOf(c.Operator)
	if op.comparison == notUnderstood {
		return Depends
	}
	fact, ok := f.Lookup(c.Key)
	if !ok || len(fact) == 0 {
		if t, ok := c.asTimePasses(&op, f); ok {
			return t
		}
		return c.ofUnknown(&op, f)
	}
	all := c.in(&op, fact[0], f)
	for _, values := range fact[1:] {
		if all == Depends || c.in(&op, values, f) != all {
			return Depends
		}
	}
	return all
}

// Holds says whether all conditions hold; without any, it is True.
func Holds(conditions []Condition, f *Facts) Truth {
	all := True
	for i := range conditions {
		if all = min(all, conditions[i].Truth(f)); all == False {
			break
		}
	}
	return all
}

// Base takes the operator apart: its name in lower case without a set operator before it
// and IfExists behind it, whether IfExists is there, and the set operator in lower case,
// "forallvalues" or "foranyvalue", or nothing.
func (c *Condition) Base() (operator string, ifExists bool, set string) {
	op := operatorOf(c.Operator)
	return op.base, op.ifExists, op.set
}

// Positive reports whether the operator asks that the key matches a value. It is false for
// negated operators, for Null, and for operators that AWS does not have.
func (c *Condition) Positive() bool {
	op := operatorOf(c.Operator)
	return op.comparison != notUnderstood && op.comparison != nullCheck && !op.negated
}

// in says whether the condition holds in a request in which the key has these values. A key
// without values is a key that is not there.
func (c *Condition) in(op *operator, values []string, f *Facts) Truth {
	if op.comparison == nullCheck {
		return c.null(len(values) == 0, emptySet(values))
	}
	if len(values) == 0 {
		return op.absent()
	}
	switch op.set {
	case forAllValues:
		all := True
		for _, v := range values {
			all = min(all, c.one(op, v, f))
		}
		if all != True && emptySet(values) {
			return Depends
		}
		return all
	case forAnyValue:
		some := False
		for _, v := range values {
			some = max(some, c.one(op, v, f))
		}
		if some != False && emptySet(values) {
			return Depends
		}
		return some
	}
	// Without a set operator a request with several values is not documented. Where all of
	// them come to the same, any reading does.
	all := c.one(op, values[0], f)
	for _, v := range values[1:] {
		if c.one(op, v, f) != all {
			return Depends
		}
	}
	return all
}

// emptySet reports whether the key has values and all of them are empty. To the set
// operators and to Null that is "a null data set", elsewhere an empty string is a value.
// No document says where the one ends, so only what both come to is decided.
func emptySet(values []string) bool {
	for _, v := range values {
		if v != "" {
			return false
		}
	}
	return len(values) > 0
}

// one says whether the condition holds for one value of the request: several values of the
// policy are alternatives, which a negated operator rules out all together.
func (c *Condition) one(op *operator, got string, f *Facts) Truth {
	if !op.negated {
		return c.matches(op, got, f)
	}
	// The AWS document "IAM policy validation check reference" says that a condition without
	// values matches nothing. It does not say whether that goes for negated ones.
	if len(c.Values) == 0 {
		return Depends
	}
	return c.matches(op, got, f).Not()
}

func (c *Condition) matches(op *operator, got string, f *Facts) Truth {
	some := False
	for _, want := range c.Values {
		if some = max(some, c.compare(op, want, got, f)); some == True {
			break
		}
	}
	return some
}

// compare says whether a value of the request matches one of the policy, regardless of
// negation.
func (c *Condition) compare(op *operator, want, got string, f *Facts) Truth {
	if c.hasVariable(op, want) {
		return compareExpanded(op, want, got, f)
	}
	switch op.comparison {
	case stringEquals:
		return truth(want == got)
	case stringEqualsIgnoreCase:
		return equalFold(want, got)
	case stringLike:
		return truth(Match(want, got))
	case numeric:
		return compareNumbers(op.relation, want, got)
	case date:
		return compareDates(op.relation, want, got)
	case boolEquals:
		return compareBools(want, got)
	case binaryEquals:
		return compareBinary(want, got)
	case ipAddress:
		return compareAddresses(want, got)
	case arnLike:
		return matchARN(want, got)
	}
	return Depends
}

func truth(b bool) Truth {
	if b {
		return True
	}
	return False
}

// null decides the Null operator, whose values say whether the key is absent.
func (c *Condition) null(absent, unclear bool) Truth {
	if unclear {
		if t := c.null(true, false); t == c.null(false, false) {
			return t
		}
		return Depends
	}
	if len(c.Values) == 0 {
		return Depends
	}
	some := False
	for _, want := range c.Values {
		switch want {
		case "true":
			some = max(some, truth(absent))
		case "false":
			some = max(some, truth(!absent))
		default:
			some = max(some, Depends)
		}
	}
	return some
}

// ofUnknown decides what holds whatever the key is: absent, or with any values.
func (c *Condition) ofUnknown(op *operator, f *Facts) Truth {
	if op.comparison == nullCheck {
		return c.null(false, true)
	}
	var present Truth
	switch {
	case c.matchesAll(op):
		present = True
	case c.matchesNone(op, f) && (len(c.Values) > 0 || !op.negated):
		present = False
	default:
		return Depends
	}
	if op.negated {
		present = present.Not()
	}
	if present == op.absent() {
		return present
	}
	return Depends
}

// matchesAll reports whether a value of the policy matches every value of a request.
func (c *Condition) matchesAll(op *operator) bool {
	if op.comparison != stringLike {
		return false
	}
	for _, want := range c.Values {
		if want != "" && strings.Trim(want, "*") == "" {
			return true
		}
	}
	return false
}

// matchesNone reports whether no value of the policy can match any value of a request.
func (c *Condition) matchesNone(op *operator, f *Facts) bool {
	for _, want := range c.Values {
		if !c.hasVariable(op, want) {
			return false
		}
		if expanded, known := expand(want, f, true); !known || expanded != nothing {
			return false
		}
	}
	return true
}

// hasVariable reports whether the value is one to be expanded.
func (c *Condition) hasVariable(op *operator, want string) bool {
	return !c.Literal && op.variables() && strings.Contains(want, "${")
}
