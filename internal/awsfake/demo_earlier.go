package awsfake

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// demoQuarter is how far one step back in time goes.
const demoQuarter = 91 * 24 * time.Hour

// DemoClock is the moment at which the demo world that many quarters earlier is seen.
func DemoClock(now time.Time, quarters int) time.Time {
	return now.Add(-time.Duration(quarters) * demoQuarter)
}

// rewind turns the world into what it was some quarters ago. What was made since is not
// there yet and what was used since was last used before; and there is what somebody has
// mended, moved, closed or locked since. The further back, the more of that.
func (w *World) rewind(o DemoOptions, t *demoTree, plans []demoPlan, accounts []*demoAccount) {
	at := DemoClock(o.Now, o.Earlier)
	for i, a := range accounts {
		d := newDemoDice(o.Seed, 2*demoAside+uint64(i)+1, at)
		a.rewind(at)
		a.unmend(d, o.Earlier)
	}
	for i, p := range plans {
		a := &accounts[i].Account
		switch {
		case p.quarantined:
			// The incident was not known yet.
			for j := range w.Organization.Policies {
				if policy := &w.Organization.Policies[j]; policy.Name == "Quarantine" {
					policy.Targets = slices.DeleteFunc(slices.Clone(policy.Targets), func(id string) bool { return id == p.id })
				}
			}
		case p.state == "PENDING_CLOSURE":
			// An account is closed 90 days after somebody asked for it.
			a.State, a.Unit = "ACTIVE", t.places["fjord"].unit
		case p.name == "velmora-dev-platform-ci":
			a.Unit = t.places["sandbox-lab"].unit
		}
	}
	w.Accounts = nil
	there := map[string]bool{}
	for _, a := range accounts {
		if !a.Joined.After(at) {
			w.Accounts = append(w.Accounts, a.Account)
			there[a.ID] = true
		}
	}
	w.Organization.rewind(at, there)
	for i := range w.Organization.Policies {
		// Every account that is there has what the root has, too.
		p := &w.Organization.Policies[i]
		for _, a := range w.Accounts {
			if slices.Contains(p.Targets, t.root.ID) && !slices.Contains(p.Targets, a.ID) {
				p.Targets = append(p.Targets, a.ID)
			}
		}
	}
	w.forgetFindings(there)
}

// forgetFindings removes findings about accounts, users and roles that are not there.
func (w *World) forgetFindings(there map[string]bool) {
	entities := map[string]bool{}
	for i := range w.Accounts {
		a := &w.Accounts[i]
		for j := range a.Users {
			entities[demoARN(a.ID, "user"+a.Users[j].Path+a.Users[j].Name)] = true
		}
		for j := range a.Roles {
			entities[demoARN(a.ID, "role"+a.Roles[j].Path+a.Roles[j].Name)] = true
		}
	}
	for i := range w.Accounts {
		for j := range w.Accounts[i].Analyzers {
			z := &w.Accounts[i].Analyzers[j]
			z.Findings = slices.DeleteFunc(z.Findings, func(f Finding) bool {
				return !there[f.Account] || strings.HasPrefix(f.ResourceType, "AWS::IAM::") && !entities[f.Resource]
			})
		}
	}
}

// demoLeaver is an account that has left the organization since: a pilot that was given away.
func demoLeaver(o DemoOptions, t *demoTree, c *demoContext, plans []demoPlan) (demoPlan, *demoAccount) {
	taken := map[string]bool{c.stranger: true}
	for _, p := range plans {
		taken[p.id] = true
	}
	for _, id := range c.vendors {
		taken[id] = true
	}
	d := newDemoDice(o.Seed, 2*demoAside, o.Now)
	p := demoPlan{id: demoAccountID(d, taken), name: "fjord-loyalty-pilot", place: t.places["fjord"], state: "ACTIVE", invited: true, joined: 1300}
	return p, newDemoAccount(d, newDemoDice(o.Seed, 3*demoAside, o.Now), c, p)
}

// rewind forgets what was set up later, and accounts that were not there yet.
func (o *Organization) rewind(at time.Time, there map[string]bool) {
	accounts := func(id string) bool { return len(id) == 12 && !there[id] }
	for i := range o.Policies {
		o.Policies[i].Targets = slices.DeleteFunc(o.Policies[i].Targets, accounts)
	}
	o.Delegated = slices.DeleteFunc(o.Delegated, func(d DelegatedAdministrator) bool { return d.Enabled.After(at) || !there[d.Account] })
	o.TrustedServices = slices.DeleteFunc(o.TrustedServices, func(s TrustedService) bool { return s.Enabled.After(at) })
}

