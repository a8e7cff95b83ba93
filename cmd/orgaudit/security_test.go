package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestSecurityPromisesAreKept: every promise of SECURITY.md names tests, and they exist.
func TestSecurityPromisesAreKept(t *testing.T) {
	text, err := os.ReadFile("../../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	function := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	err = filepath.WalkDir("../..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		source, err := os.ReadFile(name)
		for _, m := range function.FindAllStringSubmatch(string(source), -1) {
			known[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	promises := regexp.MustCompile(`(?m)^\| (\*\*.*) \| (.*) \|$`).FindAllStringSubmatch(string(text), -1)
	if len(promises) < 10 {
		t.Fatalf("SECURITY.md makes %d promises; the test does not find them", len(promises))
	}
	for _, promise := range promises {
		tests := regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllStringSubmatch(promise[2], -1)
		if len(tests) == 0 {
			t.Errorf("nothing keeps the promise %q", promise[1])
		}
		for _, m := range tests {
			if !known[m[1]] {
				t.Errorf("there is no %s, which keeps the promise %q", m[1], promise[1])
			}
		}
	}
}
