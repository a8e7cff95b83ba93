package benchmark_test

import (
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
)

// The control always applies: the organization's accounts can all have federation.
func TestUsersCentralized(t *testing.T) {
	const (
		federation = " federation of account " + memberID + ": "
		saml       = "pass" + federation + "SAML provider arn:aws:iam::111111111111:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"
		asked      = "fact" + federation + "SAML provider arn:aws:iam::111111111111:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"
		none       = "fail" + federation + "no SAML provider and no sign of IAM Identity Center"
		manual     = "manual: judge whether the users with a console password should sign in through federation"
		notRead    = "; whether IAM Identity Center is used could not be read: "
		denied     = "denied: the audit role lacks the permission"
	)
	// without has neither console users nor a SAML provider.
	without := func(change func(w *world)) func(w *world) {
		return func(w *world) {
			w.report(w.rootRow(), w.idleRow("alice"))
			w.evidence.SAMLProviders = nil
			change(w)
		}
	}
	trusted := func(principals ...string) func(w *world) {
		return without(func(w *world) {
			for _, p := range principals {
				w.org.TrustedServices = append(w.org.TrustedServices, org.TrustedService{Principal: p})
			}
		})
	}
	center := func(w *world) {
		w.org.TrustedServices = append(w.org.TrustedServices, org.TrustedService{Principal: "sso.amazonaws.com"})
	}
	console := func(w *world) { w.report(w.rootRow(), w.userRow("alice")) }
	management := func(w *world) { w.org.ManagementAccountID = memberID }
	runVerdicts(t, "users-centralized", []verdictCase{
		{name: "a SAML provider alone and a console user", want: []string{manual, asked, "fact user/alice: console password"}},
		{name: "Identity Center and a console user", change: center, want: []string{"fail", saml, "fail user/alice: console password"}},
		{name: "a role of Identity Center and a console user", change: func(w *world) {
			w.role("/aws-reserved/sso.amazonaws.com/", "AWSReservedSSO_Audit_0123456789abcdef")
		}, want: []string{"fail", saml, "fail user/alice: console password"}},
		{name: "a console user of the management account", change: all(center, management), want: []string{manual, asked, "fact user/alice: console password"}},
		{name: "no federation and a console user", change: all(trusted(), console), want: []string{"fail", none, "fail user/alice: console password"}},
		{name: "a console user, and what the organization uses is not known", change: lost(org.SectionTrusted, org.DeniedByRole), want: []string{
			"not_assessed because denied_by_role", saml, "not_assessed user/alice: console password" + notRead + denied,
		}},
		{name: "a console user, and the account's roles are not known", change: func(w *world) { w.lose(collect.AuthorizationSection, org.Throttled) }, want: []string{
			"not_assessed because throttled", saml, "not_assessed user/alice: console password" + notRead + "throttled by AWS",
		}},
		{name: "a console user, Identity Center, and the account's roles are not known", change: all(center, func(w *world) { w.lose(collect.AuthorizationSection, org.Throttled) }),
			want: []string{"fail", saml, "fail user/alice: console password"}},
		{name: "a console user of the management account, and what the organization uses is not known", change: all(management, lost(org.SectionTrusted, org.DeniedByRole)),
			want: []string{manual, asked, "fact user/alice: console password"}},
		{name: "the same without a SAML provider", change: all(without(lost(org.SectionTrusted, org.DeniedByRole)), console, management), want: []string{
			"not_assessed because denied_by_role", "not_assessed" + federation + "no SAML provider" + notRead + denied, "fact user/alice: console password",
		}},
		{name: "a console user, and one of whom the report does not say it", change: func(w *world) {
			w.report(w.rootRow(), w.userRow("alice"), w.idleRow("bob").with("password_enabled", "not_supported"))
		}, want: []string{manual, asked, "fact user/alice: console password", "not_assessed user/bob: " + passwordNotSaid}},
		{name: "federation and a user with keys alone", change: func(w *world) {
			w.report(w.rootRow(), w.idleRow("alice").key("1", ago(1), ago(1)))
		}, want: []string{"pass", saml}},
		{name: "federation and a break-glass user", change: func(w *world) {
			w.report(w.rootRow(), w.userRow("break-glass-1"), w.userRow("bob"))
			w.parameters.AllowConsoleUsers = []string{"break-glass-?"}
		}, want: []string{manual, asked, "fact user/break-glass-1: allow_console_users allows a console password", "fact user/bob: console password"}},
		{name: "a break-glass user of whom the report does not say it", change: func(w *world) {
			w.report(w.rootRow(), w.idleRow("break-glass").with("password_enabled", "not_supported"))
			w.parameters.AllowConsoleUsers = []string{"break-glass"}
		}, want: []string{"pass", saml, "pass user/break-glass: allow_console_users allows a console password"}},
		{name: "a user of whom the report does not say it", change: func(w *world) {
			w.report(w.rootRow(), w.idleRow("bob").with("password_enabled", "not_supported"))
		}, want: []string{"not_assessed because malformed", saml, "not_assessed user/bob: " + passwordNotSaid}},
		{name: "no federation and nobody", change: without(func(*world) {}), want: []string{"fail", none}},
		{name: "OpenID Connect serves programs", change: without(func(w *world) {
			w.evidence.OIDCProviders = []collect.OIDCProvider{{ARN: w.arn("oidc-provider/token.actions.githubusercontent.com")}}
		}), want: []string{"fail", none}},
		{name: "a role of Identity Center", change: without(func(w *world) {
			w.role("/aws-reserved/sso.amazonaws.com/", "AWSReservedSSO_Audit_0123456789abcdef")
		}), want: []string{"pass", "pass" + federation + "IAM Identity Center keeps the role AWSReservedSSO_Audit_0123456789abcdef"}},
		{name: "the organization uses Identity Center", change: trusted("config.amazonaws.com", "sso.amazonaws.com"),
			want: []string{"pass", "pass" + federation + "the organization uses IAM Identity Center"}},
		{name: "the organization uses other services", change: trusted("config.amazonaws.com"), want: []string{"fail", none}},
		{name: "what the organization uses is not known", change: without(lost(org.SectionTrusted, org.DeniedByRole)), want: []string{
			"not_assessed because denied_by_role",
			"not_assessed" + federation + "no SAML provider; whether IAM Identity Center is used could not be read: denied: the audit role lacks the permission",
		}},
		{name: "the account's roles are not known", change: without(func(w *world) { w.lose(collect.AuthorizationSection, org.Throttled) }), want: []string{
			"not_assessed because throttled",
			"not_assessed" + federation + "no SAML provider; whether IAM Identity Center is used could not be read: throttled by AWS",
		}},
		{name: "neither is known, and a SAML provider is", change: func(w *world) {
			w.report(w.rootRow(), w.idleRow("alice"))
			w.lose(collect.AuthorizationSection, org.Throttled)
			lost(org.SectionTrusted, org.DeniedByRole)(w)
		}, want: []string{"pass", saml}},
		{name: "the providers are not known", change: func(w *world) { w.lose(collect.IdentityProvidersSection, org.DeniedBySCP) },
			want: []string{"not_assessed because denied_by_scp"}},
		{name: "no report", change: func(w *world) { w.lose(collect.CredentialReportSection, org.TimedOut) },
			want: []string{"not_assessed because timed_out"}},
	})
}
