package collect

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"orgaudit/org"
)

// AssumedRegions is the number of regions of an account whose own are not known: those of the
// partition where every account has the same, else those that are enabled by default in the
// partition aws ("Enable or disable AWS Regions in your account", AWS Account Management
// Reference Guide).
func AssumedRegions(partition string) int {
	const byDefault = 17
	return cmp.Or(len(org.PartitionOf(partition).Regions), byDefault)
}

// What a planned number of calls rests on.
const (
	BasisWalk     = "counted in the walk"        // the run walks again as the plan did
	BasisEarlier  = "as many as in the evidence" // without those that were repeated
	BasisDeclared = "declared by the collectors" // for accounts without evidence
	BasisMixed    = "in part as in the evidence" // some accounts have evidence
)

// PlannedCalls are the calls of one operation that a run will make.
type PlannedCalls struct {
	Service   string `json:"service"`
	Operation string `json:"operation"`
	Calls     int    `json:"calls"`
	Basis     string `json:"basis"`
	// More is what makes it more calls than that.
	More string `json:"more,omitempty"`
}

// Plan is what a run will do.
type Plan struct {
	// Accounts counts those in scope, WithRole those of them that are entered with the audit
	// role, and Known those whose calls an earlier run has counted.
	Accounts int `json:"accounts"`
	WithRole int `json:"accounts_with_role"`
	Known    int `json:"accounts_known"`
	// Regions counts the pairs of a region and an account that are asked for analyzers,
	// Covered those that an analyzer of the organization makes needless, as far as that is known.
	Regions int `json:"regions"`
	Covered int `json:"regions_covered"`
	// Calls are sorted by service and operation.
	Calls []PlannedCalls `json:"calls"`
	// Pages is the longest chain of pages in one account that is known, at least 1.
	Pages int `json:"pages"`
	// OrganizationActions are the IAM permissions of who reads the organization and takes the
	// roles, AccountActions those of the audit role.
	OrganizationActions []string `json:"organization_actions"`
	AccountActions      []string `json:"account_actions"`
}

// Total is the number of all calls.
func (p *Plan) Total() int {
	n := 0
	for _, c := range p.Calls {
		n += c.Calls
	}
	return n
}

// Of returns the number of calls of an operation.
func (p *Plan) Of(service, operation string) int {
	for _, c := range p.Calls {
		if c.Service == service && c.Operation == operation {
			return c.Calls
		}
	}
	return 0
}

// NewPlan plans a run with these options. walk is what the walk took. earlier is evidence of
// the same organization or nil; what it says of calls is taken over what is declared.
func NewPlan(o Options, walk []Traffic, earlier *Folder) (*Plan, error) {
	p := &planner{run: &run{Options: o}, plan: &Plan{Accounts: len(o.Selected), Pages: 1}, calls: map[call]*PlannedCalls{}}
	for _, t := range walk {
		p.add(t.Service, t.Operation, t.Calls-t.Retries, BasisWalk)
	}
	var analyzers *OrganizationAnalyzers
	if earlier != nil {
		var err error
		if analyzers, err = earlier.Analyzers(); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	p.run.analyzers = analyzers
	p.organization()
	for _, account := range o.Selected {
		if p.run.entryKind(account.ID) == EntryRole {
			p.plan.WithRole++
		}
		ev, err := evidenceOf(earlier, account.ID)
		if err != nil {
			return nil, err
		}
		p.account(account, ev)
	}
	p.say()
	return p.plan, nil
}

// evidenceOf is the evidence of an account, or nil where there is none that counts the calls of
// one run. What several runs took together says nothing of the next.
func evidenceOf(earlier *Folder, id string) (*Evidence, error) {
	if earlier == nil {
		return nil, nil
	}
	ev, err := earlier.Account(id)
	if errors.Is(err, fs.ErrNotExist) || err == nil && (len(ev.Traffic) == 0 || ev.Readings > 1) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the evidence of account %s: %w", id, err)
	}
	return ev, nil
}

// planner makes a plan.
type planner struct {
	run   *run
	plan  *Plan
	calls map[call]*PlannedCalls
	// holders tells whether the calls in the holders of the organization's analyzers, which
	// are entered before all others, are declared ones.
	holdersDeclared bool
}

func (p *planner) add(service, operation string, calls int, basis string) {
	c := call{service, operation}
	planned, ok := p.calls[c]
	if !ok {
		planned = &PlannedCalls{Service: service, Operation: operation, Basis: basis}
		p.calls[c] = planned
	}
	planned.Calls += calls
	if planned.Basis != basis {
		planned.Basis = BasisMixed
	}
}

