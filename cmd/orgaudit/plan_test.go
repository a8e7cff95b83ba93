package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// planWorld is an organization whose lists all fit into one page, without analyzers: how many
// there are nobody can know before.
func planWorld(t *testing.T) *awsfake.World {
	t.Helper()
	world, err := awsfake.Demo(awsfake.DemoOptions{Seed: 3, Accounts: 6, Now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	for i := range world.Accounts {
		world.Accounts[i].Analyzers, world.Accounts[i].OptInRegions = nil, nil
	}
	return world
}

// seenCalls counts the calls by operation, in the words of a plan.
func seenCalls(fake *awsfake.Server) map[string]int {
	services := map[string]string{"sts": "STS", "iam": "IAM", "organizations": "Organizations", "access-analyzer": "AccessAnalyzer", "account": "Account"}
	seen := map[string]int{}
	for _, c := range fake.Calls() {
		seen[services[c.Service]+":"+c.Operation]++
	}
	return seen
}

// planOf runs orgaudit plan and returns its calls by operation, those that are none left out.
func planOf(t *testing.T, environ []string, args ...string) (planned, map[string]int) {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(t.Context(), append([]string{"plan", "--format", "json"}, args...), streams{&out, &errs}, environ); code != exitOK {
		t.Fatalf("plan exits with %d: %s", code, errs.String())
	}
	var p planned
	if err := json.Unmarshal(out.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	calls := map[string]int{}
	total := 0
	for _, c := range p.Calls {
		if c.Calls > 0 {
			calls[c.Service+":"+c.Operation] = c.Calls
		}
		total += c.Calls
	}
	if p.Total != total {
		t.Errorf("the plan says %d calls and lists %d", p.Total, total)
	}
	return p, calls
}

// TestPlanComesTrue compares the plan with the calls that AWS sees then, operation by
// operation: those that are declared, and those that evidence has counted.
func TestPlanComesTrue(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
	}{
		{"regions that are assumed", nil},
		{"regions that are configured", []string{"--regions", "eu-central-1,us-east-1"}},
		{"one account of several", []string{"--accounts", planWorld(t).Accounts[2].ID}},
		{"no tags", []string{"--set", "organization.tags=false"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			fake, err := awsfake.New(planWorld(t), awsfake.Options{PageSize: 1000})
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(fake)
			defer server.Close()
			keys := fake.ManagementCredentials()
			environ := []string{
				"AWS_ENDPOINT_URL=" + server.URL, "AWS_ACCESS_KEY_ID=" + keys.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + keys.SecretAccessKey,
				"AWS_REGION=" + keys.Region, "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=" + filepath.Join(t.TempDir(), "none"),
			}
			setenv(t, environ)
			args := append([]string{"--external-id", awsfake.DemoExternalID, "--set", "collect.report_poll=1ms"}, test.args...)
			before, want := planOf(t, environ, args...)
			for operation := range seenCalls(fake) {
				if service, _, _ := strings.Cut(operation, ":"); service != "Organizations" && service != "STS" && operation != "IAM:ListOrganizationsFeatures" {
					t.Errorf("the plan calls %s", operation)
				}
			}
			fake.ResetCalls()

			out := t.TempDir()
			var errs bytes.Buffer
			if code := run(t.Context(), append([]string{"collect", "--out", out}, args...), streams{&errs, &errs}, environ); code != exitOK && code != exitGaps { // not everything can be assessed without analyzers
				t.Fatalf("collect exits with %d: %s", code, errs.String())
			}
			seen := seenCalls(fake)
			declared := maps.Clone(seen)
			for _, c := range before.Calls {
				if c.Calls == 0 && c.More != "" { // it depends on what is found in the accounts
					delete(declared, c.Service+":"+c.Operation)
				}
			}
			if diff := cmp.Diff(declared, want); diff != "" {
				t.Errorf("calls (-seen +planned):\n%s", diff)
			}
			if len(declared) < len(seen)-2 {
				t.Errorf("%d of %d operations are not planned", len(seen)-len(declared), len(seen))
			}
			fake.ResetCalls()
			after, again := planOf(t, environ, append(args, "--offline", filepath.Join(out, evidenceFolder))...)
			if diff := cmp.Diff(seen, again); diff != "" {
				t.Errorf("calls (-seen +planned from the evidence):\n%s", diff)
			}
			if n := len(fake.Calls()); n > 0 {
				t.Errorf("a plan from evidence made %d calls", n)
			}
			if diff := cmp.Diff(before.InScope, after.InScope); diff != "" {
				t.Errorf("accounts in scope (-walk +evidence):\n%s", diff)
			}
			if after.Known != after.Accounts || before.Known != 0 {
				t.Errorf("calls are known of %d accounts before and of %d of %d after, want 0 and all", before.Known, after.Known, after.Accounts)
			}
		})
	}
}

// TestPlanPrints: what the text must say, and that names from AWS do nothing to a terminal.
func TestPlanPrints(t *testing.T) {
	p := &planned{
		Organization: "o-1\x1b[2J", Excluded: []org.Exclusion{{AccountID: "111122223333", Reason: "unit \x1b[2J"}},
		Plan: &collect.Plan{Accounts: 2, WithRole: 1, Calls: []collect.PlannedCalls{
			{Service: "IAM", Operation: "GetPolicy", Calls: 7, Basis: collect.BasisDeclared, More: "each policy"},
		}, AccountActions: []string{"iam:GetPolicy"}},
		Total: 7, Bounds: []collect.Bound{{Name: "calls", Arithmetic: "7 calls × 100ms / 1 calls in flight", Time: 700 * time.Millisecond}},
		Expected: 700 * time.Millisecond, Assumptions: []string{"a call takes 100ms"},
	}
	var out bytes.Buffer
	p.print(&out)
	text := strings.Join(strings.Fields(out.String()), " ")
	for _, want := range []string{
		"2 accounts in scope, 1 with the audit role; 1 excluded", "111122223333", "Calls: 7, 3.5 an account",
		"IAM GetPolicy 7 declared by the collectors more for each policy", "iam:GetPolicy",
		"calls 7 calls × 100ms / 1 calls in flight = 700ms", "Expected: 700ms", "a call takes 100ms",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the plan does not say %q:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "\x1b") {
		t.Error("the plan prints an escape sequence")
	}
}
