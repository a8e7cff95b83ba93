package benchmark_test

import (
	"slices"
	"strings"
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

const (
	everythingDocument = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	noWay              = "no way to widen its rights"
	// permissionSets is a way where IAM Identity Center is managed.
	permissionSets = `{"Effect":"Allow","Action":"sso:PutInlinePolicyToPermissionSet","Resource":"*"}`
)

// allow gives a user an inline policy of one statement.
func allow(user, statement string) func(w *world) {
	return func(w *world) {
		u := w.userNamed(user)
		u.Inline = append(u.Inline, collect.InlinePolicy{Name: "more", Document: `{"Version":"2012-10-17","Statement":` + statement + `}`})
	}
}

func (w *world) userNamed(name string) *collect.User {
	a := w.evidence.Authorization
	return &a.Users[slices.IndexFunc(a.Users, func(u collect.User) bool { return u.Name == name })]
}

// quiet leaves alice without any rights, and the role incidents as it is.
func quiet(w *world) {
	w.evidence.Authorization.Groups[0].Attached = nil
}

func all(changes ...func(w *world)) func(w *world) {
	return func(w *world) {
		for _, change := range changes {
			change(w)
		}
	}
}

func TestPrincipalNoEscalation(t *testing.T) {
	const role = "pass role/incidents: " + noWay
	own := "pass user/alice: " + noWay
	version := `{"Effect":"Allow","Action":"iam:CreatePolicyVersion","Resource":"*"}`
	deploy := "arn:aws:iam::111111111111:policy/deploy"
	runVerdicts(t, "principal-no-escalation", []verdictCase{
		{name: "nobody", change: quiet, want: []string{"pass", own, role}},
		{name: "a version of a policy of her group", change: allow("alice", version),
			want: []string{"fail", "fail user/alice: iam:CreatePolicyVersion on " + deploy + ", ends in administrator rights", role}},
		{name: "taken away by an SCP", change: all(allow("alice", version), scps(scp("p-1", `{"Effect":"Deny","Action":"iam:*","Resource":"*"}`, rootID))),
			want: []string{"pass", own, role}},
		{name: "an SCP of another unit changes nothing", change: all(allow("alice", version), scps(scp("p-1", `{"Effect":"Deny","Action":"iam:*","Resource":"*"}`, securityOU))),
			want: []string{"fail", "fail user/alice: iam:CreatePolicyVersion on " + deploy + ", ends in administrator rights", role}},
		{name: "SCPs do not bind the management account", change: all(func(w *world) {
			w.account = managementID
			a := w.evidence.Authorization
			w.evidence.AccountID = managementID
			a.Users[0].ARN, a.Groups[0].ARN, a.Policies[0].ARN = w.arn("user/alice"), w.arn("group/developers"), w.arn("policy/deploy")
			a.Groups[0].Attached[0].ARN = w.arn("policy/deploy")
			a.Roles = nil
			w.report(w.rootRow(), w.userRow("alice"))
		}, allow("alice", version), scps(scp("p-1", `{"Effect":"Deny","Action":"iam:*","Resource":"*"}`, rootID))),
			want: []string{"fail", "fail user/alice: iam:CreatePolicyVersion on arn:aws:iam::000000000001:policy/deploy, ends in administrator rights"}},
		{name: "taken away by a boundary", change: all(allow("alice", version), func(w *world) {
			w.userNamed("alice").Boundary = w.own("boundary", `{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`)
		}), want: []string{"pass", own, role}},
		{name: "an administrator is another control's", change: func(w *world) {
			quiet(w)
			w.attach("user/alice", w.library("AdministratorAccess", everythingDocument))
		}, want: []string{"pass", "pass user/alice: an administrator already", role}},
		{name: "no principal", change: func(w *world) {
			w.evidence.Authorization.Users, w.evidence.Authorization.Roles = nil, nil
		}, want: []string{"not_applicable: the account has no IAM user and no role but service-linked ones"}},
		{name: "a policy that could not be read", change: func(w *world) {
			quiet(w)
			w.attach("user/alice", w.awsPolicy("Unknown"))
		}, want: []string{"not_assessed because malformed", "not_assessed user/alice: one of its policies is not known: the policy's document could not be read", role}},
		{name: "a boundary that could not be read", change: func(w *world) {
			quiet(w)
			w.userNamed("alice").Boundary = w.awsPolicy("Unknown")
		}, want: []string{"not_assessed because malformed", "not_assessed user/alice: one of its policies is not known: the policy's document could not be read", role}},
		{name: "what another could give is not known", change: func(w *world) {
			quiet(w)
			a := w.evidence.Authorization
			a.Users = append(a.Users, collect.User{ARN: w.arn("user/bob"), Name: "bob"})
			w.report(w.rootRow(), w.userRow("alice"), w.userRow("bob"))
			w.attach("user/bob", w.awsPolicy("Unknown"))
			allow("alice", `{"Effect":"Allow","Action":"iam:UpdateLoginProfile","Resource":"*"}`)(w)
		}, want: []string{"not_assessed because malformed", "not_assessed user/alice: a way may lead over arn:aws:iam::111111111111:user/bob, of which not all is known",
			"not_assessed user/bob: one of its policies is not known: the policy's document could not be read", role}},
		{name: "nobody knows which policies have the tag", change: all(quiet, func(w *world) {
			w.attach("user/alice", w.own("hers", `{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}`))
		}, allow("alice", `{"Effect":"Allow","Action":"iam:CreatePolicyVersion","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"payments"}}}`)),
			want: []string{"fail", "fail user/alice: iam:CreatePolicyVersion on arn:aws:iam::111111111111:policy/hers, ends in administrator rights, under a condition", role}},
		{name: "nobody knows who has a password", change: all(quiet, func(w *world) {
			a := w.evidence.Authorization
			a.Users = append(a.Users, collect.User{ARN: w.arn("user/bob"), Name: "bob", Inline: []collect.InlinePolicy{{Name: "reads", Document: `{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}`}}})
			w.lose(collect.CredentialReportSection, org.Throttled)
		}, allow("alice", `{"Effect":"Allow","Action":"iam:UpdateLoginProfile","Resource":"*"}`)),
			want: []string{"not_assessed because throttled", "not_assessed user/alice: a way may lead over arn:aws:iam::111111111111:user/bob, of which not all is known", "pass user/bob: " + noWay, role}},
		{name: "SCPs that are not known leave what is bad open", change: all(allow("alice", version), lost(org.SectionPolicies, org.DeniedByRole)),
			want: []string{"not_assessed because denied_by_role",
				"not_assessed user/alice: iam:CreatePolicyVersion on " + deploy + ", ends in administrator rights; SCPs may take it away, and are not all known", role}},
		{name: "and what is good stays good", change: all(quiet, lost(org.SectionPolicies, org.DeniedByRole)), want: []string{"pass", own, role}},
		{name: "nobody knows who manages Identity Center", change: all(allow("alice", permissionSets), lost(org.SectionDelegation, org.DeniedByRole)),
			want: []string{"not_assessed because denied_by_role",
				"not_assessed user/alice: a way may lead over IAM Identity Center, whose delegated administrator is not known", role}},
		{name: "nor which SCPs bind the account", change: all(allow("alice", permissionSets), lost(org.SectionDelegation, org.DeniedByRole), lost(org.SectionPolicies, org.Throttled)),
			want: []string{"not_assessed because denied_by_role",
				"not_assessed user/alice: a way may lead over IAM Identity Center, whose delegated administrator is not known", role}},
		{name: "an account that does not manage Identity Center", change: allow("alice", permissionSets), want: []string{"pass", own, role}},
		{name: "who manages it is of no matter to others", change: all(quiet, lost(org.SectionDelegation, org.DeniedByRole)), want: []string{"pass", own, role}},
		{name: "authorization details are missing", change: func(w *world) { w.lose(collect.AuthorizationSection, org.DeniedByRole) },
			want: []string{"not_assessed because denied_by_role"}},
	})
}

// TestEscalationBySomebodyElsesRole: the statements that decide stand with the item, so
// that an auditor can look them up.
func TestEscalationBySomebodyElsesRole(t *testing.T) {
	w := newWorld("aws")
	quiet(w)
	w.evidence.Authorization.Roles = append(w.evidence.Authorization.Roles, collect.Role{
		ARN: w.arn("role/runner"), Name: "runner",
		Trust: `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}}`,
	})
	w.attach("role/runner", w.library("AdministratorAccess", everythingDocument))
	allow("alice", `[{"Sid":"Pass","Effect":"Allow","Action":"iam:PassRole","Resource":"*"},{"Sid":"Make","Effect":"Allow","Action":"lambda:*","Resource":"*"}]`)(w)
	r := w.judge(t, "principal-no-escalation")
	if r.Verdict != benchmark.VerdictFail || len(r.Items) == 0 {
		t.Fatalf("%q", w.told(r))
	}
	var because []string
	for _, i := range r.Items {
		if i.Status == benchmark.Failed {
			because = append(because, i.Because...)
		}
	}
	for _, want := range []string{
		"iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction on " + w.arn("role/runner") + ", ends in administrator rights",
		`Allow: identity policy inline policy more, statement 1 ("Pass")`,
	} {
		found := false
		for _, line := range because {
			found = found || line == want
		}
		if !found {
			t.Errorf("%q is not among the reasons %q", want, because)
		}
	}
}

func TestPrincipalAdminInventory(t *testing.T) {
	const asks = "manual: a person must say whether each of them is wanted"
	administrator := func(w *world) { w.attach("user/alice", w.library("AdministratorAccess", everythingDocument)) }
	runVerdicts(t, "principal-admin-inventory", []verdictCase{
		{name: "none", want: []string{"not_applicable: nobody but the root user is an administrator"}},
		{name: "by right", change: administrator, want: []string{asks, "fact user/alice: administrator by right; MFA"}},
		{name: "under a condition", change: func(w *world) {
			w.attach("user/alice", w.own("office", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"198.51.100.0/24"}}}}`))
		}, want: []string{asks, "fact user/alice: administrator by right, under a condition; MFA"}},
		{name: "by a way to it", change: allow("alice", `{"Effect":"Allow","Action":"iam:PutUserPolicy","Resource":"*"}`),
			want: []string{asks, "fact user/alice: can become an administrator: iam:PutUserPolicy on arn:aws:iam::111111111111:user/alice, ends in administrator rights; MFA"}},
		{name: "by a way of which not all is known", change: all(allow("alice", permissionSets), lost(org.SectionDelegation, org.Throttled)),
			want: []string{asks, "not_assessed user/alice: a way to everything may lead over IAM Identity Center, whose delegated administrator is not known"}},
		{name: "not known", change: func(w *world) { w.lose(collect.AuthorizationSection, org.Throttled) }, want: []string{"not_assessed because throttled"}},
	})
}

func TestPrincipalPermissionsManagement(t *testing.T) {
	const role = "pass role/incidents: manages no permissions"
	manage := allow("alice", `{"Effect":"Allow","Action":"iam:AttachRolePolicy","Resource":"*"}`)
	runVerdicts(t, "principal-permissions-management", []verdictCase{
		{name: "nobody", want: []string{"pass", "pass user/alice: manages no permissions", role}},
		{name: "somebody", change: manage, want: []string{"fail", "fail user/alice: may do 1 action that manage permissions, such as iam:AttachRolePolicy", role}},
		{name: "somebody who may", change: all(manage, func(w *world) { w.parameters.PermissionsManagementAllowed = []string{"ali*"} }),
			want: []string{"pass", "pass user/alice: manages permissions (1 action) and may", role}},
		{name: "nobody there", change: func(w *world) { w.evidence.Authorization.Users, w.evidence.Authorization.Roles = nil, nil },
			want: []string{"not_applicable: the account has no IAM user and no role but service-linked ones"}},
		{name: "not known", change: func(w *world) { w.lose(collect.AuthorizationSection, org.Throttled) }, want: []string{"not_assessed because throttled"}},
	})
}

func TestPrivilegedUserHardwareMFA(t *testing.T) {
	administrator := func(w *world) { w.attach("user/alice", w.library("AdministratorAccess", everythingDocument)) }
	runVerdicts(t, "privileged-user-hardware-mfa", []verdictCase{
		{name: "nobody is privileged", want: []string{"not_applicable: no user with a console password is privileged"}},
		{name: "a virtual device", change: administrator, want: []string{"fail", "fail user/alice: a virtual MFA device"}},
		{name: "no virtual device", change: all(administrator, func(w *world) { w.evidence.VirtualMFADevices = nil }),
			want: []string{"pass", "pass user/alice: MFA, and no virtual device"}},
		{name: "somebody who can become one", change: allow("alice", `{"Effect":"Allow","Action":"iam:PutUserPolicy","Resource":"*"}`),
			want: []string{"fail", "fail user/alice: a virtual MFA device"}},
		{name: "no password", change: all(administrator, func(w *world) { w.report(w.rootRow(), w.idleRow("alice")) }),
			want: []string{"not_applicable: no user with a console password is privileged"}},
		{name: "an administrator whom the report lacks", change: all(administrator, func(w *world) { w.report(w.rootRow()) }),
			want: []string{"not_assessed because malformed", "not_assessed user/alice: the credential report does not tell of the user"}},
		{name: "an administrator of whom the report does not say it", change: all(administrator, func(w *world) {
			w.report(w.rootRow(), w.userRow("alice").with("password_enabled", "not_supported"))
		}), want: []string{"not_assessed because malformed", "not_assessed user/alice: the credential report does not say whether the user has a password"}},
		{name: "a way over somebody whose policies are not known", change: func(w *world) {
			a := w.evidence.Authorization
			a.Users = append(a.Users, collect.User{ARN: w.arn("user/bob"), Name: "bob"})
			w.report(w.rootRow(), w.userRow("alice"), w.userRow("bob"))
			w.attach("user/bob", w.awsPolicy("Unknown"))
			allow("alice", `{"Effect":"Allow","Action":"iam:CreateAccessKey","Resource":"*"}`)(w)
		}, want: []string{"not_assessed because malformed",
			"not_assessed user/alice: a way to more rights may lead over arn:aws:iam::111111111111:user/bob, of which not all is known",
			"not_assessed user/bob: one of its policies is not known: the policy's document could not be read"}},
		{name: "a way over Identity Center, if the account manages it", change: all(allow("alice", permissionSets), lost(org.SectionDelegation, org.Throttled)),
			want: []string{"not_assessed because throttled",
				"not_assessed user/alice: a way to more rights may lead over IAM Identity Center, whose delegated administrator is not known"}},
		{name: "somebody whom the report lacks and who is not privileged", change: func(w *world) { w.report(w.rootRow()) },
			want: []string{"not_applicable: no user with a console password is privileged"}},
		{name: "devices are not known", change: all(administrator, func(w *world) { w.lose(collect.VirtualMFASection, org.Throttled) }),
			want: []string{"not_assessed because throttled"}},
	})
}

// TestPrivilegedWithoutMFA: a policy that asks for MFA takes nothing from a user who has no
// device and may register one, since whoever has the user's key registers theirs.
func TestPrivilegedWithoutMFA(t *testing.T) {
	administrator := func(deny string) func(w *world) {
		return func(w *world) {
			w.report(w.rootRow(), w.userRow("alice").with("mfa_active", "false"))
			w.attach("user/alice", w.library("AdministratorAccess", everythingDocument))
			w.inline("user/alice", "mfa", deny)
		}
	}
	noDevices := strings.Replace(unlessMFA, `"iam:EnableMFADevice",`, "", 1)
	runVerdicts(t, "privileged-user-hardware-mfa", []verdictCase{
		{name: "may register a device", change: administrator(unlessMFA), want: []string{"fail", "fail user/alice: no MFA device"}},
		{name: "may register none", change: administrator(noDevices), want: []string{"not_applicable: no user with a console password is privileged"}},
		{name: "an SCP denies it", change: all(administrator(unlessMFA), scps(scp("p-1", `{"Effect":"Deny","Action":"iam:EnableMFADevice","Resource":"*"}`, rootID))),
			want: []string{"not_applicable: no user with a console password is privileged"}},
	})
	runVerdicts(t, "principal-admin-inventory", []verdictCase{
		{name: "may register a device", change: administrator(unlessMFA),
			want: []string{"manual: a person must say whether each of them is wanted", "fact user/alice: administrator by right, under a condition; no MFA"}},
	})
}

func TestPermissionsBoundary(t *testing.T) {
	const create = `{"Effect":"Allow","Action":["iam:CreateRole","iam:AttachRolePolicy"],"Resource":"*"}`
	const handed = `{"Effect":"Allow","Action":["iam:CreateRole","iam:AttachRolePolicy"],"Resource":"*","Condition":{"StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::111111111111:policy/boundary"}}}`
	bound := func(w *world) {
		w.userNamed("alice").Boundary = w.own("boundary", `{"Statement":{"Effect":"Allow","Action":["iam:*","s3:*"],"Resource":"*"}}`)
	}
	const boundary = "bound by arn:aws:iam::111111111111:policy/boundary"
	runVerdicts(t, "permissions-boundary", []verdictCase{
		{name: "nobody creates", want: []string{"not_applicable: nobody but administrators creates or entitles principals"}},
		{name: "without a boundary", change: allow("alice", create), want: []string{"fail", "fail user/alice: no boundary, and may do iam:CreateRole, iam:AttachRolePolicy"}},
		{name: "bound, and handing nothing on", change: all(allow("alice", create), bound),
			want: []string{"fail", "fail user/alice: " + boundary + ", and may do so without handing a boundary on: iam:CreateRole, iam:AttachRolePolicy"}},
		{name: "bound, and handing it on", change: all(allow("alice", handed), bound), want: []string{"pass", "pass user/alice: " + boundary + ", and hands it on"}},
		{name: "and able to take it off", change: all(allow("alice", handed), allow("alice", `{"Effect":"Allow","Action":"iam:DeleteRolePermissionsBoundary","Resource":"*"}`), bound),
			want: []string{"fail", "fail user/alice: " + boundary + ", and may take boundaries off"}},
		{name: "an administrator", change: func(w *world) { w.attach("user/alice", w.library("AdministratorAccess", everythingDocument)) },
			want: []string{"not_applicable: nobody but administrators creates or entitles principals"}},
		{name: "not known", change: func(w *world) { w.lose(collect.AuthorizationSection, org.Throttled) }, want: []string{"not_assessed because throttled"}},
	})
}
