package collect_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// TestSessionPolicy checks the policy that narrows every session: AWS takes 2,048
// characters of it ("AssumeRole", AWS STS API Reference), and it must let nobody change
// anything, whatever the role may do.
func TestSessionPolicy(t *testing.T) {
	lean, err := collect.SessionPolicy(nil)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(lean, "LastAccessed") {
		t.Errorf("policy %s allows what nobody asks for", lean)
	}
	checkSessionPolicy(t, collect.SessionPolicy, collect.AuditCalls(everySection()))
	checkSessionPolicy(t, collect.OrganizationSessionPolicy, append(org.Calls(), collect.AuditCalls(everySection())...))
}

func checkSessionPolicy(t *testing.T, policyOf func([]org.Section) (string, error), calls []org.Call) {
	t.Helper()
	text, err := policyOf(everySection())
	if err != nil {
		t.Fatal(err)
	}
	if n := len(text); n >= 2048 {
		t.Errorf("the policy has %d characters, want less than 2048", n)
	}
	var policy struct {
		Version   string
		Statement []struct {
			Effect, Resource string
			Action           []string
		}
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&policy); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	if policy.Version != "2012-10-17" || len(policy.Statement) != 1 || policy.Statement[0].Effect != "Allow" {
		t.Fatalf("policy %s, want one statement that allows", text)
	}
	for _, action := range policy.Statement[0].Action {
		_, name, ok := strings.Cut(action, ":")
		reads := false
		for _, prefix := range []string{"List", "Get", "Generate", "Describe"} {
			reads = reads || strings.HasPrefix(name, prefix)
		}
		if !ok || !reads || strings.ContainsAny(action, "*?") {
			t.Errorf("action %q, want one that reads, without a wildcard", action)
		}
	}
	if diff := gocmp.Diff(org.Actions(calls), policy.Statement[0].Action); diff != "" {
		t.Errorf("actions differ (-of the calls +of the policy):\n%s", diff)
	}
}

// TestSessionIsNarrowed checks that the session may do no more than the policy says,
// where the role is an administrator and the client would let the call pass.
func TestSessionIsNarrowed(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
	logs := &w.Accounts[logsPlace]
	for i := range logs.Roles {
		if logs.Roles[i].Name == awsfake.DemoRoleName {
			logs.Roles[i].Attached = []string{"arn:aws:iam::aws:policy/AdministratorAccess"}
		}
	}
	s := start(t, w, awsfake.Options{})
	policy, err := collect.SessionPolicy(nil)
	if err != nil {
		t.Fatal(err)
	}
	more := append(collect.Calls(), org.Call{Service: "IAM", Operation: "ListUsers", Action: "iam:ListUsers"})
	role := collect.AuditRole{ExternalID: awsfake.DemoExternalID, SessionName: "orgaudit", Duration: time.Hour}
	for _, test := range []struct {
		name, policy string
		refused      bool
	}{
		{"with the session policy", policy, true},
		{"without one", "", false},
	} {
		cfg := collect.AssumeRole(s.calling(more), "arn:aws:iam::"+logs.ID+":role/"+awsfake.DemoRoleName, role, test.policy)
		if err := getSummary(t.Context(), cfg); err != nil {
			t.Errorf("%s: a call that collectors make fails: %v", test.name, err)
		}
		_, err := iam.NewFromConfig(cfg).ListUsers(t.Context(), &iam.ListUsersInput{})
		if refused := err != nil && org.CauseOf(err) == org.DeniedByBoundary; refused != test.refused {
			t.Errorf("%s: a call that none makes gives %v, want it refused by the policy: %v", test.name, err, test.refused)
		}
	}
}

