package report

import (
	"fmt"
	"slices"

	"github.com/xuri/excelize/v2"
)

// protect keeps the figures of every sheet from being changed by accident. There is no
// password: whoever means to change a sheet, or to sort it, which Excel allows in unlocked
// cells alone, takes the protection off. Everything that changes no figure stays allowed.
func (b *workbook) protect() error {
	for _, name := range b.created {
		if slices.Contains(b.unprotected, name) {
			continue
		}
		err := b.file.ProtectSheet(name, &excelize.SheetProtectionOptions{
			SelectLockedCells: true, SelectUnlockedCells: true, AutoFilter: true, Sort: true, PivotTables: true,
			FormatCells: true, FormatColumns: true, FormatRows: true,
			EditObjects: true, // comments are objects
		})
		if err != nil {
			return fmt.Errorf("protect sheet %s: %w", name, err)
		}
	}
	return nil
}

// offerChoices puts drop-down lists on the auditor's columns of the part of a sheet.
func (s *rowSheet) offerChoices() error {
	for i, c := range s.columns {
		if !c.input || len(c.choices) == 0 {
			continue
		}
		if err := s.book.offer(s.partName(), cellName(i+1, s.header+1)+":"+cellName(i+1, s.last), c.choices); err != nil {
			return err
		}
	}
	return nil
}

// offer puts a drop-down list on cells, which take nothing else. Together the words have at
// most 255 characters, and no comma ("Excel specifications and limits", Microsoft Support).
func (b *workbook) offer(sheet, cells string, choices []string) error {
	list := excelize.NewDataValidation(true)
	list.SetSqref(cells)
	if err := list.SetDropList(choices); err != nil {
		return fmt.Errorf("offer choices in cells %s: %w", cells, err)
	}
	list.SetError(excelize.DataValidationErrorStyleStop, "Choose from the list", "The cell takes only what its list offers.")
	if err := b.file.AddDataValidation(sheet, list); err != nil {
		return fmt.Errorf("offer choices in cells %s: %w", cells, err)
	}
	return nil
}
