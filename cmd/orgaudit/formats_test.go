package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"orgaudit/report"
)

// TestHelpListsTheFormats: every command that writes reports says which there are.
func TestHelpListsTheFormats(t *testing.T) {
	for _, name := range []string{"run", "report", "demo"} {
		command, _, err := newRoot(streams{}, nil).Find([]string{name})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range report.Formats() {
			if !strings.Contains(command.Long, f.Name) || !strings.Contains(command.Long, f.File) || !strings.Contains(command.Long, f.Brief) {
				t.Errorf("the help of %s does not list %s (%s)", name, f.File, f.Brief)
			}
			if usage := command.Flags().Lookup("format").Usage; !strings.Contains(usage, f.Name) || !strings.Contains(usage, report.AllFormats) {
				t.Errorf("--format of %s is described as %q", name, usage)
			}
		}
	}
}

// TestDemoFitsTheSchema: what the program writes is what "orgaudit schema" prints.
func TestDemoFitsTheSchema(t *testing.T) {
	dir := t.TempDir()
	arguments := []string{"demo", "--accounts", "20", "--out", dir, "--format", "json", "--set", "collect.last_accessed=true"}
	if code := run(t.Context(), arguments, streams{io.Discard, io.Discard}, nil); code != exitOK {
		t.Fatalf("demo ends with %d", code)
	}
	var printed bytes.Buffer
	if code := run(t.Context(), []string{"schema"}, streams{&printed, io.Discard}, nil); code != exitOK {
		t.Fatalf("schema ends with %d", code)
	}
	read := func(r io.Reader) any {
		t.Helper()
		document, err := jsonschema.UnmarshalJSON(r)
		if err != nil {
			t.Fatal(err)
		}
		return document
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(report.SchemaID, read(&printed)); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(report.SchemaID)
	if err != nil {
		t.Fatal(err)
	}
	audit, err := os.ReadFile(filepath.Join(dir, "audit.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(read(bytes.NewReader(audit))); err != nil {
		t.Error(err)
	}
}
