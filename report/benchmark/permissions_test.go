package benchmark_test

import (
	"testing"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
)

func TestUserPermissionsViaGroups(t *testing.T) {
	runVerdicts(t, "user-permissions-via-groups", []verdictCase{
		{name: "through a group", want: []string{"pass", "pass user/alice: no policy on the user"}},
		{name: "an attached policy", change: func(w *world) { w.attach("user/alice", w.awsPolicy("ReadOnlyAccess")) },
			want: []string{"fail", "fail user/alice/ReadOnlyAccess: policy arn:aws:iam::aws:policy/ReadOnlyAccess is attached to the user"}},
		{name: "an inline policy", change: func(w *world) {
			w.evidence.Authorization.Users[0].Inline = []collect.InlinePolicy{{Name: "tmp", Document: `{"Statement":[]}`}}
		}, want: []string{"fail", "fail user/alice/tmp: inline policy tmp stands in the user"}},
		{name: "each policy is an item", change: func(w *world) {
			w.attach("user/alice", w.awsPolicy("ReadOnlyAccess"), w.arn("policy/deploy"))
			w.evidence.Authorization.Users[0].Inline = []collect.InlinePolicy{{Name: "tmp"}}
			w.evidence.Authorization.Users = append(w.evidence.Authorization.Users, collect.User{ARN: w.arn("user/team/bob"), Name: "bob"})
		}, want: []string{
			"fail",
			"fail user/alice/ReadOnlyAccess: policy arn:aws:iam::aws:policy/ReadOnlyAccess is attached to the user",
			"fail user/alice/deploy: policy arn:aws:iam::111111111111:policy/deploy is attached to the user",
			"fail user/alice/tmp: inline policy tmp stands in the user",
			"pass user/team/bob: no policy on the user",
		}},
		{name: "a permissions boundary grants nothing", change: func(w *world) {
			w.evidence.Authorization.Users[0].Boundary = w.awsPolicy("PowerUserAccess")
		}, want: []string{"pass", "pass user/alice: no policy on the user"}},
		{name: "no users", change: func(w *world) { w.evidence.Authorization.Users = nil },
			want: []string{"not_applicable: the account has no IAM user"}},
		{name: "denied", change: func(w *world) { w.lose(collect.AuthorizationSection, org.DeniedBySCP) },
			want: []string{"not_assessed because denied_by_scp"}},
		{name: "said to be read, and not there", change: func(w *world) { w.evidence.Authorization = nil },
			want: []string{"not_assessed because malformed"}},
	})
}

// bare removes every policy and attachment, so that a case shows its own alone.
func bare(w *world) {
	a := w.evidence.Authorization
	a.Policies = nil
	a.Users[0].Attached, a.Groups[0].Attached, a.Roles[0].Attached = nil, nil, nil
	a.Users[0].Inline, a.Groups[0].Inline, a.Roles[0].Inline = nil, nil, nil
	clear(w.managed)
}

// attached is a world in which the group has one policy of the account, with that document.
func attached(document string) func(w *world) {
	return func(w *world) {
		bare(w)
		w.attach("group/developers", w.own("p", document))
	}
}

const allowEverything = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

