package collect_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// accessWorld has an account with nobody but administrators, a helper of no power, and
// people who can get power. It returns the account's ARNs of the privileged ones.
func accessWorld(t *testing.T) (*awsfake.World, *awsfake.Account, []string) {
	t.Helper()
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 3})
	logs := &w.Accounts[logsPlace]
	allow := func(action string) []awsfake.InlinePolicy {
		return []awsfake.InlinePolicy{{Name: "inline", Document: []byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"` + action + `","Resource":"*"}}`)}}
	}
	used := map[string]time.Time{"s3": now.AddDate(0, 0, -3), "iam": now.AddDate(0, 0, -300), "ec2": {}, "kms": {}, "sqs": now.Add(-time.Hour)}
	user := func(name, id string) awsfake.User {
		return awsfake.User{ID: "AIDAEXAMPLEUSER00000" + id, Name: name, Path: "/", Created: logs.Joined, LastAccessed: used}
	}
	member, editor, reader := user("member", "1"), user("editor", "2"), user("reader", "3")
	member.Groups = []string{"owners"}
	editor.Inline, reader.Inline = allow("iam:CreatePolicy*"), allow("s3:Get*")
	logs.Users = []awsfake.User{member, editor, reader}
	logs.Groups = []awsfake.Group{{ID: "AGPAEXAMPLEGROUP00001", Name: "owners", Path: "/", Created: logs.Joined, Inline: allow("*")}}
	logs.Policies = nil
	audit := logs.Roles[len(logs.Roles)-1]
	trust := awsfake.Role{ID: "AROAEXAMPLEROLE000001", Name: "owner", Path: "/", Created: logs.Joined, Trust: audit.Trust,
		Attached: []string{"arn:aws:iam::aws:policy/AdministratorAccess"}, LastRegion: "eu-west-1", LastAccessed: used}
	linked := trust
	linked.ID, linked.Name, linked.Path = "AROAEXAMPLEROLE000002", "AWSServiceRoleForNobody", "/aws-service-role/nobody.amazonaws.com/"
	logs.Roles = []awsfake.Role{trust, linked, audit}
	return w, logs, []string{iamARN(logs, "role/owner"), iamARN(logs, "user/editor"), iamARN(logs, "user/member")}
}

func readAccess(t *testing.T, s *simulated, logs *awsfake.Account, change func(*collect.Options)) *collect.Evidence {
	t.Helper()
	o := only(s.options(t), logs.ID)
	o.Optional = everySection()
	if change != nil {
		change(&o)
	}
	return evidence(t, run(t, o), logs.ID)
}

// TestRunLastAccessed checks whose last accesses are read, and that all pages of them are.
func TestRunLastAccessed(t *testing.T) {
	w, logs, privileged := accessWorld(t)
	ev := readAccess(t, start(t, w, awsfake.Options{PageSize: 2, Now: clock}), logs, nil)
	if len(ev.Gaps) > 0 {
		t.Errorf("gaps %v, want none", ev.Gaps)
	}
	var want []collect.LastAccessed
	for _, arn := range privileged {
		region := ""
		if strings.Contains(arn, ":role/") {
			region = "eu-west-1"
		}
		want = append(want, collect.LastAccessed{Principal: arn, CompletedAt: now, Services: []collect.ServiceAccess{
			{Namespace: "ec2"},
			{Namespace: "iam", LastAuthenticated: now.AddDate(0, 0, -300), Region: region},
			{Namespace: "kms"},
			{Namespace: "s3", LastAuthenticated: now.AddDate(0, 0, -3), Region: region},
			{Namespace: "sqs", LastAuthenticated: now.Add(-time.Hour), Region: region},
		}})
	}
	if diff := gocmp.Diff(want, ev.LastAccessed); diff != "" {
		t.Errorf("last accesses differ (-want +got):\n%s", diff)
	}
	// One call to start each job, one that finds it at work, and three pages.
	if got, want := readOf(ev, collect.LastAccessedSection).Calls, len(privileged)*5; got != want {
		t.Errorf("%d calls, want %d", got, want)
	}
}

// TestRunWithoutLastAccessed checks that nothing is asked for that nobody wants, and that it
// is no gap.
func TestRunWithoutLastAccessed(t *testing.T) {
	w, logs, _ := accessWorld(t)
	s := start(t, w, awsfake.Options{Now: clock})
	ev := readAccess(t, s, logs, func(o *collect.Options) { o.Optional = nil })
	if len(ev.Gaps) > 0 {
		t.Errorf("gaps %v, want none", ev.Gaps)
	}
	if gap, missing := ev.Missing(collect.LastAccessedSection); !missing || gap.Cause != org.NotCollected {
		t.Errorf("the section is missing: %v, for %q, want %q", missing, gap.Cause, org.NotCollected)
	}
	if n := total(counted(s, operation("GenerateServiceLastAccessedDetails"))); n > 0 {
		t.Errorf("%d lists were asked for, want none", n)
	}
}

// TestRunLastAccessedGaps checks that what fails for one principal hides it alone.
func TestRunLastAccessedGaps(t *testing.T) {
	answer := func(w http.ResponseWriter, operation, content string) {
		_, _ = w.Write([]byte(`<` + operation + `Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><` + operation + `Result>` +
			content + `</` + operation + `Result></` + operation + `Response>`))
	}
	for _, test := range []struct {
		name  string
		spoil func(w http.ResponseWriter, operation string) bool
		cause org.Cause
	}{
		{"the job cannot be started", func(w http.ResponseWriter, operation string) bool {
			if operation != "GenerateServiceLastAccessedDetails" {
				return false
			}
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>` +
				`<Code>NoSuchEntity</Code><Message>It was deleted.</Message></Error></ErrorResponse>`))
			return true
		}, org.Failed},
		{"the job fails", func(w http.ResponseWriter, operation string) bool {
			if operation == "GenerateServiceLastAccessedDetails" {
				answer(w, operation, "<JobId>00000000-0000-4000-8000-000000000000</JobId>")
				return true
			}
			answer(w, operation, "<JobStatus>FAILED</JobStatus><Error><Code>INTERNAL</Code><Message>Try later.</Message></Error>")
			return true
		}, org.Failed},
		{"the pages never end", func(w http.ResponseWriter, operation string) bool {
			if operation == "GenerateServiceLastAccessedDetails" {
				answer(w, operation, "<JobId>00000000-0000-4000-8000-000000000000</JobId>")
				return true
			}
			answer(w, operation, "<JobStatus>COMPLETED</JobStatus><IsTruncated>true</IsTruncated><Marker>more</Marker>")
			return true
		}, org.Malformed},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, logs, privileged := accessWorld(t)
			broken := privileged[1]
			s := start(t, w, awsfake.Options{Now: clock}, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
					for _, operation := range []string{"GenerateServiceLastAccessedDetails", "GetServiceLastAccessedDetails"} {
						form := formOf(r)
						if form.Get("Action") == operation && (form.Get("Arn") == broken || form.Get("JobId") == "00000000-0000-4000-8000-000000000000") &&
							test.spoil(rw, operation) {
							return
						}
					}
					next.ServeHTTP(rw, r)
				})
			})
			ev := readAccess(t, s, logs, nil)
			want := []org.Gap{{Section: collect.LastAccessedSection, Subject: broken, Cause: test.cause}}
			if diff := gocmp.Diff(want, gapsOf(ev)); diff != "" {
				t.Errorf("gaps differ (-want +got):\n%s", diff)
			}
			if len(ev.LastAccessed) != len(privileged)-1 {
				t.Errorf("last accesses of %d principals, want those of the others", len(ev.LastAccessed))
			}
			if _, missing := ev.MissingOf(collect.LastAccessedSection, broken); !missing {
				t.Error("the last accesses of the principal are not missing")
			}
			if _, missing := ev.MissingOf(collect.LastAccessedSection, privileged[0]); missing {
				t.Error("the last accesses of another principal are missing")
			}
		})
	}
}

