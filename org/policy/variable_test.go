package policy

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The cases follow the AWS document "IAM policy elements: Variables and tags".

func variableFacts() *Facts {
	return &Facts{
		Keys: map[string]Fact{
			"aws:username":          Is("bob"),
			"aws:userid":            Absent(),
			"aws:principaltag/star": Is("a*b?"),
			"aws:principaltag/two":  {{"x"}, {"y"}},
			"aws:principaltag/may":  {nil, {"y"}},
			"aws:principaltag/void": Is(""),
			"aws:principaltag/a b":  Is("space"),
			"aws:tagkeys":           Is("x", "y"),
			"aws:principalorgpaths": Is("o-a1b2c3d4e5/r-ab12/"),
		},
		Families: map[string]Fact{"aws:principaltag/": Absent()},
	}
}

func TestExpand(t *testing.T) {
	for _, test := range []struct {
		element string
		known   bool
		// matched and unmatched are values.
		matched, unmatched []string
	}{
		{"arn:aws:s3:::b/${aws:username}/*", true, values("arn:aws:s3:::b/bob/x"), values("arn:aws:s3:::b/alice/x", "arn:aws:s3:::b/${aws:username}/x")},
		{"${AWS:UserName}", true, values("bob"), values("Bob")},
		{"${aws:username}-${aws:username}", true, values("bob-bob"), values("bob")},
		{"${aws:PrincipalTag/a b}", true, values("space"), nil},
		{"${aws:PrincipalTag/star}", true, values("a*b?"), values("axb?", "a*bc", "ab")},
		{"${*}${?}${$}{x}?*", true, values("*?${x}y"), values("a?${x}y", "*?${x}")},
		{"x${aws:PrincipalTag/team}*", true, nil, values("x", "", "x*", "xy")},
		{"${aws:PrincipalTag/team, 'company-wide'}", true, values("company-wide"), values("x")},
		{"${aws:PrincipalTag/team,'a}b'}c", true, values("a}bc"), values("c")},
		{"${aws:username, 'anonymous'}", true, values("bob"), values("anonymous")},
		{"${aws:userid, ''}x", true, values("x"), values("bobx")},
		{"a${s3:prefix}c", false, values("ac", "abc"), values("ab")},
		{"a${aws:PrincipalTag/two}", false, values("ax", "ay"), values("x")},
		{"a${aws:PrincipalTag/may, 'z'}", false, values("ay", "az"), values("x")},
		{"a${aws:PrincipalTag/void}", false, values("a"), values("x")},
		{"a${aws:TagKeys}", false, values("ax"), values("x")},
		{"a${aws:userid, 'x*'}", false, values("ax*", "axy"), values("x")},
		{"a${}b", false, values("axb"), values("b")},
		{"a${aws:username", false, values("abob"), values("bob")},
		{"a${aws:userid, x}b", false, values("axb"), values("a")},
		{"a${aws:PrincipalTag/${aws:username}}", false, values("ax}"), values("ax")},
		{"a${s3:prefix}${aws:userid}", true, nil, values("a", "ab")},
		{"plain$*{", true, values("plain$x{"), values("plain")},
	} {
		expanded, known := Expand(test.element, variableFacts())
		if known != test.known {
			t.Errorf("Expand(%q): known = %t", test.element, known)
		}
		for _, v := range test.matched {
			if !Match(expanded, v) || !strings.ContainsAny(v, "*?") && !Covers(expanded, v) {
				t.Errorf("Expand(%q) = %q does not match %q", test.element, expanded, v)
			}
		}
		for _, v := range test.unmatched {
			if Match(expanded, v) || MatchAction(expanded, v) && v != "Bob" {
				t.Errorf("Expand(%q) = %q matches %q", test.element, expanded, v)
			}
		}
		if !Covers("*", expanded) || !Covers(expanded, expanded) {
			t.Errorf("Expand(%q) = %q is not covered by * or by itself", test.element, expanded)
		}
	}
}

