package benchmark_test

import (
	"slices"

	"orgaudit/collect"
	"orgaudit/report/benchmark"
)

// worldsOf are a world in which the control passes and one in which it fails, by verdict;
// for a control that a person always judges, one in which there is something to judge.
func worldsOf(c *benchmark.Control) map[benchmark.Verdict]*world {
	if c.Manual {
		return map[benchmark.Verdict]*world{benchmark.VerdictManual: badWorld(c.ID)}
	}
	return map[benchmark.Verdict]*world{benchmark.VerdictPass: goodWorld(c.ID), benchmark.VerdictFail: badWorld(c.ID)}
}

// goodWorld is newWorld with what one control needs to pass, where others need it otherwise.
func goodWorld(control string) *world {
	w := newWorld("aws")
	switch control {
	case "root-member-credentials":
		w.summary(0, 0, 0)
	case "user-hardware-mfa":
		w.evidence.VirtualMFADevices = nil
	case "user-console-and-keys":
		w.report(w.rootRow(), w.idleRow("alice"))
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
