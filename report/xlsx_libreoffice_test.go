package report

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// LibreOffice opens the workbook, and its own calculation of the totals agrees with the
// values that the workbook brings along.
func TestLibreOfficeAgrees(t *testing.T) {
	if testing.Short() {
		t.Skip("LibreOffice takes some seconds")
	}
	dir := t.TempDir()
	convert := libreOffice(t, dir)
	r := sampleReport(30)
	whole := workbookBytes(t, r, sheetRowLimit)

	// Without the values beside its formulas LibreOffice has to calculate. The last figure
	// of the filter's options is the number of the sheet ("CSV Filter Parameters",
	// LibreOffice Help).
	convert("bare", withoutValues(t, whole), "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,3")
	file, err := os.Open(filepath.Join(dir, "bare-Scope and coverage.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	reader := csv.NewReader(file)
	var calculated []string
	for range titleRows + 2 {
		if calculated, err = reader.Read(); err != nil {
			t.Fatal(err)
		}
	}
	var brought []string
	f := openBytes(t, whole)
	for i := range 9 {
		brought = append(brought, cellValue(t, f, "Scope and coverage", cellName(i+1, titleRows+2)))
	}
	if diff := cmp.Diff(brought, calculated[:9]); diff != "" {
		t.Error(diff)
	}

	convert("whole", workbookBytes(t, sampleReport(3), sheetRowLimit), "pdf")
	pages, err := os.ReadFile(filepath.Join(dir, "whole.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(pages, []byte("%PDF-")) {
		t.Errorf("the print-out begins with %q", pages[:min(len(pages), 8)])
	}
}

// libreOffice converts workbooks into files of a folder. Without it the test is skipped.
func libreOffice(t *testing.T, dir string) func(name string, workbook []byte, format string) {
	t.Helper()
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed")
	}
	return func(name string, workbook []byte, format string) {
		t.Helper()
		path := filepath.Join(dir, name+".xlsx")
		if err := os.WriteFile(path, workbook, 0o600); err != nil {
			t.Fatal(err)
		}
		command := exec.CommandContext(t.Context(), soffice, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"),
			"--headless", "--convert-to", format, "--outdir", dir, path)
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("convert to %s: %v\n%s", format, err, out)
		}
	}
}

// withoutValues removes the values beside the formulas of a workbook.
func withoutValues(t *testing.T, workbook []byte) []byte {
	t.Helper()
	value := regexp.MustCompile(`</f><v>[^<]*</v>`)
	archive, err := zip.NewReader(bytes.NewReader(workbook), int64(len(workbook)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	bare := zip.NewWriter(&b)
	removed := 0
	for _, part := range archive.File {
		text := value.ReplaceAllStringFunc(partText(t, workbook, part.Name), func(string) string {
			removed++
			return "</f>"
		})
		to, err := bare.Create(part.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(to, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := bare.Close(); err != nil {
		t.Fatal(err)
	}
	if removed == 0 {
		t.Fatal("the workbook has no formulas with values")
	}
	return b.Bytes()
}
