package policy

import (
	"testing"
)

// The AWS documents that the cases follow, all of the IAM User Guide.
const (
	operatorsDocument = "IAM JSON policy elements: Condition operators"
	severalDocument   = "Conditions with multiple context keys or values"
	setsDocument      = "Single-valued vs. multivalued context keys"
	checksDocument    = "IAM policy validation check reference"
	// undocumented cases must not be decided.
	undocumented = ""
)

// factsOf are facts of the key k alone; without alternatives nothing is known.
func factsOf(fact Fact) *Facts {
	if fact == nil {
		return &Facts{}
	}
	return &Facts{Keys: map[string]Fact{"k": fact}}
}

// values is a shorter name in tables.
func values(v ...string) []string { return v }

type conditionCase struct {
	document string
	operator string
	values   []string
	fact     Fact
	want     Truth
}

func testConditions(t *testing.T, cases []conditionCase) {
	t.Helper()
	for _, test := range cases {
		c := Condition{Operator: test.operator, Key: "K", Values: test.values}
		if got := c.Truth(factsOf(test.fact)); got != test.want {
			t.Errorf("%s %q where the key is %q: %s, want %s (%s)",
				test.operator, test.values, test.fact, name(got), name(test.want), test.document)
		}
		if test.document == undocumented && test.want != Depends {
			t.Errorf("%s %q where the key is %q: decided without a document", test.operator, test.values, test.fact)
		}
	}
}

func name(t Truth) string { return [...]string{"False", "Depends", "True"}[t] }

func TestStringOperators(t *testing.T) {
	testConditions(t, []conditionCase{
		{operatorsDocument, "StringEquals", values("iamuser-admin"), Is("iamuser-admin"), True},
		{operatorsDocument, "StringEquals", values("iamuser-admin"), Is("dev-ops"), False},
		{operatorsDocument, "StringEquals", values("iamuser-admin"), Absent(), False},
		{operatorsDocument, "StringEquals", values("a"), Is("A"), False},
		{operatorsDocument, "StringEquals", values("*"), Is("a"), False},
		{operatorsDocument, "StringEquals", values("*"), Is("*"), True},
		{operatorsDocument, "stringEQUALS", values("a"), Is("a"), True},
		{operatorsDocument, "StringNotEquals", values("a"), Is("b"), True},
		{operatorsDocument, "StringNotEquals", values("a"), Is("a"), False},
		{operatorsDocument, "StringNotEquals", values("a"), Absent(), True},
		{operatorsDocument, "StringEqualsIgnoreCase", values("preprod"), Is("PreProd"), True},
		{operatorsDocument, "StringEqualsIgnoreCase", values("preprod"), Is("prod"), False},
		{operatorsDocument, "StringEqualsIgnoreCase", values("Zürich"), Is("Zürich"), True},
		{undocumented, "StringEqualsIgnoreCase", values("ZÜRICH"), Is("zürich"), Depends},
		{undocumented, "StringEqualsIgnoreCase", values("k"), Is("\u212a"), Depends},
		{operatorsDocument, "StringNotEqualsIgnoreCase", values("preprod"), Is("PreProd"), False},
		{operatorsDocument, "StringNotEqualsIgnoreCase", values("preprod"), Is("prod"), True},
		{operatorsDocument, "StringLike", values("t1.*", "t2.*"), Is("t2.micro"), True},
		{operatorsDocument, "StringLike", values("t1.*", "t2.*"), Is("m2.micro"), False},
		{operatorsDocument, "StringLike", values("home/?"), Is("home/a"), True},
		{operatorsDocument, "StringLike", values("home"), Is("home/a"), False},
		{operatorsDocument, "StringLike", values("A*"), Is("ab"), False},
		{operatorsDocument, "StringLike", values(""), Is(""), True},
		{operatorsDocument, "StringNotLike", values("t1.*"), Is("t1.micro"), False},
		{operatorsDocument, "StringNotLike", values("t1.*"), Is("t2.micro"), True},
		{operatorsDocument, "StringNotLike", values("t1.*"), Absent(), True},
	})
}

