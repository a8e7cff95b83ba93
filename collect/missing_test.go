package collect_test

import (
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/org"
)

// TestMissing checks what counts as known: nothing passes for lack of evidence.
func TestMissing(t *testing.T) {
	const id = "111122223333"
	const section, region = collect.AnalyzersSection, "eu-central-1"
	read := collect.Read{Section: section, EndedAt: now}
	gap := org.Gap{Section: section, Account: id, Cause: org.DeniedBySCP}
	inRegion, ofSubject := gap, gap
	inRegion.Region, ofSubject.Subject = region, "arn:aws:iam::aws:policy/ReadOnlyAccess"
	subjectInRegion := ofSubject
	subjectInRegion.Region = region
	elsewhere := gap
	elsewhere.Section = collect.RegionsSection
	otherRegion := inRegion
	otherRegion.Region = "eu-west-1"
	entry := org.Gap{Section: collect.EntrySection, Account: id, Cause: org.RoleNotAssumable}
	notCollected := org.Gap{Section: section, Account: id, Cause: org.NotCollected, At: now}
	for _, test := range []struct {
		name  string
		kind  string
		reads []collect.Read
		gaps  []org.Gap
		want  *org.Gap // of the section; nil is not missing
		there *org.Gap // of the section in the region
		of    *org.Gap // of the subject
	}{
		{"read", collect.EntryRole, []collect.Read{read}, nil, nil, nil, nil},
		{"refused", collect.EntryRole, nil, []org.Gap{gap}, &gap, &gap, &gap},
		{"refused after something was read", collect.EntryRole, []collect.Read{read}, []org.Gap{gap}, &gap, &gap, &gap},
		{"refused in one region", collect.EntryRole, []collect.Read{read}, []org.Gap{inRegion}, nil, &inRegion, nil},
		{"refused in another region", collect.EntryRole, []collect.Read{read}, []org.Gap{otherRegion}, nil, nil, nil},
		{"refused in another region and read in none", collect.EntryRole, nil, []org.Gap{otherRegion}, &otherRegion, &notCollected, &otherRegion},
		{"refused for one subject", collect.EntryRole, []collect.Read{read}, []org.Gap{ofSubject}, nil, nil, &ofSubject},
		{"refused for one subject in the region", collect.EntryRole, []collect.Read{read}, []org.Gap{subjectInRegion}, nil, nil, &subjectInRegion},
		{"another section refused", collect.EntryRole, []collect.Read{read}, []org.Gap{elsewhere}, nil, nil, nil},
		{"neither read nor refused", collect.EntryRole, nil, []org.Gap{elsewhere}, &notCollected, &notCollected, &notCollected},
		{"account not entered", collect.EntryNone, nil, []org.Gap{entry}, &entry, &entry, &entry},
	} {
		t.Run(test.name, func(t *testing.T) {
			ev := &collect.Evidence{AccountID: id, Entry: collect.Entry{Kind: test.kind}, Reads: test.reads, Gaps: test.gaps, EndedAt: now}
			got, missing := ev.Missing(section)
			compareGap(t, "section", test.want, got, missing)
			got, missing = ev.MissingIn(section, region)
			compareGap(t, "section in the region", test.there, got, missing)
			got, missing = ev.MissingOf(section, ofSubject.Subject)
			compareGap(t, "subject", test.of, got, missing)
		})
	}
}

func compareGap(t *testing.T, what string, want *org.Gap, got org.Gap, missing bool) {
	t.Helper()
	if missing != (want != nil) {
		t.Errorf("%s is missing: %v, with gap %+v", what, missing, got)
	} else if want != nil {
		if diff := gocmp.Diff(*want, got); diff != "" {
			t.Errorf("gap of the %s differs (-want +got):\n%s", what, diff)
		}
	}
}

// TestReadAt checks the clock of a section.
func TestReadAt(t *testing.T) {
	ev := &collect.Evidence{EndedAt: now, Reads: []collect.Read{{Section: collect.AliasSection, EndedAt: now.Add(-time.Hour)}}}
	if got := ev.ReadAt(collect.AliasSection); !got.Equal(now.Add(-time.Hour)) {
		t.Errorf("the section was read at %v, want an hour before the end", got)
	}
	if got := ev.ReadAt(collect.ContactsSection); !got.Equal(now) {
		t.Errorf("a section that was not read has the time %v, want the end", got)
	}
}
