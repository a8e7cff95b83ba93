package collect

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Seal writes SHA256SUMS over every file of the folder, in the form of sha256sum.
func (f *Folder) Seal() error {
	sums, _, err := f.sums()
	if err != nil {
		return err
	}
	return f.create(SumsFile, func(w io.Writer) error {
		_, err := io.WriteString(w, sumsText(sums))
		return err
	})
}

// Hash computes what [Folder.Verify] would find after [Folder.Seal], for the folder of a
// run that was killed before it could seal.
func (f *Folder) Hash() (Digests, error) {
	sums, sizes, err := f.sums()
	if err != nil {
		return Digests{}, err
	}
	return digests(sums, sizes, sumsText(sums)), nil
}

func sumsText(sums map[string]string) string {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		fmt.Fprintf(&text, "%s  %s\n", sums[name], name)
	}
	return text.String()
}

func digests(files map[string]string, sizes map[string]int64, text string) Digests {
	all := sha256.Sum256([]byte(text))
	return Digests{Files: files, Sizes: sizes, All: hex.EncodeToString(all[:])}
}

// sums hashes every file of the folder but SHA256SUMS, and counts its bytes.
func (f *Folder) sums() (sums map[string]string, sizes map[string]int64, err error) {
	sums, sizes = map[string]string{}, map[string]int64{}
	err = filepath.WalkDir(f.dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(f.dir, name)
		if err != nil {
			return err
		}
		if d.IsDir() || relative == SumsFile || strings.HasPrefix(d.Name(), temporaryPrefix) {
			return nil
		}
		file := filepath.ToSlash(relative)
		sums[file], sizes[file], err = hashFile(name)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("hash the evidence: %w", err)
	}
	return sums, sizes, nil
}

func hashFile(name string) (sum string, size int64, err error) {
	file, err := os.Open(name)
	if err != nil {
		return "", 0, err
	}
	defer file.Close()
	h := sha256.New()
	if size, err = io.Copy(h, file); err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}

// Digests are the SHA-256 of the folder's files by name with their sizes in bytes, and the
// SHA-256 of SHA256SUMS itself, which stands for them all.
type Digests struct {
	Files map[string]string
	Sizes map[string]int64
	All   string
}

// Verify hashes every file again and compares it with SHA256SUMS. The error names the
// files that were changed, are missing, or were added.
func (f *Folder) Verify() (Digests, error) {
	text, err := os.ReadFile(f.path(SumsFile))
	if err != nil {
		return Digests{}, fmt.Errorf("verify the evidence: %w", err)
	}
	noted := map[string]string{}
	for line := range strings.Lines(string(text)) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok {
			return Digests{}, fmt.Errorf("verify the evidence: %s holds a line %q", SumsFile, line)
		}
		noted[name] = sum
	}
	found, sizes, err := f.sums()
	if err != nil {
		return Digests{}, err
	}
	var wrong []string
	for name, sum := range noted {
		switch found[name] {
		case sum:
		case "":
			wrong = append(wrong, name+" is missing")
		default:
			wrong = append(wrong, name+" was changed")
		}
	}
	for name := range found {
		if noted[name] == "" {
			wrong = append(wrong, name+" was added")
		}
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		return Digests{}, fmt.Errorf("verify the evidence in %s: %s", f.dir, strings.Join(wrong, "; "))
	}
	return digests(noted, sizes, string(text)), nil
}
