package report

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
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

// archive is a zip file of entries by name; a name may stand twice.
func archive(t testing.TB, entries ...*zip.FileHeader) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, header := range entries {
		content := header.Comment
		header.Comment = ""
		w, err := z.CreateHeader(header)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(header.Name, "/") {
			continue
		}
		if _, err := io.WriteString(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// entry has its content in the comment until it is written.
func entry(name, content string) *zip.FileHeader {
	return &zip.FileHeader{Name: name, Method: zip.Deflate, Comment: content}
}

func link(name, to string) *zip.FileHeader {
	h := entry(name, to)
	h.SetMode(fs.ModeSymlink | 0o777)
	return h
}

// empty is the manifest's digest of an empty file.
const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func TestUnpackRefuses(t *testing.T) {
	manifest := entry("MANIFEST", "")
	limits := BundleLimits{Files: 5, Bytes: 8 << 20, Ratio: 100}
	for _, test := range []struct {
		name    string
		entries []*zip.FileHeader
		want    string
	}{
		{"a name above the folder", []*zip.FileHeader{entry("../evil", "x"), manifest}, "no name within a bundle"},
		{"a name below that leads above", []*zip.FileHeader{entry("evidence/../../evil", "x"), manifest}, "no name within a bundle"},
		{"a name from the root", []*zip.FileHeader{entry("/tmp/evil", "x"), manifest}, "no name within a bundle"},
		{"a name of Windows", []*zip.FileHeader{entry(`evidence\..\..\evil`, "x"), manifest}, "no name within a bundle"},
		{"a drive", []*zip.FileHeader{entry("C:evil", "x"), manifest}, "no name within a bundle"},
		{"a name with a line end", []*zip.FileHeader{entry("a\nb", "x"), manifest}, "no name within a bundle"},
		{"no name", []*zip.FileHeader{entry("", "x"), manifest}, "no name within a bundle"},
		{"a folder above", []*zip.FileHeader{entry("../", ""), manifest}, "no name within a bundle"},
		{"a link", []*zip.FileHeader{link("evidence", "/etc"), manifest}, "no regular file"},
		{"a file through a link", []*zip.FileHeader{link("a", "/tmp"), entry("a/evil", "x"), manifest}, "no regular file"},
		{"two of a name", []*zip.FileHeader{entry("a", "x"), entry("a", "y"), manifest}, "twice"},
		{"two of a name but for letters", []*zip.FileHeader{entry("a", "x"), entry("A", "y"), manifest}, "twice"},
		{"a file that is a folder too", []*zip.FileHeader{entry("a", "x"), entry("a/b", "y"), manifest}, "a/b"},
		{"too many files", []*zip.FileHeader{entry("a", ""), entry("b", ""), entry("c", ""), entry("d", ""), entry("e", ""), manifest}, "more than 5"},
		{"a file that grows too much", []*zip.FileHeader{entry("a", strings.Repeat("0", 6<<20)), manifest}, "more than 100 times as large"},
		{"files that are too large together", []*zip.FileHeader{
			{Name: "a", Method: zip.Store, Comment: strings.Repeat("0", 5<<20)}, {Name: "b", Method: zip.Store, Comment: strings.Repeat("0", 5<<20)}, manifest,
		}, "larger than 8388608 bytes"},
		{"no manifest", []*zip.FileHeader{entry("a", "x")}, "it is no bundle of orgaudit"},
		{"a manifest that is none", []*zip.FileHeader{entry("MANIFEST", "hello\n")}, `holds a line "hello"`},
		{"a file noted twice", []*zip.FileHeader{entry("a", ""), entry("MANIFEST", strings.Repeat(empty+"  a\n", 2))}, "holds a line"},
	} {
		t.Run(test.name, func(t *testing.T) {
			outer := t.TempDir()
			dir, file := filepath.Join(outer, "in", "side"), filepath.Join(t.TempDir(), "bundle.zip")
			headers := make([]*zip.FileHeader, len(test.entries))
			for i, e := range test.entries {
				own := *e
				headers[i] = &own
			}
			err := errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(file, archive(t, headers...), 0o600))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := UnpackBundle(context.Background(), file, dir, limits); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, want one with %q", err, test.want)
			}
			for _, above := range []string{outer, filepath.Join(outer, "in")} {
				if entries, err := os.ReadDir(above); err != nil || len(entries) != 1 {
					t.Errorf("%s holds %v, error %v", above, entries, err)
				}
			}
		})
	}
}

// TestUnpackNames: what the manifest does not say is named, all of it.
func TestUnpackNames(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bundle.zip")
	manifest := fmt.Sprintf("%[1]s  changed\n%[1]s  evidence/missing\n%[1]s  same\n", empty)
	data := archive(t, entry("evidence/", ""), entry("added", "x"), entry("changed", "x"), entry("same", ""), entry("MANIFEST", manifest))
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	problems, err := UnpackBundle(context.Background(), file, t.TempDir(), DefaultBundleLimits())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range problems {
		got = append(got, p.String())
	}
	if diff := cmp.Diff([]string{"added was added", "changed was changed", "evidence/missing is missing"}, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// FuzzUnpackBundle: whatever is given for a bundle, nothing is written outside the folder and
// no more than the limits allow.
func FuzzUnpackBundle(f *testing.F) {
	f.Add(archive(f, entry("MANIFEST", empty+"  a\n"), entry("a", "")))
	f.Add(archive(f, entry("../a", "x"), entry("a/b/c", "y"), link("l", "/etc")))
	f.Add(archive(f, entry("MANIFEST", ""), entry("big", strings.Repeat("0", 3<<20))))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	limits := BundleLimits{Files: 10, Bytes: 2 << 20, Ratio: 50}
	f.Fuzz(func(t *testing.T, data []byte) {
		outer := t.TempDir()
		dir := filepath.Join(outer, "inside")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		_, _ = unpackBundle(context.Background(), bytes.NewReader(data), int64(len(data)), dir, limits) // an error is an answer
		var size int64
		err := filepath.WalkDir(outer, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			if !strings.HasPrefix(name, dir+string(filepath.Separator)) || !d.Type().IsRegular() {
				t.Errorf("%s was written", name)
			}
			info, err := d.Info()
			if err == nil {
				size += info.Size()
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if size > limits.Bytes+int64(limits.Files) {
			t.Errorf("%d bytes were written", size)
		}
	})
}
