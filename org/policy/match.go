package policy

import (
	"strings"
	"unicode/utf8"
)

// Match reports whether the value matches the glob, in which * stands for any number
// of characters, also none, and ? for exactly one. All else, a policy variable such as
// ${aws:username} too, stands for itself. Case counts, as it does in resources. In a glob
// that [Expand] returned, the wildcards of a variable's value stand for themselves.
//
// The time is at most the product of both lengths, whatever the glob.
func Match(pattern, value string) bool {
	return match(pattern, value, same)
}

// MatchAction is [Match] for actions, which AWS compares without regard to case (the
// AWS document "IAM JSON policy elements: Action").
func MatchAction(pattern, action string) bool {
	return match(pattern, action, lower)
}

// match walks both strings at once. Where they part, it goes back to the last star
// only, and lets it take one character more: what an earlier star could take in
// addition, the last one can take as well.
func match(pattern, value string, fold func(byte) byte) bool {
	p, v := 0, 0
	afterStar, retry := -1, 0
	for v < len(value) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			p++
			if p == len(pattern) {
				return true
			}
			afterStar, retry = p, v
		case p < len(pattern) && pattern[p] == '?':
			p++
			v += width(value[v:])
		case p < len(pattern) && (pattern[p] == value[v] || fold(pattern[p]) == fold(value[v])):
			p++
			v++
		case afterStar >= 0:
			retry += width(value[retry:])
			p, v = afterStar, retry
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// isGlob reports whether there is a wildcard in the text.
func isGlob(text string) bool {
	return strings.IndexByte(text, '*') >= 0 || strings.IndexByte(text, '?') >= 0
}

// width is the number of bytes of the first character.
func width(s string) int {
	if s[0] < utf8.RuneSelf {
		return 1
	}
	_, n := utf8.DecodeRuneInString(s)
	return n
}

// same leaves a character as it is, and gives literal wildcards their face.
func same(b byte) byte {
	switch b {
	case literalStar:
		return '*'
	case literalMark:
		return '?'
	}
	return b
}

// lower folds ASCII alone: names of actions have no other letters, and Unicode would
// make a Kelvin sign equal to a k.
func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return same(b)
}
