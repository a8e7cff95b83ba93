package org

import (
	"fmt"
	"slices"
	"strings"
)

// Selection says which accounts are audited. An account is in if its state is listed, it
// matches an include list (or there is none), and no exclude list matches it.
type Selection struct {
	// States are the states of accounts that are audited; nil means ACTIVE only.
	States []string
	// Units are ids, names, or paths from the root's children down, such as
	// Workloads/Production. A unit stands for everything below it.
	IncludeUnits, ExcludeUnits []string
	// Accounts are ids.
	IncludeAccounts, ExcludeAccounts []string
	// Tags are KEY=VALUE, or KEY for any value.
	IncludeTags, ExcludeTags []string
}

// Exclusion is an account that is not audited, with the reason in words.
type Exclusion struct {
	AccountID string `json:"account_id"`
	Reason    string `json:"reason"`
	// Narrowed is true where no list excludes the account, but an include list leaves it
	// out: it may still be entered for what concerns the whole organization.
	Narrowed bool `json:"narrowed"`
}

// Select divides the accounts into those that are audited and those that are not. It
// fails where a list names a unit or an account that does not exist, and where a list
// cannot be followed because tags or units could not be read: an account must not drop
// out of an audit by a slip of the pen.
func (o *Organization) Select(s Selection) (selected []*Account, excluded []Exclusion, err error) {
	if err := o.checkSelection(s); err != nil {
		return nil, nil, err
	}
	includeUnits, err := o.UnitIDs(s.IncludeUnits)
	if err != nil {
		return nil, nil, fmt.Errorf("include units: %w", err)
	}
	excludeUnits, err := o.UnitIDs(s.ExcludeUnits)
	if err != nil {
		return nil, nil, fmt.Errorf("exclude units: %w", err)
	}
	states := s.States
	if states == nil {
		states = []string{StateActive}
	}
	// An account whose place is not known could be in an included unit: it stays in.
	unplaced := func(a *Account) bool { return len(a.Path) == 0 && len(includeUnits) > 0 }
	including := len(s.IncludeUnits)+len(s.IncludeAccounts)+len(s.IncludeTags) > 0
	for i := range o.Accounts {
		a := &o.Accounts[i]
		reason, narrowed := "", false
		switch {
		case !slices.Contains(states, a.State):
			reason = "the account's state is " + a.State
		case slices.Contains(s.ExcludeAccounts, a.ID):
			reason = "excluded by account id"
		case overlap(a.Path, excludeUnits):
			reason = "excluded by unit"
		case a.Tagged(s.ExcludeTags):
			reason = "excluded by tag"
		case including && !slices.Contains(s.IncludeAccounts, a.ID) && !overlap(a.Path, includeUnits) && !a.Tagged(s.IncludeTags) && !unplaced(a):
			reason, narrowed = "not among the included units, accounts and tags", true
		}
		if reason == "" {
			selected = append(selected, a)
		} else {
			excluded = append(excluded, Exclusion{AccountID: a.ID, Reason: reason, Narrowed: narrowed})
		}
	}
	return selected, excluded, nil
}

func (o *Organization) checkSelection(s Selection) error {
	for _, id := range slices.Concat(s.IncludeAccounts, s.ExcludeAccounts) {
		if o.Account(id) == nil {
			return fmt.Errorf("account %q is not in organization %s; account ids have 12 digits", id, o.ID)
		}
	}
	if len(s.IncludeTags)+len(s.ExcludeTags) > 0 {
		if gap, missing := o.Missing(SectionTags); missing {
			return fmt.Errorf("accounts cannot be selected by tag, since tags could not be read: %s", gap.Message)
		}
		for _, a := range o.Accounts {
			if a.Tags == nil {
				return fmt.Errorf("accounts cannot be selected by tag, since those of account %s were not asked for or could not be read", a.ID)
			}
		}
	}
	if len(s.IncludeUnits)+len(s.ExcludeUnits) > 0 {
		if gap, missing := o.Missing(SectionTree); missing {
			return fmt.Errorf("accounts cannot be selected by unit, since the units could not all be read: %s", gap.Message)
		}
	}
	return nil
}

// UnitIDs finds units by id, path or name. A name that several units have is an error.
func (o *Organization) UnitIDs(wanted []string) ([]string, error) {
	var ids []string
	for _, want := range wanted {
		var exact, found, known []string
		o.EachUnit(func(u *Unit, path []string) {
			below := strings.Join(path[1:], "/")
			known = append(known, below)
			switch want {
			case "":
			case u.ID, below:
				exact = append(exact, u.ID)
			case u.Name:
				found = append(found, u.ID)
			}
		})
		if len(exact) > 0 {
			found = exact // an id or a path says more than a name that several units have
		}
		switch len(found) {
		case 1:
			ids = append(ids, found[0])
		case 0:
			return nil, fmt.Errorf("no unit %q; the units are %s", want, strings.Join(known[1:], ", "))
		default:
			return nil, fmt.Errorf("%d units are named %q (%s); name one by its path or id", len(found), want, strings.Join(found, ", "))
		}
	}
	return ids, nil
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// Tagged tells whether the account has one of the tags, each KEY=VALUE, or KEY for any value.
func (a *Account) Tagged(tags []string) bool {
	return slices.ContainsFunc(tags, func(t string) bool {
		key, value, exact := strings.Cut(t, "=")
		got, ok := a.Tags[key]
		return ok && (!exact || got == value)
	})
}
