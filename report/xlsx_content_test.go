package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"orgaudit/collect"

	"orgaudit/org"
	"orgaudit/report/benchmark"
)

func TestCoverageReconciles(t *testing.T) {
	for _, test := range []struct {
		name   string
		walked int // accounts that the walk counted beyond those listed
		want   []string
	}{
		{"all accounts are listed", 0, []string{"30", "30", "23", "2", "2", "1", "2", "30", "0"}},
		{"an account is lost", 1, []string{"31", "30", "23", "2", "2", "1", "2", "30", "1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := sampleReport(30)
			r.Organization.Accounts += test.walked
			f := openWorkbook(t, r)
			const sheet = "Scope and coverage"
			rows, err := f.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{
				"Accounts of the organization", "Accounts listed below", "complete", "partial", "not entered",
				"not collected", "excluded", "Sum of the outcomes", "Difference",
			}, rows[titleRows]); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]string{
				"All calls to AWS", "Calls of the accounts below", "Caller's identity and walk", "Organization's analyzers", "Sum", "Difference",
			}, rows[titleRows+2]); diff != "" {
				t.Error(diff)
			}
			calls := []string{"1,230", "1,107", "123", "0", "1,230", "0"}
			for _, line := range []struct {
				row      int
				want     []string
				formulas []int // columns
			}{{titleRows + 2, test.want, []int{2, 3, 4, 5, 6, 7, 8, 9}}, {titleRows + 4, calls, []int{2, 5, 6}}} {
				if diff := cmp.Diff(line.want, rows[line.row-1]); diff != "" {
					t.Error(diff)
				}
				for _, column := range line.formulas {
					cell := cellName(column, line.row)
					if formula, err := f.GetCellFormula(sheet, cell); err != nil || formula == "" {
						t.Errorf("cell %s is no live formula: %v", cell, err)
					}
					if got, err := f.CalcCellValue(sheet, cell); err != nil || got != line.want[column-1] {
						t.Errorf("cell %s calculates to %s, but says %s: %v", cell, got, line.want[column-1], err)
					}
				}
			}
			if got := len(rows) - titleRows - coverageRows - 1; got != 30 {
				t.Errorf("%d accounts are listed, want 30", got)
			}
		})
	}
}

func TestCoverageSaysWhatBecameOfAnAccount(t *testing.T) {
	table := sheetTable(t, openWorkbook(t, sampleReport(12)), "Scope and coverage", 6)
	got := table[7]
	want := map[string]string{
		"Account id": "001330000103", "Account": "straße-ünïcode", "Unit": "Root / Отдел продаж", "State": "ACTIVE",
		"Outcome": "not entered", "Why": "audit role cannot be assumed", "Error code": "AccessDenied", "Request id": "00000000-0000-4000-8000-000000000007",
		"How entered": "audit role", "Role": "arn:aws:iam::001330000103:role/orgaudit", "Identity": "arn:aws:sts::001330000103:assumed-role/orgaudit/audit",
		"Started (UTC)": "2026-09-30 06:22:00", "Ended (UTC)": "2026-09-30 06:22:48", "Calls": "41", "Retries": "1", "Throttled": "1", "Sections read": "0", "Sections missing": "12",
		"Evidence file": "accounts/001330000103.json.gz", "Management account": "no", "IAM users": dash, "IAM roles": dash,
		"E-mail": "aws+0007@example.com", "Joined (UTC)": "2025-12-23 06:15:00", "Tags": "cost-centre=0007; env=prod; owner=team straße-ünïcode",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if never := table[11]; never["Outcome"] != "not collected" || never["Started (UTC)"] != "" {
		t.Errorf("an account without a call shows %q, started %q", never["Outcome"], never["Started (UTC)"])
	}
}

// TestCoverageCountsCalls checks the table of services and that the list below it is still
// what the totals count.
func TestCoverageCountsCalls(t *testing.T) {
	r := sampleReport(12)
	r.Services = []collect.Traffic{
		{Service: "IAM", Calls: 30, Retries: 2, Throttled: 1, Latency: 1500, Longest: 900},
		{Service: "STS", Calls: 4, Latency: 100, Longest: 30},
	}
	const sheet = "Scope and coverage"
	f := openWorkbook(t, r)
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"Service", "Calls", "Retries", "Throttled", "Average (ms)", "Longest (ms)"},
		{"IAM", "30", "2", "1", "50", "900"}, {"STS", "4", "0", "0", "25", "30"},
	}
	if diff := cmp.Diff(want, rows[titleRows+coverageRows:titleRows+coverageRows+3]); diff != "" {
		t.Error(diff)
	}
	for _, column := range []int{2, 3, 8} {
		cell := cellName(column, titleRows+2)
		if got, err := f.CalcCellValue(sheet, cell); err != nil || got != cellValue(t, f, sheet, cell) {
			t.Errorf("cell %s calculates to %s, but says %s: %v", cell, got, cellValue(t, f, sheet, cell), err)
		}
	}
}

