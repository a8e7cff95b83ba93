package collect_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// outage answers some requests with an error of AWS's as long as it is on.
type outage struct {
	on      atomic.Bool
	refused atomic.Int64
	which   func(r *http.Request) bool
	code    string
	status  int
}

func (f *outage) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !f.on.Load() || !f.which(r) {
			next.ServeHTTP(w, r)
			return
		}
		f.refused.Add(1)
		if r.URL.Path != "/" { // a REST API
			w.Header().Set("X-Amzn-ErrorType", f.code)
			w.WriteHeader(f.status)
			_, _ = w.Write([]byte(`{"message":"no"}`))
			return
		}
		w.WriteHeader(f.status)
		fmt.Fprintf(w, `<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>no</Message></Error></ErrorResponse>`, f.code)
	})
}

// toIAM picks the requests of IAM and STS for an operation.
func toIAM(name string) func(*http.Request) bool {
	return func(r *http.Request) bool { return asks(r, name) }
}

// inRegion picks the requests to Access Analyzer in a region.
func inRegion(region string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		return strings.Contains(r.Header.Get("Authorization"), "/"+region+"/access-analyzer/")
	}
}

// TestResumeReadsWhatFailed lets one thing fail in every account, and lets the run go on after
// it: the evidence is that of a run in which nothing failed, and nothing else is asked for.
func TestResumeReadsWhatFailed(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 14})
	sound := start(t, w, awsfake.Options{Now: clock}).options(t)
	sound.Optional = everySection()
	whole := run(t, sound)
	entries := []string{"AssumeRole"}
	for _, test := range []struct {
		name   string
		which  func(*http.Request) bool
		code   string
		status int
		// asked are the operations that the run that goes on may send, beside entering accounts.
		asked []string
	}{
		{"aliases are throttled", toIAM("ListAccountAliases"), "Throttling", 400, []string{"ListAccountAliases"}},
		{"the report never came", toIAM("GetCredentialReport"), "InternalFailure", 500, []string{"GenerateCredentialReport", "GetCredentialReport"}},
		{"credentials expire", toIAM("GetAccountSummary"), "ExpiredToken", 403, []string{"GetAccountSummary"}},
		{"authorization details", toIAM("GetAccountAuthorizationDetails"), "ServiceUnavailable", 503,
			[]string{"GetAccountAuthorizationDetails", "GetPolicy", "GetPolicyVersion", "GenerateServiceLastAccessedDetails", "GetServiceLastAccessedDetails"}},
		{"AWS-managed policies", toIAM("GetPolicyVersion"), "Throttling", 400,
			[]string{"GetPolicy", "GetPolicyVersion", "GenerateServiceLastAccessedDetails", "GetServiceLastAccessedDetails"}},
		{"last accesses", toIAM("GetServiceLastAccessedDetails"), "Throttling", 400,
			[]string{"GenerateServiceLastAccessedDetails", "GetServiceLastAccessedDetails"}},
		{"regions", func(r *http.Request) bool { return r.URL.Path == "/listRegions" }, "TooManyRequestsException", 429,
			[]string{"ListRegions", "ListAnalyzers", "ListFindingsV2", "ListArchiveRules"}},
		{"one region", inRegion("eu-west-1"), "ThrottlingException", 429,
			[]string{"ListRegions", "ListAnalyzers", "ListFindingsV2", "ListArchiveRules"}},
		{"archive rules", func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/archive-rule") }, "InternalServerException", 500,
			[]string{"ListRegions", "ListAnalyzers", "ListFindingsV2", "ListArchiveRules"}},
		{"no account can be entered", toIAM("AssumeRole"), "Throttling", 400, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := &outage{which: test.which, code: test.code, status: test.status}
			s := start(t, w, awsfake.Options{Now: clock}, f.wrap)
			o := s.options(t)
			o.Optional = everySection()
			f.on.Store(true)
			run(t, o)
			f.on.Store(false)
			if f.refused.Load() == 0 {
				t.Fatal("nothing failed")
			}
			s.ResetCalls()
			o.Resume = true
			run(t, o)
			compareFolders(t, whole, o.Folder)
			for _, c := range s.Calls() {
				if test.asked != nil && !slices.Contains(slices.Concat(entries, test.asked), c.Operation) {
					t.Errorf("%s was asked for %s again", c.Account, c.Operation)
				}
			}
			s.ResetCalls()
			run(t, o)
			for _, c := range s.Calls() {
				// The account without the audit role is tried every time.
				if c.Operation != "AssumeRole" || c.Error == "" {
					t.Errorf("a third run calls %s in %s", c.Operation, c.Account)
				}
			}
		})
	}
}

