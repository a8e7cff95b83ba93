package awsfake

import (
	"fmt"
	"slices"
	"time"
)

const (
	// DemoRoleName is the name of the audit role in the accounts of the demo world. Its path is /.
	DemoRoleName = "OrgauditRole"
	// DemoExternalID is what the trust policy of the audit role wants as sts:ExternalId.
	DemoExternalID = "orgaudit-demo"
	// DemoUserName is the user of the management account with the only key that has a
	// secret. The user is an administrator and stands first in its account.
	DemoUserName = "orgaudit"
)

// DemoOptions say how the demo world is made. The same options give the same
// world, byte for byte as JSON.
type DemoOptions struct {
	// Seed chooses one of many worlds. Zero is a seed like any other.
	Seed uint64
	// Accounts is how many accounts there are, the management account among them; at least 3.
	Accounts int
	// Now is the moment to which all ages relate; it must be set. It is cut to the second and read as UTC.
	Now time.Time
	// Users, Roles and Policies are how many of them each account has. Zero means a
	// varied, realistic number. A positive number is exact, for tests under load, and
	// does not count what is not made by the customer: AWS-managed policies,
	// service-linked roles, roles of IAM Identity Center. The audit role and the user
	// [DemoUserName] come on top as well.
	Users, Roles, Policies int
	// Earlier is how many quarters before Now the world is seen: the same organization with
	// fewer accounts, and with what was mended, moved or locked since. Zero is Now itself.
	Earlier int
	// Partition is that of the world; empty is aws.
	Partition string
}

// Demo makes the organization of an invented European retailer: production in good
// order, sandboxes in bad order, companies that were bought in the worst.
//
// Accounts with a story of their own come first, always in the same order. From 10
// accounts on there is one account without the audit role, one that is suspended,
// and one whose root user has a password, access keys and no MFA device. From 17 on
// there are all of them: an account whose SCP denies the audit role one operation,
// another whose SCP denies it everything, one that is being closed, two that joined
// yesterday, one beside all units. With 3 accounts there are only the management account,
// the account of the security tooling and the log archive.
//
// It returns an error for fewer than 3 accounts, for a zero Now, for negative numbers,
// for more than 12 quarters earlier, and for an unknown partition.
func Demo(o DemoOptions) (*World, error) {
	w, err := demo(o)
	if err != nil || o.Partition == "" || o.Partition == demoPartition {
		return w, err
	}
	return w.moved(o.Partition)
}

// demo makes the world in the partition aws.
func demo(o DemoOptions) (*World, error) {
	if o.Accounts < 3 {
		return nil, fmt.Errorf("make demo world: %d accounts, want at least 3", o.Accounts)
	}
	if o.Now.IsZero() {
		return nil, fmt.Errorf("make demo world: the moment Now is not set")
	}
	if o.Earlier < 0 || o.Earlier > 12 {
		return nil, fmt.Errorf("make demo world: %d quarters earlier, want 0 to 12", o.Earlier)
	}
	if o.Users < 0 || o.Roles < 0 || o.Policies < 0 {
		return nil, fmt.Errorf("make demo world: negative number of users, roles or policies")
	}
	o.Now = o.Now.UTC().Truncate(time.Second)

	d := newDemoDice(o.Seed, 0, o.Now)
	tree := newDemoTree(d)
	plans := demoPlans(d, tree, o.Accounts)
	c := newDemoContext(d, o, plans)
	aside := newDemoDice(o.Seed, demoAside, o.Now)
	w := &World{
		Partition: demoPartition,
		Organization: Organization{
			ID:                c.organization,
			ManagementAccount: c.management,
			FeatureSet:        "ALL",
			PolicyTypes:       []string{"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "TAG_POLICY", "AISERVICES_OPT_OUT_POLICY"},
			Root:              tree.root,
			Policies:          slices.Concat(demoOrgPolicies(d, tree, plans, c.organization), demoLaterPolicies(aside, tree, c.organization)),
			ResourcePolicy:    demoDelegationPolicy(c.security),
			TrustedServices:   demoTrustedServices(d),
			Delegated:         demoDelegated(d, plans),
			RootFeatures:      []string{"RootCredentialsManagement"},
		},
		ManagedPolicies: demoManagedPolicies(d),
	}
	if d.chance(60) {
		w.Organization.RootFeatures = append(w.Organization.RootFeatures, "RootSessions")
	}
	accounts := make([]*demoAccount, len(plans))
	for i, p := range plans {
		accounts[i] = newDemoAccount(newDemoDice(o.Seed, uint64(i)+1, o.Now), newDemoDice(o.Seed, demoAside+uint64(i)+1, o.Now), c, p)
	}
	demoAnalyzers(d, accounts)
	demoArchiveRules(aside, accounts)
	if len(accounts) > 3 {
		security := accounts[1]
		security.Analyzers = append(security.Analyzers, demoInternal(aside, accounts[3]))
	}
	if o.Earlier > 0 {
		if len(plans) >= 10 {
			plan, left := demoLeaver(o, tree, c, plans)
			plans, accounts = append(plans, plan), append(accounts, left)
		}
		w.rewind(o, tree, plans, accounts)
		return w, nil
	}
	for _, a := range accounts {
		w.Accounts = append(w.Accounts, a.Account)
	}
	return w, nil
}

// demoContext is what an account must know of the others.
type demoContext struct {
	options      DemoOptions
	organization string
	management   string
	security     string
	deployment   string            // the account whose pipelines deploy into the others
	vendors      map[string]string // account ids outside the organization
	stranger     string            // an account that nobody knows any more
}

func newDemoContext(d demoDice, o DemoOptions, plans []demoPlan) *demoContext {
	c := &demoContext{
		options:      o,
		organization: "o-" + d.text(demoLower36, 10),
		management:   plans[0].id,
		security:     plans[1].id,
		deployment:   plans[1].id,
		vendors:      map[string]string{},
	}
	taken := map[string]bool{}
	for _, p := range plans {
		taken[p.id] = true
		if p.deployment {
			c.deployment = p.id
		}
	}
	for _, v := range demoVendors() {
		c.vendors[v] = demoAccountID(d, taken)
	}
	c.stranger = demoAccountID(d, taken)
	return c
}

// demoAccountID draws an account id that is not taken yet, and takes it. One in
// eight begins with zeros, which a sheet must not lose.
func demoAccountID(d demoDice, taken map[string]bool) string {
	for {
		id := d.text("123456789", 1) + d.text(demoDigits, 11)
		if d.chance(12) {
			id = "00" + id[2:]
		}
		if !taken[id] {
			taken[id] = true
			return id
		}
	}
}
