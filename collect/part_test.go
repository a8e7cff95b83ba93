package collect

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"orgaudit/org"
)

// everything is evidence with something in every field, read in two regions.
func everything(at time.Time) *Evidence {
	ev := &Evidence{
		Schema: Schema, AccountID: "111122223333", Entry: Entry{Kind: EntryRole}, StartedAt: at, EndedAt: at, Calls: 1, Retries: 1, Traffic: []Traffic{{}}, Readings: 2,
		CredentialReport: &CredentialReport{}, AccountSummary: map[string]int32{"Users": 1}, PasswordPolicy: &PasswordPolicy{},
		Authorization: &Authorization{}, VirtualMFADevices: []VirtualMFADevice{{}}, ServerCertificates: []ServerCertificate{{}},
		SAMLProviders: []SAMLProvider{{}}, OIDCProviders: []OIDCProvider{{}}, Aliases: []string{"a"}, Contacts: []AlternateContact{{}},
		PrimaryContact: &PrimaryContact{}, Regions: []Region{{Name: "eu-central-1"}, {Name: "eu-west-1"}},
		Analyzers:            []RegionAnalyzers{{Region: "eu-central-1"}, {Region: "eu-west-1"}},
		OrganizationFindings: []AnalyzerFinding{{ID: "f"}}, LastAccessed: []LastAccessed{{Principal: "p"}},
		Gaps: []org.Gap{},
	}
	for _, p := range partsOf(ev) {
		ev.Reads = append(ev.Reads, Read{Section: p.section, Region: p.region, EndedAt: at})
	}
	return ev
}

// partsOf are all parts of an account's evidence.
func partsOf(ev *Evidence) []part {
	parts := []part{{section: ManagedPoliciesSection}}
	for _, c := range Collectors() {
		if c.Read != nil {
			parts = append(parts, part{section: c.Section})
			continue
		}
		for _, r := range ev.Regions {
			parts = append(parts, part{c.Section, r.Name})
		}
	}
	return parts
}

// TestPartsHoldEveryField finds a field of the evidence that no part holds: a run that goes on
// would lose it or mix it up with an earlier one.
func TestPartsHoldEveryField(t *testing.T) {
	now := time.Date(2026, time.May, 4, 9, 0, 0, 0, time.UTC)
	ev := everything(now)
	for i := range reflect.TypeFor[Evidence]().NumField() {
		if name := reflect.TypeFor[Evidence]().Field(i).Name; name != "Gaps" && reflect.ValueOf(*ev).Field(i).IsZero() {
			t.Fatalf("the test has nothing in %s", name)
		}
	}
	left := ev.copy()
	for _, p := range partsOf(ev) {
		if !left.known(p) {
			t.Errorf("part %v is not known", p)
		}
		left.drop(p)
		if left.known(p) {
			t.Errorf("part %v is known after it was dropped", p)
		}
	}
	// What is no part: whose evidence it is, and what the whole organization's analyzers say.
	none := &Evidence{
		Schema: ev.Schema, AccountID: ev.AccountID, Entry: ev.Entry, StartedAt: now, EndedAt: now, Calls: 1, Retries: 1, Traffic: []Traffic{{}}, Readings: 2,
		OrganizationFindings: ev.OrganizationFindings, Reads: []Read{}, Gaps: []org.Gap{}, Analyzers: []RegionAnalyzers{},
	}
	if !reflect.DeepEqual(left, none) {
		t.Errorf("without its parts the evidence is %+v, want %+v", left, none)
	}
	for _, p := range partsOf(ev) {
		left.put(ev, p)
	}
	if !reflect.DeepEqual(left, ev) {
		t.Errorf("with its parts put back the evidence is %+v, want %+v", left, ev)
	}
	if !reflect.DeepEqual(ev, everything(now)) {
		t.Error("the evidence that a copy was made of has changed")
	}
}

