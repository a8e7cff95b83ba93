package report

import (
	"strings"
	"testing"
	"testing/fstest"

	"orgaudit/templates"
)

func TestCheckProse(t *testing.T) {
	builtIn := fstest.MapFS{}
	for _, name := range []string{"pdf.tmpl", "pdf_method.tmpl"} {
		text, err := templates.Prose.ReadFile("prose/" + name)
		if err != nil {
			t.Fatal(err)
		}
		builtIn[name] = &fstest.MapFile{Data: text}
	}
	if err := CheckProse(builtIn); err != nil {
		t.Errorf("the built-in templates cannot stand in their own place: %v", err)
	}
	tests := []struct{ name, text, want string }{
		{"one of them", `{{define "headline"}}We score {{figure .Score.Raw}}.{{end}}`, ""},
		{"an empty one", `{{define "no-worst"}}{{end}}`, ""},
		{"comment", "{{/* nothing yet */}}", ""},
		{"no end", "{{define \"headline\"}}\n{{if .Score.Raw}}", "own.tmpl:2"},
		{"unknown function", "\n\n{{define \"headline\"}}{{shout .Title}}{{end}}", "own.tmpl:3"},
		{"unknown field", "{{define \"headline\"}}\n{{.Titel}}{{end}}", "own.tmpl:2"},
		{"unknown field in a branch", "{{define \"coverage-of-accounts\"}}{{with .Coverage}}{{if .NotEntered}}\n{{.Missing}}{{end}}{{end}}{{end}}", "own.tmpl:2"},
		{"unknown name", `{{define "headlin"}}x{{end}}`, `own.tmpl defines "headlin", which is unknown; known are account-not-judged, `},
		{"text that stands nowhere", "{{define \"headline\"}}x{{end}}\nhello", "own.tmpl has text outside"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := CheckProse(fstest.MapFS{"own.tmpl": {Data: []byte(test.text)}})
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want %q", err, test.want)
			}
		})
	}
	if err := CheckProse(fstest.MapFS{"readme.txt": {}}); err == nil {
		t.Error("a folder without templates was taken")
	}
}

func TestPDFOwnProse(t *testing.T) {
	r := pdfSample(3)
	r.Rendering.Prose = fstest.MapFS{"own.tmpl": {Data: []byte(`{{define "headline"}}In our own words.{{end}}{{define "score-in-words"}}{{end}}`)}}
	first := pdfPageTexts(t, writtenPDF(t, r))[0]
	if !strings.Contains(first, "\nIn our own words.\n") {
		t.Errorf("the replaced template is not on the first page:\n%s", first)
	}
	if strings.Contains(first, "had all of the rest failed") {
		t.Error("a template that was replaced by an empty one still stands there")
	}
	if !strings.Contains(first, "accounts read in full") {
		t.Error("a template that was not replaced is missing")
	}
}
