package benchmark

import (
	"slices"
	"time"

	"orgaudit/org"
	"orgaudit/org/policy"
)

// Exception is a risk that the organization accepts for a time: a person has decided that
// certain controls may fail on certain things. It never removes a fail from a report and
// never changes the raw score.
//
// Every list of the scope that is not empty must match; of one list, one member is enough.
type Exception struct {
	ID       string   `json:"id"`
	Controls []string `json:"controls"`
	// Accounts are ids.
	Accounts []string `json:"accounts,omitempty"`
	// Units are ids, names or paths as in [org.Selection], with everything below them.
	Units []string `json:"units,omitempty"`
	// Tags of accounts are KEY=VALUE, or KEY for any value.
	Tags []string `json:"tags,omitempty"`
	// Resources are patterns for [Item.Resource]; * and ? stand for any characters.
	Resources []string `json:"resources,omitempty"`

	Justification       string `json:"justification"`
	CompensatingControl string `json:"compensating_control,omitempty"`
	Owner               string `json:"owner"`
	Approver            string `json:"approver"`
	Ticket              string `json:"ticket,omitempty"`
	// Created is the first day on which it is in force, Expires the last.
	Created Day `json:"created"`
	Expires Day `json:"expires"`
}

// Day is a day in UTC, such as 2026-12-31. Days compare as their texts do.
type Day string

// DayOf is the day of a moment.
func DayOf(t time.Time) Day { return Day(t.UTC().Format(time.DateOnly)) }

// daysUntil counts the days from one day to a later one.
func (d Day) daysUntil(later Day) int {
	from, err1 := time.Parse(time.DateOnly, string(d))
	to, err2 := time.Parse(time.DateOnly, string(later))
	if err1 != nil || err2 != nil {
		return 0 // neither comes from a register
	}
	return days(from, to)
}

// Register is a file of exceptions. Its zero value is that of an organization without one.
type Register struct {
	// File is the file's name without its folders, and Digest its SHA-256 in hex.
	File, Digest string
	// Exceptions stand in the order of the file: where several match, the first one counts.
	Exceptions []Exception
}

// Acceptances are the exceptions of a register as they stand for one organization on the
// day of its evidence.
type Acceptances struct {
	day       Day
	list      []acceptance
	byControl map[string][]int // indices in list
}

// acceptance is an exception whose units were looked up.
type acceptance struct {
	*Exception
	units []string // ids
	// unknown are names in its scope that the organization does not have, in words.
	unknown []string
	// blind says what of the scope could not be followed, since it was not read.
	blind string
}

// Accept looks up what the exceptions name in the organization. What it does not have
// matches nothing, so that the finding stays open, and is told in the register.
func (r Register) Accept(o *org.Organization, at time.Time) *Acceptances {
	a := &Acceptances{day: DayOf(at), byControl: map[string][]int{}}
	for i := range r.Exceptions {
		e := acceptance{Exception: &r.Exceptions[i]}
		e.find(o)
		for _, control := range e.Controls {
			a.byControl[control] = append(a.byControl[control], len(a.list))
		}
		a.list = append(a.list, e)
	}
	return a
}

// find looks up the accounts and units of an exception.
func (e *acceptance) find(o *org.Organization) {
	for _, id := range e.Accounts {
		if o.Account(id) == nil {
			e.unknown = append(e.unknown, "account "+id+" is not in the organization")
		}
	}
	if _, missing := o.Missing(org.SectionTree); missing && len(e.Units) > 0 {
		e.blind = "the units of the organization could not all be read"
	}
	for _, unit := range e.Units {
		ids, err := o.UnitIDs([]string{unit})
		if err != nil && e.blind == "" {
			e.unknown = append(e.unknown, err.Error())
		}
		e.units = append(e.units, ids...)
	}
	for i := range o.Accounts {
		switch account := &o.Accounts[i]; {
		case len(e.Tags) > 0 && account.Tags == nil:
			e.blind = "tags of accounts were not read"
		case len(e.Units) > 0 && len(account.Path) == 0:
			e.blind = "the place of account " + account.ID + " is not known"
		}
	}
}

// covers tells whether an account is in the exception's scope; nil is the organization
// itself, which is in no account, unit or tag.
func (e *acceptance) covers(account *org.Account) bool {
	if account == nil {
		return len(e.Accounts)+len(e.Units)+len(e.Tags) == 0
	}
	return (len(e.Accounts) == 0 || slices.Contains(e.Accounts, account.ID)) &&
		(len(e.Units) == 0 || slices.ContainsFunc(account.Path, func(id string) bool { return slices.Contains(e.units, id) })) &&
		(len(e.Tags) == 0 || account.Tagged(e.Tags))
}

// names tells whether a resource is in the exception's scope.
func (e *acceptance) names(resource string) bool {
	if len(e.Resources) == 0 {
		return true
	}
	for _, pattern := range e.Resources {
		if policy.Match(pattern, resource) {
			return true
		}
	}
	return false
}

func (e *acceptance) inForce(day Day) bool { return e.Created <= day && day <= e.Expires }
func (e *acceptance) expired(day Day) bool { return e.Expires < day }

// about returns the exceptions for a control whose scope has the account.
func (a *Acceptances) about(control string, account *org.Account) []int {
	var found []int
	for _, i := range a.byControl[control] {
		if a.list[i].covers(account) {
			found = append(found, i)
		}
	}
	return found
}

// Apply marks the failing items of a result that an exception in force accepts, or that
// one accepted before it expired, and then the result. Account is nil for a result of the
// organization. Nothing else of the result changes.
func (a *Acceptances) Apply(r *Result, account *org.Account) {
	if r.Verdict != VerdictFail {
		return
	}
	about := a.about(r.Control, account)
	if len(about) == 0 {
		return
	}
	for i := range r.Items {
		if r.Items[i].Status == Failed {
			a.accept(&r.Items[i], about)
		}
	}
	r.Mark = r.marked()
}

// accept gives a failed item the first exception in force that names it, or else the
// first that did so until it expired.
func (a *Acceptances) accept(item *Item, about []int) {
	expired := ""
	for _, i := range about {
		e := &a.list[i]
		if !e.names(item.Resource) {
			continue
		}
		if e.inForce(a.day) {
			item.Exception = e.ID
			return
		}
		if expired == "" && e.expired(a.day) {
			expired = e.ID
		}
	}
	if item.Mitigation == nil {
		item.Expired = expired
	}
}
