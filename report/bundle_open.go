package report

import (
	"archive/zip"
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"orgaudit/collect"
)

// BundleLimits bound what the unpacking of a bundle may write, so that a small file that
// somebody sent does not fill the disk.
type BundleLimits struct {
	Files int
	// Bytes are those of all files together when they are unpacked.
	Bytes int64
	// Ratio is how many times as large as it is packed a file may become. Files under a
	// mebibyte are not measured.
	Ratio int64
}

// DefaultBundleLimits are far above the bundle of the largest organization: JSON shrinks to a
// tenth or a fortieth, and nothing that orgaudit writes to less than a hundredth.
func DefaultBundleLimits() BundleLimits {
	return BundleLimits{Files: 200_000, Bytes: 16 << 30, Ratio: 200}
}

// measuredFrom is the size from which the ratio of a file is looked at.
const measuredFrom = 1 << 20

// UnpackBundle writes the files of a bundle into an empty folder and compares them with its
// manifest; what is wrong is returned, sorted by name. The error means that nothing was, or
// not everything, unpacked: a name leads out of the folder or stands twice, something is no
// regular file, or it grows past the limits.
func UnpackBundle(ctx context.Context, file, dir string, limits BundleLimits) ([]collect.FileProblem, error) {
	opened, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("open the bundle: %w", err)
	}
	defer opened.Close()
	info, err := opened.Stat()
	if err != nil {
		return nil, fmt.Errorf("open the bundle: %w", err)
	}
	problems, err := unpackBundle(ctx, opened, info.Size(), dir, limits)
	if err != nil {
		return nil, fmt.Errorf("unpack the bundle %s: %w", file, err)
	}
	return problems, nil
}

func unpackBundle(ctx context.Context, from io.ReaderAt, size int64, dir string, limits BundleLimits) ([]collect.FileProblem, error) {
	z, err := zip.NewReader(from, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // the names are looked at below
		return nil, err
	}
	if len(z.File) > limits.Files {
		return nil, fmt.Errorf("it has %d files, more than %d", len(z.File), limits.Files)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	u := unpacking{root: root, size: size, limits: limits, left: limits.Bytes, sums: map[string]string{}}
	if err := u.names(z.File); err != nil {
		return nil, err
	}
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			continue // a folder, which other tools note
		}
		if err := u.file(ctx, f); err != nil {
			return nil, fmt.Errorf("%q: %w", f.Name, err)
		}
	}
	return u.manifest()
}

// unpacking is a bundle on its way to the disk.
type unpacking struct {
	root   *os.Root
	size   int64 // of the whole bundle, packed
	limits BundleLimits
	left   int64 // bytes that may still come
	sums   map[string]string
}

// names refuses a bundle before anything of it is written.
func (u *unpacking) names(files []*zip.File) error {
	seen := map[string]bool{}
	for _, f := range files {
		name := strings.TrimSuffix(f.Name, "/")
		// Systems that fold letters would write the second file over the first.
		folded := strings.ToLower(name)
		switch {
		case !fs.ValidPath(name) || name == "." || strings.ContainsAny(name, "\\:") || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }):
			return fmt.Errorf("%q is no name within a bundle", f.Name)
		case seen[folded]:
			return fmt.Errorf("%q stands in it twice", f.Name)
		case strings.HasSuffix(f.Name, "/") && f.UncompressedSize64 > 0, !strings.HasSuffix(f.Name, "/") && !f.Mode().IsRegular():
			return fmt.Errorf("%q is no regular file", f.Name)
		}
		seen[folded] = true
	}
	return nil
}

// file writes one file. What the archive says of sizes counts for nothing.
func (u *unpacking) file(ctx context.Context, f *zip.File) (err error) {
	if dir := path.Dir(f.Name); dir != "." {
		if err := u.root.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	from, err := f.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := u.root.OpenFile(f.Name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	most := u.left
	byRatio := false
	packed := int64(min(f.CompressedSize64, uint64(u.size), 1<<40))
	if limit := max(measuredFrom, packed*u.limits.Ratio); limit < most {
		most, byRatio = limit, true
	}
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(to, hash), io.LimitReader(contextReader{ctx, from}, most+1))
	if err != nil {
		return err
	}
	if n > most && byRatio {
		return fmt.Errorf("unpacked it is more than %d times as large as packed", u.limits.Ratio)
	}
	if n > most {
		return fmt.Errorf("unpacked the files are larger than %d bytes", u.limits.Bytes)
	}
	u.left -= n
	u.sums[f.Name] = hex.EncodeToString(hash.Sum(nil))
	return nil
}

// manifest compares what came with the manifest.
func (u *unpacking) manifest() ([]collect.FileProblem, error) {
	file, err := u.root.Open(BundleManifest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("it has no %s: it is no bundle of orgaudit", BundleManifest)
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var problems []collect.FileProblem
	noted := map[string]bool{BundleManifest: true}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		sum, name, ok := strings.Cut(lines.Text(), "  ")
		switch {
		case !ok || noted[name]:
			return nil, fmt.Errorf("%s holds a line %q", BundleManifest, lines.Text())
		case u.sums[name] == "":
			problems = append(problems, collect.FileProblem{Name: name, What: collect.Missing})
		case u.sums[name] != sum:
			problems = append(problems, collect.FileProblem{Name: name, What: collect.Changed})
		}
		noted[name] = true
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", BundleManifest, err)
	}
	for name := range u.sums {
		if !noted[name] {
			problems = append(problems, collect.FileProblem{Name: name, What: collect.Added})
		}
	}
	slices.SortFunc(problems, func(a, b collect.FileProblem) int { return cmp.Compare(a.Name, b.Name) })
	return problems, nil
}
