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
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
