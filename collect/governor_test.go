package collect_test

import (
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/sync/errgroup"

	"orgaudit/collect"
)

// sending makes calls all at once on the clock of a bubble, and returns when each was sent.
func sending(t *testing.T, transport collect.Transport, calls int, answer http.HandlerFunc) (sent []time.Duration, traffic []collect.Traffic) {
	began := time.Now()
	at := make(chan time.Duration, 1000)
	cfg := instrumented(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at <- time.Since(began)
		answer(w, r)
	}), transport, collect.Calls())
	var meter collect.Meter
	ctx := collect.WithMeter(t.Context(), &meter)
	var group errgroup.Group
	for range calls {
		group.Go(func() error { return getSummary(ctx, cfg) })
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	close(at)
	for d := range at {
		sent = append(sent, d)
	}
	slices.Sort(sent)
	return sent, meter.Traffic()
}

func throttling(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(http.StatusBadRequest)
	_, _ = w.Write([]byte(`<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>`))
}

// TestGovernorKeepsToQuota: a burst goes at once, the rest one by one.
func TestGovernorKeepsToQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent, traffic := sending(t, collect.Transport{
			CallsInFlight: 16, Attempts: 1, CallTimeout: time.Minute,
			Rates: collect.Rates{IAM: collect.Rate{PerSecond: 2, Burst: 3}},
		}, 7, summary)
		const s = time.Second
		want := []time.Duration{0, 0, 0, s / 2, s, 3 * s / 2, 2 * s}
		if diff := gocmp.Diff(want, sent); diff != "" {
			t.Errorf("times of the calls (-want +got):\n%s", diff)
		}
		if diff := gocmp.Diff([]collect.Traffic{{Service: "IAM", Operation: "GetAccountSummary", Calls: 7, Waited: 5000}}, traffic); diff != "" {
			t.Errorf("traffic (-want +got):\n%s", diff)
		}
	})
}

// TestGovernorWaitsWithoutPlace: calls that wait for a token do not keep another operation
// from the only place among the calls in flight.
func TestGovernorWaitsWithoutPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		cfg := instrumented(http.HandlerFunc(summary), collect.Transport{
			CallsInFlight: 1, Attempts: 1, CallTimeout: time.Minute,
			Rates: collect.Rates{IAM: collect.Rate{PerSecond: 0.1, Burst: 1}},
		}, collect.Calls())
		var group errgroup.Group
		for range 3 {
			group.Go(func() error { return getSummary(t.Context(), cfg) })
		}
		synctest.Wait() // one call was answered, two wait for tokens
		if _, err := collect.WhoAmI(t.Context(), cfg); err == nil {
			t.Error("the handler answers STS, which it does not know")
		}
		if d := time.Since(began); d != 0 {
			t.Errorf("a call of STS waited %s behind calls of IAM", d)
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(began); d != 20*time.Second {
			t.Errorf("three calls at one in ten seconds took %s, want 20s", d)
		}
	})
}

// TestGovernorAdapts: AWS allows 20 calls a second and the governor does not know it. Once
// it was throttled it sends more slowly, until everything is answered, and what AWS refused
// is counted.
func TestGovernorAdapts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var second, inSecond, refused atomic.Int64
		sent, traffic := sending(t, collect.Transport{
			CallsInFlight: 100, Attempts: 10, MaxBackoff: 20 * time.Second, CallTimeout: time.Minute,
		}, 100, func(w http.ResponseWriter, r *http.Request) {
			now := int64(time.Since(began) / time.Second)
			if second.Swap(now) != now {
				inSecond.Store(0)
			}
			if inSecond.Add(1) > 20 {
				refused.Add(1)
				throttling(w, r)
				return
			}
			summary(w, r)
		})
		if refused.Load() == 0 {
			t.Fatal("nothing was refused; the test needs a rush")
		}
		got := traffic[0]
		want := collect.Traffic{
			Service: "IAM", Operation: "GetAccountSummary",
			Calls: len(sent), Retries: len(sent) - 100, Throttled: int(refused.Load()),
		}
		if diff := gocmp.Diff(want, got, cmpopts.IgnoreFields(collect.Traffic{}, "Waited")); diff != "" {
			t.Errorf("traffic (-want +got):\n%s", diff)
		}
		// Without adaption the rush would come again and again; with it one is enough, and a
		// few of the rest find the bucket of AWS empty.
		if refused.Load() > 80+20 {
			t.Errorf("AWS refused %d calls, want little more than the 80 of the first rush", refused.Load())
		}
		if got.Waited == 0 {
			t.Error("no call waited for a token")
		}
	})
}
