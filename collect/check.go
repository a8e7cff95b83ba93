package collect

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
)

// What can be wrong with a file of an evidence folder.
const (
	Changed     = "changed"      // another SHA-256 than in SHA256SUMS
	Missing     = "missing"      // in SHA256SUMS and not in the folder
	Added       = "added"        // in the folder and not in SHA256SUMS
	Linked      = "linked"       // a symbolic link, a device or the like, which no run makes
	Misnoted    = "misnoted"     // a line of SHA256SUMS that is none
	HalfWritten = "half written" // left by a run that was killed, and read by nobody
)

// FileProblem is one file that is not what SHA256SUMS says. Name has slashes; for Misnoted it
// is the line.
type FileProblem struct {
	Name string `json:"file"`
	What string `json:"what"`
}

func (p FileProblem) String() string {
	switch p.What {
	case Linked:
		return p.Name + " is no regular file"
	case Missing:
		return p.Name + " is missing"
	case Misnoted:
		return fmt.Sprintf("%s holds a line %q", SumsFile, p.Name)
	case HalfWritten:
		return p.Name + " was left half written"
	}
	return p.Name + " was " + p.What
}

// largestSums bounds what is read of SHA256SUMS: that of a hundred thousand accounts is smaller.
const largestSums = 64 << 20

// Check hashes every file again, compares it with SHA256SUMS, and returns everything that is
// wrong, sorted by name. Links are not followed. The error is fs.ErrNotExist where there is
// no SHA256SUMS.
func (f *Folder) Check() (Digests, []FileProblem, error) {
	noted, text, problems, err := f.notedSums()
	if err != nil {
		return Digests{}, nil, fmt.Errorf("verify the evidence: %w", err)
	}
	left, sizes := map[string]bool{}, map[string]int64{}
	for name := range noted {
		left[name] = true
	}
	report := func(name, what string) { problems = append(problems, FileProblem{name, what}) }
	err = f.eachFile(func(name string, d fs.DirEntry) error {
		delete(left, name)
		switch {
		case !d.Type().IsRegular():
			report(name, Linked)
			return nil
		case name == SumsFile:
			return nil
		case noted[name] == "" && strings.HasPrefix(d.Name(), temporaryPrefix):
			report(name, HalfWritten)
			return nil
		case noted[name] == "":
			report(name, Added)
			return nil
		}
		sum, size, err := f.hash(name)
		sizes[name] = size
		if err == nil && sum != noted[name] {
			report(name, Changed)
		}
		return err
	})
	if err != nil {
		return Digests{}, nil, err
	}
	for name := range left {
		report(name, Missing)
	}
	slices.SortFunc(problems, func(a, b FileProblem) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.What, b.What))
	})
	return digests(noted, sizes, text), problems, nil
}

// notedSums reads SHA256SUMS.
func (f *Folder) notedSums() (noted map[string]string, text string, problems []FileProblem, err error) {
	file, err := f.Open(SumsFile)
	if err != nil {
		return nil, "", nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, largestSums+1))
	if err != nil {
		return nil, "", nil, err
	}
	if len(content) > largestSums {
		return nil, "", nil, errors.New(SumsFile + " is too large to be one")
	}
	noted = map[string]string{}
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSuffix(line, "\n")
		sum, name, _ := strings.Cut(line, "  ")
		digest, err := hex.DecodeString(sum)
		if _, twice := noted[name]; err != nil || len(digest) != 32 || strings.ToLower(sum) != sum || !fs.ValidPath(name) || name == SumsFile || twice {
			problems = append(problems, FileProblem{line, Misnoted})
			continue
		}
		noted[name] = sum
	}
	return noted, string(content), problems, nil
}
