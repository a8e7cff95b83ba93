package org_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/org"
)

// protocol is one of the ways in which AWS writes errors, with a call that reads them.
type protocol struct {
	name      string
	operation string
	call      func(context.Context, aws.Config) error
	body      func(code, message string) string
}

func protocols() []protocol {
	return []protocol{
		{"query", "IAM:GetAccountSummary",
			func(ctx context.Context, cfg aws.Config) error {
				_, err := iam.NewFromConfig(cfg).GetAccountSummary(ctx, &iam.GetAccountSummaryInput{})
				return err
			},
			func(code, message string) string {
				return fmt.Sprintf(`<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>`+
					`<Code>%s</Code><Message>%s</Message></Error><RequestId>request-1</RequestId></ErrorResponse>`, code, message)
			}},
		{"JSON", "Organizations:ListRoots",
			func(ctx context.Context, cfg aws.Config) error {
				_, err := organizations.NewFromConfig(cfg).ListRoots(ctx, &organizations.ListRootsInput{})
				return err
			},
			func(code, message string) string { return fmt.Sprintf(`{"__type":%q,"Message":%q}`, code, message) }},
		{"REST", "AccessAnalyzer:ListAnalyzers",
			func(ctx context.Context, cfg aws.Config) error {
				_, err := accessanalyzer.NewFromConfig(cfg).ListAnalyzers(ctx, &accessanalyzer.ListAnalyzersInput{})
				return err
			},
			func(code, message string) string { return fmt.Sprintf(`{"code":%q,"message":%q}`, code, message) }},
	}
}

// clientOf returns the configuration of a client that asks a handler, once.
func clientOf(t *testing.T, handler http.HandlerFunc) aws.Config {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return aws.Config{
		Region: "eu-central-1", BaseEndpoint: aws.String(server.URL),
		Credentials: credentials.NewStaticCredentialsProvider("AKIAEXAMPLE", "secret", ""),
		Retryer:     func() aws.Retryer { return aws.NopRetryer{} },
	}
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-Requestid", "request-1")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body)) // a client that has gone fails by itself
	}
}

