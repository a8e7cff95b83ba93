package report

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/report/benchmark"
)

func TestPDFFirstPage(t *testing.T) {
	asked := func(r *Report) { r.Worst = r.Worst[:1]; r.Worst[0].Accounts = []int{0, 1, 2} }
	tests := []struct {
		name   string
		change func(r *Report)
		want   []string
	}{
		{"no earlier audit", func(*Report) {}, []string{"No earlier audit to compare with."}},
		{"an earlier audit", func(r *Report) { *r = *reportOfChanges() }, []string{"+10.2 points since 30 June 2026,", "from 58.5 (F)"}},
		{"an earlier audit without a score", func(r *Report) {
			r.Changes = &Changes{Previous: PastAudit{At: sampleStart(), Score: benchmark.Tally{}.Score()}}
		}, []string{"The audit of 30 September 2026", " had no score."}},
		{"period", func(r *Report) { r.Rendering.Period = "Q3 2026" }, []string{"Period Q3 2026 · as of 30 September 2026, 07:52 UTC"}},
		{"owners", func(r *Report) {
			asked(r)
			r.Accounts[0].Tags, r.Accounts[1].Tags, r.Accounts[2].Tags = map[string]string{"owner": "Ada"}, map[string]string{"team": "Ada"}, nil
		}, []string{"Asked of Ada (2 accounts) and 1 account whose tags name nobody: turn the credential off"}},
		{"no owners", func(r *Report) {
			asked(r)
			r.Rendering.OwnerTags = nil
		}, []string{"Asked of the accounts' owners, whom no tag names:"}},
		{"the organization", func(r *Report) {
			asked(r)
			r.Worst[0].Accounts, r.Accounts[1].Tags = nil, map[string]string{"owner": "Grace"}
		}, []string{"Asked of Grace, for the organization:"}},
		{"nobody could be entered", func(r *Report) { *r = *reportOfNothingAssessed() }, []string{"whoever runs them is asked to let the audit role in"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := pdfSample(3)
			test.change(r)
			first := strings.Join(strings.Fields(pdfPageTexts(t, writtenPDF(t, r))[0]), " ")
			for _, want := range test.want {
				if !strings.Contains(first, want) {
					t.Errorf("%q is not in\n%s", want, first)
				}
			}
		})
	}
}

func TestOwnersOf(t *testing.T) {
	r := &Report{Rendering: Rendering{OwnerTags: []string{"owner", "team"}}, Accounts: make([]Account, 6)}
	for i, tags := range []map[string]string{{"owner": "b"}, {"team": "a"}, nil, {"owner": "b", "team": "a"}, {"owner": " "}, {"owner": "c"}} {
		r.Accounts[i].Tags = tags
	}
	r.Accounts[5].Management = true
	tests := []struct {
		name     string
		accounts []int
		want     []OwnerCount
	}{
		{"most first, none last", []int{0, 1, 2, 3, 4}, []OwnerCount{{"b", 2}, {"a", 1}, {"", 2}}},
		{"the organization", nil, []OwnerCount{{"c", 1}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, r.OwnersOf(test.accounts)); diff != "" {
				t.Errorf("owners (-want +got):\n%s", diff)
			}
		})
	}
}

// What the PDF keeps of an account is the same for two findings and for thousands.
func TestPDFKeepsABoundedPartOfTheRows(t *testing.T) {
	size := func(items int) int {
		r := pdfSample(12)
		r.Rendering.PDF.AccountPages = true
		each := r.EachAccount
		r.EachAccount = func(ctx context.Context, f func(*AccountRows) error) error {
			return each(ctx, func(rows *AccountRows) error {
				for i := range rows.Results {
					result := &rows.Results[i]
					result.Items = nil
					for range items {
						result.Items = append(result.Items, benchmark.Item{Resource: strings.Repeat("x", 500), Status: benchmark.Failed})
					}
				}
				return f(rows)
			})
		}
		g, err := gatherPDF(context.Background(), r)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, page := range g.pages {
			for _, f := range page.failed {
				n += len(strings.Join(f.named, ""))
			}
		}
		if n == 0 {
			t.Fatal("nothing is kept of what failed")
		}
		return n
	}
	if few, many := size(2), size(3000); few != many {
		t.Errorf("%d bytes are kept of 2 failed items, and %d of 3000", few, many)
	}
}

func TestPDFIsSound(t *testing.T) {
	path, err := exec.LookPath("qpdf")
	if err != nil {
		t.Skip("qpdf is not installed")
	}
	for _, test := range pdfExtremes() {
		t.Run(test.name, func(t *testing.T) {
			file := t.TempDir() + "/audit.pdf"
			if err := os.WriteFile(file, writtenPDF(t, test.report()), 0o600); err != nil {
				t.Fatal(err)
			}
			var said bytes.Buffer
			check := exec.Command(path, "--check", file)
			check.Stdout, check.Stderr = &said, &said
			if err := check.Run(); err != nil {
				t.Errorf("qpdf: %v\n%s", err, &said)
			}
		})
	}
}

func TestPDFPapers(t *testing.T) {
	for paper, want := range map[string]string{"": "(A4)", PaperA4: "(A4)", PaperLetter: "(letter)"} {
		r := pdfSample(3)
		r.Rendering.PDF.Paper = paper
		if info := poppler(t, writtenPDF(t, r), "pdfinfo"); !strings.Contains(info, want) {
			t.Errorf("paper %q is not %s:\n%s", paper, want, info)
		}
	}
	if _, err := newPDFDocument(&Report{Rendering: Rendering{PDF: PDFOptions{Paper: "A5"}}}); err == nil {
		t.Error("an unknown paper was taken")
	}
}

func TestPDFAccountPages(t *testing.T) {
	r := reportOfAccountPages()
	pages := pdfPageTexts(t, writtenPDF(t, r))
	last := pages[len(pages)-len(r.Accounts):]
	for i, a := range pdfAccountsByUnit(r.Accounts) {
		for _, want := range []string{a.ID, "Failed controls", "Not assessed", pdfOutcome(a.Outcome)} {
			if !strings.Contains(last[i], want) {
				t.Errorf("the page of %s lacks %q:\n%s", a.ID, want, last[i])
			}
		}
	}
	r.Rendering.PDF.AccountPages = false
	if without := pdfPageTexts(t, writtenPDF(t, r)); len(without) != len(pages)-len(r.Accounts) {
		t.Errorf("%d pages with those of accounts, %d without", len(pages), len(without))
	}
}
