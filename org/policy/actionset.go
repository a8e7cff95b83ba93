package policy

import (
	"fmt"
	"iter"
	"math/bits"
	"slices"
	"strings"
)

// ActionSet is a set of actions of the catalogue, one bit for each. The zero value is empty.
//
// Like a map, a set that is not empty shares its members with its copies: what Add puts into
// one is in all of them. Every other method leaves its operands as they are and returns a
// set of its own.
type ActionSet struct {
	// words is nil or has a bit for each action of the catalogue.
	words []uint64
}

const wordBits = 64

// Add puts the action with the index in [Actions] into the set. It panics where there is no
// such action.
func (s *ActionSet) Add(i int) {
	_ = Actions()[i]
	s.allot()
	s.words[i/wordBits] |= 1 << (i % wordBits)
}

func (s *ActionSet) allot() {
	if s.words == nil {
		s.words = make([]uint64, (len(Actions())+wordBits-1)/wordBits)
	}
}

// addRange puts all from the first index to before the second into the set.
func (s *ActionSet) addRange(from, to int) {
	s.allot()
	for word, mask := range span(from, to) {
		s.words[word] |= mask
	}
}

// span yields the words of a range of indices, and their bits in it.
func span(from, to int) iter.Seq2[int, uint64] {
	return func(yield func(int, uint64) bool) {
		for from < to {
			word := from / wordBits
			end := min(to, (word+1)*wordBits)
			mask := ^uint64(0) >> (wordBits - (end - from)) << (from % wordBits)
			if !yield(word, mask) {
				return
			}
			from = end
		}
	}
}

// Has reports whether the action with the index is in the set.
func (s ActionSet) Has(i int) bool {
	return i >= 0 && i/wordBits < len(s.words) && s.words[i/wordBits]&(1<<(i%wordBits)) != 0
}

// Len is the number of actions in the set.
func (s ActionSet) Len() int {
	n := 0
	for _, word := range s.words {
		n += bits.OnesCount64(word)
	}
	return n
}

// Empty reports whether no action is in the set.
func (s ActionSet) Empty() bool {
	return !slices.ContainsFunc(s.words, func(word uint64) bool { return word != 0 })
}

// Clone returns a set with the same members that shares them with no other.
func (s ActionSet) Clone() ActionSet { return ActionSet{slices.Clone(s.words)} }

// Union returns the actions that are in either set.
func (s ActionSet) Union(other ActionSet) ActionSet {
	if s.words == nil {
		return other.Clone()
	}
	union := s.Clone()
	for i, word := range other.words {
		union.words[i] |= word
	}
	return union
}

// unite puts the actions of another set into s.
func (s *ActionSet) unite(other ActionSet) {
	if other.words == nil {
		return
	}
	s.allot()
	for i, word := range other.words {
		s.words[i] |= word
	}
}

// keep takes the actions that are not in another set out of s.
func (s *ActionSet) keep(other ActionSet) {
	if other.words == nil {
		s.words = nil
	}
	for i := range s.words {
		s.words[i] &= other.words[i]
	}
}

// remove takes those actions of another set out of s that are in a third one too.
func (s *ActionSet) remove(other, within ActionSet) {
	if other.words == nil || within.words == nil {
		return
	}
	for i := range s.words {
		s.words[i] &^= other.words[i] & within.words[i]
	}
}

// Intersect returns the actions that are in both sets.
func (s ActionSet) Intersect(other ActionSet) ActionSet {
	if s.words == nil || other.words == nil {
		return ActionSet{}
	}
	both := s.Clone()
	for i, word := range other.words {
		both.words[i] &= word
	}
	return both
}

// Minus returns the actions that are in s alone.
func (s ActionSet) Minus(other ActionSet) ActionSet {
	if s.words == nil {
		return ActionSet{}
	}
	rest := s.Clone()
	for i, word := range other.words {
		rest.words[i] &^= word
	}
	return rest
}

// Equal reports whether both sets have the same actions.
func (s ActionSet) Equal(other ActionSet) bool {
	if s.words == nil || other.words == nil {
		return s.Empty() && other.Empty()
	}
	return slices.Equal(s.words, other.words)
}

// All yields the actions in the set with their indices, in the order of the catalogue.
func (s ActionSet) All() iter.Seq2[int, Action] {
	return func(yield func(int, Action) bool) {
		for i, word := range s.words {
			for ; word != 0; word &= word - 1 {
				at := i*wordBits + bits.TrailingZeros64(word)
				if !yield(at, Actions()[at]) {
					return
				}
			}
		}
	}
}

// Services returns the services of which the set has some action, sorted.
func (s ActionSet) Services() []string {
	if s.words == nil {
		return nil
	}
	var services []string
	for i, service := range Services() {
		starts := catalogue().starts
		for word, mask := range span(starts[i], starts[i+1]) {
			if s.words[word]&mask != 0 {
				services = append(services, service)
				break
			}
		}
	}
	return services
}

// CoversService reports whether every action of the service, in any case, is in the set. It
// is false for a service that the catalogue does not know.
func (s ActionSet) CoversService(service string) bool {
	from, to, ok := ServiceRange(service)
	return ok && s.words != nil && s.covers(from, to)
}

// covers reports whether every action of a range of indices is in the set, which is not empty.
func (s ActionSet) covers(from, to int) bool {
	for word, mask := range span(from, to) {
		if s.words[word]&mask != mask {
			return false
		}
	}
	return true
}

// LevelCounts are numbers of actions by their access level, such as
// counts[PermissionsManagement].
type LevelCounts [len(levelNames)]int

// String is like "List 3, Permissions management 1": the levels that have actions, the
// weakest first.
func (c LevelCounts) String() string {
	var words []string
	for level, n := range c {
		if n > 0 {
			words = append(words, fmt.Sprintf("%s %d", AccessLevel(level), n))
		}
	}
	return strings.Join(words, ", ")
}

// Levels counts the actions in the set by their access level.
func (s ActionSet) Levels() LevelCounts {
	var counts LevelCounts
	if s.words == nil {
		return counts
	}
	for level, mask := range catalogue().levels {
		for i, word := range s.words {
			counts[level] += bits.OnesCount64(word & mask.words[i])
		}
	}
	return counts
}

// OfLevel returns the actions in the set that have the access level.
func (s ActionSet) OfLevel(level AccessLevel) ActionSet {
	return s.Intersect(catalogue().levels[level])
}
