package policy

import (
	"slices"
	"strings"
	"testing"
)

// analysisOf is a document of the statements.
func analysisOf(t testing.TB, statements string) *Analysis {
	t.Helper()
	return Analyse(mustParse(t, `{"Version":"2012-10-17","Statement":[`+statements+`]}`))
}

func TestFullService(t *testing.T) {
	const (
		all      = `{"Effect":"Allow","Action":"kms:*","Resource":"*"}`
		denied   = `{"Effect":"Deny","Action":"kms:*","Resource":"*"}`
		elements = `{"Effect":"Allow","Action":["kms:*","s3:Get*"],"Resource":["arn:aws:s3:::b","*"]}`
	)
	for _, test := range []struct {
		name, statements string
		want             []int // nil where the service is not granted whole
	}{
		{"the service on all resources", all, []int{0}},
		{"in lists", elements, []int{0}},
		{"in another case", `{"Effect":"Allow","Action":"KMS:*","Resource":"*"}`, []int{0}},
		{"doubled stars", `{"Effect":"Allow","Action":"kms:**","Resource":"**"}`, []int{0}},
		{"a glob of the service's name", `{"Effect":"Allow","Action":"k?s:*","Resource":"*"}`, []int{0}},
		{"everything", `{"Effect":"Allow","Action":"*","Resource":"*"}`, []int{0}},
		{"escaped", `{"Effect":"Allow","Action":"\u006bms:\u002a","Resource":"\u002a"}`, []int{0}},
		{"all but another service", `{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}`, []int{0}},
		{"all but an action that nobody knows", `{"Effect":"Allow","NotAction":"nosuch:Thing","Resource":"*"}`, []int{0}},
		{"all but one action of the service", `{"Effect":"Allow","NotAction":"kms:Decrypt","Resource":"*"}`, nil},
		{"in two statements", `{"Effect":"Allow","Action":["kms:C*","s3:*"],"Resource":"*"},{"Effect":"Allow","NotAction":"kms:Cr*","Resource":"*"}`, []int{0, 1}},
		{"two statements that leave one action", `{"Effect":"Allow","NotAction":["kms:Create*"],"Resource":"*"},{"Effect":"Allow","Action":"kms:CreateKey","Resource":"*"}`, nil},
		{"all resources but one", `{"Effect":"Allow","Action":"kms:*","NotResource":"arn:aws:kms:eu-central-1:111122223333:key/1"}`, []int{0}},
		{"under a condition", `{"Effect":"Allow","Action":"kms:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`, []int{0}},
		{"on one resource", `{"Effect":"Allow","Action":"kms:*","Resource":"arn:aws:kms:eu-central-1:111122223333:key/1"}`, nil},
		{"every action but on keys alone", `{"Effect":"Allow","Action":"kms:*","Resource":"arn:aws:kms:*:*:key/*"}`, nil},
		{"part of the service", `{"Effect":"Allow","Action":["kms:Get*","kms:List*"],"Resource":"*"}`, nil},
		{"another service", `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`, nil},
		{"allowed and denied", all + "," + denied, nil},
		{"denied but for another service", all + `,{"Effect":"Deny","NotAction":"s3:*","Resource":"*"}`, nil},
		{"one action denied", all + `,{"Effect":"Deny","Action":"kms:ScheduleKeyDeletion","Resource":"*"}`, nil},
		{"denied on one key", all + `,{"Effect":"Deny","Action":"kms:*","Resource":"arn:aws:kms:eu-central-1:111122223333:key/1"}`, []int{0}},
		{"denied on all keys but one", all + `,{"Effect":"Deny","Action":"kms:*","NotResource":"arn:aws:kms:eu-central-1:111122223333:key/1"}`, []int{0}},
		{"denied under a condition", all + `,{"Effect":"Deny","Action":"kms:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}`, []int{0}},
		{"another service denied", all + `,{"Effect":"Deny","Action":"s3:*","Resource":"*"}`, []int{0}},
		{"a denial alone", denied, nil},
	} {
		got, full := analysisOf(t, test.statements).FullService("kms")
		if full != (test.want != nil) || !slices.Equal(got, test.want) {
			t.Errorf("%s: statements %v (%t), want %v", test.name, got, full, test.want)
		}
	}
	if got, full := analysisOf(t, `{"Effect":"Allow","Action":"*","Resource":"*"}`).FullService("nosuch"); full {
		t.Errorf("a service that nobody knows is granted whole by %v", got)
	}
}

