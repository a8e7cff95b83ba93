package awsfake

import (
	"slices"
	"strings"
	"time"
)

// addIdentityStories adds what only a look at permissions brings up: principals that can
// widen what they may do, and a vendor whom a resource control policy keeps out. They have
// dice of their own, and are left out where numbers are exact.
func (a *demoAccount) addIdentityStories() {
	o := a.c.options
	if o.Users == 0 && o.Roles == 0 && o.Policies == 0 {
		dice := a.d
		a.d = a.aside
		switch a.Name {
		case "velmora-dev-platform-ci":
			a.addEscalations()
		case "velmora-prod-fr-webshop":
			a.addTrustedVendor()
		}
		a.d = dice
	}
	a.rememberAccess()
}

// addEscalations adds a user who can write a new version of the policy that is attached to
// the user, one who can let a function work with any role, and one for whom a permissions
// boundary takes that away.
func (a *demoAccount) addEscalations() {
	builds := []demoStatement{
		demoAllow([]string{"lambda:CreateFunction", "lambda:InvokeFunction"}, "*"), demoAllow("iam:PassRole", "*"),
	}
	a.addPolicy(demoCustomerPolicy{name: "ToolchainSettings", path: "/", description: "The toolchain keeps its own policy up to date.",
		statements: []demoStatement{
			demoAllow([]string{"codebuild:*", "logs:*"}, "*"),
			demoAllow([]string{"iam:CreatePolicyVersion", "iam:GetPolicy"}, a.arn("policy/ToolchainSettings")),
		}})
	a.addPolicy(demoCustomerPolicy{name: "BuilderBoundary", path: "/boundaries/", description: "Builders touch no identities.",
		statements: []demoStatement{demoAllow([]string{"lambda:*", "logs:*", "s3:*"}, "*"), demoDeny("", "iam:*", "*")}})
	add := func(name string, change func(*User)) {
		u := User{ID: a.d.unique("AIDA"), Name: name, Path: "/machines/", Created: a.d.ago(min(400, a.days-1))}
		u.Keys = []AccessKey{a.key(&u, 60, true)}
		change(&u)
		a.Users = append(a.Users, u)
	}
	add("toolchain-maintainer", func(u *User) { u.Attached = a.ownPolicy("ToolchainSettings") })
	add("function-builder", func(u *User) { u.Inline = []InlinePolicy{{"build", demoDocument(builds...)}} })
	add("bounded-builder", func(u *User) {
		u.Inline = []InlinePolicy{{"build", demoDocument(builds...)}}
		u.Boundary = a.own["BuilderBoundary"]
	})
	// What the builders can pass to a function.
	a.Roles = append(a.Roles, a.newRole("release-function", "/pipelines/", demoTrustService("lambda.amazonaws.com"), demoManaged("AdministratorAccess")))
}

// addTrustedVendor lets a vendor into an account of production, where a resource control
// policy keeps everyone from outside the organization out.
func (a *demoAccount) addTrustedVendor() {
	for _, vendor := range demoVendors() {
		if !slices.ContainsFunc(a.Roles, func(r Role) bool { return r.Name == vendor }) {
			a.Roles = append(a.Roles, a.vendorRole(vendor, false))
			return
		}
	}
}

// rememberAccess notes which services powerful users and roles have used.
func (a *demoAccount) rememberAccess() {
	powerful := append(a.ownPolicy("FullAccessTemporary"), a.ownPolicy("ToolchainSettings")...)
	for _, name := range []string{"AdministratorAccess", "PowerUserAccess", "IAMFullAccess"} {
		powerful = append(powerful, demoManaged(name))
	}
	has := func(attached []string) bool {
		return slices.ContainsFunc(attached, func(arn string) bool { return slices.Contains(powerful, arn) })
	}
	groups := map[string]bool{}
	for _, g := range a.Groups {
		groups[g.Name] = has(g.Attached)
	}
	for i := range a.Users {
		u := &a.Users[i]
		if !has(u.Attached) && len(u.Inline) == 0 && !slices.ContainsFunc(u.Groups, func(name string) bool { return groups[name] }) {
			continue
		}
		last := u.PasswordLastUsed
		for _, k := range u.Keys {
			if k.LastUsed != nil && (last == nil || k.LastUsed.After(*last)) {
				last = k.LastUsed
			}
		}
		u.LastAccessed = a.accesses(u.Created, last)
	}
	for i := range a.Roles {
		if r := &a.Roles[i]; !strings.HasPrefix(r.Path, "/aws-service-role/") && has(r.Attached) {
			r.LastAccessed = a.accesses(r.Created, r.LastUsed)
		}
	}
}

// accesses are the services that somebody may use. Of most of them nothing was ever used;
// none was used before its user was made or after the user was last seen.
func (a *demoAccount) accesses(created time.Time, last *time.Time) map[string]time.Time {
	d := a.aside
	services := map[string]time.Time{}
	for _, namespace := range []string{
		"cloudformation", "cloudtrail", "dynamodb", "ec2", "iam", "kms", "lambda", "logs", "organizations", "rds", "s3",
		"secretsmanager", "sqs", "sts",
	} {
		at := time.Time{}
		if last != nil && d.chance(35) {
			if at = last.Add(-time.Duration(d.between(0, 120*24)) * time.Hour); at.Before(created) {
				at = *last
			}
		}
		services[namespace] = at
	}
	return services
}
