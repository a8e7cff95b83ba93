package benchmark_test

import (
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
)

const (
	noFrankfurtARN = "arn:aws:access-analyzer:eu-central-1:222222222222:analyzer/outside"
	noVirginiaARN  = "arn:aws:access-analyzer:us-east-1:222222222222:analyzer/outside"
	scpDenied      = "analyzers could not be listed: denied by a service control policy"
)

// analyzerGone takes the account's own analyzers of us-east-1 away.
func analyzerGone(w *world) { w.evidence.Analyzers[1].Analyzers = []collect.Analyzer{} }

// holderDenied makes the organization's analyzers a gap, so that no region is covered.
func holderDenied(w *world) {
	w.analyzers.Holders = nil
	w.analyzers.Gaps = append(w.analyzers.Gaps, org.Gap{Section: collect.OrganizationAnalyzersSection, Account: securityID, Cause: org.RoleNotAssumable})
	w.evidence.Analyzers[0] = collect.RegionAnalyzers{Region: "eu-central-1", Analyzers: []collect.Analyzer{}}
}

const holderHidden = "none in the account; the organization's could not be listed in account 222222222222: audit role cannot be assumed"

// of is a finding of another type, by an analyzer of the organization.
func of(kind, analyzer, resource string) collect.AnalyzerFinding {
	return collect.AnalyzerFinding{
		ID: "f-" + kind, Analyzer: analyzer, Region: "eu-central-1", Type: kind, Status: "ACTIVE",
		Resource: resource, ResourceType: "AWS::IAM::Role", Account: memberID,
	}
}

func TestAccessAnalyzerFindings(t *testing.T) {
	const (
		none      = ": no active finding about the account"
		frankfurt = "pass " + noFrankfurtARN + none
		virginia  = "pass " + noVirginiaARN + none
	)
	key := external("f-3", "us-east-1", "arn:key", false)
	key.ResourceType = "AWS::KMS::Key"
	runGoodVerdicts(t, "access-analyzer-findings", []verdictCase{
		{name: "none", want: []string{"pass", frankfurt, virginia}},
		{name: "some", change: found(external("f-1", "us-east-1", "arn:a", false), external("f-2", "us-east-1", "arn:b", true), key), want: []string{
			"fail", frankfurt, "fail " + noVirginiaARN + ": 3 active findings: 1 of AWS::KMS::Key, 2 of AWS::S3::Bucket",
		}},
		{name: "the organization's", change: foundByOrganization(external("f-1", "eu-central-1", "arn:a", false)), want: []string{
			"fail", "fail " + noFrankfurtARN + ": 1 active finding: 1 of AWS::S3::Bucket", virginia,
		}},
		{name: "the organization's about an account that is not audited", change: func(w *world) {
			other := external("f-1", "eu-central-1", "arn:a", false)
			other.Account = "999999999999"
			w.analyzers.Holders[1].Regions[0].Analyzers[0].Findings = []collect.AnalyzerFinding{other}
		}, want: []string{"pass", frankfurt, virginia}},
		{name: "archived", change: found(archived(external("f-1", "us-east-1", "arn:a", true))), want: []string{"pass", frankfurt, virginia}},
		{name: "of a type that nobody asks for", change: foundByOrganization(of("UnusedIAMRole", unusedARN, "arn:role")), want: []string{"pass", frankfurt, virginia}},
		{name: "of another type that is asked for", change: func(w *world) {
			w.parameters.FindingTypes = []string{"UnusedIAMRole"}
			foundByOrganization(of("UnusedIAMRole", unusedARN, "arn:role"), of("UnusedPermission", unusedARN, "arn:other"))(w)
		}, want: []string{"fail", "fail " + unusedARN + ": 1 active finding: 1 of AWS::IAM::Role"}},
		{name: "of a type that the organization has no analyzer for, and the account's own not listed", change: func(w *world) {
			onlyExternal(w)
			w.parameters.FindingTypes = []string{"ExternalAccess", "UnusedIAMRole"}
		}, want: []string{"not_assessed because not_collected", frankfurt, virginia, "not_assessed " + frankfurtOf + notListed}},
		{name: "an analyzer that is not active", change: func(w *world) { w.evidence.Analyzers[1].Analyzers[0].Status = "CREATING" }, want: []string{"pass", frankfurt}},
		{name: "no analyzer", change: func(w *world) {
			analyzerGone(w)
			w.analyzers.Holders = nil
			w.evidence.Analyzers[0].CoveredBy = ""
		}, want: []string{"not_applicable: no active analyzer makes findings of the types ExternalAccess"}},
		{name: "a region that could not be read", change: regionLost("us-east-1", org.DeniedBySCP), want: []string{
			"not_assessed because denied_by_scp", frankfurt, "not_assessed " + virginiaOf + scpDenied,
		}},
		{name: "a region that is off", change: regionLost("us-east-1", org.RegionNotEnabled), want: []string{"pass", frankfurt}},
		{name: "the organization's could not be read", change: holderDenied, want: []string{
			"not_assessed because role_not_assumable", virginia, "not_assessed " + frankfurtOf + holderHidden,
		}},
		{name: "rules of the organization's analyzer could not be read, which hides no finding", change: func(w *world) {
			w.analyzers.Gaps = append(w.analyzers.Gaps, org.Gap{Section: collect.OrganizationAnalyzersSection, Account: securityID, Region: "us-east-1", Subject: unusedARN, Cause: org.Throttled})
			analyzerGone(w)
		}, want: []string{"pass", frankfurt}},
		{name: "regions denied", change: func(w *world) { w.lose(collect.RegionsSection, org.DeniedByRole) }, want: []string{"not_assessed because denied_by_role"}},
	})
}

