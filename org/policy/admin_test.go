package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFullAdministrator(t *testing.T) {
	everything := `{"Effect":"Allow","Action":"*","Resource":"*"}`
	star := []Grant{{By: `Action "*" on Resource "*"`}}
	for _, test := range []struct {
		name, statements string
		want             []Grant
	}{
		{"star on star", everything, star},
		{"in lists", `{"Effect":"Allow","Action":["s3:*","*"],"Resource":["arn:aws:s3:::b","*"]}`, star},
		{"all services", `{"Effect":"Allow","Action":"*:*","Resource":"*"}`,
			[]Grant{{By: `Action "*:*" on Resource "*"`}}},
		{"two stars", `{"Effect":"Allow","Action":"**","Resource":"**"}`,
			[]Grant{{By: `Action "**" on Resource "**"`}}},
		{"all services with two stars", `{"Effect":"Allow","Action":"*:**","Resource":"*"}`,
			[]Grant{{By: `Action "*:**" on Resource "*"`}}},
		{"question mark and star", `{"Effect":"Allow","Action":"?*","Resource":"*"}`,
			[]Grant{{By: `Action "?*" on Resource "*"`}}},
		{"escaped star", `{"Effect":"Allow","Action":"\u002a","Resource":"\u002A"}`, star},
		{"with Sid", `{"Sid":"Root","Effect":"Allow","Action":"*","Resource":"*"}`,
			[]Grant{{Sid: "Root", By: `Action "*" on Resource "*"`}}},
		{"all resources but one", `{"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::b"}`,
			[]Grant{{By: `Action "*" on NotResource "arn:aws:s3:::b"`}}},
		{"NotAction without the three", `{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}`,
			[]Grant{{By: `NotAction "s3:*" on Resource "*"`}}},
		{"NotAction with iam alone", `{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`,
			[]Grant{{By: `NotAction "iam:*" on Resource "*"`}}},
		{"NotAction without account", `{"Effect":"Allow","NotAction":["iam:*","organizations:*"],"Resource":"*"}`,
			[]Grant{{By: `NotAction "iam:*", "organizations:*" on Resource "*"`}}},
		{"NotAction with part of iam",
			`{"Effect":"Allow","NotAction":["iam:Create*","organizations:*","account:*","s3:*"],"Resource":"*"}`,
			[]Grant{{By: `NotAction "iam:Create*", "organizations:*", "account:*" and 1 more on Resource "*"`}}},
		{"NotAction that leaves nothing out", `{"Effect":"Allow","NotAction":[],"NotResource":[]}`,
			[]Grant{{By: `NotAction [] on NotResource []`}}},
		{"with a condition",
			`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`,
			[]Grant{{By: `Action "*" on Resource "*"`, Conditional: true}}},
		{"denied", everything + `,{"Effect":"Deny","Action":"*","Resource":"*"}`,
			[]Grant{{By: `Action "*" on Resource "*"`, Denied: true}}},
		{"denied by an empty NotAction", `{"Effect":"Deny","NotAction":[],"Resource":"*"},` + everything,
			[]Grant{{Statement: 1, By: `Action "*" on Resource "*"`, Denied: true}}},
		{"denied under a condition",
			everything + `,{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}}`, star},
		{"denied in part", everything + `,{"Effect":"Deny","Action":"iam:*","Resource":"*"}`, star},
		{"denied but for a service", everything + `,{"Effect":"Deny","NotAction":"iam:*","Resource":"*"}`, star},
		{"denied but for a resource", everything + `,{"Effect":"Deny","Action":"*","NotResource":"arn:aws:s3:::b"}`, star},
		{"each statement once",
			`{"Effect":"Allow","Action":"s3:*","Resource":"*"},` + everything + `,{"Sid":"Two","Effect":"Allow","Action":["*","*:*"],"Resource":"*"}`,
			[]Grant{
				{Statement: 1, By: `Action "*" on Resource "*"`},
				{Statement: 2, Sid: "Two", By: `Action "*" on Resource "*"`},
			}},

		{"no statements", ``, nil},
		{"deny", `{"Effect":"Deny","Action":"*","Resource":"*"}`, nil},
		{"one resource", `{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b"}`, nil},
		{"one service", `{"Effect":"Allow","Action":"iam:*","Resource":"*"}`, nil},
		{"operation of all services", `{"Effect":"Allow","Action":"*:Get*","Resource":"*"}`, nil},
		{"services one by one", `{"Effect":"Allow","Action":["a*","b*","c*"],"Resource":"*"}`, nil},
		{"power user", `{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"}`, nil},
		{"power user in another case", `{"Effect":"Allow","NotAction":["IAM:*","Organizations:?*","ACCOUNT:*","s3:*"],"Resource":"*"}`, nil},
		{"all actions left out", `{"Effect":"Allow","NotAction":"*","Resource":"*"}`, nil},
		{"all resources left out", `{"Effect":"Allow","Action":"*","NotResource":"*"}`, nil},
		{"no resource", `{"Effect":"Allow","Action":"*"}`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := mustParse(t, `{"Statement":[`+test.statements+`]}`)
			if diff := cmp.Diff(test.want, d.FullAdministrator()); diff != "" {
				t.Errorf("grants (-want +got):\n%s", diff)
			}
		})
	}
}
