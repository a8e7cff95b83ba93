package report

import (
	"strings"

	"orgaudit/report/benchmark"
)

// writeExceptions lists the register of exceptions with what each of them matches.
func writeExceptions(b *workbook, r *Report) error {
	none := "No file of exceptions was read."
	if r.Register.File != "" {
		none = "The file " + r.Register.File + " holds no exceptions."
	}
	s, err := b.newRowSheet(rowSheet{
		name: "Exceptions", paper: paperA3, frozen: 2, none: none,
		columns: []sheetColumn{
			{title: "Exception id", width: 16, look: wrapped}, {title: "State", width: 15, colours: exceptionColours()},
			{title: "Created", width: 12}, {title: "Expires", width: 12},
			{title: "Items matched", width: 12, look: figures}, {title: "Accounts matched", width: 12, look: figures},
			{title: "Items open again", width: 12, look: figures}, {title: "Matches too much", width: 12},
			{title: "To look at", width: 40, look: wrapped},
			{title: "Controls", width: 26, look: wrapped}, {title: "Accounts", width: 16, look: wrapped}, {title: "Units", width: 24, look: wrapped},
			{title: "Tags", width: 22, look: wrapped}, {title: "Resources", width: 36, look: wrapped},
			{title: "Justification", width: 44, look: wrapped}, {title: "Compensating control", width: 36, look: wrapped},
			{title: "Owner", width: 22, look: wrapped}, {title: "Approver", width: 22, look: wrapped}, {title: "Ticket", width: 16, look: wrapped},
		},
	})
	if err != nil {
		return err
	}
	for i := range r.Exceptions {
		e := &r.Exceptions[i]
		err := s.row(e.ID, string(e.State), string(e.Created), string(e.Expires), e.Items, e.InAccounts, e.Reopened, e.TooMuch,
			strings.Join(e.Notes, "\n"), strings.Join(e.Controls, "\n"), anyOf(e.Accounts), anyOf(e.Units), anyOf(e.Tags), anyOf(e.Resources),
			e.Justification, e.CompensatingControl, e.Owner, e.Approver, e.Ticket)
		if err != nil {
			return err
		}
	}
	return s.finish()
}

// anyOf writes a list of a scope, which is any where it is empty.
func anyOf(list []string) string {
	if len(list) == 0 {
		return "(any)"
	}
	return strings.Join(list, "\n")
}

// exceptionColours are those of the states of exceptions. The first that fits decides.
func exceptionColours() []colour {
	return []colour{
		{string(benchmark.ExceptionActive), func(s workbookStyles) int { return s.good }},
		{string(benchmark.ExceptionExpiring), func(s workbookStyles) int { return s.accepted }},
		{string(benchmark.ExceptionExpired), func(s workbookStyles) int { return s.bad }},
		{string(benchmark.ExceptionUnused), func(s workbookStyles) int { return s.bad }},
		{"not ", func(s workbookStyles) int { return s.unknown }},
	}
}

// itemMark is the mark of a single failed item. Its result has one only where every
// failing item has.
func itemMark(item *benchmark.Item) benchmark.Mark {
	switch {
	case item.Mitigation != nil:
		return benchmark.Mitigated
	case item.Exception != "":
		return benchmark.Excepted
	default:
		return benchmark.NoMark
	}
}

// itemMarkWords say who accounts for a failed item: a policy, an exception, or one that
// did so until it expired.
func itemMarkWords(item *benchmark.Item) string {
	var words []string
	if m := item.Mitigation; m != nil {
		words = append(words, "mitigated by "+nameOrID(m.PolicyName, m.PolicyID)+" at "+nameOrID(m.NodeName, m.NodeID))
	}
	if item.Exception != "" {
		words = append(words, "excepted ("+item.Exception+")")
	}
	if item.Expired != "" {
		words = append(words, "open again: "+item.Expired+" has expired")
	}
	return strings.Join(words, "; ")
}

func nameOrID(name, id string) string {
	if name == "" {
		return id
	}
	return name
}
