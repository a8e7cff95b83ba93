package report

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// Explanation is the whole derivation of one verdict: enough to re-perform it by hand.
type Explanation struct {
	Control Control
	// Account is nil for the organization.
	Account *Account
	// Excluded is why the account was left out of the audit, and then there is no result.
	Excluded string
	Result   benchmark.Result
	// Parameters are those that the control reads.
	Parameters []benchmark.ParameterValue
	// Sections are those of the evidence that the control looks at.
	Sections []SectionRead
	// Evidence holds for each item of the result what stands at its reference, in order.
	Evidence []EvidenceValue
	// Policies are the SCPs and RCPs from the root to the account.
	Policies []BindingPolicy
	// Exceptions are those of the register that name the control, whether they match or not.
	Exceptions []benchmark.Exception
	Benchmark  BenchmarkFacts
}

// SectionRead is a section of the evidence and what became of it.
type SectionRead struct {
	Section org.Section
	// Reads are when and how it was read, region by region for some.
	Reads []collect.Read
	// Gaps are what could not be read of it.
	Gaps []org.Gap
	// Decides tells that there is no verdict without it; others add detail.
	Decides bool
}

// EvidenceValue is a value of the evidence that an item names.
type EvidenceValue struct {
	benchmark.Reference
	SHA256 string
	// Value is JSON of one line; Problem says why there is none.
	Value, Problem string
}

// Explain judges one control on one account anew, and returns everything that led to the
// verdict. An empty account is the organization. A control of organization scope is
// explained for the organization, whatever the account.
func Explain(o Options, account, control string) (*Explanation, error) {
	e, err := explain(o, account, control)
	if err != nil || o.Rendering.FullKeyIDs {
		return e, err
	}
	*e = shortened(*e)
	return e, nil
}

func explain(o Options, account, control string) (*Explanation, error) {
	b := &builder{Options: o}
	if err := b.open(); err != nil {
		return nil, err
	}
	c := benchmark.ControlByID(control)
	if c == nil {
		return nil, fmt.Errorf("unknown control %q", control)
	}
	r := b.skeleton()
	e := &Explanation{Control: Control{Control: c, Weight: b.Weights[c.Severity]}, Benchmark: r.Benchmark}
	for _, known := range r.Controls {
		if known.ID == control {
			e.Control = known
		}
	}
	for _, p := range r.Parameters {
		if slices.Contains(c.Parameters, p.Name) {
			e.Parameters = append(e.Parameters, p)
		}
	}
	for _, x := range b.Exceptions.Exceptions {
		if slices.Contains(x.Controls, control) {
			e.Exceptions = append(e.Exceptions, x)
		}
	}
	if account != "" {
		i := slices.IndexFunc(r.Accounts, func(a Account) bool { return a.ID == account })
		if i < 0 {
			return nil, fmt.Errorf("the organization has no account %s", account)
		}
		e.Account = &r.Accounts[i]
		e.Policies = b.binding(&e.Account.Account)
	}
	if c.Scope == benchmark.OrganizationScope {
		e.Result = benchmark.Judge(c, &b.subject)
		b.accepted.Apply(&e.Result, nil)
		e.organizationSections(c, b)
		return e, e.values(b)
	}
	if e.Account == nil {
		return nil, fmt.Errorf("control %s is judged in every account: name one", control)
	}
	if reason, excluded := b.excluded[account]; excluded {
		e.Excluded = reason
		return e, nil
	}
	ev, err := b.Folder.Account(account)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("explain account %s: %w", account, err)
	}
	subject := b.subject.For(b.org.Account(account), ev)
	e.Result = benchmark.Judge(c, subject)
	b.accepted.Apply(&e.Result, subject.Account)
	if ev != nil {
		b.facts(r, e.Account, subject.Evidence)
		e.accountSections(c, subject.Evidence)
	}
	e.organizationSections(c, b)
	return e, e.values(b)
}

func (e *Explanation) accountSections(c *benchmark.Control, ev *collect.Evidence) {
	for _, section := range slices.Concat(c.Needs, c.NeedsAny, c.Uses) {
		read := SectionRead{Section: section, Decides: !slices.Contains(c.Uses, section)}
		for _, r := range ev.Reads {
			if r.Section == section {
				read.Reads = append(read.Reads, r)
			}
		}
		for _, g := range ev.Gaps {
			if g.Section == section {
				read.Gaps = append(read.Gaps, g)
			}
		}
		if gap, missing := ev.Missing(section); missing && len(read.Gaps) == 0 {
			read.Gaps = append(read.Gaps, gap)
		}
		e.Sections = append(e.Sections, read)
	}
}

func (e *Explanation) organizationSections(c *benchmark.Control, b *builder) {
	sections := c.NeedsOrganization
	if c.Scope == benchmark.OrganizationScope {
		sections = slices.Concat(c.Needs, c.NeedsAny, c.Uses)
	}
	for _, section := range sections {
		read := SectionRead{Section: section, Decides: !slices.Contains(c.Uses, section)}
		if gap, missing := b.org.Missing(section); missing {
			read.Gaps = []org.Gap{gap}
		} else {
			read.Reads = []collect.Read{{Section: section, StartedAt: b.org.WalkedAt, EndedAt: b.org.WalkEnded}}
		}
		e.Sections = append(e.Sections, read)
	}
}

// values reads what stands at the references of the items.
func (e *Explanation) values(b *builder) error {
	values := b.Folder.Values()
	for _, item := range e.Result.Items {
		v := EvidenceValue{Reference: item.Evidence, SHA256: b.digests.Files[item.Evidence.File]}
		if item.Evidence.File == "" {
			v.Problem = "the item names no evidence"
		} else if personal(item.Evidence) {
			v.Problem = "personal data, which stands in the evidence and is not shown"
		} else if text, err := values.At(item.Evidence.File, item.Evidence.Pointer); err != nil {
			v.Problem = err.Error()
		} else {
			v.Value = text
		}
		e.Evidence = append(e.Evidence, v)
	}
	return nil
}

// personal tells whether a reference leads to names, addresses and telephone numbers of
// people, which no report and no terminal shows.
func personal(r benchmark.Reference) bool {
	section, _, _ := strings.Cut(strings.TrimPrefix(r.Pointer, "/"), "/")
	return section == string(collect.PrimaryContactSection) || section == string(collect.ContactsSection)
}
