package policy

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// The dice of the property tests draw documents from a few actions, resources and
// conditions, so that statements meet often.
type dice struct{ *rand.Rand }

func (d dice) of(list ...string) string { return list[d.IntN(len(list))] }

func (d dice) statement(effect string) string {
	actions, resources, condition := "Action", "Resource", ""
	if d.IntN(6) == 0 {
		actions = "NotAction"
	}
	if d.IntN(6) == 0 {
		resources = "NotResource"
	}
	if d.IntN(3) == 0 {
		condition = `,"Condition":{` + d.of(
			`"Bool":{"aws:SecureTransport":"true"}`, `"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}`,
			`"StringEquals":{"aws:PrincipalOrgID":"o-other"}`, `"StringNotEquals":{"aws:RequestedRegion":["us-east-1","eu-central-1"]}`,
			`"StringEquals":{"aws:PrincipalTag/Team":"payments"}`, `"Null":{"aws:PrincipalTag/Team":"true"}`,
		) + "}"
	}
	return fmt.Sprintf(`{"Effect":%q,%q:%q,%q:%q%s}`, effect,
		actions, d.of("*", "s3:*", "s3:Get*", "s3:GetObject", "iam:*", "iam:PassRole", "s*:?et*"),
		resources, d.of("*", "arn:aws:s3:::a*", "arn:aws:s3:::ab", "arn:aws:s3:::b/*", "arn:aws:s3:::home/${aws:username}/*", "arn:aws:s3:::${saml:sub}/*", "arn:*:iam::*:role/*"),
		condition)
}

func (d dice) policies(t testing.TB, kind Kind, n int) []*Source {
	var sources []*Source
	for i := range n {
		var texts []string
		for range 1 + d.IntN(3) {
			texts = append(texts, d.statement(d.of("Allow", "Allow", "Deny")))
		}
		sources = append(sources, source(t, kind, fmt.Sprintf("%s-%d", kind, i), texts...))
	}
	return sources
}

func requests() []Request {
	return []Request{
		{Action: "s3:GetObject", Resource: "arn:aws:s3:::ab"}, {Action: "s3:GetObject", Resource: "arn:aws:s3:::b/c"},
		{Action: "s3:PutObject", Resource: "arn:aws:s3:::home/alice/x"}, {Action: "iam:PassRole", Resource: testARN("role/x")},
		{Action: "sqs:GetQueueUrl", Resource: "arn:aws:sqs:eu-central-1:111122223333:q"}, {Action: "sqs:GetQueueUrl", Resource: "arn:aws:sqs:eu-central-1:444455556666:q"},
	}
}

// TestNarrowing: a denial, a boundary, an SCP and an RCP never widen what a principal may
// do, whatever they say; and one more identity policy that only allows never narrows it.
func TestNarrowing(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(1, 2))}
	for i := range 3000 {
		p := alice(t)
		p.Identity = d.policies(t, IdentityPolicy, 1+d.IntN(3))
		for name, narrow := range map[string]func(q *Principal){
			"a denial": func(q *Principal) {
				q.Identity = append(q.Identity[:len(q.Identity):len(q.Identity)], source(t, IdentityPolicy, "deny", d.statement("Deny")))
			},
			"a boundary": func(q *Principal) { q.Boundary = d.policies(t, PermissionsBoundary, 1)[0] },
			"an SCP":     func(q *Principal) { q.SCPs = [][]*Source{d.policies(t, ServiceControlPolicy, 1+d.IntN(2))} },
			"an RCP":     func(q *Principal) { q.RCPs = [][]*Source{d.policies(t, ResourceControlPolicy, 1)} },
		} {
			q := *p
			narrow(&q)
			for _, r := range requests() {
				if before, after := p.Decide(r), q.Decide(r); after.Allowed > before.Allowed {
					t.Fatalf("%d: %s widened %s on %s from %d to %d", i, name, r.Action, r.Resource, before.Allowed, after.Allowed)
				}
			}
			if before, after := p.Administrator(), q.Administrator(); before == nil && after != nil {
				t.Fatalf("%d: %s made an administrator", i, name)
			}
		}
		q := *p
		q.Identity = append(q.Identity[:len(q.Identity):len(q.Identity)], source(t, IdentityPolicy, "more", d.statement("Allow")))
		for _, r := range requests() {
			if before, after := p.Decide(r), q.Decide(r); after.Allowed < before.Allowed {
				t.Fatalf("%d: one more allowance narrowed %s on %s from %d to %d", i, r.Action, r.Resource, before.Allowed, after.Allowed)
			}
		}
	}
}

