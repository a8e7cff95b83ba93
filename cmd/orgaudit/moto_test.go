//go:build unix

package main

import (
	"context"
	"testing"
	"time"

	"os"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// TestMoto audits an AWS that nobody of this project wrote: the emulator moto. It has no
// Access Analyzer, no account:ListRegions, and several answers that are unlike AWS's.
func TestMoto(t *testing.T) {
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	url := startMoto(ctx, t)
	world := fillMoto(ctx, t, url)
	useMoto(t, url, "AKIAORGAUDITTESTABCD", "secret", "")

	t.Run("AsItIs", func(t *testing.T) {
		audit := auditMoto(ctx, t, world, exitGaps)
		checkOrganization(t, audit)
		checkPolicies(t, audit)
		checkVerdicts(t, audit)
		checkHidden(t, audit)
		checkDocuments(t, audit)

		want := map[motoGap]bool{
			{Section: org.SectionRootFeatures, Cause: org.Failed, Operation: "IAM:ListOrganizationsFeatures"}: true,
		}
		for _, a := range motoAccounts() {
			if !a.closed {
				for _, section := range []org.Section{collect.RegionsSection, collect.AnalyzersSection} {
					want[motoGap{Section: section, Account: a.name, Cause: org.NotSupported, Operation: "Account:ListRegions"}] = true
				}
			}
		}
		if diff := cmp.Diff(want, audit.gaps()); diff != "" {
			t.Errorf("gaps (-want +got):\n%s", diff)
		}
	})

	t.Run("WithRegions", func(t *testing.T) {
		audit := auditMoto(ctx, t, world, exitGaps, "--set", "collect.regions=us-east-1,eu-west-1")
		checkVerdicts(t, audit)
		checkHidden(t, audit)

		want := map[motoGap]bool{
			{Section: org.SectionRootFeatures, Cause: org.Failed, Operation: "IAM:ListOrganizationsFeatures"}: true,
		}
		for _, a := range motoAccounts() {
			if !a.closed {
				for _, region := range []string{"eu-west-1", "us-east-1"} {
					want[motoGap{Section: collect.AnalyzersSection, Account: a.name, Region: region, Cause: org.Failed, Operation: "AccessAnalyzer:ListAnalyzers"}] = true
				}
			}
		}
		if diff := cmp.Diff(want, audit.gaps()); diff != "" {
			t.Errorf("gaps (-want +got):\n%s", diff)
		}
	})
	t.Run("X", func(t *testing.T) {
		cfg := motoConfig(url, world.ids["tools"])
		_, err := iam.NewFromConfig(cfg).PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: aws.String(motoCaller), PolicyName: aws.String("inline"), PolicyDocument: aws.String(`{"Version": "2012-10-17", "Statement": [
			{"Effect": "Allow", "Action": ["sts:*", "iam:*", "account:*"], "Resource": "*"},
			{"Effect": "Deny", "Action": ["sts:AssumeRole"], "Resource": "arn:aws:iam::`+world.ids["sandbox"]+`:role/OrgauditRole"}]}`)})
		if err != nil { t.Fatal(err) }
		enforceMoto(ctx, t, url)
		useMoto(t, url, world.callerKey, world.callerSecret, "")
		code, out, diag := runMoto(ctx, []string{"run", "--out", os.Getenv("MOTO_OUT")+"/x", "--set", "organization.role_arn=arn:aws:iam::123456789012:role/OrgauditRole"})
		t.Log(code, out, diag)
		code, out, diag = runMoto(ctx, []string{"run", "--out", os.Getenv("MOTO_OUT")+"/y"})
		t.Log(code, out, diag)
		useMoto(t, url, world.callerKey, "wrong", "")
		code, out, diag = runMoto(ctx, []string{"run", "--out", os.Getenv("MOTO_OUT")+"/y"})
		t.Log(code, out, diag)
		useMoto(t, url, "AKIA0000000000000000", "wrong", "")
		code, out, diag = runMoto(ctx, []string{"run", "--out", os.Getenv("MOTO_OUT")+"/y"})
		t.Log(code, out, diag)
	})
	_ = benchmark.Passed
}
