package benchmark_test

import (
	"fmt"
	"testing"

	"orgaudit/collect"
	"orgaudit/report/benchmark"
)

// manyWorld is an account with so many users, roles and customer-managed policies, each
// policy attached to roles.
func manyWorld(users, roles, policies int) *world {
	w := newWorld("aws")
	a := w.evidence.Authorization
	rows := []row{w.rootRow()}
	for i := range users {
		name := fmt.Sprintf("user-%03d", i)
		rows = append(rows, w.userRow(name).key("2", ago(i), "N/A"))
		a.Users = append(a.Users, collect.User{ARN: w.arn("user/" + name), Name: name})
	}
	w.report(rows...)
	for i := range roles {
		name := fmt.Sprintf("role-%03d", i)
		a.Roles = append(a.Roles, collect.Role{ARN: w.arn("role/" + name), Name: name, Trust: w.goodTrust(), Created: listed().AddDate(-1, 0, 0)})
	}
	for i := range policies {
		arn := w.own(fmt.Sprintf("policy-%03d", i), fmt.Sprintf(`{"Version":"2012-10-17","Statement":[
			{"Sid":"Read","Effect":"Allow","Action":["s3:Get*","s3:List*","dynamodb:Query"],"Resource":["arn:aws:s3:::bucket-%d","arn:aws:s3:::bucket-%[1]d/*"]},
			{"Sid":"Write","Effect":"Allow","Action":"s3:PutObject","Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":"eu-central-1"}}}]}`, i))
		for j := range 3 {
			w.attach(fmt.Sprintf("role/role-%03d", (3*i+j)%roles), arn)
		}
	}
	return w
}

// BenchmarkJudge judges every control on a large account, as a report does for each
// account of an organization: parsing the credential report and the policies counts.
func BenchmarkJudge(b *testing.B) {
	w := manyWorld(50, 150, 60)
	var controls []*benchmark.Control
	for _, c := range benchmark.Controls() {
		if c.Scope == benchmark.AccountScope {
			controls = append(controls, c)
		}
	}
	if r := w.judge(b, "policy-no-full-admin"); r.Population < 60 || r.Verdict != benchmark.VerdictPass {
		b.Fatalf("%s of %d policies", r.Verdict, r.Population)
	}
	b.ReportAllocs()
	for b.Loop() {
		s := w.subject()
		for _, c := range controls {
			if r := benchmark.Judge(c, s); r.Verdict == benchmark.VerdictNotAssessed {
				b.Fatalf("%s was not assessed", c.ID)
			}
		}
	}
}
