package benchmark

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// deepest bounds chains of extends, which could run in a circle.
const deepest = 5

// definitionKeys are the settings of a benchmark, recommendationKeys those of one entry.
var (
	definitionKeys     = [...]string{"id", "title", "extends", "weights", "parameters", "recommendation"}
	recommendationKeys = [...]string{"number", "title", "level", "assessment", "control", "severity", "weight"}
)

// readDefinition reads the text of a benchmark over that of the one that it extends.
func readDefinition(files fs.FS, t tomlText, depth int) (*Definition, error) {
	raw := map[string]any{}
	if _, err := toml.Decode(t.text, &raw); err != nil {
		return nil, t.parseError(err)
	}
	if err := checkEntries(t, raw["recommendation"]); err != nil {
		return nil, err
	}
	base := &Definition{Weights: DefaultWeights(), Parameters: DefaultParameters()}
	if name, _ := raw["extends"].(string); name != "" {
		known := DefinitionNames(files)
		if !slices.Contains(known, name) {
			return nil, t.errorf(place{key: "extends"}, "%w", unknown("benchmark", name, known))
		}
		if depth == deepest {
			return nil, t.errorf(place{key: "extends"}, "more than %d benchmarks extend each other", deepest)
		}
		var err error
		if base, err = loadDefinition(files, name, depth+1); err != nil {
			return nil, err
		}
	}
	d := &Definition{Weights: base.Weights, Parameters: base.Parameters}
	meta, err := toml.Decode(t.text, d)
	if err != nil {
		return nil, t.parseError(err)
	}
	if err := d.checkSettings(t, meta); err != nil {
		return nil, err
	}
	if err := d.Parameters.Check(); err != nil {
		var wrong *ParameterError
		errors.As(err, &wrong)
		return nil, t.errorf(place{table: "parameters", key: wrong.Name}, "parameter %w", err)
	}
	own := d.Recommendations
	d.Recommendations = base.Recommendations
	for i := range own {
		if err := d.add(own[:i], own[i]); err != nil {
			return nil, t.errorf(place{table: "recommendation", nth: i}, "%w", err)
		}
	}
	if len(d.Judged()) == 0 {
		return nil, t.errorf(place{}, "it names no control, so that there is nothing to judge")
	}
	d.Title = cmp.Or(d.Title, d.ID)
	sum := sha256.Sum256([]byte(t.text + base.Digest))
	d.Digest = hex.EncodeToString(sum[:])
	return d, nil
}

// checkEntries looks at every key of every recommendation. The decoder would name the place
// of a wrong one as well, but takes those of one entry for those of another.
func checkEntries(t tomlText, entries any) error {
	list, _ := entries.([]map[string]any) // anything else does not decode
	for i, entry := range list {
		for _, key := range slices.Sorted(maps.Keys(entry)) {
			at := place{table: "recommendation", nth: i, key: key}
			if !slices.Contains(recommendationKeys[:], key) {
				return t.errorf(at, "recommendation: %w", unknown("setting", key, recommendationKeys[:]))
			}
			_, number := entry[key].(int64)
			_, text := entry[key].(string)
			if wantsNumber := key == "level" || key == "weight"; wantsNumber && !number {
				return t.errorf(at, "recommendation: %s must be a whole number", key)
			} else if !wantsNumber && !text {
				return t.errorf(at, "recommendation: %s must be text in quotes", key)
			}
		}
	}
	return nil
}

// checkSettings finds what stands outside the recommendations and may not.
func (d *Definition) checkSettings(t tomlText, meta toml.MetaData) error {
	if left := meta.Undecoded(); len(left) > 0 {
		key := left[0]
		if len(key) > 1 && key[0] == "parameters" {
			return t.errorf(place{table: "parameters", key: key[1]}, "%w", unknown("parameter", key[1], parameterNames()))
		}
		return t.errorf(place{key: key[0]}, "%w", unknown("setting", key[0], definitionKeys[:]))
	}
	if d.ID == "" {
		return t.errorf(place{}, "the id is missing")
	}
	for _, severity := range slices.Sorted(maps.Keys(d.Weights)) {
		at := place{table: "weights", key: string(severity)}
		if err := severity.check(); err != nil {
			return t.errorf(at, "weights: %w", err)
		}
		if d.Weights[severity] < 0 {
			return t.errorf(at, "weights: %s must not be negative", severity)
		}
	}
	return nil
}

