package benchmark_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// The organization of the tests: a management account, the delegated administrator of
// Access Analyzer, the member whose evidence is judged, and one that is suspended.
const (
	managementID = "000000000001"
	memberID     = "111111111111"
	securityID   = "222222222222"
	suspendedID  = "333333333333"

	rootID      = "r-ab12"
	workloadsID = "ou-ab12-00workloads"
	securityOU  = "ou-ab12-000security"
	emptyID     = "ou-ab12-00000000empty"
)

// generated is when AWS made the credential report, listed when everything else was
// read: as late after it as AWS may answer with an old report.
func generated() time.Time { return time.Date(2026, 9, 30, 8, 10, 0, 0, time.UTC) }
func listed() time.Time    { return generated().Add(3*time.Hour + 50*time.Minute) }

// world is all that a control can look at. A test changes what it is about.
type world struct {
	org        *org.Organization
	analyzers  *collect.OrganizationAnalyzers
	managed    map[string]*collect.ManagedPolicy
	evidence   *collect.Evidence
	parameters benchmark.Parameters
	// account is the one that is judged.
	account string
}

// arn is an ARN of IAM in the judged account, in the organization's partition.
func (w *world) arn(resource string) string {
	return fmt.Sprintf("arn:%s:iam::%s:%s", w.org.Partition, w.account, resource)
}

// awsPolicy is the ARN of an AWS-managed policy.
func (w *world) awsPolicy(name string) string {
	return fmt.Sprintf("arn:%s:iam::aws:policy/%s", w.org.Partition, name)
}

func (w *world) subject() *benchmark.Subject {
	shared := benchmark.Subject{
		Organization: w.org, Analyzers: w.analyzers, Managed: w.managed, Parameters: w.parameters,
		Policies: &benchmark.PolicyCache{}, ManagedFiles: map[string]string{}, AuditRole: "OrgauditRole",
	}
	for arn, p := range w.managed {
		shared.ManagedFiles[arn] = "managed-policies/" + p.Name + ".json"
	}
	return shared.For(w.org.Account(w.account), w.evidence)
}

// organizationSubject is what the controls of organization scope look at.
func (w *world) organizationSubject() *benchmark.Subject {
	s := *w.subject()
	s.Account, s.Evidence, s.Credentials = nil, nil, nil
	return &s
}

// newWorld is an organization and a member account in which most controls pass;
// [goodWorld] has what the others ask for.
func newWorld(partition string) *world {
	w := &world{
		org:     newOrganization(partition),
		account: memberID, parameters: benchmark.DefaultParameters(),
		managed: map[string]*collect.ManagedPolicy{},
		analyzers: &collect.OrganizationAnalyzers{Schema: collect.Schema, Gaps: []org.Gap{}, Holders: []collect.HolderAnalyzers{
			{AccountID: managementID},
			{AccountID: securityID, Regions: []collect.RegionAnalyzers{
				regionWith("eu-central-1", collect.AnalyzerOrganization, collect.AnalyzerActive),
			}},
		}},
	}
	w.evidence = &collect.Evidence{
		Schema: collect.Schema, AccountID: w.account, Entry: collect.Entry{Kind: collect.EntryRole},
		StartedAt: listed().Add(-time.Minute), EndedAt: listed().Add(time.Minute),
		AccountSummary: map[string]int32{
			"AccountAccessKeysPresent": 0, "AccountPasswordPresent": 1, "AccountMFAEnabled": 1, "AccountSigningCertificatesPresent": 0, "Users": 1,
		},
		PasswordPolicy: &collect.PasswordPolicy{
			Present: true, MinimumLength: 14, ReusePrevention: 24, MaxAgeDays: 90, ExpirePasswords: true, AllowChange: true,
			RequireLowercase: true, RequireUppercase: true, RequireNumbers: true, RequireSymbols: true,
		},
		Authorization: &collect.Authorization{
			Users:  []collect.User{{ARN: w.arn("user/alice"), Name: "alice", Groups: []string{"developers"}}},
			Groups: []collect.Group{{ARN: w.arn("group/developers"), Name: "developers"}},
			Roles: []collect.Role{{
				ARN: w.arn("role/incidents"), Name: "incidents", Created: listed().AddDate(-1, 0, 0), LastUsed: listed().AddDate(0, 0, -3), Trust: w.goodTrust(),
			}},
		},
		VirtualMFADevices:  []collect.VirtualMFADevice{{Serial: w.arn("mfa/alice"), UserARN: w.arn("user/alice")}},
		ServerCertificates: []collect.ServerCertificate{{ARN: w.arn("server-certificate/www"), Name: "www", Expires: listed().AddDate(1, 0, 0)}},
		SAMLProviders:      []collect.SAMLProvider{{ARN: w.arn("saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE")}},
		Aliases:            []string{"example-payments"},
		Contacts: []collect.AlternateContact{
			{Type: "SECURITY", Name: "Security", Email: "security@example.com", Phone: "+41 79 000 00 00"},
			{Type: "BILLING", Name: "Billing", Email: "billing@example.com", Phone: "+41 79 000 00 01"},
			{Type: "OPERATIONS", Name: "Operations", Email: "operations@example.com", Phone: "+41 79 000 00 02"},
		},
		PrimaryContact: &collect.PrimaryContact{FullName: "Erika Example", Company: "Example AG", Country: "CH", Phone: "+41 79 000 00 03"},
		Regions:        []collect.Region{{Name: "eu-central-1", Status: "ENABLED_BY_DEFAULT"}, {Name: "us-east-1", Status: "ENABLED_BY_DEFAULT"}},
		Analyzers: []collect.RegionAnalyzers{
			{Region: "eu-central-1", CoveredBy: analyzerARN("eu-central-1"), Analyzers: []collect.Analyzer{}},
			regionWith("us-east-1", collect.AnalyzerAccount, collect.AnalyzerActive),
		},
	}
	w.parameters.RequireRoleMFA = true
	for _, section := range accountSections() {
		if section == collect.AnalyzersSection {
			for _, r := range w.evidence.Regions {
				w.evidence.Reads = append(w.evidence.Reads, collect.Read{Section: section, Region: r.Name, EndedAt: listed()})
			}
			continue
		}
		w.evidence.Reads = append(w.evidence.Reads, collect.Read{Section: section, EndedAt: listed()})
	}
	w.report(w.rootRow(), w.userRow("alice"))
	w.attach("group/developers", w.own("deploy", `{"Statement":{"Effect":"Allow","Action":"cloudformation:DescribeStacks","Resource":"*"}}`))
	w.attach("role/incidents", w.library("AWSSupportAccess", `{"Statement":{"Effect":"Allow","Action":"support:*","Resource":"*"}}`))
	return w
}

