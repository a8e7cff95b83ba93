package report

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/org"
)

func severalSample() *Several {
	small, large := sampleReport(6), sampleReport(30)
	large.Organization.ID, large.Organization.Partition = "o-china", "aws-cn"
	return &Several{
		Title: "Audit of all", Company: "Velmora", Rendering: DefaultRendering(),
		Members: []Member{
			NewMember("main", "main", "left out of the sums where there is a report", small),
			NewMember("china", "china", "", large),
			NewMember("lost", "lost", "no credentials were found", nil),
		},
	}
}

// TestSeveralAddsUp checks that the sum is that of the accounts and of the weights, and leaves
// the reports that it is made of as they are.
func TestSeveralAddsUp(t *testing.T) {
	s := severalSample()
	before := s.Members[0].report.Controls[0]
	sum := s.Sum()
	small, large := s.Members[0].report, s.Members[1].report
	if sum.Coverage.Accounts != 36 || sum.Coverage.InScope() != small.Coverage.InScope()+large.Coverage.InScope() {
		t.Errorf("coverage %+v, want that of 36 accounts", sum.Coverage)
	}
	if sum.Tally != small.Tally.Plus(large.Tally) || sum.Score.Raw == nil {
		t.Errorf("tally %+v, want the sum of both", sum.Tally)
	}
	for i := range sum.Controls {
		if got, want := sum.Controls[i].Failed, small.Controls[i].Failed+large.Controls[i].Failed; got != want {
			t.Errorf("%s failed in %d accounts, want %d", sum.Controls[i].ID, got, want)
		}
	}
	if after := s.Members[0].report.Controls[0]; after.Failed != before.Failed || after.Population != before.Population {
		t.Errorf("the sum has changed the report of an organization: %+v, was %+v", after, before)
	}
}

// TestSeveralUnits adds up units of which one organization's could not be read.
func TestSeveralUnits(t *testing.T) {
	s := severalSample()
	known := s.Members[0].report.Organization.Units
	hidden := s.Members[1].report
	hidden.Organization.Units = -1
	hidden.Gaps = append(hidden.Gaps, org.Gap{Section: org.SectionTree, Cause: org.DeniedByRole})
	first := pdfPageTexts(t, severalBytes(t, s))[0]
	if want := fmt.Sprintf("in %d units (not all read)", known); !strings.Contains(first, want) {
		t.Errorf("the first page lacks %q:\n%s", want, first)
	}
}

// TestSeveralWorkbook checks that the last row's live formulas give the figures that it says,
// and that the organization without a report is on the sheets Organizations and Gaps.
func TestSeveralWorkbook(t *testing.T) {
	s := severalSample()
	var file bytes.Buffer
	if err := s.writeWorkbook(t.Context(), &file); err != nil {
		t.Fatal(err)
	}
	f := openBytes(t, file.Bytes())
	if diff := cmp.Diff([]string{"Organizations", "Controls", "Accounts", "Gaps"}, f.GetSheetList()); diff != "" {
		t.Error(diff)
	}
	rows, err := f.GetRows("Organizations")
	if err != nil {
		t.Fatal(err)
	}
	last := len(rows)
	sum := s.Sum()
	for column, want := range map[int]float64{
		severalAccounts: 36, severalExcluded: float64(sum.Coverage.Excluded),
		rawColumn + severalScore: *sum.Score.Raw, coverageColumn + severalScore: *sum.Score.Coverage,
		criticalColumn + severalSums: float64(sum.Tally.CriticalFailed),
	} {
		cell := cellName(column, last)
		formula, err := f.GetCellFormula("Organizations", cell)
		if err != nil || formula == "" {
			t.Errorf("%s is no live formula: %v", cell, err)
		}
		calculated, err := f.CalcCellValue("Organizations", cell)
		var got float64
		if _, scanErr := fmt.Sscan(calculated, &got); err != nil || scanErr != nil || math.Abs(got-want) > 0.051 {
			t.Errorf("%s calculates to %q (%v), want %v", cell, calculated, err, want)
		}
	}
	if lost := rows[last-2]; lost[0] != "lost" || !strings.Contains(lost[4], "no credentials") {
		t.Errorf("the organization that was not audited has the row %q", lost)
	}
	if gaps := sheetTable(t, f, "Gaps", 1); gaps[0]["Organization"] != "lost" || gaps[0]["Cause"] != "not audited" {
		t.Errorf("the first gap is %q, want the organization that was not audited", gaps[0])
	}
	if accounts := sheetTable(t, f, "Accounts", 1); len(accounts) != 36 || accounts[6]["Organization"] != "china" {
		t.Errorf("%d accounts are listed, want 36", len(accounts))
	}
}

// TestSeveralPDF checks what stands on the first page, with few and with many organizations,
// and that the same reports give the same bytes.
func TestSeveralPDF(t *testing.T) {
	s := severalSample()
	first := pdfPageTexts(t, severalBytes(t, s))[0]
	for _, want := range []string{
		"1 organization could not be audited, and nothing of it stands in these figures: lost.",
		"2 organizations together score " + pdfFigure(s.Sum().Score.Raw), "not audited", "All that were audited", "36 accounts",
	} {
		if !strings.Contains(strings.ReplaceAll(first, "\n", " "), want) {
			t.Errorf("the first page lacks %q:\n%s", want, first)
		}
	}
	if !bytes.Equal(severalBytes(t, s), severalBytes(t, s)) {
		t.Error("the same reports give other bytes")
	}
	for i := range 40 {
		s.Members = append(s.Members, NewMember(fmt.Sprintf("more-%d", i), "more", "", sampleReport(1)))
	}
	pages := pdfPageTexts(t, severalBytes(t, s))
	if strings.Contains(pages[0], "more-39") || !strings.Contains(pages[1]+pages[2], "more-39") {
		t.Error("the last of 43 organizations does not stand on the pages after the first")
	}
}

// TestSeveralFiles checks that a format that is not asked for any more leaves no file of old.
func TestSeveralFiles(t *testing.T) {
	s, dir := severalSample(), t.TempDir()
	for _, formats := range [][]string{{"all"}, {"json", "pdf"}} {
		names, err := s.WriteFiles(t.Context(), dir, formats)
		if err != nil {
			t.Fatal(err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != len(names) {
			t.Errorf("%v: files %v (%v), want %v", formats, entries, err, names)
		}
		for _, name := range names {
			if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 || filepath.Dir(name) != dir {
				t.Errorf("%s: %v, %v", name, info, err)
			}
		}
	}
}

func severalBytes(t *testing.T, s *Several) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := s.writePDF(t.Context(), &file); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}
