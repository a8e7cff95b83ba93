package awsfake_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"orgaudit/internal/awsfake"
)

func TestSmallestWorld(t *testing.T) {
	f := start(t, loadTestdata(t), awsfake.Options{})
	out, err := iam.NewFromConfig(f.in(t, shop, "AuditRole")).GetAccountSummary(t.Context(), nil)
	if err != nil || out.SummaryMap["Users"] != 1 {
		t.Errorf("got %v, %v, want one user", out, err)
	}
}

func TestLoadReadsWhatWasWritten(t *testing.T) {
	want := newWorld()
	b, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := awsfake.Load(strings.NewReader(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("world (-want +got):\n%s", diff)
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"no JSON":       {"partition: aws", "read world"},
		"unknown field": {`{"partition":"aws","colour":"red"}`, `"colour"`},
		"two worlds":    {`{"partition":"aws"}{}`, "more after its end"},
		"empty world":   {`{}`, "partition"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := awsfake.Load(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got error %v, want it to say %q", err, c.says)
			}
		})
	}
}

func TestValidate(t *testing.T) {
	if err := newWorld().Validate(); err != nil {
		t.Fatal(err)
	}
	shopPlace := "accounts[1] (222233334444)"
	for name, c := range map[string]struct {
		change func(*awsfake.World)
		says   []string
	}{
		"partition":             {func(w *awsfake.World) { w.Partition = "aws-moon" }, []string{"partition", "aws-moon"}},
		"organization's id":     {func(w *awsfake.World) { w.Organization.ID = "o-x" }, []string{"organization", "o-x"}},
		"management account":    {func(w *awsfake.World) { w.Organization.ManagementAccount = "999999999999" }, []string{"999999999999"}},
		"unit's id":             {func(w *awsfake.World) { w.Organization.Root.Units[0].ID = "ou-zz99-workload" }, []string{"organization.root.units[0]", "ou-ab12-"}},
		"unit twice":            {func(w *awsfake.World) { w.Organization.Root.Units[1].ID = workloadsID }, []string{"units[1]", "units[0]"}},
		"unit of an account":    {func(w *awsfake.World) { w.Accounts[1].Unit = "ou-ab12-nothing0" }, []string{shopPlace, "ou-ab12-nothing0"}},
		"account id":            {func(w *awsfake.World) { w.Accounts[4].ID = "42" }, []string{"accounts[4]", "42"}},
		"account twice":         {func(w *awsfake.World) { w.Accounts[2].ID = shop }, []string{"accounts[2]", "accounts[1]"}},
		"e-mail address twice":  {func(w *awsfake.World) { w.Accounts[2].Email = "Shop@example.com" }, []string{"accounts[2]", "shop@example.com"}},
		"state":                 {func(w *awsfake.World) { w.Accounts[1].State = "GONE" }, []string{shopPlace, "GONE"}},
		"root MFA":              {func(w *awsfake.World) { w.Accounts[1].Root.MFA = "" }, []string{shopPlace, "root MFA"}},
		"target":                {func(w *awsfake.World) { w.Organization.Policies[1].Targets[0] = "999999999999" }, []string{"DenyReports", "999999999999"}},
		"no SCP on an account":  {func(w *awsfake.World) { p := &w.Organization.Policies[0]; p.Targets = p.Targets[:7] }, []string{closed}},
		"policy type":           {func(w *awsfake.World) { w.Organization.Policies[1].Type = "SCP" }, []string{"DenyReports", "SCP"}},
		"organization's policy": {func(w *awsfake.World) { w.Organization.Policies[1].Document = []byte(`{}`) }, []string{"DenyReports", "no statement"}},
		"resource policy":       {func(w *awsfake.World) { w.Organization.ResourcePolicy = []byte(`{}`) }, []string{"organization.resource_policy", "no statement"}},
		"delegated to nobody":   {func(w *awsfake.World) { w.Organization.Delegated[0].Account = "999999999999" }, []string{"delegated_administrators[0]"}},
		"delegated to itself":   {func(w *awsfake.World) { w.Organization.Delegated[0].Account = management }, []string{"delegated_administrators[0]"}},
		"user's id":             {func(w *awsfake.World) { w.Accounts[1].Users[0].ID = "AROAEXAMPLEUSER000103" }, []string{shopPlace, `users[0] "dave"`, "AIDA"}},
		"user twice":            {func(w *awsfake.World) { w.Accounts[1].Users[0].Name = "Carol" }, []string{`users[1] "carol"`}},
		"key twice": {func(w *awsfake.World) {
			w.Accounts[1].Users[0].Keys[0].ID = w.Accounts[0].Users[0].Keys[0].ID
		}, []string{`users[0] "dave"`, `users[0] "alice"`}},
		"group":              {func(w *awsfake.World) { w.Accounts[1].Users[0].Groups = []string{"nobody"} }, []string{`"dave"`, "nobody"}},
		"attached policy":    {func(w *awsfake.World) { w.Accounts[1].Users[1].Attached = []string{adminARN + "x"} }, []string{`"carol"`, adminARN + "x"}},
		"boundary":           {func(w *awsfake.World) { w.Accounts[1].Roles[1].Boundary = "arn:aws:iam::999999999999:policy/x" }, []string{`roles[1] "Bounded": boundary`}},
		"trust policy":       {func(w *awsfake.World) { w.Accounts[1].Roles[0].Trust = []byte(`{"Statement":[{"Effect":"Maybe"}]}`) }, []string{`"AuditRole": trust`, "Maybe"}},
		"inline policy":      {func(w *awsfake.World) { w.Accounts[1].Roles[2].Inline[0].Document = []byte(`[`) }, []string{`"Denied": inline policy "No"`}},
		"session length":     {func(w *awsfake.World) { w.Accounts[1].Roles[0].MaxSession = 60 }, []string{`"AuditRole"`, "60"}},
		"default version":    {func(w *awsfake.World) { w.ManagedPolicies[0].Default = "v9" }, []string{`managed_policies[0] "AdministratorAccess"`, "v9"}},
		"path":               {func(w *awsfake.World) { w.Accounts[1].Roles[0].Path = "audit" }, []string{`"AuditRole"`, "path"}},
		"opt-in region":      {func(w *awsfake.World) { w.Accounts[1].OptInRegions = []string{"us-east-1", "eu-south-1"} }, []string{shopPlace, "us-east-1"}},
		"analyzer's region":  {func(w *awsfake.World) { w.Accounts[1].OptInRegions = nil }, []string{`analyzers[0] "south"`, "eu-south-1"}},
		"finding's type":     {func(w *awsfake.World) { w.Accounts[3].Analyzers[0].Findings[0].Type = "x" }, []string{"findings[0]"}},
		"kind of MFA device": {func(w *awsfake.World) { w.Accounts[1].Users[1].MFA[0].Kind = "sms" }, []string{`"carol"`, "sms"}},
		"instance profile":   {func(w *awsfake.World) { w.Accounts[1].Roles[1].InstanceProfiles = []string{"auditrole"} }, []string{`"Bounded"`, "instance profile"}},
		"archive rule twice": {func(w *awsfake.World) { w.Accounts[3].Analyzers[0].ArchiveRules[1].Name = "vendors" }, []string{`analyzers[0] "organization"`, "vendors"}},
		"archive rule":       {func(w *awsfake.World) { w.Accounts[3].Analyzers[0].ArchiveRules[1].Filter = nil }, []string{"readable", "no filter"}},
		"contact type":       {func(w *awsfake.World) { w.Accounts[1].Contacts["LEGAL"] = awsfake.Contact{} }, []string{shopPlace, "LEGAL"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			c.change(w)
			err := w.Validate()
			if err == nil {
				t.Fatal("the world is valid")
			}
			for _, want := range c.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got error %q, want it to say %q", err, want)
				}
			}
			if _, err := awsfake.New(w, awsfake.Options{}); err == nil {
				t.Error("New takes the world")
			}
		})
	}
}

func TestValidateTellsSomeProblems(t *testing.T) {
	w := newWorld()
	for i := range 50 {
		w.Accounts[1].Users[0].Groups = append(w.Accounts[1].Users[0].Groups, fmt.Sprintf("nobody-%d", i))
	}
	err := w.Validate()
	if err == nil || !strings.Contains(err.Error(), "nobody-19") || strings.Contains(err.Error(), "nobody-20") || !strings.Contains(err.Error(), "and 30 more") {
		t.Errorf("got error %v, want 20 problems and the number of the rest", err)
	}
}
