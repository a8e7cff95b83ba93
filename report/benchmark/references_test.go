package benchmark_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"orgaudit/report/benchmark"
	"orgaudit/templates"
)

// TestEveryControlHasReferences: the shipped file knows every control, and every control
// has a counterpart somewhere.
func TestEveryControlHasReferences(t *testing.T) {
	references, err := benchmark.LoadReferences(templates.References)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range benchmark.ControlIDs() {
		r, ok := references[id]
		if !ok {
			t.Errorf("%s has no references", id)
			continue
		}
		numbers := 0
		for _, f := range r.Frameworks() {
			numbers += len(f.Numbers)
			if f.Numbers == nil {
				t.Errorf("%s says nothing about %s, not even that it asks for nothing", id, f.Name)
			}
		}
		if numbers == 0 {
			t.Errorf("%s has empty references", id)
		}
	}
}

func TestLoadReferences(t *testing.T) {
	load := func(text string) (map[string]benchmark.References, error) {
		return benchmark.LoadReferences(fstest.MapFS{"references.toml": {Data: []byte(text)}})
	}
	got, err := load("[root-mfa]\nnist = [\"IA-2(1)\", \"AC-6\"]\niso = [\"8.34\"]\nsoc2 = [\"CC6.1\", \"A1.2\"]\npci = [\"8.4.2\", \"10.2.1.2\"]\n[support-role]\npci = []\n")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]benchmark.References{
		"root-mfa":     {NIST: []string{"IA-2(1)", "AC-6"}, ISO: []string{"8.34"}, SOC2: []string{"CC6.1", "A1.2"}, PCI: []string{"8.4.2", "10.2.1.2"}},
		"support-role": {PCI: []string{}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("references (-want +got):\n%s", diff)
	}
	for text, want := range map[string]string{
		"[root-mfa]\nnist = [\"IA-2(1)\", \"IA2\"]\n": `references.toml, line 2: "IA2" is no number of NIST SP 800-53 Rev. 5`,
		"[root-mfa]\nnist = [\"XX-2\"]\n":             "NIST",
		"[root-mfa]\nnist = [\"AC-06\"]\n":            "NIST",
		"[root-mfa]\niso = [\"8.35\"]\n":              `"8.35" is no number of ISO/IEC 27001:2022`,
		"[root-mfa]\niso = [\"A.8.5\"]\n":             "ISO",
		"[root-mfa]\niso = [\"9.2.3\"]\n":             "ISO",
		"[root-mfa]\nsoc2 = [\"CC6.9\"]\n":            `"CC6.9" is no number of SOC 2`,
		"[root-mfa]\npci = [\"13.1\"]\n":              `"13.1" is no number of PCI DSS 4.0`,
		"[root-mfa]\npci = [\"8.4.2.1.1\"]\n":         "PCI",
		"[root-mfa]\npci = [\"8.4.2\", \"8.4.2\"]\n":  "references.toml, line 2: 8.4.2 stands twice",
		"[root-mfa]\n\nhipaa = [\"164.312\"]\n":       `references.toml, line 3: unknown framework "hipaa"`,
		"[root-mfa]\npci = 8.4\n":                     "references.toml: line 2",
		"[root-mfa]\n[root-mfaa]\n":                   `references.toml, line 2: unknown control "root-mfaa"; did you mean "root-mfa"?`,
		"root-mfa = \n":                               "references.toml, line 1",
	} {
		if _, err := load(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: the error is %v, want %q", text, err, want)
		}
	}
	if _, err := benchmark.LoadReferences(fstest.MapFS{}); err == nil {
		t.Error("a file that is not there is no error")
	}
}

// FuzzLoadReferences: whatever loads names controls that exist.
func FuzzLoadReferences(f *testing.F) {
	text, err := fs.ReadFile(templates.References, "references.toml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add("[root-mfa]\nhipaa = [\"1\"]\n")
	f.Add("root-mfa = { nist = [\"AC-6\"], x.y = 1 }\n")
	f.Fuzz(func(t *testing.T, text string) {
		references, err := benchmark.LoadReferences(fstest.MapFS{"references.toml": {Data: []byte(text)}})
		for id := range references {
			if err == nil && benchmark.ControlByID(id) == nil {
				t.Fatalf("%q is no control", id)
			}
		}
	})
}
