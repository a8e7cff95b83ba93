package benchmark

import (
	"fmt"
	"slices"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
)

// Judge applies a control to a subject. Where a section that the control needs is a gap,
// the verdict is not assessed, with that gap as its cause, and the control's function is
// not asked. Only where the partition settles the control is the evidence not needed.
func Judge(c *Control, s *Subject) Result {
	r := Result{Control: c.ID, At: s.at(c)}
	if s.Account != nil {
		r.Account = s.Account.ID
	}
	var outcome Outcome
	settled := false
	if c.Partition != nil {
		outcome, settled = c.Partition(org.PartitionOf(s.Organization.Partition))
	}
	if !settled {
		if gap := s.hidden(c); gap != nil {
			r.Verdict, r.Gap = VerdictNotAssessed, gap
			return r
		}
		outcome = c.Judge(s)
	}
	r.Items, r.Reason = outcome.Items, outcome.Reason
	for i := range r.Items {
		if outcome.Manual && r.Items[i].Status != NotAssessed {
			r.Items[i].Status = Fact
		}
		switch r.Items[i].Status {
		case Fact:
		case Passed:
			r.Passed++
		case Failed:
			r.Failed++
		case NotAssessed:
			r.NotAssessed++
			if r.Gap == nil {
				r.Gap = r.Items[i].Gap
			}
		default:
			panic(fmt.Sprintf("control %s: item with status %q", c.ID, r.Items[i].Status))
		}
	}
	r.Population = len(r.Items)
	r.Verdict = verdict(r, outcome.Manual)
	if r.Verdict == VerdictFail && c.Mitigation != nil {
		for i := range r.Items {
			if r.Items[i].Status == Failed {
				r.Items[i].Mitigation = c.Mitigation(s, &r.Items[i])
			}
		}
	}
	r.Mark = r.marked()
	if r.Verdict != VerdictNotAssessed {
		r.Gap = nil
	}
	return r
}

// verdict makes one of many items: a failed item is a fact, whatever else could not be
// read; without one, an item that was not assessed leaves the whole open.
func verdict(r Result, manual bool) Verdict {
	switch {
	case manual:
		return VerdictManual
	case r.Failed > 0:
		return VerdictFail
	case r.NotAssessed > 0:
		return VerdictNotAssessed
	case r.Passed > 0:
		return VerdictPass
	default:
		return VerdictNotApplicable
	}
}

// marked makes the mark of a result from those of its items: every failing one must be
// accounted for, and mitigation says more than an acceptance.
func (r *Result) marked() Mark {
	if r.Verdict != VerdictFail {
		return NoMark
	}
	mark := Mitigated
	for i := range r.Items {
		item := &r.Items[i]
		switch {
		case item.Status != Failed || item.Mitigation != nil:
		case item.Exception != "":
			mark = Excepted
		default:
			return NoMark
		}
	}
	return mark
}

// hidden returns the gap of the first section that the control needs and that is missing.
func (s *Subject) hidden(c *Control) *org.Gap {
	if c.Scope == AccountScope && s.Evidence == nil && !c.ofOrganization() {
		return &org.Gap{Section: collect.EntrySection, Account: s.Account.ID, Cause: org.NotCollected}
	}
	for _, section := range c.Needs {
		if gap, missing := s.missing(section); missing {
			return &gap
		}
	}
	for _, section := range c.NeedsOrganization {
		if gap, missing := s.Organization.Missing(section); missing {
			return &gap
		}
	}
	var first *org.Gap
	for _, section := range c.NeedsAny {
		gap, missing := s.missing(section)
		if !missing {
			return nil
		}
		if first == nil {
			first = &gap
		}
	}
	return first
}

func (s *Subject) missing(section org.Section) (org.Gap, bool) {
	if s.Account == nil {
		return s.Organization.Missing(section)
	}
	return s.Evidence.Missing(section)
}

// ofOrganization tells whether the organization's evidence alone decides the control, also
// for an account that could not be entered.
func (c *Control) ofOrganization() bool {
	return len(c.NeedsOrganization) > 0 && len(c.Needs)+len(c.NeedsAny) == 0
}

