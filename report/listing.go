package report

import (
	"context"
	"time"

	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// listedResult is a result as the formats for other programs list it.
type listedResult struct {
	// Account is nil for the organization.
	Account *Account
	Control *Control
	*benchmark.Result
	// lifetimes are those of the account's findings, changed what became of them; nil
	// without an earlier audit.
	lifetimes map[string]Lifetime
	changed   map[string]ChangeKind
}

// listedItem is one line of a format that lists every item: an item, or a result that has
// none and still has its line.
type listedItem struct {
	*listedResult
	// Item is nil where the result has no items.
	Item *benchmark.Item
	// ID is stable from audit to audit, see [FindingIDs].
	ID string
	// FirstSeen is zero unless the item failed or is no more. Due is zero unless it failed, where
	// no date is set, and where an exception or a policy accounts for the fail.
	FirstSeen, Due time.Time
}

// statusAbsent is that of a finding whose resource is no more.
const statusAbsent benchmark.Status = stateAbsent

// eachListedResult hands all results to f, those of the organization first. It asks for the
// rows of accounts once. Begin is told of every account before its results, those without
// results too, and of the organization as nil; gone is told after them of the findings of an
// earlier audit that were resolved because their resource is no more. Both may be nil.
func eachListedResult(ctx context.Context, r *Report, begin func(*AccountRows) error, f func(*listedResult) error, gone func(*listedItem) error) error {
	controls := make(map[string]*Control, len(r.Controls))
	for i := range r.Controls {
		controls[r.Controls[i].ID] = &r.Controls[i]
	}
	if begin == nil {
		begin = func(*AccountRows) error { return nil }
	}
	list := func(a *Account, results []benchmark.Result, lifetimes map[string]Lifetime, changes []Change) error {
		var changed map[string]ChangeKind
		if len(changes) > 0 {
			changed = make(map[string]ChangeKind, len(changes))
			for i := range changes {
				changed[changes[i].ID] = changes[i].Kind
			}
		}
		listed := func(result *benchmark.Result) *listedResult {
			c := controls[result.Control]
			if c == nil {
				c = &Control{Control: &benchmark.Control{ID: result.Control}}
			}
			return &listedResult{a, c, result, lifetimes, changed}
		}
		for i := range results {
			if err := f(listed(&results[i])); err != nil {
				return err
			}
		}
		if gone == nil {
			return nil
		}
		return eachGone(results, changes, func(result *benchmark.Result, c *Change) error {
			return gone(&listedItem{
				listedResult: listed(result), ID: c.ID, FirstSeen: c.FirstSeen,
				Item: &benchmark.Item{Resource: c.Resource, Status: statusAbsent},
			})
		})
	}
	if err := begin(nil); err != nil {
		return err
	}
	var changes []Change
	if r.Changes != nil {
		changes = r.Changes.Organization
	}
	if err := list(nil, r.OrganizationResults, r.Lifetimes, changes); err != nil {
		return err
	}
	if r.EachAccount == nil {
		return nil
	}
	return r.EachAccount(ctx, func(rows *AccountRows) error {
		if err := begin(rows); err != nil {
			return err
		}
		return list(rows.Account, rows.Results, rows.Lifetimes, rows.Changes)
	})
}

// eachGone hands the findings to f that were resolved and are no items of the results, with
// the result of their control.
func eachGone(results []benchmark.Result, changes []Change, f func(*benchmark.Result, *Change) error) error {
	var byControl map[string]*benchmark.Result
	items := map[string]map[string]bool{} // ids of items by control
	for i := range changes {
		c := &changes[i]
		if c.Kind != ChangeResolved {
			continue
		}
		if byControl == nil {
			byControl = make(map[string]*benchmark.Result, len(results))
			for j := range results {
				byControl[results[j].Control] = &results[j]
			}
		}
		result := byControl[c.Control]
		if result == nil {
			continue // what is not judged any more is not resolved
		}
		if items[c.Control] == nil {
			items[c.Control] = map[string]bool{}
			for _, id := range FindingIDs(result) {
				items[c.Control][id] = true
			}
		}
		if items[c.Control][c.ID] {
			continue
		}
		if err := f(result, c); err != nil {
			return err
		}
	}
	return nil
}

// eachItem hands the items of a result to f, or the result itself where it has none.
func (l *listedResult) eachItem(r *Report, f func(*listedItem) error) error {
	if len(l.Items) == 0 {
		return f(&listedItem{listedResult: l, ID: resultID(l.Result)})
	}
	for i, id := range FindingIDs(l.Result) {
		item := &listedItem{listedResult: l, Item: &l.Items[i], ID: id}
		if item.status() == string(benchmark.Failed) {
			item.FirstSeen = l.At
			if lifetime, ok := l.lifetimes[id]; ok {
				item.FirstSeen = lifetime.FirstSeen
			}
			if item.mark() == benchmark.NoMark {
				item.Due = r.Rendering.Due(l.Control.Severity, item.FirstSeen)
			}
		}
		if err := f(item); err != nil {
			return err
		}
	}
	return nil
}

// status is that of the item, or the verdict of a result without items. Items of a manual
// control are facts for a person, whatever they say.
func (l *listedItem) status() string {
	switch {
	case l.Item == nil:
		return string(l.Verdict)
	case l.Verdict == benchmark.VerdictManual && l.Item.Status != benchmark.NotAssessed:
		return string(benchmark.VerdictManual)
	case l.Item.Status == benchmark.Fact:
		return string(benchmark.VerdictManual)
	default:
		return string(l.Item.Status)
	}
}

// mark is who accounts for a failed item.
func (l *listedItem) mark() benchmark.Mark {
	if l.Item == nil || l.status() != string(benchmark.Failed) {
		return benchmark.NoMark
	}
	return itemMark(l.Item)
}

// gap is why the item, or the result, could not be assessed; nil where it was.
func (l *listedItem) gap() *org.Gap {
	switch {
	case l.Item != nil && l.Item.Gap != nil:
		return l.Item.Gap
	case l.Item == nil || l.Item.Status == benchmark.NotAssessed:
		return l.Result.Gap
	default:
		return nil
	}
}

// accountFields are id, name and unit of the account and who owns it; all are empty for the
// organization.
func (l *listedResult) accountFields(r *Report) (id, name, unit, owner string) {
	if l.Account == nil {
		return "", "", "", ""
	}
	return l.Account.ID, l.Account.Name, l.Account.Unit, r.Rendering.Owner(&l.Account.Account)
}
