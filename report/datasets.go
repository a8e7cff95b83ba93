package report

import (
	"slices"
	"strings"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
)

// DataSet is one part of what a report rests on: what AWS was asked, and what came. It is
// what an auditor needs to judge information that the entity itself produced.
type DataSet struct {
	// Name is the section of the evidence.
	Name string
	// Operations were asked, as Service:Operation, with Parameters beside the names of what
	// was asked about.
	Operations []string
	Parameters string
	// Regions are those that answered, where a data set is read region by region.
	Regions []string
	// Calls counts the requests, one a page and repeated ones too; -1 where they were not
	// counted by themselves.
	Calls int
	// Records counts what came, and Unit says what that is.
	Records int
	Unit    string
	// First and Last are the times of the first and the last call, where they were noted.
	First, Last time.Time
	// Generated is when AWS made the data, where it did so before it was asked.
	Generated time.Time
	// State is ReadWhole, ReadInPart or NotRead, and Why says what is missing.
	State, Why string
}

// States of a data set.
const (
	ReadWhole  = "read"
	ReadInPart = "read in part"
	NotRead    = "not read"
)

// walkSets are the data sets of the organization's walk. Together they have the operations
// of [org.Calls].
func walkSets() []DataSet {
	operations := func(names ...string) []string {
		for i := range names {
			names[i] = "Organizations:" + names[i]
		}
		return names
	}
	return []DataSet{
		{Name: "organization", Operations: operations("DescribeOrganization"), Unit: "organization"},
		{Name: string(org.SectionAccounts), Operations: operations("ListAccounts", "ListAccountsForParent"), Unit: "accounts in every state"},
		{Name: string(org.SectionTree), Operations: operations("ListRoots", "ListOrganizationalUnitsForParent"), Unit: "units, the root included"},
		{Name: string(org.SectionTags), Operations: operations("ListTagsForResource"), Unit: "tags of accounts"},
		{Name: string(org.SectionPolicies), Operations: operations("ListPolicies", "DescribePolicy", "ListTargetsForPolicy"), Unit: "policies of all types that are enabled"},
		{Name: string(org.SectionDelegation), Operations: operations("ListDelegatedAdministrators", "ListDelegatedServicesForAccount"), Unit: "delegated administrators"},
		{Name: string(org.SectionTrusted), Operations: operations("ListAWSServiceAccessForOrganization"), Unit: "services with trusted access"},
		{Name: string(org.SectionResourcePolicy), Operations: operations("DescribeResourcePolicy"), Unit: "delegation policy, where there is one"},
		{Name: string(org.SectionRootFeatures), Operations: []string{"IAM:ListOrganizationsFeatures"}, Unit: "features of central root access that are on"},
	}
}

// dataSets are those of the organization as a whole. Gaps are all of the report.
func (b *builder) dataSets(gaps []org.Gap) []DataSet {
	o := b.org
	units, tags := 0, 0
	o.EachUnit(func(*org.Unit, []string) { units++ })
	for i := range o.Accounts {
		tags += len(o.Accounts[i].Tags)
	}
	records := map[string]int{
		"organization": 1, string(org.SectionAccounts): len(o.Accounts), string(org.SectionTree): units, string(org.SectionTags): tags,
		string(org.SectionPolicies): len(o.Policies), string(org.SectionDelegation): len(o.DelegatedAdministrators),
		string(org.SectionTrusted): len(o.TrustedServices), string(org.SectionRootFeatures): len(o.RootFeatures),
	}
	if o.ResourcePolicy != "" {
		records[string(org.SectionResourcePolicy)] = 1
	}
	var sets []DataSet
	for _, s := range walkSets() {
		s.Records, s.Calls, s.First, s.Last = records[s.Name], -1, o.WalkedAt, o.WalkEnded
		_, unread := o.Missing(org.Section(s.Name))
		s.missing(o.Gaps, org.Section(s.Name), !unread)
		sets = append(sets, s)
	}
	sets[0].Calls, sets[0].Parameters = b.record.Calls, "the calls of the caller's identity and of the whole walk stand in this row"
	analyzers := DataSet{
		Name: string(collect.OrganizationAnalyzersSection), Calls: b.subject.Analyzers.Calls,
		Parameters: "in the management account and the delegated administrators of Access Analyzer",
		Unit:       "analyzers of the organization; their findings stand with the accounts that they are about",
	}
	for _, c := range collect.Collectors() {
		if c.Section == collect.AnalyzersSection {
			analyzers.Operations = operationNames(c.Calls)
		}
	}
	for _, h := range b.subject.Analyzers.Holders {
		for _, region := range h.Regions {
			analyzers.Records += len(region.Analyzers)
			if !slices.Contains(analyzers.Regions, region.Region) {
				analyzers.Regions = append(analyzers.Regions, region.Region)
			}
		}
	}
	analyzers.missing(b.subject.Analyzers.Gaps, collect.OrganizationAnalyzersSection, len(b.subject.Analyzers.Holders) > 0)
	managed := DataSet{
		Name: string(collect.ManagedPoliciesSection), Operations: []string{"IAM:GetPolicy", "IAM:GetPolicyVersion"}, Calls: -1,
		Parameters: "once for all accounts, in the first one that has the policy attached; the calls stand there",
		Records:    len(b.subject.Managed), Unit: "AWS-managed policies that are attached somewhere",
	}
	managed.missing(gaps, collect.ManagedPoliciesSection, true)
	return append(sets, analyzers, managed)
}

