package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/report"
)

// profiles makes an AWS configuration file with a profile for each organization, and returns
// the environment that names it.
func profiles(t *testing.T, worlds map[string]awsfake.DemoOptions) []string {
	t.Helper()
	var text strings.Builder
	for name, o := range worlds {
		o.Now = time.Now()
		world, err := awsfake.Demo(o)
		if err != nil {
			t.Fatal(err)
		}
		fake, err := awsfake.New(world, awsfake.Options{})
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(fake)
		t.Cleanup(server.Close)
		keys := fake.ManagementCredentials()
		fmt.Fprintf(&text, "[profile %s]\nendpoint_url = %s\naws_access_key_id = %s\naws_secret_access_key = %s\n", name, server.URL, keys.AccessKeyID, keys.SecretAccessKey)
	}
	file := filepath.Join(t.TempDir(), "aws")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"AWS_CONFIG_FILE=" + file, "AWS_SHARED_CREDENTIALS_FILE=" + file + "-none", "AWS_PROFILE=", "AWS_REGION=", "AWS_ENDPOINT_URL=",
		"AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=", "AWS_SESSION_TOKEN="}
}

const severalOrganizations = `
[[organization]]
name = "main"
profile = "main"

[[organization]]
name = "China"
profile = "cn"
region = "cn-north-1"
audit_external_id = "orgaudit-demo"
tags = false

[[organization]]
name = "lost"
profile = "nowhere"

[role]
external_id = "orgaudit-demo"

[collect]
report_poll = "1ms"

[report]
formats = ["json", "pdf"]
`

// TestSeveralOrganizations audits two organizations in two partitions, and one whose
// credentials are not there.
func TestSeveralOrganizations(t *testing.T) {
	setenv(t, profiles(t, map[string]awsfake.DemoOptions{"main": {Seed: 1, Accounts: 4}, "cn": {Seed: 2, Accounts: 3, Partition: "aws-cn"}}))
	dir := t.TempDir()
	config, out := filepath.Join(dir, "config.toml"), filepath.Join(dir, "out")
	if err := os.WriteFile(config, []byte(severalOrganizations), 0o600); err != nil {
		t.Fatal(err)
	}
	audit := func(arguments ...string) (int, string, string, audited) {
		t.Helper()
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), append([]string{"run", "--config", config, "--out", out}, arguments...), streams{&stdout, &stderr}, nil)
		var all audited
		if text, err := os.ReadFile(filepath.Join(out, organizationsFile)); err == nil {
			if err := json.Unmarshal(text, &all); err != nil {
				t.Fatal(err)
			}
		}
		return code, stdout.String(), stderr.String(), all
	}

	code, stdout, stderr, all := audit()
	if code != exitFailed || all.ExitCode != exitFailed {
		t.Fatalf("exit code %d (%d in %s), want %d, that of the organization that is lost:\n%s", code, all.ExitCode, organizationsFile, exitFailed, stderr)
	}
	if len(all.Organizations) != 3 {
		t.Fatalf("%d organizations, want 3", len(all.Organizations))
	}
	main, china, lost := all.Organizations[0], all.Organizations[1], all.Organizations[2]
	if main.Partition != "aws" || china.Partition != "aws-cn" || main.ID == china.ID || main.ExitCode != exitGaps || china.ExitCode != exitGaps {
		t.Errorf("organizations %+v and %+v, want two, the second in China, in which not everything is understood", main, china)
	}
	if lost.ExitCode != exitFailed || lost.Coverage != nil || lost.Score != nil || !strings.Contains(lost.Outcome, "nowhere") {
		t.Errorf("organization %+v, want one that failed, without a score", lost)
	}
	if want := (report.Coverage{Accounts: 7, Complete: 7}); all.Coverage != want {
		t.Errorf("coverage %+v, want %+v", all.Coverage, want)
	}
	if all.Score.Raw == nil || *all.Score.Raw < min(*main.Score.Raw, *china.Score.Raw) || *all.Score.Raw > max(*main.Score.Raw, *china.Score.Raw) {
		t.Errorf("score %v, want one between those of the organizations", all.Score.Raw)
	}
	if !strings.Contains(stdout, "ORGANIZATION") || !strings.Contains(stderr, "lost: ") {
		t.Errorf("the table or the failure is missing:\n%s\n%s", stdout, stderr)
	}
	for name, id := range map[string]string{"main": main.ID, "China": china.ID} {
		folder, err := collect.OpenFolder(filepath.Join(out, name, evidenceFolder))
		if err != nil {
			t.Fatal(err)
		}
		record, err := folder.Record()
		if err != nil || record.OrganizationID != id {
			t.Errorf("the evidence in %s is of %v (%v), want %s", name, record, err, id)
		}
		if _, err := os.Stat(filepath.Join(out, name, "audit.json")); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(out, "organizations.pdf")); err != nil {
		t.Error(err)
	}
	info, err := os.Stat(filepath.Join(out, organizationsFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%s has mode %v (%v), want 0600", organizationsFile, info.Mode(), err)
	}

	code, _, stderr, all = audit("--organization", "China", "--resume", "--previous", out)
	if code != exitUsage || len(all.Organizations) != 3 {
		t.Errorf("an audit compared with itself: exit code %d, %d organizations, want %d and 3:\n%s", code, len(all.Organizations), exitUsage, stderr)
	}
	if code, _, stderr, all = audit("--organization", "China", "--resume"); code != exitGaps || len(all.Organizations) != 3 {
		t.Errorf("one organization again: exit code %d, %d organizations, want %d and 3:\n%s", code, len(all.Organizations), exitGaps, stderr)
	}
	if before := all.Organizations[0]; all.Coverage.Accounts != 7 || before.ID != main.ID || *before.Score.Raw != *main.Score.Raw || !strings.Contains(before.Outcome, "not asked for") {
		t.Errorf("after one organization alone was audited again the others are %+v of %+v, want what the evidence of before says", before, all.Coverage)
	}
	if code, _, stderr, _ = audit("--organization", "Chna"); code != exitUsage || !strings.Contains(stderr, `did you mean "China"`) {
		t.Errorf("an unknown organization: exit code %d: %s", code, stderr)
	}

	var stdoutOf, stderrOf bytes.Buffer
	if code := run(t.Context(), []string{"doctor", "--config", config}, streams{&stdoutOf, &stderrOf}, nil); code != exitUsage || !strings.Contains(stderrOf.String(), "--organization") {
		t.Errorf("doctor of several organizations: exit code %d: %s", code, &stderrOf)
	}
	if code := run(t.Context(), []string{"doctor", "--config", config, "--organization", "China"}, streams{&stdoutOf, &stderrOf}, nil); code != exitOK || !strings.Contains(stdoutOf.String(), "partition aws-cn") {
		t.Errorf("doctor of one organization: exit code %d: %s\n%s", code, &stdoutOf, &stderrOf)
	}
}

