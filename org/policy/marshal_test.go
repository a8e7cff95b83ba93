package policy

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMarshalIsCanonical(t *testing.T) {
	const want = `{"Version":"2012-10-17","Id":"x","Statement":[` +
		`{"Sid":"S","Effect":"Allow","Principal":"*","Action":["s3:*"],"Resource":[],"Condition":{` +
		`"Bool":{"a":["true"],"b":["1"]},"StringLike":{"c":["z","y"]}}},` +
		`{"Effect":"Deny","NotPrincipal":{"AWS":["1"],"Service":["ec2.amazonaws.com"]},"NotAction":["iam:*"],"NotResource":["*"]}]}`
	for name, text := range map[string]string{
		"canonical already": want,
		"another spelling": `{"statement":[
			{"condition":{"StringLike":{"c":["z","y"]},"Bool":{"b":1,"a":true}},"ACTION":"s3:*","resource":[],"principal":"*","effect":"Allow","sid":"S","x":1},
			{"notresource":"*","notaction":"iam:*","notprincipal":{"service":"ec2.amazonaws.com","aws":"1"},"effect":"Deny"}],
			"id":"x","version":"2012-10-17"}`,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := json.Marshal(mustParse(t, text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, string(got)); diff != "" {
				t.Errorf("JSON (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDocumentInsideJSON(t *testing.T) {
	type holder struct{ Document Document }
	var got holder
	if err := json.Unmarshal([]byte(`{"Document":`+one(`"Resource":"*"`)+`}`), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(*mustParse(t, one(`"Resource":"*"`)), got.Document); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
	err := json.Unmarshal([]byte(`{"Document":`+one(`"action":"*"`)+`}`), &got)
	if err == nil || !strings.Contains(err.Error(), `statement 1: "Action" and "action"`) {
		t.Errorf("a document with a duplicate gives the error %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)
	f.Add(`{"Statement":[{"Sid":"a","Effect":"Deny","NotAction":["iam:*"],"NotResource":[],"NotPrincipal":{"AWS":"*","x":1}}]}`)
	f.Add(`{"Statement":[{"Effect":"Allow","Principal":"*","Action":[],"Condition":{"Bool":{"a":true,"b":[1.50,"x"]}}}]}`)
	f.Add(`%7B%22Statement%22%3A%5B%5D%7D`)
	f.Add(`{"Statement":[{}]`)
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Parse(text)
		if err != nil {
			return
		}
		canonical, err := json.Marshal(d)
		if err != nil {
			t.Fatalf("marshal: %v", err)
		}
		again, err := Parse(string(canonical))
		if err != nil {
			t.Fatalf("parse the canonical form %s: %v", canonical, err)
		}
		d.Unknown = nil // the canonical form leaves them out
		if diff := cmp.Diff(d, again); diff != "" {
			t.Errorf("document (-first +again):\n%s", diff)
		}
		if diff := cmp.Diff(d.FullAdministrator(), again.FullAdministrator()); diff != "" {
			t.Errorf("grants (-first +again):\n%s", diff)
		}
	})
}
