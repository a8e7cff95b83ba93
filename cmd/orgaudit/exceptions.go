package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"orgaudit/collect"
	"orgaudit/report"
	"orgaudit/report/benchmark"
)

// defaultExceptions is read where nothing names another file, and need not exist.
const defaultExceptions = "exceptions.toml"

// largestExceptions bounds what is read into memory: a register of a hundred thousand
// exceptions is smaller.
const largestExceptions = 64 << 20

// readExceptions reads the file of exceptions that is configured, or exceptions.toml where
// there is one.
func readExceptions(cfg *config) (*benchmark.Register, error) {
	name := cmp.Or(cfg.Exceptions.File, defaultExceptions)
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) && cfg.Exceptions.File == "" {
		return &benchmark.Register{}, nil
	}
	if err != nil {
		return nil, usageError{fmt.Errorf("read the exceptions: %w", err)}
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, largestExceptions+1))
	if err != nil {
		return nil, fmt.Errorf("read the exceptions: %w", err)
	}
	if len(text) > largestExceptions {
		return nil, usageError{fmt.Errorf("%s is no file of exceptions: it is larger than %d bytes", name, largestExceptions)}
	}
	register, err := benchmark.ParseRegister(name, text)
	if err != nil {
		return nil, usageError{err}
	}
	return register, nil
}

func (c *config) exceptionLimits() benchmark.ExceptionLimits {
	return benchmark.ExceptionLimits{
		ExpiringDays: c.Exceptions.ExpiringDays, MostItems: c.Exceptions.MostItems, MostAccounts: c.Exceptions.MostAccounts,
	}
}

func exceptionsCommand(s streams, environ []string) *cobra.Command {
	c := &cobra.Command{
		Use:   "exceptions",
		Short: "Look after the register of exceptions, the risks that are accepted for a time",
		Long: `An exception says that controls may fail on certain things for a time, who decided so, and
why. It stands in a TOML file, exceptions.toml where nothing else is said:

  [[exception]]
  id = "EX-2026-014"
  controls = ["access-key-rotation", "user-single-active-key"]
  # The scope. Each list that is given must match, one member of it is enough, and one
  # that is left out matches anything.
  accounts = ["123456789012"]
  units = ["Workloads/Legacy"]                     # id, name or path, with all below it
  tags = ["environment=sandbox", "decommissioned"] # KEY=VALUE, or KEY for any value
  resources = ["*:user/batch-*"]                   # * and ? stand for any characters
  justification = "The vendor's batch client cannot take roles before version 9."
  compensating_control = "The keys work from the vendor's addresses alone (aws:SourceIp)."
  owner = "payments team"
  approver = "CISO"
  ticket = "RISK-481"
  created = 2026-07-01
  expires = 2026-12-31

The lists of the scope, compensating_control and ticket may be left out; all else must be
there. Controls are named in full. The first and the last day count, in UTC, and what
matters is the day on which the run ended.

A fail whose items are all excepted stays a fail with the mark "excepted": the raw score
does not change, the adjusted one counts it as passed. When the exception expires, the
finding is open again, and the reports name the exception that it had.`,
		Example: "  orgaudit exceptions check 2026-q4/evidence",
		Args:    cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if err := noCommand(c, args); err != nil {
				return err
			}
			return c.Help()
		},
		SuggestionsMinimumDistance: 2,
	}
	c.AddCommand(exceptionsCheckCommand(s, environ))
	return c
}

