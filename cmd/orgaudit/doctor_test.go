package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// doctorWorld is a small organization in which much is missing.
func doctorWorld(t *testing.T) *awsfake.World {
	t.Helper()
	w, err := awsfake.Demo(awsfake.DemoOptions{Seed: 7, Accounts: 13, Now: time.Date(2026, time.May, 4, 9, 12, 13, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	role := func(a *awsfake.Account) *awsfake.Role {
		i := slices.IndexFunc(a.Roles, func(r awsfake.Role) bool { return r.Name == awsfake.DemoRoleName })
		return &a.Roles[i]
	}
	for i := range w.Accounts {
		a := &w.Accounts[i]
		a.OptInRegions = append(slices.DeleteFunc(a.OptInRegions, func(r string) bool { return r == "af-south-1" }), "af-south-1")
		switch a.Name {
		case "velmora-log-archive":
			a.Policies = append(a.Policies, awsfake.ManagedPolicy{ID: "ANPA" + strings.Repeat("B", 17), Name: "boundary", Path: "/", Created: a.Joined, Updated: a.Joined, Default: "v1",
				Versions: []awsfake.PolicyVersion{{ID: "v1", Created: a.Joined, Document: json.RawMessage(`{"Statement":{"Effect":"Allow","NotAction":"iam:GetPolicyVersion","Resource":"*"}}`)}}})
			role(a).Boundary = "arn:aws:iam::" + a.ID + ":policy/boundary"
		case "velmora-brand-pilot":
			role(a).Trust = json.RawMessage(strings.ReplaceAll(string(role(a).Trust), awsfake.DemoExternalID, "another"))
		case "velmora-dev-platform-ci":
			a.OptInRegions = a.OptInRegions[:len(a.OptInRegions)-1]
		}
	}
	return w
}

// doctor runs the command against a simulated AWS.
func doctor(t *testing.T, handler http.Handler, keys awsfake.Credentials, arguments ...string) (code int, stdout, stderr string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	dir := t.TempDir()
	t.Chdir(dir)
	setenv(t, []string{
		"AWS_ENDPOINT_URL=" + server.URL, "AWS_ACCESS_KEY_ID=" + keys.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + keys.SecretAccessKey,
		"AWS_SESSION_TOKEN=", "AWS_REGION=" + keys.Region, "AWS_CONFIG_FILE=" + filepath.Join(dir, "none"),
	})
	var out, err bytes.Buffer
	code = run(t.Context(), append([]string{"doctor", "--external-id", awsfake.DemoExternalID}, arguments...), streams{&out, &err}, nil)
	if written, failed := os.ReadDir(dir); failed != nil || len(written) > 0 {
		t.Errorf("doctor wrote %v (error %v), want nothing", written, failed)
	}
	return code, out.String(), err.String()
}

// TestDoctor compares what is found with a golden file; -update writes it.
func TestDoctor(t *testing.T) {
	fake, err := awsfake.New(doctorWorld(t), awsfake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	golden, err := filepath.Abs("testdata/doctor.json")
	if err != nil {
		t.Fatal(err)
	}
	code, out, stderr := doctor(t, fake, fake.ManagementCredentials(), "--format", "json", "--regions", "eu-west-1,af-south-1")
	if code != exitGaps || !strings.Contains(stderr, "something is missing") {
		t.Errorf("exit code %d with %q, want %d and that something is missing", code, stderr, exitGaps)
	}
	// Request ids, the clock and the order of the calls differ from run to run.
	got := regexp.MustCompile(`"request_id": "[^"]+"`).ReplaceAllString(out, `"request_id": "R"`)
	got = regexp.MustCompile(`"(clock_ahead_seconds|calls)": -?\d+`).ReplaceAllString(got, `"$1": 0`)
	got = regexp.MustCompile(`"tool": "[^"]+"`).ReplaceAllString(got, `"tool": "T"`)
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("what is found differs (-want +got):\n%s", diff)
	}
}

// TestDoctorTable checks the table, and that names cannot speak to the terminal.
func TestDoctorTable(t *testing.T) {
	w := doctorWorld(t)
	w.Accounts[2].Name = "evil\x1b[31m\tname"
	fake, err := awsfake.New(w, awsfake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	code, out, _ := doctor(t, fake, fake.ManagementCredentials())
	if code != exitGaps {
		t.Errorf("exit code %d, want %d", code, exitGaps)
	}
	if strings.Contains(out, "\x1b") || !strings.Contains(out, `evil\x1b[31m`) {
		t.Errorf("the table lets a name speak to the terminal:\n%q", out)
	}
	for _, line := range []string{
		`14 of 14 operations`,
		`(?m)^\d{12} +sigma-legacy-erp .* ok$`,
		`(?m) +not entered +sts:AssumeRole: the role cannot be assumed +\d$`,
		`(?m) +missing +iam:GetPolicyVersion: denied by a permissions boundary +\d$`,
		`(?m)velmora-retired-campaign .* excluded +the account's state is SUSPENDED$`,
		`attached to velmora-prod-at-payments`,
		`Accounts: 13 in the organization = 7 ok \+ 3 with something missing \+ 2 not entered \+ 1 excluded`,
	} {
		if !regexp.MustCompile(line).MatchString(out) {
			t.Errorf("the table lacks %q:\n%s", line, out)
		}
	}
}

// TestDoctorExits checks the exit codes, and what is said where the organization cannot be read.
func TestDoctorExits(t *testing.T) {
	w := doctorWorld(t)
	fake, err := awsfake.New(w, awsfake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	late, err := awsfake.New(w, awsfake.Options{Faults: []awsfake.Fault{{Kind: awsfake.ClockSkew, Skew: awsfake.Duration(-10 * time.Minute)}}})
	if err != nil {
		t.Fatal(err)
	}
	fine := w.Accounts[5].ID // sigma-legacy-erp
	wrong := fake.ManagementCredentials()
	wrong.SecretAccessKey = "wrong"
	for _, test := range []struct {
		name      string
		handler   http.Handler
		keys      awsfake.Credentials
		arguments []string
		code      int
		stdout    string // a part of it
		stderr    string
	}{
		{"all fine", fake, fake.ManagementCredentials(), []string{"--accounts", fine}, exitOK, "1 ok", ""},
		{"an unknown format", fake, fake.ManagementCredentials(), []string{"--format", "jsn"}, exitUsage, "", `did you mean "json"`},
		{"an unknown account", fake, fake.ManagementCredentials(), []string{"--accounts", "999999999999"}, exitUsage, "", "999999999999"},
		{"wrong credentials", fake, wrong, nil, exitFailed, "", "hint: AWS does not accept these credentials"},
		{"the role that reads the organization", fake, fake.ManagementCredentials(),
			[]string{"--organization-role", "arn:aws:iam::" + fine + ":role/Absent"}, exitGaps, "organization.external_id", "1 in reading the organization"},
		{"accounts cannot be listed", refusing(fake, "ListAccounts"), fake.ManagementCredentials(), nil, exitGaps, "organizations:ListAccounts: denied", "1 in reading the organization"},
		{"policies cannot be read", refusing(fake, "DescribePolicy"), fake.ManagementCredentials(), []string{"--accounts", fine}, exitGaps, "13 of 14 operations", "1 in reading the organization"},
		{"the clock is wrong", late, late.ManagementCredentials(), []string{"--accounts", fine, "--set", "collect.max_backoff=10ms"}, exitOK, "Warning: the clock of this machine is", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, stdout, stderr := doctor(t, test.handler, test.keys, test.arguments...)
			if code != test.code || !strings.Contains(stdout, test.stdout) || !strings.Contains(stderr, test.stderr) {
				t.Errorf("exit code %d, want %d with %q and %q:\n%s\n%s", code, test.code, test.stdout, test.stderr, stdout, stderr)
			}
		})
	}
}

// refusing denies one operation of Organizations.
func refusing(next http.Handler, operation string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+operation) {
			w.Header().Set("Content-Type", "application/x-amz-json-1.1")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"__type": "AccessDeniedException", "Message": "You don't have permissions to access this resource."}`))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// TestDoctorHints checks which cause is called likely where AWS names none.
func TestDoctorHints(t *testing.T) {
	now := time.Date(2026, time.May, 4, 9, 0, 0, 0, time.UTC)
	o := &org.Organization{
		ManagementAccountID: "111111111111",
		Root:                org.Unit{ID: "r-1", Name: "Root", Units: []org.Unit{{ID: "ou-a", Name: "A"}, {ID: "ou-b", Name: "B"}}},
		Accounts: []org.Account{
			{ID: "111111111111", Path: []string{"r-1"}},
			{ID: "222222222222", Path: []string{"r-1", "ou-a"}},
			{ID: "333333333333", Path: []string{"r-1", "ou-b"}},
			{ID: "444444444444", Path: []string{"r-1", "ou-b"}},
			{ID: "555555555555", Path: []string{"r-1", "ou-a"}, Joined: now.Add(-time.Hour)},
		},
	}
	for _, test := range []struct {
		name, account string
		refused       string // accounts; every other one is entered
		message       string
		want          string
	}{
		{"one of many", "222222222222", "222222222222", "", "4 other accounts let you in"},
		{"a unit", "333333333333", "333333333333 444444444444", "", "no account of B lets you in and others do"},
		{"a newcomer", "555555555555", "555555555555", "", "joined on 2026-05-04"},
		{"the management account", "111111111111", "111111111111", "", "StackSets"},
		{"nobody", "222222222222", "111111111111 222222222222 333333333333 444444444444 555555555555", "", "no account lets you in as Audit"},
		{"the caller's own policies", "222222222222", "222222222222",
			"User: x is not authorized to perform: sts:AssumeRole on resource: y because no identity-based policy allows the sts:AssumeRole action",
			"allow sts:AssumeRole on the audit role to arn:caller in the identity-based policy"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var probed []collect.Probed
			options := collect.Options{Organization: o, Role: collect.AuditRole{Name: "Audit"}, Now: func() time.Time { return now }}
			options.CallerIdentity.ARN = "arn:caller"
			lack := collect.Lack{Gap: org.Gap{Section: collect.EntrySection, Cause: org.RoleNotAssumable, Message: test.message}, Action: "sts:AssumeRole"}
			for i := range o.Accounts {
				p := collect.Probed{AccountID: o.Accounts[i].ID, Entry: collect.Entry{Kind: collect.EntryRole}}
				if strings.Contains(test.refused, p.AccountID) {
					p.Entry.Kind, p.Lacks = collect.EntryNone, []collect.Lack{lack}
				}
				probed = append(probed, p)
				options.Selected = append(options.Selected, &o.Accounts[i])
			}
			got := compareEntries(options, probed, unitNames(o)).lack(o.Account(test.account), lack)
			if !strings.Contains(got.Advice, test.want) {
				t.Errorf("advice %q, want it to say %q", got.Advice, test.want)
			}
		})
	}
}
