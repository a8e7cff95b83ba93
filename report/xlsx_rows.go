package report

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/xuri/excelize/v2"
)

// chunkBytes is how much of a sheet's rows waits in memory, about.
const chunkBytes = 1 << 20

// rowSpool keeps the rows of one sheet in a temporary file, as the XML that stands between
// <sheetData> and </sheetData>.
//
// Excelize keeps up to 16 MiB of every streamed sheet in memory until the workbook is
// written, and the workbook has dozens of sheets that are filled side by side. So its stream
// writer encodes the rows here chunk by chunk, each in a file of its own that is let go of,
// and [workbookParts] puts the rows into the sheet when the workbook is written.
type rowSpool struct {
	name   string // of the sheet, for errors
	file   *os.File
	writer *bufio.Writer
	chunk  *excelize.File
	stream *excelize.StreamWriter
	// waiting estimates the bytes that the chunk holds.
	waiting int
}

// newRowSpool makes a spool that is removed with the workbook's other temporary files.
func (b *workbook) newRowSpool(sheet string) (*rowSpool, error) {
	file, err := os.CreateTemp("", "orgaudit-sheet-*")
	if err != nil {
		return nil, fmt.Errorf("spool rows: %w", err)
	}
	s := &rowSpool{name: sheet, file: file, writer: bufio.NewWriter(file)}
	b.rows = append(b.rows, s)
	return s, nil
}

// row encodes a row of cells. Rows come from the top to the bottom.
func (s *rowSpool) row(number int, cells []any, options excelize.RowOpts) error {
	if s.chunk == nil {
		s.chunk = excelize.NewFile()
		stream, err := s.chunk.NewStreamWriter(s.chunk.GetSheetName(0))
		if err != nil {
			return err
		}
		s.stream = stream
	}
	if err := s.stream.SetRow(cellName(1, number), cells, options); err != nil {
		return err
	}
	s.waiting += 30
	for _, c := range cells {
		s.waiting += 40
		if cell, ok := c.(excelize.Cell); ok {
			if text, ok := cell.Value.(string); ok {
				s.waiting += len(text)
			}
		}
	}
	if s.waiting < chunkBytes {
		return nil
	}
	return s.endChunk()
}

// endChunk moves the rows of the chunk into the file.
func (s *rowSpool) endChunk() (err error) {
	if s.chunk == nil {
		return nil
	}
	chunk := s.chunk
	defer func() { err = errors.Join(err, chunk.Close()) }()
	s.chunk, s.waiting = nil, 0
	if err := s.stream.Flush(); err != nil {
		return err
	}
	parts := &sheetPart{name: "xl/worksheets/sheet1.xml"}
	chunk.SetZipWriter(func(io.Writer) excelize.ZipWriter { return parts })
	if _, err := chunk.WriteToBuffer(); err != nil {
		return err
	}
	_, rows, _, err := splitSheet(parts.content.Bytes())
	if err != nil {
		return err
	}
	_, err = s.writer.Write(rows)
	return err
}

// end makes the file whole. Rows may not follow.
func (s *rowSpool) end() error {
	if err := s.endChunk(); err != nil {
		return err
	}
	return s.writer.Flush()
}

// copyTo writes the rows and returns their size.
func (s *rowSpool) copyTo(w io.Writer) (int64, error) {
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	return io.Copy(w, s.file)
}

func (s *rowSpool) remove() error {
	var err error
	if s.chunk != nil {
		err = s.chunk.Close()
	}
	return errors.Join(err, s.file.Close(), os.Remove(s.file.Name()))
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

// sheetPart keeps one part of a workbook and drops the others. It stands in for the ZIP
// writer of excelize.
type sheetPart struct {
	name    string
	content bytes.Buffer
}

// Create returns where a part goes.
func (p *sheetPart) Create(name string) (io.Writer, error) {
	if name != p.name {
		return io.Discard, nil
	}
	p.content.Reset()
	return &p.content, nil
}

// AddFS is not needed for a workbook.
func (p *sheetPart) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Close ends the file.
func (p *sheetPart) Close() error { return nil }
