package report

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGuardrailCoverage(t *testing.T) {
	r := identityReport(12)
	f := openWorkbook(t, r)
	table := sheetTable(t, f, "Guardrail coverage", 3)
	if len(table) != len(r.Accounts) {
		t.Fatalf("%d rows, want one for each of %d accounts", len(table), len(r.Accounts))
	}
	var units []string
	for _, row := range table {
		if !slices.Contains(units, row["Unit"]) {
			units = append(units, row["Unit"])
		}
		if row["Unit"] != units[len(units)-1] {
			t.Errorf("the accounts of unit %s do not stand together", row["Unit"])
		}
		i := slices.IndexFunc(r.Accounts, func(a Account) bool { return a.ID == row["Account id"] })
		a := &r.Accounts[i]
		want := [2]string{"pass", "pass"}
		switch {
		case a.Outcome == Excluded:
			want = [2]string{"excluded", "excluded"}
		case a.Management:
			want = [2]string{"n/a", "n/a"}
		case a.Outcome == NotEntered:
			want[0] = "not assessed"
		case i%2 == 0:
			want = [2]string{"FAIL", "FAIL"}
		}
		if got := [2]string{row["guardrail-cloudtrail"], row["2.9 org-scp-deny-regions"]}; got != want {
			t.Errorf("account %d: %q, want %q", i, got, want)
		}
	}
	if got := cellValue(t, f, "Guardrail coverage", cellName(4, titleRows+2)); got != "3 of 7?" {
		t.Errorf("%q accounts are under the guardrail, want 3 of 7 that were judged, and one that was not", got)
	}
}

func TestGuardrailDetail(t *testing.T) {
	r := identityReport(12)
	rows := map[string][]map[string]string{}
	for _, row := range sheetTable(t, openWorkbook(t, r), "Guardrail detail", 2) {
		rows[row["Account id"]] = append(rows[row["Account id"]], row)
	}
	for i, want := range map[int]int{0: 2, 1: 0, 5: 2, 7: 1, 9: 0} { // the management account is 1, 9 is excluded
		if got := len(rows[r.Accounts[i].ID]); got != want {
			t.Errorf("account %d has %d rows, want %d", i, got, want)
		}
	}
	if row := rows[r.Accounts[7].ID][0]; row["Denied"] != "not assessed" || !strings.Contains(row["Observed"], "policies") {
		t.Errorf("what was not assessed is %v", row)
	}
	want := []map[string]string{{
		"Guardrail": "guardrail-cloudtrail", "Action": "cloudtrail:StopLogging", "Region": "", "Denied": "yes", "Policy": "=protect", "Policy id": "p-1", "Attached to": "unit Workloads",
		"Node id": "ou-ab12-00000001", "Statement": "statement 1", "Exempt by its conditions": "ArnNotLike aws:PrincipalArn", "Observed": "denied by SCP =protect",
	}, {
		"Guardrail": "guardrail-cloudtrail", "Action": "cloudtrail:DeleteTrail", "Region": "eu-west-1", "Denied": "NO", "Policy": "", "Policy id": "", "Attached to": "",
		"Node id": "", "Statement": "", "Exempt by its conditions": "", "Observed": "no SCP that binds the account denies it",
	}}
	got := rows[r.Accounts[0].ID]
	for _, row := range got {
		for _, title := range []string{"Unit", "Account id", "Account"} {
			delete(row, title)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows of the first account (-want +got):\n%s", diff)
	}
}

func TestGuardrailSheetsWithoutGuardrails(t *testing.T) {
	f := openWorkbook(t, sampleReport(3))
	for _, sheet := range []string{"Guardrail coverage", "Guardrail detail"} {
		if got := cellValue(t, f, sheet, cellName(1, titleRows+2)); got != noGuardrails {
			t.Errorf("sheet %s says %q", sheet, got)
		}
	}
}

// TestGuardrailSheetsGoOn: rows beyond the limit of a sheet go on in another one, unit by unit.
func TestGuardrailSheetsGoOn(t *testing.T) {
	r := identityReport(12)
	// The other sheets would go on in a hundred parts.
	whole := r.EachAccount
	r.EachAccount = func(ctx context.Context, f func(*AccountRows) error) error {
		return whole(ctx, func(rows *AccountRows) error {
			few := AccountRows{Account: rows.Account}
			for _, result := range rows.Results {
				if strings.HasPrefix(result.Control, guardrailPrefix) {
					few.Results = append(few.Results, result)
				}
			}
			return f(&few)
		})
	}
	f := openBytes(t, workbookBytes(t, r, 12+titleRows))
	var ids []string
	for _, part := range []struct {
		sheet  string
		header int
	}{{"Guardrail coverage", 3}, {"Guardrail coverage (2)", 1}} {
		for _, row := range sheetTable(t, f, part.sheet, part.header) {
			ids = append(ids, row["Account id"])
		}
	}
	if diff := cmp.Diff(accountsByUnit(r), ids); diff != "" {
		t.Errorf("accounts (-want +got):\n%s", diff)
	}
}

// TestFindingsSayWhatDecided: the statements that decided stand in one cell, a line each.
func TestFindingsSayWhatDecided(t *testing.T) {
	for _, row := range sheetTable(t, openWorkbook(t, identityReport(3)), "Tested items", 2) {
		if row["Control id"] == "guardrail-cloudtrail" && row["Status"] == "pass" && row["Decided by"] != "" {
			if want := "Deny: SCP =protect, statement 1\na second line"; row["Decided by"] != want {
				t.Errorf("decided by %q, want %q", row["Decided by"], want)
			}
			return
		}
	}
	t.Error("no finding says what decided")
}
