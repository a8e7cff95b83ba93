package main

import (
	"slices"

	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"
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

	users  []motoUser
	groups []motoHolder
	roles  []motoRole
	// spare are policies of motoPolicies that the account holds and nobody has.
	spare          []string
	passwordPolicy *motoPasswordPolicy
	contacts       []accounttypes.AlternateContactType
	// certificate and saml ask for one server certificate and one SAML provider.
	certificate, saml bool
	alias             string
	// hidden are actions that the account's audit role may not do.
	hidden []string
}

// motoHolder is a user, group or role with its policies, by their names in motoPolicies:
// those that are attached, and the one whose text is its inline policy, if there is one.
type motoHolder struct {
	name     string
	attached []string
	inline   string
}

type motoUser struct {
	motoHolder
	password bool
	// mfa is a virtual MFA device, hardware another one.
	mfa, hardware bool
	keys          int // active access keys
	groups        []string
}

type motoRole struct {
	motoHolder
	trust motoTrust
	// boundary is the name of a policy in motoPolicies; empty is none.
	boundary string
}

// motoPasswordPolicy has a length, a memory and a maximum age; all is that it asks for every
// kind of characters and lets users change their passwords.
type motoPasswordPolicy struct {
	length, reuse, age int32
	all                bool
}

// motoUnits are the paths of the units, parents first. One is empty.
func motoUnits() []string {
	return []string{"Security", "Workloads", "Workloads/Production", "Workloads/Production/Payments", "Sandbox", "Sandbox/Empty", "Locked", "Suspended"}
}

// motoAuditRole is the audit role in every account.
const motoAuditRole = "OrgauditRole"

// motoAccessRole is the role that Organizations makes in every account that it makes.
const motoAccessRole = "OrganizationAccountAccessRole"

// motoCaller is the user in the account motoTools who audits with keys of its own.
const (
	motoCaller = "auditor"
	motoTools  = "tools"
)

// motoTrusted is the service with trusted access to the organization.
const motoTrusted = "sso.amazonaws.com"

// motoMaster is the name that moto gives to the management account.
const motoMaster = "master"

// motoHas is a holder with attached policies.
func motoHas(name string, attached ...string) motoHolder {
	return motoHolder{name: name, attached: attached}
}

