package collect

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"golang.org/x/sync/errgroup"

	"orgaudit/org"
)

// Probed is what [Probe] found in one account.
type Probed struct {
	AccountID string
	Entry     Entry
	// Tried counts the operations that were tried, Lacks those of them that a run would
	// miss. Where the account could not be entered, the one lack says why.
	Tried int
	Lacks []Lack
	Calls int
}

// Lack is something that a run would miss. Section is the evidence that it costs; Action the
// permission that was tried, which is "" for what is no permission.
type Lack struct {
	org.Gap
	Action string
}

// Probe enters the selected accounts as [Run] would, several at a time, and tries every
// operation that a run of these options needs with its smallest call: some twenty calls an
// account. It writes nothing, and fails only if ctx ends. What it finds stands in the
// order of the selected accounts.
func Probe(ctx context.Context, o Options) ([]Probed, error) {
	policy, err := SessionPolicy(o.Optional)
	if err != nil {
		return nil, err
	}
	r := &run{Options: o, sessionPolicy: policy}
	var meter Meter
	ctx = WithMeter(ctx, &meter)
	found := make([]Probed, len(o.Selected))
	var mu sync.Mutex
	done := Progress{Total: len(o.Selected)}
	var group errgroup.Group
	group.SetLimit(max(o.Accounts, 1))
	for i, account := range o.Selected {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return context.Cause(ctx)
			}
			found[i] = r.probe(ctx, account)
			if err := ctx.Err(); err != nil {
				return context.Cause(ctx) // what ended for this reason is no finding
			}
			mu.Lock()
			defer mu.Unlock()
			done.Done++
			if len(found[i].Lacks) > 0 {
				done.Gaps++
			}
			done.Calls = meter.Calls()
			if o.Progress != nil {
				o.Progress(done)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return found, nil
}

// regionsDiffer tells whether a service control policy that binds the account looks at the
// region of a call, so that what is allowed in one region may be denied in another.
func regionsDiffer(o *org.Organization, account *org.Account) bool {
	return slices.ContainsFunc(o.Policies, func(p org.Policy) bool {
		return p.Type == org.ServiceControlPolicy && strings.Contains(strings.ToLower(p.Document), "aws:requestedregion") &&
			slices.ContainsFunc(p.Targets, func(t org.Target) bool {
				return t.ID == account.ID || slices.Contains(account.Path, t.ID)
			})
	})
}

// prober is the probe of one account.
type prober struct {
	run       *run
	account   *org.Account
	config    aws.Config
	elsewhere bool // every region is tried
	// regions are all regions that the account has, enabled or not; nil where they are not known.
	regions []Region
	// analyzer is the name and ARN of an analyzer of the region that is tried.
	analyzer, analyzerARN string
	job                   string

	mu    sync.Mutex
	found Probed
}

func (r *run) probe(ctx context.Context, account *org.Account) Probed {
	var meter Meter
	ctx = withBuckets(WithMeter(ctx, &meter))
	p := &prober{
		run: r, account: account, found: Probed{AccountID: account.ID},
		elsewhere: !r.Organization.IsManagement(account.ID) && regionsDiffer(r.Organization, account),
	}
	cfg, entry, gap := r.enter(ctx, account)
	p.config, p.found.Entry = cfg, entry
	if gap != nil {
		action := ""
		if entry.RoleARN != "" {
			action = "sts:AssumeRole"
		}
		p.found.Lacks = []Lack{{*gap, action}}
	} else {
		p.operations(ctx)
	}
	p.found.Calls = meter.Calls()
	slices.SortFunc(p.found.Lacks, func(a, b Lack) int {
		return cmp.Or(strings.Compare(a.Action, b.Action), strings.Compare(a.Region, b.Region))
	})
	return p.found
}

// operations tries what the collectors need, in their order: the regions first, what one
// collector needs one after the other, and the collectors side by side.
func (p *prober) operations(ctx context.Context) {
	var jobs []func()
	for _, c := range Collectors() {
		if !c.Asked(p.run.Optional) {
			continue
		}
		if c.Section == RegionsSection {
			p.collector(ctx, c)
			p.configured()
			continue
		}
		jobs = append(jobs, func() { p.collector(ctx, c) })
	}
	p.run.each(ctx, len(jobs), func(i int) { jobs[i]() })
}

// collector tries the operations of one collector.
func (p *prober) collector(ctx context.Context, c Collector) {
	trials := trials()
	for _, call := range c.Calls {
		trial, known := trials[call.Service+":"+call.Operation]
		if !known {
			continue // a test finds that
		}
		region := Region{}
		if trial.regional {
			region = p.home()
		}
		p.note(ctx, c.Section, call, region, trial, trial.try(ctx, p, region.Name))
		if trial.everywhere {
			for _, region := range p.further(region) {
				p.note(ctx, c.Section, call, region, trial, trial.try(ctx, p, region.Name))
			}
		}
	}
}

// note keeps what came of a call.
func (p *prober) note(ctx context.Context, section org.Section, call org.Call, region Region, t trial, err error) {
	gap, lacks := p.gap(ctx, section, region, t, err)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.found.Tried++
	if lacks {
		p.found.Lacks = append(p.found.Lacks, Lack{gap, call.Action})
	}
}

// gap is the gap that the error of a call would make in a run, if any.
func (p *prober) gap(ctx context.Context, section org.Section, region Region, t trial, err error) (gap org.Gap, lacks bool) {
	if err == nil || slices.Contains(t.fine, org.ErrorCode(err)) {
		return gap, false
	}
	if section == RegionsSection && len(p.run.Regions) > 0 {
		return gap, false // a run takes the configured ones and does not ask
	}
	gap = region.gap(ctx, p.config, org.NewGap(section, p.account.ID, err, p.run.Now()))
	gap.At = gap.At.Truncate(time.Second)
	return gap, gap.Cause != org.NotSupported // what the partition does not have nobody can give
}

// configured notes the regions of the configuration that the account does not have.
func (p *prober) configured() {
	if p.regions == nil {
		return
	}
	for _, name := range p.run.Regions {
		if p.enabled(name) {
			continue
		}
		message := "the partition has no such region"
		if i := slices.IndexFunc(p.regions, func(r Region) bool { return r.Name == name }); i >= 0 {
			message = "the region is " + p.regions[i].Status + " for the account"
		}
		p.found.Lacks = append(p.found.Lacks, Lack{Gap: org.Gap{
			Section: AnalyzersSection, Account: p.account.ID, Region: name, Cause: org.RegionNotEnabled,
			Message: message, At: p.run.Now().UTC().Truncate(time.Second),
		}})
	}
}

// enabled tells whether a region is on, as far as that is known.
func (p *prober) enabled(name string) bool {
	return p.regions == nil || slices.ContainsFunc(p.regions, func(r Region) bool {
		return r.Name == name && (strings.HasPrefix(r.Status, "ENABLED") || r.Status == regionOfPartition)
	})
}

// reads are the regions that a run would read and that are on.
func (p *prober) reads() []Region {
	var regions []Region
	for _, name := range p.run.Regions {
		if p.enabled(name) {
			regions = append(regions, Region{Name: name, Status: regionConfigured})
		}
	}
	if len(p.run.Regions) == 0 {
		for _, r := range p.regions {
			if p.enabled(r.Name) {
				regions = append(regions, r)
			}
		}
	}
	return regions
}

// home is the region where regional services are tried: that of the partition, or the first
// that a run would read.
func (p *prober) home() Region {
	home := Region{Name: org.PartitionOf(p.run.Organization.Partition).Region}
	reads := p.reads()
	for _, r := range reads {
		if r.Name == home.Name {
			return r
		}
	}
	if len(reads) > 0 {
		return reads[0]
	}
	return home
}

// further are the regions that are tried beside the first one: one of those that the account
// switched on itself, where session tokens of STS's global endpoint are not taken ("Manage
// AWS STS in an AWS Region", IAM User Guide), and all of them where policies tell regions apart.
func (p *prober) further(first Region) []Region {
	var regions []Region
	optIn := first.Status == "ENABLED"
	for _, r := range p.reads() {
		if r.Name == first.Name || !p.elsewhere && (optIn || r.Status != "ENABLED") {
			continue
		}
		optIn = optIn || r.Status == "ENABLED"
		regions = append(regions, r)
	}
	return regions
}
