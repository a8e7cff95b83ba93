package awsfake

import (
	"slices"
	"strings"
	"time"
)

// demoUncovered are default regions without an analyzer of the organization. In the
// first of them the security tooling has an analyzer of unused access only, which finds
// no external access.
func demoUncovered() []string {
	return []string{"eu-north-1", "ap-northeast-3", "sa-east-1", "us-west-1"}
}

// addProviders adds identity providers.
func (a *demoAccount) addProviders() {
	d := a.d
	if d.chance(a.habits.federated) {
		name := "AWSSSO_" + d.text(demoHex, 16) + "_DO_NOT_DELETE"
		created := d.ago(d.between(0, min(a.plan.joined, 1400)-1))
		a.saml = a.arn("saml-provider/" + name)
		a.SAMLProviders = append(a.SAMLProviders, SAMLProvider{name, created, created.AddDate(100, 0, 0)})
	}
	if a.plan.place.kind == demoAcquired && d.chance(40) {
		created := d.ago(d.between(a.days/2, a.days-1))
		a.SAMLProviders = append(a.SAMLProviders, SAMLProvider{"ADFS-" + a.plan.place.slug, created, created.AddDate(6, 0, 0)})
	}
	share := 30
	if a.plan.place.kind == demoDevelopment || a.plan.deployment {
		share = 75
	}
	if d.chance(share) && a.plan.joined > 1 {
		a.OIDCProviders = []OIDCProvider{{"token.actions.githubusercontent.com"}}
	}
}

// addCertificates adds server certificates, a custom of old accounts.
func (a *demoAccount) addCertificates() {
	d := a.d
	add := func(name string, uploaded, expires int) {
		a.ServerCertificates = append(a.ServerCertificates, ServerCertificate{
			ID: d.unique("ASCA"), Name: name, Path: "/cloudfront/", Uploaded: d.ago(min(uploaded, a.days-1)),
			Expires: d.now.Add(time.Duration(expires) * 24 * time.Hour),
		})
	}
	switch {
	case a.plan.neglected:
		add("shop-2023.sigma", 900, -170)
		add("shop-2025.sigma", 180, 190)
	case a.Name == "velmora-prod-fr-webshop":
		add("boutique."+demoDomain, 355, 11)
	case a.plan.place.kind == demoAcquired && d.chance(30):
		add("www."+a.plan.place.slug, d.between(200, 800), d.between(-300, 200))
	case a.plan.place.kind == demoProduction && d.chance(8):
		add("api."+demoDomain, d.between(20, 300), d.between(60, 360))
	}
}

// demoAnalyzers adds analyzers: those of the organization stand in the account of the
// security tooling, others in the accounts themselves.
func demoAnalyzers(d demoDice, accounts []*demoAccount) {
	security := accounts[1]
	uncovered := demoUncovered()
	regions, _ := regionsOf(demoPartition)
	for _, region := range regions.byDefault {
		if slices.Contains(uncovered, region) {
			continue
		}
		an := Analyzer{Region: region, Name: "organization-external", Type: "ORGANIZATION", Status: "ACTIVE",
			Created: d.ago(1200), Tags: map[string]string{"Owner": demoPick(d, demoPeople()).name}}
		for _, a := range accounts {
			if a.plan.joined > 1 {
				an.Findings = append(an.Findings, a.externalFindings(region)...)
			}
		}
		security.Analyzers = append(security.Analyzers, an)
	}
	unused := Analyzer{Region: "eu-central-1", Name: "organization-unused", Type: "ORGANIZATION_UNUSED_ACCESS",
		Status: "ACTIVE", Created: d.ago(500)}
	for _, a := range accounts {
		if a.State == "ACTIVE" {
			unused.Findings = append(unused.Findings, a.unusedFindings()...)
		}
	}
	security.Analyzers = append(security.Analyzers, unused,
		Analyzer{Region: uncovered[0], Name: "tooling-unused", Type: "ACCOUNT_UNUSED_ACCESS", Status: "ACTIVE", Created: d.ago(90)})
	for _, a := range accounts {
		if a != security {
			a.addOwnAnalyzers()
		}
	}
}

// addOwnAnalyzers fills what the organization leaves open, in accounts that care. Accounts
// from outside often have one analyzer that somebody tried once.
func (a *demoAccount) addOwnAnalyzers() {
	d := a.d
	if a.plan.joined <= 1 {
		return
	}
	if a.plan.place.kind == demoAcquired && d.chance(40) {
		an := Analyzer{Region: "us-west-1", Name: "ConsoleAnalyzer-" + d.uuid(), Type: "ACCOUNT", Status: "ACTIVE",
			Created: d.ago(d.between(30, a.days-1))}
		if d.chance(20) {
			an.Status = "DISABLED"
		}
		an.Findings = a.externalFindings(an.Region)
		a.Analyzers = append(a.Analyzers, an)
		return
	}
	if !d.chance(a.habits.analyzers) {
		return
	}
	for _, region := range append(demoUncovered(), a.OptInRegions...) {
		if region == "sa-east-1" && d.chance(15) {
			continue
		}
		a.Analyzers = append(a.Analyzers, Analyzer{Region: region, Name: "account-external", Type: "ACCOUNT", Status: "ACTIVE",
			Created: d.ago(d.between(1, min(a.days-1, 800))), Findings: a.externalFindings(region)})
	}
}

