package collect_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// TestRunGaps checks the accounts of the demo that cannot be read in full.
func TestRunGaps(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 20})
	s := start(t, w, awsfake.Options{PageSize: 5, Now: clock})
	o := s.options(t)
	// The suspended account is asked for on purpose.
	o.Selected = append(o.Selected, o.Organization.Account(w.Accounts[suspendedPlace].ID))
	folder := run(t, o)

	scp := func(section org.Section) org.Gap { return org.Gap{Section: section, Cause: org.DeniedBySCP} }
	for _, test := range []struct {
		name  string
		place int
		want  []org.Gap
		kind  string
	}{
		{"the audit role is missing", unreachablePlace, []org.Gap{{Section: collect.EntrySection, Cause: org.RoleNotAssumable}}, collect.EntryNone},
		{"the account is suspended", suspendedPlace, []org.Gap{{Section: collect.EntrySection, Cause: org.AccountNotActive}}, collect.EntryNone},
		{"an SCP denies one operation", deniedOnePlace, []org.Gap{scp(collect.PasswordPolicySection)}, collect.EntryRole},
		{"an SCP denies everything", quarantinedPlace, []org.Gap{
			scp(collect.AnalyzersSection), scp(collect.AliasSection), scp(collect.AccountSummarySection), scp(collect.ContactsSection),
			scp(collect.AuthorizationSection), scp(collect.CredentialReportSection), scp(collect.IdentityProvidersSection),
			scp(collect.PasswordPolicySection), scp(collect.PrimaryContactSection), scp(collect.RegionsSection), scp(collect.ServerCertificatesSection), scp(collect.VirtualMFASection),
		}, collect.EntryRole},
	} {
		t.Run(test.name, func(t *testing.T) {
			id := w.Accounts[test.place].ID
			ev := evidence(t, folder, id)
			if diff := gocmp.Diff(test.want, gapsOf(ev)); diff != "" {
				t.Errorf("gaps differ (-want +got):\n%s", diff)
			}
			if ev.Entry.Kind != test.kind || ev.Entry.RoleARN == "" {
				t.Errorf("entry %+v, want kind %s with the ARN of the role", ev.Entry, test.kind)
			}
			for _, g := range ev.Gaps {
				if g.Account != id || g.Message == "" || g.At.IsZero() || g.RequestID == "" || !strings.HasPrefix(g.Code, "AccessDenied") {
					t.Errorf("gap %+v, want the account, what AWS answered and when", g)
				}
				if _, missing := ev.Missing(g.Section); !missing {
					t.Errorf("section %s has a gap and is not missing", g.Section)
				}
			}
			if test.kind == collect.EntryNone {
				if ev.Calls != 1 {
					t.Errorf("%d calls, want only the one that takes the role", ev.Calls)
				}
				for _, c := range collect.Collectors() {
					if _, missing := ev.Missing(c.Section); !missing {
						t.Errorf("section %s of an account that nobody entered is not missing", c.Section)
					}
				}
			}
		})
	}
}

// TestRunManagedPolicyDenied checks that a policy that one account may not read comes
// from another.
func TestRunManagedPolicyDenied(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
	logs := &w.Accounts[logsPlace]
	grant(t, logs, slices.DeleteFunc(everyAction(), func(a string) bool { return a == "iam:GetPolicyVersion" }))
	s := start(t, w, awsfake.Options{Now: clock})
	o := s.options(t)
	// One account at a time, the one that is refused first.
	o.Accounts, o.Collectors = 1, 1
	slices.SortFunc(o.Selected, func(a, b *org.Account) int {
		switch logs.ID {
		case a.ID:
			return -1
		case b.ID:
			return 1
		}
		return 0
	})
	folder := run(t, o)
	policies, _, err := folder.ManagedPolicies()
	if err != nil {
		t.Fatal(err)
	}
	ev := evidence(t, folder, logs.ID)
	want := map[string]bool{}
	ev.Authorization.EachAttachment(func(_ string, p collect.AttachedPolicy) {
		if strings.HasPrefix(p.ARN, "arn:aws:iam::aws:") {
			want[p.ARN] = true
		}
	})
	subjects := map[string]bool{}
	elsewhere := 0
	for _, g := range ev.Gaps {
		if g.Section != collect.ManagedPoliciesSection || g.Cause != org.DeniedByRole {
			t.Errorf("gap %+v, want one of a single policy", g)
		}
		subjects[g.Subject] = true
		if policies[g.Subject] != nil {
			elsewhere++
		}
	}
	if diff := gocmp.Diff(want, subjects); diff != "" || len(want) < 2 {
		t.Errorf("policies with a gap differ (-attached +gaps):\n%s", diff)
	}
	if elsewhere == 0 {
		t.Error("no policy of the refused account came from another one")
	}
	refused := 0
	for _, c := range s.Calls() {
		if c.Account == logs.ID && c.Operation == "GetPolicyVersion" {
			refused++
		}
	}
	if refused != 1 {
		t.Errorf("%d calls were refused, want 1: the answer to the others is the same", refused)
	}
}

