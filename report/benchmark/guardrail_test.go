package benchmark_test

import (
	"fmt"
	"strings"
	"testing"

	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// scp is a service control policy of one statement, attached to nodes.
func scp(id, statement string, targets ...string) org.Policy {
	p := guardrail(id, id+"-name", targets...)
	p.Document = `{"Version":"2012-10-17","Statement":` + statement + `}`
	return p
}

// scps puts policies beside FullAWSAccess.
func scps(policies ...org.Policy) func(w *world) {
	return func(w *world) { w.org.Policies = append([]org.Policy{fullAccess()}, policies...) }
}

// withoutFullAccess takes FullAWSAccess off a node.
func withoutFullAccess(w *world, node string) {
	kept := w.org.Policies[0].Targets[:0:0]
	for _, target := range w.org.Policies[0].Targets {
		if target.ID != node {
			kept = append(kept, target)
		}
	}
	w.org.Policies[0].Targets = kept
}

func TestGuardrailLeaveOrganization(t *testing.T) {
	const item = " organizations:LeaveOrganization in account 111111111111: "
	deny := func(condition string) string {
		if condition != "" {
			condition = `,"Condition":{` + condition + `}`
		}
		return `{"Sid":"Stay","Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"` + condition + `}`
	}
	pass := func(name, where, more string) []string {
		return []string{"pass", "pass" + item + fmt.Sprintf(`denied by SCP %s-name (%[1]s) at %s, statement 1 ("Stay")`, name, where) + more}
	}
	fail := []string{"fail", "fail" + item + "no SCP that binds the account denies it"}
	runVerdicts(t, "guardrail-leave-organization", []verdictCase{
		{name: "at the unit", change: scps(scp("p-1", deny(""), workloadsID)), want: pass("p-1", "unit Workloads", "")},
		{name: "at the root", change: scps(scp("p-1", deny(""), rootID)), want: pass("p-1", "the root", "")},
		{name: "at the account", change: scps(scp("p-1", deny(""), memberID)), want: pass("p-1", "the account itself", "")},
		{name: "at a unit that does not hold the account", change: scps(scp("p-1", deny(""), emptyID, securityOU)), want: fail},
		{name: "attached to nothing", change: scps(scp("p-1", deny(""))), want: fail},
		{name: "some are exempt", change: scps(scp("p-1", deny(`"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/break-glass"}`), rootID)),
			want: pass("p-1", "the root", `; exempt: ArnNotLike aws:PrincipalArn ["arn:aws:iam::*:role/break-glass"]`)},
		{name: "it is about some alone", change: scps(scp("p-1", deny(`"ArnLike":{"aws:PrincipalArn":["arn:aws:iam::*:role/*","arn:aws:iam::*:user/*"]}`), rootID)),
			want: pass("p-1", "the root", `; only for ArnLike aws:PrincipalArn ["arn:aws:iam::*:role/*", "arn:aws:iam::*:user/*"]`)},
		{name: "it is about roles alone", change: scps(scp("p-1", deny(`"ArnLike":{"aws:PrincipalArn":["arn:aws:iam::*:role/*","arn:aws:iam::*:root"]}`), rootID)),
			want: []string{"fail", "fail" + item + "IAM users: no SCP that binds the account denies it"}},
		{name: "it exempts users", change: scps(scp("p-1", deny(`"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/*"}`), rootID)),
			want: []string{"fail", "fail" + item + "IAM users: no SCP that binds the account denies it"}},
		{name: "it is about who has no user name", change: scps(scp("p-1", deny(`"Null":{"aws:username":"true"}`), rootID)),
			want: []string{"fail", "fail" + item + "IAM users: no SCP that binds the account denies it"}},
		{name: "in some requests alone", change: scps(scp("p-1", deny(`"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}`), rootID)),
			want: []string{"fail", "fail" + item + `denied in some requests alone: SCP p-1-name (p-1) at the root, statement 1 ("Stay"), under BoolIfExists aws:MultiFactorAuthPresent ["false"]`}},
		{name: "of an account that is another's", change: scps(scp("p-1", deny(`"StringEquals":{"aws:PrincipalAccount":"222222222222"}`), rootID)), want: fail},
		{name: "by a wildcard", change: scps(scp("p-1", `{"Sid":"Stay","Effect":"Deny","Action":"organizations:*","Resource":"*"}`, rootID)), want: pass("p-1", "the root", "")},
		{name: "by NotAction", change: scps(scp("p-1", `{"Sid":"Stay","Effect":"Deny","NotAction":["s3:*","ec2:*"],"Resource":"*"}`, rootID)), want: pass("p-1", "the root", "")},
		{name: "by NotAction that leaves it out", change: scps(scp("p-1", `{"Effect":"Deny","NotAction":["s3:*","organizations:Leave*"],"Resource":"*"}`, rootID)), want: fail},
		{name: "by an allow-list", change: func(w *world) {
			scps(scp("p-1", `{"Effect":"Allow","Action":["s3:*","ec2:*"],"Resource":"*"}`, workloadsID))(w)
			withoutFullAccess(w, workloadsID)
		}, want: []string{"pass", "pass" + item + "no SCP allows it at unit Workloads"}},
		{name: "the management account", change: func(w *world) { w.account = managementID },
			want: []string{"not_applicable: no SCP binds the management account"}},
		{name: "not asked for", change: func(w *world) { w.parameters.Guardrails = []string{"cloudtrail"} },
			want: []string{"not_applicable: the configuration does not ask for this guardrail"}},
		{name: "SCPs are not enabled", change: func(w *world) { w.org.PolicyTypes = nil },
			want: []string{"fail", "fail" + item + "service control policies are not enabled in the organization"}},
		{name: "policies could not be read", change: lost(org.SectionPolicies, org.DeniedByRole), want: []string{"not_assessed because denied_by_role"}},
		{name: "the account's place is not known", change: func(w *world) { w.org.Account(memberID).Path = nil },
			want: []string{"not_assessed because not_walked", "not_assessed" + item + "the SCPs of the account are not all known"}},
		{name: "a policy that nobody understands", change: scps(scp("p-1", deny(""), rootID), scp("p-2", `{"Effect":`, rootID)),
			want: []string{"not_assessed because malformed", "not_assessed" + item + "the SCPs of the account are not all known"}},
		{name: "an account that could not be entered is bound all the same", change: func(w *world) {
			scps(scp("p-1", deny(""), rootID))(w)
			w.evidence = nil
		}, want: pass("p-1", "the root", "")},
	})
}

// TestGuardrails gives every guardrail an SCP that makes it pass, and takes one action of
// it away.
func TestGuardrails(t *testing.T) {
	root := `,"Condition":{"ArnLike":{"aws:PrincipalArn":"arn:*:iam::*:root"}}`
	for name, statement := range map[string]string{
		"cloudtrail":      `{"Effect":"Deny","Action":["cloudtrail:Stop*","cloudtrail:Delete*","cloudtrail:Update*","cloudtrail:Put*"],"Resource":"*"}`,
		"config":          `{"Effect":"Deny","Action":["config:Stop*","config:Delete*"],"Resource":"*"}`,
		"guardduty":       `{"Effect":"Deny","Action":["guardduty:Delete*","guardduty:Update*","guardduty:Disassociate*"],"Resource":"*"}`,
		"securityhub":     `{"Effect":"Deny","Action":["securityhub:Di*"],"Resource":"*"}`,
		"access-analyzer": `{"Effect":"Deny","Action":"access-analyzer:DeleteAnalyzer","Resource":"*"}`,
		"root-keys":       `{"Effect":"Deny","Action":"iam:CreateAccessKey","Resource":"*"` + root + `}`,
		"root-user":       `{"Effect":"Deny","Action":"*","Resource":"*"` + root + `}`,
		"regions":         `{"Effect":"Deny","NotAction":["iam:*","organizations:*","sts:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1"]}}}`,
		"iam-users":       `{"Effect":"Deny","Action":"iam:CreateUser","Resource":"arn:aws:iam::*:user/*"}`,
		"access-keys":     `{"Effect":"Deny","Action":"iam:CreateAccessKey","Resource":"*"}`,
		"audit-role":      `{"Effect":"Deny","Action":["iam:*Role*"],"Resource":"arn:aws:iam::*:role/OrgauditRole"}`,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld("aws")
			scps(scp("p-1", statement, workloadsID))(w)
			if r := w.judge(t, "guardrail-"+name); r.Verdict != benchmark.VerdictPass {
				t.Errorf("with the SCP: %q", w.told(r))
			}
			// The same policy on a unit without accounts guards nobody.
			scps(scp("p-1", statement, emptyID))(w)
			if r := w.judge(t, "guardrail-"+name); r.Verdict != benchmark.VerdictFail || r.Passed > 0 {
				t.Errorf("with the SCP elsewhere: %q", w.told(r))
			}
			// An exception for everything that the guardrail is about leaves it open.
			scps(scp("p-1", strings.Replace(statement, `"Effect":"Deny"`, `"Effect":"Deny","Sid":"Part"`, 1), workloadsID),
				scp("p-2", `{"Effect":"Allow","Action":"*","Resource":"*"}`, rootID))(w)
			if r := w.judge(t, "guardrail-"+name); r.Verdict != benchmark.VerdictPass {
				t.Errorf("an allowance must not undo a denial: %q", w.told(r))
			}
		})
	}
	w := newWorld("aws")
	scps(scp("p-1", `{"Effect":"Deny","Action":["cloudtrail:StopLogging"],"Resource":"*"}`, rootID))(w)
	if r := w.judge(t, "guardrail-cloudtrail"); r.Verdict != benchmark.VerdictFail || r.Passed != 1 || r.Failed != 3 {
		t.Errorf("with a part of CloudTrail protected: %q", w.told(r))
	}
	// A root denial that is not for the root user alone protects against everybody.
	scps(scp("p-1", `{"Effect":"Deny","Action":"cloudtrail:*","Resource":"arn:aws:cloudtrail:*:*:trail/organization"}`, rootID))(w)
	if r := w.judge(t, "guardrail-cloudtrail"); r.Verdict != benchmark.VerdictFail {
		t.Errorf("with one trail protected: %q", w.told(r))
	}
}

