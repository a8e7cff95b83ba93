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
	"os"
	"runtime"
	"slices"
	"sort"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"
	"golang.org/x/sync/errgroup"
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
		return errors.Join(fmt.Errorf("compress workbook: %w", err), parts.remove())
	}
	if err := parts.copyTo(w); err != nil {
		return errors.Join(fmt.Errorf("write workbook: %w", err), parts.remove())
	}
	return parts.remove()
}

// workbookParts keeps the parts of a workbook. It stands in for the ZIP writer of excelize.
type workbookParts struct{ parts []*workbookPart }

// workbookPart is one part. All are small but the sheets, whose rows wait in files.
type workbookPart struct {
	header  zip.FileHeader
	content bytes.Buffer
	// rows stand in place of the rows in content; nil where there are none in a file.
	rows *rowSpool
	// compressed holds the part as it stands in the archive.
	compressed *os.File
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

// compress compresses the parts side by side.
func (p *workbookParts) compress() error {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, part := range p.parts {
		group.Go(func() error {
			if err := part.compress(); err != nil {
				return fmt.Errorf("%s: %w", part.header.Name, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// deflateLevel takes a third of the time of the usual 6 for a tenth more bytes. The XML of rows
// repeats itself so much that the levels differ little.
const deflateLevel = 5

func (p *workbookPart) compress() (err error) {
	if p.compressed, err = os.CreateTemp("", "orgaudit-part-*"); err != nil {
		return err
	}
	deflate, err := flate.NewWriter(p.compressed, deflateLevel)
	if err != nil {
		return err
	}
	sum := crc32.NewIEEE()
	size, err := p.writeTo(io.MultiWriter(sum, deflate))
	if err != nil {
		return err
	}
	if err := deflate.Close(); err != nil {
		return err
	}
	end, err := p.compressed.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	// Excel does not read parts in the form that ZIP has for larger ones.
	if size > math.MaxUint32 {
		return fmt.Errorf("it has %d bytes, which is more than the 4 GiB that a part of a workbook may have", size)
	}
	p.header.CRC32, p.header.CompressedSize64, p.header.UncompressedSize64 = sum.Sum32(), uint64(end), uint64(size)
	return nil
}

// writeTo writes the part as a program reads it, and returns its size.
func (p *workbookPart) writeTo(w io.Writer) (int64, error) {
	if p.rows == nil {
		n, err := w.Write(p.content.Bytes())
		return int64(n), err
	}
	before, _, after, err := splitSheet(p.content.Bytes())
	if err != nil {
		return 0, err
	}
	before = p.rows.outlined(before)
	if _, err := w.Write(before); err != nil {
		return 0, err
	}
	rows, err := p.rows.copyTo(w)
	if err != nil {
		return 0, err
	}
	_, err = w.Write(after)
	return int64(len(before)) + rows + int64(len(after)), err
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
		if _, err := part.compressed.Seek(0, io.SeekStart); err != nil {
			return err
		}
		if _, err := io.Copy(to, part.compressed); err != nil {
			return err
		}
	}
	return archive.Close()
}

// remove removes the temporary files.
func (p *workbookParts) remove() error {
	var err error
	for _, part := range p.parts {
		if part.compressed != nil {
			err = errors.Join(err, part.compressed.Close(), os.Remove(part.compressed.Name()))
		}
	}
	if err != nil {
		return fmt.Errorf("remove temporary files of the workbook: %w", err)
	}
	return nil
}
