package benchmark_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/report/benchmark"
)

// TestJudgeSideBySide: accounts that are judged at the same time share policies and their
// analyses, and each has the results that it has alone.
func TestJudgeSideBySide(t *testing.T) {
	judge := func(s *benchmark.Subject) (results []benchmark.Result) {
		for _, c := range benchmark.Controls() {
			if c.Scope == benchmark.AccountScope {
				results = append(results, benchmark.Judge(c, s))
			}
		}
		return results
	}
	worlds := []*world{usualWorld(1), usualWorld(2), usualWorld(3)}
	shared := *worlds[0].subject()
	together := make([][]benchmark.Result, len(worlds))
	var group sync.WaitGroup
	for i, w := range worlds {
		group.Go(func() {
			s := shared
			s.Organization = w.org
			together[i] = judge(s.For(w.org.Account(w.account), w.evidence))
		})
	}
	group.Wait()
	for i, w := range worlds {
		alone := judge(w.subject())
		if diff := cmp.Diff(alone, together[i]); diff != "" {
			t.Errorf("account %s differs (-alone +together):\n%s", w.account, diff)
		}
		failed := 0
		for _, r := range alone {
			failed += r.Failed
		}
		if failed < 50 {
			t.Errorf("%d items of account %s fail, which proves little", failed, w.account)
		}
	}
}
