package policy

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Parse reads one policy document: identity policy, trust policy, service control
// policy, resource control policy or permissions boundary.
//
// The text is JSON, or JSON that is percent-encoded as IAM answers it: text whose
// first character other than white space is an opening brace is taken for JSON. A plus
// sign stays a plus sign in both.
//
// Names of elements are taken in any case, values are kept as written. Where the
// grammar allows a list, one value is a list of one. These are errors: a value of the
// wrong type; the same name twice in one object, also when it differs in case; a
// statement without Effect, without Action or NotAction, or with both of a pair; an
// Effect other than Allow and Deny; more text after the document; text that is not
// UTF-8; a document of more than 1 MiB. An error in a statement begins with its place,
// counted from one, and its Sid. An empty list of statements is no error.
//
// See the AWS documents "Grammar of the IAM JSON policy language" and "IAM JSON policy
// element reference".
func Parse(text string) (*Document, error) {
	plain, err := decodePercent(text)
	if err != nil {
		return nil, err
	}
	tree, err := decodeTree(plain)
	if err != nil {
		return nil, err
	}
	return parseDocument(tree)
}

// decodePercent undoes the percent-encoding of IAM's answers and leaves JSON alone.
func decodePercent(text string) (string, error) {
	if strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{") {
		return text, nil
	}
	// Encoding makes three bytes of one at most.
	if len(text) > 3*maxBytes {
		return "", fmt.Errorf("decode percent-encoding: %d bytes are more than the limit of %d", len(text), 3*maxBytes)
	}
	// QueryUnescape would turn a plus sign into a space.
	plain, err := url.PathUnescape(text)
	if err != nil {
		return "", fmt.Errorf("decode percent-encoding: %w", err)
	}
	return plain, nil
}