// TestMayAgreesWithDecide: where a request may be allowed, the sets of May hold its
// resource; where they hold it without condition and exactly, it is allowed.
func TestMayAgreesWithDecide(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(3, 4))}
	allowed := 0
	for i := range 3000 {
		p := alice(t)
		p.Identity = d.policies(t, IdentityPolicy, 1+d.IntN(3))
		if d.IntN(2) == 0 {
			p.Boundary = d.policies(t, PermissionsBoundary, 1)[0]
		}
		if d.IntN(2) == 0 {
			p.SCPs = [][]*Source{d.policies(t, ServiceControlPolicy, 2), d.policies(t, ServiceControlPolicy, 1)}
		}
		if d.IntN(3) == 0 {
			p.RCPs = [][]*Source{d.policies(t, ResourceControlPolicy, 1)}
		}
		for _, r := range requests() {
			decision := p.Decide(r)
			best := False
			for _, m := range p.May(r.Action, nil) {
				if m.Resources.Holds(r.Resource) {
					best = max(best, m.Always)
				}
			}
			if decision.Allowed != False {
				allowed++
			}
			if decision.Allowed != False && best == False {
				t.Fatalf("%d: %s on %s is allowed (%d), and May does not hold it: %v", i, r.Action, r.Resource, decision.Allowed, p.May(r.Action, nil))
			}
			if best == True && decision.Allowed == False {
				t.Fatalf("%d: %s on %s is denied, and May holds it always", i, r.Action, r.Resource)
			}
		}
	}
	if allowed < 1000 {
		t.Errorf("only %d requests were allowed, which proves little", allowed)
	}
}

// FuzzOverlap: two globs overlap where a value matches both, and the answer is the same
// both ways; a glob that covers another that matches something overlaps it.
func FuzzOverlap(f *testing.F) {
	for _, seed := range [][3]string{{"a*", "*b", "ab"}, {"a?c", "abc", "abc"}, {"*a*a*a*", "*b*b*b*", "ababab"}, {"arn:aws:s3:::a*", "arn:aws:s3:::ab/*", "x"}, {"", "*", ""}} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, a, b, value string) {
		if len(a)+len(b) > 200 || !utf8.ValidString(a+b) {
			return
		}
		got := Overlap(a, b)
		if back := Overlap(b, a); got != back {
			t.Fatalf("Overlap(%q, %q) is %t, the other way round %t", a, b, got, back)
		}
		if Match(a, value) && Match(b, value) && !got {
			t.Fatalf("%q matches %q and %q, which do not overlap", value, a, b)
		}
		if Covers(a, b) && !got && strings.ContainsAny(b, "*?") {
			t.Fatalf("%q covers %q, and they do not overlap", a, b)
		}
	})
}

// FuzzDecide: no document makes the engine panic or hang, and a denial of everything denies.
func FuzzDecide(f *testing.F) {
	f.Add(`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`, "s3:GetObject", "arn:aws:s3:::a")
	f.Add(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":"iam:*","NotResource":["arn:aws:s3:::${aws:username}"],"Condition":{"StringLike":{"aws:PrincipalTag/x":["${aws:userid}","*"]}}}]}`, "iam:PassRole", "*")
	f.Add(`{"Statement":[{"Effect":"Deny","Action":"*a*a*a*a*a*a*a*b","Resource":"*"}]}`, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "")
	f.Fuzz(func(t *testing.T, text, action, resource string) {
		document, err := Parse(text)
		if err != nil {
			return
		}
		p := alice(t)
		p.Identity = []*Source{{Kind: IdentityPolicy, Name: "fuzzed", Analysis: Analyse(document)}}
		p.Decide(Request{Action: action, Resource: resource})
		p.May(action, nil)
		p.Administrator()
		p.Identity[0].Trustees()
		p.Identity[0].Admits(p.ARN, p.Account, p.Facts)
		p.SCPs = [][]*Source{scpLevel(t, "root", "Deny * on *")}
		if p.Decide(Request{Action: action, Resource: resource}).Allowed != False || len(p.May(action, nil)) > 0 {
			t.Fatalf("%s on %s is allowed although an SCP denies everything", action, resource)
		}
	})
}