// writePolicies adds an unattached policy and an inline one, both harmless.
func writePolicies(w *world) {
	w.own("spare", readLogs)
	w.inline("role/incidents", "logs", readLogs)
}

// accountSections are the sections of an account's evidence.
func accountSections() []org.Section {
	sections := []org.Section{collect.ManagedPoliciesSection} // read along with another
	for _, c := range collect.Collectors() {
		sections = append(sections, c.Section)
	}
	if !slices.Contains(sections, collect.PrimaryContactSection) {
		sections = append(sections, collect.PrimaryContactSection)
	}
	return sections
}

func newOrganization(partition string) *org.Organization {
	arn := func(kind, id string) string {
		return fmt.Sprintf("arn:%s:organizations::%s:%s/o-a1b2c3d4e5/%s", partition, managementID, kind, id)
	}
	account := func(id, name, state string, path ...string) org.Account {
		return org.Account{ID: id, ARN: arn("account", id), Name: name, State: state, Path: path}
	}
	return &org.Organization{
		Schema: collect.Schema, ID: "o-a1b2c3d4e5", ARN: fmt.Sprintf("arn:%s:organizations::%s:organization/o-a1b2c3d4e5", partition, managementID),
		Partition: partition, ManagementAccountID: managementID, FeatureSet: "ALL",
		Root: org.Unit{ID: rootID, Name: "Root", Units: []org.Unit{
			{ID: emptyID, Name: "Empty"}, {ID: securityOU, Name: "Security"}, {ID: workloadsID, Name: "Workloads"},
		}},
		PolicyTypes: []string{org.ResourceControlPolicy, org.ServiceControlPolicy},
		Accounts: []org.Account{
			account(managementID, "management", org.StateActive, rootID),
			account(memberID, "payments", org.StateActive, rootID, workloadsID),
			account(securityID, "security", org.StateActive, rootID, securityOU),
			account(suspendedID, "closed", "SUSPENDED", rootID, emptyID),
		},
		Policies: []org.Policy{
			fullAccess(),
			guardrail("p-leave", "deny-leaving", workloadsID, securityOU),
		},
		RootFeatures: []string{"RootCredentialsManagement", "RootSessions"},
		WalkEnded:    listed().Add(-time.Hour),
	}
}

const readLogs = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:GetLogEvents","Resource":"*"}]}`

const fullAccessDocument = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

func fullAccess() org.Policy {
	p := guardrail("p-FullAWSAccess", "FullAWSAccess", rootID, workloadsID, securityOU, emptyID, managementID, memberID, securityID, suspendedID)
	p.AWSManaged, p.Document = true, fullAccessDocument
	return p
}

// guardrail is a service control policy that denies something, attached to nodes.
func guardrail(id, name string, targets ...string) org.Policy {
	p := org.Policy{
		ID: id, Type: org.ServiceControlPolicy, Name: name,
		Document: `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}}`,
	}
	for _, id := range slices.Sorted(slices.Values(targets)) {
		p.Targets = append(p.Targets, org.Target{ID: id})
	}
	return p
}

func analyzerARN(region string) string {
	return "arn:aws:access-analyzer:" + region + ":" + securityID + ":analyzer/outside"
}

