package collect_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// TestRunEmptyAnswers checks answers of IAM that hold nothing where AWS always says
// something: each is a gap, and neither a crash nor a fact.
func TestRunEmptyAnswers(t *testing.T) {
	for operation, section := range map[string]org.Section{
		"GetAccountPasswordPolicy": collect.PasswordPolicySection,
		"GetPolicy":                collect.ManagedPoliciesSection,
		"GetPolicyVersion":         collect.ManagedPoliciesSection,
		"GetCredentialReport":      collect.CredentialReportSection,
	} {
		t.Run(operation, func(t *testing.T) {
			w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
			s := start(t, w, awsfake.Options{Now: clock}, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
					if !asks(r, operation) {
						next.ServeHTTP(rw, r)
						return
					}
					fmt.Fprintf(rw, `<%[1]sResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><%[1]sResult/></%[1]sResponse>`, operation)
				})
			})
			id := w.Accounts[logsPlace].ID
			ev := evidence(t, run(t, only(s.options(t), id)), id)
			if len(ev.Gaps) == 0 {
				t.Fatal("no gap")
			}
			for _, g := range ev.Gaps {
				if g.Section != section || g.Cause != org.Malformed {
					t.Errorf("gap %+v, want section %s and cause %s", g, section, org.Malformed)
				}
			}
		})
	}
}

// TestRunNoRegion checks an account that is said to have no region: nothing may be
// concluded from having looked nowhere.
func TestRunNoRegion(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
	s := start(t, w, awsfake.Options{Now: clock}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/listRegions" {
				next.ServeHTTP(rw, r)
				return
			}
			_, _ = rw.Write([]byte(`{"Regions":[]}`))
		})
	})
	id := w.Accounts[logsPlace].ID
	folder := run(t, only(s.options(t), id))
	want := []org.Gap{
		{Section: collect.AnalyzersSection, Cause: org.Malformed},
		{Section: collect.RegionsSection, Cause: org.Malformed},
	}
	if diff := gocmp.Diff(want, gapsOf(evidence(t, folder, id))); diff != "" {
		t.Errorf("gaps differ (-want +got):\n%s", diff)
	}
	analyzers, err := folder.Analyzers()
	if err != nil {
		t.Fatal(err)
	}
	if len(analyzers.Gaps) == 0 {
		t.Error("the organization's analyzers were looked for nowhere, and that is no gap")
	}
}

// TestRunTokenRefusedInEnabledRegion checks a region that AWS names as enabled and that
// refuses the credentials, as one that is not on by default refuses a token of the global
// endpoint of STS: that the region is off would be no reason to leave it out.
func TestRunTokenRefusedInEnabledRegion(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
	s := start(t, w, awsfake.Options{Now: clock}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.Header.Get("Authorization"), "/eu-north-1/access-analyzer/") {
				next.ServeHTTP(rw, r)
				return
			}
			rw.Header().Set("X-Amzn-ErrorType", "UnrecognizedClientException")
			rw.WriteHeader(http.StatusForbidden)
			_, _ = rw.Write([]byte(`{"message":"The security token included in the request is invalid."}`))
		})
	})
	id := w.Accounts[logsPlace].ID
	want := []org.Gap{{Section: collect.AnalyzersSection, Region: "eu-north-1", Cause: org.CredentialsFailed}}
	if diff := gocmp.Diff(want, gapsOf(evidence(t, run(t, only(s.options(t), id)), id))); diff != "" {
		t.Errorf("gaps differ (-want +got):\n%s", diff)
	}
}

// TestRunEntersNoOtherAccount checks a configuration that enters the management account
// with credentials of another one: what they read is not the management account's.
func TestRunEntersNoOtherAccount(t *testing.T) {
	for _, kind := range []string{collect.EntryCaller, collect.EntryOrganization} {
		w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
		o := start(t, w, awsfake.Options{Now: clock}).options(t)
		other := w.Accounts[logsPlace].ID
		o.CallerIdentity.AccountID, o.OrganizationIdentity.AccountID = other, other
		o.Role.Management = kind
		id := w.Accounts[managementPlace].ID
		ev := evidence(t, run(t, only(o, id)), id)
		if ev.Entry.Kind != collect.EntryNone || len(ev.Reads) > 0 {
			t.Errorf("entry %+v with %d sections that were read, want none", ev.Entry, len(ev.Reads))
		}
		if len(ev.Gaps) != 1 || ev.Gaps[0].Cause != org.CredentialsFailed || !strings.Contains(ev.Gaps[0].Message, other) {
			t.Errorf("gaps %+v, want one that names account %s", ev.Gaps, other)
		}
	}
}

// TestCreateFolderNamedLikeAPattern checks a folder whose name means something to a search
// for files: nothing of another folder is removed.
func TestCreateFolderNamedLikeAPattern(t *testing.T) {
	parent := t.TempDir()
	neighbour := filepath.Join(parent, "audit1")
	if err := os.Mkdir(neighbour, 0o700); err != nil {
		t.Fatal(err)
	}
	theirs := filepath.Join(neighbour, ".tmp-theirs")
	if err := os.WriteFile(theirs, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"audit[1]", "audit["} {
		ours := filepath.Join(parent, name, ".tmp-ours")
		if err := os.Mkdir(filepath.Dir(ours), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(ours, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := collect.CreateFolder(filepath.Dir(ours)); err != nil {
			t.Errorf("folder %s: %v", name, err)
		}
		if _, err := os.Stat(ours); !os.IsNotExist(err) {
			t.Errorf("what a killed run left half written stays in %s (%v)", name, err)
		}
	}
	if _, err := os.Stat(theirs); err != nil {
		t.Errorf("a file of another folder is gone: %v", err)
	}
}

// TestManagedPoliciesOfOneName checks an account's own policy that has the name of an
// AWS-managed one: neither replaces the other.
func TestManagedPoliciesOfOneName(t *testing.T) {
	f := newFolder(t)
	for _, arn := range []string{"arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::111122223333:policy/ReadOnlyAccess"} {
		if err := f.WriteManagedPolicy(&collect.ManagedPolicy{ARN: arn, Name: "ReadOnlyAccess"}); err != nil {
			t.Fatal(err)
		}
	}
	policies, _, err := f.ManagedPolicies()
	if err != nil {
		t.Fatal(err)
	}
	if len(policies) != 2 {
		t.Errorf("%d policies, want 2", len(policies))
	}
}
