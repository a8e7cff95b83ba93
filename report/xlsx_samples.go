package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// samplesSheet is the sheet Samples: of each control a sample of its items, with empty cells
// for what the auditor finds.
type samplesSheet struct {
	*rowSheet
	report *Report
	draws  []controlSample
	// kept are the drawn items where the sample grows with the population.
	kept *keyedSpool
	text []byte
}

// controlSample is the sample of one control in the making.
type controlSample struct {
	draw *Draw
	// population counts the items that were offered, size those that are drawn.
	population, size int
	// held are the items of a sample of fixed size, by their slots.
	held []itemRecord
}

// sampleSeed is the seed that samples are drawn with.
func sampleSeed(r *Report) string { return cmp.Or(r.Rendering.Samples.Seed, r.Evidence.Digest) }

func newSamplesSheet(b *workbook, r *Report) (*samplesSheet, error) {
	s := &samplesSheet{report: r}
	form := &r.Rendering.Samples
	population, size := 0, 0
	for i := range r.Controls {
		c := &r.Controls[i]
		s.draws = append(s.draws, controlSample{draw: form.Draw(sampleSeed(r), c.ID, c.Population)})
		population += c.Population
		size += form.SizeOf(c.Population)
	}
	columns := []sheetColumn{
		{title: "Number", width: 9}, {title: "Control id", width: 24, look: wrapped},
		{title: "Population", width: 12, look: figures}, {title: "Sample size", width: 9, look: figures}, {title: "No.", width: 7, look: figures},
		{title: "Item id", width: 17}, {title: "Account id", width: 14}, {title: "Account", width: 20, look: wrapped},
		{title: "Resource", width: 34, look: wrapped}, {title: "Observed", width: 30, look: wrapped}, {title: "Expected", width: 26, look: wrapped}, {title: "Status", width: 15, colours: verdictColours()},
		{title: "Evidence file", width: 21, look: wrapped}, {title: "Evidence pointer", width: 24, look: wrapped},
	}
	for _, letter := range []string{"A", "B", "C", "D", "E"} {
		columns = append(columns, sheetColumn{title: "Attribute " + letter, width: 11, input: true})
	}
	columns = append(columns, sheetColumn{title: "Exception?", width: 12, input: true, choices: []string{"no", "yes", "not applicable"}},
		sheetColumn{title: "Conclusion", width: 30, input: true}, sheetColumn{title: "Initials", width: 10, input: true})
	seed := "Seed: " + sampleSeed(r) + ", from the configuration."
	if form.Seed == "" {
		seed = "Seed: " + sampleSeed(r) + ", the digest of the evidence, since the configuration names none."
	}
	sheet, err := b.newRowSheet(rowSheet{
		name: "Samples", paper: paperA3, frozen: 2, none: "No control was judged.", columns: columns,
		lead: b.note(
			"Of each control a sample of its rows in the sheet Tested items, to which the item ids lead. The framed columns are yours to fill in.",
			"Method: "+methodOfSamples(form), seed,
			fmt.Sprintf("Populations: %s. Samples: %s. The figures of each control stand in its rows.", counted(population, "item", "items"), counted(size, "item", "items"))),
	})
	if err != nil {
		return nil, err
	}
	s.rowSheet = sheet
	s.kept, err = b.newKeyedSpool(len(r.Controls))
	return s, err
}

// methodOfSamples says how samples are drawn, so that they can be drawn again.
func methodOfSamples(s *Sampling) string {
	switch s.Method {
	case SampleFixed:
		return fmt.Sprintf("fixed size. Of each control the %s whose SHA-256 of seed and item id, one behind the other, is smallest; all of them where there are no more.", counted(s.Size, "item", "items"))
	case SamplePercent:
		return fmt.Sprintf("%s percent of each control's items, rounded up to n of N, systematically: item i, counted from 0 down the sheet Tested items, where the remainder of (i × n + start) ÷ N is N − n or more; start is the first 8 bytes of the SHA-256 of seed and control id, modulo N.",
			strconv.FormatFloat(s.Percent, 'f', -1, 64))
	default:
		return "all items of each control."
	}
}

// offer draws an item, or not. Items of no control of the benchmark are in no population.
func (s *samplesSheet) offer(control int, r *itemRecord) error {
	if control >= len(s.draws) {
		return nil
	}
	d := &s.draws[control]
	d.population++
	slot, drawn := d.draw.Offer(r.id)
	if !drawn {
		return nil
	}
	if s.report.Rendering.Samples.Method == SampleFixed {
		if slot == len(d.held) {
			d.held = append(d.held, itemRecord{})
			d.size++
		}
		// The texts are parts of the account's evidence, which must not be kept for them.
		d.held[slot] = r.clone()
		return nil
	}
	d.size++
	s.text = r.append(s.text[:0])
	return s.kept.put(control, s.text)
}

// clone copies what stands in the sheet Samples.
func (r *itemRecord) clone() itemRecord {
	c := itemRecord{account: r.account, part: r.part, row: r.row}
	c.id, c.resource, c.status = strings.Clone(r.id), strings.Clone(r.resource), strings.Clone(r.status)
	c.observed, c.expected, c.file, c.pointer = strings.Clone(r.observed), strings.Clone(r.expected), strings.Clone(r.file), strings.Clone(r.pointer)
	return c
}

// finish writes the samples control by control, each in the order of the population. A control
// without items has its row too.
func (s *samplesSheet) finish() error {
	var record itemRecord
	for i := range s.draws {
		d := &s.draws[i]
		c := &s.report.Controls[i]
		if d.size == 0 {
			words := "(nothing is drawn)"
			if d.population == 0 {
				words = "(no item to draw from)"
			}
			values := make([]any, len(s.columns))
			copy(values, []any{numberOrDash(c.Number), c.ID, d.population, 0, nil, words})
			if err := s.row(values...); err != nil {
				return err
			}
			s.book.setPlace(s.name, c.ID, cellPlace{sheet: s.partName(), column: 1, row: s.last})
			continue
		}
		slices.SortFunc(d.held, func(x, y itemRecord) int { return cmp.Or(cmp.Compare(x.part, y.part), cmp.Compare(x.row, y.row)) })
		for n := range d.held {
			if err := s.item(c, d, n+1, &d.held[n]); err != nil {
				return err
			}
		}
		n := 0
		err := s.kept.each(i, func(text []byte) error {
			if err := record.read(text); err != nil {
				return err
			}
			n++
			return s.item(c, d, n, &record)
		})
		if err != nil {
			return err
		}
	}
	return s.rowSheet.finish()
}

// item writes the row of a drawn item.
func (s *samplesSheet) item(c *Control, d *controlSample, n int, r *itemRecord) error {
	a := &Account{}
	a.ID, a.Name = organizationRow, s.report.Organization.ID
	if r.account >= 0 {
		a = &s.report.Accounts[r.account]
	}
	err := s.row(numberOrDash(c.Number), c.ID, d.population, d.size, n, cellLink{r.id, testedPlace(r)}, a.ID, a.Name, r.resource, r.observed, r.expected, r.status,
		r.file, r.pointer, nil, nil, nil, nil, nil, nil, nil, nil)
	s.book.setPlace(s.name, c.ID, cellPlace{sheet: s.partName(), column: 1, row: s.last})
	return err
}
