package collect_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

func cancelling(t *testing.T) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return ctx, cancel
}

// content compares evidence without what differs from run to run.
func content() gocmp.Option {
	return gocmp.Options{
		cmpopts.EquateEmpty(),
		cmpopts.IgnoreFields(collect.Evidence{}, "StartedAt", "EndedAt", "Calls", "Retries", "Traffic", "Readings"),
		cmpopts.IgnoreFields(collect.Read{}, "StartedAt", "EndedAt", "Calls"),
		cmpopts.IgnoreFields(org.Gap{}, "RequestID", "At"),
		cmpopts.IgnoreFields(collect.OrganizationAnalyzers{}, "Calls", "Retries", "Traffic", "Readings"),
	}
}

// TestRunResumes cuts a run off early and late: what is there then is whole, and a run that
// goes on comes to the same evidence as one that nobody cut off.
func TestRunResumes(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 14})
	whole := run(t, start(t, w, awsfake.Options{PageSize: 5, Now: clock}).options(t))
	for _, after := range []int{1, 50, 150, 400} {
		t.Run(fmt.Sprintf("cut off after %d calls", after), func(t *testing.T) {
			folder := newFolder(t)
			ctx, cancel := cancelling(t)
			first := start(t, w, awsfake.Options{PageSize: 5, Now: clock})
			o := first.options(t)
			o.Folder = folder
			cut := start(t, w, awsfake.Options{PageSize: 5, Now: clock}, cancelAt(after, cancel))
			o.Caller, o.OrganizationConfig = cut.caller(), cut.caller()
			if err := collect.Run(ctx, o); !errors.Is(err, context.Canceled) {
				t.Fatalf("the run that is cut off gives %v, want %v", err, context.Canceled)
			}
			kept := wholeFiles(t, folder)
			if after == 400 && len(kept) == 0 {
				t.Error("no account is kept; the test needs some")
			}

			second := start(t, w, awsfake.Options{PageSize: 5, Now: clock})
			o = second.options(t)
			o.Folder, o.Resume = folder, true
			second.ResetCalls()
			run(t, o)
			compareFolders(t, whole, folder)
			for _, c := range second.Calls() {
				if slices.Contains(kept, c.Account) && c.Service == "iam" && c.Operation == "GenerateCredentialReport" {
					t.Errorf("account %s was read again", c.Account)
				}
			}
		})
	}
}

// wholeFiles reads every file of a folder and returns the accounts with evidence that
// was read from within.
func wholeFiles(t *testing.T, f *collect.Folder) []string {
	t.Helper()
	var entered []string
	for _, name := range filesOf(t, f) {
		switch {
		case strings.HasPrefix(name, "accounts/"):
			ev, err := f.Account(strings.TrimSuffix(filepath.Base(name), ".json.gz"))
			if err != nil {
				t.Error(err)
			} else if ev.Entry.Kind != collect.EntryNone {
				entered = append(entered, ev.AccountID)
			}
		case name == collect.AnalyzersFile, strings.HasPrefix(name, "managed-policies/"):
		default:
			t.Errorf("file %s, want none of that name", name)
		}
	}
	if _, err := f.Analyzers(); err != nil {
		t.Error(err)
	}
	if _, _, err := f.ManagedPolicies(); err != nil {
		t.Error(err)
	}
	return entered
}

func compareFolders(t *testing.T, want, got *collect.Folder) {
	t.Helper()
	names := filesOf(t, want)
	if diff := gocmp.Diff(names, filesOf(t, got)); diff != "" {
		t.Errorf("files differ (-want +got):\n%s", diff)
	}
	for _, name := range names {
		if id, ok := strings.CutSuffix(filepath.Base(name), ".json.gz"); ok {
			if diff := gocmp.Diff(evidence(t, want, id), evidence(t, got, id), content()); diff != "" {
				t.Errorf("evidence of %s differs (-want +got):\n%s", id, diff)
			}
		}
	}
	wantAnalyzers, err := want.Analyzers()
	if err != nil {
		t.Fatal(err)
	}
	gotAnalyzers, err := got.Analyzers()
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(wantAnalyzers, gotAnalyzers, content()); diff != "" {
		t.Errorf("the organization's analyzers differ (-want +got):\n%s", diff)
	}
	wantPolicies, _, err := want.ManagedPolicies()
	if err != nil {
		t.Fatal(err)
	}
	gotPolicies, _, err := got.ManagedPolicies()
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(wantPolicies, gotPolicies); diff != "" {
		t.Errorf("the AWS-managed policies differ (-want +got):\n%s", diff)
	}
}

