package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"orgaudit/internal/awsfake"
)

// outage is a demo organization, reached as a real one is, where a call fails as long as it is on.
type outage struct {
	on   atomic.Bool
	fake *awsfake.Server
	// operation is the one of IAM that fails.
	operation string
	// before is called with every request's body while it is on; true ends the request without
	// an answer.
	before func(r *http.Request, body string) bool
}

func startOutage(t *testing.T, accounts int, operation string) *outage {
	t.Helper()
	world, err := awsfake.Demo(awsfake.DemoOptions{Seed: 3, Accounts: accounts, Now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	o := &outage{operation: operation}
	if o.fake, err = awsfake.New(world, awsfake.Options{}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if o.on.Load() && o.before != nil && o.before(r, string(body)) {
			return
		}
		if o.on.Load() && o.operation != "" && strings.Contains(string(body), "Action="+o.operation) {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>`))
			return
		}
		o.fake.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	keys := o.fake.ManagementCredentials()
	setenv(t, []string{
		"AWS_ENDPOINT_URL=" + server.URL, "AWS_ACCESS_KEY_ID=" + keys.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + keys.SecretAccessKey,
		"AWS_REGION=" + keys.Region, "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=" + filepath.Join(t.TempDir(), "none"),
	})
	return o
}

func (o *outage) operations() map[string]int {
	n := map[string]int{}
	for _, c := range o.fake.Calls() {
		n[c.Operation]++
	}
	return n
}
