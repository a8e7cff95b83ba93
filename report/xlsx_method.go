package report

import (
	"cmp"
	"fmt"

	"orgaudit/org/policy"
	"orgaudit/report/benchmark"
)

// writeMethod says how the figures come about, so that a reader can recompute them.
func writeMethod(b *workbook, r *Report) error {
	p, err := b.newPage("Methodology and limits", methodWidths())
	if err != nil {
		return err
	}
	if err := p.textOfHeight(b.styles.title, "Methodology and limits", 32); err != nil {
		return err
	}
	for _, write := range []func(*page, *Report) error{
		methodScores, methodWeights, methodGrades, methodWords, methodExceptions, methodParameters, methodFindings, methodSamples, methodColumns, methodReconciliation, methodEngine, methodLimits, methodDigests,
	} {
		if err := write(p, r); err != nil {
			return err
		}
	}
	return nil
}

// methodWidths are the widths of the columns of the sheet Methodology and limits.
func methodWidths() []float64 { return []float64{30, 20, 20, 56, 36} }

func (p *page) paragraphs(texts ...string) error {
	for _, text := range texts {
		if err := p.text(p.book.styles.paragraph, text); err != nil {
			return err
		}
	}
	return nil
}

func methodScores(p *page, r *Report) error {
	if err := p.heading("How scores are made"); err != nil {
		return err
	}
	return p.paragraphs(
		"The unit of a score is one control on one account, whatever the number of its items. Thousands of good resources cannot hide one bad one.",
		"Raw score = 100 × sum of the weights of what passed ÷ sum of the weights of what passed or failed.",
		"Adjusted score = the same, with those fails counted as passed that carry the mark excepted or mitigated. Marks never change the raw score.",
		adjustedWords(r),
		"Low and high bound = the raw score if everything that was not assessed failed, or passed.",
		"Coverage = 100 × weight of what passed or failed ÷ weight of what passed, failed or was not assessed.",
		"What does not apply and what a person must judge are no part of a score. Where nothing was judged there is no score, but a dash.",
		"The score of a unit pools the results of all accounts in it and below it. The organization's score pools all accounts, and each control of organization scope once. In the accounts' rows of the sheet Results these show as inherited, and they are no part of an account's score.",
	)
}

func methodWeights(p *page, r *Report) error {
	if err := p.heading("Weights used"); err != nil {
		return err
	}
	t := pageTable{titles: []string{"Severity of the control", "Weight"}}
	for _, severity := range benchmark.Severities() {
		t.rows = append(t.rows, []any{string(severity), r.Weights[severity]})
	}
	_, _, err := p.table(t)
	return err
}

func methodGrades(p *page, _ *Report) error {
	if err := p.heading("Grades"); err != nil {
		return err
	}
	return p.paragraphs(
		"A from a raw score of 90, B from 80, C from 70, D from 60, F below. The grade rests on the raw score, not on the adjusted one.",
		fmt.Sprintf("Where the coverage is below %d %% there is no grade: less than half of what applies was seen, so that a grade would be a guess.", benchmark.LeastCoverage),
		"A failed critical control keeps the grade at D at best, unless that fail is excepted or mitigated.",
	)
}

func methodWords(p *page, _ *Report) error {
	if err := p.heading("Words for verdicts and outcomes"); err != nil {
		return err
	}
	words := [][2]string{
		{"pass", "Every item of the control's population is as expected."},
		{"FAIL", "At least one item is not as expected."},
		{"FAIL (excepted)", "As FAIL; an approved exception that is in force covers every failing item."},
		{"FAIL (mitigated)", "As FAIL; a policy of the organization that binds the account makes every failing item ineffective. In the sheets Findings and Tested items both marks are those of the item alone."},
		{"n/a", "The control does not apply; the sheet Tested items says why."},
		{"manual", "A person must judge; the items are the facts for it."},
		{"not assessed", "Evidence that the control needs could not be read; the sheets Findings and Gaps say why. It is neither a pass nor a fail."},
		{"… (inherited)", "The control is judged once for the organization; the account inherits the verdict."},
		{"complete", "Every section of the account's evidence was read."},
		{"partial", "The account was entered, but some sections of its evidence could not be read, at worst all; they stand in the sheet Gaps."},
		{"not entered", "The account could not be entered, so nothing in it was read."},
		{"not collected", "The run was cut off before the account."},
		{"excluded", "The account is left out for its state, such as SUSPENDED, or by the configuration; the sheet Scope and coverage says why."},
	}
	for _, w := range words {
		if err := p.fact(w[0], w[1]); err != nil {
			return err
		}
	}
	return nil
}

func methodExceptions(p *page, r *Report) error {
	if err := p.heading("Exceptions"); err != nil {
		return err
	}
	if r.Register.File == "" {
		return p.paragraphs("No file of exceptions was read: no risk counts as accepted.")
	}
	return p.paragraphs(
		"The exceptions come from the file "+r.Register.File+", whose SHA-256 is "+r.Register.Digest+". The sheet Exceptions lists all of them.",
		"An exception is in force from the day of its creation to the end of the day on which it expires, in UTC, and what counts is the day on which the run ended. It accepts the failing items of its controls in its accounts, units, tags and resources; all of these must match. After it expires, its items are open again.",
		"An exception is unused where everything that it is about was judged and nothing of it fails; where something could not be judged, it is not assessed.",
	)
}

