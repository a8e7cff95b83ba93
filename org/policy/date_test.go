package policy

import (
	"testing"
	"time"
)

// Every request is at the time of the evidence or later, so what a date in the past decides
// stays decided.
func TestTimeOfRequest(t *testing.T) {
	now := time.Date(2025, 6, 1, 12, 0, 0, 500, time.UTC)
	const past, moment, future = "2025-05-31", "2025-06-01T12:00:00Z", "2025-06-01T12:00:01Z"
	for _, test := range []struct {
		operator string
		values   []string
		want     Truth
	}{
		{"DateLessThan", values(past), False},
		{"DateLessThan", values(moment), False},
		{"DateLessThan", values(future), Depends},
		{"DateLessThanEquals", values(past), False},
		{"DateLessThanEquals", values(moment), Depends},
		{"DateGreaterThan", values(past), True},
		{"DateGreaterThan", values(moment), Depends},
		{"DateGreaterThan", values(future), Depends},
		{"DateGreaterThanEquals", values(moment), True},
		{"DateGreaterThanEquals", values(future), Depends},
		{"DateEquals", values(past), False},
		{"DateEquals", values(moment), Depends},
		{"DateEquals", values(future), Depends},
		{"DateNotEquals", values(past), True},
		{"DateNotEquals", values(past, future), Depends},
		{"DateNotEquals", values(), Depends},
		{"DateGreaterThan", values(future, past), True},
		{"DateLessThan", values(past, "soon"), Depends},
		{"DateLessThanIfExists", values(past), False},
		{"ForAllValues:DateLessThan", values(past), False},
		{"ForAnyValue:DateGreaterThan", values(past), True},
		{"Null", values("true"), False},
		{"Null", values("false"), True},
		{"StringLike", values("2025-*"), Depends},
	} {
		for _, key := range []string{"aws:CurrentTime", "AWS:epochtime"} {
			c := Condition{Operator: test.operator, Key: key, Values: test.values}
			if got := c.Truth((&Facts{Now: now}).With(nil)); got != test.want {
				t.Errorf("%s %s %q: %s, want %s", test.operator, key, test.values, name(got), name(test.want))
			}
			if got := c.Truth(&Facts{}); got != Depends {
				t.Errorf("%s %s %q without a time: %s", test.operator, key, test.values, name(got))
			}
		}
	}
}

func TestEpochOfRequest(t *testing.T) {
	f := &Facts{Now: time.Unix(1_700_000_000, 0)}
	for _, test := range []struct {
		operator, key, value string
		want                 Truth
	}{
		{"NumericLessThan", "aws:EpochTime", "1600000000", False},
		{"NumericGreaterThan", "aws:EpochTime", "1600000000", True},
		{"NumericNotEquals", "aws:EpochTime", "1600000000", True},
		{"NumericLessThan", "aws:EpochTime", "1800000000", Depends},
		{"NumericLessThan", "aws:EpochTime", "2020-01-01", Depends},
		{"NumericLessThan", "aws:CurrentTime", "1600000000", Depends},
		{"DateLessThan", "aws:EpochTime", "1600000000", False},
		{"DateLessThan", "aws:TokenIssueTime", "1600000000", Depends},
	} {
		c := Condition{Operator: test.operator, Key: test.key, Values: []string{test.value}}
		if got := c.Truth(f); got != test.want {
			t.Errorf("%s %s %s: %s, want %s", test.operator, test.key, test.value, name(got), name(test.want))
		}
	}
}

func TestFactGoesBeforeTime(t *testing.T) {
	f := &Facts{Now: time.Unix(1_700_000_000, 0), Keys: map[string]Fact{"aws:currenttime": Is("2010-01-01")}}
	c := Condition{Operator: "DateLessThan", Key: "aws:CurrentTime", Values: values("2015-01-01")}
	if got := c.Truth(f); got != True {
		t.Errorf("%s, want True", name(got))
	}
}
