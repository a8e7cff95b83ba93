package policy

import "testing"

func TestIsFullAccess(t *testing.T) {
	for _, test := range []struct {
		name, statements string
		want             bool
	}{
		{"FullAWSAccess", `{"Effect":"Allow","Action":"*","Resource":"*"}`, true},
		{"RCPFullAWSAccess", `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`, true},
		{"everyone in the list of AWS", `{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"*","Resource":"*"}`, true},
		{"all services", `{"Sid":"x","Effect":"Allow","Action":["*:*"],"Resource":["*"]}`, true},
		{"no statement", ``, false},
		{"deny", `{"Effect":"Deny","Action":"*","Resource":"*"}`, false},
		{"beside a deny", `{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"s3:*","Resource":"*"}`, false},
		{"condition", `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`, false},
		{"one service", `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`, false},
		{"one principal", `{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"*","Resource":"*"}`, false},
		{"all principals but one", `{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"*","Resource":"*"}`, false},
		{"all actions but one", `{"Effect":"Allow","NotAction":"s3:GetObject","Resource":"*"}`, false},
		{"all resources but one", `{"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::b"}`, false},
		{"no resource", `{"Effect":"Allow","Action":"*"}`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := mustParse(t, `{"Statement":[`+test.statements+`]}`).IsFullAccess(); got != test.want {
				t.Errorf("IsFullAccess() = %t", got)
			}
		})
	}
}
