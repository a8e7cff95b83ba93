package policy

import (
	"fmt"
	"strings"
	"testing"
)

func trustOf(t testing.TB, texts ...string) *Source {
	t.Helper()
	return source(t, TrustPolicy, "trust", texts...)
}

// TestAdmits follows "AWS JSON policy elements: Principal" and "Cross-account policy
// evaluation logic".
func TestAdmits(t *testing.T) {
	const role = `"Action":"sts:AssumeRole"`
	me, other := testARN("user/alice"), "arn:aws:iam::999999999999:role/app"
	for _, c := range []struct {
		name       string
		statements []string
		arn        string
		want       Admission
		holds      Truth
	}{
		{"the account", []string{`{"Effect":"Allow","Principal":{"AWS":"` + testAccount + `"},` + role + `}`}, me, AccountAdmitted, True},
		{"the account by its root", []string{`{"Effect":"Allow","Principal":{"AWS":"` + testARN("root") + `"},` + role + `}`}, me, AccountAdmitted, True},
		{"another account", []string{`{"Effect":"Allow","Principal":{"AWS":"` + testAccount + `"},` + role + `}`}, other, NotAdmitted, False},
		{"by name", []string{`{"Effect":"Allow","Principal":{"AWS":"` + me + `"},` + role + `}`}, me, PrincipalAdmitted, True},
		{"a session of the role", []string{`{"Effect":"Allow","Principal":{"AWS":"arn:aws:sts::999999999999:assumed-role/app/run"},` + role + `}`}, other, PrincipalAdmitted, True},
		{"everyone", []string{`{"Effect":"Allow","Principal":"*",` + role + `}`}, other, PrincipalAdmitted, True},
		{"everyone in a list", []string{`{"Effect":"Allow","Principal":{"AWS":["*"]},` + role + `}`}, other, PrincipalAdmitted, True},
		{"all but one", []string{`{"Effect":"Allow","NotPrincipal":{"AWS":"` + me + `"},` + role + `}`}, other, PrincipalAdmitted, True},
		{"the one", []string{`{"Effect":"Allow","NotPrincipal":{"AWS":"` + me + `"},` + role + `}`}, me, NotAdmitted, False},
		{"a service", []string{`{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},` + role + `}`}, me, NotAdmitted, False},
		{"another action", []string{`{"Effect":"Allow","Principal":"*","Action":"sts:TagSession"}`}, me, NotAdmitted, False},
		{"sts:*", []string{`{"Effect":"Allow","Principal":"*","Action":"sts:*"}`}, me, PrincipalAdmitted, True},
		{"with MFA", []string{`{"Effect":"Allow","Principal":"*",` + role + `,"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`}, me, PrincipalAdmitted, Depends},
		{"of another organization", []string{`{"Effect":"Allow","Principal":"*",` + role + `,"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-other"}}}`}, me, NotAdmitted, False},
		{"denied by name", []string{`{"Effect":"Allow","Principal":"*",` + role + `}`, `{"Effect":"Deny","Principal":{"AWS":"` + me + `"},` + role + `}`}, me, NotAdmitted, False},
		{"denied to another", []string{`{"Effect":"Allow","Principal":"*",` + role + `}`, `{"Effect":"Deny","Principal":{"AWS":"` + other + `"},` + role + `}`}, me, PrincipalAdmitted, True},
		{"denied sometimes", []string{`{"Effect":"Allow","Principal":"*",` + role + `}`, `{"Effect":"Deny","Principal":"*",` + role + `,"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`}, me, PrincipalAdmitted, Depends},
		{"a deleted principal", []string{`{"Effect":"Allow","Principal":{"AWS":"AIDAGONE"},` + role + `}`}, me, NotAdmitted, False},
	} {
		t.Run(c.name, func(t *testing.T) {
			account := accountOf(c.arn)
			admission, holds, by := trustOf(t, c.statements...).Admits(c.arn, account, alice(t).Facts)
			if admission != c.want || holds != c.holds {
				t.Errorf("admits %d (%d), want %d (%d)", admission, holds, c.want, c.holds)
			}
			if admission != NotAdmitted && by.Source == nil {
				t.Error("no statement is named")
			}
		})
	}
}

func TestTrustees(t *testing.T) {
	trust := trustOf(t,
		`{"Effect":"Allow","Principal":{"AWS":["123456789012","arn:aws:iam::123456789012:root","arn:aws:iam::123456789012:user/u","AROAGONE","*"],"Service":["ec2.amazonaws.com"],"Federated":"arn:aws:iam::111122223333:saml-provider/corp"},"Action":["sts:AssumeRole","sts:TagSession"]}`,
		`{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity"}`,
		`{"Effect":"Allow","NotPrincipal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}`,
		`{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}`,
		`{"Effect":"Allow","Principal":"*","Action":"sts:TagSession"}`,
	)
	var got []string
	for _, trustee := range trust.Trustees() {
		got = append(got, fmt.Sprintf("%s %s %s", trustee.Kind, trustee.Value, trustee.Account))
	}
	want := []string{
		"account 123456789012 123456789012", "account arn:aws:iam::123456789012:root 123456789012",
		"principal arn:aws:iam::123456789012:user/u 123456789012", "deleted principal AROAGONE ", "everyone * ", "service ec2.amazonaws.com ",
		"identity provider arn:aws:iam::111122223333:saml-provider/corp 111122223333",
		"identity provider arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com 111122223333",
		"everyone NotPrincipal ",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestStranger: what is open to just anybody, and what a condition keeps shut.
func TestStranger(t *testing.T) {
	for condition, want := range map[string]Truth{
		``: True,
		`"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`:                                                False,
		`"StringLike":{"aws:PrincipalOrgID":"*"}`:                                                             Depends,
		`"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`:                                        Depends,
		`"StringEquals":{"aws:PrincipalAccount":"111122223333"}`:                                              False,
		`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}`:                                   False,
		`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"}`:                                              True,
		`"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"}`:                                 False,
		`"StringEquals":{"sts:ExternalId":"secret"}`:                                                          Depends,
		`"StringEquals":{"aws:SourceAccount":"111122223333"}`:                                                 False,
		`"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`:                                             True,
		`"Bool":{"aws:PrincipalIsAWSService":"true"}`:                                                         False,
		`"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"},"IpAddress":{"aws:SourceIp":"198.51.100.0/24"}`: False,
	} {
		trust := trustOf(t, `{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Condition":{`+condition+`}}`)
		if got := Holds(trust.Analysis.Document.Statements[0].Conditions, Stranger("aws", testNow())); got != want {
			t.Errorf("%s: %d, want %d", condition, got, want)
		}
	}
}
