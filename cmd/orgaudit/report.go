package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report"
	"orgaudit/report/benchmark"
)

func reportCommand(s streams, environ []string) *cobra.Command {
	var set settings
	var out string
	c := &cobra.Command{
		Use:   "report EVIDENCE",
		Short: "Judge an evidence folder and write the reports, without AWS",
		Long: `Report needs no credentials and no network. It hashes the evidence again and refuses it
where a file is not what SHA256SUMS says. The same evidence and the same settings give
the same files, byte for byte, on every day.

` + formatHelp() + "\n" + exitCodes,
		Example: `  orgaudit report out/evidence --out again
  orgaudit report 2026-q4/evidence --benchmark cis-7.0 --out 2026-q4-cis
  orgaudit report 2026-q4/evidence --history audits --out 2026-q4`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := set.load(c, environ)
			if err != nil {
				return err
			}
			if err := judgeable(cfg); err != nil {
				return err
			}
			folder, err := collect.OpenFolder(args[0])
			if err != nil {
				return usageError{err}
			}
			if err := makeFolder(out); err != nil {
				return err
			}
			if err := outside(folder.Dir(), out); err != nil {
				return err
			}
			earlier, err := set.earlierAudits(s, args[0])
			if err != nil {
				return err
			}
			return publish(c.Context(), s, cfg, folder, out, earlier)
		},
	}
	outFlag(c, &out, environ)
	set.addReport(c)
	set.addThresholds(c)
	set.addEarlier(c)
	set.addForm(c)
	set.addConfig(c)
	return c
}

