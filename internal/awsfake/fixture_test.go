package awsfake_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"orgaudit/internal/awsfake"
)

// Accounts of the fixture.
const (
	management = "111122223333"
	shop       = "222233334444" // in Workloads
	sandbox    = "333344445555" // in Sandbox, whose SCPs deny a few things
	security   = "444455556666" // delegated administrator
	closed     = "555566667777"
)

const (
	rootID      = "r-ab12"
	workloadsID = "ou-ab12-workload"
	sandboxID   = "ou-ab12-sandbox0"
)

var created = time.Date(2024, time.January, 2, 3, 4, 5, 0, time.UTC)

func at(days int) *time.Time {
	t := created.AddDate(0, 0, days)
	return &t
}

func allow(actions ...string) json.RawMessage { return statement("Allow", actions) }

func deny(actions ...string) json.RawMessage { return statement("Deny", actions) }

func statement(effect string, actions []string) json.RawMessage {
	b, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": []any{
		map[string]any{"Effect": effect, "Action": actions, "Resource": "*"},
	}})
	if err != nil {
		panic(err) // strings only
	}
	return b
}

// trust is a trust policy for one AWS principal, with an optional condition.
func trust(principal, condition string) json.RawMessage {
	if condition == "" {
		condition = "{}"
	}
	return json.RawMessage(fmt.Sprintf(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":%q},"Action":"sts:AssumeRole","Condition":%s}]}`,
		principal, condition))
}

func rootOf(account string) string { return "arn:aws:iam::" + account + ":root" }

const adminARN = "arn:aws:iam::aws:policy/AdministratorAccess"

func role(n int, name string, trust json.RawMessage, attached ...string) awsfake.Role {
	return awsfake.Role{
		ID: fmt.Sprintf("AROAEXAMPLEROLE%06d", n), Name: name, Path: "/", Created: created,
		Trust: trust, MaxSession: 7200, Attached: attached,
	}
}

func account(id, name, unit string) awsfake.Account {
	return awsfake.Account{
		ID: id, Name: name, Email: name + "@example.com", State: "ACTIVE", Method: "CREATED",
		Joined: created, Unit: unit,
		Root:    awsfake.RootUser{Created: created, MFA: "none"},
		Primary: awsfake.PrimaryContact{FullName: "Example Owner", City: "Exampleton", CountryCode: "US"},
	}
}

