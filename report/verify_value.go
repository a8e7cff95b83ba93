package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// longestShown bounds what is told of one value, in bytes.
const longestShown = 200

// values compares two JSON values and tells every place where they part, as a path such as
// organization.raw or [111122223333].score.
func (c *comparing) values(path string, a, b any, tell func(field, reported, derived string)) {
	switch a := a.(type) {
	case map[string]any:
		if b, ok := b.(map[string]any); ok {
			keys := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
			slices.Sort(keys)
			for _, key := range slices.Compact(keys) {
				below := key
				if path != "" {
					below = path + "." + key
				}
				x, inA := a[key]
				y, inB := b[key]
				field := c.in + "." + below
				switch {
				case c.ofEarlier(field):
					if !inA || !inB || !sameScalar(x, y) {
						c.passOver(field)
					}
				case !inA:
					tell(below, "", shown(y))
				case !inB:
					tell(below, shown(x), "")
				default:
					c.values(below, x, y, tell)
				}
			}
			return
		}
	case []any:
		if b, ok := b.([]any); ok {
			c.lists(path, a, b, tell)
			return
		}
	}
	if !sameScalar(a, b) {
		tell(path, shown(a), shown(b))
	}
}

// lists compares element by element: by what names them where something does, and else by
// their places.
func (c *comparing) lists(path string, a, b []any, tell func(field, reported, derived string)) {
	for _, key := range []string{"id", "name", "control"} {
		x, fine := named(a, key)
		y, alsoFine := named(b, key)
		if fine && alsoFine && len(a)+len(b) > 0 {
			names := slices.AppendSeq(slices.Collect(maps.Keys(x)), maps.Keys(y))
			slices.Sort(names)
			for _, name := range slices.Compact(names) {
				at := path + "[" + name + "]"
				switch {
				case x[name] == nil:
					tell(at, "", shown(y[name]))
				case y[name] == nil:
					tell(at, shown(x[name]), "")
				default:
					c.values(at, x[name], y[name], tell)
				}
			}
			return
		}
	}
	for i := range max(len(a), len(b)) {
		at := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case i >= len(a):
			tell(at, "", shown(b[i]))
		case i >= len(b):
			tell(at, shown(a[i]), "")
		default:
			c.values(at, a[i], b[i], tell)
		}
	}
}

// named are the elements of a list by a field that names each of them.
func named(list []any, key string) (map[string]any, bool) {
	names := map[string]any{}
	for _, e := range list {
		fields, _ := e.(map[string]any)
		name, ok := fields[key].(string)
		if _, twice := names[name]; !ok || twice {
			return nil, false
		}
		names[name] = fields
	}
	return names, true
}

// sameScalar compares texts with access key ids shortened, since either file may have them
// long, and numbers by their values.
func sameScalar(a, b any) bool {
	switch a := a.(type) {
	case string:
		b, ok := b.(string)
		return ok && shortenKeyIDs(a) == shortenKeyIDs(b)
	case json.Number:
		b, ok := b.(json.Number)
		if !ok || a == b {
			return ok
		}
		x, xErr := strconv.ParseFloat(a.String(), 64)
		y, yErr := strconv.ParseFloat(b.String(), 64)
		return xErr == nil && yErr == nil && x == y
	case map[string]any, []any:
		return false // b is of another kind
	}
	switch b.(type) {
	case map[string]any, []any:
		return false
	}
	return a == b
}

// shown is a value as one line of JSON, cut where it is long, with access key ids shortened.
func shown(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return "(no JSON)"
	}
	line := shortenKeyIDs(string(text))
	if len(line) > longestShown {
		line = cutText(line, longestShown) + "…"
	}
	return line
}

func cutText(text string, most int) string {
	for most > 0 && text[most]&0xC0 == 0x80 { // not within a character
		most--
	}
	return text[:most]
}

func jsonValue(raw json.RawMessage) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	return v, err
}

// expect reads one token, which must be a certain delimiter.
func expect(d *json.Decoder, want json.Delim) error {
	token, err := d.Token()
	if err != nil {
		return noEnd(err)
	}
	if token != want {
		return fmt.Errorf("%v stands where %v is expected", token, want)
	}
	return nil
}

// nextKey reads the next key of an object, or its end.
func nextKey(d *json.Decoder) (key string, more bool, err error) {
	token, err := d.Token()
	if err != nil {
		return "", false, noEnd(err)
	}
	key, more = token.(string) // the decoder takes nothing but a text for a key
	return key, more, nil
}

// skipValue reads over a value without keeping it.
func skipValue(d *json.Decoder) error {
	for depth := 0; ; {
		token, err := d.Token()
		if err != nil {
			return noEnd(err)
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}
