package benchmark_test

import (
	"slices"
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
)

const (
	frankfurtOf = "Access Analyzer of account 111111111111 in eu-central-1: "
	virginiaOf  = "Access Analyzer of account 111111111111 in us-east-1: "
	byOrg       = "no such finding by analyzer outside of account 222222222222"
	byOwn       = "no such finding by analyzer outside of account 111111111111"
)

// found gives the account's own analyzer in us-east-1 findings.
func found(findings ...collect.AnalyzerFinding) func(w *world) {
	return func(w *world) { w.evidence.Analyzers[1].Analyzers[0].Findings = findings }
}

// foundByOrganization gives the organization's analyzers findings about the account.
func foundByOrganization(findings ...collect.AnalyzerFinding) func(w *world) {
	return func(w *world) { w.evidence.OrganizationFindings = findings }
}

func archived(f collect.AnalyzerFinding) collect.AnalyzerFinding {
	f.Status = "ARCHIVED"
	return f
}

// regionLost makes the account's own analyzers of a region a gap.
func regionLost(region string, cause org.Cause) func(w *world) {
	return func(w *world) {
		w.evidence.Gaps = append(w.evidence.Gaps, org.Gap{Section: collect.AnalyzersSection, Account: memberID, Region: region, Cause: cause})
	}
}

