package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"orgaudit/report/benchmark"
)

func TestResultsSayEveryVerdict(t *testing.T) {
	r := sampleReport(30)
	table := map[string]map[string]string{}
	for _, row := range sheetTable(t, openWorkbook(t, r), resultsName, resultsHeader-titleRows) {
		table[row["Id"]] = row
	}
	if want := 1 + len(r.Units) + len(r.Accounts); len(table) != want {
		t.Fatalf("%d rows, want %d", len(table), want)
	}
	words := map[string]int{}
	for i := range r.Accounts {
		a := &r.Accounts[i]
		for title, text := range table[a.ID] {
			switch title {
			case "Id", "Account or unit", "Unit":
			default:
				words[text]++
			}
		}
		if row := table[a.ID]; a.Outcome == Excluded && (row["1.4 root-mfa"] != "excluded" || row["1.22 guardrails (inherited)"] != "excluded") {
			t.Errorf("excluded account shows %v", row)
		}
		for _, result := range sampleRows(r, i).Results {
			for j := range r.Controls {
				c := &r.Controls[j]
				if got, want := table[a.ID][numberedID(c)], verdictWords(&result); c.ID == result.Control && got != want {
					t.Errorf("account %d: %s is %q, want %q", i, c.ID, got, want)
				}
			}
		}
	}
	for _, want := range []string{"pass", "FAIL", "FAIL (excepted)", "FAIL (mitigated)", "n/a", "manual", "not assessed", "pass (inherited)", "excluded"} {
		if words[want] == 0 {
			t.Errorf("no cell says %q; there are %v", want, words)
		}
		delete(words, want)
	}
	delete(words, "FAIL (inherited)")
	if len(words) > 0 {
		t.Errorf("unexpected words: %v", words)
	}
	organization := table[organizationRow]
	for i := range r.OrganizationResults {
		result := &r.OrganizationResults[i]
		for j := range r.Controls {
			if c := &r.Controls[j]; c.ID == result.Control && organization[numberedID(c)+" (inherited)"] != verdictWords(result) {
				t.Errorf("the organization shows %v", organization)
			}
		}
	}
	if organization["1.4 root-mfa"] != dash {
		t.Errorf("the organization has a verdict of accounts: %v", organization)
	}
}

// The rows of a unit follow its own row, one level deeper, and those of the units below it too.
func TestResultsAreGroupedByUnit(t *testing.T) {
	r := sampleReport(30)
	workbook := workbookBytes(t, r, sheetRowLimit)
	f := openBytes(t, workbook)
	part := fmt.Sprintf("xl/worksheets/sheet%d.xml", slices.Index(f.GetSheetList(), resultsName)+1)
	if head, _, _ := strings.Cut(partText(t, workbook, part), "<sheetData>"); !strings.Contains(head, `outlineLevelRow="4"`) || !strings.Contains(head, `summaryBelow="false"`) {
		t.Errorf("the sheet does not tell of its outline: %s", head)
	}
	rows, err := f.GetRows(resultsName)
	if err != nil {
		t.Fatal(err)
	}
	paths := map[string]*Unit{}
	for i := range r.Units {
		paths[r.Units[i].ID] = &r.Units[i]
	}
	var above []*Unit
	for y := resultsHeader + 1; y < len(rows); y++ {
		level, err := f.GetRowOutlineLevel(resultsName, y+1)
		if err != nil {
			t.Fatal(err)
		}
		if unit := paths[rows[y][0]]; unit != nil {
			above = append(above[:unit.Depth], unit)
			if int(level) != unit.Depth {
				t.Errorf("unit %s is at level %d, want %d", unit.Path, level, unit.Depth)
			}
			continue
		}
		if unit := above[len(above)-1]; rows[y][2] != cellText(unit.Path) || int(level) != unit.Depth+1 {
			t.Errorf("account %s of %s stands at level %d below %s", rows[y][0], rows[y][2], level, unit.Path)
		}
	}
	layout := layResults(r)
	for i := range r.Units {
		want := map[string]int{}
		for j := range r.Accounts {
			for _, result := range sampleRows(r, j).Results {
				if strings.HasPrefix(r.Accounts[j].Unit+" / ", r.Units[i].Path+" / ") && verdictWords(&result) == openFail {
					want[result.Control]++
				}
			}
		}
		for _, c := range layout.controls[:layout.accountControls] {
			id := r.Controls[c].ID
			cell := cellName(layout.column[id], layout.unitRow[i])
			if got, err := f.CalcCellValue(resultsName, cell); err != nil || !strings.HasPrefix(got, fmt.Sprintf("%d", want[id])) && !(got == dash && want[id] == 0) {
				t.Errorf("unit %s: %s failed %s times, want %d: %v", r.Units[i].Path, id, got, want[id], err)
			}
		}
	}
}

