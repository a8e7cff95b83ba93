package report

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// elementKeys are the fields that tell the elements of one account apart, by list.
func elementKeys(list string) []string {
	switch list {
	case "results":
		return []string{"control"}
	case "findings":
		return []string{"control", "resource"}
	case "privileged_principals":
		return []string{"arn"}
	}
	return []string{"role", "kind", "value"}
}

// list compares two long lists side by side. Both hold the organization's elements first and
// then account by account, by id: where they part, what is left of the account is read from
// both and matched.
func (c *comparing) list(ctx context.Context, name string) error {
	given, own := &elements{from: c.reported}, &elements{from: c.derived}
	if err := expect(c.reported, json.Delim('[')); err != nil {
		return errForm(err)
	}
	if err := expect(c.derived, json.Delim('[')); err != nil {
		return err
	}
	count := ListComparison{Name: name}
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
			c.Lists = append(c.Lists, count)
			return nil
		case a != nil && b != nil && bytes.Equal(a.raw, b.raw):
			count.Same++
			given.next, own.next = nil, nil
		case a == nil || b != nil && b.account() < a.account():
			own.next = nil
			count.Different++
			c.differ(b.difference(name, "", "", b.words()))
		case b == nil || a.account() < b.account():
			given.next = nil
			count.Different++
			c.differ(a.difference(name, "", a.words(), ""))
		default:
			if err := c.account(name, given, own, &count); err != nil {
				return err
			}
		}
	}
}

// account matches what is left of an account in both lists.
func (c *comparing) account(name string, given, own *elements, count *ListComparison) error {
	id := given.next.account()
	reported, err := given.take(name, id)
	if err != nil {
		return errForm(err)
	}
	derived, err := own.take(name, id)
	if err != nil {
		return err
	}
	keys := slices.AppendSeq(slices.Collect(maps.Keys(reported)), maps.Keys(derived))
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		a, b := reported[key], derived[key]
		same := false
		switch {
		case a == nil:
			c.differ(b.difference(name, "", "", b.words()))
		case b == nil:
			c.differ(a.difference(name, "", a.words(), ""))
		default:
			same = true
			c.values("", a.value(), b.value(), func(field, reported, derived string) {
				same = false
				c.differ(b.difference(name, field, reported, derived))
			})
		}
		if same {
			count.Same++
		} else {
			count.Different++
		}
	}
	return nil
}

// elements reads a list one element ahead.
type elements struct {
	from *json.Decoder
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
	e := &element{}
	if err := l.from.Decode(&e.raw); err != nil {
		return nil, err
	}
	l.next = e
	return e, nil
}

// take reads all elements of an account by what tells them apart. Those that nothing tells
// apart are numbered.
func (l *elements) take(list, account string) (map[string]*element, error) {
	taken, times := map[string]*element{}, map[string]int{}
	for {
		e, err := l.peek()
		if err != nil {
			return nil, err
		}
		if e == nil || e.account() != account {
			return taken, nil
		}
		key := ""
		for _, field := range elementKeys(list) {
			key += e.text(field) + "\x00"
		}
		times[key]++
		taken[fmt.Sprintf("%s%d", key, times[key])] = e
		l.next = nil
	}
}

// element is one element of a list. It is understood only where that is needed.
type element struct {
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
