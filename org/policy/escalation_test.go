package policy

import (
	"strings"
	"testing"
)

// estateOf is an account with a member, alice, who has the statements, and with the
// administrators, groups, roles and policies that she could reach.
func estateOf(t *testing.T, texts ...string) (*Estate, *Member) {
	t.Helper()
	self := &Member{
		Kind: UserMember, ARN: testARN("user/alice"), Principal: alice(t, texts...), Entitled: true,
		Groups: []string{testARN("group/staff")}, Policies: []string{testARN("policy/hers")},
	}
	trusting := func(service string) *Source {
		return source(t, TrustPolicy, "trust", `{"Effect":"Allow","Principal":{"Service":"`+service+`"},"Action":"sts:AssumeRole"}`)
	}
	open := source(t, TrustPolicy, "trust", `{"Effect":"Allow","Principal":{"AWS":"`+testARN("root")+`"},"Action":"sts:AssumeRole"}`)
	return &Estate{Partition: "aws", Account: testAccount, Members: []*Member{
		self,
		{Kind: UserMember, ARN: testARN("user/boss"), Entitled: true, Administrator: true, Password: true, AccessKeys: 1},
		{Kind: UserMember, ARN: testARN("user/guest")},
		{Kind: GroupMember, ARN: testARN("group/staff"), Entitled: true, Members: 4},
		{Kind: GroupMember, ARN: testARN("group/admins"), Entitled: true, Administrator: true, Members: 1},
		{Kind: RoleMember, ARN: testARN("role/lambda-admin"), Entitled: true, Administrator: true, Trust: trusting("lambda.amazonaws.com"), Policies: []string{testARN("policy/theirs")}},
		{Kind: RoleMember, ARN: testARN("role/web"), Entitled: true, Trust: trusting("ec2.amazonaws.com")},
		{Kind: RoleMember, ARN: testARN("role/open"), Entitled: true, Trust: open, Tags: map[string]string{"Team": "payments"}},
		{Kind: RoleMember, ARN: testARN("role/aws-service-role/x.amazonaws.com/linked"), Entitled: true, ServiceLinked: true, Trust: trusting("x.amazonaws.com")},
	}, Policies: []CustomerPolicy{
		{ARN: testARN("policy/hers"), Versions: 2}, {ARN: testARN("policy/theirs"), Versions: 1}, {ARN: testARN("policy/nobodys"), Versions: 3},
	}}, self
}

