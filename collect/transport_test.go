package collect_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
	"golang.org/x/sync/errgroup"

	"orgaudit/collect"
	"orgaudit/org"
)

// instrumented returns the configuration of clients of a handler, with credentials that
// nobody looks at.
func instrumented(handler http.Handler, t collect.Transport, calls []org.Call) aws.Config {
	cfg := collect.Instrument(aws.Config{
		Region: "eu-central-1", BaseEndpoint: aws.String("http://aws.example"),
		Credentials: credentials.NewStaticCredentialsProvider("AKIAEXAMPLE", "secret", ""),
	}, t, calls)
	cfg.HTTPClient = directClient{handler}
	return cfg
}

// summary answers IAM's GetAccountSummary.
func summary(w http.ResponseWriter, _ *http.Request) {
	_, _ = w.Write([]byte(`<GetAccountSummaryResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetAccountSummaryResult>` +
		`<SummaryMap></SummaryMap></GetAccountSummaryResult></GetAccountSummaryResponse>`))
}

func getSummary(ctx context.Context, cfg aws.Config) error {
	_, err := iam.NewFromConfig(cfg).GetAccountSummary(ctx, &iam.GetAccountSummaryInput{})
	return err
}

// TestInstrumentRefuses checks that an operation that nobody declared is not sent,
// whatever service it is of.
func TestInstrumentRefuses(t *testing.T) {
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		summary(w, r)
	}))
	defer server.Close()
	cfg := collect.Instrument(aws.Config{
		Region: "eu-central-1", BaseEndpoint: aws.String(server.URL),
		Credentials: credentials.NewStaticCredentialsProvider("AKIAEXAMPLE", "secret", ""),
	}, transport(), collect.Calls())
	var meter collect.Meter
	ctx := collect.WithMeter(t.Context(), &meter)
	for _, test := range []struct {
		name string
		call func() error
	}{
		{"IAM:CreateUser", func() error {
			_, err := iam.NewFromConfig(cfg).CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("mallory")})
			return err
		}},
		{"IAM:DeleteAccountPasswordPolicy", func() error {
			_, err := iam.NewFromConfig(cfg).DeleteAccountPasswordPolicy(ctx, &iam.DeleteAccountPasswordPolicyInput{})
			return err
		}},
		{"IAM:ListUsers", func() error { // it reads, and is not needed
			_, err := iam.NewFromConfig(cfg).ListUsers(ctx, &iam.ListUsersInput{})
			return err
		}},
		{"STS:AssumeRoot", func() error {
			_, err := sts.NewFromConfig(cfg).AssumeRoot(ctx, &sts.AssumeRootInput{
				TargetPrincipal: aws.String("111122223333"),
				TaskPolicyArn:   &ststypes.PolicyDescriptorType{Arn: aws.String("arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials")},
			})
			return err
		}},
	} {
		if err := test.call(); err == nil || !strings.Contains(err.Error(), test.name+" is not among the operations") {
			t.Errorf("%s gives error %v, want a refusal that names it", test.name, err)
		}
	}
	if requests.Load() != 0 || meter.Calls() != 0 || meter.Retries() != 0 {
		t.Errorf("%d requests were sent, %d calls and %d retries counted; want none", requests.Load(), meter.Calls(), meter.Retries())
	}
	if err := getSummary(ctx, cfg); err != nil {
		t.Errorf("an operation that is declared fails: %v", err)
	}
	if requests.Load() != 1 || meter.Calls() != 1 {
		t.Errorf("%d requests were sent and %d calls counted, want 1", requests.Load(), meter.Calls())
	}
}

// TestInstrumentKeepsConfig checks that the configuration of the caller is not changed.
func TestInstrumentKeepsConfig(t *testing.T) {
	client := awshttp.NewBuildableClient()
	cfg := aws.Config{Region: "eu-central-1", HTTPClient: client}
	collect.Instrument(cfg, transport(), collect.Calls())
	if len(cfg.APIOptions) != 0 || cfg.Retryer != nil || cfg.HTTPClient != client || client.GetTimeout() != 0 {
		t.Error("the configuration was changed, want a copy")
	}
}

// TestInstrumentBoundsCalls starts more calls than may be in flight, lets them stand in
// the handler, and counts them there.
func TestInstrumentBoundsCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit, calls = 3, 10
		var inFlight, most, served atomic.Int64
		gate := make(chan struct{})
		cfg := instrumented(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			n := inFlight.Add(1)
			defer inFlight.Add(-1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			<-gate
			served.Add(1)
			summary(w, r)
		}), collect.Transport{CallsInFlight: limit, Attempts: 1, CallTimeout: time.Minute}, collect.Calls())
		var group errgroup.Group
		for range calls {
			group.Go(func() error { return getSummary(t.Context(), cfg) })
		}
		for done := range calls {
			synctest.Wait() // everybody stands at the gate or waits for a place
			if got, want := inFlight.Load(), int64(min(limit, calls-done)); got != want {
				t.Errorf("%d calls in flight after %d are done, want %d", got, done, want)
			}
			gate <- struct{}{}
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		if most.Load() != limit || served.Load() != calls {
			t.Errorf("at most %d calls in flight and %d served, want %d and %d", most.Load(), served.Load(), limit, calls)
		}
	})
}

