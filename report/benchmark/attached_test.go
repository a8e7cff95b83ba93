package benchmark_test

import (
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
)

// nobody removes all users, groups and roles, and leaves a service-linked role.
func nobody(w *world) {
	bare(w)
	a := w.evidence.Authorization
	a.Users, a.Groups, a.Roles = nil, nil, nil
	w.role("/aws-service-role/support.amazonaws.com/", "AWSServiceRoleForSupport")
}

const noHolders = "not_applicable: the account has no user, no group and no role of its own"

func TestNoInlinePolicies(t *testing.T) {
	tmp := []collect.InlinePolicy{{Name: "tmp", Document: `{"Statement":[]}`}}
	const (
		alice      = "pass user/alice: no inline policy"
		developers = "pass group/developers: no inline policy"
		incidents  = "pass role/incidents: no inline policy"
	)
	runVerdicts(t, "no-inline-policies", []verdictCase{
		{name: "none", want: []string{"pass", alice, developers, incidents}},
		{name: "one each", change: func(w *world) {
			a := w.evidence.Authorization
			a.Users[0].Inline, a.Groups[0].Inline, a.Roles[0].Inline = tmp, tmp, tmp
		}, want: []string{
			"fail",
			"fail user/alice/tmp: inline policy tmp stands in the user",
			"fail group/developers/tmp: inline policy tmp stands in the group",
			"fail role/incidents/tmp: inline policy tmp stands in the role",
		}},
		{name: "each policy is an item", change: func(w *world) {
			w.evidence.Authorization.Roles[0].Inline = []collect.InlinePolicy{{Name: "a"}, {Name: "b"}}
		}, want: []string{
			"fail", alice, developers,
			"fail role/incidents/a: inline policy a stands in the role",
			"fail role/incidents/b: inline policy b stands in the role",
		}},
		{name: "a role that the console made for a service", change: func(w *world) {
			w.role("/service-role/", "lambda-exec").Inline = tmp
		}, want: []string{
			"fail", alice, developers, incidents,
			"fail role/service-role/lambda-exec/tmp: inline policy tmp stands in the role",
		}},
		{name: "a service-linked role", change: func(w *world) {
			w.role("/aws-service-role/ops.apigateway.amazonaws.com/", "AWSServiceRoleForAPIGateway").Inline = tmp
		}, want: []string{"pass", alice, developers, incidents}},
		{name: "nobody but a service-linked role", change: nobody, want: []string{noHolders}},
		{name: "denied", change: func(w *world) { w.lose(collect.AuthorizationSection, org.DeniedBySCP) },
			want: []string{"not_assessed because denied_by_scp"}},
	})
}

func TestBroadManagedPolicies(t *testing.T) {
	const (
		alice      = "pass user/alice: none is attached"
		developers = "pass group/developers: none is attached"
		incidents  = "pass role/incidents: none is attached"
	)
	runVerdicts(t, "broad-managed-policies", []verdictCase{
		{name: "none", want: []string{"pass", alice, developers, incidents}},
		{name: "below a path too", change: func(w *world) {
			w.attach("user/alice", w.awsPolicy("PowerUserAccess"), w.awsPolicy("job-function/DataScientist"))
		}, want: []string{
			"fail",
			"fail user/alice/PowerUserAccess: the user has arn:aws:iam::aws:policy/PowerUserAccess",
			"fail user/alice/DataScientist: the user has arn:aws:iam::aws:policy/job-function/DataScientist",
			developers, incidents,
		}},
		{name: "a policy of the account with the same name", change: func(w *world) { w.attach("role/incidents", w.own("PowerUserAccess", `{}`)) },
			want: []string{"pass", alice, developers, incidents}},
		{name: "a parameter", change: func(w *world) { w.parameters.BroadManagedPolicies = []string{"AWSSupportAccess"} }, want: []string{
			"fail", alice, developers,
			"fail role/incidents/AWSSupportAccess: the role has arn:aws:iam::aws:policy/AWSSupportAccess",
		}},
		{name: "China", partition: "aws-cn", change: func(w *world) { w.attach("group/developers", w.awsPolicy("IAMFullAccess")) }, want: []string{
			"fail", alice,
			"fail group/developers/IAMFullAccess: the group has arn:aws-cn:iam::aws:policy/IAMFullAccess",
			incidents,
		}},
		{name: "nobody but a service-linked role", change: nobody, want: []string{noHolders}},
		{name: "timed out", change: func(w *world) { w.lose(collect.AuthorizationSection, org.TimedOut) },
			want: []string{"not_assessed because timed_out"}},
	})
}

