package awsfake

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// unitChildren gives the ids of the units below the root and each unit.
func unitChildren(root Unit) map[string][]string {
	children := map[string][]string{}
	var walk func(Unit)
	walk = func(u Unit) {
		children[u.ID] = nil
		for _, c := range u.Units {
			children[u.ID] = append(children[u.ID], c.ID)
			walk(c)
		}
	}
	walk(root)
	return children
}

// checkReferences reports names and ids that lead nowhere.
func checkReferences(t *testing.T, w *World) {
	t.Helper()
	managed := map[string]bool{}
	for _, p := range w.ManagedPolicies {
		managed[demoARN("aws", "policy"+p.Path+p.Name)] = true
	}
	nodes := map[string]bool{}
	for id := range unitChildren(w.Organization.Root) {
		nodes[id] = true
	}
	resources := map[string]bool{} // roles and users
	for _, a := range w.Accounts {
		if !nodes[a.Unit] {
			t.Errorf("%s: unit %q does not exist", a.Name, a.Unit)
		}
		policies := map[string]bool{}
		for _, p := range a.Policies {
			policies[demoARN(a.ID, "policy"+p.Path+p.Name)] = true
			if !slices.ContainsFunc(p.Versions, func(v PolicyVersion) bool { return v.ID == p.Default }) {
				t.Errorf("%s: policy %s has no version %q", a.Name, p.Name, p.Default)
			}
		}
		groups := map[string]bool{}
		check := func(who string, arns ...string) {
			for i, arn := range arns {
				if !managed[arn] && !policies[arn] {
					t.Errorf("%s: %s has the policy %q, which does not exist", a.Name, who, arn)
				}
				if slices.Contains(arns[:i], arn) {
					t.Errorf("%s: %s has the policy %q twice", a.Name, who, arn)
				}
			}
		}
		for _, g := range a.Groups {
			groups[g.Name] = true
			check(g.Name, g.Attached...)
		}
		for _, u := range a.Users {
			resources[demoARN(a.ID, "user"+u.Path+u.Name)] = true
			check(u.Name, u.Attached...)
			if u.Boundary != "" {
				check(u.Name, u.Boundary)
			}
			for _, g := range u.Groups {
				if !groups[g] {
					t.Errorf("%s: user %s is in the group %q, which does not exist", a.Name, u.Name, g)
				}
			}
			if len(u.Keys) > 2 {
				t.Errorf("%s: user %s has %d keys; IAM allows two", a.Name, u.Name, len(u.Keys))
			}
		}
		for _, r := range a.Roles {
			resources[demoARN(a.ID, "role"+r.Path+r.Name)] = true
			check(r.Name, r.Attached...)
			if r.Boundary != "" {
				check(r.Name, r.Boundary)
			}
		}
	}
	for _, a := range w.Accounts {
		nodes[a.ID] = true
		for _, an := range a.Analyzers {
			for _, f := range an.Findings {
				if !slices.ContainsFunc(w.Accounts, func(b Account) bool { return b.ID == f.Account }) {
					t.Errorf("finding %s is about %q, which is no account", f.ID, f.Account)
				}
				if strings.HasPrefix(f.ResourceType, "AWS::IAM::") && !resources[f.Resource] {
					t.Errorf("finding %s is about %q, which does not exist", f.ID, f.Resource)
				}
			}
		}
	}
	for _, p := range w.Organization.Policies {
		for _, target := range p.Targets {
			if !nodes[target] {
				t.Errorf("policy %s is attached to %q, which does not exist", p.Name, target)
			}
		}
	}
	for _, d := range w.Organization.Delegated {
		if !nodes[d.Account] {
			t.Errorf("delegated administrator %q does not exist", d.Account)
		}
	}
	if !nodes[w.Organization.ManagementAccount] {
		t.Errorf("management account %q does not exist", w.Organization.ManagementAccount)
	}
}