// newWorld builds the world that the tests of this package ask about. Tests may
// change their own copy.
func newWorld() *awsfake.World {
	full := []string{rootID, workloadsID, sandboxID, management, shop, sandbox, security, closed}
	w := &awsfake.World{
		Partition: "aws",
		Organization: awsfake.Organization{
			ID: "o-exampleorg1", ManagementAccount: management, FeatureSet: "ALL",
			PolicyTypes: []string{"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"},
			Root: awsfake.Unit{ID: rootID, Name: "Root", Units: []awsfake.Unit{
				{ID: workloadsID, Name: "Workloads", Tags: map[string]string{"owner": "platform"}},
				{ID: sandboxID, Name: "Sandbox"},
			}},
			Policies: []awsfake.OrgPolicy{
				{ID: "p-FullAWSAccess", Type: "SERVICE_CONTROL_POLICY", Name: "FullAWSAccess", AWSManaged: true, Document: allow("*"), Targets: full},
				{
					ID: "p-denyreports", Type: "SERVICE_CONTROL_POLICY", Name: "DenyReports",
					Document: deny("iam:GenerateCredentialReport", "access-analyzer:*"), Targets: []string{sandboxID},
				},
			},
			TrustedServices: []awsfake.TrustedService{
				{Principal: "account.amazonaws.com", Enabled: created},
				{Principal: "iam.amazonaws.com", Enabled: created},
			},
			Delegated: []awsfake.DelegatedAdministrator{
				{Account: security, Enabled: created, Services: []string{"account.amazonaws.com", "access-analyzer.amazonaws.com"}},
			},
			RootFeatures: []string{"RootCredentialsManagement", "RootSessions"},
		},
		ManagedPolicies: []awsfake.ManagedPolicy{
			managedPolicy("ANPAEXAMPLEPOLICY0001", "AdministratorAccess", allow("*")),
			managedPolicy("ANPAEXAMPLEPOLICY0002", "ReadOnlyAccess", allow("iam:Get*", "iam:List*")),
		},
	}
	m := account(management, "management", rootID)
	m.Root.MFA, m.Root.Password = "hardware", true
	m.Users = []awsfake.User{
		{
			ID: "AIDAEXAMPLEUSER000001", Name: "alice", Path: "/", Created: created, Attached: []string{adminARN},
			Keys: []awsfake.AccessKey{
				{ID: "AKIAEXAMPLEALICE0000", Secret: "old-secret-of-alice", Created: created},
				{ID: "AKIAEXAMPLEALICE0001", Secret: "secret-of-alice", Active: true, Created: created},
			},
		},
		{
			ID: "AIDAEXAMPLEUSER000002", Name: "bob", Path: "/", Created: created,
			Inline: []awsfake.InlinePolicy{{Name: "Little", Document: allow("iam:GetAccountSummary")}},
			Keys:   []awsfake.AccessKey{{ID: "AKIAEXAMPLEBOB000001", Secret: "secret-of-bob", Active: true, Created: created}},
		},
	}
	s := account(sandbox, "sandbox", sandboxID)
	s.Roles = []awsfake.Role{role(21, "Admin", trust(management, ""), adminARN)}
	sec := account(security, "security", rootID)
	sec.Roles = []awsfake.Role{role(31, "Admin", trust(management, ""), adminARN)}
	sec.Analyzers = []awsfake.Analyzer{{
		Region: "us-east-1", Name: "organization", Type: "ORGANIZATION", Status: "ACTIVE", Created: created, Findings: findings(),
		ArchiveRules: []awsfake.ArchiveRule{
			{Name: "vendors", Created: created, Updated: *at(1), Filter: map[string]awsfake.Criterion{"principal.AWS": {Contains: []string{"999988887777"}}}},
			{Name: "readable", Created: created, Updated: created, Filter: map[string]awsfake.Criterion{"error": {Exists: new(bool)}}},
		},
	}}
	c := account(closed, "closed", rootID)
	c.State = "CLOSED"
	c.Roles = []awsfake.Role{role(41, "Admin", trust(management, ""), adminARN)}
	w.Accounts = []awsfake.Account{m, shopAccount(), s, sec, c}
	return w
}

func managedPolicy(id, name string, document json.RawMessage) awsfake.ManagedPolicy {
	return awsfake.ManagedPolicy{
		ID: id, Name: name, Path: "/", Created: created, Updated: created, Default: "v1",
		Versions: []awsfake.PolicyVersion{{ID: "v1", Created: created, Document: document}},
	}
}

