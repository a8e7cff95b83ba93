package report

import (
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
	for _, s := range accountDataSets(ev) {
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
