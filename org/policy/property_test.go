package policy

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func utf8Valid(texts ...string) bool {
	return !slices.ContainsFunc(texts, func(s string) bool { return !utf8.ValidString(s) })
}

var (
	someOperators = values("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
		"StringLike", "StringNotLike", "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals",
		"DateEquals", "DateNotEquals", "DateLessThanEquals", "DateGreaterThan", "Bool", "BinaryEquals", "IpAddress",
		"NotIpAddress", "ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals", "Null", "Other")
	someValues = values("", "*", "a", "A", "ä", "Ä", "a*", "?", "true", "false", "1", "1.0", "-2", "10", "2020-01-01",
		"2020-01-01T00:00:00Z", "1577836800", "10.0.0.1", "10.0.0.0/8", "2001:db8::1", "2001:db8::2", "QQ==",
		"arn:aws:iam::1:role/a", "arn:*:iam::*:role/*", "${v}", "a${v}", "${v, 'a'}", "${w}", "${*}", "${", "${v}${w}",
		"arn:aws:iam::1:role/${v}", "arn:aws:${v}:iam::1:a")
)

func pick(random *rand.Rand, from []string) string { return from[random.IntN(len(from))] }

func someOf(random *rand.Rand, most int) []string {
	var some []string
	for range random.IntN(most + 1) {
		some = append(some, pick(random, someValues))
	}
	return some
}

func randomCondition(random *rand.Rand) Condition {
	return Condition{
		Operator: pick(random, values("", "", "ForAllValues:", "ForAnyValue:")) + pick(random, someOperators) +
			pick(random, values("", "", "IfExists")),
		Key:    pick(random, values("k", "K", "v")),
		Values: someOf(random, 3),
	}
}

func randomFact(random *rand.Rand) Fact {
	var fact Fact
	for range 1 + random.IntN(3) {
		fact = append(fact, someOf(random, 2))
	}
	return fact
}

// narrowed drops alternatives of a fact, but not all.
func narrowed(random *rand.Rand, fact Fact) Fact {
	kept := slices.Clone(fact)
	for len(kept) > 1 && random.IntN(2) == 0 {
		i := random.IntN(len(kept))
		kept = slices.Delete(kept, i, i+1)
	}
	return kept
}

// Who knows more can only decide what was open.
func TestToKnowMoreNeverReverses(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	decided, resolved := 0, 0
	for range 300_000 {
		c := randomCondition(random)
		less, more := map[string]Fact{}, map[string]Fact{}
		for _, key := range []string{"k", "v", "w"} {
			fact := randomFact(random)
			if random.IntN(2) == 0 {
				less[key] = fact
			}
			if less[key] != nil || random.IntN(2) == 0 {
				more[key] = narrowed(random, fact)
			}
		}
		before, after := c.Truth(&Facts{Keys: less}), c.Truth(&Facts{Keys: more})
		switch {
		case before == Depends && after != Depends:
			resolved++
		case before != Depends:
			decided++
			if before != after {
				t.Fatalf("%s %s %q: %s by %q, %s by %q", c.Operator, c.Key, c.Values, name(before), less, name(after), more)
			}
		}
	}
	if decided < 10_000 || resolved < 10_000 {
		t.Errorf("only %d decided and %d resolved, too few to say anything", decided, resolved)
	}
}

// A negated operator is the opposite of its positive one where the key is there.
func TestNegatedOperatorsAreOpposites(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	pairs := [][2]string{
		{"StringEquals", "StringNotEquals"},
		{"StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"},
		{"StringLike", "StringNotLike"},
		{"NumericEquals", "NumericNotEquals"},
		{"DateEquals", "DateNotEquals"},
		{"IpAddress", "NotIpAddress"},
		{"ArnLike", "ArnNotLike"},
		{"ArnEquals", "ArnNotEquals"},
	}
	for range 50_000 {
		pair := pairs[random.IntN(len(pairs))]
		suffix := pick(random, values("", "IfExists"))
		want := append(someOf(random, 2), pick(random, someValues))
		f := &Facts{Keys: map[string]Fact{"k": Is(pick(random, someValues)), "v": randomFact(random)}}
		positive := Condition{Operator: pair[0] + suffix, Key: "k", Values: want}
		negated := Condition{Operator: pair[1] + suffix, Key: "k", Values: want}
		if p, n := positive.Truth(f), negated.Truth(f); n != p.Not() {
			t.Fatalf("%s %q: %s, but %s is %s (%q)", positive.Operator, want, name(p), negated.Operator, name(n), f.Keys)
		}
	}
}

func FuzzConditionTruth(f *testing.F) {
	f.Add("StringLike", "k", "a*\n${v}", "ab\nc", "x")
	f.Add("ForAllValues:ArnLikeIfExists", "K", "arn:aws:iam::1:role/${v}", "arn:aws:iam::1:role/a", "a")
	f.Add("DateLessThan", "k", "2020-01-01", "1577836800", "")
	f.Add("NotIpAddress", "k", "10.0.0.0/8", "10.1.1.1", "")
	f.Add("NumericGreaterThan", "k", "-0.50", "1", "")
	f.Add("BinaryEquals", "k", "QQ==", "QQ==", "")
	f.Fuzz(func(t *testing.T, operator, key, want, got, variable string) {
		if len(want) > 500 || len(got) > 500 || strings.EqualFold(key, "v") || !utf8Valid(operator, key, want, got, variable) {
			t.Skip()
		}
		c := Condition{Operator: operator, Key: key, Values: strings.Split(want, "\n")}
		known := Facts{Keys: map[string]Fact{
			strings.ToLower(key): Is(strings.Split(got, "\n")...),
			"v":                  Is(variable),
		}}
		absent := known.With(map[string]Fact{strings.ToLower(key): Absent()})
		either := known.With(map[string]Fact{strings.ToLower(key): {nil, strings.Split(got, "\n")}})
		full := c.Truth(&known)
		for _, test := range []struct {
			name  string
			f     *Facts
			exact Truth
		}{
			{"nothing known", &Facts{}, full},
			{"the variable unknown", &Facts{Keys: map[string]Fact{strings.ToLower(key): known.Keys[strings.ToLower(key)]}}, full},
			{"two alternatives", either, full},
			{"two alternatives, against absence", either, c.Truth(absent)},
			{"nothing known, against absence", &Facts{}, c.Truth(absent)},
		} {
			if less := c.Truth(test.f); less != Depends && less != test.exact {
				t.Errorf("%s %q %q of %q: %s with %s, but %s", operator, key, c.Values, got, name(less), test.name, name(test.exact))
			}
		}
		base, _, set := c.Base()
		if base != strings.ToLower(base) || set != strings.ToLower(set) {
			t.Errorf("Base of %q is %q and %q", operator, base, set)
		}
	})
}
