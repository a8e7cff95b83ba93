package policy

import (
	"fmt"
	"strings"
	"testing"
)

// TestEscalationsOfWorlds: small worlds in which a shorter look would give another answer.
func TestEscalationsOfWorlds(t *testing.T) {
	const (
		admin = " ends in administrator rights"
		own   = " ends in its own rights without the boundary"
		other = " ends in another principal's rights"
		doubt = ", under a condition"
	)
	bind := func(m *Member, texts ...string) {
		m.Principal.Boundary = source(t, PermissionsBoundary, "b", texts...)
		m.Boundary, m.BoundaryBinds = testARN("policy/b"), m.Principal.Bound()
	}
	member := func(e *Estate, name string) *Member {
		for _, m := range e.Members {
			if m.ARN == testARN(name) {
				return m
			}
		}
		t.Fatalf("no member %s", name)
		return nil
	}
	// named makes a role name alice in its trust policy.
	named := func(e *Estate) {
		member(e, "role/web").Trust = source(t, TrustPolicy, "trust", `{"Effect":"Allow","Principal":{"AWS":"`+testARN("user/alice")+`"},"Action":"sts:AssumeRole"}`)
	}
	// asRole makes alice a role, with a service that trusts it.
	asRole := func(m *Member, service string) {
		m.Kind, m.ARN, m.Groups = RoleMember, testARN("role/alice"), nil
		m.Principal.ARN = m.ARN
		m.Trust = source(t, TrustPolicy, "trust", `{"Effect":"Allow","Principal":{"Service":"`+service+`"},"Action":"sts:AssumeRole"}`)
	}
	for _, c := range []struct {
		name   string
		allow  []string
		change func(e *Estate, m *Member)
		want   []string
	}{
		{name: "a role that names her needs no policy of hers", allow: []string{"Allow iam:PutRolePolicy on " + testARN("role/web")},
			change: func(e *Estate, _ *Member) { named(e) },
			want:   []string{"iam:PutRolePolicy on role/web," + other, "iam:PutRolePolicy + sts:AssumeRole on role/web," + admin}},
		{name: "an SCP that does not allow it binds her all the same", allow: []string{"Allow iam:PutRolePolicy on " + testARN("role/web")},
			change: func(e *Estate, m *Member) {
				named(e)
				m.Principal.SCPs = [][]*Source{{source(t, ServiceControlPolicy, "list", "Allow iam:* on *")}}
			}, want: []string{"iam:PutRolePolicy on role/web," + other}},
		{name: "a denial under a condition leaves it in doubt", allow: []string{"Allow iam:PutRolePolicy on " + testARN("role/web"),
			`{"Effect":"Deny","Action":"sts:AssumeRole","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`},
			change: func(e *Estate, _ *Member) { named(e) },
			want:   []string{"iam:PutRolePolicy on role/web," + other, "iam:PutRolePolicy + sts:AssumeRole on role/web," + admin + doubt}},
		{name: "the boundary of a role binds what a resource grants it", allow: []string{"Allow iam:PutRolePolicy on " + testARN("role/web")},
			change: func(e *Estate, m *Member) {
				asRole(m, "batch.amazonaws.com")
				named(e)
				member(e, "role/web").Trust = source(t, TrustPolicy, "trust", `{"Effect":"Allow","Principal":{"AWS":"`+m.ARN+`"},"Action":"sts:AssumeRole"}`)
				bind(m, "Allow iam:PutRolePolicy on *")
			}, want: []string{"iam:PutRolePolicy on role/web," + other}},
		{name: "any of a role's policies may be the one to rewrite", allow: []string{"Allow iam:CreatePolicyVersion on " + testARN("policy/theirs"), "Allow sts:AssumeRole on *"},
			change: func(e *Estate, _ *Member) {
				member(e, "role/open").Policies = []string{testARN("policy/nobodys"), testARN("policy/theirs")}
				e.Policies[0], e.Policies[2] = e.Policies[2], e.Policies[0]
			}, want: []string{"iam:CreatePolicyVersion on policy/theirs," + other, "iam:CreatePolicyVersion + sts:AssumeRole on role/open," + admin}},
		{name: "a role gets a policy and a trust policy", allow: []string{"Allow iam:PutRolePolicy on " + testARN("role/web"), "Allow iam:UpdateAssumeRolePolicy on " + testARN("role/web")},
			want: []string{"iam:PutRolePolicy on role/web," + other, "iam:UpdateAssumeRolePolicy on role/web," + other, "iam:PutRolePolicy + iam:UpdateAssumeRolePolicy on role/web," + admin}},
		{name: "one role gets a policy and another a trust policy", allow: []string{"Allow iam:PutRolePolicy on " + testARN("role/web"), "Allow iam:UpdateAssumeRolePolicy on " + testARN("role/open")},
			want: []string{"iam:PutRolePolicy on role/web," + other, "iam:UpdateAssumeRolePolicy on role/open," + other}},
		{name: "a user gets a policy and a key", allow: []string{"Allow iam:PutUserPolicy on " + testARN("user/guest"), "Allow iam:CreateAccessKey on " + testARN("user/guest")},
			want: []string{"iam:PutUserPolicy on user/guest," + other, "iam:CreateAccessKey + iam:PutUserPolicy on user/guest," + admin}},

		{name: "her boundary is a policy that she can rewrite", allow: []string{"Allow iam:CreatePolicyVersion on " + testARN("policy/b"), "Allow s3:* on *"},
			change: func(e *Estate, m *Member) {
				bind(m, "Allow iam:CreatePolicyVersion on *", "Allow s3:Get* on *")
				e.Policies = append(e.Policies, CustomerPolicy{ARN: m.Boundary, Versions: 1})
			}, want: []string{"iam:CreatePolicyVersion on policy/b," + own}},
		{name: "her boundary is all that keeps her from everything", allow: []string{"Allow * on *"},
			change: func(e *Estate, m *Member) {
				bind(m, "Allow iam:CreatePolicyVersion on "+testARN("policy/b"), "Allow s3:Get* on *")
				e.Policies = append(e.Policies, CustomerPolicy{ARN: m.Boundary, Versions: 1})
			}, want: []string{"iam:CreatePolicyVersion on policy/b," + admin}},
		{name: "a boundary that she cannot change", allow: []string{"Allow iam:CreatePolicyVersion on *"},
			change: func(e *Estate, m *Member) {
				bind(m, "Allow iam:CreatePolicyVersion on *", "Deny iam:CreatePolicyVersion on "+testARN("policy/b"), "Deny iam:CreatePolicyVersion on "+testARN("policy/theirs"))
				e.Policies = append(e.Policies, CustomerPolicy{ARN: m.Boundary, Versions: 1})
			}},
		{name: "a policy for herself lets her take the boundary off", allow: []string{"Allow iam:PutUserPolicy on " + testARN("user/alice")},
			change: func(_ *Estate, m *Member) { bind(m, "Allow iam:* on "+testARN("user/alice")) },
			want:   []string{"iam:PutUserPolicy on user/alice," + admin}},
		{name: "a policy for herself within a boundary that holds", allow: []string{"Allow iam:PutUserPolicy on " + testARN("user/alice")},
			change: func(_ *Estate, m *Member) {
				bind(m, "Allow iam:PutUserPolicy on *", "Allow s3:* on *", "Deny iam:PutUserPolicy on "+testARN("user/guest"), "Deny iam:PutUserPolicy on "+testARN("user/boss"))
			}},
		{name: "a boundary whose grant of everything has passed", allow: []string{"Allow iam:PutUserPolicy on " + testARN("user/alice")},
			change: func(_ *Estate, m *Member) {
				bind(m, "Allow iam:PutUserPolicy on "+testARN("user/alice"), `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}}`)
			}},

		{name: "roles of Identity Center cannot be changed", allow: []string{"Allow iam:*RolePolicy on " + testARN("role/aws-reserved/*"), "Allow iam:UpdateAssumeRolePolicy on " + testARN("role/aws-reserved/*")},
			change: func(e *Estate, _ *Member) {
				e.Members = append(e.Members, &Member{Kind: RoleMember, ARN: testARN("role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef"), Entitled: true, Administrator: true})
			}},
		{name: "a role that can pass itself alone", allow: []string{"Allow iam:PassRole on " + testARN("role/alice"), "Allow ec2:RunInstances on *"},
			change: func(_ *Estate, m *Member) { asRole(m, "ec2.amazonaws.com") }},
		{name: "code that runs with her own role", allow: []string{"Allow glue:UpdateDevEndpoint on *"},
			change: func(_ *Estate, m *Member) { asRole(m, "glue.amazonaws.com") }},
		{name: "no role trusts Cognito", allow: []string{"Allow iam:PassRole on *", "Allow cognito-identity:SetIdentityPoolRoles on *"}},
		{name: "a role trusts Cognito", allow: []string{"Allow iam:PassRole on *", "Allow cognito-identity:SetIdentityPoolRoles on *"},
			change: func(e *Estate, _ *Member) {
				member(e, "role/open").Trust = source(t, TrustPolicy, "trust", `{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity"}`)
			}, want: []string{"cognito-identity:SetIdentityPoolRoles + iam:PassRole on role/open," + other}},

		{name: "the tags of a policy are not known", allow: []string{`{"Effect":"Allow","Action":"iam:CreatePolicyVersion","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/Team":"payments"}}}`},
			want: []string{"iam:CreatePolicyVersion on policy/hers," + admin + doubt}},
		{name: "a policy with all its versions", allow: []string{"Allow iam:CreatePolicyVersion on *"},
			change: func(e *Estate, _ *Member) { e.Policies = []CustomerPolicy{{ARN: testARN("policy/hers"), Versions: 5}} }},
		{name: "a policy with all its versions, of which she can delete one", allow: []string{"Allow iam:*PolicyVersion on *", "Deny iam:SetDefaultPolicyVersion on *"},
			change: func(e *Estate, _ *Member) { e.Policies = []CustomerPolicy{{ARN: testARN("policy/hers"), Versions: 5}} },
			want:   []string{"iam:CreatePolicyVersion on policy/hers," + admin}},
		{name: "a user with two keys, of which she cannot delete one", allow: []string{"Allow iam:CreateAccessKey on *", "Allow iam:DeleteAccessKey on " + testARN("user/alice")},
			change: func(e *Estate, _ *Member) { member(e, "user/boss").AccessKeys = 2 }},
		{name: "nobody knows who has a password", allow: []string{"Allow iam:*LoginProfile on *"},
			change: func(e *Estate, _ *Member) {
				member(e, "user/boss").Password, member(e, "user/boss").Unreported = false, true
			}, want: []string{"iam:CreateLoginProfile on user/boss," + admin, "iam:UpdateLoginProfile on user/boss," + admin}},
		{name: "nobody knows who has a password, and she can only change one", allow: []string{"Allow iam:UpdateLoginProfile on *"},
			change: func(e *Estate, _ *Member) {
				member(e, "user/boss").Password, member(e, "user/boss").Unreported = false, true
			}},
		{name: "a policy of the company makes administrators", allow: []string{`{"Effect":"Allow","Action":"iam:AttachUserPolicy","Resource":"*","Condition":{"ArnEquals":{"iam:PolicyARN":"` + testARN("policy/theirs") + `"}}}`},
			change: func(e *Estate, _ *Member) { e.Policies[1].Administers = true },
			want:   []string{"iam:AttachUserPolicy on user/alice," + admin}},
		{name: "any policy but AWS's great ones", allow: []string{`{"Effect":"Allow","Action":"iam:AttachUserPolicy","Resource":"*","Condition":{"ArnNotLike":{"iam:PolicyARN":"arn:aws:iam::aws:policy/*"}}}`}},
		{name: "any policy but AWS's great ones, and she can make one", allow: []string{
			`{"Effect":"Allow","Action":"iam:AttachUserPolicy","Resource":"*","Condition":{"ArnNotLike":{"iam:PolicyARN":"arn:aws:iam::aws:policy/*"}}}`, "Allow iam:CreatePolicy on *"},
			want: []string{"iam:AttachUserPolicy on user/alice," + admin}},
		{name: "her own rights last of many", allow: []string{many("iam:CreatePolicyVersion", 400), "Allow iam:CreatePolicyVersion on " + testARN("policy/hers")},
			want: []string{"iam:CreatePolicyVersion on policy/hers," + admin}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, m := estateOf(t, c.allow...)
			if c.change != nil {
				c.change(e, m)
			}
			var got []string
			for _, w := range e.Escalations(m) {
				got = append(got, strings.ReplaceAll(w.String(), testARN(""), ""))
			}
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// many is a statement that allows an action on so many resources.
func many(action string, n int) string {
	var resources []string
	for i := range n {
		resources = append(resources, fmt.Sprintf("%q", testARN(fmt.Sprintf("policy/many/%d/*", i))))
	}
	return `{"Effect":"Allow","Action":"` + action + `","Resource":[` + strings.Join(resources, ",") + `]}`
}
