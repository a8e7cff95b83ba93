package benchmark_test

import (
	"testing"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
)

const (
	day    = 24 * time.Hour
	hour   = time.Hour
	second = time.Second
)

// laterThanReport is said of dates that cannot be: one of them and the report's is wrong.
const laterThanReport = "the credential report holds a date that is later than the report itself"

// users is a change of the world: a report of the root user, who has no MFA, and of users.
func users(make func(w *world) []row) func(w *world) {
	return func(w *world) {
		root := w.rootRow().with("mfa_active", "false").key("1", ago(1000), ago(900)).key("2", ago(1000), "N/A")
		w.report(append([]row{root}, make(w)...)...)
	}
}

// alice is users with one user, who differs from an idle one.
func alice(change func(r row) row) func(w *world) {
	return users(func(w *world) []row { return []row{change(w.idleRow("alice"))} })
}

// unreadableReports are the cases in which no control of the credential report can judge.
func unreadableReports() []verdictCase {
	return []verdictCase{
		{name: "no users", change: users(func(*world) []row { return nil }), want: []string{"not_applicable: the account has no IAM user"}},
		{name: "no report", change: func(w *world) { w.lose(collect.CredentialReportSection, org.DeniedByRole) },
			want: []string{"not_assessed because denied_by_role"}},
		{name: "said to be read, and not there", change: func(w *world) { w.evidence.CredentialReport = nil },
			want: []string{"not_assessed because malformed"}},
		{name: "a report that does not parse", change: func(w *world) {
			w.evidence.CredentialReport.Lines = append(w.evidence.CredentialReport.Lines, "bob,half a row")
		}, want: []string{"not_assessed because malformed"}},
		{name: "a report that lacks a column", change: func(w *world) {
			w.evidence.CredentialReport.Lines = []string{"user,arn", "bob," + w.arn("user/bob")}
		}, want: []string{"not_assessed because malformed"}},
	}
}

func TestUserConsoleMFA(t *testing.T) {
	runVerdicts(t, "user-console-mfa", append(unreadableReports(), []verdictCase{
		{name: "MFA", want: []string{"pass", "pass user/alice: console password with MFA"}},
		{name: "no MFA", change: alice(func(r row) row { return r.with("password_enabled", "true") }),
			want: []string{"fail", "fail user/alice: console password without MFA"}},
		{name: "upper case, as AWS documents it", change: alice(func(r row) row { return r.with("password_enabled", "TRUE", "mfa_active", "TRUE") }),
			want: []string{"pass", "pass user/alice: console password with MFA"}},
		{name: "no password", change: alice(func(r row) row { return r.key("1", ago(1), ago(1)) }),
			want: []string{"pass", "pass user/alice: no console password"}},
		{name: "not said", change: alice(func(r row) row { return r.with("password_enabled", "not_supported") }),
			want: []string{"not_assessed because malformed", "not_assessed user/alice: the credential report does not say whether the user has a password"}},
		{name: "one of several", change: users(func(w *world) []row {
			return []row{
				w.userRow("alice"), w.idleRow("bob"), w.userRow("carol").with("mfa_active", "false"),
				w.userRow("dave").with("password_enabled", "not_supported"),
			}
		}), want: []string{
			"fail",
			"pass user/alice: console password with MFA",
			"pass user/bob: no console password",
			"fail user/carol: console password without MFA",
			"not_assessed user/dave: the credential report does not say whether the user has a password",
		}},
	}...))
}

