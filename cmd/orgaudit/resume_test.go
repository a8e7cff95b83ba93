package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// orgaudit runs a command line and wants an exit code.
func orgaudit(t *testing.T, want int, args ...string) (stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(t.Context(), args, streams{&out, &errs}, nil); code != want {
		t.Fatalf("%v: exit code %d, want %d\n%s", args, code, want, &errs)
	}
	return errs.String()
}

func fast(args ...string) []string {
	return append(args, "--external-id", awsfake.DemoExternalID, "--set", "collect.report_poll=5ms", "--set", "collect.attempts=1", "--set", "report.formats=json")
}

// operations counts the calls since the last reset by operation.
func evidenceOf(t *testing.T, out string) *collect.Folder {
	t.Helper()
	f, err := collect.OpenFolder(filepath.Join(out, evidenceFolder))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestOnlyFailed heals the gaps of a finished run: the verdicts are those of a run without
// them, and nothing else is asked for.
func TestOnlyFailed(t *testing.T) {
	const accounts = 12
	want := uninterrupted(t, accounts)
	o := startOutage(t, accounts, "GetAccountSummary")
	o.on.Store(true)
	out := t.TempDir()
	orgaudit(t, exitGaps, fast("run", "--out", out)...)
	if diff := cmp.Diff(want, verdicts(t, out)); diff == "" {
		t.Fatal("the outage changes no verdict")
	}
	o.on.Store(false)
	o.fake.ResetCalls()
	orgaudit(t, exitGaps, fast("run", "--only-failed", "--out", out)...)
	if diff := cmp.Diff(want, verdicts(t, out)); diff != "" {
		t.Errorf("verdicts differ from those of a run in one piece (-one +two):\n%s", diff)
	}
	for operation := range o.operations() {
		if !slices.Contains([]string{"GetCallerIdentity", "AssumeRole", "GetAccountSummary"}, operation) {
			t.Errorf("%s was called", operation)
		}
	}
	orgaudit(t, exitOK, "verify", filepath.Join(out, evidenceFolder))

	events, err := evidenceOf(t, out).Journal()
	if err != nil {
		t.Fatal(err)
	}
	var runs []string
	for _, e := range events {
		if e.Event != collect.AccountCollected {
			runs = append(runs, strings.TrimSpace(e.Event+" "+e.Mode+" "+e.Before))
		}
	}
	if diff := cmp.Diff([]string{"run_started new", "run_ended", "run_started only-failed collected", "run_ended"}, runs); diff != "" {
		t.Errorf("the runs in the journal differ (-want +got):\n%s", diff)
	}
	if e := events[0]; e.By == nil || e.By.PID != os.Getpid() || e.Tool == "" || len(e.ConfigDigest) != 64 || e.Selection.Selected == 0 {
		t.Errorf("the journal begins with %+v", e)
	}
}

// TestResumeFolder checks the ways to name the folder of a run that goes on.
func TestResumeFolder(t *testing.T) {
	startOutage(t, 3, "")
	out := filepath.Join(t.TempDir(), "2026-q4")
	orgaudit(t, exitGaps, fast("collect", "--out", out)...)
	for _, args := range [][]string{
		{"--resume", "--out", out},
		{"--resume", out},
		{"--resume=" + out},
		{"--resume", filepath.Join(out, evidenceFolder)},
		{"--resume", out, "--out", out + "/"},
		{"--only-failed", "--resume", out},
	} {
		orgaudit(t, exitGaps, fast(append([]string{"collect"}, args...)...)...)
	}
	for message, args := range map[string][]string{
		"one of them is enough":                {"--resume", out, "--out", out + "-2"},
		"holds no evidence":                    {"--resume", out + "-none"},
		"only one of them can be given":        {"--resume", out, "--overwrite"},
		"goes with --resume":                   {"--retry-denied", "--out", out},
		`unknown command "` + out:              {out},
		"max_age must not be negative":         {"--resume", out, "--max-age=-1h"},
		"is not in organization":               {"--resume", out, "--accounts", "000000000000"},
		"holds evidence of organization o-oth": {"--resume", otherOrganization(t, out)},
	} {
		if text := orgaudit(t, exitUsage, fast(append([]string{"collect"}, args...)...)...); !strings.Contains(text, message) {
			t.Errorf("%v: the error is %q, want one with %q", args, text, message)
		}
	}
}

// otherOrganization copies an output folder and lets it be of another organization.
func otherOrganization(t *testing.T, out string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(out)); err != nil {
		t.Fatal(err)
	}
	f := evidenceOf(t, dir)
	record, err := f.Record()
	if err != nil {
		t.Fatal(err)
	}
	record.OrganizationID = "o-otherother"
	for _, err := range []error{
		f.WriteRecord(record),
		f.WriteOrganization(&org.Organization{Schema: 1, ID: record.OrganizationID, WalkedAt: record.StartedAt, WalkEnded: record.StartedAt}),
		f.Seal(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestResumeNarrowed narrows a run that goes on to one account: the others stay what they are
// in the folder and in the audit, and are no excluded accounts.
func TestResumeNarrowed(t *testing.T) {
	const accounts = 12
	want := uninterrupted(t, accounts)
	o := startOutage(t, accounts, "GetAccountSummary")
	o.on.Store(true)
	out := t.TempDir()
	orgaudit(t, exitGaps, fast("run", "--out", out)...)
	before := verdicts(t, out)
	coverage := auditOf(t, out)["coverage"].(map[string]any)["excluded"]
	o.on.Store(false)

	// One that has the gap; its number of gaps tells which.
	one := ""
	for result, verdict := range before {
		if _, account, _ := strings.Cut(result, " "); verdict == "not_assessed" && want[result] != verdict && account > one {
			one = account
		}
	}
	if one == "" {
		t.Fatal("the outage changes no verdict of an account")
	}
	orgaudit(t, exitGaps, fast("run", "--resume", out, "--accounts", one)...)
	after := verdicts(t, out)
	for result := range want {
		expected := before[result]
		if strings.HasSuffix(result, " "+one) {
			expected = want[result]
		}
		if _, account, _ := strings.Cut(result, " "); account != "" && after[result] != expected {
			t.Errorf("%s is %q, want %q", result, after[result], expected)
		}
	}
	if got := auditOf(t, out)["coverage"].(map[string]any)["excluded"]; got != coverage {
		t.Errorf("%v accounts are excluded, want %v", got, coverage)
	}
	orgaudit(t, exitGaps, fast("run", "--resume", out)...)
	if diff := cmp.Diff(want, verdicts(t, out)); diff != "" {
		t.Errorf("verdicts differ from those of a run in one piece (-one +three):\n%s", diff)
	}
}

// TestResumeWidens begins with one account and goes on with all: now they all belong to the
// audit. A retry of what failed widens nothing.
func TestResumeWidens(t *testing.T) {
	const accounts = 12
	want := uninterrupted(t, accounts)
	o := startOutage(t, accounts, "")
	out := t.TempDir()
	id := o.fake.ManagementCredentials().AccountID
	orgaudit(t, exitGaps, fast("run", "--out", out, "--accounts", id)...)
	excluded := auditOf(t, out)["coverage"].(map[string]any)["excluded"]
	orgaudit(t, exitGaps, fast("run", "--only-failed", "--out", out)...)
	if got := auditOf(t, out)["coverage"].(map[string]any)["excluded"]; got != excluded {
		t.Errorf("after a retry %v accounts are excluded, want %v", got, excluded)
	}
	orgaudit(t, exitGaps, fast("run", "--resume", out)...)
	if diff := cmp.Diff(want, verdicts(t, out)); diff != "" {
		t.Errorf("verdicts differ from those of a run in one piece (-one +two):\n%s", diff)
	}
}

// TestResumeOrganization lets a part of the walk fail: it is walked again then, and only then.
func TestResumeOrganization(t *testing.T) {
	const accounts = 12
	want := uninterrupted(t, accounts)
	o := startOutage(t, accounts, "ListOrganizationsFeatures")
	o.on.Store(true)
	out := t.TempDir()
	orgaudit(t, exitGaps, fast("run", "--out", out)...)
	o.on.Store(false)
	for _, walks := range []int{1, 0} {
		o.fake.ResetCalls()
		orgaudit(t, exitGaps, fast("run", "--resume", out)...)
		if got := o.operations()["DescribeOrganization"]; got != walks {
			t.Errorf("the organization was walked %d times, want %d", got, walks)
		}
	}
	if diff := cmp.Diff(want, verdicts(t, out)); diff != "" {
		t.Errorf("verdicts differ from those of a run in one piece (-one +three):\n%s", diff)
	}
	o.fake.ResetCalls()
	orgaudit(t, exitGaps, fast("run", "--resume", out, "--max-age", "1ns")...)
	if got := o.operations()["DescribeOrganization"]; got != 1 {
		t.Errorf("an old organization was walked %d times, want once", got)
	}
}

// TestBetterWalk checks which of two walks counts.
func TestBetterWalk(t *testing.T) {
	walk := func(gaps ...org.Section) *org.Organization {
		o := &org.Organization{}
		for _, s := range gaps {
			o.Gaps = append(o.Gaps, org.Gap{Section: s})
		}
		return o
	}
	for _, test := range []struct {
		name           string
		earlier, newer *org.Organization
		want           string
	}{
		{"healed", walk(org.SectionTags), walk(), "newer"},
		{"the same gap", walk(org.SectionTags), walk(org.SectionTags), "newer"},
		{"another gap", walk(org.SectionTags), walk(org.SectionTree), "earlier"},
		{"one more", walk(org.SectionTags), walk(org.SectionTags, org.SectionTree), "earlier"},
	} {
		got := "newer"
		if better(test.earlier, test.newer) == test.earlier {
			got = "earlier"
		}
		if got != test.want {
			t.Errorf("%s: the %s walk counts, want the %s", test.name, got, test.want)
		}
	}
}

// TestResumeChangedEvidence changes sealed evidence: a run that would seal it anew does not go on.
func TestResumeChangedEvidence(t *testing.T) {
	startOutage(t, 3, "")
	out := t.TempDir()
	orgaudit(t, exitGaps, fast("collect", "--out", out)...)
	f := evidenceOf(t, out)
	o, err := f.Organization()
	if err != nil {
		t.Fatal(err)
	}
	o.FeatureSet = "CONSOLIDATED_BILLING"
	if err := f.WriteOrganization(o); err != nil {
		t.Fatal(err)
	}
	if text := orgaudit(t, exitFailed, fast("collect", "--resume", out)...); !strings.Contains(text, "organization.json was changed") {
		t.Errorf("the error is %q", text)
	}
}

// TestOnlyFailedNeedsTheEnd checks that a run that was cut off is not taken for a finished one.
func TestOnlyFailedNeedsTheEnd(t *testing.T) {
	startOutage(t, 3, "")
	out := t.TempDir()
	orgaudit(t, exitGaps, fast("collect", "--out", out)...)
	f := evidenceOf(t, out)
	record, err := f.Record()
	if err != nil {
		t.Fatal(err)
	}
	record.State = collect.Collecting
	if err := f.WriteRecord(record); err != nil {
		t.Fatal(err)
	}
	if text := orgaudit(t, exitUsage, fast("collect", "--only-failed", "--out", out)...); !strings.Contains(text, "did not come to its end") {
		t.Errorf("the error is %q", text)
	}
	orgaudit(t, exitGaps, fast("collect", "--resume", out)...)
}

// TestTwoRunsExcludeEachOther checks that the second run on a folder ends at once, with the name
// of the first and without a change, and that reports are made meanwhile as ever.
func TestTwoRunsExcludeEachOther(t *testing.T) {
	o := startOutage(t, 3, "")
	out := t.TempDir()
	orgaudit(t, exitGaps, fast("run", "--out", out)...)
	unlock, err := collect.Lock(out, collect.Holder{PID: 4711, Host: "audit-host", Command: "orgaudit run"})
	if err != nil {
		t.Fatal(err)
	}
	o.fake.ResetCalls()
	for _, args := range [][]string{
		fast("run", "--out", out, "--overwrite"), fast("run", "--resume", out), fast("collect", "--only-failed", "--out", out),
		{"demo", "--accounts", "3", "--out", out},
	} {
		if text := orgaudit(t, exitFailed, args...); !strings.Contains(text, `"orgaudit run", process 4711 on audit-host`) {
			t.Errorf("%v: the error is %q", args, text)
		}
	}
	if n := len(o.fake.Calls()); n != 0 {
		t.Errorf("runs that may not run make %d calls", n)
	}
	orgaudit(t, exitOK, "verify", filepath.Join(out, evidenceFolder))
	orgaudit(t, exitGaps, "report", filepath.Join(out, evidenceFolder), "--out", t.TempDir(), "--format", "json")
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	orgaudit(t, exitGaps, fast("run", "--resume", out)...)
}

// TestModes checks that nobody else may read what a run makes, --out included.
func TestModes(t *testing.T) {
	startOutage(t, 3, "")
	out := filepath.Join(t.TempDir(), "a", "b")
	orgaudit(t, exitGaps, fast("run", "--out", out)...)
	err := filepath.WalkDir(filepath.Dir(out), func(name string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := os.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", name, info.Mode().Perm(), want)
		}
		if strings.HasPrefix(d.Name(), ".tmp-") || d.Name() == collect.LockFile {
			t.Errorf("%s is left", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
