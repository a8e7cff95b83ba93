package report

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// drawn offers items to a draw and returns those that are in the sample in the end.
func drawn(s Sampling, seed string, ids []string) []string {
	d := s.Draw(seed, "user-mfa", len(ids))
	slots := map[int]string{}
	for _, id := range ids {
		if slot, ok := d.Offer(id); ok {
			slots[slot] = id
		}
	}
	sample := []string{}
	for slot := range len(slots) {
		sample = append(sample, slots[slot])
	}
	slices.Sort(sample)
	return sample
}

func populationOf(n int) []string {
	var ids []string
	for i := range n {
		ids = append(ids, findingID("user-mfa", "000000000012", fmt.Sprintf("user %d", i), 0))
	}
	return ids
}

func TestSamplesHaveTheirSize(t *testing.T) {
	for _, test := range []struct {
		sampling   Sampling
		population int
		want       int
	}{
		{Sampling{Method: SampleFixed, Size: 25}, 0, 0}, {Sampling{Method: SampleFixed, Size: 25}, 24, 24},
		{Sampling{Method: SampleFixed, Size: 25}, 25, 25}, {Sampling{Method: SampleFixed, Size: 25}, 4000, 25},
		{Sampling{Method: SampleFixed, Size: 0}, 10, 0}, {Sampling{Method: SampleFixed, Size: 1}, 10, 1},
		{Sampling{Method: SamplePercent, Percent: 10}, 0, 0}, {Sampling{Method: SamplePercent, Percent: 10}, 1, 1},
		{Sampling{Method: SamplePercent, Percent: 10}, 30, 3}, {Sampling{Method: SamplePercent, Percent: 10}, 31, 4},
		{Sampling{Method: SamplePercent, Percent: 0.07}, 10_000, 7}, {Sampling{Method: SamplePercent, Percent: 0.01}, 10, 1},
		{Sampling{Method: SamplePercent, Percent: 99.9}, 100, 100}, {Sampling{Method: SamplePercent, Percent: 100}, 17, 17},
		{Sampling{Method: SampleAll}, 0, 0}, {Sampling{Method: SampleAll}, 17, 17},
	} {
		for seed := range 20 {
			got := drawn(test.sampling, fmt.Sprint(seed), populationOf(test.population))
			if n := len(slices.Compact(got)); n != test.want || test.sampling.SizeOf(test.population) != test.want {
				t.Errorf("%+v of %d: %d items, announced %d, want %d", test.sampling, test.population, n, test.sampling.SizeOf(test.population), test.want)
			}
		}
	}
}

func TestSeedsDecideSamples(t *testing.T) {
	ids := populationOf(500)
	for _, s := range []Sampling{{Method: SampleFixed, Size: 25}, {Method: SamplePercent, Percent: 7}} {
		first := drawn(s, "seed", ids)
		if diff := cmp.Diff(first, drawn(s, "seed", ids)); diff != "" {
			t.Errorf("%s: the same seed drew other items:\n%s", s.Method, diff)
		}
		if slices.Equal(first, drawn(s, "another", ids)) {
			t.Errorf("%s: another seed drew the same items", s.Method)
		}
	}
}

// A fixed sample is what a person draws who sorts the items by SHA-256 of seed and id.
func TestFixedSampleIsTheSmallestDigests(t *testing.T) {
	ids := populationOf(300)
	digest := func(id string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte("seed"+id))) }
	byDigest := slices.Clone(ids)
	slices.SortFunc(byDigest, func(a, b string) int { return strings.Compare(digest(a), digest(b)) })
	random := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{1, 2, 25, 299, 300, 301} {
		want := slices.Sorted(slices.Values(byDigest[:min(size, len(ids))]))
		for range 10 {
			random.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
			if diff := cmp.Diff(want, drawn(Sampling{Method: SampleFixed, Size: size}, "seed", ids)); diff != "" {
				t.Fatalf("size %d:\n%s", size, diff)
			}
		}
	}
}

// Items at even distances: between two drawn ones there are as many others everywhere, or one more.
func TestPercentSampleIsSystematic(t *testing.T) {
	for _, population := range []int{7, 100, 1001} {
		s := Sampling{Method: SamplePercent, Percent: 12.5}
		d := s.Draw("seed", "user-mfa", population)
		var places []int
		for i := range population {
			if _, ok := d.Offer("any"); ok {
				places = append(places, i)
			}
		}
		n := len(places)
		for i := 1; i < n; i++ {
			if gap := places[i] - places[i-1]; gap < population/n || gap > population/n+1 {
				t.Errorf("population %d: %d items between two that are drawn, of %d", population, gap, n)
			}
		}
		for i, place := range places {
			// The rule that the sheet Samples states.
			if (uint64(place)*uint64(n)+d.start)%uint64(population) < uint64(population-n) {
				t.Errorf("population %d: item %d, the %d. of the sample, is not the rule's", population, place, i)
			}
		}
	}
}
