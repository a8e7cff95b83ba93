package benchmark_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// vendorID is an account outside the organization.
const vendorID = "999999999999"

// goodTrust is a trust policy with which all controls on trust pass.
func (w *world) goodTrust() string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":{"AWS":"arn:%s:iam::%s:root"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}},
		{"Effect":"Allow","Principal":{"Service":"config.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"%s"}}}]}`,
		w.org.Partition, securityID, w.account)
}

// distrust makes all controls on trust fail.
func (w *world) distrust() {
	w.attach("role/incidents", w.awsPolicy("AdministratorAccess"), w.library("ReadOnlyAccess", `{"Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}`))
	trusting(statement(`{"AWS":"*"}`, ""), statement(`{"AWS":"`+vendorID+`"}`, ""), statement(`{"Service":"config.amazonaws.com"}`, ""))(w)
}

// trusting gives the role a trust policy with these statements.
func trusting(statements ...string) func(w *world) {
	return func(w *world) {
		w.evidence.Authorization.Roles[0].Trust = `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
	}
}

// statement lets a principal assume the role under a condition.
func statement(principal, condition string) string {
	return statementFor(`"sts:AssumeRole"`, principal, condition)
}

func statementFor(action, principal, condition string) string {
	if condition != "" {
		condition = `,"Condition":` + condition
	}
	return `{"Effect":"Allow","Principal":` + principal + `,"Action":` + action + condition + `}`
}

func webIdentity(issuer, condition string) string {
	return statementFor(`"sts:AssumeRoleWithWebIdentity"`, `{"Federated":"`+issuer+`"}`, condition)
}

const (
	githubARN  = "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"
	clusterARN = "arn:aws:iam::111111111111:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/ABC"
	samlARN    = "arn:aws:iam::111111111111:saml-provider/corp"
)

// unreadableTrusts are the cases in which no control of trusts can judge.
func unreadableTrusts() []verdictCase {
	return []verdictCase{
		{name: "a trust policy that does not parse", change: func(w *world) { w.evidence.Authorization.Roles[0].Trust = "{" },
			want: []string{"not_assessed because malformed", "not_assessed role/incidents: the trust policy could not be understood: decode JSON: unexpected end of JSON input"}},
		{name: "no roles", change: func(w *world) { w.evidence.Authorization.Roles = nil },
			want: []string{"not_applicable: the account has no role but service-linked ones"}},
		{name: "service-linked roles alone", change: func(w *world) {
			w.evidence.Authorization.Roles[0].ARN = w.arn("role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig")
		}, want: []string{"not_applicable: the account has no role but service-linked ones"}},
		{name: "denied", change: func(w *world) { w.lose(collect.AuthorizationSection, org.DeniedBySCP) },
			want: []string{"not_assessed because denied_by_scp"}},
	}
}

// needAccounts is the case of a control that must know the accounts of the organization.
func needAccounts() []verdictCase {
	return []verdictCase{{name: "accounts not known", change: lost(org.SectionAccounts, org.Throttled), want: []string{"not_assessed because throttled"}}}
}

// one is the result of a single role.
func one(status, observed string) []string {
	return []string{status, status + " role/incidents: " + observed}
}

func TestRoleTrustAnyone(t *testing.T) {
	const strangers = "trusts everyone, under conditions that a stranger can meet"
	const narrowed = "trusts everyone by name, and its conditions keep strangers out"
	everyone := func(condition string) func(w *world) { return trusting(statement(`{"AWS":"*"}`, condition)) }
	github := func(condition string) func(w *world) { return trusting(webIdentity(githubARN, condition)) }
	sub := func(operator, value string) func(w *world) {
		return github(`{"` + operator + `":{"token.actions.githubusercontent.com:sub":` + value + `}}`)
	}
	cluster := func(operator, key, value string) func(w *world) {
		return trusting(webIdentity(clusterARN, `{"`+operator+`":{"`+key+`":"`+value+`"}}`))
	}
	saml := func(condition string) func(w *world) {
		return trusting(statementFor(`"sts:AssumeRoleWithSAML"`, `{"Federated":"`+samlARN+`"}`, condition))
	}
	const anyGitHub = "trusts every identity of token.actions.githubusercontent.com, which serves everybody"
	const someGitHub = "trusts named identities of token.actions.githubusercontent.com"
	runVerdicts(t, "role-trust-anyone", slices.Concat(unreadableTrusts(), []verdictCase{
		{name: "named", want: one("pass", "trusts arn:aws:iam::222222222222:root; and 1 more")},
		{name: "nobody", change: trusting(`{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}`), want: one("pass", "trusts nobody")},
		{name: "everyone", change: everyone(""), want: one("fail", "trusts everyone")},
		{name: "as a string", change: trusting(statement(`"*"`, "")), want: one("fail", "trusts everyone")},
		{name: "all but one", change: trusting(`{"Effect":"Allow","NotPrincipal":{"AWS":"222222222222"},"Action":"sts:AssumeRole"}`),
			want: one("fail", "trusts everyone")},
		{name: "another statement's", change: trusting(statement(`{"AWS":"222222222222"}`, ""), statement(`{"AWS":["*","222222222222"]}`, "")),
			want: one("fail", "trusts everyone")},
		{name: "our organization", change: everyone(`{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`), want: one("pass", narrowed)},
		{name: "a foreign organization", change: everyone(`{"StringEquals":{"aws:PrincipalOrgID":["o-a1b2c3d4e5","o-foreign"]}}`),
			want: one("pass", "trusts everyone by name, and its conditions narrow it to organization o-a1b2c3d4e5, o-foreign")},
		{name: "a foreign account", change: everyone(`{"StringEquals":{"aws:PrincipalAccount":"999999999999"}}`),
			want: one("pass", "trusts everyone by name, and its conditions narrow it to account 999999999999")},
		{name: "a foreign account in our organization", change: everyone(`{"StringEquals":{"aws:PrincipalAccount":"999999999999","aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`), want: one("pass", narrowed)},
		{name: "any organization", change: everyone(`{"StringLike":{"aws:PrincipalOrgID":"o-*"}}`), want: one("fail", strangers)},
		{name: "our organization or none", change: everyone(`{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`), want: one("fail", strangers)},
		{name: "any principal by name", change: everyone(`{"ArnLike":{"aws:PrincipalArn":"*"}}`), want: one("fail", strangers)},
		{name: "one principal", change: everyone(`{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::222222222222:role/x"}}`), want: one("pass", narrowed)},
		{name: "a name that everybody can have", change: everyone(`{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/deploy"}}`), want: one("fail", strangers)},
		{name: "accounts that begin like ours", change: everyone(`{"StringLike":{"aws:PrincipalAccount":"11*"}}`), want: one("fail", strangers)},
		{name: "a denial keeps strangers out", change: trusting(statement(`{"AWS":"*"}`, ""),
			`{"Effect":"Deny","Principal":"*","Action":"sts:*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}`), want: one("pass", narrowed)},
		{name: "an external ID does not narrow", change: everyone(`{"StringEquals":{"sts:ExternalId":"secret"}}`), want: one("fail", strangers)},
		{name: "MFA does not narrow", change: everyone(`{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`), want: one("fail", strangers)},
		{name: "every service is another control's", change: trusting(statement(`{"Service":"*"}`, "")), want: one("pass", "trusts every AWS service")},
		{name: "a VPC", change: everyone(`{"StringEquals":{"aws:SourceVpc":"vpc-1"}}`), want: one("pass", "trusts everyone from a named network")},
		{name: "any VPC", change: everyone(`{"StringLike":{"aws:SourceVpc":"*"}}`), want: one("fail", strangers)},
		{name: "a VPC, or none", change: everyone(`{"StringEqualsIfExists":{"aws:SourceVpc":"vpc-1"}}`), want: one("fail", strangers)},
		{name: "private ranges", change: everyone(`{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","172.31.0.7","fd00::/8"]}}`), want: one("pass", "trusts everyone from a named network")},
		{name: "more than the private range", change: everyone(`{"IpAddress":{"aws:SourceIp":"10.0.0.0/7"}}`), want: one("fail", strangers)},
		{name: "a private range or a public address", change: everyone(`{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","203.0.113.7"]}}`), want: one("fail", strangers)},
		{name: "a public range", change: everyone(`{"IpAddress":{"aws:SourceIp":"52.95.0.0/16"}}`), want: one("fail", strangers)},
		{name: "a public range of IPv6", change: everyone(`{"IpAddress":{"aws:SourceIp":"2001:db8::/48"}}`), want: one("fail", strangers)},
		{name: "inside trusted ranges", change: func(w *world) {
			everyone(`{"IpAddress":{"aws:SourceIp":["203.0.113.128/25","198.51.100.7/32","2001:db8::/48"]}}`)(w)
			w.parameters.TrustedIPs = []string{"203.0.113.0/24", "198.51.100.7", "2001:db8::/32"}
		}, want: one("pass", "trusts everyone from a named network")},
		{name: "partly outside a trusted range", change: func(w *world) {
			everyone(`{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`)(w)
			w.parameters.TrustedIPs = []string{"203.0.113.0/25"}
		}, want: one("fail", strangers)},
		{name: "half of the internet", change: everyone(`{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","0.0.0.0/1"]}}`), want: one("fail", strangers)},
		{name: "all addresses but one", change: everyone(`{"NotIpAddress":{"aws:SourceIp":"203.0.113.7"}}`), want: one("fail", strangers)},
		{name: "a unique id", change: everyone(`{"StringLike":{"aws:userid":"AROAEXAMPLE:*"}}`), want: one("pass", "trusts everyone with a named unique id")},
		{name: "a session's name", change: everyone(`{"StringLike":{"aws:userid":"*:alice"}}`), want: one("fail", strangers)},
		{name: "a time that has passed", change: everyone(`{"DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}`), want: one("pass", narrowed)},

		{name: "GitHub, every repository", change: github(""), want: one("fail", anyGitHub)},
		{name: "GitHub, the audience alone", change: github(`{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}`), want: one("fail", anyGitHub)},
		{name: "GitHub, our owner", change: sub("StringLike", `"repo:acme/*"`), want: one("pass", someGitHub)},
		{name: "GitHub, one branch", change: sub("StringEquals", `"repo:acme/app:ref:refs/heads/main"`), want: one("pass", someGitHub)},
		{name: "GitHub, any subject", change: sub("StringLike", `"*"`), want: one("fail", anyGitHub)},
		{name: "GitHub, any repository", change: sub("StringLike", `"repo:*"`), want: one("fail", anyGitHub)},
		{name: "GitHub, owners that begin like ours", change: sub("StringLike", `"repo:acme*"`), want: one("fail", anyGitHub)},
		{name: "GitHub, everybody's repository of a name", change: sub("StringLike", `"repo:*/deploy:*"`), want: one("fail", anyGitHub)},
		{name: "GitHub, ours or any", change: sub("StringLike", `["repo:acme/app:*","repo:*"]`), want: one("fail", anyGitHub)},
		{name: "GitHub, all but one", change: sub("StringNotLike", `"repo:evil/*"`), want: one("fail", anyGitHub)},
		{name: "GitHub, the owner's id", change: github(`{"StringEquals":{"token.actions.githubusercontent.com:repository_owner_id":"1234"}}`), want: one("pass", someGitHub)},
		{name: "GitHub, a public workflow", change: github(`{"StringEquals":{"token.actions.githubusercontent.com:job_workflow_ref":"acme/w/.github/workflows/x.yml@main"}}`), want: one("fail", anyGitHub)},
		{name: "GitHub, our owner with any id", change: sub("StringLike", `"repo:acme@*/app@*:ref:refs/heads/main"`), want: one("pass", someGitHub)},
		{name: "GitHub, our repositories", change: github(`{"StringLike":{"token.actions.githubusercontent.com:repository":"acme/*"}}`), want: one("pass", someGitHub)},
		{name: "GitHub, repositories of owners that begin like ours", change: github(`{"StringLike":{"token.actions.githubusercontent.com:repository":"acme*"}}`), want: one("fail", anyGitHub)},
		{name: "GitHub, owner ids that begin like ours", change: github(`{"StringLike":{"token.actions.githubusercontent.com:repository_owner_id":"12*"}}`), want: one("fail", anyGitHub)},
		{name: "GitHub, a denial", change: trusting(webIdentity(githubARN, ""),
			`{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"StringNotLike":{"token.actions.githubusercontent.com:sub":"repo:acme/*"}}}`), want: one("pass", someGitHub)},
		{name: "an identity pool", change: trusting(webIdentity("cognito-identity.amazonaws.com", `{"StringEquals":{"cognito-identity.amazonaws.com:aud":"eu-central-1:pool"}}`)),
			want: one("pass", "trusts named identities of cognito-identity.amazonaws.com")},
		{name: "any identity pool", change: trusting(webIdentity("cognito-identity.amazonaws.com", `{"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":"authenticated"}}`)),
			want: one("fail", "trusts every identity of cognito-identity.amazonaws.com, which serves everybody")},
		{name: "any identity pool of GovCloud", change: trusting(webIdentity("cognito-identity-us-gov.amazonaws.com", "")),
			want: one("fail", "trusts every identity of cognito-identity-us-gov.amazonaws.com, which serves everybody")},
		{name: "an identity pool of China", change: trusting(webIdentity("cognito-identity.cn-north-1.amazonaws.com.cn", `{"StringEquals":{"cognito-identity.cn-north-1.amazonaws.com.cn:aud":"cn-north-1:pool"}}`)),
			want: one("pass", "trusts named identities of cognito-identity.cn-north-1.amazonaws.com.cn")},
		{name: "a cluster's own issuer", change: trusting(webIdentity(clusterARN, "")), want: one("fail", "trusts every identity of "+clusterARN)},
		{name: "a cluster, one service account", change: cluster("StringEquals", "oidc.eks.eu-central-1.amazonaws.com/id/ABC:sub", "system:serviceaccount:shop:app"), want: one("pass", "trusts "+clusterARN)},
		{name: "a cluster, service accounts by pattern", change: cluster("StringLike", "OIDC.eks.eu-central-1.amazonaws.com/id/ABC:SUB", "system:serviceaccount:*"), want: one("pass", "trusts "+clusterARN)},
		{name: "a cluster, the audience", change: cluster("StringEquals", "oidc.eks.eu-central-1.amazonaws.com/id/ABC:aud", "sts.amazonaws.com"), want: one("pass", "trusts "+clusterARN)},
		{name: "a cluster, any subject", change: cluster("StringLike", "oidc.eks.eu-central-1.amazonaws.com/id/ABC:sub", "*"), want: one("fail", "trusts every identity of "+clusterARN)},
		{name: "a cluster, a subject if there is one, as there always is", change: cluster("StringEqualsIfExists", "oidc.eks.eu-central-1.amazonaws.com/id/ABC:sub", "system:serviceaccount:shop:app"), want: one("pass", "trusts "+clusterARN)},
		{name: "a cluster, an audience if there is one", change: cluster("StringEqualsIfExists", "oidc.eks.eu-central-1.amazonaws.com/id/ABC:aud", "sts.amazonaws.com"), want: one("fail", "trusts every identity of "+clusterARN)},
		{name: "a cluster, all subjects but one", change: cluster("StringNotEquals", "oidc.eks.eu-central-1.amazonaws.com/id/ABC:sub", "system:serviceaccount:shop:app"), want: one("fail", "trusts every identity of "+clusterARN)},
		{name: "a cluster, another cluster's key", change: cluster("StringEquals", "oidc.eks.eu-central-1.amazonaws.com/id/ABCD:aud", "sts.amazonaws.com"), want: one("fail", "trusts every identity of "+clusterARN)},
		{name: "a cluster, another key", change: cluster("StringEquals", "aws:RequestTag/team", "shop"), want: one("fail", "trusts every identity of "+clusterARN)},
		{name: "a cluster, a denial", change: trusting(webIdentity(clusterARN, ""),
			`{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"StringNotEquals":{"oidc.eks.eu-central-1.amazonaws.com/id/ABC:aud":"sts.amazonaws.com"}}}`), want: one("pass", "trusts "+clusterARN)},
		{name: "a cluster, a time that has passed", change: trusting(webIdentity(clusterARN, `{"DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}`)),
			want: one("pass", "conditions let nobody in as "+clusterARN)},
		{name: "SAML", change: saml(""), want: one("fail", "trusts every identity of "+samlARN)},
		{name: "SAML, the audience", change: saml(`{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}`), want: one("pass", "trusts "+samlARN)},
		{name: "SAML, in any case", change: saml(`{"StringEquals":{"saml:iss":"https://idp.example.com"}}`), want: one("pass", "trusts "+samlARN)},
		{name: "SAML, any audience", change: saml(`{"StringLike":{"SAML:aud":["https://signin.aws.amazon.com/saml","*"]}}`), want: one("fail", "trusts every identity of "+samlARN)},
		{name: "SAML, all audiences of none", change: saml(`{"ForAllValues:StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}`), want: one("fail", "trusts every identity of "+samlARN)},
		{name: "SAML, any audience that is there", change: saml(`{"Null":{"SAML:aud":"false"}}`), want: one("fail", "trusts every identity of "+samlARN)},
	}))
}

func TestRoleExternalID(t *testing.T) {
	vendor := func(condition string) func(w *world) { return trusting(statement(`{"AWS":"`+vendorID+`"}`, condition)) }
	const neither = "999999999999 needs neither an external ID nor MFA"
	runVerdicts(t, "role-external-id", slices.Concat(unreadableTrusts(), needAccounts(), []verdictCase{
		{name: "the organization's own", want: one("pass", "arn:aws:iam::222222222222:root is the organization's own")},
		{name: "own account alone", change: trusting(statement(`{"AWS":"111111111111"}`, "")), want: []string{"not_applicable: no role trusts another account"}},
		{name: "everyone is another control's", change: trusting(statement(`{"AWS":"*"}`, "")), want: []string{"not_applicable: no role trusts another account"}},
		{name: "a third party", change: vendor(""), want: one("fail", neither)},
		{name: "an external ID", change: vendor(`{"StringEquals":{"sts:ExternalId":"4711"}}`), want: one("pass", "999999999999 needs an external ID")},
		{name: "any external ID", change: vendor(`{"StringLike":{"sts:ExternalId":"*"}}`), want: one("fail", neither)},
		{name: "an external ID or none", change: vendor(`{"StringEqualsIfExists":{"sts:ExternalId":"4711"}}`), want: one("fail", neither)},
		{name: "all external IDs but one", change: vendor(`{"StringNotEquals":{"sts:ExternalId":"4711"}}`), want: one("fail", neither)},
		{name: "a denial without external ID", change: trusting(statement(`{"AWS":"`+vendorID+`"}`, ""),
			`{"Effect":"Deny","Principal":{"AWS":"`+vendorID+`"},"Action":"sts:AssumeRole","Condition":{"StringNotEquals":{"sts:ExternalId":"4711"}}}`), want: one("pass", "999999999999 needs an external ID")},
		{name: "MFA", change: vendor(`{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`), want: one("pass", "999999999999 needs MFA")},
		{name: "MFA, where the request tells", change: vendor(`{"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}}`), want: one("fail", neither)},
		{name: "a role of it", change: trusting(statement(`{"AWS":"arn:aws:iam::999999999999:role/x"}`, "")),
			want: one("fail", "arn:aws:iam::999999999999:role/x needs neither an external ID nor MFA")},
		{name: "trusted", change: func(w *world) { vendor("")(w); w.parameters.TrustedAccountIDs = []string{vendorID} },
			want: one("pass", "999999999999 is in trusted_account_ids")},
		{name: "a known vendor needs it too", change: func(w *world) { vendor("")(w); w.parameters.KnownVendors = []string{vendorID} }, want: one("fail", neither)},
		{name: "everyone of a vendor", change: trusting(statement(`{"AWS":"*"}`, `{"StringEquals":{"aws:PrincipalAccount":"999999999999"}}`)),
			want: one("fail", "every principal of account 999999999999 needs neither an external ID nor MFA")},
		{name: "a vendor that is in our organization", change: vendor(`{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`),
			want: one("pass", "conditions let nobody in as 999999999999")},
		{name: "a vendor that is in its own", change: vendor(`{"StringEquals":{"aws:PrincipalOrgID":"o-vendor"}}`), want: one("fail", neither)},
	}))
}

func TestRoleOutsideOrg(t *testing.T) {
	vendor := trusting(statement(`{"AWS":"arn:aws:iam::999999999999:root"}`, `{"StringEquals":{"sts:ExternalId":"4711"}}`))
	runVerdicts(t, "role-outside-org", slices.Concat(unreadableTrusts(), needAccounts(), []verdictCase{
		{name: "in the organization", want: one("pass", "arn:aws:iam::222222222222:root is the organization's own")},
		{name: "in any state", change: trusting(statement(`{"AWS":"333333333333"}`, "")), want: one("pass", "333333333333 is the organization's own")},
		{name: "an unknown account", change: vendor, want: one("fail", "arn:aws:iam::999999999999:root is outside the organization and not known")},
		{name: "trusted", change: func(w *world) { vendor(w); w.parameters.TrustedAccountIDs = []string{vendorID} },
			want: one("pass", "arn:aws:iam::999999999999:root is in trusted_account_ids")},
		{name: "a vendor", change: func(w *world) { vendor(w); w.parameters.KnownVendors = []string{vendorID} },
			want: one("pass", "arn:aws:iam::999999999999:root is in known_vendors")},
		{name: "a principal that is gone", change: trusting(statement(`{"AWS":"AROAEXAMPLEEXAMPLE123"}`, "")),
			want: one("fail", "AROAEXAMPLEEXAMPLE123 is the unique id of a principal that is gone")},
		{name: "two of them", change: trusting(statement(`{"AWS":["999999999999","888888888888","222222222222"]}`, "")),
			want: one("fail", "999999999999 is outside the organization and not known; and 1 more")},
		{name: "everyone of another organization", change: trusting(statement(`{"AWS":"*"}`, `{"StringEquals":{"aws:PrincipalOrgID":"o-vendor"}}`)),
			want: one("fail", "everyone, narrowed by conditions is outside the organization and not known")},
		{name: "everyone of a unit of ours", change: trusting(statement(`{"AWS":"*"}`, `{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/r-ab12/ou-1/*"}}`)),
			want: one("pass", "everyone, narrowed by conditions is the organization's own")},
		{name: "services alone", change: trusting(statement(`{"Service":"ec2.amazonaws.com"}`, "")),
			want: []string{"not_applicable: no role trusts an account or a principal in one"}},
	}))
}

func TestRoleCrossAccount(t *testing.T) {
	vendor := trusting(statement(`{"AWS":"999999999999"}`, `{"StringEquals":{"sts:ExternalId":"4711"}}`))
	with := func(policies ...string) func(w *world) {
		return func(w *world) {
			vendor(w)
			w.evidence.Authorization.Roles[0].Attached = nil
			for _, document := range policies {
				w.attach("role/incidents", w.own("p", document))
			}
		}
	}
	const outside = "999999999999 is outside the organization"
	runVerdicts(t, "role-cross-account-readonly", slices.Concat(unreadableTrusts(), needAccounts(), []verdictCase{
		{name: "of the organization", want: one("pass", "arn:aws:iam::222222222222:root is the organization's own")},
		{name: "no such policy", change: vendor, want: one("pass", outside+", and has no ReadOnlyAccess")},
		{name: "the policy", change: func(w *world) { vendor(w); w.attach("role/incidents", w.awsPolicy("ReadOnlyAccess")) }, want: one("fail", outside+", and has ReadOnlyAccess")},
		{name: "everyone", change: func(w *world) {
			trusting(statement(`"*"`, ""))(w)
			w.attach("role/incidents", w.awsPolicy("ReadOnlyAccess"))
		}, want: one("fail", "everyone is outside the organization, and has ReadOnlyAccess")},
		{name: "trusted", change: func(w *world) {
			vendor(w)
			w.attach("role/incidents", w.awsPolicy("ReadOnlyAccess"))
			w.parameters.TrustedAccountIDs = []string{vendorID}
		}, want: one("pass", "999999999999 is in trusted_account_ids")},
		{name: "own account alone", change: trusting(statement(`{"AWS":"111111111111"}`, "")), want: []string{"not_applicable: no role trusts another account"}},
	}))
	runVerdicts(t, "role-cross-account-write", slices.Concat(unreadableTrusts(), needAccounts(), []verdictCase{
		{name: "of the organization", want: one("pass", "arn:aws:iam::222222222222:root is the organization's own")},
		{name: "reading", change: with(`{"Statement":{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":"*"}}`), want: one("pass", outside+", and the role writes nothing")},
		{name: "writing", change: with(`{"Statement":{"Effect":"Allow","Action":"s3:Put*","Resource":"*"}}`), want: one("fail", outside+", and may do s3:PutAccessGrantsInstanceResourcePolicy")},
		{name: "denied in the same role", change: with(`{"Statement":[{"Effect":"Allow","Action":["s3:PutObject","s3:GetObject"],"Resource":"*"},{"Effect":"Deny","Action":"s3:Put*","Resource":"*"}]}`),
			want: one("pass", outside+", and the role writes nothing")},
		{name: "denied by an SCP", change: func(w *world) {
			with(`{"Statement":{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}}`)(w)
			p := guardrail("p-write", "read-only", workloadsID)
			p.Document = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","NotAction":["s3:Get*"],"Resource":"*"}}`
			w.org.Policies = append(w.org.Policies, p)
		}, want: one("pass", outside+", and the role writes nothing")},
		{name: "a policy that is not known", change: func(w *world) { vendor(w); w.attach("role/incidents", w.awsPolicy("Unknown")) },
			want: []string{"not_assessed because malformed", "not_assessed role/incidents: " + outside + ", and one of its policies is not known: the policy's document could not be read"}},
		{name: "SCPs not known", change: func(w *world) {
			with(`{"Statement":{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}}`)(w)
			lost(org.SectionPolicies, org.Throttled)(w)
		}, want: []string{"not_assessed because throttled", "not_assessed role/incidents: " + outside + ", and may do s3:PutObject; SCPs may take it away, and are not all known"}},
	}))
}

func TestRoleTrustMFA(t *testing.T) {
	runVerdicts(t, "role-trust-mfa", slices.Concat(unreadableTrusts(), []verdictCase{
		{name: "MFA", want: one("pass", "arn:aws:iam::222222222222:root needs MFA")},
		{name: "not asked for", change: func(w *world) { w.parameters.RequireRoleMFA = false }, want: []string{"not_applicable: require_role_mfa is not set"}},
		{name: "none", change: trusting(statement(`{"AWS":"111111111111"}`, "")), want: one("fail", "111111111111 needs no MFA")},
		{name: "a user", change: trusting(statement(`{"AWS":"arn:aws:iam::111111111111:user/alice"}`, "")), want: one("fail", "arn:aws:iam::111111111111:user/alice needs no MFA")},
		{name: "the age of MFA", change: trusting(statement(`{"AWS":"111111111111"}`, `{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}`)), want: one("pass", "111111111111 needs MFA")},
		{name: "where the request tells", change: trusting(statement(`{"AWS":"111111111111"}`, `{"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}}`)), want: one("fail", "111111111111 needs no MFA")},
		{name: "a denial", change: trusting(statement(`{"AWS":"111111111111"}`, ""),
			`{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}`), want: one("pass", "111111111111 needs MFA")},
		{name: "roles, services and providers", change: trusting(statement(`{"AWS":"arn:aws:iam::111111111111:role/x","Service":"ec2.amazonaws.com"}`, ""), webIdentity(githubARN, "")),
			want: []string{"not_applicable: no role trusts people by name or account"}},
	}))
}

// TestTrustBecause: a failed role names the statement that lets somebody in, with its conditions.
func TestTrustBecause(t *testing.T) {
	w := newWorld("aws")
	trusting(statement(`{"AWS":"222222222222"}`, ""), statement(`{"AWS":"*"}`, `{"StringEquals":{"sts:ExternalId":"x"}}`))(w)
	want := []string{`Allow: trust policy of role incidents (arn:aws:iam::111111111111:role/incidents), statement 2, under StringEquals sts:ExternalId ["x"]`}
	if diff := cmp.Diff(want, w.judge(t, "role-trust-anyone").Items[0].Because); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestTrustControlsInEveryPartition: nothing hangs on the name of a partition.
func TestTrustControlsInEveryPartition(t *testing.T) {
	for _, partition := range []string{"aws", "aws-cn", "aws-us-gov"} {
		w := newWorld(partition)
		for _, id := range []string{
			"role-trust-anyone", "role-external-id", "role-outside-org", "role-cross-account-readonly", "role-cross-account-write",
			"role-confused-deputy", "role-trust-mfa",
		} {
			if r := w.judge(t, id); r.Verdict != benchmark.VerdictPass {
				t.Errorf("%s: %s is %q", partition, id, w.told(r))
			}
		}
	}
}

// FuzzTrustPolicy: whatever stands in a trust policy, each control has a result that is whole,
// and a policy that has no Allow statement lets nobody in.
func FuzzTrustPolicy(f *testing.F) {
	for _, seed := range []string{
		"", "{", newWorld("aws").goodTrust(),
		`{"Statement":[` + statement(`"*"`, `{"StringLike":{"aws:PrincipalArn":["*","arn:aws:iam::*:role/?"]}}`) + `]}`,
		`{"Statement":[` + webIdentity(githubARN, `{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:*/x"}}`) + `]}`,
		`{"Statement":[` + statement(`{"Service":["*","a.b.c"],"AWS":":::::"}`, `{"IpAddress":{"aws:SourceIp":["::/0","x"]},"ArnLike":{"aws:SourceArn":":::::"}}`) + `]}`,
		`{"Statement":{"Effect":"Deny","NotPrincipal":{"AWS":["*"]},"NotAction":"x"}}`,
	} {
		f.Add(seed)
	}
	w := newWorld("aws")
	w.attach("role/incidents", w.own("write", `{"Statement":{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}}`))
	w.policied(org.ResourceControlPolicy, "p-rcp", `{"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}`, rootID)
	f.Fuzz(func(t *testing.T, text string) {
		w.evidence.Authorization.Roles[0].Trust = text
		for _, id := range []string{
			"role-trust-anyone", "role-external-id", "role-outside-org", "role-cross-account-readonly", "role-cross-account-write",
			"role-confused-deputy", "role-trust-mfa", "resource-policy-no-wildcard",
		} {
			r := w.judge(t, id)
			if r.Verdict == benchmark.VerdictFail && !strings.Contains(strings.ToLower(text), "allow") && !strings.Contains(text, `\`) {
				t.Errorf("%s fails without an Allow: %q", id, w.told(r))
			}
		}
		w.subject().Trusts()
	})
}
