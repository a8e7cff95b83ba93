package benchmark_test

import (
	"strings"
	"testing"

	"orgaudit/org"
)

func TestOrgServiceDelegation(t *testing.T) {
	trusted := func(principals ...string) func(w *world) {
		return func(w *world) {
			w.org.TrustedServices = nil
			for _, p := range principals {
				w.org.TrustedServices = append(w.org.TrustedServices, org.TrustedService{Principal: p})
			}
		}
	}
	const (
		analyzer = "access-analyzer.amazonaws.com: delegated to account 222222222222 (security)"
		sso      = "sso.amazonaws.com: delegated to account 222222222222 (security)"
		judge    = ": judge the services with trusted access of which it is not known whether they need a delegated administrator"
		nobody   = ": trusted access is on, and no account is delegated administrator"
		outside  = nobody + "; not known to support delegated administration"
		trail    = "; needed only where there is an organization trail, and trails are not collected"
		alone    = "access-analyzer.amazonaws.com: delegated to account "
	)
	administrator := func(id string) func(w *world) {
		return func(w *world) {
			trusted("access-analyzer.amazonaws.com")(w)
			w.org.DelegatedAdministrators[0].AccountID = id
		}
	}
	runGoodVerdicts(t, "org-service-delegation", []verdictCase{
		{name: "every service", want: []string{"pass", "pass " + analyzer, "pass " + sso}},
		{name: "one without", change: trusted("access-analyzer.amazonaws.com", "guardduty.amazonaws.com"), want: []string{
			"fail", "pass " + analyzer, "fail guardduty.amazonaws.com: trusted access is on, and no account is delegated administrator",
		}},
		{name: "a service that nobody can run", change: trusted("ram.amazonaws.com", "sso.amazonaws.com"), want: []string{"manual" + judge, "fact ram.amazonaws.com" + outside, "fact " + sso}},
		{name: "such a service, and one without", change: trusted("ram.amazonaws.com", "sso.amazonaws.com", "guardduty.amazonaws.com"), want: []string{
			"fail" + judge, "fact ram.amazonaws.com" + outside, "pass " + sso, "fail guardduty.amazonaws.com" + nobody,
		}},
		{name: "only such a service", change: trusted("ram.amazonaws.com"), want: []string{"manual" + judge, "fact ram.amazonaws.com" + outside}},
		{name: "a name that only looks like one", change: trusted("sso.example.com"), want: []string{"manual" + judge, "fact sso.example.com" + outside}},
		{name: "perhaps a trail of the organization", change: trusted("cloudtrail.amazonaws.com"), want: []string{"manual" + judge, "fact cloudtrail.amazonaws.com" + nobody + trail}},
		{name: "perhaps a trail, run by a suspended account", change: func(w *world) {
			trusted("cloudtrail.amazonaws.com")(w)
			w.org.DelegatedAdministrators = []org.DelegatedAdministrator{{AccountID: suspendedID, Services: []string{"cloudtrail.amazonaws.com"}}}
		}, want: []string{"manual" + judge, "fact cloudtrail.amazonaws.com: delegated to account " + suspendedID + " alone, which is no active member" + trail}},
		{name: "perhaps a trail, run by a member", change: func(w *world) {
			trusted("cloudtrail.amazonaws.com")(w)
			w.org.DelegatedAdministrators = []org.DelegatedAdministrator{{AccountID: memberID, Services: []string{"cloudtrail.amazonaws.com"}}}
		}, want: []string{"pass", "pass cloudtrail.amazonaws.com: delegated to account 111111111111 (payments)"}},
		{name: "perhaps a trail, and one without", change: trusted("cloudtrail.amazonaws.com", "guardduty.amazonaws.com"), want: []string{
			"fail" + judge, "fact cloudtrail.amazonaws.com" + nobody + trail, "fail guardduty.amazonaws.com" + nobody,
		}},
		{name: "a service that the configuration does not name", change: func(w *world) {
			w.parameters.DelegationServices = []string{"macie.amazonaws.com"}
			trusted("guardduty.amazonaws.com")(w)
		}, want: []string{"manual" + judge, "fact guardduty.amazonaws.com" + nobody + "; delegation_services does not name the service"}},
		{name: "services that the configuration names", change: func(w *world) {
			w.parameters.DelegationServices = []string{"ram.amazonaws.com", "macie.amazonaws.com"}
			trusted("ram.amazonaws.com")(w)
		}, want: []string{"fail", "fail ram.amazonaws.com: trusted access is on, and no account is delegated administrator"}},
		{name: "the management account", change: administrator(managementID), want: []string{"fail", "fail " + alone + managementID + " alone, which is no active member"}},
		{name: "a suspended account", change: administrator(suspendedID), want: []string{"fail", "fail " + alone + suspendedID + " alone, which is no active member"}},
		{name: "a suspended account, and an active one after it", change: func(w *world) {
			administrator(suspendedID)(w)
			w.org.DelegatedAdministrators = append(w.org.DelegatedAdministrators, org.DelegatedAdministrator{AccountID: memberID, Services: []string{"access-analyzer.amazonaws.com"}})
		}, want: []string{"pass", "pass " + alone + "111111111111 (payments)"}},
		{name: "no trusted access", change: trusted(), want: []string{"not_applicable: no service has trusted access to the organization"}},
		{name: "denied", change: lost(org.SectionDelegation, org.DeniedByRole), want: []string{"not_assessed because denied_by_role"}},
	})
}

