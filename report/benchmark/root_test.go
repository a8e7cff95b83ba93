package benchmark_test

import (
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
)

// summary sets what the account summary says of the root user.
func (w *world) summary(keys, password, mfa int32) {
	w.evidence.AccountSummary["AccountAccessKeysPresent"] = keys
	w.evidence.AccountSummary["AccountPasswordPresent"] = password
	w.evidence.AccountSummary["AccountMFAEnabled"] = mfa
}

// despite ends sentences on a root access key of a member account where centralized
// root access is on.
const despite = ", although root credentials of members are managed centrally"

// The control always applies: every account has a root user.
func TestRootNoAccessKey(t *testing.T) {
	runVerdicts(t, "root-no-access-key", []verdictCase{
		{name: "none", want: []string{"pass", "pass root: no root access key"}},
		{name: "no root credential at all", change: func(w *world) {
			w.summary(0, 0, 0)
			w.report(w.rootRow().with("password_enabled", "false", "mfa_active", "false"))
		}, want: []string{"pass", "pass root: no root credentials; root credentials of members are managed centrally"}},
		{name: "one", change: func(w *world) {
			w.summary(1, 1, 1)
			w.report(w.rootRow().key("2", ago(500), "N/A"))
		}, want: []string{"fail", "fail root: a root access key exists; key 2 is active" + despite}},
		{name: "two", change: func(w *world) {
			w.summary(2, 1, 1)
			w.report(w.rootRow().key("1", ago(500), ago(2)).key("2", ago(500), "N/A"))
		}, want: []string{"fail", "fail root: a root access key exists; both keys are active" + despite}},
		{name: "in the management account, which no feature frees of root credentials", change: func(w *world) {
			w.account = managementID
			w.summary(1, 1, 1)
			w.report(w.rootRow().key("1", ago(500), "N/A"))
		}, want: []string{"fail", "fail root: a root access key exists; key 1 is active"}},
		{name: "made since the report, which may be hours old", change: func(w *world) {
			w.summary(1, 1, 1)
		}, want: []string{"fail", "fail root: a root access key exists; none was active in the credential report" + despite}},
		{name: "deleted since the report", change: func(w *world) {
			w.report(w.rootRow().key("1", ago(500), ago(1)))
		}, want: []string{"pass", "pass root: no root access key"}},
		{name: "no report, the summary decides", change: func(w *world) {
			w.summary(1, 1, 1)
			w.lose(collect.CredentialReportSection, org.TimedOut)
		}, want: []string{"fail", "fail root: a root access key exists" + despite}},
		{name: "no summary, the report decides", change: func(w *world) {
			w.lose(collect.AccountSummarySection, org.DeniedByRole)
		}, want: []string{"pass", "pass root: no active root access key in the credential report"}},
		{name: "no summary, the report shows a key", change: func(w *world) {
			w.lose(collect.AccountSummarySection, org.DeniedByRole)
			w.report(w.rootRow().key("1", ago(3), "N/A"))
		}, want: []string{"fail", "fail root: an active root access key; key 1 is active" + despite}},
		{name: "no summary and no root row", change: func(w *world) {
			w.lose(collect.AccountSummarySection, org.DeniedByRole)
			w.report(w.userRow("alice"))
		}, want: []string{"not_assessed because malformed", "not_assessed root: the credential report has no row for the root user"}},
		{name: "neither", change: func(w *world) {
			w.lose(collect.AccountSummarySection, org.DeniedBySCP)
			w.lose(collect.CredentialReportSection, org.TimedOut)
		}, want: []string{"not_assessed because denied_by_scp"}},
	})
}

