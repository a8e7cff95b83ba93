package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
)

func TestReportAddsTraffic(t *testing.T) {
	var r Report
	r.addTraffic([]collect.Traffic{
		{Service: "IAM", Operation: "GetPolicy", Calls: 2, Throttled: 1, Latency: 30, Longest: 20},
		{Service: "IAM", Operation: "GetAccountSummary", Calls: 1, Latency: 40, Longest: 40},
	})
	r.addTraffic(nil) // evidence of an earlier version
	r.addTraffic([]collect.Traffic{{Service: "STS", Operation: "AssumeRole", Calls: 1, Throttled: 2, Waited: 7}})
	want := []collect.Traffic{
		{Service: "IAM", Calls: 3, Throttled: 1, Latency: 70, Longest: 40},
		{Service: "STS", Calls: 1, Throttled: 2, Waited: 7},
	}
	if diff := cmp.Diff(want, r.Services); diff != "" {
		t.Errorf("services (-want +got):\n%s", diff)
	}
	if r.Evidence.Throttles != 3 {
		t.Errorf("%d throttled in all, want 3", r.Evidence.Throttles)
	}
}
