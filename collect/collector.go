package collect

import (
	"context"
	"slices"

	"orgaudit/org"
)

// Collector reads one section of an account's evidence.
type Collector struct {
	Section org.Section
	// Optional marks a section that is read only where the configuration asks for it.
	Optional bool
	// After is the section that must have been read before, where there is one. Where that
	// one is missing, so is this.
	After org.Section
	// Calls are the operations that it uses; the audit role, the session policy and the
	// list of operations that clients may send are made from them.
	Calls []org.Call
	// Parameters are what the operations are asked with, beside the names of what is asked
	// about, in words for auditors; empty where they are asked with nothing.
	Parameters string
	// Records says what the records are that [Read.Records] counts.
	Records string
	// Expect says how often operations are called in an account; those that it does not name
	// are called once. Runs do not look at it, plans do.
	Expect map[string]Expected
	// Read fills in its field of the evidence and says how many records came. Its error
	// becomes a gap of the section. Exactly one of Read and ReadRegion is set.
	Read func(ctx context.Context, v *Visit) (records int, err error)
	// ReadRegion does the same for one region; its error is a gap of that region alone.
	ReadRegion func(ctx context.Context, v *Visit, region string) (records int, err error)
}

// Expected is how often an operation is called in an account, or in each region where the
// section is read region by region.
type Expected struct {
	Calls int
	// More is what makes it more than that.
	More string
}

// Collectors returns all collectors. RegionsSection comes first, since those that read
// region by region need it.
func Collectors() []Collector {
	return []Collector{
		regionsCollector(),
		credentialReportCollector(),
		accountSummaryCollector(),
		passwordPolicyCollector(),
		authorizationCollector(),
		virtualMFACollector(),
		serverCertificatesCollector(),
		identityProvidersCollector(),
		aliasCollector(),
		contactsCollector(),
		primaryContactCollector(),
		analyzersCollector(),
		lastAccessedCollector(),
	}
}

// Asked tells whether a run reads the section, given the optional ones that it asks for.
func (c *Collector) Asked(optional []org.Section) bool {
	return !c.Optional || slices.Contains(optional, c.Section)
}

// AuditCalls returns the operations that a run uses inside an account, given the optional
// sections that it asks for: what the audit role and its sessions may do.
func AuditCalls(optional []org.Section) []org.Call {
	var calls []org.Call
	for _, c := range Collectors() {
		if c.Asked(optional) {
			calls = append(calls, c.Calls...)
		}
	}
	return calls
}

// Calls returns every operation that a run may send: those of the collectors, of the walk
// and of entering accounts.
func Calls() []org.Call {
	calls := slices.Concat(entryCalls(), org.Calls())
	for _, c := range Collectors() {
		calls = append(calls, c.Calls...)
	}
	return calls
}

// iamCalls are operations of IAM, whose permissions have the same names.
func iamCalls(operations ...string) []org.Call {
	var calls []org.Call
	for _, o := range operations {
		calls = append(calls, org.Call{Service: "IAM", Operation: o, Action: "iam:" + o})
	}
	return calls
}
