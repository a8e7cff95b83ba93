package collect_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// probe probes and fails the test where that fails.
func probe(t *testing.T, o collect.Options) map[string]collect.Probed {
	t.Helper()
	found, err := collect.Probe(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]collect.Probed{}
	for _, p := range found {
		byID[p.AccountID] = p
	}
	return byID
}

// lack is a lack without what differs from run to run.
type lack struct {
	Action, Region string
	Cause          org.Cause
}

func lacksOf(p collect.Probed) []lack {
	var lacks []lack
	for _, l := range p.Lacks {
		lacks = append(lacks, lack{l.Action, l.Region, l.Cause})
	}
	return lacks
}

// auditRole is the audit role of an account of the world.
func auditRole(t *testing.T, w *awsfake.World, place int) *awsfake.Role {
	t.Helper()
	roles := w.Accounts[place].Roles
	i := slices.IndexFunc(roles, func(r awsfake.Role) bool { return r.Name == awsfake.DemoRoleName })
	if i < 0 {
		t.Fatalf("account %s has no audit role", w.Accounts[place].Name)
	}
	return &roles[i]
}

// TestProbe changes one account and expects what a run would miss in it, and nothing in the
// one beside it.
func TestProbe(t *testing.T) {
	const place = logsPlace
	for _, test := range []struct {
		name   string
		change func(t *testing.T, w *awsfake.World, o *collect.Options)
		want   []lack
	}{
		{"nothing is missing", func(*testing.T, *awsfake.World, *collect.Options) {}, nil},
		{"the role is absent", func(t *testing.T, w *awsfake.World, _ *collect.Options) {
			auditRole(t, w, place).Name = "Another"
		}, []lack{{"sts:AssumeRole", "", org.RoleNotAssumable}}},
		{"the role asks for another external ID", func(t *testing.T, w *awsfake.World, _ *collect.Options) {
			r := auditRole(t, w, place)
			r.Trust = json.RawMessage(strings.ReplaceAll(string(r.Trust), awsfake.DemoExternalID, "another"))
		}, []lack{{"sts:AssumeRole", "", org.RoleNotAssumable}}},
		{"the role lacks one permission", func(t *testing.T, w *awsfake.World, _ *collect.Options) {
			r := auditRole(t, w, place)
			r.Inline = append(r.Inline, awsfake.InlinePolicy{Name: "less", Document: json.RawMessage(
				`{"Statement":{"Effect":"Deny","Action":"access-analyzer:ListFindings","Resource":"*"}}`)})
		}, []lack{{"access-analyzer:ListFindings", "us-east-1", org.DeniedByRole}}},
		{"a boundary allows less", func(t *testing.T, w *awsfake.World, _ *collect.Options) {
			a := &w.Accounts[place]
			a.Policies = append(a.Policies, awsfake.ManagedPolicy{ID: "ANPA" + strings.Repeat("B", 17), Name: "boundary", Path: "/", Created: now, Updated: now, Default: "v1",
				Versions: []awsfake.PolicyVersion{{ID: "v1", Created: now, Document: json.RawMessage(
					`{"Statement":{"Effect":"Allow","NotAction":["iam:GetPolicyVersion","iam:GenerateCredentialReport"],"Resource":"*"}}`)}}})
			auditRole(t, w, place).Boundary = "arn:aws:iam::" + a.ID + ":policy/boundary"
		}, []lack{{"iam:GenerateCredentialReport", "", org.DeniedByBoundary}, {"iam:GetPolicyVersion", "", org.DeniedByBoundary}}},
		{"an SCP denies one action", func(_ *testing.T, w *awsfake.World, _ *collect.Options) {
			deny(w, w.Accounts[place].ID, `{"Statement":{"Effect":"Deny","Action":"account:GetContactInformation","Resource":"*"}}`)
		}, []lack{{"account:GetContactInformation", "", org.DeniedBySCP}}},
		{"an SCP denies a region", func(_ *testing.T, w *awsfake.World, _ *collect.Options) {
			deny(w, w.Accounts[place].ID, `{"Statement":{"Effect":"Deny","Action":"access-analyzer:*","Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":"sa-east-1"}}}}`)
		}, []lack{{"access-analyzer:ListAnalyzers", "sa-east-1", org.DeniedBySCP}}},
		{"regions are configured that are off or unknown", func(_ *testing.T, _ *awsfake.World, o *collect.Options) {
			o.Regions = []string{"af-south-1", "eu-west-1", "mars-north-1"}
		}, []lack{{"", "af-south-1", org.RegionNotEnabled}, {"", "mars-north-1", org.RegionNotEnabled}}},
		{"the last accesses are asked for", func(t *testing.T, w *awsfake.World, o *collect.Options) {
			o.Optional = everySection()
			r := auditRole(t, w, place)
			r.Inline = append(r.Inline, awsfake.InlinePolicy{Name: "less", Document: json.RawMessage(
				`{"Statement":{"Effect":"Deny","Action":"iam:GetServiceLastAccessedDetails","Resource":"*"}}`)})
		}, []lack{{"iam:GetServiceLastAccessedDetails", "", org.DeniedByRole}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
			w.Accounts[place].OptInRegions = nil
			var asked collect.Options
			test.change(t, w, &asked)
			s := start(t, w, awsfake.Options{Now: clock})
			o := s.options(t)
			o.Regions, o.Optional = asked.Regions, asked.Optional
			o.Folder = nil // nothing is written
			found := probe(t, only(o, w.Accounts[place].ID, w.Accounts[securityPlace].ID))
			if diff := gocmp.Diff(test.want, lacksOf(found[w.Accounts[place].ID])); diff != "" {
				t.Errorf("what is missing differs (-want +got):\n%s", diff)
			}
			if len(o.Regions) == 0 {
				if got := lacksOf(found[w.Accounts[securityPlace].ID]); len(got) > 0 {
					t.Errorf("the account beside it lacks %v, want nothing", got)
				}
			}
		})
	}
}

