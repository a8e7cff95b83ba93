package report

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/xuri/excelize/v2"
)

// rowSpool keeps the rows of one sheet in a temporary file, as the XML that stands between
// <sheetData> and </sheetData>.
//
// Excelize keeps up to 16 MiB of every streamed sheet in memory until the workbook is
// written, and makes garbage of every cell; and the workbook has dozens of sheets that are
// filled side by side. So the rows are encoded here, and [workbookParts] puts them into the
// sheet when the workbook is written.
type rowSpool struct {
	name   string // of the sheet, for errors
	file   *os.File
	writer *bufio.Writer
	text   []byte // of a row; it is used again
	// levels is the deepest level of the outline.
	levels int
}

// newRowSpool makes a spool that is removed with the workbook's other temporary files.
func (b *workbook) newRowSpool(sheet string) (*rowSpool, error) {
	file, err := os.CreateTemp("", "orgaudit-sheet-*")
	if err != nil {
		return nil, fmt.Errorf("spool rows: %w", err)
	}
	s := &rowSpool{name: sheet, file: file, writer: bufio.NewWriterSize(file, 64<<10)}
	b.rows = append(b.rows, s)
	return s, nil
}

// row encodes a row of cells. Rows come from the top to the bottom.
func (s *rowSpool) row(number int, cells []excelize.Cell, options excelize.RowOpts) error {
	text, err := appendRow(s.text[:0], number, cells, options)
	if err != nil {
		return err
	}
	s.text, s.levels = text, max(s.levels, options.OutlineLevel)
	_, err = s.writer.Write(text)
	return err
}

// end makes the file whole. Rows may not follow.
func (s *rowSpool) end() error {
	return s.writer.Flush()
}

// outlined adds to the XML before the rows how deep their outline is, without which not every
// program shows it.
func (s *rowSpool) outlined(before []byte) []byte {
	if s.levels == 0 {
		return before
	}
	const format = "<sheetFormatPr "
	return bytes.Replace(before, []byte(format), fmt.Appendf(nil, `%soutlineLevelRow="%d" `, format, s.levels), 1)
}

// copyTo writes the rows and returns their size.
func (s *rowSpool) copyTo(w io.Writer) (int64, error) {
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	return io.Copy(w, s.file)
}

func (s *rowSpool) remove() error {
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}

// splitSheet takes the XML of a sheet apart: what stands before its rows, the rows, and what
// stands after them.
func splitSheet(content []byte) (before, rows, after []byte, err error) {
	const opening, closing = "<sheetData>", "</sheetData>"
	begin := bytes.Index(content, []byte(opening))
	end := bytes.LastIndex(content, []byte(closing))
	if begin < 0 || end < begin {
		return nil, nil, nil, errors.New("the XML of a sheet has no rows")
	}
	begin += len(opening)
	return content[:begin], content[begin:end], content[end:], nil
}
