package benchmark_test

import (
	"testing"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
)

func TestRoleUnused(t *testing.T) {
	const old = "not_applicable: the account has no role of its own that is 60 days old"
	role := func(created, used time.Time) func(w *world) {
		return func(w *world) {
			r := &w.evidence.Authorization.Roles[0]
			r.Created, r.LastUsed = created, used
		}
	}
	back := func(days int) time.Time { return listed().AddDate(0, 0, -days) }
	runVerdicts(t, "role-unused", []verdictCase{
		{name: "in use", want: []string{"pass", "pass role/incidents: last used 2026-09-27, 3 days before it was read"}},
		{name: "60 days", change: role(back(400), back(60)),
			want: []string{"pass", "pass role/incidents: last used 2026-08-01, 60 days before it was read"}},
		{name: "a second less than 61 days", change: role(back(400), back(61).Add(second)),
			want: []string{"pass", "pass role/incidents: last used 2026-07-31, 60 days before it was read"}},
		{name: "61 days", change: role(back(400), back(61)),
			want: []string{"fail", "fail role/incidents: last used 2026-07-31, 61 days before it was read"}},
		{name: "never used", change: role(back(60), time.Time{}),
			want: []string{"fail", "fail role/incidents: made 60 days before it was read, no use in the 400 days that AWS tracks"}},
		{name: "never used and young", change: role(back(60).Add(second), time.Time{}), want: []string{old}},
		{name: "used and young", change: role(back(5), back(1)), want: []string{old}},
		{name: "a parameter", change: func(w *world) {
			role(back(400), back(61))(w)
			w.parameters.MaxRoleIdleDays = 90
		}, want: []string{"pass", "pass role/incidents: last used 2026-07-31, 61 days before it was read"}},
		{name: "a service-linked role", change: func(w *world) {
			w.role("/aws-service-role/x.amazonaws.com/", "AWSServiceRoleForX").LastUsed = time.Time{}
		}, want: []string{"pass", "pass role/incidents: last used 2026-09-27, 3 days before it was read"}},
		{name: "a role of Identity Center and one that the console made", change: func(w *world) {
			w.role("/aws-reserved/sso.amazonaws.com/", "AWSReservedSSO_Audit_0123456789abcdef").LastUsed = time.Time{}
			w.role("/service-role/", "lambda-exec").LastUsed = back(100)
		}, want: []string{
			"fail",
			"pass role/incidents: last used 2026-09-27, 3 days before it was read",
			"fail role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Audit_0123456789abcdef: made 365 days before it was read, no use in the 400 days that AWS tracks",
			"fail role/service-role/lambda-exec: last used 2026-06-22, 100 days before it was read",
		}},
		{name: "no date of its making", change: role(time.Time{}, time.Time{}),
			want: []string{"not_assessed because malformed", "not_assessed role/incidents: IAM does not say when the role was made"}},
		{name: "used a day after it was read", change: role(back(400), back(-1)),
			want: []string{"not_assessed because malformed", "not_assessed role/incidents: IAM holds a last use that is later than the list of roles itself"}},
		{name: "no roles", change: func(w *world) { w.evidence.Authorization.Roles = nil }, want: []string{old}},
		{name: "denied", change: func(w *world) { w.lose(collect.AuthorizationSection, org.DeniedByRole) },
			want: []string{"not_assessed because denied_by_role"}},
	})
}

func TestPolicyUnused(t *testing.T) {
	const deploy = "pass policy/deploy: attached to group/developers"
	runVerdicts(t, "policy-unused", []verdictCase{
		{name: "attached", want: []string{"pass", deploy}},
		{name: "attached to nobody, whatever AWS's count says", change: func(w *world) {
			w.own("left-over", `{"Statement":[]}`)
			w.evidence.Authorization.Policies[1].Attachments = 1
		}, want: []string{"fail", deploy, "fail policy/left-over: attached to nobody"}},
		{name: "attached to a group without members", change: func(w *world) { w.evidence.Authorization.Users[0].Groups = nil },
			want: []string{"fail", "fail policy/deploy: attached to groups without members only: group/developers"}},
		{name: "attached to a group without members and to a role", change: func(w *world) {
			w.evidence.Authorization.Users[0].Groups = nil
			w.attach("role/incidents", w.arn("policy/deploy"))
		}, want: []string{"pass", "pass policy/deploy: attached to role/incidents"}},
		{name: "a permissions boundary", change: func(w *world) {
			arn := w.own("boundary", `{"Statement":[]}`)
			w.evidence.Authorization.Users[0].Boundary, w.evidence.Authorization.Roles[0].Boundary = arn, arn
		}, want: []string{"pass", deploy, "pass policy/boundary: permissions boundary of user/alice, role/incidents"}},
		{name: "none", change: bare, want: []string{"not_applicable: the account has no customer-managed policy"}},
		{name: "denied", change: func(w *world) { w.lose(collect.AuthorizationSection, org.DeniedBySCP) },
			want: []string{"not_assessed because denied_by_scp"}},
	})
}
