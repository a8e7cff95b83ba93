package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"orgaudit/report/benchmark"
)

// scoreRow is a row of Scores: the figures in their order, a dash where there is none.
type scoreRow struct {
	Grade, Capped string
	Figures       [11]string
}

// scoresByHand judges the score of every account, unit and the organization anew, from the
// results alone, under these weights.
func scoresByHand(r *Report, weights benchmark.Weights) map[string]scoreRow {
	controls := map[string]*Control{}
	for i := range r.Controls {
		controls[r.Controls[i].ID] = &r.Controls[i]
	}
	tally := func(results []benchmark.Result) (t benchmark.Tally) {
		for i := range results {
			c := controls[results[i].Control]
			weight := weights[c.Severity]
			if c.OwnWeight {
				weight = c.Weight
			}
			t.Add(results[i].Verdict, results[i].Mark, c.Severity, weight)
		}
		return t
	}
	row := func(t benchmark.Tally, members []*float64) scoreRow {
		s := t.Score()
		var scored []float64
		for _, raw := range members {
			if raw != nil {
				scored = append(scored, *raw)
			}
		}
		var mean, lowest *float64
		if len(scored) > 0 {
			var sum float64
			for _, raw := range scored {
				sum += raw / float64(len(scored))
			}
			least := slices.Min(scored)
			mean, lowest = &sum, &least
		}
		text := scoreRow{Grade: s.Grade, Capped: map[bool]string{true: "yes", false: "no"}[s.Capped]}
		for i, figure := range []*float64{s.Raw, s.Adjusted, s.Low, s.High, s.Coverage, mean, lowest} {
			text.Figures[i] = dash
			if figure != nil {
				text.Figures[i] = fmt.Sprintf("%.6f", *figure)
			}
		}
		for i, sum := range []int{t.Passed, t.Failed - t.Accepted, t.Accepted, t.NotAssessed} {
			text.Figures[7+i] = fmt.Sprintf("%.6f", float64(sum))
		}
		return text
	}
	rows := map[string]scoreRow{}
	own := tally(r.OrganizationResults)
	rows["own controls "+r.Organization.ID] = row(own, nil)
	all := own
	var members []*float64
	inUnit := make([][]*float64, len(r.Units))
	units := make([]benchmark.Tally, len(r.Units))
	for i := range r.Accounts {
		t := tally(sampleRows(r, i).Results)
		rows["account "+r.Accounts[i].ID] = row(t, nil)
		raw := t.Score().Raw
		all, members = all.Plus(t), append(members, raw)
		for u := range r.Units {
			if slices.Contains(r.Accounts[i].Path, r.Units[u].ID) {
				units[u], inUnit[u] = units[u].Plus(t), append(inUnit[u], raw)
			}
		}
	}
	rows["organization "+r.Organization.ID] = row(all, members)
	for u := range r.Units {
		rows["unit "+r.Units[u].ID] = row(units[u], inUnit[u])
	}
	return rows
}

// scoresOf reads the rows of Scores.
func scoresOf(t *testing.T, table [][]string) map[string]scoreRow {
	t.Helper()
	rows := map[string]scoreRow{}
	for _, cells := range table[scoresHeader:] {
		row := scoreRow{Grade: cells[gradeColumn-1], Capped: cells[cappedColumn-1]}
		for i := range row.Figures {
			text := cells[rawColumn-1+i]
			if text != dash {
				figure, err := strconv.ParseFloat(text, 64)
				if err != nil {
					t.Fatalf("row of %s: %v", cells[1], err)
				}
				text = fmt.Sprintf("%.6f", math.Abs(figure))
			}
			row.Figures[i] = text
		}
		rows[cells[0]+" "+cells[1]] = row
	}
	return rows
}

// scoredReport has excepted, mitigated, not assessed, manual and excluded ones, and a control
// with a weight of its own.
func scoredReport() *Report {
	r := sampleReport(30)
	r.Controls[3].OwnWeight = true
	return r
}

