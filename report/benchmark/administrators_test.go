package benchmark_test

import (
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
)

func TestUserAdminPolicy(t *testing.T) {
	runVerdicts(t, "user-admin-policy", []verdictCase{
		{name: "none; the group's does not count", change: func(w *world) { w.attach("group/developers", w.awsPolicy("AdministratorAccess")) },
			want: []string{"pass", "pass user/alice: none is attached"}},
		{name: "AWS's", change: func(w *world) {
			w.attach("user/alice", w.awsPolicy("ReadOnlyAccess"), w.awsPolicy("AdministratorAccess"))
		},
			want: []string{"fail", "fail user/alice: policy arn:aws:iam::aws:policy/AdministratorAccess is attached"}},
		{name: "the account's own of that name", change: func(w *world) { w.attach("user/alice", w.own("AdministratorAccess", `{}`)) },
			want: []string{"fail", "fail user/alice: policy arn:aws:iam::111111111111:policy/AdministratorAccess is attached"}},
		{name: "a parameter", change: func(w *world) {
			w.attach("user/alice", w.awsPolicy("AdministratorAccess"))
			w.userIn("bob")
			w.attach("user/bob", w.own("admin", `{}`))
			w.parameters.AdminPolicyNames = []string{"admin"}
		}, want: []string{"fail", "pass user/alice: none is attached", "fail user/bob: policy arn:aws:iam::111111111111:policy/admin is attached"}},
		{name: "no users", change: func(w *world) { w.evidence.Authorization.Users = nil },
			want: []string{"not_applicable: the account has no IAM user"}},
		{name: "denied", change: func(w *world) { w.lose(collect.AuthorizationSection, org.DeniedByRole) },
			want: []string{"not_assessed because denied_by_role"}},
	})
}

func TestGroupAdminPolicy(t *testing.T) {
	runVerdicts(t, "group-admin-policy", []verdictCase{
		{name: "none; a user's does not count", change: func(w *world) { w.attach("user/alice", w.awsPolicy("AdministratorAccess")) },
			want: []string{"pass", "pass group/developers: none is attached"}},
		{name: "AWS's", change: func(w *world) { w.attach("group/developers", w.awsPolicy("AdministratorAccess")) },
			want: []string{"fail", "fail group/developers: policy arn:aws:iam::aws:policy/AdministratorAccess is attached"}},
		{name: "ignore_roles is not for groups", change: func(w *world) {
			w.attach("group/developers", w.awsPolicy("AdministratorAccess"))
			w.parameters.IgnoreRoles = []string{"*"}
		}, want: []string{"fail", "fail group/developers: policy arn:aws:iam::aws:policy/AdministratorAccess is attached"}},
		{name: "no groups", change: func(w *world) { w.evidence.Authorization.Groups = nil },
			want: []string{"not_applicable: the account has no group"}},
		{name: "denied", change: func(w *world) { w.lose(collect.AuthorizationSection, org.DeniedByBoundary) },
			want: []string{"not_assessed because denied_by_boundary"}},
	})
}