// checkUnique reports ids that occur twice or do not have AWS's shape.
func checkUnique(t *testing.T, w *World) {
	t.Helper()
	seen := map[string]bool{}
	id := func(shape *regexp.Regexp, id string) {
		if !shape.MatchString(id) {
			t.Errorf("id %q has not the shape %s", id, shape)
		}
		if seen[id] {
			t.Errorf("id %q occurs twice", id)
		}
		seen[id] = true
	}
	organization := regexp.MustCompile(`^o-[a-z0-9]{10,32}$`)
	unit := regexp.MustCompile(`^(r-[a-z0-9]{4}|ou-[a-z0-9]{4}-[a-z0-9]{8})$`)
	orgPolicy := regexp.MustCompile(`^p-([a-z0-9]{8}|FullAWSAccess|RCPFullAWSAccess)$`)
	account := regexp.MustCompile(`^[0-9]{12}$`)
	finding := regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	prefixed := func(prefix string, length int, s string) {
		if !strings.HasPrefix(s, prefix) || len(s) != length || strings.Trim(s[4:], demoUpper32) != "" {
			t.Errorf("id %q is not %s and %d letters", s, prefix, length-4)
		}
		if seen[s] {
			t.Errorf("id %q occurs twice", s)
		}
		seen[s] = true
	}
	id(organization, w.Organization.ID)
	for u := range unitChildren(w.Organization.Root) {
		id(unit, u)
	}
	for _, p := range w.Organization.Policies {
		id(orgPolicy, p.ID)
	}
	for _, p := range w.ManagedPolicies {
		prefixed("ANPA", 21, p.ID)
	}
	keys := func(keys []AccessKey) {
		for _, k := range keys {
			prefixed("AKIA", 20, k.ID)
		}
	}
	emails := map[string]bool{}
	for _, a := range w.Accounts {
		id(account, a.ID)
		if emails[a.Email] {
			t.Errorf("two accounts have the address %s", a.Email)
		}
		emails[a.Email] = true
		keys(a.Root.Keys)
		names := map[string]bool{}
		name := func(kind, name string) {
			// IAM compares names without case.
			if key := kind + strings.ToLower(name); names[key] {
				t.Errorf("%s has two %ss named %s", a.Name, kind, name)
			} else {
				names[key] = true
			}
		}
		for _, u := range a.Users {
			prefixed("AIDA", 21, u.ID)
			name("user", u.Name)
			keys(u.Keys)
			for _, m := range u.MFA {
				name("device", m.Serial)
			}
		}
		for _, g := range a.Groups {
			prefixed("AGPA", 21, g.ID)
			name("group", g.Name)
		}
		for _, r := range a.Roles {
			prefixed("AROA", 21, r.ID)
			name("role", r.Name)
		}
		for _, p := range a.Policies {
			prefixed("ANPA", 21, p.ID)
			name("policy", p.Name)
		}
		for _, c := range a.ServerCertificates {
			prefixed("ASCA", 21, c.ID)
		}
		for _, an := range a.Analyzers {
			name("analyzer", an.Region+"/"+an.Name)
			for _, f := range an.Findings {
				id(finding, f.ID)
			}
		}
	}
}

// checkTimes reports moments after Now and things that were used before they were made.
func checkTimes(t *testing.T, w *World) {
	t.Helper()
	for _, a := range w.Accounts {
		order := func(what string, times ...*time.Time) {
			last := time.Time{}
			for _, at := range append(times, &demoNow) {
				if at == nil {
					continue
				}
				if at.Before(last) {
					t.Errorf("%s: %s: %v comes before %v", a.Name, what, at, last)
				}
				if at.Nanosecond() != 0 || at.Location() != time.UTC {
					t.Errorf("%s: %s: %v is not whole seconds in UTC", a.Name, what, at)
				}
				last = *at
			}
		}
		born := &a.Root.Created
		order("joined", born, &a.Joined)
		order("root password", born, a.Root.PasswordLastUsed)
		for _, k := range a.Root.Keys {
			order("root key", born, &k.Created, k.LastUsed)
		}
		for _, u := range a.Users {
			order(u.Name+" password used", born, &u.Created, u.PasswordLastUsed)
			order(u.Name+" password changed", born, &u.Created, u.PasswordLastChanged)
			for _, m := range u.MFA {
				order(u.Name+" device", &u.Created, &m.Enabled)
			}
			for _, k := range u.Keys {
				order(u.Name+" key", &u.Created, &k.Created, k.LastUsed)
			}
		}
		for _, g := range a.Groups {
			order(g.Name, born, &g.Created)
		}
		for _, r := range a.Roles {
			order(r.Name, born, &r.Created, r.LastUsed)
		}
		for _, p := range a.Policies {
			times := []*time.Time{born, &p.Created}
			for _, v := range p.Versions {
				times = append(times, &v.Created)
			}
			order(p.Name, append(times, &p.Updated)...)
		}
		for _, c := range a.ServerCertificates {
			order(c.Name, &c.Uploaded)
		}
		for _, an := range a.Analyzers {
			order(an.Name, &an.Created)
			for _, f := range an.Findings {
				order(f.ID, &f.Created, &f.Updated, &f.Analyzed)
			}
		}
	}
}
