package report

import (
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
)

func TestCompare(t *testing.T) {
	evidence := func() (*collect.Evidence, []collect.CredentialRow) {
		ev := &collect.Evidence{
			AccountSummary: map[string]int32{"Users": 2, "Groups": 1, "Roles": 3, "Policies": 0, "ServerCertificates": 0, "AccountMFAEnabled": 1, "MFADevicesInUse": 2, "MFADevices": 1},
			Authorization: &collect.Authorization{Users: make([]collect.User, 2), Groups: make([]collect.Group, 1),
				Roles: []collect.Role{{}, {}, {ARN: "arn:aws:iam::111111111111:role/aws-service-role/x/y"}}},
			VirtualMFADevices: make([]collect.VirtualMFADevice, 1),
			CredentialReport:  &collect.CredentialReport{GeneratedAt: smallTime()},
		}
		for _, c := range collect.Collectors() {
			ev.Reads = append(ev.Reads, collect.Read{Section: c.Section, EndedAt: smallTime()})
		}
		return ev, []collect.CredentialRow{{User: collect.RootUserName, MFAActive: true}, {User: "a", MFAActive: true}, {User: "b"}}
	}
	// outcomes are by the key, a stroke and the section; those that are not named agree.
	for _, test := range []struct {
		name     string
		change   func(*collect.Evidence)
		outcomes map[string]string
	}{
		{"alike", func(*collect.Evidence) {}, nil},
		{"a user more", func(ev *collect.Evidence) { ev.AccountSummary["Users"] = 3 },
			map[string]string{"Users/authorization_details": Differs, "Users/credential_report": Differs}},
		{"hardware devices", func(ev *collect.Evidence) { ev.AccountSummary["MFADevicesInUse"] = 5 }, nil},
		{"fewer devices than users with MFA", func(ev *collect.Evidence) { ev.AccountSummary["MFADevicesInUse"] = 1 },
			map[string]string{"MFADevicesInUse/credential_report": Differs}},
		{"a figure is not answered", func(ev *collect.Evidence) { delete(ev.AccountSummary, "Roles") },
			map[string]string{"Roles/authorization_details": NotCompared}},
		{"a data set is denied", func(ev *collect.Evidence) {
			ev.Gaps = []org.Gap{{Section: collect.VirtualMFASection, Cause: org.DeniedByRole}}
		}, map[string]string{"MFADevicesInUse/virtual_mfa_devices": NotCompared}},
	} {
		t.Run(test.name, func(t *testing.T) {
			ev, rows := evidence()
			test.change(ev)
			seen := 0
			for _, c := range reconcile(ev, rows) {
				want := Agrees
				key := c.Key + "/" + string(c.Section)
				if outcome, ok := test.outcomes[key]; ok {
					want = outcome
					seen++
				} else if c.Key == "MFADevices" {
					want = NotCompared
				}
				if got := c.Outcome(); got != want {
					t.Errorf("%s %s, want that it %s: %+v", key, got, want, c)
				}
				if (c.Outcome() == Agrees) != (c.Why == "") {
					t.Errorf("%s %s, because %q", key, c.Outcome(), c.Why)
				}
			}
			if seen != len(test.outcomes) {
				t.Errorf("%d of %d figures were compared", seen, len(test.outcomes))
			}
		})
	}
}
