package collect

import (
	"bytes"
	"context"
	"io"
	"sync"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

type landingKey struct{}

// withLanding returns the context of an attempt; land is called when its answer is there.
func withLanding(ctx context.Context, land func()) context.Context {
	return context.WithValue(ctx, landingKey{}, land)
}

// landed reads an answer to its end before it is parsed, and says that the call is no more in
// flight: parsing the answer of a large account takes a part of the time that a call does.
func landed(answers *buffers) middleware.DeserializeMiddleware {
	return middleware.DeserializeMiddlewareFunc("OrgauditLanded",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
			out, metadata, err := next.HandleDeserialize(ctx, in)
			if answer, ok := out.RawResponse.(*smithyhttp.Response); ok && err == nil && answer.Body != nil {
				answer.Body = answers.readAhead(answer.Body)
			}
			if land, ok := ctx.Value(landingKey{}).(func()); ok {
				land()
			}
			return out, metadata, err
		})
}

// buffers are used again for one answer after the other, since those of large accounts are
// large.
type buffers struct{ pool sync.Pool }

// largestKept is the size above which the memory of an answer is not used again.
const largestKept = 1 << 20

func (b *buffers) get() *bytes.Buffer {
	if buffer, ok := b.pool.Get().(*bytes.Buffer); ok {
		buffer.Reset()
		return buffer
	}
	return new(bytes.Buffer)
}

func (b *buffers) put(buffer *bytes.Buffer) {
	if buffer.Cap() <= largestKept {
		b.pool.Put(buffer)
	}
}

// readAhead reads a body to its end and closes it. Where that fails, whoever reads what it
// returns fails at the same place.
func (b *buffers) readAhead(body io.ReadCloser) io.ReadCloser {
	buffer := b.get()
	_, err := buffer.ReadFrom(body)
	if closeErr := body.Close(); err == nil {
		err = closeErr
	}
	return &answer{buffer, err, b}
}

// answer is a body that was read.
type answer struct {
	buffer *bytes.Buffer // nil once it was closed
	err    error
	from   *buffers
}

// Read implements [io.Reader].
func (a *answer) Read(p []byte) (int, error) {
	if a.buffer == nil {
		return 0, io.ErrClosedPipe
	}
	n, err := a.buffer.Read(p)
	if err == io.EOF && a.err != nil {
		err = a.err
	}
	return n, err
}

// Close implements [io.Closer].
func (a *answer) Close() error {
	if a.buffer != nil {
		a.from.put(a.buffer)
		a.buffer = nil
	}
	return nil
}