func TestPolicyNoFullAdmin(t *testing.T) {
	const resource = "policy/p: "
	const to = "; attached to group/developers"
	const administrator = "arn:aws:iam::aws:policy/AdministratorAccess: "
	runVerdicts(t, "policy-no-full-admin", []verdictCase{
		{name: "narrow policies", want: []string{
			"pass",
			"pass policy/deploy: no such grant" + to,
			"pass arn:aws:iam::aws:policy/AWSSupportAccess: no such grant; attached to role/incidents",
		}},
		{name: "star on star", change: attached(allowEverything),
			want: []string{"fail", "fail " + resource + `Action "*" on Resource "*"` + to}},
		{name: "*:* in a list", change: attached(`{"Statement":{"Effect":"Allow","Action":["s3:Get*","*:*"],"Resource":"*"}}`),
			want: []string{"fail", "fail " + resource + `Action "*:*" on Resource "*"` + to}},
		{name: "a list of resources that holds a star", change: attached(`{"Statement":{"Effect":"Allow","Action":"*","Resource":["arn:aws:s3:::logs","*"]}}`),
			want: []string{"fail", "fail " + resource + `Action "*" on Resource "*"` + to}},
		{name: "every action on one resource", change: attached(`{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::logs/*"}}`),
			want: []string{"pass", "pass " + resource + "no such grant" + to}},
		{name: "every resource but one", change: attached(`{"Statement":{"Effect":"Allow","Action":"*","NotResource":"arn:aws:s3:::logs"}}`),
			want: []string{"fail", "fail " + resource + `Action "*" on NotResource "arn:aws:s3:::logs"` + to}},
		{name: "all but one service", change: attached(`{"Statement":{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}}`),
			want: []string{"fail", "fail " + resource + `NotAction "s3:*" on Resource "*"` + to}},
		{name: "all but IAM is too much still", change: attached(`{"Statement":{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}}`),
			want: []string{"fail", "fail " + resource + `NotAction "iam:*" on Resource "*"` + to}},
		{name: "all but those that change who may do what", change: attached(`{"Statement":{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"}}`),
			want: []string{"pass", "pass " + resource + "no such grant" + to}},
		{name: "services whose prefix others do not know", change: attached(`{"Statement":{"Effect":"Allow","Action":["elasticloadbalancing:*","sso:*"],"Resource":"*"}}`),
			want: []string{"pass", "pass " + resource + "no such grant" + to}},
		{name: "a condition is told and does not help", change: attached(`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}}`),
			want: []string{"fail", "fail " + resource + `Action "*" on Resource "*", under a condition` + to}},
		{name: "a deny is told and does not help", change: attached(`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*"}]}`),
			want: []string{"fail", "fail " + resource + `Action "*" on Resource "*", beside a deny of everything` + to}},
		{name: "a deny alone", change: attached(`{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`),
			want: []string{"pass", "pass " + resource + "no such grant" + to}},
		{name: "AWS's own AdministratorAccess", change: func(w *world) {
			bare(w)
			w.attach("role/incidents", w.library("AdministratorAccess", allowEverything))
		}, want: []string{"fail", "fail " + administrator + `Action "*" on Resource "*"; attached to role/incidents`}},
		{name: "AWS's own, and those are ignored", change: func(w *world) {
			w.attach("role/incidents", w.library("AdministratorAccess", allowEverything))
			w.parameters.IgnoreAWSManaged = true
		}, want: []string{"pass", "pass policy/deploy: no such grant" + to}},
		{name: "AWS's own alone, and those are ignored", change: func(w *world) {
			bare(w)
			w.attach("role/incidents", w.library("AdministratorAccess", allowEverything))
			w.parameters.IgnoreAWSManaged = true
		}, want: []string{"not_applicable: no managed policy is attached to a user, group or role"}},
		{name: "GovCloud", partition: "aws-us-gov", change: func(w *world) {
			bare(w)
			w.attach("role/incidents", w.library("AdministratorAccess", allowEverything))
		}, want: []string{"fail", `fail arn:aws-us-gov:iam::aws:policy/AdministratorAccess: Action "*" on Resource "*"; attached to role/incidents`}},
		{name: "attached to many", change: func(w *world) {
			bare(w)
			arn := w.library("AdministratorAccess", allowEverything)
			for _, principal := range []string{"user/alice", "group/developers", "role/incidents"} {
				w.attach(principal, arn)
			}
			w.evidence.Authorization.Roles = append(w.evidence.Authorization.Roles,
				collect.Role{ARN: w.arn("role/a"), Name: "a"}, collect.Role{ARN: w.arn("role/path/b"), Name: "b"})
			w.attach("role/a", arn)
			w.attach("role/b", arn)
		}, want: []string{"fail", "fail " + administrator + `Action "*" on Resource "*"; attached to user/alice, group/developers, role/incidents and 2 more`}},
		{name: "attached to nobody", change: func(w *world) { w.own("p", allowEverything) }, want: []string{
			"pass",
			"pass policy/deploy: no such grant" + to,
			"pass arn:aws:iam::aws:policy/AWSSupportAccess: no such grant; attached to role/incidents",
		}},
		{name: "a boundary alone", change: func(w *world) {
			bare(w)
			arn := w.own("p", allowEverything)
			w.evidence.Authorization.Roles[0].Boundary, w.evidence.Authorization.Users[0].Boundary = arn, arn
		}, want: []string{"not_applicable: no managed policy is attached to a user, group or role"}},
		{name: "a version that is not in force", change: func(w *world) {
			attached(`{"Statement":[]}`)(w)
			p := &w.evidence.Authorization.Policies[0]
			p.Versions = append(p.Versions, collect.PolicyVersion{ID: "v3", Document: allowEverything})
		}, want: []string{"pass", "pass " + resource + "no such grant" + to}},
		{name: "the version in force is not there", change: func(w *world) {
			attached(allowEverything)(w)
			w.evidence.Authorization.Policies[0].Default = "v9"
		}, want: []string{"not_assessed because malformed", "not_assessed " + resource + "the policy's document could not be read"}},
		{name: "AWS's document that nobody could read", change: func(w *world) {
			w.attach("role/incidents", w.awsPolicy("AdministratorAccess"))
			w.evidence.Gaps = append(w.evidence.Gaps,
				org.Gap{Section: collect.ManagedPoliciesSection, Subject: w.awsPolicy("PowerUserAccess"), Cause: org.Throttled},
				org.Gap{Section: collect.ManagedPoliciesSection, Subject: w.awsPolicy("AdministratorAccess"), Cause: org.DeniedBySCP})
		}, want: []string{
			"not_assessed because denied_by_scp",
			"pass policy/deploy: no such grant" + to,
			"pass arn:aws:iam::aws:policy/AWSSupportAccess: no such grant; attached to role/incidents",
			"not_assessed " + administrator + "the policy's document could not be read",
		}},
		{name: "AWS's document that was older than allowed, and could not be read again", change: func(w *world) {
			w.readAgain("AWSSupportAccess", time.Hour)
		}, want: []string{
			"not_assessed because throttled",
			"pass policy/deploy: no such grant" + to,
			"not_assessed arn:aws:iam::aws:policy/AWSSupportAccess: the policy's document could not be read",
		}},
		{name: "AWS's document that another account brought after this one had tried", change: func(w *world) {
			w.readAgain("AWSSupportAccess", -time.Hour)
		}, want: []string{
			"pass",
			"pass policy/deploy: no such grant" + to,
			"pass arn:aws:iam::aws:policy/AWSSupportAccess: no such grant; attached to role/incidents",
		}},
		{name: "AWS's document that is missing without a cause", change: func(w *world) {
			bare(w)
			w.attach("role/incidents", w.awsPolicy("AdministratorAccess"))
		}, want: []string{"not_assessed because malformed", "not_assessed " + administrator + "the policy's document could not be read"}},
		{name: "a document that cannot be understood", change: attached(`{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}`),
			want: []string{"not_assessed because malformed", "not_assessed " + resource +
				`the policy's document could not be understood: statement 1: Effect: want Allow or Deny, got "allow"`}},
		{name: "a fail stands, whatever else is not known", change: func(w *world) {
			attached(allowEverything)(w)
			w.attach("role/incidents", w.awsPolicy("ReadOnlyAccess"))
		}, want: []string{
			"fail",
			"fail " + resource + `Action "*" on Resource "*"` + to,
			"not_assessed arn:aws:iam::aws:policy/ReadOnlyAccess: the policy's document could not be read",
		}},
		{name: "denied", change: func(w *world) { w.lose(collect.AuthorizationSection, org.DeniedByRole) },
			want: []string{"not_assessed because denied_by_role"}},
		{name: "said to be read, and not there", change: func(w *world) { w.evidence.Authorization = nil },
			want: []string{"not_assessed because malformed"}},
	})
}

