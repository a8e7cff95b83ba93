package main

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// TestOrganizationSession takes a role that reads the organization and is an administrator.
// AWS refuses by the session policy what orgaudit does not need, and the client sends nothing
// that is not declared.
func TestOrganizationSession(t *testing.T) {
	world, err := awsfake.Demo(awsfake.DemoOptions{Seed: 5, Accounts: 3, Now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	management := world.Organization.ManagementAccount
	for i := range world.Accounts {
		a := &world.Accounts[i]
		at := slices.IndexFunc(a.Roles, func(r awsfake.Role) bool { return r.Name == awsfake.DemoRoleName })
		if a.ID == management {
			a.Roles[at].Attached = []string{"arn:aws:iam::aws:policy/AdministratorAccess"}
		}
	}
	fake, err := awsfake.New(world, awsfake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	keys := fake.ManagementCredentials()
	enter := func(calls []org.Call) collect.Options {
		cfg := defaultConfig()
		cfg.Organization.RoleARN = "arn:aws:iam::" + management + ":role/" + awsfake.DemoRoleName
		cfg.Organization.ExternalID = awsfake.DemoExternalID
		g := gathering{config: cfg}
		o, err := g.enter(t.Context(), collect.Instrument(aws.Config{
			Region: keys.Region, BaseEndpoint: aws.String(server.URL),
			Credentials: credentials.NewStaticCredentialsProvider(keys.AccessKeyID, keys.SecretAccessKey, ""),
		}, cfg.transport(), calls))
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	more := append(collect.Calls(), org.Call{Service: "IAM", Operation: "ListUsers"})

	o := enter(more)
	if !strings.Contains(o.OrganizationIdentity.ARN, ":assumed-role/"+awsfake.DemoRoleName+"/") {
		t.Fatalf("the organization is read as %s", o.OrganizationIdentity.ARN)
	}
	if _, err := organizations.NewFromConfig(o.OrganizationConfig).ListRoots(t.Context(), &organizations.ListRootsInput{}); err != nil {
		t.Errorf("a call of the walk: %v", err)
	}
	if _, err := iam.NewFromConfig(o.OrganizationConfig).GetAccountSummary(t.Context(), &iam.GetAccountSummaryInput{}); err != nil {
		t.Errorf("a call of a collector: %v", err)
	}
	if _, err := iam.NewFromConfig(o.Caller).ListUsers(t.Context(), &iam.ListUsersInput{}); err != nil {
		t.Errorf("the caller may list users, and the test needs somebody who may: %v", err)
	}
	if _, err := iam.NewFromConfig(o.OrganizationConfig).ListUsers(t.Context(), &iam.ListUsersInput{}); err == nil || org.CauseOf(err) != org.DeniedByBoundary {
		t.Errorf("an administrator's session may list users: %v, want it refused by the session policy", err)
	}

	o = enter(collect.Calls())
	fake.ResetCalls()
	for name, call := range map[string]func() error{
		"IAM:CreateUser": func() error {
			_, err := iam.NewFromConfig(o.OrganizationConfig).CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String("mallory")})
			return err
		},
		"Organizations:LeaveOrganization": func() error {
			_, err := organizations.NewFromConfig(o.OrganizationConfig).LeaveOrganization(t.Context(), &organizations.LeaveOrganizationInput{})
			return err
		},
		"STS:GetSessionToken": func() error {
			_, err := sts.NewFromConfig(o.OrganizationConfig).GetSessionToken(t.Context(), &sts.GetSessionTokenInput{})
			return err
		},
	} {
		if err := call(); err == nil || !strings.Contains(err.Error(), name+" is not among the operations") {
			t.Errorf("%s gives %v, want a refusal that names it", name, err)
		}
	}
	if sent := fake.Calls(); len(sent) > 0 {
		t.Errorf("%v was sent", sent)
	}
}
