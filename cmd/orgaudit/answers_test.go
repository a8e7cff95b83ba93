package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
	"orgaudit/report"
	"orgaudit/report/benchmark"
)

// knownAnswer is a small organization about which some other tool says something wrong,
// and what is right. testdata/answers/README.md says how one is written.
type knownAnswer struct {
	Name string `json:"name"`
	// Tool is who gets it wrong, Wrong what it says, Source who says what is right.
	Tool   string `json:"tool"`
	Wrong  string `json:"wrong"`
	Source string `json:"source"`

	Control string `json:"control"`
	// Account is the id of the judged account; a control of the organization has none.
	Account string `json:"account,omitempty"`
	// Set are settings, such as benchmark.parameters.reuse=12.
	Set      []string `json:"set,omitempty"`
	PageSize int      `json:"page_size,omitempty"`
	// Refuse gives operations of IAM and STS the error that answers them.
	Refuse map[string]string `json:"refuse,omitempty"`
	// Patch makes the world out of base.json.
	Patch any `json:"patch"`

	Verdict benchmark.Verdict `json:"verdict"`
	// Cause is that of a verdict that is not assessed.
	Cause org.Cause `json:"cause,omitempty"`
	// Items are members of the population that must be among the others.
	Items []knownItem `json:"items,omitempty"`
}

// knownItem is an item of a result. What it leaves empty is not compared.
type knownItem struct {
	Resource string           `json:"resource"`
	Status   benchmark.Status `json:"status"`
	Observed string           `json:"observed,omitempty"`
}

// answersTime is when the worlds of the known answers are looked at.
func answersTime() time.Time { return time.Date(2026, 9, 30, 12, 0, 0, 0, time.UTC) }

// TestKnownAnswers collects small organizations as a run does and judges them as a report
// does, where others are known to be wrong.
func TestKnownAnswers(t *testing.T) {
	base, err := os.ReadFile("testdata/answers/base.json")
	if err != nil {
		t.Fatal(err)
	}
	baseline, err := readBenchmark("baseline")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for file, answers := range readAnswers(t) {
		for _, answer := range answers {
			if names[answer.Name] {
				t.Errorf("%s: there are two cases %q", file, answer.Name)
			}
			names[answer.Name] = true
			t.Run(strings.TrimSuffix(file, ".json")+"/"+answer.Name, func(t *testing.T) {
				t.Parallel()
				answer.check(t, base, baseline)
			})
		}
	}
}

// readAnswers reads the cases by file.
func readAnswers(t *testing.T) map[string][]knownAnswer {
	t.Helper()
	files, err := filepath.Glob("testdata/answers/cases/*.json")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]knownAnswer{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		var answers []knownAnswer
		if err := d.Decode(&answers); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if len(answers) == 0 {
			t.Fatalf("%s has no case", file)
		}
		all[filepath.Base(file)] = answers
	}
	if len(all) == 0 {
		t.Fatal("there is no case")
	}
	return all
}

// check compares the verdict with the right one.
func (k knownAnswer) check(t *testing.T, base []byte, baseline *benchmark.Definition) {
	if k.Name == "" || k.Tool == "" || k.Wrong == "" || k.Source == "" {
		t.Fatal("a case names the tool, what it says, and the source of what is right")
	}
	control := benchmark.ControlByID(k.Control)
	if control == nil {
		t.Fatalf("no control %q", k.Control)
	}
	if (control.Scope == benchmark.AccountScope) != (k.Account != "") {
		t.Fatalf("account %q does not fit a control of scope %s", k.Account, control.Scope)
	}
	result := k.judge(t, k.world(t, base), k.settings(t, baseline))
	if result.Verdict != k.Verdict {
		t.Errorf("verdict %s (%s), want %s", result.Verdict, result.Reason, k.Verdict)
	}
	cause := org.Cause("")
	if result.Gap != nil {
		cause = result.Gap.Cause
	}
	if cause != k.Cause {
		t.Errorf("cause %q, want %q", cause, k.Cause)
	}
	for _, want := range k.Items {
		i := slices.IndexFunc(result.Items, func(i benchmark.Item) bool { return i.Resource == want.Resource })
		if i < 0 {
			t.Errorf("no item %s", want.Resource)
			continue
		}
		got := knownItem{want.Resource, result.Items[i].Status, result.Items[i].Observed}
		if want.Observed == "" {
			got.Observed = ""
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("item (-want +got):\n%s", diff)
		}
	}
	if t.Failed() {
		for _, i := range result.Items {
			t.Logf("%s %s: %s", i.Status, i.Resource, i.Observed)
		}
	}
}

