package collect

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"orgaudit/org"
)

// Visit is the reading of one account. Collectors write to the field of the evidence that
// is theirs.
type Visit struct {
	Account  *org.Account
	Evidence *Evidence
	config   aws.Config
	run      *run
	// earlier is the evidence that the visit goes on with, or nil.
	earlier *Evidence
	mu      sync.Mutex // guards Evidence.Reads, Gaps and Analyzers
}

func (v *Visit) gap(g org.Gap) {
	v.mu.Lock()
	defer v.mu.Unlock()
	g.At = g.At.UTC().Truncate(time.Second)
	v.Evidence.Gaps = append(v.Evidence.Gaps, g)
}

func (v *Visit) read(r Read) {
	v.mu.Lock()
	defer v.mu.Unlock()
	r.StartedAt, r.EndedAt = r.StartedAt.UTC().Truncate(time.Second), r.EndedAt.UTC().Truncate(time.Second)
	v.Evidence.Reads = append(v.Evidence.Reads, r)
}

func (v *Visit) addAnalyzers(r RegionAnalyzers) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.Evidence.Analyzers = append(v.Evidence.Analyzers, r)
}

// visit reads one account. It fails only if ctx ends; then there is no evidence, since a
// part of it would look like the whole.
func (r *run) visit(ctx context.Context, account *org.Account) (*Evidence, error) {
	var meter Meter
	ctx = withBuckets(WithMeter(ctx, &meter))
	ev := &Evidence{
		Schema: Schema, AccountID: account.ID, StartedAt: r.Now().UTC().Truncate(time.Second),
		Reads: []Read{}, Gaps: []org.Gap{},
	}
	cfg, entry, gap := r.enter(ctx, account)
	ev.Entry = entry
	v := &Visit{Account: account, Evidence: ev, config: cfg, run: r}
	if gap != nil {
		v.gap(*gap)
	} else {
		r.collect(ctx, v)
	}
	if err := r.awaitPrepared(ctx); err != nil {
		return nil, err
	}
	var err error
	if ev.OrganizationFindings, err = r.findings(account.ID, nil); err != nil {
		return nil, err
	}
	return r.finish(ctx, ev, &meter)
}

// finish puts evidence in order.
func (r *run) finish(ctx context.Context, ev *Evidence, meter *Meter) (*Evidence, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	sortFindings(ev.OrganizationFindings)
	slices.SortFunc(ev.Analyzers, func(a, b RegionAnalyzers) int { return strings.Compare(a.Region, b.Region) })
	slices.SortFunc(ev.Reads, func(a, b Read) int {
		return cmp.Or(cmp.Compare(a.Section, b.Section), strings.Compare(a.Region, b.Region))
	})
	slices.SortFunc(ev.Gaps, func(a, b org.Gap) int {
		return cmp.Or(cmp.Compare(a.Section, b.Section), strings.Compare(a.Region, b.Region), strings.Compare(a.Subject, b.Subject))
	})
	ev.Calls += meter.Calls()
	ev.Retries += meter.Retries()
	ev.Traffic = AddTraffic(ev.Traffic, meter.Traffic())
	ev.EndedAt = r.Now().UTC().Truncate(time.Second)
	return ev, nil
}

// collect runs the collectors that were asked for side by side, as far as the evidence lacks
// what they read: first the credential report, which AWS makes while the others are read, those
// that read region by region once the regions are known, and at last those that need what
// others read.
func (r *run) collect(ctx context.Context, v *Visit) {
	var jobs, later []func()
	regions, readRegions := Collector{}, false
	var regional []Collector
	if a := v.Evidence.Authorization; a != nil && !v.known(part{section: ManagedPoliciesSection}) {
		jobs = append(jobs, func() { v.managedPolicies(ctx, a.attachedOutside()) })
	}
	for _, c := range Collectors() {
		whole := part{section: c.Section}
		switch {
		case !c.Asked(r.Optional) || v.known(whole):
		case c.After != "":
			later = append(later, func() {
				if gap, missing := v.Evidence.Missing(c.After); missing {
					gap.Section = c.Section
					v.failed(whole, gap)
					return
				}
				v.section(ctx, c)
			})
		case c.Section == RegionsSection:
			regions, readRegions = c, true
		case c.Read != nil:
			jobs = append(jobs, func() { v.section(ctx, c) })
		default:
			regional = append(regional, c)
		}
	}
	jobs = slices.Insert(jobs, min(1, len(jobs)), func() { r.regional(ctx, v, regions, readRegions, regional) })
	r.each(ctx, len(jobs), func(i int) { jobs[i]() })
	for _, job := range later {
		if ctx.Err() == nil {
			job()
		}
	}
}

