package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"orgaudit/report"
	"orgaudit/report/benchmark"
	"orgaudit/templates"
)

// settingNote is a setting that audit.json says otherwise than the settings in force here.
type settingNote struct {
	Setting  string `json:"setting"`
	Reported string `json:"reported"`
	Here     string `json:"here"`
	// Used tells which of them the evidence was judged with: reported or here.
	Used string `json:"used"`
}

// Values of settingNote.Used.
const (
	usedReported = "reported"
	usedHere     = "here"
)

// config reads the settings in force. A bundle brings its own, which name no file but the
// bundle's: whoever made it may not point at files of this machine.
func (v *verification) config(c *cobra.Command) (*config, error) {
	if v.bundle == "" || c.Flags().Changed("config") {
		return v.set.load(c, v.environ)
	}
	inside := func(name string) string {
		name = filepath.Join(v.bundle, name)
		if info, err := os.Lstat(name); err != nil || !info.Mode().IsRegular() {
			return ""
		}
		return name
	}
	brought := defaultConfig()
	if v.set.file = inside(report.BundleConfig); v.set.file != "" {
		if err := brought.load(v.set.file, nil); err != nil {
			return nil, fmt.Errorf("the bundle's settings: %w", err)
		}
	}
	exceptions := cmp.Or(brought.Exceptions.File, defaultExceptions)
	if name := brought.Benchmark.Name; isBenchmarkFile(name) && name != ownBenchmark {
		return nil, usageError{fmt.Errorf("the bundle's settings name the benchmark %s, which is outside the bundle", name)}
	}
	if filepath.Base(exceptions) != exceptions {
		return nil, usageError{fmt.Errorf("the bundle's settings name the exceptions %s, which are outside the bundle", exceptions)}
	}
	var files []string
	if own := inside(ownBenchmark); own != "" && !c.Flags().Changed("benchmark") {
		files = append(files, "benchmark.name="+own)
	}
	if !c.Flags().Changed("exceptions") {
		files = append(files, "exceptions.file="+inside(exceptions))
	}
	v.set.set = append(files, v.set.set...)
	return v.set.load(c, v.environ)
}

func readSettings(audit string) (*report.ReportedSettings, error) {
	file, err := os.Open(audit)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", audit, err)
	}
	defer file.Close()
	s, err := report.ReadSettings(file)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", audit, err)
	}
	return s, nil
}

// adopt makes the settings those of an audit.json, as far as it says what they were, and
// returns what is otherwise here. With own it changes nothing.
func (c *config) adopt(s *report.ReportedSettings, own bool) ([]settingNote, error) {
	notes := c.adoptBenchmark(s.Benchmark, own)
	notes = append(notes, c.adoptWeights(s.Weights, own)...)
	notes = append(notes, c.adoptLimits(s.Limits, own)...)
	return c.adoptParameters(notes, s.Parameters, own)
}

// adoptBenchmark takes one of orgaudit's own benchmarks; a company's own is a file, which
// must be named.
func (c *config) adoptBenchmark(reported report.BenchmarkFacts, own bool) []settingNote {
	here := c.definition
	if here.ID == reported.ID && here.Digest == reported.Digest {
		return nil
	}
	note := settingNote{"benchmark.name", benchmarkWords(reported.ID, reported.Digest), benchmarkWords(here.ID, here.Digest), usedHere}
	if !own && slices.Contains(benchmark.DefinitionNames(templates.Benchmarks), reported.ID) {
		// Where orgaudit has another edition of it by now, that one is the nearest.
		if d, err := readBenchmark(reported.ID); err == nil {
			c.definition, c.Benchmark.Name = d, d.ID
			note.Here = benchmarkWords(d.ID, d.Digest)
			if d.Digest == reported.Digest {
				note.Here, note.Used = benchmarkWords(here.ID, here.Digest), usedReported
			}
		}
	}
	return []settingNote{note}
}

func benchmarkWords(id, digest string) string { return fmt.Sprintf("%s (SHA-256 %s)", id, digest) }

func (c *config) adoptWeights(reported benchmark.Weights, own bool) (notes []settingNote) {
	w := &c.Benchmark.Weights
	for _, weight := range []struct {
		severity benchmark.Severity
		here     *int
	}{{benchmark.Critical, &w.Critical}, {benchmark.High, &w.High}, {benchmark.Medium, &w.Medium}, {benchmark.Low, &w.Low}} {
		value, named := reported[weight.severity]
		if named && value == *weight.here {
			continue
		}
		note := settingNote{"benchmark.weights." + string(weight.severity), fmt.Sprint(value), fmt.Sprint(*weight.here), usedHere}
		if !named {
			note.Reported = ""
		} else if !own && value >= 0 {
			note.Used, *weight.here = usedReported, value
		}
		notes = append(notes, note)
	}
	return notes
}

