package policy

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// one is a document of one statement: the elements in s and what every statement needs.
func one(s string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*",` + s + `}]}`
}

func mustParse(t testing.TB, text string) *Document {
	t.Helper()
	d, err := Parse(text)
	if err != nil {
		t.Fatalf("Parse(%s): %v", text, err)
	}
	return d
}

func TestParseReadsEveryElement(t *testing.T) {
	got := mustParse(t, `
	{
		"Version": "2012-10-17",
		"Id": "everything",
		"Statement": [
			{
				"Sid": "First",
				"Effect": "Allow",
				"Principal": {
					"AWS": ["111122223333", "arn:aws:iam::111122223333:role/r"],
					"Service": "ec2.amazonaws.com",
					"Federated": "cognito-identity.amazonaws.com",
					"CanonicalUser": ["79a59df9"]
				},
				"Action": ["sts:AssumeRole", "STS:TagSession"],
				"Resource": "*",
				"Condition": {
					"StringLike": {"aws:PrincipalArn": ["b", "a"]},
					"NumericLessThan": {"s3:max-keys": 10, "aws:MultiFactorAuthAge": [3600, "7200", 1.50]},
					"Bool": {"aws:SecureTransport": true}
				}
			},
			{
				"Effect": "Deny",
				"NotPrincipal": "*",
				"NotAction": "iam:*",
				"NotResource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]
			}
		]
	}`)
	want := &Document{
		Version: "2012-10-17",
		ID:      "everything",
		Statements: []Statement{
			{
				Sid:    "First",
				Effect: Allow,
				Principals: &Principals{
					AWS:           []string{"111122223333", "arn:aws:iam::111122223333:role/r"},
					Service:       []string{"ec2.amazonaws.com"},
					Federated:     []string{"cognito-identity.amazonaws.com"},
					CanonicalUser: []string{"79a59df9"},
				},
				Actions:   []string{"sts:AssumeRole", "STS:TagSession"},
				Resources: []string{"*"},
				Conditions: []Condition{
					{Operator: "Bool", Key: "aws:SecureTransport", Values: []string{"true"}},
					{Operator: "NumericLessThan", Key: "aws:MultiFactorAuthAge", Values: []string{"3600", "7200", "1.50"}},
					{Operator: "NumericLessThan", Key: "s3:max-keys", Values: []string{"10"}},
					{Operator: "StringLike", Key: "aws:PrincipalArn", Values: []string{"b", "a"}},
				},
			},
			{
				Effect:        Deny,
				NotPrincipals: &Principals{Everyone: true},
				NotActions:    []string{"iam:*"},
				NotResources:  []string{"arn:aws:s3:::b", "arn:aws:s3:::b/*"},
			},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
}

func TestParseShapes(t *testing.T) {
	statement := Statement{Effect: Allow, Actions: []string{"s3:*"}}
	with := func(change func(*Statement)) *Document {
		s := statement
		change(&s)
		return &Document{Version: "2012-10-17", Statements: []Statement{s}}
	}
	for _, test := range []struct {
		name, text string
		want       *Document
	}{
		{"single statement object",
			`{"Statement":{"Effect":"Allow","Action":"s3:*"}}`,
			&Document{Statements: []Statement{statement}}},
		{"empty statement list", `{"Statement":[]}`, &Document{Statements: []Statement{}}},
		{"element names in any case",
			`{"VERSION":"2012-10-17","id":"x","statement":[{"sid":"S","effect":"Allow","notaction":"s3:*","RESOURCE":"*","principal":{"aws":"*"},"condition":{"Bool":{"aws:ViaAWSService":false}}}]}`,
			&Document{Version: "2012-10-17", ID: "x", Statements: []Statement{{
				Sid: "S", Effect: Allow, NotActions: []string{"s3:*"}, Resources: []string{"*"},
				Principals: &Principals{AWS: []string{"*"}},
				Conditions: []Condition{{Operator: "Bool", Key: "aws:ViaAWSService", Values: []string{"false"}}},
			}}}},
		{"list and string are the same", one(`"Resource":["arn:aws:s3:::b"]`),
			with(func(s *Statement) { s.Resources = []string{"arn:aws:s3:::b"} })},
		{"empty list is not absent", one(`"NotResource":[]`),
			with(func(s *Statement) { s.NotResources = []string{} })},
		{"everyone", one(`"Principal":"*"`),
			with(func(s *Statement) { s.Principals = &Principals{Everyone: true} })},
		{"everyone in the list of AWS", one(`"Principal":{"AWS":"*"}`),
			with(func(s *Statement) { s.Principals = &Principals{AWS: []string{"*"}} })},
		{"principal object without members", one(`"Principal":{}`),
			with(func(s *Statement) { s.Principals = &Principals{} })},
		{"condition without operators", one(`"Condition":{}`), with(func(*Statement) {})},
		{"condition without values", one(`"Condition":{"StringLike":{"aws:PrincipalArn":[]}}`),
			with(func(s *Statement) {
				s.Conditions = []Condition{{Operator: "StringLike", Key: "aws:PrincipalArn", Values: []string{}}}
			})},
		{"operator and key keep their case", one(`"Condition":{"forallvalues:stringlike":{"AWS:TagKeys":"A"}}`),
			with(func(s *Statement) {
				s.Conditions = []Condition{{Operator: "forallvalues:stringlike", Key: "AWS:TagKeys", Values: []string{"A"}}}
			})},
		{"number as written", one(`"Condition":{"NumericEquals":{"k":100000000000000000001}}`),
			with(func(s *Statement) {
				s.Conditions = []Condition{{Operator: "NumericEquals", Key: "k", Values: []string{"100000000000000000001"}}}
			})},
		{"escaped characters", one(`"Resource":"\u002a"`),
			with(func(s *Statement) { s.Resources = []string{"*"} })},
		{"white space around", "\r\n\t " + one(`"Resource":"*"`) + " \n",
			with(func(s *Statement) { s.Resources = []string{"*"} })},
		{"plus and percent signs in plain JSON", one(`"Resource":"a+b%20c"`),
			with(func(s *Statement) { s.Resources = []string{"a+b%20c"} })},
		{"unknown elements are listed",
			`{"Statement":[{"Effect":"Allow","Action":"s3:*"},{"Sid":"Second","Effect":"Allow","Action":"s3:*","Comment":[{"a":null}],"Principal":{"Robot":5}}],"Owner":{"x":1,"x":2}}`,
			&Document{
				Statements: []Statement{statement, {Sid: "Second", Effect: Allow, Actions: []string{"s3:*"}, Principals: &Principals{}}},
				Unknown: []string{
					`document: element "Owner"`,
					`statement 2 ("Second"): Principal: kind "Robot"`,
					`statement 2 ("Second"): element "Comment"`,
				},
			}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, mustParse(t, test.text)); diff != "" {
				t.Errorf("document (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParsePercentEncoded(t *testing.T) {
	plain := one(`"Sid":"Größe","Resource":["arn:aws:s3:::a+b/100%","*"]`)
	want := mustParse(t, plain)
	// PathEscape leaves the plus sign as it is; IAM writes it as %2B. Both come back.
	asIs := url.PathEscape(plain)
	for name, text := range map[string]string{
		"plus as it is":      asIs,
		"plus encoded":       strings.ReplaceAll(asIs, "+", "%2B"),
		"lower-case digits":  strings.ReplaceAll(asIs, "%7B", "%7b"),
		"leading line break": "%0A" + asIs,
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want, mustParse(t, text)); diff != "" {
				t.Errorf("document (-plain +encoded):\n%s", diff)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	for _, test := range []struct {
		name, text, want string
	}{
		{"empty", ``, `decode JSON: unexpected end of JSON input`},
		{"truncated", `{"Statement":[`, `decode JSON: unexpected end of JSON input`},
		{"no JSON", `hello`, `decode JSON: invalid character 'h' looking for beginning of value`},
		{"bad percent-encoding", `%7B%`, `decode percent-encoding: invalid URL escape "%"`},
		{"not UTF-8", "{\"Statement\":[],\"Id\":\"\xff\"}", `decode JSON: text is not UTF-8`},
		{"not UTF-8 once decoded", `%7B%22Id%22:%22%ff%22%7D`, `decode JSON: text is not UTF-8`},
		{"second document", `{"Statement":[]}{"Statement":[]}`, `decode JSON: invalid character '{' after top-level value`},
		{"document is a list", `[]`, `document: want an object, got a list`},
		{"document is null", `null`, `document: want an object, got null`},
		{"no Statement", `{"Version":"2012-10-17"}`, `document: missing Statement`},
		{"Statement is a string", `{"Statement":"x"}`, `document: Statement: want an object or a list of objects, got a string`},
		{"Statement is null", `{"Statement":null}`, `document: Statement: want an object or a list of objects, got null`},
		{"Version is a number", `{"Version":2012,"Statement":[]}`, `Version: want a string, got a number`},
		{"duplicate Statement", `{"Statement":[],"Statement":[]}`, `document: "Statement" stands twice`},
		{"duplicate in another case", `{"Statement":[],"statement":[]}`, `document: "Statement" and "statement" are the same name in another case`},
		{"statement is a string", `{"Statement":["x"]}`, `statement 1: want an object, got a string`},
		{"duplicate Action", `{"Statement":{"Sid":"D","Action":"s3:*","Effect":"Allow","Action":"*"}}`, `statement 1 ("D"): "Action" stands twice`},
		{"Action and action", one(`"action":"*"`), `statement 1: "Action" and "action" are the same name in another case`},
		{"duplicate principal", one(`"Principal":{"AWS":"1","AWS":"*"}`), `statement 1: Principal: "AWS" stands twice`},
		{"duplicate operator", one(`"Condition":{"Bool":{"a":"b"},"bool":{"a":"c"}}`), `statement 1: Condition: "Bool" and "bool" are the same name in another case`},
		{"duplicate key", one(`"Condition":{"Bool":{"a":"b","a":"c"}}`), `statement 1: Condition: "Bool": "a" stands twice`},
		{"Action is a number",
			`{"Statement":[{"Effect":"Deny","Action":"*"},{"Action":5,"Effect":"Deny","Sid":"DenyAll"}]}`,
			`statement 2 ("DenyAll"): Action: want a string or a list of strings, got a number`},
		{"Action holds a number", `{"Statement":{"Effect":"Deny","Action":["a:b",5]}}`, `statement 1: Action: element 2: want a string, got a number`},
		{"NotAction is null", `{"Statement":{"Effect":"Deny","NotAction":null}}`, `statement 1: NotAction: want a string or a list of strings, got null`},
		{"Resource is an object", one(`"Resource":{}`), `statement 1: Resource: want a string or a list of strings, got an object`},
		{"NotResource holds a list", one(`"NotResource":[["*"]]`), `statement 1: NotResource: element 1: want a string, got a list`},
		{"Sid is a number", one(`"Sid":7`), `statement 1 ("7"): Sid: want a string, got a number`},
		{"no Effect", `{"Statement":{"Action":"*"}}`, `statement 1: missing Effect`},
		{"Effect in another case", `{"Statement":{"Effect":"deny","Action":"*"}}`, `statement 1: Effect: want Allow or Deny, got "deny"`},
		{"Effect is a Boolean", `{"Statement":{"Effect":true,"Action":"*"}}`, `statement 1: Effect: want a string, got a Boolean`},
		{"no Action", `{"Statement":{"Effect":"Allow"}}`, `statement 1: missing Action or NotAction`},
		{"Action and NotAction", one(`"NotAction":"*"`), `statement 1: both Action and NotAction, which exclude each other`},
		{"Resource and NotResource", one(`"Resource":"*","NotResource":"a"`), `statement 1: both Resource and NotResource, which exclude each other`},
		{"Principal and NotPrincipal", one(`"Principal":"*","NotPrincipal":"*"`), `statement 1: both Principal and NotPrincipal, which exclude each other`},
		{"Principal is another string", one(`"Principal":"111122223333"`), `statement 1: Principal: want "*" or an object, got "111122223333"`},
		{"Principal is a list", one(`"Principal":["*"]`), `statement 1: Principal: want an object, got a list`},
		{"principal is a number", one(`"Principal":{"AWS":111122223333}`), `statement 1: Principal: AWS: want a string or a list of strings, got a number`},
		{"Condition is a list", one(`"Condition":[]`), `statement 1: Condition: want an object, got a list`},
		{"operator is a string", one(`"Condition":{"Bool":"x"}`), `statement 1: Condition: "Bool": want an object, got a string`},
		{"operator without keys", one(`"Condition":{"Bool":{}}`), `statement 1: Condition: "Bool": want at least one key`},
		{"value is null", one(`"Condition":{"Bool":{"a":null}}`), `statement 1: Condition: "Bool": "a": want a string, number, Boolean or a list of them, got null`},
		{"value holds an object", one(`"Condition":{"Bool":{"a":["b",{}]}}`), `statement 1: Condition: "Bool": "a": element 2: want a string, number or Boolean, got an object`},
		{"control characters in names", `{"Statement":{"Sid":"\u001b[31m\n","Effect":"x","Action":"*"}}`, `statement 1 ("\x1b[31m\n"): Effect: want Allow or Deny, got "x"`},
		{"too deep", one(`"x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100)), `decode JSON: nested deeper than 32 levels`},
		{"too large", `{"Statement":[],"Id":"` + strings.Repeat("x", 1<<20) + `"}`, `decode JSON: 1048600 bytes are more than the limit of 1048576`},
		{"too large once decoded", strings.Repeat("x", 1<<20+1), `decode JSON: 1048577 bytes are more than the limit of 1048576`},
		{"too large when encoded", strings.Repeat("%20", 1<<20+1), `decode percent-encoding: 3145731 bytes are more than the limit of 3145728`},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, err := Parse(test.text)
			if err == nil {
				t.Fatalf("no error, got %+v", d)
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseErrorsAreShort(t *testing.T) {
	_, err := Parse(`{"Statement":{"Sid":"` + strings.Repeat("x", 10_000) + `","Effect":"Allow"}}`)
	if err == nil {
		t.Fatal("no error for a statement without Action")
	}
	if n := len(err.Error()); n > 200 {
		t.Errorf("the error has %d bytes; a Sid must not flood it", n)
	}
}
