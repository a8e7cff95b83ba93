package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
)

// units are the names of units by id, written as --units takes them.
type units map[string]string

func unitNames(o *org.Organization) units {
	names := units{}
	o.EachUnit(func(u *org.Unit, path []string) {
		names[u.ID] = cmp.Or(strings.Join(path[1:], "/"), u.Name)
	})
	return names
}

// of is the unit of an account.
func (u units) of(a *org.Account) string {
	if len(a.Path) == 0 {
		return "unknown"
	}
	return u[a.Path[len(a.Path)-1]]
}

// comparison is what the accounts say about each other: AWS does not tell an absent role
// from one that does not trust the caller, but where the others let him in with the same
// name and external ID, these are right.
type comparison struct {
	organization *org.Organization
	role         collect.AuditRole
	caller       string
	now          time.Time
	units        units
	// entered and refused count the accounts by the role's outcome, byUnit those entered in each unit.
	entered, refused int
	byUnit           map[string]int
	refusedIn        map[string]int
}

func compareEntries(o collect.Options, probed []collect.Probed, names units) comparison {
	c := comparison{
		organization: o.Organization, role: o.Role, caller: o.CallerIdentity.ARN, now: o.Now(), units: names,
		byUnit: map[string]int{}, refusedIn: map[string]int{},
	}
	for i, p := range probed {
		unit := names.of(o.Selected[i])
		switch {
		case p.Entry.Kind == collect.EntryRole:
			c.entered++
			c.byUnit[unit]++
		case len(p.Lacks) > 0 && p.Lacks[0].Cause == org.RoleNotAssumable:
			c.refused++
			c.refusedIn[unit]++
		}
	}
	return c
}

// lack says what is missing and what to do about it.
func (c comparison) lack(a *org.Account, l collect.Lack) missingThing {
	m := missingOf(l.Gap)
	m.Action = l.Action
	if l.Section == collect.EntrySection {
		m.Advice = c.entry(a, m)
	} else {
		m.Advice = c.denied(m)
	}
	return m
}

// missingOf is a gap without what to do.
func missingOf(g org.Gap) missingThing {
	m := missingThing{
		Section: g.Section, Region: g.Region, Cause: g.Cause, Operation: g.Operation, Code: g.Code, RequestID: g.RequestID, Message: g.Message,
	}
	if denial, known := org.DenialOf(g.Message); known {
		m.DeniedBy, m.Policy = denial.By, denial.Policy
	}
	return m
}

// entry is the advice for an account that could not be entered.
func (c comparison) entry(a *org.Account, m missingThing) string {
	switch m.Cause {
	case org.AccountNotActive:
		return "AWS lets nobody into an account that is not active: leave it out (accounts.states)"
	case org.DeniedBySCP, org.DeniedByRCP, org.DeniedByBoundary:
		return fmt.Sprintf("allow sts:AssumeRole on the audit role to %s in the %s", c.caller, c.policy(m))
	case org.RoleNotAssumable:
		if m.DeniedBy != "" {
			return fmt.Sprintf("allow sts:AssumeRole on the audit role to %s in the %s", c.caller, c.policy(m))
		}
		return "AWS does not tell a role that is absent from one that does not trust you or that asks for another external ID; " + c.hint(a)
	case org.Throttled, org.TimedOut:
		return tryAgain
	}
	if strings.Contains(m.Message, "MaxSessionDuration") {
		return "ask for no longer a session than the role gives: role.duration"
	}
	if m.Code == "RegionDisabledException" {
		return "activate STS in the region of your configuration for this account, or choose another region (AWS_REGION)"
	}
	return "see what AWS says: " + m.Message
}

const tryAgain = "try again; where it stays so, lower collect.accounts and collect.calls_in_flight"

// newcomer is how long a deployment may take to reach an account that joined.
const newcomer = 7 * 24 * time.Hour

