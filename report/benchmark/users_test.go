package benchmark_test

import (
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
)

const passwordNotSaid = "the credential report does not say whether the user has a password"

func TestPasswordRotation(t *testing.T) {
	changed := func(at string) func(w *world) {
		return alice(func(r row) row { return r.with("password_enabled", "true", "password_last_changed", at) })
	}
	runVerdicts(t, "password-rotation", append(unreadableReports(), []verdictCase{
		{name: "young", want: []string{"pass", "pass user/alice: password last changed 2026-08-01, 60 days before the report"}},
		{name: "90 days", change: changed(ago(90)), want: []string{"pass", "pass user/alice: password last changed 2026-07-02, 90 days before the report"}},
		{name: "91 days", change: changed(ago(91)), want: []string{"fail", "fail user/alice: password last changed 2026-07-01, 91 days before the report"}},
		{name: "a parameter", change: func(w *world) { w.parameters.MaxPasswordAge = 59 },
			want: []string{"fail", "fail user/alice: password last changed 2026-08-01, 60 days before the report"}},
		{name: "no password", change: alice(func(r row) row { return r.key("1", ago(400), ago(1)) }),
			want: []string{"pass", "pass user/alice: no console password"}},
		{name: "no date", change: changed("N/A"), want: []string{
			"not_assessed because malformed", "not_assessed user/alice: the credential report does not say when the password was changed"}},
		{name: "changed a day after the report", change: changed(ago(-1)),
			want: []string{"not_assessed because malformed", "not_assessed user/alice: " + laterThanReport}},
		{name: "a password that is not said to be there or not", change: alice(func(r row) row { return r.with("password_enabled", "not_supported") }),
			want: []string{"not_assessed because malformed", "not_assessed user/alice: " + passwordNotSaid}},
	}...))
}

func TestUserHardwareMFA(t *testing.T) {
	const hardware = "pass user/alice: MFA is on and no virtual device belongs to the user"
	device := func(user string) func(w *world) {
		return func(w *world) {
			w.evidence.VirtualMFADevices = []collect.VirtualMFADevice{{Serial: w.arn("mfa/x"), UserARN: user}}
		}
	}
	keysOnly := func(password string) func(w *world) {
		return func(w *world) {
			w.report(w.rootRow(), w.idleRow("alice").with("password_enabled", password).key("1", ago(1), ago(1)))
			w.parameters.OnlyConsoleUsers = true
		}
	}
	runVerdicts(t, "user-hardware-mfa", append(unreadableReports(), []verdictCase{
		{name: "no virtual device", change: device(""), want: []string{"pass", hardware}},
		{name: "a virtual device", want: []string{"fail", "fail user/alice: a virtual MFA device belongs to the user"}},
		{name: "the virtual device of another whose name begins so", change: func(w *world) { device(w.arn("user/alice2"))(w) },
			want: []string{"pass", hardware}},
		{name: "a virtual device, and a report from before it", change: alice(func(r row) row { return r.with("password_enabled", "true") }),
			want: []string{"fail", "fail user/alice: a virtual MFA device belongs to the user"}},
		{name: "no MFA and no device", change: func(w *world) {
			device("")(w)
			w.report(w.rootRow(), w.idleRow("alice"))
		}, want: []string{"fail", "fail user/alice: no MFA"}},
		{name: "no password, and only console users are asked", change: keysOnly("false"),
			want: []string{"pass", "pass user/alice: no console password"}},
		{name: "a console user, and only those are asked", change: func(w *world) { w.parameters.OnlyConsoleUsers = true },
			want: []string{"fail", "fail user/alice: a virtual MFA device belongs to the user"}},
		{name: "perhaps a console user, and only those are asked", change: keysOnly("not_supported"),
			want: []string{"not_assessed because malformed", "not_assessed user/alice: " + passwordNotSaid}},
		{name: "the devices could not be listed", change: func(w *world) { w.lose(collect.VirtualMFASection, org.Throttled) },
			want: []string{"not_assessed because throttled"}},
	}...))
}

// A person judges; the items are those to ask about.
func TestUserSharedName(t *testing.T) {
	const ask = "manual: ask who uses the users whose names look shared"
	runVerdicts(t, "user-shared-name", append(unreadableReports(), []verdictCase{
		{name: "a person's name", want: []string{"not_applicable: no user has a name that looks shared"}},
		{name: "some that look shared", change: users(func(w *world) []row {
			return []row{
				w.userRow("Administrator"), w.userRow("alice"), w.idleRow("user1"), w.idleRow("user12"),
				w.idleRow("team-a").with("password_enabled", "not_supported"),
			}
		}), want: []string{
			ask,
			"fact user/Administrator: the name matches admin*; a console password, 1 active access key",
			"fact user/user1: the name matches user?; no console password, 0 active access keys",
			"fact user/team-a: the name matches team*; perhaps a console password, 0 active access keys",
		}},
		{name: "a parameter", change: func(w *world) { w.parameters.SharedUserNames = []string{"nobody", "ALI*"} },
			want: []string{ask, "fact user/alice: the name matches ALI*; a console password, 1 active access key"}},
		{name: "the root user has another control", change: func(w *world) { w.parameters.SharedUserNames = []string{"<root*"} },
			want: []string{"not_applicable: no user has a name that looks shared"}},
	}...))
}
