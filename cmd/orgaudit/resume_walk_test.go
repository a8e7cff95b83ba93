package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/org"
)

// TestCutOffBeforePolicies stops a run whose accounts are collected while the organization's
// policies are not there yet: they are missing then, and not absent, and the run goes on with
// them.
func TestCutOffBeforePolicies(t *testing.T) {
	const accounts = 12
	want := uninterrupted(t, accounts)
	o := startOutage(t, accounts, "")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	o.before = func(r *http.Request, body string) bool {
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".ListTargetsForPolicy") {
			<-r.Context().Done()
			return true
		}
		if strings.Contains(body, "Action=GetCredentialReport") {
			stop() // an account is being read
		}
		return false
	}
	o.on.Store(true)
	out := t.TempDir()
	var errs bytes.Buffer
	if code := run(ctx, fast("run", "--out", out), streams{&bytes.Buffer{}, &errs}, nil); code == exitOK || !strings.Contains(errs.String(), "--resume") {
		t.Fatalf("exit code %d of a run that was stopped\n%s", code, &errs)
	}
	o.on.Store(false)
	known, err := evidenceOf(t, out).Organization()
	if err != nil {
		t.Fatal(err)
	}
	if gap, missing := known.Missing(org.SectionPolicies); !missing || gap.Cause != org.NotCollected || len(known.Policies) > 0 {
		t.Errorf("gaps %+v and %d policies, want a gap in their place", known.Gaps, len(known.Policies))
	}
	orgaudit(t, exitGaps, fast("run", "--resume", out)...)
	if diff := cmp.Diff(want, verdicts(t, out)); diff != "" {
		t.Errorf("verdicts differ from those of a run in one piece (-one +two):\n%s", diff)
	}
}

// TestRunAfterTheFirstFileWasHalfWritten: a run that was killed while it wrote its first file has
// left nothing that anybody would miss.
func TestRunAfterTheFirstFileWasHalfWritten(t *testing.T) {
	startOutage(t, 3, "")
	for name, want := range map[string]int{
		".tmp-ABCDEFGHIJKLMNOPQRSTUVWXYZ": exitGaps,
		".tmp-notes":                      exitUsage, // somebody else's
	} {
		out := t.TempDir()
		file := filepath.Join(out, evidenceFolder, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(`{"schema":`), 0o600)); err != nil {
			t.Fatal(err)
		}
		orgaudit(t, want, fast("run", "--out", out)...)
		if _, err := os.Stat(file); (err == nil) != (want == exitUsage) {
			t.Errorf("%s after exit code %d: %v", name, want, err)
		}
	}
}
