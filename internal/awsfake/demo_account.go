package awsfake

import (
	"fmt"
	"strings"
)

// demoAccount is an account while it is made.
type demoAccount struct {
	Account
	d       demoDice
	c       *demoContext
	plan    demoPlan
	habits  demoHabits
	country demoCountry
	days    int               // since the root user was created
	quiet   int               // days for which nothing in the account has been used
	own     map[string]string // ARNs of the customer-managed policies by name
	saml    string            // ARN of the SAML provider
	outside []demoOutside     // roles that somebody outside the organization may take
	aside   demoDice          // for what was added later, so that the rest stays as it was
}

// demoOutside is a role with the outsider who may take it: an ARN, or * for everyone.
type demoOutside struct {
	role      string // ARN
	principal string
}

// demoHabits are how the people of an account work. Numbers without a unit are
// percentages of accounts or users.
type demoHabits struct {
	people     [2]int // fewest and most IAM users besides those with a story
	console    int    // users with a password
	mfa        int    // users with a password who have an MFA device
	keyDays    int    // the oldest key in days, as a rule
	direct     int    // users with policies of their own instead of groups
	federated  int    // accounts whose people come through IAM Identity Center
	support    int    // accounts with a role for AWS Support
	contact    int    // accounts with an alternate contact for security
	analyzers  int    // accounts with analyzers of their own where the organization has none
	reckless   int    // accounts with a customer policy that allows everything
	rootMFA    int    // root users with a password who have MFA
	rootRecent int    // root users with a password who signed in within the month
}

func demoHabitsOf(p demoPlan) demoHabits {
	switch p.place.kind {
	case demoSecurity, demoInfrastructure:
		return demoHabits{people: [2]int{0, 2}, console: 10, mfa: 100, keyDays: 85, federated: 100, support: 100,
			contact: 100, analyzers: 85, rootMFA: 100}
	case demoProduction:
		return demoHabits{people: [2]int{0, 4}, console: 25, mfa: 97, keyDays: 85, direct: 5, federated: 97, support: 93,
			contact: 96, analyzers: 70, reckless: 2, rootMFA: 95, rootRecent: 2}
	case demoDevelopment:
		return demoHabits{people: [2]int{2, 8}, console: 55, mfa: 82, keyDays: 300, direct: 25, federated: 85, support: 75,
			contact: 80, analyzers: 30, reckless: 12, rootMFA: 85, rootRecent: 6}
	case demoSandbox:
		return demoHabits{people: [2]int{5, 14}, console: 75, mfa: 45, keyDays: 1100, direct: 55, federated: 35, support: 25,
			contact: 35, analyzers: 8, reckless: 35, rootMFA: 60, rootRecent: 20}
	case demoAcquired:
		return demoHabits{people: [2]int{8, 20}, console: 60, mfa: 25, keyDays: 2190, direct: 70, federated: 5, support: 15,
			contact: 15, analyzers: 5, reckless: 50, rootMFA: 35, rootRecent: 25}
	case demoRetired:
		return demoHabits{people: [2]int{1, 4}, console: 60, mfa: 40, keyDays: 1500, direct: 40, federated: 20, support: 20,
			contact: 30, rootMFA: 40}
	default:
		if p.management {
			return demoHabits{mfa: 100, keyDays: 85, federated: 100, support: 100, contact: 100, analyzers: 100, rootMFA: 100}
		}
		return demoHabits{people: [2]int{3, 5}, console: 70, mfa: 60, keyDays: 400, direct: 40, contact: 50, rootMFA: 80}
	}
}

func newDemoAccount(d, aside demoDice, c *demoContext, p demoPlan) *demoAccount {
	a := &demoAccount{
		d: d, aside: aside, c: c, plan: p, habits: demoHabitsOf(p), country: demoCountries()[p.place.country],
		days: p.joined, own: map[string]string{},
	}
	a.ID, a.Name, a.State, a.Method, a.Unit = p.id, p.name, p.state, "CREATED", p.place.unit
	a.Email = "aws+" + p.name + "@" + demoDomain
	a.Joined = d.ago(p.joined)
	created := a.Joined
	if p.invited {
		a.Method = "INVITED"
		a.days += d.between(500, 2600)
		if p.neglected {
			a.days = p.joined + 2600
		}
		created = d.ago(a.days)
	}
	if p.state != "ACTIVE" {
		a.quiet = min(d.between(20, 60), p.joined-1)
	}
	a.Root = a.rootUser()
	a.Root.Created = created
	a.tag()
	a.contact()
	a.PasswordPolicy = a.passwordPolicy()
	if d.chance(70) {
		a.Alias = strings.TrimPrefix(p.name, demoShort+"-") + "-" + demoShort
	}
	if p.place.kind == demoProduction && d.chance(30) || p.deployment {
		a.OptInRegions = []string{"eu-central-2", "eu-south-1"}
	}

	a.addProviders()
	a.addPolicies()
	a.addGroups()
	a.addUsers()
	a.addRoles()
	a.addIdentityStories()
	a.addCertificates()
	return a
}

