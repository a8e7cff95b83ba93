package report

import (
	"time"

	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// jsonReport is audit.json without its long lists.
type jsonReport struct {
	SchemaID       string                   `json:"$schema"`
	Schema         string                   `json:"schema"`
	Organization   jsonOrganization         `json:"organization"`
	Benchmark      jsonBenchmark            `json:"benchmark"`
	Evidence       jsonEvidence             `json:"evidence"`
	Scores         jsonScores               `json:"scores"`
	Coverage       Coverage                 `json:"coverage"`
	Gaps           []org.Gap                `json:"gaps"`
	Accounts       []jsonAccount            `json:"accounts"`
	Controls       []jsonControl            `json:"controls"`
	NotJudged      []jsonNotJudged          `json:"not_judged"`
	Parameters     []jsonParameter          `json:"parameters"`
	ExceptionsFile *jsonRegister            `json:"exceptions_file"`
	Limits         jsonExceptionLimits      `json:"exception_limits"`
	Exceptions     []benchmark.ExceptionUse `json:"exceptions"`
	TrustMatrix    []jsonTrustPair          `json:"trust_matrix"`
	OutsideAccess  []jsonOutsideAccess      `json:"outside_access"`
	Changes        *jsonChanges             `json:"changes"`
	Trend          []jsonPastAudit          `json:"trend"`
}

type jsonOrganization struct {
	ID                string `json:"id"`
	ManagementAccount string `json:"management_account"`
	FeatureSet        string `json:"feature_set"`
	Partition         string `json:"partition"`
	Accounts          int    `json:"accounts"`
	Units             *int   `json:"units"`
}

type jsonBenchmark struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Digest string `json:"sha256"`
	// ActionCatalogue is the date of the list of AWS's actions that policies were read with.
	ActionCatalogue string `json:"action_catalogue"`
}

type jsonEvidence struct {
	FirstCall    time.Time `json:"first_call"`
	LastCall     time.Time `json:"last_call"`
	Caller       string    `json:"caller"`
	Digest       string    `json:"sha256"`
	Tool         string    `json:"tool"`
	ConfigDigest string    `json:"config_sha256"`
	Complete     bool      `json:"complete"`
	Simulated    bool      `json:"simulated"`
	Calls        int       `json:"calls"`
	Retries      int       `json:"retries"`
	Throttles    int       `json:"throttles,omitempty"`
}

// jsonScore is a score with the weights that it is made from.
type jsonScore struct {
	benchmark.Score
	Weights benchmark.Tally `json:"weights"`
}

type jsonScores struct {
	Organization jsonScore                  `json:"organization"`
	MeanAccount  *float64                   `json:"mean_account"`
	WorstAccount string                     `json:"worst_account,omitempty"`
	Weights      map[benchmark.Severity]int `json:"severity_weights"`
	Units        []jsonUnit                 `json:"units"`
}

type jsonUnit struct {
	ID       string    `json:"id"`
	Path     string    `json:"path"`
	Accounts int       `json:"accounts"`
	InScope  int       `json:"in_scope"`
	Mean     *float64  `json:"mean_account"`
	Worst    string    `json:"worst_account,omitempty"`
	Score    jsonScore `json:"score"`
}

type jsonAccount struct {
	ID             string            `json:"id"`
	Name           string            `json:"name"`
	Email          string            `json:"email"`
	Unit           string            `json:"unit"`
	State          string            `json:"state"`
	Joined         time.Time         `json:"joined,omitzero"`
	Tags           map[string]string `json:"tags,omitempty"`
	Management     bool              `json:"management"`
	Outcome        string            `json:"outcome"`
	Why            string            `json:"why,omitempty"`
	Code           string            `json:"code,omitempty"`
	RequestID      string            `json:"request_id,omitempty"`
	Entry          string            `json:"entry,omitempty"`
	RoleARN        string            `json:"role_arn,omitempty"`
	StartedAt      time.Time         `json:"started_at,omitzero"`
	EndedAt        time.Time         `json:"ended_at,omitzero"`
	Calls          int               `json:"calls"`
	Retries        int               `json:"retries"`
	Throttles      int               `json:"throttles,omitempty"`
	EvidenceFile   string            `json:"evidence_file,omitempty"`
	EvidenceSHA256 string            `json:"evidence_sha256,omitempty"`
	Score          jsonScore         `json:"score"`
}

