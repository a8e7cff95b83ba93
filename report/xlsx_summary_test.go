package report

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"orgaudit/report/benchmark"
)

func TestSummarySays(t *testing.T) {
	const simulated, cutOff = "SIMULATED DATA", "THE RUN WAS CUT OFF before 1 of 12 accounts."
	for _, test := range []struct {
		name   string
		change func(*Report)
		says   []string
		silent []string
	}{
		{"simulated and cut off", func(*Report) {}, []string{
			"AWS identity and access audit", "As of 2026-09-30 06:15:00 to 2026-09-30 07:52:12 UTC", simulated, cutOff,
			"organization o-a1b2c3d4e5", "9 of 11",
		}, nil},
		{"an account that let nothing be read", func(r *Report) {
			r.Accounts[1].Outcome, r.Accounts[1].Tally, r.Accounts[1].Score = Partial, benchmark.Tally{}, benchmark.Tally{}.Score()
		}, []string{"8 of 11"}, []string{"9 of 11"}},
		{"complete and real", func(r *Report) { r.Evidence.Simulated, r.Evidence.Complete = false, true }, nil, []string{simulated, "CUT OFF"}},
		{"capped grade", func(r *Report) { r.Score.Grade, r.Score.Capped = "D", true }, []string{"The grade is capped at D by a failed critical control."}, nil},
		{"grade not capped", func(r *Report) { r.Score.Capped = false }, nil, []string{"The grade is capped"}},
		{"nothing judged", func(r *Report) {
			r.Tally, r.MeanAccount, r.WorstAccount, r.Worst = benchmark.Tally{}, nil, -1, nil
			r.Score = r.Tally.Score()
		}, []string{"Nothing could be judged, so there is no score.", "Nothing was judged, so that nothing failed."}, []string{"0.0 – ", "No control failed."}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := sampleReport(12)
			test.change(r)
			text := sheetText(t, openWorkbook(t, r), "Summary")
			for _, want := range test.says {
				if !strings.Contains(text, want) {
					t.Errorf("the summary does not say %q:\n%s", want, text)
				}
			}
			for _, not := range test.silent {
				if strings.Contains(text, not) {
					t.Errorf("the summary says %q:\n%s", not, text)
				}
			}
		})
	}
}

func TestSummaryScores(t *testing.T) {
	r := sampleReport(12)
	text := sheetText(t, openWorkbook(t, r), "Summary")
	for _, want := range []string{
		fmt.Sprintf("%.1f\t%.1f\t\t%.1f – %.1f\t\t%s\t%.1f\t\t9 of 11", *r.Score.Raw, *r.Score.Adjusted, *r.Score.Low, *r.Score.High, r.Score.Grade, *r.Score.Coverage),
		"    Workloads\t",
		"Suspended\t–\t0\t0\t–\t–",
		r.Worst[0].Sentence,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the summary does not say %q:\n%s", want, text)
		}
	}
}

// earlierAudits gives a report a history of four quarters, one of which could judge nothing,
// and what is different from the last.
func earlierAudits(r *Report) {
	for i, raw := range []float64{41.5, 47.25, 0, 52} {
		past := PastAudit{At: r.Evidence.LastCall.AddDate(0, -3*(4-i), 0), Label: fmt.Sprint("q", i), Findings: 900 - 50*i, CriticalFailed: 20 - i}
		if adjusted := raw + 2; raw > 0 {
			past.Score = benchmark.Score{Raw: &raw, Adjusted: &adjusted, Coverage: &adjusted, Grade: "F"}
		} else {
			past.Score = benchmark.Tally{}.Score()
		}
		r.Trend = append(r.Trend, past)
	}
	up, down, none := 3.04, -1.5, 0.0
	r.Changes = &Changes{
		Previous: r.Trend[3], Count: ChangeCount{New: 12, Regressed: 3, Resolved: 40, StillOpen: 210, Lost: 4},
		Steps: []ScoreStep{
			{Cause: CauseScope, Raw: &up, Adjusted: &up, Words: "3 accounts joined, 1 left"},
			{Cause: CauseEnvironment, Raw: &down, Adjusted: &none, Words: "=something was changed in AWS"},
			{Cause: CauseException, Words: "EX-1 was made"},
		},
	}
}

func TestSummaryOfChanges(t *testing.T) {
	r := sampleReport(12)
	text := sheetText(t, openWorkbook(t, r), "Summary")
	for _, want := range []string{"No previous audit was given", "No earlier audit was given"} {
		if !strings.Contains(text, want) {
			t.Errorf("without history the summary does not say %q:\n%s", want, text)
		}
	}
	earlierAudits(r)
	text = sheetText(t, openWorkbook(t, r), "Summary")
	for _, want := range []string{
		fmt.Sprintf("Since the audit of 2026-06-30 UTC: raw score %s (from 52.0)", pointsWords(*r.Score.Raw-52)),
		"12 new, 3 regressed, 40 resolved, 210 still open, 4 no longer assessed",
		"scope\t+3.0\t+3.0\t3 accounts joined, 1 left", "environment\t−1.5\tunchanged\t=something", "exception\t–\t–\tEX-1",
		"2025-09-30\tF\t41.5\t43.5\t43.5\t900\t20", "2026-03-30\t–\t\t\t\t800", fmt.Sprintf("2026-09-30\t%s\t%.1f", gradeText(r.Score), *r.Score.Raw),
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the summary does not say %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "No previous audit") {
		t.Error("the summary denies the previous audit")
	}
	published := benchmark.Score{Raw: r.Score.Raw, Adjusted: r.Score.Adjusted, Grade: "A"}
	r.Changes.PublishedScore = &published
	if words := sinceWords(r); !strings.Contains(words, "raw score unchanged") || !strings.Contains(words, "(from A)") {
		t.Errorf("the published score is not what the summary compares with: %s", words)
	}
}

