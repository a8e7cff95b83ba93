package report

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/report/benchmark"
)

func TestShortenKeyIDs(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", ""},
		{"no id: AKIA and ASIA alone", "no id: AKIA and ASIA alone"},
		{"AKIAIOSFODNN7EXAMPLE", "AKIA…MPLE"},
		{"AKIAIOSFODNN7EXAMPL", "AKIAIOSFODNN7EXAMPL"}, // too short for one
		{"the key ASIAIOSFODNN7EXAMPL2.", "the key ASIA…MPL2."},
		{"ABIAIOSFODNN7EXAMPLE,ACCAIOSFODNN7EXAMPL1", "ABIA…MPLE,ACCA…MPL1"},
		{"key_AKIAIOSFODNN7EXAMPLEs", "key_AKIA…MPLEs"},
		{"AKIAIOSFODNN7EXAMPLE123", "AKIA…E123"},             // longer ids exist
		{"AROAIOSFODNN7EXAMPLE12", "AROAIOSFODNN7EXAMPLE12"}, // a role is no secret
		{"AKIAAKIAIOSFODNN7EXAMPLE", "AKIA…MPLE"},
		{"AKIAxAKIAIOSFODNN7EXAMPLE", "AKIAxAKIA…MPLE"},
		{"AKIAiosfodnn7example", "AKIAiosfodnn7example"},
		{"日本AKIAIOSFODNN7EXAMPLE語", "日本AKIA…MPLE語"},
		{"AKIA…MPLE", "AKIA…MPLE"},
	} {
		got := shortenKeyIDs(test.text)
		if got != test.want {
			t.Errorf("%q is shortened to %q, want %q", test.text, got, test.want)
		}
		if again := shortenKeyIDs(got); again != got {
			t.Errorf("%q is shortened again, to %q", got, again)
		}
	}
}