// TestCauseOfAnswer checks the causes of AWS's errors in each of its protocols. The forms
// of the denials are those of "Troubleshoot access denied error messages", IAM User Guide.
func TestCauseOfAnswer(t *testing.T) {
	denied := func(why string) string {
		return "User: arn:aws:sts::111122223333:assumed-role/OrgauditRole/orgaudit is not authorized to perform: iam:GetAccountSummary on resource: * " + why
	}
	for _, test := range []struct {
		name    string
		status  int
		code    string
		message string
		want    org.Cause
	}{
		{"no permission", 403, "AccessDenied", denied("because no identity-based policy allows the iam:GetAccountSummary action"), org.DeniedByRole},
		{"no permission, without a reason", 403, "AccessDenied", denied(""), org.DeniedByRole},
		{"permission denied", 403, "AccessDeniedException", denied("with an explicit deny in an identity-based policy: arn:aws:iam::111122223333:policy/No"), org.DeniedByRole},
		{"denied by a resource's policy", 403, "AccessDeniedException", denied("with an explicit deny in a resource-based policy"), org.DeniedByRole},
		{"neither management nor delegated", 400, "AccessDeniedException", "You don't have permissions to access this resource.", org.DeniedByRole},
		{"denied without words", 403, "UnauthorizedOperation", "", org.DeniedByRole},
		{"SCP denies", 403, "AccessDenied", denied("with an explicit deny in a service control policy: arn:aws:organizations::111122223333:policy/o-exampleorg1/service_control_policy/p-example0"), org.DeniedBySCP},
		{"SCP denies, without its ARN", 403, "AccessDeniedException", denied("with an explicit deny in a service control policy"), org.DeniedBySCP},
		{"no SCP allows", 403, "AccessDenied", denied("because no service control policy allows the iam:GetAccountSummary action"), org.DeniedBySCP},
		{"RCP denies", 403, "AccessDenied", denied("with an explicit deny in a resource control policy"), org.DeniedByRCP},
		{"no RCP allows", 403, "AccessDenied", denied("because no resource control policy allows the iam:GetAccountSummary action"), org.DeniedByRCP},
		{"boundary denies", 403, "AccessDenied", denied("with an explicit deny in a permissions boundary"), org.DeniedByBoundary},
		{"no boundary allows", 403, "AccessDenied", denied("because no permissions boundary allows the iam:GetAccountSummary action"), org.DeniedByBoundary},
		{"session policy denies", 403, "AccessDenied", denied("with an explicit deny in a session policy"), org.DeniedByBoundary},
		{"no session policy allows", 403, "AccessDenied", denied("because no session policy allows the iam:GetAccountSummary action"), org.DeniedByBoundary},

		{"throttled", 400, "Throttling", "Rate exceeded", org.Throttled},
		{"throttled as an exception", 400, "ThrottlingException", "Rate exceeded", org.Throttled},
		{"throttled by Organizations", 400, "TooManyRequestsException", "", org.Throttled},
		{"request limit", 503, "RequestLimitExceeded", "", org.Throttled},
		{"no capacity for a credential report", 409, "LimitExceeded", "", org.Throttled},
		{"throttled by status alone", 429, "", "", org.Throttled},

		{"expired session", 403, "ExpiredToken", "The security token included in the request is expired", org.CredentialsFailed},
		{"expired session of a JSON service", 400, "ExpiredTokenException", "The security token included in the request is expired", org.CredentialsFailed},
		{"unknown key", 403, "InvalidClientTokenId", "", org.CredentialsFailed},
		{"unknown key of a JSON service", 400, "UnrecognizedClientException", "", org.CredentialsFailed},
		{"wrong signature", 403, "SignatureDoesNotMatch", "", org.CredentialsFailed},
		{"wrong signature of a JSON service", 403, "InvalidSignatureException", "", org.CredentialsFailed},

		{"unknown operation", 400, "InvalidAction", "", org.NotSupported},
		{"unknown operation of a JSON service", 400, "UnknownOperationException", "", org.NotSupported},
		{"not implemented by an emulator", 501, "", "", org.NotSupported},

		{"request took too long", 408, "RequestTimeout", "", org.TimedOut},

		{"a thing that is not there", 404, "ResourceNotFoundException", "There is none.", org.Failed},
		{"failure of AWS", 500, "InternalFailure", "", org.Failed},
		{"an error that nobody has heard of", 400, "SomethingNewException", "It is new.", org.Failed},
		{"the organization is gone", 400, "AWSOrganizationsNotInUseException", "", org.Failed},
	} {
		for _, p := range protocols() {
			t.Run(test.name+" "+p.name, func(t *testing.T) {
				err := p.call(t.Context(), clientOf(t, answer(test.status, p.body(test.code, test.message))))
				if err == nil {
					t.Fatal("the call was answered, want an error")
				}
				if got := org.CauseOf(fmt.Errorf("read something: %w", err)); got != test.want {
					t.Errorf("cause %s of %v, want %s", got, err, test.want)
				}
				if got := org.ErrorCode(err); test.code != "" && got != test.code {
					t.Errorf("error code %q, want %q", got, test.code)
				}
			})
		}
	}
}

// TestCauseOfStrangeAnswer checks answers that no service of AWS gives.
func TestCauseOfStrangeAnswer(t *testing.T) {
	const page = "<!DOCTYPE html><html><body><h1>Not Found</h1><p>There is <b>nothing</b> here.</body></html>"
	for _, test := range []struct {
		name   string
		status int
		body   string
		want   org.Cause
	}{
		{"a web page that says 404", 404, page, org.NotSupported},
		{"404 without a word", 404, "", org.NotSupported},
		{"429 with a web page", 429, page, org.Throttled},
		{"502 with a web page", 502, page, org.Failed},
		{"503 without a word", 503, "", org.Failed},
		{"200 that is neither XML nor JSON", 200, "{]<<", org.Malformed},
		{"200 with a web page", 200, page, org.Malformed},
	} {
		for _, p := range protocols() {
			t.Run(test.name+" "+p.name, func(t *testing.T) {
				err := p.call(t.Context(), clientOf(t, answer(test.status, test.body)))
				if err == nil {
					t.Fatal("the call was answered, want an error")
				}
				if got := org.CauseOf(err); got != test.want {
					t.Errorf("cause %s of %v, want %s", got, err, test.want)
				}
			})
		}
	}
}

