package org_test

import (
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/org"
)

// TestDenialOf reads the messages of "Troubleshoot access denied error messages", IAM User
// Guide, and those that say nothing.
func TestDenialOf(t *testing.T) {
	const user = "User: arn:aws:sts::111122223333:assumed-role/OrgauditRole/orgaudit is not authorized to perform: iam:GetPolicy on resource: policy x "
	for _, test := range []struct {
		message string
		want    org.Denial
		known   bool
	}{
		{user + "with an explicit deny in a service control policy", org.Denial{By: "service control policy", Explicit: true}, true},
		{user + "with an explicit deny in a service control policy: arn:aws:organizations::999988887777:policy/o-abc/service_control_policy/p-1234",
			org.Denial{By: "service control policy", Explicit: true, Policy: "arn:aws:organizations::999988887777:policy/o-abc/service_control_policy/p-1234"}, true},
		{user + "with an explicit deny in a resource control policy", org.Denial{By: "resource control policy", Explicit: true}, true},
		{user + "with an explicit deny in a permissions boundary: arn:aws:iam::111122223333:policy/b", org.Denial{By: "permissions boundary", Explicit: true, Policy: "arn:aws:iam::111122223333:policy/b"}, true},
		{user + "with an explicit deny in an identity-based policy", org.Denial{By: "identity-based policy", Explicit: true}, true},
		{user + "because no service control policy allows the iam:GetPolicy action", org.Denial{By: "service control policy"}, true},
		{user + "because no identity-based policy allows the iam:GetPolicy action", org.Denial{By: "identity-based policy"}, true},
		{user + "because no permissions boundary allows the iam:GetPolicy action", org.Denial{By: "permissions boundary"}, true},
		{user + "because no session policy allows the iam:GetPolicy action", org.Denial{By: "session policy"}, true},
		{user + "because no VPC endpoint policy allows the iam:GetPolicy action", org.Denial{By: "VPC endpoint policy"}, true},
		{"User: a is not authorized to perform: sts:AssumeRole on resource: b", org.Denial{}, false},
		{"You don't have permissions to access this resource.", org.Denial{}, false},
		{"", org.Denial{}, false},
	} {
		got, known := org.DenialOf(test.message)
		if diff := gocmp.Diff(test.want, got); diff != "" || known != test.known {
			t.Errorf("%q: known %t, want %t (-want +got):\n%s", test.message, known, test.known, diff)
		}
	}
}