func motoAccounts() []motoAccount {
	return []motoAccount{
		{
			name: motoMaster, tags: map[string]string{"tier": "management"},
			users:    []motoUser{{motoHolder: motoHas("founder", "AdministratorAccess"), password: true, mfa: true, keys: 1}},
			contacts: []accounttypes.AlternateContactType{accounttypes.AlternateContactTypeSecurity},
		},
		{
			name: "security", unit: "Security", delegated: []string{"access-analyzer.amazonaws.com", "guardduty.amazonaws.com"},
			roles: []motoRole{
				{motoHolder: motoHas("Incident", "AWSSupportAccess", "ReadOnlyAccess")},
				{motoHolder: motoHas("Auditors", "SecurityAudit"), trust: motoTrustsMembers},
				{motoHolder: motoHas("Delegate", "BoundOnboarding"), boundary: "Fence"},
			},
			contacts: []accounttypes.AlternateContactType{accounttypes.AlternateContactTypeSecurity, accounttypes.AlternateContactTypeBilling},
			saml:     true,
		},
		{
			name: motoTools, unit: "Security", alias: "acme-tools",
			users: []motoUser{
				{motoHolder: motoHas("robot"), keys: 2},
				{motoHolder: motoHolder{name: motoCaller, inline: "Jobs"}, keys: 1},
				{motoHolder: motoHas("team-build"), password: true, hardware: true, groups: []string{"Builders"}},
			},
			groups: []motoHolder{motoHas("Builders", "EverythingWithMFA")},
			roles: []motoRole{
				{motoHolder: motoHas("Builder", "PowerUserAccess"), trust: motoTrustsInstances},
				{motoHolder: motoHas("Vendor", "Buckets"), trust: motoTrustsOutsideByID},
			},
		},
		{
			name: "payments", unit: "Workloads/Production/Payments", tags: map[string]string{"tier": "1", "owner": "Jörg & Söhne"},
			users: []motoUser{
				{motoHolder: motoHas("alice"), password: true, mfa: true, keys: 1, groups: []string{"Clerks"}},
				{motoHolder: motoHas("bob"), password: true, groups: []string{"Clerks"}},
				{motoHolder: motoHas("eve", "OwnVersions")},
			},
			groups: []motoHolder{{name: "Clerks", attached: []string{"Buckets"}, inline: "Trails"}},
			roles: []motoRole{
				{motoHolder: motoHas("BreakGlass", "AdministratorAccess")},
				{motoHolder: motoHas("Functions", "Keys"), trust: motoTrustsLambda},
			},
			passwordPolicy: &motoPasswordPolicy{length: 8, reuse: 24},
			certificate:    true,
			hidden:         []string{"iam:GetAccountPasswordPolicy", "iam:GetCredentialReport"},
		},
		{
			name: "shop", unit: "Workloads/Production",
			users: []motoUser{
				{motoHolder: motoHas("carol"), password: true, mfa: true, groups: []string{"Readers"}},
				{motoHolder: motoHas("frank"), password: true, hardware: true, groups: []string{"Admins"}},
			},
			groups: []motoHolder{motoHas("Admins", "AdministratorAccess"), motoHas("Readers", "ReadOnlyAccess", "Buckets"), motoHas("Leavers", "AWSCloudShellFullAccess")},
			roles: []motoRole{
				{motoHolder: motoHas("Support", "AWSSupportAccess")},
				{motoHolder: motoHas("Partner", "ReadOnlyAccess", "Orders"), trust: motoTrustsOutside},
				{motoHolder: motoHas("Thumbnails", "Buckets"), trust: motoTrustsLambdaHere},
				{motoHolder: motoHas("Joiners", "Onboarding")},
			},
			passwordPolicy: &motoPasswordPolicy{length: 16, reuse: 24, age: 90, all: true},
			contacts:       []accounttypes.AlternateContactType{accounttypes.AlternateContactTypeSecurity},
		},
		{
			name: "sandbox", unit: "Sandbox",
			users:  []motoUser{{motoHolder: motoHas("dave", "Everything", "Buckets"), keys: 1, groups: []string{"Owners"}}},
			groups: []motoHolder{motoHas("Owners", "AdministratorAccess")},
			roles: []motoRole{
				{motoHolder: motoHas("Open", "AnyRole", "Purchases"), trust: motoTrustsEveryone},
				{motoHolder: motoHolder{name: "Deployer", inline: "Everything"}, trust: motoTrustsInstances},
			},
			passwordPolicy: &motoPasswordPolicy{length: 14},
			contacts:       []accounttypes.AlternateContactType{accounttypes.AlternateContactTypeOperations},
		},
		{name: "locked", unit: "Locked", users: []motoUser{{motoHolder: motoHas("eve", "OwnVersions"), hardware: true}}},
		{name: "empty", spare: []string{"Everything"}},
		{name: "gone", unit: "Suspended", closed: true},
	}
}

// allRoles are the roles of the account, with those that every account has.
func (a motoAccount) allRoles() []motoRole {
	roles := append(slices.Clone(a.roles), motoRole{motoHolder: motoHolder{name: motoAuditRole, inline: "Audit"}, trust: motoTrustsAuditors})
	if a.name != motoMaster {
		// Moto makes the role as AWS does, but gives it no policy.
		roles = append(roles, motoRole{motoHolder: motoHas(motoAccessRole)})
	}
	return roles
}

// holders are all that can have policies.
func (a motoAccount) holders() []motoHolder {
	holders := slices.Clone(a.groups)
	for _, u := range a.users {
		holders = append(holders, u.motoHolder)
	}
	for _, r := range a.allRoles() {
		holders = append(holders, r.motoHolder)
	}
	return holders
}

// attached are the managed policies that users, groups and roles of the account have.
func (a motoAccount) attached() []motoPolicy {
	var policies []motoPolicy
	for _, h := range a.holders() {
		for _, name := range h.attached {
			policies = append(policies, motoPolicyNamed(name))
		}
	}
	return policies
}

// inline are the inline policies of users, groups and roles of the account.
func (a motoAccount) inline() []motoPolicy {
	var policies []motoPolicy
	for _, h := range a.holders() {
		if h.inline != "" {
			policies = append(policies, motoPolicyNamed(h.inline))
		}
	}
	return policies
}

// own are the names of the account's own managed policies, sorted.
func (a motoAccount) own() []string {
	names := slices.Clone(a.spare)
	for _, p := range a.attached() {
		if p.document != "" {
			names = append(names, p.name)
		}
	}
	for _, r := range a.roles {
		if r.boundary != "" {
			names = append(names, r.boundary)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