func TestServiceWildcard(t *testing.T) {
	for statement, want := range map[string]string{
		`"Action":"s3:*","Resource":"*"`:                                                     `Action "s3:*"`,
		`"Action":["s3:Get*","sqs:**"],"Resource":"*"`:                                       `Action "sqs:**"`,
		`"Action":"*","Resource":"*"`:                                                        `Action "*"`,
		`"Action":"nosuch:*","Resource":"*"`:                                                 `Action "nosuch:*"`,
		`"Action":"s3:?*","Resource":"*"`:                                                    `Action "s3:?*"`,
		`"Action":"s?s:*","Resource":"*"`:                                                    `Action "s?s:*"`,
		`"Action":"sq*","Resource":"*"`:                                                      `Action "sq*"`,
		`"NotAction":["iam:*","kms:Decrypt"],"Resource":"*"`:                                 `NotAction "iam:*", "kms:Decrypt"`,
		`"Action":"s3:*","NotResource":"arn:aws:s3:::b"`:                                     `Action "s3:*"`,
		`"NotAction":"*:Delete*","Resource":"*"`:                                             "",
		`"NotAction":"*","Resource":"*"`:                                                     "",
		`"Action":["s3:Get*","s3:*Object"],"Resource":"*"`:                                   "",
		`"Action":"*:Get*","Resource":"*"`:                                                   "",
		`"Action":"s3:??*","Resource":"*"`:                                                   "",
		`"Action":"s3:*","Resource":"arn:aws:s3:::b/*"`:                                      "",
		`"Action":"s3:*","NotResource":"*"`:                                                  "",
		`"Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}`: "",
	} {
		_, by, ok := analysisOf(t, `{"Effect":"Allow",`+statement+`}`).ServiceWildcard()
		if ok != (want != "") || by != want {
			t.Errorf("%s: %s (%t), want %s", statement, by, ok, want)
		}
	}
	i, _, ok := analysisOf(t, `{"Effect":"Deny","Action":"s3:*","Resource":"*"},{"Effect":"Allow","Action":"sqs:*","Resource":"*"}`).ServiceWildcard()
	if !ok || i != 1 {
		t.Errorf("statement %d (%t), want the one that allows", i, ok)
	}
}

func TestAssumesByWildcard(t *testing.T) {
	for statement, want := range map[string]string{
		`"Action":"sts:AssumeRole","Resource":"*"`:                                                          `Resource "*"`,
		`"Action":"STS:assume*","Resource":["arn:aws:iam::111122223333:role/a","arn:aws:iam::*:role/a"]`:    `Resource "arn:aws:iam::*:role/a"`,
		`"Action":"sts:*","Resource":"arn:aws:iam::111122223333:role/ci-*"`:                                 `Resource "arn:aws:iam::111122223333:role/ci-*"`,
		`"Action":"*","Resource":"arn:aws:iam::111122223333:role/ci/*"`:                                     `Resource "arn:aws:iam::111122223333:role/ci/*"`,
		`"Action":"sts:AssumeRole","Resource":"arn:aws:iam::11112222333?:role/a"`:                           `Resource "arn:aws:iam::11112222333?:role/a"`,
		`"Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:*"`:                                `Resource "arn:aws:iam::111122223333:*"`,
		`"Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333"`:                                  `Resource "arn:aws:iam::111122223333"`,
		`"NotAction":"iam:*","Resource":"*"`:                                                                `Resource "*"`,
		`"Action":"sts:AssumeRole","NotResource":"arn:aws:iam::111122223333:role/admin"`:                    `NotResource "arn:aws:iam::111122223333:role/admin"`,
		`"Action":"sts:AssumeRole","Resource":"*","Condition":{"StringEquals":{"aws:ResourceOrgID":"o-1"}}`: `Resource "*"`,

		`"Action":"sts:AssumeRole","NotResource":"arn:aws:iam::*:role/*"`:                                               "",
		`"Action":"sts:AssumeRole","NotResource":"*"`:                                                                   "",
		`"Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/a"`:                                       "",
		`"Action":"sts:AssumeRole","Resource":"arn:*:iam::111122223333:role/a"`:                                         "",
		`"Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/${aws:username}"`:                         "",
		`"Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/a${*}"`:                                   "",
		`"Action":["sts:AssumeRole","s3:GetObject"],"Resource":["arn:aws:iam::111122223333:role/a","arn:aws:s3:::b/*"]`: "",
		`"Action":"sts:AssumeRoleWithSAML","Resource":"*"`:                                                              "",
		`"Action":"sts:Get*","Resource":"*"`:                                                                            "",
		`"NotAction":"sts:*","Resource":"*"`:                                                                            "",
	} {
		_, by, ok := analysisOf(t, `{"Effect":"Allow",`+statement+`}`).AssumesByWildcard()
		if ok != (want != "") || by != want {
			t.Errorf("%s: %s (%t), want %s", statement, by, ok, want)
		}
	}
	const any = `{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}`
	if _, by, ok := analysisOf(t, any+`,{"Effect":"Deny","Action":"sts:AssumeRole","Resource":"*"}`).AssumesByWildcard(); ok {
		t.Errorf("what is denied is allowed by %s", by)
	}
	// Without policy variables, ${*} is text with a wildcard.
	old := Analyse(mustParse(t, `{"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111122223333:role/a${*}"}}`))
	if _, _, ok := old.AssumesByWildcard(); !ok {
		t.Error("a document of 2008 has no policy variables, and a wildcard in one is missed")
	}
}