// TestEscalations: an action counts only where its resource and condition leave something
// to gain, and what another policy takes away is gone.
func TestEscalations(t *testing.T) {
	const (
		admin = " ends in administrator rights"
		other = " ends in another principal's rights"
	)
	roleOf := func(service string) func(*Estate, *Member) {
		return func(_ *Estate, m *Member) {
			m.Kind, m.ARN = RoleMember, testARN("role/hers")
			m.Trust = source(t, TrustPolicy, "trust", `{"Effect":"Allow","Principal":{"Service":"`+service+`"},"Action":"sts:AssumeRole"}`)
		}
	}
	for _, c := range []struct {
		name   string
		allow  []string
		change func(e *Estate, m *Member)
		want   []string
	}{
		{name: "nothing", allow: []string{"Allow s3:* on *"}},
		{name: "a version of her own policy", allow: []string{"Allow iam:CreatePolicyVersion on *"},
			want: []string{"iam:CreatePolicyVersion on policy/hers," + admin}},
		{name: "AWS-managed policies cannot be changed", allow: []string{"Allow iam:CreatePolicyVersion on arn:aws:iam::aws:policy/*"}},
		{name: "a version of another's policy", allow: []string{"Allow iam:CreatePolicyVersion on " + testARN("policy/theirs")},
			want: []string{"iam:CreatePolicyVersion on policy/theirs," + other}},
		{name: "a policy that nobody has", allow: []string{"Allow iam:CreatePolicyVersion on " + testARN("policy/nobodys")}},
		{name: "an older version of a policy with one version", allow: []string{"Allow iam:SetDefaultPolicyVersion on " + testARN("policy/theirs")}},
		{name: "an older version of her own", allow: []string{"Allow iam:SetDefaultPolicyVersion on *"},
			want: []string{"iam:SetDefaultPolicyVersion on policy/hers," + admin}},
		{name: "her own access keys", allow: []string{"Allow iam:CreateAccessKey on " + testARN("user/${aws:username}")}},
		{name: "everybody's access keys", allow: []string{"Allow iam:CreateAccessKey on *"},
			want: []string{"iam:CreateAccessKey on user/boss," + admin}},
		{name: "keys of a user who may do nothing", allow: []string{"Allow iam:CreateAccessKey on " + testARN("user/guest")}},
		{name: "a password for a user who has one", allow: []string{"Allow iam:CreateLoginProfile on *"}},
		{name: "another's password", allow: []string{"Allow iam:UpdateLoginProfile on *"},
			want: []string{"iam:UpdateLoginProfile on user/boss," + admin}},
		{name: "any policy for herself", allow: []string{"Allow iam:AttachUserPolicy on " + testARN("user/alice")},
			want: []string{"iam:AttachUserPolicy on user/alice," + admin}},
		{name: "harmless policies for herself", allow: []string{`{"Effect":"Allow","Action":"iam:AttachUserPolicy","Resource":"*","Condition":{"ArnEquals":{"iam:PolicyARN":"arn:aws:iam::aws:policy/ReadOnlyAccess"}}}`}},
		{name: "only for those who are bound", allow: []string{`{"Effect":"Allow","Action":"iam:PutUserPolicy","Resource":"*","Condition":{"StringEquals":{"iam:PermissionsBoundary":"` + testARN("policy/boundary") + `"}}}`}},
		{name: "a policy for her group", allow: []string{"Allow iam:PutGroupPolicy on *"},
			want: []string{"iam:PutGroupPolicy on group/staff," + admin}},
		{name: "into a better group", allow: []string{"Allow iam:AddUserToGroup on *"},
			want: []string{"iam:AddUserToGroup on group/admins," + admin}},
		{name: "into her own group", allow: []string{"Allow iam:AddUserToGroup on " + testARN("group/staff")}},
		{name: "a trust policy", allow: []string{"Allow iam:UpdateAssumeRolePolicy on *"},
			want: []string{"iam:UpdateAssumeRolePolicy on role/lambda-admin," + admin}},
		{name: "the trust policy of a service-linked role", allow: []string{"Allow iam:UpdateAssumeRolePolicy on " + testARN("role/aws-service-role/*")}},
		{name: "a role of the team by its tag", allow: []string{`{"Effect":"Allow","Action":"iam:UpdateAssumeRolePolicy","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/Team":"${aws:PrincipalTag/Team}"}}}`},
			want: []string{"iam:UpdateAssumeRolePolicy on role/open," + other}},
		{name: "a function with an administrator's role", allow: []string{"Allow iam:PassRole on *", "Allow lambda:CreateFunction on *", "Allow lambda:InvokeFunction on *"},
			want: []string{"iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction on role/lambda-admin," + admin}},
		{name: "a function, with a role that Lambda cannot assume", allow: []string{"Allow iam:PassRole on " + testARN("role/web"), "Allow lambda:CreateFunction on *", "Allow lambda:InvokeFunction on *"}},
		{name: "a role may be passed to another service alone", allow: []string{
			`{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"ecs-tasks.amazonaws.com"}}}`, "Allow lambda:* on *", "Deny lambda:Update* on *"}},
		{name: "an instance with a role", allow: []string{"Allow iam:PassRole on *", "Allow ec2:RunInstances on *"},
			want: []string{"ec2:RunInstances + iam:PassRole on role/web," + other}},
		{name: "code of a function", allow: []string{"Allow lambda:UpdateFunctionCode on *"},
			want: []string{"lambda:UpdateFunctionCode," + admin}},
		{name: "code of a function where no role trusts the service", allow: []string{"Allow glue:UpdateDevEndpoint on *"}},
		{name: "what runs with her own role", allow: []string{"Allow glue:UpdateDevEndpoint on *"}, change: roleOf("glue.amazonaws.com")},
		{name: "her own role for a function", allow: []string{"Allow iam:PassRole on " + testARN("role/hers"), "Allow lambda:CreateFunction on *", "Allow lambda:InvokeFunction on *"},
			change: roleOf("lambda.amazonaws.com")},
		{name: "permission sets in an ordinary account", allow: []string{"Allow sso:PutInlinePolicyToPermissionSet on *"}},
		{name: "permission sets where they are managed", allow: []string{"Allow sso:PutInlinePolicyToPermissionSet on *"},
			change: func(e *Estate, _ *Member) { e.IdentityCenter = true },
			want:   []string{"sso:PutInlinePolicyToPermissionSet," + admin}},
		{name: "a role that she may assume gets a policy", allow: []string{"Allow iam:PutRolePolicy on " + testARN("role/open"), "Allow sts:AssumeRole on *"},
			want: []string{"iam:PutRolePolicy on role/open," + other, "iam:PutRolePolicy + sts:AssumeRole on role/open," + admin}},
		{name: "taken away by another policy", allow: []string{"Allow iam:CreatePolicyVersion on *", "Deny iam:*Version on *"}},
		{name: "taken away by the boundary", allow: []string{"Allow iam:CreatePolicyVersion on *"}, change: func(_ *Estate, m *Member) {
			m.Principal.Boundary = source(t, PermissionsBoundary, "b", "Allow s3:* on *")
			m.Boundary, m.BoundaryBinds = testARN("policy/b"), true
		}},
		{name: "within a boundary she cannot go beyond it", allow: []string{"Allow iam:CreatePolicyVersion on " + testARN("policy/hers")}, change: func(_ *Estate, m *Member) {
			m.Principal.Boundary = source(t, PermissionsBoundary, "b", "Allow iam:CreatePolicyVersion on "+testARN("policy/hers"), "Allow s3:* on *")
			m.Boundary, m.BoundaryBinds = testARN("policy/b"), true
		}},
		{name: "she can take the boundary off", allow: []string{"Allow iam:DeleteUserPermissionsBoundary on *", "Allow s3:* on *"}, change: func(_ *Estate, m *Member) {
			m.Principal.Boundary = source(t, PermissionsBoundary, "b", "Allow iam:Delete* on *")
			m.Boundary, m.BoundaryBinds = testARN("policy/b"), true
		}, want: []string{"iam:DeleteUserPermissionsBoundary on user/alice, ends in its own rights without the boundary"}},
		{name: "taken away by an SCP", allow: []string{"Allow iam:CreatePolicyVersion on *"}, change: func(_ *Estate, m *Member) {
			m.Principal.SCPs = [][]*Source{scpLevel(t, "root", "Deny iam:* on *")}
		}},
		{name: "an SCP with a condition leaves it", allow: []string{"Allow iam:CreatePolicyVersion on *"}, change: func(_ *Estate, m *Member) {
			m.Principal.SCPs = [][]*Source{scpLevel(t, "root", `{"Effect":"Deny","Action":"iam:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`)}
		}, want: []string{"iam:CreatePolicyVersion on policy/hers," + admin + ", under a condition"}},
		{name: "an SCP exempts another", allow: []string{"Allow iam:CreatePolicyVersion on *"}, change: func(_ *Estate, m *Member) {
			m.Principal.SCPs = [][]*Source{scpLevel(t, "root", `{"Effect":"Deny","Action":"iam:*","Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/deploy"}}}`)}
		}},
		{name: "an administrator has nothing to gain", allow: []string{"Allow * on *"}, change: func(_ *Estate, m *Member) { m.Administrator = true }},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, m := estateOf(t, c.allow...)
			if c.change != nil {
				c.change(e, m)
			}
			var got []string
			for _, w := range e.Escalations(m) {
				got = append(got, strings.ReplaceAll(w.String(), testARN(""), ""))
				if len(w.By) == 0 || w.By[0].Source == nil {
					t.Errorf("%s names no statement", w.Name)
				}
			}
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// TestEscalationsAcrossPolicies: what two policies do together is found where each alone is
// harmless, which tools that look at one policy at a time miss.
func TestEscalationsAcrossPolicies(t *testing.T) {
	e, m := estateOf(t, "Allow iam:PassRole on *")
	m.Principal.Identity = append(m.Principal.Identity, source(t, IdentityPolicy, "group's", "Allow lambda:CreateFunction on *", "Allow lambda:InvokeFunction on *"))
	ways := e.Escalations(m)
	if len(ways) != 1 || ways[0].Ends != EndsAdministrator {
		t.Fatalf("got %v", ways)
	}
	from := map[string]bool{}
	for _, r := range ways[0].By {
		from[r.Source.Name] = true
	}
	if !from["own"] || !from["group's"] {
		t.Errorf("the statements come from %v, want both policies", from)
	}
	for _, s := range m.Principal.Identity {
		if alone := s.Escalations(); len(alone) > 0 {
			t.Errorf("policy %s alone allows %v", s.Name, alone)
		}
	}
}

// TestCombinations: the data holds what it is said to hold, and every action in it exists
// or is a pattern.
func TestCombinations(t *testing.T) {
	all := Combinations()
	if len(all) != 104 {
		t.Errorf("there are %d combinations, want 104", len(all))
	}
	names := map[string]bool{}
	for _, c := range all {
		if names[c.Name] {
			t.Errorf("%s stands twice", c.Name)
		}
		names[c.Name] = true
		for _, a := range c.Actions {
			if ExpandAction(a).Empty() && !strings.HasPrefix(a, "codestar:") && !strings.HasPrefix(a, "glue:") {
				t.Errorf("%s: the catalogue has no action %s", c.Name, a)
			}
		}
	}
}

func TestAdministrator(t *testing.T) {
	for _, c := range []struct {
		name   string
		allow  []string
		change func(p *Principal)
		want   Truth
	}{
		{name: "everything", allow: []string{"Allow * on *"}, want: True},
		{name: "much", allow: []string{`{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"}`}, want: False},
		{name: "all but S3", allow: []string{`{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}`}, want: True},
		{name: "under a condition", allow: []string{`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`}, want: Depends},
		{name: "under a condition that never holds", allow: []string{`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}}`}, want: False},
		{name: "within a narrow boundary", allow: []string{"Allow * on *"}, change: func(p *Principal) {
			p.Boundary = source(t, PermissionsBoundary, "b", "Allow s3:* on *")
		}, want: False},
		{name: "within a wide boundary", allow: []string{"Allow * on *"}, change: func(p *Principal) {
			p.Boundary = source(t, PermissionsBoundary, "b", "Allow * on *")
		}, want: True},
		{name: "in quarantine", allow: []string{"Allow * on *"}, change: func(p *Principal) {
			p.SCPs = [][]*Source{scpLevel(t, "account", "Deny * on *")}
		}, want: False},
		{name: "an SCP that protects one role", allow: []string{"Allow * on *"}, change: func(p *Principal) {
			p.SCPs = [][]*Source{scpLevel(t, "root", "Deny iam:* on arn:aws:iam::*:role/audit")}
		}, want: True},
		{name: "an SCP that denies IAM altogether", allow: []string{"Allow * on *"}, change: func(p *Principal) {
			p.SCPs = [][]*Source{scpLevel(t, "root", "Deny iam:* on *")}
		}, want: False},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := alice(t, c.allow...)
			if c.change != nil {
				c.change(p)
			}
			got := False
			if a := p.Administrator(); a != nil {
				got = a.Always
			}
			if got != c.want {
				t.Errorf("administrator: %d, want %d", got, c.want)
			}
		})
	}
}

