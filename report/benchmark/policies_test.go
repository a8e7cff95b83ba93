package benchmark_test

import (
	"slices"
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
)

// deployLevels is what the good world's policy deploy allows.
const deployLevels = "allows 1 List"

const (
	allowWithMFA = `{"Version":"2012-10-17","Statement":[{"Sid":"Careful","Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}`
	notEffect    = `{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}`
	misspelt     = `the policy's document could not be understood: statement 1: Effect: want Allow or Deny, got "allow"`
)

// allowing is a document of one statement that allows actions, as in JSON, on all resources.
func allowing(elements string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` + elements + `}]}`
}

// only is a world in which one policy of the account's own stands: managed and attached to
// a group, or inline in it.
func only(inline bool, document string) func(w *world) {
	return func(w *world) {
		bare(w)
		if inline {
			w.inline("group/developers", "p", document)
		} else {
			w.attach("group/developers", w.own("p", document))
		}
	}
}

// populationCases are what every control on the policies of one kind has to say of the
// kind, whatever it looks for. bad is a document that fails, and what is observed of it.
func populationCases(inline bool, sound, bad, observed string) []verdictCase {
	const fine = `{"Statement":[]}`
	cases := []verdictCase{
		{name: "denied", change: func(w *world) { w.lose(collect.AuthorizationSection, org.DeniedByRole) }, want: []string{"not_assessed because denied_by_role"}},
	}
	if inline {
		const p = " group/developers/p: "
		return append(cases,
			verdictCase{name: "good", change: only(true, fine), want: []string{"pass", "pass" + p + sound}},
			verdictCase{name: "bad", change: only(true, bad), want: []string{"fail", "fail" + p + observed}},
			verdictCase{name: "none", change: only(false, bad), want: []string{"not_applicable: no user, group or role has an inline policy"}},
			verdictCase{name: "cannot be understood", change: only(true, notEffect), want: []string{"not_assessed because malformed", "not_assessed" + p + misspelt}},
			verdictCase{name: "of everybody", change: func(w *world) {
				bare(w)
				w.inline("role/incidents", "r", fine)
				w.inline("user/alice", "u", bad)
				w.inline("group/developers", "g", fine)
				w.inline("group/developers", "h", notEffect)
			}, want: []string{
				"fail", "fail user/alice/u: " + observed, "pass group/developers/g: " + sound,
				"not_assessed group/developers/h: " + misspelt, "pass role/incidents/r: " + sound,
			}},
			verdictCase{name: "of a service-linked role", change: func(w *world) {
				bare(w)
				w.evidence.Authorization.Roles[0].ARN = w.arn("role/aws-service-role/x.amazonaws.com/incidents")
				w.inline("role/incidents", "r", bad)
			}, want: []string{"not_applicable: no user, group or role has an inline policy"}},
		)
	}
	const p = " policy/p: "
	const none = "not_applicable: no customer-managed policy is attached to a user, group or role"
	return append(cases,
		verdictCase{name: "good", change: only(false, fine), want: []string{"pass", "pass" + p + sound}},
		verdictCase{name: "bad", change: only(false, bad), want: []string{"fail", "fail" + p + observed}},
		verdictCase{name: "none", change: bare, want: []string{none}},
		verdictCase{name: "cannot be understood", change: only(false, notEffect), want: []string{"not_assessed because malformed", "not_assessed" + p + misspelt}},
		verdictCase{name: "attached to nobody", change: func(w *world) { bare(w); w.own("p", bad) }, want: []string{none}},
		verdictCase{name: "attached to nobody, and those count", change: func(w *world) {
			bare(w)
			w.own("p", bad)
			w.parameters.IncludeUnattached = true
		}, want: []string{"fail", "fail" + p + observed}},
		verdictCase{name: "no policy, and the unattached count", change: func(w *world) { bare(w); w.parameters.IncludeUnattached = true },
			want: []string{"not_applicable: the account has no customer-managed policy"}},
		verdictCase{name: "a boundary alone", change: func(w *world) {
			bare(w)
			w.evidence.Authorization.Roles[0].Boundary = w.own("p", bad)
		}, want: []string{none}},
		verdictCase{name: "a version that is not in force", change: func(w *world) {
			only(false, fine)(w)
			v := &w.evidence.Authorization.Policies[0].Versions
			*v = append(*v, collect.PolicyVersion{ID: "v3", Document: bad})
		}, want: []string{"pass", "pass" + p + sound}},
		verdictCase{name: "the version in force is not there", change: func(w *world) {
			only(false, bad)(w)
			w.evidence.Authorization.Policies[0].Default = "v9"
		}, want: []string{"not_assessed because malformed", "not_assessed" + p + "the policy's document could not be read"}},
	)
}

// documentCases are worlds with one policy each; observed is empty where it passes.
func documentCases(inline bool, sound string, cases [][3]string) []verdictCase {
	resource := "policy/p: "
	if inline {
		resource = "group/developers/p: "
	}
	var list []verdictCase
	for _, c := range cases {
		want := []string{"fail", "fail " + resource + c[2]}
		if c[2] == "" {
			want = []string{"pass", "pass " + resource + sound}
		}
		list = append(list, verdictCase{name: c[0], change: only(inline, c[1]), want: want})
	}
	return list
}

func TestInlineAdmin(t *testing.T) {
	const everything = `Action "*" on Resource "*"`
	runPolicyVerdicts(t, "inline-admin", slices.Concat(
		populationCases(true, "no such grant", allowEverything, everything),
		documentCases(true, "no such grant", [][3]string{
			{"under a condition", allowWithMFA, everything + ", under a condition"},
			{"beside a deny", `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*"}]}`, everything + ", beside a deny of everything"},
			{"one service", allowing(`"Action":"s3:*","Resource":"*"`), ""},
		})))
}