func TestAccountIDsAreText(t *testing.T) {
	f := openWorkbook(t, sampleReport(12))
	cell := cellName(1, titleRows+coverageRows+2)
	kind, err := f.GetCellType("Scope and coverage", cell)
	if err != nil {
		t.Fatal(err)
	}
	if id := cellValue(t, f, "Scope and coverage", cell); id != "000000000012" || kind != excelize.CellTypeInlineString {
		t.Errorf("account id is %q of cell type %d, want text with its zeros", id, kind)
	}
	table := sheetTable(t, f, "Scope and coverage", 6)
	if diff := cmp.Diff("cost-centre=0001; env=prod; owner=team =HYPERLINK(\"http://example.com\",\"open\")", table[1]["Tags"]); diff != "" {
		t.Error(diff)
	}
	if table[1]["Management account"] != "yes" || table[2]["Management account"] != "no" {
		t.Error("the management account is not marked")
	}
}

func TestGapsSheet(t *testing.T) {
	r := sampleReport(12)
	table := sheetTable(t, openWorkbook(t, r), "Gaps", 1)
	if len(table) != len(r.Gaps) {
		t.Fatalf("%d gaps are listed, want %d", len(table), len(r.Gaps))
	}
	if table[0]["Account id"] != "organization" || table[0]["Cause"] != org.DeniedByRole.Words() {
		t.Errorf("first gap %v is not the organization's in words", table[0])
	}
	if got, want := table[1]["Message"], `is not authorized to perform: sts:AssumeRole\x1b[31m`; got != want {
		t.Errorf("message %q, want %q", got, want)
	}
}

func TestEmptySheetsSaySo(t *testing.T) {
	r := sampleReport(2)
	r.Gaps, r.EachPolicy = nil, nil
	f := openWorkbook(t, r)
	for sheet, want := range map[string]string{
		"Gaps": "Everything was read: there are no gaps.", "SCPs by account": "No SCP or RCP was read, or the organization has none.",
	} {
		if got := cellValue(t, f, sheet, cellName(1, titleRows+2)); got != want {
			t.Errorf("sheet %s says %q, want %q", sheet, got, want)
		}
	}
}

func TestLeadSheetListsWhatIsNotJudged(t *testing.T) {
	r := sampleReport(12)
	table := sheetTable(t, openWorkbook(t, r), leadName, 2)
	if len(table) != len(r.Controls)+len(r.NotJudged) {
		t.Fatalf("%d rows, want %d", len(table), len(r.Controls)+len(r.NotJudged))
	}
	c := r.Controls[0]
	if got := table[0]; got["Number"] != "1.3" || got["Control id"] != c.ID || got["Judged"] != "yes" ||
		got["Accounts failed"] != fmt.Sprint(c.Failed) || got["Items passed"] != fmt.Sprint(c.ItemsPassed) || got["Test procedure"] != c.Test {
		t.Errorf("first control: %v", got)
	}
	for i, n := range r.NotJudged {
		got := table[len(r.Controls)+i]
		if got["Number"] != n.Number || got["Title"] != n.Title || got["Result"] != "not judged by this tool; no part of any score" || got["Accounts passed"] != "" {
			t.Errorf("recommendation %s: %v", n.Number, got)
		}
	}
}

