package report

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/org"
)

func TestWalkSetsHaveAllCalls(t *testing.T) {
	var got []string
	for _, s := range walkSets() {
		got = append(got, s.Operations...)
	}
	want := operationNames(org.Calls())
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("operations (-of the walk +of its data sets):\n%s", diff)
	}
}

func TestCollectorsSayWhatTheirRecordsAre(t *testing.T) {
	for _, c := range collect.Collectors() {
		if c.Records == "" {
			t.Errorf("nothing says what the records of %s are", c.Section)
		}
	}
}

func TestDataSetsOfTheOrganization(t *testing.T) {
	states := map[string]string{}
	records := map[string]int{}
	for _, s := range built(t, smallFolder(t)).DataSets {
		states[s.Name], records[s.Name] = s.State, s.Records
	}
	if states["tags"] != NotRead || states["accounts"] != ReadWhole || records["accounts"] != 5 || records["tree"] != 3 {
		t.Errorf("states %v, records %v", states, records)
	}
}

func TestDataSetsOfAnAccount(t *testing.T) {
	ev := &collect.Evidence{
		Reads: []collect.Read{
			{Section: collect.RegionsSection, Calls: 1, Records: 3, StartedAt: smallTime(), EndedAt: smallTime()},
			{Section: collect.AnalyzersSection, Region: "eu-central-1", Calls: 2, Records: 4, StartedAt: smallTime(), EndedAt: smallTime().Add(9)},
			{Section: collect.AnalyzersSection, Region: "eu-west-1", Calls: 3, Records: 5, StartedAt: smallTime().Add(-9), EndedAt: smallTime()},
		},
		Gaps: []org.Gap{
			{Section: collect.AnalyzersSection, Region: "us-east-1", Cause: org.DeniedBySCP, Code: "AccessDeniedException"},
			{Section: collect.AnalyzersSection, Region: "ap-east-1", Cause: org.RegionNotEnabled},
			{Section: collect.CredentialReportSection, Cause: org.TimedOut},
		},
	}
	sets := map[string]DataSet{}
	for _, s := range accountDataSets(&AccountRows{Evidence: ev, Gaps: ev.Gaps}) {
		sets[s.Name] = s
	}
	if s := sets["regions"]; s.State != ReadWhole || s.Records != 3 || s.Why != "" {
		t.Errorf("regions: %+v", s)
	}
	s := sets["access_analyzer"]
	if s.State != ReadInPart || s.Calls != 5 || s.Records != 9 || len(s.Regions) != 2 || s.First != smallTime().Add(-9) || s.Last != smallTime().Add(9) {
		t.Errorf("analyzers: %+v", s)
	}
	if want := "us-east-1: " + org.DeniedBySCP.Words() + " AccessDeniedException"; s.Why != want {
		t.Errorf("of the analyzers is missing %q, want %q", s.Why, want)
	}
	if s := sets["credential_report"]; s.State != NotRead || s.Why != org.TimedOut.Words() {
		t.Errorf("credential report: %+v", s)
	}
	if s := sets["account_summary"]; s.State != NotRead || s.Why != org.NotCollected.Words() {
		t.Errorf("account summary, which nobody asked for: %+v", s)
	}
	if _, ok := sets["last_accessed"]; ok {
		t.Error("a data set that nobody asked for is listed")
	}
}

// TestDataSetsOfManagedPolicies: a policy of AWS that could not be read is missing in the data
// set of the organization, and one that another account has brought is missing nowhere.
func TestDataSetsOfManagedPolicies(t *testing.T) {
	const denied = "arn:aws:iam::aws:policy/ReadOnlyAccess"
	for _, brought := range []bool{false, true} {
		folder := smallFolder(t)
		ev := smallEvidence(t)[1]
		ev.Gaps = append(ev.Gaps, org.Gap{Section: collect.ManagedPoliciesSection, Account: partialID, Subject: denied, Cause: org.DeniedBySCP, Code: "AccessDenied"})
		ev.Reads = append(ev.Reads, collect.Read{Section: collect.ManagedPoliciesSection, Calls: 1, EndedAt: ev.EndedAt})
		err := errors.Join(folder.WriteAccount(ev), folder.WriteManagedPolicy(&collect.ManagedPolicy{ARN: "arn:aws:iam::aws:policy/SecurityAudit", Name: "SecurityAudit"}))
		want := DataSet{State: ReadInPart, Why: denied + ": " + org.DeniedBySCP.Words() + " AccessDenied", Records: 1}
		if brought {
			err = errors.Join(err, folder.WriteManagedPolicy(&collect.ManagedPolicy{ARN: denied, Name: "ReadOnlyAccess"}))
			want = DataSet{State: ReadWhole, Records: 2}
		}
		if err := errors.Join(err, folder.Seal()); err != nil {
			t.Fatal(err)
		}
		r := built(t, folder)
		got := map[string]DataSet{}
		keep := func(place string, sets []DataSet) {
			for _, s := range sets {
				if s.Name == string(collect.ManagedPoliciesSection) {
					got[place] = DataSet{State: s.State, Why: s.Why, Records: s.Records}
				}
			}
		}
		keep("organization", r.DataSets)
		err = r.EachAccount(t.Context(), func(rows *AccountRows) error {
			if rows.Account.ID == partialID {
				keep("account", accountDataSets(rows))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		account := want
		account.Records = 0 // what it read itself
		if diff := cmp.Diff(map[string]DataSet{"organization": want, "account": account}, got); diff != "" {
			t.Errorf("brought by another account %t (-want +got):\n%s", brought, diff)
		}
	}
}

func TestFilesOfTheEvidence(t *testing.T) {
	folder := smallFolder(t)
	r := built(t, folder)
	if last := r.Files[len(r.Files)-1]; last.Name != collect.SumsFile || last.SHA256 != r.Evidence.Digest {
		t.Errorf("the last file is %+v", last)
	}
	for _, f := range r.Files {
		info, err := os.Stat(filepath.Join(folder.Dir(), filepath.FromSlash(f.Name)))
		if err != nil {
			t.Fatal(err)
		}
		if f.Bytes != info.Size() || len(f.SHA256) != 64 || strings.Contains(f.What, "not known") {
			t.Errorf("%+v, but the file has %d bytes", f, info.Size())
		}
	}
	if f := r.Files[0]; f.Account != completeID || f.At.IsZero() {
		t.Errorf("the first file is %+v", f)
	}
}
