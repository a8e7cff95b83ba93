package benchmark

import (
	"fmt"
	"strings"

	"orgaudit/org"
)

// ExceptionState is how an exception stands on the day of the evidence.
type ExceptionState string

// States of exceptions. Those in force are Active, Expiring, Unused and Untested.
const (
	ExceptionActive   ExceptionState = "active"
	ExceptionExpiring ExceptionState = "expiring" // in force, and near its last day
	ExceptionExpired  ExceptionState = "expired"
	ExceptionPending  ExceptionState = "not yet in force"
	ExceptionUnused   ExceptionState = "unused" // in force, and nothing that it is about fails
	// ExceptionUntested is in force and matches nothing, but not everything that it is
	// about could be judged: nobody can say that it is not needed.
	ExceptionUntested ExceptionState = "not assessed"
)

// ExceptionLimits say which exceptions are worth a word.
type ExceptionLimits struct {
	// ExpiringDays is how many days before its last one an exception counts as expiring.
	ExpiringDays int
	// MostItems and MostAccounts, in percent of the accounts in scope, are what one
	// exception may match; 0 is no bound. A single account is never too much.
	MostItems, MostAccounts int
}

// ExceptionUse is an exception with its state and what it matches. Counts are of failing
// items, and of the accounts that they are in; those of an exception that is not in force
// are what it would match.
type ExceptionUse struct {
	Exception
	State      ExceptionState `json:"state"`
	Items      int            `json:"items_matched"`
	InAccounts int            `json:"accounts_matched"`
	Reopened   int            `json:"items_reopened"` // by its expiry, since nothing else accounts for them
	// TooMuch tells that it matches more than the limits allow.
	TooMuch bool `json:"matches_too_much"`
	// Notes say what a person should look at.
	Notes []string `json:"notes"`
}

// Fails tells whether the register must be mended: the exception is expired, unused, or
// matches too much.
func (u *ExceptionUse) Fails() bool {
	return u.State == ExceptionExpired || u.State == ExceptionUnused || u.TooMuch
}

// ExceptionCount adds up what exceptions match, account by account, so that it takes the
// same memory for any number of accounts.
type ExceptionCount struct {
	acceptances *Acceptances
	counts      []exceptionCount
	judged      map[string]bool // controls that have a result
}

type exceptionCount struct{ items, accounts, reopened, unknown int }

// Count begins to count.
func (a *Acceptances) Count() *ExceptionCount {
	return &ExceptionCount{acceptances: a, counts: make([]exceptionCount, len(a.list)), judged: map[string]bool{}}
}

// Add counts the results of an account, or those of the organization for nil, after Apply.
func (c *ExceptionCount) Add(account *org.Account, results []Result) {
	used := map[int]bool{}
	for i := range results {
		r := &results[i]
		c.judged[r.Control] = true
		for _, j := range c.acceptances.about(r.Control, account) {
			if c.add(j, r) && account != nil && !used[j] {
				used[j] = true
				c.counts[j].accounts++
			}
		}
	}
}

// add counts one result for one exception whose scope it is in, and tells whether an item
// matched.
func (c *ExceptionCount) add(j int, r *Result) bool {
	e, n, matched := &c.acceptances.list[j], &c.counts[j], false
	if r.Verdict == VerdictNotAssessed && len(r.Items) == 0 {
		n.unknown++
	}
	for i := range r.Items {
		item := &r.Items[i]
		switch {
		case !e.names(item.Resource):
		case item.Status == NotAssessed:
			n.unknown++
		case item.Status == Failed && r.Verdict == VerdictFail:
			matched = true
			n.items++
			if item.Expired != "" && e.expired(c.acceptances.day) {
				n.reopened++
			}
		}
	}
	return matched
}

// LeftOut counts an account that this audit leaves out though the next one may not: what
// exceptions match there is not known.
func (c *ExceptionCount) LeftOut(account *org.Account) {
	for j := range c.counts {
		if c.acceptances.list[j].covers(account) {
			c.counts[j].unknown++
		}
	}
}

// Uses returns the register with its states, in the order of the file. Accounts is the
// number of accounts in scope.
func (c *ExceptionCount) Uses(limits ExceptionLimits, accounts int) []ExceptionUse {
	var uses []ExceptionUse
	for j := range c.acceptances.list {
		uses = append(uses, c.use(j, limits, accounts))
	}
	return uses
}

func (c *ExceptionCount) use(j int, limits ExceptionLimits, accounts int) ExceptionUse {
	e, n, day := &c.acceptances.list[j], c.counts[j], c.acceptances.day
	u := ExceptionUse{Exception: *e.Exception, Items: n.items, InAccounts: n.accounts, Reopened: n.reopened, Notes: []string{}}
	note := func(format string, args ...any) { u.Notes = append(u.Notes, fmt.Sprintf(format, args...)) }
	var notJudged []string
	for _, control := range e.Controls {
		if !c.judged[control] {
			notJudged = append(notJudged, control)
		}
	}
	left := day.daysUntil(e.Expires)
	switch {
	case e.expired(day):
		u.State = ExceptionExpired
		again := "nothing is open again"
		if n.reopened > 0 {
			again = count(n.reopened, "failing item") + " open again"
		}
		note("expired after %s: %s", e.Expires, again)
	case !e.inForce(day):
		u.State = ExceptionPending
		note("in force from %s on, and the evidence is of %s", e.Created, day)
	case n.items == 0 && (n.unknown > 0 || e.blind != "" || len(notJudged) > 0):
		u.State = ExceptionUntested
		note("matches no failing item so far, but not everything that it is about was judged")
	case n.items == 0:
		u.State = ExceptionUnused
		note("matches no failing item: remove it, or mend its scope")
	case left <= limits.ExpiringDays:
		u.State = ExceptionExpiring
	default:
		u.State = ExceptionActive
	}
	if e.inForce(day) {
		if left <= limits.ExpiringDays {
			note("%s", expiryWords(e.Expires, left))
		}
		if limits.MostItems > 0 && n.items > limits.MostItems {
			u.TooMuch = true
			note("matches %s, more than %d", count(n.items, "failing item"), limits.MostItems)
		}
		if limits.MostAccounts > 0 && n.accounts > 1 && 100*n.accounts > limits.MostAccounts*accounts {
			u.TooMuch = true
			note("matches failing items in %d of %s, more than %d%%", n.accounts, count(accounts, "account"), limits.MostAccounts)
		}
	}
	if len(notJudged) > 0 {
		note("not judged by this benchmark: %s", strings.Join(notJudged, ", "))
	}
	if e.blind != "" {
		note("its scope could not be followed in full: %s", e.blind)
	}
	u.Notes = append(u.Notes, e.unknown...)
	return u
}

// expiryWords say how many days are left to an exception in force.
func expiryWords(expires Day, left int) string {
	if left == 0 {
		return fmt.Sprintf("expires on %s, the day of the evidence", expires)
	}
	return fmt.Sprintf("expires on %s, in %s", expires, count(left, "day"))
}
