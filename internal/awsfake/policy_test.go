package awsfake

import (
	"strings"
	"testing"
)

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, value string
		want           bool
	}{
		{"*", "", true},
		{"", "", true},
		{"", "a", false},
		{"iam:get*", "iam:getrole", true},
		{"iam:get*", "iam:listroles", false},
		{"iam:*role", "iam:getrole", true},
		{"iam:*role", "iam:getroles", false},
		{"*a*b", "xaybzb", true},
		{"*a*b", "xaybz", false},
		{"?am:*", "iam:x", true},
		{"?am:*", "am:x", false},
		{"a**", "a", true},
		{strings.Repeat("*a", 40) + "b", strings.Repeat("a", 4000), false}, // must not take forever
	} {
		if got := glob(c.pattern, c.value); got != c.want {
			t.Errorf("glob(%.20q, %.20q) = %t", c.pattern, c.value, got)
		}
	}
}

func TestArnLike(t *testing.T) {
	const role = "arn:aws:iam::111122223333:role/team/Audit"
	for pattern, want := range map[string]bool{
		"arn:aws:iam::*:role/*":              true,
		"arn:*:iam::111122223333:role/*Audi": false,
		"arn:aws:*:role/team/Audit":          false, // a * does not reach over a colon
		"arn:aws:iam::111122223333:*":        true,
		"*":                                  true,
		"role":                               false,
	} {
		if got := arnLike(pattern, role); got != want {
			t.Errorf("arnLike(%q) = %t", pattern, got)
		}
	}
}

func TestParsePolicyRefuses(t *testing.T) {
	for document, says := range map[string]string{
		``:                 "policy document",
		`[]`:               "policy document",
		`{"Statement":[]}`: "no statement",
		`{"Statement":{"Effect":"allow","Action":"*"}}`:                                  "effect",
		`{"Statement":{"Effect":"Allow"}}`:                                               "Action",
		`{"Statement":{"Effect":"Allow","Action":"*","NotAction":"x"}}`:                  "NotAction",
		`{"Statement":{"Effect":"Allow","Action":"*","Principal":"me"}}`:                 "principal",
		`{"Statement":{"Effect":"Allow","Action":[["*"]]}}`:                              "neither",
		`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","NotResource":"x"}}`: "NotResource",
	} {
		if _, err := parsePolicy([]byte(document)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got error %v, want it to say %q", document, err, says)
		}
	}
}

func TestDecide(t *testing.T) {
	const role = "arn:aws:iam::111122223333:role/audit/One"
	f := facts{"aws:username": "alice"}
	for _, c := range []struct {
		name, document          string
		action, resource        string
		wantAllowed, wantDenied bool
	}{
		{"actions compare without case", `{"Effect":"Allow","Action":"IAM:getROLE","Resource":"*"}`, "iam:GetRole", role, true, false},
		{"resources compare with case", `{"Effect":"Allow","Action":"*","Resource":"*/one"}`, "iam:GetRole", role, false, false},
		{"resource pattern", `{"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::*:role/audit/*"}`, "iam:GetRole", role, true, false},
		{"other actions", `{"Effect":"Allow","NotAction":["s3:*","ec2:*"],"Resource":"*"}`, "iam:GetRole", role, true, false},
		{"not other actions", `{"Effect":"Allow","NotAction":["s3:*","iam:*"],"Resource":"*"}`, "iam:GetRole", role, false, false},
		{"other resources", `{"Effect":"Deny","Action":"*","NotResource":"*role/audit/*"}`, "iam:GetRole", role, false, false},
		{"not other resources", `{"Effect":"Deny","Action":"*","NotResource":"*role/other/*"}`, "iam:GetRole", role, false, true},
		{"no resource means any", `{"Effect":"Allow","Action":"iam:*"}`, "iam:GetRole", role, true, false},
		{"variable", `{"Effect":"Allow","Action":"*","Resource":"*user/${aws:username}"}`, "iam:GetUser", "arn:aws:iam::1:user/alice", true, false},
		{"variable of somebody else", `{"Effect":"Allow","Action":"*","Resource":"*user/${aws:username}"}`, "iam:GetUser", "arn:aws:iam::1:user/bob", false, false},
		{"variable without a value", `{"Effect":"Allow","Action":"*","Resource":"*user/${aws:PrincipalTag/x}"}`, "iam:GetUser", "arn:aws:iam::1:user/", false, false},
		{"a denial wins", `[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"iam:Get*","Resource":"*"}]`, "iam:GetRole", role, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := parsePolicy([]byte(`{"Statement":` + c.document + `}`))
			if err != nil {
				t.Fatal(err)
			}
			allowed, denied := p.decide(strings.ToLower(c.action), c.resource, f)
			if allowed != c.wantAllowed || denied != c.wantDenied {
				t.Errorf("got allowed %t, denied %t", allowed, denied)
			}
		})
	}
}
