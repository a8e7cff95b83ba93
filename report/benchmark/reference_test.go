package benchmark_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"orgaudit/collect"
)

// resolve follows a JSON pointer (RFC 6901) through a document.
func resolve(document any, pointer string) (any, error) {
	if pointer == "" {
		return document, nil
	}
	rest, ok := strings.CutPrefix(pointer, "/")
	if !ok {
		return nil, fmt.Errorf("pointer %q does not begin with a slash", pointer)
	}
	for token := range strings.SplitSeq(rest, "/") {
		token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		switch value := document.(type) {
		case map[string]any:
			member, ok := value[token]
			if !ok {
				return nil, fmt.Errorf("pointer %q: no member %q", pointer, token)
			}
			document = member
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(value) || strconv.Itoa(i) != token {
				return nil, fmt.Errorf("pointer %q: %q is no place in a list of %d", pointer, token, len(value))
			}
			document = value[i]
		default:
			return nil, fmt.Errorf("pointer %q: %q goes into a %T", pointer, token, document)
		}
	}
	return document, nil
}

func TestResolve(t *testing.T) {
	var document any
	if err := json.Unmarshal([]byte(`{"a":[10,{"b/c":1,"d~e":2}],"":3,"n":null}`), &document); err != nil {
		t.Fatal(err)
	}
	for pointer, want := range map[string]string{
		"/a/0": "10", "/a/1/b~1c": "1", "/a/1/d~0e": "2", "/": "3", "/n": "null",
	} {
		got, err := resolve(document, pointer)
		text, _ := json.Marshal(got)
		if err != nil || string(text) != want {
			t.Errorf("%s is %s (%v), want %s", pointer, text, err, want)
		}
	}
	for _, pointer := range []string{"a", "/b", "/a/2", "/a/-", "/a/00", "/a/x", "/a/-1", "/a/0/x", "/n/x"} {
		if got, err := resolve(document, pointer); err == nil {
			t.Errorf("%s is %v, want an error", pointer, got)
		}
	}
}

// files are the files of the evidence folder as a reader of the report finds them.
func (w *world) files(t testing.TB) map[string]any {
	t.Helper()
	files := map[string]any{collect.OrganizationFile: w.org, collect.AnalyzersFile: w.analyzers}
	if w.evidence != nil {
		files[collect.AccountFile(w.account)] = w.evidence
	}
	for _, p := range w.managed {
		files["managed-policies/"+p.Name+".json"] = p
	}
	for name, value := range files {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		var plain any
		if err := json.Unmarshal(text, &plain); err != nil {
			t.Fatal(err)
		}
		files[name] = plain
	}
	return files
}
