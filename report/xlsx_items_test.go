package report

import (
	"strings"
	"testing"

	"orgaudit/report/benchmark"
)

// TestFactIsNoPassedItem: what a person must judge stands as manual beside items that were
// judged, in the workbook as in the formats for programs.
func TestFactIsNoPassedItem(t *testing.T) {
	result := &benchmark.Result{
		Control: "org-service-delegation", Verdict: benchmark.VerdictFail, Population: 4, Passed: 1, Failed: 1, NotAssessed: 1,
		Items: []benchmark.Item{
			{Resource: "ram.amazonaws.com", Status: benchmark.Fact}, {Resource: "guardduty.amazonaws.com", Status: benchmark.Failed},
			{Resource: "config.amazonaws.com", Status: benchmark.Passed}, {Resource: "sso.amazonaws.com", Status: benchmark.NotAssessed},
		},
	}
	want := []string{"manual", "FAIL", "pass", "not assessed"}
	for i := range result.Items {
		item := &result.Items[i]
		words := statusWords(result, item)
		listed := &listedItem{listedResult: &listedResult{Result: result}, Item: item}
		if words != want[i] || strings.ToLower(words) != strings.ReplaceAll(listed.status(), "_", " ") {
			t.Errorf("%s is %q in the workbook and %q for programs, want %q", item.Resource, words, listed.status(), want[i])
		}
	}
}

// TestFactsInTestedItems: the sheet shows as passed only what the control counts as passed.
func TestFactsInTestedItems(t *testing.T) {
	r := sampleReport(3)
	r.OrganizationResults = []benchmark.Result{{
		Control: r.OrganizationResults[0].Control, Verdict: benchmark.VerdictFail, Population: 3, Passed: 1, Failed: 1,
		Items: []benchmark.Item{
			{Resource: "ram.amazonaws.com", Status: benchmark.Fact}, {Resource: "guardduty.amazonaws.com", Status: benchmark.Failed},
			{Resource: "config.amazonaws.com", Status: benchmark.Passed},
		},
	}}
	got := map[string]int{}
	for _, row := range sheetTable(t, openWorkbook(t, r), "Tested items", 2) {
		if row["Account id"] == organizationRow {
			got[row["Status"]]++
		}
	}
	if got["pass"] != 1 || got["FAIL"] != 1 || got["manual"] != 1 {
		t.Errorf("the organization's items are %v", got)
	}
}
