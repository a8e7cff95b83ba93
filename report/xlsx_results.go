package report

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"orgaudit/report/benchmark"
)

// resultsNote says above the matrix how to read it.
const resultsNote = "Grouped by unit: fold the groups at the left. In the row of a unit stands in how many of its accounts, and of those below it, a control failed (neither excepted nor mitigated). Filter the rows, but do not sort them: Scores finds them by their place."

// inheritedNote says above the matrix what its last columns are.
const inheritedNote = "Inherited: a control of the organization is judged once, in the row of the organization, and every account that is not excluded shows its verdict. It counts once in the organization's score and in no account's."

// noResult stands where there is no verdict.
const noResult = "no result"

// resultsSheet is the sheet Results: a row an account, a column a control. The words of the
// accounts wait for the last one, since the rows stand in the order of the tree.
type resultsSheet struct {
	*rowSheet
	layout resultsLayout
	report *Report
	// words are all that cells say, and said the index of the word of each control of account
	// scope, in the order of the columns, by account.
	words []string
	known map[string]uint8
	said  map[string][]uint8
	// own are the words of the organization's controls, inherited how accounts show them.
	own, inherited []string
}

func newResultsSheet(b *workbook, r *Report) (accountSheet, error) {
	m := &resultsSheet{layout: layResults(r), report: r, known: map[string]uint8{}, said: map[string][]uint8{}}
	columns := []sheetColumn{
		{title: "Id", width: 17}, {title: "Account or unit", width: 28, look: wrapped}, {title: "Unit", width: 34, look: wrapped},
	}
	for _, i := range m.layout.controls {
		c := &r.Controls[i]
		column := sheetColumn{title: numberedID(c), width: 12, look: centred, colours: verdictColours()}
		if c.Scope == benchmark.OrganizationScope {
			column.title, column.width = column.title+" (inherited)", 18
			column.muted, column.colours = true, inheritedColours()
			own, inherited := noResult, noResult
			for j := range r.OrganizationResults {
				if result := &r.OrganizationResults[j]; result.Control == c.ID {
					own, inherited = verdictWords(result), inheritedWords(result)
				}
			}
			m.own, m.inherited = append(m.own, own), append(m.inherited, inherited)
		}
		columns = append(columns, column)
	}
	s, err := b.newRowSheet(rowSheet{
		name: resultsName, title: "Results: every control in every account", paper: paperA3, frozen: 2, turned: true, whole: true,
		lead: m.layout.lead(b, r), columns: columns,
	})
	if err != nil {
		return nil, err
	}
	m.rowSheet = s
	above := false
	if err := b.file.SetSheetProps(resultsName, &excelize.SheetPropsOptions{OutlineSummaryBelow: &above}); err != nil {
		return nil, s.in(err)
	}
	b.unprotected = append(b.unprotected, resultsName)
	for _, i := range m.layout.controls {
		id := r.Controls[i].ID
		b.setPlace(resultsName, id, cellPlace{resultsName, m.layout.column[id], resultsHeader})
	}
	return m, nil
}

// lead are the rows above the header: what each control weighs, and how many accounts show
// which verdict.
func (l *resultsLayout) lead(b *workbook, r *Report) []leadRow {
	s := b.styles
	row := func(label string, style int, value func(c *Control, column string) excelize.Cell) leadRow {
		cells := []any{excelize.Cell{StyleID: s.gridLabel}, excelize.Cell{StyleID: s.gridLabel}, excelize.Cell{StyleID: s.gridLabel, Value: label}}
		for _, i := range l.controls {
			c := &r.Controls[i]
			cell := value(c, columnName(l.column[c.ID]))
			cell.StyleID = style
			cells = append(cells, cell)
		}
		return leadRow{cells, lineHeight}
	}
	note := ""
	if len(l.controls) > l.accountControls {
		note = inheritedNote
	}
	lead := append(b.note(resultsNote, note),
		row("Severity", s.gridWord, func(c *Control, _ string) excelize.Cell { return excelize.Cell{Value: string(c.Severity)} }),
		row("Weight", s.gridCount, func(c *Control, _ string) excelize.Cell {
			cell := excelize.Cell{Value: c.Weight}
			if !c.OwnWeight {
				cell.Formula = weightCell(c.Severity)
			}
			return cell
		}))
	for _, word := range countedWords() {
		lead = append(lead, row(word.word, s.gridCount, func(c *Control, column string) excelize.Cell {
			cells := fmt.Sprintf("%s$%d:%s$%d", column, resultsHeader+1, column, l.last)
			return excelize.Cell{Formula: fmt.Sprintf(`COUNTIF(%s,"%s")`, cells, word.word), Value: word.count(c)}
		}))
	}
	return lead
}

