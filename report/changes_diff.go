package report

import (
	"slices"
	"time"

	"orgaudit/report/benchmark"
)

// difference compares what audits saw of one account, or of the organization.
type difference struct {
	now *sight
	// pasts are the earlier audits by time; previous is the one to compare with.
	pasts    []*sight
	previous int
	// of says what a change is about besides the finding.
	of       Change
	severity map[string]benchmark.Severity
}

// findings returns what became of the findings, in the order of the present results, those
// that fail no more after those that fail, and the lifetimes of those that fail.
func (d *difference) findings() ([]Change, map[string]Lifetime) {
	then := d.pasts[d.previous]
	var changes []Change
	lifetimes := map[string]Lifetime{}
	order := d.now.results
	if len(order) == 0 {
		order = then.results
	}
	for i := range order {
		control := order[i].Control
		now, before := d.now.result(control), then.result(control)
		if now != nil && now.Verdict == benchmark.VerdictFail {
			for j, id := range FindingIDs(now) {
				if now.Items[j].Status != benchmark.Failed {
					continue
				}
				c := d.open(control, id)
				lifetimes[id] = Lifetime{Kind: c.Kind, FirstSeen: c.FirstSeen}
				changes = append(changes, c)
			}
		}
		if before == nil || before.Verdict != benchmark.VerdictFail {
			continue
		}
		for j, id := range FindingIDs(before) {
			if before.Items[j].Status != benchmark.Failed {
				continue
			}
			if f := d.now.finding(control, id, then); f.stand != standFailed {
				changes = append(changes, d.ended(control, id, f))
			}
		}
	}
	return changes, lifetimes
}

// change is what all changes of a finding have in common.
func (d *difference) change(control, id string, before, now findingSeen) Change {
	c := d.of
	c.ID, c.Control, c.Severity, c.Before, c.After = id, control, d.severity[control], before.words, now.words
	seen := now.item
	if seen == nil {
		seen = before.item
	}
	c.Resource, c.Observed = seen.Resource, seen.Observed
	return c
}

// open is the change of a finding that fails now.
func (d *difference) open(control, id string) Change {
	now, before := d.now.finding(control, id, nil), d.pasts[d.previous].finding(control, id, d.now)
	c := d.change(control, id, before, now)
	c.FirstSeen = d.firstSeen(control, id, len(d.pasts), d.now)
	switch before.stand {
	case standFailed:
		c.Kind, c.Cause = ChangeStillOpen, markCause(before.item, now.item)
	case standPassed:
		c.Kind, c.Cause = ChangeRegressed, CauseEnvironment
	default:
		c.Kind, c.Cause = ChangeNew, CauseEnvironment
		if before.stand == standUnknown {
			c.Cause = before.cause
		}
		if d.cameBack(control, id) {
			c.Kind = ChangeRegressed
		}
	}
	return c
}

// ended is the change of a finding that failed in the previous audit and does not fail now.
func (d *difference) ended(control, id string, now findingSeen) Change {
	then := d.pasts[d.previous]
	before := then.finding(control, id, nil)
	c := d.change(control, id, before, now)
	c.FirstSeen = d.firstSeen(control, id, d.previous, then)
	c.Kind, c.Cause = ChangeResolved, CauseEnvironment
	if now.stand == standUnknown {
		c.Kind, c.Cause = ChangeLost, now.cause
	}
	return c
}

// firstSeen walks back over the audits before the one at that index, in which the finding
// fails, for as long as it failed. An audit that could not assess it breaks nothing.
func (d *difference) firstSeen(control, id string, before int, at *sight) time.Time {
	first := at.at
	for _, s := range slices.Backward(d.pasts[:before]) {
		switch s.finding(control, id, at).stand {
		case standFailed:
			first = s.at
		case standUnknown:
		default:
			return first
		}
	}
	return first
}

// cameBack tells whether a finding failed once and was seen resolved after that.
func (d *difference) cameBack(control, id string) bool {
	resolved := false
	for _, s := range slices.Backward(d.pasts) {
		switch s.finding(control, id, d.now).stand {
		case standFailed:
			return resolved
		case standPassed, standGone:
			resolved = true
		}
	}
	return false
}

// markCause says why a finding that still fails counts otherwise in the adjusted score, if
// it does.
func markCause(before, now *benchmark.Item) ChangeCause {
	was, is := itemMark(before), itemMark(now)
	switch {
	case was == is:
		return ""
	case was == benchmark.Mitigated || is == benchmark.Mitigated:
		return CauseMitigation
	default:
		return CauseException
	}
}
