package awsfake_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	accountapi "github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"orgaudit/internal/awsfake"
)

// faultCodes calls IAM some times and returns the error codes, or "" for an answer.
func faultCodes(t *testing.T, cfg aws.Config, calls int) []string {
	t.Helper()
	var codes []string
	for range calls {
		_, err := iam.NewFromConfig(cfg).GetAccountSummary(t.Context(), nil)
		var api smithy.APIError
		switch {
		case err == nil:
			codes = append(codes, "")
		case errors.As(err, &api):
			codes = append(codes, api.ErrorCode())
		default:
			t.Fatal(err)
		}
	}
	return codes
}

// TestFaultRules checks which calls a rule spoils.
func TestFaultRules(t *testing.T) {
	const busy = "Throttling"
	for _, test := range []struct {
		name  string
		fault awsfake.Fault
		want  []string
	}{
		{"every call", awsfake.Fault{}, []string{busy, busy, busy, busy}},
		{"the first ones", awsfake.Fault{Count: 2}, []string{busy, busy, "", ""}},
		{"later ones", awsfake.Fault{Skip: 1, Count: 2}, []string{"", busy, busy, ""}},
		{"another operation", awsfake.Fault{Service: "iam", Operation: "ListUsers"}, []string{"", "", "", ""}},
		{"another account", awsfake.Fault{Account: management}, []string{"", "", "", ""}},
		{"another service", awsfake.Fault{Service: "account"}, []string{"", "", "", ""}},
		{"another region", awsfake.Fault{Region: "eu-west-1"}, []string{"", "", "", ""}},
		{"this account", awsfake.Fault{Account: sandbox, Service: "iam", Operation: "GetAccountSummary", Region: "us-east-1"}, []string{busy, busy, busy, busy}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := start(t, newWorld(), awsfake.Options{})
			cfg := f.in(t, sandbox, "Admin")
			test.fault.Kind = awsfake.Throttle
			if err := f.SetFaults([]awsfake.Fault{test.fault}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, faultCodes(t, cfg, len(test.want))); diff != "" {
				t.Errorf("codes (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFaultShare checks that the seed alone decides which calls go wrong, whatever is asked
// elsewhere in between.
func TestFaultShare(t *testing.T) {
	codes := func(seed uint64, between bool) []string {
		f := start(t, newWorld(), awsfake.Options{})
		cfg, other := f.in(t, sandbox, "Admin"), f.admin()
		if err := f.SetFaults([]awsfake.Fault{{Kind: awsfake.Throttle, Share: 0.5, Seed: seed}}); err != nil {
			t.Fatal(err)
		}
		var all []string
		for range 40 {
			if between {
				faultCodes(t, other, 1)
			}
			all = append(all, faultCodes(t, cfg, 1)...)
		}
		return all
	}
	one := codes(1, false)
	if diff := cmp.Diff(one, codes(1, true)); diff != "" {
		t.Errorf("calls of another account change the result:\n%s", diff)
	}
	if cmp.Equal(one, codes(2, false)) {
		t.Error("another seed gives the same result")
	}
	spoiled := strings.Count(strings.Join(one, ","), "Throttling")
	if spoiled < 8 || spoiled > 32 {
		t.Errorf("%d of 40 calls go wrong, want about half", spoiled)
	}
}

// TestFaultCodes checks the codes in which each service tells of load, of its own failure, and
// of a page token that it does not take.
func TestFaultCodes(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	cfg := f.admin()
	calls := map[string]func() error{
		"sts": func() error { _, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), nil); return err },
		"iam": func() error {
			_, err := iam.NewFromConfig(cfg).ListUsers(t.Context(), &iam.ListUsersInput{Marker: aws.String("x")})
			return err
		},
		"organizations": func() error {
			_, err := organizations.NewFromConfig(cfg).ListRoots(t.Context(), &organizations.ListRootsInput{NextToken: aws.String("x")})
			return err
		},
		"account": func() error {
			_, err := accountapi.NewFromConfig(cfg).ListRegions(t.Context(), &accountapi.ListRegionsInput{NextToken: aws.String("x")})
			return err
		},
		"access-analyzer": func() error {
			_, err := accessanalyzer.NewFromConfig(cfg).ListAnalyzers(t.Context(), &accessanalyzer.ListAnalyzersInput{NextToken: aws.String("x")})
			return err
		},
	}
	for _, test := range []struct {
		kind awsfake.FaultKind
		want map[string]string
	}{
		{awsfake.Throttle, map[string]string{"sts": "Throttling", "iam": "Throttling", "organizations": "TooManyRequestsException",
			"account": "TooManyRequestsException", "access-analyzer": "ThrottlingException"}},
		{awsfake.ServerError, map[string]string{"sts": "InternalFailure", "iam": "ServiceFailure", "organizations": "ServiceException",
			"account": "InternalServerException", "access-analyzer": "InternalServerException"}},
		{awsfake.TokenExpired, map[string]string{"sts": "ExpiredToken", "iam": "ExpiredToken", "organizations": "ExpiredTokenException",
			"account": "ExpiredTokenException", "access-analyzer": "ExpiredTokenException"}},
		{awsfake.PageTokenExpired, map[string]string{"iam": "ValidationError", "organizations": "InvalidInputException",
			"account": "ValidationException", "access-analyzer": "ValidationException"}},
	} {
		if err := f.SetFaults([]awsfake.Fault{{Kind: test.kind}}); err != nil {
			t.Fatal(err)
		}
		for service, code := range test.want {
			t.Run(string(test.kind)+" "+service, func(t *testing.T) { wantCode(t, calls[service](), code) })
		}
	}
}

// TestEmptyPages checks that every item comes in spite of the empty pages before it.
func TestEmptyPages(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{PageSize: 1, Faults: []awsfake.Fault{{Kind: awsfake.EmptyPages}}})
	cfg := f.admin()
	users, pages := collect(t, iam.NewListUsersPaginator(iam.NewFromConfig(cfg), nil), func(o *iam.ListUsersOutput) []string {
		var names []string
		for _, u := range o.Users {
			names = append(names, *u.UserName)
		}
		return names
	})
	if len(users) != 2 || pages != 4 {
		t.Errorf("users %v on %d pages, want two users on four pages", users, pages)
	}
	regions, pages := collect(t, accountapi.NewListRegionsPaginator(accountapi.NewFromConfig(cfg), nil), func(o *accountapi.ListRegionsOutput) []string {
		return make([]string, len(o.Regions))
	})
	if len(regions) < 17 || pages != 2*len(regions) {
		t.Errorf("%d regions on %d pages, want twice as many pages", len(regions), pages)
	}
}

// TestClockSkew checks that a signature of another time is refused in AWS's words, and that
// the SDK learns the time from the answer.
func TestClockSkew(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{Faults: []awsfake.Fault{{Kind: awsfake.ClockSkew, Skew: awsfake.Duration(time.Hour)}}})
	cfg := f.admin()
	_, err := iam.NewFromConfig(cfg).GetAccountSummary(t.Context(), nil)
	wantCode(t, err, "SignatureDoesNotMatch")
	if !strings.Contains(err.Error(), "Signature expired: ") || !strings.Contains(err.Error(), "- 15 min.)") {
		t.Errorf("error %v, want the two times", err)
	}
	cfg.RetryMaxAttempts = 2
	if _, err := iam.NewFromConfig(cfg).GetAccountSummary(t.Context(), nil); err != nil {
		t.Errorf("the second attempt fails: %v", err)
	}
}

// TestAccountsChange checks an account that is suspended and one that moves while calls are made.
func TestAccountsChange(t *testing.T) {
	w := newWorld()
	f := start(t, w, awsfake.Options{})
	cfg := f.in(t, sandbox, "Admin")
	if err := f.SetFaults([]awsfake.Fault{
		{Kind: awsfake.AccountState, Account: sandbox, State: "SUSPENDED", Service: "iam", Skip: 1, Count: 1},
		{Kind: awsfake.AccountMoves, Account: sandbox, Unit: w.Organization.Root.ID, Service: "iam", Skip: 1, Count: 1},
	}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"", "InvalidClientTokenId", "InvalidClientTokenId"}, faultCodes(t, cfg, 3)); diff != "" {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
	client := organizations.NewFromConfig(f.admin())
	out, err := client.DescribeAccount(t.Context(), &organizations.DescribeAccountInput{AccountId: aws.String(sandbox)})
	if err != nil || out.Account.State != "SUSPENDED" {
		t.Errorf("account %+v, %v, want it suspended", out, err)
	}
	parents, err := client.ListParents(t.Context(), &organizations.ListParentsInput{ChildId: aws.String(sandbox)})
	if err != nil || *parents.Parents[0].Id != w.Organization.Root.ID {
		t.Errorf("parents %+v, %v, want the root", parents, err)
	}
}

// TestFaultsAreChecked checks rules that could never fit a call, and the endpoint that sets them.
func TestFaultsAreChecked(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	post := func(body string) (int, string) {
		t.Helper()
		r, text := do(t, http.MethodPost, f.url+"/_fake/faults", nil, body)
		return r.StatusCode, text
	}
	for body, says := range map[string]string{
		`[{"kind":"thrott"}]`:                                           "is none of throttle",
		`[{"kind":"throttle","share":1.5}]`:                             "share",
		`[{"kind":"throttle","service":"s3"}]`:                          "not simulated",
		`[{"kind":"throttle","service":"iam","operation":"ListRoots"}]`: "no operation",
		`[{"kind":"throttle","account":"999999999999"}]`:                "not in the organization",
		`[{"kind":"account-state","account":"` + sandbox + `"}]`:        "needs an account and a state",
		`[{"kind":"account-moves","account":"` + sandbox + `"}]`:        "needs an account and a unit",
		`[{"kind":"latency","delay":"soon"}]`:                           "soon",
		`[{"kind":"throttle","shares":1}]`:                              "shares",
		`[] []`:                                                         "after their end",
	} {
		if code, text := post(body); code != http.StatusBadRequest || !strings.Contains(text, says) {
			t.Errorf("%s answers %d %s, want 400 with %q", body, code, text, says)
		}
	}
	if code, text := post(`[{"kind":"latency","delay":"5ms","share":0.5,"seed":3}]`); code != http.StatusNoContent {
		t.Fatalf("answer %d %s", code, text)
	}
	if _, text := do(t, http.MethodGet, f.url+"/_fake/faults", nil, ""); !strings.Contains(text, `"delay": "5ms"`) {
		t.Errorf("the faults in force are %s", text)
	}
	if _, err := awsfake.New(newWorld(), awsfake.Options{Faults: []awsfake.Fault{{Kind: "x"}}}); err == nil {
		t.Error("a server is made with a fault of no kind")
	}
}
