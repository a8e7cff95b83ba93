package collect

import (
	"context"
	"fmt"
	"slices"
	"strings"

	awsarn "github.com/aws/aws-sdk-go-v2/aws/arn"

	"orgaudit/org"
)

// awaitPrepared waits until the run is prepared.
func (r *run) awaitPrepared(ctx context.Context) error {
	select {
	case <-r.prepared:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// prepare reads what the accounts share: the organization's analyzers, and on a run that goes
// on the AWS-managed policies that the folder holds.
func (r *run) prepare(ctx context.Context) error {
	r.again = again{optional: r.Optional, regions: r.Regions, denied: r.Denied}
	if r.Resume && r.MaxAge > 0 {
		r.again.oldest = r.Now().UTC().Add(-r.MaxAge)
	}
	var earlier *OrganizationAnalyzers
	unseen := true
	if r.Resume {
		var err error
		if earlier, unseen, err = r.earlier(); err != nil {
			return err
		}
	}
	if earlier == nil || unseen || r.analyzersAgain(earlier) {
		if err := r.readOrganizationAnalyzers(ctx, earlier, unseen); err != nil {
			return err
		}
	} else {
		r.analyzers = earlier
	}
	if len(r.analyzers.Gaps) == 0 {
		r.again.covering = func(region string) string {
			_, arn, _ := r.analyzers.Covering(region)
			return arn
		}
	}
	return nil
}

// earlier looks at the folder of a run that goes on: the organization's analyzers that it
// holds (nil where it holds none), and whether there are accounts without evidence.
func (r *run) earlier() (*OrganizationAnalyzers, bool, error) {
	analyzers, err := r.Folder.Analyzers()
	if err != nil {
		return nil, false, err
	}
	policies, _, err := r.Folder.ManagedPolicies()
	if err != nil {
		return nil, false, err
	}
	if analyzers.absent() {
		analyzers = nil
	}
	r.library.fill(policies, r.again.oldest)
	for _, a := range r.Selected {
		if has, err := r.Folder.Has(a.ID); err != nil || !has {
			return analyzers, true, err
		}
	}
	return analyzers, false, nil
}

// absent tells whether the analyzers are those that [Folder.Analyzers] makes up where there
// is no file.
func (o *OrganizationAnalyzers) absent() bool { return o.Holders == nil && len(o.Gaps) > 0 }

// analyzersAgain tells whether the organization's analyzers are read again though every
// account has the findings about it. Where accounts are kept as they are, the findings would
// not get there.
func (r *run) analyzersAgain(earlier *OrganizationAnalyzers) bool {
	if len(r.Kept) > 0 {
		return false
	}
	return earlier.EndedAt.Before(r.again.oldest) || slices.ContainsFunc(earlier.Gaps, func(g org.Gap) bool {
		if g.Cause == org.NotCollected && !r.mayEnter[g.Account] {
			return false // nobody wants it entered
		}
		return r.again.retries(g)
	})
}

// readOrganizationAnalyzers reads the organization's analyzers. Findings about accounts without
// evidence stand nowhere, so that for these an earlier reading is of no use; where there are
// none, what was read before and cannot be read now stays.
func (r *run) readOrganizationAnalyzers(ctx context.Context, earlier *OrganizationAnalyzers, unseen bool) error {
	var err error
	if r.analyzers, err = r.organizationAnalyzers(ctx); err != nil {
		return fmt.Errorf("read the organization's analyzers: %w", err)
	}
	r.heard = map[string]bool{}
	for _, h := range r.analyzers.Holders {
		for _, region := range h.Regions {
			r.heard[h.AccountID+" "+region.Region] = true
		}
	}
	if earlier == nil {
		return r.Folder.write(AnalyzersFile, r.analyzers)
	}
	readings := max(earlier.Readings, 1) + 1
	calls, retries := r.analyzers.Calls+earlier.Calls, r.analyzers.Retries+earlier.Retries
	traffic := AddTraffic(earlier.Traffic, r.analyzers.Traffic)
	switch {
	case len(r.Kept) > 0:
		// The accounts that stay as they are have the findings of the earlier reading.
		newer := r.analyzers
		r.analyzers = earlier
		r.analyzers.addGaps(newer.Gaps)
	case !unseen && !earlier.EndedAt.Before(r.again.oldest):
		r.analyzers.keep(earlier)
	}
	r.analyzers.Calls, r.analyzers.Retries, r.analyzers.Traffic, r.analyzers.Readings = calls, retries, traffic, readings
	r.analyzersLast = true
	return nil
}

// addGaps adds gaps that are not there.
func (o *OrganizationAnalyzers) addGaps(gaps []org.Gap) {
	for _, g := range gaps {
		same := func(had org.Gap) bool {
			return had.Account == g.Account && had.Region == g.Region && had.Subject == g.Subject
		}
		if !slices.ContainsFunc(o.Gaps, same) {
			o.Gaps = append(o.Gaps, g)
		}
	}
}

// keep takes from an earlier reading what this one could not read.
func (o *OrganizationAnalyzers) keep(earlier *OrganizationAnalyzers) {
	for _, h := range earlier.Holders {
		i := slices.IndexFunc(o.Holders, func(n HolderAnalyzers) bool { return n.AccountID == h.AccountID })
		for _, region := range h.Regions {
			missing := func(g org.Gap) bool {
				return g.Account == h.AccountID && g.Subject == "" && (g.Region == region.Region || g.Region == "")
			}
			if !slices.ContainsFunc(o.Gaps, missing) {
				continue
			}
			if i < 0 {
				i = len(o.Holders)
				o.Holders = append(o.Holders, HolderAnalyzers{AccountID: h.AccountID})
			}
			o.Holders[i].Regions = append(o.Holders[i].Regions, region)
			o.Gaps = slices.DeleteFunc(o.Gaps, func(g org.Gap) bool { return g.Region == region.Region && missing(g) })
			for _, g := range earlier.Gaps {
				if g.Account == h.AccountID && g.Region == region.Region {
					o.Gaps = append(o.Gaps, g) // of archive rules
				}
			}
		}
		if i >= 0 {
			slices.SortFunc(o.Holders[i].Regions, func(a, b RegionAnalyzers) int { return strings.Compare(a.Region, b.Region) })
		}
		o.keepHolder(earlier, h.AccountID)
	}
}

// keepHolder takes the place of the gap of a holder that could not be entered at all: what was
// missing of it before is missing now.
func (o *OrganizationAnalyzers) keepHolder(earlier *OrganizationAnalyzers, id string) {
	whole := func(g org.Gap) bool { return g.Account == id && g.Region == "" && g.Subject == "" }
	if !slices.ContainsFunc(o.Gaps, whole) {
		return
	}
	o.Gaps = slices.DeleteFunc(o.Gaps, whole)
	for _, g := range earlier.Gaps {
		if g.Account == id && !slices.Contains(o.Gaps, g) {
			o.Gaps = append(o.Gaps, g)
		}
	}
}

// mayHold tells whether the analyzer of a finding is one of these, or one that they may lack
// since something could not be read. Others are gone, such as with a delegated administrator.
func (o *OrganizationAnalyzers) mayHold(f AnalyzerFinding) bool {
	analyzer, err := awsarn.Parse(f.Analyzer)
	if err != nil || slices.ContainsFunc(o.Gaps, func(g org.Gap) bool { return g.Account == "" || g.Account == analyzer.AccountID }) {
		return true
	}
	return slices.ContainsFunc(o.Holders, func(h HolderAnalyzers) bool {
		return h.AccountID == analyzer.AccountID && slices.ContainsFunc(h.Regions, func(r RegionAnalyzers) bool { return r.Region == f.Region })
	})
}

// findings are those of the organization's analyzers about an account: of those that were read
// now the new ones, of the others the earlier ones.
func (r *run) findings(id string, earlier []AnalyzerFinding) ([]AnalyzerFinding, error) {
	now, err := r.held.about(id)
	if err != nil {
		return nil, err
	}
	read := func(f AnalyzerFinding) bool {
		holder, err := awsarn.Parse(f.Analyzer)
		return err == nil && r.heard[holder.AccountID+" "+f.Region]
	}
	// What is held of a region may be a part, where its reading failed in the middle.
	all := slices.DeleteFunc(now, func(f AnalyzerFinding) bool { return !read(f) })
	for _, f := range earlier {
		if !read(f) && r.analyzers.mayHold(f) {
			all = append(all, f)
		}
	}
	sortFindings(all)
	return all, nil
}
