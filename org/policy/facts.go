package policy

import "time"

// Truth is what can be said of a condition, or of a permission, before a request is made.
type Truth uint8

// The three values, in their order: and is the least of several, or the greatest.
const (
	// False holds in no request.
	False Truth = iota
	// Depends holds in some requests and not in others, or nobody knows.
	Depends
	// True holds in every request.
	True
)

// Not turns True and False around and leaves Depends.
func (t Truth) Not() Truth { return True - t }

// Fact is what is known of one condition key: the alternatives that it can have, each the
// list of its values in a request. A nil alternative means that the request lacks the key.
// The multi-factor key of a user without a device is either absent or false:
// Fact{nil, {"false"}}.
type Fact [][]string

// Is is the fact that a key has these values in every request.
func Is(values ...string) Fact { return Fact{values} }

// Absent is the fact that no request has the key.
func Absent() Fact { return Fact{nil} }

// Facts are what is known of the requests that are asked about: of the principal, its
// account and organization, the resource, the time. A key without a fact is unknown: every
// condition on it depends on the request.
//
// Names of keys are in lower case, since AWS compares them without regard to case.
type Facts struct {
	// Now is the time of the evidence. Time moves on from it: a date before it has passed
	// for ever, one after it is still to come.
	Now  time.Time
	Keys map[string]Fact
	// Families hold facts of all keys that begin so, such as "aws:principaltag/". A fact in
	// Keys goes before them, and a longer beginning before a shorter one.
	Families map[string]Fact
	// Base is asked for what is not here. It may be nil.
	Base *Facts
}

// Lookup returns the fact of a key, whatever its case, or false where nothing is known.
func (f *Facts) Lookup(key string) (Fact, bool) {
	// Conditions are looked up by the hundred thousand, so without a new string each.
	var buffer [64]byte
	lowered := appendLower(buffer[:0], key)
	for ; f != nil; f = f.Base {
		if fact, ok := f.Keys[string(lowered)]; ok {
			return fact, true
		}
		longest := -1
		var fact Fact
		for prefix, of := range f.Families {
			if len(prefix) > longest && hasPrefix(lowered, prefix) {
				longest, fact = len(prefix), of
			}
		}
		if longest >= 0 {
			return fact, true
		}
	}
	return nil, false
}

// With returns facts that know more than f: those of keys, in lower case, go before f's.
func (f *Facts) With(keys map[string]Fact) *Facts {
	more := &Facts{Keys: keys, Base: f}
	if f != nil {
		more.Now = f.Now
	}
	return more
}