// TestResumeMakesNothingWorse lets a run go on while AWS answers nothing at all: what was
// known before is known after it.
func TestResumeMakesNothingWorse(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 14})
	// IAM fails for some principals, which ones their ARNs say.
	some := func(r *http.Request) bool {
		return asks(r, "GenerateServiceLastAccessedDetails") && len(formOf(r).Get("Arn"))%2 == 0
	}
	others := func(r *http.Request) bool {
		return asks(r, "GenerateServiceLastAccessedDetails") && len(formOf(r).Get("Arn"))%2 == 1
	}
	for _, test := range []struct {
		name        string
		first, then func(*http.Request) bool
		code        string
	}{
		{"everything fails", inRegion("eu-west-1"), func(*http.Request) bool { return true }, "Throttling"},
		{"accounts cannot be entered", toIAM("GetAccountSummary"), toIAM("AssumeRole"), "Throttling"},
		{"accounts with lists cannot be entered", some, toIAM("AssumeRole"), "Throttling"},
		{"last accesses of other principals fail", some, others, "Throttling"},
		{"last accesses are denied", some, toIAM("GenerateServiceLastAccessedDetails"), "AccessDenied"},
		{"other regions fail", inRegion("eu-west-1"), inRegion("eu-central-1"), "Throttling"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := &outage{which: test.first, code: "Throttling", status: 400}
			s := start(t, w, awsfake.Options{Now: clock}, f.wrap)
			o := s.options(t)
			o.Optional = everySection()
			f.on.Store(true)
			run(t, o)
			before := known(t, o)
			if f.refused.Load() == 0 || len(before) == 0 {
				t.Fatal("nothing failed, or nothing was read")
			}
			f.which, f.code = test.then, test.code
			o.Resume = true
			run(t, o)
			after := known(t, o)
			for what := range before {
				if !after[what] {
					t.Errorf("%s was known and is not any more", what)
				}
			}
		})
	}
}

// known are the sections that were read, by account, region and subject.
func known(t *testing.T, o collect.Options) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, a := range o.Selected {
		ev := evidence(t, o.Folder, a.ID)
		for _, c := range collect.Collectors() {
			if _, missing := ev.Missing(c.Section); !missing {
				all[a.ID+" "+string(c.Section)] = true
			}
			for _, r := range ev.Regions {
				if _, missing := ev.MissingIn(c.Section, r.Name); !missing {
					all[a.ID+" "+string(c.Section)+" in "+r.Name] = true
				}
			}
		}
		for _, f := range ev.OrganizationFindings {
			all[a.ID+" finding "+f.ID] = true
		}
		for _, l := range ev.LastAccessed {
			all["last accesses of "+l.Principal] = true
		}
	}
	analyzers, err := o.Folder.Analyzers()
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range analyzers.Holders {
		for _, r := range h.Regions {
			all["analyzers of "+h.AccountID+" in "+r.Region] = true
		}
	}
	return all
}

// TestResumeCounts checks the times and calls of evidence that two runs made.
func TestResumeCounts(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
	f := &outage{which: toIAM("ListAccountAliases"), code: "Throttling", status: 400}
	s := start(t, w, awsfake.Options{Now: clock}, f.wrap)
	id := w.Accounts[logsPlace].ID
	o := only(s.options(t), id)
	f.on.Store(true)
	run(t, o)
	f.on.Store(false)
	first := evidence(t, o.Folder, id)
	o.Resume, o.Now = true, func() time.Time { return now.Add(time.Hour) }
	s.ResetCalls()
	second := evidence(t, run(t, o), id)
	if want := first.Calls + len(s.Calls()); second.Calls != want || second.Retries != first.Retries {
		t.Errorf("%d calls, %d of them repeated, want %d and %d", second.Calls, second.Retries, want, first.Retries)
	}
	if n := callsOf(second.Traffic); n != second.Calls {
		t.Errorf("by operation %d calls were made, in all %d", n, second.Calls)
	}
	if !second.StartedAt.Equal(now) || !second.EndedAt.Equal(now.Add(time.Hour)) {
		t.Errorf("read from %v to %v, want an hour from %v", second.StartedAt, second.EndedAt, now)
	}
	if at := second.ReadAt(collect.AliasSection); !at.Equal(now.Add(time.Hour)) {
		t.Errorf("the aliases were read at %v, want an hour later", at)
	}
	if at := second.ReadAt(collect.AccountSummarySection); !at.Equal(now) {
		t.Errorf("the account summary was read at %v, want %v", at, now)
	}
}

func callsOf(traffic []collect.Traffic) int {
	n := 0
	for _, t := range traffic {
		n += t.Calls
	}
	return n
}

