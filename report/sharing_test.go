package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/report/benchmark"
)

// TestSharingChangesNothing: what a result says stays, also where texts and lists look alike.
func TestSharingChangesNothing(t *testing.T) {
	make := func() benchmark.Result {
		return benchmark.Result{Items: []benchmark.Item{
			{Resource: "a", Observed: "x", Because: []string{"1", "2"}, Denial: &benchmark.Denial{Action: "a"}},
			{Resource: "b", Observed: "x", Because: []string{"1", "2"}, Denial: &benchmark.Denial{Action: "a"}},
			{Resource: "c", Observed: "x", Because: []string{"1\x002"}, Denial: &benchmark.Denial{Action: "a", Region: "r"}},
			{Resource: "d", Observed: "y", Because: []string{}},
			{Resource: "e"},
		}}
	}
	shared := make()
	newSharing().share(&shared)
	if diff := cmp.Diff(make(), shared); diff != "" {
		t.Errorf("a result is another (-want +got):\n%s", diff)
	}
	if &shared.Items[0].Because[0] != &shared.Items[1].Because[0] || shared.Items[0].Denial != shared.Items[1].Denial {
		t.Error("equal lists and denials are held twice")
	}
}
