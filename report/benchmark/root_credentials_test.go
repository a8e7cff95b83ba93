package benchmark_test

import (
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
)

// The control always applies: every account has a root user.
func TestRootSigningCert(t *testing.T) {
	root := func(columns ...string) func(w *world) {
		return func(w *world) {
			w.report(w.rootRow().with(columns...), w.userRow("alice").with("cert_1_active", "true"))
		}
	}
	runVerdicts(t, "root-signing-cert", []verdictCase{
		{name: "none; a user's does not count", change: root(), want: []string{"pass", "pass root: 0 active signing certificates"}},
		{name: "the first", change: root("cert_1_active", "true"), want: []string{"fail", "fail root: 1 active signing certificate"}},
		{name: "the second", change: root("cert_2_active", "true"), want: []string{"fail", "fail root: 1 active signing certificate"}},
		{name: "both", change: root("cert_1_active", "true", "cert_2_active", "true"),
			want: []string{"fail", "fail root: 2 active signing certificates"}},
		{name: "one that is there and not active", change: func(w *world) {
			root("cert_1_last_rotated", ago(900))(w)
			w.evidence.AccountSummary["AccountSigningCertificatesPresent"] = 1
		}, want: []string{"pass", "pass root: 0 active signing certificates; the account summary counts one that is there"}},
		{name: "no row of the root user", change: func(w *world) { w.report(w.userRow("alice")) },
			want: []string{"not_assessed because malformed", "not_assessed root: the credential report has no row for the root user"}},
		{name: "no report, whatever the summary says", change: func(w *world) { w.lose(collect.CredentialReportSection, org.Throttled) },
			want: []string{"not_assessed because throttled"}},
	})
}

func TestRootMemberCredentials(t *testing.T) {
	present := func(keys ...string) func(w *world) {
		return func(w *world) {
			w.summary(0, 0, 0)
			for _, key := range keys {
				w.evidence.AccountSummary[key] = 1
			}
		}
	}
	const notCentral = "not_applicable: root credentials of members are not managed centrally"
	runVerdicts(t, "root-member-credentials", []verdictCase{
		{name: "none", change: present(), want: []string{"pass", "pass root: no root credential"}},
		{name: "a password with MFA", want: []string{"fail", "fail root: the root user has: password, MFA device"}},
		{name: "an access key", change: present("AccountAccessKeysPresent"), want: []string{"fail", "fail root: the root user has: access key"}},
		{name: "a signing certificate", change: present("AccountSigningCertificatesPresent"),
			want: []string{"fail", "fail root: the root user has: signing certificate"}},
		{name: "a summary that does not say all", change: func(w *world) {
			present()(w)
			delete(w.evidence.AccountSummary, "AccountPasswordPresent")
		}, want: []string{"not_assessed because malformed", "not_assessed root: the account summary does not hold AccountPasswordPresent"}},
		{name: "a summary that says enough", change: func(w *world) {
			present("AccountMFAEnabled")(w)
			delete(w.evidence.AccountSummary, "AccountPasswordPresent")
		}, want: []string{"fail", "fail root: the root user has: MFA device"}},
		{name: "the management account", change: func(w *world) { w.org.ManagementAccountID = w.account },
			want: []string{"not_applicable: centralized root access does not manage the root user of the management account"}},
		{name: "the feature is off", change: func(w *world) { w.org.RootFeatures = nil }, want: []string{notCentral}},
		{name: "another feature alone", change: func(w *world) { w.org.RootFeatures = []string{"RootSessions"} }, want: []string{notCentral}},
		{name: "whether the feature is on is not known", change: lost(org.SectionRootFeatures, org.DeniedByRole),
			want: []string{"not_assessed because denied_by_role"}},
		{name: "no summary", change: func(w *world) { w.lose(collect.AccountSummarySection, org.DeniedBySCP) },
			want: []string{"not_assessed because denied_by_scp"}},
	})
}