// TestRunLastAccessedNeverComes checks how long the lists are waited for, with growing pauses.
func TestRunLastAccessedNeverComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, logs, privileged := accessWorld(t)
		var mu sync.Mutex
		asked := map[string]int{} // by job
		s := startDirect(t, w, awsfake.Options{}, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if form := formOf(r); form.Get("Action") == "GetServiceLastAccessedDetails" {
					mu.Lock()
					asked[form.Get("JobId")]++
					mu.Unlock()
					_, _ = rw.Write([]byte(`<GetServiceLastAccessedDetailsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">` +
						`<GetServiceLastAccessedDetailsResult><JobStatus>IN_PROGRESS</JobStatus></GetServiceLastAccessedDetailsResult></GetServiceLastAccessedDetailsResponse>`))
					return
				}
				next.ServeHTTP(rw, r)
			})
		})
		began := time.Now()
		ev := readAccess(t, s, logs, func(o *collect.Options) {
			o.Now, o.ReportPoll, o.ReportWait = time.Now, time.Second, 50*time.Second
		})
		var want []org.Gap
		for _, arn := range privileged {
			want = append(want, org.Gap{Section: collect.LastAccessedSection, Subject: arn, Cause: org.TimedOut})
		}
		if diff := gocmp.Diff(want, gapsOf(ev)); diff != "" {
			t.Errorf("gaps differ (-want +got):\n%s", diff)
		}
		// The credential report takes 1s + 2s before.
		if got := time.Since(began); got != 53*time.Second {
			t.Errorf("the run took %v, want the 50s for which the lists are waited for beside the 3s of the report", got)
		}
		for job, n := range asked {
			if n != 7 { // after 0, 1, 3, 7, 15, 30 and 45 seconds
				t.Errorf("job %s was looked at %d times, want 7", job, n)
			}
		}
		if len(asked) != len(privileged) {
			t.Errorf("%d jobs were looked at, want %d", len(asked), len(privileged))
		}
	})
}
