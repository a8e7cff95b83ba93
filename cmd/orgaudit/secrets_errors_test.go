package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"orgaudit/internal/awsfake"
)

// assumed tells whether a request is signed with the credentials of a session.
func assumed(r *http.Request) bool { return r.Header.Get("X-Amz-Security-Token") != "" }

// TestFailuresHideSecrets lets runs fail in the ways in which AWS's answers, the SDK's log and
// our errors speak of credentials, and looks for them and for external IDs everywhere.
func TestFailuresHideSecrets(t *testing.T) {
	const wrongID = "an-external-id-4711"
	once := func() func(http.Handler) http.Handler {
		var mu sync.Mutex
		seen := map[string]bool{}
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				first := assumed(r) && !seen[r.URL.Path+r.Host]
				seen[r.URL.Path+r.Host] = true
				mu.Unlock()
				if first {
					w.WriteHeader(http.StatusServiceUnavailable)
					return
				}
				next.ServeHTTP(w, r)
			})
		}
	}
	for _, test := range []struct {
		name    string
		options awsfake.Options
		wrap    func(http.Handler) http.Handler
		args    []string
		code    int
		// said is what must stand in the evidence, and logged what must be printed, so that the
		// failure was the one that is meant.
		said, logged string
	}{
		{name: "another external ID", args: []string{"--external-id", wrongID}, code: exitGaps, said: "is not authorized to perform: sts:AssumeRole"},
		{
			name: "an external ID that STS does not take", args: []string{"--external-id", wrongID}, code: exitGaps,
			said: "Value '(external ID)' at 'externalId'",
			wrap: func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					body, err := io.ReadAll(r.Body)
					if err != nil {
						t.Error(err)
					}
					form, _ := url.ParseQuery(string(body))
					if id := form.Get("ExternalId"); id != "" {
						w.WriteHeader(http.StatusBadRequest)
						fmt.Fprintf(w, `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Value '%s' at 'externalId' failed to satisfy constraint</Message></Error></ErrorResponse>`, id)
						return
					}
					r.Body = io.NopCloser(bytes.NewReader(body))
					next.ServeHTTP(w, r)
				})
			},
		},
		{name: "expired sessions", options: awsfake.Options{SessionDuration: time.Nanosecond}, code: exitGaps, said: "The security token included in the request is expired"},
		{
			name: "refused signatures of sessions", code: exitGaps, said: "x-amz-security-token:(session token)",
			wrap: func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if assumed(r) {
						r.Header.Set("X-Amz-Date", r.Header.Get("X-Amz-Date")[:8]+"T000000Z")
					}
					next.ServeHTTP(w, r)
				})
			},
		},
		{
			name: "the caller's signature is refused", code: exitFailed, logged: "SignatureDoesNotMatch",
			wrap: func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					r.Header.Set("X-Amz-Date", r.Header.Get("X-Amz-Date")[:8]+"T000000Z")
					next.ServeHTTP(w, r)
				})
			},
		},
		{
			name: "the caller's own session is refused", code: exitFailed, logged: "InvalidClientTokenId",
			wrap: func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					r.Header.Set("X-Amz-Security-Token", "made-up")
					next.ServeHTTP(w, r)
				})
			},
		},
		{name: "repeated calls", wrap: once(), code: exitGaps, logged: "retrying request"},
		{name: "a role that reads the organization", code: exitFailed, logged: "take the role",
			args: []string{"--organization-role", "arn:aws:iam::123456789012:role/None", "--set", "organization.external_id=" + wrongID}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var wraps []func(http.Handler) http.Handler
			if test.wrap != nil {
				wraps = append(wraps, test.wrap)
			}
			environ, secrets := secretsOf(t, 4, test.options, wraps...)
			setenv(t, environ)
			out := filepath.Join(t.TempDir(), "out")
			var printed bytes.Buffer
			args := append(runArguments(out, "--verbose", "--format", "json", "--set", "collect.max_backoff=1ms", "--set", "collect.attempts=2"), test.args...)
			if code := run(context.Background(), args, streams{&printed, &printed}, nil); code != test.code {
				t.Errorf("exit code %d, want %d:\n%s", code, test.code, printed.String())
			}
			if !strings.Contains(printed.String(), test.logged) {
				t.Errorf("%q is not printed:\n%s", test.logged, printed.String())
			}
			all := append(secrets(), wrongID, awsfake.DemoExternalID)
			said := false
			look := func(place, text string) {
				said = said || strings.Contains(text, test.said)
				for _, secret := range all {
					// The demo's own roles name the external ID in their trust policies, which are evidence.
					if strings.Contains(text, secret) && (secret != awsfake.DemoExternalID || place == "the terminal") {
						t.Errorf("%s holds %s", place, secret)
					}
				}
			}
			look("the terminal", printed.String())
			err := filepath.WalkDir(out, func(name string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				data, err := os.ReadFile(name)
				if err == nil {
					lookInto(t, filepath.ToSlash(name), data, look)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if !said {
				t.Errorf("%q stands nowhere:\n%s", test.said, printed.String())
			}
			if test.code == exitGaps && !slices.ContainsFunc(all, func(s string) bool { return len(s) > 100 }) &&
				!slices.Contains(test.args, wrongID) {
				t.Error("there was no session token to look for")
			}
		})
	}
}

// TestCredentialProcessStaysUnsaid: what a credential_process prints is in no error.
func TestCredentialProcessStaysUnsaid(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config")
	const hidden = "wJalrXUtnFEMIhiddenKEY"
	text := `[default]` + "\nregion = eu-central-1\ncredential_process = echo {\"Version\": 1, \"SecretAccessKey\": \"" + hidden + "\"\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	setenv(t, []string{
		"AWS_CONFIG_FILE=" + file, "AWS_SHARED_CREDENTIALS_FILE=" + file + "-none", "AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=", "AWS_PROFILE=",
		"AWS_EC2_METADATA_DISABLED=true",
	})
	var printed bytes.Buffer
	code := run(context.Background(), []string{"run", "--verbose", "--out", filepath.Join(t.TempDir(), "out")}, streams{&printed, &printed}, nil)
	if code != exitFailed || !strings.Contains(printed.String(), "credential_process") || strings.Contains(printed.String(), hidden) {
		t.Errorf("exit code %d:\n%s", code, printed.String())
	}
}
