package awsfake

import (
	"fmt"
	"strings"
)

// index finds the things of a world by the names that calls use. It is built
// once and only read after that.
type index struct {
	*World
	regions     regionTable
	units       map[string]*node
	accounts    map[string]*tenant
	orgPolicies map[string]*OrgPolicy
	attached    map[string][]*OrgPolicy // by id of the unit or account
	managed     map[string]*managed     // the policies that AWS manages, by ARN
	delegated   map[string]*DelegatedAdministrator
	tenants     []*tenant // in the order of the world
}

// node is the root or an organizational unit in the tree.
type node struct {
	*Unit
	parent   *node // nil at the root
	units    []*node
	accounts []*tenant
}

// tenant is an account with its IAM by name.
type tenant struct {
	*Account
	unit       *node
	users      map[string]*User // by lower-case name, as IAM compares names
	groups     map[string]*Group
	roles      map[string]*Role
	policies   map[string]*ManagedPolicy // the customer-managed policies, by ARN
	attached   map[string]int            // how many users, groups and roles have a policy
	boundaries map[string]int            // how many users and roles a policy bounds
}

// managed is a policy that AWS manages, with its default version compiled.
type managed struct {
	*ManagedPolicy
	rules *policy
}

// newIndex indexes a valid world.
func newIndex(w *World) (*index, error) {
	regions, ok := regionsOf(w.Partition)
	if !ok {
		return nil, fmt.Errorf("partition %q is unknown", w.Partition)
	}
	x := &index{
		World:       w,
		regions:     regions,
		units:       make(map[string]*node),
		accounts:    make(map[string]*tenant, len(w.Accounts)),
		orgPolicies: make(map[string]*OrgPolicy),
		attached:    make(map[string][]*OrgPolicy),
		managed:     make(map[string]*managed, len(w.ManagedPolicies)),
		delegated:   make(map[string]*DelegatedAdministrator),
	}
	x.addUnit(&w.Organization.Root, nil)
	for i := range w.Organization.Policies {
		p := &w.Organization.Policies[i]
		x.orgPolicies[p.ID] = p
		for _, target := range p.Targets {
			x.attached[target] = append(x.attached[target], p)
		}
	}
	for i := range w.ManagedPolicies {
		p := &w.ManagedPolicies[i]
		rules, err := parsePolicy(p.document())
		if err != nil {
			return nil, fmt.Errorf("compile managed policy %s: %w", p.Name, err)
		}
		x.managed[w.iamARN("aws", "policy", p.Path, p.Name)] = &managed{p, rules}
	}
	for i := range w.Organization.Delegated {
		d := &w.Organization.Delegated[i]
		x.delegated[d.Account] = d
	}
	for i := range w.Accounts {
		x.addAccount(&w.Accounts[i])
	}
	return x, nil
}

func (x *index) addUnit(u *Unit, parent *node) {
	n := &node{Unit: u, parent: parent}
	x.units[u.ID] = n
	if parent != nil {
		parent.units = append(parent.units, n)
	}
	for i := range u.Units {
		x.addUnit(&u.Units[i], n)
	}
}

func (x *index) addAccount(a *Account) {
	t := &tenant{
		Account:    a,
		unit:       x.units[a.Unit],
		users:      make(map[string]*User, len(a.Users)),
		groups:     make(map[string]*Group, len(a.Groups)),
		roles:      make(map[string]*Role, len(a.Roles)),
		policies:   make(map[string]*ManagedPolicy, len(a.Policies)),
		attached:   make(map[string]int),
		boundaries: make(map[string]int),
	}
	for i := range a.Users {
		u := &a.Users[i]
		t.users[strings.ToLower(u.Name)] = u
		t.count(u.Attached, u.Boundary)
	}
	for i := range a.Groups {
		g := &a.Groups[i]
		t.groups[strings.ToLower(g.Name)] = g
		t.count(g.Attached, "")
	}
	for i := range a.Roles {
		r := &a.Roles[i]
		t.roles[strings.ToLower(r.Name)] = r
		t.count(r.Attached, r.Boundary)
	}
	for i := range a.Policies {
		p := &a.Policies[i]
		t.policies[x.iamARN(a.ID, "policy", p.Path, p.Name)] = p
	}
	t.unit.accounts = append(t.unit.accounts, t)
	x.accounts[a.ID] = t
	x.tenants = append(x.tenants, t)
}

func (t *tenant) count(attached []string, boundary string) {
	for _, arn := range attached {
		t.attached[arn]++
	}
	if boundary != "" {
		t.boundaries[boundary]++
	}
}

// path is the way from the organization to the unit, as Organizations writes
// it: the ids with a slash after each.
func (x *index) path(n *node) string {
	if n == nil {
		return x.Organization.ID + "/"
	}
	return x.path(n.parent) + n.ID + "/"
}

// policy finds a managed policy of an account or of AWS, with its default
// version compiled.
func (x *index) policy(t *tenant, arn string) (source, error) {
	if m, ok := x.managed[arn]; ok {
		return source{arn, m.rules}, nil
	}
	p, ok := t.policies[arn]
	if !ok {
		return source{}, fmt.Errorf("policy %s does not exist", arn)
	}
	rules, err := parsePolicy(p.document())
	if err != nil {
		return source{}, fmt.Errorf("compile policy %s: %w", arn, err)
	}
	return source{arn, rules}, nil
}

// document is the document of the default version.
func (p *ManagedPolicy) document() []byte {
	for _, v := range p.Versions {
		if v.ID == p.Default {
			return v.Document
		}
	}
	return nil
}

// trusted tells whether a service has trusted access to the organization.
func (x *index) trusted(service string) bool {
	for _, t := range x.Organization.TrustedServices {
		if t.Principal == service {
			return true
		}
	}
	return false
}

// administers tells whether an account is the management account or may run the
// service for the organization. An empty service stands for any.
func (x *index) administers(account, service string) bool {
	if account == x.Organization.ManagementAccount {
		return true
	}
	d, ok := x.delegated[account]
	if !ok {
		return false
	}
	for _, s := range d.Services {
		if service == "" || s == service {
			return true
		}
	}
	return false
}
