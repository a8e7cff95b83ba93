package collect_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// now is when the demo worlds of these tests are looked at.
var now = time.Date(2026, time.May, 4, 9, 12, 13, 0, time.UTC)

// Places of the demo's accounts, which come in the same order in every world.
const (
	managementPlace  = 0
	securityPlace    = 1
	logsPlace        = 2
	suspendedPlace   = 6
	unreachablePlace = 7
	deniedOnePlace   = 10
	quarantinedPlace = 11
)

func demoWorld(t testing.TB, o awsfake.DemoOptions) *awsfake.World {
	t.Helper()
	o.Seed, o.Now = 7, now
	w, err := awsfake.Demo(o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// simulated is the simulated AWS, reached through an HTTP server or from a client of its own.
type simulated struct {
	*awsfake.Server
	handler http.Handler
	url     string
	direct  bool // clients reach the handler without a network
}

// start serves a world over HTTP. Wraps stand before the simulated AWS, the last outermost.
func start(t testing.TB, w *awsfake.World, o awsfake.Options, wraps ...func(http.Handler) http.Handler) *simulated {
	t.Helper()
	s := assemble(t, w, o, wraps...)
	h := httptest.NewServer(s.handler)
	t.Cleanup(h.Close)
	s.url = h.URL
	return s
}

// startDirect serves a world without a network, so that a test can run on a clock of its own.
func startDirect(t testing.TB, w *awsfake.World, o awsfake.Options, wraps ...func(http.Handler) http.Handler) *simulated {
	t.Helper()
	s := assemble(t, w, o, wraps...)
	s.url, s.direct = "http://aws.example", true
	return s
}

func assemble(t testing.TB, w *awsfake.World, o awsfake.Options, wraps ...func(http.Handler) http.Handler) *simulated {
	t.Helper()
	server, err := awsfake.New(w, o)
	if err != nil {
		t.Fatal(err)
	}
	s := &simulated{Server: server, handler: server}
	for _, wrap := range wraps {
		s.handler = wrap(s.handler)
	}
	return s
}

// directClient hands requests to a handler.
type directClient struct{ handler http.Handler }

// Do implements the HTTP client of the SDK.
func (c directClient) Do(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	in.RequestURI = r.URL.RequestURI()
	if in.Body == nil {
		in.Body = http.NoBody
	}
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, in)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

// transport is that of most tests: many calls at once, few attempts, short waits.
func transport() collect.Transport {
	return collect.Transport{
		CallsInFlight: 16, Attempts: 3, MaxBackoff: time.Millisecond, CallTimeout: time.Minute,
		Rates: collect.Rates{Adaption: collect.Adaption{Recover: 100 * time.Microsecond}}, // tests of throttling wait for nothing
	}
}

// caller returns the instrumented configuration of the caller, who is in the management account.
func (s *simulated) caller() aws.Config { return s.calling(collect.Calls()) }

// calling is caller with another list of operations.
func (s *simulated) calling(calls []org.Call) aws.Config { return s.instrumented(transport(), calls) }

// callingWith is caller with another number of calls in flight.
func (s *simulated) callingWith(inFlight int) aws.Config {
	t := transport()
	t.CallsInFlight = inFlight
	return s.instrumented(t, collect.Calls())
}

func (s *simulated) instrumented(t collect.Transport, calls []org.Call) aws.Config {
	c := s.ManagementCredentials()
	cfg := collect.Instrument(aws.Config{
		Region: c.Region, BaseEndpoint: aws.String(s.url),
		Credentials: credentials.NewStaticCredentialsProvider(c.AccessKeyID, c.SecretAccessKey, ""),
	}, t, calls)
	if s.direct {
		cfg.HTTPClient = directClient{s.handler}
	}
	return cfg
}

// options asks who the caller is, walks the organization, and returns what a run of all
// active accounts into a new folder needs.
func (s *simulated) options(t testing.TB) collect.Options {
	t.Helper()
	cfg := s.caller()
	identity, err := collect.WhoAmI(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	o, err := org.Walk(t.Context(), cfg, org.WalkOptions{Tags: true, Concurrency: 8, Now: clock, Caller: identity.ARN})
	if err != nil {
		t.Fatal(err)
	}
	selected, excluded, err := o.Select(org.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	return collect.Options{
		Caller: cfg, OrganizationConfig: cfg, CallerIdentity: identity, OrganizationIdentity: identity,
		Role: collect.AuditRole{
			Name: awsfake.DemoRoleName, ExternalID: awsfake.DemoExternalID, SessionName: "orgaudit", Duration: time.Hour,
		},
		Organization: o, Selected: selected, Excluded: excluded, Folder: newFolder(t),
		Accounts: 4, Collectors: 3, ReportPoll: time.Microsecond, ReportWait: time.Minute, Now: clock,
	}
}

// everySection are the optional sections, all of them.
func everySection() []org.Section {
	var sections []org.Section
	for _, c := range collect.Collectors() {
		if c.Optional {
			sections = append(sections, c.Section)
		}
	}
	return sections
}

func clock() time.Time { return now }

func newFolder(t testing.TB) *collect.Folder {
	t.Helper()
	f, err := collect.CreateFolder(filepath.Join(t.TempDir(), "evidence"))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// run collects and fails the test where that fails.
func run(t testing.TB, o collect.Options) *collect.Folder {
	t.Helper()
	if err := collect.Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	return o.Folder
}

// evidence reads the evidence of an account, which must be there.
func evidence(t testing.TB, f *collect.Folder, id string) *collect.Evidence {
	t.Helper()
	ev, err := f.Account(id)
	if err != nil {
		t.Fatal(err)
	}
	return ev
}

// only keeps some of the selected accounts.
func only(o collect.Options, ids ...string) collect.Options {
	o.Selected = slices.DeleteFunc(slices.Clone(o.Selected), func(a *org.Account) bool { return !slices.Contains(ids, a.ID) })
	return o
}

// gapsOf are the gaps without what differs from run to run.
func gapsOf(ev *collect.Evidence) []org.Gap {
	var gaps []org.Gap
	for _, g := range ev.Gaps {
		gaps = append(gaps, org.Gap{Section: g.Section, Region: g.Region, Subject: g.Subject, Cause: g.Cause})
	}
	return gaps
}

// asks tells whether a request to IAM or STS is for an operation. It leaves the body as it was.
func asks(r *http.Request, operation string) bool { return formOf(r).Get("Action") == operation }

// formOf is the form of a request to IAM or STS, or empty. It leaves the body as it was.
func formOf(r *http.Request) url.Values {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil
	}
	return form
}

// cancelAt ends a context when so many requests have come.
func cancelAt(n int, cancel context.CancelFunc) func(http.Handler) http.Handler {
	var mu sync.Mutex
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			if n--; n == 0 {
				cancel()
			}
			mu.Unlock()
			next.ServeHTTP(w, r)
		})
	}
}
