package collect_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// These tests run on the clock of a bubble, which jumps ahead while everybody waits.

// TestRunWaitsForReport checks that the credential report is asked for until it is there,
// with growing pauses.
func TestRunWaitsForReport(t *testing.T) {
	for _, test := range []struct {
		name string
		poll time.Duration
		// busy is how often IAM says first that it has no capacity.
		busy int64
		want time.Duration // in which the report came
	}{
		// STARTED, INPROGRESS, COMPLETE
		{"made in two steps", time.Second, 0, 3 * time.Second},
		{"no capacity at first", time.Second, 3, (1 + 2 + 4 + 8 + 15) * time.Second},
		{"a pause never grows above 15 seconds", 20 * time.Second, 0, 20*time.Second + 15*time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked atomic.Int64
				s := startDirect(t, demoWorld(t, awsfake.DemoOptions{Accounts: 3}), awsfake.Options{}, func(next http.Handler) http.Handler {
					return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						if asks(r, "GenerateCredentialReport") && asked.Add(1) <= test.busy {
							w.WriteHeader(http.StatusConflict)
							_, _ = w.Write([]byte(`<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>` +
								`<Code>LimitExceeded</Code><Message>No capacity.</Message></Error></ErrorResponse>`))
							return
						}
						next.ServeHTTP(w, r)
					})
				})
				o := s.options(t)
				o.Now, o.ReportPoll, o.ReportWait = time.Now, test.poll, 10*time.Minute
				o.Selected = o.Selected[:1]
				id := o.Selected[0].ID
				began := time.Now()
				ev := evidence(t, run(t, o), id)
				if len(ev.Gaps) > 0 {
					t.Fatalf("gaps %v, want none", ev.Gaps)
				}
				if got := time.Since(began); got != test.want {
					t.Errorf("the report came after %v, want %v", got, test.want)
				}
				read := readOf(ev, collect.CredentialReportSection)
				if got, want := read.Calls, int(test.busy)+4; got != want {
					t.Errorf("%d calls for the report, want %d", got, want)
				}
				if got := read.EndedAt.Sub(read.StartedAt); got != test.want {
					t.Errorf("the read took %v, want %v", got, test.want)
				}
			})
		})
	}
}

// TestRunReportNeverComes checks that a report that does not come in time is a gap, and
// that the rest is there.
func TestRunReportNeverComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startDirect(t, demoWorld(t, awsfake.DemoOptions{Accounts: 3}), awsfake.Options{}, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if asks(r, "GenerateCredentialReport") {
					_, _ = w.Write([]byte(`<GenerateCredentialReportResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">` +
						`<GenerateCredentialReportResult><State>INPROGRESS</State></GenerateCredentialReportResult></GenerateCredentialReportResponse>`))
					return
				}
				next.ServeHTTP(w, r)
			})
		})
		o := s.options(t)
		o.Now, o.ReportPoll, o.ReportWait = time.Now, time.Second, 10*time.Minute
		o.Selected = o.Selected[:1]
		began := time.Now()
		ev := evidence(t, run(t, o), o.Selected[0].ID)
		want := []org.Gap{{Section: collect.CredentialReportSection, Cause: org.TimedOut}}
		if diff := gocmp.Diff(want, gapsOf(ev)); diff != "" {
			t.Errorf("gaps differ (-want +got):\n%s", diff)
		}
		if got := time.Since(began); got != 10*time.Minute {
			t.Errorf("the run took %v, want the 10m for which a report is waited", got)
		}
		if ev.Authorization == nil {
			t.Error("the authorization details are not there, want them beside the gap")
		}
	})
}

// TestRunRenewsCredentials makes AWS so slow that the sessions of a quarter of an hour end
// long before their accounts are read.
func TestRunRenewsCredentials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startDirect(t, demoWorld(t, awsfake.DemoOptions{Accounts: 3}), awsfake.Options{
			PageSize: 5, Latency: time.Minute, SessionDuration: 15 * time.Minute,
		})
		o := s.options(t)
		// One account at a time: who waits for another's read of a policy holds up the clock.
		o.Now, o.Collectors, o.Accounts, o.Role.Duration = time.Now, 1, 1, 15*time.Minute
		o.ReportPoll, o.ReportWait = time.Second, time.Hour
		s.ResetCalls()
		folder := run(t, o)
		for _, account := range o.Selected {
			ev := evidence(t, folder, account.ID)
			if len(ev.Gaps) > 0 {
				t.Errorf("account %s has gaps %v, want none", account.Name, ev.Gaps)
			}
			if took := ev.EndedAt.Sub(ev.StartedAt); took < 20*time.Minute {
				t.Errorf("account %s was read in %v; the test needs more than one session", account.Name, took)
			}
		}
		taken := 0
		for _, c := range s.Calls() {
			if c.Operation == "AssumeRole" {
				taken++
			}
			if c.Status != http.StatusOK && c.Error != "NoSuchEntity" && c.Error != "ResourceNotFoundException" {
				t.Errorf("%s:%s was refused with %s", c.Service, c.Operation, c.Error)
			}
		}
		if taken <= 2 {
			t.Errorf("roles were taken %d times for two accounts, want more", taken)
		}
	})
}

// TestRunCancelledWhileItWaits checks that a run that waits for a report ends at once with
// its context, and leaves no evidence of the account that was not read to its end.
func TestRunCancelledWhileItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startDirect(t, demoWorld(t, awsfake.DemoOptions{Accounts: 3}), awsfake.Options{})
		o := s.options(t)
		o.ReportPoll, o.ReportWait = time.Hour, 10*time.Hour
		o.Selected = o.Selected[:1]
		ctx, cancel := cancelling(t)
		done := make(chan error)
		go func() { done <- collect.Run(ctx, o) }()
		synctest.Wait() // for the report
		began := time.Now()
		cancel()
		if err := <-done; err == nil || ctx.Err() == nil {
			t.Errorf("the run gives %v, want an error", err)
		}
		if took := time.Since(began); took != 0 {
			t.Errorf("the run went on for %v, want it to end at once", took)
		}
		if _, err := o.Folder.Account(o.Selected[0].ID); err == nil {
			t.Error("there is evidence of an account that was not read to its end")
		}
	})
}
