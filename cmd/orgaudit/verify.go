package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"orgaudit/collect"
	"orgaudit/report"
)

// auditFile is the report that verify compares with.
const auditFile = "audit.json"

// verification is one check of evidence and of what was reported from it.
type verification struct {
	set     settings
	environ []string
	against string
	format  string
	// own judges with the settings in force here, and not with those that audit.json names.
	own     bool
	perPart int

	evidence string // as it was named on the command line
	dir      string // evidence folder
	bundle   string // folder of the unpacked bundle; empty where there is none
}

func verifyCommand(s streams, environ []string) *cobra.Command {
	v := verification{environ: environ}
	c := &cobra.Command{
		Use:   "verify EVIDENCE",
		Short: "Check that evidence is unchanged, and that a report follows from it",
		Long: `Verify takes an evidence folder or a bundle (run --bundle) and needs no AWS. It

  - hashes every file again and names each that was changed, is missing, was added, or is
    a link;
  - judges the evidence again and compares every verdict, item, count, score and digest
    with audit.json (--against, or the one beside the evidence), and names each that is
    not what follows from the evidence. In a bundle that is the bundle's.

It judges as the report did: benchmark, weights and parameters come from audit.json, and
exceptions from a file of the digest that it names (--exceptions, beside audit.json, or
here). Where that cannot be, or with --own-settings, the settings in force here count, and
verify says first which are others. What the report took from earlier audits is compared
where these are given again (--previous, --history). Access key ids are the same in their short and in their long form.

SHA256SUMS proves that files belong together, not who wrote them: compare its digest, which
verify prints, with the one that you were told.

Exit codes:
  0  everything is as it was reported (or unchanged, where there is no audit.json)
  1  something is not, or it could not be verified
  2  the command line or the configuration is wrong`,
		Example: `  orgaudit verify 2026-q4/evidence
  orgaudit verify audit-bundle.zip
  orgaudit verify 2026-q4/evidence --against received/audit.json --format json`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if !slices.Contains([]string{"text", "json"}, v.format) {
				return usageError{fmt.Errorf("flag --format: unknown format %q; the known ones are text, json", v.format)}
			}
			if v.perPart < 1 {
				return usageError{errors.New("flag --limit: it must be at least 1")}
			}
			v.evidence = args[0]
			return v.run(c, s)
		},
	}
	c.Flags().StringVar(&v.against, "against", "", "audit.json to compare with (default the one beside the evidence, where there is one)")
	c.Flags().StringVar(&v.format, "format", "text", "text or json")
	c.Flags().IntVar(&v.perPart, "limit", 20, "differences to name of each part of audit.json; the rest are counted")
	c.Flags().BoolVar(&v.own, "own-settings", false, "judge with the settings in force here instead of those that audit.json names")
	v.set.add(c, "benchmark", "benchmark.name", "benchmark, where it is a file: that of the report")
	v.set.addExceptions(c)
	v.set.addEarlier(c)
	v.set.addConfig(c)
	return c
}

// run verifies, prints, and says how it ended.
func (v *verification) run(c *cobra.Command, s streams) (err error) {
	result := &verified{Evidence: v.evidence}
	info, err := os.Stat(v.evidence)
	if err != nil {
		return usageError{fmt.Errorf("open the evidence: %w", err)}
	}
	v.dir = v.evidence
	if !info.IsDir() {
		if v.bundle, result.BundleFiles, err = unpackBundle(c.Context(), v.evidence); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(v.bundle)) }()
		v.dir = filepath.Join(v.bundle, report.BundleEvidence)
	}
	folder, err := collect.OpenFolder(v.dir)
	if err != nil {
		return usageError{err}
	}
	audit, err := v.audit()
	if err != nil {
		return err
	}
	if err := result.hash(folder); err != nil {
		return err
	}
	if result.unchanged() {
		if err := v.compare(c, s, folder, audit, result); err != nil {
			return err
		}
	}
	result.Verified = result.unchanged() && result.Total == 0
	if v.format == "json" {
		err = result.encode(s.out)
	} else {
		result.print(s.out)
	}
	if err != nil {
		return fmt.Errorf("print the result: %w", err)
	}
	return result.outcome()
}

// hash checks the files of the evidence.
func (r *verified) hash(folder *collect.Folder) error {
	digests, problems, err := folder.Check()
	if errors.Is(err, fs.ErrNotExist) {
		if _, recordErr := folder.Record(); errors.Is(recordErr, fs.ErrNotExist) {
			return usageError{fmt.Errorf("%s is no evidence folder: it has no run.json", folder.Dir())}
		}
		r.Files = []collect.FileProblem{{Name: collect.SumsFile, What: collect.Missing}}
		return nil
	}
	if err != nil {
		return err
	}
	r.Files, r.Digest, r.Hashed = problems, digests.All, len(digests.Files)
	return nil
}

