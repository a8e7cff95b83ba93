package awsfake

import (
	"fmt"
	"strings"
	"time"
)

func (a *demoAccount) addGroups() {
	d, kind := a.d, a.plan.place.kind
	group := func(name string, percent int, attached ...string) {
		if d.chance(percent) {
			a.Groups = append(a.Groups, Group{ID: d.unique("AGPA"), Name: name, Path: "/",
				Created: d.ago(d.between(0, a.days-1)), Attached: attached})
		}
	}
	if a.plan.management {
		group("BreakGlass", 100, demoManaged("AdministratorAccess"))
		group("BillingTeam", 100, demoManaged("job-function/Billing"))
		return
	}
	if a.habits.people[1] <= 2 {
		return
	}
	group("Administrators", 80, demoManaged("AdministratorAccess"))
	group("Developers", 75, append([]string{demoManaged("PowerUserAccess")}, a.ownPolicy("SelfServiceMFA")...)...)
	group("ReadOnly", 60, demoManaged("ReadOnlyAccess"), demoManaged("IAMUserChangePassword"))
	if kind == demoAcquired {
		group("Operations", 90, demoManaged("AmazonEC2FullAccess"), demoManaged("AmazonS3FullAccess"), demoManaged("IAMFullAccess"))
	}
	for i := range a.Groups {
		if d.chance(20) {
			a.Groups[i].Inline = []InlinePolicy{{"reports", demoDocument(
				demoAllow([]string{"s3:GetObject", "s3:ListBucket"}, demoServiceARN("s3", "", "", demoShort+"-reports*")))}}
		}
	}
}

// ownPolicy is the ARN of a customer-managed policy as a list, empty where the account has no such policy.
func (a *demoAccount) ownPolicy(name string) []string {
	if arn, ok := a.own[name]; ok {
		return []string{arn}
	}
	return nil
}

// addUsers adds the IAM users: those with a story, then people and machines.
func (a *demoAccount) addUsers() {
	d, want := a.d, a.c.options.Users
	users := a.storyUsers()
	n := len(users) + d.between(a.habits.people[0], a.habits.people[1])
	if a.plan.joined <= 1 && !a.plan.invited {
		n = len(users)
	}
	if want > 0 {
		n = want
		users = users[:min(want, len(users))]
	}
	taken := map[string]int{}
	for len(users) < n {
		users = append(users, a.ordinaryUser(taken))
	}
	if a.plan.management {
		a.Users = append(a.Users, a.auditor())
	}
	a.Users = append(a.Users, users...)
}

// auditor is the user whose key the demo hands to the auditing program. The secret
// cannot be mistaken for a real one, which has 40 characters.
func (a *demoAccount) auditor() User {
	d := a.d
	u := User{ID: d.unique("AIDA"), Name: DemoUserName, Path: "/", Created: d.ago(40),
		Attached: []string{demoManaged("AdministratorAccess")}}
	u.Keys = []AccessKey{{ID: d.unique("AKIA"), Secret: "demo-only-no-secret-" + d.text(demoLower36, 8), Active: true,
		Created: d.ago(12), LastUsed: d.agoPtr(1), Region: "us-east-1", Service: "organizations"}}
	return u
}

// storyUsers are the users that a report should bring up. Their names are fixed.
func (a *demoAccount) storyUsers() []User {
	d, p := a.d, a.plan
	var users []User
	add := func(name string, age int, change func(*User)) {
		age = min(age, a.days-1)
		u := User{ID: d.unique("AIDA"), Name: name, Path: "/", Created: d.ago(age)}
		change(&u)
		users = append(users, u)
	}
	emergency := func(u *User) {
		u.Path = "/emergency/"
		u.Tags = map[string]string{"Purpose": "break glass"}
		a.givePassword(u, a.ageOf(u), 100)
		u.PasswordLastUsed = d.agoPtr(min(d.between(180, 360), a.ageOf(u)-1))
		u.MFA = []MFADevice{a.device(u, "fido")}
	}
	switch {
	case p.management:
		// An old export job comes first, so that even the smallest world has an old key.
		add("billing-export", 1400, func(u *User) {
			u.Groups = []string{"BillingTeam"}
			u.Keys = []AccessKey{a.key(u, 700, true)}
		})
		for _, name := range []string{"breakglass-1", "breakglass-2"} {
			add(name, 1300, func(u *User) {
				emergency(u)
				u.Groups = []string{"BreakGlass"}
			})
		}
	case p.hostile:
		for i, name := range []string{"=cmd", "+1-admin", "@finance", "-2+3"} {
			add(name, 900+10*i, func(u *User) {
				a.givePassword(u, 800, 50)
				u.Attached = []string{demoManaged("PowerUserAccess")}
				u.Tags = map[string]string{"Team": "=1+1", "Note": "@Отдел продаж"}
			})
		}
	case p.neglected:
		add("erp-batch", 2400, func(u *User) {
			u.Keys = []AccessKey{a.key(u, 6*365, true), a.key(u, 1500, true)}
			u.Attached = append([]string{demoManaged("AdministratorAccess")}, a.ownPolicy("FullAccessTemporary")...)
		})
	case p.place.kind == demoProduction && p.joined > 1:
		add("breakglass", 600, func(u *User) {
			emergency(u)
			u.Attached = []string{demoManaged("AdministratorAccess")}
		})
	}
	return users
}

// ageOf is the age of a user in whole days.
func (a *demoAccount) ageOf(u *User) int { return int(a.d.now.Sub(u.Created) / (24 * time.Hour)) }

