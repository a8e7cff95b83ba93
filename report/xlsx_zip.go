package report

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math"
	"slices"
	"sort"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"
)

// save writes the file with its parts in one order, and the spooled rows in their sheets.
// Excelize walks the content types of images in the order of a map, which differs from run
// to run.
func (b *workbook) save(w io.Writer) error {
	file := b.file
	if types := file.ContentTypes; types != nil {
		sort.Slice(types.Defaults, func(i, j int) bool { return types.Defaults[i].Extension < types.Defaults[j].Extension })
	}
	parts := &workbookParts{}
	file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return parts })
	// The buffer stays empty: everything goes through parts.
	if _, err := file.WriteToBuffer(); err != nil {
		return fmt.Errorf("make the parts of the workbook: %w", err)
	}
	for id, sheet := range file.GetSheetMap() {
		for _, rows := range b.rows {
			if rows.name == sheet {
				parts.part(fmt.Sprintf("xl/worksheets/sheet%d.xml", id)).rows = rows
			}
		}
	}
	if err := parts.compress(); err != nil {
		return fmt.Errorf("compress workbook: %w", err)
	}
	if err := parts.copyTo(w); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// workbookParts keeps the parts of a workbook. It stands in for the ZIP writer of excelize.
type workbookParts struct{ parts []*workbookPart }

// workbookPart is one part. All are small but the sheets, whose rows wait in files.
type workbookPart struct {
	header  zip.FileHeader
	content bytes.Buffer
	// rows stand in place of the rows in content; nil where there are none in a file.
	rows *rowSpool
	// head and tail are the part as it stands in the archive, before and after its rows.
	head, tail bytes.Buffer
}

// Create begins a part.
func (p *workbookParts) Create(name string) (io.Writer, error) {
	part := p.part(name)
	part.content.Reset()
	return &part.content, nil
}

// part returns the part of that name, a new one where there is none.
func (p *workbookParts) part(name string) *workbookPart {
	for _, part := range p.parts {
		if part.header.Name == name {
			return part
		}
	}
	part := &workbookPart{header: zip.FileHeader{Name: name, Method: zip.Deflate}}
	p.parts = append(p.parts, part)
	return part
}

// AddFS is not needed for a workbook.
func (p *workbookParts) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Close ends the archive; its parts are still to be written.
func (p *workbookParts) Close() error { return nil }

// compress makes the parts as they stand in the archive.
func (p *workbookParts) compress() error {
	writer, err := flate.NewWriter(io.Discard, deflateLevel)
	if err != nil {
		return err
	}
	for _, part := range p.parts {
		if err := part.compress(writer); err != nil {
			return fmt.Errorf("%s: %w", part.header.Name, err)
		}
	}
	return nil
}

func (p *workbookPart) compress(writer *flate.Writer) error {
	text := p.content.Bytes()
	h := &p.header
	h.CRC32, h.UncompressedSize64 = crc32.ChecksumIEEE(text), uint64(len(text))
	if p.rows == nil {
		if err := deflatePiece(writer, &p.head, text, true); err != nil {
			return err
		}
		h.CompressedSize64 = uint64(p.head.Len())
		return nil
	}
	before, _, after, err := splitSheet(text)
	if err != nil {
		return err
	}
	before = p.rows.outlined(before)
	if err := errors.Join(deflatePiece(writer, &p.head, before, false), deflatePiece(writer, &p.tail, after, true)); err != nil {
		return err
	}
	rows, err := p.rows.compressed()
	if err != nil {
		return err
	}
	sum := joinedCRC(crc32.ChecksumIEEE(before), p.rows.sum, p.rows.size)
	h.CRC32 = crc32.Update(sum, crc32.IEEETable, after)
	h.UncompressedSize64 = uint64(len(before)) + uint64(p.rows.size) + uint64(len(after))
	h.CompressedSize64 = uint64(p.head.Len()) + uint64(rows) + uint64(p.tail.Len())
	// Excel does not read parts in the form that ZIP has for larger ones.
	if h.UncompressedSize64 > math.MaxUint32 {
		return fmt.Errorf("it has %d bytes, which is more than the 4 GiB that a part of a workbook may have", h.UncompressedSize64)
	}
	return nil
}

// copyTo writes the part as it stands in the archive.
func (p *workbookPart) copyTo(w io.Writer) error {
	if _, err := p.head.WriteTo(w); err != nil || p.rows == nil {
		return err
	}
	if err := p.rows.copyTo(w); err != nil {
		return err
	}
	_, err := p.tail.WriteTo(w)
	return err
}

// copyTo writes the archive: the list of content types first, as readers that look at the
// first bytes expect, the other parts by name.
func (p *workbookParts) copyTo(w io.Writer) error {
	rank := func(part *workbookPart) int {
		if part.header.Name == "[Content_Types].xml" {
			return 0
		}
		return 1
	}
	slices.SortFunc(p.parts, func(a, b *workbookPart) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.header.Name, b.header.Name))
	})
	archive := zip.NewWriter(w)
	for _, part := range p.parts {
		to, err := archive.CreateRaw(&part.header)
		if err != nil {
			return err
		}
		if err := part.copyTo(to); err != nil {
			return err
		}
	}
	return archive.Close()
}
