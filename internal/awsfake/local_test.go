package awsfake_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"orgaudit/internal/awsfake"
)

// local is a server that clients reach without a network, so that a test can
// run on a clock of its own.
type local struct {
	fake
}

func newLocal(t *testing.T, w *awsfake.World, o awsfake.Options) local {
	t.Helper()
	s, err := awsfake.New(w, o)
	if err != nil {
		t.Fatal(err)
	}
	return local{fake{s, "http://aws.example"}}
}

// Do implements the HTTP client of the SDK.
func (l local) Do(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	in.RequestURI = r.URL.RequestURI()
	if in.Body == nil {
		in.Body = http.NoBody
	}
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	w := httptest.NewRecorder()
	l.ServeHTTP(w, in)
	return w.Result(), nil
}

func (l local) in(t *testing.T, account, role string) aws.Config {
	t.Helper()
	admin := l.admin()
	admin.HTTPClient = l
	out, err := sts.NewFromConfig(admin).AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn:         aws.String("arn:aws:iam::" + account + ":role/" + role),
		RoleSessionName: aws.String("audit"),
		ExternalId:      aws.String("example"),
	})
	if err != nil {
		t.Fatal(err)
	}
	c := out.Credentials
	config := l.with(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
	config.HTTPClient = l
	return config
}
