package report

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// The small organization: one account of each outcome.
const (
	completeID     = "000000000001" // the management account, in the root
	partialID      = "111111111111" // in Workloads
	notEnteredID   = "222222222222" // in Workloads / Test
	excludedID     = "333333333333" // in Workloads / Test
	notCollectedID = "444444444444" // in Workloads
)

func smallTime() time.Time { return time.Date(2026, 9, 30, 6, 15, 0, 0, time.UTC) }

// smallOrganization has centralized root access off, so that its one control fails.
func smallOrganization() *org.Organization {
	account := func(id, name string, path ...string) org.Account {
		return org.Account{
			ID: id, ARN: "arn:aws:organizations::" + completeID + ":account/o-a1b2c3d4e5/" + id, Name: name,
			Email: "aws+" + name + "@example.com", State: org.StateActive, Path: path, Joined: smallTime().AddDate(-2, 0, 0),
		}
	}
	return &org.Organization{
		Schema: collect.Schema, ID: "o-a1b2c3d4e5", ARN: "arn:aws:organizations::" + completeID + ":organization/o-a1b2c3d4e5",
		Partition: "aws", ManagementAccountID: completeID, FeatureSet: "ALL",
		Root: org.Unit{ID: "r-ab12", Name: "Root", Units: []org.Unit{
			{ID: "ou-ab12-workload", Name: "Workloads", Units: []org.Unit{{ID: "ou-ab12-testtest", Name: "Test"}}},
		}},
		Accounts: []org.Account{
			account(completeID, "management", "r-ab12"),
			account(partialID, "payments", "r-ab12", "ou-ab12-workload"),
			account(notEnteredID, "sandbox", "r-ab12", "ou-ab12-workload", "ou-ab12-testtest"),
			account(excludedID, "supplier", "r-ab12", "ou-ab12-workload", "ou-ab12-testtest"),
			account(notCollectedID, "late", "r-ab12", "ou-ab12-workload"),
		},
		RootFeatures: []string{}, WalkedAt: smallTime(), WalkEnded: smallTime().Add(20 * time.Second),
		Gaps: []org.Gap{{Section: org.SectionTags, Cause: org.DeniedByRole, Code: "AccessDeniedException", At: smallTime()}},
	}
}

const smallReport = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active," +
	"access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service," +
	"access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service," +
	"cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated\n" +
	"<root_account>,arn:aws:iam::000000000001:root,2020-01-01T00:00:00+00:00,true,2026-01-01T00:00:00+00:00,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n" +
	"alice,arn:aws:iam::000000000001:user/alice,2020-01-01T00:00:00+00:00,true,no_information,2026-01-01T00:00:00+00:00,N/A,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n" +
	"bob,arn:aws:iam::000000000001:user/bob,2020-01-01T00:00:00+00:00,true,no_information,2026-01-01T00:00:00+00:00,N/A,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n"

