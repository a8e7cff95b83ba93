package benchmark_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// policied adds a policy of the organization with one statement, attached to nodes.
func (w *world) policied(kind, id, statement string, nodes ...string) {
	p := guardrail(id, "perimeter", nodes...)
	p.Type, p.Document = kind, `{"Version":"2012-10-17","Statement":[`+statement+`]}`
	w.org.Policies = append(w.org.Policies, p)
}

// mitigated are the resources of failed items, each with the policy that makes it ineffective.
func mitigated(w *world, r benchmark.Result) []string {
	list := []string{string(r.Verdict)}
	for _, i := range r.Items {
		if i.Status != benchmark.Failed {
			continue
		}
		text := strings.TrimPrefix(i.Resource, w.arn("")) + ": nothing"
		if m := i.Mitigation; m != nil {
			text = strings.TrimPrefix(i.Resource, w.arn("")) + ": " + strings.Join([]string{m.PolicyID, m.PolicyName, m.NodeID, m.NodeName, m.Statement}, ", ")
		}
		list = append(list, text)
	}
	return list
}

type mitigationCase struct {
	name, control string
	change        func(w *world)
	want          []string
}

func runMitigations(t *testing.T, cases []mitigationCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld("aws")
			c.change(w)
			if diff := cmp.Diff(c.want, mitigated(w, w.judge(t, c.control))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRCPMitigation: an RCP counts where it keeps out in every request all of those that
// make the role fail.
func TestRCPMitigation(t *testing.T) {
	const perimeter = `{"Sid":"Ours","Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*","Condition":{
		"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}`
	rcp := func(statement string, nodes ...string) func(w *world) {
		return func(w *world) { w.policied(org.ResourceControlPolicy, "p-rcp", statement, nodes...) }
	}
	both := func(changes ...func(w *world)) func(w *world) {
		return func(w *world) {
			for _, change := range changes {
				change(w)
			}
		}
	}
	everyone := trusting(statement(`{"AWS":"*"}`, ""))
	vendor := trusting(statement(`{"AWS":"999999999999"}`, ""))
	denied := []string{"fail", `role/incidents: p-rcp, perimeter, ou-ab12-00workloads, unit Workloads, statement 1 ("Ours")`}
	open := []string{"fail", "role/incidents: nothing"}
	runMitigations(t, []mitigationCase{
		{"everyone", "role-trust-anyone", both(everyone, rcp(perimeter, workloadsID)), denied},
		{"an external account", "role-external-id", both(vendor, rcp(perimeter, workloadsID)), denied},
		{"an unknown account", "role-outside-org", both(vendor, rcp(perimeter, workloadsID)), denied},
		{"no RCP", "role-trust-anyone", everyone, open},
		{"on another unit", "role-trust-anyone", both(everyone, rcp(perimeter, securityOU)), open},
		{"the type is not enabled", "role-trust-anyone", both(everyone, rcp(perimeter, workloadsID), func(w *world) {
			w.org.PolicyTypes = []string{org.ServiceControlPolicy}
		}), open},
		{"not in every request", "role-trust-anyone", both(everyone, rcp(`{"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}`, workloadsID)), open},
		{"on other roles", "role-trust-anyone", both(everyone, rcp(strings.ReplaceAll(perimeter, `"Resource":"*"`, `"Resource":"arn:aws:iam::*:role/x"`), workloadsID)), open},
		{"of other services", "role-trust-anyone", both(everyone, rcp(strings.ReplaceAll(perimeter, "sts:AssumeRole", "s3:*"), workloadsID)), open},
		{"the vendor is exempt", "role-external-id", both(vendor, rcp(strings.ReplaceAll(perimeter, `"BoolIfExists"`, `"StringNotEquals":{"aws:PrincipalAccount":"999999999999"},"BoolIfExists"`), workloadsID)), open},
		{"the vendor's organization is exempt", "role-external-id", both(vendor, rcp(strings.ReplaceAll(perimeter, `"o-a1b2c3d4e5"`, `["o-a1b2c3d4e5","o-vendor"]`), workloadsID)), open},
		{"one of two is kept out", "role-outside-org", both(trusting(statement(`{"AWS":["999999999999","888888888888"]}`, "")),
			rcp(strings.ReplaceAll(perimeter, `"BoolIfExists"`, `"StringEquals":{"aws:PrincipalAccount":"999999999999"},"BoolIfExists"`), workloadsID)), open},
		{"web identity is another action", "role-trust-anyone", both(trusting(webIdentity(githubARN, "")), rcp(perimeter, workloadsID)), open},
		{"web identity of others", "role-trust-anyone", both(trusting(webIdentity(githubARN, "")), rcp(
			`{"Sid":"Ours","Effect":"Deny","Principal":"*","Action":"sts:AssumeRoleWithWebIdentity","Resource":"*","Condition":{"StringNotLikeIfExists":{"token.actions.githubusercontent.com:sub":"repo:acme/*"}}}`, workloadsID)), denied},
		{"web identity of others, badly bound", "role-trust-anyone", both(trusting(webIdentity(githubARN, "")), rcp(
			`{"Sid":"Ours","Effect":"Deny","Principal":"*","Action":"sts:AssumeRoleWithWebIdentity","Resource":"*","Condition":{"StringNotLikeIfExists":{"token.actions.githubusercontent.com:sub":"repo:acme*"}}}`, workloadsID)), open},
		{"a service that acts for others", "role-confused-deputy", both(trusting(statement(`{"Service":"config.amazonaws.com"}`, "")), rcp(
			`{"Sid":"Ours","Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:SourceOrgID":"o-a1b2c3d4e5"},"Null":{"aws:SourceAccount":"false"},"Bool":{"aws:PrincipalIsAWSService":"true"}}}`, workloadsID)), denied},
		{"a service that names no account", "role-confused-deputy", both(trusting(statement(`{"Service":"firehose.amazonaws.com"}`, "")), rcp(
			`{"Sid":"Ours","Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:SourceOrgID":"o-a1b2c3d4e5"},"Null":{"aws:SourceAccount":"false"},"Bool":{"aws:PrincipalIsAWSService":"true"}}}`, workloadsID)), open},
		{"every service", "role-confused-deputy", both(trusting(statement(`{"Service":"*"}`, "")), rcp(
			`{"Sid":"Ours","Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:SourceOrgID":"o-a1b2c3d4e5"},"Null":{"aws:SourceAccount":"false"},"Bool":{"aws:PrincipalIsAWSService":"true"}}}`, workloadsID)), open},
		{"a service that names no account, denied without", "role-confused-deputy", both(trusting(statement(`{"Service":"firehose.amazonaws.com"}`, "")), rcp(
			`{"Sid":"Ours","Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:SourceOrgID":"o-a1b2c3d4e5"},"Bool":{"aws:PrincipalIsAWSService":"true"}}}`, workloadsID)), denied},
		{"web identity, unsigned", "role-trust-anyone", both(trusting(webIdentity(githubARN, "")), rcp(
			`{"Sid":"Ours","Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*","Condition":{"Bool":{"aws:PrincipalIsAWSService":"false"}}}`, workloadsID)), open},
		{"web identity, all", "role-trust-anyone", both(trusting(webIdentity(githubARN, "")), rcp(
			`{"Sid":"Ours","Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*","Condition":{"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}`, workloadsID)), denied},
		{"the management account", "role-trust-anyone", both(func(w *world) {
			w.account = managementID
			w.evidence.AccountID = managementID
			w.evidence.Authorization.Roles[0].ARN = w.arn("role/incidents")
		}, everyone, rcp(perimeter, rootID)), open},
	})
}

// TestSCPMitigation: an SCP counts where it denies everything to the principal that the item
// is about.
func TestSCPMitigation(t *testing.T) {
	const denyRoot = `{"Sid":"Root","Effect":"Deny","Action":"*","Resource":"*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:root"}}}`
	const denyAll = `{"Effect":"Deny","Action":"*","Resource":"*"}`
	const denyOthers = `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/alice"}}}`
	withRoot := func(statement, node string) func(w *world) {
		return func(w *world) {
			w.summary(1, 1, 0)
			w.report(w.rootRow().with("mfa_active", "false").key("1", ago(9), "N/A"), w.idleRow("alice").with("password_enabled", "true").key("1", ago(400), ago(400)))
			w.policied(org.ServiceControlPolicy, "p-scp", statement, node)
		}
	}
	root := func(text string) []string { return []string{"fail", "root: " + text} }
	const byRoot = `p-scp, perimeter, r-ab12, the root, statement 1 ("Root")`
	const byAll = "p-scp, perimeter, 111111111111, the account itself, statement 1"
	runMitigations(t, []mitigationCase{
		{"the key of a denied root user", "root-no-access-key", withRoot(denyRoot, rootID), root(byRoot)},
		{"the MFA of a denied root user", "root-mfa", withRoot(denyRoot, rootID), root(byRoot)},
		{"the hardware MFA of a denied root user", "root-hardware-mfa", withRoot(denyRoot, rootID), root(byRoot)},
		{"a use that has happened", "root-not-used", func(w *world) {
			withRoot(denyRoot, rootID)(w)
			w.report(w.rootRow().with("password_last_used", ago(1)))
		}, root("nothing")},
		{"some things are denied", "root-mfa", withRoot(strings.Replace(denyRoot, `"Action":"*"`, `"Action":"ec2:*"`, 1), rootID), root("nothing")},
		{"another unit", "root-mfa", withRoot(denyRoot, securityOU), root("nothing")},
		{"quarantine", "user-console-mfa", withRoot(denyAll, memberID), []string{"fail", "user/alice: " + byAll}},
		{"quarantine, by key", "access-key-rotation", withRoot(denyAll, memberID), []string{"fail", "user/alice/access-key-1: " + byAll}},
		{"quarantine, by credential", "user-credentials-unused", withRoot(denyAll, memberID), []string{"fail", "user/alice/password: " + byAll, "user/alice/access-key-1: " + byAll}},
		{"quarantine without authorization details", "user-console-mfa", func(w *world) {
			withRoot(denyAll, memberID)(w)
			w.lose(collect.AuthorizationSection, org.Throttled)
		}, []string{"fail", "user/alice: " + byAll}},
		{"quarantine of a role", "role-unused", func(w *world) {
			w.evidence.Authorization.Roles[0].LastUsed = listed().AddDate(-1, 0, 0)
			w.policied(org.ServiceControlPolicy, "p-scp", denyAll, memberID)
		}, []string{"fail", "role/incidents: " + byAll}},
		{"the certificate of a denied root user", "root-signing-cert", func(w *world) {
			withRoot(denyRoot, rootID)(w)
			w.report(w.rootRow().with("cert_1_active", "true"))
		}, root(byRoot)},
		{"an exempt user", "user-console-mfa", withRoot(denyOthers, memberID), []string{"fail", "user/alice: nothing"}},
		{"SCPs not known", "user-console-mfa", func(w *world) {
			withRoot(denyAll, memberID)(w)
			lost(org.SectionPolicies, org.Throttled)(w)
		}, []string{"fail", "user/alice: nothing"}},
	})
}