// TestPassRoleTrustDenied: a role is of no use to a service that its trust policy keeps out.
func TestPassRoleTrustDenied(t *testing.T) {
	const ec2 = `{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"`
	for _, c := range []struct {
		name  string
		trust []string
		open  bool
	}{
		{"trusted", []string{ec2 + `}`}, true},
		{"everyone is denied", []string{ec2 + `}`, `{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}`}, false},
		{"the service is denied", []string{ec2 + `}`, `{"Effect":"Deny","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}`}, false},
		{"another service is denied", []string{ec2 + `}`, `{"Effect":"Deny","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}`}, true},
		{"all but the service are denied", []string{ec2 + `}`, `{"Effect":"Deny","NotPrincipal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}`}, true},
		{"denied in some requests", []string{ec2 + `}`, `{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Condition":{"StringNotEquals":{"aws:SourceAccount":"111122223333"}}}`}, true},
		{"in the past", []string{ec2 + `,"Condition":{"DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}}`}, false},
	} {
		e, m := estateOf(t, "Allow iam:PassRole on *", "Allow ec2:RunInstances on *")
		for _, x := range e.Members {
			if x.Kind == RoleMember {
				x.Trust = source(t, TrustPolicy, "t", c.trust...)
			}
		}
		if open := len(e.Escalations(m)) > 0; open != c.open {
			t.Errorf("%s: a way %t, want %t", c.name, open, c.open)
		}
	}
}