func (a *demoAccount) ordinaryUser(taken map[string]int) User {
	d := a.d
	person := demoPick(d, demoPeople())
	console := d.chance(a.habits.console)
	name := person.login
	if !console {
		name = demoPick(d, demoMachineNames())
	}
	if taken[name]++; taken[name] > 1 {
		name = fmt.Sprintf("%s%d", name, taken[name])
	}
	age := d.between(min(a.quiet+1, a.days-1), a.days-1)
	u := User{ID: d.unique("AIDA"), Name: name, Path: "/", Created: d.ago(age)}
	switch {
	case console:
		a.givePassword(&u, age, a.habits.mfa)
		if d.chance(35) && age > 1 {
			u.Keys = []AccessKey{a.key(&u, d.between(1, min(age-1, a.habits.keyDays)), d.chance(85))}
		}
		u.Tags = map[string]string{"Owner": person.name}
		a.entitle(&u)
	case age > 1:
		u.Path = "/machines/"
		for range d.between(1, 2) {
			u.Keys = append(u.Keys, a.key(&u, d.between(1, min(age-1, a.machineKeyDays())), d.chance(85)))
		}
		a.entitle(&u)
	}
	return u
}

// machineKeyDays is the usual oldest age of a key, and in one of ten cases much more,
// up to six years.
func (a *demoAccount) machineKeyDays() int {
	if a.d.chance(10) {
		return min(4*a.habits.keyDays, 6*365)
	}
	return a.habits.keyDays
}

// entitle gives a user its permissions.
func (a *demoAccount) entitle(u *User) {
	d := a.d
	direct := d.chance(a.habits.direct) || len(a.Groups) == 0
	if !direct {
		for _, g := range demoSome(d, a.Groups, d.between(1, 2)) {
			u.Groups = append(u.Groups, g.Name)
		}
	} else {
		choices := []string{"AmazonS3FullAccess", "AmazonEC2ReadOnlyAccess", "AmazonDynamoDBFullAccess", "AmazonSESFullAccess",
			"CloudWatchReadOnlyAccess", "AWSCloudShellFullAccess"}
		if a.habits.reckless > 30 {
			choices = append(choices, "AdministratorAccess", "PowerUserAccess", "IAMFullAccess")
		}
		for _, name := range demoSome(d, choices, d.between(1, 2)) {
			u.Attached = append(u.Attached, demoManaged(name))
		}
		if d.chance(30) {
			u.Attached = append(u.Attached, a.ownPolicy("FullAccessTemporary")...)
		}
	}
	if d.chance(a.habits.direct / 3) {
		u.Inline = []InlinePolicy{{"upload-" + strings.ReplaceAll(u.Name, ".", "-"), demoDocument(
			demoAllow([]string{"s3:PutObject"}, demoServiceARN("s3", "", "", demoShort+"-upload-"+a.ID+"/*")))}}
	}
	if boundary := a.ownPolicy("DeveloperBoundary"); boundary != nil && d.chance(50) {
		u.Boundary = boundary[0]
	}
}

// givePassword lets a user sign in; mfa is the chance of a device in percent.
func (a *demoAccount) givePassword(u *User, age, mfa int) {
	d := a.d
	age = min(age, a.ageOf(u))
	u.Password = true
	changed := u.Created
	u.PasswordLastChanged = &changed
	if age > 1 && d.chance(75) {
		u.PasswordLastChanged = d.agoPtr(d.between(0, age-1))
	}
	u.PasswordLastUsed = a.lastUse(age)
	if d.chance(mfa) {
		kind := "virtual"
		if roll := d.IntN(100); roll < 22 {
			kind = "fido"
		} else if roll < 30 {
			kind = "token"
		}
		u.MFA = []MFADevice{a.device(u, kind)}
		if d.chance(8) {
			u.MFA = append(u.MFA, a.device(u, "fido"))
		}
	}
}

// lastUse is when something of that age in days was used: mostly lately, sometimes
// long ago, sometimes never.
func (a *demoAccount) lastUse(age int) *time.Time {
	d := a.d
	roll := d.IntN(100)
	if age-1 < a.quiet || roll < 13 {
		return nil
	}
	days := d.between(a.quiet, a.quiet+20)
	if roll > 70 {
		days = d.between(a.quiet, age-1)
	}
	return d.agoPtr(min(days, age-1))
}

// key makes an access key of that age in days, at most the age of the user.
func (a *demoAccount) key(u *User, days int, active bool) AccessKey {
	d := a.d
	days = max(0, min(days, a.ageOf(u)-1))
	k := AccessKey{ID: d.unique("AKIA"), Active: active, Created: d.ago(days)}
	if k.LastUsed = a.lastUse(days); k.LastUsed != nil {
		k.Service = demoPick(d, []string{"s3", "ec2", "sts", "iam", "dynamodb", "ses", "cloudwatch"})
		k.Region = a.country.region
		if k.Service == "iam" || k.Service == "sts" {
			k.Region = "us-east-1"
		}
	}
	return k
}

// device makes an MFA device. The serial of a hardware token is printed on it; those
// of the other kinds are ARNs.
func (a *demoAccount) device(u *User, kind string) MFADevice {
	d := a.d
	m := MFADevice{Kind: kind, Enabled: d.ago(d.between(0, a.ageOf(u)-1))}
	if m.Enabled.Before(u.Created) {
		m.Enabled = u.Created
	}
	switch kind {
	case "virtual":
		m.Serial = a.arn("mfa/" + u.Name)
	case "fido":
		m.Serial = a.arn("u2f/user/" + u.Name + "/key-" + d.text(demoUpper32, 26))
	default:
		m.Serial = "GAHT" + d.text(demoDigits, 8)
	}
	return m
}
