package report

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/report/benchmark"
)

// TestSamplesAreLinkedToTheirItems: each item of a sample leads to its row in the sheet Tested
// items, or the part of it in which it stands, and the samples are those of the pure function.
func TestSamplesAreLinkedToTheirItems(t *testing.T) {
	for _, s := range []Sampling{{Method: SampleFixed, Size: 3, Seed: "seed"}, {Method: SamplePercent, Percent: 15, Seed: "seed"}, {Method: SampleAll}} {
		t.Run(s.Method, func(t *testing.T) {
			r := sampleReport(12)
			r.Rendering.Samples = s
			f := openBytes(t, workbookBytes(t, r, 150))
			population := map[string][]string{}
			all := func(results []benchmark.Result) {
				for i := range results {
					population[results[i].Control] = append(population[results[i].Control], FindingIDs(&results[i])...)
				}
			}
			all(r.OrganizationResults)
			for i := range r.Accounts {
				all(sampleRows(r, i).Results)
			}
			link := regexp.MustCompile(`^HYPERLINK\("#'(.*)'!(A\d+)"`)
			got, parts := map[string][]string{}, map[string]bool{}
			for _, sheet := range f.GetSheetList() {
				if !strings.HasPrefix(sheet, "Samples") {
					continue
				}
				rows, err := f.GetRows(sheet)
				if err != nil {
					t.Fatal(err)
				}
				for i, row := range rows {
					formula, err := f.GetCellFormula(sheet, cellName(6, i+1))
					if err != nil {
						t.Fatal(err)
					}
					to := link.FindStringSubmatch(formula)
					if to == nil {
						continue
					}
					if id := cellValue(t, f, to[1], to[2]); id != row[5] {
						t.Errorf("item %s leads to %s", row[5], id)
					}
					parts[to[1]] = true
					got[row[1]] = append(got[row[1]], row[5])
				}
			}
			if len(parts) < 2 {
				t.Errorf("links lead to %v alone", parts)
			}
			for _, c := range r.Controls {
				d := s.Draw("seed", c.ID, len(population[c.ID]))
				slots := map[int]string{}
				for _, id := range population[c.ID] {
					if slot, ok := d.Offer(id); ok {
						slots[slot] = id
					}
				}
				want := slices.DeleteFunc(slices.Clone(population[c.ID]), func(id string) bool {
					return !slices.Contains(slices.Collect(maps.Values(slots)), id)
				})
				if diff := cmp.Diff(want, got[c.ID]); diff != "" {
					t.Errorf("sample of %s: %s", c.ID, diff)
				}
			}
		})
	}
}

func TestSamplesSayHowTheyWereDrawn(t *testing.T) {
	r := sampleReport(12)
	r.Rendering.Samples = Sampling{Method: SampleFixed, Size: 4}
	f := openWorkbook(t, r)
	text := sheetText(t, f, "Samples")
	for _, want := range []string{"fixed size. Of each control the 4 items", "Seed: " + r.Evidence.Digest + ", the digest of the evidence", "Populations: "} {
		if !strings.Contains(text, want) {
			t.Errorf("the sheet does not say %q", want)
		}
	}
	sizes := map[string][2]string{}
	for _, row := range sheetTable(t, f, "Samples", 5) {
		sizes[row["Control id"]] = [2]string{row["Population"], row["Sample size"]}
	}
	for _, c := range r.Controls {
		if sizes[c.ID] == [2]string{} {
			t.Errorf("control %s has no row", c.ID)
		}
	}
	if got := sizes["root-mfa"]; got[1] != "4" || got[0] == "4" {
		t.Errorf("root-mfa: population and sample %v", got)
	}
	r.EachAccount = func(context.Context, func(*AccountRows) error) error { return nil }
	for _, row := range sheetTable(t, openWorkbook(t, r), "Samples", 5) {
		if row["Control id"] == "root-mfa" && (row["Population"] != "0" || row["Item id"] != "(no item to draw from)") {
			t.Errorf("a control without items: %v", row)
		}
	}
}