func TestNumericOperators(t *testing.T) {
	testConditions(t, []conditionCase{
		{operatorsDocument, "NumericEquals", values("10"), Is("10"), True},
		{operatorsDocument, "NumericEquals", values("10"), Is("10.0"), True},
		{operatorsDocument, "NumericEquals", values("-0"), Is("0"), True},
		{operatorsDocument, "NumericEquals", values("10"), Is("11"), False},
		{operatorsDocument, "NumericEquals", values("9007199254740993"), Is("9007199254740992"), False},
		{operatorsDocument, "NumericEquals", values("10"), Absent(), False},
		{operatorsDocument, "NumericNotEquals", values("10"), Is("11"), True},
		{operatorsDocument, "NumericNotEquals", values("10"), Is("10"), False},
		{operatorsDocument, "NumericNotEquals", values("10"), Absent(), True},
		{operatorsDocument, "NumericLessThan", values("10"), Is("9.99"), True},
		{operatorsDocument, "NumericLessThan", values("10"), Is("10"), False},
		{operatorsDocument, "NumericLessThan", values("-1"), Is("-1.5"), True},
		{operatorsDocument, "NumericLessThan", values("-1"), Is("1"), False},
		{operatorsDocument, "NumericLessThanEquals", values("10"), Is("10"), True},
		{operatorsDocument, "NumericLessThanEquals", values("10"), Is("010.5"), False},
		{operatorsDocument, "NumericGreaterThan", values("10"), Is("100"), True},
		{operatorsDocument, "NumericGreaterThan", values("10"), Is("10"), False},
		{operatorsDocument, "NumericGreaterThan", values("-10"), Is("-9"), True},
		{operatorsDocument, "NumericGreaterThanEquals", values("0.5"), Is("0.50"), True},
		{operatorsDocument, "NumericGreaterThanEquals", values("0.5"), Is("0.45"), False},
		{undocumented, "NumericEquals", values("ten"), Is("10"), Depends},
		{undocumented, "NumericEquals", values("1e1"), Is("10"), Depends},
		{undocumented, "NumericNotEquals", values("10"), Is(""), Depends},
		{undocumented, "NumericLessThan", values("10."), Is("9"), Depends},
		{undocumented, "NumericLessThan", values("${k}"), Is("9"), Depends},
		{severalDocument, "NumericEquals", values("ten", "10"), Is("10"), True},
	})
}

func TestDateOperators(t *testing.T) {
	const noon = "2020-01-01T12:00:00Z"
	testConditions(t, []conditionCase{
		{operatorsDocument, "DateEquals", values(noon), Is("2020-01-01T13:00:00+01:00"), True},
		{operatorsDocument, "DateEquals", values(noon), Is("1577880000"), True},
		{operatorsDocument, "DateEquals", values("1577880000"), Is("2020-01-01T12:00Z"), True},
		{operatorsDocument, "DateEquals", values(noon), Is("2020-01-01T12:00:01Z"), False},
		{operatorsDocument, "DateEquals", values(noon), Absent(), False},
		{operatorsDocument, "DateNotEquals", values(noon), Is("2020-01-01T12:00:01Z"), True},
		{operatorsDocument, "DateNotEquals", values(noon), Is("2020-01-01T12:00:00.000Z"), False},
		{operatorsDocument, "DateNotEquals", values(noon), Absent(), True},
		{operatorsDocument, "DateLessThan", values(noon), Is("2020-01-01"), True},
		{operatorsDocument, "DateLessThan", values(noon), Is(noon), False},
		{operatorsDocument, "DateLessThanEquals", values(noon), Is(noon), True},
		{operatorsDocument, "DateLessThanEquals", values("2020-01"), Is(noon), False},
		{operatorsDocument, "DateGreaterThan", values("2020-01-01T00:00:01Z"), Is(noon), True},
		{operatorsDocument, "DateGreaterThan", values(noon), Is(noon), False},
		{operatorsDocument, "DateGreaterThanEquals", values(noon), Is(noon), True},
		{operatorsDocument, "DateGreaterThanEquals", values(noon), Is("2019-12-31T23:59:59Z"), False},
		{undocumented, "DateGreaterThan", values("2019"), Is(noon), Depends},
		{undocumented, "DateGreaterThan", values("2019-01-01T00:00:00"), Is(noon), Depends},
		{undocumented, "DateGreaterThan", values("2019-*"), Is(noon), Depends},
		{undocumented, "DateGreaterThan", values("1577880000000"), Is(noon), Depends},
		{undocumented, "DateNotEquals", values("yesterday"), Is(noon), Depends},
		{undocumented, "DateLessThan", values(noon), Is("2020-02-30T00:00:00Z"), Depends},
	})
}

