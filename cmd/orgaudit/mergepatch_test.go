package main

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMergePatch takes its first cases from the appendix of RFC 7386.
func TestMergePatch(t *testing.T) {
	for _, test := range []struct{ target, patch, want string }{
		{`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`},
		{`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`},
		{`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`},
		{`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`},
		{`["a","b"]`, `["c","d"]`, `["c","d"]`},
		{`{"e":null}`, `{"a":1}`, `{"e":null,"a":1}`},
		{`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`},
		// Elements of lists.
		{`[{"id":"1","a":1},{"id":"2","a":1}]`, `{"2":{"a":2}}`, `[{"id":"1","a":1},{"id":"2","a":2}]`},
		{`[{"id":"1","name":"x"},{"id":"2","name":"y"}]`, `{"y":null}`, `[{"id":"1","name":"x"}]`},
		{`[{"name":"x"}]`, `{"z":{"name":"z","b":null},"y":{"name":"y"}}`, `[{"name":"x"},{"name":"y"},{"name":"z"}]`},
		{`[{"name":"x","list":[{"name":"y"}]}]`, `{"x":{"list":{"y":{"a":1}}}}`, `[{"name":"x","list":[{"name":"y","a":1}]}]`},
	} {
		if diff := cmp.Diff(decodeJSON(t, test.want), mergePatch(decodeJSON(t, test.target), decodeJSON(t, test.patch))); diff != "" {
			t.Errorf("%s patched with %s (-want +got):\n%s", test.target, test.patch, diff)
		}
	}
}

func decodeJSON(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return value
}

// mergePatch applies a JSON merge patch (RFC 7386). It goes beyond it in one thing: where
// the patch has an object and the target a list, the object's names stand for the elements
// with that id or name, so that a case need not repeat the others.
func mergePatch(target, patch any) any {
	changes, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	if list, ok := target.([]any); ok {
		return mergeElements(list, changes)
	}
	merged, _ := target.(map[string]any)
	merged = maps.Clone(merged)
	if merged == nil {
		merged = map[string]any{}
	}
	for name, change := range changes {
		if change == nil {
			delete(merged, name)
		} else {
			merged[name] = mergePatch(merged[name], change)
		}
	}
	return merged
}

// mergeElements patches the elements of a list by id or name and appends those that are new.
func mergeElements(list []any, changes map[string]any) []any {
	list = slices.Clone(list)
	for _, key := range slices.Sorted(maps.Keys(changes)) {
		i := slices.IndexFunc(list, func(element any) bool {
			members, _ := element.(map[string]any)
			return members["id"] == key || members["name"] == key
		})
		switch {
		case i < 0 && changes[key] == nil: // nothing to remove
		case i < 0:
			list = append(list, mergePatch(nil, changes[key]))
		case changes[key] == nil:
			list = slices.Delete(list, i, i+1)
		default:
			list[i] = mergePatch(list[i], changes[key])
		}
	}
	return list
}
