package benchmark_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/org"
)

const (
	withIfExists = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}}}]}`
	byRegion     = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":["eu-central-1","us-east-1"]}}}]}`
	recentMFA    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}}]}`
	// unlessMFA denies all but the registration of a device to those who show none.
	unlessMFA = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":["iam:CreateVirtualMFADevice","iam:EnableMFADevice","sts:GetSessionToken"],"Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}]}`
	ofService = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
)

// trust is a trust policy for principals of AWS, with further elements.
func trust(principal, more string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + principal + `"},"Action":"sts:AssumeRole"` + more + `}]}`
}

const mfaPresent = `,"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`

func TestAdminRequiresMFA(t *testing.T) {
	const none = "not_applicable: no user, no group and no role that people assume has administrator rights"
	const alone, others = "gives them with MFA alone", "other policies of those who have it ask for MFA"
	role := func(trust string, documents ...string) func(w *world) {
		return func(w *world) {
			bare(w)
			w.evidence.Authorization.Roles[0].Trust = trust
			for _, d := range documents {
				w.inline("role/incidents", "p", d)
			}
		}
	}
	with := func(first func(w *world), more func(w *world)) func(w *world) {
		return func(w *world) { first(w); more(w) }
	}
	runVerdicts(t, "admin-requires-mfa-condition", []verdictCase{
		{name: "no administrator", want: []string{none}},
		{name: "a group's policy", change: only(false, allowEverything), want: []string{"fail", "fail policy/p: gives them without MFA to group/developers"}},
		{name: "with the condition", change: only(false, allowWithMFA), want: []string{"pass", "pass policy/p: " + alone}},
		{name: "with a recent device", change: only(false, recentMFA), want: []string{"pass", "pass policy/p: " + alone}},
		{name: "a condition that access keys escape", change: only(false, withIfExists), want: []string{"fail", "fail policy/p: gives them without MFA to group/developers"}},
		{name: "another condition", change: only(false, byRegion), want: []string{"fail", "fail policy/p: gives them without MFA to group/developers"}},
		{name: "inline", change: only(true, allowEverything), want: []string{"fail", "fail group/developers/p: gives them without MFA to group/developers"}},
		{name: "denied without MFA by the same group", change: with(only(false, allowEverything), func(w *world) { w.inline("group/developers", "mfa", unlessMFA) }),
			want: []string{"pass", "pass policy/p: " + others}},
		{name: "denied without MFA to one of two", change: with(only(false, allowEverything), func(w *world) {
			w.inline("group/developers", "mfa", unlessMFA)
			w.evidence.Authorization.Users[0].Groups = nil
			w.attach("user/alice", w.arn("policy/p"))
		}), want: []string{"fail", "fail policy/p: gives them without MFA to user/alice"}},
		{name: "a user whose group asks for MFA", change: func(w *world) {
			bare(w)
			w.attach("user/alice", w.own("p", allowEverything))
			w.inline("group/developers", "mfa", unlessMFA)
		}, want: []string{"pass", "pass policy/p: " + others}},
		{name: "a policy that may ask for MFA is not known", change: with(only(false, allowEverything), func(w *world) { w.inline("group/developers", "mfa", notEffect) }),
			want: []string{
				"not_assessed because malformed",
				"not_assessed group/developers: one of its policies is not known: " + misspelt,
				"not_assessed user/alice: one of its policies is not known: " + misspelt,
				"not_assessed policy/p: gives them without MFA, unless a policy that is not known asks for it",
			}},
		{name: "AWS's own policy", change: func(w *world) {
			bare(w)
			w.attach("user/alice", w.library("AdministratorAccess", allowEverything))
		}, want: []string{"fail", "fail arn:aws:iam::aws:policy/AdministratorAccess: gives them without MFA to user/alice"}},
		{name: "AWS's own policy that nobody could read", change: func(w *world) {
			bare(w)
			w.attach("user/alice", w.awsPolicy("AdministratorAccess"))
		}, want: []string{"not_assessed because malformed", "not_assessed user/alice: one of its policies is not known: the policy's document could not be read"}},

		{name: "a role that people assume", change: role(trust("arn:aws:iam::111111111111:root", ""), allowEverything),
			want: []string{"fail", "fail role/incidents: can be assumed without MFA"}},
		{name: "a role that people assume with MFA", change: role(trust("arn:aws:iam::111111111111:user/alice", mfaPresent), allowEverything),
			want: []string{"pass", "pass role/incidents: can be assumed with MFA alone"}},
		{name: "a role whose trust policy denies without MFA", change: role(`{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Principal":{"AWS":"111111111111"},"Action":"sts:AssumeRole"},
			{"Effect":"Deny","Principal":"*","Action":"sts:*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}]}`, allowEverything),
			want: []string{"pass", "pass role/incidents: can be assumed with MFA alone"}},
		{name: "a role whose policies ask for MFA", change: role(trust("*", ""), allowWithMFA), want: []string{"pass", "pass role/incidents: its policies ask for MFA"}},
		{name: "a service's role", change: role(ofService, allowEverything), want: []string{none}},
		{name: "a role that roles assume", change: role(trust("arn:aws:iam::111111111111:role/ci", ""), allowEverything), want: []string{none}},
		{name: "a role that is no administrator", change: role(trust("*", ""), readLogs), want: []string{none}},
		{name: "a role bound by its boundary", change: with(role(trust("*", ""), allowEverything), func(w *world) {
			w.evidence.Authorization.Roles[0].Boundary = w.own("bound", readLogs)
		}), want: []string{none}},
		{name: "an administrator's trust policy that cannot be read", change: role("", allowEverything),
			want: []string{"not_assessed because malformed", "not_assessed role/incidents: its trust policy could not be understood"}},
		{name: "another role's", change: role("", readLogs), want: []string{none}},
		{name: "a role that may be an administrator", change: role(trust("*", ""), notEffect),
			want: []string{"not_assessed because malformed", "not_assessed role/incidents: one of its policies is not known: " + misspelt}},
		{name: "denied", change: func(w *world) { w.lose(collect.AuthorizationSection, org.DeniedBySCP) }, want: []string{"not_assessed because denied_by_scp"}},
	})
}