func exceptionsCheckCommand(s streams, environ []string) *cobra.Command {
	var set settings
	var within, format string
	c := &cobra.Command{
		Use:   "check EVIDENCE",
		Short: "Check the exceptions against an evidence folder",
		Long: `Check judges the evidence and says of every exception how it stands:

  active            in force, and something that it is about fails
  expiring          the same, and it expires soon (--within)
  expired           its items count in full again
  unused            in force, and nothing that it is about fails: remove it or mend its scope
  not assessed      in force, and nothing fails as far as it could be judged
  not yet in force  created after the day of the evidence

An exception matches too much where it matches more failing items than
exceptions.most_items, or items in more accounts than exceptions.most_accounts percent.

Exit codes:
  0  the exceptions are in order; what expires soon or could not be assessed is told
  1  failed
  2  the command line, the configuration or the file of exceptions is wrong
  4  an exception is expired, unused or matches too much`,
		Example: `  orgaudit exceptions check 2026-q4/evidence
  orgaudit exceptions check 2026-q4/evidence --exceptions accepted.toml --within 30d
  orgaudit exceptions check 2026-q4/evidence --format json`,
		Args: usageArgs(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if !slices.Contains([]string{"text", "json"}, format) {
				return usageError{fmt.Errorf("flag --format: unknown format %q; the known ones are text, json", format)}
			}
			cfg, err := set.load(c, environ)
			if err != nil {
				return err
			}
			if within != "" {
				if cfg.Exceptions.ExpiringDays, err = parseDays(within); err != nil {
					return usageError{fmt.Errorf("flag --within: %w", err)}
				}
			}
			folder, err := collect.OpenFolder(args[0])
			if err != nil {
				return usageError{err}
			}
			r, err := judge(c.Context(), cfg, folder)
			if err != nil {
				return err
			}
			if r.Register.File == "" {
				return usageError{fmt.Errorf("there is no %s here; name a file with --exceptions", defaultExceptions)}
			}
			if format == "json" {
				err = encodeExceptions(s.out, r)
			} else {
				err = printExceptions(s.out, r)
			}
			if err != nil {
				return fmt.Errorf("print the exceptions: %w", err)
			}
			return exceptionsOutcome(r)
		},
	}
	c.Flags().StringVar(&within, "within", "", "time before its expiry in which an exception counts as expiring, such as 30d (default exceptions.expiring_days)")
	c.Flags().StringVar(&format, "format", "text", "text or json")
	set.add(c, "benchmark", "benchmark.name", "benchmark to judge against; \"orgaudit controls\" lists them")
	set.addExceptions(c)
	set.addConfig(c)
	return c
}

// parseDays reads a number of days, such as 90d.
func parseDays(text string) (int, error) {
	days, err := strconv.Atoi(strings.TrimSuffix(text, "d"))
	if err != nil || days < 0 {
		return 0, fmt.Errorf("%q is no number of days, such as 90d", text)
	}
	return days, nil
}

// printExceptions prints the register as a table, and below it what a person should look at.
func printExceptions(w io.Writer, r *report.Report) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tSTATE\tEXPIRES\tITEMS\tACCOUNTS\tPROBLEM\tCONTROLS")
	for i := range r.Exceptions {
		e := &r.Exceptions[i]
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\t%d\t%s\t%s\n", printable(e.ID), e.State, e.Expires, e.Items, e.InAccounts,
			exceptionProblem(e), strings.Join(e.Controls, ", "))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for i := range r.Exceptions {
		for _, note := range r.Exceptions[i].Notes {
			printLine(w, "%s: %s", r.Exceptions[i].ID, note)
		}
	}
	printLine(w, "%s holds %s", r.Register.File, r.ExceptionWords())
	return nil
}

// exceptionProblem says in a word what makes the check fail.
func exceptionProblem(e *benchmark.ExceptionUse) string {
	switch {
	case e.TooMuch:
		return "matches too much"
	case e.Fails():
		return string(e.State)
	default:
		return benchmark.NoGrade
	}
}

// encodeExceptions writes the register as JSON, each exception as in audit.json.
func encodeExceptions(w io.Writer, r *report.Report) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", " ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(struct {
		File       string                   `json:"file"`
		Digest     string                   `json:"sha256"`
		Exceptions []benchmark.ExceptionUse `json:"exceptions"`
	}{r.Register.File, r.Register.Digest, slices.Concat([]benchmark.ExceptionUse{}, r.Exceptions)})
}

// exceptionsOutcome is the end of a check whose register must be mended.
func exceptionsOutcome(r *report.Report) error {
	var expired, unused, tooMuch int
	for i := range r.Exceptions {
		switch e := &r.Exceptions[i]; {
		case e.TooMuch:
			tooMuch++
		case e.State == benchmark.ExceptionExpired:
			expired++
		case e.State == benchmark.ExceptionUnused:
			unused++
		}
	}
	if expired+unused+tooMuch == 0 {
		return nil
	}
	return outcome{exitThreshold, fmt.Sprintf("of %d exceptions %d are expired, %d unused, and %d match too much", len(r.Exceptions), expired, unused, tooMuch)}
}
