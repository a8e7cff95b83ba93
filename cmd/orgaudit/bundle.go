package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"orgaudit/collect"
	"orgaudit/report"
	"orgaudit/report/benchmark"
	"orgaudit/templates"
)

// ownBenchmark is what a company's own benchmark is called in a bundle.
const ownBenchmark = "benchmark.toml"

// notShown stands in a bundle for a setting that is nobody's business.
const notShown = "(not shown)"

// writeBundle puts everything that an auditor needs into one file: the evidence, what it was
// judged with, and the reports that were just written.
func writeBundle(ctx context.Context, cfg *config, r *report.Report, formats []report.Format, folder *collect.Folder, out string) error {
	entries := report.BundleOfEvidence(r, folder)
	sums := path.Join(report.BundleEvidence, collect.SumsFile)
	sealed := slices.ContainsFunc(entries, func(e report.BundleEntry) bool { return e.Name == sums })
	entries = append(entries, report.BundleReports(out, formats)...)
	entries = append(entries,
		report.BundleText(report.BundleReadme, bundleReadme(r, formats, sealed)),
		report.BundleText(report.BundleConfig, cfg.handedOver()),
	)
	if r.Register.File != "" {
		name := cmp.Or(cfg.Exceptions.File, defaultExceptions)
		entries = append(entries, report.BundleEntry{
			Name: exceptionsInBundle(name), SHA256: r.Register.Digest,
			Open: func() (io.ReadCloser, error) { return os.Open(name) },
		})
	}
	if isBenchmarkFile(cfg.Benchmark.Name) {
		text, err := os.ReadFile(cfg.Benchmark.Name)
		if err != nil {
			return fmt.Errorf("make the bundle: %w", err)
		}
		again, err := benchmark.ReadDefinition(templates.Benchmarks, cfg.Benchmark.Name, text)
		if err != nil || again.Digest != r.Benchmark.Digest {
			return fmt.Errorf("make the bundle: %s was changed since it was judged", cfg.Benchmark.Name)
		}
		entries = append(entries, report.BundleText(ownBenchmark, string(text)))
	}
	for name := builtInBenchmark(cfg); name != ""; {
		file := "benchmarks/" + name + ".toml"
		text, err := fs.ReadFile(templates.Benchmarks, file)
		if err != nil {
			return fmt.Errorf("make the bundle: %w", err)
		}
		entries = append(entries, report.BundleText(path.Join(report.BundleBenchmarks, name+".toml"), string(text)))
		d, err := readBenchmark(name)
		if err != nil {
			return err
		}
		name = d.Extends
	}
	return report.WriteBundle(ctx, filepath.Join(out, report.BundleFile), r.Evidence.LastCall, entries)
}

// exceptionsInBundle is what a file of exceptions is called in a bundle: as it was, since the
// reports name it, unless something else has that name there.
func exceptionsInBundle(file string) string {
	name := filepath.Base(file)
	taken := []string{
		report.BundleReadme, report.BundleManifest, report.BundleConfig, report.BundleEvidence, report.BundleBenchmarks, ownBenchmark,
	}
	for _, f := range report.Formats() {
		taken = append(taken, f.File)
	}
	if slices.ContainsFunc(taken, func(t string) bool { return strings.EqualFold(t, name) }) || strings.ContainsAny(name, "\\:") {
		return report.BundleExceptions
	}
	return name
}

// builtInBenchmark is the first benchmark of orgaudit's own that was judged; empty where a
// company's own extends none.
func builtInBenchmark(cfg *config) string {
	if isBenchmarkFile(cfg.Benchmark.Name) {
		return cfg.definition.Extends
	}
	return cfg.Benchmark.Name
}