// shopAccount is the account whose IAM has one of everything.
func shopAccount() awsfake.Account {
	a := account(shop, "shop", workloadsID)
	a.Alias = "example-shop"
	a.Tags = map[string]string{"environment": "production", "costs": "4711"}
	a.Root.MFA, a.Root.Password = "virtual", true
	a.PasswordPolicy = &awsfake.PasswordPolicy{MinLength: 14, Symbols: true, AllowChange: true, MaxAge: 90, Reuse: 24}
	const boundary = "arn:aws:iam::" + shop + ":policy/limits/Boundary"
	a.Policies = []awsfake.ManagedPolicy{managedPolicy("ANPAEXAMPLEPOLICY0101", "Boundary", allow("iam:List*"))}
	a.Policies[0].Path = "/limits/"
	a.Groups = []awsfake.Group{{ID: "AGPAEXAMPLEGROUP00001", Name: "readers", Path: "/", Created: created,
		Attached: []string{"arn:aws:iam::aws:policy/ReadOnlyAccess"}}}
	a.Users = []awsfake.User{
		{
			ID: "AIDAEXAMPLEUSER000103", Name: "dave", Path: "/staff/", Created: created, Groups: []string{"readers"},
			Keys: []awsfake.AccessKey{
				{ID: "AKIAEXAMPLEDAVE00001", Secret: "secret-of-dave", Active: true, Created: created, LastUsed: at(30), Region: "eu-west-1", Service: "s3"},
				{ID: "AKIAEXAMPLEDAVE00002", Created: *at(10)},
			},
		},
		{
			ID: "AIDAEXAMPLEUSER000102", Name: "carol", Path: "/", Created: created, Password: true,
			PasswordLastUsed: at(40), PasswordLastChanged: at(5), Boundary: boundary, Attached: []string{adminARN},
			MFA:  []awsfake.MFADevice{{Kind: "virtual", Serial: "arn:aws:iam::" + shop + ":mfa/carol", Enabled: created}},
			Tags: map[string]string{"team": "shop & co"},

			LastAccessed: map[string]time.Time{"s3": *at(20), "ec2": {}, "iam": {}},
		},
	}
	audit := role(1, "AuditRole", trust(rootOf(management), `{"StringEquals":{"sts:ExternalId":"example"}}`), adminARN)
	audit.LastUsed, audit.LastRegion = at(50), "us-east-1"
	audit.Description = "Reads what auditors need."
	audit.InstanceProfiles = []string{"audit-hosts", "AuditRole"}
	bounded := role(2, "Bounded", trust(management, ""), adminARN)
	bounded.Boundary = boundary
	denied := role(3, "Denied", trust(management, ""), adminARN)
	denied.Inline = []awsfake.InlinePolicy{{Name: "No", Document: deny("iam:GetRole")}}
	service := role(4, "AWSServiceRoleForSupport", json.RawMessage(
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"support.amazonaws.com"},"Action":"sts:AssumeRole"}}`))
	service.Path = "/aws-service-role/support.amazonaws.com/"
	toBob := role(5, "ForBob", trust("arn:aws:iam::"+management+":user/bob", ""), adminARN)
	a.Roles = []awsfake.Role{audit, bounded, denied, service, toBob}
	a.ServerCertificates = []awsfake.ServerCertificate{{ID: "ASCAEXAMPLECERT000001", Name: "old", Path: "/", Uploaded: created, Expires: *at(365)}}
	a.SAMLProviders = []awsfake.SAMLProvider{{Name: "Directory", Created: created, Expires: *at(3650)}}
	a.OIDCProviders = []awsfake.OIDCProvider{{URL: "token.actions.githubusercontent.com"}}
	a.OptInRegions = []string{"eu-south-1"}
	a.Contacts = map[string]awsfake.Contact{"SECURITY": {Name: "Sec", Title: "Desk", Email: "security@example.com", Phone: "+1 555 0101"}}
	a.Primary.Company = "Example"
	a.Analyzers = []awsfake.Analyzer{{Region: "eu-south-1", Name: "south", Type: "ACCOUNT", Status: "ACTIVE", Created: created}}
	return a
}

func findings() []awsfake.Finding {
	one := func(id, kind, status, resource string) awsfake.Finding {
		return awsfake.Finding{ID: id, Type: kind, Status: status, Resource: resource, ResourceType: "AWS::IAM::Role",
			Account: shop, Created: created, Updated: created, Analyzed: created}
	}
	external := one("11111111-0000-4000-8000-000000000001", "ExternalAccess", "ACTIVE", "arn:aws:iam::"+shop+":role/AuditRole")
	external.Principal, external.Actions = "999988887777", []string{"sts:AssumeRole"}
	key := one("11111111-0000-4000-8000-000000000003", "UnusedIAMUserAccessKey", "ACTIVE", "arn:aws:iam::"+shop+":user/staff/dave")
	key.AccessKey, key.LastAccessed = "AKIAEXAMPLEDAVE00001", at(30)
	permissions := one("11111111-0000-4000-8000-000000000004", "UnusedPermission", "ACTIVE", "arn:aws:iam::"+shop+":role/Bounded")
	archived := one("11111111-0000-4000-8000-000000000002", "UnusedIAMRole", "ARCHIVED", "arn:aws:iam::"+shop+":role/Denied")
	archived.Public = true // of no sense in an unused role, and enough for the filter
	permissions.Actions = []string{"s3:GetObject", "s3:PutObject", "ec2:RunInstances"}
	return []awsfake.Finding{
		external,
		archived,
		key,
		permissions,
		one("11111111-0000-4000-8000-000000000005", "UnusedIAMUserPassword", "ACTIVE", "arn:aws:iam::"+shop+":user/carol"),
	}
}

// loadTestdata loads the smallest world.
func loadTestdata(t *testing.T) *awsfake.World {
	t.Helper()
	f, err := os.Open("testdata/world.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := awsfake.Load(f)
	if err != nil {
		t.Fatal(err)
	}
	return w
}
