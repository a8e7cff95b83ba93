package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// motoAudit is what a run has written, read as any other program would read it.
type motoAudit struct {
	world *motoWorld
	dir   string
	// names are the names of the accounts by id.
	names map[string]string

	Organization struct {
		ID         string `json:"id"`
		Management string `json:"management_account"`
		Features   string `json:"feature_set"`
	} `json:"organization"`
	Scores struct {
		Units []struct {
			Path     string `json:"path"`
			Accounts int    `json:"accounts"`
		} `json:"units"`
	} `json:"scores"`
	Accounts []struct {
		ID, Name, Email, Unit, State, Outcome, Entry string
		Tags                                         map[string]string
	} `json:"accounts"`
	Gaps    []org.Gap `json:"gaps"`
	Results []struct {
		Control, Account string
		Verdict          benchmark.Verdict
		Cause            *org.Gap
	} `json:"results"`
	Findings []struct {
		Control, Account, Resource, Observed string
		Status                               benchmark.Status
	} `json:"findings"`
}

// auditMoto runs a whole audit, which must end with gaps, and reads what it wrote.
func auditMoto(ctx context.Context, t *testing.T, w *motoWorld, dir string, args ...string) *motoAudit {
	t.Helper()
	a := &motoAudit{world: w, dir: dir, names: map[string]string{}}
	for _, account := range motoAccounts() {
		a.names[w.ids[account.name]] = account.name
	}
	code, out, diagnostics := runMoto(ctx, append([]string{"run", "--out", a.dir}, args...))
	if code != exitGaps {
		t.Fatalf("exit code %d, want %d\n%s%s", code, exitGaps, out, diagnostics)
	}
	for _, name := range []string{"audit.xlsx", "audit.pdf", "audit.json"} {
		if info, err := os.Stat(filepath.Join(a.dir, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s is not written: %v", name, err)
		}
	}
	text, err := os.ReadFile(filepath.Join(a.dir, "audit.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, a); err != nil {
		t.Fatalf("read audit.json: %v", err)
	}
	return a
}

// runMoto runs the program with settings that do not make a test wait: moto's refusals are
// final, and its credential reports are made at once.
func runMoto(ctx context.Context, args []string) (code int, out, diagnostics string) {
	var o, e bytes.Buffer
	args = append(args, "--set", "collect.report_poll=1ms", "--set", "collect.attempts=2", "--set", "collect.max_backoff=1ms")
	code = run(ctx, args, streams{out: &o, err: &e}, nil)
	return code, o.String(), e.String()
}

// verdicts are the verdicts by account and control; the organization's own have no account.
func (a *motoAudit) verdicts() map[string]map[string]benchmark.Verdict {
	verdicts := map[string]map[string]benchmark.Verdict{}
	for _, r := range a.Results {
		name := a.names[r.Account]
		if verdicts[name] == nil {
			verdicts[name] = map[string]benchmark.Verdict{}
		}
		verdicts[name][r.Control] = r.Verdict
	}
	return verdicts
}

// evidence is the evidence of an account.
func (a *motoAudit) evidence(t *testing.T, name string) *collect.Evidence {
	t.Helper()
	folder, err := collect.OpenFolder(filepath.Join(a.dir, evidenceFolder))
	if err != nil {
		t.Fatal(err)
	}
	ev, err := folder.Account(a.world.ids[name])
	if err != nil {
		t.Fatal(err)
	}
	return ev
}

// motoGap is what a gap says, without what differs from run to run. Account is a name.
type motoGap struct {
	Section              org.Section
	Account, Region      string
	Cause                org.Cause
	Operation, ErrorCode string
}

// gaps are the gaps, sorted, each once.
func (a *motoAudit) gaps() map[motoGap]bool {
	gaps := map[motoGap]bool{}
	for _, g := range a.Gaps {
		gaps[motoGap{g.Section, a.names[g.Account], g.Region, g.Cause, g.Operation, g.Code}] = true
	}
	return gaps
}

// hides tells that a gap hides a whole section of an account.
func (a *motoAudit) hides(account string, section org.Section) bool {
	return slices.ContainsFunc(a.Gaps, func(g org.Gap) bool {
		return g.Account == account && g.Region == "" && g.Subject == "" && (g.Section == section || g.Section == collect.EntrySection)
	})
}
