package collect_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

func journal(t testing.TB, f *collect.Folder) *collect.Journal {
	t.Helper()
	j, err := f.OpenJournal()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() }) // some tests close it themselves
	return j
}

// TestJournal checks what two runs note of their accounts: a line each time that evidence was
// written, and none where nothing was read.
func TestJournal(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 14})
	f := &outage{which: toIAM("ListAccountAliases"), code: "Throttling", status: 400}
	o := start(t, w, awsfake.Options{Now: clock}, f.wrap).options(t)
	o = only(o, w.Accounts[logsPlace].ID, w.Accounts[unreachablePlace].ID)
	o.Journal = journal(t, o.Folder)
	f.on.Store(true)
	run(t, o)
	f.on.Store(false)
	o.Accounts, o.Resume = 1, true
	run(t, o)
	events, err := o.Folder.Journal()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, e := range events {
		line := e.Entry
		for _, g := range e.Gaps {
			line += fmt.Sprintf(" %s %s %d", g.Section, g.Cause, g.Count)
		}
		got[e.Account] = append(got[e.Account], line)
		if e.Event != collect.AccountCollected || !e.At.Equal(now) {
			t.Errorf("event %+v, want one of an account at %v", e, now)
		}
	}
	want := map[string][]string{
		w.Accounts[logsPlace].ID:        {"role account_alias throttled 1", "role"},
		w.Accounts[unreachablePlace].ID: {"none entry role_not_assumable 1", "none entry role_not_assumable 1"},
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("the journal differs (-want +got):\n%s", diff)
	}
	if err := o.Folder.Seal(); err != nil {
		t.Fatal(err)
	}
	digests, err := o.Folder.Verify()
	if err != nil || digests.Files[collect.JournalFile] == "" {
		t.Errorf("the sealed folder holds no digest of the journal (%v)", err)
	}
	info, err := os.Stat(filepath.Join(o.Folder.Dir(), collect.JournalFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the journal has mode %v, %v; want 0600", info.Mode(), err)
	}
}

// TestJournalAfterKill checks a journal whose last line is half written: the half line counts
// as nothing, and spoils none that comes after it.
func TestJournalAfterKill(t *testing.T) {
	f := newFolder(t)
	if err := journal(t, f).Add(collect.Event{At: now, Event: collect.RunStarted}); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(filepath.Join(f.Dir(), collect.JournalFile), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString(`{"at":"2026-05-04T09:12:13Z","event":"acc`); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	check := func(want ...string) {
		t.Helper()
		events, err := f.Journal()
		var got []string
		for _, e := range events {
			got = append(got, e.Event)
		}
		if diff := gocmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("events differ, %v (-want +got):\n%s", err, diff)
		}
	}
	check(collect.RunStarted)
	if err := journal(t, f).Add(collect.Event{At: now, Event: collect.RunEnded}); err != nil {
		t.Fatal(err)
	}
	check(collect.RunStarted, collect.RunEnded)
}

// TestJournalLines checks that accounts that are done at the same time write whole lines, and
// that a line is bounded.
func TestJournalLines(t *testing.T) {
	f := newFolder(t)
	j := journal(t, f)
	selection := &collect.Selection{Accounts: make([]string, 10_000)}
	for i := range selection.Accounts {
		selection.Accounts[i] = "111122223333"
	}
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			if err := j.Add(collect.Event{At: now, Event: collect.RunStarted, Selection: selection, Reason: "a\nb"}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	events, err := f.Journal()
	if err != nil || len(events) != 50 {
		t.Fatalf("%d events, %v; want 50", len(events), err)
	}
	if n := len(events[0].Selection.Accounts); n == 0 || n > 100 || len(selection.Accounts) != 10_000 {
		t.Errorf("an event names %d accounts", n)
	}
}

// TestJournalIsNoLink checks that the journal is not appended to a file elsewhere.
func TestJournalIsNoLink(t *testing.T) {
	f := newFolder(t)
	for _, target := range []string{filepath.Join(t.TempDir(), "elsewhere"), filepath.Join(f.Dir(), "run.json")} {
		if err := os.WriteFile(target, []byte("theirs"), 0o600); err != nil {
			t.Fatal(err)
		}
		link := filepath.Join(f.Dir(), collect.JournalFile)
		_ = os.Remove(link) // the first time there is none
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
		if _, err := f.OpenJournal(); err == nil {
			t.Errorf("a journal that is a link to %s is opened", target)
		}
		if text, err := os.ReadFile(target); err != nil || string(text) != "theirs" {
			t.Errorf("%s holds %q, %v", target, text, err)
		}
	}
}

// FuzzFolder puts anything where the files of an evidence folder that are not of one account
// should be: reading gives an error or an answer.
func FuzzFolder(f *testing.F) {
	f.Add([]byte(`{"schema":1,"state":"collected","excluded":[{"account_id":"../../x"}],"regions":null}`))
	f.Add([]byte(`{"schema":1,"accounts":[{"id":"111122223333"},{"id":"111122223333"}],"root":{"units":[{}]}}`))
	f.Add([]byte(`{"schema":1,"holders":[{"regions":[{"analyzers":[{}]}]}],"gaps":[{}]}`))
	f.Add([]byte(`{"schema":1,"schema":1,"Schema":2,"arn":"x","name":"../x"}`))
	f.Add([]byte("{\"event\":\"account\"}\n{\"event\":"))
	f.Add([]byte(`[` + strings.Repeat(`[`, 20_000)))
	folder := newFolder(f)
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, name := range []string{"run.json", collect.OrganizationFile, collect.AnalyzersFile, "managed-policies/x.json", collect.JournalFile, collect.SumsFile} {
			if err := os.WriteFile(filepath.Join(folder.Dir(), filepath.FromSlash(name)), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if r, err := folder.Record(); err == nil && r.Schema != collect.Schema {
			t.Errorf("a record of version %d is read", r.Schema)
		}
		if o, err := folder.Organization(); err == nil {
			for _, a := range o.Accounts {
				if !org.IsAccountID(a.ID) || o.Account(a.ID) == nil {
					t.Errorf("account %q is read and not found", a.ID)
				}
			}
			_ = o.UnitPaths()
		}
		if a, err := folder.Analyzers(); err == nil {
			a.Covering("eu-central-1")
		}
		if policies, files, err := folder.ManagedPolicies(); err == nil && len(policies) != len(files) {
			t.Errorf("%d policies in %d files", len(policies), len(files))
		}
		if events, err := folder.Journal(); err != nil {
			t.Errorf("the journal cannot be read: %v, %v", events, err)
		}
		_, _, _ = folder.Check() // an error is an answer
	})
}
