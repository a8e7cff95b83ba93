package policy

import (
	"strconv"
	"strings"
	"time"
)

func compareDates(r relation, want, got string) Truth {
	w, ok := parseDate(want)
	if !ok {
		return Depends
	}
	g, ok := parseDate(got)
	if !ok {
		return Depends
	}
	return truth(r.holds(g.Compare(w)))
}

// maxEpochDigits leaves out times in milliseconds, of which nobody says that AWS reads them
// as such.
const maxEpochDigits = 11

// parseDate reads a date in the forms of the W3C's profile of ISO 8601, or in seconds since
// 1970. Four digits may be a year or a second and are neither. A date without a time is
// midnight in UTC.
func parseDate(s string) (time.Time, bool) {
	if allDigits(s) {
		seconds, err := strconv.ParseInt(s, 10, 64)
		return time.Unix(seconds, 0), err == nil && len(s) != 4 && len(s) <= maxEpochDigits
	}
	layout := time.RFC3339
	switch {
	case len(s) == len("2006-01"):
		layout = "2006-01"
	case len(s) == len(time.DateOnly):
		layout = time.DateOnly
	case len(s) > 16 && s[16] != ':':
		layout = "2006-01-02T15:04Z07:00"
	}
	t, err := time.Parse(layout, s)
	return t, err == nil
}

// asTimePasses decides conditions on the time of the request, of which no fact is needed:
// it is that of the evidence or later. Every request has these keys (the AWS document "AWS
// global condition context keys").
func (c *Condition) asTimePasses(op *operator, f *Facts) (Truth, bool) {
	epoch := strings.EqualFold(c.Key, "aws:EpochTime")
	if !epoch && !strings.EqualFold(c.Key, "aws:CurrentTime") {
		return Depends, false
	}
	now := f.now()
	if now.IsZero() {
		return Depends, false
	}
	switch op.comparison {
	case nullCheck:
		return c.null(false, false), true
	case date:
	case numeric:
		if !epoch {
			return Depends, false
		}
	default:
		return Depends, false
	}
	if op.negated && len(c.Values) == 0 {
		return Depends, true
	}
	some := False
	for _, want := range c.Values {
		some = max(some, fromNowOn(op, want, now))
	}
	if op.negated {
		return some.Not(), true
	}
	return some, true
}

// fromNowOn says how a time that is now or later compares with one of the policy.
func fromNowOn(op *operator, want string, now time.Time) Truth {
	if op.comparison == numeric && !allDigits(want) {
		return Depends
	}
	then, ok := parseDate(want)
	if !ok {
		return Depends
	}
	// AWS may not count parts of a second.
	compared := now.Truncate(time.Second).Compare(then)
	switch {
	case compared > 0:
		return truth(op.relation.holds(1))
	case compared == 0 && op.relation == less:
		return False
	case compared == 0 && op.relation == greaterOrEqual:
		return True
	}
	return Depends
}

// now is the time of the evidence, or zero.
func (f *Facts) now() time.Time {
	for ; f != nil; f = f.Base {
		if !f.Now.IsZero() {
			return f.Now
		}
	}
	return time.Time{}
}