// The control always applies: an account without any role has none for AWS Support.
func TestSupportRole(t *testing.T) {
	const resource = " roles of account " + memberID + ": "
	only := func(principal string, policy func(w *world) string) func(w *world) {
		return func(w *world) {
			bare(w)
			w.attach(principal, policy(w))
		}
	}
	support := func(w *world) string { return w.awsPolicy("AWSSupportAccess") }
	runVerdicts(t, "support-role", []verdictCase{
		{name: "a role", want: []string{"pass", "pass" + resource + "role incidents has AWSSupportAccess"}},
		{name: "no role has it", change: bare, want: []string{"fail", "fail" + resource + "none of 1 roles has it"}},
		{name: "no role at all", change: func(w *world) { w.evidence.Authorization.Roles = nil },
			want: []string{"fail", "fail" + resource + "none of 0 roles has it"}},
		{name: "a user", change: only("user/alice", support), want: []string{"fail", "fail" + resource + "none of 1 roles has it"}},
		{name: "a group", change: only("group/developers", support), want: []string{"fail", "fail" + resource + "none of 1 roles has it"}},
		{name: "a policy of the account with the same name", change: only("role/incidents", func(w *world) string {
			return w.own("AWSSupportAccess", `{"Statement":[]}`)
		}), want: []string{"fail", "fail" + resource + "none of 1 roles has it"}},
		{name: "the policy of AWS's own service-linked role", change: only("role/incidents", func(w *world) string {
			return w.awsPolicy("aws-service-role/AWSSupportServiceRolePolicy")
		}), want: []string{"fail", "fail" + resource + "none of 1 roles has it"}},
		{name: "a parameter", change: func(w *world) { w.parameters.SupportPolicies = []string{"job-function/Support"} },
			want: []string{"fail", "fail" + resource + "none of 1 roles has it"}},
		{name: "one of several that would do", change: func(w *world) {
			only("role/incidents", func(w *world) string { return w.awsPolicy("AWSSupportPlansFullAccess") })(w)
			w.parameters.SupportPolicies = []string{"AWSSupportAccess", "AWSSupportPlansFullAccess"}
		}, want: []string{"pass", "pass" + resource + "role incidents has AWSSupportPlansFullAccess"}},
		{name: "GovCloud", partition: "aws-us-gov", want: []string{"pass", "pass" + resource + "role incidents has AWSSupportAccess"}},
		{name: "China", partition: "aws-cn", want: []string{"pass", "pass" + resource + "role incidents has AWSSupportAccess"}},
		{name: "the policy of another partition", partition: "aws-cn", change: only("role/incidents", func(*world) string {
			return "arn:aws:iam::aws:policy/AWSSupportAccess"
		}), want: []string{"fail", "fail" + resource + "none of 1 roles has it"}},
		{name: "timed out", change: func(w *world) { w.lose(collect.AuthorizationSection, org.TimedOut) },
			want: []string{"not_assessed because timed_out"}},
	})
}

// readAgain makes a gap of an AWS-managed policy, so long after its text was read.
func (w *world) readAgain(name string, later time.Duration) {
	arn := w.awsPolicy(name)
	w.managed[arn].ReadAt = w.evidence.EndedAt
	w.evidence.Gaps = append(w.evidence.Gaps, org.Gap{
		Section: collect.ManagedPoliciesSection, Subject: arn, Cause: org.Throttled, At: w.evidence.EndedAt.Add(later),
	})
}
