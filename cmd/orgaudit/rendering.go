package main

import (
	"fmt"
	"os"
	"regexp"

	"orgaudit/report"
	"orgaudit/report/benchmark"
)

// How reports show the ids of access keys.
const (
	keyIDsShort = "short"
	keyIDsFull  = "full"
)

// accentColour is what report.pdf.accent may be.
var accentColour = regexp.MustCompile(`^[0-9A-Fa-f]{6}$`)

// defaultRendering sets the defaults of how reports look.
func (c *config) defaultRendering() {
	d, r := report.DefaultRendering(), &c.Report
	r.Formats = []string{"xlsx", "pdf", "json"}
	r.OwnerTags, r.AccessKeyIDs = d.OwnerTags, keyIDsShort
	r.DueDays = weights{d.DueDays[benchmark.Critical], d.DueDays[benchmark.High], d.DueDays[benchmark.Medium], d.DueDays[benchmark.Low]}
	r.Samples.Method, r.Samples.Size, r.Samples.Percent = d.Samples.Method, d.Samples.Size, d.Samples.Percent
	r.PDF.Paper = d.PDF.Paper
}

// rendering reads the files that the configuration names and returns the form of the reports.
func (c *config) rendering() (report.Rendering, error) {
	r := c.Report
	form := report.Rendering{
		Period: r.Period, OwnerTags: r.OwnerTags, DueDays: r.DueDays.table(), FullKeyIDs: r.AccessKeyIDs == keyIDsFull,
		Samples:  report.Sampling{Method: r.Samples.Method, Size: r.Samples.Size, Percent: r.Samples.Percent, Seed: r.Samples.Seed},
		Password: c.password,
		PDF:      report.PDFOptions{Paper: r.PDF.Paper, Accent: r.PDF.Accent, AccountPages: r.PDF.AccountPages},
	}
	for _, file := range []struct {
		setting, name string
		to            *[]byte
		check         func([]byte) error
	}{
		{"report.pdf.font", r.PDF.Font, &form.PDF.Font, report.CheckFont},
		{"report.pdf.logo", r.PDF.Logo, &form.PDF.Logo, report.CheckLogo},
	} {
		if file.name == "" {
			continue
		}
		data, err := os.ReadFile(file.name)
		if err != nil {
			return form, usageError{fmt.Errorf("configuration: %s: %w", file.setting, err)}
		}
		if err := file.check(data); err != nil {
			return form, usageError{fmt.Errorf("configuration: %s: %s: %w", file.setting, file.name, err)}
		}
		*file.to = data
	}
	if r.Templates != "" {
		info, err := os.Stat(r.Templates)
		if err != nil {
			return form, usageError{fmt.Errorf("configuration: report.templates: %w", err)}
		}
		if !info.IsDir() {
			return form, usageError{fmt.Errorf("configuration: report.templates: %s is no folder", r.Templates)}
		}
		form.Prose = os.DirFS(r.Templates)
		if err := report.CheckProse(form.Prose); err != nil {
			return form, usageError{fmt.Errorf("configuration: report.templates: %s: %w", r.Templates, err)}
		}
	}
	return form, nil
}
