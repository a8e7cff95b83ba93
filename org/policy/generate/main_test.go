package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"strings"
	"testing"

	"orgaudit/org/policy"
)

// packed is an archive of a package with this description and these actions by service.
func packed(t *testing.T, about string, services map[string]string) []byte {
	t.Helper()
	files := map[string]string{"package/package.json": about, "package/data/services.json": "ignored"}
	for service, actions := range services {
		files["package/data/actions/"+service+".json"] = actions
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for name, content := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const about = `{"version": "` + version + `", "updatedAt": "2026-01-31T23:59:59.9Z"}`

func TestCatalogue(t *testing.T) {
	p, err := read(packed(t, about, map[string]string{
		"b-c": `{"puty": {"name": "PutY", "accessLevel": "Permissions management, Write", "resourceTypes": [{"name": "y"}]},
			"a": {"name": "A", "accessLevel": "Tagging, Write", "resourceTypes": []},
			"w": {"name": "W", "accessLevel": "Write"}}`,
		"a":     `{"listx": {"name": "ListX", "accessLevel": "List"}, "getx": {"name": "getX", "accessLevel": "Read"}}`,
		"empty": `{}`,
	}))
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.catalogue()
	if err != nil {
		t.Fatal(err)
	}
	want := "orgaudit action catalogue\ndate 2026-01-31\npackage " + source + " " + version + "\nservices 2\nactions 5\n" +
		"\na\nR- getX\nL- ListX\n\nb-c\nT- A\nP+ PutY\nW- W\n"
	if got != want {
		t.Errorf("the catalogue is\n%s\nwant\n%s", got, want)
	}
}

func TestPackageIsNotUnderstood(t *testing.T) {
	for _, test := range []struct{ name, about, service, actions string }{
		{"another version", `{"version": "0.0.1", "updatedAt": "2026-01-31T00:00:00Z"}`, "a", `{"x": {"name": "X", "accessLevel": "List"}}`},
		{"no date", `{"version": "` + version + `"}`, "a", `{"x": {"name": "X", "accessLevel": "List"}}`},
		{"a new access level", about, "a", `{"x": {"name": "X", "accessLevel": "Delete"}}`},
		{"two names", about, "a", `{"x": {"name": "Y", "accessLevel": "List"}}`},
		{"a hostile name", about, "a", `{"x\n": {"name": "X\n", "accessLevel": "List"}}`},
		{"a hostile service", about, "a b", `{"x": {"name": "X", "accessLevel": "List"}}`},
		{"no JSON", about, "a", `{`},
	} {
		p, err := read(packed(t, test.about, map[string]string{test.service: test.actions}))
		if err == nil {
			_, err = p.catalogue()
		}
		if err == nil {
			t.Errorf("%s: no error", test.name)
		}
	}
}

// TestCatalogueIsOfThisVersion: who changes the version also makes the file, and NOTICE names
// where it comes from.
func TestCatalogueIsOfThisVersion(t *testing.T) {
	if _, got := policy.CatalogueVersion(); got != source+" "+version {
		t.Errorf("the catalogue was made from %s: run go generate ./org/policy", got)
	}
	notice, err := os.ReadFile("../../../NOTICE")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(notice), "npm package "+source) {
		t.Errorf("NOTICE does not name %s", source)
	}
}