// TestRunRegionNotEnabled checks a configured region that is off for the account.
func TestRunRegionNotEnabled(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
	s := start(t, w, awsfake.Options{Now: clock})
	o := s.options(t)
	o.Regions = []string{"eu-north-1", "me-south-1"} // the second is off by default
	id := w.Accounts[logsPlace].ID
	folder := run(t, only(o, id, w.Accounts[securityPlace].ID))
	ev := evidence(t, folder, id)
	want := []org.Gap{{Section: collect.AnalyzersSection, Region: "me-south-1", Cause: org.RegionNotEnabled}}
	if diff := gocmp.Diff(want, gapsOf(ev)); diff != "" {
		t.Errorf("gaps differ (-want +got):\n%s", diff)
	}
	if _, missing := ev.MissingIn(collect.AnalyzersSection, "eu-north-1"); missing {
		t.Error("the region that is on is missing")
	}
	if diff := gocmp.Diff([]collect.Region{{Name: "eu-north-1", Status: "configured"}, {Name: "me-south-1", Status: "configured"}}, ev.Regions); diff != "" {
		t.Errorf("regions differ (-want +got):\n%s", diff)
	}
	for _, c := range s.Calls() {
		if c.Operation == "ListRegions" {
			t.Error("AWS was asked for the regions, which are configured")
		}
	}
	analyzers, err := folder.Analyzers()
	if err != nil {
		t.Fatal(err)
	}
	wantGap := org.Gap{Section: collect.OrganizationAnalyzersSection, Account: w.Accounts[securityPlace].ID, Region: "me-south-1", Cause: org.RegionNotEnabled}
	if !slices.ContainsFunc(analyzers.Gaps, func(g org.Gap) bool {
		return gocmp.Equal(wantGap, g, cmpopts.IgnoreFields(org.Gap{}, "Operation", "Code", "RequestID", "Message", "At"))
	}) {
		t.Errorf("gaps of the organization's analyzers %+v, want %+v among them", analyzers.Gaps, wantGap)
	}
}

// TestRunMalformedReport checks that a credential report that makes no sense is a gap of
// its own section alone.
func TestRunMalformedReport(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
	s := start(t, w, awsfake.Options{Now: clock}, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if !asks(r, "GetCredentialReport") {
				next.ServeHTTP(rw, r)
				return
			}
			_, _ = rw.Write([]byte(`<GetCredentialReportResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetCredentialReportResult>` +
				`<Content>aGVsbG8=</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>2026-05-04T09:12:13Z</GeneratedTime>` +
				`</GetCredentialReportResult></GetCredentialReportResponse>`))
		})
	})
	id := w.Accounts[logsPlace].ID
	ev := evidence(t, run(t, only(s.options(t), id)), id)
	want := []org.Gap{{Section: collect.CredentialReportSection, Cause: org.Malformed}}
	if diff := gocmp.Diff(want, gapsOf(ev)); diff != "" {
		t.Errorf("gaps differ (-want +got):\n%s", diff)
	}
	if ev.CredentialReport != nil {
		t.Error("the report that makes no sense is kept")
	}
}
