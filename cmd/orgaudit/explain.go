package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report"
	"orgaudit/report/benchmark"
)

// theOrganization takes the place of an account on the command line.
const theOrganization = "organization"

func explainCommand(s streams, environ []string) *cobra.Command {
	var set settings
	var evidence, format string
	c := &cobra.Command{
		Use:   "explain ACCOUNT CONTROL",
		Short: "Print the whole derivation of one verdict",
		Long: `Explain judges one control on one account again and prints everything that led to the
verdict: how the control is tested, the evidence that was read and what stands in it, the
parameters, every item with what was observed and expected, the statements of policies
that decided, the SCPs and RCPs on the way to the account, exceptions, and the weight in
the score. With it and the evidence folder anybody can re-perform the verdict by hand.

ACCOUNT is an account id, or "organization" for a control that is judged once for all.
Explain needs no AWS. A verdict of any kind ends with exit code 0.`,
		Example: `  orgaudit explain 111122223333 root-mfa
  orgaudit explain 111122223333 principal-no-escalation --evidence 2026-q4/evidence
  orgaudit explain organization org-root-access-central --format json`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return usageError{fmt.Errorf("unknown format %s", suggest(format, []string{"text", "json"}))}
			}
			if benchmark.ControlByID(args[1]) == nil {
				return usageError{errors.New("unknown control " + suggest(args[1], benchmark.ControlIDs()) + " \"orgaudit controls\" lists them")}
			}
			account := args[0]
			if account == theOrganization {
				account = ""
			} else if !org.IsAccountID(account) {
				return usageError{fmt.Errorf("%q is neither an account id of 12 digits nor %q", account, theOrganization)}
			}
			cfg, err := set.load(c, environ)
			if err != nil {
				return err
			}
			folder, err := collect.OpenFolder(evidence)
			if err != nil {
				return usageError{fmt.Errorf("%w; name the evidence with --evidence", err)}
			}
			o, err := reportOptions(cfg, folder)
			if err != nil {
				return err
			}
			e, err := report.Explain(o, account, args[1])
			if err != nil {
				return usageError{fmt.Errorf("explain: %w", err)}
			}
			if format == "json" {
				j := json.NewEncoder(s.out)
				j.SetEscapeHTML(false)
				j.SetIndent("", " ")
				return j.Encode(explanationJSON(e))
			}
			printExplanation(s.out, e)
			return nil
		},
	}
	c.Flags().StringVar(&evidence, "evidence", "out/evidence", "evidence folder")
	c.Flags().StringVar(&format, "format", "text", "text or json")
	set.addReport(c)
	set.addConfig(c)
	return c
}

func printExplanation(w io.Writer, e *report.Explanation) {
	c := e.Control
	number := ""
	if c.Number != "" {
		number = fmt.Sprintf(" (%s of %s)", c.Number, e.Benchmark.ID)
	}
	printLine(w, "%s%s: %s", c.ID, number, c.Title)
	switch {
	case c.Scope == benchmark.OrganizationScope:
		printLine(w, "judged once for the organization; accounts inherit the verdict")
	case e.Account != nil:
		printLine(w, "account %s, %s, in %s", e.Account.ID, e.Account.Name, e.Account.Unit)
	}
	if e.Excluded != "" {
		printLine(w, "\nThe account was left out of the audit: %s. There is no verdict.", e.Excluded)
		return
	}
	printVerdict(w, e)
	printLine(w, "\nHow it is tested\n  %s", c.Test)
	printLine(w, "\nEvidence that it looks at")
	for _, s := range e.Sections {
		printSection(w, s)
	}
	if len(e.Parameters) > 0 {
		printLine(w, "\nParameters")
		for _, p := range e.Parameters {
			printLine(w, "  %s = %q (default %q): %s", p.Name, p.Value, p.Default, p.Meaning)
		}
	}
	printItems(w, e)
	printPolicies(w, e)
	printAcceptance(w, e)
	printWeight(w, e)
}

