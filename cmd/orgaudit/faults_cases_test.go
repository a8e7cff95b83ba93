package main

import (
	"testing"
	"time"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// A gap is that of a section of the faulty account.
func (c faultCase) gap(t *testing.T, section org.Section, cause org.Cause) faultCase {
	c.gaps = append(c.gaps, org.Gap{Section: section, Account: faultyWorld(t).Accounts[faultyPlace].ID, Cause: cause})
	return c
}

// at is a fault of one operation in the faulty account, count times, or always for 0.
func at(t *testing.T, kind awsfake.FaultKind, service, operation string, count int) awsfake.Fault {
	return awsfake.Fault{Kind: kind, Service: service, Operation: operation, Account: faultyWorld(t).Accounts[faultyPlace].ID, Count: count}
}

// fault is a case of one operation in the faulty account.
func fault(t *testing.T, name string, kind awsfake.FaultKind, service, operation string, count, spoiled int) faultCase {
	return faultCase{name: name, faults: []awsfake.Fault{at(t, kind, service, operation, count)}, spoiled: spoiled}
}

// refusals are calls that AWS answers with an error.
func refusals(t *testing.T) []faultCase {
	summary := func(name string, kind awsfake.FaultKind, count, spoiled int) faultCase {
		return fault(t, name, kind, "iam", "GetAccountSummary", count, spoiled)
	}
	denied := func(name string, kind awsfake.FaultKind, cause org.Cause) faultCase {
		return summary(name, kind, 0, 1).gap(t, collect.AccountSummarySection, cause)
	}
	region := fault(t, "Access Analyzer throttles in one region", awsfake.Throttle, "access-analyzer", "ListAnalyzers", 0, 3).
		gap(t, collect.AnalyzersSection, org.Throttled)
	region.gaps[0].Region, region.faults[0].Region = "eu-north-1", "eu-north-1"
	impatient := func(c faultCase) faultCase {
		c.set = []string{"collect.report_wait=2s"}
		c.spoiled = -1
		return c
	}
	return []faultCase{
		summary("IAM throttles twice", awsfake.Throttle, 2, 2),
		summary("IAM throttles", awsfake.Throttle, 0, 3).gap(t, collect.AccountSummarySection, org.Throttled),
		fault(t, "Account Management throttles", awsfake.Throttle, "account", "GetAlternateContact", 0, 3).gap(t, collect.ContactsSection, org.Throttled),
		fault(t, "STS throttles twice", awsfake.Throttle, "sts", "AssumeRole", 2, 2),
		fault(t, "STS throttles", awsfake.Throttle, "sts", "AssumeRole", 0, 3).gap(t, collect.EntrySection, org.Throttled),
		region,
		{name: "Organizations throttles twice", spoiled: 2,
			faults: []awsfake.Fault{{Kind: awsfake.Throttle, Operation: "ListAccounts", Count: 2}}},
		{name: "Organizations throttles", spoiled: 3, gaps: []org.Gap{{Section: org.SectionTrusted, Cause: org.Throttled}},
			faults: []awsfake.Fault{{Kind: awsfake.Throttle, Operation: "ListAWSServiceAccessForOrganization"}}},
		fault(t, "no capacity for the credential report, thrice", awsfake.NoCapacity, "iam", "", 3, 3),
		impatient(fault(t, "no capacity for the credential report", awsfake.NoCapacity, "iam", "", 0, 0).gap(t, collect.CredentialReportSection, org.Throttled)),
		impatient(fault(t, "the credential report never completes", awsfake.ReportNever, "iam", "", 0, 0).gap(t, collect.CredentialReportSection, org.TimedOut)),
		summary("500 twice", awsfake.ServerError, 2, 2),
		summary("500", awsfake.ServerError, 0, 3).gap(t, collect.AccountSummarySection, org.Failed),
		summary("503 twice", awsfake.Unavailable, 2, 2),
		summary("503", awsfake.Unavailable, 0, 3).gap(t, collect.AccountSummarySection, org.Failed),
		denied("the role denies", awsfake.DenyByRole, org.DeniedByRole),
		denied("a permissions boundary denies", awsfake.DenyByBoundary, org.DeniedByBoundary),
		denied("a session policy denies", awsfake.DenyBySession, org.DeniedByBoundary),
		denied("an SCP denies", awsfake.DenyBySCP, org.DeniedBySCP),
		denied("an RCP denies", awsfake.DenyByRCP, org.DeniedByRCP),
		fault(t, "an RCP denies taking the role", awsfake.DenyByRCP, "sts", "AssumeRole", 0, 1).gap(t, collect.EntrySection, org.DeniedByRCP),
	}
}

// connections are calls that get no answer, or a part of one.
func connections(t *testing.T) []faultCase {
	var cases []faultCase
	for _, c := range []struct {
		kind  awsfake.FaultKind
		cause org.Cause
		set   []string
	}{
		{awsfake.Reset, org.Failed, nil},
		{awsfake.Cut, org.Failed, nil},
		{awsfake.Hang, org.TimedOut, []string{"collect.call_timeout=1s", "collect.attempts=2"}},
		{awsfake.Stall, org.TimedOut, []string{"collect.call_timeout=1s", "collect.attempts=2"}},
	} {
		attempts := 3
		if c.set != nil {
			attempts = 2
		}
		for _, call := range []struct {
			service, operation string
			section            org.Section
		}{
			{"iam", "GetAccountPasswordPolicy", collect.PasswordPolicySection},
			{"account", "GetContactInformation", collect.PrimaryContactSection},
		} {
			if c.kind == awsfake.Hang && call.service != "iam" {
				continue // what the service is makes no difference, and a hanging call takes its time
			}
			healed := fault(t, string(c.kind)+" of "+call.operation+", to the last attempt but one", c.kind, call.service, call.operation, attempts-1, attempts-1)
			forEver := fault(t, string(c.kind)+" of "+call.operation, c.kind, call.service, call.operation, 0, attempts).gap(t, call.section, c.cause)
			// The SDK closes the body of a request once the head of the answer is there; where
			// that comes too early net/http gives the connection up before the time is over.
			late := at(t, awsfake.Latency, call.service, call.operation, 0)
			late.Delay = awsfake.Duration(10 * time.Millisecond)
			healed.faults, forEver.faults = append(healed.faults, late), append(forEver.faults, late)
			healed.set, forEver.set = c.set, c.set
			cases = append(cases, healed, forEver)
		}
	}
	return append(cases, faultCase{name: "latency with a long tail",
		faults: []awsfake.Fault{{Kind: awsfake.Latency, Delay: awsfake.Duration(time.Millisecond), Seed: 7}}})
}

// identities are credentials that end before their time, and clocks that differ.
func identities(t *testing.T) []faultCase {
	skewed := func(name string, by time.Duration) faultCase {
		return faultCase{name: name, faults: []awsfake.Fault{{Kind: awsfake.ClockSkew, Skew: awsfake.Duration(by)}}}
	}
	secret := at(t, awsfake.ClockSkew, "account", "GetContactInformation", 0)
	secret.Skew, secret.NoDate = awsfake.Duration(time.Hour), true
	return []faultCase{
		fault(t, "the session ends in the middle of the run", awsfake.TokenExpired, "iam", "GetAccountAuthorizationDetails", 1, 1),
		fault(t, "every session has ended", awsfake.TokenExpired, "iam", "GetAccountPasswordPolicy", 0, 2).gap(t, collect.PasswordPolicySection, org.CredentialsFailed),
		skewed("AWS's clock is two hours ahead", 2*time.Hour),
		skewed("AWS's clock is two hours behind", -2*time.Hour),
		faultCase{name: "AWS's clock is ahead and it does not say by how much", faults: []awsfake.Fault{secret}}.
			gap(t, collect.PrimaryContactSection, org.CredentialsFailed),
	}
}

// answers are whole answers that make no sense.
func answers(t *testing.T) []faultCase {
	policies := fault(t, "policy documents that are no JSON", awsfake.MalformedPolicies, "iam", "GetAccountAuthorizationDetails", 0, -1)
	policies.unread = true
	return []faultCase{
		fault(t, "no XML", awsfake.Malformed, "iam", "GetAccountPasswordPolicy", 0, 1).gap(t, collect.PasswordPolicySection, org.Malformed),
		fault(t, "no JSON", awsfake.Malformed, "account", "GetContactInformation", 0, 1).gap(t, collect.PrimaryContactSection, org.Malformed),
		fault(t, "a credential report that is no CSV", awsfake.MalformedReport, "iam", "", 0, 1).gap(t, collect.CredentialReportSection, org.Malformed),
		policies,
	}
}

// lists are lists whose pages do not come as they should.
func lists(t *testing.T) []faultCase {
	return []faultCase{
		fault(t, "the token of the second page has expired", awsfake.PageTokenExpired, "iam", "GetAccountAuthorizationDetails", 0, 1).
			gap(t, collect.AuthorizationSection, org.Failed),
		fault(t, "the second page names itself as the next", awsfake.PageTokenRepeats, "iam", "GetAccountAuthorizationDetails", 0, 1).
			gap(t, collect.AuthorizationSection, org.Malformed),
		{name: "a page of Organizations names itself as the next", spoiled: 1, gaps: []org.Gap{{Section: org.SectionTrusted, Cause: org.Malformed}},
			faults: []awsfake.Fault{{Kind: awsfake.PageTokenRepeats, Operation: "ListAWSServiceAccessForOrganization"}}},
		{name: "the page token of Organizations has expired", spoiled: 1, gaps: []org.Gap{{Section: org.SectionTrusted, Cause: org.Failed}},
			faults: []awsfake.Fault{{Kind: awsfake.PageTokenExpired, Operation: "ListAWSServiceAccessForOrganization"}}},
		{name: "an empty page before every page", spoiled: -1, faults: []awsfake.Fault{{Kind: awsfake.EmptyPages}}},
	}
}

// accountChanges are accounts that become others while they are read.
func accountChanges(t *testing.T) []faultCase {
	world := faultyWorld(t)
	account := world.Accounts[faultyPlace].ID
	becomes := func(state, operation string) []awsfake.Fault {
		return []awsfake.Fault{{Kind: awsfake.AccountState, Account: account, State: state, Operation: operation, Count: 1}}
	}
	// The tags of the last account are asked for when all accounts are known.
	afterWalk := func(state string) []awsfake.Fault {
		faults := becomes(state, "ListTagsForResource")
		faults[0].Skip = len(world.Accounts) - 1
		return faults
	}
	inTheMiddle := faultCase{name: "the account is suspended while it is read", faults: becomes("SUSPENDED", "GetCredentialReport"),
		set: []string{"collect.accounts=1", "collect.collectors=1"}}
	for _, section := range []org.Section{
		collect.CredentialReportSection, collect.AccountSummarySection, collect.PasswordPolicySection, collect.AuthorizationSection,
		collect.VirtualMFASection, collect.ServerCertificatesSection, collect.IdentityProvidersSection, collect.AliasSection, collect.ContactsSection, collect.PrimaryContactSection,
	} {
		inTheMiddle = inTheMiddle.gap(t, section, org.CredentialsFailed)
	}
	// A region of the configuration that refuses credentials is not off where all others refuse them too.
	inTheMiddle = inTheMiddle.gap(t, collect.AnalyzersSection, org.CredentialsFailed)
	inTheMiddle.gaps[len(inTheMiddle.gaps)-1].Region = "eu-north-1"
	// The root was read before the unit that the account leaves.
	moves := awsfake.Fault{Kind: awsfake.AccountMoves, Account: account, Unit: world.Organization.Root.ID, Operation: "ListAccountsForParent", Skip: 1, Count: 1}
	return []faultCase{
		inTheMiddle,
		faultCase{name: "the account moves behind the walk", faults: []awsfake.Fault{moves}}.gap(t, org.SectionTree, org.NotWalked),
		// AWS does not say why it refuses the role.
		faultCase{name: "the account is suspended before it is entered", faults: afterWalk("SUSPENDED")}.
			gap(t, collect.EntrySection, org.RoleNotAssumable),
		faultCase{name: "the account is closed before it is entered", faults: afterWalk("CLOSED")}.
			gap(t, collect.EntrySection, org.RoleNotAssumable),
	}
}