type jsonControl struct {
	ID               string               `json:"id"`
	Number           string               `json:"number,omitempty"`
	Title            string               `json:"title"`
	Level            int                  `json:"level,omitempty"`
	Assessment       string               `json:"assessment,omitempty"`
	Severity         benchmark.Severity   `json:"severity"`
	Weight           int                  `json:"weight"`
	Scope            benchmark.Scope      `json:"scope"`
	Why              string               `json:"why"`
	Test             string               `json:"test"`
	Remedy           string               `json:"remedy"`
	References       benchmark.References `json:"references"`
	Passed           int                  `json:"passed"`
	Failed           int                  `json:"failed"`
	Excepted         int                  `json:"excepted"`
	Mitigated        int                  `json:"mitigated"`
	NotAssessed      int                  `json:"not_assessed"`
	NotApplicable    int                  `json:"not_applicable"`
	Manual           int                  `json:"manual"`
	Population       int                  `json:"population"`
	ItemsPassed      int                  `json:"items_passed"`
	ItemsFailed      int                  `json:"items_failed"`
	ItemsNotAssessed int                  `json:"items_not_assessed"`
}

type jsonNotJudged struct {
	Number     string `json:"number"`
	Title      string `json:"title"`
	Level      int    `json:"level,omitempty"`
	Assessment string `json:"assessment,omitempty"`
}

type jsonParameter struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	Default string `json:"default"`
}

// jsonResult is the verdict of a control. One of organization scope stands here once, with
// null as its account: every account inherits it, and no account's score counts it.
type jsonResult struct {
	Control     string            `json:"control"`
	Scope       benchmark.Scope   `json:"scope"`
	Account     *string           `json:"account"`
	Verdict     benchmark.Verdict `json:"verdict"`
	Mark        benchmark.Mark    `json:"mark"`
	Population  int               `json:"population"`
	Passed      int               `json:"passed"`
	Failed      int               `json:"failed"`
	NotAssessed int               `json:"not_assessed"`
	Reason      string            `json:"reason,omitempty"`
	Cause       *org.Gap          `json:"cause"`
	At          time.Time         `json:"at,omitzero"`
}

// jsonFinding is one member of a control's population.
type jsonFinding struct {
	// ID is the same in every audit.
	ID       string           `json:"id"`
	Control  string           `json:"control"`
	Account  *string          `json:"account"`
	Resource string           `json:"resource"`
	Status   benchmark.Status `json:"status"`
	Observed string           `json:"observed"`
	Expected string           `json:"expected"`
	// Because are the statements and facts that decided.
	Because []string  `json:"because,omitempty"`
	File    string    `json:"evidence_file,omitempty"`
	Pointer string    `json:"evidence_pointer,omitempty"`
	Cause   org.Cause `json:"cause,omitempty"`
	// Exception accepts the item; Expired did so until it expired.
	Exception  string          `json:"exception,omitempty"`
	Expired    string          `json:"expired_exception,omitempty"`
	Mitigation *jsonMitigation `json:"mitigation,omitempty"`
	// Change and FirstSeen are those of a failed item, where an earlier audit was given.
	Change    ChangeKind `json:"change,omitempty"`
	FirstSeen time.Time  `json:"first_seen,omitzero"`
}

// jsonMitigation is the policy that makes a failed item ineffective.
type jsonMitigation struct {
	PolicyID   string `json:"policy_id"`
	PolicyName string `json:"policy_name"`
	NodeID     string `json:"node_id"`
	NodeName   string `json:"node_name"`
	Statement  string `json:"statement"`
}

func jsonAccountID(r *benchmark.Result) *string {
	if r.Account == "" {
		return nil
	}
	return &r.Account
}

func jsonResultOf(r *benchmark.Result) jsonResult {
	scope := benchmark.AccountScope
	if r.Account == "" {
		scope = benchmark.OrganizationScope
	}
	return jsonResult{
		Control: r.Control, Scope: scope, Account: jsonAccountID(r), Verdict: r.Verdict, Mark: r.Mark,
		Population: r.Population, Passed: r.Passed, Failed: r.Failed, NotAssessed: r.NotAssessed,
		Reason: r.Reason, Cause: r.Gap, At: r.At,
	}
}

func jsonFindingOf(r *benchmark.Result, i *benchmark.Item) jsonFinding {
	f := jsonFinding{
		Control: r.Control, Account: jsonAccountID(r), Resource: i.Resource, Status: i.Status,
		Observed: i.Observed, Expected: i.Expected, Because: i.Because, File: i.Evidence.File, Pointer: i.Evidence.Pointer,
		Exception: i.Exception, Expired: i.Expired, Mitigation: (*jsonMitigation)(i.Mitigation),
	}
	if i.Gap != nil {
		f.Cause = i.Gap.Cause
	}
	return f
}

