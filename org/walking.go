package org

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Walking is a walk that has everything but the organization's policies, whose targets are
// the longest list of an organization. Nobody needs them to enter its accounts.
type Walking struct {
	known *Organization
	// gap is the index of the policies' among the gaps of known.
	gap  int
	done <-chan policiesRead
	// stop ends the reading of the policies, and ended tells that it was ended.
	stop  context.CancelFunc
	ended func() error
	now   func() time.Time
}

// policiesRead is what came of the policies.
type policiesRead struct {
	policies []Policy
	err      error
}

// Known is the organization as it is known by now: its policies are a gap. It is not changed
// any more.
func (w *Walking) Known() *Organization { return w.known }

// Wait waits for the policies and returns the whole organization. It fails if ctx ends or that
// of the walk. It must be called once, unless the walk's context ends.
func (w *Walking) Wait(ctx context.Context) (*Organization, error) {
	defer w.stop()
	whole := *w.known
	var read policiesRead
	select {
	case read = <-w.done:
	case <-ctx.Done():
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("walk organization %s: %w", whole.ID, context.Cause(ctx))
	}
	if err := w.ended(); err != nil { // that the policies did not come is no fault of AWS then
		return nil, fmt.Errorf("walk organization %s: %w", whole.ID, err)
	}
	whole.Policies, whole.Gaps = read.policies, slices.Clone(w.known.Gaps)
	if read.err == nil {
		whole.Gaps = slices.Delete(whole.Gaps, w.gap, w.gap+1)
	} else {
		whole.Gaps[w.gap] = NewGap(SectionPolicies, "", read.err, w.now())
	}
	if len(whole.Gaps) == 0 {
		whole.Gaps = nil
	}
	whole.WalkEnded = w.now().UTC().Truncate(time.Second)
	return &whole, nil
}
