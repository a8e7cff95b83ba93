package benchmark_test

import (
	"slices"
	"testing"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

const (
	organizationARN = "arn:aws:organizations::000000000001:organization/o-a1b2c3d4e5"
	managementARN   = "arn:aws:organizations::000000000001:account/o-a1b2c3d4e5/000000000001"
	memberARN       = "arn:aws:organizations::000000000001:account/o-a1b2c3d4e5/111111111111"
	securityARN     = "arn:aws:organizations::000000000001:account/o-a1b2c3d4e5/222222222222"

	optOutText   = `{"services":{"@@operators_allowed_for_child_policies":["@@none"],"default":{"opt_out_policy":{"@@operators_allowed_for_child_policies":["@@none"],"@@assign":"optOut"}}}}`
	onlyOursText = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}}`
	openTrust    = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}`
)

// bound is a policy of the organization of a type, with its text and its targets.
func bound(kind, id, name, document string, targets ...string) org.Policy {
	p := guardrail(id, name, targets...)
	p.Type, p.Document = kind, document
	return p
}

// newGoodWorld is newWorld with what the controls of the organization, of analyzers and of
// last accesses look at.
func newGoodWorld() *world {
	w := newWorld("aws")
	guard(w)
	analyze(w)
	access(w)
	return w
}

// runGoodVerdicts is runVerdicts in worlds that newGoodWorld makes.
func runGoodVerdicts(t *testing.T, control string, cases []verdictCase) {
	for i := range cases {
		change := cases[i].change
		cases[i].change = func(w *world) {
			guard(w)
			analyze(w)
			access(w)
			if change != nil {
				change(w)
			}
		}
	}
	runVerdicts(t, control, cases)
}

// guard makes everything good that the organization's controls look at.
func guard(w *world) {
	w.org.PolicyTypes = []string{org.AIServicesOptOut, org.ResourceControlPolicy, org.ServiceControlPolicy, org.TagPolicy}
	w.org.Policies = append(w.org.Policies,
		bound(org.ResourceControlPolicy, "p-rcp", "only-ours", onlyOursText, rootID),
		bound(org.TagPolicy, "p-tags", "tags", `{"tags":{"owner":{"tag_key":{"@@assign":"Owner"}}}}`, rootID),
		bound(org.AIServicesOptOut, "p-ai", "opt-out", optOutText, rootID),
	)
	w.org.ResourcePolicy = `{"Version":"2012-10-17","Statement":{"Sid":"Delegate","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":["organizations:CreatePolicy","organizations:AttachPolicy"],"Resource":"*"}}`
	w.org.TrustedServices = []org.TrustedService{{Principal: "access-analyzer.amazonaws.com"}, {Principal: "sso.amazonaws.com"}}
	w.org.DelegatedAdministrators = []org.DelegatedAdministrator{{AccountID: securityID, Services: []string{"access-analyzer.amazonaws.com", "sso.amazonaws.com"}}}
}

// analyze gives the organization an analyzer of unused and one of internal access, and the
// account's own analyzer an archive rule.
func analyze(w *world) {
	region := &w.analyzers.Holders[1].Regions[0]
	region.Analyzers = append(region.Analyzers,
		collect.Analyzer{ARN: unusedARN, Name: "unused", Type: "ORGANIZATION_UNUSED_ACCESS", Status: collect.AnalyzerActive},
		collect.Analyzer{ARN: internalARN, Name: "inside", Type: "ORGANIZATION_INTERNAL_ACCESS", Status: collect.AnalyzerActive},
	)
	w.evidence.Analyzers[1].Analyzers[0].ArchiveRules = []collect.ArchiveRule{{Name: "known", Filter: map[string][]string{"resourceType": {"eq AWS::S3::Bucket"}}}}
}

const (
	unusedARN   = "arn:aws:access-analyzer:eu-central-1:222222222222:analyzer/unused"
	internalARN = "arn:aws:access-analyzer:eu-central-1:222222222222:analyzer/inside"
)

// access gives the account a privileged user without keys and a privileged role, which use
// all that they may use.
func access(w *world) {
	w.evidence.Authorization.Users = append(w.evidence.Authorization.Users, collect.User{
		ARN: w.arn("user/carol"), Name: "carol", Groups: []string{"developers"}, Created: listed().AddDate(-2, 0, 0),
	})
	w.report(w.rootRow(), w.userRow("alice"), w.idleRow("carol"))
	w.evidence.Authorization.Roles[0].Created = listed().AddDate(-2, 0, 0)
	w.used("user/carol", service("bedrock", 1), service("sagemaker", 1))
	w.used("role/incidents", service("bedrock", 1))
	w.readLastAccessed()
}

// readLastAccessed marks the last accesses as read.
func (w *world) readLastAccessed() {
	w.evidence.Reads = append(w.evidence.Reads, collect.Read{Section: collect.LastAccessedSection, EndedAt: listed()})
}

