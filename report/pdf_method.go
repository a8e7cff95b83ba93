package report

import (
	"fmt"
	"strings"

	"orgaudit/report/benchmark"
)

// pdfMethodFacts are what the description of the method is filled in with.
type pdfMethodFacts struct {
	pdfFacts
	// WeightWords are the weights in a row, such as "critical 10, high 5".
	WeightWords string
	// RawWhole is the weight of what passed and failed.
	RawWhole int
}

func pdfMethodFactsOf(r *Report) pdfMethodFacts {
	var weights []string
	for _, s := range benchmark.Severities() {
		weights = append(weights, fmt.Sprintf("%s %d", s, r.Weights[s]))
	}
	return pdfMethodFacts{pdfFacts: pdfFactsOf(r), WeightWords: strings.Join(weights, ", "), RawWhole: r.Tally.Passed + r.Tally.Failed}
}

// method draws how scores come about, so that a reader can work them out again.
func (d *pdfDocument) method() error {
	d.title("How the scores are made")
	facts := pdfMethodFactsOf(d.report)
	if err := d.writeProse("method", facts); err != nil {
		return err
	}
	if err := d.parameters(); err != nil {
		return err
	}
	return d.writeProse("limits", facts)
}

// parameters draws the settings that the controls read.
func (d *pdfDocument) parameters() error {
	d.heading("Parameters", pdfTableKeep)
	if len(d.report.Parameters) == 0 {
		return d.writeProse("no-parameters", nil)
	}
	columns := []pdfColumn{
		{title: "Name", width: 42, lines: 2},
		{title: "Value", width: 24, lines: 2},
		{title: "Default", width: 24, lines: 2},
		{title: "Meaning", width: 62, lines: 4},
		{title: "Source", width: 28, lines: 4},
	}
	var rows [][]pdfCell
	for _, p := range d.report.Parameters {
		value := pdfPlain(pdfOr(p.Value))
		value.bold = p.Value != p.Default
		rows = append(rows, []pdfCell{pdfPlain(p.Name), value, pdfPlain(pdfOr(p.Default)), pdfPlain(p.Meaning), pdfPlain(p.Source)})
	}
	d.table(columns, rows)
	return nil
}
