package benchmark_test

import (
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
)

// passwordRule is a control of one setting of the password policy, and what it says.
type passwordRule struct {
	control         string
	clear           func(p *collect.PasswordPolicy)
	good, bad, none string
}

func TestPasswordRules(t *testing.T) {
	const resource = " password policy of account " + memberID + ": "
	for _, r := range []passwordRule{
		{"password-lowercase", func(p *collect.PasswordPolicy) { p.RequireLowercase = false },
			"a lower-case letter is needed", "a lower-case letter is not needed", "of any three kinds of characters"},
		{"password-uppercase", func(p *collect.PasswordPolicy) { p.RequireUppercase = false },
			"an upper-case letter is needed", "an upper-case letter is not needed", "of any three kinds of characters"},
		{"password-number", func(p *collect.PasswordPolicy) { p.RequireNumbers = false },
			"a digit is needed", "a digit is not needed", "of any three kinds of characters"},
		{"password-symbol", func(p *collect.PasswordPolicy) { p.RequireSymbols = false },
			"a symbol is needed", "a symbol is not needed", "of any three kinds of characters"},
		{"password-expiry", func(p *collect.PasswordPolicy) { p.MaxAgeDays = 0 },
			"passwords expire after 90 days", "passwords never expire", "without expiry"},
		{"password-allow-change", func(p *collect.PasswordPolicy) { p.AllowChange = false },
			"users may change their own password", "users may not change their own password", "without that right"},
	} {
		cleared := func(w *world) { r.clear(w.evidence.PasswordPolicy) }
		t.Run(r.control, func(t *testing.T) {
			runVerdicts(t, r.control, []verdictCase{
				{name: "set", want: []string{"pass", "pass" + resource + r.good}},
				{name: "not set", change: cleared, want: []string{"fail", "fail" + resource + r.bad}},
				{name: "the other settings do not help or harm", change: func(w *world) {
					*w.evidence.PasswordPolicy = collect.PasswordPolicy{Present: true}
				}, want: []string{"fail", "fail" + resource + r.bad}},
				{name: "no policy of its own", change: func(w *world) { w.evidence.PasswordPolicy.Present = false },
					want: []string{"fail", "fail" + resource + "no password policy of its own: AWS's default " + r.none + " applies"}},
				{name: "nobody has a password", change: func(w *world) {
					cleared(w)
					w.report(w.rootRow(), w.idleRow("bob"))
				}, want: []string{"not_applicable: no IAM user has a console password"}},
				{name: "nobody has a password, and it is judged always", change: func(w *world) {
					cleared(w)
					w.report(w.rootRow(), w.idleRow("bob"))
					w.parameters.PasswordPolicyAlways = true
				}, want: []string{"fail", "fail" + resource + r.bad}},
				{name: "who has a password is not known", change: func(w *world) {
					cleared(w)
					w.lose(collect.CredentialReportSection, org.TimedOut)
				}, want: []string{"fail", "fail" + resource + r.bad}},
				{name: "denied", change: func(w *world) { w.lose(collect.PasswordPolicySection, org.DeniedByRole) },
					want: []string{"not_assessed because denied_by_role"}},
			})
		})
	}
}

func TestPasswordExpiry(t *testing.T) {
	const resource = " password policy of account " + memberID + ": "
	age := func(n int32) func(w *world) {
		return func(w *world) { w.evidence.PasswordPolicy.MaxAgeDays = n }
	}
	runVerdicts(t, "password-expiry", []verdictCase{
		{name: "1 day", change: age(1), want: []string{"pass", "pass" + resource + "passwords expire after 1 day"}},
		{name: "91 days", change: age(91), want: []string{"fail", "fail" + resource + "passwords expire after 91 days"}},
		{name: "a parameter", change: func(w *world) {
			age(91)(w)
			w.parameters.MaxPasswordAge = 180
		}, want: []string{"pass", "pass" + resource + "passwords expire after 91 days"}},
	})
}
