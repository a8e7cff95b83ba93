package report

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"sort"

	"github.com/xuri/excelize/v2"
)

// save writes the file with its parts in one order, and the spooled rows in their sheets.
// Excelize walks the content types of images in the order of a map, which differs from run
// to run; so the compressed parts are kept in a temporary file until all are there.
func (b *workbook) save(w io.Writer) (err error) {
	file := b.file
	spool, err := os.CreateTemp("", "orgaudit-")
	if err != nil {
		return fmt.Errorf("make temporary file of the workbook: %w", err)
	}
	defer func() {
		if e := errors.Join(spool.Close(), os.Remove(spool.Name())); e != nil && err == nil {
			err = fmt.Errorf("remove temporary file of the workbook: %w", e)
		}
	}()
	if types := file.ContentTypes; types != nil {
		sort.Slice(types.Defaults, func(i, j int) bool { return types.Defaults[i].Extension < types.Defaults[j].Extension })
	}
	parts := &workbookParts{spool: spool, rows: map[string]*rowSpool{}}
	for id, sheet := range file.GetSheetMap() {
		for _, rows := range b.rows {
			if rows.name == sheet {
				parts.rows[fmt.Sprintf("xl/worksheets/sheet%d.xml", id)] = rows
			}
		}
	}
	file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return parts })
	// The buffer stays empty: everything goes through parts.
	if _, err := file.WriteToBuffer(); err != nil {
		return fmt.Errorf("compress workbook: %w", err)
	}
	if err := parts.copyTo(w); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// workbookParts compresses the parts of a workbook one after the other into a spool file.
// It stands in for the ZIP writer of excelize.
type workbookParts struct {
	spool *os.File
	end   int64
	parts []workbookPart
	open  *openPart
	// rows are the spooled rows by the name of the part that they belong into.
	rows map[string]*rowSpool
}

type workbookPart struct {
	header zip.FileHeader
	offset int64
}

// openPart is the part that is written at the moment.
type openPart struct {
	name     string
	deflate  *flate.Writer
	checksum uint32
	size     uint64
	// sheet keeps what excelize writes of a sheet whose rows are spooled.
	sheet *bytes.Buffer
}

// insert writes a sheet with its spooled rows in place of those that excelize knows.
func (o *openPart) insert(rows *rowSpool) error {
	before, _, after, err := splitSheet(o.sheet.Bytes())
	if err != nil {
		return err
	}
	if _, err := o.Write(rows.outlined(before)); err != nil {
		return err
	}
	if err := rows.copyTo(o); err != nil {
		return err
	}
	_, err = o.Write(after)
	return err
}

// Create begins a part and ends the one before.
func (p *workbookParts) Create(name string) (io.Writer, error) {
	if err := p.Close(); err != nil {
		return nil, err
	}
	deflate, err := flate.NewWriter(p.spool, flate.DefaultCompression)
	if err != nil {
		return nil, err
	}
	p.open = &openPart{name: name, deflate: deflate}
	if p.rows[name] != nil {
		p.open.sheet = &bytes.Buffer{}
		return p.open.sheet, nil
	}
	return p.open, nil
}

// AddFS is not needed for a workbook.
func (p *workbookParts) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Close ends the part that is written at the moment.
func (p *workbookParts) Close() error {
	if p.open == nil {
		return nil
	}
	o := p.open
	p.open = nil
	if o.sheet != nil {
		if err := o.insert(p.rows[o.name]); err != nil {
			return err
		}
	}
	if err := o.deflate.Close(); err != nil {
		return err
	}
	end, err := p.spool.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	// Excel does not read parts in the form that ZIP has for larger ones.
	if o.size > math.MaxUint32 {
		return fmt.Errorf("%s has %d bytes, which is more than the 4 GiB that a part of a workbook may have", o.name, o.size)
	}
	header := zip.FileHeader{Name: o.name, Method: zip.Deflate, CRC32: o.checksum, CompressedSize64: uint64(end - p.end), UncompressedSize64: o.size}
	p.parts = append(p.parts, workbookPart{header: header, offset: p.end})
	p.end = end
	return nil
}

func (o *openPart) Write(b []byte) (int, error) {
	o.checksum = crc32.Update(o.checksum, crc32.IEEETable, b)
	o.size += uint64(len(b))
	return o.deflate.Write(b)
}

// copyTo writes the archive: the list of content types first, as readers that look at the
// first bytes expect, the other parts by name.
func (p *workbookParts) copyTo(w io.Writer) error {
	rank := func(part workbookPart) int {
		if part.header.Name == "[Content_Types].xml" {
			return 0
		}
		return 1
	}
	slices.SortFunc(p.parts, func(a, b workbookPart) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.header.Name, b.header.Name))
	})
	archive := zip.NewWriter(w)
	for i := range p.parts {
		part := &p.parts[i]
		to, err := archive.CreateRaw(&part.header)
		if err != nil {
			return err
		}
		if _, err := io.Copy(to, io.NewSectionReader(p.spool, part.offset, int64(part.header.CompressedSize64))); err != nil {
			return err
		}
	}
	return archive.Close()
}
