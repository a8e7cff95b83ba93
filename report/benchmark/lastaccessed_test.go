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
	for _, control := range []string{"access-unused-services", "role-stale-bedrock", "user-stale-bedrock", "user-stale-sagemaker", "user-temporary-credentials"} {
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
		{name: "may not use it", change: usedBy("role/incidents", service("s3", 1)), want: []string{"not_applicable: no privileged role may use Bedrock"}},
		{name: "only a user may", change: usedBy("user/carol", service("bedrock", 300)), want: []string{"not_applicable: no privileged role may use Bedrock"}},
		{name: "a user could not be read, which is not this control's", change: func(w *world) {
			w.evidence.Gaps = append(w.evidence.Gaps, org.Gap{Section: collect.LastAccessedSection, Account: memberID, Subject: w.arn("user/bob"), Cause: org.TimedOut})
		}, want: []string{"pass", "pass role/incidents: last used 2026-09-29, 1 day before the list"}},
	})
}

func TestUserStaleBedrock(t *testing.T) {
	runGoodVerdicts(t, "user-stale-bedrock", []verdictCase{
		{name: "in use", want: []string{"pass", "pass user/carol: last used 2026-09-29, 1 day before the list"}},
		{name: "past the limit", change: usedBy("user/carol", service("bedrock", 61)), want: []string{"fail", "fail user/carol: last used 2026-07-31, 61 days before the list"}},
		{name: "may not use it", change: usedBy("role/incidents", service("bedrock", 1)), want: []string{"not_applicable: no privileged user may use Bedrock"}},
	})
}

func TestUserStaleSageMaker(t *testing.T) {
	runGoodVerdicts(t, "user-stale-sagemaker", []verdictCase{
		{name: "in use", want: []string{"pass", "pass user/carol: last used 2026-09-29, 1 day before the list"}},
		{name: "at the limit", change: usedBy("user/carol", service("sagemaker", 90)), want: []string{"pass", "pass user/carol: last used 2026-07-02, 90 days before the list"}},
		{name: "past the limit", change: usedBy("user/carol", service("sagemaker", 91)), want: []string{"fail", "fail user/carol: last used 2026-07-01, 91 days before the list"}},
		{name: "may not use it", change: usedBy("user/carol", service("bedrock", 1)), want: []string{"not_applicable: no privileged user may use SageMaker"}},
	})
}

func TestUserTemporaryCredentials(t *testing.T) {
	inactive := func(w *world) {
		w.report(w.rootRow(), w.userRow("alice").with("access_key_1_active", "false"))
	}
	runGoodVerdicts(t, "user-temporary-credentials", []verdictCase{
		{name: "no key", want: []string{"pass", "pass user/carol: 0 active access keys; 2 services beside iam and sts"}},
		{name: "a key and services, used or not", change: usedBy("user/alice", service("iam", 1), never("s3")),
			want: []string{"fail", "fail user/alice: 1 active access key; 1 service beside iam and sts"}},
		{name: "a key for iam and sts alone", change: usedBy("user/alice", service("iam", 1), service("sts", 1)),
			want: []string{"pass", "pass user/alice: 1 active access key; 0 services beside iam and sts"}},
		{name: "a key that is deactivated", change: both(inactive, usedBy("user/alice", service("s3", 1))),
			want: []string{"pass", "pass user/alice: 0 active access keys; 1 service beside iam and sts"}},
		{name: "a user that the report does not hold", change: usedBy("user/new", service("s3", 1)), want: []string{
			"not_assessed because malformed", "not_assessed user/new: the credential report, which may be hours old, does not hold the user",
		}},
		{name: "roles alone", change: usedBy("role/incidents", service("s3", 1)), want: []string{"not_applicable: the account has no privileged user"}},
		{name: "credential report denied", change: func(w *world) { w.lose(collect.CredentialReportSection, org.DeniedByRole) },
			want: []string{"not_assessed because denied_by_role"}},
	})
}