func TestAdminWithoutCondition(t *testing.T) {
	const everything = `{"Effect":"Allow","Action":"*","Resource":"*"}`
	runVerdicts(t, "admin-without-condition", []verdictCase{
		{name: "no administrator", want: []string{"not_applicable: no user, group or role has a policy that grants everything"}},
		{name: "without", change: only(false, allowEverything), want: []string{"fail", "fail policy/p: no condition; held by group/developers"}},
		{name: "inline", change: only(true, allowEverything), want: []string{"fail", "fail group/developers/p: no condition; held by group/developers"}},
		{name: "on the Allow", change: only(false, byRegion), want: []string{"pass", "pass policy/p: has conditions"}},
		{name: "on a Deny beside it", change: only(false, `{"Statement":[`+everything+`,{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`),
			want: []string{"pass", "pass policy/p: has conditions"}},
		{name: "on one of two", change: only(false, `{"Statement":[`+everything+`,{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}]}`),
			want: []string{"fail", "fail policy/p: no condition; held by group/developers"}},
		{name: "AWS's own", change: func(w *world) {
			bare(w)
			arn := w.library("AdministratorAccess", allowEverything)
			w.attach("role/incidents", arn)
			w.attach("user/alice", arn)
		}, want: []string{"fail", "fail arn:aws:iam::aws:policy/AdministratorAccess: no condition; held by user/alice, role/incidents"}},
		{name: "attached to nobody", change: func(w *world) { bare(w); w.own("p", allowEverything) },
			want: []string{"not_applicable: no user, group or role has a policy that grants everything"}},
		{name: "not understood", change: func(w *world) { bare(w); w.inline("user/alice", "p", notEffect) },
			want: []string{"not_assessed because malformed", "not_assessed user/alice: one of its policies is not known: " + misspelt}},
		{name: "denied", change: func(w *world) { w.lose(collect.AuthorizationSection, org.TimedOut) }, want: []string{"not_assessed because timed_out"}},
	})
}

// TestPoliciesBecause: a failed item names the statements that decide, and points at the
// document.
func TestPoliciesBecause(t *testing.T) {
	const p = "identity policy p (arn:aws:iam::111111111111:policy/p), "
	const document = `{"Version":"2012-10-17","Statement":[
		{"Effect":"Deny","Action":"s3:DeleteBucket","Resource":"*"},
		{"Sid":"Keys","Effect":"Allow","Action":["kms:*","sts:AssumeRole"],"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}},
		{"Sid":"Versions","Effect":"Allow","Action":["iam:CreatePolicyVersion","sqs:*"],"Resource":"*"}]}`
	for control, want := range map[string][]string{
		"policy-full-kms":               {"Allow: " + p + `statement 2 ("Keys"), under Bool aws:SecureTransport ["true"]`},
		"policy-kms-decrypt-all":        {"Allow: " + p + `statement 2 ("Keys"), under Bool aws:SecureTransport ["true"]`},
		"policy-assume-any-role":        {"Allow: " + p + `statement 2 ("Keys"), under Bool aws:SecureTransport ["true"]`},
		"policy-service-wildcard":       {"Allow: " + p + `statement 3 ("Versions")`},
		"policy-permissions-management": {"Allow: " + p + `statement 3 ("Versions")`},
		"policy-privesc":                {`iam:CreatePolicyVersion on arn:*:iam::????????????:policy/*, ends in administrator rights: statement 3 ("Versions")`},
	} {
		w := newWorld("aws")
		only(false, document)(w)
		r := w.judge(t, control)
		if len(r.Items) != 1 || r.Failed != 1 {
			t.Errorf("%s: %q, want one failed item", control, w.told(r))
			continue
		}
		if diff := cmp.Diff(want, r.Items[0].Because); diff != "" {
			t.Errorf("%s: reasons (-want +got):\n%s", control, diff)
		}
		if at := r.Items[0].Evidence.Pointer; !strings.HasSuffix(at, "/policies/0/versions/1/document") {
			t.Errorf("%s: the evidence is at %s", control, at)
		}
	}
	w := newWorld("aws")
	only(true, document)(w)
	r := w.judge(t, "inline-full-kms")
	if at := r.Items[0].Evidence.Pointer; !strings.HasSuffix(at, "/groups/0/inline/0/document") {
		t.Errorf("the evidence of an inline policy is at %s", at)
	}
}
