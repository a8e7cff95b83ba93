package report

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// BenchmarkWorkbookOfThousand writes a workbook of 1,000 accounts and about a million cells
// of items and populations, and as many cells with excelize's bare stream writer. It reports
// how much longer ours takes and the most memory that was in use, which the house's goals
// bound: 1.5 times and 200 MB.
func BenchmarkWorkbookOfThousand(b *testing.B) {
	r := costReport(1000)
	var file bytes.Buffer
	if err := writeWorkbook(b.Context(), r, &file); err != nil {
		b.Fatal(err)
	}
	cells, texts := countCells(b, file.Bytes())
	file = bytes.Buffer{}
	var ours, bare time.Duration
	var peak uint64
	for b.Loop() {
		debug.FreeOSMemory() // what was used before is no part of the peak
		begun := time.Now()
		peak = max(peak, peakMemory(func() {
			if err := writeWorkbook(b.Context(), r, io.Discard); err != nil {
				b.Fatal(err)
			}
		}))
		ours += time.Since(begun)
		runtime.GC()
		begun = time.Now()
		writeBareCells(b, cells, texts/cells)
		bare += time.Since(begun)
	}
	b.ReportMetric(float64(cells), "cells")
	b.ReportMetric(float64(ours)/float64(bare), "×bare")
	b.ReportMetric(float64(peak)/1e6, "peak-MB")
}

// costReport is a report whose accounts have so many items that a thousand of them fill
// about a million cells. They are made when they are asked for, as those of a folder are.
func costReport(accounts int) *Report {
	r := sampleReport(accounts)
	r.Rendering = DefaultRendering()
	whole := r.EachAccount
	r.EachAccount = func(ctx context.Context, f func(*AccountRows) error) error {
		return whole(ctx, func(rows *AccountRows) error {
			wide := *rows
			wide.Results = nil
			for _, result := range rows.Results {
				for i := 0; i < 4 && len(result.Items) > 0; i++ {
					item := result.Items[0]
					item.Resource += "/" + strings.Repeat("x", i)
					result.Items = append(result.Items[:len(result.Items):len(result.Items)], item)
				}
				result.Population = len(result.Items)
				wide.Results = append(wide.Results, result)
			}
			return f(&wide)
		})
	}
	return r
}

// countCells counts the cells of a workbook and the bytes of XML that they take.
func countCells(b *testing.B, workbook []byte) (cells, size int) {
	b.Helper()
	archive, err := zip.NewReader(bytes.NewReader(workbook), int64(len(workbook)))
	if err != nil {
		b.Fatal(err)
	}
	for _, part := range archive.File {
		if !strings.HasPrefix(part.Name, "xl/worksheets/sheet") {
			continue
		}
		from, err := part.Open()
		if err != nil {
			b.Fatal(err)
		}
		text, err := io.ReadAll(from)
		if err != nil {
			b.Fatal(err)
		}
		cells += bytes.Count(text, []byte("<c "))
		size += len(text)
	}
	return cells, size
}

// writeBareCells writes cells of text, about so many bytes of XML each, as excelize's
// documentation shows it.
func writeBareCells(b *testing.B, cells, size int) {
	const columns = 20
	file := excelize.NewFile()
	style, err := file.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	if err != nil {
		b.Fatal(err)
	}
	stream, err := file.NewStreamWriter("Sheet1")
	if err != nil {
		b.Fatal(err)
	}
	text := strings.Repeat("arn:aws:iam::000000000012:user/somebody ", 20)
	length := max(size-50, 1) // a cell takes about so much beside its text
	row := make([]any, columns)
	for i := range cells / columns {
		for j := range row {
			at := (i*7 + j*13) % 40
			row[j] = excelize.Cell{StyleID: style, Value: text[at : at+length]}
		}
		if err := stream.SetRow(cellName(1, i+1), row); err != nil {
			b.Fatal(err)
		}
	}
	if err := stream.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := file.Write(io.Discard); err != nil {
		b.Fatal(err)
	}
	if err := file.Close(); err != nil {
		b.Fatal(err)
	}
}

// peakMemory looks at the memory in use while f runs, and returns the most that it saw.
func peakMemory(f func()) uint64 {
	var peak atomic.Uint64
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(5 * time.Millisecond)
		defer ticker.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), m.Sys-m.HeapReleased))
			select {
			case <-ticker.C:
			case <-done:
				return
			}
		}
	}()
	f()
	close(done)
	<-ended
	return peak.Load()
}
