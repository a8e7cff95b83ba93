package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"orgaudit/report"
)

// settings are the flags that stand over the environment and the file.
type settings struct {
	file   string
	set    []string
	failOn string
	bundle bool
	// passwordFile holds the password of the workbook. It is no setting, so that it stands in
	// no configuration and in no digest of one.
	passwordFile string
	// previous and history are folders of earlier audits.
	previous, history string
	named             map[string]string // setting by flag
}

// commonFlags are shorthands for settings that are often given on the command line.
var commonFlags = [...]struct{ flag, setting, usage string }{
	{"role", "role.name", "name of the audit role in every account"},
	{"external-id", "role.external_id", "external ID that the audit role asks for"},
	{"organization-role", "organization.role_arn", "ARN of the role that reads the organization"},
	{"accounts", "accounts.include", "only these account ids, separated by commas"},
	{"units", "accounts.include_units", "only these units, by id, name or path, separated by commas"},
	{"regions", "collect.regions", "regions of Access Analyzer, separated by commas, instead of those that AWS names"},
}

// addCollect adds the flags of commands that collect.
func (s *settings) addCollect(c *cobra.Command) {
	for _, f := range commonFlags {
		s.add(c, f.flag, f.setting, f.usage)
	}
}

// addAge adds the flag of commands that go on with earlier evidence.
func (s *settings) addAge(c *cobra.Command) {
	s.add(c, "max-age", "collect.max_age", "on --resume, collect evidence again that is older, such as 24h")
}

// addReport adds the flags of commands that judge.
func (s *settings) addReport(c *cobra.Command) {
	s.add(c, "benchmark", "benchmark.name", "benchmark to judge against: one that \"orgaudit controls\" lists, or a TOML file")
	s.addExceptions(c)
}

// addThresholds adds the flag of commands whose exit code says whether a score is reached.
func (s *settings) addThresholds(c *cobra.Command) {
	c.Flags().StringVar(&s.failOn, "fail-on", "", "thresholds such as score=80,coverage=95; below one of them the exit code is 4")
}

// addForm adds the flags of commands that write reports.
func (s *settings) addForm(c *cobra.Command) {
	s.add(c, "format", "report.formats", "formats to write, separated by commas: "+strings.Join(report.FormatNames(), ", ")+", or "+report.AllFormats)
	s.add(c, "templates", "report.templates", "folder whose templates replace the texts of the PDF; \"orgaudit templates DIR\" writes the built-in ones")
	s.named["account-pages"] = "report.pdf.account_pages"
	c.Flags().Bool("account-pages", false, "add a page for each account to the PDF")
	c.Flags().BoolVar(&s.bundle, "bundle", false, "write "+report.BundleFile+" too, with evidence, settings, exceptions, benchmark and reports, to hand over and to verify")
	c.Flags().StringVar(&s.passwordFile, "password-file", "", "file whose first line is the password that encrypts the workbook")
}

// addExceptions adds the flag of commands that judge with exceptions.
func (s *settings) addExceptions(c *cobra.Command) {
	s.add(c, "exceptions", "exceptions.file", "file of the exceptions (default exceptions.toml, where there is one)")
}

// addConfig adds the flags of every command that is configured.
func (s *settings) addConfig(c *cobra.Command) {
	c.Flags().StringVar(&s.file, "config", "", "configuration file (default config.toml, where there is one)")
	c.Flags().StringArrayVar(&s.set, "set", nil, "any setting of config.toml, such as collect.accounts=32; may be repeated")
}

func (s *settings) add(c *cobra.Command, flag, setting, usage string) {
	if s.named == nil {
		s.named = map[string]string{}
	}
	s.named[flag] = setting
	c.Flags().String(flag, "", usage)
}

// load reads the benchmark, the file, the environment and the flags, each over the one
// before. Which benchmark it is the others say, so that they are read twice.
func (s *settings) load(c *cobra.Command, environ []string) (*config, error) {
	cfg := defaultConfig()
	if err := s.over(cfg, c, environ); err != nil {
		return nil, err
	}
	d, err := readBenchmark(cfg.Benchmark.Name)
	if err != nil {
		return nil, err
	}
	cfg = defaultConfig()
	cfg.definition, cfg.bundle = d, s.bundle
	cfg.demand(d)
	if err := s.over(cfg, c, environ); err != nil {
		return nil, err
	}
	cfg.password, err = readPassword(s.passwordFile)
	return cfg, err
}

// over reads the file, the environment and the flags over a configuration.
func (s *settings) over(cfg *config, c *cobra.Command, environ []string) error {
	// Two variables stand for flags that are no settings.
	file := s.file
	var rest []string
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		switch name {
		case environmentPrefix + "CONFIG":
			file = cmp.Or(file, value)
		case environmentPrefix + "OUT":
		default:
			rest = append(rest, entry)
		}
	}
	if err := cfg.load(file, rest); err != nil {
		return err
	}
	for flag, setting := range s.named {
		if !c.Flags().Changed(flag) {
			continue
		}
		if err := cfg.set(setting, c.Flags().Lookup(flag).Value.String()); err != nil {
			return usageError{fmt.Errorf("flag --%s: %w", flag, err)}
		}
	}
	assignments := slices.Clone(s.set)
	if s.failOn != "" {
		for _, threshold := range strings.Split(s.failOn, ",") {
			name, _, _ := strings.Cut(threshold, "=")
			if !slices.Contains([]string{"score", "coverage"}, name) {
				return usageError{fmt.Errorf("flag --fail-on: unknown threshold %s", suggest(name, []string{"score", "coverage"}))}
			}
			assignments = append(assignments, "fail_on."+threshold)
		}
	}
	for _, assignment := range assignments {
		setting, value, ok := strings.Cut(assignment, "=")
		if !ok {
			return usageError{fmt.Errorf("flag --set: %q is not of the form section.name=value", assignment)}
		}
		if !slices.Contains(settingNames(), setting) {
			return usageError{fmt.Errorf("flag --set: unknown setting %s", suggest(setting, settingNames()))}
		}
		if err := cfg.set(setting, value); err != nil {
			return usageError{fmt.Errorf("flag --set: %w", err)}
		}
	}
	return cfg.check()
}

// outFlag adds --out, whose default ORGAUDIT_OUT changes.
func outFlag(c *cobra.Command, out *string, environ []string) {
	folder := "out"
	for _, entry := range environ {
		if value, ok := strings.CutPrefix(entry, environmentPrefix+"OUT="); ok && value != "" {
			folder = value
		}
	}
	c.Flags().StringVar(out, "out", folder, "folder for the reports and the evidence")
}

// makeFolder makes a folder that only its owner may read.
func makeFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the output folder: %w", err)
	}
	return nil
}
