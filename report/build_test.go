package report

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/org"
)

func TestNewAccounts(t *testing.T) {
	r := built(t, smallFolder(t))
	type account struct {
		ID, Unit, Outcome, Why, Code string
		Users, Roles, Read, Missing  int
		Evidence                     bool
	}
	all := 0 // sections that were asked for
	for _, c := range collect.Collectors() {
		if !c.Optional {
			all++
		}
	}
	want := []account{
		{completeID, "Root", Complete, "", "", 2, 1, all, 0, true},
		{partialID, "Root / Workloads", Partial, "credential report: denied by a service control policy", "AccessDenied", 0, 0, all - 1, 1, true},
		{notEnteredID, "Root / Workloads / Test", NotEntered, "audit role cannot be assumed", "AccessDenied", -1, -1, 0, all, true},
		{excludedID, "Root / Workloads / Test", Excluded, "excluded by account id", "", -1, -1, 0, 0, false},
		{notCollectedID, "Root / Workloads", NotCollected, "the run was cut off before this account", "", -1, -1, 0, 0, false},
	}
	var got []account
	for _, a := range r.Accounts {
		got = append(got, account{a.ID, a.Unit, a.Outcome, a.Why, a.Code, a.Users, a.Roles, a.SectionsRead, a.SectionsMissing, a.EvidenceFile != "" && a.EvidenceSHA256 != ""})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("accounts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Coverage{Accounts: 5, Complete: 1, Partial: 1, NotEntered: 1, NotCollected: 1, Excluded: 1}, r.Coverage); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
	if r.Coverage.InScope() != 4 {
		t.Errorf("%d accounts are in scope, want 4", r.Coverage.InScope())
	}
	if !r.Accounts[0].Management || r.Accounts[1].Management {
		t.Error("the management account is not told apart")
	}
	if r.Organization.Accounts != 5 || r.Organization.Units != 2 || r.Organization.ManagementName != "management" {
		t.Errorf("organization %+v, want 5 accounts, 2 units, and management as the management account", r.Organization)
	}
}

func isLastAccessed(r collect.Read) bool { return r.Section == collect.LastAccessedSection }

func TestNewEvidenceFacts(t *testing.T) {
	folder := smallFolder(t)
	digests, err := folder.Verify()
	if err != nil {
		t.Fatal(err)
	}
	want := EvidenceFacts{
		FirstCall: smallTime(), LastCall: smallTime().Add(3*time.Minute + 30*time.Second),
		Caller: "arn:aws:sts::000000000001:assumed-role/auditor/me", Digest: digests.All,
		Tool: "v1.0.0", ConfigDigest: strings.Repeat("c0", 32), Calls: 9 + 40 + 40 + 1, Retries: 1 + 3*2,
	}
	if diff := cmp.Diff(want, built(t, folder).Evidence); diff != "" {
		t.Errorf("evidence (-want +got):\n%s", diff)
	}
}

// TestNewGaps: what could not be read is listed, the organization's first.
func TestNewGaps(t *testing.T) {
	r := built(t, smallFolder(t))
	type gap struct {
		Section org.Section
		Account string
		Cause   org.Cause
	}
	want := []gap{
		{org.SectionTags, "", org.DeniedByRole},
		{collect.OrganizationAnalyzersSection, "", org.NotCollected}, // the run was stopped before it wrote them
		{collect.CredentialReportSection, partialID, org.DeniedBySCP},
		{collect.EntrySection, notEnteredID, org.RoleNotAssumable},
	}
	var got []gap
	for _, g := range r.Gaps {
		got = append(got, gap{g.Section, g.Account, g.Cause})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
}

// TestNewOutcomes: what makes an account complete or not.
func TestNewOutcomes(t *testing.T) {
	regionOff := org.Gap{Section: collect.AnalyzersSection, Region: "me-south-1", Cause: org.RegionNotEnabled}
	policy := org.Gap{Section: collect.ManagedPoliciesSection, Subject: "arn:aws:iam::aws:policy/ReadOnlyAccess", Cause: org.DeniedBySCP}
	for _, c := range []struct {
		name   string
		change func(t *testing.T, f *collect.Folder, ev *collect.Evidence)
		want   string
		gaps   int // of the account
	}{
		{"a region that is off holds nothing", func(_ *testing.T, _ *collect.Folder, ev *collect.Evidence) {
			ev.Gaps = []org.Gap{regionOff}
		}, Complete, 1},
		{"a policy that nobody could read", func(_ *testing.T, _ *collect.Folder, ev *collect.Evidence) {
			ev.Gaps = []org.Gap{policy}
		}, Partial, 1},
		{"a policy that another account has brought", func(t *testing.T, f *collect.Folder, ev *collect.Evidence) {
			ev.Gaps = []org.Gap{policy}
			if err := f.WriteManagedPolicy(&collect.ManagedPolicy{ARN: policy.Subject, Name: "ReadOnlyAccess"}); err != nil {
				t.Fatal(err)
			}
		}, Complete, 0},
		{"a section that nobody asked for", func(_ *testing.T, _ *collect.Folder, ev *collect.Evidence) {
			ev.Reads = ev.Reads[1:]
		}, Partial, 1},
		{"an optional section that nobody asked for", func(_ *testing.T, _ *collect.Folder, ev *collect.Evidence) {
			ev.Reads = slices.DeleteFunc(ev.Reads, isLastAccessed)
		}, Complete, 0},
		{"an optional section that was asked for", func(t *testing.T, f *collect.Folder, ev *collect.Evidence) {
			ev.Reads = slices.DeleteFunc(ev.Reads, isLastAccessed)
			rewrite(t, f, func(r *collect.Record) { r.Optional = []org.Section{collect.LastAccessedSection} })
		}, Partial, 1},
		{"a credential report that does not parse", func(_ *testing.T, _ *collect.Folder, ev *collect.Evidence) {
			ev.CredentialReport.Lines = ev.CredentialReport.Lines[1:]
		}, Partial, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := smallFolder(t)
			ev := smallEvidence(t)[0]
			c.change(t, folder, ev)
			if err := errors.Join(folder.WriteAccount(ev), folder.Seal()); err != nil {
				t.Fatal(err)
			}
			r := built(t, folder)
			before := len(built(t, smallFolder(t)).Gaps)
			if a := r.Accounts[0]; a.Outcome != c.want || len(r.Gaps)-before != c.gaps {
				t.Errorf("the account is %s (%s) with %d gaps, want %s with %d", a.Outcome, a.Why, len(r.Gaps)-before, c.want, c.gaps)
			}
		})
	}
}

// An account that let nothing be read must not look like one that lacks a single section.
func TestNewSaysHowManyGaps(t *testing.T) {
	for _, c := range []struct {
		sections []org.Section
		want     string
	}{
		{[]org.Section{collect.AccountSummarySection}, "account summary: denied by a service control policy"},
		{[]org.Section{collect.AccountSummarySection, collect.ContactsSection}, "account summary: denied by a service control policy; and 1 more gap"},
		{[]org.Section{collect.AccountSummarySection, collect.ContactsSection, collect.PasswordPolicySection}, "account summary: denied by a service control policy; and 2 more gaps"},
	} {
		t.Run(c.want, func(t *testing.T) {
			folder := smallFolder(t)
			ev := smallEvidence(t)[0]
			ev.Gaps = []org.Gap{{Section: collect.AnalyzersSection, Region: "me-south-1", Cause: org.RegionNotEnabled}}
			for _, s := range c.sections {
				ev.Gaps = append(ev.Gaps, org.Gap{Section: s, Cause: org.DeniedBySCP})
			}
			if err := errors.Join(folder.WriteAccount(ev), folder.Seal()); err != nil {
				t.Fatal(err)
			}
			if got := built(t, folder).Accounts[0].Why; got != c.want {
				t.Errorf("the account says %q, want %q", got, c.want)
			}
		})
	}
}

func TestEachAccount(t *testing.T) {
	r := built(t, smallFolder(t))
	var ids []string
	err := r.EachAccount(context.Background(), func(rows *AccountRows) error {
		ids = append(ids, rows.Account.ID)
		results := 3 // the controls of account scope
		if rows.Account.Outcome == Excluded {
			results = 0
		}
		if len(rows.Results) != results {
			t.Errorf("account %s has %d results, want %d", rows.Account.ID, len(rows.Results), results)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{completeID, partialID, notEnteredID, excludedID, notCollectedID}; !slices.Equal(ids, want) {
		t.Errorf("the order is %v, want %v", ids, want)
	}

	stop := errors.New("enough")
	calls := 0
	err = r.EachAccount(context.Background(), func(*AccountRows) error { calls++; return stop })
	if !errors.Is(err, stop) || calls != 1 {
		t.Errorf("after %d calls the error is %v, want that of the first call", calls, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := r.EachAccount(ctx, func(*AccountRows) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("with a cancelled context the error is %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	account := collect.AccountFile(partialID)
	for _, c := range []struct {
		name   string
		change func(t *testing.T, f *collect.Folder)
		want   []string
	}{
		{"a changed byte", func(t *testing.T, f *collect.Folder) {
			name := filepath.Join(f.Dir(), filepath.FromSlash(account))
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			text[len(text)/2] ^= 1
			if err := os.WriteFile(name, text, 0o600); err != nil {
				t.Fatal(err)
			}
		}, []string{account + " was changed"}},
		{"a missing file", func(t *testing.T, f *collect.Folder) {
			if err := os.Remove(filepath.Join(f.Dir(), filepath.FromSlash(account))); err != nil {
				t.Fatal(err)
			}
		}, []string{account + " is missing"}},
		{"an added file", func(t *testing.T, f *collect.Folder) {
			ev := smallEvidence(t)[0]
			ev.AccountID = notCollectedID
			if err := f.WriteAccount(ev); err != nil {
				t.Fatal(err)
			}
		}, []string{collect.AccountFile(notCollectedID) + " was added"}},
		{"no SHA256SUMS, although the run came to its end", func(t *testing.T, f *collect.Folder) {
			rewrite(t, f, func(r *collect.Record) { r.State = collect.Collected })
			if err := os.Remove(filepath.Join(f.Dir(), "SHA256SUMS")); err != nil {
				t.Fatal(err)
			}
		}, []string{"verify the evidence", "SHA256SUMS"}},
		{"no run", func(t *testing.T, f *collect.Folder) {
			if err := os.Remove(filepath.Join(f.Dir(), "run.json")); err != nil {
				t.Fatal(err)
			}
		}, []string{"is no evidence folder", "run.json"}},
		{"another version", func(t *testing.T, f *collect.Folder) {
			rewrite(t, f, func(r *collect.Record) { r.Schema = 99 })
		}, []string{"run.json", "version 99"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := smallFolder(t)
			c.change(t, folder)
			_, err := New(context.Background(), smallOptions(t, folder))
			if err == nil {
				t.Fatal("the evidence was taken")
			}
			for _, part := range c.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("the error %q does not say %q", err, part)
				}
			}
		})
	}
}

// TestNewOfKilledRun: a run that was killed leaves no SHA256SUMS. Its evidence is taken,
// hashed, and told to be incomplete.
func TestNewOfKilledRun(t *testing.T) {
	folder := smallFolder(t)
	rewrite(t, folder, func(r *collect.Record) { r.State = collect.Collecting })
	if err := os.Remove(filepath.Join(folder.Dir(), "SHA256SUMS")); err != nil {
		t.Fatal(err)
	}
	r := built(t, folder)
	if r.Evidence.Complete || len(r.Evidence.Digest) != 64 || len(r.Accounts[0].EvidenceSHA256) != 64 {
		t.Errorf("complete %v, digest %q, account's digest %q; want an incomplete run with digests", r.Evidence.Complete, r.Evidence.Digest, r.Accounts[0].EvidenceSHA256)
	}

	// A run that was stopped, gone on with, and then killed leaves the sums of the first time.
	if err := folder.Seal(); err != nil {
		t.Fatal(err)
	}
	rewrite(t, folder, func(r *collect.Record) { r.Calls++ })
	if r := built(t, folder); r.Evidence.Complete {
		t.Error("a run that was killed after a stop is told to be complete")
	}

	rewrite(t, folder, func(r *collect.Record) { r.State = collect.Collected })
	if err := folder.Seal(); err != nil {
		t.Fatal(err)
	}
	if r := built(t, folder); !r.Evidence.Complete {
		t.Error("a run that came to its end is told to be incomplete")
	}
}

// TestNewIsReadOnly: making a report leaves the evidence as it was, byte by byte.
func TestNewIsReadOnly(t *testing.T) {
	folder := smallFolder(t)
	before, err := folder.Hash()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := json.Marshal(jsonHead(built(t, folder))); err != nil {
		t.Fatal(err)
	}
	after, err := folder.Hash()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("the evidence changed (-before +after):\n%s", diff)
	}
}
