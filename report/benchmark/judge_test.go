package benchmark_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/report/benchmark"
)

// verdictCase is what a control must say of a world that differs from the good one in
// what the case is about.
type verdictCase struct {
	name      string
	partition string // aws where empty
	change    func(w *world)
	// want is the result as [told] tells it.
	want []string
}

func runVerdicts(t *testing.T, control string, cases []verdictCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			partition := c.partition
			if partition == "" {
				partition = "aws"
			}
			w := newWorld(partition)
			if c.change != nil {
				c.change(w)
			}
			before := w.files(t)
			r := w.judge(t, control)
			if diff := cmp.Diff(c.want, w.told(r)); diff != "" {
				t.Errorf("the result differs (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, w.files(t)); diff != "" {
				t.Errorf("judging changed the evidence (-before +after):\n%s", diff)
			}
			w.checkResult(t, r)
		})
	}
}

// told is a result in lines: the verdict with its cause or reason, then each item's
// status, resource and observed value. ARNs of the account lose their beginning.
func (w *world) told(r benchmark.Result) []string {
	verdict := string(r.Verdict)
	if r.Gap != nil {
		verdict += " because " + string(r.Gap.Cause)
	}
	if r.Reason != "" {
		verdict += ": " + r.Reason
	}
	lines := []string{verdict}
	for _, i := range r.Items {
		lines = append(lines, fmt.Sprintf("%s %s: %s", i.Status, strings.TrimPrefix(i.Resource, w.arn("")), i.Observed))
	}
	return lines
}

// checkResult checks what holds for every result of every control.
func (w *world) checkResult(t testing.TB, r benchmark.Result) {
	t.Helper()
	counts := map[benchmark.Status]int{}
	files := w.files(t)
	for _, i := range r.Items {
		counts[i.Status]++
		if i.Resource == "" || i.Expected == "" || i.Observed == "" {
			t.Errorf("an item lacks its resource, its expected or its observed value: %+v", i)
		}
		if (i.Status == benchmark.NotAssessed) != (i.Gap != nil && i.Gap.Cause != "") {
			t.Errorf("item %s is %s with the gap %v", i.Resource, i.Status, i.Gap)
		}
		file, ok := files[i.Evidence.File]
		if !ok {
			t.Errorf("item %s: the evidence has no file %q", i.Resource, i.Evidence.File)
			continue
		}
		if _, err := resolve(file, i.Evidence.Pointer); err != nil {
			t.Errorf("item %s: its evidence in %s: %v", i.Resource, i.Evidence.File, err)
		}
	}
	want := [...]int{len(r.Items), counts[benchmark.Passed], counts[benchmark.Failed], counts[benchmark.NotAssessed]}
	if got := [...]int{r.Population, r.Passed, r.Failed, r.NotAssessed}; got != want {
		t.Errorf("population, passed, failed and not assessed are %v, the items make %v", got, want)
	}
	if (r.Verdict == benchmark.VerdictNotAssessed) != (r.Gap != nil) {
		t.Errorf("the verdict is %s with the gap %v", r.Verdict, r.Gap)
	}
	if r.Gap != nil && r.Gap.Cause == "" {
		t.Errorf("the gap has no cause: %+v", r.Gap)
	}
	if w.evidence != nil && r.At.IsZero() {
		t.Error("the result does not say of what time it is")
	}
}

// TestTimeOfEvidence: a verdict is of the time at which AWS said what it rests on.
func TestTimeOfEvidence(t *testing.T) {
	w := newWorld("aws")
	for id, want := range map[string]string{
		"user-console-mfa":        generated().String(),
		"password-min-length":     listed().String(),
		"org-root-access-central": w.org.WalkEnded.String(),
	} {
		if got := w.judge(t, id).At.String(); got != want {
			t.Errorf("%s is of %s, want %s", id, got, want)
		}
	}
}