// at is the time of the evidence that a control rests on.
func (s *Subject) at(c *Control) time.Time {
	if s.Account == nil || c.ofOrganization() {
		return s.Organization.WalkEnded
	}
	if s.Evidence == nil {
		return time.Time{}
	}
	for _, section := range append(c.Needs[:len(c.Needs):len(c.Needs)], c.NeedsAny...) {
		if section == collect.CredentialReportSection && s.Evidence.CredentialReport != nil {
			return s.Evidence.CredentialReport.GeneratedAt
		}
		if _, missing := s.Evidence.Missing(section); !missing {
			return s.Evidence.ReadAt(section)
		}
	}
	return s.Evidence.EndedAt
}

// For makes the subject of an account; evidence is nil where there is none. A section
// that is said to have been read and is not there, and a credential report that does not
// parse, become gaps: nothing passes for lack of evidence.
func (s Subject) For(account *org.Account, evidence *collect.Evidence) *Subject {
	s.Account, s.Evidence, s.Credentials, s.found = account, evidence, nil, found{}
	if evidence == nil {
		return &s
	}
	var gaps []org.Gap
	damaged := func(section org.Section, message string) {
		gaps = append(gaps, org.Gap{
			Section: section, Account: account.ID, Cause: org.Malformed, Message: message, At: evidence.EndedAt,
		})
	}
	for _, section := range []struct {
		name   org.Section
		absent bool
	}{
		{collect.CredentialReportSection, evidence.CredentialReport == nil},
		{collect.PasswordPolicySection, evidence.PasswordPolicy == nil},
		{collect.AuthorizationSection, evidence.Authorization == nil},
	} {
		if section.absent && s.has(section.name) {
			damaged(section.name, "the evidence says that it was read, and does not hold it")
		}
	}
	if evidence.CredentialReport != nil {
		rows, err := evidence.CredentialReport.Rows()
		if err != nil {
			damaged(collect.CredentialReportSection, err.Error())
		} else {
			s.Credentials = rows
		}
	}
	if len(gaps) > 0 {
		patched := *evidence
		patched.Gaps = slices.Concat(evidence.Gaps, gaps)
		s.Evidence = &patched
	}
	return &s
}

// has tells whether a section was read.
func (s *Subject) has(section org.Section) bool {
	_, missing := s.missing(section)
	return !missing
}

// ref is a place in the account's evidence.
func (s *Subject) ref(pointer string, args ...any) Reference {
	return Reference{File: collect.AccountFile(s.Account.ID), Pointer: fmt.Sprintf(pointer, args...)}
}

// readRef is the place that says that a section was read and how much it held, or why it
// could not be read. It stands in for a list that is empty, which the evidence leaves out.
// An empty region is any.
func (s *Subject) readRef(section org.Section, region string) Reference {
	if i := slices.IndexFunc(s.Evidence.Gaps, func(g org.Gap) bool {
		return g.Section == section && g.Subject == "" && g.Region == region
	}); i >= 0 {
		return s.ref("/gaps/%d", i)
	}
	if i := slices.IndexFunc(s.Evidence.Reads, func(r collect.Read) bool {
		return r.Section == section && (region == "" || r.Region == region)
	}); i >= 0 {
		return s.ref("/reads/%d", i)
	}
	return s.ref("/reads")
}

// root is the ARN of the account's root user.
func (s *Subject) root() string {
	return fmt.Sprintf("arn:%s:iam::%s:root", s.Organization.Partition, s.Account.ID)
}

// days is the age in full days at the time of the evidence: 24 hours each, UTC.
func days(since, now time.Time) int { return int(now.Sub(since) / (24 * time.Hour)) }

// fromItem makes an outcome of a single item.
func fromItem(i Item) Outcome { return Outcome{Items: []Item{i}} }

// notApplicable makes the outcome of a control that has nothing to look at.
func notApplicable(reason string) Outcome { return Outcome{Reason: reason} }

// unknown makes an item that could not be assessed, since the evidence lacks something
// that AWS always says.
func (s *Subject) unknown(i Item, section org.Section, message string) Item {
	i.Status = NotAssessed
	i.Observed = message
	i.Gap = &org.Gap{Section: section, Account: s.Account.ID, Cause: org.Malformed, Message: message, At: s.Evidence.ReadAt(section)}
	return i
}

// status is Passed if ok and Failed if not.
func status(ok bool) Status {
	if ok {
		return Passed
	}
	return Failed
}

// count says a number of things in words.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