// TestOrganizationSetting reads the section in both its forms.
func TestOrganizationSetting(t *testing.T) {
	for _, test := range []struct {
		name, text string
		several    int
		wrong      string // a part of the error
	}{
		{"one", "[organization]\nrole_arn = \"a\"\ntags = false", 0, ""},
		{"several", "[[organization]]\nname = \"a\"\n[[organization]]\nname = \"b\"", 2, ""},
		{"none", "", 0, ""},
		{"an unknown setting of one", "[organization]\nrole_anr = \"a\"", 0, `did you mean "role_arn"`},
		{"an unknown setting of several", "[[organization]]\nname = \"a\"\naudit_rol = \"x\"", 0, `did you mean "audit_role"`},
		{"no name", "[[organization]]\nprofile = \"a\"", 0, "organization.name"},
		{"a path", "[[organization]]\nname = \"../a\"", 0, "organization.name"},
		{"the folder of the evidence", "[[organization]]\nname = \"Evidence\"", 0, "organization.name"},
		{"a name twice", "[[organization]]\nname = \"a\"\n[[organization]]\nname = \"A\"", 0, "twice"},
		{"another kind", "organization = 3", 0, "neither a section"},
		{"a setting of another kind", "[organization]\nrole_arn = 3", 0, "role_arn"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := defaultConfig()
			err := c.decode("config.toml", test.text)
			if err == nil {
				err = c.check()
			}
			if test.wrong == "" && err != nil || test.wrong != "" && (err == nil || !strings.Contains(err.Error(), test.wrong)) {
				t.Fatalf("error %v, want %q", err, test.wrong)
			}
			if err == nil && len(c.Organization.several) != test.several {
				t.Errorf("%d organizations, want %d", len(c.Organization.several), test.several)
			}
			if test.name == "one" && (c.Organization.RoleARN != "a" || c.Organization.Tags) {
				t.Errorf("organization %+v, want the settings of the file", c.Organization)
			}
		})
	}
	c := defaultConfig()
	if err := c.decode("config.toml", severalOrganizations); err != nil {
		t.Fatal(err)
	}
	if err := c.set("organization.role_arn", "x"); err != nil {
		t.Fatal(err)
	}
	if err := c.check(); err == nil {
		t.Error("a role for all organizations passes, want an error: it is in one of them")
	}
	china := c.of(c.Organization.several[1])
	if china.Organization.Region != "cn-north-1" || china.Organization.Tags || china.Role.ExternalID != "orgaudit-demo" || len(china.Organization.several) > 0 {
		t.Errorf("the configuration of one is %+v, want its own settings", china.Organization)
	}
}
