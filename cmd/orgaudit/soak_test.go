package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/report"
	"orgaudit/report/benchmark"
)

var (
	soakTime = flag.Duration("soak", 0, "how long TestSoak runs; 0 skips it")
	soakSeed = flag.Uint64("soak-seed", 0, "seed of TestSoak's first round; 0 takes another one every time")
)

// longestSoakRun is how long one run may take: a run that hangs fails the test.
const longestSoakRun = 3 * time.Minute

// TestSoak audits an organization again and again while faults happen at random and the
// program is killed at random, goes on with every run until it comes to its end, and finds
// the verdicts of an audit without faults for everything that could be read.
func TestSoak(t *testing.T) {
	if *soakTime == 0 {
		t.Skip("it takes its time: -soak 10m runs it")
	}
	seed := *soakSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	base := newSoak(t, 0)
	base.audit()
	want := verdicts(t, base.out)
	end := time.Now().Add(*soakTime)
	total := soakFigures{}
	for ; time.Now().Before(end) && !t.Failed(); seed++ {
		s := newSoak(t, seed)
		s.round()
		s.compare(want)
		t.Logf("seed %d: %d runs, %d of them killed, %d calls spoiled, %d of %d verdicts not assessed for a fault",
			seed, s.runs, s.killed, s.spoiled, s.lost, len(want))
		total.add(s.soakFigures)
	}
	t.Logf("in all: %d rounds, %d runs, %d of them killed, %d calls spoiled, %d verdicts not assessed for a fault",
		total.rounds, total.runs, total.killed, total.spoiled, total.lost)
}

type soakFigures struct{ rounds, runs, killed, spoiled, lost int }

func (f *soakFigures) add(g soakFigures) {
	f.rounds++
	f.runs += g.runs
	f.killed += g.killed
	f.spoiled += g.spoiled
	f.lost += g.lost
}

// soak is one audit that is killed and goes on.
type soak struct {
	soakFigures
	t       *testing.T
	dice    *rand.Rand
	world   *awsfake.World
	server  *awsfake.Server
	environ []string
	out     string
}

