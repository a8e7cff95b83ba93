package report

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
	"orgaudit/report/benchmark"
)

// populationWorkbook is a workbook of two accounts: of the first everything was read, of the
// second nothing.
func populationWorkbook(t *testing.T) *excelize.File {
	t.Helper()
	r := sampleReport(2)
	denied := org.Gap{Section: collect.OrganizationAnalyzersSection, Account: r.Accounts[1].ID, Region: "eu-west-1", Cause: org.Throttled}
	r.Gaps = []org.Gap{denied}
	r.OrganizationAnalyzers = []OrganizationAnalyzer{{
		AccountID: r.Accounts[1].ID, Region: "eu-central-1", Active: 3, Archived: 1, Pointer: "/holders/0/regions/1/analyzers/0",
		Analyzer: collect.Analyzer{ARN: "arn:aws:access-analyzer:::all", Name: "=all", Type: collect.AnalyzerOrganization, Status: collect.AnalyzerActive},
	}}
	r.Attachments = []PolicyAttachment{
		{NodeID: "r-ab12", NodeName: "Root", Kind: org.KindRoot, Path: "Root", Type: "SCP", PolicyID: "p-1", PolicyName: "=deny", Targets: 2, Pointer: "/policies/0/targets/1"},
		{NodeID: "r-ab12", NodeName: "Root", Kind: org.KindRoot, Path: "Root", Type: "RCP", Off: true},
		{NodeID: "ou-1", NodeName: "Unit", Kind: org.KindUnit, Path: "Root / Unit", Type: "SCP"},
	}
	each := r.EachAccount
	r.EachAccount = func(ctx context.Context, f func(*AccountRows) error) error {
		return each(ctx, func(rows *AccountRows) error {
			if rows.Account.ID == r.Accounts[0].ID {
				readPopulation(rows)
			} else {
				rows.Credentials = nil
				rows.Evidence = &collect.Evidence{Entry: collect.Entry{Kind: collect.EntryNone}, Gaps: []org.Gap{{Section: collect.EntrySection, Cause: org.RoleNotAssumable}}}
			}
			return f(rows)
		})
	}
	return openWorkbook(t, r)
}

func readPopulation(rows *AccountRows) {
	arn := "arn:aws:iam::" + rows.Account.ID
	details := &collect.Authorization{
		Users: []collect.User{
			{ARN: rows.Credentials[1].ARN, Name: rows.Credentials[1].User, Created: sampleStart(), Groups: []string{"=admins", "readers"}, Boundary: arn + ":policy/limits",
				Attached: []collect.AttachedPolicy{{Name: "ReadOnlyAccess"}, {Name: "Billing"}}, Inline: []collect.InlinePolicy{{Name: "=inline"}}, Tags: map[string]string{"b": "=2", "a": "1"}},
			{ARN: arn + ":user/unreported", Name: "unreported"},
		},
		Roles: []collect.Role{
			{ARN: arn + ":role/team/deploy", Name: "deploy", LastUsed: sampleStart(), LastUsedRegion: "eu-central-1"},
			{ARN: arn + ":role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS", Name: "AWSServiceRoleForECS"},
			{ARN: arn + ":role/closed", Name: "closed"},
		},
	}
	rows.Evidence = &collect.Evidence{
		Reads: []collect.Read{{Section: collect.AuthorizationSection}, {Section: collect.CredentialReportSection}}, Authorization: details,
		Analyzers: []collect.RegionAnalyzers{{Region: "eu-west-1"}, {Region: "eu-west-2", Analyzers: []collect.Analyzer{{
			ARN: "arn:aws:access-analyzer:::own", Name: "own", Type: collect.AnalyzerAccount, Status: "DISABLED",
			Findings:     []collect.AnalyzerFinding{{Status: "ACTIVE"}, {Status: "ARCHIVED"}, {Status: "ARCHIVED"}},
			ArchiveRules: []collect.ArchiveRule{{Name: "=buckets", Filter: map[string][]string{"resourceType": {"eq AWS::S3::Bucket"}, "isPublic": {"eq false"}}}},
		}}}},
	}
	rows.Trusts = []benchmark.Trust{
		{Role: arn + ":role/team/deploy", Kind: policy.TrustsAccount, Value: "999999999999"}, {Role: arn + ":role/team/deploy", Kind: policy.TrustsAccount, Value: "999999999999"},
		{Role: arn + ":role/team/deploy", Kind: policy.TrustsService, Value: "ec2.amazonaws.com"},
	}
	rows.OwnPolicies = []benchmark.OwnPolicy{
		{Name: "=all", ARN: arn + ":policy/all", Statements: 2, FullAdministrator: true, Managed: &collect.ManagedPolicy{Attachments: 3, BoundaryUses: 1, Default: "v2", Versions: make([]collect.PolicyVersion, 2), Created: sampleStart()}},
		{Name: "audit", Holder: arn + ":role/closed", Statements: 1},
		{Name: "broken", Holder: arn + ":role/closed", Gap: &org.Gap{Message: "no JSON"}},
	}
}