func printVerdict(w io.Writer, e *report.Explanation) {
	r := e.Result
	verdict := strings.ReplaceAll(string(r.Verdict), "_", " ")
	if r.Mark != benchmark.NoMark {
		verdict += ", " + string(r.Mark)
	}
	printLine(w, "\nVerdict: %s", verdict)
	switch {
	case r.Gap != nil:
		printLine(w, "  since %s could not be read: %s%s", r.Gap.Section, r.Gap.Cause.Words(), detail(r.Gap))
	case r.Verdict == benchmark.VerdictFail:
		printLine(w, "  since %d of %d items failed; one is enough", r.Failed, r.Population)
	case r.Verdict == benchmark.VerdictPass:
		printLine(w, "  since every one of %d items passed", r.Population)
	}
	if r.Reason != "" {
		printLine(w, "  %s", r.Reason)
	}
	if !r.At.IsZero() {
		printLine(w, "  as of %s UTC, the time of the evidence", r.At.UTC().Format(time.DateTime))
	}
}

// detail says what AWS said about a gap.
func detail(g *org.Gap) string {
	text := ""
	if g.Region != "" {
		text += " in " + g.Region
	}
	if g.Subject != "" {
		text += ", " + g.Subject
	}
	if g.Code != "" {
		text += fmt.Sprintf(" (%s, request %s)", g.Code, g.RequestID)
	}
	if g.Message != "" {
		text += ": " + g.Message
	}
	return text
}

func printSection(w io.Writer, s report.SectionRead) {
	use := "decides"
	if !s.Decides {
		use = "adds detail"
	}
	for _, r := range s.Reads {
		where := ""
		if r.Region != "" {
			where = " in " + r.Region
		}
		printLine(w, "  %s (%s)%s: read %s UTC, %d calls, %d records", s.Section, use, where, r.EndedAt.UTC().Format(time.DateTime), r.Calls, r.Records)
	}
	for i := range s.Gaps {
		printLine(w, "  %s (%s): NOT READ, %s%s", s.Section, use, s.Gaps[i].Cause.Words(), detail(&s.Gaps[i]))
	}
}

// longestValue bounds what is printed of one value of the evidence; the reference leads to
// the rest.
const longestValue = 4000

func printItems(w io.Writer, e *report.Explanation) {
	r := e.Result
	if len(r.Items) == 0 {
		return
	}
	printLine(w, "\nItems: %d = %d passed + %d failed + %d not assessed", r.Population, r.Passed, r.Failed, r.NotAssessed)
	for i := range r.Items {
		item := &r.Items[i]
		printLine(w, "\n  %d. %s  %s", i+1, strings.ToUpper(strings.ReplaceAll(string(item.Status), "_", " ")), item.Resource)
		printLine(w, "     observed: %s", item.Observed)
		printLine(w, "     expected: %s", item.Expected)
		for _, line := range item.Because {
			printLine(w, "     because:  %s", line)
		}
		if item.Gap != nil {
			printLine(w, "     cause:    %s%s", item.Gap.Cause.Words(), detail(item.Gap))
		}
		if m := item.Mitigation; m != nil {
			printLine(w, "     mitigated by policy %s (%s), attached to %s (%s): %s", m.PolicyName, m.PolicyID, m.NodeName, m.NodeID, m.Statement)
		}
		if item.Exception != "" {
			printLine(w, "     excepted by %s", item.Exception)
		}
		v := e.Evidence[i]
		printLine(w, "     evidence: %s#%s", v.File, v.Pointer)
		if v.SHA256 != "" {
			printLine(w, "     SHA-256:  %s", v.SHA256)
		}
		if v.Problem != "" {
			printLine(w, "     (%s)", v.Problem)
			continue
		}
		if len(v.Value) > longestValue {
			v.Value = v.Value[:longestValue] + fmt.Sprintf("… (%d bytes in all)", len(v.Value))
		}
		printLine(w, "     value:    %s", v.Value)
	}
}

