package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"orgaudit/collect"
	"orgaudit/report"
	"orgaudit/report/benchmark"
)

// verified is what a verification found, as it is printed for programs.
type verified struct {
	Verified bool   `json:"verified"`
	Evidence string `json:"evidence"`
	// BundleFiles are those of a bundle that are not what its manifest says, Files those of
	// the evidence that are not what SHA256SUMS says.
	BundleFiles []collect.FileProblem `json:"bundle_files"`
	Files       []collect.FileProblem `json:"files"`
	// Hashed counts the files, and Digest is the SHA-256 of SHA256SUMS.
	Hashed       int    `json:"files_hashed"`
	Digest       string `json:"evidence_sha256"`
	Organization string `json:"organization,omitempty"`
	Benchmark    string `json:"benchmark,omitempty"`
	// Score is the one that follows from the evidence.
	Score benchmark.Score `json:"score"`
	// Audit is the file that was compared; empty where there was none.
	Audit string `json:"audit,omitempty"`
	// ReportedDigest is the SHA-256 of the evidence that it was made from.
	ReportedDigest string `json:"audit_evidence_sha256,omitempty"`

	Settings    []settingNote           `json:"settings"`
	Lists       []report.ListComparison `json:"lists"`
	Differences []report.Difference     `json:"differences"`
	Total       int                     `json:"differences_total"`
	NotCompared []string                `json:"not_compared"`

	report *report.Report
}

// unchanged tells whether every file is what was sealed.
func (r *verified) unchanged() bool { return len(r.BundleFiles)+len(r.Files) == 0 }

func (r *verified) encode(w io.Writer) error {
	printed := *r
	printed.BundleFiles = append([]collect.FileProblem{}, r.BundleFiles...)
	printed.Files = append([]collect.FileProblem{}, r.Files...)
	printed.Settings = append([]settingNote{}, r.Settings...)
	printed.Lists = append([]report.ListComparison{}, r.Lists...)
	printed.Differences = append([]report.Difference{}, r.Differences...)
	printed.NotCompared = append([]string{}, r.NotCompared...)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(&printed)
}

func (r *verified) print(w io.Writer) {
	r.printFiles(w)
	if r.report == nil {
		return
	}
	if r.Audit != "" && r.ReportedDigest != r.Digest {
		printLine(w, "%s was made from OTHER evidence, whose %s has the SHA-256 %s.", r.Audit, collect.SumsFile, r.ReportedDigest)
	}
	r.printSettings(w)
	printLine(w, "Judged again: organization %s against %s, score %s (%s), grade %s", r.Organization, r.Benchmark, figure(r.Score.Raw), bounds(r.Score), r.Score.Grade)
	if r.Audit == "" {
		printLine(w, "There is no %s beside the evidence, so that nothing was compared; name one with --against.", auditFile)
		return
	}
	for _, l := range r.Lists {
		words := fmt.Sprintf("%d the same", l.Same)
		if l.Different > 0 {
			words += fmt.Sprintf(", %d NOT", l.Different)
		}
		printLine(w, "%-22s %s", strings.ReplaceAll(l.Name, "_", " ")+":", words)
	}
	for _, part := range r.NotCompared {
		printLine(w, "%-22s not compared: it comes from earlier audits", strings.ReplaceAll(part, "_", " ")+":")
	}
	if r.Total == 0 {
		printLine(w, "%s is what follows from the evidence: every verdict, item, count, score and digest.", r.Audit)
		return
	}
	r.printDifferences(w)
}

func (r *verified) printFiles(w io.Writer) {
	for _, p := range r.BundleFiles {
		printLine(w, "%s: %s (by its %s)", r.Evidence, p, report.BundleManifest)
	}
	for _, p := range r.Files {
		printLine(w, "%s: %s", r.Evidence, p)
	}
	if r.unchanged() {
		printLine(w, "%s: %d files of evidence are what %s says", r.Evidence, r.Hashed, collect.SumsFile)
	}
	if r.Digest != "" {
		printLine(w, "SHA-256 of %s: %s", collect.SumsFile, r.Digest)
	}
}

func (r *verified) printSettings(w io.Writer) {
	for _, used := range []struct{ name, words string }{
		{usedHere, "These settings are not those of the report, and could not be taken from it; differences may come from them:"},
		{usedReported, "These settings were taken from the report; those here are others:"},
	} {
		first := true
		for _, n := range r.Settings {
			if n.Used != used.name {
				continue
			}
			if first {
				printLine(w, "%s", used.words)
				first = false
			}
			printLine(w, "  %s: reported %s, here %s", n.Setting, orNothing(n.Reported), orNothing(n.Here))
		}
	}
}

// printDifferences names the verdicts first, then the items, then all else.
func (r *verified) printDifferences(w io.Writer) {
	printLine(w, "\n%s does not follow from the evidence:", r.Audit)
	left := r.Total
	show := func(listed bool) {
		for _, d := range r.Differences {
			if (d.Part == "results" || d.Part == "findings") == listed {
				printDifference(w, d)
				left--
			}
		}
	}
	show(true)
	show(false)
	if left > 0 {
		printLine(w, "  and %d more; --limit names more of each part", left)
	}
}

func printDifference(w io.Writer, d report.Difference) {
	where := strings.ReplaceAll(d.Part, "_", " ")
	if d.Control != "" {
		where += " " + d.Control
	}
	switch {
	case d.Account != "":
		where += " in " + d.Account
	case d.Control != "":
		where += " of the organization"
	}
	if d.Item != "" {
		where += ", " + d.Item
	}
	if d.Field != "" {
		where += ": " + d.Field
	}
	printLine(w, "  %s: reported %s, by the evidence %s", where, orNothing(d.Reported), orNothing(d.Derived))
}