// The chart of the trend reads the scores of every audit, the present one last.
func TestSummaryTrendChart(t *testing.T) {
	r := sampleReport(12)
	earlierAudits(r)
	for len(r.Trend) < 40 {
		r.Trend = append(r.Trend, r.Trend[3])
	}
	b := workbookBytes(t, r, sheetRowLimit)
	chart := partText(t, b, "xl/charts/chart3.xml")
	match := regexp.MustCompile(`Summary!\$C\$(\d+):\$C\$(\d+)`).FindStringSubmatch(chart)
	if match == nil || !strings.Contains(chart, "Summary!$D$"+match[1]+":$D$"+match[2]) {
		t.Fatalf("the chart does not read the scores: %s", chart)
	}
	var first, last int
	if _, err := fmt.Sscan(match[1]+" "+match[2], &first, &last); err != nil {
		t.Fatal(err)
	}
	if last-first+1 != trendAudits {
		t.Errorf("the chart shows %d audits, want %d", last-first+1, trendAudits)
	}
	f := openBytes(t, b)
	if got, want := cellValue(t, f, "Summary", cellName(3, last)), fmt.Sprintf("%.1f", *r.Score.Raw); got != want {
		t.Errorf("the last score of the trend is %s, want %s", got, want)
	}
}

func TestWhoseAccounts(t *testing.T) {
	r := sampleReport(12)
	r.Rendering.OwnerTags = []string{"team"}
	for i := range r.Accounts {
		r.Accounts[i].Name = fmt.Sprintf("account-%d", i)
		r.Accounts[i].Tags = map[string]string{"team": []string{"red", "red", "red", "blue", "blue", "green", "", "grey"}[i%8]}
	}
	for _, test := range []struct {
		name  string
		worst Worst
		want  string
	}{
		{"one", Worst{Accounts: []int{3}}, "blue: account-3"},
		{"nobody", Worst{Accounts: []int{6}}, "no owner named: account-6"},
		{"many", Worst{Accounts: []int{0, 1, 2, 3, 4, 5, 6, 7}}, "red: account-0, account-1 and 1 more; blue: account-3, account-4; no owner named: account-6; 2 other owners"},
		{"the organization's", Worst{}, "red: account-1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := whoseAccounts(r, &test.worst); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// The chart of units reads the cells of a table that names few enough of them.
func TestSummaryChartOfManyUnits(t *testing.T) {
	reference := regexp.MustCompile(`Summary!\$E\$(\d+):\$E\$(\d+)`)
	for _, test := range []struct {
		name         string
		units, depth int
		want         []string
	}{
		{"few", 0, 0, []string{"Root", "    Workloads", "        Produktion Süd"}},
		{"many below the top levels", 60, 2, []string{"Root", "    Workloads", "    Έρευνα"}},
		{"many in the top levels", 60, 1, []string{"Root", "    Workloads", "    Έρευνα"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := sampleReport(12)
			for i := range test.units {
				r.Units = append(r.Units, Unit{ID: fmt.Sprint(i), Name: fmt.Sprintf("unit %d", i), Depth: test.depth, Worst: -1})
			}
			b := workbookBytes(t, r, sheetRowLimit)
			match := reference.FindStringSubmatch(partText(t, b, "xl/charts/chart1.xml"))
			if match == nil {
				t.Fatal("the chart does not read the raw scores")
			}
			var first, last int
			if _, err := fmt.Sscan(match[1]+" "+match[2], &first, &last); err != nil {
				t.Fatal(err)
			}
			if n := last - first + 1; n > chartUnits {
				t.Errorf("the chart shows %d units", n)
			}
			f := openBytes(t, b)
			for i, want := range test.want {
				if got := cellValue(t, f, "Summary", cellName(1, first+i)); got != want {
					t.Errorf("unit %d of the chart is %q, want %q", i, got, want)
				}
			}
		})
	}
}

func TestMethodSheet(t *testing.T) {
	text := sheetText(t, openWorkbook(t, sampleReport(3)), "Methodology and limits")
	for _, want := range []string{
		"critical\t10", "password_min_length\t=16\t14\tCharacters that a password must have at least.\tCIS 1.7",
		"2 recommendations of the benchmark are judged by no control.", "FAIL (mitigated)", "All times are UTC.",
		"left out for its state, such as SUSPENDED, or by the configuration", "a result without items gives its cause or reason instead",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the method does not say %q:\n%s", want, text)
		}
	}
}

// partText is a part of a workbook as it stands in the archive.
func partText(t *testing.T, workbook []byte, name string) string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(workbook), int64(len(workbook)))
	if err != nil {
		t.Fatal(err)
	}
	part, err := archive.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(part)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