func printPolicies(w io.Writer, e *report.Explanation) {
	if len(e.Policies) == 0 || e.Control.Scope == benchmark.OrganizationScope {
		return
	}
	printLine(w, "\nPolicies of the organization from the root to the account")
	if e.Account.Management {
		printLine(w, "  (none of them binds the management account)")
	}
	for _, p := range e.Policies {
		printLine(w, "  %s %s (%s) at %s %s", p.Type, p.PolicyName, p.PolicyID, strings.ToLower(strings.ReplaceAll(p.Kind, "_", " ")), p.NodeName)
	}
}

func printAcceptance(w io.Writer, e *report.Explanation) {
	if len(e.Exceptions) == 0 {
		return
	}
	printLine(w, "\nExceptions that name the control")
	for _, x := range e.Exceptions {
		used := slices.ContainsFunc(e.Result.Items, func(i benchmark.Item) bool { return i.Exception == x.ID })
		words := "accepts none of the items"
		if used {
			words = "accepts items above"
		}
		printLine(w, "  %s, expires %s: %s (%s)", x.ID, x.Expires, words, x.Justification)
	}
}

func printWeight(w io.Writer, e *report.Explanation) {
	c := e.Control
	effect := map[benchmark.Verdict]string{
		benchmark.VerdictPass:          "counts %d as passed and assessed",
		benchmark.VerdictFail:          "counts %d as failed and assessed",
		benchmark.VerdictNotAssessed:   "counts %d as not assessed: coverage falls, and the bounds of the score part",
		benchmark.VerdictNotApplicable: "counts nothing (weight %d): the control does not apply",
		benchmark.VerdictManual:        "counts nothing (weight %d): a person must judge",
	}[e.Result.Verdict]
	printLine(w, "\nWeight: severity %s, "+effect, c.Severity, c.Weight)
	if e.Result.Mark != benchmark.NoMark {
		printLine(w, "  the adjusted score counts it as passed, since it is %s", e.Result.Mark)
	}
}

// explanationJSON is an explanation for programs.
func explanationJSON(e *report.Explanation) any {
	type item struct {
		Resource   string                `json:"resource"`
		Status     benchmark.Status      `json:"status"`
		Observed   string                `json:"observed"`
		Expected   string                `json:"expected"`
		Because    []string              `json:"because,omitempty"`
		Cause      *org.Gap              `json:"cause,omitempty"`
		Exception  string                `json:"exception,omitempty"`
		Mitigation *benchmark.Mitigation `json:"mitigation,omitempty"`
		File       string                `json:"evidence_file"`
		Pointer    string                `json:"evidence_pointer"`
		SHA256     string                `json:"evidence_sha256"`
		Value      json.RawMessage       `json:"evidence_value,omitempty"`
	}
	items := []item{}
	for i, x := range e.Result.Items {
		v := e.Evidence[i]
		items = append(items, item{
			x.Resource, x.Status, x.Observed, x.Expected, x.Because, x.Gap, x.Exception, x.Mitigation,
			v.File, v.Pointer, v.SHA256, json.RawMessage(v.Value),
		})
	}
	account := ""
	if e.Account != nil && e.Control.Scope == benchmark.AccountScope {
		account = e.Account.ID
	}
	return map[string]any{
		"control": e.Control.ID, "number": e.Control.Number, "benchmark": e.Benchmark.ID, "title": e.Control.Title,
		"severity": e.Control.Severity, "weight": e.Control.Weight, "test": e.Control.Test,
		"account": account, "excluded": e.Excluded, "verdict": e.Result.Verdict, "mark": e.Result.Mark,
		"reason": e.Result.Reason, "cause": e.Result.Gap, "at": e.Result.At, "parameters": e.Parameters,
		"items": items, "exceptions": e.Exceptions,
	}
}