// handedOver is the configuration in force for those to whom a bundle is given: without the
// external IDs, which are half of what opens the accounts, and with files by their names in
// the bundle.
func (c *config) handedOver() string {
	shown := *c
	text := "# The settings in force. External IDs are not shown, so that the digest of this file is none\n" +
		"# that the reports name. Files are those of the bundle.\n"
	for _, secret := range []*string{&shown.Organization.ExternalID, &shown.Role.ExternalID} {
		if *secret != "" {
			*secret = notShown
		}
	}
	if isBenchmarkFile(shown.Benchmark.Name) {
		shown.Benchmark.Name = ownBenchmark
	}
	if shown.Exceptions.File != "" {
		shown.Exceptions.File = exceptionsInBundle(shown.Exceptions.File)
	}
	for _, file := range []struct {
		setting string
		name    *string
	}{
		{"report.templates", &shown.Report.Templates}, {"report.pdf.font", &shown.Report.PDF.Font}, {"report.pdf.logo", &shown.Report.PDF.Logo},
	} {
		if *file.name != "" {
			text += fmt.Sprintf("# %s was set, and is not in the bundle: the PDF cannot be made again without it.\n", file.setting)
			*file.name = ""
		}
	}
	var b strings.Builder
	if err := toml.NewEncoder(&b).Encode(&shown); err != nil {
		panic(err) // every field is of a kind that TOML has
	}
	return text + "\n" + b.String()
}

// bundleReadme says what is in a bundle and how to verify it. Evidence that is not sealed, that
// of a run that was killed, has no digest that anybody could compare, and is told to be so.
func bundleReadme(r *report.Report, formats []report.Format, sealed bool) string {
	var b strings.Builder
	line := func(format string, args ...any) { b.WriteString(printable(fmt.Sprintf(format, args...)) + "\n") }
	line("Audit of the AWS organization %s", r.Organization.ID)
	line("Evidence: calls to AWS from %s to %s UTC", r.Evidence.FirstCall.UTC().Format(time.DateTime), r.Evidence.LastCall.UTC().Format(time.DateTime))
	if sealed {
		line("Evidence digest: %s (SHA-256 of evidence/%s)", r.Evidence.Digest, collect.SumsFile)
	} else {
		line("The run was cut off: the evidence is NOT SEALED, see below.")
	}
	line("Benchmark: %s (%s, SHA-256 %s)", r.Benchmark.Title, r.Benchmark.ID, r.Benchmark.Digest)
	line("")
	line("What is in here")
	for _, f := range formats {
		line("  %-16s %s", f.File, f.Brief)
	}
	files := [][2]string{
		{report.BundleEvidence + "/", "what the verdicts rest on, as AWS sent it"},
		{report.BundleConfig, "the settings in force, without external IDs"},
		{ownBenchmark, "the company's own benchmark, where there is one"},
		{report.BundleBenchmarks + "/", "the benchmarks of orgaudit that were judged or extended"},
		{report.BundleManifest, "the SHA-256 of each file"},
	}
	if r.Register.File != "" {
		files = append(files, [2]string{exceptionsInBundle(r.Register.File), "the exceptions, the risks that are accepted for a time"})
	}
	for _, f := range files {
		line("  %-16s %s", f[0], f[1])
	}
	line("")
	if !sealed {
		line("It cannot be verified")
		line("  The run was killed before it sealed its evidence: there is no evidence/%s, and", collect.SumsFile)
		line("  nothing proves what was collected. Go on with the run (orgaudit run --resume FOLDER) and")
		line("  make the bundle again before you hand it over.")
		line("")
		line("It holds names, contacts and weaknesses of the organization: keep it as confidential.")
		return b.String()
	}
	line("How to verify it")
	line("  Unpack it into an empty folder; every command below is run there.")
	line("  1. sha256sum -c %s", report.BundleManifest)
	line("     No file was changed. (On macOS: shasum -a 256 -c %s)", report.BundleManifest)
	line("  2. Compare the evidence digest above with the one that stands in the reports and with the")
	line("     one that you were told on another way: whoever can change a file can change the manifest.")
	line("  3. orgaudit verify evidence")
	line("     Judges the evidence again, without AWS, and compares every verdict, score and digest with")
	line("     audit.json. \"orgaudit verify %s\" does it all without unpacking.", report.BundleFile)
	line("")
	line("It holds names, contacts and weaknesses of the organization: keep it as confidential.")
	return b.String()
}

// unpackBundle unpacks a bundle into a private folder, which the caller removes.
func unpackBundle(ctx context.Context, file string) (dir string, problems []collect.FileProblem, err error) {
	if dir, err = os.MkdirTemp("", "orgaudit-bundle-*"); err != nil {
		return "", nil, fmt.Errorf("unpack the bundle: %w", err)
	}
	problems, err = report.UnpackBundle(ctx, file, dir, report.DefaultBundleLimits())
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	return dir, problems, nil
}
