package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	// maxBytes bounds one document. The largest known limit of AWS on a policy is
	// 131,072 characters.
	maxBytes = 1 << 20
	// maxDepth bounds the nesting. A document needs six levels: document, list of
	// statements, statement, condition, operator, list of values.
	maxDepth = 32
)

// errTooDeep is the answer to nesting that no policy has.
var errTooDeep = fmt.Errorf("decode JSON: nested deeper than %d levels", maxDepth)

// value is a JSON value with the members of objects in their order and with
// duplicates, which the maps and structs of encoding/json would lose.
type value struct {
	kind    kind
	text    string // of a string, number or Boolean
	list    []value
	members []member
}

type member struct {
	name  string
	value value
}

// kind is a JSON type, as named in errors.
type kind string

const (
	object  kind = "an object"
	list    kind = "a list"
	text    kind = "a string"
	number  kind = "a number"
	boolean kind = "a Boolean"
	null    kind = "null"
)

// decodeTree reads exactly one JSON value.
func decodeTree(s string) (value, error) {
	if len(s) > maxBytes {
		return value{}, fmt.Errorf("decode JSON: %d bytes are more than the limit of %d", len(s), maxBytes)
	}
	// encoding/json would replace the bad bytes without a word.
	if !utf8.ValidString(s) {
		return value{}, errors.New("decode JSON: text is not UTF-8")
	}
	// The decoder below stops at the end of the first value. This check sees the
	// whole text, so that nothing may follow.
	var raw json.RawMessage
	if err := json.Unmarshal([]byte(s), &raw); err != nil {
		return value{}, fmt.Errorf("decode JSON: %w", err)
	}
	dec := json.NewDecoder(strings.NewReader(s))
	dec.UseNumber()
	return decodeValue(dec, 1)
}

func decodeValue(dec *json.Decoder, depth int) (value, error) {
	if depth > maxDepth {
		return value{}, errTooDeep
	}
	token, err := dec.Token()
	if err != nil {
		return value{}, fmt.Errorf("decode JSON: %w", err)
	}
	switch token := token.(type) {
	case string:
		return value{kind: text, text: token}, nil
	case json.Number:
		return value{kind: number, text: token.String()}, nil
	case bool:
		return value{kind: boolean, text: fmt.Sprint(token)}, nil
	case nil:
		return value{kind: null}, nil
	case json.Delim:
		if token == '[' {
			return decodeList(dec, depth)
		}
		return decodeObject(dec, depth)
	}
	return value{}, fmt.Errorf("decode JSON: unexpected token %v", token)
}

func decodeList(dec *json.Decoder, depth int) (value, error) {
	v := value{kind: list}
	for dec.More() {
		element, err := decodeValue(dec, depth+1)
		if err != nil {
			return value{}, err
		}
		v.list = append(v.list, element)
	}
	return v, closeDelim(dec)
}

func decodeObject(dec *json.Decoder, depth int) (value, error) {
	v := value{kind: object}
	for dec.More() {
		name, err := decodeValue(dec, depth)
		if err != nil {
			return value{}, err
		}
		element, err := decodeValue(dec, depth+1)
		if err != nil {
			return value{}, err
		}
		v.members = append(v.members, member{name: name.text, value: element})
	}
	return v, closeDelim(dec)
}

// closeDelim consumes the closing bracket.
func closeDelim(dec *json.Decoder) error {
	if _, err := dec.Token(); err != nil {
		return fmt.Errorf("decode JSON: %w", err)
	}
	return nil
}

// object returns the members of an object.
//
// Two members whose names differ at most in case are an error. JSON leaves open which
// of them counts, and the AWS document "IAM policy validation check reference" calls
// keys that differ in case an error too. An audit that took either could be made to
// see another policy than AWS does.
func (v value) object() ([]member, error) {
	if v.kind != object {
		return nil, fmt.Errorf("want an object, got %s", v.kind)
	}
	seen := make(map[string]string, len(v.members))
	for _, m := range v.members {
		folded := strings.ToLower(m.name)
		first, ok := seen[folded]
		switch {
		case ok && first == m.name:
			return nil, fmt.Errorf("%s stands twice", quote(m.name))
		case ok:
			return nil, fmt.Errorf("%s and %s are the same name in another case", quote(first), quote(m.name))
		}
		seen[folded] = m.name
	}
	return v.members, nil
}

// string returns the text of a string.
func (v value) string() (string, error) {
	if v.kind != text {
		return "", fmt.Errorf("want a string, got %s", v.kind)
	}
	return v.text, nil
}

// strings returns the texts of a list of strings; one string is a list of one. The
// result is never nil without an error.
func (v value) strings() ([]string, error) {
	if v.kind == text {
		return []string{v.text}, nil
	}
	if v.kind != list {
		return nil, fmt.Errorf("want a string or a list of strings, got %s", v.kind)
	}
	texts := make([]string, 0, len(v.list))
	for i, element := range v.list {
		if element.kind != text {
			return nil, fmt.Errorf("element %d: want a string, got %s", i+1, element.kind)
		}
		texts = append(texts, element.text)
	}
	return texts, nil
}

// scalars is like strings, and takes numbers and Booleans too.
func (v value) scalars() ([]string, error) {
	if v.scalar() {
		return []string{v.text}, nil
	}
	if v.kind != list {
		return nil, fmt.Errorf("want a string, number, Boolean or a list of them, got %s", v.kind)
	}
	texts := make([]string, 0, len(v.list))
	for i, element := range v.list {
		if !element.scalar() {
			return nil, fmt.Errorf("element %d: want a string, number or Boolean, got %s", i+1, element.kind)
		}
		texts = append(texts, element.text)
	}
	return texts, nil
}

func (v value) scalar() bool {
	return v.kind == text || v.kind == number || v.kind == boolean
}
