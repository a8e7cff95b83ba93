package report

import (
	"strings"

	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// findingsSheet lists every item of every control, passed ones too, so that an auditor has
// the whole population.
type findingsSheet struct {
	*rowSheet
	controls map[string]*Control
	digests  map[string]string
}

func newFindingsSheet(b *workbook, r *Report) (accountSheet, error) {
	f := &findingsSheet{controls: map[string]*Control{}, digests: r.Digests}
	for i := range r.Controls {
		f.controls[r.Controls[i].ID] = &r.Controls[i]
	}
	s, err := b.newRowSheet(rowSheet{
		name: "Findings", paper: paperA3, frozen: 2, none: "No control was judged.",
		columns: []sheetColumn{
			{title: "Account id", width: 15}, {title: "Account", width: 22, look: wrapped}, {title: "Unit", width: 22, look: wrapped},
			{title: "Number", width: 10}, {title: "Control id", width: 22, look: wrapped}, {title: "Severity", width: 11},
			{title: "Status", width: 15, colours: verdictColours()}, {title: "Mark", width: 20, look: wrapped},
			{title: "Resource", width: 36, look: wrapped}, {title: "Observed", width: 34, look: wrapped}, {title: "Expected", width: 30, look: wrapped}, {title: "Decided by", width: 40, look: wrapped},
			{title: "Evidence file", width: 20, look: wrapped}, {title: "Evidence pointer", width: 26, look: wrapped}, {title: "SHA-256 of the file", width: 36, look: wrapped},
			{title: "Evidence time (UTC)", width: 18}, {title: "Cause or reason", width: 32, look: wrapped}, {title: "Error code", width: 15, look: wrapped},
		},
	})
	if err != nil {
		return nil, err
	}
	f.rowSheet = s
	return f, f.organization(r)
}

// organization writes the items of the controls of organization scope.
func (f *findingsSheet) organization(r *Report) error {
	whole := &Account{Unit: dash}
	whole.ID, whole.Name = organizationRow, r.Organization.ID
	return f.results(whole, r.OrganizationResults)
}

func (f *findingsSheet) add(rows *AccountRows) error { return f.results(rows.Account, rows.Results) }

func (f *findingsSheet) results(a *Account, results []benchmark.Result) error {
	for i := range results {
		result := &results[i]
		if len(result.Items) == 0 {
			// What has no population still has its row: a control that does not apply, or
			// whose evidence could not be read.
			item := benchmark.Item{Resource: dash}
			if err := f.item(a, result, &item, verdictWords(result)); err != nil {
				return err
			}
		}
		for j := range result.Items {
			if err := f.item(a, result, &result.Items[j], statusWords(result, &result.Items[j])); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *findingsSheet) item(a *Account, result *benchmark.Result, item *benchmark.Item, status string) error {
	number, severity := dash, ""
	if c := f.controls[result.Control]; c != nil {
		number, severity = numberOrDash(c.Number), string(c.Severity)
	}
	gap := item.Gap
	if gap == nil && (item.Status == benchmark.NotAssessed || len(result.Items) == 0) {
		gap = result.Gap
	}
	cause, code := result.Reason, ""
	if gap != nil {
		cause, code = gapWords(gap), gap.Code
	}
	mark := ""
	if result.Verdict == benchmark.VerdictFail && item.Status == benchmark.Failed {
		mark = itemMarkWords(item)
	}
	return f.row(a.ID, a.Name, a.Unit, number, result.Control, severity, status, mark,
		item.Resource, item.Observed, item.Expected, strings.Join(item.Because, "\n"), item.Evidence.File, item.Evidence.Pointer, f.digests[item.Evidence.File], result.At, cause, code)
}

// statusWords say the state of an item. A fail carries a mark of its own; the items of a
// manual control are facts for a person, and no more.
func statusWords(result *benchmark.Result, item *benchmark.Item) string {
	switch {
	case item.Status == benchmark.NotAssessed:
		return "not assessed"
	case result.Verdict == benchmark.VerdictManual:
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
