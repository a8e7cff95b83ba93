package awsfake

import (
	"encoding/json"
	"fmt"
)

// demoAuditActions are what the audit role may do in every account. ListFindingsV2 is
// authorized as access-analyzer:ListFindings ("ListFindingsV2" in the API reference of
// IAM Access Analyzer); both names are here, as in many roles that people write.
func demoAuditActions() []string {
	return []string{
		"access-analyzer:GetFinding", "access-analyzer:ListAnalyzers", "access-analyzer:ListArchiveRules",
		"access-analyzer:ListFindings", "access-analyzer:ListFindingsV2",
		"account:GetAlternateContact", "account:GetContactInformation", "account:ListRegions",
		"iam:GenerateCredentialReport", "iam:GetAccountAuthorizationDetails", "iam:GetAccountPasswordPolicy",
		"iam:GenerateServiceLastAccessedDetails", "iam:GetAccountSummary", "iam:GetCredentialReport", "iam:GetPolicy",
		"iam:GetPolicyVersion", "iam:GetServiceLastAccessedDetails",
		"iam:ListAccountAliases", "iam:ListOpenIDConnectProviders", "iam:ListOrganizationsFeatures",
		"iam:ListSAMLProviders", "iam:ListServerCertificates", "iam:ListVirtualMFADevices",
	}
}

// addRoles adds roles made by the customer, then those made by AWS, then the audit role.
func (a *demoAccount) addRoles() {
	d, want := a.d, a.c.options.Roles
	roles := a.storyRoles()
	if want > 0 && len(roles) > want {
		roles = roles[:want]
	}
	for i := len(roles); i < want; i++ {
		app := demoPick(d, demoApplications())
		roles = append(roles, a.serviceRole(fmt.Sprintf("%s-worker-%05d", app, i), "lambda", app,
			"service-role/AWSLambdaBasicExecutionRole"))
	}
	a.Roles = append(a.Roles, roles...)
	kept := map[string]bool{}
	for _, r := range roles {
		kept[a.arn("role"+r.Path+r.Name)] = true
	}
	var outside []demoOutside
	for _, o := range a.outside {
		if kept[o.role] {
			outside = append(outside, o)
		}
	}
	a.outside = outside
	a.addReservedRoles()
	a.addServiceLinkedRoles()
	if !a.plan.unreachable {
		a.addAuditRole()
	}
}

// newRole is a role with a plausible age and use. IAM forgets uses that are more than
// 400 days old ("RoleLastUsed" in the IAM API Reference).
func (a *demoAccount) newRole(name, path string, trust json.RawMessage, attached ...string) Role {
	d := a.d
	age := d.between(0, a.days-1)
	r := Role{ID: d.unique("AROA"), Name: name, Path: path, Created: d.ago(age), Trust: trust, MaxSession: 3600, Attached: attached}
	if r.LastUsed = a.lastUse(min(age, 400)); r.LastUsed != nil {
		r.LastRegion = a.country.region
	}
	return r
}

func (a *demoAccount) serviceRole(name, service, app string, policies ...string) Role {
	var attached []string
	for _, p := range policies {
		attached = append(attached, demoManaged(p))
	}
	attached = append(attached, a.ownPolicy(app+"-data")...)
	r := a.newRole(name, "/", demoTrustService(service+".amazonaws.com"), attached...)
	if service == "ec2" {
		r.InstanceProfiles = []string{name} // as the console makes them
	}
	return r
}

// storyRoles are the roles that people of the company made.
func (a *demoAccount) storyRoles() []Role {
	d, kind := a.d, a.plan.place.kind
	var roles []Role
	add := func(r Role) { roles = append(roles, r) }

	if a.Method == "CREATED" {
		// AWS Organizations makes this role in the accounts that it creates.
		r := a.newRole("OrganizationAccountAccessRole", "/", demoTrustAccount(a.c.management, ""), demoManaged("AdministratorAccess"))
		r.Created = a.Joined
		add(r)
	}
	if d.chance(a.habits.support) {
		add(a.newRole("support-center", "/", demoTrustAccount(a.ID, ""), demoManaged("AWSSupportAccess")))
	}
	for _, app := range demoSome(d, demoApplications(), d.between(0, 3)) {
		switch d.IntN(3) {
		case 0:
			add(a.serviceRole(app+"-instances", "ec2", app, "AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy"))
		case 1:
			add(a.serviceRole(app+"-function", "lambda", app, "service-role/AWSLambdaBasicExecutionRole"))
		default:
			add(a.serviceRole(app+"-task", "ecs-tasks", app, "service-role/AmazonECSTaskExecutionRolePolicy"))
		}
	}
	if a.c.deployment != a.ID && (kind == demoProduction || kind == demoDevelopment) {
		r := a.newRole("deploy-release", "/pipelines/", demoTrustAccount(a.c.deployment, "release-"+a.ID), demoManaged("PowerUserAccess"))
		r.MaxSession = 7200
		r.Inline = []InlinePolicy{{"pass-service-roles", a.passServiceRoles()}}
		if boundary := a.ownPolicy("DeveloperBoundary"); boundary != nil {
			r.Boundary = boundary[0]
		}
		add(r)
	}
	if len(a.OIDCProviders) > 0 {
		add(a.githubRole())
	}
	for _, vendor := range demoVendors() {
		if d.chance(12) {
			add(a.vendorRole(vendor, kind != demoAcquired && kind != demoSandbox))
		}
	}
	if a.plan.neglected || kind == demoAcquired && d.chance(30) {
		// Nobody knows any more whose account this is.
		r := a.newRole("integration-partner", "/", demoTrustAccount(a.c.stranger, ""), demoManaged("AmazonS3FullAccess"))
		a.outside = append(a.outside, demoOutside{a.arn("role/" + r.Name), demoARN(a.c.stranger, "root")})
		add(r)
	}
	if a.plan.neglected || kind == demoSandbox && d.chance(6) {
		r := a.newRole("demo-for-everyone", "/", demoDocument(demoStatement{Effect: "Allow", Principal: "*", Action: "sts:AssumeRole"}),
			demoManaged("job-function/ViewOnlyAccess"))
		a.outside = append(a.outside, demoOutside{a.arn("role/" + r.Name), "*"})
		add(r)
	}
	if policy := a.ownPolicy("PipelineRelease"); policy != nil {
		add(a.newRole("release-builder", "/pipelines/", demoTrustService("codebuild.amazonaws.com"), policy...))
	}
	if policy := a.ownPolicy("OperatorsRolledBack"); policy != nil {
		add(a.newRole("night-shift", "/", demoTrustAccount(a.ID, ""), policy...))
	}
	if policy := a.ownPolicy("FullAccessTemporary"); policy != nil {
		r := a.newRole("migration-2021", "/", demoTrustService("ec2.amazonaws.com"), policy...)
		r.Description = "Migration of the warehouses. Delete afterwards."
		r.InstanceProfiles = []string{r.Name}
		add(r)
	}
	return roles
}

