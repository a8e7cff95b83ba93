package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/internal/awsfake"
)

// TestRunWithPrintedRoles runs an audit whose roles and credentials may do what the command
// prints and no more: it lacks nothing that one with administrators everywhere has.
func TestRunWithPrintedRoles(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
	}{
		{"from the management account", nil},
		{"everything that can be asked for", []string{"--set", "collect.last_accessed=true"}},
		{"by way of a role that reads the organization", []string{"--organization-role", "arn:aws:iam::MANAGEMENT:role/audit/Reader", "--set", "organization.external_id=reader-1"}},
		{"the management account by the role", []string{"--set", "role.management_account=role", "--set", "role.caller_account=role"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			least := auditWithRoles(t, test.args, true)
			most := auditWithRoles(t, test.args, false)
			if diff := gocmp.Diff(most, least); diff != "" {
				t.Errorf("gaps differ (-administrators everywhere +printed roles):\n%s", diff)
			}
			// One account is without a role, and one with an SCP that denies, in every demo.
			if len(most) == 0 {
				t.Error("the demo has no gap; the test looks at the wrong thing")
			}
		})
	}
}

// roleGap is what matters of a gap in audit.json.
type roleGap struct{ Account, Section, Region, Subject, Cause string }

// auditWithRoles audits a demo organization with roles and credentials that may do what is
// printed, or everything, and returns the gaps.
func auditWithRoles(t *testing.T, args []string, least bool) []roleGap {
	t.Helper()
	world, err := awsfake.Demo(awsfake.DemoOptions{Seed: 5, Accounts: 12, Now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	management := world.Organization.ManagementAccount
	args = slices.Clone(args)
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "MANAGEMENT", management)
	}
	everything := json.RawMessage(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)
	caller := "arn:aws:iam::" + management + ":user/" + awsfake.DemoUserName
	role := func(purpose string) (trust, permissions json.RawMessage) {
		var printed struct{ Trust, Permissions json.RawMessage }
		text := printedBy(t, slices.Concat([]string{"role", "--for", purpose, "--trusted", caller, "--external-id", awsfake.DemoExternalID}, args)...)
		if err := json.Unmarshal([]byte(text), &printed); err != nil {
			t.Fatal(err)
		}
		if !least {
			printed.Permissions = everything
		}
		return printed.Trust, printed.Permissions
	}
	trust, permissions := role("account")
	for i := range world.Accounts {
		a := &world.Accounts[i]
		template := slices.IndexFunc(a.Roles, func(r awsfake.Role) bool { return r.Name == awsfake.DemoRoleName })
		if a.ID == management {
			for j := range a.Users {
				if u := &a.Users[j]; u.Name == awsfake.DemoUserName && least {
					policy := printedBy(t, slices.Concat([]string{"role", "--for", "caller", "--format", "policy"}, args)...)
					u.Groups, u.Attached, u.Inline = nil, nil, []awsfake.InlinePolicy{{Name: "caller", Document: json.RawMessage(policy)}}
				}
			}
			if slices.Contains(args, "--organization-role") {
				r := a.Roles[template]
				r.ID, r.Name, r.Path, r.Attached = "AROAREADEREXAMPLE0001", "Reader", "/audit/", nil
				readerTrust, readerPermissions := role("organization")
				r.Trust, r.Inline = readerTrust, []awsfake.InlinePolicy{{Name: "orgaudit", Document: readerPermissions}}
				a.Roles = append(a.Roles, r)
			}
		}
		if template >= 0 {
			r := &a.Roles[template]
			r.Trust, r.Attached, r.Boundary = trust, nil, ""
			r.Inline = []awsfake.InlinePolicy{{Name: "orgaudit", Document: permissions}}
		}
	}
	setenv(t, served(t, world))
	out := filepath.Join(t.TempDir(), "out")
	var printed bytes.Buffer
	code := run(context.Background(), runArguments(out, append([]string{"--format", "json"}, args...)...), streams{&printed, &printed}, nil)
	if code != exitGaps {
		t.Fatalf("exit code %d:\n%s", code, printed.String())
	}
	text, err := os.ReadFile(filepath.Join(out, "audit.json"))
	if err != nil {
		t.Fatal(err)
	}
	var audit struct{ Gaps []roleGap }
	if err := json.Unmarshal(text, &audit); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(audit.Gaps, func(a, b roleGap) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Section, b.Section), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Subject, b.Subject))
	})
	return audit.Gaps
}

// served serves a world and returns the environment of its user for audits, who need not be an
// administrator.
func served(t *testing.T, world *awsfake.World) []string {
	t.Helper()
	fake, err := awsfake.New(world, awsfake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	keys := fake.ManagementCredentials()
	for _, a := range world.Accounts {
		for _, u := range a.Users {
			if a.ID == world.Organization.ManagementAccount && u.Name == awsfake.DemoUserName {
				keys.AccessKeyID, keys.SecretAccessKey = u.Keys[0].ID, u.Keys[0].Secret
			}
		}
	}
	return environmentOf(t, server.URL, keys)
}
