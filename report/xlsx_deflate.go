package report

import (
	"hash/crc32"
	"io"
	"runtime"
	"sync"

	"github.com/klauspost/compress/flate"
)

// deflateLevel takes a third of the time of the usual 6 for a tenth more bytes. The XML of rows
// repeats itself so much that the levels differ little.
const deflateLevel = 5

// deflateChunk is how much of a sheet is compressed at a time. Each piece stands alone, so that
// a few compressors serve all sheets; DEFLATE looks back 32 KiB at most ("RFC 1951").
const deflateChunk = 128 << 10

// deflaters compress the rows of sheets beside those who write them. The pieces of one sheet go
// to one compressor, in their order.
type deflaters struct {
	queues []chan deflateJob
	group  sync.WaitGroup
	next   int
	texts  sync.Pool // of *[]byte that were compressed
}

// deflateJob is a piece of a sheet; without text it asks to be told when those before are done.
type deflateJob struct {
	spool *rowSpool
	text  *[]byte
	done  chan<- struct{}
}

func newDeflaters() *deflaters {
	d := &deflaters{queues: make([]chan deflateJob, runtime.GOMAXPROCS(0))}
	d.texts.New = func() any {
		text := make([]byte, 0, deflateChunk+deflateChunk/4)
		return &text
	}
	for i := range d.queues {
		d.queues[i] = make(chan deflateJob, 2)
		d.group.Go(func() { d.work(d.queues[i]) })
	}
	return d
}

// queue is the one for the next sheet.
func (d *deflaters) queue() chan<- deflateJob {
	d.next++
	return d.queues[d.next%len(d.queues)]
}

func (d *deflaters) work(jobs <-chan deflateJob) {
	writer, err := flate.NewWriter(io.Discard, deflateLevel)
	for job := range jobs {
		if job.text == nil {
			close(job.done)
			continue
		}
		if err != nil {
			job.spool.err = err
		}
		job.spool.deflate(writer, *job.text)
		*job.text = (*job.text)[:0]
		d.texts.Put(job.text)
	}
}

// stop ends the compressors.
func (d *deflaters) stop() {
	for _, queue := range d.queues {
		close(queue)
	}
	d.group.Wait()
}

// deflatePiece compresses a piece that others follow, or the last one.
func deflatePiece(writer *flate.Writer, to io.Writer, text []byte, last bool) error {
	writer.Reset(to)
	if _, err := writer.Write(text); err != nil {
		return err
	}
	if last {
		return writer.Close()
	}
	return writer.Flush()
}

// joinedCRC is the CRC-32 of a text from that of its beginning, and that and the length of the
// rest. A CRC is linear: the beginning counts as if nothing but zeros came after it.
func joinedCRC(begin, rest uint32, length int64) uint32 {
	var zeros [32 << 10]byte
	sum := ^begin // undoes what [crc32.Update] does to it
	for length > 0 {
		n := min(length, int64(len(zeros)))
		sum = crc32.Update(sum, crc32.IEEETable, zeros[:n])
		length -= n
	}
	return ^sum ^ rest
}
