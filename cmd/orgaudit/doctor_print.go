package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"orgaudit/org"
)

func (d *diagnosis) writeJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

// print writes the table: a line for each account, and one for each cause where there are several.
func (d *diagnosis) print(w io.Writer) error {
	printLine(w, "Caller: %s", d.Caller)
	if d.Organization.Caller != d.Caller && d.Organization.Caller != "" {
		printLine(w, "Organization read as: %s", d.Organization.Caller)
	}
	if d.Organization.ID != "" {
		printLine(w, "Organization: %s, partition %s; %d of %d operations that read it may be used",
			d.Organization.ID, d.Organization.Partition, d.Organization.Tried-len(d.Organization.Missing), d.Organization.Tried)
	}
	if d.ClockAhead != nil && len(d.Warnings) == 0 {
		printLine(w, "Clock: that of this machine agrees with that of AWS")
	}
	for _, warning := range d.Warnings {
		printLine(w, "Warning: %s", warning)
	}
	fmt.Fprintln(w)
	var todo advices
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(cells ...string) {
		for i := range cells {
			cells[i] = strings.NewReplacer("\n", " ", "\t", " ").Replace(printable(cells[i]))
		}
		fmt.Fprintln(table, strings.TrimRight(strings.Join(cells, "\t"), "\t"))
	}
	if len(d.Organization.Missing) > 0 {
		row("ORGANIZATION", "MISSING", "TO DO")
		for _, g := range grouped(d.Organization.Missing) {
			row("not read in full", g.words(), todo.number(g.advice, "the organization"))
		}
		if err := table.Flush(); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	if len(d.Accounts) > 0 {
		row("ACCOUNT", "NAME", "UNIT", "RESULT", "MISSING", "TO DO")
	}
	for _, a := range d.Accounts {
		if len(a.Missing) == 0 {
			row(a.ID, a.Name, a.Unit, a.Result, a.Reason, "")
		}
		for _, g := range grouped(a.Missing) {
			row(a.ID, a.Name, a.Unit, a.Result, g.words(), todo.number(g.advice, a.ID))
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	todo.print(w)
	if len(d.Accounts) > 0 {
		t := d.Totals
		printLine(w, "\nAccounts: %d in the organization = %d ok + %d with something missing + %d not entered + %d excluded",
			t.Accounts, t.OK, t.Missing, t.NotEntered, t.Excluded)
	}
	printLine(w, "Calls: %d", d.Totals.Calls)
	return nil
}

// group is everything that is missing for one cause and with one remedy.
type group struct {
	cause  string
	advice string
	things []string
}

func grouped(missing []missingThing) []*group {
	var groups []*group
	for _, m := range missing {
		cause := m.Cause.Words()
		switch {
		case m.Cause == org.RoleNotAssumable:
			cause = "the role cannot be assumed"
		case m.DeniedBy == "identity-based policy":
			cause = "the permission is lacking or denied"
		case m.DeniedBy != "":
			cause = "denied by a " + m.DeniedBy
		case m.Cause == org.DeniedByRole:
			cause = "denied"
		}
		i := slices.IndexFunc(groups, func(g *group) bool { return g.cause == cause && g.advice == m.Advice })
		if i < 0 {
			groups = append(groups, &group{cause: cause, advice: m.Advice})
			i = len(groups) - 1
		}
		thing := m.Action
		if m.Region != "" {
			thing = strings.TrimSpace(thing + " in " + m.Region)
		}
		if thing != "" {
			groups[i].things = append(groups[i].things, thing)
		}
	}
	return groups
}

// words says what is missing in few words; JSON has all of them.
func (g *group) words() string {
	const most = 3
	things := g.things
	if n := len(things) - most; n > 1 {
		things = append(slices.Clone(things[:most]), fmt.Sprintf("%d more", n))
	}
	if len(things) == 0 {
		return g.cause
	}
	return strings.Join(things, ", ") + ": " + g.cause
}

// advices are the different things to do, each with the accounts that it helps.
type advices struct {
	texts []string
	whom  [][]string
}

// number is that of an advice in the list.
func (a *advices) number(text, account string) string {
	i := slices.Index(a.texts, text)
	if i < 0 {
		i = len(a.texts)
		a.texts, a.whom = append(a.texts, text), append(a.whom, nil)
	}
	if !slices.Contains(a.whom[i], account) {
		a.whom[i] = append(a.whom[i], account)
	}
	return fmt.Sprint(i + 1)
}

func (a *advices) print(w io.Writer) {
	if len(a.texts) == 0 {
		return
	}
	printLine(w, "\nTo do:")
	for i, text := range a.texts {
		whom := fmt.Sprintf("%d accounts", len(a.whom[i]))
		if len(a.whom[i]) == 1 {
			whom = a.whom[i][0]
		}
		printLine(w, "%3d. %s (%s)", i+1, text, whom)
	}
}