func TestResourcePolicyNoWildcard(t *testing.T) {
	const (
		incidents = "pass role/incidents: no statement lets everyone assume the role"
		open      = "fail role/incidents: statement 1 lets everyone assume the role"
		frankfurt = "pass " + frankfurtOf + byOrg
		virginia  = "pass " + virginiaOf + byOwn
		unseen    = ": no external-access analyzer sees the resources of this region"
	)
	good := []string{"pass", incidents, frankfurt, virginia}
	bad := []string{"fail", open, frankfurt, virginia}
	foreign := []string{"fail", "fail role/incidents: statement 1 lets everyone of account 999999999999 assume the role", frankfurt, virginia}
	trust := func(text string) func(w *world) {
		return func(w *world) { w.evidence.Authorization.Roles[0].Trust = text }
	}
	statement := func(principal, action, condition string) func(w *world) {
		return trust(`{"Statement":{"Effect":"Allow",` + principal + `,"Action":"` + action + `","Condition":{` + condition + `}}}`)
	}
	condition := func(text string) func(w *world) { return statement(`"Principal":"*"`, "sts:AssumeRole", text) }
	runGoodVerdicts(t, "resource-policy-no-wildcard", []verdictCase{
		{name: "closed", want: good},
		{name: "a role for everyone", change: trust(openTrust), want: bad},
		{name: "in a list", change: statement(`"Principal":{"AWS":["arn:aws:iam::111111111111:root","*"]}`, "sts:AssumeRole", ""), want: bad},
		{name: "everyone but one", change: statement(`"NotPrincipal":{"AWS":"111111111111"}`, "sts:*", ""), want: bad},
		{name: "by web identity", change: statement(`"Principal":"*"`, "sts:AssumeRoleWithWebIdentity", ""), want: bad},
		{name: "for something else", change: statement(`"Principal":"*"`, "sts:TagSession", ""), want: good},
		{name: "a denial", change: trust(`{"Statement":{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}}`), want: good},
		{name: "the organization", change: condition(`"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`), want: good},
		{name: "the organization in capitals", change: condition(`"StringEqualsIgnoreCase":{"aws:PrincipalOrgID":"O-A1B2C3D4E5"}`), want: good},
		{name: "a path of the organization", change: condition(`"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"}`), want: good},
		{name: "the organization, if the key is there", change: condition(`"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`), want: bad},
		{name: "all values of a key that may be absent", change: condition(`"ForAllValues:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/*"}`), want: bad},
		{name: "not the organization", change: condition(`"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`), want: bad},
		{name: "any organization", change: condition(`"StringLike":{"aws:PrincipalOrgID":"*"}`), want: bad},
		{name: "one organization or any", change: condition(`"StringLike":{"aws:PrincipalOrgID":["o-a1b2c3d4e5","*"]}`), want: bad},
		{name: "a principal of one account", change: condition(`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/*"}`), want: good},
		{name: "a principal of any account", change: condition(`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/deploy"}`), want: bad},
		{name: "a foreign organization", change: condition(`"StringEquals":{"aws:PrincipalOrgID":"o-foreign"}`), want: []string{
			"fail", "fail role/incidents: statement 1 lets everyone of organization o-foreign assume the role", frankfurt, virginia,
		}},
		{name: "paths of a foreign organization", change: condition(`"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-foreign/*"}`), want: []string{
			"fail", "fail role/incidents: statement 1 lets everyone of organization o-foreign assume the role", frankfurt, virginia,
		}},
		{name: "a foreign account", change: condition(`"StringEquals":{"aws:PrincipalAccount":["111111111111","999999999999"]}`), want: foreign},
		{name: "a principal of a foreign account", change: condition(`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::999999999999:*"}`), want: foreign},
		{name: "a foreign account in our organization, which is nobody", change: condition(`"StringEquals":{"aws:PrincipalAccount":"999999999999","aws:PrincipalOrgID":"o-a1b2c3d4e5"}`), want: good},
		{name: "a trusted account", change: func(w *world) {
			condition(`"StringEquals":{"aws:PrincipalAccount":"999999999999"}`)(w)
			w.parameters.TrustedAccountIDs = []string{vendorID}
		}, want: good},
		{name: "a known vendor", change: func(w *world) {
			condition(`"StringEquals":{"aws:PrincipalAccount":"999999999999"}`)(w)
			w.parameters.KnownVendors = []string{vendorID}
		}, want: good},
		{name: "a foreign account by name is another control's", change: statement(`"Principal":{"AWS":"999999999999"}`, "sts:AssumeRole", ""), want: good},
		{name: "an account of the organization", change: condition(`"StringEquals":{"aws:PrincipalAccount":"222222222222"}`), want: good},
		{name: "an account, and those of the organization are not known", change: func(w *world) {
			condition(`"StringEquals":{"aws:PrincipalAccount":"222222222222"}`)(w)
			lost(org.SectionAccounts, org.Throttled)(w)
			w.org.Accounts = slices.DeleteFunc(w.org.Accounts, func(a org.Account) bool { return a.ID != memberID })
		}, want: []string{
			"not_assessed because throttled", "not_assessed role/incidents: account 222222222222 may be the organization's or not: its accounts could not be listed", frankfurt, virginia,
		}},
		{name: "an external id, which is no secret", change: condition(`"StringEquals":{"sts:ExternalId":"x"}`), want: bad},
		{name: "a VPC endpoint", change: condition(`"StringEquals":{"aws:SourceVpce":"vpce-1"}`), want: good},
		{name: "a service-linked role", change: func(w *world) {
			w.evidence.Authorization.Roles[0].ARN = w.arn("role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS")
			trust(openTrust)(w)
		}, want: []string{"pass", frankfurt, virginia}},
		{name: "a trust policy that is not understood", change: trust("{"), want: []string{
			"not_assessed because malformed", "not_assessed role/incidents: the trust policy could not be understood: decode JSON: unexpected end of JSON input", frankfurt, virginia,
		}},
		{name: "a public bucket", change: found(external("f-1", "us-east-1", "arn:aws:s3:::open", true)), want: []string{
			"fail", incidents, "fail arn:aws:s3:::open: open to everyone: ExternalAccess, 1 active finding of Access Analyzer", frankfurt,
		}},
		{name: "a bucket that others reach", change: found(external("f-1", "us-east-1", "arn:aws:s3:::partner", false)), want: good},
		{name: "a public bucket that is archived", change: found(archived(external("f-1", "us-east-1", "arn:aws:s3:::open", true))), want: good},
		{name: "a public bucket, as the organization's analyzer found", change: foundByOrganization(external("f-1", "eu-central-1", "arn:aws:s3:::open", true)), want: []string{
			"fail", incidents, "fail arn:aws:s3:::open: open to everyone: ExternalAccess, 1 active finding of Access Analyzer", virginia,
		}},
		{name: "a role that Access Analyzer finds public in every region", change: func(w *world) {
			role := w.arn("role/incidents")
			found(external("f-1", "us-east-1", role, true))(w)
			foundByOrganization(external("f-2", "eu-central-1", role, true))(w)
		}, want: []string{"fail", "fail role/incidents: open to everyone: ExternalAccess, 2 active findings of Access Analyzer"}},
		{name: "a region without an analyzer", change: func(w *world) { w.evidence.Analyzers[1].Analyzers = nil }, want: []string{
			"not_assessed because not_collected", incidents, frankfurt, "not_assessed " + virginiaOf[:len(virginiaOf)-2] + unseen,
		}},
		{name: "a region with an analyzer of unused access alone", change: func(w *world) { w.evidence.Analyzers[1].Analyzers[0].Type = "ACCOUNT_UNUSED_ACCESS" }, want: []string{
			"not_assessed because not_collected", incidents, frankfurt, "not_assessed " + virginiaOf[:len(virginiaOf)-2] + unseen,
		}},
		{name: "a region that could not be read", change: regionLost("us-east-1", org.DeniedBySCP), want: []string{
			"not_assessed because denied_by_scp", incidents, frankfurt, "not_assessed " + virginiaOf + "analyzers could not be listed: denied by a service control policy",
		}},
		{name: "a region that is off", change: regionLost("us-east-1", org.RegionNotEnabled), want: []string{"pass", incidents, frankfurt}},
		{name: "neither roles nor regions", change: func(w *world) {
			w.evidence.Authorization.Roles, w.evidence.Regions, w.evidence.Analyzers, w.analyzers.Holders = nil, nil, nil, nil
		}, want: []string{"not_applicable: the account has neither roles nor enabled regions"}},
		{name: "roles denied", change: func(w *world) { w.lose(collect.AuthorizationSection, org.DeniedByRole) }, want: []string{"not_assessed because denied_by_role"}},
	})
}