func TestBoolAndBinaryOperators(t *testing.T) {
	testConditions(t, []conditionCase{
		{operatorsDocument, "Bool", values("false"), Is("false"), True},
		{operatorsDocument, "Bool", values("false"), Is("true"), False},
		{operatorsDocument, "Bool", values("false"), Absent(), False},
		{operatorsDocument, "BoolIfExists", values("false"), Absent(), True},
		{operatorsDocument, "BoolIfExists", values("false"), Is("true"), False},
		{undocumented, "Bool", values("no"), Is("false"), Depends},
		{undocumented, "Bool", values("False"), Is("false"), Depends},
		{undocumented, "Bool", values("${k}"), Is("true"), Depends},
		{operatorsDocument, "BinaryEquals", values("QmluYXJ5VmFsdWVJbkJhc2U2NA=="), Is("QmluYXJ5VmFsdWVJbkJhc2U2NA=="), True},
		{operatorsDocument, "BinaryEquals", values("QmluYXJ5VmFsdWVJbkJhc2U2NA=="), Is("ASIAIOSFODNN7EXAMPLE"), False},
		{operatorsDocument, "BinaryEquals", values("QmluYXJ5VmFsdWVJbkJhc2U2NA=="), Absent(), False},
		{undocumented, "BinaryEquals", values("*"), Is("QQ=="), Depends},
		{undocumented, "BinaryEquals", values("QQ=="), Is("Q"), Depends},
	})
}

func TestAddressOperators(t *testing.T) {
	testConditions(t, []conditionCase{
		{operatorsDocument, "IpAddress", values("203.0.113.0/24"), Is("203.0.113.1"), True},
		{operatorsDocument, "IpAddress", values("203.0.113.0/24"), Is("198.51.100.1"), False},
		{operatorsDocument, "IpAddress", values("203.0.113.0/24", "2001:DB8:1234:5678::/64"), Is("2001:db8:1234:5678::1"), True},
		{operatorsDocument, "IpAddress", values("2001:DB8:1234:5678::/64"), Is("2001:db8:1234:5679::1"), False},
		{operatorsDocument, "IpAddress", values("203.0.113.7"), Is("203.0.113.7"), True},
		{operatorsDocument, "IpAddress", values("203.0.113.7"), Is("203.0.113.8"), False},
		{operatorsDocument, "IpAddress", values("0.0.0.0/0"), Is("203.0.113.8"), True},
		{operatorsDocument, "IpAddress", values("0.0.0.0/0"), Is("2001:db8::1"), False},
		{operatorsDocument, "IpAddress", values("203.0.113.0/24"), Absent(), False},
		{operatorsDocument, "IpAddress", values("2001:db8::1"), Is("2001:db8::1"), True},
		{operatorsDocument, "IpAddress", values("2001:db8::1"), Is("2001:db9::1"), False},
		{undocumented, "IpAddress", values("2001:db8::1"), Is("2001:db8::2"), Depends},
		{undocumented, "IpAddress", values("203.0.113.0/33"), Is("203.0.113.1"), Depends},
		{undocumented, "IpAddress", values("*"), Is("203.0.113.1"), Depends},
		{undocumented, "IpAddress", values("203.0.113.0/24"), Is("::ffff:203.0.113.1"), Depends},
		{undocumented, "IpAddress", values("203.0.113.0/24"), Is("s3.amazonaws.com"), Depends},
		{severalDocument, "IpAddress", values("*", "203.0.113.0/24"), Is("203.0.113.1"), True},
		{operatorsDocument, "NotIpAddress", values("203.0.113.0/24"), Is("203.0.113.1"), False},
		{operatorsDocument, "NotIpAddress", values("203.0.113.0/24"), Is("198.51.100.1"), True},
		{operatorsDocument, "NotIpAddress", values("203.0.113.0/24"), Absent(), True},
		{undocumented, "NotIpAddress", values("*", "203.0.113.0/24"), Is("198.51.100.1"), Depends},
		{severalDocument, "NotIpAddress", values("*", "203.0.113.0/24"), Is("203.0.113.1"), False},
	})
}