func TestUserCredentialsUnused(t *testing.T) {
	password := func(used, changed string) func(w *world) {
		return alice(func(r row) row {
			return r.with("password_enabled", "true", "password_last_used", used, "password_last_changed", changed)
		})
	}
	key := func(used, rotated string) func(w *world) {
		return alice(func(r row) row { return r.key("2", rotated, used) })
	}
	runVerdicts(t, "user-credentials-unused", append(unreadableReports(), []verdictCase{
		{name: "in use", want: []string{
			"pass",
			"pass user/alice/password: console password last used 2026-09-29, 1 day before the report",
			"pass user/alice/access-key-1: access key 1 last used 2026-09-28, 2 days before the report",
		}},
		{name: "password, 44 days", change: password(ago(44), ago(400)),
			want: []string{"pass", "pass user/alice/password: console password last used 2026-08-17, 44 days before the report"}},
		{name: "password, a second less than 45 days", change: password(before(45*day-second), ago(400)),
			want: []string{"pass", "pass user/alice/password: console password last used 2026-08-16, 44 days before the report"}},
		{name: "password, 45 days", change: password(ago(45), ago(1)),
			want: []string{"fail", "fail user/alice/password: console password last used 2026-08-16, 45 days before the report"}},
		{name: "the clock is the report's, not that of the download", change: password(before(45*day-3*hour), ago(400)),
			want: []string{"pass", "pass user/alice/password: console password last used 2026-08-16, 44 days before the report"}},
		{name: "password never used, set 44 days ago", change: password("no_information", ago(44)),
			want: []string{"pass", "pass user/alice/password: console password never used, last changed 2026-08-17, 44 days before the report"}},
		{name: "password never used, set 45 days ago", change: password("no_information", ago(45)),
			want: []string{"fail", "fail user/alice/password: console password never used, last changed 2026-08-16, 45 days before the report"}},
		{name: "password with no date but the user's", change: password("N/A", "not_supported"),
			want: []string{"fail", "fail user/alice/password: console password never used, its user created 2024-07-22, 800 days before the report"}},
		{name: "password without any date", change: alice(func(r row) row { return r.with("password_enabled", "true", "user_creation_time", "N/A") }),
			want: []string{"not_assessed because malformed", "not_assessed user/alice/password: console password: the credential report holds no date"}},
		{name: "a password that is not said to be there or not", change: alice(func(r row) row { return r.with("password_enabled", "not_supported") }),
			want: []string{"not_assessed because malformed", "not_assessed user/alice/password: the credential report does not say whether the user has a password"}},
		{name: "password used at the moment of the report", change: password(ago(0), ago(400)),
			want: []string{"pass", "pass user/alice/password: console password last used 2026-09-30, 0 days before the report"}},
		{name: "password used a second less than a day after the report", change: password(before(second-day), ago(400)),
			want: []string{"pass", "pass user/alice/password: console password last used 2026-10-01, 0 days before the report"}},
		{name: "password used a day after the report", change: password(ago(-1), ago(400)),
			want: []string{"not_assessed because malformed", "not_assessed user/alice/password: console password: " + laterThanReport}},
		{name: "key, 44 days", change: key(ago(44), ago(400)),
			want: []string{"pass", "pass user/alice/access-key-2: access key 2 last used 2026-08-17, 44 days before the report"}},
		{name: "key, 45 days", change: key(ago(45), ago(1)),
			want: []string{"fail", "fail user/alice/access-key-2: access key 2 last used 2026-08-16, 45 days before the report"}},
		{name: "key made yesterday and never used", change: key("N/A", ago(1)),
			want: []string{"pass", "pass user/alice/access-key-2: access key 2 never used, last changed 2026-09-29, 1 day before the report"}},
		{name: "key never used, made 45 days ago", change: key("N/A", ago(45)),
			want: []string{"fail", "fail user/alice/access-key-2: access key 2 never used, last changed 2026-08-16, 45 days before the report"}},
		{name: "each credential is an item", change: users(func(w *world) []row {
			return []row{w.userRow("alice").key("1", ago(300), ago(50)).key("2", ago(300), ago(3))}
		}), want: []string{
			"fail",
			"pass user/alice/password: console password last used 2026-09-29, 1 day before the report",
			"fail user/alice/access-key-1: access key 1 last used 2026-08-11, 50 days before the report",
			"pass user/alice/access-key-2: access key 2 last used 2026-09-27, 3 days before the report",
		}},
		{name: "the two limits are apart", change: func(w *world) {
			w.report(w.rootRow(), w.userRow("alice").with("password_last_used", ago(20)).key("1", ago(300), ago(20)))
			w.parameters.MaxConsoleAccessDays, w.parameters.MaxUnusedAccessKeysDays = 20, 21
		}, want: []string{
			"fail",
			"fail user/alice/password: console password last used 2026-09-10, 20 days before the report",
			"pass user/alice/access-key-1: access key 1 last used 2026-09-10, 20 days before the report",
		}},
		{name: "disabled credentials do not count", change: alice(func(r row) row {
			return r.with("password_last_used", ago(400), "access_key_1_last_rotated", ago(400), "access_key_1_last_used_date", ago(400))
		}), want: []string{"pass", "pass user/alice: no enabled credential"}},
	}...))
}