// The control always applies: an account of nobody has nobody with the policy.
func TestCloudshellRestricted(t *testing.T) {
	const none = "pass users, groups and roles of account " + memberID + ": no user, group or role has it"
	everybody := func(w *world) {
		for _, principal := range []string{"user/alice", "group/developers", "role/incidents"} {
			w.attach(principal, w.awsPolicy("AWSCloudShellFullAccess"))
		}
	}
	runVerdicts(t, "cloudshell-restricted", []verdictCase{
		{name: "none", want: []string{"pass", none}},
		{name: "nobody at all", change: nobody, want: []string{"pass", none}},
		{name: "a user, a group and a role", change: everybody, want: []string{
			"fail",
			"fail user/alice: the user has AWSCloudShellFullAccess",
			"fail group/developers: the group has AWSCloudShellFullAccess",
			"fail role/incidents: the role has AWSCloudShellFullAccess",
		}},
		{name: "some are allowed, by name and by ARN", change: func(w *world) {
			everybody(w)
			w.parameters.AllowPrincipals = []string{"inc*", w.arn("user/*")}
		}, want: []string{
			"fail",
			"pass user/alice: the user has AWSCloudShellFullAccess, which allow_principals allows",
			"fail group/developers: the group has AWSCloudShellFullAccess",
			"pass role/incidents: the role has AWSCloudShellFullAccess, which allow_principals allows",
		}},
		{name: "a policy of the account with the same name", change: func(w *world) {
			w.attach("role/incidents", w.own("AWSCloudShellFullAccess", `{}`))
		}, want: []string{"pass", none}},
		{name: "GovCloud", partition: "aws-us-gov", change: func(w *world) { w.attach("role/incidents", w.awsPolicy("AWSCloudShellFullAccess")) },
			want: []string{"fail", "fail role/incidents: the role has AWSCloudShellFullAccess"}},
		{name: "denied", change: func(w *world) { w.lose(collect.AuthorizationSection, org.DeniedByRole) },
			want: []string{"not_assessed because denied_by_role"}},
	})
}

// The control always applies: an account without any role has none for auditors.
func TestSecurityAuditRole(t *testing.T) {
	const resource = " roles of account " + memberID + ": "
	runVerdicts(t, "securityaudit-role", []verdictCase{
		{name: "a role", change: func(w *world) { w.attach("role/incidents", w.awsPolicy("SecurityAudit")) },
			want: []string{"pass", "pass" + resource + "role incidents has SecurityAudit"}},
		{name: "none", want: []string{"fail", "fail" + resource + "none of 1 roles has it"}},
		{name: "a user", change: func(w *world) { w.attach("user/alice", w.awsPolicy("SecurityAudit")) },
			want: []string{"fail", "fail" + resource + "none of 1 roles has it"}},
		{name: "a policy of the account with the same name", change: func(w *world) { w.attach("role/incidents", w.own("SecurityAudit", `{}`)) },
			want: []string{"fail", "fail" + resource + "none of 1 roles has it"}},
		{name: "no role at all", change: func(w *world) { w.evidence.Authorization.Roles = nil },
			want: []string{"fail", "fail" + resource + "none of 0 roles has it"}},
		{name: "throttled", change: func(w *world) { w.lose(collect.AuthorizationSection, org.Throttled) },
			want: []string{"not_assessed because throttled"}},
	})
}
