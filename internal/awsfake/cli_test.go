package awsfake_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/internal/awsfake"
)

// cli runs the AWS CLI against a server, with a home of its own and nothing of
// the user's configuration.
type cli struct {
	f    fake
	home string
	keys []string // environment with the credentials
	// old marks a CLI from before AWS_ENDPOINT_URL and the newer operations, such as Debian's.
	old bool
}

// newCLI starts a server for the AWS CLI; it skips the test where there is no
// CLI.
func newCLI(t *testing.T) cli {
	t.Helper()
	if testing.Short() {
		t.Skip("the AWS CLI takes seconds")
	}
	if _, err := exec.LookPath("aws"); err != nil {
		t.Skip("the AWS CLI is not installed")
	}
	f := start(t, newWorld(), awsfake.Options{})
	m := f.ManagementCredentials()
	version, err := exec.CommandContext(t.Context(), "aws", "--version").CombinedOutput()
	if err != nil {
		t.Fatalf("aws --version: %v\n%s", err, version)
	}
	var major, minor int
	if _, err := fmt.Sscanf(string(version), "aws-cli/%d.%d.", &major, &minor); err != nil {
		t.Fatalf("aws --version says %q: %v", version, err)
	}
	return cli{
		f: f, home: t.TempDir(), keys: []string{"AWS_ACCESS_KEY_ID=" + m.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + m.SecretAccessKey},
		// "Service-specific endpoints", AWS SDKs and Tools Reference Guide: from 1.29.0 and 2.13.0 on.
		old: major == 1 && minor < 29 || major == 2 && minor < 13,
	}
}

func (c cli) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	args = append(slices.Clone(args), "--output", "json")
	if c.old {
		args = append(args, "--endpoint-url", c.f.url)
	}
	cmd := exec.CommandContext(t.Context(), "aws", args...)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "AWS_") && !strings.HasPrefix(v, "HOME=") && !strings.HasPrefix(strings.ToLower(v), "http") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "HOME="+c.home, "AWS_ENDPOINT_URL="+c.f.url, "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_PAGER=", "AWS_MAX_ATTEMPTS=1", "AWS_EC2_METADATA_DISABLED=true")
	cmd.Env = append(cmd.Env, c.keys...)
	return cmd
}

