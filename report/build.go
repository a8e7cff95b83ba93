package report

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
	"orgaudit/report/benchmark"
	"orgaudit/templates"
)

// Options say what a report is made from.
type Options struct {
	Folder     *collect.Folder
	Definition *benchmark.Definition
	Parameters benchmark.Parameters
	Weights    benchmark.Weights
	// Exceptions is the register of accepted risks, and ExceptionLimits say which of them
	// are worth a word. They may be empty.
	Exceptions      benchmark.Register
	ExceptionLimits benchmark.ExceptionLimits
	// Title, Company and Confidentiality stand on the reports.
	Title, Company, Confidentiality string
	Rendering                       Rendering
	// Previous is the audit that this one is compared with; nil takes the newest of History.
	Previous *Past
	// History are earlier audits in any order. Those that cannot be compared with this one
	// are left out and named in [Report.LeftOut].
	History []*Past
}

// New judges the evidence of a folder and makes the report. It needs no network and no
// credentials. It fails where the evidence is not what SHA256SUMS says; the evidence of a
// run that was killed, which has none of its own yet, is taken as it is and told to be
// incomplete.
func New(ctx context.Context, o Options) (*Report, error) {
	b := &builder{Options: o}
	if err := b.open(); err != nil {
		return nil, err
	}
	leftOut, err := b.openPasts()
	if err != nil {
		return nil, err
	}
	r := b.skeleton()
	r.LeftOut = leftOut
	if err := b.accounts(ctx, r); err != nil {
		return nil, err
	}
	b.totals(r)
	r.DataSets, r.Files = b.dataSets(r.Gaps), b.files(r)
	r.Exceptions = b.used.Uses(b.ExceptionLimits, r.Coverage.InScope())
	b.compare(r)
	b.shortenReport(r)
	return r, nil
}

// builder holds what is read once and needed for every account.
type builder struct {
	Options
	record   *collect.Record
	org      *org.Organization
	digests  collect.Digests
	subject  benchmark.Subject
	controls []*benchmark.Control // those of account scope, in the benchmark's order
	excluded map[string]string
	narrowed map[string]bool // of these, the ones that no list excludes
	paths    map[string]string
	// accepted are the exceptions that results are marked with, used what they match.
	accepted *benchmark.Acceptances
	used     *benchmark.ExceptionCount
	// references are the numbers of other frameworks by control.
	references map[string]benchmark.References
	// sharedIDs tells that an access key id stands in what all accounts share.
	sharedIDs bool
	// moment is the time that counts for the whole audit.
	moment time.Time
	// pasts are the earlier audits by time, and previous is the index of the one that this
	// one is compared with, or -1.
	pasts      []*past
	previous   int
	comparison *comparison
}

func (b *builder) open() (err error) {
	if b.record, err = b.Folder.Record(); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is no evidence folder: it has no run.json", b.Folder.Dir())
		}
		return err
	}
	if b.digests.All == "" { // an earlier audit has been hashed already
		if b.digests, err = verified(b.Folder, b.record); err != nil {
			return err
		}
	}
	if b.org, err = b.Folder.Organization(); err != nil {
		return err
	}
	analyzers, err := b.Folder.Analyzers()
	if err != nil {
		return err
	}
	managed, files, err := b.Folder.ManagedPolicies()
	if err != nil {
		return err
	}
	if b.references, err = benchmark.LoadReferences(templates.References); err != nil {
		return err
	}
	b.subject = benchmark.Subject{
		Organization: b.org, Analyzers: analyzers, Managed: managed, ManagedFiles: files,
		Parameters: b.Parameters, Policies: &benchmark.PolicyCache{}, AuditRole: b.record.RoleName,
	}
	b.excluded, b.narrowed = map[string]string{}, map[string]bool{}
	for _, e := range b.record.Excluded {
		b.excluded[e.AccountID], b.narrowed[e.AccountID] = e.Reason, e.Narrowed
	}
	b.paths = b.org.UnitPaths()
	// One moment counts for all accounts: the end of the run, or where it was killed the
	// walk, which every run begins with.
	b.moment = b.record.EndedAt
	if b.moment.IsZero() {
		b.moment = b.org.WalkEnded
	}
	b.accepted = b.Exceptions.Accept(b.org, b.moment)
	b.used = b.accepted.Count()
	b.sharedIDs = !b.Rendering.FullKeyIDs && b.sharedKeyIDs()
	return nil
}

// verified hashes the evidence again and compares it with what was noted of it.
func verified(folder *collect.Folder, record *collect.Record) (collect.Digests, error) {
	if record.State == collect.Collecting {
		// There is no SHA256SUMS yet, or that of an earlier run that this one went on with.
		return folder.Hash()
	}
	digests, err := folder.Verify()
	if errors.Is(err, fs.ErrNotExist) {
		return digests, fmt.Errorf("%w; the run was killed before it sealed its evidence, go on with --resume", err)
	}
	return digests, err
}