// hint says which of the causes is likely.
func (c comparison) hint(a *org.Account) string {
	unit := c.units.of(a)
	switch {
	case c.entered == 0 && c.refused > 1:
		return fmt.Sprintf("no account lets you in as %s, so that its name, the external ID or your own permission sts:AssumeRole is the likely cause (role.name, role.external_id)", c.role.Name)
	case c.entered == 0:
		return fmt.Sprintf("look at role.name (%s), role.external_id, the role's trust policy and your own permission sts:AssumeRole", c.role.Name)
	case c.organization.IsManagement(a.ID):
		// "AWS CloudFormation StackSets and AWS Organizations", CloudFormation User Guide.
		return "StackSets that deploy to an organization leave its management account out: make the role there by itself, or see role.management_account"
	case c.now.Sub(a.Joined) < newcomer && !a.Joined.After(c.now):
		return fmt.Sprintf("the account joined on %s, so that the role was probably not deployed yet", a.Joined.Format(time.DateOnly))
	case c.byUnit[unit] == 0 && c.refusedIn[unit] > 1:
		return fmt.Sprintf("no account of %s lets you in and others do, so that the role was probably not deployed to that unit", unit)
	}
	return fmt.Sprintf("%s with the same name and external ID, so that the role is probably absent here or was made otherwise: deploy it again", others(c.entered))
}

func others(n int) string {
	if n == 1 {
		return "another account lets you in"
	}
	return fmt.Sprintf("%d other accounts let you in", n)
}

// denied is the advice for something that could not be read in an account.
func (c comparison) denied(m missingThing) string {
	switch m.Cause {
	case org.DeniedByRole:
		if m.DeniedBy == "" || m.DeniedBy == "identity-based policy" {
			return "give the audit role what \"orgaudit role\" prints; its own policies lack or deny this"
		}
		return "change the " + c.policy(m)
	case org.DeniedBySCP, org.DeniedByRCP:
		return fmt.Sprintf("exempt the audit role from the %s, or accept that this is not assessed", c.policy(m))
	case org.DeniedByBoundary:
		if m.DeniedBy == "session policy" {
			return "the session of your own credentials is narrowed by a session policy: use a session that is not"
		}
		return fmt.Sprintf("widen the %s of the audit role", c.policy(m))
	case org.RegionNotEnabled:
		return "leave the region out (collect.regions), or enable it for the account"
	case org.CredentialsFailed:
		if m.Region != "" {
			return "the region does not take the session: use the regional endpoint of STS (sts_regional_endpoints = regional)"
		}
		return "AWS did not take the session; try again"
	case org.Throttled, org.TimedOut:
		return tryAgain
	}
	return "see what AWS says: " + m.Message
}

// policy names the policy that denied, with its name and place where it is one of the organization's.
func (c comparison) policy(m missingThing) string {
	kind := cmp.Or(m.DeniedBy, map[org.Cause]string{
		org.DeniedBySCP: "service control policy", org.DeniedByRCP: "resource control policy", org.DeniedByBoundary: "permissions boundary",
	}[m.Cause], "policies")
	if m.Policy == "" {
		return kind
	}
	i := slices.IndexFunc(c.organization.Policies, func(p org.Policy) bool { return p.ARN == m.Policy })
	if i < 0 {
		return kind + " " + m.Policy
	}
	p := &c.organization.Policies[i]
	var places []string
	for _, t := range p.Targets {
		places = append(places, cmp.Or(c.units[t.ID], t.Name, t.ID))
	}
	const most = 3
	if n := len(places) - most; n > 0 {
		places = append(places[:most], fmt.Sprintf("%d more", n))
	}
	return fmt.Sprintf("%s %s (%s, attached to %s)", kind, p.Name, p.ID, strings.Join(places, ", "))
}

// organizationLack is something that is missing to read the organization, and what to do.
func organizationLack(g org.Gap, who string) missingThing {
	m := missingOf(g)
	switch {
	case g.Code == "AWSOrganizationsNotInUseException":
		m.Advice = "the account is in no organization; use credentials of the management account or of a delegated administrator, or set organization.role_arn"
	case strings.HasSuffix(g.Operation, ":AssumeRole"):
		m.Action = "sts:AssumeRole"
		m.Advice = fmt.Sprintf("AWS does not say which: the role %s does not exist, does not trust you, or asks for another external ID (organization.role_arn, organization.external_id)", who)
	case m.DeniedBy != "":
		m.Advice = fmt.Sprintf("allow it to %s in the %s; \"orgaudit role --for organization\" prints what is needed", who, m.DeniedBy)
	case m.Cause == org.DeniedByRole:
		m.Advice = "only the management account and delegated administrators may read the organization; use their credentials, or set organization.role_arn to a role there"
	case m.Cause == org.Throttled || m.Cause == org.TimedOut:
		m.Advice = tryAgain
	default:
		m.Advice = "see what AWS says: " + g.Message
	}
	return m
}
