package report

import (
	"fmt"
	"io/fs"
	"time"

	"orgaudit/report/benchmark"
	"orgaudit/templates"
)

// CheckProse tells whether the templates of a folder can stand in the place of the built-in
// ones, as [Rendering.Prose]. It fills each of them in with reports that nobody reads: a
// template that names what does not exist fails here, with its file and line, and not after
// a long collection.
func CheckProse(own fs.FS) error {
	regular, err := templates.Fonts.ReadFile("fonts/NotoSans-Regular.ttf")
	if err != nil {
		return fmt.Errorf("read font: %w", err)
	}
	glyphs, err := newPDFGlyphs(nil, regular)
	if err != nil {
		return err
	}
	prose, err := pdfProse(glyphs, own)
	if err != nil {
		return err
	}
	for _, r := range pdfProseReports() {
		data := pdfProseData(r)
		for _, name := range pdfProseNames(prose) {
			if name == "changes-intro" && r.Changes == nil {
				continue // nobody asks for it then
			}
			filled, special := data[name]
			if !special {
				filled = pdfFactsOf(r)
			}
			if _, err := pdfFill(prose, name, filled); err != nil {
				return err
			}
		}
	}
	return nil
}

// pdfProseData is what those templates are filled in with that are not filled in with
// pdfFacts.
func pdfProseData(r *Report) map[string]any {
	c := Control{Control: &benchmark.Control{Title: "title", Severity: benchmark.High}, Failed: 2, Passed: 1, Population: 3, NotAssessed: 1, Excepted: 1, Mitigated: 1}
	ask := pdfAsk{Report: r, Control: &c, Sentence: "sentence", Owners: "owners", Remedy: "remedy"}
	ending := pdfEnding{Report: r, Expired: 1, Until: "2026-12-31"}
	if r.Score.Raw != nil {
		ending.Ending = make([]benchmark.ExceptionUse, 2)
	}
	several := (&Several{Members: []Member{NewMember("name", "folder", "", r), {Name: "lost", Failure: "failure"}}}).facts(r)
	return map[string]any{
		"several-lost": several, "several-headline": several, "several-organizations": several, "several-controls": several,
		"several-no-failures": several, "several-open": several, "several-nothing-open": several, "several-digests": several,
		"what-is-wrong": ask, "what-is-asked": ask, "control-counts": pdfControlFacts(&c), "exceptions": ending,
		"outside-access": pdfOutside{OutsideRoles: OutsideRoles{Roles: 2, Everyone: 1, Unguarded: 1}, Known: 1, Unknown: 1, Read: 1, Unread: 1},
		"trend-intro":    pdfTrendFacts{pdfFactsOf(r), 8, 9}, "no-guardrails": pdfGuardFacts{pdfFactsOf(r), true}, "account-passed": pdfPageFacts{pdfFactsOf(r), 1},
		"account-whole": &Account{Outcome: Complete}, "method": pdfMethodFactsOf(r), "limits": pdfMethodFactsOf(r),
	}
}

// pdfProseReports are reports at both ends of what can be, so that most branches of a
// template are taken.
func pdfProseReports() []*Report {
	tally := benchmark.Tally{Passed: 90, Failed: 10, NotAssessed: 5, Accepted: 2, CountPassed: 9, CountFailed: 1, CountNotAssessed: 1, CriticalFailed: 1}
	at := time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)
	full := &Report{
		Title: "title", Company: "company", WorstAccount: -1, Tally: tally, Score: tally.Score(), Weights: benchmark.DefaultWeights(),
		Coverage: Coverage{Accounts: 10, Complete: 6, Partial: 1, NotEntered: 1, NotCollected: 1, Excluded: 1},
		Controls: []Control{{Control: &benchmark.Control{Severity: benchmark.Critical}, Failed: 1}},
		Evidence: EvidenceFacts{Simulated: true, FirstCall: at, LastCall: at},
		Register: RegisterFacts{File: "exceptions.toml"},
		Changes:  &Changes{Previous: PastAudit{At: at, Score: tally.Score()}, Count: ChangeCount{New: 1}},
	}
	return []*Report{full, {WorstAccount: -1}}
}
