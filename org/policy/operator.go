package policy

import "strings"

// operator is the name of a condition operator, understood.
type operator struct {
	// base is the name in lower case, without set operator and IfExists.
	base       string
	comparison comparison
	relation   relation
	negated    bool
	ifExists   bool
	set        string
}

// comparison is how an operator compares a value of the request with one of the policy.
type comparison uint8

const (
	notUnderstood comparison = iota
	stringEquals
	stringEqualsIgnoreCase
	stringLike
	numeric
	date
	boolEquals
	binaryEquals
	ipAddress
	arnLike
	nullCheck
)

// relation is the order that a numeric or date operator asks for.
type relation uint8

const (
	equal relation = iota
	less
	lessOrEqual
	greater
	greaterOrEqual
)

// holds says whether a comparison with this result, negative for less, is in the relation.
func (r relation) holds(compared int) bool {
	switch r {
	case less:
		return compared < 0
	case lessOrEqual:
		return compared <= 0
	case greater:
		return compared > 0
	case greaterOrEqual:
		return compared >= 0
	}
	return compared == 0
}

// The set operators, in lower case.
const (
	forAllValues = "forallvalues"
	forAnyValue  = "foranyvalue"
)

// operatorOf understands the name of an operator in any case. What AWS does not document,
// such as NullIfExists, is not understood.
func operatorOf(name string) operator {
	var buffer [48]byte
	lowered := appendLower(buffer[:0], name)

	var set string
	switch {
	case hasPrefix(lowered, forAllValues+":"):
		set = forAllValues
	case hasPrefix(lowered, forAnyValue+":"):
		set = forAnyValue
	}
	if set != "" {
		lowered = lowered[len(set)+1:]
	}
	const suffix = "ifexists"
	ifExists := false
	if n := len(lowered) - len(suffix); n >= 0 && string(lowered[n:]) == suffix {
		lowered, ifExists = lowered[:n], true
	}

	op := baseOperator(string(lowered))
	if op.comparison == nullCheck && (ifExists || set != "") {
		op = operator{}
	}
	if op.comparison == notUnderstood {
		op.base = string(lowered)
	}
	op.set, op.ifExists = set, ifExists
	return op
}

// baseOperator knows the operators of the AWS document "IAM JSON policy elements: Condition
// operators".
func baseOperator(name string) operator {
	switch name {
	case "stringequals":
		return operator{base: "stringequals", comparison: stringEquals}
	case "stringnotequals":
		return operator{base: "stringnotequals", comparison: stringEquals, negated: true}
	case "stringequalsignorecase":
		return operator{base: "stringequalsignorecase", comparison: stringEqualsIgnoreCase}
	case "stringnotequalsignorecase":
		return operator{base: "stringnotequalsignorecase", comparison: stringEqualsIgnoreCase, negated: true}
	case "stringlike":
		return operator{base: "stringlike", comparison: stringLike}
	case "stringnotlike":
		return operator{base: "stringnotlike", comparison: stringLike, negated: true}
	case "numericequals":
		return operator{base: "numericequals", comparison: numeric}
	case "numericnotequals":
		return operator{base: "numericnotequals", comparison: numeric, negated: true}
	case "numericlessthan":
		return operator{base: "numericlessthan", comparison: numeric, relation: less}
	case "numericlessthanequals":
		return operator{base: "numericlessthanequals", comparison: numeric, relation: lessOrEqual}
	case "numericgreaterthan":
		return operator{base: "numericgreaterthan", comparison: numeric, relation: greater}
	case "numericgreaterthanequals":
		return operator{base: "numericgreaterthanequals", comparison: numeric, relation: greaterOrEqual}
	case "dateequals":
		return operator{base: "dateequals", comparison: date}
	case "datenotequals":
		return operator{base: "datenotequals", comparison: date, negated: true}
	case "datelessthan":
		return operator{base: "datelessthan", comparison: date, relation: less}
	case "datelessthanequals":
		return operator{base: "datelessthanequals", comparison: date, relation: lessOrEqual}
	case "dategreaterthan":
		return operator{base: "dategreaterthan", comparison: date, relation: greater}
	case "dategreaterthanequals":
		return operator{base: "dategreaterthanequals", comparison: date, relation: greaterOrEqual}
	case "bool":
		return operator{base: "bool", comparison: boolEquals}
	case "binaryequals":
		return operator{base: "binaryequals", comparison: binaryEquals}
	case "ipaddress":
		return operator{base: "ipaddress", comparison: ipAddress}
	case "notipaddress":
		return operator{base: "notipaddress", comparison: ipAddress, negated: true}
	case "arnequals":
		return operator{base: "arnequals", comparison: arnLike}
	case "arnlike":
		return operator{base: "arnlike", comparison: arnLike}
	case "arnnotequals":
		return operator{base: "arnnotequals", comparison: arnLike, negated: true}
	case "arnnotlike":
		return operator{base: "arnnotlike", comparison: arnLike, negated: true}
	case "null":
		return operator{base: "null", comparison: nullCheck}
	}
	return operator{}
}

// variables reports whether the values of the operator may hold policy variables. AWS's
// documents differ over Bool, so a variable there stays a value that cannot be read.
func (op *operator) variables() bool {
	switch op.comparison {
	case stringEquals, stringEqualsIgnoreCase, stringLike, arnLike:
		return true
	}
	return false
}

// absent is what the condition comes to in a request without the key, whatever its values.
//
// ForAnyValue with IfExists is left open: by the one, a missing key makes the condition
// false, by the other true, and no document says which of them goes first.
func (op *operator) absent() Truth {
	switch {
	case op.set == forAllValues:
		return True
	case op.set == forAnyValue && op.ifExists:
		return Depends
	case op.set == forAnyValue:
		return False
	case op.ifExists, op.negated:
		return True
	}
	return False
}

// appendLower appends the name in lower case, without a new string where it is ASCII.
func appendLower(b []byte, name string) []byte {
	start := len(b)
	for i := range len(name) {
		if name[i] >= 0x80 {
			return append(b[:start], strings.ToLower(name)...)
		}
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}

func hasPrefix(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix
}
