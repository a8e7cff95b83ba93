package policy

import "strings"

// Overlap reports whether some value matches both globs, by the rules of [Match].
//
// The time is at most the product of both lengths.
func Overlap(a, b string) bool {
	switch {
	case a == b, a == "*", b == "*":
		return true
	case !strings.ContainsAny(a, "*?"):
		return Match(b, a)
	case !strings.ContainsAny(b, "*?"):
		return Match(a, b)
	}
	if !sameEnds(a, b) {
		return false
	}
	p, q := globRunes(a, same), globRunes(b, same)
	// row[j] tells whether the rest of p from i and the rest of q from j have a value in
	// common; rows are made from the ends.
	row, below := make([]bool, len(q)+1), make([]bool, len(q)+1)
	for i := len(p); i >= 0; i-- {
		for j := len(q); j >= 0; j-- {
			switch {
			case i == len(p) && j == len(q):
				row[j] = true
			case i < len(p) && p[i] == '*':
				row[j] = below[j] || j < len(q) && row[j+1]
			case j < len(q) && q[j] == '*':
				row[j] = row[j+1] || i < len(p) && below[j]
			case i < len(p) && j < len(q) && (p[i] == q[j] || p[i] == '?' || q[j] == '?'):
				row[j] = below[j+1]
			default:
				row[j] = false
			}
		}
		row, below = below, row
	}
	return below[0]
}

// sameEnds compares what stands before the first and behind the last wildcard, which
// settles most pairs of ARNs.
func sameEnds(a, b string) bool {
	for i := 0; i < len(a) && i < len(b); i++ {
		x, y := a[i], b[i]
		if x == '*' || x == '?' || y == '*' || y == '?' {
			break
		}
		if x != y {
			return false
		}
	}
	for i, j := len(a)-1, len(b)-1; i >= 0 && j >= 0; i, j = i-1, j-1 {
		x, y := a[i], b[j]
		if x == '*' || x == '?' || y == '*' || y == '?' {
			break
		}
		if x != y {
			return false
		}
	}
	return true
}
