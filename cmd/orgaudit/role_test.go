package main

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"orgaudit/collect"
	"orgaudit/org"
)

const roleFolder = "../../templates/audit-role"

// exampleTrust fills the JSON forms, which need somebody to trust, with the account and the
// external ID of README.md's example.
var exampleTrust = []string{
	"--trusted", "arn:aws:iam::111122223333:role/Auditor",
	"--external-id", "your-external-id", "--set", "organization.external_id=your-external-id",
}

// publishedRoles are the files of templates/audit-role with the arguments that print them.
func publishedRoles() map[string][]string {
	return map[string][]string{
		"role.json":                        append([]string{"--format", "json"}, exampleTrust...),
		"policy.json":                      {"--format", "policy"},
		"cloudformation.yaml":              {"--format", "cloudformation"},
		"stackset.yaml":                    {"--format", "stackset"},
		"role.tf":                          {"--format", "terraform"},
		"organization/role.json":           append([]string{"--for", "organization", "--format", "json"}, exampleTrust...),
		"organization/policy.json":         {"--for", "organization", "--format", "policy"},
		"organization/cloudformation.yaml": {"--for", "organization", "--format", "cloudformation"},
		"organization/role.tf":             {"--for", "organization", "--format", "terraform"},
		"caller/policy.json":               {"--for", "caller", "--format", "policy"},
	}
}

// printed is what a command prints, which must end well.
func printedBy(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(context.Background(), args, streams{&out, &errs}, nil); code != exitOK {
		t.Fatalf("%q ends with %d: %s", args, code, errs.String())
	}
	return out.String()
}

