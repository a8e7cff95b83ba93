package report

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"orgaudit/report/benchmark"
)

// TestFindingIDsStay pins the ids, which are the same in every audit and every version.
func TestFindingIDsStay(t *testing.T) {
	result := benchmark.Result{Control: "root-mfa", Account: "000000000012"}
	for _, resource := range []string{"a", "b", "a", strings.Repeat("long", 100)} {
		result.Items = append(result.Items, benchmark.Item{Resource: resource})
	}
	want := []string{"90c324634505d890", "e49df040546fe245", "ecab2d7a71505429", "a8859775c4844f04"}
	if diff := cmp.Diff(want, FindingIDs(&result)); diff != "" {
		t.Error(diff)
	}
	result.Items = result.Items[:1]
	if diff := cmp.Diff(want[:1], FindingIDs(&result)); diff != "" {
		t.Error(diff)
	}
}

func TestFindingsListWhatMustBeMended(t *testing.T) {
	r := sampleReport(12)
	table := sheetTable(t, openWorkbook(t, r), "Findings", 3)
	want := map[string]bool{}
	all := func(results []benchmark.Result) {
		for i := range results {
			if len(results[i].Items) == 0 && results[i].Verdict == benchmark.VerdictNotAssessed {
				want[resultID(&results[i])] = true
			}
			for j, id := range FindingIDs(&results[i]) {
				if s := results[i].Items[j].Status; s == benchmark.NotAssessed || s == benchmark.Failed {
					want[id] = true
				}
			}
		}
	}
	all(r.OrganizationResults)
	for i := range r.Accounts {
		all(sampleRows(r, i).Results)
	}
	place := map[string]int{}
	for i, c := range r.Controls {
		place[c.ID] = i
	}
	before := ""
	for _, row := range table {
		if !want[row["Finding id"]] {
			t.Errorf("a row too many, or twice: %v", row)
		}
		delete(want, row["Finding id"])
		at := fmt.Sprintf("%03d %s", place[row["Control id"]], strings.Replace(row["Account id"], organizationRow, "", 1))
		if at < before {
			t.Errorf("%s stands after %s", at, before)
		}
		before = at
		if row["Status"] == "not assessed" && (row["Due"] != dash || row["Overdue"] != dash || row["First seen (UTC)"] != "" || row["Cause or reason"] == "") {
			t.Errorf("not assessed, and a date or no cause: %v", row)
		}
	}
	if len(want) > 0 {
		t.Errorf("%d findings are missing: %v", len(want), want)
	}
}

// TestFindingsHaveDates: when a finding was first seen, and by when it should be mended.
func TestFindingsHaveDates(t *testing.T) {
	r := sampleReport(3)
	r.Rendering = DefaultRendering()
	each := r.EachAccount
	result := benchmark.Result{Control: "root-mfa", Account: r.Accounts[1].ID, Verdict: benchmark.VerdictFail, Failed: 4, At: sampleStart().Add(time.Hour)}
	for _, resource := range []string{"old", "new", "excepted", "unknown"} {
		result.Items = append(result.Items, benchmark.Item{Resource: resource, Status: benchmark.Failed})
	}
	result.Items[2].Exception = "EX-1"
	ids := FindingIDs(&result)
	lifetimes := map[string]Lifetime{
		ids[0]: {Kind: ChangeStillOpen, FirstSeen: sampleStart().AddDate(0, 0, -100)},
		ids[1]: {Kind: ChangeNew, FirstSeen: sampleStart()},
		ids[2]: {Kind: ChangeStillOpen, FirstSeen: sampleStart().AddDate(0, 0, -100)},
	}
	r.EachAccount = func(ctx context.Context, f func(*AccountRows) error) error {
		return each(ctx, func(rows *AccountRows) error {
			own := *rows
			own.Results, own.Lifetimes = nil, lifetimes
			if rows.Account.ID == result.Account {
				own.Results = []benchmark.Result{result}
			}
			return f(&own)
		})
	}
	rows := func() map[string][]string {
		got := map[string][]string{}
		for _, row := range sheetTable(t, openWorkbook(t, r), "Findings", 3) {
			if row["Account id"] == result.Account {
				got[row["Resource"]] = []string{row["First seen (UTC)"], row["Age in days"], row["Since the last audit"], row["Owner"], row["Due"], row["Overdue"], row["Exception or mitigation"]}
			}
		}
		return got
	}
	owner := r.Accounts[1].Tags["owner"]
	want := map[string][]string{
		"old":      {"2026-06-22 06:15:00", "100", "still open", owner, "2026-06-29", "OVERDUE", ""},
		"new":      {"2026-09-30 06:15:00", "0", "new", owner, "2026-10-07", "no", ""},
		"excepted": {"2026-06-22 06:15:00", "100", "still open", owner, dash, dash, "excepted (EX-1)"},
		"unknown":  {"2026-09-30 07:15:00", "0", notKnown, owner, "2026-10-07", "no", ""},
	}
	if diff := cmp.Diff(want, rows()); diff != "" {
		t.Error(diff)
	}
	lifetimes = nil
	if got, want := rows()["old"], []string{"2026-09-30 07:15:00", "0", noEarlierAudit, owner, "2026-10-07", "no", ""}; !slices.Equal(got, want) {
		t.Errorf("without an earlier audit: %q, want %q", got, want)
	}
	if text := sheetText(t, openWorkbook(t, r), "Findings"); !strings.Contains(text, "No earlier audit was given") {
		t.Error("the sheet does not say that there was no earlier audit")
	}
}

func TestFindingsAreTheAuditorsToFillIn(t *testing.T) {
	f := openWorkbook(t, sampleReport(3))
	lists, err := f.GetDataValidations("Findings")
	if err != nil {
		t.Fatal(err)
	}
	if len(lists) != 1 || !strings.Contains(lists[0].Formula1, "In progress") {
		t.Errorf("drop-down lists %+v", lists)
	}
	for cell, want := range map[string]bool{"A6": false, "H6": false, "S6": true, "T6": true, "U6": false} {
		if got := unlocked(t, f, "Findings", cell); got != want {
			t.Errorf("cell %s unlocked: %v, want %v", cell, got, want)
		}
	}
}
