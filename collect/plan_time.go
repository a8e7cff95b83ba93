package collect

import (
	"strconv"
	"time"
)

// Pacing is what the time of a run depends on beside its calls.
type Pacing struct {
	// Latency is what a call is assumed to take.
	Latency       time.Duration
	CallsInFlight int
	ReportPoll    time.Duration
	Rates         Rates
}

// Bound is one thing that a run cannot be faster than.
type Bound struct {
	Name string `json:"name"`
	// Arithmetic says how Time comes about.
	Arithmetic string        `json:"arithmetic"`
	Time       time.Duration `json:"nanoseconds"`
}

// Bounds are what a run cannot be faster than; the longest is what it is expected to take.
func (p *Plan) Bounds(by Pacing) []Bound {
	path, words := CriticalPath(by, p.Pages)
	bounds := []Bound{
		{"calls", times(p.Total(), "calls") + " × " + by.Latency.String() + " / " + times(by.CallsInFlight, "calls in flight"),
			time.Duration(p.Total()) * by.Latency / time.Duration(max(by.CallsInFlight, 1))},
		{"slowest account", words, path},
	}
	if pages := p.Of("Organizations", "ListAccounts"); pages > 0 {
		bounds = append(bounds, Bound{"list of accounts", times(pages, "pages") + ", one after the other, × " + by.Latency.String(),
			time.Duration(pages) * by.Latency})
	}
	most := PlannedCalls{Operation: "ListAccounts"} // each operation has a quota of its own
	for _, c := range p.Calls {
		if c.Service == "Organizations" && c.Calls > most.Calls {
			most = c
		}
	}
	for _, q := range []struct {
		name  string
		calls int
		rate  Rate
	}{
		{"sts:AssumeRole", p.Of("STS", "AssumeRole"), by.Rates.STS},
		{"iam:GenerateCredentialReport", p.Of("IAM", "GenerateCredentialReport"), by.Rates.CredentialReports},
		{"organizations:" + most.Operation, most.Calls, by.Rates.Organizations},
	} {
		if q.rate.PerSecond > 0 {
			seconds := float64(max(q.calls-q.rate.Burst, 0)) / q.rate.PerSecond
			bounds = append(bounds, Bound{"quota of " + q.name, "(" + times(q.calls, "calls") + " - " + times(q.rate.Burst, "at once") + ") / " + perSecond(q.rate),
				time.Duration(seconds * float64(time.Second))})
		}
	}
	return bounds
}

// CriticalPath is the longest chain of calls and waits in one account: its role is taken,
// then the longer of two: the credential report is asked for until it is there and
// downloaded, or the pages of the authorization details come one after the other.
func CriticalPath(by Pacing, pages int) (time.Duration, string) {
	report := (looks + 1) * by.Latency
	pause := by.ReportPoll
	var waits time.Duration
	for range looks - 1 {
		waits += pause
		pause = min(2*pause, longestPoll)
	}
	details := time.Duration(pages) * by.Latency
	if report+waits >= details {
		return by.Latency + report + waits, times(looks+2, "calls") + " × " + by.Latency.String() +
			" + " + waits.String() + " of waiting for the credential report"
	}
	return by.Latency + details, times(pages+1, "calls") + " × " + by.Latency.String()
}

func times(n int, what string) string { return strconv.Itoa(n) + " " + what }

func perSecond(r Rate) string { return strconv.FormatFloat(r.PerSecond, 'f', -1, 64) + " a second" }
