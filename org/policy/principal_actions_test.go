package policy

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestPrincipalActions asks for effective permissions as a set: what a boundary, an SCP and
// denials leave of what the policies allow.
func TestPrincipalActions(t *testing.T) {
	for _, c := range []struct {
		name      string
		change    func(p *Principal)
		may, not  []string
		wildcards []string
	}{
		{name: "policies", may: []string{"sqs:SendMessage", "sqs:DeleteQueue", "s3:GetObject"}, not: []string{"s3:PutObject", "iam:CreateUser"}, wildcards: []string{"sqs"}},
		{name: "a denial takes the service apart", change: func(p *Principal) {
			p.Identity = append(p.Identity, source(t, IdentityPolicy, "no", "Deny sqs:DeleteQueue on *"))
		}, may: []string{"sqs:SendMessage"}, not: []string{"sqs:DeleteQueue"}},
		{name: "a denial on one queue leaves the action, and not the whole service", change: func(p *Principal) {
			p.Identity = append(p.Identity, source(t, IdentityPolicy, "no", "Deny sqs:DeleteQueue on arn:aws:sqs:*:*:orders"))
		}, may: []string{"sqs:SendMessage", "sqs:DeleteQueue"}},
		{name: "a denial in other Regions", change: func(p *Principal) {
			p.SCPs = [][]*Source{{source(t, ServiceControlPolicy, "regions", "Allow * on *",
				`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-west-1"}}}`)}}
		}, may: []string{"sqs:DeleteQueue"}, wildcards: []string{"sqs"}},
		{name: "within a boundary", change: func(p *Principal) {
			p.Boundary = source(t, PermissionsBoundary, "b", "Allow s3:* on *")
		}, may: []string{"s3:GetObject"}, not: []string{"sqs:SendMessage", "s3:PutObject"}},
		{name: "an SCP that allows one service", change: func(p *Principal) {
			p.SCPs = [][]*Source{scpLevel(t, "root"), {source(t, ServiceControlPolicy, "only", "Allow sqs:* on *")}}
		}, may: []string{"sqs:SendMessage"}, not: []string{"s3:GetObject"}, wildcards: []string{"sqs"}},
		{name: "a condition that can never hold", change: func(p *Principal) {
			p.Identity = []*Source{source(t, IdentityPolicy, "past", `{"Effect":"Allow","Action":"sqs:*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}}`)}
		}, not: []string{"sqs:SendMessage"}},
		{name: "a condition of the request", change: func(p *Principal) {
			p.Identity = []*Source{source(t, IdentityPolicy, "office", `{"Effect":"Allow","Action":"sqs:*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"198.51.100.0/24"}}}`)}
		}, may: []string{"sqs:SendMessage"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := alice(t, "Allow sqs:* on *", "Allow s3:Get* on arn:aws:s3:::reports/*")
			if c.change != nil {
				c.change(p)
			}
			set := p.Actions()
			has := func(name string) bool {
				i, known := ActionIndex(name)
				if !known {
					t.Fatalf("the catalogue has no %s", name)
				}
				return set.Has(i)
			}
			for _, name := range c.may {
				if !has(name) {
					t.Errorf("%s is missing", name)
				}
			}
			for _, name := range c.not {
				if has(name) {
					t.Errorf("%s is there", name)
				}
			}
			if got := p.Wildcards(); !slices.Equal(got, c.wildcards) {
				t.Errorf("whole services %v, want %v", got, c.wildcards)
			}
		})
	}
	levels := alice(t, "Allow sqs:* on *").Actions().Levels()
	if levels[Read] == 0 || levels[Write] == 0 || levels[PermissionsManagement] == 0 {
		t.Errorf("the access levels of all of SQS are %v", levels)
	}
}

// TestPrincipalActionsAgreeWithMay: what May finds is in the set.
func TestPrincipalActionsAgreeWithMay(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(5, 6))}
	for i := range 200 {
		p := alice(t)
		p.Identity = d.policies(t, IdentityPolicy, 2)
		if d.IntN(2) == 0 {
			p.Boundary = d.policies(t, PermissionsBoundary, 1)[0]
		}
		if d.IntN(2) == 0 {
			p.SCPs = [][]*Source{d.policies(t, ServiceControlPolicy, 2)}
		}
		set := p.Actions()
		for _, name := range []string{"s3:GetObject", "s3:PutObject", "iam:PassRole", "sqs:GetQueueUrl"} {
			at, _ := ActionIndex(name)
			if len(p.May(name, nil)) > 0 && !set.Has(at) {
				t.Fatalf("%d: May finds %s, and the set does not hold it", i, name)
			}
		}
	}
}

// TestPrincipalActionsByRegion: services that answer from one Region are asked about there.
func TestPrincipalActionsByRegion(t *testing.T) {
	at, _ := ActionIndex("iam:CreateUser")
	for _, c := range []struct {
		name      string
		p         func() *Principal
		may, full bool
	}{
		{"another Region is denied", func() *Principal {
			p := alice(t, "Allow * on *")
			p.SCPs = [][]*Source{scpLevel(t, "root", `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":"eu-west-1"}}}`)}
			return p
		}, false, false},
		{"its Region is allowed", func() *Principal {
			return alice(t, `{"Effect":"Allow","Action":"iam:*","Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":"us-east-1"}}}`)
		}, true, true},
		{"another Region is allowed", func() *Principal {
			return alice(t, `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}}`)
		}, false, false},
	} {
		p := c.p()
		if may, full := p.Actions().Has(at), slices.Contains(p.Wildcards(), "iam"); may != c.may || full != c.full {
			t.Errorf("%s: may %t, all of IAM %t", c.name, may, full)
		}
	}
}

// TestWildcardsDenial: a denial about something else leaves a service whole.
func TestWildcardsDenial(t *testing.T) {
	for deny, whole := range map[string]bool{
		"Deny * on arn:aws:s3:::audit-logs/*":                              true,
		"Deny sqs:* on arn:aws:sqs:*:*:${aws:PrincipalTag/None}":           true,
		`{"Effect":"Deny","Action":"sqs:*","NotResource":"*"}`:             true,
		"Deny * on arn:aws:sqs:*:*:orders":                                 false,
		`{"Effect":"Deny","Action":"*","NotResource":"arn:aws:sqs:*:*:q"}`: false,
	} {
		if got := slices.Contains(alice(t, "Allow * on *", deny).Wildcards(), "sqs"); got != whole {
			t.Errorf("%s: SQS in full %t", deny, got)
		}
	}
}
