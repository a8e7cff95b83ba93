package benchmark_test

import (
	"testing"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
)

const notAsked = "manual: last-accessed data was not collected (collect.last_accessed is off)"

// usedBy replaces what IAM knows of principals by one of them.
func usedBy(principal string, services ...collect.ServiceAccess) func(w *world) {
	return func(w *world) {
		w.evidence.LastAccessed = nil
		w.used(principal, services...)
	}
}

// never is a service that was not used in the tracking period.
func never(namespace string) collect.ServiceAccess {
	return collect.ServiceAccess{Namespace: namespace}
}

// madeAgo makes carol and the role as old as that.
func madeAgo(days int) func(w *world) {
	return func(w *world) {
		w.evidence.Authorization.Users[1].Created = listed().Add(-time.Duration(days) * day)
		w.evidence.Authorization.Roles[0].Created = listed().Add(-time.Duration(days) * day)
	}
}

func both(changes ...func(w *world)) func(w *world) {
	return func(w *world) {
		for _, c := range changes {
			c(w)
		}
	}
}

// TestLastAccessedOff: what nobody asked for is a person's to look at; what was asked for and
// could not be read is not assessed.
func TestLastAccessedOff(t *testing.T) {
	const whole = "not_assessed privileged principals of account 111111111111: last-accessed data could not be read: denied: the audit role lacks the permission"
	for _, control := range []string{"access-unused-services", "role-stale-bedrock", "user-stale-bedrock", "user-stale-sagemaker"} {
		t.Run(control, func(t *testing.T) {
			off := func(w *world) {
				w.lose(collect.LastAccessedSection, org.NotCollected)
				w.evidence.Gaps, w.evidence.LastAccessed = nil, nil
			}
			runGoodVerdicts(t, control, []verdictCase{
				{name: "off", change: off, want: []string{notAsked}},
				{name: "denied", change: func(w *world) { w.lose(collect.LastAccessedSection, org.DeniedByRole) }, want: []string{"not_assessed because denied_by_role", whole}},
				{name: "authorization details denied", change: both(off, func(w *world) { w.lose(collect.AuthorizationSection, org.DeniedByRole) }),
					want: []string{"not_assessed because denied_by_role"}},
			})
		})
	}
}

func TestAccessUnusedServices(t *testing.T) {
	incidents := usedBy("role/incidents", service("s3", 91), service("ec2", 90), never("rds"))
	runGoodVerdicts(t, "access-unused-services", []verdictCase{
		{name: "all in use", want: []string{"pass", "pass user/carol: all of 2 services in use", "pass role/incidents: all of 1 service in use"}},
		{name: "at the limit and past it", change: incidents, want: []string{"fail", "fail role/incidents: 2 of 3 services not used: rds, s3"}},
		{name: "a young role has not used everything yet", change: both(madeAgo(90), usedBy("role/incidents", never("rds"))),
			want: []string{"pass", "pass role/incidents: all of 1 service in use"}},
		{name: "a role of a day more has had its time", change: both(madeAgo(91), usedBy("role/incidents", never("rds"))),
			want: []string{"fail", "fail role/incidents: 1 of 1 service not used: rds"}},
		{name: "many", change: usedBy("role/incidents", never("a"), never("b"), never("c"), never("d"), never("e"), never("f"), never("g")),
			want: []string{"fail", "fail role/incidents: 7 of 7 services not used: a, b, c, d, e and 2 more"}},
		{name: "nobody is privileged", change: func(w *world) { w.evidence.LastAccessed = nil }, want: []string{"not_applicable: the account has no privileged principal"}},
		{name: "one could not be read", change: func(w *world) {
			usedBy("user/carol", service("s3", 1))(w)
			w.evidence.Gaps = append(w.evidence.Gaps, org.Gap{Section: collect.LastAccessedSection, Account: memberID, Subject: w.arn("role/incidents"), Cause: org.TimedOut})
		}, want: []string{
			"not_assessed because timed_out", "pass user/carol: all of 1 service in use", "not_assessed role/incidents: last-accessed data could not be read: timed out",
		}},
		{name: "none could be read", change: func(w *world) {
			w.evidence.LastAccessed = nil
			w.lose(collect.LastAccessedSection, org.TimedOut)
			w.evidence.Gaps[0].Subject = w.arn("role/incidents")
		}, want: []string{"not_assessed because timed_out", "not_assessed role/incidents: last-accessed data could not be read: timed out"}},
	})
}