func TestAllowsOnEvery(t *testing.T) {
	for statement, want := range map[string]bool{
		`"Action":"kms:Decrypt","Resource":"*"`:                                        true,
		`"Action":"kms:*","Resource":"arn:*:kms:*:*:key/*"`:                            true,
		`"Action":"kms:Dec*","Resource":"arn:aws:kms:eu-central-1:111122223333:key/*"`: true,
		`"Action":"kms:Decrypt","Resource":"arn:aws:kms:*:111122223333:*"`:             true,
		`"Action":"kms:Decrypt","Resource":"arn:aws:kms:*"`:                            true,
		`"Action":"kms:Decrypt","Resource":"arn:aws:*:*:*:key/*"`:                      true,
		`"NotAction":"s3:*","Resource":"*"`:                                            true,
		`"Action":"kms:Decrypt","NotResource":"arn:aws:kms:*:*:key/1"`:                 true,
		`"Action":"kms:Decrypt","NotResource":"arn:aws:kms:*:*:key/*"`:                 false,
		`"Action":"kms:Decrypt","NotResource":"arn:aws:kms:*:*:*"`:                     false,
		`"Action":"kms:Decrypt","Resource":"arn:aws:kms:*:*:alias/*"`:                  false,
		`"Action":"kms:Decrypt","Resource":"arn:aws:kms:*:*:key/1"`:                    false,
		`"Action":"kms:Decrypt","Resource":"arn:aws:kms:*:*:key/mrk-*"`:                false,
		`"Action":"kms:Decrypt","Resource":"arn:aws:s3:::*"`:                           false,
		`"Action":"kms:Encrypt","Resource":"*"`:                                        false,
	} {
		if _, ok := analysisOf(t, `{"Effect":"Allow",`+statement+`}`).AllowsOnEvery("kms:Decrypt", "key/"); ok != want {
			t.Errorf("%s: %t, want %t", statement, ok, want)
		}
	}
}

func TestAllowsEverywhere(t *testing.T) {
	const subscribe = `{"Effect":"Allow","Action":"aws-marketplace:Sub*","Resource":"*"}`
	for statements, want := range map[string]int{
		subscribe: 0,
		`{"Effect":"Allow","Action":"AWS-Marketplace:subscribe","Resource":"*"}`:                                                                 0,
		`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`:                                                                                  0,
		`{"Effect":"Allow","Action":"aws-marketplace:*","Resource":"arn:aws:aws-marketplace:*:*:x"},` + subscribe:                                1,
		subscribe + `,{"Effect":"Deny","Action":"aws-marketplace:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}`: 0,
		subscribe + `,{"Effect":"Deny","Action":"aws-marketplace:*","Resource":"arn:aws:aws-marketplace:*:*:x"}`:                                 0,
		subscribe + `,{"Effect":"Deny","Action":"*","Resource":"*"}`:                                                                             -1,
		subscribe + `,{"Effect":"Deny","NotAction":"s3:*","NotResource":[]}`:                                                                     -1,
		`{"Effect":"Allow","Action":"aws-marketplace:View*","Resource":"*"}`:                                                                     -1,
	} {
		i, ok := analysisOf(t, statements).AllowsEverywhere("aws-marketplace:Subscribe")
		if !ok {
			i = -1
		}
		if i != want {
			t.Errorf("%s: statement %d, want %d", statements, i, want)
		}
	}
}

