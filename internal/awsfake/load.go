package awsfake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Load reads a world from its JSON form and validates it. A field that is not
// part of a world is an error.
func Load(r io.Reader) (*World, error) {
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	var w World
	if err := d.Decode(&w); err != nil {
		return nil, fmt.Errorf("read world: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("read world: there is more after its end")
	}
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("validate world: %w", err)
	}
	return &w, nil
}