// adoptLimits takes the limits that say which exceptions are worth a word. They change no score.
func (c *config) adoptLimits(reported *benchmark.ExceptionLimits, own bool) (notes []settingNote) {
	e, named := &c.Exceptions, reported != nil
	if !named {
		reported = &benchmark.ExceptionLimits{}
	}
	for _, limit := range []struct {
		name           string
		here           *int
		reported, most int
	}{
		{"expiring_days", &e.ExpiringDays, reported.ExpiringDays, math.MaxInt}, {"most_items", &e.MostItems, reported.MostItems, math.MaxInt},
		{"most_accounts", &e.MostAccounts, reported.MostAccounts, 100},
	} {
		if named && limit.reported == *limit.here {
			continue
		}
		note := settingNote{"exceptions." + limit.name, fmt.Sprint(limit.reported), fmt.Sprint(*limit.here), usedHere}
		if !named {
			note.Reported = ""
		} else if !own && limit.reported >= 0 && limit.reported <= limit.most {
			note.Used, *limit.here = usedReported, limit.reported
		}
		notes = append(notes, note)
	}
	return notes
}

// adoptParameters takes the parameters by their values, but those that reports do not show.
func (c *config) adoptParameters(notes []settingNote, reported map[string]string, own bool) ([]settingNote, error) {
	for _, here := range c.Benchmark.Parameters.Values() {
		value, named := reported[here.Name]
		if named && value == here.Value {
			continue
		}
		note := settingNote{"benchmark.parameters." + here.Name, value, here.Value, usedHere}
		if named && !own && !strings.Contains(value, "…") {
			before := c.Benchmark.Parameters
			err := c.set(note.Setting, value)
			if err == nil && c.parameter(here.Name) == value {
				note.Used = usedReported
			} else {
				c.Benchmark.Parameters = before
			}
		}
		notes = append(notes, note)
	}
	if err := c.Benchmark.Parameters.Check(); err != nil {
		return nil, fmt.Errorf("take the parameters from %s: %w", auditFile, err)
	}
	return notes, nil
}

func (c *config) parameter(name string) string {
	for _, p := range c.Benchmark.Parameters.Values() {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// exceptions finds the file of exceptions that an audit.json was made with: the one that is
// configured, or one of its name beside audit.json or here, by its digest. Without an
// audit.json it is the one in force here.
func (v *verification) exceptions(c *config, reported *report.ReportedSettings, audit string) (*benchmark.Register, *settingNote, error) {
	if reported == nil || v.own {
		register, err := v.registerHere(c)
		if err != nil || reported == nil || register.Digest == reported.Register.Digest {
			return register, nil, err
		}
		return register, &settingNote{"exceptions.file", registerWords(reported.Register.File, reported.Register.Digest), registerWords(register.File, register.Digest), usedHere}, nil
	}
	if reported.Register.File == "" {
		here, err := v.registerHere(c)
		if err != nil || here.File == "" {
			return &benchmark.Register{}, nil, err
		}
		return &benchmark.Register{}, &settingNote{"exceptions.file", "", registerWords(here.File, here.Digest), usedReported}, nil
	}
	name := filepath.Base(reported.Register.File)
	files := []string{c.Exceptions.File}
	if c.Exceptions.File == "" {
		files = []string{filepath.Join(filepath.Dir(audit), name), filepath.Join(filepath.Dir(v.dir), name), defaultExceptions}
	}
	nearest := &benchmark.Register{}
	for _, file := range files {
		if file == "" {
			continue
		}
		named := *c
		named.Exceptions.File = file
		register, err := readExceptions(&named)
		if errors.Is(err, fs.ErrNotExist) && file != c.Exceptions.File {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		if register.Digest == reported.Register.Digest {
			register.File = reported.Register.File // a bundle has a name of its own for it
			return register, nil, nil
		}
		if nearest.File == "" {
			nearest = register
		}
	}
	return nearest, &settingNote{"exceptions.file", registerWords(reported.Register.File, reported.Register.Digest), registerWords(nearest.File, nearest.Digest), usedHere}, nil
}

// registerHere is the register in force; a bundle without one has none.
func (v *verification) registerHere(c *config) (*benchmark.Register, error) {
	if v.bundle != "" && c.Exceptions.File == "" {
		return &benchmark.Register{}, nil
	}
	return readExceptions(c)
}

func registerWords(file, digest string) string {
	if file == "" {
		return ""
	}
	return fmt.Sprintf("%s (SHA-256 %s)", file, digest)
}
