package benchmark_test

import (
	"slices"
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// newBadWorld is an organization and a member account in which most controls fail;
// [badWorld] has what the others look for.
func newBadWorld() *world {
	w := newWorld("aws")
	w.summary(1, 1, 0)
	root := w.rootRow().with("mfa_active", "false", "password_last_used", ago(1)).key("1", ago(400), "N/A")
	root = root.with("cert_1_active", "true")
	bob := w.idleRow("bob").with("password_enabled", "true", "password_last_used", ago(400), "password_last_changed", ago(400))
	w.report(root, bob.key("1", ago(400), ago(400)).key("2", ago(400), "N/A"))
	w.evidence.PasswordPolicy = &collect.PasswordPolicy{}
	bare(w)
	w.attach("user/alice", w.library("AdministratorAccess", allowEverything))
	w.own("spare", allowEverything)
	w.attach("group/developers", w.own("all", allowEverything))
	w.evidence.VirtualMFADevices[0].UserARN = w.arn("root")
	w.evidence.ServerCertificates[0].Expires = listed()
	w.evidence.Contacts = nil
	w.analyzers.Holders = nil
	w.spoilIdentities()
	w.inline("group/developers", "all", allowEverything)
	for i, r := range w.evidence.Regions {
		w.evidence.Analyzers[i] = collect.RegionAnalyzers{Region: r.Name, Analyzers: []collect.Analyzer{}}
	}
	w.org.Policies = []org.Policy{fullAccess()}
	w.org.RootFeatures = []string{}
	unguard(w)
	w.distrust()
	return w
}

// TestEveryControl: each control can pass and can fail, or gives a person facts, so that
// the tests below, which take evidence away from both worlds, tell something.
func TestEveryControl(t *testing.T) {
	for _, c := range benchmark.Controls() {
		for i, w := range worldsOf(c) {
			r := w.judge(t, c.ID)
			if want := verdictIn(c, i == 1); r.Verdict != want {
				t.Errorf("%s: the verdict is %s, want %s: %q", c.ID, r.Verdict, want, w.told(r))
			}
			w.checkResult(t, r)
		}
	}
}

// loseFor makes a section that a control needs a gap. The old content stays if kept: a
// section with a gap is unknown, whatever its field holds.
func (w *world) loseFor(c *benchmark.Control, section org.Section, cause org.Cause, kept bool) {
	if c.Scope == benchmark.OrganizationScope {
		lost(section, cause)(w)
		return
	}
	old := *w.evidence
	w.lose(section, cause)
	if kept {
		old.Reads, old.Gaps = w.evidence.Reads, w.evidence.Gaps
		w.evidence = &old
	}
}

// TestGapOfNeededSection: what could not be read is neither good nor bad.
func TestGapOfNeededSection(t *testing.T) {
	causes := []org.Cause{
		org.DeniedByRole, org.DeniedBySCP, org.DeniedByRCP, org.DeniedByBoundary, org.Throttled, org.TimedOut,
		org.NotSupported, org.CredentialsFailed, org.Malformed, org.Failed, org.NotCollected,
	}
	for _, c := range benchmark.Controls() {
		if len(c.Needs)+len(c.NeedsAny)+len(c.NeedsOrganization) == 0 && !needsNoSection(c) {
			t.Errorf("%s needs no evidence", c.ID)
		}
		for i, section := range append(slices.Clone(c.Needs), "") {
			// The last round loses all of the sections of which one is enough.
			sections := []org.Section{section}
			if section == "" {
				sections = c.NeedsAny
			}
			if len(sections) == 0 {
				continue
			}
			for _, kept := range []bool{false, true} {
				for _, w := range worldsOf(c) {
					cause := causes[(i+len(c.ID))%len(causes)]
					for _, s := range sections {
						w.loseFor(c, s, cause, kept)
					}
					r := w.judge(t, c.ID)
					if r.Verdict != benchmark.VerdictNotAssessed || r.Gap == nil || r.Gap.Cause != cause || r.Gap.Section != sections[0] {
						t.Errorf("%s without %v: %q, want not_assessed because %s of %s", c.ID, sections, w.told(r), cause, sections[0])
					}
					w.checkResult(t, r)
				}
			}
		}
	}
}

// TestGapOfAnySection: whatever section is lost, of those that a control needs and of
// those that only add detail, bad never becomes good and good never becomes bad.
func TestGapOfAnySection(t *testing.T) {
	organization := []org.Section{
		org.SectionTree, org.SectionAccounts, org.SectionTags, org.SectionPolicies,
		org.SectionDelegation, org.SectionTrusted, org.SectionRootFeatures,
		org.SectionResourcePolicy,
	}
	for _, c := range benchmark.Controls() {
		sections := append(accountSections(), collect.LastAccessedSection)
		if c.Scope == benchmark.OrganizationScope {
			sections = organization
		}
		used := slices.Concat(c.Needs, c.NeedsAny, c.Uses)
		for _, section := range sections {
			for _, w := range worldsOf(c) {
				was := w.judge(t, c.ID).Verdict
				w.loseFor(c, section, org.Throttled, false)
				r := w.judge(t, c.ID)
				if r.Verdict != was && r.Verdict != benchmark.VerdictNotAssessed {
					t.Errorf("%s: %s became %s without %s: %q", c.ID, was, r.Verdict, section, w.told(r))
				}
				if r.Verdict != was && !slices.Contains(used, section) {
					t.Errorf("%s does not name %s among its sections, and its verdict hangs on it", c.ID, section)
				}
				w.checkResult(t, r)
			}
		}
	}
}

// TestOneOfNeedsAnyIsEnough: a control that has two sources judges by the one that is left.
func TestOneOfNeedsAnyIsEnough(t *testing.T) {
	for _, c := range benchmark.Controls() {
		for _, section := range c.NeedsAny {
			for _, w := range worldsOf(c) {
				was := w.judge(t, c.ID).Verdict
				w.lose(section, org.Throttled)
				if r := w.judge(t, c.ID); r.Verdict != was {
					t.Errorf("%s without %s: %q, want %s", c.ID, section, w.told(r), was)
				}
			}
		}
	}
}

// TestNoEvidence: an account of which nothing is known is not assessed, and the reason
// says why nothing is known.
func TestNoEvidence(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(w *world)
		want   org.Cause
	}{
		{"no file", func(w *world) { w.evidence = nil }, org.NotCollected},
		{"neither sections nor gaps", func(w *world) { w.evidence.Reads = nil }, org.NotCollected},
		{"an empty file", func(w *world) { w.evidence = &collect.Evidence{AccountID: memberID, EndedAt: listed()} }, org.NotCollected},
		{"not entered", func(w *world) {
			w.evidence = &collect.Evidence{
				AccountID: memberID, EndedAt: listed(), Entry: collect.Entry{Kind: collect.EntryNone},
				Gaps: []org.Gap{{Section: collect.EntrySection, Account: memberID, Cause: org.RoleNotAssumable}},
			}
		}, org.RoleNotAssumable},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, control := range benchmark.Controls() {
				if control.Scope != benchmark.AccountScope || needsNoSection(control) || len(control.Needs)+len(control.NeedsAny) == 0 {
					continue
				}
				for _, w := range worldsOf(control) {
					c.change(w)
					r := w.judge(t, control.ID)
					if r.Verdict != benchmark.VerdictNotAssessed || r.Gap == nil || r.Gap.Cause != c.want {
						t.Errorf("%s: %q, want not_assessed because %s", control.ID, w.told(r), c.want)
					}
					if r.Account != memberID || r.Population != 0 {
						t.Errorf("%s: account %q with %d items", control.ID, r.Account, r.Population)
					}
				}
			}
		})
	}
}