func TestPolicyUnattachedAdmin(t *testing.T) {
	const observed = `policy/p: Action "*" on Resource "*"`
	alone := func(document string) func(w *world) {
		return func(w *world) { bare(w); w.own("p", document) }
	}
	runPolicyVerdicts(t, "policy-unattached-admin", []verdictCase{
		{name: "narrow", want: []string{"pass", "pass policy/spare: no such grant"}},
		{name: "everything", change: alone(allowEverything), want: []string{"fail", "fail " + observed}},
		{name: "serves as a boundary alone", change: func(w *world) {
			alone(allowEverything)(w)
			w.evidence.Authorization.Users[0].Boundary = w.arn("policy/p")
		}, want: []string{"fail", "fail " + observed}},
		{name: "every policy is attached", change: only(false, allowEverything),
			want: []string{"not_applicable: every customer-managed policy is attached to a user, group or role"}},
		{name: "not understood", change: alone(notEffect), want: []string{"not_assessed because malformed", "not_assessed policy/p: " + misspelt}},
		{name: "denied", change: func(w *world) { w.lose(collect.AuthorizationSection, org.DeniedBySCP) }, want: []string{"not_assessed because denied_by_scp"}},
	})
}

func TestFullAccess(t *testing.T) {
	for _, c := range []struct {
		id, service, name string
		inline            bool
	}{
		{"policy-full-cloudtrail", "cloudtrail", "CloudTrail", false},
		{"policy-full-kms", "kms", "KMS", false},
		{"inline-full-cloudtrail", "cloudtrail", "CloudTrail", true},
		{"inline-full-kms", "kms", "KMS", true},
	} {
		t.Run(c.id, func(t *testing.T) {
			const sound = "does not grant the whole service"
			observed := "every action of " + c.name + " on all resources"
			whole := `{"Effect":"Allow","Action":"` + c.service + `:*","Resource":"*"}`
			runPolicyVerdicts(t, c.id, slices.Concat(
				populationCases(c.inline, sound, allowing(`"Action":"`+c.service+`:*","Resource":"*"`), observed),
				documentCases(c.inline, sound, [][3]string{
					{"everything", allowEverything, observed},
					{"all but another service", allowing(`"NotAction":"s3:*","Resource":"*"`), observed},
					{"under a condition", allowing(`"Action":"` + c.service + `:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}`), observed + ", under a condition"},
					{"denied", `{"Statement":[` + whole + `,{"Effect":"Deny","Action":"` + c.service + `:*","Resource":"*"}]}`, ""},
					{"another service", allowing(`"Action":"s3:*","Resource":"*"`), ""},
					{"one resource", allowing(`"Action":"` + c.service + `:*","Resource":"arn:aws:` + c.service + `:eu-central-1:111111111111:x/y"`), ""},
				})))
		})
	}
}

