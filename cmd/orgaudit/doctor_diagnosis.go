package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
)

// diagnosis is what doctor found, as it is written in JSON.
type diagnosis struct {
	Schema int    `json:"schema"`
	Tool   string `json:"tool"`
	Caller string `json:"caller"`
	// Clock is how far AWS's clock is ahead; nil where AWS did not say.
	ClockAhead   *int                  `json:"clock_ahead_seconds"`
	Warnings     []string              `json:"warnings"`
	Organization organizationDiagnosis `json:"organization"`
	Accounts     []accountDiagnosis    `json:"accounts"`
	Totals       totals                `json:"totals"`
}

// organizationDiagnosis says whether the organization can be read.
type organizationDiagnosis struct {
	ID        string         `json:"id"`
	Partition string         `json:"partition"`
	Caller    string         `json:"caller"`
	Tried     int            `json:"tried"`
	Missing   []missingThing `json:"missing"`
}

// accountDiagnosis says whether an account can be read.
type accountDiagnosis struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Unit    string         `json:"unit"`
	Result  string         `json:"result"`
	Entry   string         `json:"entry,omitempty"`
	RoleARN string         `json:"role_arn,omitempty"`
	Reason  string         `json:"reason,omitempty"` // of an exclusion
	Tried   int            `json:"tried"`
	Missing []missingThing `json:"missing"`
}

// Results of an account.
const (
	resultOK         = "ok"
	resultMissing    = "missing"     // something that a run reads
	resultNotEntered = "not entered" // a run would know nothing
	resultExcluded   = "excluded"    // by its state
)

// missingThing is one thing that a run would miss, and what to do.
type missingThing struct {
	Section   org.Section `json:"section"`
	Action    string      `json:"action,omitempty"`
	Region    string      `json:"region,omitempty"`
	Cause     org.Cause   `json:"cause"`
	DeniedBy  string      `json:"denied_by,omitempty"` // the kind of policy, in AWS's words
	Policy    string      `json:"policy,omitempty"`
	Operation string      `json:"operation,omitempty"`
	Code      string      `json:"code,omitempty"`
	RequestID string      `json:"request_id,omitempty"`
	Message   string      `json:"message,omitempty"`
	Advice    string      `json:"advice"`
}

type totals struct {
	Accounts   int `json:"accounts"`
	OK         int `json:"ok"`
	Missing    int `json:"missing"`
	NotEntered int `json:"not_entered"`
	Excluded   int `json:"excluded"`
	Calls      int `json:"calls"`
}

func newDiagnosis(o collect.Options) *diagnosis {
	d := &diagnosis{Schema: 1, Tool: version(), Caller: o.CallerIdentity.ARN, Warnings: []string{}, Accounts: []accountDiagnosis{}}
	d.Organization.Caller, d.Organization.Missing = o.OrganizationIdentity.ARN, []missingThing{}
	return d
}

// mostSkew is how wrong a clock may be. AWS refuses requests whose time is further away
// ("Troubleshoot Signature Version 4 signing of AWS API requests", IAM User Guide).
const mostSkew = 5 * time.Minute

func (d *diagnosis) clock(ahead time.Duration, known bool) {
	if !known {
		return
	}
	seconds := int(ahead.Round(time.Second).Seconds())
	d.ClockAhead = &seconds
	if ahead.Abs() > mostSkew {
		way := "behind"
		if ahead < 0 {
			way = "ahead of"
		}
		d.Warnings = append(d.Warnings, fmt.Sprintf("the clock of this machine is %s %s that of AWS: set it; calls are corrected for it, the times in the evidence are not",
			ahead.Abs().Round(time.Second), way))
	}
}

func (o *organizationDiagnosis) lacks(m missingThing) { o.Missing = append(o.Missing, m) }

// tried notes what came of the organization's operations, and tells whether its accounts
// can be listed.
func (o *organizationDiagnosis) tried(trials []org.Trial, tags bool, caller string) bool {
	readable := true
	for _, t := range trials {
		if t.Operation == "ListTagsForResource" && !tags {
			continue
		}
		o.Tried++
		if t.Gap == nil || t.Gap.Cause == org.NotSupported {
			continue
		}
		m := organizationLack(*t.Gap, caller)
		m.Action = t.Action
		o.lacks(m)
		readable = readable && t.Operation != "DescribeOrganization" && t.Operation != "ListAccounts"
	}
	return readable
}

// accounts notes what was found in the accounts, and those that are excluded by their state.
func (d *diagnosis) accounts(o collect.Options, probed []collect.Probed) {
	d.Organization.ID, d.Organization.Partition = o.Organization.ID, o.Organization.Partition
	units := unitNames(o.Organization)
	seen := compareEntries(o, probed, units)
	describe := func(a *org.Account) accountDiagnosis {
		return accountDiagnosis{ID: a.ID, Name: a.Name, Unit: units.of(a), Missing: []missingThing{}}
	}
	for i, p := range probed {
		account := o.Selected[i]
		a := describe(account)
		a.Entry, a.RoleARN, a.Tried, a.Result = p.Entry.Kind, p.Entry.RoleARN, p.Tried, resultOK
		for _, l := range p.Lacks {
			a.Missing = append(a.Missing, seen.lack(account, l))
			a.Result = resultMissing
		}
		if p.Entry.Kind == collect.EntryNone {
			a.Result = resultNotEntered
		}
		d.Accounts = append(d.Accounts, a)
	}
	for _, e := range o.Excluded {
		account := o.Organization.Account(e.AccountID)
		if account.State == org.StateActive {
			d.Totals.Excluded++ // by the user, who knows it
			continue
		}
		a := describe(account)
		a.Result, a.Reason = resultExcluded, e.Reason
		d.Accounts = append(d.Accounts, a)
	}
	slices.SortFunc(d.Accounts, func(a, b accountDiagnosis) int { return strings.Compare(a.ID, b.ID) })
	d.Totals.Accounts = len(o.Organization.Accounts)
}

// end counts.
func (d *diagnosis) end(calls int) *diagnosis {
	d.Totals.Calls = calls
	for _, a := range d.Accounts {
		switch a.Result {
		case resultOK:
			d.Totals.OK++
		case resultMissing:
			d.Totals.Missing++
		case resultNotEntered:
			d.Totals.NotEntered++
		case resultExcluded:
			d.Totals.Excluded++
		}
	}
	return d
}

// missing says in one line what is missing; it is empty where nothing is.
func (d *diagnosis) missing() string {
	var parts []string
	if n := len(d.Organization.Missing); n > 0 {
		parts = append(parts, fmt.Sprintf("%d in reading the organization", n))
	}
	if n := d.Totals.NotEntered; n > 0 {
		parts = append(parts, fmt.Sprintf("accounts that cannot be entered: %d", n))
	}
	if n := d.Totals.Missing; n > 0 {
		parts = append(parts, fmt.Sprintf("accounts that cannot be read in full: %d", n))
	}
	if len(parts) == 0 {
		return ""
	}
	return "something is missing: " + strings.Join(parts, ", ")
}
