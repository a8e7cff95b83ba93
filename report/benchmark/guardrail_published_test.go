package benchmark_test

import (
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/report/benchmark"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// publishedSCPs are the examples that AWS publishes. They are not part of this repository;
// the test runs where the folder lies beside the checkout.
const publishedSCPs = "../../../shared/data/scp-examples"

// TestPublishedGuardrails tells for each of AWS's examples which guardrails it makes, if it
// is attached to the root with its placeholders filled in.
func TestPublishedGuardrails(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(publishedSCPs, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(publishedSCPs); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not here", publishedSCPs)
	}
	if len(files) == 0 {
		t.Fatalf("%s holds no policy", publishedSCPs)
	}
	var guardrails []string
	for _, c := range benchmark.Controls() {
		if name, ok := strings.CutPrefix(c.ID, "guardrail-"); ok && name != "required-denials" {
			guardrails = append(guardrails, name)
		}
	}
	fill := strings.NewReplacer("${Account}", "*", "${Region}", "*", "[PROTECTED_ROLE_NAME]", "OrgauditRole", "[PROTECTED_ROLE_PREFIX]", "Protected",
		"[PRIVILEGED_ROLE]", "privileged")
	got := map[string][]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		w := newWorld("aws")
		w.parameters.Guardrails = guardrails
		policy := scp("p-1", "[]", rootID)
		policy.Document = fill.Replace(string(text))
		scps(policy)(w)
		made := []string{}
		for _, name := range guardrails {
			r := w.judge(t, "guardrail-"+name)
			switch {
			case r.Verdict == benchmark.VerdictPass:
				made = append(made, name)
			case r.Verdict == benchmark.VerdictFail && r.Passed > 0:
				made = append(made, name+" in part")
			case r.Verdict == benchmark.VerdictFail && strings.Contains(strings.Join(w.told(r), " "), "some requests alone"):
				made = append(made, name+" in some requests")
			case r.Verdict != benchmark.VerdictFail:
				t.Errorf("%s: %s: %q", filepath.Base(file), name, w.told(r))
			}
		}
		slices.Sort(made)
		got[strings.TrimSuffix(filepath.Base(file), ".json")] = made
	}
	const golden = "testdata/guardrails_of_examples.json"
	if *update {
		text, err := json.MarshalIndent(got, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, append(text, '\n'), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("guardrails of AWS's examples (-want +got):\n%s", diff)
	}
}

// TestGuardrailOfRootAlone: an SCP that leaves the sessions of AssumeRoot their few tasks
// denies the root user all the same.
func TestGuardrailOfRootAlone(t *testing.T) {
	w := newWorld("aws")
	scps(scp("p-1", `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:root"},"Null":{"aws:AssumedRoot":"true"}}}`, rootID))(w)
	for _, id := range []string{"guardrail-root-user", "guardrail-root-keys"} {
		if r := w.judge(t, id); r.Verdict != benchmark.VerdictPass {
			t.Errorf("%s: %q", id, w.told(r))
		}
	}
	if r := w.judge(t, "guardrail-iam-users"); r.Verdict != benchmark.VerdictFail {
		t.Errorf("guardrail-iam-users: %q", w.told(r))
	}
}