// numberedID heads the column of a control.
func numberedID(c *Control) string { return strings.TrimSpace(c.Number + " " + c.ID) }

// inheritedWords say a verdict of the organization in the row of an account.
func inheritedWords(result *benchmark.Result) string {
	words := verdictWords(result)
	if result.Mark != benchmark.NoMark {
		return strings.TrimSuffix(words, ")") + ", inherited)"
	}
	return words + " (inherited)"
}

// inheritedColours make a fail stand out a little among what is muted.
func inheritedColours() []colour {
	return []colour{{"FAIL", func(s workbookStyles) int { return s.mutedBad }}}
}

// add keeps the words of an account.
func (m *resultsSheet) add(rows *AccountRows) error {
	said := make([]uint8, m.layout.accountControls)
	missing := noResult
	if rows.Account.Outcome == Excluded {
		missing = Excluded
	}
	for i := range said {
		said[i] = m.word(missing)
	}
	for i := range rows.Results {
		if place := m.layout.column[rows.Results[i].Control] - firstControl; place >= 0 && place < m.layout.accountControls {
			said[place] = m.word(verdictWords(&rows.Results[i]))
		}
	}
	m.said[rows.Account.ID] = said
	return nil
}

// word is the number of what a cell says. There are a dozen of them.
func (m *resultsSheet) word(text string) uint8 {
	n, ok := m.known[text]
	if !ok {
		n = uint8(len(m.words))
		m.known[text], m.words = n, append(m.words, text)
	}
	return n
}

// finish writes the rows: the organization, then unit by unit its accounts and the units
// below it.
func (m *resultsSheet) finish() error {
	r := m.report
	values := []any{organizationRow, r.Organization.ID, dash}
	for range m.layout.accountControls {
		values = append(values, dash)
	}
	for _, words := range m.own {
		values = append(values, words)
	}
	if err := m.row(values...); err != nil {
		return err
	}
	for i := range r.Units {
		unit := m.layout.tree.units[i]
		m.level = r.Units[i].Depth
		if err := m.unit(i); err != nil {
			return err
		}
		m.level++
		if err := m.accounts(m.layout.tree.accounts[unit.first:unit.own]); err != nil {
			return err
		}
	}
	m.level = 0
	if err := m.accounts(m.layout.tree.accounts[m.layout.tree.placed:]); err != nil {
		return err
	}
	if err := m.rowSheet.finish(); err != nil {
		return err
	}
	first := cellName(firstControl, resultsHeader+1)
	bad := m.book.styles.bad
	err := m.book.file.SetConditionalFormat(resultsName, first+":"+cellName(m.layout.lastColumn(), m.last), []excelize.ConditionalFormatOptions{
		{Type: "formula", Criteria: fmt.Sprintf("AND(ISNUMBER(%s),%s>0)", first, first), Format: &bad},
	})
	if err != nil {
		return m.in(err)
	}
	return nil
}

// unit writes the row of a unit, with the live count of the fails below it.
func (m *resultsSheet) unit(i int) error {
	r, s := m.report, m.book.styles
	u, unit := &r.Units[i], m.layout.tree.units[i]
	text := func(words string) excelize.Cell { return excelize.Cell{StyleID: s.unitName, Value: cellText(words)} }
	values := []any{text(u.ID), text(u.Name), text(u.Path)}
	for place := range m.layout.accountControls {
		cell := excelize.Cell{StyleID: s.unitCount, Value: 0}
		if unit.end > unit.first {
			for _, account := range m.layout.tree.accounts[unit.first:unit.end] {
				if said := m.said[r.Accounts[account].ID]; said != nil && m.words[said[place]] == openFail {
					cell.Value = cell.Value.(int) + 1
				}
			}
			column := firstControl + place
			last := m.layout.accountRow[m.layout.tree.accounts[unit.end-1]]
			cell.Formula = fmt.Sprintf(`COUNTIF(%s:%s,"%s")`, cellName(column, m.layout.unitRow[i]+1), cellName(column, last), openFail)
		}
		values = append(values, cell)
	}
	for range m.own {
		values = append(values, excelize.Cell{StyleID: s.unitName})
	}
	return m.row(values...)
}

func (m *resultsSheet) accounts(accounts []int) error {
	for _, i := range accounts {
		a := &m.report.Accounts[i]
		values := []any{a.ID, a.Name, a.Unit}
		said := m.said[a.ID]
		for place := range m.layout.accountControls {
			if said == nil {
				values = append(values, noResult)
			} else {
				values = append(values, m.words[said[place]])
			}
		}
		for _, words := range m.inherited {
			if a.Outcome == Excluded {
				words = Excluded
			}
			values = append(values, words)
		}
		if err := m.row(values...); err != nil {
			return err
		}
	}
	return nil
}
