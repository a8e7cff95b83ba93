package awsfake_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"orgaudit/internal/awsfake"
)

// fake is a running server with what clients need to find it.
type fake struct {
	*awsfake.Server
	url string
}

// start serves a world in pages of two, so that every list that matters has
// more than one page.
func start(t *testing.T, w *awsfake.World, o awsfake.Options) fake {
	t.Helper()
	if o.PageSize == 0 {
		o.PageSize = 2
	}
	s, err := awsfake.New(w, o)
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return fake{s, h.URL}
}

// with configures clients that sign with a key and do not retry.
func (f fake) with(key, secret, token string) aws.Config {
	return aws.Config{
		Region:           "us-east-1",
		BaseEndpoint:     aws.String(f.url),
		Credentials:      credentials.NewStaticCredentialsProvider(key, secret, token),
		RetryMaxAttempts: 1,
	}
}

// admin configures clients of the administrator of the management account.
func (f fake) admin() aws.Config {
	c := f.ManagementCredentials()
	return f.with(c.AccessKeyID, c.SecretAccessKey, "")
}

// in configures clients of a session of a role, taken by the administrator.
func (f fake) in(t *testing.T, account, role string) aws.Config {
	t.Helper()
	return f.assume(t, &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::" + account + ":role/" + role), ExternalId: aws.String("example"),
	})
}

func (f fake) assume(t *testing.T, in *sts.AssumeRoleInput) aws.Config {
	t.Helper()
	in.RoleSessionName = aws.String("audit")
	out, err := sts.NewFromConfig(f.admin()).AssumeRole(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	c := out.Credentials
	return f.with(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
}

// wantCode checks the AWS error code of an error.
func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Fatalf("got error %v, want the code %s", err, code)
	}
	if api.ErrorCode() != code {
		t.Fatalf("got code %s (%s), want %s", api.ErrorCode(), api.ErrorMessage(), code)
	}
}

// pager is what all paginators of the SDK have in common.
type pager[Out, Options any] interface {
	HasMorePages() bool
	NextPage(context.Context, ...func(*Options)) (*Out, error)
}

// collect pages to the end and returns the items and the number of pages.
func collect[Out, Options, Item any](t *testing.T, p pager[Out, Options], items func(*Out) []Item) ([]Item, int) {
	t.Helper()
	var all []Item
	pages := 0
	for p.HasMorePages() {
		out, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, items(out)...)
		pages++
	}
	return all, pages
}