func TestAnalyzerPublicAccess(t *testing.T) {
	const (
		frankfurt = "pass " + frankfurtOf + byOrg
		virginia  = "pass " + virginiaOf + byOwn
	)
	runGoodVerdicts(t, "analyzer-public-access", []verdictCase{
		{name: "none", want: []string{"pass", frankfurt, virginia}},
		{name: "by both analyzers", change: func(w *world) {
			found(external("f-1", "us-east-1", "arn:b", true), external("f-2", "us-east-1", "arn:partner", false))(w)
			foundByOrganization(external("f-3", "eu-central-1", "arn:a", true))(w)
		}, want: []string{
			"fail", "fail arn:a: public: ExternalAccess, 1 active finding of Access Analyzer", "fail arn:b: public: ExternalAccess, 1 active finding of Access Analyzer",
		}},
		{name: "findings that name no resource", change: found(external("f-1", "us-east-1", "", true), external("f-2", "us-east-1", "", true)), want: []string{
			"fail", "fail finding f-1: public: ExternalAccess, 1 active finding of Access Analyzer",
			"fail finding f-2: public: ExternalAccess, 1 active finding of Access Analyzer", frankfurt,
		}},
		{name: "archived", change: found(archived(external("f-1", "us-east-1", "arn:b", true))), want: []string{"pass", frankfurt, virginia}},
		{name: "a region without an analyzer", change: analyzerGone, want: []string{"pass", frankfurt}},
		{name: "no analyzer", change: func(w *world) {
			analyzerGone(w)
			w.analyzers.Holders = nil
			w.evidence.Analyzers[0].CoveredBy = ""
		}, want: []string{"not_applicable: no active analyzer looks for external access"}},
		{name: "covered when it was collected, and no more", change: func(w *world) { w.analyzers.Holders = nil }, want: []string{
			"not_assessed because not_collected", virginia, "not_assessed " + frankfurtOf + "analyzers could not be listed: not collected",
		}},
		{name: "analyzers denied", change: func(w *world) { w.lose(collect.AnalyzersSection, org.DeniedByRole) }, want: []string{
			"not_assessed because denied_by_role", frankfurt,
			"not_assessed " + virginiaOf + "analyzers could not be listed: denied: the audit role lacks the permission",
		}},
		{name: "a public resource beside a region that could not be read", change: func(w *world) {
			foundByOrganization(external("f-3", "eu-central-1", "arn:a", true))(w)
			regionLost("us-east-1", org.DeniedBySCP)(w)
		}, want: []string{"fail", "fail arn:a: public: ExternalAccess, 1 active finding of Access Analyzer", "not_assessed " + virginiaOf + scpDenied}},
	})
}

const notListed = "the account's own analyzers were not listed, since the organization's analyzer of external access covers the region"

