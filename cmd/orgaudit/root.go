package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// streams are where the program writes: results to out, everything else to err.
type streams struct{ out, err io.Writer }

// Exit codes; they are documented in doc.go and in the help.
const (
	exitOK        = 0
	exitFailed    = 1
	exitUsage     = 2
	exitGaps      = 3
	exitThreshold = 4
)

// usageError is an error that the user mends on the command line or in the configuration.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// outcome is how a command ended that did its work: with gaps, or below a threshold.
type outcome struct {
	code int
	text string
}

func (o outcome) Error() string { return o.text }

// run executes a command line and returns the exit code.
func run(ctx context.Context, args []string, s streams, environ []string) int {
	root := newRoot(s, environ)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	printError(s.err, err)
	return exitCodeOf(err)
}

// printError says how a command ended, and what the user can do.
func printError(w io.Writer, err error) {
	var done outcome
	if errors.As(err, &done) {
		fmt.Fprintln(w, "orgaudit:", done.text)
		return
	}
	fmt.Fprintln(w, "orgaudit:", printable(err.Error()))
	if hint := hint(err); hint != "" {
		fmt.Fprintln(w, "orgaudit: hint:", hint)
	}
}

// exitCodeOf is the exit code of how a command ended.
func exitCodeOf(err error) int {
	var done outcome
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &done):
		return done.code
	case errors.As(err, &usage):
		return exitUsage
	}
	return exitFailed
}

const exitCodes = `Exit codes:
  0  complete
  1  failed, or stopped before the end
  2  the command line or the configuration is wrong
  3  complete with gaps: something could not be read and is not assessed
  4  a threshold of --fail-on was not met (also where there are gaps)`

func newRoot(s streams, environ []string) *cobra.Command {
	root := &cobra.Command{
		Use:   "orgaudit",
		Short: "Audit every account of an AWS organization",
		Long: `Orgaudit walks an AWS organization, enters every account with a read-only audit role,
collects evidence about identities and guardrails, judges it against a benchmark, and
writes a workbook for the auditor and a PDF for the board. What could not be read is
shown as not assessed, with its cause; it never counts as a pass or a fail.

Try it without AWS:     orgaudit demo
Print the audit role:   orgaudit role --format stackset
Audit an organization:  orgaudit run --role OrgauditRole --out 2026-q4
Report again, offline:  orgaudit report 2026-q4/evidence --out again
Verify what you got:    orgaudit verify audit-bundle.zip
See what has changed:   orgaudit diff 2026-q3 2026-q4

` + exitCodes,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noCommand,
		// Cobra takes its own distance only where it makes the message itself.
		SuggestionsMinimumDistance: 2,
		RunE: func(c *cobra.Command, _ []string) error {
			return c.Help()
		},
	}
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w\nsee %q", err, c.CommandPath()+" --help")}
	})
	root.AddCommand(
		demoCommand(s, environ),
		runCommand(s, environ),
		collectCommand(s, environ),
		planCommand(s, environ),
		doctorCommand(s, environ),
		reportCommand(s, environ),
		verifyCommand(s, environ),
		diffCommand(s, environ),
		simulateCommand(s),
		measureCommand(s, environ),
		controlsCommand(s),
		explainCommand(s, environ),
		exceptionsCommand(s, environ),
		roleCommand(s, environ),
		schemaCommand(s),
		templatesCommand(s),
		versionCommand(s),
	)
	for _, c := range root.Commands() {
		c.Args = usageArgs(c.Args)
	}
	return root
}

// noCommand refuses an unknown command and suggests known ones.
func noCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	text := fmt.Sprintf("unknown command %q", args[0])
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		text += fmt.Sprintf("; did you mean %q?", strings.Join(near, `" or "`))
	}
	return usageError{errors.New(text + `; see "orgaudit --help"`)}
}

// usageArgs makes a wrong number of arguments a usage error.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if check == nil {
			check = cobra.NoArgs
		}
		if err := check(c, args); err != nil {
			return usageError{fmt.Errorf("%w; see %q", err, c.CommandPath()+" --help")}
		}
		return nil
	}
}
