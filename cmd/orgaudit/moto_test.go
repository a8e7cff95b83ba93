package main

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// TestMoto audits an AWS that nobody of this project wrote: the emulator moto. It has no
// Access Analyzer, no primary contact, no account:ListRegions, and several answers that are unlike AWS's.
func TestMoto(t *testing.T) {
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	url := startMoto(ctx, t)
	world := fillMoto(ctx, t, url)
	useMoto(t, url, "AKIAORGAUDITTESTABCD", "secret", "")

	t.Run("FromManagement", func(t *testing.T) {
		audit := auditMoto(ctx, t, world, t.TempDir())
		checkOrganization(t, audit)
		checkPolicies(t, audit)
		checkVerdicts(t, audit, motoVerdicts(false))
		checkCulprits(t, audit)
		checkHidden(t, audit)
		checkLists(t, audit)
		checkDocuments(t, audit)
		checkGaps(t, audit, motoLacks())
	})
	t.Run("WithRegions", func(t *testing.T) {
		audit := auditMoto(ctx, t, world, t.TempDir(), "--regions", "us-east-1,eu-west-1")
		checkVerdicts(t, audit, motoVerdicts(true))
		checkHidden(t, audit)
		checkGaps(t, audit, motoLacks("us-east-1", "eu-west-1"))
	})
	t.Run("FromOutside", func(t *testing.T) {
		keys, err := motoConfig(url, "000000000001").Credentials.Retrieve(ctx)
		if err != nil {
			t.Fatal(err)
		}
		useMoto(t, url, keys.AccessKeyID, keys.SecretAccessKey, keys.SessionToken)
		code, _, diagnostics := runMoto(ctx, []string{"run", "--out", t.TempDir()})
		if code != exitFailed || !strings.Contains(diagnostics, "the account is in no organization") {
			t.Errorf("exit code %d, want %d and a hint:\n%s", code, exitFailed, diagnostics)
		}
	})
	t.Run("FromTools", func(t *testing.T) { auditFromTools(ctx, t, world) })
}

