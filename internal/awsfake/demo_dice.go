package awsfake

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// demoDice draw everything that varies in the demo world. Each account has dice of
// its own, so that one more account does not change the others.
type demoDice struct {
	*rand.Rand
	now time.Time
}

func newDemoDice(seed, stream uint64, now time.Time) demoDice {
	return demoDice{rand.New(rand.NewPCG(seed, stream)), now}
}

// demoAside are the streams of dice for what was added later to the world, so that the rest
// of it stays as it was.
const demoAside = 1 << 32

// between draws a number from lo to hi, both included. With hi below lo it is lo.
func (d demoDice) between(lo, hi int) int {
	if hi <= lo {
		return lo
	}
	return lo + d.IntN(hi-lo+1)
}

// chance is true in percent of a hundred cases.
func (d demoDice) chance(percent int) bool { return d.IntN(100) < percent }

// ago is a moment whose age in whole days, rounded down, is days.
func (d demoDice) ago(days int) time.Time {
	return d.now.Add(-time.Duration(days)*24*time.Hour - time.Duration(d.IntN(23*3600))*time.Second)
}

// agoPtr is ago for fields that can be missing.
func (d demoDice) agoPtr(days int) *time.Time {
	t := d.ago(days)
	return &t
}

// text draws n characters of the alphabet.
func (d demoDice) text(alphabet string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[d.IntN(len(alphabet))])
	}
	return b.String()
}

const (
	demoUpper32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	demoLower36 = "abcdefghijklmnopqrstuvwxyz0123456789"
	demoHex     = "0123456789abcdef"
	demoDigits  = "0123456789"
)

// unique is a unique identifier with the prefix of its kind. Access keys have 20
// characters, everything else has 21 ("IAM identifiers", section "Unique identifiers").
func (d demoDice) unique(prefix string) string {
	if prefix == "AKIA" {
		return prefix + d.text(demoUpper32, 16)
	}
	return prefix + d.text(demoUpper32, 17)
}

func (d demoDice) uuid() string {
	return fmt.Sprintf("%s-%s-4%s-%s%s-%s", d.text(demoHex, 8), d.text(demoHex, 4), d.text(demoHex, 3),
		d.text("89ab", 1), d.text(demoHex, 3), d.text(demoHex, 12))
}

// phone has only the characters that AWS Account Management takes.
func (d demoDice) phone(c demoCountry) string {
	return c.dialing + " 555 " + d.text(demoDigits, 4)
}

// demoPick draws one of the list.
func demoPick[T any](d demoDice, list []T) T { return list[d.IntN(len(list))] }

// demoSome draws n different members of the list, in the order of the list.
func demoSome[T any](d demoDice, list []T, n int) []T {
	if n >= len(list) {
		return list
	}
	var some []T
	for i, v := range list {
		if d.IntN(len(list)-i) < n-len(some) {
			some = append(some, v)
		}
	}
	return some
}