// TestResumeCountsRefusals checks the calls of an account that could be entered at last.
func TestResumeCountsRefusals(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
	f := &outage{which: toIAM("AssumeRole"), code: "Throttling", status: 400}
	s := start(t, w, awsfake.Options{Now: clock}, f.wrap)
	o := only(s.options(t), w.Accounts[logsPlace].ID)
	f.on.Store(true)
	first := evidence(t, run(t, o), w.Accounts[logsPlace].ID)
	f.on.Store(false)
	o.Resume = true
	second := evidence(t, run(t, o), w.Accounts[logsPlace].ID)
	if first.Calls == 0 || second.Calls <= first.Calls || callsOf(second.Traffic) != second.Calls {
		t.Errorf("%d calls, then %d, by operation %d", first.Calls, second.Calls, callsOf(second.Traffic))
	}
}

// TestResumeKeepsRatesApart checks that on a run that goes on each account has quotas of its
// own, as on the first: on a clock that only waits move, they cost no time one after the other.
func TestResumeKeepsRatesApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &outage{which: toIAM("ListAccountAliases"), code: "InternalFailure", status: 500}
		s := startDirect(t, demoWorld(t, awsfake.DemoOptions{Accounts: 6}), awsfake.Options{Now: clock}, f.wrap)
		o := s.options(t)
		f.on.Store(true)
		run(t, o)
		f.on.Store(false)
		limits := transport()
		limits.Rates.IAM = collect.Rate{PerSecond: 1, Burst: 1}
		cfg := s.instrumented(limits, collect.Calls())
		o.Caller, o.OrganizationConfig, o.Resume = cfg, cfg, true
		began := time.Now()
		folder := run(t, o)
		if d := time.Since(began); d >= time.Second {
			t.Errorf("%d accounts waited %s for each other", len(o.Selected), d)
		}
		for _, a := range o.Selected {
			if _, missing := evidence(t, folder, a.ID).Missing(collect.AliasSection); missing {
				t.Errorf("the aliases of account %s are still missing", a.ID)
			}
		}
	})
}

// TestResumeDenied checks that what was refused is asked for again on request alone.
func TestResumeDenied(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
	f := &outage{which: toIAM("ListAccountAliases"), code: "AccessDenied", status: 403}
	s := start(t, w, awsfake.Options{Now: clock}, f.wrap)
	id := w.Accounts[logsPlace].ID
	o := only(s.options(t), id)
	f.on.Store(true)
	run(t, o)
	f.on.Store(false)
	o.Resume = true
	s.ResetCalls()
	if ev := evidence(t, run(t, o), id); len(ev.Gaps) != 1 || len(s.Calls()) != 0 {
		t.Errorf("%d gaps after %d calls, want the one of before and no call", len(ev.Gaps), len(s.Calls()))
	}
	o.Denied = true
	if ev := evidence(t, run(t, o), id); len(ev.Gaps) != 0 || len(ev.Aliases) == 0 {
		t.Errorf("gaps %+v, want none", ev.Gaps)
	}
}

// TestResumeMaxAge checks that old evidence is collected again, and young evidence is not.
func TestResumeMaxAge(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
	f := &outage{which: func(r *http.Request) bool { return !asks(r, "AssumeRole") }, code: "Throttling", status: 400}
	s := start(t, w, awsfake.Options{Now: clock}, f.wrap)
	o := s.options(t)
	o.Optional = everySection()
	whole := run(t, o)
	o.Resume, o.MaxAge = true, 24*time.Hour
	o.Now = func() time.Time { return now.Add(24 * time.Hour) }
	s.ResetCalls()
	run(t, o)
	if n := len(s.Calls()); n != 0 {
		t.Errorf("%d calls for evidence that is just young enough, want none", n)
	}
	o.Now = func() time.Time { return now.Add(24*time.Hour + time.Second) }
	ev := evidence(t, run(t, o), o.Selected[0].ID)
	if !ev.StartedAt.Equal(o.Now()) {
		t.Errorf("the account was read at %v, want %v", ev.StartedAt, o.Now())
	}
	policies := map[string]bool{}
	for _, c := range s.Calls() {
		policies[c.Operation] = true
	}
	if !policies["GetPolicyVersion"] || !policies["ListAnalyzers"] {
		t.Errorf("the calls are of %v, want AWS-managed policies and analyzers among them", policies)
	}
	compareFolders(t, whole, o.Folder)
	t.Run("what cannot be collected again is a gap", func(t *testing.T) {
		o.Now = func() time.Time { return now.Add(72 * time.Hour) }
		f.on.Store(true)
		ev := evidence(t, run(t, o), o.Selected[0].ID)
		if gap, missing := ev.Missing(collect.AuthorizationSection); !missing || gap.Cause != org.Throttled {
			t.Errorf("old authorization details stay (gap %+v)", gap)
		}
	})
}