func TestShorteningTextsWithoutIDsAllocatesNothing(t *testing.T) {
	text := strings.Repeat("arn:aws:iam::111122223333:user/alice may do anything. ", 20)
	if n := testing.AllocsPerRun(100, func() { shortenKeyIDs(text) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestShortenedLeavesTheOriginal: what is shared with the evidence must stay as it is.
func TestShortenedLeavesTheOriginal(t *testing.T) {
	const id, short = "AKIAIOSFODNN7EXAMPLE", "AKIA…MPLE"
	type inner struct {
		Text  string
		Bytes []byte
		At    time.Time
	}
	type outer struct {
		Pointer *inner
		List    []inner
		Map     map[string][]string
		Any     any
		Numbers []int
		hidden  string
	}
	make := func(text string) outer {
		return outer{
			Pointer: &inner{Text: text, At: smallTime()}, List: []inner{{Text: "x"}, {Bytes: []byte("a " + text)}},
			Map: map[string][]string{text: {"a", text}}, Any: text, Numbers: []int{1}, hidden: id,
		}
	}
	whole, untouched := make(id), make("nothing")
	got := shortened(whole)
	if diff := cmp.Diff(make(short), got, cmp.AllowUnexported(outer{})); diff != "" {
		t.Errorf("shortened (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(make(id), whole, cmp.AllowUnexported(outer{})); diff != "" {
		t.Errorf("the original was changed (-want +got):\n%s", diff)
	}
	if got := shortened(untouched); got.Pointer != untouched.Pointer || &got.List[0] != &untouched.List[0] {
		t.Error("what holds no id was copied")
	}
}

// plantedIDs are access key ids in every place of the evidence whose text comes from people.
const (
	plantedUser = "AKIAUSERNAMEEXAMPLE1"
	plantedTag  = "ASIATAGVALUEEXAMPLE2"
	plantedGap  = "ABIAGAPMESSAGEEXAMP3"
	plantedUnit = "AKIAUNITNAMEEXAMPLE4"
	plantedName = "ACCAACCOUNTEXAMPLE05"
	plantedRole = "AKIAROLENAMEEXAMPLE6"
)

// plantedFolder is the small organization with access key ids in names, tags and messages.
func plantedFolder(t testing.TB) *collect.Folder {
	t.Helper()
	folder := smallFolder(t)
	o := smallOrganization()
	o.Root.Units[0].Name += plantedUnit
	o.Accounts[0].Name, o.Accounts[0].Tags = plantedName, map[string]string{"owner": plantedTag}
	o.Gaps[0].Message = "the key " + plantedGap + " is not valid"
	evidence := smallEvidence(t)
	report := strings.ReplaceAll(strings.Join(evidence[0].CredentialReport.Lines, "\n")+"\n", "alice", plantedUser)
	credentials, err := collect.NewCredentialReport([]byte(report), smallTime())
	if err != nil {
		t.Fatal(err)
	}
	evidence[0].CredentialReport = credentials
	evidence[0].Authorization.Users[0].Name = plantedUser
	evidence[0].Authorization.Roles[0].Name = plantedRole
	evidence[1].Gaps[0].Message += plantedGap
	err = errors.Join(folder.WriteOrganization(o), folder.WriteAccount(evidence[0]), folder.WriteAccount(evidence[1]), folder.Seal())
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// texts is everything that can be read in a report, by format.
func texts(t *testing.T, r *Report) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, f := range Formats() {
		var b bytes.Buffer
		if err := f.Write(context.Background(), r, &b); err != nil {
			t.Fatal(err)
		}
		all[f.Name] = b.String()
		switch f.Name {
		case "xlsx":
			all[f.Name] = unzipped(t, b.Bytes())
		case "pdf":
			if _, err := exec.LookPath("pdftotext"); err != nil {
				continue // a compressed stream shows nothing
			}
			all[f.Name] = poppler(t, b.Bytes(), "pdftotext", "-raw")
		}
	}
	return all
}

func unzipped(t *testing.T, data []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&all, r); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// TestNoFormatShowsKeyIDs looks into every format for ids that stand in names, tags and
// messages, and for their short forms, so that it does not pass for lack of the text.
func TestNoFormatShowsKeyIDs(t *testing.T) {
	o := smallOptions(t, plantedFolder(t))
	planted := []string{plantedUser, plantedTag, plantedGap, plantedUnit, plantedName, plantedRole}
	r, err := New(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	for format, text := range texts(t, r) {
		for _, id := range planted {
			if strings.Contains(text, id) {
				t.Errorf("%s shows %s", format, id)
			}
		}
		if format == "xlsx" || format == "json" {
			for _, id := range []string{plantedUser, plantedGap, plantedName} {
				if short := shortenKeyIDs(id); !strings.Contains(text, short) {
					t.Errorf("%s does not show %s", format, short)
				}
			}
		}
	}
	o.Rendering.FullKeyIDs = true
	full, err := New(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if text := texts(t, full)["json"]; !strings.Contains(text, plantedUser) || !strings.Contains(text, plantedGap) {
		t.Error("audit.json does not show the ids where the configuration asks for it")
	}
	if r.Score.Raw == nil || full.Score.Raw == nil || *r.Score.Raw != *full.Score.Raw {
		t.Error("the setting changes the score")
	}
	if diff := cmp.Diff(findingIDsOf(t, r), findingIDsOf(t, full)); diff != "" {
		t.Errorf("the setting changes the ids of findings (-short +full):\n%s", diff)
	}
}

func findingIDsOf(t *testing.T, r *Report) []string {
	t.Helper()
	var ids []string
	for i := range r.OrganizationResults {
		ids = append(ids, FindingIDs(&r.OrganizationResults[i])...)
	}
	err := r.EachAccount(context.Background(), func(rows *AccountRows) error {
		for i := range rows.Results {
			ids = append(ids, FindingIDs(&rows.Results[i])...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(ids) == 0 {
		t.Fatal("there are no findings")
	}
	return ids
}

// TestExceptionsMatchWholeKeyIDs: judging sees what AWS sent.
func TestExceptionsMatchWholeKeyIDs(t *testing.T) {
	o := smallOptions(t, plantedFolder(t))
	o.Exceptions = benchmark.Register{File: "exceptions.toml", Exceptions: []benchmark.Exception{{
		ID: "EX-1", Controls: []string{"user-console-mfa"}, Resources: []string{"*" + plantedUser},
		Created: benchmark.DayOf(smallTime()), Expires: benchmark.DayOf(smallTime().AddDate(0, 1, 0)),
	}}}
	r, err := New(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if use := r.Exceptions[0]; use.Items != 1 || use.InAccounts != 1 {
		t.Errorf("the exception matches %d items in %d accounts, want 1 in 1", use.Items, use.InAccounts)
	}
	if slices.ContainsFunc(r.Exceptions[0].Resources, func(s string) bool { return strings.Contains(s, plantedUser) }) {
		t.Error("the register shows the id")
	}
	var marked []string
	err = r.EachAccount(context.Background(), func(rows *AccountRows) error {
		for _, result := range rows.Results {
			for _, i := range result.Items {
				if i.Exception != "" {
					marked = append(marked, i.Resource)
				}
			}
		}
		return nil
	})
	if err != nil || len(marked) != 1 || !strings.Contains(marked[0], shortenKeyIDs(plantedUser)) {
		t.Errorf("excepted are %v, error %v", marked, err)
	}
}

// TestExplainShortensKeyIDs: what a terminal shows is a report too.
func TestExplainShortensKeyIDs(t *testing.T) {
	o := smallOptions(t, plantedFolder(t))
	for _, full := range []bool{false, true} {
		o.Rendering.FullKeyIDs = full
		e, err := Explain(o, completeID, "user-console-mfa")
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for i := range e.Result.Items {
			all.WriteString(e.Result.Items[i].Resource + e.Evidence[i].Value + "\n")
		}
		if got := strings.Contains(all.String(), plantedUser); got != full {
			t.Errorf("with whole ids %t the explanation shows one: %t", full, got)
		}
	}
}

// BenchmarkLookForKeyIDs is what every account costs whose evidence holds none.
func BenchmarkLookForKeyIDs(b *testing.B) {
	ev := smallEvidence(b)[0]
	for range 2000 {
		ev.Authorization.Policies = append(ev.Authorization.Policies, collect.ManagedPolicy{
			ARN: "arn:aws:iam::000000000001:policy/deploy", Name: "deploy", Versions: []collect.PolicyVersion{{ID: "v1", Document: strings.Repeat(`{"Effect":"Allow","Action":"s3:Get*","Resource":"*"},`, 10)}},
		})
	}
	for b.Loop() {
		if holdsKeyIDs(ev) {
			b.Fatal("there is none")
		}
	}
}
