package report

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"orgaudit/report/benchmark"
)

var update = flag.Bool("update", false, "write the golden files anew")

// writtenPDF is the PDF of a report.
func writtenPDF(t testing.TB, r *Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := writePDF(context.Background(), r, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// poppler runs a tool of poppler-utils on a PDF and returns what it says.
func poppler(t *testing.T, pdf []byte, tool string, options ...string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	if err != nil {
		t.Skipf("%s of poppler-utils is not installed", tool)
	}
	args := append(slices.Clone(options), "-")
	if tool == "pdftotext" {
		args = append(args, "-")
	}
	cmd := exec.Command(path, args...)
	cmd.Stdin = bytes.NewReader(pdf)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%s: %v\n%s", tool, err, &complaints)
	}
	return string(out)
}

// pdfPageTexts is the text of every page, with white space squeezed and empty lines left out.
func pdfPageTexts(t *testing.T, pdf []byte) []string {
	t.Helper()
	pages := strings.Split(strings.TrimSuffix(poppler(t, pdf, "pdftotext", "-layout"), "\f"), "\f")
	for i, page := range pages {
		var lines []string
		for line := range strings.Lines(page) {
			if line = strings.Join(strings.Fields(line), " "); line != "" {
				lines = append(lines, line)
			}
		}
		pages[i] = strings.Join(lines, "\n")
	}
	return pages
}

func TestPDFText(t *testing.T) {
	for _, accounts := range []int{3, 60} {
		t.Run(fmt.Sprint(accounts), func(t *testing.T) {
			r := pdfSample(accounts)
			r.Accounts[2].Name = "営業 and payments"
			pages := pdfPageTexts(t, writtenPDF(t, r))
			text := strings.Join(pages, "\n")
			want := []string{
				r.Title, r.Company, r.Organization.ID, r.Evidence.Caller, r.Evidence.Digest,
				"made from the built-in simulated organization", "The run was cut off",
				fmt.Sprintf("The organization scores %.1f of 100, grade %s", *r.Score.Raw, r.Score.Grade),
				fmt.Sprintf("%d of %d accounts read in full", r.Coverage.Complete, r.Coverage.Accounts),
				"Produktion Süd",
				`\u{55b6}\u{696d} and payments`,
				"unused_credential_days",
			}
			if accounts == 60 { // with 3, no account stands in these units
				want = append(want, "Έρευνα", "Отдел продаж")
			}
			for i, page := range pages {
				// The text of a page has its blanks where the tool sees a gap, which it may not here.
				if foot := fmt.Sprintf("%d/%d", i+1, len(pages)); !strings.HasSuffix(strings.ReplaceAll(page, " ", ""), foot) {
					t.Errorf("page %d does not end in %s", i+1, foot)
				}
			}
			for _, a := range r.Accounts {
				name := []rune(strings.NewReplacer("\n", `\u{a}`, "\a", `\u{7}`, "営業", `\u{55b6}\u{696d}`).Replace(a.Name))
				want = append(want, a.ID+" "+string(name[:min(12, len(name))]))
			}
			for _, n := range r.NotJudged {
				want = append(want, n.Title[:60*len(n.Title)/max(60, len(n.Title))])
			}
			for _, w := range r.Worst[:5] {
				want = append(want, w.Sentence[:40])
			}
			for _, want := range want {
				if !strings.Contains(text, want) {
					t.Errorf("%q is not in the text", want)
				}
			}
		})
	}
}

// The executive part begins with the page that says it all and takes six pages at most,
// whatever stands on it, and all pages hold more than a line.
func TestPDFPages(t *testing.T) {
	for _, test := range pdfExtremes() {
		t.Run(test.name, func(t *testing.T) {
			pages := pdfPageTexts(t, writtenPDF(t, test.report()))
			executive := slices.IndexFunc(pages, func(page string) bool {
				lines := strings.Split(page, "\n")
				return len(lines) > 1 && lines[1] == "Accounts"
			})
			if executive < 1 || executive > 6 {
				t.Fatalf("the appendix begins after %d pages of %d", executive, len(pages))
			}
			for _, want := range []string{"What was assessed", "What is wrong, and what is asked of whom", "In this report"} {
				if !strings.Contains(pages[0], want) {
					t.Errorf("the first page lacks %q", want)
				}
			}
			first := strings.Join(pages[:executive], "\n")
			for _, s := range pdfSections(test.report()) {
				if !s.appendix && s.name != "summary" && !strings.Contains(first, "\n"+s.title+"\n") {
					t.Errorf("the executive part lacks %q", s.title)
				}
			}
			for i, page := range pages {
				if n := strings.Count(page, "\n") + 1; n < 4 {
					t.Errorf("page %d has %d lines:\n%s", i+1, n, page)
				}
			}
		})
	}
}

func TestPDFStatesWhatIsMissing(t *testing.T) {
	tests := []struct {
		name   string
		report func() *Report
		want   []string
	}{
		{"nothing assessed", reportOfNothingAssessed, []string{
			"Nothing could be assessed, so there is no score.",
			"3 could not be entered", "No control was assessed.", "audit role cannot be assumed",
		}},
		{"nothing missing", reportOfNothingMissing, []string{
			"Nothing is missing. All 3 accounts were entered",
			"Everything that applies was assessed", "scores 100.0 of 100, grade A: no control failed.",
		}},
		{"no accounts", reportOfNoAccounts, []string{
			"The organization shows no accounts.", "The tree of organizational units is not known.",
		}},
		{"excluded", func() *Report {
			r := pdfSample(3)
			r.Coverage.Accounts, r.Coverage.Excluded = 5, 2
			return r
		}, []string{"2 excluded for their state or by the configuration.", "Excluded accounts stand last; they are no part of any score or bound."}},
		{"excluded stand last", func() *Report {
			r := pdfSample(3)
			r.Accounts[0].Outcome, r.Accounts[0].Why, r.Accounts[0].Code = Excluded, "the account's state is SUSPENDED", ""
			r.Accounts[1].Outcome, r.Accounts[1].Why, r.Accounts[1].Code = NotEntered, "audit role cannot be assumed", "AccessDenied"
			return r
		}, []string{"not entered audit role cannot be assumed AccessDenied " + pdfSample(3).Accounts[0].ID}},
		{"long name of an account that an organization's control fails", func() *Report {
			r := pdfSample(3)
			a := &r.Accounts[0]
			a.Name, a.ARN = strings.Repeat("velmora-sandbox-", 6), "arn:aws:organizations::000190000025:account/o-a1b2c3d4e5/"+a.ID
			result := &r.OrganizationResults[0]
			result.Verdict, result.Items = benchmark.VerdictFail, []benchmark.Item{{Resource: a.ARN, Status: benchmark.Failed, Observed: "nothing binds it"}}
			for i := range r.Controls {
				if r.Controls[i].ID == result.Control {
					r.Controls[i].Failed = 1
				}
			}
			return r
		}, []string{"… (" + pdfSample(3).Accounts[0].ID + ") (nothing binds it)"}},
		{"capped", func() *Report {
			r := pdfSample(3)
			raw := 95.0
			r.Score.Raw, r.Score.Grade, r.Score.Capped, r.Tally.CriticalFailed = &raw, "D", true, 2
			return r
		}, []string{"The grade is capped at D because 2 results of critical controls failed; the score alone would give A."}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Join(strings.Fields(strings.Join(pdfPageTexts(t, writtenPDF(t, test.report())), " ")), " ")
			for _, want := range test.want {
				if !strings.Contains(text, want) {
					t.Errorf("%q is not in\n%s", want, text)
				}
			}
		})
	}
}