// TestResumeKeepsOtherAccounts narrows a run that goes on: the other accounts stay as they are,
// and findings about them stand with them alone, until a run that selects them heals the rest.
func TestResumeKeepsOtherAccounts(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 14})
	whole := run(t, start(t, w, awsfake.Options{Now: clock}).options(t))
	f := &outage{which: func(r *http.Request) bool { return inRegion("eu-west-1")(r) || asks(r, "ListAccountAliases") }, code: "ThrottlingException", status: 429}
	s := start(t, w, awsfake.Options{Now: clock}, f.wrap)
	o := s.options(t)
	f.on.Store(true)
	run(t, o)
	f.on.Store(false)
	everybody := o
	all := o.Selected
	o = only(o, w.Accounts[logsPlace].ID)
	for _, a := range all {
		if a.ID != w.Accounts[logsPlace].ID {
			o.Kept = append(o.Kept, a.ID)
			o.Excluded = append(o.Excluded, org.Exclusion{AccountID: a.ID, Narrowed: true})
		}
	}
	before := map[string]*collect.Evidence{}
	for _, id := range o.Kept {
		before[id] = evidence(t, o.Folder, id)
	}
	o.Resume = true
	run(t, o)
	if ev := evidence(t, o.Folder, w.Accounts[logsPlace].ID); len(ev.Gaps) > 0 {
		t.Errorf("the account that is selected has gaps %+v, want none", ev.Gaps)
	}
	for id, ev := range before {
		if diff := gocmp.Diff(ev, evidence(t, o.Folder, id)); diff != "" {
			t.Errorf("account %s, which is not selected, has changed (-before +after):\n%s", id, diff)
		}
	}
	analyzers, err := o.Folder.Analyzers()
	if err != nil {
		t.Fatal(err)
	}
	if len(analyzers.Gaps) == 0 {
		t.Error("the organization's analyzers have no gap, though accounts lack the findings")
	}
	for _, h := range analyzers.Holders {
		for _, r := range h.Regions {
			for _, a := range r.Analyzers {
				for _, finding := range a.Findings {
					if before[finding.Account] != nil {
						t.Errorf("a finding about account %s stands with the analyzer %s", finding.Account, a.Name)
					}
				}
			}
		}
	}
	everybody.Resume = true
	run(t, everybody)
	compareFolders(t, whole, o.Folder)
}

// TestResumeIsCutOff cuts off the run that goes on, and lets it go on again.
func TestResumeIsCutOff(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 14})
	whole := run(t, start(t, w, awsfake.Options{Now: clock}).options(t))
	for _, after := range []int{1, 40, 80, 90} {
		t.Run(fmt.Sprintf("after %d calls", after), func(t *testing.T) {
			f := &outage{which: func(r *http.Request) bool { return inRegion("eu-west-1")(r) || asks(r, "ListAccountAliases") }, code: "ThrottlingException", status: 429}
			f.on.Store(true)
			s := start(t, w, awsfake.Options{Now: clock}, f.wrap)
			o := s.options(t)
			run(t, o)
			f.on.Store(false)
			o.Resume = true
			s.ResetCalls()
			ctx, cancel := cancelling(t)
			cut := start(t, w, awsfake.Options{Now: clock}, cancelAt(after, cancel))
			half := o
			half.Caller, half.OrganizationConfig = cut.caller(), cut.caller()
			if err := collect.Run(ctx, half); !errors.Is(err, context.Canceled) {
				t.Fatalf("the run that is cut off after %d calls gives %v, want %v", len(cut.Calls()), err, context.Canceled)
			}
			run(t, o)
			compareFolders(t, whole, o.Folder)
		})
	}
}

// TestResumeReadsNoLink checks evidence that somebody else made: a link to a file outside is
// neither read nor written through.
func TestResumeReadsNoLink(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside")
	if err := os.Mkdir(outside, 0o700); err != nil {
		t.Fatal(err)
	}
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
	s := start(t, w, awsfake.Options{Now: clock})
	id := w.Accounts[logsPlace].ID
	for name, target := range map[string]string{
		collect.AccountFile(id):  filepath.Join(outside, "account.json.gz"),
		collect.AnalyzersFile:    filepath.Join(outside, "analyzers.json"),
		"managed-policies":       outside,
		collect.OrganizationFile: "/dev/zero",
	} {
		t.Run(name, func(t *testing.T) {
			o := only(s.options(t), id)
			o.Resume = true
			link := filepath.Join(o.Folder.Dir(), filepath.FromSlash(name))
			if err := os.RemoveAll(link); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(outside, "account.json.gz"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(target, link); err != nil {
				t.Fatal(err)
			}
			err := collect.Run(t.Context(), o)
			if name == collect.OrganizationFile { // which Run does not read
				_, err = o.Folder.Organization()
			}
			if err == nil {
				t.Error("no error, want one")
			}
			entries, readErr := os.ReadDir(outside)
			if readErr != nil || len(entries) != 1 {
				t.Errorf("the folder that a link leads to holds %v, %v; want what it held before", entries, readErr)
			}
		})
	}
}