// smallEvidence is the evidence of the three accounts that were visited.
func smallEvidence(t testing.TB) []*collect.Evidence {
	t.Helper()
	credentials, err := collect.NewCredentialReport([]byte(smallReport), smallTime())
	if err != nil {
		t.Fatal(err)
	}
	evidence := func(id string, minute int, gaps ...org.Gap) *collect.Evidence {
		ev := &collect.Evidence{
			Schema: collect.Schema, AccountID: id, Calls: 40, Retries: 2, Reads: []collect.Read{}, Gaps: gaps,
			Entry:     collect.Entry{Kind: collect.EntryRole, RoleARN: "arn:aws:iam::" + id + ":role/orgaudit"},
			StartedAt: smallTime().Add(time.Duration(minute) * time.Minute),
		}
		ev.EndedAt = ev.StartedAt.Add(30 * time.Second)
		for _, c := range collect.Collectors() {
			if len(gaps) == 0 || gaps[0].Section != c.Section {
				ev.Reads = append(ev.Reads, collect.Read{Section: c.Section, EndedAt: ev.EndedAt})
			}
		}
		return ev
	}
	complete := evidence(completeID, 1)
	complete.CredentialReport = credentials
	complete.AccountSummary = map[string]int32{"AccountMFAEnabled": 1, "AccountPasswordPresent": 1}
	complete.PasswordPolicy, complete.Authorization = &collect.PasswordPolicy{}, &collect.Authorization{
		Users: []collect.User{{Name: "alice"}, {Name: "bob"}}, Roles: []collect.Role{{Name: "orgaudit"}},
	}
	partial := evidence(partialID, 2, org.Gap{
		Section: collect.CredentialReportSection, Account: partialID, Cause: org.DeniedBySCP, Operation: "IAM:GetCredentialReport",
		Code: "AccessDenied", RequestID: "00000000-0000-4000-8000-000000000002", Message: "explicit deny in a service control policy", At: smallTime().Add(2 * time.Minute),
	})
	partial.AccountSummary = map[string]int32{"AccountMFAEnabled": 0, "AccountPasswordPresent": 1}
	partial.PasswordPolicy, partial.Authorization = &collect.PasswordPolicy{}, &collect.Authorization{}
	partial.ServerCertificates = []collect.ServerCertificate{{ARN: "arn:aws:iam::111111111111:server-certificate/www", Expires: smallTime().AddDate(1, 0, 0)}}
	notEntered := evidence(notEnteredID, 3, org.Gap{
		Section: collect.EntrySection, Account: notEnteredID, Cause: org.RoleNotAssumable, Operation: "STS:AssumeRole",
		Code: "AccessDenied", RequestID: "00000000-0000-4000-8000-000000000003", Message: "not authorized to perform sts:AssumeRole", At: smallTime().Add(3 * time.Minute),
	})
	notEntered.Reads, notEntered.Entry.Kind, notEntered.Calls = []collect.Read{}, collect.EntryNone, 1
	return []*collect.Evidence{complete, partial, notEntered}
}

// smallFolder writes the evidence of a run that was stopped before its last account.
func smallFolder(t testing.TB) *collect.Folder {
	t.Helper()
	folder, err := collect.CreateFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, ev := range smallEvidence(t) {
		if err := folder.WriteAccount(ev); err != nil {
			t.Fatal(err)
		}
	}
	err = errors.Join(
		folder.WriteOrganization(smallOrganization()),
		folder.WriteRecord(&collect.Record{
			Schema: collect.Schema, Tool: "v1.0.0", State: collect.Stopped, StartedAt: smallTime(), EndedAt: smallTime().Add(5 * time.Minute),
			Caller: "arn:aws:sts::000000000001:assumed-role/auditor/me", OrganizationID: "o-a1b2c3d4e5", RoleName: "orgaudit",
			ConfigDigest: strings.Repeat("c0", 32), Calls: 9, Retries: 1,
			Excluded: []org.Exclusion{{AccountID: excludedID, Reason: "excluded by account id"}},
		}),
		folder.Seal(),
	)
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// rewrite changes the record of the run.
func rewrite(t testing.TB, folder *collect.Folder, change func(*collect.Record)) {
	t.Helper()
	record, err := folder.Record()
	if err != nil {
		t.Fatal(err)
	}
	change(record)
	if err := folder.WriteRecord(record); err != nil {
		t.Fatal(err)
	}
}

// smallOptions asks for four controls, one of them of the organization, and lists one
// recommendation that nothing judges.
func smallOptions(t testing.TB, folder *collect.Folder) Options {
	t.Helper()
	text := "id = \"small\"\ntitle = \"Small benchmark\"\n"
	for number, control := range []string{"org-root-access-central", "root-mfa", "user-console-mfa", "server-cert-expired"} {
		text += "[[recommendation]]\nnumber = \"1." + string('1'+rune(number)) + "\"\nlevel = 1\nassessment = \"Automated\"\ncontrol = \"" + control + "\"\n"
	}
	text += "[[recommendation]]\nnumber = \"1.10\"\ntitle = \"Look at it\"\nlevel = 2\nassessment = \"Manual\"\n"
	d, err := benchmark.LoadDefinition(fstest.MapFS{"benchmarks/small.toml": {Data: []byte(text)}}, "small")
	if err != nil {
		t.Fatal(err)
	}
	return Options{
		Folder: folder, Definition: d, Parameters: benchmark.DefaultParameters(), Weights: benchmark.DefaultWeights(),
		Title: "Audit", Company: "Example AG", Confidentiality: "Confidential",
	}
}

func built(t testing.TB, folder *collect.Folder) *Report {
	t.Helper()
	r, err := New(context.Background(), smallOptions(t, folder))
	if err != nil {
		t.Fatal(err)
	}
	return r
}