// finding fills what all findings have in common. Those on users and roles are never
// resolved, because the world holds the users and roles as they are now.
func (a *demoAccount) finding(kind, resource, resourceType string) Finding {
	d := a.d
	age := d.between(0, min(a.days-1, 400))
	f := Finding{ID: d.uuid(), Type: kind, Resource: resource, ResourceType: resourceType, Account: a.ID,
		Status: "ACTIVE", Created: d.ago(age), Analyzed: d.ago(0)}
	f.Updated = f.Created
	switch roll := d.IntN(100); {
	case roll < 15:
		f.Status = "ARCHIVED"
	case roll < 35 && !strings.HasPrefix(resourceType, "AWS::IAM::"):
		f.Status = "RESOLVED"
	}
	if f.Status != "ACTIVE" && age > 1 {
		f.Updated = d.ago(d.between(0, age-1))
	}
	if f.Analyzed.Before(f.Updated) {
		f.Analyzed = f.Updated
	}
	return f
}

// externalFindings are the findings in one region. Roles are global, so that the
// analyzer of every region reports them; buckets and keys have one region.
func (a *demoAccount) externalFindings(region string) []Finding {
	d := a.d
	var findings []Finding
	for _, o := range a.outside {
		f := a.finding("ExternalAccess", o.role, "AWS::IAM::Role")
		f.Principal, f.Public, f.Actions = o.principal, o.principal == "*", []string{"sts:AssumeRole"}
		if strings.Contains(o.principal, "oidc-provider") {
			f.Actions = []string{"sts:AssumeRoleWithWebIdentity"}
		}
		findings = append(findings, f)
	}
	if region != a.country.region {
		return findings
	}
	app := demoPick(d, demoApplications())
	if a.plan.neglected || d.chance(8+a.habits.reckless) {
		f := a.finding("ExternalAccess", demoServiceARN("s3", "", "", demoShort+"-"+app+"-public-"+a.ID), "AWS::S3::Bucket")
		f.Public, f.Principal, f.Actions = true, "*", []string{"s3:GetObject"}
		if a.plan.neglected {
			f.Status, f.Actions = "ACTIVE", []string{"s3:GetObject", "s3:ListBucket", "s3:PutObject"}
		}
		findings = append(findings, f)
	}
	if a.plan.neglected || d.chance(10) {
		// Opened for a day, closed again.
		f := a.finding("ExternalAccess", demoServiceARN("s3", "", "", demoShort+"-upload-"+a.ID), "AWS::S3::Bucket")
		f.Public, f.Principal, f.Actions, f.Status = true, "*", []string{"s3:PutObject"}, "RESOLVED"
		findings = append(findings, f)
	}
	if d.chance(15) {
		f := a.finding("ExternalAccess", demoServiceARN("kms", region, a.ID, "key/"+d.uuid()), "AWS::KMS::Key")
		f.Principal, f.Actions = a.c.stranger, []string{"kms:Decrypt", "kms:GenerateDataKey"}
		findings = append(findings, f)
	}
	if d.chance(10) {
		f := a.finding("ExternalAccess", demoServiceARN("sqs", region, a.ID, app+"-orders"), "AWS::SQS::Queue")
		f.Principal, f.Actions = a.c.vendors[demoPick(d, demoVendors())], []string{"sqs:SendMessage"}
		findings = append(findings, f)
	}
	return findings
}

// unusedFindings are findings on roles, keys and passwords that nobody used for 90 days.
// An account under load gives no more than a few dozen.
func (a *demoAccount) unusedFindings() []Finding {
	const most = 40
	since := a.d.now.AddDate(0, 0, -90)
	stale := func(created time.Time, used *time.Time) bool {
		return created.Before(since) && (used == nil || used.Before(since))
	}
	var findings []Finding
	add := func(kind, resource, resourceType string) {
		if len(findings) < most {
			findings = append(findings, a.finding(kind, resource, resourceType))
		}
	}
	for _, r := range a.Roles {
		arn := a.arn("role" + r.Path + r.Name)
		switch {
		case strings.HasPrefix(r.Path, "/aws-service-role/"):
			// The analyzer leaves service-linked roles out.
		case stale(r.Created, r.LastUsed):
			add("UnusedIAMRole", arn, "AWS::IAM::Role")
		case len(r.Attached) > 0 && a.d.chance(25):
			add("UnusedPermission", arn, "AWS::IAM::Role")
		}
	}
	for _, u := range a.Users {
		arn := a.arn("user" + u.Path + u.Name)
		if u.Password && stale(u.Created, u.PasswordLastUsed) {
			add("UnusedIAMUserPassword", arn, "AWS::IAM::User")
		}
		for _, k := range u.Keys {
			if k.Active && stale(k.Created, k.LastUsed) {
				add("UnusedIAMUserAccessKey", arn, "AWS::IAM::User")
			}
		}
	}
	return findings
}