// TestAgain checks which parts a run that goes on reads again.
func TestAgain(t *testing.T) {
	now := time.Date(2026, time.May, 4, 9, 0, 0, 0, time.UTC)
	gap := func(s org.Section, region, subject string, cause org.Cause) func(*Evidence) {
		return func(ev *Evidence) {
			if subject == "" {
				ev.drop(part{s, region})
			}
			ev.Gaps = append(ev.Gaps, org.Gap{Section: s, Region: region, Subject: subject, Cause: cause, At: now})
		}
	}
	read := func(s org.Section, at time.Time) func(*Evidence) {
		return func(ev *Evidence) {
			for i := range ev.Reads {
				if ev.Reads[i].Section == s {
					ev.Reads[i].EndedAt = at
				}
			}
		}
	}
	all := []org.Section{LastAccessedSection}
	analyzers := []part{{AnalyzersSection, "eu-central-1"}, {AnalyzersSection, "eu-west-1"}}
	authorization := []part{{section: AuthorizationSection}, {section: ManagedPoliciesSection}, {section: LastAccessedSection}}
	for _, test := range []struct {
		name   string
		again  again
		change func(*Evidence)
		want   []part
	}{
		{"nothing is missing", again{optional: all}, nil, nil},
		{"throttled", again{}, gap(AliasSection, "", "", org.Throttled), []part{{section: AliasSection}}},
		{"denied by the role", again{}, gap(AliasSection, "", "", org.DeniedByRole), nil},
		{"denied by the role, and asked for", again{denied: true}, gap(AliasSection, "", "", org.DeniedByRole), []part{{section: AliasSection}}},
		{"never asked for", again{}, func(ev *Evidence) { ev.drop(part{section: ContactsSection}) }, []part{{section: ContactsSection}}},
		{"an optional section that nobody wants", again{}, gap(LastAccessedSection, "", "", org.TimedOut), nil},
		{"last accesses of one principal", again{optional: all}, gap(LastAccessedSection, "", "p", org.TimedOut), []part{{section: LastAccessedSection}}},
		{"what rests on it goes with it", again{optional: all}, gap(AuthorizationSection, "", "", org.Failed), authorization},
		{"an AWS-managed policy", again{optional: all}, gap(ManagedPoliciesSection, "", "arn:aws:iam::aws:policy/X", org.Throttled), authorization[1:]},
		{"an AWS-managed policy that is denied", again{optional: all}, gap(ManagedPoliciesSection, "", "arn:aws:iam::aws:policy/X", org.DeniedBySCP), nil},
		{"one region", again{}, gap(AnalyzersSection, "eu-west-1", "", org.TimedOut), analyzers[1:]},
		{"a region that is off", again{}, gap(AnalyzersSection, "eu-west-1", "", org.RegionNotEnabled), nil},
		{"archive rules in one region", again{}, gap(AnalyzersSection, "eu-west-1", "arn", org.TimedOut), analyzers[1:]},
		{"the list of regions", again{}, func(ev *Evidence) {
			gap(RegionsSection, "", "", org.Throttled)(ev)
			ev.drop(analyzers[0])
			ev.drop(analyzers[1])
			gap(AnalyzersSection, "", "", org.Throttled)(ev)
		}, []part{{section: RegionsSection}, {section: AnalyzersSection}}},
		{"a section that is too old", again{oldest: now}, read(AliasSection, now.Add(-time.Second)), []part{{section: AliasSection}}},
		{"a section that is just young enough", again{oldest: now}, read(AliasSection, now), nil},
		{"a denial that is too old", again{oldest: now.Add(time.Second)}, func(ev *Evidence) {
			for i := range ev.Reads {
				ev.Reads[i].EndedAt = now.Add(time.Hour)
			}
			gap(AliasSection, "", "", org.DeniedByRole)(ev)
		}, []part{{section: AliasSection}}},
		{"a region that an analyzer of the organization covers now", again{covering: func(region string) string {
			if region == "eu-west-1" {
				return "arn"
			}
			return ""
		}}, nil, analyzers[1:]},
		{"other regions are configured", again{regions: []string{"eu-west-3"}}, nil, []part{{section: RegionsSection}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			ev := everything(now)
			if test.change != nil {
				test.change(ev)
			}
			before := ev.copy()
			left := test.again.of(ev)
			if !slices.Equal(left.dropped, test.want) {
				t.Errorf("read again: %v, want %v", left.dropped, test.want)
			}
			for _, p := range test.want {
				if left.known(p) {
					t.Errorf("part %v is still there", p)
				}
			}
			if !reflect.DeepEqual(ev, before) {
				t.Error("the earlier evidence was changed")
			}
		})
	}
}
