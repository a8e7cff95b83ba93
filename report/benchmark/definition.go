package benchmark

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// Definition is a benchmark: a numbered list of recommendations, some of which a control
// judges. It is read from a TOML file, so that a new version of CIS needs no Go.
type Definition struct {
	ID    string `toml:"id"`
	Title string `toml:"title"`
	// Extends names a benchmark whose recommendations come first.
	Extends         string           `toml:"extends"`
	Recommendations []Recommendation `toml:"recommendation"`
	// Digest is the SHA-256 of the file, and of the one that it extends, in hex.
	Digest string `toml:"-"`
}

// Recommendation is one entry of a benchmark.
type Recommendation struct {
	// Number is text, since 1.10 is not 1.1. It is empty where the benchmark adds a control
	// without one.
	Number string `toml:"number"`
	// Title is the recommendation's in our words; empty takes the control's.
	Title string `toml:"title"`
	// Level is the CIS profile level, 1 or 2; 0 is none.
	Level int `toml:"level"`
	// Assessment is Automated or Manual, as the benchmark says; it does not bind the tool.
	Assessment string `toml:"assessment"`
	// Control is the id of the control that judges it; empty where none does, and then it
	// is no part of any score.
	Control string `toml:"control"`
}

// LoadDefinition reads benchmarks/NAME.toml of a file system. An unknown name, an unknown
// setting and an unknown control are errors that list the known ones.
func LoadDefinition(files fs.FS, name string) (*Definition, error) {
	return loadDefinition(files, name, 0)
}

// deepest bounds chains of extends, which could run in a circle.
const deepest = 5

func loadDefinition(files fs.FS, name string, depth int) (*Definition, error) {
	file := path.Join("benchmarks", name+".toml")
	text, err := fs.ReadFile(files, file)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return nil, fmt.Errorf("no benchmark %q; the known ones are %s", name, strings.Join(DefinitionNames(files), ", "))
	}
	if err != nil {
		return nil, fmt.Errorf("read benchmark %s: %w", name, err)
	}
	var d Definition
	meta, err := toml.Decode(string(text), &d)
	if err != nil {
		return nil, fmt.Errorf("read benchmark %s: %w", name, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("read benchmark %s: unknown setting %q; the known ones are id, title, extends, and in recommendation: number, title, level, assessment, control", name, unknown[0])
	}
	if d.ID != name {
		return nil, fmt.Errorf("read benchmark %s: its id is %q", name, d.ID)
	}
	hash := sha256.New()
	hash.Write(text)
	if d.Extends != "" {
		if depth == deepest {
			return nil, fmt.Errorf("read benchmark %s: more than %d benchmarks extend each other", name, deepest)
		}
		base, err := loadDefinition(files, d.Extends, depth+1)
		if err != nil {
			return nil, err
		}
		d.Recommendations = slices.Concat(base.Recommendations, d.Recommendations)
		hash.Write([]byte(base.Digest))
	}
	d.Digest = hex.EncodeToString(hash.Sum(nil))
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("read benchmark %s: %w", name, err)
	}
	return &d, nil
}

// check finds what no benchmark may hold, and gives entries without a title that of their control.
func (d *Definition) check() error {
	numbers, controls := map[string]bool{}, map[string]bool{}
	for i := range d.Recommendations {
		r := &d.Recommendations[i]
		where := fmt.Sprintf("recommendation %q", r.Number)
		if r.Number == "" {
			where = fmt.Sprintf("recommendation with control %q", r.Control)
		}
		if r.Number != "" && numbers[r.Number] {
			return fmt.Errorf("%s stands twice", where)
		}
		numbers[r.Number] = true
		if r.Assessment != "" && r.Assessment != "Automated" && r.Assessment != "Manual" {
			return fmt.Errorf("%s: assessment %q is neither Automated nor Manual", where, r.Assessment)
		}
		if r.Control == "" {
			if r.Title == "" || r.Number == "" {
				return fmt.Errorf("%s has no control and lacks a number or a title", where)
			}
			continue
		}
		c := ControlByID(r.Control)
		if c == nil {
			return fmt.Errorf("%s: unknown control %q; the known ones are %s", where, r.Control, strings.Join(ControlIDs(), ", "))
		}
		if controls[r.Control] {
			return fmt.Errorf("%s: control %s stands twice and would count twice", where, r.Control)
		}
		controls[r.Control] = true
		if r.Title == "" {
			r.Title = c.Title
		}
	}
	if len(controls) == 0 {
		return errors.New("it names no control, so that there is nothing to judge")
	}
	return nil
}

// DefinitionNames lists the benchmarks of a file system, sorted.
func DefinitionNames(files fs.FS) []string {
	entries, err := fs.Glob(files, "benchmarks/*.toml")
	if err != nil { // the pattern is a constant and well formed
		panic(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(path.Base(e), ".toml"))
	}
	slices.Sort(names)
	return names
}

// Judged returns the recommendations that a control judges, in order.
func (d *Definition) Judged() []Recommendation {
	return slices.DeleteFunc(slices.Clone(d.Recommendations), func(r Recommendation) bool { return r.Control == "" })
}

// NotJudged returns the recommendations that no control judges, in order.
func (d *Definition) NotJudged() []Recommendation {
	return slices.DeleteFunc(slices.Clone(d.Recommendations), func(r Recommendation) bool { return r.Control != "" })
}
