package org_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// walkedAt is the clock of every walk in these tests. It is in no UTC zone, so that a
// walk that keeps the clock's zone is seen.
var walkedAt = time.Date(2026, time.May, 4, 11, 12, 13, 456, time.FixedZone("CEST", 2*60*60))

// Accounts of the world of [deepWorld].
const (
	management = "111111111111" // under the root
	besides    = "222222222222" // under the root, beside all units
	middle     = "333333333333" // in the third of five levels
	deepest    = "004444444444" // in the fifth
	delegate   = "555555555555" // a delegated administrator, in the first
	stranger   = "666666666666" // a member like any other, in the first
)

const (
	rootID  = "r-ab12"
	firstID = "ou-ab12-level001"
	thirdID = "ou-ab12-level003"
	fifthID = "ou-ab12-level005"
	twinID  = "ou-ab12-level3bb"
)

var created = time.Date(2024, time.January, 2, 3, 4, 5, 0, time.UTC)

// deepWorld has units five levels deep, and a second unit named as the third one.
func deepWorld() *awsfake.World {
	everywhere := []string{
		fifthID, "ou-ab12-level004", thirdID, twinID, "ou-ab12-level002", firstID, rootID,
		stranger, delegate, deepest, middle, besides, management,
	}
	policy := func(id, kind, name string, targets ...string) awsfake.OrgPolicy {
		document := `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:Put*","Resource":"*"}}`
		if kind == org.ServiceControlPolicy {
			document = `{"Version": "2012-10-17", "Statement": {"Sid": "ÄÖ+%2F", "Effect": "Deny", "Action": "s3:Put*", "Resource": "*"}}`
		}
		return awsfake.OrgPolicy{ID: id, Type: kind, Name: name, Document: json.RawMessage(document), Targets: targets}
	}
	allow := func(id, kind, name string) awsfake.OrgPolicy {
		return awsfake.OrgPolicy{ID: id, Type: kind, Name: name, AWSManaged: true, Targets: everywhere,
			Document: json.RawMessage(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`)}
	}
	full := allow("p-FullAWSAccess", org.ServiceControlPolicy, "FullAWSAccess")
	full.Document = json.RawMessage(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)
	account := func(id, name, unit string) awsfake.Account {
		return awsfake.Account{
			ID: id, Name: name, Email: name + "@example.com", State: "ACTIVE", Method: "CREATED", Joined: created, Unit: unit,
			Root:  awsfake.RootUser{Created: created, MFA: "none"},
			Users: []awsfake.User{keyUser(id)},
		}
	}
	w := &awsfake.World{
		Partition: "aws",
		Organization: awsfake.Organization{
			ID: "o-exampleorg1", ManagementAccount: management, FeatureSet: "ALL",
			PolicyTypes: []string{org.ServiceControlPolicy, org.ResourceControlPolicy, org.TagPolicy, "BACKUP_POLICY"},
			Root: awsfake.Unit{ID: rootID, Name: "Root", Units: []awsfake.Unit{
				{ID: firstID, Name: "Εταιρεία", Units: []awsfake.Unit{
					{ID: "ou-ab12-level002", Name: "Workloads", Units: []awsfake.Unit{
						{ID: thirdID, Name: "Production", Units: []awsfake.Unit{
							{ID: "ou-ab12-level004", Name: "A", Units: []awsfake.Unit{{ID: fifthID, Name: "B"}}},
						}},
					}},
					{ID: twinID, Name: "Production"},
				}},
			}},
			Policies: []awsfake.OrgPolicy{
				full,
				policy("p-onthefirst", org.ServiceControlPolicy, "OnTheFirst", firstID),
				policy("p-onaccounts", org.ServiceControlPolicy, "OnAccounts", besides, deepest, management),
				policy("p-nowhere000", org.ServiceControlPolicy, "Nowhere"),
				allow("p-RCPFullAWSAccess", org.ResourceControlPolicy, "RCPFullAWSAccess"),
				policy("p-onthefifth", org.ResourceControlPolicy, "OnTheFifth", fifthID),
				{ID: "p-tagpolicy0", Type: org.TagPolicy, Name: "Tags", Document: json.RawMessage(`{"tags":{}}`), Targets: []string{rootID}},
				{ID: "p-optoutoff0", Type: org.AIServicesOptOut, Name: "OptOut", Document: json.RawMessage(`{"services":{}}`), Targets: []string{rootID}},
				{ID: "p-backups000", Type: "BACKUP_POLICY", Name: "Backups", Document: json.RawMessage(`{"plans":{}}`), Targets: []string{rootID}},
			},
			ResourcePolicy: json.RawMessage(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "` +
				delegate + `"}, "Action": "organizations:Describe*", "Resource": "*"}}`),
			TrustedServices: []awsfake.TrustedService{
				{Principal: "sso.amazonaws.com", Enabled: created},
				{Principal: "iam.amazonaws.com", Enabled: created.AddDate(0, 1, 0)},
				{Principal: "access-analyzer.amazonaws.com", Enabled: created},
			},
			Delegated: []awsfake.DelegatedAdministrator{{Account: delegate, Enabled: created.AddDate(0, 0, 7),
				Services: []string{"sso.amazonaws.com", "iam.amazonaws.com", "access-analyzer.amazonaws.com"}}},
			RootFeatures: []string{"RootSessions", "RootCredentialsManagement"},
		},
		Accounts: []awsfake.Account{
			account(stranger, "stranger", firstID),
			account(management, "management", rootID),
			account(deepest, "deepest", fifthID),
			account(delegate, "delegate", firstID),
			account(besides, "besides", rootID),
			account(middle, "middle", thirdID),
		},
	}
	w.Accounts[2].Tags = map[string]string{"environment": "production", "Kostenstelle": "=1+1", "Περιβάλλον": "", "d": "4", "e": "5"}
	w.Accounts[4].State, w.Accounts[4].Method = "CLOSED", "INVITED"
	return w
}

