package report

import (
	"strings"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
)

// Reconciliation holds a figure of iam:GetAccountSummary against what a data set of the same
// account holds. AWS counts by itself, so that the two show whether a data set is complete.
type Reconciliation struct {
	// Key is AWS's name of the figure, and Stated the figure, -1 where it is not known.
	Key    string
	Stated int
	// Section is the data set, What says what is counted there, and Found is that count, -1
	// where it is not known.
	Section org.Section
	What    string
	Found   int
	// AtLeast tells that AWS's figure may be larger, since it counts more.
	AtLeast bool
	// StatedAt and FoundAt are the times that the two speak of.
	StatedAt, FoundAt time.Time
	// Why says why nothing can be compared, or what may explain a difference.
	Why string
}

// Outcomes of a comparison.
const (
	Agrees      = "agrees"
	Differs     = "differs"
	NotCompared = "not compared"
)

// Outcome tells whether the figures agree.
func (c *Reconciliation) Outcome() string {
	switch {
	case c.Stated < 0 || c.Found < 0:
		return NotCompared
	case c.Stated == c.Found || c.AtLeast && c.Stated > c.Found:
		return Agrees
	default:
		return Differs
	}
}

// countedFigure is a figure of the account summary and how the evidence counts the same.
type countedFigure struct {
	key     string
	section org.Section
	what    string
	atLeast bool
	count   func(ev *collect.Evidence, rows []collect.CredentialRow) int
}

// countedFigures are the figures that can be compared. Their meanings are those that the
// API's own model gave them: Users, Groups and Roles are numbers of these for the account,
// MFADevicesInUse is the number of MFA devices of every kind that are assigned to a user or
// to the root user, AccountMFAEnabled is 1 if the root user has one ("GetAccountSummary", AWS
// Identity and Access Management API Reference, version 2010-05-08). Policies stands beside
// PoliciesQuota, which is that of customer managed policies ("IAM and AWS STS quotas", IAM
// User Guide).
func countedFigures() []countedFigure {
	type ev = collect.Evidence
	type rows = []collect.CredentialRow
	details, report := collect.AuthorizationSection, collect.CredentialReportSection
	return []countedFigure{
		{"Users", details, "users", false, func(e *ev, _ rows) int { return len(e.Authorization.Users) }},
		{"Users", report, "rows but the root user's", false, func(_ *ev, r rows) int {
			return countRows(r, func(c *collect.CredentialRow) bool { return !c.IsRoot() })
		}},
		{"Groups", details, "groups", false, func(e *ev, _ rows) int { return len(e.Authorization.Groups) }},
		{"Roles", details, "roles, service-linked ones too", false, func(e *ev, _ rows) int { return len(e.Authorization.Roles) }},
		{"Policies", details, "customer-managed policies", false, func(e *ev, _ rows) int { return len(e.Authorization.Policies) }},
		{"ServerCertificates", collect.ServerCertificatesSection, "server certificates", false, func(e *ev, _ rows) int { return len(e.ServerCertificates) }},
		{"AccountMFAEnabled", report, "root user with MFA (1 or 0)", false, func(_ *ev, r rows) int {
			return countRows(r, func(c *collect.CredentialRow) bool { return c.IsRoot() && c.MFAActive })
		}},
		{"MFADevicesInUse", report, "users with MFA, the root user too", true, func(_ *ev, r rows) int {
			return countRows(r, func(c *collect.CredentialRow) bool { return c.MFAActive })
		}},
		{"MFADevicesInUse", collect.VirtualMFASection, "assigned virtual devices", true, func(e *ev, _ rows) int { return len(e.VirtualMFADevices) }},
	}
}

func countRows(rows []collect.CredentialRow, is func(*collect.CredentialRow) bool) int {
	n := 0
	for i := range rows {
		if is(&rows[i]) {
			n++
		}
	}
	return n
}

// ReconciliationCount counts comparisons by their outcome.
type ReconciliationCount struct{ Agrees, Differs, NotCompared int }

func countReconciled(list []Reconciliation) (n ReconciliationCount) {
	for i := range list {
		switch list[i].Outcome() {
		case Agrees:
			n.Agrees++
		case Differs:
			n.Differs++
		default:
			n.NotCompared++
		}
	}
	return n
}

// reconcile holds the account summary against the rest of an account's evidence.
func reconcile(ev *collect.Evidence, rows []collect.CredentialRow) []Reconciliation {
	var list []Reconciliation
	for _, f := range countedFigures() {
		c := Reconciliation{Key: f.key, Section: f.section, What: f.what, AtLeast: f.atLeast, Found: -1}
		c.state(ev)
		if gap, missing := ev.Missing(f.section); missing {
			c.because(sectionWords(f.section) + ": " + gap.Cause.Words())
		} else if f.section == collect.AuthorizationSection && ev.Authorization == nil ||
			f.section == collect.CredentialReportSection && rows == nil {
			c.because(sectionWords(f.section) + ": " + org.Malformed.Words())
		} else {
			c.Found, c.FoundAt = f.count(ev, rows), ev.ReadAt(f.section)
			if f.section == collect.CredentialReportSection && ev.CredentialReport != nil {
				c.FoundAt = ev.CredentialReport.GeneratedAt
			}
		}
		if c.Outcome() == Differs {
			c.because(c.doubt(ev))
		}
		list = append(list, c)
	}
	// AWS lists devices that are not assigned under this figure too, and the evidence holds
	// assigned ones alone.
	devices := Reconciliation{Key: "MFADevices", Section: collect.VirtualMFASection, What: dash, Found: -1}
	devices.state(ev)
	devices.because("AWS counts devices that are assigned to nobody too, and these were not read")
	return append(list, devices)
}

// state fills in AWS's figure.
func (c *Reconciliation) state(ev *collect.Evidence) {
	c.Stated = -1
	if gap, missing := ev.Missing(collect.AccountSummarySection); missing {
		c.because(sectionWords(collect.AccountSummarySection) + ": " + gap.Cause.Words())
		return
	}
	c.StatedAt = ev.ReadAt(collect.AccountSummarySection)
	if n, ok := ev.AccountSummary[c.Key]; ok {
		c.Stated = int(n)
	} else {
		c.because("GetAccountSummary did not answer this figure")
	}
}

func (c *Reconciliation) because(why string) {
	if c.Why == "" {
		c.Why = why
	} else {
		c.Why += "; " + why
	}
}

// doubt says what may explain a difference beside a data set that is not complete.
func (c *Reconciliation) doubt(ev *collect.Evidence) string {
	switch {
	case c.Section == collect.CredentialReportSection:
		return "the report is of another time than AWS's figure"
	case c.Key == "Roles":
		linked := 0
		for _, r := range ev.Authorization.Roles {
			if strings.Contains(r.ARN, ":role/aws-service-role/") {
				linked++
			}
		}
		return counted(linked, "of the roles is service-linked", "of the roles are service-linked") + "; the account may have changed between the calls"
	default:
		return "the account may have changed between the calls"
	}
}

func sectionWords(s org.Section) string { return strings.ReplaceAll(string(s), "_", " ") }
