package policy

import "testing"

// TestDecide follows "Policy evaluation logic" and "SCP evaluation": an explicit denial
// anywhere decides, and every kind of policy that is there must allow.
func TestDecide(t *testing.T) {
	const bucket = "arn:aws:s3:::reports"
	regionDenial := `{"Effect":"Deny","NotAction":["iam:*","organizations:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-central-1"}}}`
	for _, c := range []struct {
		name             string
		change           func(p *Principal)
		action, resource string
		want             Truth
		explicit         bool
		layer            Kind
	}{
		{name: "allowed", action: "s3:ListBucket", resource: bucket, want: True},
		{name: "in another case", action: "S3:listbucket", resource: bucket, want: True},
		{name: "another resource", action: "s3:ListBucket", resource: "arn:aws:s3:::other", want: False, layer: IdentityPolicy},
		{name: "another action", action: "s3:DeleteBucket", resource: bucket, want: False, layer: IdentityPolicy},
		{name: "denied by another policy", change: func(p *Principal) {
			p.Identity = append(p.Identity, source(t, IdentityPolicy, "group's", "Deny s3:List* on *"))
		}, action: "s3:ListBucket", resource: bucket, want: False, explicit: true, layer: IdentityPolicy},
		{name: "not within the boundary", change: func(p *Principal) {
			p.Boundary = source(t, PermissionsBoundary, "boundary", "Allow ec2:* on *")
		}, action: "s3:ListBucket", resource: bucket, want: False, layer: PermissionsBoundary},
		{name: "within the boundary", change: func(p *Principal) {
			p.Boundary = source(t, PermissionsBoundary, "boundary", "Allow s3:* on *")
		}, action: "s3:ListBucket", resource: bucket, want: True},
		{name: "a boundary grants nothing", change: func(p *Principal) {
			p.Boundary = source(t, PermissionsBoundary, "boundary", "Allow * on *")
		}, action: "ec2:RunInstances", resource: "*", want: False, layer: IdentityPolicy},
		{name: "an SCP above denies", change: func(p *Principal) {
			p.SCPs = [][]*Source{scpLevel(t, "root", "Deny s3:* on *"), scpLevel(t, "account")}
		}, action: "s3:ListBucket", resource: bucket, want: False, explicit: true, layer: ServiceControlPolicy},
		{name: "a level does not allow", change: func(p *Principal) {
			only := []*Source{{Kind: ServiceControlPolicy, ID: "p-only", Name: "only EC2", Analysis: statements(t, "Allow ec2:* on *")}}
			p.SCPs = [][]*Source{scpLevel(t, "root"), only, scpLevel(t, "account")}
		}, action: "s3:ListBucket", resource: bucket, want: False, layer: ServiceControlPolicy},
		{name: "a level without a policy allows nothing", change: func(p *Principal) {
			p.SCPs = [][]*Source{scpLevel(t, "root"), {}}
		}, action: "s3:ListBucket", resource: bucket, want: False, layer: ServiceControlPolicy},
		{name: "an SCP by region depends on the request", change: func(p *Principal) {
			p.SCPs = [][]*Source{scpLevel(t, "root", regionDenial)}
		}, action: "s3:ListBucket", resource: bucket, want: Depends},
		{name: "what NotAction leaves out is not denied", change: func(p *Principal) {
			p.SCPs = [][]*Source{scpLevel(t, "root", regionDenial)}
			p.Identity = append(p.Identity, source(t, IdentityPolicy, "iam", "Allow iam:ListUsers on *"))
		}, action: "iam:ListUsers", resource: "*", want: True},
		{name: "a global service answers from its region", change: func(p *Principal) {
			p.SCPs = [][]*Source{scpLevel(t, "root", `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-central-1"}}}`)}
			p.Identity = append(p.Identity, source(t, IdentityPolicy, "iam", "Allow iam:ListUsers on *"))
		}, action: "iam:ListUsers", resource: "*", want: False, explicit: true, layer: ServiceControlPolicy},
		{name: "SCPs bind the root user of a member", change: func(p *Principal) {
			*p = Principal{ARN: testARN("root"), Account: testAccount, Root: true, Facts: Identity{ARN: testARN("root"), Account: testAccount, Kind: RootUser}.Facts(testNow()),
				SCPs: [][]*Source{scpLevel(t, "root", `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::*:root"}}}`)}}
		}, action: "s3:ListBucket", resource: bucket, want: False, explicit: true, layer: ServiceControlPolicy},
		{name: "the root user needs no policy", change: func(p *Principal) {
			*p = Principal{ARN: testARN("root"), Account: testAccount, Root: true}
		}, action: "s3:ListBucket", resource: bucket, want: True},
		{name: "SCPs do not bind service-linked roles", change: func(p *Principal) {
			p.ServiceLinked = true
			p.SCPs = [][]*Source{scpLevel(t, "root", "Deny s3:* on *")}
		}, action: "s3:ListBucket", resource: bucket, want: True},
		{name: "an RCP denies on a service that it binds", change: func(p *Principal) {
			p.RCPs = [][]*Source{{source(t, ResourceControlPolicy, "rcp", `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}`)}}
		}, action: "s3:ListBucket", resource: bucket, want: False, explicit: true, layer: ResourceControlPolicy},
		{name: "an RCP that asks for the organization lets it in", change: func(p *Principal) {
			p.RCPs = [][]*Source{{source(t, ResourceControlPolicy, "rcp", `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}`)}}
		}, action: "s3:ListBucket", resource: bucket, want: True},
		{name: "RCPs do not bind other services", change: func(p *Principal) {
			p.Identity = append(p.Identity, source(t, IdentityPolicy, "ec2", "Allow ec2:* on *"))
			p.RCPs = [][]*Source{{source(t, ResourceControlPolicy, "rcp", `{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}`)}}
		}, action: "ec2:RunInstances", resource: "*", want: True},
		{name: "a variable that is known", change: func(p *Principal) {
			p.Identity = []*Source{source(t, IdentityPolicy, "home", "Allow s3:GetObject on arn:aws:s3:::home/${aws:username}/*")}
		}, action: "s3:GetObject", resource: "arn:aws:s3:::home/alice/a", want: True},
		{name: "a variable that is another's", change: func(p *Principal) {
			p.Identity = []*Source{source(t, IdentityPolicy, "home", "Allow s3:GetObject on arn:aws:s3:::home/${aws:username}/*")}
		}, action: "s3:GetObject", resource: "arn:aws:s3:::home/bob/a", want: False, layer: IdentityPolicy},
		{name: "a variable that nobody knows", change: func(p *Principal) {
			p.Identity = []*Source{source(t, IdentityPolicy, "home", "Allow s3:GetObject on arn:aws:s3:::home/${saml:sub}/*")}
		}, action: "s3:GetObject", resource: "arn:aws:s3:::home/bob/a", want: Depends},
		{name: "a date that has passed", change: func(p *Principal) {
			p.Identity = []*Source{source(t, IdentityPolicy, "until", `{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}}}`)}
		}, action: "s3:ListBucket", resource: bucket, want: False, layer: IdentityPolicy},
		{name: "another account", change: func(p *Principal) {
			p.Identity = []*Source{source(t, IdentityPolicy, "other", `{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"999999999999"}}}`)}
		}, action: "s3:ListBucket", resource: bucket, want: False, layer: IdentityPolicy},
		{name: "MFA may be there", change: func(p *Principal) {
			p.Identity = []*Source{source(t, IdentityPolicy, "mfa", `{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`)}
		}, action: "s3:ListBucket", resource: bucket, want: Depends},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := alice(t, "Allow s3:ListBucket on "+bucket)
			if c.change != nil {
				c.change(p)
			}
			d := p.Decide(Request{Action: c.action, Resource: c.resource})
			if d.Allowed != c.want || d.Explicit != c.explicit || d.Layer != c.layer {
				t.Errorf("allowed %d, explicit %t, layer %q; want %d, %t, %q (by %v)", d.Allowed, d.Explicit, d.Layer, c.want, c.explicit, c.layer, d.By)
			}
			if c.want == True && !p.Root && len(d.By) == 0 {
				t.Error("the decision names no statement")
			}
		})
	}
}

