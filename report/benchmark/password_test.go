package benchmark_test

import (
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
)

func TestPasswordMinLength(t *testing.T) {
	const resource = " password policy of account " + memberID + ": "
	length := func(n int32) func(w *world) {
		return func(w *world) { w.evidence.PasswordPolicy.MinimumLength = n }
	}
	nobody := func(w *world) { w.report(w.rootRow(), w.idleRow("bob")) }
	runVerdicts(t, "password-min-length", []verdictCase{
		{name: "14", want: []string{"pass", "pass" + resource + "at least 14 characters"}},
		{name: "longer", change: length(20), want: []string{"pass", "pass" + resource + "at least 20 characters"}},
		{name: "13", change: length(13), want: []string{"fail", "fail" + resource + "at least 13 characters"}},
		{name: "a parameter", change: func(w *world) { w.parameters.MinLength = 15 },
			want: []string{"fail", "fail" + resource + "at least 14 characters"}},
		{name: "no policy of its own", change: func(w *world) { w.evidence.PasswordPolicy = &collect.PasswordPolicy{} },
			want: []string{"fail", "fail" + resource + "no password policy of its own: AWS's default of 8 characters and no memory applies"}},
		{name: "nobody has a password; the root user's does not count", change: func(w *world) {
			length(6)(w)
			nobody(w)
		}, want: []string{"not_applicable: no IAM user has a console password"}},
		{name: "nobody has a password, and it is judged always", change: func(w *world) {
			length(6)(w)
			nobody(w)
			w.parameters.PasswordPolicyAlways = true
		}, want: []string{"fail", "fail" + resource + "at least 6 characters"}},
		{name: "who has a password is not known", change: func(w *world) {
			length(6)(w)
			w.lose(collect.CredentialReportSection, org.TimedOut)
		}, want: []string{"fail", "fail" + resource + "at least 6 characters"}},
		{name: "whether the user has a password is not said", change: func(w *world) {
			length(6)(w)
			w.report(w.rootRow(), w.idleRow("bob").with("password_enabled", "not_supported"))
		}, want: []string{"fail", "fail" + resource + "at least 6 characters"}},
		{name: "denied", change: func(w *world) { w.lose(collect.PasswordPolicySection, org.DeniedByBoundary) },
			want: []string{"not_assessed because denied_by_boundary"}},
		{name: "said to be read, and not there", change: func(w *world) { w.evidence.PasswordPolicy = nil },
			want: []string{"not_assessed because malformed"}},
	})
}

func TestPasswordReuse(t *testing.T) {
	const resource = " password policy of account " + memberID + ": "
	reuse := func(n int32) func(w *world) {
		return func(w *world) { w.evidence.PasswordPolicy.ReusePrevention = n }
	}
	runVerdicts(t, "password-reuse", []verdictCase{
		{name: "24", want: []string{"pass", "pass" + resource + "remembers 24 passwords"}},
		{name: "23", change: reuse(23), want: []string{"fail", "fail" + resource + "remembers 23 passwords"}},
		{name: "none", change: reuse(0), want: []string{"fail", "fail" + resource + "remembers 0 passwords"}},
		{name: "a parameter", change: func(w *world) {
			reuse(5)(w)
			w.parameters.Reuse = 5
		}, want: []string{"pass", "pass" + resource + "remembers 5 passwords"}},
		{name: "no policy of its own", change: func(w *world) { w.evidence.PasswordPolicy = &collect.PasswordPolicy{ReusePrevention: 24} },
			want: []string{"fail", "fail" + resource + "no password policy of its own: AWS's default of 8 characters and no memory applies"}},
		{name: "no users", change: func(w *world) { w.report(w.rootRow()) },
			want: []string{"not_applicable: no IAM user has a console password"}},
		{name: "failed", change: func(w *world) { w.lose(collect.PasswordPolicySection, org.Failed) },
			want: []string{"not_assessed because failed"}},
	})
}
