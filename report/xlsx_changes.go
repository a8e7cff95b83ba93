package report

import (
	"cmp"
	"context"
	"fmt"
	"time"
)

// changesSheet lists what became of every finding since the previous audit, those that are
// still open too, below the parts that the difference of the scores is made of.
type changesSheet struct {
	*rowSheet
	numbers map[string]string // of controls by id
	at      time.Time
}

func newChangesSheet(ctx context.Context, b *workbook, r *Report) (accountSheet, error) {
	c := &changesSheet{numbers: map[string]string{}, at: r.Evidence.LastCall}
	for i := range r.Controls {
		c.numbers[r.Controls[i].ID] = r.Controls[i].Number
	}
	none := "No previous audit was given, so that there is nothing to compare with (--previous, --history)."
	if r.Changes != nil {
		none = "No finding failed in the previous audit, and none fails now."
	}
	s, err := b.newRowSheet(rowSheet{
		name: "Changes", paper: paperA3, frozen: 3, none: none, lead: b.note(changesLead(r)...),
		columns: []sheetColumn{
			{title: "Change", width: 18, colours: changeColours()}, {title: "Cause", width: 13}, {title: "Severity", width: 11},
			{title: "Number", width: 10}, {title: "Control id", width: 24, look: wrapped},
			{title: "Account id", width: 15}, {title: "Account", width: 24, look: wrapped}, {title: "Unit", width: 28, look: wrapped},
			{title: "Resource", width: 44, look: wrapped}, {title: "Before", width: 16, look: wrapped}, {title: "Now", width: 16, look: wrapped},
			{title: "Observed", width: 44, look: wrapped}, {title: "First seen (UTC)", width: 19}, {title: "Age in days", width: 9, look: figures},
			{title: "Finding id", width: 19},
		},
	})
	if err != nil {
		return nil, err
	}
	c.rowSheet = s
	// The changes of the organization stand first, then those of accounts that left.
	if err := r.Changes.ofOrganization(c.change); err != nil {
		return nil, err
	}
	return c, r.Changes.Gone(ctx, c.change)
}

func (c *changesSheet) add(rows *AccountRows) error { return eachChange(rows.Changes, c.change) }

func (c *changesSheet) change(change *Change) error {
	age := -1
	if change.Kind != ChangeResolved && change.Kind != ChangeLost {
		age = AgeDays(change.FirstSeen, c.at)
	}
	account := cmp.Or(change.AccountID, organizationRow)
	return c.row(string(change.Kind), cmp.Or(string(change.Cause), dash), string(change.Severity), numberOrDash(c.numbers[change.Control]), change.Control,
		account, change.AccountName, change.Unit, change.Resource, change.Before, change.After, change.Observed, change.FirstSeen, countOrDash(age), change.ID)
}

// changesLead are the sentences above the list: what it is compared with, how many findings
// are in it, and what the difference of the scores is made of.
func changesLead(r *Report) []string {
	c := r.Changes
	if c == nil {
		return nil
	}
	lead := []string{
		fmt.Sprintf("Compared with the audit %s, whose last call to AWS was made on %s (UTC). Its evidence was judged again by the benchmark, weights, parameters and exceptions of this report.",
			c.Previous.Label, c.Previous.At.UTC().Format("2006-01-02 15:04")),
		c.Count.Words() + ".",
		"Score: " + c.ScoreWords(r) + ". In points, step by step:",
	}
	for _, step := range c.Steps {
		lead = append(lead, step.Sentence())
	}
	return lead
}

// changeColours are those of the kinds of change.
func changeColours() []colour {
	return []colour{
		{string(ChangeNew), func(s workbookStyles) int { return s.bad }},
		{string(ChangeRegressed), func(s workbookStyles) int { return s.bad }},
		{string(ChangeResolved), func(s workbookStyles) int { return s.good }},
		{string(ChangeLost), func(s workbookStyles) int { return s.unknown }},
	}
}