// The control always applies: that there is no administrator is good.
func TestOrgTrustedDelegates(t *testing.T) {
	const (
		of       = "delegated administrator of access-analyzer.amazonaws.com, sso.amazonaws.com"
		security = "account 222222222222: " + of
		asked    = "fact account 222222222222: security, " + of
		manual   = "manual: judge whether each account should run what is delegated to it, or set trusted_delegated_accounts"
	)
	stranger := func(at int) func(w *world) {
		return func(w *world) {
			list := []org.DelegatedAdministrator{{AccountID: "999999999999", Services: []string{"macie.amazonaws.com"}}}
			if at == 0 {
				w.org.DelegatedAdministrators = append(list, w.org.DelegatedAdministrators...)
			} else {
				w.org.DelegatedAdministrators = append(w.org.DelegatedAdministrators, list...)
			}
		}
	}
	const unknown = "fail account 999999999999: delegated administrator of macie.amazonaws.com"
	const outside = unknown + ", and no account of the organization"
	runGoodVerdicts(t, "org-trusted-delegates", []verdictCase{
		{name: "a member that nobody has named", want: []string{manual, asked}},
		{name: "a stranger first", change: stranger(0), want: []string{"fail", outside, asked}},
		{name: "a stranger last", change: stranger(1), want: []string{"fail", asked, outside}},
		{name: "a stranger beside a trusted member", change: all(stranger(1), func(w *world) { w.parameters.TrustedDelegatedAccounts = []string{securityID} }),
			want: []string{"fail", "pass " + security, unknown}},
		{name: "a trusted member", change: func(w *world) { w.parameters.TrustedDelegatedAccounts = []string{securityID} }, want: []string{"pass", "pass " + security}},
		{name: "a member that is not trusted", change: func(w *world) { w.parameters.TrustedDelegatedAccounts = []string{memberID} }, want: []string{"fail", "fail " + security}},
		{name: "none", change: func(w *world) { w.org.DelegatedAdministrators = nil },
			want: []string{"pass", "pass " + organizationARN + ": there is no delegated administrator"}},
		{name: "denied", change: lost(org.SectionDelegation, org.DeniedByRole), want: []string{"not_assessed because denied_by_role"}},
	})
}

// A person must always look, so that nothing passes or fails.
func TestOrgIdentityCenter(t *testing.T) {
	const manual = "manual: look in IAM Identity Center which identity provider it trusts and whom its permission sets make administrators"
	runGoodVerdicts(t, "org-identity-center", []verdictCase{
		{name: "on", want: []string{manual, "fact trusted access of sso.amazonaws.com: on", "fact delegated administrator of sso.amazonaws.com: account 222222222222"}},
		{name: "off", change: func(w *world) { w.org.TrustedServices, w.org.DelegatedAdministrators = nil, nil },
			want: []string{manual, "fact trusted access of sso.amazonaws.com: off", "fact delegated administrator of sso.amazonaws.com: none"}},
		{name: "denied", change: lost(org.SectionTrusted, org.DeniedByRole), want: []string{"not_assessed because denied_by_role"}},
	})
}

