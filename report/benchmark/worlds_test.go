package benchmark_test

import (
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/report/benchmark"
)

// worldsOf are a world that is good and one that is bad for a control.
func worldsOf(c *benchmark.Control) []*world {
	return []*world{goodWorld(c.ID), badWorld(c.ID)}
}

// goodWorld is newWorld with what one control needs to pass, where others need it otherwise.
func goodWorld(control string) *world {
	w := newGoodWorld()
	if strings.HasPrefix(control, "guardrail-") || control == "org-scp-deny-regions" {
		w.parameters.RequiredDenials = []string{"kms:ScheduleKeyDeletion"}
		w.org.Policies = append(w.org.Policies, scp("p-z", `{"Effect":"Deny","Action":"*","Resource":"*"}`, rootID))
	}
	if strings.HasPrefix(control, "inline-") || strings.HasPrefix(control, "policy-") && control != "policy-unused" {
		writePolicies(w)
	}
	switch control {
	case "privileged-user-hardware-mfa":
		w.attach("user/alice", w.library("AdministratorAccess", allowEverything))
		w.evidence.VirtualMFADevices = nil
	case "permissions-boundary":
		w.userNamed("alice").Boundary = w.own("boundary", `{"Statement":{"Effect":"Allow","Action":"iam:*","Resource":"*"}}`)
		allow("alice", `{"Effect":"Allow","Action":"iam:CreateRole","Resource":"*","Condition":{"StringEquals":{"iam:PermissionsBoundary":"`+w.arn("policy/boundary")+`"}}}`)(w)
	case "root-member-credentials":
		w.summary(0, 0, 0)
	case "user-hardware-mfa":
		w.evidence.VirtualMFADevices = nil
		w.report(w.rootRow(), w.userRow("alice"))
	case "user-console-and-keys":
		w.report(w.rootRow(), w.idleRow("alice"))
	case "org-trusted-delegates":
		w.parameters.TrustedDelegatedAccounts = []string{securityID}
	case "user-temporary-credentials":
		w.report(w.rootRow(), w.idleRow("alice"), w.idleRow("carol"))
	case "users-centralized":
		w.parameters.AllowConsoleUsers = []string{"alice"}
	case "securityaudit-role":
		w.attach("role/incidents", w.awsPolicy("SecurityAudit"))
	case "user-shared-name":
		w.report(w.rootRow(), w.idleRow("admin"))
	case "account-contact-current":
		w.parameters.ExpectedContacts = []string{"full_name=erika example", "phone=+41790000003"}
	}
	return w
}

// badWorld is newBadWorld with what one control needs to fail, where others need it otherwise.
func badWorld(control string) *world {
	w := newBadWorld()
	switch control {
	case "guardrail-required-denials":
		w.parameters.RequiredDenials = []string{"kms:ScheduleKeyDeletion"}
	case "principal-no-escalation", "permissions-boundary":
		w.userNamed("alice").Attached = nil
		allow("alice", `{"Effect":"Allow","Action":"iam:PutUserPolicy","Resource":"*"}`)(w)
	case "user-temporary-credentials":
		w.report(w.rootRow(), w.userRow("alice"))
	case "privileged-user-hardware-mfa":
		w.report(w.rootRow(), w.userRow("alice"))
		w.evidence.VirtualMFADevices[0].UserARN = w.arn("user/alice")
	case "root-member-credentials":
		w.org.RootFeatures = []string{"RootCredentialsManagement"}
	case "admin-group-mfa":
		w.evidence.Authorization.Users[0].Groups = []string{"developers"}
		w.report(w.rootRow(), w.idleRow("alice"))
	case "user-shared-name":
		w.report(w.rootRow(), w.idleRow("admin"))
	}
	return w
}

// spoilIdentities makes users, groups, roles, policies and the account itself bad for the
// controls of identities.
func (w *world) spoilIdentities() {
	a := w.evidence.Authorization
	a.Users[0].Groups = nil
	a.Groups[0].Inline = []collect.InlinePolicy{{Name: "tmp", Document: `{"Statement":[]}`}}
	a.Roles[0].LastUsed = listed().AddDate(0, 0, -61)
	w.attach("group/developers", w.awsPolicy("AdministratorAccess"))
	w.attach("role/incidents", w.awsPolicy("AdministratorAccess"), w.library("PowerUserAccess", `{"Statement":[]}`),
		w.library("AWSCloudShellFullAccess", `{"Statement":[]}`))
	w.own("left-over", `{"Statement":[]}`)
	w.evidence.SAMLProviders, w.evidence.Aliases = nil, nil
	w.parameters.ExpectedContacts = []string{"full_name=Somebody Else"}
}

// role adds a role of the account, made and used long ago and lately, and returns it.
func (w *world) role(path string, name string) *collect.Role {
	a := w.evidence.Authorization
	a.Roles = append(a.Roles, collect.Role{
		ARN: w.arn("role" + path + name), Name: name, Created: listed().AddDate(-1, 0, 0), LastUsed: listed().AddDate(0, 0, -3),
	})
	return &a.Roles[len(a.Roles)-1]
}

// userIn adds a user in groups to the authorization details.
func (w *world) userIn(name string, groups ...string) *collect.User {
	a := w.evidence.Authorization
	a.Users = append(a.Users, collect.User{ARN: w.arn("user/" + name), Name: name, Groups: slices.Clone(groups)})
	return &a.Users[len(a.Users)-1]
}
