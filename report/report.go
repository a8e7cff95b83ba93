package report

import (
	"context"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// SchemaVersion is the version of the shape of audit.json.
const SchemaVersion = "1"

// Report is what every format is made from: finished figures, and a stream of rows that
// is read from the evidence anew for each format, so that memory does not grow with the
// organization. Everything in it comes from the evidence and the configuration; the time
// of rendering is no part of it, so that the same evidence gives the same bytes.
//
// Lists are sorted as they are to be shown. Times are UTC.
type Report struct {
	// Title, Company and Confidentiality come from the configuration.
	Title, Company, Confidentiality string

	Organization OrganizationFacts
	Benchmark    BenchmarkFacts
	Evidence     EvidenceFacts
	Coverage     Coverage
	// Services are the calls by service; a Traffic here names no operation. Evidence of
	// earlier versions has none.
	Services []collect.Traffic

	// Score is the organization's: all accounts and the controls of organization scope.
	Score benchmark.Score
	Tally benchmark.Tally
	// MeanAccount is the mean raw score of the accounts that have one, nil where none has;
	// WorstAccount is the index in Accounts of the account with the lowest, or -1.
	MeanAccount  *float64
	WorstAccount int

	// Units are the root and all units in the order of the tree: after each unit stand those
	// below it.
	Units []Unit
	// Accounts are all accounts of the organization, sorted by id.
	Accounts []Account
	// Controls are those that the benchmark judges, in its order.
	Controls []Control
	// NotJudged are the benchmark's recommendations that no control judges.
	NotJudged []benchmark.Recommendation
	// Worst are the failed controls that weigh most, at most ten.
	Worst []Worst
	// OrganizationResults are the results of the controls of organization scope.
	OrganizationResults []benchmark.Result
	// Attachments are the SCPs and RCPs node by node, and OrganizationAnalyzers the analyzers of
	// the organization by holder and region.
	Attachments           []PolicyAttachment
	OrganizationAnalyzers []OrganizationAnalyzer
	// TrustMatrix is which accounts' roles trust which accounts, by the trusting one;
	// OutsideAccess is who from outside the organization, and which services, they trust.
	TrustMatrix   []TrustPair
	OutsideAccess []OutsideAccess
	// OutsideRoles counts the roles that those from outside can assume.
	OutsideRoles OutsideRoles
	// Gaps are everything that could not be read, organization first, then by account.
	Gaps []org.Gap
	// Weights and Parameters are those that were used.
	Weights    benchmark.Weights
	Parameters []benchmark.ParameterValue

	// Register says which exceptions were read, and Exceptions are these with their states,
	// in the order of their file. ExceptionLimits are the settings that the states rest on.
	Register        RegisterFacts
	Exceptions      []benchmark.ExceptionUse
	ExceptionLimits benchmark.ExceptionLimits

	// Changes is nil where no previous audit was given. Trend are the earlier audits by
	// time; the present one is not among them.
	Changes *Changes
	Trend   []PastAudit
	// Lifetimes are those of the failed items of OrganizationResults by finding id; nil
	// where no earlier audit was given.
	Lifetimes map[string]Lifetime

	// LeftOut names the audits of the history that could not be compared, and why.
	LeftOut []string

	// Rendering is what the configuration says of the form.
	Rendering Rendering

	// DataSets are what was read of the organization as a whole; those of the accounts come
	// with their rows.
	DataSets []DataSet
	// WalkCalls and AnalyzerCalls are those calls of the evidence that no account counts: of
	// the caller's identity and the walk, and of the organization's analyzers.
	WalkCalls, AnalyzerCalls int
	// Files are those of the evidence folder.
	Files []EvidenceFile
	// Digests are the SHA-256 of the evidence's files by name, in hex.
	Digests map[string]string

	// EachPolicy calls f with the SCPs and RCPs that bind each account, level by level; nil is none.
	EachPolicy func(f func(*BindingPolicy) error) error

	// EachAccount calls f with the rows of every account in the order of Accounts, those
	// of accounts without evidence too. An error of f ends it and is returned.
	EachAccount func(ctx context.Context, f func(*AccountRows) error) error
}

// OrganizationFacts say which organization was audited.
type OrganizationFacts struct {
	ID                string
	ManagementAccount string // id
	ManagementName    string
	FeatureSet        string
	Partition         string
	Accounts          int
	// Units is -1 where no unit could be read.
	Units int
}

// BenchmarkFacts say what was demanded.
type BenchmarkFacts struct {
	ID, Title string
	// Digest is the SHA-256 of the benchmark's definition, in hex.
	Digest string
	// ActionCatalogue is the date of the list of AWS's actions that policies were read with.
	ActionCatalogue string
}

// EvidenceFacts say what the report rests on.
type EvidenceFacts struct {
	FirstCall, LastCall time.Time
	// Caller is the ARN of the identity that collected.
	Caller string
	// Digest is the SHA-256 of the evidence folder's SHA256SUMS, in hex.
	Digest string
	// Tool is the version of orgaudit that collected, ConfigDigest the SHA-256 of its settings.
	Tool, ConfigDigest string
	// Complete is false where the run was cut off.
	Complete bool
	// Simulated is true where the organization is the built-in one.
	Simulated bool
	// Calls and Retries are those of all accounts and of the organization's walk.
	Calls, Retries int
	// Throttles counts those of the calls that AWS refused because there were too many.
	Throttles int
}

// Coverage counts what became of the accounts. Accounts is the sum of the others.
type Coverage struct {
	Accounts     int `json:"accounts"`
	Complete     int `json:"complete"`
	Partial      int `json:"partial"`
	NotEntered   int `json:"not_entered"`
	NotCollected int `json:"not_collected"`
	Excluded     int `json:"excluded"`
}

// InScope is the number of accounts that were to be assessed.
func (c Coverage) InScope() int { return c.Accounts - c.Excluded }

// What became of an account.
const (
	Complete     = "complete"      // every section was read
	Partial      = "partial"       // some sections are gaps, at worst all
	NotEntered   = "not_entered"   // the account could not be entered
	NotCollected = "not_collected" // the run was cut off before it
	Excluded     = "excluded"      // left out for its state or by the configuration
)

// Unit is the root or a unit with the score of every account in it and below it.
type Unit struct {
	ID, Name string
	// Path is readable, such as "Root / Workloads / Production"; Depth is 0 for the root.
	Path  string
	Depth int
	// Accounts counts the accounts in the unit and below, InScope those not excluded.
	Accounts, InScope int
	Score             benchmark.Score
	Tally             benchmark.Tally
	// Mean is the mean raw score of the unit's accounts; Worst is the index in
	// Report.Accounts of the account with the lowest raw score, or -1.
	Mean  *float64
	Worst int
}

// Account is an account of the organization and what became of it.
type Account struct {
	org.Account
	Management bool
	// Unit is the readable path of the unit that holds the account.
	Unit string
	// Outcome is Complete, Partial, NotEntered, NotCollected or Excluded; Why says the
	// cause in words, where there is one, with AWS's error code and request id.
	Outcome, Why, Code, RequestID string
	Entry                         collect.Entry
	StartedAt, EndedAt            time.Time
	Calls, Retries, Throttles     int
	// SectionsRead and SectionsMissing count the sections of the evidence.
	SectionsRead, SectionsMissing int
	// Users and Roles count IAM's; -1 is unknown.
	Users, Roles int
	Score        benchmark.Score
	Tally        benchmark.Tally
	// Reconciled counts AWS's own figures that were held against the evidence.
	Reconciled ReconciliationCount
	// EvidenceFile is the account's file in the evidence folder and its SHA-256; empty
	// where there is none.
	EvidenceFile, EvidenceSHA256 string
}

// Control is a control of the benchmark with its totals over the organization.
type Control struct {
	*benchmark.Control
	// Number, Level and Assessment are the benchmark's; Number is empty for a control that
	// the benchmark adds without one.
	Number     string
	Level      int
	Assessment string // Automated or Manual
	Weight     int
	// OwnWeight tells that the benchmark gives the control this weight instead of that of its
	// severity.
	OwnWeight bool
	// References are the numbers of other frameworks.
	References benchmark.References
	// Counts of accounts by verdict. A control of organization scope counts once.
	Passed, Failed, NotAssessed, NotApplicable, Manual int
	// Excepted and Mitigated are parts of Failed.
	Excepted, Mitigated int
	// Items of all accounts.
	Population, ItemsPassed, ItemsFailed, ItemsNotAssessed int
}

// Worst is a failed control that weighs much, in words.
type Worst struct {
	// Control is the index in Report.Controls.
	Control int
	// Accounts are the indices in Report.Accounts where it failed; empty for the organization.
	Accounts []int
	// Items counts the failed items.
	Items int
	// Weight is the control's weight times the number of failed results.
	Weight int
	// Sentence says it in words, such as "The root user has no MFA in 4 of 55 accounts."
	Sentence string
}

// BindingPolicy is one row of the policies that bind an account: a policy and the node
// where it is attached.
type BindingPolicy struct {
	AccountID, AccountName, Unit string
	Type                         string // SCP or RCP
	// Level is the depth of the node: 0 for the root; the account itself is deepest.
	Level                  int
	NodeID, NodeName, Kind string
	PolicyID, PolicyName   string
	AWSManaged             bool
	// Binds is false in the management account, which no SCP or RCP binds.
	Binds bool
}

// AccountRows are the rows of one account for the formats that list them. Several formats
// read the same rows side by side, so that none may change them.
type AccountRows struct {
	Account *Account
	// Results hold one result for each control of account scope, items included.
	Results []benchmark.Result
	// Credentials are the rows of the credential report and when AWS made it.
	Credentials          []collect.CredentialRow
	CredentialsGenerated time.Time
	// Findings are Access Analyzer's about this account, from its own analyzers and the
	// organization's.
	Findings []collect.AnalyzerFinding
	// Privileged and Trusts are the account's privileged principals and whom its roles trust;
	// nil where the authorization details are missing.
	Privileged []benchmark.PrivilegedPrincipal
	Trusts     []benchmark.Trust
	// OwnPolicies are the policies that the account has written; nil as these.
	OwnPolicies []benchmark.OwnPolicy
	// Reconciled hold AWS's own figures against the evidence; nil where the account could not be
	// entered.
	Reconciled []Reconciliation
	// Lifetimes are those of the account's failed items by finding id, and Changes what
	// became of findings since the previous audit, resolved ones too; nil without one.
	Lifetimes map[string]Lifetime
	Changes   []Change
	// Evidence is nil where there is none.
	Evidence *collect.Evidence
	// Gaps are those of the evidence that nothing has closed.
	Gaps []org.Gap
}
