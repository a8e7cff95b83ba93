package collect

import (
	"slices"
	"time"

	"orgaudit/org"
)

// again says what a run that goes on reads again.
type again struct {
	// optional are the optional sections that are asked for, regions the configured ones.
	optional []org.Section
	regions  []string
	// denied tries again also what cannot heal by itself.
	denied bool
	// oldest is the time before which evidence is too old; zero is never.
	oldest time.Time
	// covering is the organization's analyzer in a region, if any. It is nil where that is
	// not known for sure.
	covering func(region string) string
}

// listRegionsCall is the call that configured regions make needless, as gaps name it.
const listRegionsCall = "Account:ListRegions"

// retries tells whether what a gap hides is asked for again.
func (a *again) retries(g org.Gap) bool {
	needless := g.Operation == listRegionsCall && len(a.regions) > 0 // where the regions are configured
	return a.denied || needless || g.Cause.MayHeal() || g.At.Before(a.oldest)
}

// wants tells whether a part of the evidence is read again: it is not there, it has a gap
// that is tried again, or it is too old.
func (a *again) wants(ev *Evidence, p part) bool {
	for _, g := range ev.Gaps {
		if g.Section == p.section && g.Region == p.region && a.retries(g) {
			return true
		}
	}
	if at, read := ev.readAt(p); read && at.Before(a.oldest) {
		return true
	}
	switch p.section {
	case RegionsSection:
		if a.otherRegions(ev.Regions) {
			return true
		}
	case AnalyzersSection:
		if a.otherCover(ev, p.region) {
			return true
		}
	}
	return !ev.known(p)
}

// otherRegions tells whether regions that were configured are others than those now.
func (a *again) otherRegions(had []Region) bool {
	if len(had) == 0 {
		return len(a.regions) > 0 // those need no call that could be refused
	}
	var configured []string
	for _, r := range had {
		if r.Status == regionConfigured {
			configured = append(configured, r.Name)
		}
	}
	return !slices.Equal(configured, slices.Sorted(slices.Values(a.regions)))
}

// otherCover tells whether a region was read because no analyzer of the organization was
// known to cover it, or was left out because of one, and that is not so any more.
func (a *again) otherCover(ev *Evidence, region string) bool {
	if a.covering == nil {
		return false
	}
	for _, r := range ev.Analyzers {
		if r.Region == region {
			return r.CoveredBy != a.covering(region)
		}
	}
	return false
}

// enters tells whether an account that could not be entered is tried again.
func (a *again) enters(ev *Evidence, account *org.Account) bool {
	return !slices.ContainsFunc(ev.Gaps, func(g org.Gap) bool {
		return !a.retries(g) && !(g.Cause == org.AccountNotActive && account.State == org.StateActive)
	})
}

// rest is what stays of an account's evidence.
type rest struct {
	*Evidence
	dropped []part // what is read again
}

// of takes out of a copy of the evidence what is read again.
func (a *again) of(ev *Evidence) rest {
	r := rest{Evidence: ev.copy()}
	dropped := map[org.Section]bool{}
	drop := func(p part) {
		r.drop(p)
		r.dropped = append(r.dropped, p)
		dropped[p.section] = true
	}
	for _, c := range Collectors() {
		switch {
		case !c.Asked(a.optional):
		case c.Read != nil:
			// What rests on another section is made anew with it.
			if p := (part{section: c.Section}); a.wants(ev, p) || dropped[c.After] {
				drop(p)
			}
		default:
			// The gap of all regions says that they were not known.
			if g, ok := ev.wholeGap(c.Section); ok && (dropped[RegionsSection] || a.retries(g)) {
				drop(part{section: c.Section})
			}
			for _, region := range ev.Regions {
				if p := (part{c.Section, region.Name}); a.wants(ev, p) {
					drop(p)
				}
			}
		}
		if c.Section == AuthorizationSection && (dropped[c.Section] || a.wantsPolicies(ev)) {
			drop(part{section: ManagedPoliciesSection})
			dropped[c.Section] = true // who is privileged depends on them
		}
	}
	return r
}

// wantsPolicies tells whether AWS-managed policies that are attached in the account are asked
// for again.
func (a *again) wantsPolicies(ev *Evidence) bool {
	if _, read := ev.readAt(part{section: AuthorizationSection}); !read || ev.Authorization == nil {
		return false // which are attached is not known
	}
	at, read := ev.readAt(part{section: ManagedPoliciesSection})
	return read && at.Before(a.oldest) || slices.ContainsFunc(ev.Gaps, func(g org.Gap) bool {
		return g.Section == ManagedPoliciesSection && a.retries(g)
	})
}

// whole tells whether nothing has to be read again.
func (r *rest) whole() bool { return len(r.dropped) == 0 }
