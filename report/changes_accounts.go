package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"orgaudit/report/benchmark"
)

// What became of an account since the previous audit.
const (
	accountJoined   = "joined"
	accountLeft     = "left"
	accountExcluded = "excluded"
	accountIncluded = "included"
	accountMoved    = "moved"
	accountRenamed  = "renamed"
	accountShut     = "not entered any more"
	accountCut      = "not collected any more"
	accountOpened   = "entered"
	accountPartly   = "read in part only"
	accountWhole    = "read in full"
)

// accountChanges lists the accounts whose place in the audit is another, by id.
func accountChanges(before, now *Report) []AccountChange {
	then := map[string]*Account{}
	for i := range before.Accounts {
		then[before.Accounts[i].ID] = &before.Accounts[i]
	}
	var list []AccountChange
	add := func(a *Account, what, was, is string) {
		list = append(list, AccountChange{AccountID: a.ID, Name: a.Name, What: what, Before: was, After: is})
	}
	for i := range now.Accounts {
		a := &now.Accounts[i]
		old := then[a.ID]
		delete(then, a.ID)
		if old == nil {
			add(a, accountJoined, "", a.Unit)
			continue
		}
		if len(old.Path) > 0 && len(a.Path) > 0 && old.Path[len(old.Path)-1] != a.Path[len(a.Path)-1] {
			add(a, accountMoved, old.Unit, a.Unit)
		}
		if old.Name != a.Name {
			add(a, accountRenamed, old.Name, a.Name)
		}
		if what := outcomeChange(old.Outcome, a.Outcome); what != "" {
			add(a, what, sheetOutcome(old.Outcome), sheetOutcome(a.Outcome))
		}
	}
	for _, old := range then {
		add(old, accountLeft, old.Unit, "")
	}
	slices.SortStableFunc(list, func(x, y AccountChange) int { return strings.Compare(x.AccountID, y.AccountID) })
	return list
}

// outcomeChange says in words what became of the collection of an account; empty is nothing.
func outcomeChange(before, now string) string {
	entered := func(outcome string) bool { return outcome == Complete || outcome == Partial }
	switch {
	case before == now:
		return ""
	case now == Excluded:
		return accountExcluded
	case before == Excluded:
		return accountIncluded
	case entered(before) && now == NotEntered:
		return accountShut
	case entered(before) && now == NotCollected:
		return accountCut
	case !entered(before) && entered(now):
		return accountOpened
	case now == Partial:
		return accountPartly
	case now == Complete:
		return accountWhole
	default:
		return "" // not entered and not collected: nothing is known both times
	}
}

// unitChanges lists the units with their scores then and now, those that are no more last.
func unitChanges(before, now *Report) []UnitChange {
	then := map[string]*Unit{}
	for i := range before.Units {
		then[before.Units[i].ID] = &before.Units[i]
	}
	var list []UnitChange
	for i := range now.Units {
		u := &now.Units[i]
		change := UnitChange{Path: u.Path, Now: u.Score.Raw}
		if old := then[u.ID]; old != nil {
			change.Before = old.Score.Raw
			delete(then, u.ID)
		}
		list = append(list, change)
	}
	for i := range before.Units {
		if u := &before.Units[i]; then[u.ID] != nil {
			list = append(list, UnitChange{Path: u.Path, Before: u.Score.Raw})
		}
	}
	return list
}

// benchmarkStep is the difference between the score as it was published and that of the same
// evidence under the present benchmark.
func benchmarkStep(published *Published, before *Report) ScoreStep {
	step := ScoreStep{
		Cause: CauseBenchmark, Raw: pointsBetween(before.Score.Raw, published.Score.Raw), Adjusted: pointsBetween(before.Score.Adjusted, published.Score.Adjusted),
	}
	moved := step.Raw == nil || step.Adjusted == nil || *step.Raw != 0 || *step.Adjusted != 0
	switch was, is := published.Benchmark, before.Benchmark; {
	case was.ID != is.ID:
		step.Words = fmt.Sprintf("judged by %s then, and by %s now", was.ID, is.ID)
	case was.Digest != is.Digest:
		step.Words = "the benchmark " + is.ID + " is another than it was"
	case moved:
		step.Words = "the same benchmark, with other weights, parameters or exceptions, or another version of orgaudit"
	default:
		step.Words = "the same evidence has the same score today"
	}
	return step
}

// mostMovers is how many sentences say what got better, and what got worse.
const mostMovers = 5

// movers are sentences on the controls that moved most by weight since something was
// changed in AWS.
func movers(r *Report, changes []ControlChange) (better, worse []string) {
	type mover struct {
		net, weight int
		sentence    string
	}
	var up, down []mover
	controls := map[string]*Control{}
	for i := range r.Controls {
		controls[r.Controls[i].ID] = &r.Controls[i]
	}
	for i := range changes {
		c, change := controls[changes[i].Control], &changes[i]
		m := mover{net: change.Mended - change.Broken, weight: c.Weight, sentence: moverWords(c, change)}
		switch {
		case m.net > 0:
			up = append(up, m)
		case m.net < 0:
			m.net = -m.net
			down = append(down, m)
		}
	}
	sentences := func(list []mover) (texts []string) {
		slices.SortStableFunc(list, func(x, y mover) int {
			return cmp.Or(cmp.Compare(y.net*y.weight, x.net*x.weight), cmp.Compare(y.weight, x.weight))
		})
		for _, m := range list[:min(len(list), mostMovers)] {
			texts = append(texts, m.sentence)
		}
		return texts
	}
	return sentences(up), sentences(down)
}

func moverWords(c *Control, change *ControlChange) string {
	if c.Scope == benchmark.OrganizationScope {
		if change.Mended > 0 {
			return c.Title + ": passes in the organization, and failed before."
		}
		return c.Title + ": fails in the organization, and passed before."
	}
	var parts []string
	if change.Mended > 0 {
		parts = append(parts, counted(change.Mended, "account", "accounts")+" went from fail to pass")
	}
	if change.Broken > 0 {
		parts = append(parts, counted(change.Broken, "account", "accounts")+" went from pass to fail")
	}
	return fmt.Sprintf("%s: %s; it fails in %s now.", c.Title, strings.Join(parts, " and "), counted(change.Failed, "account", "accounts"))
}
