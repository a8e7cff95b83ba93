package policy

import (
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf8"
)

// Covers reports whether every value that matches the glob other matches the glob
// pattern too, by the rules of [Match]. Thus `s3:*` covers `s3:Get*`, and `*` covers all.
//
// True is always right. False is right too, but for globs that are far from any in
// use: where a comparison grows beyond a bound, as it can with dozens of ? behind
// stars, the answer is false.
func Covers(pattern, other string) bool {
	return covers(pattern, other, same)
}

// CoversAction is [Covers] for actions, by the rules of [MatchAction].
func CoversAction(pattern, other string) bool {
	return covers(pattern, other, lower)
}

// fresh stands for a character that no glob names. Of all values of a glob, those that
// have it for each ? and for all that a star takes are the hardest to match, so they
// alone decide whether one glob covers another.
const fresh rune = -1

// The literal wildcards of expanded elements, as characters that are no wildcards.
const (
	starRune rune = -2
	markRune rune = -3
)

// maxCoverWork bounds the positions that one comparison visits.
const maxCoverWork = 1 << 18

func covers(pattern, other string, fold func(byte) byte) bool {
	if pattern == other {
		return true
	}
	if !strings.ContainsAny(other, "*?") {
		return match(pattern, other, fold)
	}
	if strings.IndexByte(pattern, '?') < 0 {
		return coversPlainly(pattern, other, fold)
	}
	p, q := globRunes(pattern, fold), globRunes(other, fold)

	// Walk all the values of other at once, and note at each place of other where in
	// pattern one can be. A pair of both is visited once.
	type state struct {
		at  int // in q
		set positions
	}
	todo := []state{{0, p.start()}}
	seen := map[string]bool{}
	for work := 0; len(todo) > 0; {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if p.acceptsAll(s.set) {
			continue
		}
		key := s.set.key(s.at)
		if seen[key] {
			continue
		}
		seen[key] = true
		if work += len(s.set) + 1; work > maxCoverWork {
			return false
		}
		switch {
		case len(s.set) == 0:
			return false
		case s.at == len(q):
			if !p.accepts(s.set) {
				return false
			}
		case q[s.at] == '*':
			todo = append(todo,
				state{s.at + 1, s.set},
				state{s.at, p.next(s.set, fresh)})
		case q[s.at] == '?':
			todo = append(todo, state{s.at + 1, p.next(s.set, fresh)})
		default:
			todo = append(todo, state{s.at + 1, p.next(s.set, q[s.at])})
		}
	}
	return true
}

// coversPlainly is covers for a pattern without a ?. What a wildcard of the other glob takes can
// then be matched by a star of the pattern alone, and a star that takes it takes all: so the
// pattern is matched with the other glob itself, as in match, and no character of the pattern is
// equal to a wildcard there.
func coversPlainly(pattern, other string, fold func(byte) byte) bool {
	p, v := 0, 0
	afterStar, retry := -1, 0
	for v < len(other) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			p++
			if p == len(pattern) {
				return true
			}
			afterStar, retry = p, v
		case p < len(pattern) && !wild(other[v]) && fold(pattern[p]) == fold(other[v]):
			p++
			v++
		case afterStar >= 0:
			retry++
			p, v = afterStar, retry
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// glob is a pattern by characters, without two stars in a row.
type glob []rune

func globRunes(s string, fold func(byte) byte) glob {
	var g glob
	for i, r := range s {
		if r == '*' && len(g) > 0 && g[len(g)-1] == '*' {
			continue
		}
		switch {
		case r < utf8.RuneSelf:
			r = rune(fold(byte(r)))
		case s[i] == literalStar:
			r = starRune
		case s[i] == literalMark:
			r = markRune
		}
		g = append(g, r)
	}
	return g
}

// positions are the places in a glob at which a value read so far can stand, ascending.
type positions []int

func (g glob) start() positions {
	return g.closed(positions{0})
}

// next is the set after one character more.
func (g glob) next(set positions, c rune) positions {
	var moved positions
	for _, i := range set {
		switch {
		case i == len(g):
		case g[i] == '*':
			moved = append(moved, i)
		case g[i] == '?' || g[i] == c:
			moved = append(moved, i+1)
		}
	}
	return g.closed(moved)
}

// closed adds the places behind stars, which may take nothing, and drops all places
// before the last star reached: what can be matched from there can be matched from the
// star. That keeps the sets small.
func (g glob) closed(set positions) positions {
	for i := len(set) - 1; i >= 0; i-- {
		at := set[i]
		if at == len(g) || g[at] != '*' {
			continue
		}
		rest := append(slices.Clone(set[i:]), at+1)
		slices.Sort(rest)
		return slices.Compact(rest)
	}
	return slices.Compact(set)
}

func (g glob) accepts(set positions) bool {
	return slices.Contains(set, len(g))
}

// acceptsAll reports whether any rest of a value would match.
func (g glob) acceptsAll(set positions) bool {
	return len(g) > 0 && g[len(g)-1] == '*' && slices.Contains(set, len(g)-1)
}

func (set positions) key(at int) string {
	b := binary.AppendUvarint(nil, uint64(at))
	for _, i := range set {
		b = binary.AppendUvarint(b, uint64(i))
	}
	return string(b)
}
