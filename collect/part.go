package collect

import (
	"slices"
	"time"

	"orgaudit/org"
)

// part is what is read at once: a section of an account, or one region of a section that is
// read region by region.
type part struct {
	section org.Section
	region  string
}

// known tells whether the evidence says something of a part: that it was read, or why not.
func (e *Evidence) known(p part) bool {
	for _, r := range e.Reads {
		if r.Section == p.section && r.Region == p.region {
			return true
		}
	}
	for _, g := range e.Gaps {
		if g.Section == p.section && g.Subject == "" && g.Region == p.region {
			return true
		}
	}
	_, hidden := e.wholeGap(p.section)
	return hidden
}

// wholeGap returns the gap that hides a section in every region.
func (e *Evidence) wholeGap(s org.Section) (org.Gap, bool) {
	for _, g := range e.Gaps {
		if g.Section == s && g.Region == "" && g.Subject == "" {
			return g, true
		}
	}
	return org.Gap{}, false
}

// readAt returns when a part was read, or false where it was not.
func (e *Evidence) readAt(p part) (time.Time, bool) {
	for _, r := range e.Reads {
		if r.Section == p.section && r.Region == p.region {
			return r.EndedAt, true
		}
	}
	return time.Time{}, false
}

// drop takes a part out of the evidence, as if it had never been asked for.
func (e *Evidence) drop(p part) {
	e.Reads = slices.DeleteFunc(e.Reads, func(r Read) bool { return r.Section == p.section && r.Region == p.region })
	e.Gaps = slices.DeleteFunc(e.Gaps, func(g org.Gap) bool { return g.Section == p.section && g.Region == p.region })
	e.copyFields(&Evidence{}, p)
}

// put replaces a part by that of other evidence.
func (e *Evidence) put(from *Evidence, p part) {
	e.drop(p)
	for _, r := range from.Reads {
		if r.Section == p.section && r.Region == p.region {
			e.Reads = append(e.Reads, r)
		}
	}
	for _, g := range from.Gaps {
		if g.Section == p.section && g.Region == p.region {
			e.Gaps = append(e.Gaps, g)
		}
	}
	e.copyFields(from, p)
}

// copyFields copies what a part holds. A test finds the section that is forgotten here.
func (e *Evidence) copyFields(from *Evidence, p part) {
	switch p.section {
	case CredentialReportSection:
		e.CredentialReport = from.CredentialReport
	case AccountSummarySection:
		e.AccountSummary = from.AccountSummary
	case PasswordPolicySection:
		e.PasswordPolicy = from.PasswordPolicy
	case AuthorizationSection:
		e.Authorization = from.Authorization
	case VirtualMFASection:
		e.VirtualMFADevices = from.VirtualMFADevices
	case ServerCertificatesSection:
		e.ServerCertificates = from.ServerCertificates
	case IdentityProvidersSection:
		e.SAMLProviders, e.OIDCProviders = from.SAMLProviders, from.OIDCProviders
	case AliasSection:
		e.Aliases = from.Aliases
	case ContactsSection:
		e.Contacts = from.Contacts
	case PrimaryContactSection:
		e.PrimaryContact = from.PrimaryContact
	case RegionsSection:
		e.Regions = from.Regions
	case LastAccessedSection:
		e.LastAccessed = from.LastAccessed
	case AnalyzersSection:
		e.Analyzers = slices.DeleteFunc(slices.Clone(e.Analyzers), func(r RegionAnalyzers) bool { return r.Region == p.region })
		for _, r := range from.Analyzers {
			if r.Region == p.region {
				e.Analyzers = append(e.Analyzers, r)
			}
		}
	}
}

// copy returns evidence whose parts can be dropped and put without changing those of e.
func (e *Evidence) copy() *Evidence {
	c := *e
	c.Reads, c.Gaps, c.Analyzers = slices.Clone(e.Reads), slices.Clone(e.Gaps), slices.Clone(e.Analyzers)
	c.OrganizationFindings = slices.Clone(e.OrganizationFindings)
	return &c
}