// TestPublishedRoles: templates/audit-role holds what the command prints, and nothing else.
func TestPublishedRoles(t *testing.T) {
	for name, args := range publishedRoles() {
		want, file := printedBy(t, append([]string{"role"}, args...)...), filepath.Join(roleFolder, filepath.FromSlash(name))
		if *update {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(want, string(got)); diff != "" {
			t.Errorf("%s differs (-printed +published):\n%s", name, diff)
		}
	}
	err := filepath.WalkDir(roleFolder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		relative, err := filepath.Rel(roleFolder, name)
		if _, known := publishedRoles()[filepath.ToSlash(relative)]; !known {
			t.Errorf("nothing prints %s", relative)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// roleVariants are arguments that change the templates.
func roleVariants() map[string][]string {
	return map[string][]string{
		"plain": nil,
		"everything": {
			"--trusted", "arn:aws:iam::111122223333:root", "--trusted", "arn:aws-cn:iam::111122223333:user/audit/a.b@c",
			"--role", "audit/x=1/Org.audit@corp", "--set", "collect.last_accessed=true", "--set", "role.duration=2h",
			"--organization-role", "arn:aws:iam::111122223333:role/audit/Reader",
		},
	}
}

func TestRolesInCloudFormation(t *testing.T) {
	tool, err := exec.LookPath("cfn-lint")
	if err != nil {
		t.Skip("cfn-lint is not installed")
	}
	dir := t.TempDir()
	var args []string
	for variant, more := range roleVariants() {
		for _, request := range [][]string{{"account", "cloudformation"}, {"account", "stackset"}, {"organization", "cloudformation"}} {
			name := filepath.Join(dir, variant+"-"+strings.Join(request, "-")+".yaml")
			text := printedBy(t, append([]string{"role", "--for", request[0], "--format", request[1]}, more...)...)
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			args = append(args, name)
		}
	}
	c := exec.CommandContext(t.Context(), tool, append(args, "--non-zero-exit-code", "informational", "--include-checks", "I")...)
	c.Env = append(os.Environ(), "AWS_REGION=eu-central-1", "AWS_DEFAULT_REGION=eu-central-1")
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("cfn-lint: %v\n%s", err, out)
	}
}

func TestRolesInTerraform(t *testing.T) {
	for variant, more := range roleVariants() {
		for _, purpose := range []string{"account", "organization"} {
			text := printedBy(t, append([]string{"role", "--for", purpose, "--format", "terraform"}, more...)...)
			if _, diagnostics := hclsyntax.ParseConfig([]byte(text), "role.tf", hcl.InitialPos); diagnostics.HasErrors() {
				t.Errorf("%s %s: %v", variant, purpose, diagnostics)
			}
			if diff := gocmp.Diff(string(hclwrite.Format([]byte(text))), text); diff != "" {
				t.Errorf("%s %s is not formatted (-formatted +printed):\n%s", variant, purpose, diff)
			}
		}
	}
}

// TestRolesAreAlike: every form holds the same actions, those of the calls, and the stack set
// holds the template of one account.
func TestRolesAreAlike(t *testing.T) {
	action := regexp.MustCompile(`[a-z-]+:[A-Z]\w+`)
	every := org.Actions(collect.AuditCalls([]org.Section{collect.LastAccessedSection}))
	for _, test := range []struct {
		purpose, format string
		more            []string
		want            []string
	}{
		{"account", "json", exampleTrust, org.Actions(collect.AuditCalls(nil))},
		{"account", "policy", nil, org.Actions(collect.AuditCalls(nil))},
		{"account", "cloudformation", nil, org.Actions(collect.AuditCalls(nil))},
		{"account", "stackset", nil, org.Actions(collect.AuditCalls(nil))},
		{"account", "terraform", nil, org.Actions(collect.AuditCalls(nil))},
		{"account", "terraform", []string{"--set", "collect.last_accessed=true"}, every},
		{"account", "json", slices.Concat(exampleTrust, []string{"--set", "collect.last_accessed=true"}), every},
		{"organization", "json", exampleTrust, org.Actions(append(org.Calls(), collect.AuditCalls(nil)...))},
		{"organization", "cloudformation", nil, org.Actions(append(org.Calls(), collect.AuditCalls(nil)...))},
		{"organization", "terraform", nil, org.Actions(append(org.Calls(), collect.AuditCalls(nil)...))},
		{"caller", "policy", nil, org.Actions(append(org.Calls(), collect.AuditCalls(nil)...))},
		{"caller", "policy", []string{"--organization-role", "arn:aws:iam::111122223333:role/R"}, org.Actions(collect.AuditCalls(nil))},
		{"caller", "policy", []string{"--organization-role", "arn:aws:iam::111122223333:role/R", "--set", "role.caller_account=role"}, nil},
		{"caller", "policy", []string{"--set", "role.caller_account=role"}, org.Actions(org.Calls())},
		{"caller", "policy", []string{"--set", "role.caller_account=role", "--set", "role.management_account=caller"},
			org.Actions(append(org.Calls(), collect.AuditCalls(nil)...))},
	} {
		text := printedBy(t, append([]string{"role", "--for", test.purpose, "--format", test.format}, test.more...)...)
		found := action.FindAllString(text, -1)
		slices.Sort(found)
		found = slices.DeleteFunc(slices.Compact(found), func(a string) bool { return a == "sts:AssumeRole" || a == "sts:ExternalId" })
		if !slices.Equal(test.want, found) {
			t.Errorf("%s as %s %q:\n%s", test.purpose, test.format, test.more, gocmp.Diff(test.want, found))
		}
		for _, line := range strings.Split(text, "\n") {
			if strings.Contains(line, "*") && !regexp.MustCompile(`Resource"?\s*[:=] "(\*|arn:\*:iam::\*:role/OrgauditRole)"|"arn:\*:iam::\*:role/OrgauditRole",|AllowedPattern`).MatchString(line) {
				t.Errorf("%s as %s holds a wildcard: %s", test.purpose, test.format, line)
			}
		}
	}
	plain := printedBy(t, "role", "--format", "cloudformation")
	embedded := regexp.MustCompile(`(?m)^ {8}`).ReplaceAllString(printedBy(t, "role", "--format", "stackset"), "")
	if !strings.Contains(embedded, plain) {
		t.Error("the stack set does not hold the template of one account")
	}
}

// TestRoleRefuses: what is wrong or missing is told, and no external ID with it.
func TestRoleRefuses(t *testing.T) {
	const secret = "hidden ID" // which has a space, and is none
	trusted := []string{"--trusted", "arn:aws:iam::111122223333:root"}
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"--format", "jsn"}, `unknown format "jsn"; did you mean "json"?`},
		{[]string{"--for", "acount"}, `unknown purpose "acount"; did you mean "account"?`},
		{[]string{"--for", "organization", "--format", "stackset"}, "stackset can be printed for account, not for organization"},
		{[]string{"--for", "caller"}, "json can be printed for account or organization, not for caller"},
		{[]string{"--external-id", "abc"}, "needs the ARN of who may take the role"},
		{trusted, "set role.external_id"},
		{append([]string{"--for", "organization", "--external-id", "abc"}, trusted...), "set organization.external_id"},
		{[]string{"--trusted", "*"}, `"*" is not the ARN of`},
		{[]string{"--trusted", "arn:aws:iam::*:root"}, "is not the ARN of"},
		{[]string{"--trusted", "arn:aws:iam::111122223333:role/*"}, "is not the ARN of"},
		{[]string{"--trusted", "arn:aws:iam::111122223333:role/${x}"}, "is not the ARN of"},
		{[]string{"--trusted", "arn:aws:sts::111122223333:assumed-role/Audit/me"}, "one session of the role Audit of account 111122223333"},
		{[]string{"--role", "a\nb"}, "is not the name of a role"},
		{[]string{"--role", "/lead"}, "is not the name of a role"},
		{[]string{"--external-id", secret}, "role.external_id must be"},
		{[]string{"--external-id", secret + "\x7f"}, "does not fit the setting role.external_id"},
		{[]string{"--set", "organization.external_id=" + secret}, "organization.external_id must be"},
	} {
		var out, errs bytes.Buffer
		code := run(context.Background(), append([]string{"role"}, test.args...), streams{&out, &errs}, nil)
		if code != exitUsage || !strings.Contains(errs.String(), test.want) || out.Len() > 0 {
			t.Errorf("%q ends with %d and prints %q and %q, want %d and %q", test.args, code, out.String(), errs.String(), exitUsage, test.want)
		}
		if strings.Contains(errs.String(), secret) {
			t.Errorf("%q prints the external ID: %s", test.args, errs.String())
		}
	}
}

// TestExternalIDStaysInItsFile: an error in the line of an external ID does not show it.
func TestExternalIDStaysInItsFile(t *testing.T) {
	for _, line := range []string{`hiddenid`, `"hiddenid`, `hiddenid"`, `["hiddenid"]`, `"\qhiddenid"`, `"x" hiddenid`, `{hiddenid = 1}`, `hiddenid = "x"`} {
		file := filepath.Join(t.TempDir(), "config.toml")
		if err := os.WriteFile(file, []byte("[role]\nexternal_id = "+line+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, errs bytes.Buffer
		code := run(context.Background(), []string{"role", "--config", file}, streams{&out, &errs}, nil)
		if code != exitUsage || strings.Contains(errs.String(), "hiddenid") {
			t.Errorf("external_id = %s ends with %d: %s", line, code, errs.String())
		}
	}
}