// TestCauseWithoutAnswer checks what happens on the way to AWS and back.
func TestCauseWithoutAnswer(t *testing.T) {
	silent := func(t *testing.T) aws.Config {
		return clientOf(t, func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // only then does a server see that the client has gone
			<-r.Context().Done()
		})
	}
	dialing := func(t *testing.T, err error) aws.Config {
		cfg := clientOf(t, answer(200, ""))
		cfg.HTTPClient = &http.Client{Transport: &http.Transport{
			DialContext: func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
			},
		}}
		return cfg
	}
	for _, test := range []struct {
		name string
		call func(*testing.T, protocol) error
		want org.Cause
	}{
		{"no answer within the client's time", func(t *testing.T, p protocol) error {
			cfg := silent(t)
			cfg.HTTPClient = &http.Client{Timeout: time.Millisecond}
			return p.call(t.Context(), cfg)
		}, org.TimedOut},
		{"no answer before the deadline", func(t *testing.T, p protocol) error {
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			defer cancel()
			return p.call(ctx, silent(t))
		}, org.TimedOut},
		{"no such host", func(t *testing.T, p protocol) error {
			return p.call(t.Context(), dialing(t, &net.DNSError{Err: "no such host", Name: "access-analyzer.xx-nowhere-1.example", IsNotFound: true}))
		}, org.NotSupported},
		{"the name server did not answer in time", func(t *testing.T, p protocol) error {
			return p.call(t.Context(), dialing(t, &net.DNSError{Err: "i/o timeout", IsTimeout: true, IsTemporary: true}))
		}, org.TimedOut},
		{"the name server failed", func(t *testing.T, p protocol) error {
			return p.call(t.Context(), dialing(t, &net.DNSError{Err: "server misbehaving", IsTemporary: true}))
		}, org.Failed},
		{"nobody listens", func(t *testing.T, p protocol) error {
			return p.call(t.Context(), dialing(t, errors.New("connect: connection refused")))
		}, org.Failed},
		{"the answer breaks off", func(t *testing.T, p protocol) error {
			return p.call(t.Context(), clientOf(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "1000")
				_, _ = w.Write([]byte(`{"Roots":[`))
			}))
		}, org.Failed},
	} {
		for _, p := range protocols() {
			t.Run(test.name+" "+p.name, func(t *testing.T) {
				err := test.call(t, p)
				if err == nil {
					t.Fatal("the call was answered, want an error")
				}
				if got := org.CauseOf(err); got != test.want {
					t.Errorf("cause %s of %v, want %s", got, err, test.want)
				}
			})
		}
	}
}

// TestCauseOfMalformedAnswer checks answers that only a collector can see to be wrong.
func TestCauseOfMalformedAnswer(t *testing.T) {
	inner := errors.New("column mfa_active: unknown value")
	err := fmt.Errorf("read the report: %w", &org.MalformedError{Err: inner})
	if got := org.CauseOf(err); got != org.Malformed {
		t.Errorf("cause %s, want %s", got, org.Malformed)
	}
	if !errors.Is(err, inner) || !strings.Contains(err.Error(), "mfa_active") {
		t.Errorf("error %q does not tell what was wrong", err)
	}
}

// TestNewGap checks that a gap keeps what a support case needs.
func TestNewGap(t *testing.T) {
	for _, p := range protocols() {
		t.Run(p.name, func(t *testing.T) {
			err := p.call(t.Context(), clientOf(t, answer(403, p.body("AccessDeniedException", "with an explicit deny in a service control policy"))))
			got := org.NewGap("section", "111122223333", fmt.Errorf("read something: %w", err), walkedAt)
			want := org.Gap{
				Section: "section", Account: "111122223333", Cause: org.DeniedBySCP, Operation: p.operation,
				Code: "AccessDeniedException", RequestID: "request-1", Message: "with an explicit deny in a service control policy",
				At: walkedAt.UTC(),
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("gap differs (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("an answer without an error code", func(t *testing.T) {
		err := protocols()[0].call(t.Context(), clientOf(t, answer(404, "")))
		got := org.NewGap("section", "", err, walkedAt)
		if got.Code != "" || !strings.Contains(got.Message, "404") {
			t.Errorf("gap %+v, want no code and a message with the HTTP status", got)
		}
	})
	t.Run("an error that is none of AWS's", func(t *testing.T) {
		got := org.NewGap("section", "", errors.New("the disk is full"), walkedAt)
		want := org.Gap{Section: "section", Cause: org.Failed, Message: "the disk is full", At: walkedAt.UTC()}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("gap differs (-want +got):\n%s", diff)
		}
	})
}

// TestCauseWords checks that a reader can tell every cause from every other.
func TestCauseWords(t *testing.T) {
	words := map[string]org.Cause{}
	for _, c := range []org.Cause{
		org.DeniedByRole, org.DeniedBySCP, org.DeniedByRCP, org.DeniedByBoundary, org.RoleNotAssumable,
		org.AccountNotActive, org.RegionNotEnabled, org.Throttled, org.TimedOut, org.NotSupported,
		org.CredentialsFailed, org.Malformed, org.Failed, org.NotCollected, org.NotWalked,
	} {
		w := c.Words()
		if other, twice := words[w]; twice || w == "" {
			t.Errorf("causes %s and %s have the same words %q", c, other, w)
		}
		words[w] = c
	}
}
