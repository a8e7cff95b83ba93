package main

import (
	"context"
	"slices"

	"orgaudit/collect"
	"orgaudit/org"
)

// walk reads the organization, or takes the one that the evidence holds where that has no gap
// that may heal, is not too old, and is the caller's. A new run does not wait for the policies:
// they are read on while its accounts are entered. Otherwise there is nothing to wait for.
func (g *gathering) walk(ctx context.Context, o collect.Options, known *org.Organization) (*org.Organization, *org.Walking, error) {
	old := known != nil && o.MaxAge > 0 && !g.resume.onlyFailed && known.WalkEnded.Before(o.Now().Add(-o.MaxAge))
	if known != nil && !old && !g.walksAgain(known, o.OrganizationIdentity.AccountID) {
		return known, nil, nil
	}
	if !g.resume.on {
		walking, err := org.Begin(ctx, o.OrganizationConfig, g.walkOptions(o))
		if err != nil {
			return nil, nil, err
		}
		return walking.Known(), walking, nil
	}
	newly, err := org.Walk(ctx, o.OrganizationConfig, g.walkOptions(o))
	if err != nil || known == nil || old || newly.ID != known.ID {
		return newly, nil, err
	}
	return better(known, newly), nil, nil
}

// walkOptions say how the organization is read with these credentials.
func (g *gathering) walkOptions(o collect.Options) org.WalkOptions {
	return org.WalkOptions{
		Tags: g.config.Organization.Tags, Concurrency: g.config.Collect.CallsInFlight,
		Now: o.Now, Caller: o.OrganizationIdentity.ARN,
	}
}

// walksAgain tells whether the organization that the evidence holds is not enough.
func (g *gathering) walksAgain(known *org.Organization, caller string) bool {
	if known.Account(caller) == nil {
		return true // perhaps another organization
	}
	_, denied := known.Missing(org.SectionTags)
	untagged := slices.ContainsFunc(known.Accounts, func(a org.Account) bool { return a.Tags == nil })
	if g.config.Organization.Tags && untagged && !denied && !g.resume.onlyFailed {
		return true // nobody asked for the tags then
	}
	return slices.ContainsFunc(known.Gaps, func(gap org.Gap) bool { return gap.Cause.MayHeal() || g.resume.denied })
}

// better returns the newer walk, unless it misses something that the earlier one has. Parts of
// two walks put together would be an organization that never was.
func better(earlier, newer *org.Organization) *org.Organization {
	for _, gap := range newer.Gaps {
		if !slices.ContainsFunc(earlier.Gaps, func(had org.Gap) bool { return had.Section == gap.Section && had.Subject == gap.Subject }) {
			return earlier
		}
	}
	return newer
}

// unfinishedWalk is a walk that goes on while the accounts are collected.
type unfinishedWalk struct {
	walking *org.Walking // nil where the organization is there
	meter   *collect.Meter
}

// finish waits for the rest of the organization, and writes it.
func (w *unfinishedWalk) finish(ctx context.Context, folder *collect.Folder) error {
	if w.walking == nil {
		return nil
	}
	o, err := w.walking.Wait(ctx)
	if err != nil {
		return err
	}
	return folder.WriteOrganization(o)
}

// note notes what the calls of the walk came to.
func (w *unfinishedWalk) note(record *collect.Record) {
	if w.walking != nil {
		record.Calls, record.Retries, record.Traffic = w.meter.Calls(), w.meter.Retries(), w.meter.Traffic()
	}
}