func TestRoleStaleBedrock(t *testing.T) {
	runGoodVerdicts(t, "role-stale-bedrock", []verdictCase{
		{name: "in use", want: []string{"pass", "pass role/incidents: last used 2026-09-29, 1 day before the list"}},
		{name: "at the limit", change: usedBy("role/incidents", service("bedrock", 60)), want: []string{"pass", "pass role/incidents: last used 2026-08-01, 60 days before the list"}},
		{name: "past the limit", change: usedBy("role/incidents", service("s3", 1), service("bedrock", 61)),
			want: []string{"fail", "fail role/incidents: last used 2026-07-31, 61 days before the list"}},
		{name: "another limit", change: both(usedBy("role/incidents", service("bedrock", 61)), func(w *world) { w.parameters.MaxUnusedBedrockAccessDays = 61 }),
			want: []string{"pass", "pass role/incidents: last used 2026-07-31, 61 days before the list"}},
		{name: "never", change: usedBy("role/incidents", never("bedrock")),
			want: []string{"fail", "fail role/incidents: never used in the tracking period; made 2024-09-30, 730 days before the list"}},
		{name: "never, by a young role", change: both(madeAgo(60), usedBy("role/incidents", never("bedrock"))),
			want: []string{"pass", "pass role/incidents: never used in the tracking period; made 2026-08-01, 60 days before the list"}},
		{name: "never, by a role of which nobody knows how old it is", change: usedBy("role/gone", never("bedrock")),
			want: []string{"fail", "fail role/gone: never used in the tracking period"}},
		{name: "may not use it", change: usedBy("role/incidents", service("s3", 1)), want: []string{"not_applicable: no role may use Bedrock"}},
		{name: "only a user may", change: usedBy("user/carol", service("bedrock", 300)), want: []string{"not_applicable: no role may use Bedrock"}},
		{name: "a user could not be read, which is not this control's", change: func(w *world) {
			w.evidence.Gaps = append(w.evidence.Gaps, org.Gap{Section: collect.LastAccessedSection, Account: memberID, Subject: w.arn("user/bob"), Cause: org.TimedOut})
		}, want: []string{"pass", "pass role/incidents: last used 2026-09-29, 1 day before the list"}},
	})
}

func TestUserStaleBedrock(t *testing.T) {
	runGoodVerdicts(t, "user-stale-bedrock", []verdictCase{
		{name: "in use", want: []string{"pass", "pass user/carol: last used 2026-09-29, 1 day before the list"}},
		{name: "past the limit", change: usedBy("user/carol", service("bedrock", 61)), want: []string{"fail", "fail user/carol: last used 2026-07-31, 61 days before the list"}},
		{name: "may not use it", change: usedBy("role/incidents", service("bedrock", 1)), want: []string{"not_applicable: no user may use Bedrock"}},
	})
}

func TestUserStaleSageMaker(t *testing.T) {
	runGoodVerdicts(t, "user-stale-sagemaker", []verdictCase{
		{name: "in use", want: []string{"pass", "pass user/carol: last used 2026-09-29, 1 day before the list"}},
		{name: "at the limit", change: usedBy("user/carol", service("sagemaker", 90)), want: []string{"pass", "pass user/carol: last used 2026-07-02, 90 days before the list"}},
		{name: "past the limit", change: usedBy("user/carol", service("sagemaker", 91)), want: []string{"fail", "fail user/carol: last used 2026-07-01, 91 days before the list"}},
		{name: "may not use it", change: usedBy("user/carol", service("bedrock", 1)), want: []string{"not_applicable: no user may use SageMaker"}},
	})
}

