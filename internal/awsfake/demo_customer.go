package awsfake

import (
	"encoding/json"
	"fmt"
)

// demoCustomerPolicy is the outline of a customer-managed policy.
type demoCustomerPolicy struct {
	name        string
	path        string
	description string
	statements  []demoStatement
	// earlier counts versions from before; current is the default one, 0 being the newest.
	earlier, current int
	wanted           bool
}

// addPolicies adds the customer-managed policies.
func (a *demoAccount) addPolicies() {
	d := a.d
	want := a.c.options.Policies
	for _, p := range a.customerPolicies() {
		if want > 0 && len(a.Policies) == want {
			return
		}
		if p.wanted || want > 0 {
			a.addPolicy(p)
		}
	}
	for i := len(a.Policies); i < want; i++ {
		a.addPolicy(demoCustomerPolicy{
			name: fmt.Sprintf("application-%05d", i), path: "/applications/",
			statements: a.bucketAccess(fmt.Sprintf("%s-%05d", demoPick(d, demoApplications()), i)),
			earlier:    d.between(0, 4),
		})
	}
}

// customerPolicies are the outlines for this account, sane ones first.
func (a *demoAccount) customerPolicies() []demoCustomerPolicy {
	d, kind := a.d, a.plan.place.kind
	app := demoPick(d, demoApplications())
	careless := kind == demoSandbox || kind == demoAcquired
	return []demoCustomerPolicy{
		{name: app + "-data", path: "/applications/", description: "Data of the application " + app,
			statements: a.bucketAccess(app), earlier: d.between(0, 3), wanted: d.chance(85)},
		{name: "SelfServiceMFA", path: "/", description: "Users may manage their own devices and must use them.",
			statements: a.selfService(), wanted: a.habits.people[1] > 2 && d.chance(70)},
		{name: "AssumeDeploymentRole", path: "/", statements: []demoStatement{
			demoAllow("sts:AssumeRole", a.arn("role/deploy-*"))}, wanted: d.chance(40)},
		{name: "BackupKeys", path: "/", statements: []demoStatement{
			demoAllow([]string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"},
				demoServiceARN("kms", a.country.region, a.ID, "key/*"))}, wanted: d.chance(50)},
		{name: "DeveloperBoundary", path: "/boundaries/", description: "The most that developers can get.",
			statements: []demoStatement{
				demoAllow([]string{"dynamodb:*", "ec2:*", "lambda:*", "logs:*", "s3:*", "sqs:*"}, "*"),
				demoDeny("", []string{"iam:*", "organizations:*", "account:*"}, "*"),
			}, wanted: kind == demoDevelopment || d.chance(15)},
		{name: "PipelineRelease", path: "/", description: "Releases functions; passes any role.",
			statements: []demoStatement{
				demoAllow([]string{"lambda:CreateFunction", "lambda:InvokeFunction", "lambda:UpdateFunctionCode"}, "*"),
				demoAllow("iam:PassRole", "*"),
			}, earlier: 2, wanted: kind == demoDevelopment && d.chance(60) || d.chance(10)},
		{name: "OperatorsRolledBack", path: "/", description: "Version 3 broke the night shift; version 2 is back.",
			statements: []demoStatement{demoAllow([]string{"ec2:Describe*", "ec2:RebootInstances", "ec2:StartInstances",
				"ec2:StopInstances"}, "*")}, earlier: 3, current: 2, wanted: d.chance(20) || a.plan.neglected},
		{name: "EverythingButBilling", path: "/", statements: []demoStatement{
			{Effect: "Allow", NotAction: []string{"aws-portal:*", "budgets:*"}, Resource: "*"}},
			wanted: careless && d.chance(40)},
		{name: "FullAccessTemporary", path: "/", description: "Only until the migration is done.",
			statements: []demoStatement{demoAllow("*", "*")}, wanted: d.chance(a.habits.reckless) || a.plan.neglected},
		{name: "FormerAdministrators", path: "/", description: "Attached to nobody.",
			statements: []demoStatement{{Sid: "Everything", Effect: "Allow", Action: []string{"*"}, Resource: []string{"*"}}},
			earlier:    1, wanted: d.chance(a.habits.reckless/2) || a.plan.hostile},
	}
}

func (a *demoAccount) addPolicy(p demoCustomerPolicy) {
	d := a.d
	arn := a.arn("policy" + p.path + p.name)
	a.own[p.name] = arn
	age := d.between(0, a.days-1)
	m := ManagedPolicy{
		ID: d.unique("ANPA"), Name: p.name, Path: p.path, Description: p.description, Created: d.ago(age),
	}
	for i := 0; i <= p.earlier; i++ {
		v := PolicyVersion{ID: fmt.Sprintf("v%d", i+1), Created: m.Created, Document: demoDocument(p.statements...)}
		if i > 0 {
			age = d.between(0, age-1)
			v.Created = d.ago(age)
			if v.Created.Before(m.Versions[i-1].Created) {
				v.Created = m.Versions[i-1].Created
			}
		}
		if i < p.earlier {
			v.Document = a.draft(p.name, i)
		}
		m.Versions = append(m.Versions, v)
	}
	newest := m.Versions[len(m.Versions)-1]
	m.Default, m.Updated = newest.ID, newest.Created
	if p.current > 0 {
		// The text that counts belongs to the default version; the newest is the failed attempt.
		m.Default = fmt.Sprintf("v%d", p.current)
		m.Versions[p.current-1].Document, m.Versions[len(m.Versions)-1].Document =
			newest.Document, m.Versions[p.current-1].Document
	}
	a.Policies = append(a.Policies, m)
}

// draft is the text of an earlier version.
func (a *demoAccount) draft(name string, version int) json.RawMessage {
	return demoDocument(demoStatement{Sid: fmt.Sprintf("Draft%d", version+1), Effect: "Allow",
		Action: []string{"s3:GetObject"}, Resource: demoServiceARN("s3", "", "", demoShort+"-drafts/"+name+"/*")})
}

// bucketAccess lets an application use its own bucket and table.
func (a *demoAccount) bucketAccess(app string) []demoStatement {
	bucket := demoServiceARN("s3", "", "", demoShort+"-"+app+"-"+a.ID)
	return []demoStatement{
		{Sid: "Bucket", Effect: "Allow", Action: []string{"s3:GetObject", "s3:PutObject"}, Resource: bucket + "/*"},
		{Sid: "List", Effect: "Allow", Action: "s3:ListBucket", Resource: bucket},
		{Sid: "Table", Effect: "Allow", Action: []string{"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"},
			Resource: demoServiceARN("dynamodb", a.country.region, a.ID, "table/"+app)},
	}
}

// selfService has a policy variable and a condition on MFA.
func (a *demoAccount) selfService() []demoStatement {
	self := a.arn("user/${aws:username}")
	without := demoStatement{Sid: "NothingElseWithoutMFA", Effect: "Deny", Resource: "*", NotAction: []string{
		"iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices", "sts:GetSessionToken",
	}}
	without.Condition = map[string]demoMap{"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
	return []demoStatement{
		{Sid: "OwnDevices", Effect: "Allow", Action: []string{"iam:ChangePassword", "iam:CreateVirtualMFADevice",
			"iam:EnableMFADevice", "iam:GetUser", "iam:ListMFADevices"}, Resource: []string{self, a.arn("mfa/${aws:username}")}},
		without,
	}
}
