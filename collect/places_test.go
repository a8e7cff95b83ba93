package collect

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
)

// TestPlacesOrder: who waits for a place gets it by turn, then in the order of coming, and
// nobody who has gone.
func TestPlacesOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlaces(1)
		if err := p.take(t.Context(), goesNext); err != nil {
			t.Fatal(err)
		}
		gone, leave := context.WithCancel(t.Context())
		var got []string
		wait := func(ctx context.Context, name string, turn turn) {
			go func() {
				if err := p.take(ctx, turn); err != nil {
					if !errors.Is(err, context.Canceled) {
						t.Errorf("%s: %v", name, err)
					}
					return
				}
				got = append(got, name)
				p.give()
			}()
			synctest.Wait()
		}
		wait(t.Context(), "a", goesNext)
		wait(gone, "gone", goesNext)
		wait(t.Context(), "b", goesNext)
		wait(gone, "gone first", goesFirst)
		wait(t.Context(), "c first", goesFirst)
		wait(t.Context(), "d first", goesFirst)
		leave()
		synctest.Wait()
		p.give()
		synctest.Wait()
		if want := []string{"c first", "d first", "a", "b"}; !slices.Equal(got, want) {
			t.Errorf("places went to %q, want %q", got, want)
		}
		if p.free != 1 {
			t.Errorf("%d places are free in the end, want the one", p.free)
		}
		if err := p.take(gone, goesFirst); !errors.Is(err, context.Canceled) {
			t.Errorf("a place for who has gone: %v", err)
		}
	})
}

// TestPlaceForWhoGoesAtTheSameMoment: a place that was given to somebody who goes is not lost.
func TestPlaceForWhoGoesAtTheSameMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 100 { // select takes any of two that are ready
			p := newPlaces(1)
			_ = p.take(t.Context(), goesNext)
			ctx, leave := context.WithCancel(t.Context())
			took := make(chan error, 1)
			go func() { took <- p.take(ctx, goesNext) }()
			synctest.Wait()
			leave()
			p.give()
			if err := <-took; err == nil {
				p.give()
			}
			if p.free != 1 {
				t.Fatalf("%d places are free in the end, want the one", p.free)
			}
		}
	})
}