func newSoak(t *testing.T, seed uint64) *soak {
	t.Helper()
	world, err := awsfake.Demo(awsfake.DemoOptions{Seed: 3, Accounts: 20, Now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	server, err := awsfake.New(world, awsfake.Options{PageSize: 10, Latency: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(server)
	t.Cleanup(h.Close)
	keys := server.ManagementCredentials()
	return &soak{
		t: t, dice: rand.New(rand.NewPCG(seed, 0)), world: world, server: server, out: filepath.Join(t.TempDir(), "out"),
		environ: append(os.Environ(), asProgram+"=1",
			"AWS_ENDPOINT_URL="+h.URL, "AWS_ACCESS_KEY_ID="+keys.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+keys.SecretAccessKey,
			"AWS_REGION="+keys.Region, "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE="+filepath.Join(t.TempDir(), "none")),
	}
}

// round runs with faults and kills some times, then without until the audit is there.
func (s *soak) round() {
	s.t.Helper()
	for range 3 + s.dice.IntN(5) {
		s.inject(s.faults())
		life := time.Duration(0)
		if s.dice.IntN(3) > 0 {
			life = time.Duration(50+s.dice.IntN(1500)) * time.Millisecond
		}
		s.run(life)
	}
	// Accounts that were suspended come back with the first call.
	var restored []awsfake.Fault
	for _, a := range s.world.Accounts {
		restored = append(restored, awsfake.Fault{Kind: awsfake.AccountState, Account: a.ID, State: a.State, Count: 1})
	}
	s.inject(restored)
	s.audit()
	if s.suspended() > 0 {
		// A run that goes on keeps the organization as it was read, and judges what was true
		// then, unless that is too old.
		s.audit("--max-age", "1ns")
	}
}

// audit is a run that comes to its end.
func (s *soak) audit(more ...string) {
	s.t.Helper()
	if code := s.run(0, more...); code != exitOK && code != exitGaps {
		s.t.Fatalf("exit code %d without a fault", code)
	}
	folder, err := collect.OpenFolder(filepath.Join(s.out, evidenceFolder))
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := folder.Verify(); err != nil {
		s.t.Error(err)
	}
}

func (s *soak) inject(faults []awsfake.Fault) {
	s.t.Helper()
	for _, c := range s.server.Calls() {
		if c.Fault != "" {
			s.spoiled++
		}
	}
	s.server.ResetCalls()
	if err := s.server.SetFaults(faults); err != nil {
		s.t.Fatal(err)
	}
}

// faults are some of every kind but one: an account that moves is bound by other policies, and
// its verdicts may be others.
func (s *soak) faults() []awsfake.Fault {
	var faults []awsfake.Fault
	for range 2 + s.dice.IntN(6) {
		kinds := awsfake.FaultKinds()
		f := awsfake.Fault{Kind: kinds[s.dice.IntN(len(kinds))], Seed: s.dice.Uint64(), Share: 0.01 + s.dice.Float64()/5}
		if s.dice.IntN(2) == 0 {
			f.Account = s.world.Accounts[s.dice.IntN(len(s.world.Accounts))].ID
			f.Share = s.dice.Float64()
		}
		switch f.Kind {
		case awsfake.Hang, awsfake.Stall:
			f.Share /= 10
		case awsfake.Latency:
			f.Delay = awsfake.Duration(s.dice.IntN(10)) * awsfake.Duration(time.Millisecond)
		case awsfake.ClockSkew:
			f.Skew, f.Share = awsfake.Duration(s.dice.IntN(14)-7)*awsfake.Duration(time.Hour), 0
		case awsfake.AccountMoves:
			continue
		case awsfake.AccountState:
			// Not the management account, whose key the program has.
			f.Account = s.world.Accounts[1+s.dice.IntN(len(s.world.Accounts)-1)].ID
			f.State, f.Share, f.Skip, f.Count = "SUSPENDED", 0, s.dice.IntN(500), 1
		}
		faults = append(faults, f)
	}
	return faults
}

// run is one run of the program, which is killed after a time where it is not 0.
func (s *soak) run(life time.Duration, more ...string) (code int) {
	s.t.Helper()
	arguments := runArguments(s.out, "--format", "json", "--regions", "eu-north-1,us-east-1", "--set", "collect.accounts=6", "--set", "collect.attempts=3",
		"--set", "collect.max_backoff=20ms", "--set", "collect.call_timeout=2s", "--set", "collect.report_wait=5s")
	if _, err := os.Stat(filepath.Join(s.out, evidenceFolder, "run.json")); err == nil {
		arguments = append(arguments, "--resume")
	}
	arguments = append(arguments, more...)
	self, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	var printed bytes.Buffer
	c := exec.Command(self, arguments...)
	c.Env, c.Stdout, c.Stderr = s.environ, &printed, &printed
	if err := c.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.runs++
	limit := longestSoakRun
	if life > 0 {
		limit = life
	}
	killer := time.AfterFunc(limit, func() { _ = c.Process.Kill() }) // it may be gone already
	err = c.Wait()
	if !killer.Stop() && life == 0 {
		s.t.Fatalf("a run hangs:\n%s", &printed)
	}
	var exit *exec.ExitError
	switch {
	case err == nil:
		return exitOK
	case !errors.As(err, &exit):
		s.t.Fatal(err)
	case !exit.Exited():
		s.killed++
		return exitFailed
	case !slices.Contains([]int{exitFailed, exitGaps}, exit.ExitCode()) || strings.Contains(printed.String(), "panic:"):
		s.t.Fatalf("exit code %d:\n%s", exit.ExitCode(), &printed)
	}
	return exit.ExitCode()
}

// compare finds verdicts that are others than without a fault.
func (s *soak) compare(want map[string]string) {
	s.t.Helper()
	got := verdicts(s.t, s.out)
	if len(got) != len(want) {
		s.t.Errorf("%d verdicts, want %d", len(got), len(want))
	}
	coverage := auditOf(s.t, s.out)["coverage"].(map[string]any)
	if n := coverage["not_collected"].(float64); n > 0 {
		s.t.Errorf("%g accounts were not collected", n)
	}
	for key, verdict := range want {
		switch {
		case got[key] == verdict || verdict == string(benchmark.VerdictNotAssessed):
			// Where an account is not asked for its own analyzers since the organization's cover
			// it, a fault there makes more known here.
		case got[key] == string(benchmark.VerdictNotAssessed):
			s.lost++
		case verdict == string(benchmark.VerdictNotApplicable) && usesMore(key):
			// What would show that the control does not apply was lost.
		default:
			s.t.Errorf("%s is %q, and %q without a fault", key, got[key], verdict)
		}
	}
}

// suspended counts the accounts that were suspended when the organization was read, and that
// are active in truth. The report must say so of each that it does not audit.
func (s *soak) suspended() int {
	s.t.Helper()
	active := map[string]bool{}
	for _, a := range s.world.Accounts {
		active[a.ID] = a.State == "ACTIVE"
	}
	n := 0
	for _, entry := range auditOf(s.t, s.out)["accounts"].([]any) {
		a := entry.(map[string]any)
		if !active[a["id"].(string)] || a["state"] != "SUSPENDED" {
			continue
		}
		if a["outcome"] == report.Excluded && !strings.Contains(fmt.Sprint(a["why"]), "SUSPENDED") {
			s.t.Errorf("account %s is excluded, and the report says why with %q", a["id"], a["why"])
		}
		n++
	}
	return n
}

// usesMore tells whether a control looks at more sections than it needs.
func usesMore(key string) bool {
	control, _, _ := strings.Cut(key, " ")
	return len(benchmark.ControlByID(control).Uses) > 0
}