func (a *demoAccount) passServiceRoles() json.RawMessage {
	s := demoAllow("iam:PassRole", a.arn("role/*-task"))
	s.Condition = map[string]demoMap{"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
	return demoDocument(s)
}

// githubRole trusts workflows: of one repository in good accounts, of any repository in
// the others, where the condition on the subject is missing.
func (a *demoAccount) githubRole() Role {
	const host = "token.actions.githubusercontent.com"
	condition := map[string]demoMap{"StringEquals": {host + ":aud": "sts.amazonaws.com"}}
	careful := a.habits.reckless < 20
	if careful {
		condition["StringLike"] = demoMap{host + ":sub": "repo:" + demoShort + "-retail/*:environment:live"}
	}
	provider := a.arn("oidc-provider/" + host)
	r := a.newRole("github-actions", "/pipelines/", demoDocument(demoStatement{Effect: "Allow",
		Principal: demoMap{"Federated": provider}, Action: "sts:AssumeRoleWithWebIdentity", Condition: condition}),
		demoManaged("PowerUserAccess"))
	if !careful {
		a.outside = append(a.outside, demoOutside{a.arn("role/pipelines/" + r.Name), provider})
	}
	return r
}

// vendorRole lets an outside company in, with the external id against a confused deputy or without.
func (a *demoAccount) vendorRole(vendor string, careful bool) Role {
	external := ""
	if careful {
		external = a.d.uuid()
	}
	account := a.c.vendors[vendor]
	r := a.newRole(vendor, "/vendors/", demoTrustAccount(account, external), demoManaged("SecurityAudit"))
	r.Tags = map[string]string{"Vendor": vendor, "Contact": demoPick(a.d, demoPeople()).name}
	a.outside = append(a.outside, demoOutside{a.arn("role/vendors/" + r.Name), demoARN(account, "root")})
	return r
}

// addReservedRoles adds what IAM Identity Center makes in an account with assigned people.
func (a *demoAccount) addReservedRoles() {
	if a.saml == "" {
		return
	}
	d := a.d
	trust := demoDocument(demoStatement{Effect: "Allow", Principal: demoMap{"Federated": a.saml},
		Action:    []string{"sts:AssumeRoleWithSAML", "sts:TagSession"},
		Condition: map[string]demoMap{"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}})
	for _, set := range demoSome(d, demoPermissionSets(), d.between(2, 4)) {
		r := a.newRole("AWSReservedSSO_"+set[0]+"_"+d.text(demoHex, 16), "/aws-reserved/sso.amazonaws.com/eu-central-1/",
			trust, demoManaged(set[1]))
		r.MaxSession = 43200
		a.Roles = append(a.Roles, r)
	}
}

func (a *demoAccount) addServiceLinkedRoles() {
	linked := func(name, service, policy string) {
		a.Roles = append(a.Roles, a.newRole(name, "/aws-service-role/"+service+".amazonaws.com/",
			demoTrustService(service+".amazonaws.com"), demoManaged("aws-service-role/"+policy)))
	}
	linked("AWSServiceRoleForSupport", "support", "AWSSupportServiceRolePolicy")
	linked("AWSServiceRoleForTrustedAdvisor", "trustedadvisor", "AWSTrustedAdvisorServiceRolePolicy")
	linked("AWSServiceRoleForOrganizations", "organizations", "AWSOrganizationsServiceTrustPolicy")
	linked("AWSServiceRoleForAccessAnalyzer", "access-analyzer", "AccessAnalyzerServiceRolePolicy")
	if a.saml != "" {
		linked("AWSServiceRoleForSSO", "sso", "AWSSSOServiceRolePolicy")
	}
}

// addAuditRole adds the role that the audit takes, from the management account only.
func (a *demoAccount) addAuditRole() {
	r := a.newRole(DemoRoleName, "/", demoTrustAccount(a.c.management, DemoExternalID))
	r.Description = "Reads what the audit of the organization needs"
	statements := []demoStatement{{Sid: "Audit", Effect: "Allow", Action: demoAuditActions(), Resource: "*"}}
	if a.plan.management {
		statements = append(statements, demoStatement{Sid: "Organization", Effect: "Allow",
			Action: []string{"organizations:Describe*", "organizations:List*"}, Resource: "*"})
	}
	r.Inline = []InlinePolicy{{"audit", demoDocument(statements...)}}
	a.Roles = append(a.Roles, r)
}
