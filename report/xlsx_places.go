package report

import "fmt"

// cellPlace is a cell of the workbook, to link to.
type cellPlace struct {
	sheet       string
	column, row int
}

// location is the place as a link within the workbook names it.
func (p cellPlace) location() string {
	return fmt.Sprintf("'%s'!%s", p.sheet, cellName(p.column, p.row))
}

// placeKey names a place: what stands there of a kind, which is the name of the sheet
// without the number of its part, such as "Findings" and a control's id.
type placeKey struct{ kind, id string }

// setPlace keeps where something stands, for sheets that link to it. The first place counts.
// A sheet reads places in [workbook.whenPlaced], when those of all rows are known.
func (b *workbook) setPlace(kind, id string, place cellPlace) {
	if b.places == nil {
		b.places = map[placeKey]cellPlace{}
	}
	if key := (placeKey{kind, id}); b.places[key] == (cellPlace{}) {
		b.places[key] = place
	}
}

// place is where something stands; false where it stands nowhere.
func (b *workbook) place(kind, id string) (cellPlace, bool) {
	p, ok := b.places[placeKey{kind, id}]
	return p, ok
}

// whenPlaced calls f when all sheets are finished and every place is known.
func (b *workbook) whenPlaced(f func() error) { b.placed = append(b.placed, f) }

// linkUp calls what waited for the places.
func (b *workbook) linkUp() error {
	for _, f := range b.placed {
		if err := f(); err != nil {
			return err
		}
	}
	return nil
}

// linkTo makes the cell of the last row lead to a place, if there is one in the end.
func (s *rowSheet) linkTo(column int, kind, id string) {
	sheet, cell := s.partName(), cellName(column, s.last)
	s.book.whenPlaced(func() error {
		place, ok := s.book.place(kind, id)
		if !ok {
			return nil
		}
		if err := s.book.file.SetCellHyperLink(sheet, cell, place.location(), "Location"); err != nil {
			return fmt.Errorf("link cell %s of sheet %s: %w", cell, sheet, err)
		}
		return nil
	})
}