// TestStaleOfWhomNobodyAsked: who may use a service and is not privileged is not known to
// use it; who may do nothing of it is not concerned.
func TestStaleOfWhomNobodyAsked(t *testing.T) {
	const (
		only    = "; last-accessed data is collected for privileged principals only"
		invoke  = `{"Effect":"Allow","Action":"bedrock:InvokeModel","Resource":"*"}`
		newer   = `{"Effect":"Allow","Action":"bedrock:SingASong","Resource":"*"}`
		trains  = `{"Effect":"Allow","Action":"sagemaker:CreateTrainingJob","Resource":"*"}`
		never   = `{"Effect":"Deny","Action":"bedrock:*","Resource":"*"}`
		carol   = "pass user/carol: last used 2026-09-29, 1 day before the list"
		because = "not_assessed because not_collected"
	)
	noBedrock := func(w *world) {
		w.org.Policies = append(w.org.Policies, scp("p-z", `{"Effect":"Deny","Action":"bedrock:*","Resource":"*"}`, rootID))
	}
	unread := func(w *world) { w.attach("user/alice", w.awsPolicy("NotRead")) }
	runGoodVerdicts(t, "user-stale-bedrock", []verdictCase{
		{name: "may use it", change: allow("alice", invoke), want: []string{because, carol, "not_assessed user/alice: may use bedrock" + only}},
		{name: "and nobody was asked about", change: both(allow("alice", invoke), func(w *world) { w.evidence.LastAccessed = nil }),
			want: []string{because, "not_assessed user/alice: may use bedrock" + only}},
		{name: "by an action that is newer than the catalogue", change: allow("alice", newer), want: []string{because, carol, "not_assessed user/alice: may use bedrock" + only}},
		{name: "a failure stays one", change: both(allow("alice", invoke), usedBy("user/carol", service("bedrock", 61))), want: []string{
			"fail", "fail user/carol: last used 2026-07-31, 61 days before the list", "not_assessed user/alice: may use bedrock" + only,
		}},
		{name: "may use another service", change: allow("alice", trains), want: []string{"pass", carol}},
		{name: "a policy takes it away", change: both(allow("alice", invoke), allow("alice", never)), want: []string{"pass", carol}},
		{name: "an SCP takes it away", change: both(allow("alice", invoke), noBedrock), want: []string{"pass", carol}},
		{name: "a policy that is not known", change: unread, want: []string{
			"not_assessed because malformed", carol,
			"not_assessed user/alice: one of its policies is not known: the policy's document could not be read",
		}},
	})
	runGoodVerdicts(t, "user-stale-sagemaker", []verdictCase{
		{name: "may use it", change: allow("alice", trains), want: []string{because, carol, "not_assessed user/alice: may use sagemaker" + only}},
	})
	runGoodVerdicts(t, "role-stale-bedrock", []verdictCase{
		{name: "may use it", change: func(w *world) {
			w.evidence.LastAccessed = nil
			w.inline("role/incidents", "more", `{"Version":"2012-10-17","Statement":`+invoke+`}`)
		}, want: []string{because, "not_assessed role/incidents: may use bedrock" + only}},
		{name: "a role of a service", change: func(w *world) {
			w.evidence.LastAccessed = nil
			r := &w.evidence.Authorization.Roles[0]
			r.ARN = w.arn("role/aws-service-role/x.amazonaws.com/incidents")
			w.inline("role/incidents", "more", `{"Version":"2012-10-17","Statement":`+invoke+`}`)
		}, want: []string{"not_applicable: no role may use Bedrock"}},
	})
}

