package collect_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// audited returns the evidence of the archive of logs, read under faults, and how often its
// role was taken.
func audited(t *testing.T, adapt func(*collect.Options), faults ...awsfake.Fault) (ev *collect.Evidence, taken int) {
	t.Helper()
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
	id := w.Accounts[logsPlace].ID
	s := startDirect(t, w, awsfake.Options{Now: clock})
	o := only(s.options(t), id)
	adapt(&o)
	if err := s.SetFaults(faults); err != nil {
		t.Fatal(err)
	}
	s.ResetCalls()
	ev = evidence(t, run(t, o), id)
	for _, c := range s.Calls() {
		if c.Operation == "AssumeRole" && c.Status == http.StatusOK {
			taken++
		}
	}
	return ev, taken
}

// TestSessionsEndBeforeTheirTime checks that a session is renewed once for a call, and also
// where no other call may be in flight meanwhile.
func TestSessionsEndBeforeTheirTime(t *testing.T) {
	for _, test := range []struct {
		name   string
		count  int
		taken  int
		failed bool
	}{
		{"never", -1, 1, false},
		{"once", 1, 2, false},
		{"always", 0, 2, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var faults []awsfake.Fault
				if test.count >= 0 {
					faults = append(faults, awsfake.Fault{Kind: awsfake.TokenExpired, Operation: "GetAccountPasswordPolicy", Count: test.count})
				}
				ev, taken := audited(t, narrow(t), faults...)
				if taken != test.taken {
					t.Errorf("the role was taken %d times, want %d", taken, test.taken)
				}
				if gap, failed := ev.Missing(collect.PasswordPolicySection); failed != test.failed || failed && gap.Cause != org.CredentialsFailed {
					t.Errorf("gap %+v, want one of cause %s: %t", gap, org.CredentialsFailed, test.failed)
				}
				if want := map[bool]int{true: 1}[test.failed]; len(ev.Gaps) != want {
					t.Errorf("gaps %+v, want %d", ev.Gaps, want)
				}
			})
		})
	}
}

// narrow allows one call in flight, and leaves the accounts of the organization's analyzers out.
func narrow(t *testing.T) func(*collect.Options) {
	return func(o *collect.Options) {
		tr := transport()
		tr.CallsInFlight = 1
		direct := o.Caller.HTTPClient
		cfg := collect.Instrument(aws.Config{Region: o.Caller.Region, BaseEndpoint: o.Caller.BaseEndpoint, Credentials: o.Caller.Credentials}, tr, collect.Calls())
		cfg.HTTPClient = direct
		o.Caller, o.OrganizationConfig = cfg, cfg
		o.Organization.DelegatedAdministrators = nil
		o.ReportPoll = time.Millisecond
	}
}

// TestClocksThatDiffer checks that a role is taken once whatever the time is at AWS: its
// credentials end by this machine's clock.
func TestClocksThatDiffer(t *testing.T) {
	for _, skew := range []time.Duration{-3 * time.Hour, 3 * time.Hour} {
		t.Run(skew.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ev, taken := audited(t, narrow(t), awsfake.Fault{Kind: awsfake.ClockSkew, Skew: awsfake.Duration(skew)})
				if len(ev.Gaps) > 0 || taken != 1 {
					t.Errorf("the role was taken %d times, want once; gaps %+v", taken, ev.Gaps)
				}
			})
		})
	}
}