func (a *demoAccount) arn(resource string) string { return demoARN(a.ID, resource) }

// rootUser follows the custom of the years: for about two years member accounts have
// been created without root credentials ("Centrally manage root access for member
// accounts" in the IAM User Guide); older ones have a password until somebody deletes it.
func (a *demoAccount) rootUser() RootUser {
	d, p := a.d, a.plan
	r := RootUser{MFA: "none"}
	switch {
	case p.management:
		r.Password, r.MFA = true, "hardware"
		r.PasswordLastUsed = d.agoPtr(140)
		return r
	case !p.invited && p.joined < 700 && !p.rootKeys:
		return r
	case !p.invited && !p.rootKeys && p.place.kind == demoProduction && d.chance(50):
		return r // deleted since
	}
	r.Password = true
	if d.chance(a.habits.rootMFA) && !p.neglected {
		r.MFA = "virtual"
		if d.chance(25) {
			r.MFA = "hardware"
		}
	}
	switch {
	case p.neglected:
		r.PasswordLastUsed = d.agoPtr(3)
	case p.joined <= 1:
		r.PasswordLastUsed = d.agoPtr(0) // somebody accepted the invitation
	case d.chance(a.habits.rootRecent):
		r.PasswordLastUsed = d.agoPtr(min(d.between(3, 25), a.days-1))
	case d.chance(60):
		r.PasswordLastUsed = d.agoPtr(d.between(min(100, a.days-1), a.days-1))
	}
	if p.rootKeys {
		key := AccessKey{ID: d.unique("AKIA"), Active: true, Created: d.ago(a.days - 30)}
		if p.neglected {
			key.LastUsed, key.Region, key.Service = d.agoPtr(5), "us-east-1", "s3"
		}
		r.Keys = []AccessKey{key}
	}
	return r
}

func (a *demoAccount) tag() {
	d := a.d
	environment := map[demoKind]string{
		demoBeside: "pilot", demoSecurity: "security", demoInfrastructure: "infrastructure",
		demoProduction: "production", demoDevelopment: "development", demoSandbox: "sandbox",
		demoAcquired: "production", demoRetired: "retired",
	}[a.plan.place.kind]
	if a.plan.management {
		environment = "management"
	}
	a.Tags = map[string]string{}
	if a.plan.place.kind != demoAcquired || d.chance(40) {
		a.Tags["Environment"] = environment
		a.Tags["CostCenter"] = fmt.Sprintf("%04d", d.between(100, 8999))
	}
	if d.chance(90 - a.habits.reckless) {
		a.Tags["Owner"] = demoPick(d, demoPeople()).name
	}
	if a.plan.hostile {
		// Tag values take these characters; a spreadsheet reads this one as a formula.
		a.Tags["Owner"] = "=1+1+cmd/calc"
		a.Tags["CostCenter"] = "+0042"
	}
}

func (a *demoAccount) contact() {
	d, c := a.d, a.country
	a.Primary = PrimaryContact{
		FullName: demoPick(d, demoPeople()).name, Company: demoCompany, Address: c.street, City: c.city,
		PostalCode: c.postal, CountryCode: c.code, Phone: d.phone(c),
	}
	if a.plan.place.kind == demoAcquired {
		a.Primary.Company = ""
	}
	a.Contacts = map[string]Contact{}
	for _, k := range []struct {
		kind, title, mailbox string
		percent              int
	}{
		{"BILLING", "Accounts Payable", "cloud-billing", 60},
		{"OPERATIONS", "Operations Centre", "cloud-operations", 55},
		{"SECURITY", "Security Response", "security", a.habits.contact},
	} {
		if d.chance(k.percent) {
			a.Contacts[k.kind] = Contact{demoPick(d, demoPeople()).name, k.title, k.mailbox + "@" + demoDomain, d.phone(c)}
		}
	}
}

// passwordPolicy is the account's own policy; nil leaves the account with the default of AWS.
func (a *demoAccount) passwordPolicy() *PasswordPolicy {
	d := a.d
	good := &PasswordPolicy{MinLength: 14, Symbols: true, Numbers: true, Uppercase: true, Lowercase: true, AllowChange: true, Reuse: 24}
	old := &PasswordPolicy{MinLength: d.between(6, 10), Numbers: true, Lowercase: true, AllowChange: d.chance(70), MaxAge: 90, Reuse: d.between(0, 5)}
	roll := d.IntN(100)
	switch a.plan.place.kind {
	case demoSecurity, demoInfrastructure, demoProduction:
		if roll < 8 {
			good.Reuse = 5
		}
		if roll >= 90 {
			good.MinLength = 16
		}
		return good
	case demoDevelopment:
		if roll < 25 {
			return old
		}
		return good
	case demoSandbox, demoRetired:
		if roll < 60 {
			return nil
		}
		return old
	case demoAcquired:
		if roll < 45 {
			return nil
		}
		old.HardExpiry = roll > 85
		return old
	default:
		if a.plan.management {
			return good
		}
		return nil
	}
}
