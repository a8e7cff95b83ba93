package collect_test

import (
	"testing"
	"testing/synctest"
	"time"

	"orgaudit/internal/awsfake"
)

// TestRunNearIdeal runs on a clock that only waits move, so that nothing but the order of
// calls and waits counts: a run takes little longer than its calls need that share the
// places in flight, beside the chain of calls and waits of an account that is the last one.
func TestRunNearIdeal(t *testing.T) {
	const latency, inFlight = 50 * time.Millisecond, 48
	synctest.Test(t, func(t *testing.T) {
		w := demoWorld(t, awsfake.DemoOptions{Accounts: 250, Users: 2, Roles: 2, Policies: 1})
		s := startDirect(t, w, awsfake.Options{PageSize: 100, Latency: latency, Now: clock})
		o := s.options(t)
		cfg := s.callingWith(inFlight)
		o.Caller, o.OrganizationConfig = cfg, cfg
		o.Accounts, o.Collectors, o.ReportPoll, o.ReportWait = 64, 4, 200*time.Millisecond, time.Minute
		s.ResetCalls()
		began := time.Now()
		run(t, o)
		wall, calls := time.Since(began), len(s.Calls())
		ideal := time.Duration(calls) * latency / inFlight
		if most := ideal*105/100 + time.Second; wall > most {
			t.Errorf("%d calls took %s where %s is the ideal, want at most %s", calls, wall, ideal, most)
		}
		if wall < ideal {
			t.Errorf("%d calls took %s, less than is possible", calls, wall)
		}
	})
}
