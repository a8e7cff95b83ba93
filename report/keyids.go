package report

import (
	"bytes"
	"context"
	"reflect"
	"slices"
	"strings"
	"time"
)

// keyPrefixes begin the ids of credentials: access keys, temporary ones, bearer tokens of
// services, and credentials of one service ("IAM identifiers", IAM User Guide).
var keyPrefixes = [...]string{"AKIA", "ASIA", "ABIA", "ACCA"}

// keyTail is how many characters an access key id has after its prefix, at least.
const keyTail = 16

// shortenKeyIDs shows of every access key id in a text the first and the last four characters
// alone. What is shortened already stays as it is.
func shortenKeyIDs(text string) string {
	if !holdsKeyPrefix(text) {
		return text
	}
	var short strings.Builder
	done := 0
	for at := 0; at+4+keyTail <= len(text); {
		if !slices.Contains(keyPrefixes[:], text[at:at+4]) {
			at++
			continue
		}
		end := at + 4
		for end < len(text) && ('A' <= text[end] && text[end] <= 'Z' || '0' <= text[end] && text[end] <= '9') {
			end++
		}
		if end-at < 4+keyTail {
			at++
			continue
		}
		short.WriteString(text[done:at+4] + "…" + text[end-4:end])
		at, done = end, end
	}
	if done == 0 {
		return text
	}
	return short.String() + text[done:]
}

// holdsKeyPrefix is the quick no of nearly every text. The rare ends of the prefixes are
// looked for first, since a policy is full of words that begin with A.
func holdsKeyPrefix(text string) bool {
	if len(text) < 4+keyTail || !strings.Contains(text, "IA") && !strings.Contains(text, "CCA") {
		return false
	}
	return slices.ContainsFunc(keyPrefixes[:], func(prefix string) bool { return strings.Contains(text, prefix) })
}

// holdsKeyIDs tells whether an access key id stands in any text of a value.
func holdsKeyIDs(v any) bool {
	_, changed := shortenedValue(reflect.ValueOf(v))
	return changed
}

// shortened is a value with every access key id in its texts shortened. The value itself
// stays as it is, and what holds none is shared with it.
func shortened[T any](v T) T {
	if changed, ok := shortenedValue(reflect.ValueOf(&v).Elem()); ok {
		return changed.Interface().(T)
	}
	return v
}

// shortenedValue returns the changed copy of a value, or false where there is nothing to
// change. It reaches exported fields alone: plain data has no others.
func shortenedValue(v reflect.Value) (reflect.Value, bool) {
	switch v.Kind() {
	case reflect.String:
		text := v.String()
		short := shortenKeyIDs(text)
		if len(short) == len(text) { // a shortened text is shorter
			return v, false
		}
		changed := reflect.New(v.Type()).Elem()
		changed.SetString(short)
		return changed, true
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return v, false
		}
		below, ok := shortenedValue(v.Elem())
		if !ok {
			return v, false
		}
		changed := reflect.New(v.Type()).Elem()
		if v.Kind() == reflect.Pointer {
			changed.Set(reflect.New(v.Type().Elem()))
			changed.Elem().Set(below)
		} else {
			changed.Set(below)
		}
		return changed, true
	case reflect.Struct:
		return shortenedStruct(v)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			text := v.Bytes()
			if !bytes.Contains(text, []byte("IA")) && !bytes.Contains(text, []byte("CCA")) {
				return v, false
			}
			short := shortenKeyIDs(string(text))
			return reflect.ValueOf([]byte(short)).Convert(v.Type()), len(short) != len(text)
		}
		return shortenedList(v)
	case reflect.Map:
		return shortenedMap(v)
	}
	return v, false
}

func shortenedStruct(v reflect.Value) (reflect.Value, bool) {
	t := v.Type()
	if t == reflect.TypeFor[time.Time]() {
		return v, false
	}
	var changed reflect.Value
	for i := range v.NumField() {
		if !t.Field(i).IsExported() {
			continue
		}
		below, ok := shortenedValue(v.Field(i))
		if !ok {
			continue
		}
		if !changed.IsValid() {
			changed = reflect.New(t).Elem()
			changed.Set(v)
		}
		changed.Field(i).Set(below)
	}
	return changed, changed.IsValid()
}

func shortenedList(v reflect.Value) (reflect.Value, bool) {
	var changed reflect.Value
	for i := range v.Len() {
		below, ok := shortenedValue(v.Index(i))
		if !ok {
			continue
		}
		if !changed.IsValid() {
			changed = reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(changed, v)
		}
		changed.Index(i).Set(below)
	}
	return changed, changed.IsValid()
}

// shortenedMap goes by the order of the keys, so that two keys that are the same when they
// are shortened always leave the same one.
func shortenedMap(v reflect.Value) (reflect.Value, bool) {
	found := false
	changed := reflect.MakeMapWithSize(v.Type(), v.Len())
	keys := v.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	for _, key := range keys {
		name, a := shortenedValue(key)
		if !a {
			name = key
		}
		value, b := shortenedValue(v.MapIndex(key))
		if !b {
			value = v.MapIndex(key)
		}
		found = found || a || b
		changed.SetMapIndex(name, value)
	}
	return changed, found
}

// Ids are shortened after everything was judged by the whole texts, and before any format
// sees a row.

// sharedKeyIDs tells whether an id stands in what all accounts share.
func (b *builder) sharedKeyIDs() bool {
	return holdsKeyIDs(b.org) || holdsKeyIDs(b.subject.Analyzers) || holdsKeyIDs(b.subject.Managed) ||
		holdsKeyIDs(b.Exceptions) || holdsKeyIDs(b.Parameters)
}

// shortRows are the rows of an account as formats see them. What was judged comes from the
// account's evidence and from what all accounts share: without an id there, there is none.
func (b *builder) shortRows(r *Report, a *Account) (*AccountRows, error) {
	rows, err := b.rowsSince(r, a)
	if err != nil || b.Rendering.FullKeyIDs {
		return rows, err
	}
	rows.Changes = shortened(rows.Changes) // they come from earlier evidence, too
	if !b.sharedIDs && !holdsKeyIDs(rows.Evidence) {
		return rows, nil
	}
	rows.Account = nil // the report's own, of which there is no copy
	*rows = shortened(*rows)
	rows.Account = a
	return rows, nil
}

// shortenReport shortens the ids in what does not come account by account.
func (b *builder) shortenReport(r *Report) {
	if b.Rendering.FullKeyIDs {
		return
	}
	r.Organization, r.Evidence, r.Register = shortened(r.Organization), shortened(r.Evidence), shortened(r.Register)
	r.Units, r.Accounts, r.Worst = shortened(r.Units), shortened(r.Accounts), shortened(r.Worst)
	r.OrganizationResults = shortened(r.OrganizationResults)
	r.Attachments, r.OrganizationAnalyzers = shortened(r.Attachments), shortened(r.OrganizationAnalyzers)
	r.TrustMatrix, r.OutsideAccess = shortened(r.TrustMatrix), shortened(r.OutsideAccess)
	r.Gaps, r.Parameters, r.Exceptions = shortened(r.Gaps), shortened(r.Parameters), shortened(r.Exceptions)
	if r.Changes != nil {
		changes := shortened(*r.Changes)
		if gone := changes.EachGone; gone != nil {
			changes.EachGone = func(ctx context.Context, f func(*Change) error) error {
				return gone(ctx, func(c *Change) error {
					short := shortened(*c)
					return f(&short)
				})
			}
		}
		r.Changes = &changes
	}
}