// The control always applies: without a delegation policy it fails.
func TestOrgPolicyDelegation(t *testing.T) {
	document := func(statements ...string) func(w *world) {
		return func(w *world) {
			w.org.ResourcePolicy = `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
		}
	}
	allow := func(principal, action, rest string) string {
		return `{"Effect":"Allow","Principal":` + principal + `,"Action":"` + action + `","Resource":"*"` + rest + `}`
	}
	const (
		security = "pass " + organizationARN + ": account 222222222222 (security) may manage policies"
		nobody   = "fail " + organizationARN + ": the delegation policy lets no active member account manage policies"
		named    = "/222222222222: account 222222222222 may manage policies"
		first    = organizationARN + "/statement 1"
		member   = `{"AWS":"arn:aws:iam::222222222222:role/policies"}`
	)
	runGoodVerdicts(t, "org-policy-delegation", []verdictCase{
		{name: "delegated", want: []string{"pass", security, "pass " + first + ` ("Delegate")` + named}},
		{name: "to an account by its id", change: document(allow(`{"AWS":["222222222222"]}`, "organizations:UpdatePolicy", "")), want: []string{"pass", security, "pass " + first + named}},
		{name: "to a role", change: document(allow(member, "organizations:*Policy", "")), want: []string{"pass", security, "pass " + first + named}},
		{name: "to read only", change: document(allow(member, "organizations:Describe*", "")), want: []string{"fail", nobody}},
		{name: "to the management account alone", change: document(allow(`{"AWS":"000000000001"}`, "organizations:*", "")), want: []string{
			"fail", nobody, "pass " + first + "/000000000001: account 000000000001 may manage policies",
		}},
		{name: "to a suspended account", change: document(allow(`{"AWS":"333333333333"}`, "organizations:*", "")), want: []string{
			"fail", nobody, "pass " + first + "/333333333333: account 333333333333 may manage policies",
		}},
		{name: "a denial", change: document(strings.Replace(allow(member, "organizations:*", ""), "Allow", "Deny", 1)), want: []string{"fail", nobody}},
		{name: "to everyone as well", change: document(allow(member, "organizations:CreatePolicy", ""), allow(`"*"`, "organizations:AttachPolicy", "")), want: []string{
			"fail", security, "pass " + first + named, "fail " + organizationARN + "/statement 2: every principal may manage policies",
		}},
		{name: "to everyone of the organization as well", change: document(allow(member, "organizations:CreatePolicy", ""),
			allow(`{"AWS":"*"}`, "organizations:AttachPolicy", `,"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`)), want: []string{
			"pass", security, "pass " + first + named, "pass " + organizationARN + "/statement 2: every principal may manage policies, narrowed by a condition",
		}},
		{name: "to everyone from a public range as well", change: document(allow(member, "organizations:CreatePolicy", ""),
			allow(`{"AWS":"*"}`, "organizations:AttachPolicy", `,"Condition":{"IpAddress":{"aws:SourceIp":"52.95.0.0/16"}}`)), want: []string{
			"fail", security, "pass " + first + named, "fail " + organizationARN + "/statement 2: every principal may manage policies",
		}},
		{name: "to everyone from a trusted range as well", change: func(w *world) {
			document(allow(member, "organizations:CreatePolicy", ""),
				allow(`{"AWS":"*"}`, "organizations:AttachPolicy", `,"Condition":{"IpAddress":{"aws:SourceIp":"52.95.0.0/16"}}`))(w)
			w.parameters.TrustedIPs = []string{"52.95.0.0/16"}
		}, want: []string{
			"pass", security, "pass " + first + named, "pass " + organizationARN + "/statement 2: every principal may manage policies, narrowed by a condition",
		}},
		{name: "to an account that may", change: func(w *world) { w.parameters.PolicyAdminAccounts = []string{securityID} },
			want: []string{"pass", security, "pass " + first + ` ("Delegate")` + named}},
		{name: "to an account that may not", change: func(w *world) { w.parameters.PolicyAdminAccounts = []string{memberID} },
			want: []string{"fail", security, "fail " + first + ` ("Delegate")` + named}},
		{name: "none", change: func(w *world) { w.org.ResourcePolicy = "" }, want: []string{"fail", "fail " + organizationARN + ": the organization has no delegation policy"}},
		{name: "not understood", change: func(w *world) { w.org.ResourcePolicy = "{" }, want: []string{
			"not_assessed because malformed",
			"not_assessed " + organizationARN + ": the delegation policy could not be understood: decode JSON: unexpected end of JSON input",
		}},
		{name: "denied", change: lost(org.SectionResourcePolicy, org.DeniedByRole), want: []string{"not_assessed because denied_by_role"}},
	})
}

// TestOrgPolicyDelegationTooWide: who may do everything in Organizations is pointed out.
func TestOrgPolicyDelegationTooWide(t *testing.T) {
	for action, want := range map[string]string{"organizations:*": "statement 1 allows far more of Organizations than policies", "organizations:*Policy": ""} {
		w := newGoodWorld()
		w.org.ResourcePolicy = `{"Statement":{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"` + action + `","Resource":"*"}}`
		r := w.judge(t, "org-policy-delegation")
		if got := strings.Join(r.Items[1].Because, "; "); got != want {
			t.Errorf("%s: %q, want %q", action, got, want)
		}
	}
}
