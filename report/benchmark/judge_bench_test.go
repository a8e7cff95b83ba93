package benchmark_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// manyWorld is the account number n of a large organization: so many users, roles and
// customer-managed policies of the kinds that accounts have, with documents of its own.
func manyWorld(n, users, roles, policies int) *world {
	w := newGoodWorld()
	account := fmt.Sprintf("1%011d", n)
	w.org.Accounts[1].ID, w.account, w.evidence.AccountID = account, account, account
	w.org.Policies[0] = guardrail("p-FullAWSAccess", "FullAWSAccess", rootID, workloadsID, account)
	w.org.Policies[0].AWSManaged, w.org.Policies[0].Document = true, fullAccessDocument
	w.evidence.LastAccessed = nil
	w.org.Policies = append(w.org.Policies,
		scp("p-regions", `{"Effect":"Deny","NotAction":["iam:*","organizations:*","sts:*","support:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1"]},"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/deploy"}}}`, rootID),
		scp("p-root", `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::*:root"}}}`, workloadsID),
		scp("p-trail", `{"Effect":"Deny","Action":["cloudtrail:StopLogging","cloudtrail:DeleteTrail","config:Delete*","guardduty:Delete*"],"Resource":"*"}`, rootID),
	)
	a := w.evidence.Authorization
	*a = collect.Authorization{}
	for i := range 4 {
		a.Groups = append(a.Groups, collect.Group{ARN: w.arn(fmt.Sprintf("group/team-%d", i)), Name: fmt.Sprintf("team-%d", i)})
	}
	rows := []row{w.rootRow()}
	for i := range users {
		name := fmt.Sprintf("user-%03d", i)
		rows = append(rows, w.userRow(name).key("2", ago(i), "N/A"))
		a.Users = append(a.Users, collect.User{ARN: w.arn("user/" + name), ID: "AIDA" + name, Name: name, Groups: []string{fmt.Sprintf("team-%d", i%4)}, Created: listed().AddDate(-1, 0, 0)})
	}
	w.report(rows...)
	for i := range roles {
		name := fmt.Sprintf("role-%03d", i)
		a.Roles = append(a.Roles, collect.Role{ARN: w.arn("role/" + name), ID: "AROA" + name, Name: name, Created: listed().AddDate(-1, 0, 0), LastUsed: listed(), Trust: manyTrust(w, i)})
	}
	for i := range policies {
		arn := w.own(fmt.Sprintf("policy-%03d", i), strings.ReplaceAll(manyDocument(i), "ACCOUNT", account))
		for j := range 3 {
			w.attach(fmt.Sprintf("role/role-%03d", (3*i+j)%roles), arn)
		}
		if i%15 == 0 {
			w.attach(fmt.Sprintf("group/team-%d", i/15), arn)
		}
	}
	w.attach("role/role-000", w.library("AdministratorAccess", allowEverything))
	w.attach("role/role-001", w.library("ReadOnlyAccess", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["*:Get*","*:List*","*:Describe*"],"Resource":"*"}}`))
	return w
}

func manyTrust(w *world, i int) string {
	principal, condition := `"AWS":"`+w.arn("root")+`"`, ""
	action := "sts:AssumeRole"
	switch i % 10 {
	case 0, 1, 2:
		principal = `"Service":"ec2.amazonaws.com"`
	case 3, 4, 5:
		principal = `"Service":"lambda.amazonaws.com"`
	case 6:
		principal, condition = `"AWS":"arn:aws:iam::222222222222:root"`, `"StringEquals":{"sts:ExternalId":"release"}`
	case 7:
		principal, condition = `"AWS":"arn:aws:iam::999999999999:role/vendor"`, fmt.Sprintf(`"StringEquals":{"sts:ExternalId":"customer-%d"}`, i)
	case 8:
		action, principal = "sts:AssumeRoleWithSAML", `"Federated":"`+w.arn("saml-provider/corp")+`"`
	}
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{%s},"Action":%q,"Condition":{%s}}]}`, principal, action, condition)
}

