package main

import (
	"context"
	"io"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
)

// TestResumeReadsOptionalSections goes on with a run that had asked for last accesses, without
// asking for them again: the sessions of the roles must allow what the audit reads.
func TestResumeReadsOptionalSections(t *testing.T) {
	world, err := awsfake.Demo(awsfake.DemoOptions{Seed: 5, Accounts: 3, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	throttled := []awsfake.Fault{{Kind: awsfake.Throttle, Operation: "GenerateServiceLastAccessedDetails"}}
	fake, err := awsfake.New(world, awsfake.Options{Faults: throttled})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	keys := fake.ManagementCredentials()
	g := gathering{config: defaultConfig(), out: t.TempDir(), streams: streams{out: io.Discard, err: io.Discard}, aws: func(context.Context) (aws.Config, error) {
		return aws.Config{
			Region: keys.Region, BaseEndpoint: aws.String(server.URL),
			Credentials: credentials.NewStaticCredentialsProvider(keys.AccessKeyID, keys.SecretAccessKey, ""),
		}, nil
	}}
	management := world.Organization.ManagementAccount
	c := g.config
	c.Role.Name, c.Role.ExternalID, c.Role.ManagementAccount = awsfake.DemoRoleName, awsfake.DemoExternalID, collect.EntryOrganization
	c.Organization.RoleARN, c.Organization.ExternalID = "arn:aws:iam::"+management+":role/"+awsfake.DemoRoleName, awsfake.DemoExternalID
	c.Collect.LastAccessed, c.Collect.Attempts = true, 1
	c.Collect.ReportPoll.Duration = time.Millisecond
	// The region stands there twice, and is read once.
	c.Collect.Regions = []string{"us-east-1", "us-east-1"}

	for _, step := range []struct {
		name   string
		faults []awsfake.Fault
		resume bool
		gaps   bool
	}{{"throttled", throttled, false, true}, {"resumed without the setting", nil, true, false}} {
		if err := fake.SetFaults(step.faults); err != nil {
			t.Fatal(err)
		}
		g.resume.on, c.Collect.LastAccessed = step.resume, !step.resume
		folder, err := g.collect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ev, err := folder.Account(management)
		if err != nil {
			t.Fatal(err)
		}
		if gaps := len(ev.Gaps) > 0; gaps != step.gaps {
			t.Errorf("%s: the management account has the gaps %+v", step.name, ev.Gaps)
		}
		if len(ev.Analyzers) != 1 {
			t.Errorf("%s: analyzers were read in %d regions, want 1", step.name, len(ev.Analyzers))
		}
	}
}