func TestARNOperators(t *testing.T) {
	const document = "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"
	testConditions(t, []conditionCase{
		{operatorsDocument, "ArnLike", values("arn:aws:someservice:*:111122223333:finance/*"), Is(document), False},
		{operatorsDocument, "StringLike", values("arn:aws:someservice:*:111122223333:finance/*"), Is(document), True},
		{operatorsDocument, "ArnLike", values("arn:*:*:*:*:*finance/*"), Is(document), True},
		{operatorsDocument, "ArnEquals", values("arn:aws:iam::11112222333?:role/*"), Is("arn:aws:iam::111122223333:role/a/b"), True},
		{operatorsDocument, "ArnEquals", values("arn:aws:iam::111122223333:role/A"), Is("arn:aws:iam::111122223333:role/a"), False},
		{operatorsDocument, "ArnEquals", values("arn:aws:sns:us-west-2:123456789012:TOPIC-ID"), Absent(), False},
		{operatorsDocument, "ArnNotEquals", values("arn:aws:iam::1:role/*"), Is("arn:aws:iam::1:role/a"), False},
		{operatorsDocument, "ArnNotLike", values("arn:aws:iam::1:role/*"), Is("arn:aws:iam::2:role/a"), True},
		{operatorsDocument, "ArnNotLike", values("arn:aws:iam::1:role/*"), Absent(), True},
		{undocumented, "ArnLike", values("*"), Is("arn:aws:iam::1:role/a"), Depends},
		{undocumented, "ArnEquals", values("111122223333"), Is("arn:aws:iam::111122223333:root"), Depends},
		{undocumented, "ArnLike", values("arn:aws:iam::1:role/*"), Is("anonymous"), Depends},
	})
}

func TestNullOperator(t *testing.T) {
	testConditions(t, []conditionCase{
		{operatorsDocument, "Null", values("true"), Absent(), True},
		{operatorsDocument, "Null", values("true"), Is("a"), False},
		{operatorsDocument, "Null", values("false"), Absent(), False},
		{operatorsDocument, "Null", values("false"), Is("a", "b"), True},
		{operatorsDocument, "Null", values("true"), nil, Depends},
		{operatorsDocument, "Null", values("true", "false"), nil, True},
		{undocumented, "Null", values("true"), Is(""), Depends},
		{undocumented, "Null", values("yes"), Absent(), Depends},
		{undocumented, "Null", values(), Absent(), Depends},
		{undocumented, "NullIfExists", values("true"), Absent(), Depends},
		{undocumented, "ForAllValues:Null", values("true"), Absent(), Depends},
	})
}

