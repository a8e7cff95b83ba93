package benchmark_test

import (
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
)

func TestUserInGroup(t *testing.T) {
	runVerdicts(t, "user-in-group", []verdictCase{
		{name: "a group", want: []string{"pass", "pass user/alice: in developers"}},
		{name: "none", change: func(w *world) {
			w.userIn("bob")
			w.userIn("carol")
			w.userIn("dave", "developers", "guests")
			w.attach("user/bob", w.awsPolicy("ReadOnlyAccess"))
		}, want: []string{
			"fail",
			"pass user/alice: in developers",
			"fail user/bob: in no group, with 1 policy of its own",
			"fail user/carol: in no group, with no policy of its own",
			"pass user/dave: in developers, guests",
		}},
		{name: "attached and inline policies", change: func(w *world) {
			w.evidence.Authorization.Users[0].Groups = nil
			w.evidence.Authorization.Users[0].Inline = []collect.InlinePolicy{{Name: "tmp"}}
			w.attach("user/alice", w.awsPolicy("ReadOnlyAccess"))
		}, want: []string{"fail", "fail user/alice: in no group, with 2 policies of its own"}},
		{name: "no users", change: func(w *world) { w.evidence.Authorization.Users = nil },
			want: []string{"not_applicable: the account has no IAM user"}},
		{name: "denied", change: func(w *world) { w.lose(collect.AuthorizationSection, org.DeniedByRole) },
			want: []string{"not_assessed because denied_by_role"}},
	})
}

func TestGroupNotEmpty(t *testing.T) {
	runVerdicts(t, "group-not-empty", []verdictCase{
		{name: "a member", want: []string{"pass", "pass group/developers: 1 member"}},
		{name: "none", change: func(w *world) {
			a := w.evidence.Authorization
			a.Groups = append(a.Groups, collect.Group{ARN: w.arn("group/left-over"), Name: "left-over"})
			w.userIn("bob", "developers")
		}, want: []string{"fail", "pass group/developers: 2 members", "fail group/left-over: 0 members"}},
		{name: "no groups", change: func(w *world) { w.evidence.Authorization.Groups = nil },
			want: []string{"not_applicable: the account has no group"}},
		{name: "throttled", change: func(w *world) { w.lose(collect.AuthorizationSection, org.Throttled) },
			want: []string{"not_assessed because throttled"}},
	})
}
