package report

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
)

// smallBundle writes the bundle of the small organization with a JSON report.
func smallBundle(t testing.TB, folder *collect.Folder) string {
	t.Helper()
	r, dir := built(t, folder), t.TempDir()
	formats, err := SelectFormats([]string{"json"})
	if err != nil {
		t.Fatal(err)
	}
	if err := WriteFiles(context.Background(), r, dir, formats); err != nil {
		t.Fatal(err)
	}
	entries := append(BundleOfEvidence(r, folder), BundleReports(dir, formats)...)
	entries = append(entries, BundleText(BundleReadme, "read me\n"), BundleText(BundleConfig, ""))
	name := filepath.Join(dir, BundleFile)
	if err := WriteBundle(context.Background(), name, r.Evidence.LastCall, entries); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestBundleSameBytes(t *testing.T) {
	folder := smallFolder(t)
	first, err := os.ReadFile(smallBundle(t, folder))
	if err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(smallBundle(t, folder))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("the same evidence makes another bundle")
	}
}

// TestBundleForm: what ordinary tools see of it.
func TestBundleForm(t *testing.T) {
	folder := smallFolder(t)
	name := smallBundle(t, folder)
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the bundle has mode %v, error %v", info.Mode(), err)
	}
	z, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
		if f.Mode() != 0o600 {
			t.Errorf("%s has mode %v", f.Name, f.Mode())
		}
		if want := built(t, folder).Evidence.LastCall; !f.Modified.Equal(want) {
			t.Errorf("%s is of %s, want %s", f.Name, f.Modified, want)
		}
		if stored := f.Method == zip.Store; stored != strings.HasSuffix(f.Name, ".gz") {
			t.Errorf("%s has method %d", f.Name, f.Method)
		}
	}
	want := []string{
		"README.txt", "audit.json", "config.toml", "evidence/SHA256SUMS",
		"evidence/accounts/" + completeID + ".json.gz", "evidence/accounts/" + partialID + ".json.gz", "evidence/accounts/" + notEnteredID + ".json.gz",
		"evidence/organization.json", "evidence/run.json", "MANIFEST",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// TestBundleForOrdinaryTools unpacks it with unzip and Python, and checks it with sha256sum.
func TestBundleForOrdinaryTools(t *testing.T) {
	name, dir := smallBundle(t, smallFolder(t)), t.TempDir()
	for _, test := range [][]string{
		{"unzip", "-tq", name}, {"python3", "-c", "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); sys.exit(z.testzip() is not None)", name},
		{"unzip", "-q", name}, {"sha256sum", "--check", "--strict", "--quiet", "MANIFEST"}, {"sh", "-c", "cd evidence && sha256sum --check --strict --quiet SHA256SUMS"},
	} {
		tool, err := exec.LookPath(test[0])
		if err != nil {
			t.Logf("%s is not installed", test[0])
			if test[0] == "unzip" {
				t.SkipNow()
			}
			continue
		}
		c := exec.CommandContext(t.Context(), tool, test[1:]...)
		c.Dir = dir
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", strings.Join(test, " "), err, out)
		}
	}
}

func TestBundleComesBack(t *testing.T) {
	folder, dir := smallFolder(t), t.TempDir()
	problems, err := UnpackBundle(context.Background(), smallBundle(t, folder), dir, DefaultBundleLimits())
	if err != nil || len(problems) > 0 {
		t.Fatalf("problems %v, error %v", problems, err)
	}
	back, err := collect.OpenFolder(filepath.Join(dir, BundleEvidence))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "audit.json"))
	if err != nil {
		t.Fatal(err)
	}
	if c, err := compared(t, built(t, back), text, 5); err != nil || c.Total != 0 {
		t.Errorf("error %v, differences %v", err, words(c))
	}
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == dir {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestBundleOfChangedFile: what was judged is what is handed over, or there is no bundle.
func TestBundleOfChangedFile(t *testing.T) {
	folder := smallFolder(t)
	r, name := built(t, folder), filepath.Join(t.TempDir(), BundleFile)
	if err := os.WriteFile(filepath.Join(folder.Dir(), "run.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := WriteBundle(context.Background(), name, r.Evidence.LastCall, BundleOfEvidence(r, folder))
	if err == nil || !strings.Contains(err.Error(), "evidence/run.json: it was changed since it was judged") {
		t.Errorf("the error is %v", err)
	}
	if left, _ := os.ReadDir(filepath.Dir(name)); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
	stopped, stop := context.WithCancelCause(context.Background())
	cause := errors.New("stopped")
	stop(cause)
	if err := WriteBundle(stopped, name, time.Time{}, []BundleEntry{BundleText("a", "a")}); !errors.Is(err, cause) {
		t.Errorf("stopped, the error is %v", err)
	}
	if err := WriteBundle(context.Background(), name, time.Time{}, []BundleEntry{BundleText("a", "a"), BundleText("a", "b")}); err == nil {
		t.Error("two files of one name are in one bundle")
	}
}

// TestBundleOfKilledRun: it has no sums, and what stands there is of an earlier run.
func TestBundleOfKilledRun(t *testing.T) {
	folder, dir := smallFolder(t), t.TempDir()
	rewrite(t, folder, func(r *collect.Record) { r.State = collect.Collecting })
	problems, err := UnpackBundle(context.Background(), smallBundle(t, folder), dir, DefaultBundleLimits())
	if err != nil || len(problems) > 0 {
		t.Fatalf("problems %v, error %v", problems, err)
	}
	if _, err := os.Stat(filepath.Join(dir, BundleEvidence, "run.json")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, BundleEvidence, collect.SumsFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the sums of an earlier run are in the bundle, error %v", err)
	}
}