// world is the base with the patch of the case.
func (k knownAnswer) world(t *testing.T, base []byte) *awsfake.World {
	t.Helper()
	var tree any
	if err := json.Unmarshal(base, &tree); err != nil {
		t.Fatalf("read the base: %v", err)
	}
	patched, err := json.Marshal(mergePatch(tree, k.Patch))
	if err != nil {
		t.Fatal(err)
	}
	world, err := awsfake.Load(bytes.NewReader(patched))
	if err != nil {
		t.Fatal(err)
	}
	return world
}

// judge collects the evidence of a world over the network and judges it.
func (k knownAnswer) judge(t *testing.T, world *awsfake.World, cfg *config) benchmark.Result {
	t.Helper()
	fake, err := awsfake.New(world, awsfake.Options{PageSize: k.PageSize, Now: answersTime})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(k.refusing(fake))
	t.Cleanup(server.Close)
	keys := fake.ManagementCredentials()
	caller := collect.Instrument(aws.Config{
		Region: keys.Region, BaseEndpoint: aws.String(server.URL),
		Credentials: credentials.NewStaticCredentialsProvider(keys.AccessKeyID, keys.SecretAccessKey, ""),
	}, cfg.transport(), collect.Calls())
	g := gathering{config: cfg}
	o, err := g.enter(t.Context(), caller)
	if err != nil {
		t.Fatal(err)
	}
	o.Now = answersTime
	o.Organization, err = org.Walk(t.Context(), caller, org.WalkOptions{Concurrency: 2, Now: o.Now, Caller: o.CallerIdentity.ARN})
	if err != nil {
		t.Fatal(err)
	}
	if o.Selected, o.Excluded, err = o.Organization.Select(cfg.selection()); err != nil {
		t.Fatal(err)
	}
	if o.Folder, err = collect.CreateFolder(filepath.Join(t.TempDir(), evidenceFolder)); err != nil {
		t.Fatal(err)
	}
	if err := o.Folder.WriteOrganization(o.Organization); err != nil {
		t.Fatal(err)
	}
	if err := collect.Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if err := o.Folder.WriteRecord(&collect.Record{
		Schema: collect.Schema, State: collect.Collected, StartedAt: answersTime(), EndedAt: answersTime(),
		OrganizationID: o.Organization.ID, RoleName: cfg.Role.Name, Excluded: o.Excluded, Optional: o.Optional,
	}); err != nil {
		t.Fatal(err)
	}
	if err := o.Folder.Seal(); err != nil {
		t.Fatal(err)
	}
	return k.result(t, cfg, o.Folder)
}

// settings are those of the baseline, with the ones of the case over them. The case's
// account alone is audited.
func (k knownAnswer) settings(t *testing.T, baseline *benchmark.Definition) *config {
	t.Helper()
	cfg := defaultConfig()
	cfg.demand(baseline)
	cfg.Role.ExternalID = "answers"
	cfg.Collect.Regions = []string{"us-east-1"}
	cfg.Collect.Attempts = 2
	cfg.Collect.MaxBackoff.Duration, cfg.Collect.ReportPoll.Duration = time.Millisecond, time.Microsecond
	if k.Account != "" {
		cfg.Accounts.Include = []string{k.Account}
	}
	for _, assignment := range k.Set {
		setting, value, _ := strings.Cut(assignment, "=")
		if !slices.Contains(settingNames(), setting) {
			t.Fatalf("unknown setting %q", setting)
		}
		if err := cfg.set(setting, value); err != nil {
			t.Fatal(err)
		}
	}
	// The control alone is judged, whether the baseline has it or not.
	cfg.definition = &benchmark.Definition{ID: "answers", Recommendations: []benchmark.Recommendation{{Control: k.Control, Title: k.Name}}}
	return cfg
}

// refusing stands before the simulated AWS.
func (k knownAnswer) refusing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		form, err := url.ParseQuery(string(body))
		if code := k.Refuse[form.Get("Action")]; err == nil && code != "" {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte("<ErrorResponse><Error><Code>" + code + "</Code><Message>refused</Message></Error></ErrorResponse>"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// result judges the folder and finds the one result.
func (k knownAnswer) result(t *testing.T, cfg *config, folder *collect.Folder) benchmark.Result {
	t.Helper()
	r, err := judge(t.Context(), cfg, folder)
	if err != nil {
		t.Fatal(err)
	}
	results := r.OrganizationResults
	if k.Account != "" {
		err = r.EachAccount(t.Context(), func(rows *report.AccountRows) error {
			if rows.Account.ID == k.Account {
				results = rows.Results
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(results) != 1 || results[0].Control != k.Control {
		t.Fatalf("%d results, want the one of %s", len(results), k.Control)
	}
	return results[0]
}
