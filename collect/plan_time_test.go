package collect_test

import (
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/collect"
)

func TestCriticalPath(t *testing.T) {
	const ms = time.Millisecond
	for _, test := range []struct {
		name  string
		poll  time.Duration
		pages int
		want  time.Duration
	}{
		// The role, three looks at the report with 200 ms and 400 ms between, and its download.
		{"the credential report", 200 * ms, 1, (50 + 3*50 + 600 + 50) * ms},
		{"many pages", 200 * ms, 100, (50 + 100*50) * ms},
		{"a pause never grows above 15 seconds", 20 * time.Second, 1, 250*ms + 35*time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, words := collect.CriticalPath(collect.Pacing{Latency: 50 * ms, ReportPoll: test.poll}, test.pages)
			if got != test.want || words == "" {
				t.Errorf("%s (%s), want %s", got, words, test.want)
			}
		})
	}
}

func TestPlanBounds(t *testing.T) {
	p := &collect.Plan{Pages: 1, Calls: []collect.PlannedCalls{
		{Service: "IAM", Operation: "GenerateCredentialReport", Calls: 300},
		{Service: "Organizations", Operation: "ListAccounts", Calls: 5},
		{Service: "Organizations", Operation: "ListTagsForResource", Calls: 100},
		{Service: "STS", Operation: "AssumeRole", Calls: 100},
	}}
	got := map[string]time.Duration{}
	for _, b := range p.Bounds(collect.Pacing{
		Latency: 100 * time.Millisecond, CallsInFlight: 10, ReportPoll: time.Second,
		Rates: collect.Rates{STS: collect.Rate{PerSecond: 20, Burst: 20}, CredentialReports: collect.Rate{PerSecond: 10, Burst: 10}},
	}) {
		got[b.Name] = b.Time
	}
	const s = time.Second
	want := map[string]time.Duration{
		"calls":                                 505 * s / 100,
		"slowest account":                       3*s + s/2,
		"list of accounts":                      s / 2,
		"quota of sts:AssumeRole":               4 * s,
		"quota of iam:GenerateCredentialReport": 29 * s,
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("bounds (-want +got):\n%s", diff)
	}
}

func TestAddTraffic(t *testing.T) {
	a := []collect.Traffic{{Service: "STS", Operation: "AssumeRole", Calls: 2, Latency: 10, Longest: 8}}
	b := []collect.Traffic{
		{Service: "STS", Operation: "AssumeRole", Calls: 3, Retries: 1, Throttled: 1, Latency: 20, Longest: 7, Waited: 4},
		{Service: "IAM", Operation: "GetPolicy", Calls: 1, Latency: 5, Longest: 5},
	}
	want := []collect.Traffic{
		{Service: "IAM", Operation: "GetPolicy", Calls: 1, Latency: 5, Longest: 5},
		{Service: "STS", Operation: "AssumeRole", Calls: 5, Retries: 1, Throttled: 1, Latency: 30, Longest: 8, Waited: 4},
	}
	if diff := gocmp.Diff(want, collect.AddTraffic(a, b)); diff != "" {
		t.Errorf("sum (-want +got):\n%s", diff)
	}
	if n := collect.Throttles(want); n != 1 {
		t.Errorf("%d throttled, want 1", n)
	}
	if a[0].Calls != 2 {
		t.Error("a summand was changed")
	}
}
