package report

import (
	"context"
	"sync"
)

// eachAccount is the type of [Report.EachAccount].
type eachAccount = func(ctx context.Context, f func(*AccountRows) error) error

// feed hands the rows of every account to several readers in one pass, so that accounts are
// judged once for all formats. The pass begins when each reader asks for rows or has ended.
type feed struct {
	readers []feedReader
}

// feedReader is one reader of a feed. Rows is closed after the last account; gone is closed
// when the reader has ended, whether it has read or not.
type feedReader struct {
	rows  chan *AccountRows
	asks  chan struct{}
	gone  chan struct{}
	asked sync.Once
}

func newFeed(readers int) *feed {
	f := &feed{readers: make([]feedReader, readers)}
	for i := range f.readers {
		f.readers[i].rows = make(chan *AccountRows, 1)
		f.readers[i].asks, f.readers[i].gone = make(chan struct{}), make(chan struct{})
	}
	return f
}

// of is the [Report.EachAccount] of a reader. A reader that asks a second time gets a pass
// of its own.
func (f *feed) of(reader int, own eachAccount) eachAccount {
	if own == nil {
		return nil
	}
	r := &f.readers[reader]
	return func(ctx context.Context, each func(*AccountRows) error) error {
		first := false
		r.asked.Do(func() { first = true })
		if !first {
			return own(ctx, each)
		}
		close(r.asks)
		for {
			select {
			case rows, more := <-r.rows:
				if !more {
					return nil
				}
				if err := each(rows); err != nil {
					return err
				}
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
	}
}

// end tells that a reader has ended.
func (f *feed) end(reader int) { close(f.readers[reader].gone) }

// run makes the pass.
func (f *feed) run(ctx context.Context, each eachAccount) error {
	var reading []*feedReader
	for i := range f.readers {
		r := &f.readers[i]
		select {
		case <-r.asks:
			reading = append(reading, r)
		case <-r.gone:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	if len(reading) == 0 {
		return nil
	}
	err := each(ctx, func(rows *AccountRows) error {
		for _, r := range reading {
			select {
			case r.rows <- rows:
			case <-r.gone:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		return nil
	})
	if err != nil {
		// A reader must not take an early end for the last account: the context, which the
		// error cancels, ends it.
		return err
	}
	for _, r := range reading {
		close(r.rows)
	}
	return nil
}
