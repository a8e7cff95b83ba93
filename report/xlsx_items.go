package report

import (
	"fmt"
	"strings"
	"time"

	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// itemSheets are the sheets that are made from the items of controls: Findings, which must be
// mended, control by control; Tested items, which are all of them, account by account; and
// Samples, drawn from these. Each stands in its own place in the workbook, and one pass over
// the items fills them.
type itemSheets struct {
	report *Report
	// controls are the indices in Report.Controls by id. What is of no control of the
	// benchmark has the one behind the last.
	controls map[string]int
	accounts map[string]int // indices in Report.Accounts by id
	tested   *testedSheet
	findings *findingsSheet
	samples  *samplesSheet
	// ids and text are used again for each result.
	ids  []string
	text []byte
}

func (s *itemSheets) beginFindings(b *workbook, r *Report) (_ accountSheet, err error) {
	s.report = r
	s.controls, s.accounts = make(map[string]int, len(r.Controls)), make(map[string]int, len(r.Accounts))
	for i := range r.Controls {
		s.controls[r.Controls[i].ID] = i
	}
	for i := range r.Accounts {
		s.accounts[r.Accounts[i].ID] = i
	}
	s.findings, err = newFindingsSheet(b, r)
	return nil, err
}

func (s *itemSheets) beginTested(b *workbook, r *Report) (_ accountSheet, err error) {
	s.tested, err = newTestedSheet(b, r)
	return nil, err
}

// beginSamples makes the last of the sheets, and writes the items of the controls of
// organization scope.
func (s *itemSheets) beginSamples(b *workbook, r *Report) (_ accountSheet, err error) {
	if s.samples, err = newSamplesSheet(b, r); err != nil {
		return nil, err
	}
	return s, s.results(wholeOrganization(r), -1, r.OrganizationResults, r.Lifetimes)
}

// wholeOrganization stands in place of an account where a row is about the organization.
func wholeOrganization(r *Report) *Account {
	whole := &Account{Unit: dash}
	whole.ID, whole.Name = organizationRow, r.Organization.ID
	return whole
}

func (s *itemSheets) add(rows *AccountRows) error {
	return s.results(rows.Account, s.accounts[rows.Account.ID], rows.Results, rows.Lifetimes)
}

func (s *itemSheets) results(a *Account, account int, results []benchmark.Result, lifetimes map[string]Lifetime) error {
	for i := range results {
		result := &results[i]
		control, ok := s.controls[result.Control]
		if !ok {
			control = len(s.report.Controls)
		}
		if len(result.Items) == 0 {
			// What has no population still has its row: a control that does not apply, or
			// whose evidence could not be read.
			item := benchmark.Item{Resource: dash}
			record := newItemRecord(account, resultID(result), result, &item, verdictWords(result))
			if err := s.tested.add(a, control, result.Control, &record); err != nil {
				return err
			}
			if result.Verdict == benchmark.VerdictNotAssessed {
				if err := s.keep(control, &record, result, nil); err != nil {
					return err
				}
			}
		}
		s.ids = appendFindingIDs(s.ids[:0], result)
		for j := range result.Items {
			item := &result.Items[j]
			record := newItemRecord(account, s.ids[j], result, item, statusWords(result, item))
			if err := s.tested.add(a, control, result.Control, &record); err != nil {
				return err
			}
			if err := s.samples.offer(control, &record); err != nil {
				return err
			}
			if item.Status == benchmark.NotAssessed || item.Status == benchmark.Failed && result.Verdict != benchmark.VerdictManual {
				if err := s.keep(control, &record, result, lifetimes); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// keep keeps what must be mended for the sheet Findings.
func (s *itemSheets) keep(control int, record *itemRecord, result *benchmark.Result, lifetimes map[string]Lifetime) error {
	record.firstSeen, record.change = time.Time{}, dash
	if strings.HasPrefix(record.status, "FAIL") {
		// Without an earlier audit nobody knows better than that it is open now.
		record.firstSeen, record.change = result.At, noEarlierAudit
		if lifetimes != nil {
			record.change = notKnown
		}
		if l, known := lifetimes[record.id]; known {
			record.firstSeen, record.change = l.FirstSeen, string(l.Kind)
		}
	}
	s.text = record.append(s.text[:0])
	return s.findings.kept.put(control, s.text)
}

// noEarlierAudit stands where nobody knows what became of a finding.
const noEarlierAudit = "no earlier audit"

func (s *itemSheets) finish() error {
	if err := s.tested.finish(); err != nil {
		return err
	}
	if err := s.findings.finish(); err != nil {
		return err
	}
	if err := s.samples.finish(); err != nil {
		return err
	}
	return nil
}

// newItemRecord gathers what stands in a row about an item.
func newItemRecord(account int, id string, result *benchmark.Result, item *benchmark.Item, status string) itemRecord {
	gap := item.Gap
	if gap == nil && (item.Status == benchmark.NotAssessed || len(result.Items) == 0) {
		gap = result.Gap
	}
	record := itemRecord{
		account: account, id: id, resource: item.Resource, status: status, observed: item.Observed, expected: item.Expected,
		because: strings.Join(item.Because, "\n"), file: item.Evidence.File, pointer: item.Evidence.Pointer, cause: result.Reason, at: result.At,
	}
	if gap != nil {
		record.cause, record.code = gapWords(gap), gap.Code
	}
	if result.Verdict == benchmark.VerdictFail && item.Status == benchmark.Failed {
		record.mark, record.accepted = itemMarkWords(item), itemMark(item) != benchmark.NoMark
	}
	return record
}

// statusWords say the state of an item. A fail carries a mark of its own; the items of a
// manual control are facts for a person, and no more, and so is a fact among items that were
// judged.
func statusWords(result *benchmark.Result, item *benchmark.Item) string {
	switch {
	case item.Status == benchmark.NotAssessed:
		return "not assessed"
	case result.Verdict == benchmark.VerdictManual, item.Status == benchmark.Fact:
		return "manual"
	case item.Status == benchmark.Failed:
		return "FAIL" + markWords(itemMark(item))
	default:
		return "pass"
	}
}

// gapWords say why something could not be read, and where.
func gapWords(g *org.Gap) string {
	words := g.Cause.Words() + ": section " + string(g.Section)
	if g.Region != "" {
		words += " in " + g.Region
	}
	if g.Subject != "" {
		words += ", " + g.Subject
	}
	return words
}

// testedSheet is the sheet Tested items: every item of every control, passed ones too, so that
// each verdict can be performed again.
type testedSheet struct {
	*rowSheet
	numbers []string // of the controls
}

func newTestedSheet(b *workbook, r *Report) (*testedSheet, error) {
	t := &testedSheet{}
	for i := range r.Controls {
		t.numbers = append(t.numbers, numberOrDash(r.Controls[i].Number))
	}
	t.numbers = append(t.numbers, dash)
	var err error
	t.rowSheet, err = b.newRowSheet(rowSheet{
		name: "Tested items", paper: paperA3, frozen: 2, none: "No control was judged.",
		lead: b.note("Every item of every control in every account, passed ones too, as judged: the population of the tests. A control without items in an account has one row with its reason."),
		columns: []sheetColumn{
			{title: "Item id", width: 17}, {title: "Account id", width: 14}, {title: "Account", width: 22, look: wrapped},
			{title: "Number", width: 9}, {title: "Control id", width: 24, look: wrapped},
			{title: "Status", width: 15, colours: verdictColours()}, {title: "Exception or mitigation", width: 20, look: wrapped},
			{title: "Resource", width: 36, look: wrapped}, {title: "Observed", width: 34, look: wrapped}, {title: "Expected", width: 30, look: wrapped}, {title: "Decided by", width: 36, look: wrapped},
			{title: "Evidence file", width: 21, look: wrapped}, {title: "Evidence pointer", width: 26, look: wrapped}, {title: "Evidence time (UTC)", width: 18},
			{title: "Cause or reason", width: 32, look: wrapped}, {title: "Error code", width: 15, look: wrapped},
		},
	})
	return t, err
}

// add writes an item and keeps its place in the record.
func (t *testedSheet) add(a *Account, control int, id string, r *itemRecord) error {
	t.cells = append(t.cells[:0], textInCell(r.id), textInCell(a.ID), textInCell(a.Name), textInCell(t.numbers[control]), textInCell(id),
		textInCell(r.status), textInCell(r.mark), textInCell(r.resource), textInCell(r.observed), textInCell(r.expected), textInCell(r.because),
		textInCell(r.file), textInCell(r.pointer), t.book.momentInCell(r.at), textInCell(r.cause), textInCell(r.code))
	err := t.write(t.cells)
	r.part, r.row = t.part, t.last
	return err
}

// testedPlace is where an item stands in the sheet Tested items.
func testedPlace(r *itemRecord) cellPlace {
	name := "Tested items"
	if r.part > 1 {
		name = fmt.Sprintf("%s (%d)", name, r.part)
	}
	return cellPlace{sheet: name, column: 1, row: r.row}
}