// organization adds the calls for the organization's analyzers.
func (p *planner) organization() {
	if a := p.run.analyzers; a != nil && len(a.Traffic) > 0 {
		for _, t := range a.Traffic {
			p.add(t.Service, t.Operation, (t.Calls-t.Retries)/max(a.Readings, 1), BasisEarlier)
		}
		return
	}
	p.holdersDeclared = true
	for _, id := range p.holders() {
		if !p.selected(id) && p.run.entryKind(id) == EntryRole {
			p.add("STS", "AssumeRole", 1, BasisDeclared)
		}
		if len(p.run.Regions) == 0 {
			p.add("Account", "ListRegions", 1, BasisDeclared)
		}
		p.add("AccessAnalyzer", "ListAnalyzers", p.regions(nil), BasisDeclared)
	}
}

// holders are the accounts that are entered for the organization's analyzers.
func (p *planner) holders() []string {
	narrowed := map[string]bool{}
	for _, e := range p.run.Excluded {
		narrowed[e.AccountID] = e.Narrowed
	}
	return slices.DeleteFunc(analyzerHolders(p.run.Organization), func(id string) bool {
		return p.run.Organization.Account(id) == nil || !p.selected(id) && !narrowed[id]
	})
}

func (p *planner) selected(id string) bool {
	return slices.ContainsFunc(p.run.Selected, func(a *org.Account) bool { return a.ID == id })
}

// regions counts the regions of an account.
func (p *planner) regions(ev *Evidence) int {
	switch {
	case len(p.run.Regions) > 0:
		return len(p.run.Regions)
	case ev != nil && len(ev.Regions) > 0:
		return len(ev.Regions)
	}
	return AssumedRegions(p.run.Organization.Partition)
}

// account adds the calls for one account.
func (p *planner) account(account *org.Account, ev *Evidence) {
	if ev != nil {
		p.plan.Known++
		for _, t := range ev.Traffic {
			p.add(t.Service, t.Operation, t.Calls-t.Retries, BasisEarlier)
			if t.Operation == "GetAccountAuthorizationDetails" {
				p.plan.Pages = max(p.plan.Pages, t.Calls-t.Retries)
			}
		}
		covered := 0
		for _, r := range ev.Analyzers {
			if r.CoveredBy != "" {
				covered++
			}
		}
		p.plan.Covered += covered
		p.plan.Regions += len(ev.Analyzers) - covered
		return
	}
	if p.run.entryKind(account.ID) == EntryRole && (p.holdersDeclared || !slices.Contains(p.holders(), account.ID)) {
		p.add("STS", "AssumeRole", 1, BasisDeclared)
	}
	regions := p.regions(nil)
	covered := 0
	if p.run.analyzers != nil && len(p.run.Regions) > 0 {
		for _, name := range p.run.Regions {
			if _, _, ok := p.run.analyzers.Covering(name); ok {
				covered++
			}
		}
	}
	p.plan.Covered += covered
	p.plan.Regions += regions - covered
	for _, c := range Collectors() {
		if !c.Asked(p.run.Optional) || c.Section == RegionsSection && len(p.run.Regions) > 0 {
			continue
		}
		for _, operation := range c.Calls {
			expected, ok := c.Expect[operation.Operation]
			if !ok {
				expected.Calls = 1
			}
			times := 1
			if c.ReadRegion != nil {
				times = regions - covered
			}
			p.add(operation.Service, operation.Operation, expected.Calls*times, BasisDeclared)
		}
	}
}

// say sorts the calls, and adds in words what makes them more, and the permissions.
func (p *planner) say() {
	calls := slices.Concat(entryCalls(), org.Calls())
	p.plan.OrganizationActions = org.Actions(calls)
	var inAccounts []org.Call
	for _, c := range Collectors() {
		if !c.Asked(p.run.Optional) {
			continue
		}
		inAccounts = append(inAccounts, c.Calls...)
		for operation, expected := range c.Expect {
			for _, planned := range p.calls {
				if planned.Operation == operation && planned.Basis != BasisEarlier {
					planned.More = expected.More
				}
			}
		}
	}
	p.plan.AccountActions = org.Actions(inAccounts)
	for _, c := range p.calls {
		p.plan.Calls = append(p.plan.Calls, *c)
	}
	slices.SortFunc(p.plan.Calls, func(a, b PlannedCalls) int {
		if n := strings.Compare(a.Service, b.Service); n != 0 {
			return n
		}
		return strings.Compare(a.Operation, b.Operation)
	})
}
