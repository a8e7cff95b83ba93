package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orgaudit/collect"
	"orgaudit/org/policy"
)

// demoFinding is a finding of audit.json.
type demoFinding struct {
	Control  string  `json:"control"`
	Account  *string `json:"account"`
	Resource string  `json:"resource"`
	Status   string  `json:"status"`
	File     string  `json:"evidence_file"`
	Pointer  string  `json:"evidence_pointer"`
}

// auditDemo audits the built-in organization into a folder and returns its findings.
func auditDemo(t *testing.T, dir string) []demoFinding {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"demo", "--accounts", "17", "--out", dir}, streams{&out, &errs}, nil); code != exitOK {
		t.Fatalf("demo ends with %d: %s", code, errs.String())
	}
	text, err := os.ReadFile(filepath.Join(dir, "audit.json"))
	if err != nil {
		t.Fatal(err)
	}
	var audit struct{ Findings []demoFinding }
	if err := json.Unmarshal(text, &audit); err != nil {
		t.Fatal(err)
	}
	if len(audit.Findings) < 1000 {
		t.Fatalf("the audit has only %d findings", len(audit.Findings))
	}
	return audit.Findings
}

// TestEveryFindingHasItsEvidence: what a finding refers to stands in the evidence, so that
// somebody who doubts it finds it.
func TestEveryFindingHasItsEvidence(t *testing.T) {
	dir := t.TempDir()
	findings := auditDemo(t, dir)
	folder, err := collect.OpenFolder(filepath.Join(dir, "evidence"))
	if err != nil {
		t.Fatal(err)
	}
	values := folder.Values()
	for _, f := range findings {
		if value, err := values.At(f.File, f.Pointer); err != nil || value == "" {
			t.Errorf("%s, %s: %v", f.Control, f.Resource, err)
		}
	}
}

// TestExplainDerivesEscalation: what explain prints names the statements, and the evidence
// holds them.
func TestExplainDerivesEscalation(t *testing.T) {
	dir := t.TempDir()
	var account string
	for _, f := range auditDemo(t, dir) {
		if f.Control == "principal-no-escalation" && strings.HasSuffix(f.Resource, "/toolchain-maintainer") {
			account = *f.Account
		}
	}
	var out, errs bytes.Buffer
	args := []string{"explain", account, "principal-no-escalation", "--format", "json", "--evidence", filepath.Join(dir, "evidence")}
	if code := run(t.Context(), args, streams{&out, &errs}, nil); code != exitOK {
		t.Fatalf("explain ends with %d: %s", code, errs.String())
	}
	var explained struct {
		Verdict string
		Items   []struct {
			Resource, Status string
			Because          []string
			Value            struct {
				Attached []struct{ ARN, Name string }
			} `json:"evidence_value"`
		}
	}
	if err := json.Unmarshal(out.Bytes(), &explained); err != nil {
		t.Fatal(err)
	}
	for _, i := range explained.Items {
		if !strings.HasSuffix(i.Resource, "/toolchain-maintainer") {
			continue
		}
		if len(i.Value.Attached) != 1 || i.Status != "failed" && i.Status != "fail" {
			t.Fatalf("the item is %+v", i)
		}
		own := i.Value.Attached[0].ARN
		because := strings.Join(i.Because, "\n")
		for _, want := range []string{"iam:CreatePolicyVersion on " + own + ", ends in " + string(policy.EndsAdministrator), "(" + own + "), statement 2"} {
			if !strings.Contains(because, want) {
				t.Errorf("%q does not stand in the derivation:\n%s", want, because)
			}
		}
		return
	}
	t.Error("the maintainer is not among the items")
}
