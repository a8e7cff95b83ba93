package report

import (
	"time"

	"orgaudit/report/benchmark"
)

// findingsSheet is the sheet Findings: every item that failed or could not be assessed,
// control by control in the order of the benchmark, and in each by account.
type findingsSheet struct {
	*rowSheet
	report *Report
	// kept are the records of the rows by control; the last are those of no control.
	kept *keyedSpool
}

// remediationStates are what the auditor chooses from.
func remediationStates() []string {
	return []string{"Open", "In progress", "Resolved", "Risk accepted", "False positive", "Not applicable"}
}

func newFindingsSheet(b *workbook, r *Report) (*findingsSheet, error) {
	sentences := []string{"What must be mended: every item that failed or could not be assessed. The framed columns are yours to fill in; all items, passed ones too, stand in the sheet Tested items."}
	if r.Changes == nil && r.Lifetimes == nil {
		sentences = append(sentences, "No earlier audit was given, so that every finding counts from the time of this evidence: it may be older.")
	}
	s, err := b.newRowSheet(rowSheet{
		name: "Findings", paper: paperA3, frozen: 3, none: "No item failed, and all were assessed.", lead: b.note(sentences...),
		columns: []sheetColumn{
			{title: "Finding id", width: 17}, {title: "Number", width: 9}, {title: "Control id", width: 23, look: wrapped}, {title: "Severity", width: 10, colours: severityColours()},
			{title: "Account id", width: 14}, {title: "Account", width: 20, look: wrapped}, {title: "Unit", width: 20, look: wrapped},
			{title: "Resource", width: 34, look: wrapped}, {title: "Observed", width: 30, look: wrapped}, {title: "Expected", width: 26, look: wrapped},
			{title: "Status", width: 15, colours: verdictColours()}, {title: "Exception or mitigation", width: 20, look: wrapped},
			{title: "First seen (UTC)", width: 18}, {title: "Age in days", width: 9, look: figures}, {title: "Since the last audit", width: 15, look: wrapped},
			{title: "Owner", width: 16, look: wrapped}, {title: "Due", width: 11}, {title: "Overdue", width: 10, colours: overdueColours()},
			{title: "Remediation status", width: 15, input: true, choices: remediationStates()}, {title: "Comment", width: 28, input: true},
			{title: "Decided by", width: 32, look: wrapped}, {title: "Cause or reason", width: 28, look: wrapped}, {title: "Error code", width: 14, look: wrapped},
			{title: "Evidence file", width: 21, look: wrapped}, {title: "Evidence pointer", width: 24, look: wrapped}, {title: "SHA-256 of the file", width: 24, look: wrapped}, {title: "Evidence time (UTC)", width: 18},
		},
	})
	if err != nil {
		return nil, err
	}
	f := &findingsSheet{rowSheet: s, report: r}
	f.kept, err = b.newKeyedSpool(len(r.Controls) + 1)
	return f, err
}

// severityColours make what weighs most stand out.
func severityColours() []colour {
	return []colour{
		{string(benchmark.Critical), func(s workbookStyles) int { return s.bad }},
		{string(benchmark.High), func(s workbookStyles) int { return s.accepted }},
	}
}

func overdueColours() []colour {
	return []colour{{"OVERDUE", func(s workbookStyles) int { return s.bad }}}
}

// finish writes the rows that were kept, control by control.
func (f *findingsSheet) finish() error {
	r := f.report
	whole := wholeOrganization(r)
	none := Control{Control: &benchmark.Control{ID: dash}}
	var record itemRecord
	for i := range len(r.Controls) + 1 {
		c := &none
		if i < len(r.Controls) {
			c = &r.Controls[i]
		}
		err := f.kept.each(i, func(text []byte) error {
			if err := record.read(text); err != nil {
				return err
			}
			a := whole
			if record.account >= 0 {
				a = &r.Accounts[record.account]
			}
			if err := f.finding(c, a, &record); err != nil {
				return err
			}
			f.book.setPlace(f.name, c.ID, cellPlace{sheet: f.partName(), column: 1, row: f.last})
			return nil
		})
		if err != nil {
			return err
		}
	}
	return f.rowSheet.finish()
}

// finding writes the row of a finding.
func (f *findingsSheet) finding(c *Control, a *Account, r *itemRecord) error {
	form := &f.report.Rendering
	var age any = dash
	if !r.firstSeen.IsZero() {
		age = AgeDays(r.firstSeen, r.at)
	}
	var due time.Time
	if !r.accepted {
		due = form.Due(c.Severity, r.firstSeen)
	}
	overdue := dash
	switch {
	case due.IsZero():
	case r.at.After(due):
		overdue = "OVERDUE"
	default:
		overdue = "no"
	}
	b := f.book
	ageCell, err := b.rowCellOf(age)
	if err != nil {
		return f.in(err)
	}
	dueCell, err := b.rowCellOf(day(due))
	if err != nil {
		return f.in(err)
	}
	f.cells = append(f.cells[:0], textInCell(r.id), textInCell(numberOrDash(c.Number)), textInCell(c.ID), textInCell(string(c.Severity)),
		textInCell(a.ID), textInCell(a.Name), textInCell(a.Unit), textInCell(r.resource), textInCell(r.observed), textInCell(r.expected),
		textInCell(r.status), textInCell(r.mark), b.momentInCell(r.firstSeen), ageCell, textInCell(r.change),
		textInCell(form.Owner(&a.Account)), dueCell, textInCell(overdue), rowCell{}, rowCell{},
		textInCell(r.because), textInCell(r.cause), textInCell(r.code), textInCell(r.file), textInCell(r.pointer),
		textInCell(f.report.Digests[r.file]), b.momentInCell(r.at))
	return f.write(f.cells)
}
