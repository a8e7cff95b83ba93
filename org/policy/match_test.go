package policy

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMatch(t *testing.T) {
	for _, test := range []struct {
		pattern, value string
		want           bool
	}{
		{"", "", true},
		{"", "a", false},
		{"a", "", false},
		{"*", "", true},
		{"**", "", true},
		{"?", "", false},
		{"?*", "", false},
		{"*?", "a", true},
		{"a", "a", true},
		{"a", "A", false},
		{"a", "ab", false},
		{"a*", "a", true},
		{"a*c", "abbbc", true},
		{"a*c", "abbcd", false},
		{"a?c", "ac", false},
		{"*abab", "ababab", true},
		{"*a*b", "xaxbx", false},
		{"arn:aws:s3:::b/*", "arn:aws:s3:::b/c/d", true},
		{"arn:aws:s3:::b/*", "arn:aws:s3:::b", false},
		{"arn:aws:iam::*:role/*", "arn:aws:iam::111122223333:role/service/x", true},
		{"a.c", "abc", false},
		{"[a]", "a", false},
		{`\*`, `\x`, true},
		{"${aws:username}", "bob", false},
		{"gr?n", "grün", true},
		{"gr??n", "grün", false},
		{"*??", "€", false},
		{"*??", "€€", true},
		// Nested stars take exponential time where each of them is tried.
		{"*a*a*a*a*b", strings.Repeat("a", 10_000), false},
		{strings.Repeat("*a", 200) + "*b", strings.Repeat("a", 10_000), false},
		{strings.Repeat("*?", 200), strings.Repeat("a", 10_000), true},
	} {
		if got := Match(test.pattern, test.value); got != test.want {
			t.Errorf("Match(%.40q, %.40q) = %t", test.pattern, test.value, got)
		}
	}
}

func TestMatchAction(t *testing.T) {
	for _, test := range []struct {
		pattern, action string
		want            bool
	}{
		{"iam:CreateUser", "iam:CreateUser", true},
		{"IAM:createuser", "iam:CreateUser", true},
		{"iam:create*", "IAM:CreateUser", true},
		{"iam:*User?", "iam:CreateUser", false},
		{"*", "iam:CreateUser", true},
		{"iam:@", "iam:`", false},
		// The Kelvin sign is no k.
		{"\u212ams:Decrypt", "kms:Decrypt", false},
	} {
		if got := MatchAction(test.pattern, test.action); got != test.want {
			t.Errorf("MatchAction(%q, %q) = %t", test.pattern, test.action, got)
		}
	}
}

// globRegexp says the rules of Match in another language.
func globRegexp(pattern string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(pattern)
	quoted = strings.ReplaceAll(quoted, `\*`, `.*`)
	quoted = strings.ReplaceAll(quoted, `\?`, `.`)
	return regexp.MustCompile(`(?s)\A(?:` + quoted + `)\z`)
}

func TestMatchAgreesWithRegexp(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	word := func(letters []rune, most int) string {
		var b strings.Builder
		for range random.IntN(most + 1) {
			b.WriteRune(letters[random.IntN(len(letters))])
		}
		return b.String()
	}
	matched := 0
	for range 50_000 {
		pattern, value := word([]rune("ab€**?"), 7), word([]rune("ab€"), 7)
		want := globRegexp(pattern).MatchString(value)
		if got := Match(pattern, value); got != want {
			t.Errorf("Match(%q, %q) = %t", pattern, value, got)
		}
		if want {
			matched++
		}
	}
	if matched < 1000 {
		t.Errorf("only %d of the random pairs match, too few to say anything", matched)
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("a*b?c", "axxbyc")
	f.Add("*a*a*b", "aaaa")
	f.Add("?*", "é")
	f.Fuzz(func(t *testing.T, pattern, value string) {
		// Documents are UTF-8 throughout, since Parse refuses all else.
		if !utf8.ValidString(pattern) || !utf8.ValidString(value) || len(pattern) > 200 {
			t.Skip()
		}
		matches := Match(pattern, value)
		if want := globRegexp(pattern).MatchString(value); matches != want {
			t.Errorf("Match(%q, %q) = %t", pattern, value, matches)
		}
		if matches && !MatchAction(pattern, value) {
			t.Errorf("MatchAction(%q, %q) is false, though Match is true", pattern, value)
		}
		if !strings.ContainsAny(value, "*?") && Covers(pattern, value) != matches {
			t.Errorf("Covers(%q, %q) differs from Match", pattern, value)
		}
	})
}