// run runs a command and reads its answer.
func (c cli) run(t *testing.T, out any, args ...string) {
	t.Helper()
	cmd := c.command(t, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	if err != nil {
		t.Fatalf("aws %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	if err := json.Unmarshal(stdout, out); err != nil {
		t.Fatalf("aws %s: %v\n%s", strings.Join(args, " "), err, stdout)
	}
}

// assume gives the CLI a session of a role.
func (c cli) assume(t *testing.T, account, role string) cli {
	t.Helper()
	var out struct {
		Credentials struct{ AccessKeyId, SecretAccessKey, SessionToken string }
	}
	c.run(t, &out, "sts", "assume-role", "--role-arn", "arn:aws:iam::"+account+":role/"+role, "--role-session-name", "audit", "--external-id", "example")
	k := out.Credentials
	c.keys = []string{"AWS_ACCESS_KEY_ID=" + k.AccessKeyId, "AWS_SECRET_ACCESS_KEY=" + k.SecretAccessKey, "AWS_SESSION_TOKEN=" + k.SessionToken}
	return c
}

func TestCLIWalksTheTree(t *testing.T) {
	c := newCLI(t)
	var roots struct{ Roots []struct{ Id string } }
	c.run(t, &roots, "organizations", "list-roots")
	if len(roots.Roots) != 1 || roots.Roots[0].Id != rootID {
		t.Fatalf("got roots %v", roots)
	}
	var units struct{ OrganizationalUnits []struct{ Name string } }
	c.run(t, &units, "organizations", "list-organizational-units-for-parent", "--parent-id", rootID)
	if len(units.OrganizationalUnits) != 2 {
		t.Errorf("got units %v", units)
	}
	var accounts struct{ Accounts []struct{ Id string } }
	c.run(t, &accounts, "organizations", "list-accounts")
	if len(accounts.Accounts) != 5 || accounts.Accounts[1].Id != shop {
		t.Errorf("got accounts %v", accounts)
	}
	var policy struct{ Policy struct{ Content string } }
	c.run(t, &policy, "organizations", "describe-policy", "--policy-id", "p-denyreports")
	if !json.Valid([]byte(policy.Policy.Content)) {
		t.Errorf("got policy %q", policy.Policy.Content)
	}
}

func TestCLIReadsAnAccount(t *testing.T) {
	c := newCLI(t).assume(t, shop, "AuditRole")
	var who struct{ Account, Arn string }
	c.run(t, &who, "sts", "get-caller-identity")
	if who.Account != shop {
		t.Errorf("got %v", who)
	}

	var job struct{ State string }
	for _, want := range []string{"STARTED", "INPROGRESS", "COMPLETE"} {
		c.run(t, &job, "iam", "generate-credential-report")
		if job.State != want {
			t.Errorf("report is %s, want %s", job.State, want)
		}
	}
	var report struct{ Content string }
	c.run(t, &report, "iam", "get-credential-report")
	csv, err := base64.StdEncoding.DecodeString(report.Content)
	if err != nil || strings.Count(string(csv), "\n") != 3 || !strings.HasPrefix(string(csv), "user,arn,user_creation_time,") {
		t.Errorf("got report %q, %v", csv, err)
	}

	// The CLI decodes the policy documents and pages to the end by itself.
	var details struct {
		UserDetailList, GroupDetailList, Policies []struct{}
		RoleDetailList                            []struct {
			RoleName                 string
			AssumeRolePolicyDocument struct{ Version string }
		}
	}
	c.run(t, &details, "iam", "get-account-authorization-details")
	got := []int{len(details.UserDetailList), len(details.GroupDetailList), len(details.RoleDetailList), len(details.Policies)}
	if diff := cmp.Diff([]int{2, 1, 5, 3}, got); diff != "" {
		t.Errorf("numbers of entities (-want +got):\n%s", diff)
	}
	if v := details.RoleDetailList[0].AssumeRolePolicyDocument.Version; v != "2012-10-17" {
		t.Errorf("got trust policy of version %q", v)
	}

	if c.old {
		return // it does not know ListRegions
	}
	var regions struct{ Regions []struct{} }
	c.run(t, &regions, "account", "list-regions")
	if len(regions.Regions) != 34 {
		t.Errorf("got %d regions", len(regions.Regions))
	}
}

func TestCLIReadsAnalyzers(t *testing.T) {
	c := newCLI(t).assume(t, security, "Admin")
	var analyzers struct{ Analyzers []struct{ Arn string } }
	c.run(t, &analyzers, "accessanalyzer", "list-analyzers")
	if len(analyzers.Analyzers) != 1 || analyzers.Analyzers[0].Arn != organizationAnalyzer {
		t.Fatalf("got analyzers %v", analyzers)
	}
	if c.old {
		return // it does not know ListFindingsV2
	}
	var findings struct{ Findings []struct{ Id string } }
	c.run(t, &findings, "accessanalyzer", "list-findings-v2", "--analyzer-arn", organizationAnalyzer,
		"--filter", `{"status":{"eq":["ACTIVE"]}}`)
	if len(findings.Findings) != 4 {
		t.Errorf("got findings %v", findings)
	}
	var one struct{ FindingDetails []map[string]any }
	c.run(t, &one, "accessanalyzer", "get-finding-v2", "--analyzer-arn", organizationAnalyzer, "--id", findings.Findings[0].Id)
	if len(one.FindingDetails) != 1 || one.FindingDetails[0]["externalAccessDetails"] == nil {
		t.Errorf("got details %v", one)
	}
}

func TestCLIShowsErrors(t *testing.T) {
	c := newCLI(t)
	for says, args := range map[string][]string{
		"(AccessDenied) when calling the AssumeRole operation": {
			"sts", "assume-role", "--role-arn", "arn:aws:iam::" + closed + ":role/Admin", "--role-session-name", "audit"},
		"(PolicyNotFoundException) when calling the DescribePolicy operation": {"organizations", "describe-policy", "--policy-id", "p-nothing00"},
		"(NoSuchEntity) when calling the GetRole operation":                   {"iam", "get-role", "--role-name", "nobody"},
		"(ResourceNotFoundException) when calling the GetAlternateContact operation": {
			"account", "get-alternate-contact", "--alternate-contact-type", "BILLING"},
	} {
		out, err := c.command(t, args...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), says) {
			t.Errorf("aws %s: got %v, %q, want it to say %q", strings.Join(args, " "), err, out, says)
		}
	}
}