// skeleton fills in everything that does not come from single accounts.
func (b *builder) skeleton() *Report {
	r := &Report{
		Title: b.Title, Company: b.Company, Confidentiality: b.Confidentiality,
		Organization: OrganizationFacts{
			ID: b.org.ID, ManagementAccount: b.org.ManagementAccountID, FeatureSet: b.org.FeatureSet,
			Partition: b.org.Partition, Accounts: len(b.org.Accounts), Units: -1, // the root is no unit
		},
		Benchmark: b.benchmark(),
		Evidence: EvidenceFacts{
			FirstCall: b.org.WalkedAt, LastCall: b.org.WalkEnded, Caller: b.record.Caller, Digest: b.digests.All,
			Tool: b.record.Tool, ConfigDigest: b.record.ConfigDigest, Complete: b.record.State == collect.Collected,
			Simulated: b.record.Simulated,
			Calls:     b.record.Calls + b.subject.Analyzers.Calls, Retries: b.record.Retries + b.subject.Analyzers.Retries,
		},
		Rendering:    b.Rendering,
		WorstAccount: -1,
		Digests:      b.digests.Files,
		WalkCalls:    b.record.Calls, AnalyzerCalls: b.subject.Analyzers.Calls,
		Register:        RegisterFacts{File: b.Exceptions.File, Digest: b.Exceptions.Digest},
		ExceptionLimits: b.ExceptionLimits,
		NotJudged:       b.Definition.NotJudged(),
		Weights:         b.Weights,
		Parameters:      b.Parameters.Values(),
		Gaps:            slices.Concat(b.org.Gaps, b.subject.Analyzers.Gaps),
	}
	r.addTraffic(b.record.Traffic)
	r.addTraffic(b.subject.Analyzers.Traffic)
	if m := b.org.Account(b.org.ManagementAccountID); m != nil {
		r.Organization.ManagementName = m.Name
	}
	b.org.EachUnit(func(u *org.Unit, path []string) {
		if u.ID == "" {
			return // the tree was not read
		}
		r.Organization.Units++
		r.Units = append(r.Units, Unit{ID: u.ID, Name: u.Name, Path: b.paths[u.ID], Depth: len(path) - 1, Worst: -1})
	})
	texts := newSharing()
	for _, recommendation := range b.Definition.Judged() {
		c := recommendation.Demand()
		r.Controls = append(r.Controls, Control{
			Control: c, Number: recommendation.Number, Level: recommendation.Level,
			Assessment: recommendation.Assessment, Weight: recommendation.Counts(b.Weights), OwnWeight: recommendation.Weight != nil,
			References: b.references[c.ID],
		})
		if c.Scope == benchmark.OrganizationScope {
			result := benchmark.Judge(c, &b.subject)
			b.accepted.Apply(&result, nil)
			texts.share(&result)
			r.OrganizationResults = append(r.OrganizationResults, result)
		} else {
			b.controls = append(b.controls, c)
		}
	}
	for i := range b.org.Accounts {
		r.Accounts = append(r.Accounts, b.account(&b.org.Accounts[i]))
	}
	r.EachPolicy = b.eachPolicy
	r.Attachments = b.attachments()
	r.EachAccount = func(ctx context.Context, f func(*AccountRows) error) error {
		return ordered(ctx, len(r.Accounts), func(i int) (*AccountRows, error) { return b.shortRows(r, &r.Accounts[i]) }, f)
	}
	return r
}

func (b *builder) benchmark() BenchmarkFacts {
	date, _ := policy.CatalogueVersion()
	return BenchmarkFacts{ID: b.Definition.ID, Title: b.Definition.Title, Digest: b.Definition.Digest, ActionCatalogue: date}
}

func (b *builder) account(a *org.Account) Account {
	account := Account{
		Account: *a, Management: b.org.IsManagement(a.ID), Unit: "(place unknown)", Outcome: NotCollected,
		Why: "the run was cut off before this account", Users: -1, Roles: -1, Score: benchmark.Tally{}.Score(),
	}
	if len(a.Path) > 0 {
		account.Unit = b.paths[a.Path[len(a.Path)-1]]
	}
	if reason, ok := b.excluded[a.ID]; ok {
		account.Outcome, account.Why = Excluded, reason
	}
	return account
}

// eachPolicy hands out the policies of one account after the other.
func (b *builder) eachPolicy(f func(*BindingPolicy) error) error {
	for i := range b.org.Accounts {
		rows := b.binding(&b.org.Accounts[i])
		if b.sharedIDs {
			rows = shortened(rows)
		}
		for j := range rows {
			if err := f(&rows[j]); err != nil {
				return err
			}
		}
	}
	return nil
}

