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
func landed() middleware.DeserializeMiddleware {
	return middleware.DeserializeMiddlewareFunc("OrgauditLanded",
		func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
			out, metadata, err := next.HandleDeserialize(ctx, in)
			if answer, ok := out.RawResponse.(*smithyhttp.Response); ok && err == nil && answer.Body != nil {
				answer.Body = readAhead(answer.Body)
			}
			if land, ok := ctx.Value(landingKey{}).(func()); ok {
				land()
			}
			return out, metadata, err
		})
}

// answers are used again, since those of large accounts are large.
var answers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// largestKept is the size above which the memory of an answer is not used again.
const largestKept = 1 << 20

// readAhead reads a body to its end and closes it. Where that fails, whoever reads what it
// returns fails at the same place.
func readAhead(body io.ReadCloser) io.ReadCloser {
	b := answers.Get().(*bytes.Buffer)
	b.Reset()
	_, err := b.ReadFrom(body)
	if closeErr := body.Close(); err == nil {
		err = closeErr
	}
	return &answer{buffer: b, err: err}
}

// answer is a body that was read.
type answer struct {
	buffer *bytes.Buffer // nil once it was closed
	err    error
}

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

func (a *answer) Close() error {
	if a.buffer != nil && a.buffer.Cap() <= largestKept {
		answers.Put(a.buffer)
	}
	a.buffer = nil
	return nil
}
