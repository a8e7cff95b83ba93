package policy

import "testing"

func TestAppliesToAction(t *testing.T) {
	for _, test := range []struct {
		name, elements, action string
		want                   bool
	}{
		{"literal", `"Action":"iam:CreateUser"`, "iam:CreateUser", true},
		{"another case", `"Action":"IAM:createuser"`, "iam:CreateUser", true},
		{"glob", `"Action":["s3:*","iam:Create*"]`, "iam:CreateUser", true},
		{"no element matches", `"Action":["s3:*","iam:Get?"]`, "iam:GetUser", false},
		{"empty Action", `"Action":[]`, "iam:GetUser", false},
		{"left out", `"NotAction":["s3:*","iam:*"]`, "iam:GetUser", false},
		{"left out in another case", `"NotAction":"IAM:*"`, "iam:GetUser", false},
		{"not left out", `"NotAction":["s3:*","iam:Get?"]`, "iam:GetUser", true},
		{"nothing left out", `"NotAction":[]`, "iam:GetUser", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, effect := range []string{"Allow", "Deny"} {
				d := mustParse(t, `{"Statement":{"Effect":"`+effect+`",`+test.elements+`}}`)
				if got := d.Statements[0].AppliesToAction(test.action); got != test.want {
					t.Errorf("%s: AppliesToAction(%q) = %t", effect, test.action, got)
				}
			}
		})
	}
}

func TestAllResources(t *testing.T) {
	for _, test := range []struct {
		elements string
		want     bool
	}{
		{`"Resource":"*"`, true},
		{`"Resource":["arn:aws:s3:::b","*"]`, true},
		{`"Resource":"**"`, true},
		{`"Resource":"*:*"`, true},
		{`"Resource":"?*"`, true},
		{`"Resource":"arn:*"`, true},
		{`"Resource":"arn:*:*:*:*:*"`, true},
		{`"Resource":"arn:aws:*"`, true},
		{`"Resource":"arn:aws-us-gov:*:*:*:*"`, true},
		{`"Resource":"arn:aws"`, true}, // AWS adds a star for each missing field
		{`"Resource":"arn:aws:s3"`, false},
		{`"Resource":"arn:aws:s3:::*"`, false},
		{`"Resource":"arn:*:iam::*"`, false},
		{`"Resource":"arn:aws:*:*:111122223333:*"`, false},
		{`"Resource":"*/*"`, false}, // reaches only ARNs with a slash
		{`"Resource":"arn:aws:s3:::b"`, false},
		{`"Resource":[]`, false},
		{`"NotResource":"arn:aws:s3:::b"`, true},
		{`"NotResource":["arn:aws:s3:::b","arn:aws:iam::*"]`, true},
		{`"NotResource":[]`, true},
		{`"NotResource":"*"`, false},
		{`"NotResource":["arn:aws:s3:::b","**"]`, false},
		{`"NotResource":"arn:*"`, false},
		{`"Principal":"*"`, false}, // neither element, as in a trust policy
	} {
		if got := mustParse(t, one(test.elements)).Statements[0].AllResources(); got != test.want {
			t.Errorf("%s: AllResources() = %t", test.elements, got)
		}
	}
}