func manyDocument(i int) string {
	more := ""
	switch i % 12 {
	case 3:
		more = `,{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::ACCOUNT:role/role-00*","Condition":{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}}},{"Effect":"Allow","Action":["lambda:CreateFunction","lambda:InvokeFunction"],"Resource":"*"}`
	case 5:
		more = `,{"Effect":"Allow","Action":["iam:CreateAccessKey","iam:ListAccessKeys"],"Resource":"arn:aws:iam::ACCOUNT:user/${aws:username}"}`
	case 7:
		more = `,{"Effect":"Deny","NotAction":["iam:*","sts:*"],"Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}`
	case 9:
		more = `,{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"}`
	}
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[
		{"Sid":"Read","Effect":"Allow","Action":["s3:Get*","s3:List*","dynamodb:Query"],"Resource":["arn:aws:s3:::ACCOUNT-bucket-%d","arn:aws:s3:::ACCOUNT-bucket-%[1]d/*"]},
		{"Sid":"Write","Effect":"Allow","Action":"s3:PutObject","Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":"eu-central-1"}}}%s]}`, i, more)
}

// usualWorld is the account number n of an organization as most are, and as hard to judge: 20
// users, 60 roles and 20 policies, among them administrators by different right, those who are
// bound by a boundary, and those who manage users and roles of some names.
func usualWorld(n int) *world {
	w := manyWorld(n, 20, 60, 20)
	w.attach("group/team-0", w.library("AdministratorAccess", allowEverything))
	power := w.library("PowerUserAccess", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},{"Effect":"Allow","Action":["iam:CreateServiceLinkedRole","iam:ListRoles","organizations:DescribeOrganization"],"Resource":"*"}]}`)
	full := w.library("IAMFullAccess", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:*","organizations:DescribeOrganization"],"Resource":"*"}]}`)
	boundary := w.own("developers-may", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["organizations:*","account:*"],"Resource":"*"},{"Effect":"Deny","Action":["iam:DeleteUserPermissionsBoundary","iam:DeleteRolePermissionsBoundary"],"Resource":"*"}]}`)
	managers := w.own("managers", strings.ReplaceAll(`{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":["iam:CreateRole","iam:AttachRolePolicy","iam:PutRolePolicy","iam:UpdateAssumeRolePolicy","iam:PassRole","sts:AssumeRole"],"Resource":"arn:aws:iam::ACCOUNT:role/role-0*"},
		{"Effect":"Allow","Action":["iam:CreateAccessKey","iam:UpdateLoginProfile","iam:AddUserToGroup"],"Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}}},
		{"Effect":"Allow","Action":["lambda:*","ec2:*","cloudformation:*"],"Resource":"*"}]}`, "ACCOUNT", w.account))
	for i := range 4 {
		w.attach(fmt.Sprintf("role/role-%03d", 10+i), power)
		w.attach(fmt.Sprintf("user/user-%03d", 1+4*i), managers)
		w.attach(fmt.Sprintf("role/role-%03d", 20+i), managers, power)
		w.attach(fmt.Sprintf("user/user-%03d", 2+4*i), power, full)
		w.evidence.Authorization.Users[2+4*i].Boundary = boundary
	}
	return w
}

// BenchmarkJudge judges every control on accounts, as a report does for each account of an
// organization: parsing the credential report and the policies counts, reading files does not.
// Accounts are judged on all cores. Every round is an account whose documents nobody has seen
// yet, so that the cache helps only where it would in an organization.
func BenchmarkJudge(b *testing.B) {
	// Together the worlds have more documents than the cache holds.
	b.Run("usual", func(b *testing.B) { benchmarkJudge(b, 500, usualWorld) })
	b.Run("large", func(b *testing.B) {
		benchmarkJudge(b, 160, func(n int) *world { return manyWorld(n, 50, 150, 60) })
	})
}

func benchmarkJudge(b *testing.B, different int, worldOf func(n int) *world) {
	var controls []*benchmark.Control
	for _, c := range benchmark.Controls() {
		if c.Scope == benchmark.AccountScope {
			controls = append(controls, c)
		}
	}
	worlds := make([]*world, different)
	for i := range worlds {
		worlds[i] = worldOf(i)
	}
	shared := *worlds[0].subject()
	items := 0
	b.ReportAllocs()
	b.ResetTimer()
	next := make(chan int)
	var group sync.WaitGroup
	var mu sync.Mutex
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for i := range next {
				w := worlds[i%different]
				s := shared
				s.Organization = w.org
				subject := s.For(w.org.Account(w.account), w.evidence)
				n := 0
				for _, c := range controls {
					r := benchmark.Judge(c, subject)
					if r.Verdict == benchmark.VerdictNotAssessed && r.Gap.Cause != org.NotCollected {
						b.Errorf("%s was not assessed: %v", c.ID, r.Gap)
					}
					n += r.Population
				}
				mu.Lock()
				items += n
				mu.Unlock()
			}
		})
	}
	for i := range b.N {
		next <- i
	}
	close(next)
	group.Wait()
	b.ReportMetric(float64(items)/float64(b.N), "items/op")
	b.ReportMetric(float64(b.Elapsed().Seconds())/float64(b.N)*1000, "s/1000accounts")
}
