package collect

import (
	"container/list"
	"context"
	"sync"
)

// places are those of the calls in flight. Who waits for one is served in the order of
// coming, but those first whose call others wait for: golang.org/x/sync/semaphore knows one
// order alone.
type places struct {
	mu     sync.Mutex
	free   int
	first  list.List // of chan struct{}, which is closed when the place is there
	others list.List
}

func newPlaces(n int) *places { return &places{free: n} }

// take waits for a place. Whoever takes one must give it back.
func (p *places) take(ctx context.Context, first bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p.mu.Lock()
	if p.free > 0 {
		p.free--
		p.mu.Unlock()
		return nil
	}
	queue := &p.others
	if first {
		queue = &p.first
	}
	ready := make(chan struct{})
	waiting := queue.PushBack(ready)
	p.mu.Unlock()

	select {
	case <-ready:
		return nil
	case <-ctx.Done():
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-ready: // at the same moment
		p.pass()
	default:
		queue.Remove(waiting)
	}
	return ctx.Err()
}

// give gives a place back.
func (p *places) give() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pass()
}

// pass hands a place on to who waits for one.
func (p *places) pass() {
	for _, queue := range []*list.List{&p.first, &p.others} {
		if waiting := queue.Front(); waiting != nil {
			close(queue.Remove(waiting).(chan struct{}))
			return
		}
	}
	p.free++
}

type firstKey struct{}

// withFirst returns the context of calls that go before others: all accounts wait for what
// they bring.
func withFirst(ctx context.Context) context.Context { return context.WithValue(ctx, firstKey{}, true) }

// goesFirst tells whether a call goes before others that wait for a place. An account's chain
// of calls and waits is the longest where its credential report is made; the sooner that is
// asked for, the more there is to do in the meantime.
func goesFirst(ctx context.Context, c call) bool {
	switch c {
	case call{"STS", "AssumeRole"}, call{"IAM", "GenerateCredentialReport"}, call{"IAM", "GetCredentialReport"}:
		return true
	}
	first, _ := ctx.Value(firstKey{}).(bool)
	return first
}
