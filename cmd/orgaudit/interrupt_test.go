package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
)

// demoServer serves a demo organization. It calls at, once, when n accounts have been asked
// for their credential report, so that some are through and others are not.
func demoServer(t *testing.T, accounts, n int, at func()) (environ []string) {
	t.Helper()
	world, err := awsfake.Demo(awsfake.DemoOptions{Seed: 3, Accounts: accounts, Now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	fake, err := awsfake.New(world, awsfake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fake.ServeHTTP(w, r)
		reports := 0
		for _, c := range fake.Calls() {
			if c.Operation == "GetCredentialReport" {
				reports++
			}
		}
		if reports == n {
			once.Do(at)
		}
	}))
	t.Cleanup(server.Close)
	keys := fake.ManagementCredentials()
	return []string{
		"AWS_ENDPOINT_URL=" + server.URL,
		"AWS_ACCESS_KEY_ID=" + keys.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY=" + keys.SecretAccessKey,
		"AWS_REGION=" + keys.Region,
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE=" + filepath.Join(t.TempDir(), "none"),
	}
}

func setenv(t *testing.T, environ []string) {
	t.Helper()
	for _, e := range environ {
		name, value, _ := strings.Cut(e, "=")
		t.Setenv(name, value)
	}
}

func runArguments(out string, more ...string) []string {
	return append([]string{
		"run", "--external-id", awsfake.DemoExternalID, "--out", out,
		"--set", "collect.report_poll=5ms", "--set", "collect.accounts=2",
	}, more...)
}

// auditOf reads audit.json.
func auditOf(t *testing.T, out string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(out, "audit.json"))
	if err != nil {
		t.Fatal(err)
	}
	var audit map[string]any
	if err := json.Unmarshal(text, &audit); err != nil {
		t.Fatal(err)
	}
	return audit
}

// verdicts are the results of an audit without what differs from run to run.
func verdicts(t *testing.T, out string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, r := range auditOf(t, out)["results"].([]any) {
		r := r.(map[string]any)
		account, _ := r["account"].(string)
		all[r["control"].(string)+" "+account] = r["verdict"].(string)
	}
	return all
}

// uninterrupted is the audit that an interrupted one must come to in the end.
func uninterrupted(t *testing.T, accounts int) map[string]string {
	t.Helper()
	environ := demoServer(t, accounts, -1, nil)
	setenv(t, environ)
	out := t.TempDir()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), runArguments(out), streams{&stdout, &stderr}, nil); code != exitGaps {
		t.Fatalf("exit code %d\n%s", code, &stderr)
	}
	return verdicts(t, out)
}

func TestInterruptKeepsWhatWasCollectedAndResumes(t *testing.T) {
	const accounts = 12
	want := uninterrupted(t, accounts)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	environ := demoServer(t, accounts, 6, interrupt)
	setenv(t, environ)
	out := t.TempDir()

	var stdout, stderr bytes.Buffer
	if code := run(ctx, runArguments(out), streams{&stdout, &stderr}, nil); code != exitFailed {
		t.Fatalf("exit code %d, want %d\n%s", code, exitFailed, &stderr)
	}
	if !strings.Contains(stderr.String(), "--resume") || !strings.Contains(stderr.String(), "kept") {
		t.Errorf("the message does not say how to go on: %s", &stderr)
	}
	kept, err := filepath.Glob(filepath.Join(out, evidenceFolder, "accounts", "*.json.gz"))
	if err != nil || len(kept) == 0 {
		t.Fatalf("nothing was kept: %v, %v", kept, err)
	}
	before, err := os.Stat(kept[0])
	if err != nil {
		t.Fatal(err)
	}
	events, err := evidenceOf(t, out).Journal()
	if err != nil || len(events) < 2 || events[len(events)-1].Event != collect.RunInterrupted || events[len(events)-1].Reason == "" {
		t.Errorf("the journal does not end with the interruption: %+v, %v", events, err)
	}
	// What is there can be reported, and says what is missing.
	half := t.TempDir()
	if code := run(t.Context(), []string{"report", filepath.Join(out, evidenceFolder), "--out", half}, streams{&stdout, &stderr}, nil); code != exitGaps {
		t.Fatalf("report of a stopped run: exit code %d\n%s", code, &stderr)
	}
	if n := auditOf(t, half)["coverage"].(map[string]any)["not_collected"].(float64); n == 0 {
		t.Error("the report of a stopped run names no account as not collected")
	}

	if code := run(t.Context(), runArguments(out, "--resume"), streams{&stdout, &stderr}, nil); code != exitGaps {
		t.Fatalf("resume: exit code %d\n%s", code, &stderr)
	}
	after, err := os.Stat(kept[0])
	if err != nil {
		t.Fatal(err)
	}
	if !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("%s was collected again", kept[0])
	}
	if diff := cmp.Diff(want, verdicts(t, out)); diff != "" {
		t.Errorf("a resumed run differs from one in one piece:\n%s", diff)
	}
}

func TestKilledRunLeavesNothingHalf(t *testing.T) {
	const accounts = 12
	want := uninterrupted(t, accounts)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	started := make(chan *exec.Cmd, 1)
	environ := demoServer(t, accounts, 6, func() {
		c := <-started
		_ = c.Process.Kill() // SIGKILL; a process that is gone already fails the test below
	})
	c := exec.Command(self, runArguments(out)...)
	c.Env = append(append(os.Environ(), environ...), asProgram+"=1")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	started <- c
	var exit *exec.ExitError
	if err := c.Wait(); !errors.As(err, &exit) || exit.Exited() {
		t.Fatalf("the run ended by itself: %v", err)
	}

	var stdout, stderr bytes.Buffer
	half := t.TempDir()
	if code := run(t.Context(), []string{"report", filepath.Join(out, evidenceFolder), "--out", half}, streams{&stdout, &stderr}, nil); code != exitGaps {
		t.Fatalf("report of a killed run: exit code %d\n%s", code, &stderr)
	}
	audit := auditOf(t, half)
	if audit["evidence"].(map[string]any)["complete"].(bool) {
		t.Error("the evidence of a killed run counts as complete")
	}
	setenv(t, environ)
	if code := run(t.Context(), runArguments(out, "--resume"), streams{&stdout, &stderr}, nil); code != exitGaps {
		t.Fatalf("resume: exit code %d\n%s", code, &stderr)
	}
	if diff := cmp.Diff(want, verdicts(t, out)); diff != "" {
		t.Errorf("a resumed run differs from one in one piece:\n%s", diff)
	}
	left, err := filepath.Glob(filepath.Join(out, evidenceFolder, "*", ".tmp-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("half-written files are left: %v, %v", left, err)
	}
}
