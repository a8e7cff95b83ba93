package report

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"orgaudit/collect"
)

// Files of a bundle, beside the reports, which have their own names.
const (
	BundleFile       = "audit-bundle.zip"
	BundleManifest   = "MANIFEST"
	BundleReadme     = "README.txt"
	BundleEvidence   = "evidence"
	BundleConfig     = "config.toml"
	BundleExceptions = "exceptions.toml"
	BundleBenchmarks = "benchmark"
)

// BundleEntry is a file of a bundle.
type BundleEntry struct {
	// Name has slashes.
	Name string
	Open func() (io.ReadCloser, error)
	// SHA256 is what the file must be, in hex; empty takes it as it is.
	SHA256 string
}

// BundleText is an entry that is at hand.
func BundleText(name, text string) BundleEntry {
	return BundleEntry{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

// BundleReports are the entries of reports that stand in a folder.
func BundleReports(dir string, formats []Format) []BundleEntry {
	var entries []BundleEntry
	for _, f := range formats {
		entries = append(entries, BundleEntry{Name: f.File, Open: func() (io.ReadCloser, error) { return os.Open(filepath.Join(dir, f.File)) }})
	}
	return entries
}

// BundleOfEvidence are the entries of the evidence that a report was made from.
func BundleOfEvidence(r *Report, folder *collect.Folder) []BundleEntry {
	entry := func(name, digest string) BundleEntry {
		return BundleEntry{Name: path.Join(BundleEvidence, name), SHA256: digest, Open: func() (io.ReadCloser, error) {
			return folder.Open(name)
		}}
	}
	var entries []BundleEntry
	for name, digest := range r.Digests {
		entries = append(entries, entry(name, digest))
	}
	// A run that was killed has no sums yet, or those of the run that it went on with.
	if record, err := folder.Record(); err != nil || record.State != collect.Collecting {
		entries = append(entries, entry(collect.SumsFile, r.Evidence.Digest))
	}
	return entries
}

// WriteBundle writes a zip file with everything that was handed over and a manifest of it.
// The same entries and the same time give the same bytes. It appears whole or not at all,
// and only its owner may read it; whatever the size of the entries, memory does not grow.
func WriteBundle(ctx context.Context, file string, at time.Time, entries []BundleEntry) error {
	err := collect.WriteFile(file, func(w io.Writer) error { return writeBundle(ctx, w, at, entries) })
	if err != nil {
		return fmt.Errorf("make the bundle: %w", err)
	}
	return nil
}

func writeBundle(ctx context.Context, w io.Writer, at time.Time, entries []BundleEntry) error {
	// A zip file knows no time before 1980.
	if earliest := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC); at.Before(earliest) {
		at = earliest
	}
	entries = slices.SortedFunc(slices.Values(entries), func(a, b BundleEntry) int { return cmp.Compare(a.Name, b.Name) })
	z := zip.NewWriter(w)
	var manifest bytes.Buffer
	for i, e := range entries {
		if i > 0 && entries[i-1].Name == e.Name {
			return fmt.Errorf("%s would stand in it twice", e.Name)
		}
		sum, err := addEntry(ctx, z, at, e)
		if err != nil {
			return fmt.Errorf("add %s: %w", e.Name, err)
		}
		fmt.Fprintf(&manifest, "%s  %s\n", sum, e.Name)
	}
	if _, err := addEntry(ctx, z, at, BundleText(BundleManifest, manifest.String())); err != nil {
		return fmt.Errorf("add %s: %w", BundleManifest, err)
	}
	return z.Close()
}

// addEntry writes one entry and returns its SHA-256.
func addEntry(ctx context.Context, z *zip.Writer, at time.Time, e BundleEntry) (string, error) {
	header := &zip.FileHeader{Name: e.Name, Method: zip.Deflate, Modified: at.UTC()}
	if slices.Contains([]string{".gz", ".xlsx", ".pdf", ".zip"}, path.Ext(e.Name)) {
		header.Method = zip.Store // it is compressed already
	}
	header.SetMode(0o600)
	from, err := e.Open()
	if err != nil {
		return "", err
	}
	defer from.Close()
	to, err := z.CreateHeader(header)
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	if _, err := io.Copy(io.MultiWriter(to, hash), contextReader{ctx, from}); err != nil {
		return "", err
	}
	sum := hex.EncodeToString(hash.Sum(nil))
	if e.SHA256 != "" && e.SHA256 != sum {
		return "", errors.New("it was changed since it was judged")
	}
	return sum, nil
}

// contextReader ends with its context.
type contextReader struct {
	ctx  context.Context
	from io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.from.Read(p)
}