func TestPolicyServiceWildcard(t *testing.T) {
	const sound = "no such statement"
	runPolicyVerdicts(t, "policy-service-wildcard", slices.Concat(
		populationCases(false, sound, allowing(`"Action":["s3:GetObject","sqs:*"],"Resource":"*"`), `Action "sqs:*" on all resources`),
		documentCases(false, sound, [][3]string{
			{"all but a service", allowing(`"NotAction":"iam:*","Resource":"*"`), `NotAction "iam:*" on all resources`},
			{"under a condition", allowing(`"Action":"sqs:*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"a"}}`), ""},
			{"on one resource", allowing(`"Action":"sqs:*","Resource":"arn:aws:sqs:eu-central-1:111111111111:q"`), ""},
			{"part of a service", allowing(`"Action":"sqs:Get*","Resource":"*"`), ""},
		})))
}

func TestMarketplaceSubscribe(t *testing.T) {
	const observed = "allows aws-marketplace:Subscribe"
	for id, inline := range map[string]bool{"policy-marketplace-subscribe": false, "inline-marketplace-subscribe": true} {
		t.Run(id, func(t *testing.T) {
			runPolicyVerdicts(t, id, slices.Concat(
				populationCases(inline, "not allowed", allowing(`"Action":"aws-marketplace:subscribe","Resource":"*"`), observed),
				documentCases(inline, "not allowed", [][3]string{
					{"by a glob", allowing(`"Action":"aws-marketplace:*","Resource":["*"]`), observed},
					{"under a condition", allowing(`"Action":"aws-marketplace:Subscribe","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`), observed + ", under a condition"},
					{"denied", `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"aws-marketplace:Sub*","Resource":"*"}]}`, ""},
					{"viewing", allowing(`"Action":"aws-marketplace:ViewSubscriptions","Resource":"*"`), ""},
				})))
		})
	}
}

func TestPolicyKMSDecryptAll(t *testing.T) {
	cases := [][3]string{
		{"on all resources", allowing(`"Action":["kms:Decrypt","kms:ReEncrypt*"],"Resource":"*"`), "kms:Decrypt, kms:ReEncryptFrom on all keys"},
		{"all keys of an account and region", allowing(`"Action":"kms:Decrypt","Resource":"arn:aws:kms:eu-central-1:111111111111:key/*"`), "kms:Decrypt on all keys"},
		{"under a condition", allowing(`"Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":{"kms:ViaService":"s3.eu-central-1.amazonaws.com"}}`), "kms:Decrypt on all keys, under a condition"},
		{"one key", allowing(`"Action":"kms:Decrypt","Resource":"arn:aws:kms:eu-central-1:111111111111:key/1"`), ""},
		{"encrypting", allowing(`"Action":"kms:Encrypt","Resource":"*"`), ""},
		{"denied", `{"Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"},{"Effect":"Deny","Action":["kms:Decrypt","kms:ReEncryptFrom"],"Resource":"*"}]}`, ""},
	}
	runPolicyVerdicts(t, "policy-kms-decrypt-all", slices.Concat(
		documentCases(false, "not on all keys", cases), documentCases(true, "not on all keys", cases),
		[]verdictCase{
			{name: "both kinds", want: []string{"pass", "pass policy/deploy: not on all keys", "pass role/incidents/logs: not on all keys"}},
			{name: "other actions", change: func(w *world) {
				only(false, allowing(`"Action":"kms:*","Resource":"*"`))(w)
				w.parameters.BlockedKMSActions = []string{"kms:CreateGrant"}
			}, want: []string{"fail", "fail policy/p: kms:CreateGrant on all keys"}},
			{name: "none", change: bare, want: []string{"not_applicable: no customer-managed policy is attached to a user, group or role, and no user, group or role has an inline policy"}},
			{name: "not understood", change: only(true, notEffect), want: []string{"not_assessed because malformed", "not_assessed group/developers/p: " + misspelt}},
		}))
}

