package benchmark

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Definition is a benchmark: a numbered list of recommendations, some of which a control
// judges. It is read from a TOML file, so that a new version of CIS needs no Go, and that a
// company can put its own numbers, titles and weights onto the controls.
type Definition struct {
	ID    string `toml:"id"`
	Title string `toml:"title"`
	// Extends names a benchmark whose recommendations come first.
	Extends         string           `toml:"extends"`
	Recommendations []Recommendation `toml:"recommendation"`
	// Weights and Parameters are the defaults, as this benchmark and the one that it extends
	// change them. The configuration stands over them.
	Weights    Weights    `toml:"weights"`
	Parameters Parameters `toml:"parameters"`
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
	// Severity is the control's where the benchmark wants another one; empty keeps it.
	Severity Severity `toml:"severity"`
	// Weight is what the control counts instead of the weight of its severity; nil keeps that.
	Weight *int `toml:"weight"`
}

// Demand returns the control that judges a recommendation, under the title and with the
// severity that the recommendation gives it; nil where none does.
func (r *Recommendation) Demand() *Control {
	c := ControlByID(r.Control)
	if c == nil {
		return nil
	}
	demanded := *c
	demanded.Title = r.Title
	demanded.Severity = cmp.Or(r.Severity, c.Severity)
	return &demanded
}

// Counts is the weight of a recommendation, where those of severities are weights.
func (r *Recommendation) Counts(weights Weights) int {
	if r.Weight != nil {
		return *r.Weight
	}
	if c := r.Demand(); c != nil {
		return weights[c.Severity]
	}
	return 0
}

// LoadDefinition reads benchmarks/NAME.toml of a file system. An unknown name, an unknown
// setting and an unknown control are errors that list the known ones.
func LoadDefinition(files fs.FS, name string) (*Definition, error) {
	return loadDefinition(files, name, 0)
}

func loadDefinition(files fs.FS, name string, depth int) (*Definition, error) {
	file := path.Join("benchmarks", name+".toml")
	text, err := fs.ReadFile(files, file)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return nil, fmt.Errorf("no benchmark %q; the known ones are %s", name, strings.Join(DefinitionNames(files), ", "))
	}
	if err != nil {
		return nil, fmt.Errorf("read benchmark %s: %w", name, err)
	}
	t := tomlText{file, string(text)}
	d, err := readDefinition(files, t, depth)
	if err != nil {
		return nil, err
	}
	if d.ID != name {
		return nil, t.errorf(place{key: "id"}, "the id is %q and must be %q, as the file is called", d.ID, name)
	}
	return d, nil
}

// ReadDefinition reads a benchmark that is none of ours, such as a company's own. Errors
// call its text by name; what it extends is among files.
func ReadDefinition(files fs.FS, name string, text []byte) (*Definition, error) {
	t := tomlText{name, string(text)}
	d, err := readDefinition(files, t, 0)
	if err != nil {
		return nil, err
	}
	if known := DefinitionNames(files); slices.Contains(known, d.ID) {
		return nil, t.errorf(place{key: "id"}, "the id %q is taken; the benchmarks that orgaudit brings are %s", d.ID, strings.Join(known, ", "))
	}
	return d, nil
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