func jsonOrganizationOf(r *Report) jsonOrganization {
	return jsonOrganization{
		ID: r.Organization.ID, ManagementAccount: r.Organization.ManagementAccount,
		FeatureSet: r.Organization.FeatureSet, Partition: r.Organization.Partition,
		Accounts: r.Organization.Accounts, Units: jsonUnits(r),
	}
}

func jsonUnits(r *Report) *int {
	if r.Organization.Units < 0 {
		return nil
	}
	return &r.Organization.Units
}

func jsonHead(r *Report) jsonReport {
	accountID := func(i int) string {
		if i < 0 {
			return ""
		}
		return r.Accounts[i].ID
	}
	head := jsonReport{
		Schema:       SchemaVersion,
		Organization: jsonOrganizationOf(r),
		Benchmark:    jsonBenchmark(r.Benchmark),
		Evidence:     jsonEvidence(r.Evidence),
		Scores: jsonScores{
			Organization: jsonScore{r.Score, r.Tally}, MeanAccount: r.MeanAccount,
			WorstAccount: accountID(r.WorstAccount), Weights: r.Weights, Units: []jsonUnit{},
		},
		SchemaID: SchemaID,
		Coverage: r.Coverage,
		Gaps:     append([]org.Gap{}, r.Gaps...),
		Accounts: []jsonAccount{}, Controls: []jsonControl{}, NotJudged: []jsonNotJudged{}, Parameters: []jsonParameter{},
	}
	if r.Register.File != "" {
		head.ExceptionsFile = &jsonRegister{Name: r.Register.File, Digest: r.Register.Digest}
	}
	head.Limits = jsonExceptionLimits(r.ExceptionLimits)
	head.Exceptions = append([]benchmark.ExceptionUse{}, r.Exceptions...)
	head.TrustMatrix, head.OutsideAccess = jsonTrustMatrix(r), jsonOutside(r)
	head.Changes, head.Trend = jsonChangesOf(r.Changes), jsonTrend(r.Trend)
	for _, u := range r.Units {
		head.Scores.Units = append(head.Scores.Units, jsonUnit{
			ID: u.ID, Path: u.Path, Accounts: u.Accounts, InScope: u.InScope,
			Mean: u.Mean, Worst: accountID(u.Worst), Score: jsonScore{u.Score, u.Tally},
		})
	}
	for i := range r.Accounts {
		a := &r.Accounts[i]
		head.Accounts = append(head.Accounts, jsonAccount{
			ID: a.ID, Name: a.Name, Email: a.Email, Unit: a.Unit, State: a.State, Joined: a.Joined, Tags: a.Tags,
			Management: a.Management, Outcome: a.Outcome, Why: a.Why, Code: a.Code, RequestID: a.RequestID,
			Entry: a.Entry.Kind, RoleARN: a.Entry.RoleARN, StartedAt: a.StartedAt, EndedAt: a.EndedAt,
			Calls: a.Calls, Retries: a.Retries, Throttles: a.Throttles, EvidenceFile: a.EvidenceFile, EvidenceSHA256: a.EvidenceSHA256,
			Score: jsonScore{a.Score, a.Tally},
		})
	}
	for _, c := range r.Controls {
		head.Controls = append(head.Controls, jsonControl{
			ID: c.ID, Number: c.Number, Title: c.Title, Level: c.Level, Assessment: c.Assessment,
			Severity: c.Severity, Weight: c.Weight, Scope: c.Scope, Why: c.Why, Test: c.Test, Remedy: c.Remedy, References: c.References,
			Passed: c.Passed, Failed: c.Failed, Excepted: c.Excepted, Mitigated: c.Mitigated,
			NotAssessed: c.NotAssessed, NotApplicable: c.NotApplicable, Manual: c.Manual,
			Population: c.Population, ItemsPassed: c.ItemsPassed, ItemsFailed: c.ItemsFailed, ItemsNotAssessed: c.ItemsNotAssessed,
		})
	}
	for _, n := range r.NotJudged {
		head.NotJudged = append(head.NotJudged, jsonNotJudged{Number: n.Number, Title: n.Title, Level: n.Level, Assessment: n.Assessment})
	}
	for _, p := range r.Parameters {
		head.Parameters = append(head.Parameters, jsonParameter{Name: p.Name, Value: p.Value, Default: p.Default})
	}
	return head
}