func parseDocument(tree value) (*Document, error) {
	members, err := tree.object()
	if err != nil {
		return nil, fmt.Errorf("document: %w", err)
	}
	d := &Document{}
	for _, m := range members {
		var err error
		switch strings.ToLower(m.name) {
		case "version":
			d.Version, err = m.value.string()
		case "id":
			d.ID, err = m.value.string()
		case "statement":
			// Its errors name the statement, which says more than the element.
			if err := d.parseStatements(m.value); err != nil {
				return nil, err
			}
		default:
			d.Unknown = append(d.Unknown, "document: element "+quote(m.name))
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
	}
	if d.Statements == nil {
		return nil, errors.New("document: missing Statement")
	}
	slices.Sort(d.Unknown)
	if d.Version != versionWithVariables {
		d.markLiteral()
	}
	return d, nil
}

// versionWithVariables is the one version of the language in which ${ begins a policy
// variable (the AWS document "IAM JSON policy elements: Version").
const versionWithVariables = "2012-10-17"

// markLiteral notes where text looks like policy variables and is none. The version stands
// in the document alone, and statements and conditions are looked at without it.
func (d *Document) markLiteral() {
	looksVariable := func(text string) bool { return strings.Contains(text, "${") }
	for i := range d.Statements {
		s := &d.Statements[i]
		s.Literal = slices.ContainsFunc(s.Resources, looksVariable) ||
			slices.ContainsFunc(s.NotResources, looksVariable)
		for j := range s.Conditions {
			c := &s.Conditions[j]
			c.Literal = slices.ContainsFunc(c.Values, looksVariable)
		}
	}
}

func (d *Document) parseStatements(v value) error {
	all := v.list
	switch v.kind {
	case object:
		all = []value{v}
	case list:
	default:
		return fmt.Errorf("document: Statement: want an object or a list of objects, got %s", v.kind)
	}
	d.Statements = make([]Statement, 0, len(all))
	for i, element := range all {
		s, unknown, err := parseStatement(element)
		where := fmt.Sprintf("statement %d", i+1)
		if s.Sid != "" {
			where += fmt.Sprintf(" (%s)", quote(s.Sid))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", where, err)
		}
		for _, u := range unknown {
			d.Unknown = append(d.Unknown, where+": "+u)
		}
		d.Statements = append(d.Statements, s)
	}
	return nil
}

// parseStatement returns the statement, what it holds that the language does not know,
// and the first error. The statement has its Sid also beside an error.
func parseStatement(v value) (s Statement, unknown []string, err error) {
	members, err := v.object()
	// The Sid names the statement in errors, so it is wanted before the first of them.
	s.Sid = sidOf(v)
	if err != nil {
		return s, nil, err
	}
	for _, m := range members {
		var more []string
		switch strings.ToLower(m.name) {
		case "sid":
			_, err = m.value.string()
		case "effect":
			s.Effect, err = parseEffect(m.value)
		case "principal":
			s.Principals, more, err = parsePrincipals(m.value)
		case "notprincipal":
			s.NotPrincipals, more, err = parsePrincipals(m.value)
		case "action":
			s.Actions, err = m.value.strings()
		case "notaction":
			s.NotActions, err = m.value.strings()
		case "resource":
			s.Resources, err = m.value.strings()
		case "notresource":
			s.NotResources, err = m.value.strings()
		case "condition":
			s.Conditions, err = parseConditions(m.value)
		default:
			unknown = append(unknown, "element "+quote(m.name))
		}
		if err != nil {
			return s, nil, fmt.Errorf("%s: %w", m.name, err)
		}
		for _, u := range more {
			unknown = append(unknown, m.name+": "+u)
		}
	}
	return s, unknown, s.complete()
}

func sidOf(v value) string {
	for _, m := range v.members {
		if strings.ToLower(m.name) == "sid" { // as the elements are told apart in parseStatement
			return m.value.text
		}
	}
	return ""
}

// complete checks which elements are there together.
func (s *Statement) complete() error {
	switch {
	case s.Effect == "":
		return errors.New("missing Effect")
	case s.Actions == nil && s.NotActions == nil:
		return errors.New("missing Action or NotAction")
	case s.Actions != nil && s.NotActions != nil:
		return errors.New("both Action and NotAction, which exclude each other")
	case s.Resources != nil && s.NotResources != nil:
		return errors.New("both Resource and NotResource, which exclude each other")
	case s.Principals != nil && s.NotPrincipals != nil:
		return errors.New("both Principal and NotPrincipal, which exclude each other")
	}
	return nil
}

func parseEffect(v value) (Effect, error) {
	s, err := v.string()
	if err != nil {
		return "", err
	}
	switch e := Effect(s); e {
	case Allow, Deny:
		return e, nil
	}
	return "", fmt.Errorf("want Allow or Deny, got %s", quote(s))
}

func parsePrincipals(v value) (*Principals, []string, error) {
	if v.kind == text {
		if v.text != "*" {
			return nil, nil, fmt.Errorf(`want "*" or an object, got %s`, quote(v.text))
		}
		return &Principals{Everyone: true}, nil, nil
	}
	members, err := v.object()
	if err != nil {
		return nil, nil, err
	}
	p := &Principals{}
	var unknown []string
	for _, m := range members {
		var err error
		switch strings.ToLower(m.name) {
		case "aws":
			p.AWS, err = m.value.strings()
		case "service":
			p.Service, err = m.value.strings()
		case "federated":
			p.Federated, err = m.value.strings()
		case "canonicaluser":
			p.CanonicalUser, err = m.value.strings()
		default:
			unknown = append(unknown, "kind "+quote(m.name))
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return p, unknown, nil
}

func parseConditions(v value) ([]Condition, error) {
	operators, err := v.object()
	if err != nil {
		return nil, err
	}
	var conditions []Condition
	for _, operator := range operators {
		keys, err := operator.value.object()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", quote(operator.name), err)
		}
		// Nobody says what an operator without keys means, so it must not pass for "no
		// condition".
		if len(keys) == 0 {
			return nil, fmt.Errorf("%s: want at least one key", quote(operator.name))
		}
		for _, key := range keys {
			values, err := key.value.scalars()
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", quote(operator.name), quote(key.name), err)
			}
			conditions = append(conditions, Condition{Operator: operator.name, Key: key.name, Values: values})
		}
	}
	slices.SortFunc(conditions, func(a, b Condition) int {
		return cmp.Or(cmp.Compare(a.Operator, b.Operator), cmp.Compare(a.Key, b.Key))
	})
	return conditions, nil
}

// quote writes a name or value of a document for people: without control characters,
// and short, since the text is somebody else's.
func quote(s string) string {
	const most = 64
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return strconv.Quote(s)
}