func TestEffective(t *testing.T) {
	for _, test := range []struct {
		name, statements string
		has, lacks       []string
	}{
		{"what is allowed", `{"Effect":"Allow","Action":["s3:Get*","iam:PassRole"],"Resource":"arn:aws:s3:::b"}`,
			[]string{"s3:GetObject", "iam:PassRole"}, []string{"s3:PutObject", "sqs:GetQueueUrl"}},
		{"without what is denied", `{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"s3:Delete*","Resource":"*"}`,
			[]string{"s3:GetObject"}, []string{"s3:DeleteObject"}},
		{"denials of a part do not count", `{"Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"s3:Delete*","Resource":"arn:aws:s3:::b/*"}`,
			[]string{"s3:DeleteObject"}, nil},
		{"all but one service", `{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`, []string{"s3:GetObject", "sts:AssumeRole"}, []string{"iam:PassRole"}},
		{"two exceptions together leave what only one makes", `{"Effect":"Allow","NotAction":"iam:*","Resource":"*"},{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}`,
			[]string{"iam:PassRole", "s3:GetObject"}, nil},
		{"denied but for one service", `{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","NotAction":"s3:*","Resource":"*"}`,
			[]string{"s3:GetObject"}, []string{"iam:PassRole"}},
		{"a denial alone", `{"Effect":"Deny","Action":"s3:*","Resource":"*"}`, nil, []string{"s3:GetObject", "iam:PassRole"}},
	} {
		a := analysisOf(t, test.statements)
		for _, name := range append(slices.Clone(test.has), test.lacks...) {
			i, ok := ActionIndex(name)
			if !ok {
				t.Fatalf("the catalogue lacks %s", name)
			}
			if got, want := a.Effective().Has(i), slices.Contains(test.has, name); got != want {
				t.Errorf("%s: %s is there: %t, want %t", test.name, name, got, want)
			}
		}
	}
}

// TestFullServiceAgreesWithEffective: on documents that are about all resources, both say
// the same of every service.
func TestFullServiceAgreesWithEffective(t *testing.T) {
	for _, statements := range []string{
		`{"Effect":"Allow","Action":["kms:*","s3:*","iam:Get*"],"Resource":"*"}`,
		`{"Effect":"Allow","NotAction":["kms:Decrypt","s3:*"],"Resource":"*"},{"Effect":"Deny","Action":"sqs:SendMessage","Resource":"*"}`,
		`{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","NotAction":["a*:*","*:Get*"],"Resource":"*"}`,
	} {
		a, full := analysisOf(t, statements), 0
		for _, service := range Services() {
			_, got := a.FullService(service)
			if want := a.Effective().CoversService(service); got != want {
				t.Errorf("%s: all of %s: %t, its effective actions say %t", statements, service, got, want)
			}
			if got {
				full++
			}
		}
		if full == 0 || full == len(Services()) {
			t.Errorf("%s: %d services are granted whole", statements, full)
		}
	}
}

func TestManagesPermissions(t *testing.T) {
	boundary := func(operator, value string) string {
		return `"Action":"iam:AttachRolePolicy","Resource":"*","Condition":{"` + operator + `":{"iam:PermissionsBoundary":"` + value + `"}}`
	}
	const arn = "arn:aws:iam::111122223333:policy/boundary"
	for statement, want := range map[string]string{
		`"Action":["iam:AttachRolePolicy","iam:GetRole"],"Resource":"*"`:                                            "iam:AttachRolePolicy",
		`"Action":"iam:attach*policy","Resource":"arn:aws:iam::111122223333:*"`:                                     "iam:AttachGroupPolicy iam:AttachRolePolicy iam:AttachUserPolicy",
		`"Action":"iam:AttachRolePolicy","NotResource":"arn:aws:iam::111122223333:role/admin"`:                      "iam:AttachRolePolicy",
		`"Action":"iam:AttachRolePolicy","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`: "iam:AttachRolePolicy",
		boundary("StringEqualsIfExists", arn):                                                                       "iam:AttachRolePolicy",
		boundary("StringNotEquals", arn):                                                                            "iam:AttachRolePolicy",
		boundary("StringLike", "*"):                                                                                 "iam:AttachRolePolicy",
		boundary("Null", "false"):                                                                                   "iam:AttachRolePolicy",
		boundary("StringEquals", arn):                                                                               "",
		boundary("ArnLike", arn):                                                                                    "",
		`"Action":"iam:AttachRolePolicy","Resource":"arn:aws:iam::111122223333:role/app-*"`:                         "",
		`"Action":["iam:Get*","iam:List*","iam:PassRole"],"Resource":"*"`:                                           "",
		`"NotAction":["iam:*","organizations:*"],"Resource":"*"`:                                                    "",
		`"Action":"s3:*","Resource":"*"`:                                                                            "",
	} {
		actions, statements := analysisOf(t, `{"Effect":"Allow",`+statement+`}`).ManagesPermissions("iam")
		if got := strings.Join(actions, " "); got != want || len(statements) != min(1, len(actions)) {
			t.Errorf("%s: %q by %v, want %q", statement, got, statements, want)
		}
	}
}
