package policy

import "strings"

// An expanded element needs characters that a policy cannot write. They are bytes that are
// not UTF-8, which Parse refuses, so that no document can hold them. Match and Covers know
// them; they are not for people's eyes.
const (
	// literalStar and literalMark are a * and a ? that stand for themselves: those of a
	// variable's value, and ${*} and ${?}.
	literalStar = 0xfe
	literalMark = 0xff
	// nothing is an element that matches no value.
	nothing = "\xfd"
)

// Expand fills in the policy variables of an element, such as ${aws:username}, and the
// characters ${*}, ${?} and ${$}. The result is for [Match] and [Covers]: a * or ? in the
// value of a variable, which would be a wildcard there, stands for itself.
//
// known is false where a variable has no single known value; what is returned then has a *
// in its place, and thus matches all that the element can match and perhaps more. A variable
// whose key no request has, and which has no default, makes an element that matches nothing.
//
// Documents of another version than 2012-10-17 have no variables: where [Statement.Literal]
// is set, do not expand. See the AWS document "IAM policy elements: Variables and tags".
func Expand(element string, f *Facts) (expanded string, known bool) {
	return expand(element, f, false)
}

// expand is Expand. Where exact is set, a * or ? of the element itself is no wildcard
// either, as in StringEquals.
func expand(element string, f *Facts, exact bool) (expanded string, known bool) {
	if !strings.Contains(element, "${") {
		return element, true
	}
	var b strings.Builder
	b.Grow(len(element) + 16)
	known = true
	for rest := element; rest != ""; {
		before, after, found := strings.Cut(rest, "${")
		if exact {
			writeLiteral(&b, before)
		} else {
			b.WriteString(before)
		}
		if !found {
			break
		}
		v, n := readVariable(after)
		rest = after[n:]
		switch value, state := v.value(f); state {
		case valueKnown:
			writeLiteral(&b, value)
		case valueAbsent:
			return nothing, true
		default:
			known = false
			b.WriteByte('*')
		}
	}
	return b.String(), known
}

// variable is what stands between ${ and }.
type variable struct {
	// char is one of the characters that stand for themselves.
	char string
	key  string
	// fallback is the default, if there is one.
	fallback    string
	hasFallback bool
}

// readVariable reads a variable from the text after ${ and says how long it is with its
// closing brace. One that is not of AWS's form has neither char nor key.
func readVariable(after string) (v variable, length int) {
	end := strings.IndexByte(after, '}')
	if end < 0 {
		return variable{}, len(after)
	}
	switch inside := after[:end]; inside {
	case "*", "?", "$":
		return variable{char: inside}, end + 1
	}
	if comma := strings.IndexByte(after[:end], ','); comma >= 0 {
		// The brace may stand in the default, so look for the quotes first.
		quoted := strings.TrimLeft(after[comma+1:], " ")
		if strings.HasPrefix(quoted, "'") {
			fallback, tail, ok := strings.Cut(quoted[1:], "'")
			if brace := strings.TrimLeft(tail, " "); ok && strings.HasPrefix(brace, "}") {
				length = len(after) - len(brace) + 1
				if !plainKey(after[:comma]) {
					return variable{}, length
				}
				return variable{key: after[:comma], fallback: fallback, hasFallback: true}, length
			}
		}
		return variable{}, end + 1
	}
	if !plainKey(after[:end]) {
		return variable{}, end + 1
	}
	return variable{key: after[:end]}, end + 1
}

// plainKey reports whether the text can be the name of a condition key, which may end in
// that of a tag.
func plainKey(key string) bool {
	return key != "" && key == strings.TrimSpace(key) && !strings.ContainsAny(key, "${'*?")
}

type valueState uint8

const (
	valueUnknown valueState = iota
	valueKnown
	valueAbsent
)

// value is the one value that the variable has in all requests, if there is one. A value
// that is empty is none, or an empty one: no document says, so it is unknown. So is a key
// with several values, which AWS does not take as a variable, and a default with wildcards,
// of which nobody says whether they are any.
func (v *variable) value(f *Facts) (string, valueState) {
	if v.char != "" {
		return v.char, valueKnown
	}
	if v.key == "" {
		return "", valueUnknown
	}
	fact, ok := f.Lookup(v.key)
	if !ok || len(fact) == 0 || strings.EqualFold(v.key, "aws:PrincipalOrgPaths") { // which has several values, however few are known
		return "", valueUnknown
	}
	for _, values := range fact {
		if len(values) != len(fact[0]) || len(values) > 1 {
			return "", valueUnknown
		}
		if len(values) == 1 && (values[0] == "" || values[0] != fact[0][0]) {
			return "", valueUnknown
		}
	}
	switch {
	case len(fact[0]) == 1:
		return fact[0][0], valueKnown
	case !v.hasFallback:
		return "", valueAbsent
	case strings.ContainsAny(v.fallback, "*?$"):
		return "", valueUnknown
	}
	return v.fallback, valueKnown
}

// writeLiteral writes text whose * and ? stand for themselves.
func writeLiteral(b *strings.Builder, text string) {
	for {
		i := strings.IndexAny(text, "*?")
		if i < 0 {
			b.WriteString(text)
			return
		}
		b.WriteString(text[:i])
		if text[i] == '*' {
			b.WriteByte(literalStar)
		} else {
			b.WriteByte(literalMark)
		}
		text = text[i+1:]
	}
}

// compareExpanded is compare for a value with variables.
func compareExpanded(op *operator, want, got string, f *Facts) Truth {
	expanded, known := expand(want, f, op.comparison == stringEquals || op.comparison == stringEqualsIgnoreCase)
	// A value without a value is like none, and negated operators match it.
	if known && expanded == nothing {
		return False
	}
	var t Truth
	switch op.comparison {
	case stringEqualsIgnoreCase:
		// What a variable stands for may have letters whose case nobody agrees on.
		if !known {
			return Depends
		}
		t = truth(match(expanded, got, lower))
		if t == False && !(ascii(expanded) && ascii(got)) {
			t = Depends
		}
	case arnLike:
		// A * does not reach over the colons of an ARN, but what a variable stands for
		// may, unless it is in the last field.
		if !known && strings.Count(want[:strings.Index(want, "${")], ":") < 5 {
			return Depends
		}
		t = matchARN(expanded, got)
	default:
		t = truth(match(expanded, got, same))
	}
	if !known && t == True {
		return Depends
	}
	return t
}
