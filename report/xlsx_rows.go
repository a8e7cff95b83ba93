package report

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"sync"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"
)

// rowSpool keeps the rows of one sheet in a temporary file, compressed as they stand in the
// workbook: the XML between <sheetData> and </sheetData>.
//
// Excelize keeps up to 16 MiB of every streamed sheet in memory until the workbook is
// written, and makes garbage of every cell; and the workbook has dozens of sheets that are
// filled side by side. So the rows are encoded here, and [workbookParts] puts them into the
// sheet when the workbook is written.
type rowSpool struct {
	name string // of the sheet, for errors
	file *os.File
	// text is the XML that is not compressed yet; the pool takes it back.
	text  *[]byte
	texts *sync.Pool
	queue chan<- deflateJob
	// levels is the deepest level of the outline.
	levels int

	// These are the compressor's until the spool has ended: the length and the CRC-32 of the XML,
	// and what went wrong.
	size int64
	sum  uint32
	err  error
}

// newRowSpool makes a spool that is removed with the workbook's other temporary files.
func (b *workbook) newRowSpool(sheet string) (*rowSpool, error) {
	file, err := os.CreateTemp("", "orgaudit-sheet-*")
	if err != nil {
		return nil, fmt.Errorf("spool rows: %w", err)
	}
	if b.deflaters == nil {
		b.deflaters = newDeflaters()
	}
	s := &rowSpool{name: sheet, file: file, texts: &b.deflaters.texts, queue: b.deflaters.queue()}
	s.text = s.texts.Get().(*[]byte)
	b.rows = append(b.rows, s)
	return s, nil
}

// row encodes a row of cells. Rows come from the top to the bottom.
func (s *rowSpool) row(number int, cells []rowCell, options excelize.RowOpts) {
	text := appendRow(*s.text, number, cells, options)
	*s.text, s.levels = text, max(s.levels, options.OutlineLevel)
	if len(text) >= deflateChunk {
		s.queue <- deflateJob{spool: s, text: s.text}
		s.text = s.texts.Get().(*[]byte)
	}
}

// deflate compresses a piece of the rows.
func (s *rowSpool) deflate(writer *flate.Writer, text []byte) {
	if s.err != nil {
		return
	}
	s.size += int64(len(text))
	s.sum = crc32.Update(s.sum, crc32.IEEETable, text)
	s.err = deflatePiece(writer, s.file, text, false)
}

// end makes the file whole. Rows may not follow.
func (s *rowSpool) end() error {
	done := make(chan struct{})
	s.queue <- deflateJob{spool: s, text: s.text}
	s.queue <- deflateJob{spool: s, done: done}
	s.text = nil
	<-done
	if s.err != nil {
		return fmt.Errorf("spool rows: %w", s.err)
	}
	return nil
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

// compressed is how long the rows are in the workbook.
func (s *rowSpool) compressed() (int64, error) { return s.file.Seek(0, io.SeekEnd) }

// copyTo writes the compressed rows.
func (s *rowSpool) copyTo(w io.Writer) error {
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy(w, s.file)
	return err
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
