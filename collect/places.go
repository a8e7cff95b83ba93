package collect

import (
	"container/list"
	"context"
	"sync"
)

// places are those of the calls in flight. Who waits for one is served by turn, and in the
// order of coming among those of the same: golang.org/x/sync/semaphore knows one order alone.
type places struct {
	mu    sync.Mutex
	free  int
	queue [turns]list.List // of chan struct{}, which is closed when the place is there
}

// turn says which calls go before others that wait for a place.
type turn int

const (
	// goesFirst are calls that others wait for.
	goesFirst turn = iota
	goesNext
	turns
)

func newPlaces(n int) *places { return &places{free: n} }

// take waits for a place. Whoever takes one must give it back.
func (p *places) take(ctx context.Context, t turn) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p.mu.Lock()
	if p.free > 0 {
		p.free--
		p.mu.Unlock()
		return nil
	}
	queue := &p.queue[t]
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
	for i := range p.queue {
		if waiting := p.queue[i].Front(); waiting != nil {
			close(p.queue[i].Remove(waiting).(chan struct{}))
			return
		}
	}
	p.free++
}

type turnKey struct{}

// withTurn returns the context of calls whose turn is not that of their operation.
func withTurn(ctx context.Context, t turn) context.Context {
	return context.WithValue(ctx, turnKey{}, t)
}

// turnOf is the turn of a call. An account's chain of calls and waits is the longest where its
// credential report is made; the sooner that is asked for, the more there is to do in the
// meantime. The lists of an organization come page by page, and a run waits for the last one.
func turnOf(ctx context.Context, c call) turn {
	if t, ok := ctx.Value(turnKey{}).(turn); ok {
		return t
	}
	if c.service == "Organizations" {
		return goesFirst
	}
	switch c {
	case call{"STS", "AssumeRole"}, call{"IAM", "GenerateCredentialReport"}, call{"IAM", "GetCredentialReport"}:
		return goesFirst
	}
	return goesNext
}
