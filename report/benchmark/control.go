package benchmark

import (
	"time"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
)

// Severity says how much a failed control matters.
type Severity string

// Severities, the gravest first.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
)

// Severities returns all severities, the gravest first.
func Severities() []Severity { return []Severity{Critical, High, Medium, Low} }

// Scope tells whether a control is judged in every account or once for the organization.
type Scope string

// Scopes of controls.
const (
	AccountScope      Scope = "account"
	OrganizationScope Scope = "organization"
)

// Control is one demand, with everything that a reader, an auditor and the judge need.
type Control struct {
	// ID is the control's slug, the same in code, configuration and reports.
	ID       string
	Title    string
	Severity Severity
	Scope    Scope
	// Finding says in a clause what is wrong where the control fails, after "In 3 of 60
	// accounts".
	Finding string
	// Why says why it matters, Test how to re-perform the test by hand, Remedy what to do.
	Why, Test, Remedy string
	// Needs are the sections without which the control is not assessed.
	Needs []org.Section
	// NeedsAny are sections of which at least one must have been read.
	NeedsAny []org.Section
	// NeedsOrganization are sections of the organization without which a control of account
	// scope is not assessed.
	NeedsOrganization []org.Section
	// Uses are sections that add detail where they were read.
	Uses []org.Section
	// Parameters name the settings that the control reads.
	Parameters []string
	// Manual says that a person must always judge; the control only collects the facts.
	Manual bool
	// Mitigation tells which policy of the organization makes a failed item ineffective, or
	// nil. It may be nil itself.
	Mitigation func(s *Subject, i *Item) *Mitigation
	// Partition tells what becomes of the control in a partition where it is not judged;
	// settled is false where it is. It is asked before the evidence, since a partition
	// without a feature has no answer about it. It may be nil.
	Partition func(p org.Partition) (outcome Outcome, settled bool)
	// Judge looks at a subject whose needed sections were all read.
	Judge func(s *Subject) Outcome
}

// Subject is what a control looks at: one account, or the organization as a whole
// (Account and Evidence are nil then). Nothing in it may be changed.
type Subject struct {
	Organization *org.Organization
	Analyzers    *collect.OrganizationAnalyzers
	// Managed are the AWS-managed policies by ARN, with the document in force.
	Managed  map[string]*collect.ManagedPolicy
	Account  *org.Account
	Evidence *collect.Evidence
	// Credentials are the rows of the account's credential report, root user included;
	// nil where there is no report.
	Credentials []collect.CredentialRow
	Parameters  Parameters
	// Policies parses policy documents, each distinct one once.
	Policies *PolicyCache
	// ManagedFiles are the evidence files of Managed, by ARN.
	ManagedFiles map[string]string
	// AuditRole is the name of the role that the audit enters accounts with, with its path.
	AuditRole string
	found
}

// found is what controls share of what they found out of an account, once it was asked for.
type found struct {
	made     *estate
	policies *ownPolicies
	holders  []policyHolder
	// members are those whom no policy names.
	members map[anyMember]*policy.Principal
	// binding are the organization's policies that bind the account.
	binding *binding
}

// Outcome is what a control found. Without items it does not apply, for Reason.
type Outcome struct {
	Items  []Item
	Reason string
	// Manual says that a person must judge; the items are the facts for it.
	Manual bool
}

// Status is the state of one item.
type Status string

// States of items.
const (
	Passed      Status = "pass"
	Failed      Status = "fail"
	NotAssessed Status = "not_assessed"
	// Fact is something that a person should look at, where only a person can judge.
	Fact Status = "fact"
)

// Item is one member of a control's population.
type Item struct {
	// Resource names the member: an ARN where it has one.
	Resource string
	Status   Status
	Observed string
	Expected string
	Evidence Reference
	// Gap is the reason why an item could not be assessed.
	Gap *org.Gap
	// Because are the statements and facts that decided, a line each, in the order in which
	// they decide. It is kept short: what Observed says already does not stand here again.
	Because []string
	// Denial is what SCPs do to the action that a guardrail's item is about; nil elsewhere.
	Denial *Denial
	// Mitigation is the policy that makes a failed item ineffective, Exception the id of the
	// exception in force that accepts it.
	Mitigation *Mitigation
	Exception  string
	// Expired is the id of an exception that would accept a failed item if it had not
	// expired, where nothing else accounts for the item: the item is open again.
	Expired string
}

// Mitigation is a policy of the organization that makes a failed item ineffective.
type Mitigation struct {
	PolicyID, PolicyName string
	// NodeID and NodeName are where it is attached.
	NodeID, NodeName string
	// Statement is the statement that decides, as policy.Ref writes it.
	Statement string
}

// Reference says where the evidence of an item stands: a file of the evidence folder and
// a JSON pointer (RFC 6901) into it.
type Reference struct {
	File    string
	Pointer string
}

// Verdict is the result of a control on an account or on the organization.
type Verdict string

// Verdicts.
const (
	VerdictPass          Verdict = "pass"
	VerdictFail          Verdict = "fail"
	VerdictNotApplicable Verdict = "not_applicable"
	VerdictManual        Verdict = "manual"
	VerdictNotAssessed   Verdict = "not_assessed"
)

// Mark stands beside a fail and changes the adjusted score, never the raw one.
type Mark string

// Marks.
const (
	NoMark    Mark = ""
	Excepted  Mark = "excepted"  // an exception in force matches every failing item
	Mitigated Mark = "mitigated" // a policy of the organization makes every failing item ineffective
)

// Result is a control's verdict on one account, or on the organization.
type Result struct {
	Control string
	// Account is empty for a control of organization scope.
	Account string
	Verdict Verdict
	Mark    Mark
	// Population = Passed + Failed + NotAssessed, in items; where a person must judge some of
	// them it counts the facts too.
	Population, Passed, Failed, NotAssessed int
	// Reason says why the control does not apply, or what a person has to judge.
	Reason string
	// Gap is the cause where the verdict is not assessed.
	Gap *org.Gap
	// Items are the whole population, passed members too.
	Items []Item
	// At is the time of the evidence.
	At time.Time
}