// accountDataSets are those of an account, in the order of the collectors. Optional ones
// that nobody asked for are left out. What another account has brought is not missing.
func accountDataSets(rows *AccountRows) []DataSet {
	ev := rows.Evidence
	var sets []DataSet
	for _, c := range collect.Collectors() {
		s := DataSet{Name: string(c.Section), Operations: operationNames(c.Calls), Parameters: c.Parameters, Unit: c.Records}
		if c.Section == collect.AuthorizationSection {
			// The policies of AWS that are attached are a data set of their own.
			policies := s
			s.Operations, policies.Operations = policies.Operations[:1], policies.Operations[1:]
			policies.Name, policies.Unit = string(collect.ManagedPoliciesSection), "AWS-managed policies that are attached in the account"
			policies.Parameters = "only for those that no other account has brought"
			if s.read(ev.Reads, rows.Gaps) {
				sets = append(sets, s)
			}
			if policies.read(ev.Reads, rows.Gaps) {
				sets = append(sets, policies)
			}
			continue
		}
		if c.Section == collect.CredentialReportSection && ev.CredentialReport != nil {
			s.Generated = ev.CredentialReport.GeneratedAt
		}
		if s.read(ev.Reads, rows.Gaps) || !c.Optional {
			sets = append(sets, s)
		}
	}
	return sets
}

// read fills in what the evidence of an account says of the data set's reading, and tells
// whether it says anything.
func (s *DataSet) read(reads []collect.Read, open []org.Gap) bool {
	any := false
	for _, r := range reads {
		if string(r.Section) != s.Name {
			continue
		}
		if any = true; r.Region != "" {
			s.Regions = append(s.Regions, r.Region)
		}
		s.Calls += r.Calls
		s.Records += r.Records
		s.First, s.Last = earliest(s.First, r.StartedAt), latest(s.Last, r.EndedAt)
	}
	gaps := s.missing(open, org.Section(s.Name), any)
	if !any && gaps == 0 {
		s.Why = org.NotCollected.Words()
	}
	return any || gaps > 0
}

// missing says what the gaps of a section leave of the data set, and counts them. A region
// that is off for the account holds nothing, so that nothing of it is missing.
func (s *DataSet) missing(gaps []org.Gap, section org.Section, read bool) int {
	n := 0
	for _, g := range gaps {
		if g.Section != section || g.Cause == org.RegionNotEnabled {
			continue
		}
		if n++; n == 1 {
			s.Why = strings.TrimSpace(g.Cause.Words() + " " + g.Code)
			if where := strings.TrimSpace(g.Region + " " + g.Subject); where != "" {
				s.Why = where + ": " + s.Why
			}
		}
	}
	if n > 1 {
		s.Why += "; and " + counted(n-1, "more gap", "more gaps")
	}
	switch {
	case !read:
		s.State = NotRead
	case n > 0:
		s.State = ReadInPart
	default:
		s.State = ReadWhole
	}
	return n
}

func operationNames(calls []org.Call) []string {
	var names []string
	for _, c := range calls {
		names = append(names, c.Service+":"+c.Operation)
	}
	return names
}