func TestTestedItemsAreTheWholePopulation(t *testing.T) {
	r := sampleReport(12)
	table := sheetTable(t, openWorkbook(t, r), "Tested items", 2)
	want := map[string]int{}
	rows := 0
	count := func(results []benchmark.Result) {
		for _, result := range results {
			want["population"] += result.Population
			rows += max(len(result.Items), 1)
		}
	}
	count(r.OrganizationResults)
	for i := range r.Accounts {
		count(sampleRows(r, i).Results)
	}
	if len(table) != rows {
		t.Fatalf("%d rows, want %d", len(table), rows)
	}
	if table[0]["Account id"] != "organization" {
		t.Errorf("the organization's items do not stand first, but those of %q", table[0]["Account id"])
	}
	accounts, words := 0, map[string]bool{}
	for i, row := range table {
		if row["Resource"] != dash {
			accounts++
		}
		if row["Status"] == "not assessed" && (row["Cause or reason"] == "" || row["Account id"] == r.Accounts[7].ID && row["Error code"] != "AccessDenied") {
			t.Errorf("row %d: not assessed without its cause: %v", i, row)
		}
		if row["Status"] == "n/a" && row["Cause or reason"] == "" {
			t.Errorf("row %d: not applicable without a reason: %v", i, row)
		}
		words[row["Status"]+": "+row["Exception or mitigation"]] = true
	}
	marks := map[string]bool{
		"pass: ": true, "n/a: ": true, "manual: ": true, "not assessed: ": true,
		"FAIL: open again: =EX-0 has expired": true, "FAIL (excepted): excepted (EX-1)": true,
		"FAIL (mitigated): mitigated by =deny leaving at Workloads": true,
	}
	if diff := cmp.Diff(marks, words); diff != "" {
		t.Errorf("status and mark (-want +got):\n%s", diff)
	}
	if accounts != want["population"] {
		t.Errorf("%d items, want the population of %d", accounts, want["population"])
	}
	first := slices.IndexFunc(table, func(row map[string]string) bool { return row["Account id"] == r.Accounts[0].ID })
	wantRow := map[string]string{
		"Item id":    findingID("root-no-access-keys", r.Accounts[0].ID, "payments-production", 0),
		"Account id": "000000000012", "Account": "payments-production", "Number": "1.3", "Control id": "root-no-access-keys",
		"Status": "pass", "Exception or mitigation": "", "Resource": "payments-production", "Observed": "mfa_active is true", "Expected": "mfa_active is true", "Decided by": "",
		"Evidence file": "accounts/000000000012.json.gz", "Evidence pointer": "/credential_report/lines/1",
		"Evidence time (UTC)": "2026-09-30 06:15:48",
	}
	if diff := cmp.Diff(wantRow, table[first]); diff != "" {
		t.Error(diff)
	}
}

func TestCredentialReportSheet(t *testing.T) {
	r := sampleReport(12)
	table := sheetTable(t, openWorkbook(t, r), "Credential report", 1)
	users := map[string][]string{}
	for _, row := range table {
		users[row["Account id"]] = append(users[row["Account id"]], row["User"])
	}
	for i := range r.Accounts {
		a := &r.Accounts[i]
		want := []string{"(no credential report: " + sheetOutcome(a.Outcome) + ")"}
		if credentials := sampleRows(r, i).Credentials; credentials != nil {
			want = nil
			for _, c := range credentials {
				want = append(want, cellText(c.User))
			}
		}
		if diff := cmp.Diff(want, users[a.ID]); diff != "" {
			t.Errorf("users of %s: %s", a.ID, diff)
		}
	}
	root := table[0]
	if root["Password last used (UTC)"] != "no_information" || root["Created (UTC)"] != "2024-04-13 06:15:00" || root["Report generated (UTC)"] != "2026-09-30 04:45:00" || root["MFA active"] != "yes" {
		t.Errorf("root user: %v", root)
	}
}

func TestAccessAnalyzerSheet(t *testing.T) {
	r := sampleReport(12)
	table := sheetTable(t, openWorkbook(t, r), "Access Analyzer findings", 1)
	want, unread := 0, map[string]bool{}
	for i := range r.Accounts {
		rows := sampleRows(r, i)
		want += len(rows.Findings)
		if rows.Evidence == nil && rows.Account.Outcome != Excluded {
			unread[rows.Account.ID] = true
		}
	}
	if len(unread) == 0 {
		t.Fatal("every account of the sample has evidence")
	}
	said := map[string]bool{}
	table = slices.DeleteFunc(table, func(row map[string]string) bool {
		missing := strings.HasPrefix(row["Finding id"], "(not read: ")
		if missing {
			said[row["Account id"]] = true
		}
		return missing
	})
	if diff := cmp.Diff(unread, said); diff != "" {
		t.Errorf("accounts whose findings are said to be unknown (-want +got):\n%s", diff)
	}
	if len(table) != want {
		t.Errorf("%d findings, want %d", len(table), want)
	}
	if got := table[0]; got["Account"] != r.Accounts[1].Name || got["Resource"] != "arn:aws:s3:::bucket-1-0" || got["Analyzed (UTC)"] != "2026-09-30 06:15:00" {
		t.Errorf("first finding: %v", got)
	}
}

// allPolicies are those that bind the accounts.
func allPolicies(t *testing.T, r *Report) (all []BindingPolicy) {
	t.Helper()
	err := r.EachPolicy(func(p *BindingPolicy) error {
		all = append(all, *p)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestPoliciesSheet(t *testing.T) {
	r := sampleReport(12)
	table := sheetTable(t, openWorkbook(t, r), "SCPs by account", 1)
	policies := allPolicies(t, r)
	if len(table) != len(policies) {
		t.Fatalf("%d rows, want %d", len(table), len(policies))
	}
	for i, row := range table {
		if want := map[bool]string{true: "yes", false: "no"}[policies[i].Binds]; row["Binds the account"] != want {
			t.Errorf("row %d: binds %q, want %q", i, row["Binds the account"], want)
		}
	}
}
