package report

import (
	"encoding/json"
	"io"
	"time"

	"orgaudit/report/benchmark"
)

// jsonPastAudit is an earlier audit, judged as this one is.
type jsonPastAudit struct {
	At             time.Time       `json:"at"`
	Label          string          `json:"label"`
	EvidenceDigest string          `json:"evidence_sha256"`
	Score          benchmark.Score `json:"score"`
	Coverage       Coverage        `json:"coverage"`
	Findings       int             `json:"failed_items"`
	CriticalFailed int             `json:"critical_failed"`
	HighFailed     int             `json:"high_failed"`
	MediumFailed   int             `json:"medium_failed"`
	LowFailed      int             `json:"low_failed"`
}

// jsonPublished is what the previous audit's own report said.
type jsonPublished struct {
	Benchmark jsonBenchmark   `json:"benchmark"`
	Score     benchmark.Score `json:"score"`
}

// jsonChanges is what is different from the previous audit; null where there is none. The
// changes of single findings are a list of their own.
type jsonChanges struct {
	Previous  jsonPastAudit       `json:"previous"`
	Published *jsonPublished      `json:"published"`
	Findings  ChangeCount         `json:"findings"`
	Steps     []ScoreStep         `json:"score_steps"`
	Controls  []jsonControlChange `json:"controls"`
	Accounts  []jsonAccountChange `json:"accounts"`
	Units     []jsonUnitChange    `json:"units"`
	Better    []string            `json:"better"`
	Worse     []string            `json:"worse"`
}

type jsonControlChange struct {
	Control string `json:"control"`
	ChangeCount
	FailedBefore int `json:"failed_accounts_before"`
	Failed       int `json:"failed_accounts"`
	Mended       int `json:"from_fail_to_pass"`
	Broken       int `json:"from_pass_to_fail"`
}

type jsonAccountChange struct {
	AccountID string `json:"account"`
	Name      string `json:"name"`
	What      string `json:"what"`
	Before    string `json:"before"`
	After     string `json:"after"`
}

type jsonUnitChange struct {
	Path   string   `json:"path"`
	Before *float64 `json:"raw_before"`
	Now    *float64 `json:"raw"`
}

// jsonChange is what became of one finding. The account is null for one of the organization.
type jsonChange struct {
	ID        string             `json:"id"`
	Kind      ChangeKind         `json:"change"`
	Cause     ChangeCause        `json:"cause,omitempty"`
	Control   string             `json:"control"`
	Severity  benchmark.Severity `json:"severity"`
	Account   *string            `json:"account"`
	Unit      string             `json:"unit,omitempty"`
	Resource  string             `json:"resource"`
	Before    string             `json:"before"`
	After     string             `json:"after"`
	Observed  string             `json:"observed"`
	FirstSeen time.Time          `json:"first_seen"`
}

func jsonChangesOf(c *Changes) *jsonChanges {
	if c == nil {
		return nil
	}
	j := &jsonChanges{
		Previous: jsonPastAudit(c.Previous), Findings: c.Count, Steps: append([]ScoreStep{}, c.Steps...),
		Controls: []jsonControlChange{}, Accounts: []jsonAccountChange{}, Units: []jsonUnitChange{},
		Better: append([]string{}, c.Better...), Worse: append([]string{}, c.Worse...),
	}
	if c.PublishedScore != nil {
		j.Published = &jsonPublished{Benchmark: jsonBenchmark(c.PreviousBenchmark), Score: *c.PublishedScore}
	}
	for _, control := range c.Controls {
		j.Controls = append(j.Controls, jsonControlChange(control))
	}
	for _, account := range c.Accounts {
		j.Accounts = append(j.Accounts, jsonAccountChange(account))
	}
	for _, unit := range c.Units {
		j.Units = append(j.Units, jsonUnitChange(unit))
	}
	return j
}

func jsonTrend(trend []PastAudit) []jsonPastAudit {
	list := []jsonPastAudit{}
	for _, p := range trend {
		list = append(list, jsonPastAudit(p))
	}
	return list
}

func jsonChangeOf(c *Change) jsonChange {
	j := jsonChange{
		ID: c.ID, Kind: c.Kind, Cause: c.Cause, Control: c.Control, Severity: c.Severity, Unit: c.Unit, Resource: c.Resource,
		Before: c.Before, After: c.After, Observed: c.Observed, FirstSeen: c.FirstSeen,
	}
	if c.AccountID != "" {
		j.Account = &c.AccountID
	}
	return j
}

// WriteChanges writes the comparison with the previous audit as JSON, as it stands in
// audit.json: the parts changes and trend, and the list finding_changes with what each
// hands over.
func WriteChanges(r *Report, w io.Writer, each func(func(*Change) error) error) error {
	head, err := json.MarshalIndent(struct {
		Schema       string           `json:"schema"`
		Organization jsonOrganization `json:"organization"`
		Benchmark    jsonBenchmark    `json:"benchmark"`
		Evidence     jsonEvidence     `json:"evidence"`
		Score        benchmark.Score  `json:"score"`
		Changes      *jsonChanges     `json:"changes"`
		Trend        []jsonPastAudit  `json:"trend"`
	}{SchemaVersion, jsonOrganizationOf(r), jsonBenchmark(r.Benchmark), jsonEvidence(r.Evidence), r.Score, jsonChangesOf(r.Changes), jsonTrend(r.Trend)}, "", " ")
	if err != nil {
		return err
	}
	if _, err := w.Write(head[:len(head)-len("\n}")]); err != nil {
		return err
	}
	if _, err := io.WriteString(w, ",\n \"finding_changes\": ["); err != nil {
		return err
	}
	list := jsonList{w: w}
	if err := each(func(c *Change) error { return list.add(jsonChangeOf(c)) }); err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n ]\n}\n")
	return err
}