func methodParameters(p *page, r *Report) error {
	if err := p.heading("Parameters used"); err != nil {
		return err
	}
	if len(r.Parameters) == 0 {
		return p.paragraphs("The controls of this benchmark have no parameters.")
	}
	t := pageTable{titles: []string{"Parameter", "Value used", "Default", "Meaning", "Source"}, chars: methodWidths()}
	for _, v := range r.Parameters {
		t.rows = append(t.rows, []any{v.Name, v.Value, v.Default, v.Meaning, v.Source})
	}
	_, _, err := p.table(t)
	return err
}

func methodColumns(p *page, r *Report) error {
	if err := p.heading("From a finding to its evidence"); err != nil {
		return err
	}
	return p.paragraphs(
		"Each item of the sheets Findings and Tested items names a file of the evidence folder and a JSON pointer (RFC 6901) into it; a result without items gives its cause or reason instead. Files that end in .gz are compressed with gzip.",
		"In the sheet Findings the SHA-256 of the file stands beside it; those of all files stand in the folder's SHA256SUMS, whose own SHA-256 is "+r.Evidence.Digest+".",
		"A credential report says how things stood when AWS made it, which may be up to four hours before it was read. The sheet Credential report shows that time.",
	)
}

// methodReconciliation says how the completeness of the evidence is shown.
func methodReconciliation(p *page, _ *Report) error {
	if err := p.heading("Completeness of the information"); err != nil {
		return err
	}
	return p.paragraphs(
		"Lists are read to their last page. The sheet Information produced shows for each data set what AWS was asked and how much came.",
		"GetAccountSummary gives AWS's own counts of users, groups, roles, customer-managed policies, server certificates and MFA devices. The sheet Reconciliation holds them against what was read. Figures whose meaning AWS does not state, or of which the audit reads only a part, are not compared.",
		"The totals of the sheet Scope and coverage are live formulas: every account of the organization has one outcome, and every call belongs to an account, to the walk of the organization, or to its analyzers.",
	)
}

// methodDigests are those that a second audit compares to know that it is the same.
func methodDigests(p *page, r *Report) error {
	if err := p.heading("Digests (SHA-256)"); err != nil {
		return err
	}
	for _, f := range [][2]string{
		{"Benchmark", r.Benchmark.Digest}, {"Settings of the collection", cmp.Or(r.Evidence.ConfigDigest, dash)},
		{"Exceptions", cmp.Or(r.Register.Digest, dash)}, {"SHA256SUMS of the evidence", r.Evidence.Digest},
	} {
		if err := p.fact(f[0], f[1]); err != nil {
			return err
		}
	}
	return nil
}

// methodEngine says what is not known where policies are read.
func methodEngine(p *page, r *Report) error {
	if err := p.heading("How policies are read"); err != nil {
		return err
	}
	return p.paragraphs(
		fmt.Sprintf("What an action is, and whether it reads, writes or manages permissions, comes from the list of AWS's actions of %s. %d combinations of permissions are known by which a principal can widen its rights.",
			cmp.Or(r.Benchmark.ActionCatalogue, dash), len(policy.Combinations())),
		"A condition that depends on the request, such as the address that it comes from, keeps a permission and marks it as conditional; it is not taken away.",
		"Each denial is looked at by itself. Several that only together remove an action or a resource are not combined, so that the permission stays.",
		"Session policies, policies of VPC endpoints, and resource policies other than the trust policies of roles are not known. They may allow or deny more than is shown.",
		"When a service was last accessed is read only where collect.last_accessed is set, which it is not by default. Without it, controls on unused services are left to a person.",
	)
}

func methodLimits(p *page, r *Report) error {
	if err := p.heading("Limits"); err != nil {
		return err
	}
	return p.paragraphs(
		fmt.Sprintf("The audit shows how things stood between %s and %s UTC. It does not show what was changed and changed back before or between the calls.", utcText(r.Evidence.FirstCall), utcText(r.Evidence.LastCall)),
		fmt.Sprintf("%s of the benchmark %s judged by no control. The sheet Controls lists them; they are no part of any score.",
			counted(len(r.NotJudged), "recommendation", "recommendations"), isOrAre(len(r.NotJudged))),
		"Characters that a sheet cannot hold or that would mislead a reader are shown as escapes such as \\x1b. Text beyond the 32,767 characters of a cell is cut and ends with a pointer to the evidence. Rows beyond the 1,048,576 of a sheet go on in another one.",
		"A credential report may be up to four hours old when AWS hands it out; the sheet Information produced shows its age. What happened in between is not in it.",
		"Services other than IAM, IAM Access Analyzer, Organizations and the account's own settings are not looked at.",
		"All times are UTC.",
		"Sheets are protected without a password, so that no figure changes by accident. Framed cells are for the auditor to fill in. Filters work; to sort, choose Review, Unprotect Sheet.",
	)
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