func TestIfExists(t *testing.T) {
	testConditions(t, []conditionCase{
		{operatorsDocument, "StringLikeIfExists", values("t1.*"), Is("t1.micro"), True},
		{operatorsDocument, "StringLikeIfExists", values("t1.*"), Is("m2.micro"), False},
		{operatorsDocument, "StringLikeIfExists", values("t1.*"), Absent(), True},
		{operatorsDocument, "stringlikeIFEXISTS", values("t1.*"), Absent(), True},
		{operatorsDocument, "StringNotEqualsIfExists", values("a"), Absent(), True},
		{operatorsDocument, "NumericLessThanIfExists", values("x"), Absent(), True},
		{setsDocument, "ForAllValues:StringEqualsIfExists", values("a"), Absent(), True},
		{undocumented, "ForAnyValue:StringEqualsIfExists", values("a"), Absent(), Depends},
		{setsDocument, "ForAnyValue:StringEqualsIfExists", values("a"), Is("a", "b"), True},
		{undocumented, "IfExists", values("a"), Absent(), Depends},
		{undocumented, "StringFooIfExists", values("a"), Absent(), Depends},
	})
}

func TestSetOperators(t *testing.T) {
	testConditions(t, []conditionCase{
		{setsDocument, "ForAllValues:StringEquals", values("a", "b"), Is("a", "b"), True},
		{setsDocument, "ForAllValues:StringEquals", values("a", "b"), Is("a"), True},
		{setsDocument, "ForAllValues:StringEquals", values("a", "b"), Is("a", "c"), False},
		{setsDocument, "ForAllValues:StringEquals", values("a"), Absent(), True},
		{setsDocument, "ForAllValues:StringEquals", values("a"), Fact{{}}, True},
		{setsDocument, "ForAllValues:StringNotEquals", values("a", "b"), Is("c", "d"), True},
		{setsDocument, "ForAllValues:StringNotEquals", values("a", "b"), Is("c", "b"), False},
		{setsDocument, "ForAllValues:StringNotEquals", values("a"), Absent(), True},
		{setsDocument, "ForAnyValue:StringEquals", values("a"), Is("b", "a"), True},
		{setsDocument, "ForAnyValue:StringEquals", values("a"), Is("b", "c"), False},
		{setsDocument, "ForAnyValue:StringEquals", values("a"), Absent(), False},
		{setsDocument, "ForAnyValue:StringNotEquals", values("a"), Is("a", "b"), True},
		{setsDocument, "ForAnyValue:StringNotEquals", values("a"), Is("a"), False},
		{setsDocument, "ForAnyValue:StringNotEquals", values("a"), Absent(), False},
		{setsDocument, "foranyvalue:arnlike", values("arn:aws:iam::1:role/*"), Is("x:::::", "arn:aws:iam::1:role/a"), True},
		{setsDocument, "ForAllValues:Bool", values("true"), Is("true", "false"), False},
		{undocumented, "ForAnyValue:NumericEquals", values("1"), Is("2", "x"), Depends},
		{setsDocument, "ForAllValues:NumericEquals", values("1"), Is("2", "x"), False},
		{undocumented, "ForSomeValues:StringEquals", values("a"), Is("a"), Depends},
		// An empty string may count as no value.
		{undocumented, "ForAllValues:StringEquals", values("a"), Is(""), Depends},
		{undocumented, "ForAnyValue:StringEquals", values(""), Is(""), Depends},
		{setsDocument, "ForAllValues:StringEquals", values(""), Is(""), True},
		// Several values need a set operator; without one, only what all agree on counts.
		{setsDocument, "StringEquals", values("a", "b"), Is("a", "b"), True},
		{undocumented, "StringEquals", values("a"), Is("a", "b"), Depends},
		{undocumented, "StringNotEquals", values("a"), Is("a", "b"), Depends},
	})
}

