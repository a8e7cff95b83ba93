package collect_test

import (
	"testing"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
)

// BenchmarkRun collects an organization of 50 accounts from a simulated AWS in the same
// process, whose work is part of what is measured.
func BenchmarkRun(b *testing.B) {
	s := start(b, demoWorld(b, awsfake.DemoOptions{Accounts: 50}), awsfake.Options{PageSize: 100, Now: clock})
	o := s.options(b)
	o.Accounts, o.Collectors = 16, 4
	s.ResetCalls()
	b.ReportAllocs()
	rounds := 0
	for b.Loop() {
		if err := collect.Run(b.Context(), o); err != nil {
			b.Fatal(err)
		}
		rounds++
	}
	b.ReportMetric(float64(len(s.Calls()))/float64(rounds), "calls/op")
}