func TestRoleAdminPolicy(t *testing.T) {
	const attached = ": policy arn:aws:iam::aws:policy/AdministratorAccess is attached"
	const incidents = "pass role/incidents: none is attached"
	administrator := func(path, name string) func(w *world) {
		return func(w *world) {
			w.role(path, name).Trust = `{"Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}`
			w.attach("role/"+name, w.awsPolicy("AdministratorAccess"))
		}
	}
	runVerdicts(t, "role-admin-policy", []verdictCase{
		{name: "none", want: []string{"pass", incidents}},
		{name: "a role that only EC2 can assume", change: administrator("/", "web"), want: []string{"fail", incidents, "fail role/web" + attached}},
		{name: "a service-linked role", change: administrator("/aws-service-role/x.amazonaws.com/", "AWSServiceRoleForX"),
			want: []string{"pass", incidents}},
		{name: "the role that Organizations makes", change: administrator("/", "OrganizationAccountAccessRole"),
			want: []string{"pass", incidents, "pass role/OrganizationAccountAccessRole" + attached + ", which ignore_roles allows"}},
		{name: "a permission set of that name", change: administrator("/aws-reserved/sso.amazonaws.com/", "AWSReservedSSO_AdministratorAccess_0123456789abcdef"),
			want: []string{"pass", incidents, "pass role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_AdministratorAccess_0123456789abcdef" + attached + ", which ignore_roles allows"}},
		{name: "another permission set", change: administrator("/aws-reserved/sso.amazonaws.com/", "AWSReservedSSO_Developers_0123456789abcdef"),
			want: []string{"fail", incidents, "fail role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Developers_0123456789abcdef" + attached}},
		{name: "a parameter", change: func(w *world) {
			administrator("/", "OrganizationAccountAccessRole")(w)
			w.parameters.IgnoreRoles = nil
		}, want: []string{"fail", incidents, "fail role/OrganizationAccountAccessRole" + attached}},
		{name: "service-linked roles alone", change: nobody, want: []string{"not_applicable: the account has no role of its own"}},
		{name: "failed", change: func(w *world) { w.lose(collect.AuthorizationSection, org.Failed) },
			want: []string{"not_assessed because failed"}},
	})
}

func TestAdminGroupMFA(t *testing.T) {
	const resource = " group/developers: AdministratorAccess, and "
	// group is the group of administrators with alice and so many more members.
	group := func(more ...string) func(w *world) {
		return func(w *world) {
			w.attach("group/developers", w.awsPolicy("AdministratorAccess"))
			for _, name := range more {
				w.userIn(name, "developers")
			}
		}
	}
	runVerdicts(t, "admin-group-mfa", []verdictCase{
		{name: "no group of administrators", change: func(w *world) { w.report(w.rootRow(), w.idleRow("alice")) },
			want: []string{"pass", "pass group/developers: the group does not have AdministratorAccess"}},
		{name: "MFA", change: group(), want: []string{"pass", "pass" + resource + "MFA for 1 member"}},
		{name: "one member without MFA, who has no password either", change: func(w *world) {
			group("bob")(w)
			w.report(w.rootRow(), w.userRow("alice"), w.idleRow("bob"))
		}, want: []string{"fail", "fail" + resource + "1 of 2 members without MFA: user/bob"}},
		{name: "a member of another group", change: func(w *world) {
			group()(w)
			w.userIn("bob", "guests")
			w.report(w.rootRow(), w.userRow("alice"), w.idleRow("bob"))
		}, want: []string{"pass", "pass" + resource + "MFA for 1 member"}},
		{name: "no member", change: func(w *world) {
			group()(w)
			w.evidence.Authorization.Users[0].Groups = nil
		}, want: []string{"pass", "pass" + resource + "no member"}},
		{name: "a member who is newer than the report", change: group("bob"),
			want: []string{"not_assessed because malformed", "not_assessed group/developers: the credential report has no row for user/bob"}},
		{name: "one without MFA is enough, whoever else is not known", change: func(w *world) {
			group("bob")(w)
			w.report(w.rootRow(), w.idleRow("alice"))
		}, want: []string{"fail", "fail" + resource + "1 of 2 members without MFA: user/alice"}},
		{name: "a policy of the account with the same name", change: func(w *world) {
			w.attach("group/developers", w.own("AdministratorAccess", `{}`))
		}, want: []string{"pass", "pass group/developers: the group does not have AdministratorAccess"}},
		{name: "no groups", change: func(w *world) { w.evidence.Authorization.Groups = nil },
			want: []string{"not_applicable: the account has no group"}},
		{name: "no report", change: func(w *world) { w.lose(collect.CredentialReportSection, org.DeniedBySCP) },
			want: []string{"not_assessed because denied_by_scp"}},
		{name: "no authorization details", change: func(w *world) { w.lose(collect.AuthorizationSection, org.Throttled) },
			want: []string{"not_assessed because throttled"}},
	})
}
