package policy

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCovers(t *testing.T) {
	for _, test := range []struct {
		pattern, other string
		want           bool
	}{
		{"*", "*", true},
		{"*", "", true},
		{"*", "s3:*", true},
		{"s3:*", "*", false},
		{"s3:*", "s3:Get*", true},
		{"s3:*", "S3:Get*", false},
		{"s3:Get*", "s3:*", false},
		{"s3:Get*", "s3:Get*Acl", true},
		{"s3:*Acl", "s3:Get*", false},
		{"?*", "*?", true},
		{"*?*", "?*", true},
		{"?*", "*", false},
		{"*a", "a*", false},
		{"*a*a*", "*aa*", true},
		{"*ab*", "*a*b*", false},
		{"a?", "a*", false},
		{"a*", "a?", true},
		{"??*", "?*", false},
		{"*a?b*", "*axb*", true},
		{"gr?n", "gr?n", true},
		{"gr?n", "grün", true},
	} {
		if got := Covers(test.pattern, test.other); got != test.want {
			t.Errorf("Covers(%q, %q) = %t", test.pattern, test.other, got)
		}
	}
}

func TestCoversAction(t *testing.T) {
	for _, test := range []struct {
		pattern, other string
		want           bool
	}{
		{"IAM:*", "iam:Put*", true},
		{"iam:put*", "IAM:PutRole*", true},
		{"iam:PutRole*", "iam:Put*", false},
		{"iam:*", "iam:CreateUser", true},
	} {
		if got := CoversAction(test.pattern, test.other); got != test.want {
			t.Errorf("CoversAction(%q, %q) = %t", test.pattern, test.other, got)
		}
	}
}

// words returns all words over the letters up to the length.
func words(letters string, most int) []string {
	all := []string{""}
	for last := all; most > 0; most-- {
		var next []string
		for _, word := range last {
			for _, letter := range letters {
				next = append(next, word+string(letter))
			}
		}
		all, last = append(all, next...), next
	}
	return all
}

// All pairs of small globs are compared with the definition: every value that matches
// the one matches the other. The values have a letter more than the globs, and are
// long enough for the longest value that can tell two such globs apart.
func TestCoversIsExactForSmallGlobs(t *testing.T) {
	globs, values := words("ab*?", 4), words("abc", 7)
	matches := make([][]bool, len(globs))
	for i, pattern := range globs {
		matches[i] = make([]bool, len(values))
		for j, value := range values {
			matches[i][j] = Match(pattern, value)
		}
	}
	subset := func(inner, outer []bool) bool {
		for j := range inner {
			if inner[j] && !outer[j] {
				return false
			}
		}
		return true
	}
	for i, pattern := range globs {
		for j, other := range globs {
			if got, want := Covers(pattern, other), subset(matches[j], matches[i]); got != want {
				t.Errorf("Covers(%q, %q) = %t", pattern, other, got)
			}
		}
	}
}

// Behind a star, question marks make as many sets of positions as they have subsets.
// The bound must end such a comparison, and must not end it with a wrong true.
func TestCoversEndsForHostileGlobs(t *testing.T) {
	marks := strings.Repeat("?", 60)
	for _, test := range []struct {
		name, pattern, other string
		want                 bool
	}{
		// The second is a case of the first: its last letter is an a 61 places before
		// the end. To say false here is to give up.
		{"beyond the bound", "*a" + marks, strings.Repeat("*a", 60) + marks, false},
		{"without question marks", "*a*" + marks, strings.Repeat("*a", 60) + marks, true},
		{"does not cover", "*a" + marks, strings.Repeat("*a*b", 60) + marks, false},
		{"long", strings.Repeat("*ab", 3000), strings.Repeat("*aab", 3000), true},
	} {
		if got := Covers(test.pattern, test.other); got != test.want {
			t.Errorf("%s: %t", test.name, got)
		}
	}
}

func FuzzCovers(f *testing.F) {
	f.Add("s3:*", "s3:Get*", "s3:GetObject")
	f.Add("?*", "*?", "x")
	f.Fuzz(func(t *testing.T, pattern, other, value string) {
		if !utf8.ValidString(pattern) || !utf8.ValidString(other) || !utf8.ValidString(value) {
			t.Skip()
		}
		if Covers(pattern, other) && Match(other, value) && !Match(pattern, value) {
			t.Errorf("Covers(%q, %q), but %q matches the second alone", pattern, other, value)
		}
		if !Covers(pattern, pattern) {
			t.Errorf("%q does not cover itself", pattern)
		}
	})
}
