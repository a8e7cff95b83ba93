package awsfake_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/google/go-cmp/cmp"

	"orgaudit/internal/awsfake"
)

// do sends a request without a signature.
func do(t *testing.T, method, url string, header http.Header, body string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		r.Header[name] = values
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	b, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(b)
}

func TestCallsAreCounted(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	config := f.in(t, sandbox, "Admin")
	config.Region = "eu-west-1"
	client := iam.NewFromConfig(config)
	if _, err := client.GetAccountSummary(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	_, err := client.GenerateCredentialReport(t.Context(), nil)
	wantCode(t, err, "AccessDenied")

	const alice, admin = "arn:aws:iam::111122223333:user/alice", "arn:aws:sts::333344445555:assumed-role/Admin/audit"
	want := []awsfake.Call{
		{Account: management, Service: "sts", Operation: "AssumeRole", Action: "sts:AssumeRole", Region: "us-east-1", Principal: alice, Status: 200},
		{Account: sandbox, Service: "iam", Operation: "GetAccountSummary", Action: "iam:GetAccountSummary", Region: "us-east-1", Principal: admin, Status: 200},
		{Account: sandbox, Service: "iam", Operation: "GenerateCredentialReport", Action: "iam:GenerateCredentialReport", Region: "us-east-1", Principal: admin, Status: 403, Error: "AccessDenied"},
	}
	if diff := cmp.Diff(want, f.Calls()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}

	type counts struct {
		Total       int                       `json:"total"`
		ByOperation map[string]int            `json:"by_operation"`
		ByAccount   map[string]map[string]int `json:"by_account"`
		Calls       []awsfake.Call            `json:"calls"`
	}
	read := func(query string) counts {
		t.Helper()
		_, body := do(t, http.MethodPost, f.url+"/_fake/calls"+query, nil, "")
		var c counts
		if err := json.Unmarshal([]byte(body), &c); err != nil {
			t.Fatal(err)
		}
		return c
	}
	operations := map[string]int{"sts:AssumeRole": 1, "iam:GetAccountSummary": 1, "iam:GenerateCredentialReport": 1}
	accounts := map[string]map[string]int{
		management: {"sts:AssumeRole": 1},
		sandbox:    {"iam:GetAccountSummary": 1, "iam:GenerateCredentialReport": 1},
	}
	if diff := cmp.Diff(counts{3, operations, accounts, want}, read("?list=1")); diff != "" {
		t.Errorf("counts with calls (-want +got):\n%s", diff)
	}
	if c := read(""); c.Calls != nil {
		t.Errorf("got %d calls that nobody asked for", len(c.Calls))
	}
	if r, _ := do(t, http.MethodPost, f.url+"/_fake/reset", nil, ""); r.StatusCode != http.StatusNoContent {
		t.Errorf("reset answers %s", r.Status)
	}
	if c := read(""); c.Total != 0 || len(f.Calls()) != 0 {
		t.Errorf("got %d calls after the reset", c.Total)
	}
}

func TestWorldIsServedWithoutSecrets(t *testing.T) {
	w := newWorld()
	w.Accounts[0].Root.Keys = []awsfake.AccessKey{{ID: "AKIAEXAMPLEROOT00001", Secret: "secret-of-root", Active: true, Created: created}}
	f := start(t, w, awsfake.Options{})
	_, body := do(t, http.MethodGet, f.url+"/_fake/world", nil, "")
	if strings.Contains(body, "secret-of") {
		t.Error("the answer has secrets")
	}
	got, err := awsfake.Load(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if got.Accounts[1].Users[0].Keys[0].ID != w.Accounts[1].Users[0].Keys[0].ID {
		t.Error("the answer has lost access keys")
	}
	if w.Accounts[0].Users[0].Keys[1].Secret != "secret-of-alice" {
		t.Error("the server's own world has lost its secrets")
	}
}

func TestRequestsWithoutCredentials(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	authorization := func(service string) http.Header {
		return http.Header{"Authorization": {"AWS4-HMAC-SHA256 Credential=AKIAEXAMPLEALICE0001/20240102/us-east-1/" + service +
			"/aws4_request, SignedHeaders=host;x-amz-date, Signature=00"}}
	}
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	target := http.Header{"X-Amz-Target": {"AWSOrganizationsV20161128.ListRoots"}}
	for _, c := range []struct {
		name   string
		header http.Header
		body   string
		status int
		says   string
	}{
		{"form", form, "Action=GetCallerIdentity", 403, "<Code>MissingAuthenticationToken</Code>"},
		{"JSON", target, "{}", 400, `"__type":"MissingAuthenticationTokenException"`},
		{"REST", nil, "", 403, "is missing Authentication Token"},
		{"other kind of signature", http.Header{"Authorization": {"Basic eDp4"}}, "", 403, "does not conform"},
		{"service that is not simulated", authorization("s3"), "", 400, `Service \"s3\" is not simulated.`},
		{"query service without an operation", authorization("iam"), "", 400, "<Code>MissingAction</Code>"},
		{"query service with a body that is no form", authorization("sts"), "%zz", 400, "<Code>MalformedInput</Code>"},
		{"JSON service without a target", authorization("organizations"), "{}", 400, "UnknownOperationException"},
		{"REST service with another path", authorization("account"), "", 404, `POST /elsewhere`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, body := do(t, http.MethodPost, f.url+"/elsewhere", c.header, c.body)
			if r.StatusCode != c.status || !strings.Contains(body, c.says) {
				t.Errorf("got %s %s, want %d with %s", r.Status, body, c.status, c.says)
			}
			if r.Header.Get("X-Amzn-Requestid") == "" {
				t.Error("the answer has no request id")
			}
		})
	}
}

func TestSyntheticAuditor(t *testing.T) {
	w := newWorld()
	w.Accounts[0].Users = w.Accounts[0].Users[1:] // bob alone, who is no administrator
	f := start(t, w, awsfake.Options{})
	if _, err := organizations.NewFromConfig(f.admin()).ListRoots(t.Context(), &organizations.ListRootsInput{}); err != nil {
		t.Fatal(err)
	}
	users, err := iam.NewFromConfig(f.admin()).ListUsers(t.Context(), nil)
	if err != nil || len(users.Users) != 1 {
		t.Errorf("got users %v, %v, want bob alone", users, err)
	}
	if got := f.Calls()[0].Principal; got != "arn:aws:iam::111122223333:user/auditor" {
		t.Errorf("the call was made by %s", got)
	}
}
