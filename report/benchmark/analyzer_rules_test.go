package benchmark_test

import (
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
)

// A person must always judge what a rule hides, so that nothing passes or fails.
func TestAnalyzerArchiveRules(t *testing.T) {
	const (
		manual = "manual: judge whether the archive rules hide more than they were meant to"
		known  = "fact " + noVirginiaARN + "/archive-rule/known: matches "
		about  = " about the account"
	)
	// filter gives the account's own analyzer one rule with a filter, and two archived findings.
	filter := func(filter map[string][]string) func(w *world) {
		return func(w *world) {
			w.evidence.Analyzers[1].Analyzers[0].ArchiveRules[0].Filter = filter
			key := archived(external("f-2", "us-east-1", "arn:aws:kms:us-east-1:111111111111:key/1", false))
			key.ResourceType = "AWS::KMS::Key"
			found(archived(external("f-1", "us-east-1", "arn:aws:s3:::open", true)), key, external("f-3", "us-east-1", "arn:aws:s3:::active", false))(w)
		}
	}
	matches := func(how, words string) []string { return []string{manual, known + how + about + words} }
	const two = " of 2 archived findings"
	runGoodVerdicts(t, "analyzer-archive-rules", []verdictCase{
		{name: "nothing hidden", want: matches("0 of 0 archived findings", "; filter: resourceType eq AWS::S3::Bucket")},
		{name: "by type", change: filter(map[string][]string{"resourceType": {"eq AWS::S3::Bucket"}}), want: matches("1"+two, "; filter: resourceType eq AWS::S3::Bucket")},
		{name: "by one of two types", change: filter(map[string][]string{"resourceType": {"eq AWS::KMS::Key", "eq AWS::S3::Bucket"}}),
			want: matches("2"+two, "; filter: resourceType eq AWS::KMS::Key or eq AWS::S3::Bucket")},
		{name: "by all but a type", change: filter(map[string][]string{"resourceType": {"neq AWS::S3::Bucket"}}), want: matches("1"+two, "; filter: resourceType neq AWS::S3::Bucket")},
		{name: "by a part", change: filter(map[string][]string{"resource": {"contains :key/"}}), want: matches("1"+two, "; filter: resource contains :key/")},
		{name: "by two properties", change: filter(map[string][]string{"resourceType": {"eq AWS::KMS::Key"}, "isPublic": {"eq true"}}),
			want: matches("0"+two, "; filter: isPublic eq true, resourceType eq AWS::KMS::Key")},
		{name: "by presence", change: filter(map[string][]string{"resource": {"exists false"}}), want: matches("0"+two, "; filter: resource exists false")},
		{name: "by account", change: filter(map[string][]string{"resourceOwnerAccount": {"eq 111111111111"}}), want: matches("2"+two, "; filter: resourceOwnerAccount eq 111111111111")},
		{name: "everything", change: filter(nil), want: matches("2"+two, "; filter: everything")},
		{name: "by what is not kept", change: filter(map[string][]string{"principal.AWS": {"eq 999999999999"}, "resourceType": {"eq AWS::KMS::Key"}}),
			want: matches("0 to 1"+two, ", whose other properties are not kept; filter: principal.AWS eq 999999999999, resourceType eq AWS::KMS::Key")},
		{name: "by an operator that is not known", change: filter(map[string][]string{"resource": {"like x"}}),
			want: matches("0 to 2"+two, ", whose other properties are not kept; filter: resource like x")},
		{name: "a rule of the organization's that hid something, and one that did not", change: func(w *world) {
			w.analyzers.Holders[1].Regions[0].Analyzers[0].ArchiveRules = []collect.ArchiveRule{
				{Name: "buckets", Filter: map[string][]string{"resourceType": {"eq AWS::S3::Bucket"}}},
				{Name: "keys", Filter: map[string][]string{"resourceType": {"eq AWS::KMS::Key"}}},
			}
			foundByOrganization(archived(external("f-4", "eu-central-1", "arn:aws:s3:::open", true)))(w)
		}, want: []string{
			manual, "fact " + noFrankfurtARN + "/archive-rule/buckets: matches 1 of 1 archived finding about the account; filter: resourceType eq AWS::S3::Bucket",
			known + "0 of 0 archived findings about the account; filter: resourceType eq AWS::S3::Bucket",
		}},
		{name: "none", change: func(w *world) { w.evidence.Analyzers[1].Analyzers[0].ArchiveRules = nil }, want: []string{
			"not_assessed because not_collected", "not_assessed " + frankfurtOf + notListed,
		}},
		{name: "the rules of one analyzer denied", change: func(w *world) {
			w.evidence.Gaps = append(w.evidence.Gaps, org.Gap{Section: collect.AnalyzersSection, Account: memberID, Subject: noVirginiaARN, Cause: org.DeniedByRole})
		}, want: []string{manual, "not_assessed " + noVirginiaARN + ": archive rules could not be listed: denied: the audit role lacks the permission"}},
		{name: "a region that could not be read", change: regionLost("us-east-1", org.DeniedBySCP), want: []string{
			"not_assessed because denied_by_scp", "not_assessed " + virginiaOf + scpDenied, "not_assessed " + frankfurtOf + notListed,
		}},
		{name: "no rule, and every region listed", change: func(w *world) {
			w.evidence.Analyzers[0].CoveredBy = ""
			w.evidence.Analyzers[1].Analyzers[0].ArchiveRules = nil
		}, want: []string{"not_applicable: no analyzer that looks at the account has an archive rule that concerns it"}},
		{name: "a region that is off", change: regionLost("us-east-1", org.RegionNotEnabled), want: []string{
			"not_assessed because not_collected", "not_assessed " + frankfurtOf + notListed,
		}},
		{name: "the organization's could not be read", change: holderDenied, want: []string{
			manual, known + "0 of 0 archived findings" + about + "; filter: resourceType eq AWS::S3::Bucket", "not_assessed " + frankfurtOf + holderHidden,
		}},
		{name: "the organization's could not be read, and no rule of its own", change: func(w *world) {
			holderDenied(w)
			w.evidence.Analyzers[1].Analyzers[0].ArchiveRules = nil
		}, want: []string{"not_assessed because role_not_assumable", "not_assessed " + frankfurtOf + holderHidden}},
		{name: "analyzers denied", change: func(w *world) { w.lose(collect.AnalyzersSection, org.DeniedByRole) }, want: []string{"not_assessed because denied_by_role"}},
	})
}