func TestPDFGolden(t *testing.T) {
	got := strings.Join(pdfPageTexts(t, writtenPDF(t, pdfSample(3))), "\n\n---\n\n") + "\n"
	golden := filepath.Join("testdata", "pdf_3_accounts.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("text differs from %s (-want +got); go test -update writes it anew:\n%s", golden, diff)
	}
}

func TestPDFOfThousandAccounts(t *testing.T) {
	r := pdfSample(1000)
	pages := pdfPageTexts(t, writtenPDF(t, r))
	if n := len(pages); n < 25 || n > 60 {
		t.Errorf("%d pages", n)
	}
	text := strings.Join(pages, "\n")
	for _, a := range r.Accounts {
		if !strings.Contains(text, a.ID) {
			t.Errorf("account %s is missing", a.ID)
		}
	}
}

func TestPDFSameBytes(t *testing.T) {
	for _, test := range pdfExtremes() {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			first := writtenPDF(t, test.report())
			if !bytes.Equal(first, writtenPDF(t, test.report())) {
				t.Fatal("the same report gave other bytes")
			}
		})
	}
}

func TestPDFProperties(t *testing.T) {
	r := pdfSample(3)
	r.Title = "Ελεγχος {nb} 審"
	pdf := writtenPDF(t, r)
	info := poppler(t, pdf, "pdfinfo", "-isodates")
	for label, want := range map[string]string{
		"Title": `Ελεγχος {nb} \u{5be9}`, "Author": "Müller & Søn A/S", "Creator": "orgaudit v1.0.0",
		"CreationDate": "2026-09-30T07:52:12Z", "ModDate": "2026-09-30T07:52:12Z",
	} {
		found := ""
		for line := range strings.Lines(info) {
			if rest, ok := strings.CutPrefix(line, label+":"); ok {
				found = strings.TrimSpace(rest)
			}
		}
		if found != want {
			t.Errorf("%s is %q, want %q", label, found, want)
		}
	}
}

// A dead link would lead to object 1, the tree of pages.
func TestPDFLinksAndOutline(t *testing.T) {
	for _, test := range pdfExtremes() {
		t.Run(test.name, func(t *testing.T) {
			pdf := writtenPDF(t, test.report())
			if bytes.Contains(pdf, []byte("/Dest [1 0 R")) {
				t.Error("a link leads nowhere")
			}
			for _, s := range pdfSections(test.report()) {
				if !bytes.Contains(pdf, utf16Bytes(s.title)) {
					t.Errorf("the outline lacks %q", s.title)
				}
			}
		})
	}
}

func utf16Bytes(text string) []byte {
	b := []byte{0xFE, 0xFF}
	for _, u := range utf16.Encode([]rune(text)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return b
}

func TestPDFErrors(t *testing.T) {
	unread := errors.New("evidence is unreadable")
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	tests := []struct {
		name string
		ctx  context.Context
		each func(context.Context, func(*AccountRows) error) error
		to   io.Writer
		want error
	}{
		{"evidence", context.Background(), func(context.Context, func(*AccountRows) error) error { return unread }, io.Discard, unread},
		{"cancelled", cancelled, nil, io.Discard, context.Canceled},
		{"writer", context.Background(), nil, fullDisk{}, errFullDisk()},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := pdfSample(3)
			if test.each != nil {
				r.EachAccount = test.each
			}
			if err := writePDF(test.ctx, r, test.to); !errors.Is(err, test.want) {
				t.Errorf("error is %v, want %v", err, test.want)
			}
		})
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFullDisk() }

func errFullDisk() error { return os.ErrClosed }

func BenchmarkPDF(b *testing.B) {
	r := pdfSample(1000)
	b.ReportAllocs()
	for b.Loop() {
		if err := writePDF(context.Background(), r, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
