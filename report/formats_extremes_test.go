package report

import (
	"bytes"
	"context"
	"testing"
)

// Every format takes reports at the edges of what can be.
func TestFormatsOfExtremes(t *testing.T) {
	for _, extreme := range pdfExtremes() {
		r := extreme.report()
		if r.EachAccount == nil {
			r.EachAccount = func(context.Context, func(*AccountRows) error) error { return nil }
		}
		for _, f := range Formats() {
			t.Run(f.File+" of "+extreme.name, func(t *testing.T) {
				t.Parallel()
				var b bytes.Buffer
				if err := f.Write(t.Context(), r, &b); err != nil {
					t.Fatal(err)
				}
				if f.Name == "xlsx" {
					openBytes(t, b.Bytes())
				}
			})
		}
	}
}