// regionWith is a region with one analyzer.
func regionWith(region, kind, status string) collect.RegionAnalyzers {
	return collect.RegionAnalyzers{Region: region, Analyzers: []collect.Analyzer{
		{ARN: analyzerARN(region), Name: "outside", Type: kind, Status: status},
	}}
}

// own adds a customer-managed policy, attached to nothing, and returns its ARN.
func (w *world) own(name, document string) string {
	p := collect.ManagedPolicy{
		ARN: w.arn("policy/" + name), Name: name, Default: "v2",
		Versions: []collect.PolicyVersion{{ID: "v1", Document: `{"Statement":[]}`}, {ID: "v2", Document: document}},
	}
	w.evidence.Authorization.Policies = append(w.evidence.Authorization.Policies, p)
	return p.ARN
}

// inline writes a policy into a user, group or role of the account.
func (w *world) inline(principal, name, document string) {
	a, p := w.evidence.Authorization, collect.InlinePolicy{Name: name, Document: document}
	kind, holder, _ := strings.Cut(principal, "/")
	switch kind {
	case "user":
		i := slices.IndexFunc(a.Users, func(u collect.User) bool { return u.Name == holder })
		a.Users[i].Inline = append(a.Users[i].Inline, p)
	case "group":
		i := slices.IndexFunc(a.Groups, func(g collect.Group) bool { return g.Name == holder })
		a.Groups[i].Inline = append(a.Groups[i].Inline, p)
	case "role":
		i := slices.IndexFunc(a.Roles, func(r collect.Role) bool { return r.Name == holder })
		a.Roles[i].Inline = append(a.Roles[i].Inline, p)
	}
}

// library adds an AWS-managed policy to those that the run has read, and returns its ARN.
func (w *world) library(name, document string) string {
	p := &collect.ManagedPolicy{
		ARN: w.awsPolicy(name), Name: name, Default: "v7", Versions: []collect.PolicyVersion{{ID: "v7", Document: document}},
	}
	w.managed[p.ARN] = p
	return p.ARN
}

// attach attaches managed policies to a user, group or role of the account.
func (w *world) attach(principal string, arns ...string) {
	var list []collect.AttachedPolicy
	for _, arn := range arns {
		list = append(list, collect.AttachedPolicy{Name: arn[strings.LastIndex(arn, "/")+1:], ARN: arn})
	}
	a := w.evidence.Authorization
	kind, name, _ := strings.Cut(principal, "/")
	switch kind {
	case "user":
		i := slices.IndexFunc(a.Users, func(u collect.User) bool { return u.Name == name })
		a.Users[i].Attached = append(a.Users[i].Attached, list...)
	case "group":
		i := slices.IndexFunc(a.Groups, func(g collect.Group) bool { return g.Name == name })
		a.Groups[i].Attached = append(a.Groups[i].Attached, list...)
	case "role":
		i := slices.IndexFunc(a.Roles, func(r collect.Role) bool { return r.Name == name })
		a.Roles[i].Attached = append(a.Roles[i].Attached, list...)
	}
}

// lose replaces a section by a gap and, unless its old content is to stay, empties it.
func (w *world) lose(section org.Section, cause org.Cause) {
	w.evidence.Reads = slices.DeleteFunc(w.evidence.Reads, func(r collect.Read) bool { return r.Section == section })
	w.evidence.Gaps = append(w.evidence.Gaps, org.Gap{Section: section, Account: w.account, Cause: cause, At: listed()})
	switch section {
	case collect.CredentialReportSection:
		w.evidence.CredentialReport = nil
	case collect.AccountSummarySection:
		w.evidence.AccountSummary = nil
	case collect.PasswordPolicySection:
		w.evidence.PasswordPolicy = nil
	case collect.AuthorizationSection:
		w.evidence.Authorization = nil
	case collect.VirtualMFASection:
		w.evidence.VirtualMFADevices = nil
	case collect.ServerCertificatesSection:
		w.evidence.ServerCertificates = nil
	case collect.IdentityProvidersSection:
		w.evidence.SAMLProviders, w.evidence.OIDCProviders = nil, nil
	case collect.AliasSection:
		w.evidence.Aliases = nil
	case collect.ContactsSection:
		w.evidence.Contacts = nil
	case collect.PrimaryContactSection:
		w.evidence.PrimaryContact = nil
	case collect.RegionsSection:
		w.evidence.Regions = nil
	case collect.AnalyzersSection:
		w.evidence.Analyzers = nil
	}
}

// judge judges a control as a report does.
func (w *world) judge(t testing.TB, id string) benchmark.Result {
	t.Helper()
	c := benchmark.ControlByID(id)
	if c == nil {
		t.Fatalf("no control %q", id)
	}
	if c.Scope == benchmark.OrganizationScope {
		return benchmark.Judge(c, w.organizationSubject())
	}
	return benchmark.Judge(c, w.subject())
}
