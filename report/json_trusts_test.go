package report

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/report/benchmark"
)

// TestJSONOfIdentity: what the workbook shows of principals, trusts and decisions is there.
func TestJSONOfIdentity(t *testing.T) {
	r := identityReport(12)
	var document struct {
		TrustMatrix   []jsonTrustPair     `json:"trust_matrix"`
		OutsideAccess []jsonOutsideAccess `json:"outside_access"`
		Results       []jsonResult
		Findings      []jsonFinding
		Privileged    []jsonPrivileged `json:"privileged_principals"`
		Trusts        []jsonTrust
	}
	if err := json.Unmarshal(writtenJSON(t, r), &document); err != nil {
		t.Fatal(err)
	}
	// Of 12 accounts 9 have evidence, and one of these lacks the authorization details.
	if got := [2]int{len(document.Privileged), len(document.Trusts)}; got != [2]int{8 * 3, 8 * 8} {
		t.Fatalf("%v principals and trusts, want 24 and 64", got)
	}
	counts := func(roles, nobody, external, organization int) jsonRoleCount {
		return jsonRoleCount{Roles: roles, NobodyIn: nobody, ExternalID: external, Organization: organization}
	}
	first := r.Accounts[0].ID
	if diff := cmp.Diff([]jsonTrustPair{
		{first, TrusteeAccount, "000190000025", r.Accounts[1].Name, benchmark.ManagementAccount, counts(1, 0, 0, 1)},
		{first, TrusteeAccount, "999999999999", "", benchmark.OutsideAccount, counts(3, 2, 1, 0)},
		{first, TrusteeEveryone, "", "", benchmark.Everyone, counts(1, 0, 0, 0)},
	}, document.TrustMatrix[:3], cmp.AllowUnexported(jsonTrustPair{})); diff != "" {
		t.Errorf("trusted accounts of the first account (-want +got):\n%s", diff)
	}
	if o := document.OutsideAccess[0]; o.Kind != TrusteeEveryone || o.Accounts != 8 || o.Unguarded != 8 {
		t.Errorf("of everyone it says %+v", o)
	}
	if c := document.Privileged[0].Credentials; c == nil || c.ActiveKeys != 2 || document.Privileged[1].Credentials != nil {
		t.Errorf("credentials %v and %v", c, document.Privileged[1].Credentials)
	}
	if p := document.Privileged[0]; p.Levels.PermissionsManagement != 2 || len(p.Services) != 1 || document.Privileged[2].Services[1] != "account" {
		t.Errorf("it may do %+v in %v", p.Levels, p.Services)
	}
	if m := document.Trusts[5].Mitigation; m == nil || m.PolicyID != "p-1" {
		t.Errorf("mitigation of %+v", document.Trusts[5])
	}
	decided := 0
	for _, f := range document.Findings {
		if len(f.Because) == 2 && f.Control == "guardrail-cloudtrail" {
			decided++
		}
	}
	if decided == 0 {
		t.Error("no finding says what decided")
	}
	for _, result := range document.Results {
		if (result.Scope == benchmark.OrganizationScope) != (result.Account == nil) {
			t.Errorf("%s has scope %s and account %v", result.Control, result.Scope, result.Account)
		}
	}
}