func TestSeveralValues(t *testing.T) {
	testConditions(t, []conditionCase{
		{severalDocument, "StringEquals", values("a", "b"), Is("b"), True},
		{severalDocument, "StringNotEquals", values("a", "b"), Is("b"), False},
		{severalDocument, "StringNotEquals", values("a", "b"), Is("c"), True},
		{checksDocument, "StringEquals", values(), Is("a"), False},
		{checksDocument, "StringEquals", values(), nil, False},
		{checksDocument, "ForAnyValue:StringEquals", values(), nil, False},
		{checksDocument, "ForAllValues:StringEquals", values(), Is("a"), False},
		{checksDocument, "ForAllValues:StringEquals", values(), Absent(), True},
		{checksDocument, "StringEqualsIfExists", values(), Absent(), True},
		{undocumented, "StringNotEquals", values(), Is("a"), Depends},
		{undocumented, "StringNotEquals", values(), nil, Depends},
	})
}

func TestAlternatives(t *testing.T) {
	testConditions(t, []conditionCase{
		{operatorsDocument, "Bool", values("true"), Fact{nil, {"false"}}, False},
		{operatorsDocument, "Bool", values("false"), Fact{nil, {"false"}}, Depends},
		{operatorsDocument, "BoolIfExists", values("false"), Fact{nil, {"false"}}, True},
		{operatorsDocument, "StringLike", values("a*"), Fact{{"ab"}, {"ac"}}, True},
		{operatorsDocument, "StringLike", values("a*"), Fact{{"ab"}, {"b"}}, Depends},
		{operatorsDocument, "StringNotLike", values("a*"), Fact{{"b"}, nil}, True},
		{operatorsDocument, "Null", values("true"), Fact{nil, {"x"}}, Depends},
		{undocumented, "StringEquals", values("a"), Fact{}, Depends},
	})
}

func TestUnknownKey(t *testing.T) {
	testConditions(t, []conditionCase{
		{undocumented, "StringEquals", values("a"), nil, Depends},
		{undocumented, "StringNotEquals", values("a"), nil, Depends},
		{undocumented, "StringLike", values("*"), nil, Depends},
		{undocumented, "StringNotLike", values("*"), nil, Depends},
		{operatorsDocument, "StringLikeIfExists", values("a", "**"), nil, True},
		{undocumented, "StringLikeIfExists", values("?*"), nil, Depends},
		{undocumented, "StringEqualsIfExists", values("*"), nil, Depends},
		{undocumented, "StringNotLikeIfExists", values("*"), nil, Depends},
		{setsDocument, "ForAllValues:StringLike", values("*"), nil, True},
		{setsDocument, "ForAnyValue:StringNotLike", values("*"), nil, False},
		{undocumented, "ForAnyValue:StringNotLikeIfExists", values("*"), nil, Depends},
		{undocumented, "ForAnyValue:StringLike", values("*"), nil, Depends},
		{undocumented, "ForAllValues:StringEquals", values("a"), nil, Depends},
		{undocumented, "ArnLikeIfExists", values("*"), nil, Depends},
	})
	if got := (&Condition{Operator: "StringEquals", Key: "k", Values: values("a")}).Truth(nil); got != Depends {
		t.Errorf("without facts: %s", name(got))
	}
}

func TestHolds(t *testing.T) {
	f := factsOf(Is("a"))
	yes := Condition{Operator: "StringEquals", Key: "k", Values: values("a")}
	no := Condition{Operator: "StringEquals", Key: "k", Values: values("b")}
	open := Condition{Operator: "StringEquals", Key: "other", Values: values("b")}
	for _, test := range []struct {
		conditions []Condition
		want       Truth
	}{
		{nil, True},
		{[]Condition{yes, yes}, True},
		{[]Condition{yes, open}, Depends},
		{[]Condition{open, no, yes}, False},
	} {
		if got := Holds(test.conditions, f); got != test.want {
			t.Errorf("Holds(%v) = %s, want %s", test.conditions, name(got), name(test.want))
		}
	}
}

