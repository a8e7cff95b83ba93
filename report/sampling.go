package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"math"
)

// Draw selects the sample of one control's population, whose items are offered to it one by
// one. The same seed draws the same items.
//
// A fixed sample is the items whose SHA-256 of seed and finding id is smallest, so that it
// does not depend on the order in which they come, and an auditor can draw it again with any
// tool. A part is drawn systematically: items at even distances from a start that the seed
// decides. It holds exactly the size that [Sampling.SizeOf] says where as many items are
// offered as were announced.
type Draw struct {
	method string
	seed   string
	// size is that of the sample, population the number of items that are to come.
	size, population uint64
	// start decides which of the items at even distances are drawn.
	start uint64
	seen  uint64
	// smallest is a heap of the ranks of a fixed sample, the largest first.
	smallest []rank
}

// rank is where an item stands in the order of a fixed sample, and the slot that it has there.
type rank struct {
	hash [sha256.Size]byte
	slot int
}

// SizeOf is how many items of a population are drawn.
func (s *Sampling) SizeOf(population int) int {
	switch s.Method {
	case SampleFixed:
		return max(min(s.Size, population), 0)
	case SamplePercent:
		// A part such as 0.07 % has no exact form in binary, and must not round up for that.
		return max(min(int(math.Ceil(s.Percent*float64(population)/100-1e-9)), population), 0)
	default:
		return population
	}
}

// Draw begins the sample of a control whose population has so many items. The seed is that
// of the configuration, or what stands for it.
func (s *Sampling) Draw(seed, control string, population int) *Draw {
	d := &Draw{method: s.Method, seed: seed, size: uint64(s.SizeOf(population)), population: uint64(max(population, 0))}
	switch {
	case s.Method == SampleFixed:
		// The announced population is not needed, so that it need not be right either.
		d.size = uint64(max(s.Size, 0))
	case s.Method == SamplePercent && d.population > 0:
		sum := sha256.Sum256([]byte(seed + control))
		d.start = binary.BigEndian.Uint64(sum[:8]) % d.population
	}
	return d
}

// Offer tells whether an item is drawn. That of a fixed sample is drawn until a better one
// takes its slot: slots count from 0 and stay below the size of the sample. Those of other
// samples are drawn for good, each in a slot of its own.
func (d *Draw) Offer(id string) (slot int, drawn bool) {
	switch d.method {
	case SampleFixed:
		return d.offerFixed(id)
	case SamplePercent:
		// Of the items so far, (seen × size + start) / population are drawn, rounded down.
		before := (d.seen*d.size + d.start) / max(d.population, 1)
		d.seen++
		after := (d.seen*d.size + d.start) / max(d.population, 1)
		return int(before), after > before
	default:
		d.seen++
		return int(d.seen - 1), true
	}
}

func (d *Draw) offerFixed(id string) (slot int, drawn bool) {
	if d.size == 0 {
		return 0, false
	}
	var text [128]byte
	r := rank{hash: sha256.Sum256(append(append(text[:0], d.seed...), id...))}
	if uint64(len(d.smallest)) < d.size {
		r.slot = len(d.smallest)
		d.smallest = append(d.smallest, r)
		for i := r.slot; i > 0 && d.before((i-1)/2, i); i = (i - 1) / 2 {
			d.swap(i, (i-1)/2)
		}
		return r.slot, true
	}
	if bytes.Compare(r.hash[:], d.smallest[0].hash[:]) >= 0 {
		return 0, false
	}
	r.slot = d.smallest[0].slot
	d.smallest[0] = r
	for i := 0; ; {
		largest := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(d.smallest); child++ {
			if d.before(largest, child) {
				largest = child
			}
		}
		if largest == i {
			return r.slot, true
		}
		d.swap(i, largest)
		i = largest
	}
}

// before tells whether the item of i has the smaller rank.
func (d *Draw) before(i, j int) bool {
	return bytes.Compare(d.smallest[i].hash[:], d.smallest[j].hash[:]) < 0
}

func (d *Draw) swap(i, j int) { d.smallest[i], d.smallest[j] = d.smallest[j], d.smallest[i] }
