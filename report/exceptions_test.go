package report

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// smallException accepts a failed control for as long as the evidence is of September 2026.
func smallException(id, control string) benchmark.Exception {
	return benchmark.Exception{
		ID: id, Controls: []string{control}, Justification: "It is known.", Owner: "platform", Approver: "CISO",
		Created: "2026-01-01", Expires: "2026-09-30",
	}
}

// smallRegister accepts the organization's fail, one of the two users without MFA, and
// until the day before the evidence the root user without MFA.
func smallRegister() benchmark.Register {
	alice := smallException("EX-ALICE", "user-console-mfa")
	alice.Resources = []string{"*:user/alice"}
	root := smallException("EX-ROOT", "root-mfa")
	root.Accounts, root.Expires = []string{partialID}, "2026-09-29"
	certificate := smallException("EX-CERT", "server-cert-expired")
	certificate.Accounts = []string{completeID}
	return benchmark.Register{File: "exceptions.toml", Digest: strings.Repeat("ec", 32), Exceptions: []benchmark.Exception{
		smallException("EX-ORG", "org-root-access-central"), alice, root, certificate,
	}}
}

func excepted(t testing.TB, register benchmark.Register, folder *collect.Folder) *Report {
	t.Helper()
	o := smallOptions(t, folder)
	o.Exceptions, o.ExceptionLimits = register, benchmark.ExceptionLimits{ExpiringDays: 90, MostItems: 100, MostAccounts: 25}
	r, err := New(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestNewWithExceptions: exceptions change marks and the adjusted score, and nothing else.
func TestNewWithExceptions(t *testing.T) {
	folder := smallFolder(t)
	plain, r := built(t, folder), excepted(t, smallRegister(), folder)
	if diff := cmp.Diff(plain.Score.Raw, r.Score.Raw); diff != "" {
		t.Errorf("the raw score changed (-without +with):\n%s", diff)
	}
	if *r.Score.Adjusted <= *plain.Score.Adjusted {
		t.Errorf("the adjusted score is %.1f with exceptions and %.1f without", *r.Score.Adjusted, *plain.Score.Adjusted)
	}
	type count struct{ Failed, Excepted, Items int }
	want := map[string]count{
		"org-root-access-central": {1, 1, 1},
		"root-mfa":                {1, 0, 1},
		"user-console-mfa":        {1, 0, 2}, // bob is not excepted
		"server-cert-expired":     {},
	}
	got := map[string]count{}
	for i := range r.Controls {
		c := &r.Controls[i]
		got[c.ID] = count{c.Failed, c.Excepted, c.ItemsFailed}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("controls (-want +got):\n%s", diff)
	}
	if r.OrganizationResults[0].Mark != benchmark.Excepted {
		t.Errorf("the organization's result has the mark %q", r.OrganizationResults[0].Mark)
	}
	type use struct {
		ID                        string
		State                     benchmark.ExceptionState
		Items, Accounts, Reopened int
	}
	uses := []use{
		{"EX-ORG", benchmark.ExceptionExpiring, 1, 0, 0},
		{"EX-ALICE", benchmark.ExceptionExpiring, 1, 1, 0},
		{"EX-ROOT", benchmark.ExceptionExpired, 1, 1, 1},
		{"EX-CERT", benchmark.ExceptionUnused, 0, 0, 0},
	}
	var gotUses []use
	for _, u := range r.Exceptions {
		gotUses = append(gotUses, use{u.ID, u.State, u.Items, u.InAccounts, u.Reopened})
	}
	if diff := cmp.Diff(uses, gotUses); diff != "" {
		t.Errorf("exceptions (-want +got):\n%s", diff)
	}
	if want := "4 exceptions: 2 expiring, 1 expired, 1 unused"; r.ExceptionWords() != want {
		t.Errorf("in words %q, want %q", r.ExceptionWords(), want)
	}
}

// TestNewOfNarrowedAuditKeepsExceptions: an exception for an account that only this audit
// leaves out is not called unused.
func TestNewOfNarrowedAuditKeepsExceptions(t *testing.T) {
	e := smallException("EX-1", "root-mfa")
	e.Accounts = []string{excludedID, completeID}
	register := benchmark.Register{File: "x.toml", Exceptions: []benchmark.Exception{e}}
	for narrowed, want := range map[bool]benchmark.ExceptionState{false: benchmark.ExceptionUnused, true: benchmark.ExceptionUntested} {
		folder := smallFolder(t)
		rewrite(t, folder, func(r *collect.Record) {
			r.Excluded = []org.Exclusion{{AccountID: excludedID, Reason: "left out", Narrowed: narrowed}}
		})
		if err := folder.Seal(); err != nil {
			t.Fatal(err)
		}
		if got := excepted(t, register, folder).Exceptions[0].State; got != want {
			t.Errorf("narrowed %t: the exception is %q, want %q", narrowed, got, want)
		}
	}
}

// TestJSONOfExceptions: what others may build on.
func TestJSONOfExceptions(t *testing.T) {
	var document struct {
		File struct {
			Name   string
			SHA256 string
		} `json:"exceptions_file"`
		Exceptions []map[string]any
		Findings   []struct {
			Resource  string
			Exception string
			Expired   string `json:"expired_exception"`
		}
	}
	if err := json.Unmarshal(writtenJSON(t, excepted(t, smallRegister(), smallFolder(t))), &document); err != nil {
		t.Fatal(err)
	}
	if document.File.Name != "exceptions.toml" || document.File.SHA256 != strings.Repeat("ec", 32) {
		t.Errorf("the file of exceptions is %v", document.File)
	}
	want := map[string]any{
		"id": "EX-ROOT", "controls": []any{"root-mfa"}, "accounts": []any{partialID}, "justification": "It is known.",
		"owner": "platform", "approver": "CISO", "created": "2026-01-01", "expires": "2026-09-29",
		"state": "expired", "items_matched": 1.0, "accounts_matched": 1.0, "items_reopened": 1.0, "matches_too_much": false,
		"notes": []any{"expired after 2026-09-29: 1 failing item open again"},
	}
	if diff := cmp.Diff(want, document.Exceptions[2]); diff != "" {
		t.Errorf("exception (-want +got):\n%s", diff)
	}
	marks := map[string]string{}
	for _, f := range document.Findings {
		if f.Exception+f.Expired != "" {
			marks[f.Resource[strings.LastIndex(f.Resource, ":")+1:]] += f.Exception + "/" + f.Expired
		}
	}
	if marks["user/alice"] != "EX-ALICE/" || marks["root"] != "/EX-ROOT" || marks["user/bob"] != "" {
		t.Errorf("findings are marked %v", marks)
	}
}

func TestJSONOfMitigation(t *testing.T) {
	r := &benchmark.Result{Control: "root-mfa"}
	text, err := json.Marshal(jsonFindingOf(r, &benchmark.Item{Mitigation: &benchmark.Mitigation{
		PolicyID: "p-1", PolicyName: "deny root", NodeID: "r-ab12", NodeName: "Root", Statement: "p-1 statement DenyRoot",
	}}))
	want := `"mitigation":{"policy_id":"p-1","policy_name":"deny root","node_id":"r-ab12","node_name":"Root","statement":"p-1 statement DenyRoot"}`
	if err != nil || !strings.Contains(string(text), want) {
		t.Errorf("the finding is %s (%v), want %s in it", text, err, want)
	}
}

func TestExceptionsSheet(t *testing.T) {
	table := sheetTable(t, openWorkbook(t, sampleReport(12)), "Exceptions", 1)
	want := []map[string]string{{
		"Exception id": "EX-1", "State": "expiring", "Created": "2026-01-15", "Expires": "2026-10-31",
		"Items matched": "2", "Accounts matched": "1", "Items open again": "0", "Matches too much": "no", "To look at": "expires on 2026-10-31, in 31 days",
		"Controls": "root-mfa\nuser-mfa", "Accounts": "(any)", "Units": "Workloads", "Tags": "(any)", "Resources": "*",
		"Justification": "The devices are ordered.", "Compensating control": "An alarm on every use.", "Owner": "platform", "Approver": "CISO", "Ticket": "RISK-1",
	}, {
		"Exception id": "=EX-0", "State": "expired", "Created": "2025-01-15", "Expires": "2026-06-30",
		"Items matched": "3", "Accounts matched": "2", "Items open again": "3", "Matches too much": "yes", "To look at": "expired after 2026-06-30: 3 failing items open again\nanother note",
		"Controls": "root-mfa", "Accounts": "(any)", "Units": "(any)", "Tags": "(any)", "Resources": "(any)",
		"Justification": `=1+1\x1b[31m`, "Compensating control": "", "Owner": "platform", "Approver": "CISO",
	}}
	if diff := cmp.Diff(want, table); diff != "" {
		t.Error(diff)
	}
	for file, words := range map[string]string{"": "No file of exceptions was read.", "mine.toml": "The file mine.toml holds no exceptions."} {
		r := sampleReport(2)
		r.Exceptions, r.Register.File = nil, file
		if got := cellValue(t, openWorkbook(t, r), "Exceptions", cellName(1, titleRows+2)); got != words {
			t.Errorf("without exceptions the sheet says %q, want %q", got, words)
		}
	}
}

// TestAdjustedWords: that nobody looked must not read as if nothing had been found.
func TestAdjustedWords(t *testing.T) {
	seeking := Control{Control: &benchmark.Control{Mitigation: func(*benchmark.Subject, *benchmark.Item) *benchmark.Mitigation { return nil }}}
	const none = "The adjusted score is the raw one: no exception in force and no policy of the organization accounts for a fail in full."
	for _, c := range []struct {
		name string
		r    Report
		want string
	}{
		{"nobody looked", Report{}, none + " No file of exceptions was read. No control of this benchmark looks for mitigating policies."},
		{"nothing found", Report{Controls: []Control{seeking}, Register: RegisterFacts{File: "x.toml"}}, none},
		{"found", Report{Tally: benchmark.Tally{Accepted: 1}}, "The adjusted score counts fails as passed that have an approved exception or that a policy of the organization makes ineffective."},
	} {
		if got := adjustedWords(&c.r); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
