package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"orgaudit/collect"
	"orgaudit/org"
)

func doctorCommand(s streams, environ []string) *cobra.Command {
	var set settings
	var format string
	var only string
	g := gathering{streams: s}
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Enter every account and say what is missing before a run",
		Long: `Doctor reads the organization and enters every account as run does, tries every operation
that a run needs with its smallest call (some twenty an account), and says what is missing
and what to do about it: a role that cannot be assumed, an action that is denied and by
which kind of policy, a region that is off, a clock that is wrong. It changes nothing and
writes no file.

Exit codes:
  0  nothing is missing
  1  failed, or stopped before the end
  2  the command line or the configuration is wrong
  3  something is missing`,
		Example: `  orgaudit doctor --role OrgauditRole --external-id 8d2f
  orgaudit doctor --units Workloads/Production --format json`,
		RunE: func(c *cobra.Command, _ []string) error {
			if formats := []string{"table", "json"}; !slices.Contains(formats, format) {
				return usageError{fmt.Errorf("flag --format: unknown format %s", suggest(format, formats))}
			}
			cfg, err := set.load(c, environ)
			if err != nil {
				return err
			}
			if g.config, err = cfg.oneOrganization(only); err != nil {
				return err
			}
			d, err := g.diagnose(c.Context())
			if err != nil {
				return err
			}
			if format == "json" {
				err = d.writeJSON(s.out)
			} else {
				err = d.print(s.out)
			}
			if err != nil {
				return fmt.Errorf("print what was found: %w", err)
			}
			if text := d.missing(); text != "" {
				return outcome{exitGaps, text}
			}
			return nil
		},
	}
	c.Flags().StringVar(&format, "format", "table", "table or json")
	c.Flags().BoolVar(&g.verbose, "verbose", false, "log to standard error why calls to AWS are repeated or fail")
	organizationFlag(c, &only)
	set.addCollect(c)
	set.addConfig(c)
	return c
}

// diagnose looks at what a run would need. It fails where not even the caller is known.
func (g *gathering) diagnose(ctx context.Context) (*diagnosis, error) {
	var meter collect.Meter
	ctx = collect.WithMeter(ctx, &meter)
	options, err := g.start(ctx)
	if options.CallerIdentity.ARN == "" {
		return nil, err
	}
	d := newDiagnosis(options)
	if err != nil { // the role that reads the organization
		gap := org.NewGap("organization", "", err, options.Now())
		if service, name := operation(err); name == "AssumeRole" {
			gap.Operation = service + ":" + name // and not the call that wanted the credentials
			if gap.Cause == org.DeniedByRole {
				gap.Cause = org.RoleNotAssumable
			}
		}
		d.Organization.lacks(organizationLack(gap, g.config.Organization.RoleARN))
		return d.end(meter.Calls()), nil
	}
	ahead, known, err := collect.ClockAhead(ctx, options.Caller)
	if err != nil {
		return nil, err
	}
	d.clock(ahead, known)
	newProgress(g.streams.err).say("reading the organization")
	trials, err := org.Probe(ctx, options.OrganizationConfig, options.Now)
	if err != nil {
		return nil, err
	}
	readable := d.Organization.tried(trials, g.config.Organization.Tags, options.OrganizationIdentity.ARN)
	if !readable {
		return d.end(meter.Calls()), nil
	}
	selection := g.config.selection()
	options.Organization, err = org.Walk(ctx, options.OrganizationConfig, org.WalkOptions{
		Tags:        len(selection.IncludeTags)+len(selection.ExcludeTags) > 0,
		Concurrency: g.config.Collect.CallsInFlight, Now: options.Now, Caller: options.OrganizationIdentity.ARN,
	})
	if err != nil {
		return nil, err
	}
	if err := g.choose(&options); err != nil {
		return nil, err
	}
	bar := newProgress(g.streams.err)
	bar.say(fmt.Sprintf("entering %d accounts", len(options.Selected)))
	options.Progress = bar.show
	probed, err := collect.Probe(ctx, options)
	bar.done()
	if err != nil {
		return nil, err
	}
	d.accounts(options, probed)
	return d.end(meter.Calls()), nil
}