// deny attaches an SCP to an account.
func deny(w *awsfake.World, account, document string) {
	w.Organization.Policies = append(w.Organization.Policies, awsfake.OrgPolicy{
		ID: "p-zzzzzzzz", Type: "SERVICE_CONTROL_POLICY", Name: "Denied", Document: json.RawMessage(document), Targets: []string{account},
	})
}

// TestProbeTriesWhatIsDeclared compares the calls that AWS saw in an account with what the
// collectors declare, both ways, and counts them.
func TestProbeTriesWhatIsDeclared(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
	w.Accounts[logsPlace].OptInRegions = []string{"eu-south-1", "me-south-1"}
	s := start(t, w, awsfake.Options{Now: clock, PageSize: 100})
	o := only(s.options(t), w.Accounts[logsPlace].ID)
	o.Optional = everySection()
	found := probe(t, o)[w.Accounts[logsPlace].ID]
	declared, seen := map[string]bool{}, map[string]bool{}
	for _, c := range collect.Collectors() {
		for _, call := range c.Calls {
			declared[call.Operation] = true
		}
	}
	calls := 1 // AssumeRole
	for _, c := range s.Calls() {
		if c.Account == w.Accounts[logsPlace].ID {
			seen[c.Operation] = true
			calls++
		}
	}
	if diff := gocmp.Diff(declared, seen); diff != "" {
		t.Errorf("operations differ (-declared +tried):\n%s", diff)
	}
	// The last accesses are two of them, the region that was switched on is one.
	if calls > 23 || found.Calls != calls || found.Tried != calls-1 {
		t.Errorf("%d calls (%d counted, %d operations tried), want at most 23, alike but for the entry", calls, found.Calls, found.Tried)
	}
	if len(found.Lacks) > 0 {
		t.Errorf("the account lacks %v, want nothing", found.Lacks)
	}
}

// TestProbeOfTheDemo checks accounts that are suspended or frozen, and the progress.
func TestProbeOfTheDemo(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 20})
	s := start(t, w, awsfake.Options{Now: clock})
	o := s.options(t)
	o.Selected = append(o.Selected, o.Organization.Account(w.Accounts[suspendedPlace].ID))
	var last collect.Progress
	o.Progress = func(p collect.Progress) { last = p }
	found := probe(t, o)
	if got, want := lacksOf(found[w.Accounts[suspendedPlace].ID]), []lack{{"sts:AssumeRole", "", org.AccountNotActive}}; !slices.Equal(got, want) {
		t.Errorf("the suspended account lacks %v, want %v", got, want)
	}
	for _, l := range lacksOf(found[w.Accounts[quarantinedPlace].ID]) {
		if l.Cause != org.DeniedBySCP || l.Action == "" {
			t.Errorf("the frozen account lacks %v, want actions that the SCP denies", l)
		}
	}
	if n := len(found[w.Accounts[quarantinedPlace].ID].Lacks); n < 18 {
		t.Errorf("the frozen account lacks %d things, want every action", n)
	}
	lacking := 0
	for _, p := range found {
		if len(p.Lacks) > 0 {
			lacking++
		}
	}
	if last.Done != len(o.Selected) || last.Total != last.Done || last.Gaps != lacking || last.Calls == 0 {
		t.Errorf("progress ends with %+v, want %d accounts, %d of them with gaps", last, len(o.Selected), lacking)
	}
}

// TestProbeIsCancelled: what a cancelled context cut off is no finding.
func TestProbeIsCancelled(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
	ctx, cancel := context.WithCancel(t.Context())
	s := start(t, w, awsfake.Options{Now: clock})
	o := s.options(t)
	handler := cancelAt(3, cancel)(s.handler)
	o.Caller = instrumented(handler, transport(), collect.Calls())
	o.Caller.Credentials = s.caller().Credentials
	found, err := collect.Probe(ctx, o)
	if !errors.Is(err, context.Canceled) || found != nil {
		t.Errorf("a cancelled probe gives %v and error %v, want none and that it was cancelled", found, err)
	}
}

// TestClockAhead checks the clock of AWS against this machine's.
func TestClockAhead(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
	for _, ahead := range []time.Duration{0, 10 * time.Minute, -time.Hour} {
		s := start(t, w, awsfake.Options{}, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
				next.ServeHTTP(w, r)
			})
		})
		got, known, err := collect.ClockAhead(t.Context(), s.caller())
		if err != nil || !known || (got-ahead).Abs() > time.Minute {
			t.Errorf("the clock of AWS is ahead by %v (known %t, error %v), want %v", got, known, err, ahead)
		}
	}
}
