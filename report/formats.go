package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"orgaudit/collect"
)

// Format is one form in which a report is written. The same report gives the same bytes.
type Format struct {
	// Name is what a user calls it, File the name of its file.
	Name, File string
	Write      func(ctx context.Context, r *Report, w io.Writer) error
}

// Formats returns all formats.
func Formats() []Format {
	return []Format{
		{Name: "xlsx", File: "audit.xlsx", Write: writeWorkbook},
		{Name: "pdf", File: "audit.pdf", Write: writePDF},
		{Name: "json", File: "audit.json", Write: writeJSON},
	}
}

// WriteFiles writes the report in every format into a folder. Each file appears whole or
// not at all, and only its owner may read it. They appear when all of them are made, so
// that a failure leaves no new workbook beside the PDF of an earlier report.
func WriteFiles(ctx context.Context, r *Report, dir string) (err error) {
	made, err := os.MkdirTemp(dir, ".tmp-reports-*")
	if err != nil {
		return fmt.Errorf("make the reports: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(made)) }()
	for _, f := range Formats() {
		err := collect.WriteFile(filepath.Join(made, f.File), func(w io.Writer) error {
			return f.Write(ctx, r, w)
		})
		if err != nil {
			return fmt.Errorf("make the %s report: %w", f.Name, err)
		}
	}
	for _, f := range Formats() {
		if err := os.Rename(filepath.Join(made, f.File), filepath.Join(dir, f.File)); err != nil {
			return fmt.Errorf("put the %s report in its place: %w", f.Name, err)
		}
	}
	return nil
}
