package org_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/org"
)

// heldTargets holds every question for the targets of a policy until it may go on.
func heldTargets(goOn <-chan struct{}) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if operation(r) == "ListTargetsForPolicy" {
				body, err := io.ReadAll(r.Body) // a server sees that a client has gone when nothing is left to read
				if err != nil {
					return
				}
				r.Body = io.NopCloser(bytes.NewReader(body))
				select {
				case <-goOn:
				case <-r.Context().Done():
					return
				}
			}
			next.ServeHTTP(w, r)
		})
	}
}

// TestBegin: the accounts are known before the policies are, which count as missing until then.
func TestBegin(t *testing.T) {
	want := walk(t, start(t, deepWorld(), nil).management())
	goOn := make(chan struct{})
	s := start(t, deepWorld(), heldTargets(goOn))
	w, err := org.Begin(t.Context(), s.management(), walkOptions())
	if err != nil {
		t.Fatal(err)
	}
	known := *w.Known()
	gap, missing := known.Missing(org.SectionPolicies)
	if !missing || gap.Cause != org.NotCollected || !gap.Cause.MayHeal() || len(known.Gaps) != 1 {
		t.Errorf("gaps %+v, want one that says that the policies are not there yet", known.Gaps)
	}
	known.Gaps = nil
	without := *want
	without.Policies = nil
	if diff := gocmp.Diff(&without, &known); diff != "" {
		t.Errorf("the organization without its policies is another (-want +got):\n%s", diff)
	}
	close(goOn)
	whole, err := w.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(want, whole); diff != "" {
		t.Errorf("the whole organization is another (-walk +begun):\n%s", diff)
	}
	if _, missing := w.Known().Missing(org.SectionPolicies); !missing {
		t.Error("what was known changed afterwards")
	}
}

// TestBeginIsCutOff: who waits does not wait for ever.
func TestBeginIsCutOff(t *testing.T) {
	s := start(t, deepWorld(), heldTargets(nil))
	w, err := org.Begin(t.Context(), s.management(), walkOptions())
	if err != nil {
		t.Fatal(err)
	}
	why := errors.New("the disk is full")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	if o, err := w.Wait(ctx); !errors.Is(err, why) {
		t.Errorf("organization %v, error %v, want %v", o, err, why)
	}
	ctx, end := context.WithCancel(t.Context())
	if w, err = org.Begin(ctx, s.management(), walkOptions()); err != nil {
		t.Fatal(err)
	}
	end()
	if o, err := w.Wait(t.Context()); !errors.Is(err, context.Canceled) {
		t.Errorf("organization %v, error %v of a walk that was ended, want %v", o, err, context.Canceled)
	}
}
