package awsfake

import (
	"fmt"
	"strings"
)

// demoPlan says which account stands where and what is special about it.
type demoPlan struct {
	id      string
	name    string
	place   demoPlace
	state   string
	invited bool // the account joined from outside; everyone else was created here
	joined  int  // days since it joined; 0 lets the dice choose

	management  bool
	deployment  bool // pipelines of this account deploy into the others
	identity    bool // runs IAM Identity Center
	logs        bool // runs the trail of the organization
	neglected   bool // root user with password and without MFA, used lately
	rootKeys    bool // root user with active access keys
	hostile     bool // users and tags that a careless report would run as formulas
	unreachable bool // no audit role
	deniedOne   bool // an SCP denies the audit role one operation
	quarantined bool // an SCP denies the audit role everything it reads
}

// demoPlans plans the accounts. Those with a story come first, always in this order;
// the rest is spread over the units.
func demoPlans(d demoDice, t *demoTree, n int) []demoPlan {
	stories := []struct {
		name, slug string
		plan       demoPlan
	}{
		{"velmora-management", "root", demoPlan{management: true, invited: true, joined: 2910}},
		{"velmora-security-tooling", "security", demoPlan{joined: 1480}},
		{"velmora-log-archive", "security", demoPlan{joined: 1480, logs: true}},
		{"velmora-prod-fr-webshop", "prod-fr", demoPlan{joined: 2200}},
		{"velmora-sandbox-playground", "sandbox", demoPlan{joined: 1900, hostile: true}},
		{"sigma-legacy-erp", "sigma", demoPlan{joined: 610, invited: true, neglected: true, rootKeys: true}},
		{"velmora-retired-campaign", "suspended", demoPlan{joined: 1700, state: "SUSPENDED"}},
		{"balkan-pos", "balkan", demoPlan{joined: 420, invited: true, unreachable: true}},
		{"velmora-infra-deployment", "shared", demoPlan{joined: 1400, deployment: true}},
		{"velmora-dev-platform-ci", "dev-platform", demoPlan{joined: 1500}},
		{"velmora-prod-at-payments", "prod-at", demoPlan{joined: 900, deniedOne: true}},
		{"velmora-dev-incident-042", "dev-warehouse", demoPlan{joined: 700, quarantined: true}},
		{"velmora-brand-pilot", "root", demoPlan{joined: 350}},
		{"fjord-old-webshop", "suspended", demoPlan{joined: 800, invited: true, state: "PENDING_CLOSURE"}},
		{"fjord-showroom", "fjord", demoPlan{joined: 1, invited: true}},
		{"velmora-infra-identity", "shared", demoPlan{joined: 1, identity: true}},
		{"velmora-sandbox-hackathon", "sandbox-hack", demoPlan{joined: 640, rootKeys: true}},
	}
	ids := map[string]bool{}
	names := map[string]bool{}
	plans := make([]demoPlan, 0, n)
	for _, s := range stories[:min(n, len(stories))] {
		p := s.plan
		p.name, p.place = s.name, t.places[s.slug]
		names[p.name] = true
		plans = append(plans, p)
	}
	for len(plans) < n {
		p := demoPlan{place: demoSpread(d, t)}
		p.invited = p.place.kind == demoAcquired
		if p.place.kind == demoRetired {
			p.state = "SUSPENDED"
		}
		p.name = demoAccountName(d, p.place, names)
		plans = append(plans, p)
	}
	for i := range plans {
		p := &plans[i]
		p.id = demoAccountID(d, ids)
		// One id with leading zeros is certain, however small the world.
		for p.logs && !strings.HasPrefix(p.id, "00") {
			p.id = demoAccountID(d, ids)
		}
		if p.state == "" {
			p.state = "ACTIVE"
		}
		if p.joined == 0 {
			p.joined = demoJoined(d, p.place.kind)
		}
	}
	return plans
}

// demoSpread chooses the unit of an ordinary account: first the purpose, then one of
// the units that serve it.
func demoSpread(d demoDice, t *demoTree) demoPlace {
	shares := []struct {
		kind    demoKind
		percent int
	}{
		{demoProduction, 36}, {demoDevelopment, 27}, {demoSandbox, 14}, {demoAcquired, 13},
		{demoInfrastructure, 6}, {demoRetired, 4},
	}
	roll := d.IntN(100)
	kind := demoProduction
	for _, s := range shares {
		if roll < s.percent {
			kind = s.kind
			break
		}
		roll -= s.percent
	}
	var fitting []demoPlace
	for _, slug := range t.slugs {
		if p := t.places[slug]; p.kind == kind {
			fitting = append(fitting, p)
		}
	}
	return demoPick(d, fitting)
}

// demoAccountName is a name that no other account has. AWS takes up to 50 printable
// ASCII characters ("CreateAccount" in the API reference of AWS Organizations).
func demoAccountName(d demoDice, p demoPlace, taken map[string]bool) string {
	prefix := demoShort + "-"
	if p.kind == demoAcquired {
		prefix = ""
	}
	base := prefix + p.slug + "-" + demoPick(d, demoApplications())
	name := base
	for i := 2; taken[name]; i++ {
		name = fmt.Sprintf("%s-%02d", base, i)
	}
	taken[name] = true
	return name
}

// demoJoined is for how many days an ordinary account has been in the organization.
func demoJoined(d demoDice, kind demoKind) int {
	switch kind {
	case demoAcquired:
		return d.between(60, 700)
	case demoSandbox:
		return d.between(20, 1500)
	default:
		return d.between(40, 2500)
	}
}

func demoTrustedServices(d demoDice) []TrustedService {
	var services []TrustedService
	for i, s := range []string{
		"access-analyzer", "account", "cloudtrail", "config", "guardduty", "iam", "ram", "securityhub", "sso",
		"member.org.stacksets.cloudformation",
	} {
		services = append(services, TrustedService{s + ".amazonaws.com", d.ago(1400 - 60*i)})
	}
	return services
}

func demoDelegated(d demoDice, plans []demoPlan) []DelegatedAdministrator {
	delegated := []DelegatedAdministrator{{Account: plans[1].id, Enabled: d.ago(1390), Services: []string{
		"access-analyzer.amazonaws.com", "account.amazonaws.com", "config.amazonaws.com", "guardduty.amazonaws.com",
		"iam.amazonaws.com", "securityhub.amazonaws.com",
	}}}
	for _, p := range plans {
		switch {
		case p.logs:
			delegated = append(delegated, DelegatedAdministrator{p.id, d.ago(1380), []string{"cloudtrail.amazonaws.com"}})
		case p.identity:
			delegated = append(delegated, DelegatedAdministrator{p.id, d.ago(0), []string{"sso.amazonaws.com"}})
		}
	}
	return delegated
}