// onlyExternal leaves the organization its analyzer of external access alone.
func onlyExternal(w *world) {
	region := &w.analyzers.Holders[1].Regions[0]
	region.Analyzers = region.Analyzers[:1]
}

func TestAnalyzerUnusedAccess(t *testing.T) {
	const none = "no such finding by analyzer unused of account 222222222222"
	runGoodVerdicts(t, "analyzer-unused-access", []verdictCase{
		{name: "none", want: []string{"pass", "pass " + frankfurtOf + none}},
		{name: "a role, with two findings, and a user", change: foundByOrganization(
			of("UnusedIAMRole", unusedARN, "arn:role"), of("UnusedPermission", unusedARN, "arn:role"), of("UnusedIAMUserAccessKey", unusedARN, "arn:user"),
		), want: []string{
			"fail", "fail arn:role: unused: UnusedIAMRole, UnusedPermission, 2 active findings of Access Analyzer",
			"fail arn:user: unused: UnusedIAMUserAccessKey, 1 active finding of Access Analyzer",
		}},
		{name: "archived", change: foundByOrganization(archived(of("UnusedIAMRole", unusedARN, "arn:role"))), want: []string{"pass", "pass " + frankfurtOf + none}},
		{name: "found by the account's own", change: func(w *world) {
			onlyExternal(w)
			w.evidence.Analyzers[1].Analyzers[0].Type = "ACCOUNT_UNUSED_ACCESS"
			found(collect.AnalyzerFinding{ID: "f-1", Type: "UnusedIAMRole", Status: "ACTIVE", Resource: "arn:role", Region: "us-east-1"})(w)
		}, want: []string{"fail", "fail arn:role: unused: UnusedIAMRole, 1 active finding of Access Analyzer"}},
		{name: "a region that could not be read, which one analyzer makes up for", change: regionLost("us-east-1", org.DeniedBySCP),
			want: []string{"pass", "pass " + frankfurtOf + none}},
		{name: "no such analyzer", change: onlyExternal, want: []string{
			"not_assessed because not_collected", "not_assessed " + frankfurtOf + notListed,
		}},
		{name: "no such analyzer, and the region is off", change: func(w *world) {
			onlyExternal(w)
			regionLost("eu-central-1", org.RegionNotEnabled)(w)
		}, want: []string{"not_applicable: no analyzer of unused access covers the account"}},
		{name: "no analyzer at all", change: func(w *world) {
			w.analyzers.Holders = nil
			w.evidence.Analyzers[0].CoveredBy = ""
		}, want: []string{"not_applicable: no analyzer of unused access covers the account"}},
		{name: "no such analyzer, and a region that could not be read", change: func(w *world) {
			onlyExternal(w)
			regionLost("us-east-1", org.DeniedBySCP)(w)
		}, want: []string{"not_assessed because denied_by_scp", "not_assessed " + virginiaOf + scpDenied, "not_assessed " + frankfurtOf + notListed}},
		{name: "the organization's could not be read", change: holderDenied, want: []string{
			"not_assessed because role_not_assumable", "not_assessed " + frankfurtOf + holderHidden, "not_assessed " + virginiaOf + holderHidden,
		}},
	})
}

func TestAnalyzerInternalAccess(t *testing.T) {
	const none = "no such finding by analyzer inside of account 222222222222"
	runGoodVerdicts(t, "analyzer-internal-access", []verdictCase{
		{name: "none", want: []string{"pass", "pass " + frankfurtOf + none}},
		{name: "one", change: foundByOrganization(of("InternalAccess", internalARN, "arn:bucket")), want: []string{
			"manual: judge whether the access from within that was found is wanted",
			"fact arn:bucket: can be reached from within: InternalAccess, 1 active finding of Access Analyzer",
		}},
		{name: "archived", change: foundByOrganization(archived(of("InternalAccess", internalARN, "arn:bucket"))), want: []string{"pass", "pass " + frankfurtOf + none}},
		{name: "no such analyzer", change: onlyExternal, want: []string{
			"not_assessed because not_collected", "not_assessed " + frankfurtOf + notListed,
		}},
		{name: "a region that could not be read", change: regionLost("us-east-1", org.DeniedBySCP), want: []string{
			"not_assessed because denied_by_scp", "pass " + frankfurtOf + none, "not_assessed " + virginiaOf + scpDenied,
		}},
	})
}
