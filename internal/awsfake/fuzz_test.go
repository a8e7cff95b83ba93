package awsfake

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

func FuzzAuthorization(f *testing.F) {
	f.Add("AWS4-HMAC-SHA256 Credential=AKIAEXAMPLEALICE0001/20240102/us-east-1/iam/aws4_request, SignedHeaders=host;x-amz-date, Signature=00ff")
	f.Add("AWS4-HMAC-SHA256 Credential=////, SignedHeaders=;, Signature=")
	f.Add("Basic eDp4")
	f.Fuzz(func(t *testing.T, header string) {
		s, err := parseAuthorization(header)
		if err != nil {
			return
		}
		r := httptest.NewRequest(http.MethodPost, "http://aws.example/a%2Fb?c=d&e", http.NoBody)
		r.Header.Set("X-Amz-Date", s.date+"T030405Z")
		if s.verify("secret", r, nil) {
			t.Error("a signature that nobody made is right")
		}
	})
}

// FuzzRequest lets an authenticated administrator send any input to any
// operation: every answer must be one that AWS could give.
func FuzzRequest(f *testing.F) {
	file, err := os.Open("testdata/world.json")
	if err != nil {
		f.Fatal(err)
	}
	defer file.Close()
	w, err := Load(file)
	if err != nil {
		f.Fatal(err)
	}
	s, err := New(w, Options{PageSize: 1})
	if err != nil {
		f.Fatal(err)
	}
	c, _ := s.keys.find(s.management.AccessKeyID)
	f.Add("iam", http.MethodPost, "", "", "Action=GetAccountAuthorizationDetails&Filter.member.1=User&MaxItems=1&Marker=x")
	f.Add("sts", http.MethodPost, "", "", "Action=AssumeRole&RoleArn=arn:aws:iam::222233334444:role/AuditRole&RoleSessionName=x&ExternalId=example&Policy={}")
	f.Add("organizations", http.MethodPost, "", "AWSOrganizationsV20161128.ListChildren", `{"ParentId":"r-ab12","ChildType":"ACCOUNT"}`)
	f.Add("organizations", http.MethodPost, "", "AWSOrganizationsV20161128.ListTagsForResource", `{"ResourceId":null,"MaxResults":-1}`)
	f.Add("access-analyzer", http.MethodGet, "analyzer?maxResults=x", "", "")
	f.Add("access-analyzer", http.MethodPost, "findingv2", "", `{"analyzerArn":"x","filter":{"status":{"eq":[]}}}`)
	f.Add("account", http.MethodPost, "listRegions", "", `{"NextToken":"x","RegionOptStatusContains":[""]}`)
	f.Fuzz(func(t *testing.T, name, method, path, target, body string) {
		service, ok := s.services[name]
		if !ok {
			return
		}
		r, err := http.NewRequest(method, "http://aws.example/"+path, strings.NewReader(body))
		if err != nil {
			return // not a request that a server could get
		}
		r.Header.Set("X-Amz-Target", target)
		req := &request{http: r, body: []byte(body), id: requestID(), service: service, region: "us-east-1", caller: c.identity}
		if err := service.protocol.read(req); err != nil {
			checkAnswer(t, service.protocol.failure(req, asAPIError(err)))
			return
		}
		run, ok := service.operations[req.operation]
		if !ok {
			checkAnswer(t, service.protocol.failure(req, service.protocol.unknown(req)))
			return
		}
		result, err := run(s, req)
		if err != nil {
			checkAnswer(t, service.protocol.failure(req, asAPIError(err)))
			return
		}
		checkAnswer(t, service.protocol.success(req, result))
	})
}

func checkAnswer(t *testing.T, a answer) {
	t.Helper()
	if a.status >= http.StatusInternalServerError || len(a.body) == 0 {
		t.Errorf("got status %d with body %q", a.status, a.body)
	}
}