func TestRootMFA(t *testing.T) {
	const none = "pass root: no root credential that needs MFA; root credentials of members are managed centrally"
	const off = "fail root: root credentials exist and MFA is off"
	const unsaid = "not_assessed root: neither the account summary nor the credential report says whether the root user has credentials and MFA"
	runVerdicts(t, "root-mfa", []verdictCase{
		{name: "MFA", want: []string{"pass", "pass root: MFA is on"}},
		{name: "no password", change: func(w *world) { w.summary(0, 0, 0) }, want: []string{"pass", none}},
		{name: "no password in the management account", change: func(w *world) {
			w.account = managementID
			w.summary(0, 0, 0)
		}, want: []string{"pass", "pass root: no root credential that needs MFA"}},
		{name: "password without MFA", change: func(w *world) { w.summary(0, 1, 0) }, want: []string{"fail", off}},
		{name: "the live summary is right, not the old report", change: func(w *world) {
			w.report(w.rootRow().with("mfa_active", "false"))
		}, want: []string{"pass", "pass root: MFA is on"}},
		{name: "an access key alone", change: func(w *world) { w.summary(1, 0, 0) }, want: []string{"pass", none}},
		{name: "an access key alone, and keys count", change: func(w *world) {
			w.summary(1, 0, 0)
			w.parameters.CountKeysAsCredential = true
		}, want: []string{"fail", off}},
		{name: "no credential, and keys count", change: func(w *world) {
			w.summary(0, 0, 0)
			w.parameters.CountKeysAsCredential = true
		}, want: []string{"pass", none}},
		{name: "no summary, the report says MFA", change: func(w *world) {
			w.lose(collect.AccountSummarySection, org.DeniedByRole)
		}, want: []string{"pass", "pass root: MFA is on"}},
		{name: "no summary, the report says no MFA", change: func(w *world) {
			w.lose(collect.AccountSummarySection, org.DeniedByRole)
			w.report(w.rootRow().with("mfa_active", "FALSE", "password_enabled", "TRUE"))
		}, want: []string{"fail", off}},
		{name: "no summary, the report says no password", change: func(w *world) {
			w.lose(collect.AccountSummarySection, org.DeniedByRole)
			w.report(w.rootRow().with("mfa_active", "false", "password_enabled", "false"))
		}, want: []string{"pass", none}},
		{name: "not_supported tells nothing", change: func(w *world) {
			w.lose(collect.AccountSummarySection, org.DeniedByRole)
			w.report(w.rootRow().with("mfa_active", "false", "password_enabled", "not_supported"))
		}, want: []string{"not_assessed because malformed", unsaid}},
		{name: "not_supported asks the summary", change: func(w *world) {
			w.summary(0, 1, 0)
			w.report(w.rootRow().with("mfa_active", "false", "password_enabled", "not_supported"))
		}, want: []string{"fail", off}},
		{name: "an old summary without the password asks the report", change: func(w *world) {
			w.summary(0, 0, 0)
			delete(w.evidence.AccountSummary, "AccountPasswordPresent")
		}, want: []string{"fail", off}},
		{name: "no summary and no root row", change: func(w *world) {
			w.lose(collect.AccountSummarySection, org.DeniedByRole)
			w.report(w.userRow("alice"))
		}, want: []string{"not_assessed because malformed", unsaid}},
		{name: "neither", change: func(w *world) {
			w.lose(collect.CredentialReportSection, org.Throttled)
			w.lose(collect.AccountSummarySection, org.DeniedByRole)
		}, want: []string{"not_assessed because denied_by_role"}},
		{name: "GovCloud, where the root user has no console", partition: "aws-us-gov", change: func(w *world) {
			w.summary(1, 1, 0)
		}, want: []string{"not_applicable: the root user cannot sign in to the console in this partition"}},
		{name: "China", partition: "aws-cn", change: func(w *world) { w.summary(0, 1, 0) }, want: []string{"fail", off}},
	})
}

