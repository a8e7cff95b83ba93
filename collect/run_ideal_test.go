package collect_test

import (
	"testing"
	"testing/synctest"
	"time"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// TestRunNearIdeal runs on a clock that only waits move, so that nothing but the order of
// calls and waits counts: from the first call on, a run takes little longer than its calls
// need that share the places in flight. The less there are, the more of them are a chain that
// nothing can stand beside: who the caller is, the root, the policies, their targets. Which call
// of many is sent first is the scheduler's choice, which makes some hundredths.
func TestRunNearIdeal(t *testing.T) {
	const latency, inFlight = 50 * time.Millisecond, 48
	for _, test := range []struct {
		demo awsfake.DemoOptions
		most time.Duration // in percent of the ideal
	}{
		{awsfake.DemoOptions{Accounts: 100, Users: 20, Roles: 60, Policies: 20}, 120},
		{awsfake.DemoOptions{Accounts: 300, Users: 2, Roles: 2, Policies: 1}, 113},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := demoWorld(t, test.demo)
			s := startDirect(t, w, awsfake.Options{PageSize: 100, Latency: latency, Now: clock})
			cfg := s.callingWith(inFlight)
			began := time.Now()
			identity, err := collect.WhoAmI(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			organization, err := org.Walk(t.Context(), cfg, org.WalkOptions{Tags: true, Concurrency: inFlight, Now: clock, Caller: identity.ARN})
			if err != nil {
				t.Fatal(err)
			}
			selected, excluded, err := organization.Select(org.Selection{})
			if err != nil {
				t.Fatal(err)
			}
			run(t, collect.Options{
				Caller: cfg, OrganizationConfig: cfg, CallerIdentity: identity, OrganizationIdentity: identity,
				Role: collect.AuditRole{
					Name: awsfake.DemoRoleName, ExternalID: awsfake.DemoExternalID, SessionName: "orgaudit", Duration: time.Hour,
				},
				Organization: organization, Selected: selected, Excluded: excluded, Folder: newFolder(t),
				Accounts: 64, Collectors: 4, ReportPoll: 200 * time.Millisecond, ReportWait: time.Minute, Now: clock,
			})
			wall, calls := time.Since(began), len(s.Calls())
			ideal := time.Duration(calls) * latency / inFlight
			t.Logf("%d accounts: %d calls in %s, %.3f of the ideal", test.demo.Accounts, calls, wall, float64(wall)/float64(ideal))
			if most := ideal * test.most / 100; wall > most {
				t.Errorf("%d accounts: %d calls took %s where %s is the ideal, want at most %s", test.demo.Accounts, calls, wall, ideal, most)
			}
			if wall < ideal {
				t.Errorf("%d accounts: %d calls took %s, less than is possible", test.demo.Accounts, calls, wall)
			}
		})
	}
}
