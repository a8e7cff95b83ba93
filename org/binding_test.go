package org_test

import (
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/org"
)

// TestBinding checks, level by level, which policies stand above an account.
func TestBinding(t *testing.T) {
	type level struct {
		Name, Kind string
		Policies   []string
	}
	o := walk(t, start(t, deepWorld(), nil).management())
	full := []string{"FullAWSAccess"}
	all := []string{"RCPFullAWSAccess"}
	for _, test := range []struct {
		name    string
		account string
		kind    string
		want    []level
	}{
		{"five levels down", deepest, org.ServiceControlPolicy, []level{
			{"Root", "ROOT", full},
			{"Εταιρεία", "ORGANIZATIONAL_UNIT", []string{"FullAWSAccess", "OnTheFirst"}},
			{"Workloads", "ORGANIZATIONAL_UNIT", full},
			{"Production", "ORGANIZATIONAL_UNIT", full},
			{"A", "ORGANIZATIONAL_UNIT", full},
			{"B", "ORGANIZATIONAL_UNIT", full},
			{"deepest", "ACCOUNT", []string{"FullAWSAccess", "OnAccounts"}},
		}},
		{"five levels down, RCPs", deepest, org.ResourceControlPolicy, []level{
			{"Root", "ROOT", all}, {"Εταιρεία", "ORGANIZATIONAL_UNIT", all}, {"Workloads", "ORGANIZATIONAL_UNIT", all},
			{"Production", "ORGANIZATIONAL_UNIT", all}, {"A", "ORGANIZATIONAL_UNIT", all},
			{"B", "ORGANIZATIONAL_UNIT", []string{"RCPFullAWSAccess", "OnTheFifth"}},
			{"deepest", "ACCOUNT", all},
		}},
		{"right under the root", besides, org.ServiceControlPolicy, []level{
			{"Root", "ROOT", full}, {"besides", "ACCOUNT", []string{"FullAWSAccess", "OnAccounts"}},
		}},
		{"management account", management, org.ServiceControlPolicy, []level{
			{"Root", "ROOT", full}, {"management", "ACCOUNT", []string{"FullAWSAccess", "OnAccounts"}},
		}},
		{"a type that is not read", middle, "BACKUP_POLICY", []level{
			{"Root", "ROOT", nil}, {"Εταιρεία", "ORGANIZATIONAL_UNIT", nil}, {"Workloads", "ORGANIZATIONAL_UNIT", nil},
			{"Production", "ORGANIZATIONAL_UNIT", nil}, {"middle", "ACCOUNT", nil},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []level
			for _, l := range o.Binding(o.Account(test.account), test.kind) {
				one := level{Name: l.Name, Kind: l.Kind}
				for _, p := range l.Policies {
					one.Policies = append(one.Policies, p.Name)
				}
				got = append(got, one)
			}
			if diff := gocmp.Diff(test.want, got); diff != "" {
				t.Errorf("levels differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnitPaths(t *testing.T) {
	o := walk(t, start(t, deepWorld(), nil).management())
	want := map[string]string{
		rootID: "Root", firstID: "Root / Εταιρεία", "ou-ab12-level002": "Root / Εταιρεία / Workloads",
		thirdID: "Root / Εταιρεία / Workloads / Production", "ou-ab12-level004": "Root / Εταιρεία / Workloads / Production / A",
		fifthID: "Root / Εταιρεία / Workloads / Production / A / B", twinID: "Root / Εταιρεία / Production",
	}
	if diff := gocmp.Diff(want, o.UnitPaths()); diff != "" {
		t.Errorf("paths differ (-want +got):\n%s", diff)
	}
}

func TestOrganizationAccount(t *testing.T) {
	o := organizationOf(deepWorld())
	for _, a := range o.Accounts {
		if got := o.Account(a.ID); got == nil || got.ID != a.ID {
			t.Errorf("account %s is %v", a.ID, got)
		}
		if got := o.IsManagement(a.ID); got != (a.ID == management) {
			t.Errorf("account %s is the management account: %v", a.ID, got)
		}
	}
	if got := o.Account("999999999999"); got != nil {
		t.Errorf("an account that is not there is %v, want nil", got)
	}
}

func TestIsAccountID(t *testing.T) {
	for id, want := range map[string]bool{
		"111122223333": true, "000000000000": true, "": false, "11112222333": false, "1111222233334": false,
		"11112222333a": false, "../../../../": false, "1111222\x003333": false, "١١١١٢٢": false, " 11122223333": false,
	} {
		if got := org.IsAccountID(id); got != want {
			t.Errorf("%q is an account id: %v, want %v", id, got, want)
		}
	}
}
