package main

import (
	"slices"

	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"

	"orgaudit/org"
)

// motoAccount describes an account: what is put into moto, and so what an audit must find.
type motoAccount struct {
	// name is also the part of the e-mail address before the @.
	name string
	// unit is the path of the units above the account; empty is the root.
	unit   string
	closed bool
	tags   map[string]string
	// delegated are the services that the account administers for the organization.
	delegated []string

	users          []motoUser
	groups, roles  []motoHolder
	passwordPolicy *motoPasswordPolicy
	contacts       []accounttypes.AlternateContactType
	// certificate and saml ask for one server certificate and one SAML provider.
	certificate, saml bool
	alias             string
	// denied are actions that the account's audit role may not do.
	denied []string
}

type motoUser struct {
	name          string
	password, mfa bool
	keys          int // active access keys
	groups        []string
	attached      []string // names of policies of motoPolicies
	inline        string   // document of the inline policy, if there is one
}

// motoHolder is a group or a role with the policies that are attached to it.
type motoHolder struct {
	name     string
	attached []string
}

type motoPasswordPolicy struct{ length, reuse int32 }

// motoPolicy is an IAM policy that the world attaches. Without a document it is AWS's own.
type motoPolicy struct {
	name, document string
	// admin says whether it allows every action on every resource.
	admin bool
}

func motoPolicies() []motoPolicy {
	return []motoPolicy{
		{name: "AdministratorAccess", admin: true},
		{name: "AWSSupportAccess"},
		{name: "ReadOnlyAccess"},
		{
			// Blanks before the brace, and signs that percent-encoding changes.
			name:     "Buckets",
			document: "\n " + `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::files/a+b%20c"}}`,
		},
		{
			name:     "Everything",
			document: `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}]}`,
			admin:    true,
		},
	}
}

func motoPolicyNamed(name string) motoPolicy {
	all := motoPolicies()
	return all[slices.IndexFunc(all, func(p motoPolicy) bool { return p.name == name })]
}

// motoTrust is the trust policy of every role of the world.
const motoTrust = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}`

// motoInline is an inline policy. Percent-encoding changes some of its signs.
const motoInline = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "arn:aws:sqs:*:*:jobs+%2B"}]}`

// motoGuardrail is a policy of the organization. It guards unless it only repeats full access.
type motoGuardrail struct {
	name, kind, document string
	guards               bool
	// targets are "Root", paths of units and names of accounts.
	targets []string
}

// motoUnits are the paths of the units, parents first. One is empty.
func motoUnits() []string {
	return []string{"Security", "Workloads", "Workloads/Production", "Workloads/Production/Payments", "Sandbox", "Sandbox/Empty", "Suspended"}
}

func motoGuardrails() []motoGuardrail {
	return []motoGuardrail{
		{
			name: "DenyLeaving", kind: org.ServiceControlPolicy, guards: true,
			document: `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}]}`,
			targets:  []string{"Workloads", "tools"},
		},
		{
			name: "CopyOfFullAccess", kind: org.ServiceControlPolicy,
			document: `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}`,
			targets:  []string{"Root"},
		},
		{
			name: "Draft", kind: org.ServiceControlPolicy, guards: true,
			document: `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "ec2:*", "Resource": "*"}]}`,
		},
		{
			name: "OnlyOurs", kind: org.ResourceControlPolicy, guards: true,
			document: `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}}]}`,
			targets:  []string{"Security"},
		},
	}
}

// motoAuditRole is the audit role in every account.
const motoAuditRole = "OrgauditRole"

// motoCaller is the user in the account tools who audits with keys of its own.
const motoCaller = "auditor"

// motoTrusted is the service with trusted access to the organization.
const motoTrusted = "sso.amazonaws.com"

// motoMaster is the name that moto gives to the management account.
const motoMaster = "master"

func motoAccounts() []motoAccount {
	return []motoAccount{
		{
			name: motoMaster, tags: map[string]string{"tier": "management"},
			users:    []motoUser{{name: "founder", password: true, mfa: true, keys: 1, attached: []string{"AdministratorAccess"}}},
			contacts: []accounttypes.AlternateContactType{accounttypes.AlternateContactTypeSecurity},
		},
		{
			name: "security", unit: "Security", delegated: []string{"access-analyzer.amazonaws.com", "guardduty.amazonaws.com"},
			roles:    []motoHolder{{name: "Incident", attached: []string{"AWSSupportAccess", "ReadOnlyAccess"}}},
			contacts: []accounttypes.AlternateContactType{accounttypes.AlternateContactTypeSecurity, accounttypes.AlternateContactTypeBilling},
			saml:     true,
		},
		{
			name: "tools", unit: "Security", alias: "acme-tools",
			users: []motoUser{{name: "robot", keys: 2}, {name: motoCaller, keys: 1, inline: motoInline}},
		},
		{
			name: "payments", unit: "Workloads/Production/Payments", tags: map[string]string{"tier": "1", "owner": "Jörg & Söhne"},
			users: []motoUser{
				{name: "alice", password: true, mfa: true, keys: 1, groups: []string{"Clerks"}},
				{name: "bob", password: true, groups: []string{"Clerks"}},
			},
			groups:         []motoHolder{{name: "Clerks", attached: []string{"Buckets"}}},
			roles:          []motoHolder{{name: "BreakGlass", attached: []string{"AdministratorAccess"}}},
			passwordPolicy: &motoPasswordPolicy{length: 8, reuse: 24},
			certificate:    true,
			denied:         []string{"iam:GetAccountPasswordPolicy", "iam:GetCredentialReport"},
		},
		{
			name: "shop", unit: "Workloads/Production",
			users:          []motoUser{{name: "carol", password: true, mfa: true, groups: []string{"Readers"}}},
			groups:         []motoHolder{{name: "Readers", attached: []string{"ReadOnlyAccess", "Buckets"}}},
			roles:          []motoHolder{{name: "Support", attached: []string{"AWSSupportAccess"}}},
			passwordPolicy: &motoPasswordPolicy{length: 16, reuse: 24},
			contacts:       []accounttypes.AlternateContactType{accounttypes.AlternateContactTypeSecurity},
		},
		{
			name: "sandbox", unit: "Sandbox",
			users:          []motoUser{{name: "dave", keys: 1, attached: []string{"Everything", "Buckets"}}},
			passwordPolicy: &motoPasswordPolicy{length: 14},
			contacts:       []accounttypes.AlternateContactType{accounttypes.AlternateContactTypeOperations},
		},
		{name: "empty"},
		{name: "gone", unit: "Suspended", closed: true},
	}
}
