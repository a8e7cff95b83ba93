package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPrivilegedSheet(t *testing.T) {
	r := identityReport(12)
	rows := map[string][]map[string]string{}
	for _, row := range sheetTable(t, openWorkbook(t, r), "Privileged principals", 2) {
		rows[row["Account id"]] = append(rows[row["Account id"]], row)
	}
	for i, want := range map[int]string{
		2: "(not read: denied by a service control policy: section authorization_details)", 11: "(not read: not collected: section authorization_details)",
	} {
		if got := rows[r.Accounts[i].ID]; len(got) != 1 || got[0]["Kind"] != want {
			t.Errorf("account %d without authorization details has %v, want %s", i, got, want)
		}
	}
	if got := rows[r.Accounts[9].ID]; got != nil {
		t.Errorf("an excluded account has %v", got)
	}
	type line struct{ Name, Why, Conditional, By, Doubt, Password, MFA, Keys, Used, Other, Services, Levels, Full string }
	var got []line
	for _, row := range rows[r.Accounts[0].ID] {
		got = append(got, line{row["Name"], row["Why"], row["Conditional"], row["By which statement, or in which ways"], row["Not known"], row["Password"], row["MFA"],
			row["Active keys"], row["Last used (UTC)"], row["Assumable: other accounts"], row["Assumable: services"], row["Actions by access level"], row["Services in full"]})
	}
	want := []line{
		{"=root", "administrator by right", "no", "=AdministratorAccess, statement 1", "", "yes", "no", "2", "2026-09-30 06:15:00", "", "", "List 7, Permissions management 2", "all"},
		{"unknown", "administrator by right", "yes", "policy p, statement 2", "SCPs may take it away, and are not all known", notKnown, notKnown, notKnown, notKnown, "", "", "", "all except cloudtrail, config"},
		{"deploy", "can become an administrator", "no", "iam:PutRolePolicy\niam:PassRole + ec2:RunInstances", "", dash, dash, dash, "never",
			"111111111111\n222222222222\n000190000025\nand 5 more", "ec2.amazonaws.com", "",
			"a4b, account, aiops, amplify, aoss, apigateway, appflow, athena, aws-portal, backup, batch, bedrock and 2 more"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("principals of the first account (-want +got):\n%s", diff)
	}
}

func TestTrustSheets(t *testing.T) {
	r := identityReport(12)
	f := openWorkbook(t, r)
	var got []string
	missing := 0
	for _, row := range sheetTable(t, f, "Trusts", 2) {
		if strings.HasPrefix(row["Role"], "(not read: ") {
			missing++
		}
		if row["Account id"] == r.Accounts[0].ID {
			got = append(got, strings.Join([]string{row["Role"][strings.LastIndex(row["Role"], "/")+1:], row["Its account id"], row["Where it stands"], row["In the organization"],
				"in " + row["Gets in"], "id " + row["External ID"], row["Mitigated by"]}, ", "))
		}
	}
	want := []string{
		"vendor, 999999999999, outside the organization, NO, in yes, id yes, ", "vendor, 999999999999, outside the organization, NO, in yes, id yes, ",
		"service, , AWS service, –, in yes, id no, ",
		"open, 999999999999, outside the organization, NO, in no, id no, ", "open, , everyone, NO, in yes, id no, ",
		"rcp, 999999999999, outside the organization, NO, in yes, id no, =perimeter at the root, statement 1",
		"central, 000190000025, management account, yes, in yes, id no, ", "own, own, same account, yes, in yes, id no, ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("trusts of the first account (-want +got):\n%s", diff)
	}
	if missing != 3 { // 2, 7 and 11
		t.Errorf("%d accounts are said to be missing, want 3", missing)
	}

	missing, got = 0, nil
	for _, row := range sheetTable(t, f, "Trust matrix", 2) {
		if strings.HasPrefix(row["Trusted account"], "(not read: ") {
			missing++
		}
		if row["Trusting account id"] == r.Accounts[0].ID {
			got = append(got, strings.Join([]string{row["Trusted account id"], row["Trusted account"], row["In the organization"], row["Roles"], row["Nobody gets in"],
				row["With external ID"], row["With MFA"], row["With organization"]}, ", "))
		}
	}
	want = []string{
		`000190000025, =HYPERLINK("http://example.com","open"), yes, 1, 0, 0, 0, 1`, "999999999999, , NO, 3, 2, 1, 0, 0", "(everyone), , NO, 1, 0, 0, 0, 0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("trusted accounts of the first account (-want +got):\n%s", diff)
	}
	if missing != 3 {
		t.Errorf("%d accounts are said to be missing from the matrix, want 3", missing)
	}

	got = nil
	for _, row := range sheetTable(t, f, "Outside access", 4) {
		got = append(got, strings.Join([]string{row["Account or service"], row["Known"], row["Accounts"], row["Roles"], row["Nobody gets in"], row["Without external ID or source"]}, ", "))
	}
	want = []string{"(everyone), NO, 8, 8, 0, 8", "999999999999, NO, 8, 24, 16, 0", "lambda.amazonaws.com, –, 8, 8, 0, 0"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("access from outside (-want +got):\n%s", diff)
	}
	if text := cellValue(t, f, "Outside access", cellName(1, titleRows+3)); !strings.Contains(text, "missing: 3 accounts.") {
		t.Errorf("the sheet says of what it lacks: %q", text)
	}
}
