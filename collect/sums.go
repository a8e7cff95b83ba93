package collect

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"maps"
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

// Unseal removes SHA256SUMS, since the evidence is about to change.
func (f *Folder) Unseal() error {
	if err := f.remove(SumsFile); err != nil {
		return fmt.Errorf("unseal the evidence: %w", err)
	}
	return nil
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
	err = f.eachFile(func(name string, d fs.DirEntry) error {
		if name == SumsFile || strings.HasPrefix(d.Name(), temporaryPrefix) {
			return nil
		}
		if !d.Type().IsRegular() {
			return fmt.Errorf("%s is no regular file", name)
		}
		sum, size, err := f.hash(name)
		sums[name], sizes[name] = sum, size
		return err
	})
	return sums, sizes, err
}

// eachFile calls do with all that is no folder, by its name with slashes. The folder itself
// may be reached by a link; in it none is followed.
func (f *Folder) eachFile(do func(name string, d fs.DirEntry) error) error {
	dir, err := filepath.EvalSymlinks(f.dir)
	if err != nil {
		return fmt.Errorf("hash the evidence: %w", err)
	}
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		relative, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		return do(filepath.ToSlash(relative), d)
	})
	if err != nil {
		return fmt.Errorf("hash the evidence: %w", err)
	}
	return nil
}

func (f *Folder) hash(name string) (sum string, size int64, err error) {
	file, err := f.Open(name)
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
// files that were changed, are missing, or were added. What a killed run left half written
// counts as nothing, since nothing reads it.
func (f *Folder) Verify() (Digests, error) {
	digests, problems, err := f.Check()
	if err != nil {
		return Digests{}, err
	}
	var wrong []string
	for _, p := range problems {
		if p.What != HalfWritten {
			wrong = append(wrong, p.String())
		}
	}
	if len(wrong) > 0 {
		return Digests{}, fmt.Errorf("verify the evidence in %s: %s", f.dir, strings.Join(wrong, "; "))
	}
	return digests, nil
}