func TestBase(t *testing.T) {
	for _, test := range []struct {
		operator, base string
		ifExists       bool
		set            string
		positive       bool
	}{
		{"StringEquals", "stringequals", false, "", true},
		{"ForAllValues:StringNotLikeIfExists", "stringnotlike", true, "forallvalues", false},
		{"FORANYVALUE:ArnLike", "arnlike", false, "foranyvalue", true},
		{"NumericLessThanEquals", "numericlessthanequals", false, "", true},
		{"NotIpAddress", "notipaddress", false, "", false},
		{"Null", "null", false, "", false},
		{"StringFooIfExists", "stringfoo", true, "", false},
		{"", "", false, "", false},
	} {
		c := Condition{Operator: test.operator}
		base, ifExists, set := c.Base()
		if base != test.base || ifExists != test.ifExists || set != test.set {
			t.Errorf("Base of %q: %q, %t, %q", test.operator, base, ifExists, set)
		}
		if got := c.Positive(); got != test.positive {
			t.Errorf("Positive of %q: %t", test.operator, got)
		}
	}
}

func TestLookup(t *testing.T) {
	f := &Facts{
		Keys:     map[string]Fact{"aws:principaltag/team": Is("red")},
		Families: map[string]Fact{"aws:principaltag/": Absent(), "aws:": Is("short")},
		Base:     &Facts{Keys: map[string]Fact{"k:straße": Is("base"), "aws:x": Is("hidden")}},
	}
	for key, want := range map[string]string{
		"AWS:PrincipalTag/Team": "red",
		"aws:X":                 "short",
		"K:STRAßE":              "base",
	} {
		fact, ok := f.Lookup(key)
		if !ok || len(fact) != 1 || len(fact[0]) != 1 || fact[0][0] != want {
			t.Errorf("Lookup(%q) = %q, %t", key, fact, ok)
		}
	}
	if fact, ok := f.Lookup("aws:PrincipalTag/other"); !ok || fact[0] != nil {
		t.Errorf("the longer family does not go first: %q, %t", fact, ok)
	}
	if _, ok := f.Lookup("s3:prefix"); ok {
		t.Error("something is known of an unknown key")
	}
}

func BenchmarkHolds(b *testing.B) {
	conditions := []Condition{
		{Operator: "StringEquals", Key: "aws:PrincipalOrgID", Values: values("o-abcdefghij")},
		{Operator: "ArnNotLike", Key: "aws:PrincipalArn", Values: values("arn:aws:iam::*:role/admin", "arn:aws:iam::*:role/break-glass-*")},
		{Operator: "BoolIfExists", Key: "aws:MultiFactorAuthPresent", Values: values("true")},
		{Operator: "ForAllValues:StringLike", Key: "aws:TagKeys", Values: values("cost-*", "team")},
		{Operator: "IpAddress", Key: "aws:SourceIp", Values: values("203.0.113.0/24", "2001:db8::/32")},
		{Operator: "StringEquals", Key: "aws:ResourceTag/team", Values: values("${aws:PrincipalTag/team}")},
		{Operator: "DateLessThan", Key: "aws:CurrentTime", Values: values("2030-01-01T00:00:00Z")},
	}
	known := &Facts{
		Keys: map[string]Fact{
			"aws:principalorgid":         Is("o-abcdefghij"),
			"aws:principalarn":           Is("arn:aws:iam::111122223333:role/application"),
			"aws:multifactorauthpresent": {nil, {"true"}},
			"aws:sourceip":               Is("203.0.113.9"),
			"aws:principaltag/team":      Is("red"),
			"aws:resourcetag/team":       Is("red"),
		},
		Families: map[string]Fact{"aws:principaltag/": Absent()},
	}
	for name, f := range map[string]*Facts{"known": known, "unknown": {}} {
		for i := range conditions {
			b.Run(name+"/"+conditions[i].Operator+"/"+conditions[i].Key[4:], func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					Holds(conditions[i:i+1], f)
				}
			})
		}
	}
}