// keyUser is an administrator whose key can sign calls.
func keyUser(account string) awsfake.User {
	return awsfake.User{
		ID: "AIDAEXAMPLE" + account, Name: "admin", Path: "/", Created: created,
		Keys:   []awsfake.AccessKey{{ID: "AKIAEXAMPLE" + account, Secret: "secret-of-" + account, Active: true, Created: created}},
		Inline: []awsfake.InlinePolicy{{Name: "all", Document: statement("Allow", "*")}},
	}
}

func statement(effect string, actions ...string) json.RawMessage {
	quoted := `"` + strings.Join(actions, `","`) + `"`
	return json.RawMessage(fmt.Sprintf(`{"Version":"2012-10-17","Statement":{"Effect":%q,"Action":[%s],"Resource":"*"}}`, effect, quoted))
}

func demoWorld(t *testing.T, accounts int) *awsfake.World {
	t.Helper()
	w, err := awsfake.Demo(awsfake.DemoOptions{Seed: 7, Accounts: accounts, Now: walkedAt})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// simulated is the simulated AWS behind a real HTTP server.
type simulated struct {
	*awsfake.Server
	url string
}

// start serves a world in pages of two, so that everything is paged.
func start(t *testing.T, w *awsfake.World, wrap func(http.Handler) http.Handler) *simulated {
	t.Helper()
	s, err := awsfake.New(w, awsfake.Options{PageSize: 2})
	if err != nil {
		t.Fatal(err)
	}
	var handler http.Handler = s
	if wrap != nil {
		handler = wrap(s)
	}
	h := httptest.NewServer(handler)
	t.Cleanup(h.Close)
	return &simulated{s, h.URL}
}

// management returns the configuration of an administrator of the management account.
func (s *simulated) management() aws.Config {
	c := s.ManagementCredentials()
	return s.with(c.AccessKeyID, c.SecretAccessKey)
}

// in returns the configuration of the user of an account of [deepWorld].
func (s *simulated) in(account string) aws.Config {
	return s.with("AKIAEXAMPLE"+account, "secret-of-"+account)
}

func (s *simulated) with(id, secret string) aws.Config {
	return aws.Config{
		Region: "eu-central-1", BaseEndpoint: aws.String(s.url),
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""),
	}
}

func walkOptions() org.WalkOptions {
	return org.WalkOptions{
		Tags: true, Concurrency: 4, Now: func() time.Time { return walkedAt }, Caller: "arn:aws:iam::" + management + ":user/admin",
	}
}

// walk reads the organization and fails the test where that fails.
func walk(t *testing.T, cfg aws.Config) *org.Organization {
	t.Helper()
	o, err := org.Walk(t.Context(), cfg, walkOptions())
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// operation is the operation that a request to Organizations names, or "".
func operation(r *http.Request) string {
	_, name, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	return name
}

// rewriting changes the answers of one operation of Organizations.
func rewriting(name string, change func(answer map[string]any)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if operation(r) != name {
				next.ServeHTTP(w, r)
				return
			}
			recorder := httptest.NewRecorder()
			next.ServeHTTP(recorder, r)
			var answer map[string]any
			if err := json.NewDecoder(recorder.Body).Decode(&answer); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			change(answer)
			var body bytes.Buffer
			if err := json.NewEncoder(&body).Encode(answer); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			w.Header().Set("Content-Type", recorder.Header().Get("Content-Type"))
			w.WriteHeader(recorder.Code)
			_, _ = w.Write(body.Bytes()) // a client that has gone fails by itself
		})
	}
}