// binding lists the SCPs and RCPs from the root down to an account.
func (b *builder) binding(a *org.Account) []BindingPolicy {
	var rows []BindingPolicy
	for _, kind := range []struct{ name, short string }{
		{org.ServiceControlPolicy, "SCP"}, {org.ResourceControlPolicy, "RCP"},
	} {
		for depth, level := range b.org.Binding(a, kind.name) {
			for _, p := range level.Policies {
				rows = append(rows, BindingPolicy{
					AccountID: a.ID, AccountName: a.Name, Unit: b.paths[a.Path[len(a.Path)-1]], Type: kind.short,
					Level: depth, NodeID: level.ID, NodeName: level.Name, Kind: level.Kind,
					PolicyID: p.ID, PolicyName: p.Name, AWSManaged: p.AWSManaged, Binds: !b.org.IsManagement(a.ID),
				})
			}
		}
	}
	return rows
}

// accounts judges every account once, in the earlier audits too, and fills in its figures.
func (b *builder) accounts(ctx context.Context, r *Report) error {
	c := newAuditCount(b, r)
	b.comparison = b.begin(r)
	ids := b.everywhere(r)
	err := ordered(ctx, len(ids), func(i int) (*judged, error) { return b.judgeEverywhere(r, i, ids[i]) }, func(j *judged) error {
		if j.now != nil {
			c.add(j.index, j.now)
		}
		b.comparison.add(j)
		return nil
	})
	if err != nil {
		return err
	}
	r.Worst = b.worst(r, c.worst)
	r.TrustMatrix, r.OutsideAccess, r.OutsideRoles = c.trusts.matrix(), c.trusts.access(), c.trusts.roles
	return nil
}

// facts fills in what the evidence says of an account's collection.
func (b *builder) facts(r *Report, a *Account, ev *collect.Evidence) {
	if ev == nil {
		return
	}
	a.Entry, a.StartedAt, a.EndedAt, a.Calls, a.Retries = ev.Entry, ev.StartedAt, ev.EndedAt, ev.Calls, ev.Retries
	r.Evidence.FirstCall = earliest(r.Evidence.FirstCall, ev.StartedAt)
	r.Evidence.LastCall = latest(r.Evidence.LastCall, ev.EndedAt)
	r.Evidence.Calls += ev.Calls
	r.Evidence.Retries += ev.Retries
	a.Throttles = collect.Throttles(ev.Traffic)
	r.addTraffic(ev.Traffic)
	a.EvidenceFile = collect.AccountFile(a.ID)
	a.EvidenceSHA256 = b.digests.Files[a.EvidenceFile]
	if _, missing := ev.Missing(collect.AuthorizationSection); !missing && ev.Authorization != nil {
		a.Users, a.Roles = len(ev.Authorization.Users), len(ev.Authorization.Roles)
	}
	gaps := b.stillOpen(ev)
	for _, c := range collect.Collectors() {
		if !c.Asked(b.record.Optional) {
			continue // it is not missing: nobody wanted it
		}
		gap, missing := ev.Missing(c.Section)
		if !missing {
			a.SectionsRead++
			continue
		}
		a.SectionsMissing++
		if gap.Cause == org.NotCollected && !slices.Contains(gaps, gap) {
			gaps = append(gaps, gap) // evidence of another version, which did not ask for it
		}
	}
	r.Gaps = append(r.Gaps, gaps...)
	a.Outcome, a.Why = Complete, ""
	more := 0 // gaps beside the one that is named
	for _, g := range gaps {
		if g.Cause == org.RegionNotEnabled {
			continue // a region that is off holds nothing
		}
		if a.Outcome == Complete {
			a.Outcome, a.Why, a.Code, a.RequestID = Partial, strings.ReplaceAll(string(g.Section), "_", " ")+": "+g.Cause.Words(), g.Code, g.RequestID
		} else {
			more++
		}
	}
	if more > 0 {
		a.Why += "; and " + counted(more, "more gap", "more gaps")
	}
	if ev.Entry.Kind == collect.EntryNone {
		a.Outcome = NotEntered
		if len(gaps) > 0 {
			a.Why = gaps[0].Cause.Words()
		}
	}
}

// stillOpen returns the gaps of an account that nothing else has closed: an AWS-managed policy
// that could not be read in one account may have come from another.
func (b *builder) stillOpen(ev *collect.Evidence) []org.Gap {
	return slices.DeleteFunc(slices.Clone(ev.Gaps), func(g org.Gap) bool {
		return g.Section == collect.ManagedPoliciesSection && b.subject.Managed[g.Subject].Closes(g)
	})
}

func earliest(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
