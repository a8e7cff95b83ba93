package report

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// elementKeys are the fields that tell the elements of one account apart, by list.
func elementKeys(list string) []string {
	switch list {
	case "results":
		return []string{"control"}
	case findingsList:
		return []string{"control", "resource"}
	case "privileged_principals":
		return []string{"arn"}
	case changesList:
		return []string{"id"}
	}
	return []string{"role", "kind", "value"}
}

// skipList reads over a list that cannot be compared, and says so where it holds anything.
func (c *comparing) skipList(name string) error {
	given, own := &elements{from: c.reported}, &elements{from: c.derived, own: true}
	if err := expect(c.reported, json.Delim('[')); err != nil {
		return errForm(err)
	}
	if err := expect(c.derived, json.Delim('[')); err != nil {
		return err
	}
	for held := false; ; held = true {
		e, err := given.peek()
		if err != nil {
			return errForm(err)
		}
		if e == nil {
			if held {
				c.passOver(name)
			}
			break
		}
		given.next = nil
	}
	// This report knows no earlier audit, so that its list is empty.
	_, err := own.peek()
	return err
}

// list compares two long lists side by side. Both hold the organization's elements first and
// then account by account, by id. Where they part, what is left of the account is matched by
// what names it, and what nothing matches waits for the end of the list.
func (c *comparing) list(ctx context.Context, name string) error {
	given, own := &elements{from: c.reported}, &elements{from: c.derived, own: true}
	if err := expect(c.reported, json.Delim('[')); err != nil {
		return errForm(err)
	}
	if err := expect(c.derived, json.Delim('[')); err != nil {
		return err
	}
	c.in = name
	defer func() { c.in = "" }()
	m := &matching{comparing: c, count: ListComparison{Name: name}, given: map[string][]*element{}, own: map[string][]*element{}}
	for {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		a, err := given.peek()
		if err != nil {
			return errForm(err)
		}
		b, err := own.peek()
		if err != nil {
			return err
		}
		switch {
		case a == nil && b == nil:
			m.end()
			c.Lists = append(c.Lists, m.count)
			return nil
		case a != nil && b != nil && bytes.Equal(a.raw, b.raw):
			m.count.Same++
			given.next, own.next = nil, nil
		default:
			// In the same account both go on, and elsewhere the one that is behind.
			byAccount := 0
			if a != nil && b != nil {
				byAccount = strings.Compare(a.account(), b.account())
			}
			if a != nil && byAccount <= 0 {
				given.next = nil
				m.match(a)
			}
			if b != nil && byAccount >= 0 {
				own.next = nil
				m.match(b)
			}
		}
	}
}

// mostWaiting bounds the elements that wait for their match. A file in which more are out of
// place is none of ours.
const mostWaiting = 200_000

// matching matches the elements of two lists where these part.
type matching struct {
	*comparing
	count ListComparison
	// given and own are the elements that wait for their match, by what names them.
	given, own map[string][]*element
	waiting    int
}

// match compares an element with the one that waits for it, or lets it wait.
func (m *matching) match(e *element) {
	among, others := m.given, m.own
	if e.own {
		among, others = m.own, m.given
	}
	key := e.key(m.count.Name)
	partners := others[key]
	if len(partners) == 0 {
		if m.waiting == mostWaiting {
			m.end()
		}
		m.waiting++
		among[key] = append(among[key], e)
		return
	}
	if others[key] = partners[1:]; len(partners) == 1 {
		delete(others, key)
	}
	m.waiting--
	given, own := e, partners[0]
	if e.own {
		given, own = own, given
	}
	same := true
	m.values("", given.value(), own.value(), func(field, reported, derived string) {
		same = false
		m.differ(own.difference(m.count.Name, field, reported, derived))
	})
	if same {
		m.count.Same++
	} else {
		m.count.Different++
	}
}

// end tells what has no match.
func (m *matching) end() {
	for _, key := range slices.Sorted(maps.Keys(m.own)) {
		for _, e := range m.own[key] {
			m.count.Different++
			m.differ(e.difference(m.count.Name, "", "", e.words()))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(m.given)) {
		for _, e := range m.given[key] {
			m.count.Different++
			m.differ(e.difference(m.count.Name, "", e.words(), ""))
		}
	}
	clear(m.own)
	clear(m.given)
	m.waiting = 0
}

// elements reads a list one element ahead.
type elements struct {
	from *json.Decoder
	own  bool // the list is the report's, not that of the file
	next *element
	done bool
}

// peek returns the next element, which stays the next one, or nil at the end of the list.
func (l *elements) peek() (*element, error) {
	if l.next != nil || l.done {
		return l.next, nil
	}
	if !l.from.More() {
		l.done = true
		return nil, expect(l.from, json.Delim(']'))
	}
	e := &element{own: l.own}
	if err := l.from.Decode(&e.raw); err != nil {
		return nil, err
	}
	l.next = e
	return e, nil
}

// element is one element of a list. It is understood only where that is needed.
type element struct {
	own    bool // it follows from the evidence
	raw    json.RawMessage
	fields map[string]any
	parsed bool
}

func (e *element) value() any {
	if !e.parsed {
		e.parsed = true
		value, _ := jsonValue(e.raw) // the decoder has read it as JSON
		e.fields, _ = value.(map[string]any)
	}
	if e.fields == nil {
		return string(e.raw)
	}
	return e.fields
}

// text is a field with access key ids shortened, since they may be long in one of two files.
func (e *element) text(field string) string {
	e.value()
	text, _ := e.fields[field].(string)
	return shortenKeyIDs(text)
}

func (e *element) account() string { return e.text("account") }

// key is what names an element in its list. Several may have the same one.
func (e *element) key(list string) string {
	key := e.account()
	for _, field := range elementKeys(list) {
		key += "\x00" + e.text(field)
	}
	return key
}

// words say what an element is that stands on one side alone.
func (e *element) words() string {
	for _, field := range []string{"verdict", "status", "why", "origin"} {
		if text := e.text(field); text != "" {
			return field + " " + text
		}
	}
	return "an element"
}

func (e *element) difference(list, field, reported, derived string) Difference {
	d := Difference{Part: list, Control: e.text("control"), Account: e.account(), Field: field, Reported: reported, Derived: derived}
	for _, key := range elementKeys(list) {
		if key != "control" && e.text(key) != "" {
			d.Item = strings.TrimSpace(d.Item + " " + e.text(key))
		}
	}
	return d
}
