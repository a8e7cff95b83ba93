package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orgaudit/collect"
	"orgaudit/report"
)

// TestBundleSaysWhetherItIsSealed: the bundle of a run that was killed has nothing that anybody
// could verify, and says so instead of how to; that of a run that was stopped is sealed.
func TestBundleSaysWhetherItIsSealed(t *testing.T) {
	out := demoBundle(t)
	folder := evidenceOf(t, out)
	for _, test := range []struct {
		state  string
		sealed bool
	}{{collect.Stopped, true}, {collect.Collecting, false}} {
		record, err := folder.Record()
		if err != nil {
			t.Fatal(err)
		}
		record.State = test.state
		if err := folder.WriteRecord(record); err != nil {
			t.Fatal(err)
		}
		if test.sealed {
			if err := folder.Seal(); err != nil {
				t.Fatal(err)
			}
		}
		made, unpacked := t.TempDir(), t.TempDir()
		var printed bytes.Buffer
		run(context.Background(), []string{"report", folder.Dir(), "--out", made, "--bundle", "--format", "json"}, streams{&printed, &printed}, nil)
		problems, err := report.UnpackBundle(t.Context(), filepath.Join(made, report.BundleFile), unpacked, report.DefaultBundleLimits())
		if err != nil || len(problems) > 0 {
			t.Fatalf("problems %v, error %v; printed:\n%s", problems, err, &printed)
		}
		text, err := os.ReadFile(filepath.Join(unpacked, report.BundleReadme))
		if err != nil {
			t.Fatal(err)
		}
		for words, want := range map[string]bool{
			"Evidence digest: ": test.sealed, "orgaudit verify evidence": test.sealed, "How to verify it": test.sealed,
			"NOT SEALED": !test.sealed, "orgaudit run --resume": !test.sealed, "keep it as confidential": true,
		} {
			if got := strings.Contains(string(text), words); got != want {
				t.Errorf("%s: %q stands in it: %t, want %t:\n%s", test.state, words, got, want, text)
			}
		}
	}
}
