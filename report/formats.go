package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"orgaudit/collect"
)

// Format is one form in which a report is written. The same report gives the same bytes.
type Format struct {
	// Name is what a user calls it, File the name of its file, and Brief a few words on
	// whom it is for. Several files may share a name, and are written together.
	Name, File, Brief string
	// Write writes the file. It asks for the rows of accounts once at most.
	Write func(ctx context.Context, r *Report, w io.Writer) error
}

// Formats returns all formats.
func Formats() []Format {
	return []Format{
		{Name: "xlsx", File: "audit.xlsx", Brief: "the auditor's workbook", Write: writeWorkbook},
		{Name: "pdf", File: "audit.pdf", Brief: "the report for the board", Write: writePDF},
		{Name: "json", File: "audit.json", Brief: "everything, for programs", Write: writeJSON},
		{Name: "csv", File: "findings.csv", Brief: "every item of every control", Write: writeFindingsCSV},
		{Name: "csv", File: "results.csv", Brief: "the verdict of every control on every account", Write: writeResultsCSV},
		{Name: "ocsf", File: "audit.ocsf.jsonl", Brief: "OCSF Compliance Findings, for a SIEM or a data lake", Write: writeOCSF},
		{Name: "junit", File: "audit.junit.xml", Brief: "JUnit XML, for pipelines", Write: writeJUnit},
	}
}

// AllFormats is the name that stands for every format.
const AllFormats = "all"

// FormatNames returns the names of all formats, each once.
func FormatNames() []string {
	var names []string
	for _, f := range Formats() {
		if !slices.Contains(names, f.Name) {
			names = append(names, f.Name)
		}
	}
	return names
}

// SelectFormats returns the formats of these names in the order of [Formats], each once;
// [AllFormats] names them all. An unknown name is an error that lists the known ones.
func SelectFormats(names []string) ([]Format, error) {
	known := append(FormatNames(), AllFormats)
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("unknown format %q; known are %s", name, strings.Join(known, ", "))
		}
	}
	switch {
	case len(names) == 0:
		return nil, fmt.Errorf("no format is named; known are %s", strings.Join(known, ", "))
	case slices.Contains(names, AllFormats):
		return Formats(), nil
	}
	return slices.DeleteFunc(Formats(), func(f Format) bool { return !slices.Contains(names, f.Name) }), nil
}

// WriteFiles writes the report in the given formats into a folder. Each file appears whole
// or not at all, and only its owner may read it. They appear when all of them are made, so
// that a failure leaves no new workbook beside the PDF of an earlier report. The formats are
// made side by side, and every account is judged once for all of them.
func WriteFiles(ctx context.Context, r *Report, dir string, formats []Format) (err error) {
	made, err := os.MkdirTemp(dir, ".tmp-reports-*")
	if err != nil {
		return fmt.Errorf("make the reports: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(made)) }()
	group, ctx := errgroup.WithContext(ctx)
	shared := newFeed(len(formats))
	for i, f := range formats {
		group.Go(func() error {
			defer shared.end(i)
			own := *r
			own.EachAccount = shared.of(i, r.EachAccount)
			err := collect.WriteFile(filepath.Join(made, f.File), func(w io.Writer) error {
				return f.Write(ctx, &own, w)
			})
			if err != nil {
				return fmt.Errorf("make the %s report: %w", f.Name, err)
			}
			return nil
		})
	}
	if r.EachAccount != nil {
		group.Go(func() error { return shared.run(ctx, r.EachAccount) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, f := range formats {
		if err := os.Rename(filepath.Join(made, f.File), filepath.Join(dir, f.File)); err != nil {
			return fmt.Errorf("put the %s report in its place: %w", f.Name, err)
		}
	}
	return nil
}
