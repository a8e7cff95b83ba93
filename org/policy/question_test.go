package policy

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// aboutTarget draws a statement whose condition may ask for what the action is done to.
func (d dice) aboutTarget(effect string) string {
	condition := ""
	if d.IntN(2) == 0 {
		condition = `,"Condition":{` + d.of(
			`"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}`, `"ArnLike":{"IAM:PolicyArn":"arn:aws:iam::aws:policy/*"}`,
			`"StringEquals":{"aws:ResourceTag/Team":"${aws:PrincipalTag/Team}"}`, `"StringNotEquals":{"iam:ResourceTag/Team":"payments"}`,
			`"Null":{"iam:PermissionsBoundary":"true"}`, `"StringEquals":{"aws:RequestedRegion":"us-east-1"}`,
			`"StringEquals":{"aws:username":"${iam:ResourceTag/Team}"}`, `"Bool":{"aws:MultiFactorAuthPresent":"true"}`,
		) + "}"
	}
	return fmt.Sprintf(`{"Effect":%q,"Action":%q,"Resource":%q%s}`, effect,
		d.of("*", "iam:*", "iam:PassRole", "iam:Attach*"),
		d.of("*", testARN("role/*"), testARN("user/${aws:username}"), testARN("role/${aws:ResourceTag/Team}")), condition)
}

// TestQuestion: what is kept of one target must not decide about the next one. One question
// about many targets has the answers that each has by itself.
func TestQuestion(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(5, 6))}
	targets := []*Member{
		{ARN: testARN("role/web")}, {ARN: testARN("role/alice"), Tags: map[string]string{"Team": "alice"}},
		{ARN: testARN("user/alice"), Tags: map[string]string{"Team": "payments"}, Boundary: testARN("policy/b")},
		{ARN: testARN("role/web"), Tags: map[string]string{"Team": "payments"}},
	}
	allowed, differ := 0, 0
	for i := range 2000 {
		p := alice(t)
		p.Identity = []*Source{source(t, IdentityPolicy, "own", d.aboutTarget("Allow"), d.aboutTarget("Allow"), d.aboutTarget("Deny"))}
		p.SCPs = [][]*Source{scpLevel(t, "root", d.aboutTarget("Deny"))}
		for _, name := range []string{"iam:PassRole", "iam:AttachRolePolicy"} {
			q := p.ask(newAction(name), p.layers(), nil)
			seen := map[Truth]bool{}
			for _, m := range targets {
				for _, facts := range []func(*Facts) *Facts{m.facts, func(f *Facts) *Facts {
					return m.facts(f.With(map[string]Fact{keyPassedTo: Is("lambda.amazonaws.com"), keyPolicyARN: Is("arn:aws:iam::aws:policy/X")}))
				}} {
					got, want := *q.can(m.ARN, facts(q.facts)), p.Decide(Request{Action: name, Resource: m.ARN, Facts: facts(p.Facts)})
					if got.Allowed != want.Allowed || got.Allowed != False && !reflect.DeepEqual(got.By, want.By) || len(got.Conditional) != len(want.Conditional) {
						t.Fatalf("%d: %s on %s: one question says %v, a question of its own %v", i, name, m.ARN, got, want)
					}
					seen[got.Allowed] = true
					allowed += int(got.Allowed)
				}
			}
			if len(seen) > 1 {
				differ++
			}
		}
	}
	if allowed < 1000 || differ < 1000 {
		t.Errorf("%d allowed, %d questions with several answers: that proves little", allowed, differ)
	}
}

// TestMayAnywhere agrees with May, however many statements speak of the action.
func TestMayAnywhere(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(7, 8))}
	counts := map[bool]int{}
	for i := range 3000 {
		p := alice(t)
		p.Identity = d.policies(t, IdentityPolicy, 1+d.IntN(2))
		p.SCPs = [][]*Source{scpLevel(t, "root", d.statement("Deny"))}
		for _, r := range requests() {
			got, may := p.MayAnywhere(r.Action), p.May(r.Action, nil)
			if got != (len(may) > 0) {
				t.Fatalf("%d: %s anywhere is %t, and may be done on %v", i, r.Action, got, may)
			}
			counts[got]++
		}
	}
	if counts[true] < 500 || counts[false] < 500 {
		t.Errorf("%v proves little", counts)
	}
}

// TestRequestKeys: a key counts in any case, as a condition's and as a variable's, and not in
// plain text.
func TestRequestKeys(t *testing.T) {
	for text, want := range map[string]requestKeys{
		`"Resource":"*"`: 0,
		`"Resource":"arn:aws:s3:::aws:requestedregion"`:                                                    0,
		`"Resource":"arn:aws:s3:::${AWS:RequestedRegion}"`:                                                 asksRegion,
		`"NotResource":"arn:aws:iam::*:user/${iam:ResourceTag/Owner}"`:                                     asksResourceTags,
		`"Resource":"*","Condition":{"Null":{"IAM:PermissionsBoundary":"true"}}`:                           asksBoundary,
		`"Resource":"*","Condition":{"StringLike":{"iam:PassedToService":"ec2*","aws:ResourceTag/a":"b"}}`: asksPassedTo | asksResourceTags,
		`"Resource":"*","Condition":{"StringEquals":{"aws:username":"${iam:PolicyARN}"}}`:                  asksPolicyARN,
		`"Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/x":"aws:ResourceTag/x"}}`:           0,
		`"Resource":"*","Condition":{"StringEquals":{"aws:PrincipalArn":"x","aws:PrincipalOrgID":"x"}}`:    0,
	} {
		a := statements(t, `{"Effect":"Allow","Action":"*",`+text+`}`)
		if got := a.statements[0].asks; got != want {
			t.Errorf("%s asks for %b, want %b", strings.TrimSpace(text), got, want)
		}
	}
}
