package report

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// LibreOffice calculates from the cells of Results and the weights what audit.json says of
// the organization, of every unit and of every account.
func TestLibreOfficeFindsTheScoresOfAuditJSON(t *testing.T) {
	if testing.Short() {
		t.Skip("LibreOffice takes some seconds")
	}
	r := built(t, smallFolder(t))
	var audit struct {
		Organization struct{ ID string }
		Scores       struct {
			Organization jsonScore
			Units        []struct {
				ID    string
				Score jsonScore
			}
		}
		Accounts []struct {
			ID    string
			Score jsonScore
		}
	}
	if err := json.Unmarshal(writtenJSON(t, r), &audit); err != nil {
		t.Fatal(err)
	}
	words := func(s jsonScore) [6]string {
		text := [6]string{s.Grade}
		for i, figure := range []*float64{s.Raw, s.Adjusted, s.Low, s.High, s.Coverage} {
			text[i+1] = dash
			if figure != nil {
				text[i+1] = fmt.Sprintf("%.9f", *figure)
			}
		}
		return text
	}
	want := map[string][6]string{"organization " + audit.Organization.ID: words(audit.Scores.Organization)}
	for _, u := range audit.Scores.Units {
		want["unit "+u.ID] = words(u.Score)
	}
	for _, a := range audit.Accounts {
		want["account "+a.ID] = words(a.Score)
	}

	dir := t.TempDir()
	convert := libreOffice(t, dir)
	convert("audit", withoutValues(t, workbookBytes(t, r, sheetRowLimit)), "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1")
	file, err := os.Open(filepath.Join(dir, "audit-Scores.csv"))
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
	got := map[string][6]string{}
	for _, cells := range rows[scoresHeader:] {
		if cells[0] == "own controls" {
			continue
		}
		row := [6]string{cells[gradeColumn-1]}
		for i, text := range cells[rawColumn-1 : rawColumn+4] {
			if text != dash {
				figure, err := strconv.ParseFloat(text, 64)
				if err != nil {
					t.Fatal(err)
				}
				text = fmt.Sprintf("%.9f", figure)
			}
			row[i+1] = text
		}
		got[cells[0]+" "+cells[1]] = row
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("audit.json and the recalculated workbook (-want +got):\n%s", diff)
	}
	scored := 0
	for _, row := range want {
		if row[1] != dash {
			scored++
		}
	}
	if scored < 3 {
		t.Errorf("%d scores, so this tests little", scored)
	}
}
