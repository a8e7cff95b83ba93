package report

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// written is a format's file of a report.
func written(t testing.TB, file string, r *Report) []byte {
	t.Helper()
	i := slices.IndexFunc(Formats(), func(f Format) bool { return f.File == file })
	if i < 0 {
		t.Fatalf("no format writes %s", file)
	}
	var b bytes.Buffer
	if err := Formats()[i].Write(t.Context(), r, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSelectFormats(t *testing.T) {
	for _, c := range []struct {
		names []string
		want  string // files, or an error
	}{
		{[]string{"json", "xlsx"}, "audit.xlsx audit.json"},
		{[]string{"csv"}, "findings.csv results.csv"},
		{[]string{"csv", "csv", "junit"}, "findings.csv results.csv audit.junit.xml"},
		{[]string{"ocsf"}, "audit.ocsf.jsonl"},
		{[]string{"all"}, "audit.xlsx audit.pdf audit.json findings.csv results.csv audit.ocsf.jsonl audit.junit.xml"},
		{[]string{"pdf", "all"}, "audit.xlsx audit.pdf audit.json findings.csv results.csv audit.ocsf.jsonl audit.junit.xml"},
		{[]string{"pdf", "docx"}, `unknown format "docx"; known are xlsx, pdf, json, csv, ocsf, junit, all`},
		{[]string{"all", "PDF"}, `unknown format "PDF"; known are xlsx, pdf, json, csv, ocsf, junit, all`},
		{nil, "no format is named; known are xlsx, pdf, json, csv, ocsf, junit, all"},
	} {
		formats, err := SelectFormats(c.names)
		var files []string
		for _, f := range formats {
			files = append(files, f.File)
		}
		got := strings.Join(files, " ")
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%v selects %q, want %q", c.names, got, c.want)
		}
	}
}

func TestFormatsHaveFilesOfTheirOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Formats() {
		if seen[f.File] || f.Brief == "" || f.Name == AllFormats || filepath.Base(f.File) != f.File {
			t.Errorf("format %q with file %q and brief %q", f.Name, f.File, f.Brief)
		}
		seen[f.File] = true
	}
}

// TestFormatsSameBytes: the same evidence gives the same bytes in every format.
func TestFormatsSameBytes(t *testing.T) {
	folder := smallFolder(t)
	for name, make := range map[string]func() *Report{
		"a run that was stopped": func() *Report { return built(t, folder) },
		"30 accounts":            func() *Report { return identityReport(30) },
	} {
		for _, f := range Formats() {
			first, second := written(t, f.File, make()), written(t, f.File, make())
			if !bytes.Equal(first, second) {
				t.Errorf("%s: %s has other bytes the second time", name, f.File)
			}
			if len(first) == 0 {
				t.Errorf("%s: %s is empty", name, f.File)
			}
		}
	}
}

// countingWriter counts what came through.
type countingWriter struct{ n int }

func (w *countingWriter) Write(p []byte) (int, error) { w.n += len(p); return len(p), nil }

// TestFormatsStream: these formats hold no more than one account, and ask for accounts once.
func TestFormatsStream(t *testing.T) {
	for _, f := range Formats() {
		if !slices.Contains([]string{"csv", "ocsf", "junit"}, f.Name) {
			continue
		}
		r := sampleReport(200)
		var w countingWriter
		passes, late := 0, 0 // bytes that are there before the last account
		whole := r.EachAccount
		r.EachAccount = func(ctx context.Context, each func(*AccountRows) error) error {
			passes++
			return whole(ctx, func(rows *AccountRows) error {
				late = w.n
				return each(rows)
			})
		}
		if err := f.Write(t.Context(), r, &w); err != nil {
			t.Fatal(err)
		}
		if passes != 1 || w.n-late > w.n/20 {
			t.Errorf("%s: %d passes, %d of %d bytes written before the last account", f.File, passes, late, w.n)
		}
	}
}

// TestFormatsTellOfFullDisks: no format takes a file that was cut off for a whole one.
func TestFormatsTellOfFullDisks(t *testing.T) {
	r := built(t, smallFolder(t))
	for _, f := range Formats() {
		size := len(written(t, f.File, r))
		for _, left := range []int{0, size / 2, size - 1} {
			if err := f.Write(t.Context(), r, &smallDisk{left}); err == nil {
				t.Errorf("%s: no error with room for %d of %d bytes", f.File, left, size)
			}
		}
	}
}

// TestFormatsGolden compares text formats with testdata. Digests of the evidence are left out,
// since they hang on how Go compresses.
func TestFormatsGolden(t *testing.T) {
	digest := regexp.MustCompile(`\b[0-9a-f]{64}\b`)
	for _, file := range []string{"findings.csv", "results.csv", "audit.ocsf.jsonl", "audit.junit.xml"} {
		r := excepted(t, smallRegister(), smallFolder(t))
		r.Rendering = DefaultRendering()
		got := digest.ReplaceAll(written(t, file, r), []byte("(digest)"))
		golden := filepath.Join("testdata", file)
		if *update {
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s differs; with -update it is written anew (-want +got):\n%s", golden, diff)
		}
	}
}
