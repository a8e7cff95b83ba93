package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

const (
	identityAnswer = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/a</Arn><UserId>AIDAAAAAAAAAAAAAAAAAA</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`
	queryError     = `<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>`
)

// TestHints asks an AWS that refuses, and expects one sentence that says what to do.
func TestHints(t *testing.T) {
	tests := []struct {
		name string
		// sts and organizations are the error codes that the services answer with; none is success.
		sts, organizations string
		hint               string
	}{
		{name: "expired token", sts: "ExpiredToken", hint: "the credentials have expired; sign in again"},
		{name: "unknown key", sts: "InvalidClientTokenId", hint: "AWS does not accept these credentials"},
		{name: "wrong secret", sts: "SignatureDoesNotMatch", hint: "AWS does not accept these credentials"},
		{name: "no permission on Organizations", organizations: "AccessDeniedException", hint: "only the management account and delegated administrators may read the organization"},
		{name: "no organization", organizations: "AWSOrganizationsNotInUseException", hint: "the account is in no organization"},
		{name: "expired on the way", organizations: "ExpiredTokenException", hint: "go on with --resume"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if target := r.Header.Get("X-Amz-Target"); target != "" {
					w.Header().Set("Content-Type", "application/x-amz-json-1.1")
					w.WriteHeader(http.StatusBadRequest)
					fmt.Fprintf(w, `{"__type": %q, "Message": "no"}`, test.organizations)
					return
				}
				w.Header().Set("Content-Type", "text/xml")
				if test.sts != "" {
					w.WriteHeader(http.StatusForbidden)
					fmt.Fprintf(w, queryError, test.sts, "no")
					return
				}
				_, _ = io.WriteString(w, identityAnswer)
			}))
			t.Cleanup(server.Close)
			setenv(t, []string{
				"AWS_ENDPOINT_URL=" + server.URL, "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY=example",
				"AWS_SESSION_TOKEN=", "AWS_REGION=us-east-1", "AWS_CONFIG_FILE=" + filepath.Join(t.TempDir(), "none"),
			})
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), []string{"run", "--out", t.TempDir(), "--set", "collect.attempts=1"}, streams{&stdout, &stderr}, nil)
			if code != exitFailed {
				t.Errorf("exit code %d, want %d", code, exitFailed)
			}
			if !strings.Contains(stderr.String(), "hint: ") || !strings.Contains(stderr.String(), test.hint) {
				t.Errorf("standard error lacks the hint %q:\n%s", test.hint, &stderr)
			}
		})
	}
}

// TestNamesCannotSpeakToTheTerminal prints a name that holds an escape sequence.
func TestNamesCannotSpeakToTheTerminal(t *testing.T) {
	var out bytes.Buffer
	printLine(&out, "unit %s", "\x1b[31mred\x07\u202e Ελλάδα")
	if got, want := out.String(), "unit \\x1b[31mred\\a\\u202e Ελλάδα\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
