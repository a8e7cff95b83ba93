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
			"o-a1b2c3d4e5, partition aws", "assumed-role/orgaudit/auditor", strings.Repeat("e5", 32), "9 of 11",
		}, nil},
		{"an account that let nothing be read", func(r *Report) {
			r.Accounts[1].Outcome, r.Accounts[1].Tally, r.Accounts[1].Score = Partial, benchmark.Tally{}, benchmark.Tally{}.Score()
		}, []string{"8 of 11"}, []string{"9 of 11"}},
		{"one retry", func(r *Report) { r.Evidence.Calls, r.Evidence.Retries = 41, 1 }, []string{"41, with 1 retry"}, []string{"1 retries", "1 were"}},
		{"complete and real", func(r *Report) { r.Evidence.Simulated, r.Evidence.Complete = false, true }, nil, []string{simulated, "CUT OFF"}},
		{"capped grade", func(r *Report) { r.Score.Grade, r.Score.Capped = "D", true }, []string{"The grade is capped at D by a failed critical control."}, nil},
		{"grade not capped", func(r *Report) { r.Score.Capped = false }, nil, []string{"The grade is capped"}},
		{"nothing judged", func(r *Report) {
			r.Tally, r.MeanAccount, r.WorstAccount, r.Worst = benchmark.Tally{}, nil, -1, nil
			r.Score = r.Tally.Score()
		}, []string{"Nothing could be judged, so there is no score.", "No control failed."}, []string{"0.0 – "}},
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