func TestUserSingleActiveKey(t *testing.T) {
	runVerdicts(t, "user-single-active-key", append(unreadableReports(), []verdictCase{
		{name: "one", want: []string{"pass", "pass user/alice: 1 active access key"}},
		{name: "none", change: alice(func(r row) row { return r }), want: []string{"pass", "pass user/alice: 0 active access keys"}},
		{name: "two", change: alice(func(r row) row { return r.key("1", ago(9), "N/A").key("2", ago(9), "N/A") }),
			want: []string{"fail", "fail user/alice: 2 active access keys"}},
		{name: "two, one of them inactive", change: alice(func(r row) row {
			return r.key("1", ago(9), "N/A").with("access_key_2_active", "false", "access_key_2_last_rotated", ago(9))
		}), want: []string{"pass", "pass user/alice: 1 active access key"}},
	}...))
}

func TestAccessKeyRotation(t *testing.T) {
	key := func(rotated string) func(w *world) {
		return alice(func(r row) row { return r.key("1", rotated, ago(1)) })
	}
	runVerdicts(t, "access-key-rotation", append(unreadableReports(), []verdictCase{
		{name: "young", want: []string{"pass", "pass user/alice/access-key-1: made or last changed 2026-09-20, 10 days before the report"}},
		{name: "90 days", change: key(ago(90)),
			want: []string{"pass", "pass user/alice/access-key-1: made or last changed 2026-07-02, 90 days before the report"}},
		{name: "a second less than 91 days", change: key(before(91*day - second)),
			want: []string{"pass", "pass user/alice/access-key-1: made or last changed 2026-07-01, 90 days before the report"}},
		{name: "91 days", change: key(ago(91)),
			want: []string{"fail", "fail user/alice/access-key-1: made or last changed 2026-07-01, 91 days before the report"}},
		{name: "a parameter", change: func(w *world) {
			key(ago(91))(w)
			w.parameters.MaxKeyAgeDays = 365
		}, want: []string{"pass", "pass user/alice/access-key-1: made or last changed 2026-07-01, 91 days before the report"}},
		{name: "each key is an item", change: alice(func(r row) row { return r.key("1", ago(400), ago(1)).key("2", ago(2), ago(1)) }), want: []string{
			"fail",
			"fail user/alice/access-key-1: made or last changed 2025-08-26, 400 days before the report",
			"pass user/alice/access-key-2: made or last changed 2026-09-28, 2 days before the report",
		}},
		{name: "an old key that is inactive", change: alice(func(r row) row {
			return r.key("1", ago(400), ago(300)).with("access_key_1_active", "false")
		}), want: []string{"pass", "pass user/alice: no active access key"}},
		{name: "made a day after the report", change: key(ago(-1)),
			want: []string{"not_assessed because malformed", "not_assessed user/alice/access-key-1: " + laterThanReport}},
		{name: "no date", change: key("N/A"),
			want: []string{"not_assessed because malformed", "not_assessed user/alice/access-key-1: the credential report holds no date for the key"}},
	}...))
}
