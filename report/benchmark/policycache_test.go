package benchmark_test

import (
	"fmt"
	"sync"
	"testing"

	"orgaudit/report/benchmark"
)

// TestPolicyCache: accounts that are judged side by side share the cache; each gets the
// document that it asked for, or its error, however many others come.
func TestPolicyCache(t *testing.T) {
	var cache benchmark.PolicyCache
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			for i := range 3000 {
				sid := fmt.Sprintf("%d-%d", worker%2, i)
				d, err := cache.Parse(`{"Statement":{"Sid":"` + sid + `","Effect":"Deny","Action":"s3:*","Resource":"*"}}`)
				if err != nil || d.Statements[0].Sid != sid {
					t.Errorf("asked for %s, got %+v (%v)", sid, d, err)
					return
				}
				if d, err := cache.Parse("not " + sid); err == nil {
					t.Errorf("text that is no policy is %+v", d)
					return
				}
			}
		})
	}
	group.Wait()
}
