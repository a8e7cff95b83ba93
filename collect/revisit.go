package collect

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"time"

	"orgaudit/org"
)

// goOn returns what the folder holds of an account with what is missing in it read and added.
// Changed is false where nothing had to be read. The evidence is nil where there is none.
func (r *run) goOn(ctx context.Context, account *org.Account) (ev *Evidence, changed bool, err error) {
	earlier, err := r.Folder.Account(account.ID)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	if earlier.Entry.Kind == EntryNone {
		if !r.again.enters(earlier, account) {
			// Others see what the account lets in.
			ev = earlier.copy()
			ev.OrganizationFindings, err = r.findings(account.ID, earlier.OrganizationFindings)
			return ev, !slices.Equal(ev.OrganizationFindings, earlier.OrganizationFindings), err
		}
		ev, err = r.visit(ctx, account)
		if err != nil {
			return nil, false, err
		}
		ev.OrganizationFindings, err = r.findings(account.ID, earlier.OrganizationFindings)
		ev.add(earlier)
		return ev, true, err
	}
	left := r.again.of(earlier)
	if left.OrganizationFindings, err = r.findings(account.ID, earlier.OrganizationFindings); err != nil {
		return nil, false, err
	}
	if left.whole() {
		return left.Evidence, !slices.Equal(left.OrganizationFindings, earlier.OrganizationFindings), nil
	}
	ev, err = r.revisit(ctx, account, earlier, left)
	return ev, err == nil, err
}

// add counts the calls of earlier evidence of the account.
func (e *Evidence) add(earlier *Evidence) {
	e.Readings = max(e.Readings, 1) + max(earlier.Readings, 1)
	e.Calls += earlier.Calls
	e.Retries += earlier.Retries
	e.Traffic = AddTraffic(earlier.Traffic, e.Traffic)
}

// revisit reads again what was taken out of an account's evidence. Nothing gets worse by it:
// what was read before and is not too old stays where it cannot be read now.
func (r *run) revisit(ctx context.Context, account *org.Account, earlier *Evidence, left rest) (*Evidence, error) {
	var meter Meter
	ctx = withBuckets(WithMeter(ctx, &meter))
	v := &Visit{Account: account, Evidence: left.Evidence, run: r, earlier: earlier}
	v.Evidence.Readings = max(earlier.Readings, 1) + 1
	started := r.Now().UTC().Truncate(time.Second)
	cfg, entry, gap := r.enter(ctx, account)
	switch {
	case gap == nil:
		v.config, v.Evidence.Entry = cfg, entry
		if len(v.Evidence.Reads) == 0 && r.again.tooOld(earlier) {
			v.Evidence.StartedAt = started // nothing earlier is left
		}
		r.collect(ctx, v)
		v.keepLists()
	case len(v.Evidence.Reads) == 0 && r.again.tooOld(earlier):
		// Nothing is left that was read from within.
		v.Evidence.Entry, v.Evidence.Gaps = entry, nil
		v.gap(*gap)
	default:
		for _, p := range left.dropped {
			own := *gap
			own.Section, own.Region = p.section, p.region
			v.failed(p, own)
		}
	}
	return r.finish(ctx, v.Evidence, &meter)
}

// failed notes that a part could not be read, unless the earlier evidence has it. A part that
// was a gap is one with the new cause.
func (v *Visit) failed(p part, gap org.Gap) {
	if v.earlier != nil {
		if at, read := v.earlier.readAt(p); read && !at.Before(v.run.again.oldest) && !v.run.again.otherCover(v.earlier, p.region) {
			v.mu.Lock()
			defer v.mu.Unlock()
			v.Evidence.put(v.earlier, p)
			return
		}
	}
	v.gap(gap)
}

// known tells whether the evidence says something of a part already.
func (v *Visit) known(p part) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.Evidence.known(p)
}

// forgetRegions drops what was read in regions that the account has no more.
func (v *Visit) forgetRegions() {
	if v.earlier == nil {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, region := range v.earlier.Regions {
		if !slices.ContainsFunc(v.Evidence.Regions, func(r Region) bool { return r.Name == region.Name }) {
			v.Evidence.drop(part{AnalyzersSection, region.Name})
		}
	}
}

// keepLists keeps the lists of last accesses that were read before and not now.
func (v *Visit) keepLists() {
	at, read := v.earlier.readAt(part{section: LastAccessedSection})
	if !read || at.Before(v.run.again.oldest) {
		return
	}
	v.Evidence.Gaps = slices.DeleteFunc(v.Evidence.Gaps, func(g org.Gap) bool {
		if g.Section != LastAccessedSection || g.Subject == "" {
			return false
		}
		for _, list := range v.earlier.LastAccessed {
			if list.Principal == g.Subject {
				v.Evidence.LastAccessed = append(v.Evidence.LastAccessed, list)
				return true
			}
		}
		return false
	})
	slices.SortFunc(v.Evidence.LastAccessed, func(a, b LastAccessed) int { return strings.Compare(a.Principal, b.Principal) })
	for i := range v.Evidence.Reads {
		if r := &v.Evidence.Reads[i]; r.Section == LastAccessedSection {
			r.Records = len(v.Evidence.LastAccessed)
		}
	}
}

// tooOld tells whether all that was read of an account is too old.
func (a *again) tooOld(ev *Evidence) bool {
	return !slices.ContainsFunc(ev.Reads, func(r Read) bool { return !r.EndedAt.Before(a.oldest) })
}
