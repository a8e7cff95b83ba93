package main

import (
	"strings"
	"testing"

	"orgaudit/report/benchmark"
)

func TestThresholds(t *testing.T) {
	for _, c := range []struct {
		name            string
		tally           benchmark.Tally
		score, coverage float64
		want            string // empty where nothing is wrong
	}{
		{"nothing is asked", benchmark.Tally{Failed: 1, NotAssessed: 9}, 0, 0, ""},
		{"reached", benchmark.Tally{Passed: 90, Failed: 10}, 90, 100, ""},
		{"below", benchmark.Tally{Passed: 80, Failed: 20}, 90, 0, "the score is 80.0, below the 90 "},
		{"just below", benchmark.Tally{Passed: 8996, Failed: 1004}, 90, 0, "the score is 89.96, below the 90 "},
		{"coverage", benchmark.Tally{Passed: 90, NotAssessed: 10}, 90, 95, "the coverage is 90.0, below the 95 "},
		{"nothing was judged", benchmark.Tally{NotAssessed: 10}, 1, 0, "nothing was judged, so that the score of 1 "},
		{"half was assessed", benchmark.Tally{Passed: 5, NotAssessed: 5}, 80, 0, ""},
		{"less than half was assessed", benchmark.Tally{Passed: 49, NotAssessed: 51}, 80, 0, "only 49.0 % of what applies was assessed"},
	} {
		err := thresholds(c.tally.Score(), c.score, c.coverage)
		if (err == nil) != (c.want == "") || err != nil && (!strings.HasPrefix(err.Error(), c.want) || exitCodeOf(err) != exitThreshold) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