// compare judges the evidence again and compares it with audit.json, where there is one.
func (v *verification) compare(c *cobra.Command, s streams, folder *collect.Folder, audit string, result *verified) error {
	cfg, err := v.config(c)
	if err != nil {
		return err
	}
	form := *cfg // texts, fonts and pictures of the PDF do not matter
	form.Report.Templates, form.Report.PDF.Font, form.Report.PDF.Logo = "", "", ""
	var reported *report.ReportedSettings
	if audit != "" {
		if reported, err = readSettings(audit); err != nil {
			return err
		}
		result.ReportedDigest = reported.EvidenceDigest
		result.Settings, err = form.adopt(reported, v.own)
		if err != nil {
			return err
		}
	}
	register, note, err := v.exceptions(&form, reported, audit)
	if err != nil {
		return err
	}
	if note != nil {
		result.Settings = append(result.Settings, *note)
	}
	newProgress(s.err).say("judging the evidence again")
	earlier, err := v.set.earlierAudits(s, v.dir)
	if err != nil {
		return err
	}
	o, err := optionsWith(&form, folder, register)
	if err != nil {
		return err
	}
	o.Previous, o.History = earlier.previous, earlier.history
	r, err := report.New(c.Context(), o)
	if err != nil {
		return fmt.Errorf("judge the evidence: %w", err)
	}
	warnLeftOut(s, r.LeftOut)
	result.Organization, result.Benchmark = r.Organization.ID, r.Benchmark.ID
	result.Score, result.report = r.Score, r
	if audit == "" {
		return nil
	}
	result.Audit = filepath.Base(audit)
	if v.bundle == "" {
		result.Audit = audit
	}
	return result.compare(c.Context(), r, audit, v.perPart)
}

func (r *verified) compare(ctx context.Context, made *report.Report, audit string, perPart int) error {
	file, err := os.Open(audit)
	if err != nil {
		return fmt.Errorf("compare with %s: %w", audit, err)
	}
	defer file.Close()
	comparison, err := report.Compare(ctx, made, file, perPart)
	if err != nil {
		return fmt.Errorf("compare with %s: %w", audit, err)
	}
	r.Lists, r.Differences, r.Total, r.NotCompared = comparison.Lists, comparison.Differences, comparison.Total, comparison.NotCompared
	return nil
}

// audit finds the file that the evidence is compared with; empty where there is none.
func (v *verification) audit() (string, error) {
	if v.against != "" {
		if info, err := os.Stat(v.against); err != nil {
			return "", usageError{fmt.Errorf("flag --against: %w", err)}
		} else if info.IsDir() {
			return "", usageError{fmt.Errorf("flag --against: %s is a folder", v.against)}
		}
		return v.against, nil
	}
	dir, err := filepath.Abs(v.dir)
	if err != nil {
		return "", fmt.Errorf("look for %s: %w", auditFile, err)
	}
	beside := filepath.Join(filepath.Dir(dir), auditFile)
	if _, err := os.Stat(beside); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	} else if err != nil {
		return "", fmt.Errorf("look for %s: %w", auditFile, err)
	}
	if v.bundle == "" && !filepath.IsAbs(v.evidence) {
		beside = filepath.Join(filepath.Dir(filepath.Clean(v.evidence)), auditFile)
	}
	return beside, nil
}

// outcome says in one line how it ended.
func (r *verified) outcome() error {
	switch problems := len(r.BundleFiles) + len(r.Files); {
	case problems > 0:
		return outcome{exitFailed, fmt.Sprintf("not verified: %s not what was sealed, so that nothing was judged from the evidence", areFiles(problems))}
	case r.Total > 0:
		return outcome{exitFailed, fmt.Sprintf("not verified: %s between %s and the evidence", differences(r.Total), r.Audit)}
	}
	return nil
}

func differences(n int) string {
	if n == 1 {
		return "1 difference"
	}
	return fmt.Sprintf("%d differences", n)
}

func areFiles(n int) string {
	if n == 1 {
		return "1 file is"
	}
	return fmt.Sprintf("%d files are", n)
}

// orNothing is a value as a person reads it.
func orNothing(text string) string {
	if strings.TrimSpace(text) == "" {
		return "nothing"
	}
	return text
}
