package awsfake

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// policy is a policy document in a form that can be matched quickly. The rules
// are those of "IAM JSON policy element reference" in the IAM user guide.
type policy struct {
	statements []statement
}

type statement struct {
	allow        bool
	action       globs // lower case, because actions compare without case
	resource     globs
	principal    principals
	notPrincipal bool // principal lists who is left out
	conditions   []condition
}

// globs is an element such as Action or, when except is set, NotAction. An
// element that the statement does not have matches everything.
type globs struct {
	present bool
	except  bool
	list    []string
}

// parsePolicy reads a policy document. It refuses a document that AWS would
// not store: one without statements, without an effect or with both forms of an
// element.
func parsePolicy(document []byte) (*policy, error) {
	var raw struct {
		Statement json.RawMessage
	}
	if err := json.Unmarshal(document, &raw); err != nil {
		return nil, fmt.Errorf("read policy document: %w", err)
	}
	list, err := oneOrMany[rawStatement](raw.Statement)
	if err != nil {
		return nil, fmt.Errorf("read policy statements: %w", err)
	}
	if len(list) == 0 {
		return nil, errors.New("policy document has no statement")
	}
	p := &policy{statements: make([]statement, 0, len(list))}
	for i, r := range list {
		s, err := r.compile()
		if err != nil {
			return nil, fmt.Errorf("read statement %d: %w", i, err)
		}
		p.statements = append(p.statements, s)
	}
	return p, nil
}

// rawStatement is a statement as it is written.
type rawStatement struct {
	Effect       string
	Action       stringList
	NotAction    stringList
	Resource     stringList
	NotResource  stringList
	Principal    json.RawMessage
	NotPrincipal json.RawMessage
	Condition    map[string]map[string]stringList
}

func (r rawStatement) compile() (statement, error) {
	s := statement{allow: r.Effect == "Allow"}
	if !s.allow && r.Effect != "Deny" {
		return s, fmt.Errorf("effect %q is neither Allow nor Deny", r.Effect)
	}
	var err error
	if s.action, err = oneForm("Action", r.Action, r.NotAction); err != nil {
		return s, err
	}
	if !s.action.present {
		return s, errors.New("statement has neither Action nor NotAction")
	}
	for i, a := range s.action.list {
		s.action.list[i] = strings.ToLower(a)
	}
	if s.resource, err = oneForm("Resource", r.Resource, r.NotResource); err != nil {
		return s, err
	}
	if len(r.NotPrincipal) > 0 {
		if len(r.Principal) > 0 {
			return s, errors.New("statement has both Principal and NotPrincipal")
		}
		s.notPrincipal, r.Principal = true, r.NotPrincipal
	}
	if s.principal, err = parsePrincipals(r.Principal); err != nil {
		return s, err
	}
	s.conditions = parseConditions(r.Condition)
	return s, nil
}

func oneForm(name string, positive, negative stringList) (globs, error) {
	switch {
	case positive != nil && negative != nil:
		return globs{}, fmt.Errorf("statement has both %s and Not%s", name, name)
	case positive != nil:
		return globs{present: true, list: slices.Clone(positive)}, nil
	case negative != nil:
		return globs{present: true, except: true, list: slices.Clone(negative)}, nil
	}
	return globs{}, nil
}

// match tells whether the element covers a value. Variables in its values, such
// as ${aws:username}, are filled in from the facts of the request.
func (g globs) match(value string, f facts) bool {
	if !g.present {
		return true
	}
	hit := slices.ContainsFunc(g.list, func(pattern string) bool { return glob(f.expand(pattern), value) })
	return hit != g.except
}

// applies tells whether a statement is about a request, whoever makes it.
func (s *statement) applies(action, resource string, f facts) bool {
	return s.action.match(action, f) && s.resource.match(resource, f) && satisfied(s.conditions, f)
}

// decide evaluates a document alone: whether a statement denies the request, and
// whether one allows it. The action must be in lower case.
func (p *policy) decide(action, resource string, f facts) (allowed, denied bool) {
	for i := range p.statements {
		s := &p.statements[i]
		if s.allow && allowed || !s.applies(action, resource, f) {
			continue
		}
		if !s.allow {
			return false, true
		}
		allowed = true
	}
	return allowed, false
}

// administrator tells whether the document allows everything on everything
// without a condition.
func (p *policy) administrator() bool {
	return slices.ContainsFunc(p.statements, func(s statement) bool {
		return s.allow && len(s.conditions) == 0 &&
			!s.action.except && slices.Contains(s.action.list, "*") &&
			!s.resource.except && slices.Contains(s.resource.list, "*")
	})
}

// stringList is a JSON value that may be one string or a list of them. Condition
// values may also be numbers and booleans.
type stringList []string

// UnmarshalJSON implements [json.Unmarshaler].
func (l *stringList) UnmarshalJSON(b []byte) error {
	values, err := oneOrMany[any](b)
	if err != nil {
		return err
	}
	*l = make(stringList, 0, len(values))
	for _, v := range values {
		switch v := v.(type) {
		case string, bool, float64:
			*l = append(*l, fmt.Sprint(v))
		default:
			return fmt.Errorf("value %v is neither a string, a number nor a boolean", v)
		}
	}
	return nil
}

func oneOrMany[T any](b []byte) ([]T, error) {
	if len(b) == 0 {
		return nil, nil
	}
	if b[0] == '[' {
		var many []T
		err := json.Unmarshal(b, &many)
		return many, err
	}
	one := make([]T, 1)
	err := json.Unmarshal(b, &one[0])
	return one, err
}

// glob matches a value against a pattern with * and ?.
func glob(pattern, value string) bool {
	// star and mark remember the last * and where its match began, so that the
	// match can be made longer when the rest of the pattern fails.
	p, v, star, mark := 0, 0, -1, 0
	for v < len(value) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, v
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == value[v]):
			p++
			v++
		case star >= 0:
			mark++
			p, v = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