// picked are a few columns of a table, a row each.
func picked(table []map[string]string, titles ...string) [][]string {
	var rows [][]string
	for _, row := range table {
		var cells []string
		for _, title := range titles {
			cells = append(cells, row[title])
		}
		rows = append(rows, cells)
	}
	return rows
}

func TestPopulationSheets(t *testing.T) {
	f := populationWorkbook(t)
	const first = "arn:aws:iam::000000000012"
	notEntered := "(not read: " + org.RoleNotAssumable.Words() + ": section entry)"
	for _, test := range []struct {
		sheet  string
		titles []string
		want   [][]string
	}{
		{"Users", []string{"User", "Console password", "MFA", "Active keys", "Groups", "Policies attached", "Attached policies", "Policies inline", "Inline policies", "Permissions boundary", "Tags", "Evidence pointer"}, [][]string{
			{"payments-production", "yes", "yes", "1", "=admins\nreaders", "2", "ReadOnlyAccess\nBilling", "1", "=inline", first + ":policy/limits", "a=1\nb==2", "/authorization_details/users/0"},
			{"unreported", notKnown, notKnown, notKnown, "", "0", "", "0", "", "", "", "/authorization_details/users/1"},
			{notEntered, "", "", "", "", "", "", "", "", "", "", ""},
		}},
		{"Roles", []string{"Role", "Path", "Service-linked", "Trusts", "Last used (UTC)", "Evidence pointer"}, [][]string{
			{"deploy", "/team/", "no", "account 999999999999\nservice ec2.amazonaws.com", "2026-09-30 06:15:00", "/authorization_details/roles/0"},
			{"AWSServiceRoleForECS", "/aws-service-role/ecs.amazonaws.com/", "yes", "ecs.amazonaws.com", "never", "/authorization_details/roles/1"},
			{"closed", "/", "no", "(nobody, or the trust policy could not be understood)", "never", "/authorization_details/roles/2"},
			{notEntered, "", "", "", "", ""},
		}},
		{"Policies", []string{"Policy", "Kind", "ARN, or whose it is", "Attachments", "As boundary", "Default version", "Versions kept", "Statements", "Full administrator"}, [][]string{
			{"=all", "customer-managed", first + ":policy/all", "3", "1", "v2", "2", "2", "YES"},
			{"audit", "inline", first + ":role/closed", dash, dash, dash, dash, "1", "no"},
			{"broken", "inline", first + ":role/closed", dash, dash, dash, dash, notKnown, notKnown + ": no JSON"},
			{notEntered, "", "", "", "", "", "", "", ""},
		}},
		{"Analyzers", []string{"Analyzer", "Type", "Status", "Region", "Covers", "Active findings", "Archived findings", "Archive rules", "Rules and their filters", "Evidence file", "Evidence pointer"}, [][]string{
			{"(not read: " + org.Throttled.Words() + ": section organization_analyzers in eu-west-1)", "", "", "", "", "", "", "", "", "", ""},
			{"=all", "ORGANIZATION", "ACTIVE", "eu-central-1", "the organization", "3", "1", "0", "", "organization-analyzers.json", "/holders/0/regions/1/analyzers/0"},
			{"own", "ACCOUNT", "DISABLED", "eu-west-2", "the account", "1", "2", "1", "=buckets: isPublic eq false; resourceType eq AWS::S3::Bucket", "accounts/000000000012.json.gz", "/access_analyzer/1/analyzers/0"},
			{notEntered, "", "", "", "", "", "", "", "", "", ""},
		}},
		{"Policy attachments", []string{"Node", "Unit", "Kind of node", "Type", "Policy id", "Policy", "AWS managed", "Attached to nodes", "Evidence file", "Evidence pointer"}, [][]string{
			{"Root", "Root", "root", "SCP", "p-1", "=deny", "no", "2", "organization.json", "/policies/0/targets/1"},
			{"Root", "Root", "root", "RCP", "(type is not enabled)", "", "", "", "organization.json", ""},
			{"Unit", "Root / Unit", "organizational unit", "SCP", "(none)", "", "", "", "organization.json", ""},
		}},
	} {
		t.Run(test.sheet, func(t *testing.T) {
			if diff := cmp.Diff(test.want, picked(sheetTable(t, f, test.sheet, 2), test.titles...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestAccessKeysSheet: a key that exists or existed has a row, whether it is active or not.
func TestAccessKeysSheet(t *testing.T) {
	f := populationWorkbook(t)
	table := sheetTable(t, f, "Access keys", 2)
	got := picked(table, "User", "Key", "Active", "Created or rotated (UTC)", "Age in days", "Last used (UTC)", "Last used service", "Evidence pointer")
	want := [][]string{
		{"payments-production", "1", "yes", "2026-06-02 06:15:00", "119", "2026-09-27 06:15:00", "s3", "/credential_report/lines/2"},
		{`=HYPERLINK("http://example.com","open")`, "1", "yes", "2026-06-03 06:15:00", "118", "2026-09-27 06:15:00", "s3", "/credential_report/lines/3"},
		{"+41 79 000 00 00", "1", "yes", "2026-06-04 06:15:00", "117", "2026-09-27 06:15:00", "s3", "/credential_report/lines/4"},
		{"(not read: " + org.RoleNotAssumable.Words() + ": section entry)", "", "", "", "", "", "", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestAttachmentsOfTheTree: every node has a row of each type, in the order of the tree.
func TestAttachmentsOfTheTree(t *testing.T) {
	b := &builder{org: &org.Organization{
		Root: org.Unit{ID: "r-1", Name: "Root", Units: []org.Unit{{ID: "ou-1", Name: "Unit"}}}, PolicyTypes: []string{org.ServiceControlPolicy},
		Accounts: []org.Account{{ID: "000000000012", Name: "a", Path: []string{"r-1", "ou-1"}}, {ID: "000000000013", Name: "b"}},
		Policies: []org.Policy{
			{ID: "p-1", Type: org.TagPolicy, Targets: []org.Target{{ID: "r-1"}}},
			{ID: "p-2", Type: org.ServiceControlPolicy, Targets: []org.Target{{ID: "000000000012"}, {ID: "r-1"}}},
		},
	}}
	b.paths = b.org.UnitPaths()
	var got []string
	for _, p := range b.attachments() {
		got = append(got, strings.Join([]string{p.NodeID, p.Kind, p.Path, p.Type, p.PolicyID, p.Pointer}, "|"))
	}
	want := []string{
		"r-1|ROOT|Root|SCP|p-2|/policies/1/targets/1", "r-1|ROOT|Root|RCP||",
		"ou-1|ORGANIZATIONAL_UNIT|Root / Unit|SCP||", "ou-1|ORGANIZATIONAL_UNIT|Root / Unit|RCP||",
		"000000000012|ACCOUNT|Root / Unit|SCP|p-2|/policies/1/targets/0", "000000000012|ACCOUNT|Root / Unit|RCP||",
		"000000000013|ACCOUNT|(place unknown)|SCP||", "000000000013|ACCOUNT|(place unknown)|RCP||",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	b.org.Gaps = []org.Gap{{Section: org.SectionPolicies, Cause: org.DeniedByRole}}
	if got := b.attachments(); len(got) > 0 {
		t.Errorf("policies could not be read, and %d attachments are listed", len(got))
	}
}