// used adds what IAM knows of a principal.
func (w *world) used(principal string, services ...collect.ServiceAccess) {
	w.evidence.LastAccessed = append(w.evidence.LastAccessed, collect.LastAccessed{
		Principal: w.arn(principal), CompletedAt: listed(), Services: services,
	})
}

// service is a service that was used so many days before the list.
func service(namespace string, days int) collect.ServiceAccess {
	return collect.ServiceAccess{Namespace: namespace, LastAuthenticated: listed().Add(-time.Duration(days) * day)}
}

// external is an active finding of external access.
func external(id, region, resource string, public bool) collect.AnalyzerFinding {
	return collect.AnalyzerFinding{
		ID: id, Analyzer: analyzerARN(region), Region: region, Type: "ExternalAccess", Status: "ACTIVE",
		Resource: resource, ResourceType: "AWS::S3::Bucket", Account: memberID, Public: public,
	}
}

// policies changes the organization's policies: those of a type go, and others come.
func policies(kind string, others ...org.Policy) func(w *world) {
	return func(w *world) {
		w.org.Policies = slices.DeleteFunc(w.org.Policies, func(p org.Policy) bool { return p.Type == kind && !p.AWSManaged })
		w.org.Policies = append(w.org.Policies, others...)
	}
}

// unguard makes everything bad that guard, analyze and access make good.
func unguard(w *world) {
	w.org.FeatureSet = "CONSOLIDATED_BILLING"
	w.org.Accounts[1].Path = []string{rootID}
	w.org.TrustedServices = []org.TrustedService{{Principal: "guardduty.amazonaws.com"}}
	w.org.DelegatedAdministrators = []org.DelegatedAdministrator{{AccountID: "999999999999", Services: []string{"macie.amazonaws.com"}}}
	w.evidence.Analyzers[1].Analyzers = []collect.Analyzer{
		{ARN: analyzerARN("us-east-1"), Name: "outside", Type: collect.AnalyzerAccount, Status: collect.AnalyzerActive,
			Findings:     []collect.AnalyzerFinding{external("f-1", "us-east-1", "arn:aws:s3:::open", true)},
			ArchiveRules: []collect.ArchiveRule{{Name: "everything"}}},
		{ARN: "arn:unused", Name: "unused", Type: "ACCOUNT_UNUSED_ACCESS", Status: collect.AnalyzerActive,
			Findings: []collect.AnalyzerFinding{{ID: "f-2", Type: "UnusedIAMRole", Status: "ACTIVE", Resource: "arn:role", Region: "us-east-1"}}},
		{ARN: "arn:inside", Name: "inside", Type: "ACCOUNT_INTERNAL_ACCESS", Status: collect.AnalyzerActive,
			Findings: []collect.AnalyzerFinding{{ID: "f-3", Type: "InternalAccess", Status: "ACTIVE", Resource: "arn:bucket", Region: "us-east-1"}}},
	}
	w.used("user/bob", service("bedrock", 300), service("sagemaker", 300))
	w.used("role/incidents", service("bedrock", 300))
	w.readLastAccessed()
}

// verdictIn is what a control says of the good and of the bad world: of some only a person
// can say that they are good or bad.
func verdictIn(c *benchmark.Control, bad bool) benchmark.Verdict {
	usual := benchmark.VerdictPass
	if bad {
		usual = benchmark.VerdictFail
	}
	switch c.ID {
	case "principal-admin-inventory":
		if !bad {
			return benchmark.VerdictNotApplicable // there is nobody to ask about
		}
		return benchmark.VerdictManual
	case "org-identity-center", "analyzer-archive-rules":
		return benchmark.VerdictManual
	case "org-mgmt-no-workloads": // neither world is the management account's
		return benchmark.VerdictNotApplicable
	case "org-member": // only members are audited
		return benchmark.VerdictPass
	case "admin-requires-mfa-condition", "admin-without-condition": // nobody in the good world is an administrator
		if !bad {
			return benchmark.VerdictNotApplicable
		}
	case "org-ou-structure":
		if !bad {
			return benchmark.VerdictManual
		}
	case "analyzer-internal-access":
		if bad {
			return benchmark.VerdictManual
		}
	}
	if c.Manual {
		return benchmark.VerdictManual
	}
	return usual
}

// needsNoSection tells of the controls that rest on the organization as such.
func needsNoSection(c *benchmark.Control) bool {
	return slices.Contains([]string{"org-all-features", "org-member"}, c.ID)
}

// TestGapOfNeededOrganizationSection: controls of accounts that need a section of the
// organization say nothing without it.
func TestGapOfNeededOrganizationSection(t *testing.T) {
	checked := 0
	for _, c := range benchmark.Controls() {
		for _, section := range c.NeedsOrganization {
			checked++
			w := newGoodWorld()
			lost(section, org.Throttled)(w)
			if r := w.judge(t, c.ID); r.Verdict != benchmark.VerdictNotAssessed || r.Gap == nil || r.Gap.Section != section {
				t.Errorf("%s without %s: %q, want not_assessed", c.ID, section, w.told(r))
			}
		}
	}
	if checked == 0 {
		t.Error("no control needs a section of the organization")
	}
}