// regional reads the regions, unless they are known, then everything that is read region by region.
func (r *run) regional(ctx context.Context, v *Visit, regions Collector, again bool, regional []Collector) {
	if again {
		v.section(ctx, regions)
		v.forgetRegions()
	}
	if r.awaitPrepared(ctx) != nil {
		return // nobody asks for evidence any more
	}
	missing, unknown := v.missing(RegionsSection)
	var jobs []func()
	for _, c := range regional {
		if unknown {
			gap := missing
			gap.Section = c.Section
			gap.Message = "the account's regions are not known: " + gap.Message
			v.gap(gap)
			continue
		}
		for _, region := range v.Evidence.Regions {
			if !v.known(part{c.Section, region.Name}) {
				jobs = append(jobs, func() { v.region(ctx, c, region) })
			}
		}
	}
	r.each(ctx, len(jobs), func(i int) { jobs[i]() })
}

// missing is [Evidence.Missing] while other collectors are at work.
func (v *Visit) missing(section org.Section) (org.Gap, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.Evidence.Missing(section)
}

func (v *Visit) section(ctx context.Context, c Collector) {
	var meter Meter
	started := v.run.Now()
	records, err := c.Read(WithMeter(ctx, &meter), v)
	if err != nil {
		v.failed(part{section: c.Section}, v.gapOf(c.Section, err))
		return
	}
	v.read(Read{Section: c.Section, StartedAt: started, EndedAt: v.run.Now(), Calls: meter.Calls(), Records: records})
}

func (v *Visit) region(ctx context.Context, c Collector, r Region) {
	region := r.Name
	started := v.run.Now()
	if _, arn, ok := v.run.analyzers.Covering(region); ok && c.Section == AnalyzersSection {
		// The organization's analyzer sees everything that the account's own would; one
		// call a region and account is saved.
		v.addAnalyzers(RegionAnalyzers{Region: region, CoveredBy: arn, Analyzers: []Analyzer{}})
		v.read(Read{Section: c.Section, Region: region, StartedAt: started, EndedAt: started})
		return
	}
	var meter Meter
	records, err := c.ReadRegion(WithMeter(ctx, &meter), v, region)
	if err != nil {
		v.failed(part{c.Section, region}, r.gap(ctx, v.config, v.gapOf(c.Section, err)))
		return
	}
	v.read(Read{Section: c.Section, Region: region, StartedAt: started, EndedAt: v.run.Now(), Calls: meter.Calls(), Records: records})
}

// gap makes a gap that of the region. A region that is off for the account refuses
// credentials that are good elsewhere
// ("Enable or disable AWS Regions in your account", AWS Account Management Reference Guide).
// Where AWS itself named the region as enabled, the credentials are what is wrong: session
// tokens of the global endpoint of STS are refused in regions that are not on by default
// ("Manage AWS STS in an AWS Region", IAM User Guide). So they are where they are refused
// everywhere, such as after the account was suspended.
func (r Region) gap(ctx context.Context, cfg aws.Config, g org.Gap) org.Gap {
	g.Region = r.Name
	switch g.Code {
	case "OptInRequired":
		g.Cause = org.RegionNotEnabled
	case "UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure":
		if r.Status != regionConfigured && r.Status != regionOfPartition {
			break
		}
		if _, err := WhoAmI(ctx, cfg); err == nil {
			g.Cause = org.RegionNotEnabled
		}
	}
	return g
}