// reweighed changes the weights on the sheet, as an auditor does.
func reweighed(t *testing.T, workbook []byte, weights benchmark.Weights) []byte {
	t.Helper()
	f := openBytes(t, workbook)
	for severity, weight := range weights {
		sheet, cell, _ := strings.Cut(weightCell(severity), "!")
		if !unlocked(t, f, sheet, strings.ReplaceAll(cell, "$", "")) {
			t.Errorf("the weight in cell %s is locked", cell)
		}
		if err := f.SetCellInt(sheet, strings.ReplaceAll(cell, "$", ""), int64(weight)); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func otherWeights() benchmark.Weights {
	return benchmark.Weights{benchmark.Critical: 3, benchmark.High: 11, benchmark.Medium: 2, benchmark.Low: 0}
}

func TestScoresBringTheirValues(t *testing.T) {
	r := scoredReport()
	f := openWorkbook(t, r)
	rows, err := f.GetRows(scoresName, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	want := scoresByHand(r, r.Weights)
	if diff := cmp.Diff(want, scoresOf(t, rows)); diff != "" {
		t.Error(diff)
	}
	dashes, caps := 0, 0
	for _, row := range want {
		if row.Grade == dash {
			dashes++
		}
		if row.Capped == "yes" {
			caps++
		}
	}
	if dashes < 3 || caps < 3 {
		t.Errorf("%d scores are a dash and %d are capped, so this tests little", dashes, caps)
	}
	for y, row := range rows[scoresHeader:] {
		for x := gradeColumn; x <= criticalColumn; x++ {
			formula, err := f.GetCellFormula(scoresName, cellName(x, scoresHeader+1+y))
			if err != nil {
				t.Fatal(err)
			}
			pooled := row[0] == "organization" || row[0] == "unit"
			empty := row[0] == "unit" && (x >= passedColumn || x == meanColumn || x == lowestColumn) && row[criticalColumn-1] == "0" && row[coverageColumn-1] == dash
			if formula == "" && !empty && (pooled || x != meanColumn && x != lowestColumn) {
				t.Errorf("%s %s: cell %s is no live formula", row[0], row[1], cellName(x, scoresHeader+1+y))
			}
		}
	}
}

func TestScoresFollowTheWeights(t *testing.T) {
	r := scoredReport()
	for _, weights := range []benchmark.Weights{r.Weights, otherWeights()} {
		t.Run(fmt.Sprint(weights[benchmark.Critical]), func(t *testing.T) {
			f := openBytes(t, reweighed(t, workbookBytes(t, r, sheetRowLimit), weights))
			rows, err := f.GetRows(scoresName, excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			for y := scoresHeader; y < len(rows); y++ {
				for x := gradeColumn; x <= criticalColumn; x++ {
					rows[y][x-1], err = f.CalcCellValue(scoresName, cellName(x, y+1), excelize.Options{RawCellValue: true})
					if err != nil {
						t.Fatal(err)
					}
				}
			}
			if diff := cmp.Diff(scoresByHand(r, weights), scoresOf(t, rows)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// LibreOffice has nothing but the formulas, and finds the scores of the report, the counts of
// Results and those of the lead sheet; and other scores where a weight is another.
func TestLibreOfficeFindsTheScores(t *testing.T) {
	if testing.Short() {
		t.Skip("LibreOffice takes some seconds")
	}
	dir := t.TempDir()
	convert := libreOffice(t, dir)
	// All sheets, and numbers in full.
	const format = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
	r := scoredReport()
	workbook := workbookBytes(t, r, sheetRowLimit)
	convert("reported", withoutValues(t, workbook), format)
	convert("reweighed", withoutValues(t, reweighed(t, workbook, otherWeights())), format)
	sheet := func(name string) [][]string {
		t.Helper()
		file, err := os.Open(filepath.Join(dir, name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		reader := csv.NewReader(file)
		reader.FieldsPerRecord = -1
		rows, err := reader.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	if diff := cmp.Diff(scoresByHand(r, r.Weights), scoresOf(t, sheet("reported-Scores"))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(scoresByHand(r, otherWeights()), scoresOf(t, sheet("reweighed-Scores"))); diff != "" {
		t.Error(diff)
	}
	f := openBytes(t, workbook)
	for _, name := range []string{resultsName, leadName} {
		brought, err := f.GetRows(name, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		calculated := sheet("reported-" + name)
		formulas := 0
		for y, row := range brought {
			for x, text := range row {
				if formula, err := f.GetCellFormula(name, cellName(x+1, y+1)); err != nil || formula == "" {
					continue
				}
				formulas++
				if got := calculated[y][x]; got != text {
					t.Errorf("%s!%s is calculated to %q, but says %q", name, cellName(x+1, y+1), got, text)
				}
			}
		}
		if formulas < 5*len(r.Controls) {
			t.Errorf("sheet %s has %d formulas", name, formulas)
		}
	}
}

func TestAccountTree(t *testing.T) {
	r := sampleReport(30)
	r.Accounts[4].Path = nil
	tree := newAccountTree(r)
	if got := slices.Sorted(slices.Values(tree.accounts)); len(slices.Compact(got)) != len(r.Accounts) {
		t.Errorf("accounts %v are not each of %d once", got, len(r.Accounts))
	}
	if tree.placed != 29 || tree.accounts[29] != 4 {
		t.Errorf("the account without a place is not the last of %v", tree.accounts)
	}
	for i := range r.Units {
		want := map[string]bool{}
		for _, a := range r.Accounts {
			if slices.Contains(a.Path, r.Units[i].ID) {
				want[a.ID] = true
			}
		}
		got := map[string]bool{}
		for _, account := range tree.accounts[tree.units[i].first:tree.units[i].end] {
			got[r.Accounts[account].ID] = true
		}
		if !maps.Equal(want, got) {
			t.Errorf("unit %s has accounts %v, want %v", r.Units[i].Path, got, want)
		}
	}
}
