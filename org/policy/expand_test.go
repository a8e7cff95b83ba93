package policy

import (
	"slices"
	"strings"
	"testing"
)

// matching is ExpandAction without any of its short cuts.
func matching(pattern string) ActionSet {
	var s ActionSet
	for i, a := range Actions() {
		if MatchAction(pattern, a.String()) {
			s.Add(i)
		}
	}
	return s
}

func TestExpandActionAgreesWithMatchAction(t *testing.T) {
	for _, pattern := range []string{
		"*", "**", "*:*", "***:**", "?*", "*?", "?*:?*", "*:**",
		"iam:*", "IAM:*", "iam:?*", "iam:**", "iam:PassRole", "IAM:passrole", "iam:Pass*", "iam:*role", "iam:*User?*", "iam:Get*Policy",
		"s3:Get*", "s3:GetObject", "s3:?etObject", "s*:Get*", "s?:*", "*s:*tag*", "*:Tag*", "*:GetObject", "?am:PassRole", "ec2:*Instances",
		"iam*", "i*Role", "*PassRole", "iam?PassRole", "iam?*", "s*", "*e", "???:*", "?????????????",
		"access-analyzer:*", "access-*:list*",
	} {
		want := matching(pattern)
		if want.Empty() && pattern != "?????????????" {
			t.Errorf("%s matches nothing", pattern)
		}
		if got := ExpandAction(pattern); !got.Equal(want) {
			t.Errorf("%s: %d actions, want %d; too many %.10v, too few %.10v", pattern, got.Len(), want.Len(), namesOf(got.Minus(want)), namesOf(want.Minus(got)))
		}
	}
}

func TestExpandActionToNothing(t *testing.T) {
	for _, pattern := range []string{
		"", ":", ":*", "iam", "iam:", "iam:NoSuchAction", "iam:PassRole:", "iam:*:*", "*:*:*", "nosuch:*", "nosuch:Get*", "i am:*", " iam:*",
		"\u212ams:*", "*\u212a*", "\xff*", "iam:\xff", "arn:aws:iam::*:role/*",
	} {
		if got := ExpandAction(pattern); !got.Empty() {
			t.Errorf("%q matches %d actions", pattern, got.Len())
		}
		if !matching(pattern).Empty() {
			t.Errorf("MatchAction matches %q", pattern)
		}
	}
}

func TestExpandAction(t *testing.T) {
	want := []string{"iam:AttachGroupPolicy", "iam:AttachRolePolicy", "iam:AttachUserPolicy"}
	if got := namesOf(ExpandAction("iam:attach*")); !slices.Equal(got, want) {
		t.Errorf("iam:attach* is %v", got)
	}
}

// A glob of a long document must not make the catalogue slow.
func TestExpandActionEndsForHostileGlobs(t *testing.T) {
	for _, pattern := range []string{
		strings.Repeat("*", 100_000) + "z",
		strings.Repeat("*", 100_000) + ":" + strings.Repeat("*", 100_000) + "z",
		strings.Repeat("*a", 50_000),
		strings.Repeat("*?", 50_000),
		"*:" + strings.Repeat("*e", 50_000),
		strings.Repeat("?", 100_000),
	} {
		ExpandAction(pattern)
	}
	if got, want := ExpandAction(strings.Repeat("*", 100_000)+":PassRole"), setOf(t, "iam:PassRole"); !got.Equal(want) {
		t.Errorf("stars before :PassRole match %v", namesOf(got))
	}
}

func FuzzExpandAction(f *testing.F) {
	for _, pattern := range []string{"*", "*:*", "iam:PassRole", "S*:get*", "iam?Pass*", "a:b:c", "**?:*"} {
		f.Add(pattern)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		got := ExpandAction(pattern)
		if len(pattern) > 200 {
			t.Skip() // too slow for MatchAction with all actions
		}
		if want := matching(pattern); !got.Equal(want) {
			t.Errorf("%q: too many %.10v, too few %.10v", pattern, namesOf(got.Minus(want)), namesOf(want.Minus(got)))
		}
	})
}

func BenchmarkExpandAction(b *testing.B) {
	for _, pattern := range []string{"*", "iam:*", "iam:PassRole", "s3:Get*", "s*:Get*", "*:*Tag*", "*PassRole"} {
		b.Run(pattern, func(b *testing.B) {
			for b.Loop() {
				ExpandAction(pattern)
			}
		})
	}
}