func TestExpandWithoutVariablesDoesNotAllocate(t *testing.T) {
	f := variableFacts()
	const element = "arn:aws:s3:::b/$*"
	if n := testing.AllocsPerRun(100, func() {
		if expanded, known := Expand(element, f); expanded != element || !known {
			t.Errorf("Expand(%q) = %q, %t", element, expanded, known)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestLiteralWildcards(t *testing.T) {
	star, _ := Expand("a${*}", nil)
	mark, _ := Expand("a${?}", nil)
	for _, test := range []struct {
		pattern, other string
		want           bool
	}{
		{star, "a*", false},
		{star, star, true},
		{star, mark, false},
		{"a*", star, true},
		{"a?", star, true},
		{"a?", mark, true},
		{"a", star, false},
		{star + "*", star + "b*", true},
		{star + "*", "a*b*", false},
		{"a*", star + "b*", true},
		{mark + "*", "a?b*", false},
		{mark + "*", mark + "?", true},
		{nothing, "a", false},
		{nothing, "\ufffd", false},
		{nothing, "*", false},
		{"?", nothing, true},
	} {
		if got := Covers(test.pattern, test.other); got != test.want {
			t.Errorf("Covers(%q, %q) = %t", test.pattern, test.other, got)
		}
	}
	if everyResource(nothing) || everyResource(star) {
		t.Error("an element that matches little counts as every resource")
	}
}

func TestVariablesInConditions(t *testing.T) {
	for _, test := range []struct {
		operator string
		value    string
		key      Fact
		want     Truth
	}{
		{"StringEquals", "${aws:username}", Is("bob"), True},
		{"StringEquals", "${aws:username}", Is("eve"), False},
		{"StringEquals", "${aws:username}*", Is("bobby"), False},
		{"StringEquals", "${aws:username}*", Is("bob*"), True},
		{"StringLike", "${aws:username}*", Is("bobby"), True},
		{"StringLike", "x${*}", Is("x*"), True},
		{"StringLike", "x${*}", Is("xy"), False},
		{"StringLike", "${aws:PrincipalTag/star}", Is("axxb?"), False},
		{"StringEqualsIgnoreCase", "${aws:username}", Is("BOB"), True},
		{"StringEqualsIgnoreCase", "${aws:username}", Is("BOBö"), Depends},
		{"StringNotEquals", "${aws:username}", Is("eve"), True},
		// A key with several values is no variable, whatever is known of it.
		{"StringEquals", "${aws:PrincipalOrgPaths}", Is("o-a1b2c3d4e5/r-ab12/"), Depends},
		// A value without a value is like none, also where the key is unknown.
		{"StringEquals", "${aws:PrincipalTag/team}", Is("red"), False},
		{"StringEquals", "${aws:PrincipalTag/team}", nil, False},
		{"StringNotEquals", "${aws:PrincipalTag/team}", Is("red"), True},
		{"StringNotEquals", "${aws:PrincipalTag/team}", nil, True},
		{"StringEqualsIfExists", "${aws:PrincipalTag/team}", nil, Depends},
		{"StringNotEqualsIfExists", "${aws:PrincipalTag/team}", nil, True},
		{"ForAnyValue:StringNotLike", "${aws:PrincipalTag/team}", nil, Depends},
		{"ArnNotLike", "arn:aws:iam::1:role/${aws:PrincipalTag/team}", Is("arn:aws:iam::1:role/a"), True},
		{"StringEquals", "${aws:PrincipalTag/team, 'red'}", Is("red"), True},
		// What is not known may or may not match.
		{"StringEquals", "${s3:prefix}", Is("red"), Depends},
		{"StringEquals", "a${s3:prefix}", Is("red"), False},
		{"StringNotLike", "a${s3:prefix}", Is("red"), True},
		{"StringLike", "${s3:prefix}", nil, Depends},
		{"ArnLike", "arn:aws:iam::1:role/${aws:username}", Is("arn:aws:iam::1:role/bob"), True},
		{"ArnLike", "arn:aws:iam::1:role/${s3:prefix}", Is("arn:aws:iam::1:role/bob"), Depends},
		{"ArnLike", "arn:aws:iam::1:role/${s3:prefix}", Is("arn:aws:iam::2:role/bob"), False},
		{"ArnLike", "arn:aws:${s3:prefix}:role/x", Is("arn:aws:iam::2:role/bob"), Depends},
		// No variables here.
		{"NumericEquals", "${aws:username}", Is("1"), Depends},
	} {
		f := variableFacts().With(map[string]Fact{"k": test.key})
		if test.key == nil {
			f = variableFacts()
		}
		c := Condition{Operator: test.operator, Key: "k", Values: []string{test.value}}
		if got := c.Truth(f); got != test.want {
			t.Errorf("%s %q where the key is %q: %s, want %s", test.operator, test.value, test.key, name(got), name(test.want))
		}
	}
}

// Without the version of 2012, ${ is text (the AWS document "IAM JSON policy elements:
// Version").
func TestVariablesAreTextInOldDocuments(t *testing.T) {
	const statement = `"Statement":[{"Effect":"Allow","Action":["s3:*"],"Resource":["arn:aws:s3:::${aws:username}"],` +
		`"Condition":{"Null":{"k":["true"]},"StringLike":{"k":["${aws:username}"]}}}]}`
	for _, test := range []struct {
		version string
		literal bool
		want    Truth
	}{
		{`{"Version":"2012-10-17",`, false, False},
		{`{"Version":"2008-10-17",`, true, True},
		{`{`, true, True},
	} {
		d := mustParse(t, test.version+statement)
		s := d.Statements[0]
		if s.Literal != test.literal || s.Conditions[1].Literal != test.literal || s.Conditions[0].Literal {
			t.Errorf("%s: Literal is %t, of conditions %t and %t", test.version, s.Literal, s.Conditions[0].Literal, s.Conditions[1].Literal)
		}
		f := variableFacts().With(map[string]Fact{"k": Is("${aws:username}")})
		if got := s.Conditions[1].Truth(f); got != test.want {
			t.Errorf("%s: %s, want %s", test.version, name(got), name(test.want))
		}
		again, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(d, mustParse(t, string(again))); diff != "" {
			t.Errorf("document (-first +again):\n%s", diff)
		}
	}
}

func FuzzExpand(f *testing.F) {
	f.Add("a/${aws:username}/*", "bob", "a/bob/x")
	f.Add("${aws:username, 'x'}${*}", "a*", "a**")
	f.Add("${aws:username, 'x}'", "", "")
	f.Fuzz(func(t *testing.T, element, value, sample string) {
		if len(element) > 200 || len(value) > 200 || !utf8Valid(element, value, sample) {
			t.Skip()
		}
		none, _ := Expand(element, nil)
		full, known := Expand(element, &Facts{Keys: map[string]Fact{"aws:username": Is(value)}})
		// To know less is to match more.
		if Match(full, sample) && !Match(none, sample) {
			t.Errorf("Expand(%q) matches %q with %q for the variable and not without", element, sample, value)
		}
		if !strings.Contains(element, "${") && (full != element || !known) {
			t.Errorf("Expand(%q) = %q, %t", element, full, known)
		}
		absent, _ := Expand(element, &Facts{Keys: map[string]Fact{"aws:username": Absent()}})
		if Match(absent, sample) && !Match(none, sample) {
			t.Errorf("Expand(%q) matches %q without the variable and not where it is unknown", element, sample)
		}
		if known && value != "" && !strings.ContainsAny(element, "*?,") && !Match(full, strings.ReplaceAll(strings.ReplaceAll(element, "${aws:username}", value), "${$}", "$")) &&
			strings.Count(element, "${") == strings.Count(element, "${aws:username}") {
			t.Errorf("Expand(%q) = %q does not match itself", element, full)
		}
	})
}
