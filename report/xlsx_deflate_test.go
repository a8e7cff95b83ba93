package report

import (
	"bytes"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"
)

// TestJoinedCRC compares the sum of a whole text with the one that is made of its parts' sums.
func TestJoinedCRC(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{0, 1, 7, 32 << 10, 100_001} {
		text := make([]byte, size)
		for i := range text {
			text[i] = byte(random.Uint32())
		}
		for _, cut := range []int{0, size / 3, size} {
			want := crc32.ChecksumIEEE(text)
			if got := joinedCRC(crc32.ChecksumIEEE(text[:cut]), crc32.ChecksumIEEE(text[cut:]), int64(size-cut)); got != want {
				t.Errorf("%d bytes cut at %d: %08x, want %08x", size, cut, got, want)
			}
		}
	}
}

// TestRowsOfManyPieces writes sheets that are longer than what is compressed at a time, side by
// side, and reads them back.
func TestRowsOfManyPieces(t *testing.T) {
	b := &workbook{deflaters: newDeflaters()}
	spools := make([]*rowSpool, 5)
	var want [5]bytes.Buffer
	for i := range spools {
		spool, err := b.newRowSpool("Sheet")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := spool.remove(); err != nil {
				t.Error(err)
			}
		})
		spools[i] = spool
	}
	t.Cleanup(b.deflaters.stop) // before the spools go
	random := rand.New(rand.NewPCG(3, 4))
	for number := 1; number <= 20_000; number++ {
		for i, spool := range spools {
			cells := []rowCell{
				{kind: numberCell, number: float64(number)}, {kind: textCell, text: string(rune('a' + i))}, {kind: numberCell, number: float64(random.Uint32())},
			}
			spool.row(number, cells, excelize.RowOpts{})
			want[i].Write(appendRow(nil, number, cells, excelize.RowOpts{}))
		}
	}
	for i, spool := range spools {
		var packed bytes.Buffer
		if err := spool.end(); err != nil {
			t.Fatal(err)
		}
		if err := spool.copyTo(&packed); err != nil {
			t.Fatal(err)
		}
		if size, err := spool.compressed(); err != nil || size != int64(packed.Len()) {
			t.Errorf("sheet %d says that it has %d bytes (%v), and has %d", i, size, err, packed.Len())
		}
		writer, err := flate.NewWriter(io.Discard, deflateLevel)
		if err != nil {
			t.Fatal(err)
		}
		if err := deflatePiece(writer, &packed, nil, true); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(flate.NewReader(&packed))
		if err != nil || !bytes.Equal(got, want[i].Bytes()) {
			t.Fatalf("sheet %d: %d bytes come back (%v), want %d", i, len(got), err, want[i].Len())
		}
		if spool.size != int64(len(got)) || spool.sum != crc32.ChecksumIEEE(got) {
			t.Errorf("sheet %d: %d bytes with the sum %08x, want %d with %08x", i, spool.size, spool.sum, len(got), crc32.ChecksumIEEE(got))
		}
	}
}