// TestGuardrailRegions: with a list of allowed regions, whatever a policy or the account
// has beyond it must be denied.
func TestGuardrailRegions(t *testing.T) {
	w := newWorld("aws")
	scps(scp("p-1", `{"Effect":"Deny","NotAction":"iam:*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","us-east-1"]}}}`, rootID))(w)
	w.parameters.AllowedRegions = []string{"eu-central-1"}
	r := w.judge(t, "guardrail-regions")
	if r.Verdict != benchmark.VerdictFail || !strings.Contains(strings.Join(w.told(r), "\n"), "fail ec2:RunInstances in account 111111111111, region us-east-1: no SCP") {
		t.Errorf("a region beyond the list is allowed: %q", w.told(r))
	}
	if r := w.judge(t, "org-scp-deny-regions"); r.Verdict != benchmark.VerdictFail {
		t.Errorf("for the organization: %q", w.told(r))
	}
	w.parameters.AllowedRegions = []string{"eu-central-1", "us-east-1"}
	for _, control := range []string{"guardrail-regions", "org-scp-deny-regions"} {
		if r := w.judge(t, control); r.Verdict != benchmark.VerdictPass {
			t.Errorf("%s: %q", control, w.told(r))
		}
	}
}

func TestGuardrailRequiredDenials(t *testing.T) {
	const item = " kms:ScheduleKeyDeletion in account 111111111111: "
	require := func(change func(w *world)) func(w *world) {
		return func(w *world) {
			w.parameters.RequiredDenials = []string{"kms:ScheduleKeyDeletion"}
			change(w)
		}
	}
	runVerdicts(t, "guardrail-required-denials", []verdictCase{
		{name: "none", want: []string{"not_applicable: the configuration requires no further denials"}},
		{name: "denied", change: require(scps(scp("p-1", `{"Effect":"Deny","Action":"kms:*","Resource":"*"}`, rootID))),
			want: []string{"pass", "pass" + item + "denied by SCP p-1-name (p-1) at the root, statement 1"}},
		{name: "denied on every key", change: require(scps(scp("p-1", `{"Effect":"Deny","Action":"kms:Schedule*","Resource":"arn:aws:kms:*:*:key/*"}`, rootID))),
			want: []string{"pass", "pass" + item + "denied by SCP p-1-name (p-1) at the root, statement 1"}},
		{name: "denied on some keys", change: require(scps(scp("p-1", `{"Effect":"Deny","Action":"kms:Schedule*","Resource":"arn:aws:kms:*:*:key/mrk-1*"}`, rootID))),
			want: []string{"fail", "fail" + item + "no SCP that binds the account denies it"}},
		{name: "denied on the keys of another account", change: require(scps(scp("p-1", `{"Effect":"Deny","Action":"kms:Schedule*","Resource":"arn:aws:kms:*:222222222222:key/*"}`, rootID))),
			want: []string{"fail", "fail" + item + "no SCP that binds the account denies it"}},
		{name: "tags of one kind of resource, which an action for many puts on", change: func(w *world) {
			w.parameters.RequiredDenials = []string{"ec2:DeleteTags"}
			scps(scp("p-1", `{"Effect":"Deny","Action":"ec2:DeleteTags","Resource":"arn:aws:ec2:*:*:volume/*"}`, rootID))(w)
		}, want: []string{"fail", "fail ec2:DeleteTags in account 111111111111: no SCP that binds the account denies it"}},
		{name: "not denied", change: require(scps()), want: []string{"fail", "fail" + item + "no SCP that binds the account denies it"}},
		{name: "not known", change: require(lost(org.SectionTree, org.Throttled)), want: []string{"not_assessed because throttled"}},
	})
}

