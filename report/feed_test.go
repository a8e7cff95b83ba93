package report

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"sync/atomic"
	"testing"
)

// TestFormatsShareOnePass: accounts are judged once however many formats read them, also
// where one reads none, one stops early and one reads twice.
func TestFormatsShareOnePass(t *testing.T) {
	r := built(t, smallFolder(t))
	var ids []string
	for i := range r.Accounts {
		ids = append(ids, r.Accounts[i].ID)
	}
	var passes atomic.Int32
	whole := r.EachAccount
	r.EachAccount = func(ctx context.Context, f func(*AccountRows) error) error {
		passes.Add(1)
		return whole(ctx, f)
	}
	reader := func(name string, times int) Format {
		return Format{Name: name, File: name, Write: func(ctx context.Context, r *Report, w io.Writer) error {
			for range times {
				var got []string
				if err := r.EachAccount(ctx, func(rows *AccountRows) error {
					got = append(got, rows.Account.ID)
					return nil
				}); err != nil {
					return err
				}
				if !slices.Equal(got, ids) {
					t.Errorf("%s reads %v, want %v", name, got, ids)
				}
			}
			return nil
		}}
	}
	if err := WriteFiles(t.Context(), r, t.TempDir(), []Format{reader("a", 1), reader("b", 0), reader("c", 1)}); err != nil {
		t.Fatal(err)
	}
	if n := passes.Load(); n != 1 {
		t.Errorf("%d passes, want one", n)
	}
	passes.Store(0)
	if err := WriteFiles(t.Context(), r, t.TempDir(), []Format{reader("twice", 2), reader("once", 1)}); err != nil {
		t.Fatal(err)
	}
	if n := passes.Load(); n != 2 {
		t.Errorf("%d passes, want two", n)
	}
	// One that fails in the middle ends the others with its own error.
	fails := Format{Name: "fails", File: "fails", Write: func(ctx context.Context, r *Report, w io.Writer) error {
		return r.EachAccount(ctx, func(*AccountRows) error { return os.ErrClosed })
	}}
	if err := WriteFiles(t.Context(), r, t.TempDir(), []Format{reader("good", 1), fails}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("the error is %v, want that of the format that failed", err)
	}
}