// rewind takes the account back to a moment.
func (a *demoAccount) rewind(at time.Time) {
	since := func(t time.Time) bool { return t.After(at) }
	a.Policies = slices.DeleteFunc(a.Policies, func(p ManagedPolicy) bool { return since(p.Created) })
	gone := map[string]bool{}
	for _, arn := range a.own {
		gone[arn] = true
	}
	for i := range a.Policies {
		p := &a.Policies[i]
		delete(gone, a.arn("policy"+p.Path+p.Name))
		p.rewind(at)
	}
	attached := func(list []string) []string {
		return slices.DeleteFunc(list, func(arn string) bool { return gone[arn] })
	}
	boundary := func(arn *string) {
		if gone[*arn] {
			*arn = ""
		}
	}
	a.Groups = slices.DeleteFunc(a.Groups, func(g Group) bool { return since(g.Created) })
	groups := map[string]bool{}
	for i := range a.Groups {
		a.Groups[i].Attached = attached(a.Groups[i].Attached)
		groups[a.Groups[i].Name] = true
	}
	a.Users = slices.DeleteFunc(a.Users, func(u User) bool { return since(u.Created) && u.Name != DemoUserName })
	for i := range a.Users {
		u := &a.Users[i]
		u.Attached = attached(u.Attached)
		u.Groups = slices.DeleteFunc(u.Groups, func(name string) bool { return !groups[name] })
		u.MFA = slices.DeleteFunc(u.MFA, func(m MFADevice) bool { return since(m.Enabled) })
		u.Keys = rewindKeys(u.Keys, at)
		boundary(&u.Boundary)
		u.Created = earlier(u.Created, at)
		u.PasswordLastUsed = usedBefore(u.PasswordLastUsed, u.Created, at)
		if u.PasswordLastChanged != nil && since(*u.PasswordLastChanged) {
			first := u.Created
			u.PasswordLastChanged = &first
		}
		rewindAccess(u.LastAccessed, at)
	}
	a.Roles = slices.DeleteFunc(a.Roles, func(r Role) bool { return since(r.Created) && r.Name != DemoRoleName })
	for i := range a.Roles {
		r := &a.Roles[i]
		r.Attached = attached(r.Attached)
		boundary(&r.Boundary)
		r.Created = earlier(r.Created, at)
		r.LastUsed = usedBefore(r.LastUsed, r.Created, at)
		rewindAccess(r.LastAccessed, at)
	}
	a.Root.PasswordLastUsed = usedBefore(a.Root.PasswordLastUsed, a.Root.Created, at)
	a.Root.Keys = rewindKeys(a.Root.Keys, at)
	a.SAMLProviders = slices.DeleteFunc(a.SAMLProviders, func(p SAMLProvider) bool { return since(p.Created) })
	a.ServerCertificates = slices.DeleteFunc(a.ServerCertificates, func(c ServerCertificate) bool { return since(c.Uploaded) })
	a.Analyzers = slices.DeleteFunc(a.Analyzers, func(z Analyzer) bool { return since(z.Created) })
	for i := range a.Analyzers {
		a.Analyzers[i].rewind(at)
	}
}

// rewind takes back later versions of a policy.
func (p *ManagedPolicy) rewind(at time.Time) {
	p.Versions = slices.DeleteFunc(p.Versions, func(v PolicyVersion) bool { return v.Created.After(at) })
	newest := p.Versions[len(p.Versions)-1]
	if !slices.ContainsFunc(p.Versions, func(v PolicyVersion) bool { return v.ID == p.Default }) {
		p.Default = newest.ID
	}
	p.Updated = newest.Created
}

// rewind takes back findings that came later, and what was decided on others later.
func (z *Analyzer) rewind(at time.Time) {
	z.ArchiveRules = slices.DeleteFunc(z.ArchiveRules, func(r ArchiveRule) bool { return r.Created.After(at) })
	z.Findings = slices.DeleteFunc(z.Findings, func(f Finding) bool { return f.Created.After(at) })
	for i := range z.Findings {
		f := &z.Findings[i]
		if f.Updated.After(at) {
			f.Status, f.Updated = "ACTIVE", f.Created
		}
		f.Analyzed = earlier(f.Analyzed, at)
		f.LastAccessed = usedBefore(f.LastAccessed, time.Time{}, at)
	}
}

func rewindKeys(keys []AccessKey, at time.Time) []AccessKey {
	// The key with a secret is what the demo signs with.
	keys = slices.DeleteFunc(keys, func(k AccessKey) bool { return k.Created.After(at) && k.Secret == "" })
	for i := range keys {
		k := &keys[i]
		k.Created = earlier(k.Created, at)
		if k.LastUsed = usedBefore(k.LastUsed, k.Created, at); k.LastUsed == nil {
			k.Region, k.Service = "", ""
		}
	}
	return keys
}

func rewindAccess(last map[string]time.Time, at time.Time) {
	for service, t := range last {
		last[service] = earlier(t, at)
	}
}

// earlier is a moment, or a day before at where it lies after it.
func earlier(t, at time.Time) time.Time {
	if t.After(at) {
		return at.Add(-24 * time.Hour)
	}
	return t
}

// usedBefore is the last use as it was at a moment: what is in use now was in use then.
func usedBefore(used *time.Time, created, at time.Time) *time.Time {
	if used == nil || !used.After(at) {
		return used
	}
	t := at.Add(-at.Sub(created) % (72 * time.Hour))
	return &t
}

// unmend undoes what was mended since.
func (a *demoAccount) unmend(d demoDice, quarters int) {
	percent := func(each int) int { return min(each*quarters, 90) }
	if a.plan.management {
		return
	}
	if a.Root.MFA == mfaVirtual && a.plan.place.kind != demoSecurity && d.chance(percent(20)) {
		a.Root.MFA = mfaNone
	}
	if a.PasswordPolicy != nil && d.chance(percent(15)) {
		a.PasswordPolicy = nil
	}
	if _, set := a.Contacts["SECURITY"]; set && d.chance(percent(12)) {
		a.Contacts = maps.Clone(a.Contacts)
		delete(a.Contacts, "SECURITY")
	}
	for i := range a.Users {
		u := &a.Users[i]
		if u.Password && d.chance(percent(8)) {
			u.MFA = nil
		}
		for j := range u.Keys {
			if !u.Keys[j].Active && d.chance(percent(40)) {
				u.Keys[j].Active = true
			}
		}
		if a.plan.place.kind == demoDevelopment && d.chance(percent(6)) && !slices.Contains(u.Attached, demoManaged("AdministratorAccess")) {
			u.Attached = append(slices.Clone(u.Attached), demoManaged("AdministratorAccess"))
		}
	}
}
