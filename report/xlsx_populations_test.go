package report

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/org"
)

// TestSheetsSayWhatTheyLack checks that a list which is incomplete does not look like all
// that there is.
func TestSheetsSayWhatTheyLack(t *testing.T) {
	r := sampleReport(3)
	r.Gaps = []org.Gap{
		{Section: org.SectionPolicies, Cause: org.DeniedByRole},
		{Section: org.SectionTree, Account: r.Accounts[0].ID, Subject: r.Accounts[0].ID, Cause: org.NotWalked},
		{Section: collect.OrganizationAnalyzersSection, Account: r.Accounts[1].ID, Region: "eu-west-1", Cause: org.Throttled},
		{Section: collect.OrganizationAnalyzersSection, Account: r.Accounts[1].ID, Region: "me-south-1", Cause: org.RegionNotEnabled},
	}
	each := r.EachAccount
	r.EachAccount = func(ctx context.Context, f func(*AccountRows) error) error {
		return each(ctx, func(rows *AccountRows) error {
			rows.Evidence = &collect.Evidence{Gaps: []org.Gap{
				{Section: collect.AnalyzersSection, Region: "eu-central-1", Cause: org.DeniedBySCP},
				{Section: collect.AnalyzersSection, Region: "af-south-1", Cause: org.RegionNotEnabled},
			}}
			return f(rows)
		})
	}
	f := openWorkbook(t, r)
	for sheet, want := range map[string]map[string][]string{
		"SCPs by account": {
			organizationRow:  {"(not read: " + org.DeniedByRole.Words() + ": section policies)"},
			r.Accounts[0].ID: {"(not read: " + org.NotWalked.Words() + ": section tree, " + r.Accounts[0].ID + ")"},
		},
		"Access Analyzer findings": {
			r.Accounts[0].ID: {"(not read: " + org.DeniedBySCP.Words() + ": section access_analyzer in eu-central-1)"},
			r.Accounts[1].ID: {
				"(not read: " + org.Throttled.Words() + ": section organization_analyzers in eu-west-1)",
				"(not read: " + org.DeniedBySCP.Words() + ": section access_analyzer in eu-central-1)",
			},
			r.Accounts[2].ID: {"(not read: " + org.DeniedBySCP.Words() + ": section access_analyzer in eu-central-1)"},
		},
	} {
		got := map[string][]string{}
		for _, row := range sheetTable(t, f, sheet, 1) {
			for _, text := range []string{row["Type"], row["Finding id"]} {
				if strings.HasPrefix(text, "(not read: ") {
					got[row["Account id"]] = append(got[row["Account id"]], text)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("sheet %s says of what it lacks (-want +got):\n%s", sheet, diff)
		}
	}
}