// outside refuses to write reports into the evidence: SHA256SUMS would not fit it any more,
// and nothing would read it again. Both folders exist.
func outside(evidence, out string) error {
	forbidden, err := os.Stat(evidence)
	if err != nil {
		return fmt.Errorf("look at the evidence folder: %w", err)
	}
	dir, err := filepath.Abs(out)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	for err == nil {
		var info fs.FileInfo
		if info, err = os.Stat(dir); err == nil && os.SameFile(info, forbidden) {
			return usageError{fmt.Errorf("%s lies in the evidence folder %s, which must stay as it is; choose another --out", out, evidence)}
		}
		if dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	if err != nil {
		return fmt.Errorf("look at the output folder: %w", err)
	}
	return nil
}

// judgeable tells before a collection what would hinder judging and reporting after it: a
// file of exceptions that is wrong, an unknown format, a font that is not there. The
// benchmark was read with the configuration.
func judgeable(cfg *config) error {
	if _, err := report.SelectFormats(cfg.Report.Formats); err != nil {
		return usageError{err}
	}
	if _, err := cfg.rendering(); err != nil {
		return err
	}
	_, err := readExceptions(cfg)
	return err
}

// reportOptions are those of a report on a folder.
func reportOptions(cfg *config, folder *collect.Folder) (report.Options, error) {
	register, err := readExceptions(cfg)
	if err != nil {
		return report.Options{}, err
	}
	return optionsWith(cfg, folder, register)
}

// optionsWith are those of a report with these settings and a register of exceptions.
func optionsWith(cfg *config, folder *collect.Folder, register *benchmark.Register) (report.Options, error) {
	form, err := cfg.rendering()
	if err != nil {
		return report.Options{}, err
	}
	if o, err := folder.Organization(); err == nil { // what is wrong with it is told where it is judged
		aimForAccounts(len(o.Accounts))
	}
	return report.Options{
		Rendering: form, Exceptions: *register, ExceptionLimits: cfg.exceptionLimits(),
		Folder: folder, Definition: cfg.definition, Parameters: cfg.Benchmark.Parameters, Weights: cfg.Benchmark.Weights.table(),
		Title: cfg.Report.Title, Company: cfg.Report.Company, Confidentiality: cfg.Report.Confidentiality,
	}, nil
}

// judge makes the report of a folder.
func judge(ctx context.Context, cfg *config, folder *collect.Folder) (*report.Report, error) {
	return judgeSince(ctx, cfg, folder, earlierAudits{})
}

// judgeSince makes the report of a folder and compares it with earlier audits.
func judgeSince(ctx context.Context, cfg *config, folder *collect.Folder, earlier earlierAudits) (*report.Report, error) {
	o, err := reportOptions(cfg, folder)
	if err != nil {
		return nil, err
	}
	o.Previous, o.History = earlier.previous, earlier.history
	r, err := report.New(ctx, o)
	if errors.Is(err, report.ErrNotComparable) {
		return nil, usageError{err}
	}
	if err != nil {
		return nil, fmt.Errorf("judge the evidence: %w", err)
	}
	return r, nil
}

// publish judges the evidence, writes the reports, prints the summary, and says how it ended.
func publish(ctx context.Context, s streams, cfg *config, folder *collect.Folder, out string, earlier earlierAudits) error {
	_, err := publishReport(ctx, s, cfg, folder, out, earlier)
	return err
}

// publishReport is publish with the report, which is nil where it could not be written.
func publishReport(ctx context.Context, s streams, cfg *config, folder *collect.Folder, out string, earlier earlierAudits) (*report.Report, error) {
	newProgress(s.err).say("judging the evidence and writing the reports")
	r, err := judgeSince(ctx, cfg, folder, earlier)
	if err != nil {
		return nil, err
	}
	warnLeftOut(s, r.LeftOut)
	formats, err := report.SelectFormats(cfg.Report.Formats)
	if err != nil {
		return nil, usageError{err}
	}
	if err := report.WriteFiles(ctx, r, out, formats); err != nil {
		return nil, err
	}
	if cfg.bundle {
		if err := writeBundle(ctx, cfg, r, formats, folder, out); err != nil {
			return nil, err
		}
	}
	printSummary(s.out, r, formats, out, folder.Dir())
	if cfg.bundle {
		printLine(s.out, "%s", filepath.Join(out, report.BundleFile))
	}
	if err := thresholds(r.Score, cfg.FailOn.Score, cfg.FailOn.Coverage); err != nil {
		return r, err
	}
	return r, gaps(r)
}

// thresholds compares the score and the coverage with what --fail-on asks for; 0 asks for
// nothing. A score that has no grade, since too little was assessed, reaches none.
func thresholds(s benchmark.Score, score, coverage float64) error {
	if score > 0 && s.Ungraded() {
		return outcome{exitThreshold, fmt.Sprintf("only %s %% of what applies was assessed, less than the %d %% that a grade needs, so that the score of %s does not count and the %g that --fail-on asks for is not met",
			benchmark.Figure(s.Coverage), benchmark.LeastCoverage, benchmark.Figure(s.Raw), score)}
	}
	if err := threshold("score", s.Raw, score); err != nil {
		return err
	}
	return threshold("coverage", s.Coverage, coverage)
}

// threshold compares a figure with the one that is asked for. A figure that nothing was
// judged for does not meet any threshold.
func threshold(name string, figure *float64, asked float64) error {
	switch {
	case asked == 0 || figure != nil && *figure >= asked:
		return nil
	case figure == nil:
		return outcome{exitThreshold, fmt.Sprintf("nothing was judged, so that the %s of %g that --fail-on asks for is not met", name, asked)}
	}
	words := benchmark.Figure(figure)
	if math.Round(10**figure)/10 >= asked {
		words = strconv.FormatFloat(*figure, 'g', -1, 64) // 89.96 is below 90.0
	}
	return outcome{exitThreshold, fmt.Sprintf("the %s is %s, below the %g that --fail-on asks for", name, words, asked)}
}

// gaps tells that something is missing, with the hint that helps where everything is.
func gaps(r *report.Report) error {
	n := 0
	for _, g := range r.Gaps {
		if g.Cause != org.RegionNotEnabled {
			n++
		}
	}
	c := r.Coverage
	// What came and could not be understood is no gap of the collection, and is not assessed
	// all the same.
	notAssessed := 0
	for _, control := range r.Controls {
		notAssessed += control.NotAssessed + control.ItemsNotAssessed
	}
	if n == 0 && c.NotCollected == 0 && c.NotEntered == 0 {
		if notAssessed == 0 {
			return nil
		}
		return outcome{exitGaps, "complete with gaps: every section was read, and not everything in it could be assessed; the reports say what and why"}
	}
	text := fmt.Sprintf("complete with gaps: %d of %d accounts in full, %d in part, %d not entered, %d not collected; %s, each with its cause in the reports",
		c.Complete, c.InScope(), c.Partial, c.NotEntered, c.NotCollected, counted(n, "gap", "gaps"))
	if c.NotEntered > 0 && c.Complete+c.Partial <= 1 {
		text += "\norgaudit: hint: hardly any account could be entered: is the audit role there in every account, does it trust your credentials, and are --role and --external-id right?"
	}
	return outcome{exitGaps, text}
}
