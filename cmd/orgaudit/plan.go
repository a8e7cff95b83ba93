package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/spf13/cobra"

	"orgaudit/collect"
	"orgaudit/org"
)

// planning is one plan: what it is made from, and how it is told.
type planning struct {
	gathering
	// offline is a folder of earlier evidence that takes the place of the walk.
	offline string
	latency time.Duration
	format  string
}

func planCommand(s streams, environ []string) *cobra.Command {
	var set settings
	var only string
	p := planning{gathering: gathering{streams: s}}
	c := &cobra.Command{
		Use:   "plan",
		Short: "Say what a run will do, before any account is entered",
		Long: `Plan walks the organization as run does, enters no account and writes nothing. It says
which accounts are in scope, which calls will be made, which permissions are needed, and
how long it will take at least. With --offline it does not even walk: the organization
comes from earlier evidence, and so does how many calls its accounts took.`,
		Example: `  orgaudit plan --units Workloads/Production
  orgaudit plan --offline 2026-q3/evidence --latency 80ms --format json`,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := set.load(c, environ)
			if err != nil {
				return err
			}
			if p.config, err = cfg.oneOrganization(only); err != nil {
				return err
			}
			if p.format != "text" && p.format != "json" {
				return usageError{fmt.Errorf("flag --format: unknown format %s", suggest(p.format, []string{"text", "json"}))}
			}
			result, err := p.make(c.Context())
			if err != nil {
				return err
			}
			if p.format == "json" {
				return result.writeJSON(s.out)
			}
			result.print(s.out)
			return nil
		},
	}
	c.Flags().StringVar(&p.offline, "offline", "", "folder of earlier evidence that takes the place of the walk")
	c.Flags().DurationVar(&p.latency, "latency", 100*time.Millisecond, "time that a call is assumed to take")
	c.Flags().StringVar(&p.format, "format", "text", "text or json")
	organizationFlag(c, &only)
	set.addCollect(c)
	set.addConfig(c)
	return c
}

// planned is a plan with what was assumed.
type planned struct {
	Organization string          `json:"organization"`
	InScope      []string        `json:"in_scope"`
	Excluded     []org.Exclusion `json:"excluded"`
	*collect.Plan
	Total       int             `json:"calls_total"`
	Bounds      []collect.Bound `json:"bounds"`
	Expected    time.Duration   `json:"expected_nanoseconds"`
	Assumptions []string        `json:"assumptions"`
}

func (p *planning) make(ctx context.Context) (*planned, error) {
	options, walk, earlier, err := p.source(ctx)
	if err != nil {
		return nil, err
	}
	if err := p.choose(&options); err != nil {
		return nil, err
	}
	plan, err := collect.NewPlan(options, walk, earlier)
	if err != nil {
		return nil, fmt.Errorf("plan the run: %w", err)
	}
	c := p.config.Collect
	result := &planned{
		Organization: options.Organization.ID, Excluded: options.Excluded, Plan: plan, Total: plan.Total(),
		Bounds: plan.Bounds(collect.Pacing{
			Latency: p.latency, CallsInFlight: c.CallsInFlight, ReportPoll: c.ReportPoll.Duration, Rates: p.config.Rate.rates(),
		}),
	}
	for _, a := range options.Selected {
		result.InScope = append(result.InScope, a.ID)
	}
	for _, b := range result.Bounds {
		result.Expected = max(result.Expected, b.Time)
	}
	result.assume(p, options.Organization.Partition, walk)
	return result, nil
}

// source finds the organization, what the walk took, and the earlier evidence, if any.
func (p *planning) source(ctx context.Context) (o collect.Options, walk []collect.Traffic, earlier *collect.Folder, err error) {
	if p.offline == "" {
		var meter collect.Meter
		ctx = collect.WithMeter(ctx, &meter)
		if o, err = p.start(ctx); err != nil {
			return o, nil, nil, err
		}
		newProgress(p.streams.err).say("reading the organization")
		o.Organization, err = org.Walk(ctx, o.OrganizationConfig, p.walkOptions(o))
		return o, meter.Traffic(), nil, err
	}
	if earlier, err = collect.OpenFolder(p.offline); err != nil {
		return o, nil, nil, usageError{err}
	}
	record, err := earlier.Record()
	if err != nil {
		return o, nil, nil, usageError{fmt.Errorf("%s is no evidence folder: %w", p.offline, err)}
	}
	o = p.options()
	if o.Organization, err = earlier.Organization(); err != nil {
		return o, nil, nil, err
	}
	o.CallerIdentity, o.OrganizationIdentity = identityOf(record.Caller), identityOf(o.Organization.Caller)
	walk = slices.Clone(record.Traffic)
	for i := range walk {
		walk[i].Calls, walk[i].Retries = walk[i].Calls/max(record.Walks, 1), walk[i].Retries/max(record.Walks, 1)
	}
	return o, walk, earlier, nil
}

// identityOf is the identity that an ARN names.
func identityOf(text string) collect.Identity {
	parsed, err := arn.Parse(text)
	if err != nil {
		return collect.Identity{ARN: text}
	}
	return collect.Identity{AccountID: parsed.AccountID, ARN: text}
}

// assume says what the plan takes for granted.
func (r *planned) assume(p *planning, partition string, walk []collect.Traffic) {
	say := func(format string, args ...any) { r.Assumptions = append(r.Assumptions, fmt.Sprintf(format, args...)) }
	say("a call takes %s, none is repeated and none is throttled", p.latency)
	if r.Known < r.Accounts {
		say("in %d of %d accounts, of which no calls are known, one page of each list; what makes it more stands beside each operation", r.Accounts-r.Known, r.Accounts)
		say("AWS makes a credential report while it is looked at twice; the longest wait is %s", p.config.Collect.ReportWait.Duration)
		if len(p.config.Collect.Regions) == 0 {
			say("such an account has %s; where an analyzer of the organization covers a region, no account is asked there", counted(collect.AssumedRegions(partition), "region", "regions"))
		}
	}
	if p.config.Rate.CredentialReports == 0 {
		say("AWS publishes no quota of iam:GenerateCredentialReport, and none is set as rate.credential_reports: it bounds nothing here")
	}
	if len(walk) == 0 {
		say("the calls of the walk are not known: this evidence does not count them")
	}
}

func (r *planned) writeJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return fmt.Errorf("write the plan: %w", err)
	}
	return nil
}