// TestUserTemporaryCredentials: policies decide, and last-accessed data does not matter.
func TestUserTemporaryCredentials(t *testing.T) {
	const (
		carol  = "pass user/carol: 0 active access keys"
		stacks = "fail user/alice: 1 active access key; 1 service beside iam and sts: cloudformation"
	)
	// only leaves alice one policy.
	only := func(statement string) func(w *world) {
		return func(w *world) {
			w.userNamed("alice").Groups = nil
			allow("alice", statement)(w)
		}
	}
	onlyActions := func(actions string) func(w *world) {
		return only(`{"Effect":"Allow","Action":[` + actions + `],"Resource":"*"}`)
	}
	inactive := func(w *world) {
		w.report(w.rootRow(), w.userRow("alice").with("access_key_1_active", "false"), w.idleRow("carol"))
	}
	unread := func(w *world) { w.attach("user/alice", w.awsPolicy("NotRead")) }
	off := func(w *world) {
		w.lose(collect.LastAccessedSection, org.NotCollected)
		w.evidence.Gaps, w.evidence.LastAccessed = nil, nil
	}
	runGoodVerdicts(t, "user-temporary-credentials", []verdictCase{
		{name: "a key and a service", want: []string{"fail", stacks, carol}},
		{name: "without last-accessed data", change: off, want: []string{"fail", stacks, carol}},
		{name: "with last-accessed data that says otherwise", change: usedBy("user/alice", service("iam", 1)), want: []string{"fail", stacks, carol}},
		{name: "many services", change: onlyActions(`"sqs:*","sns:*","s3:*","iam:*","kms:*","ec2:*","rds:*"`), want: []string{
			"fail", "fail user/alice: 1 active access key; 6 services beside iam and sts: ec2, kms, rds, s3, sns and 1 more", carol,
		}},
		{name: "iam and sts alone", change: onlyActions(`"iam:ChangePassword","sts:AssumeRole","STS:GetCallerIdentity"`), want: []string{
			"pass", "pass user/alice: 1 active access key; 0 services beside iam and sts", carol,
		}},
		{name: "nothing at all", change: func(w *world) { w.userNamed("alice").Groups = nil }, want: []string{
			"pass", "pass user/alice: 1 active access key; 0 services beside iam and sts", carol,
		}},
		{name: "an action of another service that is newer than the catalogue", change: onlyActions(`"sts:AssumeRole","singer:SingASong"`), want: []string{
			"not_assessed because malformed",
			"not_assessed user/alice: 1 active access key; 0 services beside iam and sts, but it may do singer:SingASong, which the catalogue of actions does not know", carol,
		}},
		{name: "one of iam", change: onlyActions(`"iam:SingASong"`), want: []string{
			"pass", "pass user/alice: 1 active access key; 0 services beside iam and sts", carol,
		}},
		{name: "under a condition", change: only(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"198.51.100.0/24"}}}`),
			want: []string{"fail", "fail user/alice: 1 active access key; 1 service beside iam and sts: s3", carol}},
		{name: "a policy takes it away", change: allow("alice", `{"Effect":"Deny","NotAction":["iam:*","sts:*"],"Resource":"*"}`),
			want: []string{"pass", "pass user/alice: 1 active access key; 0 services beside iam and sts", carol}},
		{name: "the boundary takes it away", change: func(w *world) {
			w.userNamed("alice").Boundary = w.own("boundary", `{"Statement":{"Effect":"Allow","Action":"iam:*","Resource":"*"}}`)
		}, want: []string{"pass", "pass user/alice: 1 active access key; 0 services beside iam and sts", carol}},
		{name: "SCPs that are not known leave what is bad open", change: lost(org.SectionPolicies, org.DeniedByRole), want: []string{
			"not_assessed because denied_by_role", "not_assessed" + stacks[len("fail"):] + "; SCPs may take it away, and are not all known", carol,
		}},
		{name: "and what is good stays good", change: both(onlyActions(`"sts:AssumeRole"`), lost(org.SectionPolicies, org.DeniedByRole)), want: []string{
			"pass", "pass user/alice: 1 active access key; 0 services beside iam and sts", carol,
		}},
		{name: "a policy that is not known", change: unread, want: []string{
			"not_assessed because malformed", "not_assessed user/alice: 1 active access key; one of its policies is not known: the policy's document could not be read", carol,
		}},
		{name: "a key that is deactivated", change: inactive, want: []string{"pass", "pass user/alice: 0 active access keys", carol}},
		{name: "and a policy that is not known", change: both(inactive, unread), want: []string{"pass", "pass user/alice: 0 active access keys", carol}},
		{name: "a user that the report does not hold", change: func(w *world) { w.report(w.rootRow(), w.idleRow("alice")) }, want: []string{
			"not_assessed because malformed", "pass user/alice: 0 active access keys",
			"not_assessed user/carol: the credential report, which may be hours old, does not hold the user",
		}},
		{name: "no users", change: func(w *world) { w.evidence.Authorization.Users = nil }, want: []string{"not_applicable: the account has no IAM user"}},
		{name: "credential report denied", change: func(w *world) { w.lose(collect.CredentialReportSection, org.DeniedByRole) },
			want: []string{"not_assessed because denied_by_role"}},
		{name: "authorization details denied", change: func(w *world) { w.lose(collect.AuthorizationSection, org.DeniedByRole) },
			want: []string{"not_assessed because denied_by_role"}},
	})
}
