package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/spf13/cobra"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// faultyPlace is the place of the account of the demo organization in which things go wrong:
// the archive of logs, a member without a story of its own.
const faultyPlace = 2

// faulty is a run in an organization in which things go wrong.
type faulty struct {
	code     int
	gaps     []org.Gap
	verdicts map[string]string
	calls    []awsfake.Call
	stderr   string
}

// faultyWorld is a demo organization whose archive of logs has an analyzer of its own where
// those of the organization do not look.
func faultyWorld(t *testing.T) *awsfake.World {
	t.Helper()
	world, err := awsfake.Demo(awsfake.DemoOptions{Seed: 3, Accounts: 5, Now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	logs := &world.Accounts[faultyPlace]
	logs.Analyzers = []awsfake.Analyzer{{Region: "eu-north-1", Name: "own", Type: "ACCOUNT", Status: "ACTIVE", Created: logs.Joined}}
	return world
}

// faultyConfig has three attempts and short waits.
func faultyConfig(t *testing.T, set []string) *config {
	t.Helper()
	cfg := defaultConfig()
	d, err := readBenchmark(everyControl(t))
	if err != nil {
		t.Fatal(err)
	}
	cfg.definition = d
	cfg.demand(d)
	for _, assignment := range append([]string{
		"role.external_id=" + awsfake.DemoExternalID, "report.formats=json", "collect.regions=eu-north-1,us-east-1",
		"collect.report_poll=1ms", "collect.attempts=3", "collect.max_backoff=1ms",
	}, set...) {
		setting, value, _ := strings.Cut(assignment, "=")
		if err := cfg.set(setting, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := cfg.check(); err != nil {
		t.Fatal(err)
	}
	cfg.Rate.Recover.Duration = 100 * time.Microsecond // tests of throttling wait for nothing
	return cfg
}

// auditFaulty runs an audit, with settings over those of faultyConfig.
func auditFaulty(t *testing.T, faults []awsfake.Fault, set ...string) faulty {
	t.Helper()
	fake, err := awsfake.New(faultyWorld(t), awsfake.Options{PageSize: 3, Faults: faults})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(fake)
	defer server.Close()
	out := t.TempDir()
	var stdout, stderr bytes.Buffer
	g := gathering{streams: streams{&stdout, &stderr}, config: faultyConfig(t, set), out: out, aws: func(context.Context) (aws.Config, error) {
		keys := fake.ManagementCredentials()
		return aws.Config{
			Region: keys.Region, BaseEndpoint: aws.String(server.URL),
			Credentials: credentials.NewStaticCredentialsProvider(keys.AccessKeyID, keys.SecretAccessKey, ""),
		}, nil
	}}
	code := exitOK
	var done outcome
	command := &cobra.Command{Use: "run"}
	command.SetContext(t.Context())
	if err := g.auditAll(command); errors.As(err, &done) {
		code = done.code
	} else if err != nil {
		code = exitFailed
		fmt.Fprintln(&stderr, err)
	}
	got := faulty{code: code, calls: fake.Calls(), stderr: stderr.String(), gaps: []org.Gap{}}
	if code != exitOK && code != exitGaps {
		return got
	}
	got.verdicts = verdicts(t, out)
	for _, g := range auditOf(t, out)["gaps"].([]any) {
		g := g.(map[string]any)
		text := func(name string) string { s, _ := g[name].(string); return s }
		got.gaps = append(got.gaps, org.Gap{
			Section: org.Section(text("section")), Account: text("account"), Region: text("region"), Cause: org.Cause(text("cause")), Message: text("message"),
		})
	}
	return got
}

// spoiled counts the calls that were made to go wrong.
func (f faulty) spoiled() int {
	n := 0
	for _, c := range f.calls {
		if c.Fault != "" {
			n++
		}
	}
	return n
}

func sortGaps(gaps []org.Gap) []org.Gap {
	gaps = slices.Clone(gaps)
	slices.SortFunc(gaps, func(a, b org.Gap) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Section, b.Section), cmp.Compare(a.Region, b.Region))
	})
	return gaps
}

// everyControl is a benchmark of every control whose verdicts in the demo organization are whole,
// so that an audit in which nothing is lost exits with 0.
func everyControl(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	text.WriteString("id = \"faults\"\ntitle = \"Faults\"\n")
	for _, c := range benchmark.Controls() {
		// Some of their findings would stand in analyzers and regions that the audit does not read.
		if !slices.Contains([]string{"analyzer-archive-rules", "analyzer-internal-access", "analyzer-unused-access", "resource-policy-no-wildcard"}, c.ID) {
			fmt.Fprintf(&text, "[[recommendation]]\ncontrol = %q\n", c.ID)
		}
	}
	name := filepath.Join(t.TempDir(), "faults.toml")
	if err := os.WriteFile(name, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// faultCase is one line of the matrix of faults.
type faultCase struct {
	name   string
	faults []awsfake.Fault
	// spoiled is how many calls went wrong: 3 where a call that is sent three times at most
	// was repeated to the end, 1 where it was not repeated. Below zero it is not counted.
	spoiled int
	// gaps are all there are; none means that the audit is the same as without the fault.
	gaps []org.Gap
	// unread says that something came and could not be understood, which is no gap.
	unread bool
	set    []string
}

// TestFaults lets every fault happen: it is retried where that helps, else there is a gap with
// its cause on that section of that account, and nothing else is lost.
func TestFaults(t *testing.T) {
	base := auditFaulty(t, nil)
	if base.code != exitOK || len(base.gaps) > 0 {
		t.Fatalf("exit code %d without a fault, gaps %v\n%s", base.code, base.gaps, base.stderr)
	}
	for _, c := range slices.Concat(refusals(t), connections(t), identities(t), answers(t), lists(t), accountChanges(t)) {
		t.Run(c.name, func(t *testing.T) { c.check(t, base) })
	}
}

func (c faultCase) check(t *testing.T, base faulty) {
	t.Parallel()
	got := auditFaulty(t, c.faults, c.set...)
	want := exitGaps
	if len(c.gaps) == 0 && !c.unread {
		want = exitOK
	}
	if got.code != want {
		t.Fatalf("exit code %d, want %d\n%s", got.code, want, got.stderr)
	}
	if n := got.spoiled(); n != c.spoiled && c.spoiled >= 0 {
		t.Errorf("%d calls went wrong, want %d", n, c.spoiled)
	}
	if diff := gocmp.Diff(sortGaps(c.gaps), sortGaps(got.gaps), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(org.Gap{}, "Message")); diff != "" {
		t.Errorf("gaps differ (-want +got):\n%s", diff)
		for _, g := range got.gaps {
			t.Logf("%s: %s", g.Section, g.Message)
		}
	}
	if len(got.verdicts) != len(base.verdicts) {
		t.Errorf("%d verdicts, want %d", len(got.verdicts), len(base.verdicts))
	}
	lost := 0
	for key, verdict := range got.verdicts {
		control, account, _ := strings.Cut(key, " ")
		if verdict == base.verdicts[key] {
			continue
		}
		if c.uses(control, account) && base.verdicts[key] == string(benchmark.VerdictNotApplicable) {
			continue
		}
		if lost++; verdict != string(benchmark.VerdictNotAssessed) || !c.touches(control, account) {
			t.Errorf("control %s of account %q is %s, and %s without the fault", control, account, verdict, base.verdicts[key])
		}
	}
	if lost == 0 && c.unread {
		t.Error("every verdict is there although something could not be understood")
	}
}

// TestFaultsThatEndTheRun checks that nothing is audited where nobody could say what is missing.
func TestFaultsThatEndTheRun(t *testing.T) {
	for _, test := range []struct {
		name  string
		fault awsfake.Fault
		says  string
	}{
		{"the list of accounts is throttled", awsfake.Fault{Kind: awsfake.Throttle, Operation: "ListAccounts"}, "list the accounts of organization"},
		{"the list of accounts never ends", awsfake.Fault{Kind: awsfake.PageTokenRepeats, Operation: "ListAccounts"}, "came before"},
		{"the caller's session has ended", awsfake.Fault{Kind: awsfake.TokenExpired, Operation: "GetCallerIdentity"}, "ask AWS for the caller's identity"},
		{"the clocks differ and AWS does not say by how much", awsfake.Fault{Kind: awsfake.ClockSkew, Skew: awsfake.Duration(time.Hour), NoDate: true}, "Signature expired"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := auditFaulty(t, []awsfake.Fault{test.fault})
			if got.code != exitFailed || !strings.Contains(got.stderr, test.says) {
				t.Errorf("exit code %d, want %d and a word of %q:\n%s", got.code, exitFailed, test.says, got.stderr)
			}
		})
	}
}

// uses tells whether a gap hides what would show that a control does not apply: the password
// policy is judged where nobody knows whether anybody has a password.
func (c faultCase) uses(control, account string) bool {
	return slices.ContainsFunc(c.gaps, func(g org.Gap) bool {
		return g.Account == account && slices.Contains(benchmark.ControlByID(control).Uses, g.Section)
	})
}

// touches tells whether a gap, or what could not be understood, may hide a verdict.
func (c faultCase) touches(control, account string) bool {
	k := benchmark.ControlByID(control)
	for _, g := range c.gaps {
		if g.Account == "" || g.Section == org.SectionTree && account == "" {
			return true
		}
		if g.Account != account {
			continue
		}
		needs := slices.Concat(k.Needs, k.NeedsAny, k.Uses)
		if g.Section == collect.EntrySection || g.Section == org.SectionTree || slices.Contains(needs, g.Section) ||
			// The policies that AWS manages are read of those that the account has attached.
			g.Section == collect.AuthorizationSection && slices.Contains(needs, collect.ManagedPoliciesSection) {
			return true
		}
	}
	return c.unread
}