func TestOrgSCPDenyRegions(t *testing.T) {
	member := "arn:aws:organizations::000000000001:account/o-a1b2c3d4e5/111111111111: "
	security := "arn:aws:organizations::000000000001:account/o-a1b2c3d4e5/222222222222: "
	const statement = `{"Effect":"Deny","NotAction":"iam:*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-central-1"}}}`
	const none = "no SCP that binds the account denies it"
	runVerdicts(t, "org-scp-deny-regions", []verdictCase{
		{name: "everywhere", change: scps(scp("p-1", statement, rootID)), want: []string{"pass",
			"pass " + member + "denied by SCP p-1-name (p-1) at the root, statement 1", "pass " + security + "denied by SCP p-1-name (p-1) at the root, statement 1"}},
		{name: "at an empty unit", change: scps(scp("p-1", statement, emptyID)), want: []string{"fail", "fail " + member + none, "fail " + security + none}},
		{name: "at one unit", change: scps(scp("p-1", statement, workloadsID)), want: []string{"fail",
			"pass " + member + "denied by SCP p-1-name (p-1) at unit Workloads, statement 1", "fail " + security + none}},
		{name: "no member", change: func(w *world) {
			w.org.Account(memberID).State, w.org.Account(securityID).State = "CLOSED", "SUSPENDED"
		}, want: []string{"not_applicable: the organization has no active member account"}},
		{name: "policies could not be read", change: lost(org.SectionPolicies, org.Throttled), want: []string{"not_assessed because throttled"}},
	})
}