// TestControlsAreComplete: every control has the words that the reports print, ids that
// are not used twice, and parameters that the reports explain.
func TestControlsAreComplete(t *testing.T) {
	parameters := map[string]bool{}
	for _, p := range benchmark.DefaultParameters().Values() {
		parameters[p.Name] = true
		if p.Value != p.Default || p.Meaning == "" || p.Source == "" {
			t.Errorf("parameter %s: value %q, default %q, meaning %q, source %q", p.Name, p.Value, p.Default, p.Meaning, p.Source)
		}
	}
	ids := map[string]bool{}
	for _, c := range benchmark.Controls() {
		if ids[c.ID] {
			t.Errorf("%s stands twice", c.ID)
		}
		ids[c.ID] = true
		if benchmark.ControlByID(c.ID).Title != c.Title {
			t.Errorf("%s is not found by its id", c.ID)
		}
		for field, text := range map[string]string{
			"title": c.Title, "finding": c.Finding, "why": c.Why, "test": c.Test, "remedy": c.Remedy,
		} {
			if text == "" {
				t.Errorf("%s has no %s", c.ID, field)
			}
		}
		if !slices.Contains(benchmark.Severities(), c.Severity) {
			t.Errorf("%s has severity %q", c.ID, c.Severity)
		}
		for _, p := range c.Parameters {
			if !parameters[p] {
				t.Errorf("%s reads the parameter %q, which is not explained", c.ID, p)
			}
		}
	}
	if len(ids) != len(benchmark.ControlIDs()) {
		t.Errorf("%d controls, %d ids", len(ids), len(benchmark.ControlIDs()))
	}
	if benchmark.ControlByID("no-such-control") != nil {
		t.Error("an unknown id finds a control")
	}
}