// TestInstrumentFreesPlaceBetweenAttempts checks that a call that waits for its next
// attempt does not hold up another, and that a call that waits for a place ends with its
// context.
func TestInstrumentFreesPlaceBetweenAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failing := true
		gate := make(chan struct{})
		cfg := instrumented(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if failing {
				failing = false
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			<-gate
			summary(w, r)
		}), collect.Transport{CallsInFlight: 1, Attempts: 2, MaxBackoff: time.Hour, CallTimeout: time.Minute}, collect.Calls())
		first, second := make(chan error, 1), make(chan error, 1)
		go func() { first <- getSummary(t.Context(), cfg) }()
		synctest.Wait() // the first call waits for its second attempt
		go func() { second <- getSummary(t.Context(), cfg) }()
		synctest.Wait() // the second call has the only place
		ctx, cancel := context.WithCancel(t.Context())
		third := make(chan error, 1)
		go func() { third <- getSummary(ctx, cfg) }()
		synctest.Wait()
		cancel()
		if err := <-third; !errors.Is(err, context.Canceled) {
			t.Errorf("the call that waits for a place gives %v, want %v", err, context.Canceled)
		}
		gate <- struct{}{}
		if err := <-second; err != nil {
			t.Errorf("the second call fails while the first waits: %v", err)
		}
		gate <- struct{}{}
		if err := <-first; err != nil {
			t.Errorf("the first call fails: %v", err)
		}
	})
}

func TestMeter(t *testing.T) {
	busy := func(times int64) http.Handler {
		var requests atomic.Int64
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if requests.Add(1) <= times {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			summary(w, r)
		})
	}
	for _, test := range []struct {
		name           string
		busy           int64
		attempts       int
		calls, retries int
		failed         bool
	}{
		{"at once", 0, 3, 1, 0, false},
		{"at the third attempt", 2, 3, 3, 2, false},
		{"never", 100, 3, 3, 2, true},
		{"one attempt only", 100, 1, 1, 0, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := instrumented(busy(test.busy), collect.Transport{
					CallsInFlight: 4, Attempts: test.attempts, MaxBackoff: 20 * time.Second, CallTimeout: time.Minute,
				}, collect.Calls())
				var outer, inner, other collect.Meter
				ctx := collect.WithMeter(t.Context(), &outer)
				err := getSummary(collect.WithMeter(ctx, &inner), cfg)
				if (err != nil) != test.failed {
					t.Errorf("error %v, want one: %v", err, test.failed)
				}
				if test.failed && org.CauseOf(err) != org.Failed {
					t.Errorf("cause %s, want %s", org.CauseOf(err), org.Failed)
				}
				for name, m := range map[string]*collect.Meter{"inner": &inner, "outer": &outer} {
					if m.Calls() != test.calls || m.Retries() != test.retries {
						t.Errorf("the %s meter shows %d calls and %d retries, want %d and %d", name, m.Calls(), m.Retries(), test.calls, test.retries)
					}
				}
				collect.WithMeter(ctx, &other)
				if other.Calls() != 0 {
					t.Errorf("a meter beside shows %d calls, want none", other.Calls())
				}
			})
		})
	}
}

// TestInstrumentRetriesWithoutQuota checks that retries do not run out: the SDK lets a
// client repeat about a hundred requests, which a bad hour of AWS uses up.
func TestInstrumentRetriesWithoutQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests int
		client := iam.NewFromConfig(instrumented(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if requests++; requests%4 != 0 {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			summary(w, r)
		}), collect.Transport{CallsInFlight: 1, Attempts: 4, MaxBackoff: time.Second, CallTimeout: time.Minute}, collect.Calls()))
		for i := range 200 {
			if _, err := client.GetAccountSummary(t.Context(), &iam.GetAccountSummaryInput{}); err != nil {
				t.Fatalf("call %d: %v", i+1, err)
			}
		}
	})
}

// TestInstrumentTimesOut checks that an attempt ends when AWS does not answer.
func TestInstrumentTimesOut(t *testing.T) {
	gate := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-gate }))
	defer server.Close()
	defer close(gate)
	cfg := collect.Instrument(aws.Config{
		Region: "eu-central-1", BaseEndpoint: aws.String(server.URL),
		Credentials: credentials.NewStaticCredentialsProvider("AKIAEXAMPLE", "secret", ""),
	}, collect.Transport{CallsInFlight: 1, Attempts: 2, MaxBackoff: time.Millisecond, CallTimeout: time.Millisecond}, collect.Calls())
	var meter collect.Meter
	err := getSummary(collect.WithMeter(t.Context(), &meter), cfg)
	if err == nil || org.CauseOf(err) != org.TimedOut {
		t.Errorf("error %v with cause %s, want %s", err, org.CauseOf(err), org.TimedOut)
	}
	if meter.Calls() != 2 || meter.Retries() != 1 {
		t.Errorf("%d calls and %d retries, want 2 and 1", meter.Calls(), meter.Retries())
	}
}