func TestPrivilegeEscalation(t *testing.T) {
	const sound = "no way to widen its rights"
	const version = "iam:CreatePolicyVersion on arn:*:iam::????????????:policy/*, ends in administrator rights"
	for id, inline := range map[string]bool{"policy-privesc": false, "inline-privesc": true} {
		t.Run(id, func(t *testing.T) {
			runPolicyVerdicts(t, id, slices.Concat(
				populationCases(inline, sound, allowEverything, "grants everything"),
				documentCases(inline, sound, [][3]string{
					{"rewrites policies", allowing(`"Action":"iam:CreatePolicyVersion","Resource":"*"`), version},
					{"administrator under a condition", allowWithMFA, "grants everything, under a condition"},
					{"denied", `{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*"}]}`, ""},
					{"passes roles and no more", allowing(`"Action":"iam:PassRole","Resource":"*"`), ""},
					{"reads", allowing(`"Action":["iam:Get*","s3:*"],"Resource":"*"`), ""},
				})))
		})
	}
}

func TestPolicyAssumeAnyRole(t *testing.T) {
	const sound = "assumes no role by wildcard"
	runPolicyVerdicts(t, "policy-assume-any-role", slices.Concat(
		populationCases(false, sound, allowing(`"Action":"sts:Assume*","Resource":"arn:aws:iam::*:role/ci"`), `sts:AssumeRole on Resource "arn:aws:iam::*:role/ci"`),
		documentCases(false, sound, [][3]string{
			{"everything", allowEverything, `sts:AssumeRole on Resource "*"`},
			{"all but one", allowing(`"Action":"sts:*","NotResource":"arn:aws:iam::111111111111:role/a"`), `sts:AssumeRole on NotResource "arn:aws:iam::111111111111:role/a"`},
			{"one role", allowing(`"Action":"sts:AssumeRole","Resource":"arn:aws:iam::111111111111:role/a"`), ""},
			{"one role, and a bucket's objects", allowing(`"Action":["sts:AssumeRole","s3:GetObject"],"Resource":["arn:aws:iam::111111111111:role/a","arn:aws:s3:::b/*"]`), ""},
		})))
}

func TestPolicyPermissionsManagement(t *testing.T) {
	const boundary = `"Condition":{"StringEquals":{"iam:PermissionsBoundary":"arn:aws:iam::111111111111:policy/b"}}`
	runPolicyVerdicts(t, "policy-permissions-management", slices.Concat(
		documentCases(false, "allows 1 Permissions management", [][3]string{
			{"on all of IAM", allowing(`"Action":["iam:AttachRolePolicy","s3:GetObject"],"Resource":"*"`), "allows 1 Read, 1 Permissions management; manages permissions everywhere, by iam:AttachRolePolicy"},
			{"of two services", allowing(`"Action":["iam:AttachRolePolicy","organizations:AttachPolicy"],"Resource":"*"`), "allows 2 Permissions management; manages permissions everywhere, by iam:AttachRolePolicy and 1 more"},
			{"on one role", allowing(`"Action":"iam:AttachRolePolicy","Resource":"arn:aws:iam::111111111111:role/a"`), ""},
			{"with a boundary", allowing(`"Action":"iam:AttachRolePolicy","Resource":"*",` + boundary), ""},
			{"of another service", allowing(`"Action":"kms:CreateGrant","Resource":"*"`), ""},
		}),
		[]verdictCase{
			{name: "both kinds", want: []string{"pass", "pass policy/deploy: " + deployLevels, "pass role/incidents/logs: allows 1 Read"}},
			{name: "allows nothing", change: only(true, `{"Statement":[]}`), want: []string{"pass", "pass group/developers/p: allows nothing"}},
			{name: "none", change: bare, want: []string{"not_applicable: no customer-managed policy is attached to a user, group or role, and no user, group or role has an inline policy"}},
			{name: "not understood", change: only(false, notEffect), want: []string{"not_assessed because malformed", "not_assessed policy/p: " + misspelt}},
		}))
}

// runPolicyVerdicts is runVerdicts in worlds that have policies of every kind.
func runPolicyVerdicts(t *testing.T, control string, cases []verdictCase) {
	for i := range cases {
		change := cases[i].change
		cases[i].change = func(w *world) {
			writePolicies(w)
			if change != nil {
				change(w)
			}
		}
	}
	runVerdicts(t, control, cases)
}