// TestMay asks on which resources an action may be done, and what stands against it.
func TestMay(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(p *Principal)
		want   []string
	}{
		{"on one", func(p *Principal) {}, []string{"arn:aws:s3:::a*"}},
		{"on two", func(p *Principal) {
			p.Identity = append(p.Identity, source(t, IdentityPolicy, "b", "Allow s3:* on arn:aws:s3:::b"))
		}, []string{"arn:aws:s3:::a*", "arn:aws:s3:::b"}},
		{"but for what is denied", func(p *Principal) {
			p.Identity = append(p.Identity, source(t, IdentityPolicy, "no", "Deny s3:GetObject on arn:aws:s3:::archive/*"))
		}, []string{"arn:aws:s3:::a* except arn:aws:s3:::archive/*"}},
		{"a denial elsewhere changes nothing", func(p *Principal) {
			p.Identity = append(p.Identity, source(t, IdentityPolicy, "no", "Deny s3:GetObject on arn:aws:s3:::z*"))
		}, []string{"arn:aws:s3:::a*"}},
		{"all is denied", func(p *Principal) {
			p.Identity = append(p.Identity, source(t, IdentityPolicy, "no", "Deny s3:Get* on arn:aws:s3:::*"))
		}, nil},
		{"all but one is denied", func(p *Principal) {
			p.Identity = append(p.Identity, source(t, IdentityPolicy, "no", `{"Effect":"Deny","Action":"s3:*","NotResource":"arn:aws:s3:::archive/*"}`))
		}, []string{"arn:aws:s3:::archive/*"}},
		{"within the boundary", func(p *Principal) {
			p.Boundary = source(t, PermissionsBoundary, "b", "Allow s3:* on arn:aws:s3:::alpha/*", "Allow ec2:* on *")
		}, []string{"arn:aws:s3:::alpha/*"}},
		{"outside the boundary", func(p *Principal) {
			p.Boundary = source(t, PermissionsBoundary, "b", "Allow s3:* on arn:aws:s3:::b*")
		}, nil},
		{"an allow-list of SCPs", func(p *Principal) {
			p.SCPs = [][]*Source{scpLevel(t, "root"), {source(t, ServiceControlPolicy, "only", "Allow ec2:* on *")}}
		}, nil},
		{"a denial under a condition", func(p *Principal) {
			p.SCPs = [][]*Source{scpLevel(t, "root", `{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`)}
		}, []string{"arn:aws:s3:::a* sometimes"}},
		{"NotAction", func(p *Principal) {
			p.Identity = []*Source{source(t, IdentityPolicy, "most", `{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`)}
		}, []string{"*"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := alice(t, "Allow s3:Get* on arn:aws:s3:::a*")
			c.change(p)
			var got []string
			for _, m := range p.May("s3:GetObject", nil) {
				text := m.Resources.String()
				if m.Always == Depends {
					text += " sometimes"
				}
				got = append(got, text)
			}
			if len(got) != len(c.want) {
				t.Fatalf("got %q, want %q", got, c.want)
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Errorf("got %q, want %q", got, c.want)
				}
			}
		})
	}
}