// TestRunKeepsAndRetries checks, file by file, what a run that goes on keeps.
func TestRunKeepsAndRetries(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
	id := w.Accounts[logsPlace].ID
	s := start(t, w, awsfake.Options{Now: clock})
	for _, test := range []struct {
		name   string
		kind   string
		resume bool
		kept   bool
	}{
		{"an account that was entered", collect.EntryRole, true, true},
		{"the account of the caller", collect.EntryCaller, true, true},
		{"an account that could not be entered", collect.EntryNone, true, false},
		{"an account of an earlier run", collect.EntryRole, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := only(s.options(t), id)
			o.Resume = test.resume
			earlier := example(id)
			earlier.Entry.Kind = test.kind
			if err := o.Folder.WriteAccount(earlier); err != nil {
				t.Fatal(err)
			}
			ev := evidence(t, run(t, o), id)
			if kept := slices.Equal(ev.Aliases, earlier.Aliases); kept != test.kept {
				t.Errorf("the evidence is kept: %v, want %v", kept, test.kept)
			}
			if !test.kept && ev.Authorization == nil {
				t.Error("the account was not read again")
			}
		})
	}
	t.Run("evidence that cannot be read", func(t *testing.T) {
		o := only(s.options(t), id)
		o.Resume = true
		name := filepath.Join(o.Folder.Dir(), filepath.FromSlash(collect.AccountFile(id)))
		if err := os.WriteFile(name, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := collect.Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), collect.AccountFile(id)) {
			t.Errorf("the run gives %v, want an error that names %s", err, collect.AccountFile(id))
		}
	})
}

// TestRunCannotWrite puts a file where a folder should be: evidence that cannot be kept
// ends the run.
func TestRunCannotWrite(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 8})
	s := start(t, w, awsfake.Options{Now: clock})
	for _, test := range []struct{ name, broken string }{
		{"accounts", "accounts"},
		{"managed policies", "managed-policies"},
		{"folder", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := s.options(t)
			broken := filepath.Join(o.Folder.Dir(), test.broken)
			if err := os.RemoveAll(broken); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(broken, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := collect.Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), broken) {
				t.Errorf("the run gives %v, want an error that names %s", err, broken)
			}
		})
	}
}

// TestRunProgress checks what is told after every account.
func TestRunProgress(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 12})
	s := start(t, w, awsfake.Options{Now: clock})
	o := s.options(t)
	s.ResetCalls()
	var told []collect.Progress
	o.Progress = func(p collect.Progress) { told = append(told, p) }
	run(t, o)
	if len(told) != len(o.Selected) {
		t.Fatalf("progress was told %d times, want %d", len(told), len(o.Selected))
	}
	for i, p := range told {
		if p.Done != i+1 || p.Total != len(o.Selected) {
			t.Errorf("progress %+v after %d accounts of %d", p, i+1, len(o.Selected))
		}
	}
	// One without the audit role and two with SCPs.
	want := collect.Progress{Done: len(o.Selected), Total: len(o.Selected), Gaps: 3, Calls: len(s.Calls())}
	if diff := gocmp.Diff(want, told[len(told)-1]); diff != "" {
		t.Errorf("the last progress differs (-want +got):\n%s", diff)
	}
	t.Run("no account", func(t *testing.T) {
		o := only(s.options(t))
		o.Progress = func(p collect.Progress) { t.Errorf("progress %+v, want none", p) }
		run(t, o)
	})
}