// add puts a recommendation of the benchmark's own beside the earlier ones. One that names
// the control, or the number, of an extended recommendation changes that one in its place.
func (d *Definition) add(earlier []Recommendation, r Recommendation) error {
	where := fmt.Sprintf("recommendation %q", r.Number)
	if r.Number == "" {
		where = fmt.Sprintf("recommendation with control %q", r.Control)
	}
	for _, e := range earlier {
		if r.Number != "" && r.Number == e.Number {
			return fmt.Errorf("%s stands twice", where)
		}
		if r.Control != "" && r.Control == e.Control {
			return fmt.Errorf("%s: control %s stands twice and would count twice", where, r.Control)
		}
	}
	i := slices.IndexFunc(d.Recommendations, func(e Recommendation) bool {
		if r.Control != "" {
			return r.Control == e.Control
		}
		return r.Number != "" && r.Number == e.Number
	})
	if i < 0 {
		i = len(d.Recommendations)
		d.Recommendations = append(d.Recommendations, Recommendation{})
	}
	changed := d.Recommendations[i].changed(r)
	if err := changed.check(); err != nil {
		return fmt.Errorf("%s: %w", where, err)
	}
	for j, e := range d.Recommendations {
		if j != i && e.Number != "" && e.Number == changed.Number {
			return fmt.Errorf("%s stands twice", where)
		}
	}
	d.Recommendations[i] = changed
	return nil
}

// changed returns a recommendation with everything that another one sets.
func (r Recommendation) changed(by Recommendation) Recommendation {
	return Recommendation{
		Number: cmp.Or(by.Number, r.Number), Title: cmp.Or(by.Title, r.Title), Level: cmp.Or(by.Level, r.Level),
		Assessment: cmp.Or(by.Assessment, r.Assessment), Control: cmp.Or(by.Control, r.Control),
		Severity: cmp.Or(by.Severity, r.Severity), Weight: cmp.Or(by.Weight, r.Weight),
	}
}

// check finds what no recommendation may hold, and gives one without a title that of its
// control.
func (r *Recommendation) check() error {
	if r.Assessment != "" && r.Assessment != "Automated" && r.Assessment != "Manual" {
		return fmt.Errorf("assessment %q is neither Automated nor Manual", r.Assessment)
	}
	if r.Level < 0 || r.Level > 2 {
		return fmt.Errorf("level %d is neither 1 nor 2", r.Level)
	}
	if r.Control == "" {
		if r.Title == "" || r.Number == "" {
			return errors.New("it has no control and lacks a number or a title")
		}
		if r.Severity != "" || r.Weight != nil {
			return errors.New("it has no control, and so neither a severity nor a weight")
		}
		return nil
	}
	c := ControlByID(r.Control)
	if c == nil {
		return unknown("control", r.Control, ControlIDs())
	}
	if r.Severity != "" {
		if err := r.Severity.check(); err != nil {
			return err
		}
	}
	if r.Weight != nil && *r.Weight < 0 {
		return fmt.Errorf("weight %d is negative", *r.Weight)
	}
	r.Title = cmp.Or(r.Title, c.Title)
	return nil
}

// check tells whether it is one of the severities.
func (s Severity) check() error {
	if slices.Contains(Severities(), s) {
		return nil
	}
	var known []string
	for _, k := range Severities() {
		known = append(known, string(k))
	}
	return unknown("severity", string(s), known)
}

// parameterNames lists the parameters of all controls.
func parameterNames() []string {
	var names []string
	for _, p := range parameterDocs {
		names = append(names, p.name)
	}
	return names
}

// unknown is the error about a name that nothing has: it tells the nearest one and all.
func unknown(kind, name string, known []string) error {
	if len(known) == 0 {
		return fmt.Errorf("unknown %s %q; there is none", kind, name)
	}
	return fmt.Errorf("unknown %s %q; did you mean %q? The known ones are %s", kind, name, nearest(name, known), strings.Join(known, ", "))
}