func TestRootHardwareMFA(t *testing.T) {
	const good = "pass root: MFA is on and no virtual device belongs to the root user"
	const virtual = "fail root: a virtual MFA device belongs to the root user"
	device := func(serial, user string) func(w *world) {
		return func(w *world) {
			d := collect.VirtualMFADevice{Serial: w.arn(serial)}
			if user != "" {
				d.UserARN = w.arn(user)
			}
			w.evidence.VirtualMFADevices = append(w.evidence.VirtualMFADevices, d)
		}
	}
	runVerdicts(t, "root-hardware-mfa", []verdictCase{
		{name: "hardware", want: []string{"pass", good}},
		{name: "no virtual device in the account", change: func(w *world) {
			w.evidence.VirtualMFADevices = nil
		}, want: []string{"pass", good}},
		{name: "virtual, by the user", change: device("mfa/phone", "root"), want: []string{"fail", virtual}},
		{name: "virtual, by the serial", change: device("mfa/root-account-mfa-device", ""), want: []string{"fail", virtual}},
		{name: "virtual beside hardware", change: func(w *world) {
			device("mfa/root-account-mfa-device", "root")(w)
			w.summary(0, 1, 1)
		}, want: []string{"fail", virtual}},
		{name: "a user named rootcause with a virtual device", change: device("mfa/rootcause", "user/rootcause"), want: []string{"pass", good}},
		{name: "a user with the root user's name in a path", change: device("mfa/x", "user/root/root"), want: []string{"pass", good}},
		{name: "the root user of another account", change: func(w *world) {
			w.evidence.VirtualMFADevices[0].UserARN = "arn:aws:iam::999999999999:root"
		}, want: []string{"pass", good}},
		{name: "no MFA at all", change: func(w *world) { w.summary(0, 1, 0) },
			want: []string{"fail", "fail root: root credentials exist and MFA is off"}},
		{name: "an access key without MFA", change: func(w *world) { w.summary(1, 0, 0) },
			want: []string{"fail", "fail root: root credentials exist and MFA is off"}},
		{name: "no root credential", change: func(w *world) { w.summary(0, 0, 0) },
			want: []string{"pass", "pass root: no root credential that needs MFA; root credentials of members are managed centrally"}},
		{name: "a summary that says nothing of the root user", change: func(w *world) {
			w.evidence.AccountSummary = map[string]int32{"Users": 3}
			w.lose(collect.CredentialReportSection, org.TimedOut)
		}, want: []string{"not_assessed because malformed", "not_assessed root: neither the account summary nor the credential report says whether the root user has credentials and MFA"}},
		{name: "summary denied", change: func(w *world) { w.lose(collect.AccountSummarySection, org.DeniedByRole) },
			want: []string{"not_assessed because denied_by_role"}},
		{name: "devices throttled", change: func(w *world) { w.lose(collect.VirtualMFASection, org.Throttled) },
			want: []string{"not_assessed because throttled"}},
		{name: "GovCloud", partition: "aws-us-gov", want: []string{"not_applicable: hardware MFA of the root user is judged in the partition aws alone"}},
		{name: "China", partition: "aws-cn", want: []string{"not_applicable: hardware MFA of the root user is judged in the partition aws alone"}},
	})
}

// The control always applies: a credential report without the root user is not one that
// AWS makes.
func TestRootNotUsed(t *testing.T) {
	root := func(pairs ...string) func(w *world) {
		return func(w *world) { w.report(w.rootRow().with(pairs...), w.userRow("alice")) }
	}
	runVerdicts(t, "root-not-used", []verdictCase{
		{name: "long ago", want: []string{"pass", "pass root: password last used 2026-03-14, 200 days before the report"}},
		{name: "90 days ago", change: root("password_last_used", ago(90)),
			want: []string{"fail", "fail root: password last used 2026-07-02, 90 days before the report"}},
		{name: "a second less than 91 days ago", change: root("password_last_used", before(91*day-second)),
			want: []string{"fail", "fail root: password last used 2026-07-01, 90 days before the report"}},
		{name: "91 days ago", change: root("password_last_used", ago(91)),
			want: []string{"pass", "pass root: password last used 2026-07-01, 91 days before the report"}},
		{name: "the clock is the report's, not that of the download", change: root("password_last_used", before(91*day-3*hour)),
			want: []string{"fail", "fail root: password last used 2026-07-01, 90 days before the report"}},
		{name: "the second key is the latest of three", change: root("password_last_used", ago(400),
			"access_key_1_last_used_date", ago(300), "access_key_2_last_used_date", ago(5)),
			want: []string{"fail", "fail root: access key 2 last used 2026-09-25, 5 days before the report"}},
		{name: "the first key, and no password", change: root("password_last_used", "N/A",
			"access_key_1_last_used_date", ago(7), "access_key_2_last_used_date", ago(9)),
			want: []string{"fail", "fail root: access key 1 last used 2026-09-23, 7 days before the report"}},
		{name: "a day after the report", change: root("access_key_1_last_used_date", ago(-1)),
			want: []string{"not_assessed because malformed", "not_assessed root: " + laterThanReport}},
		{name: "no_information", change: root("password_last_used", "no_information"), want: []string{"pass", "pass root: no use is known"}},
		{name: "not_supported", change: root("password_last_used", "not_supported"), want: []string{"pass", "pass root: no use is known"}},
		{name: "a stricter parameter", change: func(w *world) {
			root("password_last_used", ago(2))(w)
			w.parameters.RootMaxDays = 1
		}, want: []string{"pass", "pass root: password last used 2026-09-28, 2 days before the report"}},
		{name: "no root row", change: func(w *world) { w.report(w.userRow("alice")) },
			want: []string{"not_assessed because malformed", "not_assessed root: the credential report has no row for the root user"}},
		{name: "a user who is merely named root", change: func(w *world) { w.report(w.userRow("root_account")) },
			want: []string{"not_assessed because malformed", "not_assessed root: the credential report has no row for the root user"}},
		{name: "no report", change: func(w *world) { w.lose(collect.CredentialReportSection, org.DeniedByRole) },
			want: []string{"not_assessed because denied_by_role"}},
	})
}