func TestOverallVerdict(t *testing.T) {
	for _, test := range []struct {
		name    string
		control Control
		want    string
	}{
		{"a fail", Control{Passed: 9, Failed: 3, Excepted: 1, Mitigated: 1, NotAssessed: 4}, "FAIL"},
		{"unknown beside accepted fails", Control{Passed: 9, Failed: 2, Excepted: 1, Mitigated: 1, NotAssessed: 1}, "not assessed in full"},
		{"accepted fails alone", Control{Passed: 9, Failed: 2, Excepted: 1, Mitigated: 1}, "FAIL (excepted or mitigated)"},
		{"all passed", Control{Passed: 9, NotApplicable: 3, Manual: 1}, "pass"},
		{"for a person", Control{NotApplicable: 3, Manual: 1}, "manual"},
		{"nowhere", Control{NotApplicable: 3}, "n/a"},
		{"no accounts", Control{}, "no result"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := sampleReport(1)
			control := r.Controls[0].Control
			test.control.Control = control
			r.Controls[0] = test.control
			f := openWorkbook(t, r)
			if got := sheetTable(t, f, leadName, 2)[0]["Result"]; got != test.want {
				t.Errorf("result %q, want %q", got, test.want)
			}
		})
	}
}

func TestLeadSheetLinksAndInput(t *testing.T) {
	r := sampleReport(12)
	f := openWorkbook(t, r)
	layout := layResults(r)
	for i := range r.Controls {
		row := titleRows + 3 + i
		linked, to, err := f.GetCellHyperLink(leadName, cellName(leadLinkResults, row))
		if err != nil || !linked {
			t.Fatalf("control %s has no link: %v", r.Controls[i].ID, err)
		}
		if want := fmt.Sprintf("'Results'!%s", cellName(layout.column[r.Controls[i].ID], resultsHeader)); to != want {
			t.Errorf("control %s leads to %s, want %s", r.Controls[i].ID, to, want)
		}
		title := numberedID(&r.Controls[i])
		if r.Controls[i].Scope == benchmark.OrganizationScope {
			title += " (inherited)"
		}
		if got := cellValue(t, f, resultsName, cellName(layout.column[r.Controls[i].ID], resultsHeader)); got != title {
			t.Errorf("the link of %s leads to the column of %q", r.Controls[i].ID, got)
		}
		for column, name := range map[int]string{leadLinkFindings: "Findings", leadLinkSamples: "Samples"} {
			linked, to, err := f.GetCellHyperLink(leadName, cellName(column, row))
			if text := cellValue(t, f, leadName, cellName(column, row)); err != nil || linked != (text == name) {
				t.Errorf("control %s: %q has a link: %v, %v", r.Controls[i].ID, text, linked, err)
			}
			if !linked {
				continue
			}
			y, err := strconv.Atoi(strings.TrimPrefix(to, "'"+name+"'!A"))
			if err != nil {
				t.Fatal(err)
			}
			rows, err := f.GetRows(name)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(rows[y-1], r.Controls[i].ID) || slices.Contains(rows[y-2], r.Controls[i].ID) {
				t.Errorf("the link of %s leads to %s, which is not its first row", r.Controls[i].ID, to)
			}
		}
		if !unlocked(t, f, leadName, cellName(7, row)) {
			t.Errorf("the conclusion of %s is locked", r.Controls[i].ID)
		}
	}
}
