package main

import (
	"errors"

	"github.com/spf13/cobra"

	"orgaudit/collect"
)

func runCommand(s streams, environ []string) *cobra.Command {
	var set settings
	var only string
	g := gathering{streams: s}
	c := &cobra.Command{
		Use:   "run",
		Short: "Collect evidence, judge it and write the reports",
		Long: `Run walks the organization with your AWS credentials, enters every account with the audit
role, and writes audit.xlsx, audit.pdf, audit.json and the folder evidence into --out.

Your credentials belong to the management account or to a delegated administrator, or
may take a role there (--organization-role). A run that was stopped or killed, or that has
gaps, goes on with --resume: it reads what is missing, section by section.

Where the configuration names several organizations ([[organization]]), each is audited into
a folder of its name in --out, one after the other; organizations.pdf, .xlsx and .json there
are the report on all of them.

` + formatHelp() + "\n" + exitCodes,
		Example: `  orgaudit run --role OrgauditRole --external-id 8d2f --out 2026-q4
  orgaudit run --units Workloads/Production --fail-on score=80,coverage=95
  orgaudit run --previous 2026-q3 --out 2026-q4
  orgaudit run --resume 2026-q4
  orgaudit run --only-failed --accounts 111122223333 --out 2026-q4`,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := set.load(c, environ)
			if err != nil {
				return err
			}
			g.config = cfg
			if err := g.resume.apply(c, &g.out); err != nil {
				return err
			}
			if len(cfg.Organization.several) > 0 || only != "" {
				return g.auditOrganizations(c, set, only)
			}
			if g.earlierAudits, err = set.earlierAudits(s, g.out); err != nil {
				return err
			}
			return g.auditAll(c)
		},
	}
	outFlag(c, &g.out, environ)
	g.addFlags(c)
	organizationFlag(c, &only)
	set.addCollect(c)
	set.addAge(c)
	set.addReport(c)
	set.addThresholds(c)
	set.addEarlier(c)
	set.addForm(c)
	set.addConfig(c)
	return c
}

func collectCommand(s streams, environ []string) *cobra.Command {
	var set settings
	var only string
	g := gathering{streams: s}
	c := &cobra.Command{
		Use:   "collect",
		Short: "Collect evidence alone, to judge and report it later",
		Long: `Collect does the first half of run: it needs AWS and makes the folder evidence in --out.
"orgaudit report" does the second half, anywhere and on any day.

` + exitCodes,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := set.load(c, environ)
			if err != nil {
				return err
			}
			if cfg, err = cfg.oneOrganization(only); err != nil {
				return err
			}
			g.config = cfg
			if err := g.resume.apply(c, &g.out); err != nil {
				return err
			}
			if err := judgeable(cfg); err != nil {
				return err
			}
			return g.alone(c, func() error {
				folder, err := g.collect(c.Context())
				if err != nil {
					return err
				}
				r, err := judge(c.Context(), cfg, folder)
				if err != nil {
					return err
				}
				printCoverage(s.out, r)
				printLine(s.out, "Evidence: %s", folder.Dir())
				return gaps(r)
			})
		},
	}
	outFlag(c, &g.out, environ)
	g.addFlags(c)
	organizationFlag(c, &only)
	set.addCollect(c)
	set.addAge(c)
	set.addConfig(c)
	return c
}

// addFlags adds the flags that say what happens to earlier evidence, and what is logged.
func (g *gathering) addFlags(c *cobra.Command) {
	g.resume.addFlags(c)
	c.Flags().BoolVar(&g.verbose, "verbose", false, "log to standard error why calls to AWS are repeated or fail")
	c.Flags().BoolVar(&g.overwrite, "overwrite", false, "replace the evidence that stands in --out")
}

// auditAll collects, judges and reports.
func (g *gathering) auditAll(c *cobra.Command) error {
	if err := judgeable(g.config); err != nil {
		return err
	}
	return g.alone(c, func() error {
		folder, err := g.collect(c.Context())
		if err != nil {
			return err
		}
		g.published, err = publishReport(c.Context(), g.streams, g.config, folder, g.out, g.earlierAudits)
		return err
	})
}

// alone makes the output folder and works on it while no other run does.
func (g *gathering) alone(c *cobra.Command, work func() error) error {
	if err := makeFolder(g.out); err != nil {
		return err
	}
	unlock, err := collect.Lock(g.out, collect.NewHolder(c.CommandPath()))
	if err != nil {
		return err
	}
	err = collect.RemoveTemporary(g.out)
	if err == nil {
		err = work()
	}
	if unlockErr := unlock(); unlockErr != nil {
		return errors.Join(err, unlockErr)
	}
	return err
}