// auditFromTools audits with a user of a member account. Moto asks for permissions, the
// user may not enter one account, and the role may not do everything in another. Later the
// first account opens, and the run goes on.
func auditFromTools(ctx context.Context, t *testing.T, world *motoWorld) {
	const closed, narrow = "sandbox", "payments"
	_, err := iam.NewFromConfig(motoConfig(world.url, world.ids[motoTools])).PutUserPolicy(ctx, &iam.PutUserPolicyInput{
		UserName: aws.String(motoCaller), PolicyName: aws.String("Jobs"),
		PolicyDocument: aws.String(`{"Version": "2012-10-17", "Statement": [
			{"Effect": "Allow", "Action": ["sts:AssumeRole", "iam:Get*", "iam:List*", "iam:Generate*", "account:Get*", "account:List*"], "Resource": "*"},
			{"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": "` + motoRoleARN(world.ids[closed]) + `"}]}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	useMoto(t, world.url, world.callerKey, world.callerSecret, "")
	enforceMoto(ctx, t, world.url, true)
	dir := filepath.Join(t.TempDir(), "out")
	fromTools := []string{"--organization-role", motoRoleARN(motoManagement)}

	audit := auditMoto(ctx, t, world, dir, fromTools...)
	want, gaps := motoVerdicts(false), motoLacks()
	for control := range want[closed] {
		// The organization's own policies and lists tell of an account that nobody enters.
		if control != "org-member" && !strings.HasPrefix(control, "guardrail-") {
			want[closed][control] = benchmark.VerdictNotAssessed
		}
	}
	for gap := range gaps {
		if gap.Account == closed {
			delete(gaps, gap)
		}
	}
	gaps[motoGap{Section: collect.EntrySection, Account: closed, Cause: org.Failed, Operation: "STS:AssumeRole"}] = true
	for _, control := range slices.Concat(motoOfReport(), slices.Collect(maps.Keys(motoAccount{}.passwordVerdicts()))) {
		want[narrow][control] = benchmark.VerdictNotAssessed
	}
	// Moto writes its denials as no service of AWS but EC2 does, so that the SDK finds no
	// code in them. They are gaps all the same, and nobody claims to know the cause.
	gaps[motoGap{Section: collect.PasswordPolicySection, Account: narrow, Cause: org.Failed, Operation: "IAM:GetAccountPasswordPolicy"}] = true
	gaps[motoGap{Section: collect.CredentialReportSection, Account: narrow, Cause: org.Failed, Operation: "IAM:GetCredentialReport"}] = true
	checkVerdicts(t, audit, want)
	checkHidden(t, audit)
	checkGaps(t, audit, gaps)
	checkEntries(t, audit, map[string]string{
		motoMaster: collect.EntryOrganization, motoTools: collect.EntryCaller, closed: collect.EntryNone, "gone": "",
	})
	for _, g := range audit.Gaps {
		if g.Section == collect.EntrySection && !strings.Contains(g.Message, "403") {
			t.Errorf("the gap of the account that was not entered does not name the HTTP status: %s", g.Message)
		}
	}

	useMoto(t, world.url, world.callerKey, "not the secret", "")
	if code, _, diagnostics := runMoto(ctx, []string{"run", "--out", t.TempDir()}); code != exitFailed {
		t.Errorf("with a wrong secret the exit code is %d, want %d:\n%s", code, exitFailed, diagnostics)
	}

	useMoto(t, world.url, world.callerKey, world.callerSecret, "")
	enforceMoto(ctx, t, world.url, false)
	audit = auditMoto(ctx, t, world, dir, append(fromTools, "--resume")...)
	// The account that was not entered is, and the sections that failed elsewhere are read.
	want[closed], want[narrow] = motoVerdicts(false)[closed], motoVerdicts(false)[narrow]
	checkVerdicts(t, audit, want)
	checkHidden(t, audit)
	checkEntries(t, audit, map[string]string{motoMaster: collect.EntryOrganization, motoTools: collect.EntryCaller, "gone": ""})
}

// motoRoleARN is the ARN of the audit role of an account.
func motoRoleARN(account string) string { return "arn:aws:iam::" + account + ":role/" + motoAuditRole }

// motoLacks are the gaps of an audit in which nothing else failed: with regions that the
// configuration names, or without.
func motoLacks(regions ...string) map[motoGap]bool {
	gaps := map[motoGap]bool{
		{Section: org.SectionRootFeatures, Cause: org.Failed, Operation: "IAM:ListOrganizationsFeatures"}:          true,
		{Section: org.SectionResourcePolicy, Cause: org.Failed, Operation: "Organizations:DescribeResourcePolicy"}: true,
	}
	for _, a := range motoAccounts() {
		if a.closed {
			continue
		}
		gaps[motoGap{Section: collect.PrimaryContactSection, Account: a.name, Cause: org.NotSupported, Operation: "Account:GetContactInformation"}] = true
		holder := a.name == motoMaster || slices.Contains(a.delegated, "access-analyzer.amazonaws.com")
		for _, region := range regions {
			if holder {
				gaps[motoGap{Section: collect.OrganizationAnalyzersSection, Account: a.name, Region: region, Cause: org.Failed, Operation: "AccessAnalyzer:ListAnalyzers"}] = true
			}
			gaps[motoGap{Section: collect.AnalyzersSection, Account: a.name, Region: region, Cause: org.Failed, Operation: "AccessAnalyzer:ListAnalyzers"}] = true
		}
		if len(regions) == 0 {
			if holder {
				gaps[motoGap{Section: collect.OrganizationAnalyzersSection, Account: a.name, Cause: org.NotSupported, Operation: "Account:ListRegions"}] = true
			}
			for _, section := range []org.Section{collect.RegionsSection, collect.AnalyzersSection} {
				gaps[motoGap{Section: section, Account: a.name, Cause: org.NotSupported, Operation: "Account:ListRegions"}] = true
			}
		}
	}
	return gaps
}

// checkGaps compares what could not be read, and why.
func checkGaps(t *testing.T, audit *motoAudit, want map[motoGap]bool) {
	t.Helper()
	if diff := cmp.Diff(want, audit.gaps()); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
}

// checkEntries compares how accounts were entered: through the audit role, but for those
// that are named.
func checkEntries(t *testing.T, audit *motoAudit, others map[string]string) {
	t.Helper()
	for _, a := range audit.Accounts {
		want, named := others[a.Name]
		if !named {
			want = collect.EntryRole
		}
		if a.Entry != want {
			t.Errorf("account %s was entered by %q, want %q", a.Name, a.Entry, want)
		}
	}
}
