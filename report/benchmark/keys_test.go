package benchmark_test

import "testing"

func TestUserNoInitialAccessKey(t *testing.T) {
	const never = "active, never used, and its user has a console password"
	console := func(change func(r row) row) func(w *world) {
		return alice(func(r row) row { return change(r.with("password_enabled", "true")) })
	}
	runVerdicts(t, "user-no-initial-access-key", append(unreadableReports(), []verdictCase{
		{name: "a key in use", want: []string{"pass", "pass user/alice/access-key-1: last used 2026-09-28"}},
		{name: "never used", change: console(func(r row) row { return r.key("1", ago(800), "N/A") }),
			want: []string{"fail", "fail user/alice/access-key-1: " + never}},
		{name: "never used, made long after the user", change: console(func(r row) row { return r.key("1", ago(1), "N/A") }),
			want: []string{"fail", "fail user/alice/access-key-1: " + never}},
		{name: "each key is an item", change: console(func(r row) row { return r.key("1", ago(9), ago(8)).key("2", ago(9), "N/A") }),
			want: []string{"fail", "pass user/alice/access-key-1: last used 2026-09-22", "fail user/alice/access-key-2: " + never}},
		{name: "never used and inactive", change: console(func(r row) row {
			return r.key("1", ago(9), "N/A").with("access_key_1_active", "false")
		}), want: []string{"pass", "pass user/alice: no active access key"}},
		{name: "no password", change: alice(func(r row) row { return r.key("1", ago(800), "N/A") }),
			want: []string{"pass", "pass user/alice: no console password"}},
		{name: "whether there is a password is not said", change: alice(func(r row) row {
			return r.with("password_enabled", "not_supported").key("1", ago(9), "N/A").key("2", ago(9), ago(2))
		}), want: []string{
			"not_assessed because malformed",
			"not_assessed user/alice/access-key-1: the credential report does not say whether the user has a password",
			"pass user/alice/access-key-2: last used 2026-09-28",
		}},
	}...))
}

func TestUserKeyUnused(t *testing.T) {
	runVerdicts(t, "user-key-unused", append(unreadableReports(), []verdictCase{
		{name: "in use", want: []string{"pass", "pass user/alice/access-key-1: access key 1 last used 2026-09-28, 2 days before the report"}},
		{name: "the second key, 45 days", change: alice(func(r row) row { return r.key("2", ago(400), ago(45)) }),
			want: []string{"fail", "fail user/alice/access-key-2: access key 2 last used 2026-08-16, 45 days before the report"}},
		{name: "never used, made 44 days ago", change: alice(func(r row) row { return r.key("1", ago(44), "N/A") }),
			want: []string{"pass", "pass user/alice/access-key-1: access key 1 never used, last changed 2026-08-17, 44 days before the report"}},
		{name: "a parameter", change: func(w *world) { w.parameters.MaxUnusedAccessKeysDays = 2 },
			want: []string{"fail", "fail user/alice/access-key-1: access key 1 last used 2026-09-28, 2 days before the report"}},
		{name: "an unused password is not its business", change: alice(func(r row) row {
			return r.with("password_enabled", "true", "password_last_used", ago(400))
		}), want: []string{"pass", "pass user/alice: no active access key"}},
		{name: "used a day after the report", change: alice(func(r row) row { return r.key("1", ago(9), ago(-1)) }),
			want: []string{"not_assessed because malformed", "not_assessed user/alice/access-key-1: access key 1: " + laterThanReport}},
	}...))
}

func TestUserKey365(t *testing.T) {
	inactive := func(rotated string) func(w *world) {
		return alice(func(r row) row { return r.key("1", rotated, ago(300)).with("access_key_1_active", "false") })
	}
	runVerdicts(t, "user-key-365", append(unreadableReports(), []verdictCase{
		{name: "young", want: []string{"pass", "pass user/alice/access-key-1: active, made or last changed 2026-09-20, 10 days before the report"}},
		{name: "364 days", change: alice(func(r row) row { return r.key("2", ago(364), ago(1)) }),
			want: []string{"pass", "pass user/alice/access-key-2: active, made or last changed 2025-10-01, 364 days before the report"}},
		{name: "365 days", change: alice(func(r row) row { return r.key("2", ago(365), ago(1)) }),
			want: []string{"fail", "fail user/alice/access-key-2: active, made or last changed 2025-09-30, 365 days before the report"}},
		{name: "inactive, 364 days", change: inactive(ago(364)),
			want: []string{"pass", "pass user/alice/access-key-1: inactive, made or last changed 2025-10-01, 364 days before the report"}},
		{name: "inactive, 365 days", change: inactive(ago(365)),
			want: []string{"fail", "fail user/alice/access-key-1: inactive, made or last changed 2025-09-30, 365 days before the report"}},
		{name: "a parameter", change: func(w *world) {
			inactive(ago(365))(w)
			w.parameters.MaxKeyLifetimeDays = 366
		}, want: []string{"pass", "pass user/alice/access-key-1: inactive, made or last changed 2025-09-30, 365 days before the report"}},
		{name: "no key", change: alice(func(r row) row { return r }), want: []string{"pass", "pass user/alice: no access key"}},
		{name: "an active key without a date", change: alice(func(r row) row { return r.key("1", "N/A", "N/A") }),
			want: []string{"not_assessed because malformed", "not_assessed user/alice/access-key-1: the credential report holds no date for the key"}},
		{name: "made a day after the report", change: alice(func(r row) row { return r.key("1", ago(-1), "N/A") }),
			want: []string{"not_assessed because malformed", "not_assessed user/alice/access-key-1: " + laterThanReport}},
	}...))
}

func TestUserConsoleAndKeys(t *testing.T) {
	runVerdicts(t, "user-console-and-keys", append(unreadableReports(), []verdictCase{
		{name: "both", want: []string{"fail", "fail user/alice: a console password and 1 active access key"}},
		{name: "two keys", change: alice(func(r row) row {
			return r.with("password_enabled", "true").key("1", ago(1), "N/A").key("2", ago(1), "N/A")
		}), want: []string{"fail", "fail user/alice: a console password and 2 active access keys"}},
		{name: "a password alone", change: alice(func(r row) row { return r.with("password_enabled", "true") }),
			want: []string{"pass", "pass user/alice: no active access key"}},
		{name: "a password and an inactive key", change: alice(func(r row) row {
			return r.with("password_enabled", "true").key("1", ago(1), "N/A").with("access_key_1_active", "false")
		}), want: []string{"pass", "pass user/alice: no active access key"}},
		{name: "a key alone", change: alice(func(r row) row { return r.key("1", ago(1), "N/A") }),
			want: []string{"pass", "pass user/alice: no console password"}},
		{name: "a key, and a password that is not said to be there or not", change: alice(func(r row) row {
			return r.with("password_enabled", "not_supported").key("1", ago(1), "N/A")
		}), want: []string{
			"not_assessed because malformed",
			"not_assessed user/alice: 1 active access key; the credential report does not say whether the user has a password",
		}},
	}...))
}
