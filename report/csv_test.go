package report

import (
	"bytes"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/report/benchmark"
)

func TestCSVText(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"payments", "payments"},
		{"=1+1", "'=1+1"},
		{"+41 79 000 00 00", "'+41 79 000 00 00"},
		{"-2", "'-2"},
		{"@SUM(A1)", "'@SUM(A1)"},
		{" =1+1", "' =1+1"},
		{"＝1+1", "'＝1+1"},
		{"\t=1+1", `\x09=1+1`},
		{"\r=1+1", `\x0d=1+1`},
		{"two\nlines", `two\nlines`},
		{"'quoted'", "''quoted'"},
		{"a-b=c", "a-b=c"},
		{"a;=1+1", `a\x3b=1+1`},
		{`a; "=1+1`, `a\x3b "=1+1`},
		{"a; b", "a; b"},
		{"bell\x07", `bell\x07`},
		{"bad \xff byte", `bad \xff byte`},
		{"right\u202eleft", `right\u202eleft`},
		{"Łódź", "Łódź"},
	} {
		got := csvText(c.text)
		if got != c.want {
			t.Errorf("%q becomes %q, want %q", c.text, got, c.want)
		}
		// Who takes one apostrophe away has the text as it was, but for what became visible.
		if back := strings.TrimPrefix(got, "'"); !strings.Contains(c.want, `\`) && back != c.text {
			t.Errorf("%q comes back as %q", c.text, back)
		}
	}
}

// csvRecords reads a CSV file into a map a record.
func csvRecords(t testing.TB, text []byte) []map[string]string {
	t.Helper()
	records, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// TestCSVReconciles: the files hold what the report counts, one record a line.
func TestCSVReconciles(t *testing.T) {
	r := sampleReport(30)
	r.Rendering = DefaultRendering()
	findings, results := written(t, "findings.csv", r), written(t, "results.csv", r)
	type count struct{ Passed, Failed, NotAssessed, NotApplicable, Manual int }
	got, want := map[string]count{}, map[string]count{}
	for _, c := range r.Controls {
		want[c.ID] = count{c.Passed, c.Failed, c.NotAssessed, c.NotApplicable, c.Manual}
	}
	for _, row := range csvRecords(t, results) {
		n := got[row["control"]]
		switch benchmark.Verdict(row["verdict"]) {
		case benchmark.VerdictPass:
			n.Passed++
		case benchmark.VerdictFail:
			n.Failed++
		case benchmark.VerdictNotAssessed:
			n.NotAssessed++
			if row["cause"] == "" {
				t.Errorf("%s in %s is not assessed without a cause", row["control"], row["account_id"])
			}
		case benchmark.VerdictNotApplicable:
			n.NotApplicable++
		case benchmark.VerdictManual:
			n.Manual++
		}
		got[row["control"]] = n
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("results.csv (-report +file):\n%s", diff)
	}

	ids, failed, accounted := map[string]bool{}, 0, 0
	rows := csvRecords(t, findings)
	for _, row := range rows {
		if ids[row["finding_id"]] {
			t.Errorf("the id %s stands twice", row["finding_id"])
		}
		ids[row["finding_id"]] = true
		open := row["status"] == "fail"
		if open {
			failed++
		}
		if row["mark"] != "" {
			accounted++
		}
		if (row["due"] != "") != (open && row["mark"] == "") || (row["first_seen"] != "") != open || (row["age_days"] != "") != open {
			t.Errorf("%s (%s) has first seen %q, age %q, due %q", row["finding_id"], row["status"], row["first_seen"], row["age_days"], row["due"])
		}
		if row["mark"] != "" && (row["exception"] == "") == (row["mitigation"] == "") {
			t.Errorf("%s is %s by exception %q and mitigation %q", row["finding_id"], row["mark"], row["exception"], row["mitigation"])
		}
	}
	items := 0
	for _, c := range r.Controls {
		items += c.ItemsFailed
	}
	if accounted == 0 {
		t.Error("no exception and no policy accounts for a fail")
	}
	if failed != items {
		t.Errorf("findings.csv has %d fails, the report counts %d", failed, items)
	}
	if lines := bytes.Count(findings, []byte("\n")); lines != len(rows)+1 {
		t.Errorf("%d lines hold %d records and a header", lines, len(rows))
	}
}

// TestCSVOfLifetimes: a finding that an earlier audit knew has its first sight from there.
func TestCSVOfLifetimes(t *testing.T) {
	r := sampleReport(1)
	r.Rendering = DefaultRendering()
	var id string
	for _, row := range csvRecords(t, written(t, "findings.csv", r)) {
		if row["account_id"] == "" && row["status"] == "fail" {
			id = row["finding_id"]
		}
	}
	seen := sampleStart().AddDate(0, -3, 0)
	r.Lifetimes = map[string]Lifetime{id: {Kind: ChangeStillOpen, FirstSeen: seen}}
	for _, row := range csvRecords(t, written(t, "findings.csv", r)) {
		if row["finding_id"] != id {
			continue
		}
		due := r.Rendering.Due(benchmark.Severity(row["severity"]), seen).Format("2006-01-02T15:04:05Z")
		want := [3]string{"2026-06-30T06:15:00Z", "92", due}
		if got := [3]string{row["first_seen"], row["age_days"], row["due"]}; got != want {
			t.Errorf("first seen, age and due are %v, want %v", got, want)
		}
		return
	}
	t.Fatalf("no failed item of the organization (%q)", id)
}

// TestLibreOfficeSeesNoFormula: LibreOffice, told to evaluate formulas and to take commas,
// tabs or semicolons for the ends of fields, finds none.
func TestLibreOfficeSeesNoFormula(t *testing.T) {
	if testing.Short() {
		t.Skip("LibreOffice takes some seconds")
	}
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed")
	}
	r := sampleReport(13)
	r.Accounts[0].Name, r.Accounts[1].Name, r.Accounts[2].Name = "a;=1+1", "\t=1+1", " =1+1"
	r.Rendering = DefaultRendering()
	dir := t.TempDir()
	for i, separators := range []string{"44", "59", "44/59/9"} {
		name := "findings" + strconv.Itoa(i)
		if err := os.WriteFile(filepath.Join(dir, name+".csv"), written(t, "findings.csv", r), 0o600); err != nil {
			t.Fatal(err)
		}
		// Token 13 of the filter's options evaluates formulas ("CSV Filter Parameters", LibreOffice Help).
		command := exec.CommandContext(t.Context(), soffice, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"),
			"--headless", "--infilter=CSV:"+separators+",34,76,1,,0,false,false,false,false,false,-1,true", "--convert-to", "fods",
			"--outdir", dir, filepath.Join(dir, name+".csv"))
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("open: %v\n%s", err, out)
		}
		sheet, err := os.ReadFile(filepath.Join(dir, name+".fods"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(sheet, []byte("HYPERLINK")) {
			t.Error("the names that begin like formulas are not in the sheet")
		}
		if at := bytes.Index(sheet, []byte("table:formula")); at >= 0 {
			t.Errorf("with %s between fields there is a formula: %s", separators, sheet[max(at-100, 0):min(at+200, len(sheet))])
		}
	}
}