// TestEntry checks how accounts are entered and what is noted of it.
func TestEntry(t *testing.T) {
	type entries map[int]string // kinds by the account's place in the demo
	for _, test := range []struct {
		name   string
		change func(*collect.Options)
		want   entries
	}{
		{"the management account with the credentials in it", func(*collect.Options) {},
			entries{managementPlace: "caller", securityPlace: "role", logsPlace: "role"}},
		{"the management account by the role", func(o *collect.Options) { o.Role.Management = collect.EntryRole },
			entries{managementPlace: "role", securityPlace: "role"}},
		{"the caller's account by the role", func(o *collect.Options) { o.Role.Caller = collect.EntryRole },
			entries{managementPlace: "role", securityPlace: "role"}},
		{"the management account wins over the caller's", func(o *collect.Options) {
			o.Role.Management, o.Role.Caller = collect.EntryCaller, collect.EntryRole
		}, entries{managementPlace: "caller", securityPlace: "role"}},
		{"with the credentials that read the organization", func(o *collect.Options) {
			o.Role.Management = collect.EntryOrganization
			o.OrganizationIdentity.ARN = "arn:aws:iam::organization"
		}, entries{managementPlace: "organization", securityPlace: "role"}},
		{"the same, since they are in that account already", func(o *collect.Options) {
			o.OrganizationIdentity.ARN = "arn:aws:iam::organization"
			o.CallerIdentity.AccountID = "999999999999"
		}, entries{managementPlace: "organization", logsPlace: "role"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
			o := start(t, w, awsfake.Options{Now: clock}).options(t)
			test.change(&o)
			folder := run(t, o)
			for place, kind := range test.want {
				id := w.Accounts[place].ID
				want := collect.Entry{Kind: kind}
				switch kind {
				case collect.EntryCaller:
					want.Identity = o.CallerIdentity.ARN
				case collect.EntryOrganization:
					want.Identity = "arn:aws:iam::organization"
				case collect.EntryRole:
					want.RoleARN = "arn:aws:iam::" + id + ":role/" + awsfake.DemoRoleName
				}
				ev := evidence(t, folder, id)
				if diff := gocmp.Diff(want, ev.Entry); diff != "" {
					t.Errorf("entry of %s differs (-want +got):\n%s", w.Accounts[place].Name, diff)
				}
				if len(ev.Gaps) > 0 {
					t.Errorf("%s has gaps %v, want none", w.Accounts[place].Name, ev.Gaps)
				}
			}
		})
	}
}

// TestWhoAmI checks both ends of the question.
func TestWhoAmI(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
	s := start(t, w, awsfake.Options{})
	got, err := collect.WhoAmI(t.Context(), s.caller())
	if err != nil {
		t.Fatal(err)
	}
	management := w.Accounts[managementPlace].ID
	want := collect.Identity{AccountID: management, ARN: "arn:aws:iam::" + management + ":user/" + awsfake.DemoUserName}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("identity differs (-want +got):\n%s", diff)
	}
	_, err = collect.WhoAmI(t.Context(), instrumented(s.handler, transport(), collect.Calls()))
	if err == nil || org.CauseOf(err) != org.CredentialsFailed {
		t.Errorf("a wrong key gives error %v, want cause %s", err, org.CredentialsFailed)
	}
}

// TestAssumeRole checks what is asked of STS: the session's name stands in CloudTrail,
// and an external ID or a policy that nobody wants must not be sent as an empty one.
func TestAssumeRole(t *testing.T) {
	for _, test := range []struct {
		name   string
		role   collect.AuditRole
		policy string
		want   map[string]string
		absent []string
	}{
		{"everything", collect.AuditRole{ExternalID: "x-1", SessionName: "audit-7", Duration: 2 * time.Hour}, `{"Version":"2012-10-17"}`,
			map[string]string{"RoleSessionName": "audit-7", "ExternalId": "x-1", "DurationSeconds": "7200", "Policy": `{"Version":"2012-10-17"}`}, nil},
		{"as little as possible", collect.AuditRole{SessionName: "orgaudit", Duration: time.Hour}, "",
			map[string]string{"RoleSessionName": "orgaudit", "DurationSeconds": "3600"}, []string{"ExternalId", "Policy"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var mu sync.Mutex
			var forms []map[string][]string
			cfg := instrumented(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				if err := r.ParseForm(); err != nil {
					http.Error(w, err.Error(), http.StatusBadRequest)
					return
				}
				forms = append(forms, r.PostForm)
				fmt.Fprintf(w, `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>`+
					`<AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>`+
					`<Expiration>%s</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`, time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
			}), transport(), collect.Calls())
			arn := "arn:aws:iam::111122223333:role/audit/Orgaudit"
			assumed := collect.AssumeRole(cfg, arn, test.role, test.policy)
			if len(forms) > 0 {
				t.Error("the role was taken before anybody needed it")
			}
			for range 3 {
				got, err := assumed.Credentials.Retrieve(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if got.AccessKeyID != "ASIAEXAMPLE" || got.SessionToken != "token" {
					t.Errorf("credentials of key %q, want those of the session", got.AccessKeyID)
				}
			}
			if len(forms) != 1 {
				t.Fatalf("the role was taken %d times, want once", len(forms))
			}
			test.want["RoleArn"] = arn
			for name, want := range test.want {
				if got := forms[0][name]; len(got) != 1 || got[0] != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			for _, name := range test.absent {
				if got, ok := forms[0][name]; ok {
					t.Errorf("%s is %q, want nothing", name, got)
				}
			}
		})
	}
}
