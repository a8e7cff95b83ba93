package org_test

import (
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"orgaudit/org"
)

// tagged is the organization of [deepWorld] as a walk with tags finds it.
func tagged() *org.Organization {
	o := organizationOf(deepWorld())
	for i := range o.Accounts {
		if o.Accounts[i].Tags == nil {
			o.Accounts[i].Tags = map[string]string{}
		}
	}
	o.Account(stranger).Tags["environment"] = "sandbox"
	return o
}

func TestSelect(t *testing.T) {
	for _, test := range []struct {
		name      string
		selection org.Selection
		want      []string // ids of the selected accounts
		// reasons are those of some excluded accounts.
		reasons map[string]string
	}{
		{"active accounts by default", org.Selection{},
			[]string{deepest, management, middle, delegate, stranger},
			map[string]string{besides: "the account's state is CLOSED"}},
		{"states", org.Selection{States: []string{"CLOSED", "SUSPENDED"}}, []string{besides},
			map[string]string{management: "the account's state is ACTIVE"}},
		{"no states", org.Selection{States: []string{}}, nil, nil},
		{"the root and everything below it", org.Selection{IncludeUnits: []string{rootID}},
			[]string{deepest, management, middle, delegate, stranger}, nil},
		{"an account that both lists leave out", org.Selection{IncludeUnits: []string{thirdID}, ExcludeAccounts: []string{stranger}},
			[]string{deepest, middle}, map[string]string{stranger: "excluded by account id"}},
		{"the root by its name", org.Selection{IncludeUnits: []string{"Root"}},
			[]string{deepest, management, middle, delegate, stranger}, nil},
		{"a unit by id with everything below it", org.Selection{IncludeUnits: []string{thirdID}},
			[]string{deepest, middle}, map[string]string{stranger: "not among the included units, accounts and tags"}},
		{"a unit by name", org.Selection{IncludeUnits: []string{"Workloads"}}, []string{deepest, middle}, nil},
		{"a unit by path", org.Selection{IncludeUnits: []string{"Εταιρεία/Workloads/Production"}}, []string{deepest, middle}, nil},
		{"an included and an excluded unit", org.Selection{IncludeUnits: []string{"Εταιρεία"}, ExcludeUnits: []string{"A"}},
			[]string{middle, delegate, stranger}, map[string]string{deepest: "excluded by unit"}},
		{"an account", org.Selection{IncludeAccounts: []string{deepest}}, []string{deepest}, nil},
		{"an account without", org.Selection{ExcludeAccounts: []string{deepest}},
			[]string{management, middle, delegate, stranger}, map[string]string{deepest: "excluded by account id"}},
		{"an account beside a unit", org.Selection{IncludeAccounts: []string{stranger}, IncludeUnits: []string{fifthID}},
			[]string{deepest, stranger}, nil},
		{"excluding is stronger than including", org.Selection{IncludeAccounts: []string{deepest, middle}, ExcludeUnits: []string{fifthID}},
			[]string{middle}, map[string]string{deepest: "excluded by unit"}},
		{"a closed account is not included by its id", org.Selection{IncludeAccounts: []string{besides}}, nil,
			map[string]string{besides: "the account's state is CLOSED"}},
		{"a tag with its value", org.Selection{IncludeTags: []string{"environment=production"}}, []string{deepest}, nil},
		{"a tag with any value", org.Selection{IncludeTags: []string{"environment"}}, []string{deepest, stranger}, nil},
		{"a tag whose value has an equals sign", org.Selection{IncludeTags: []string{"Kostenstelle==1+1"}}, []string{deepest}, nil},
		{"a tag with the empty value", org.Selection{IncludeTags: []string{"Περιβάλλον="}}, []string{deepest}, nil},
		{"tags are compared with case", org.Selection{IncludeTags: []string{"Environment"}}, nil, nil},
		{"without a tag", org.Selection{ExcludeTags: []string{"environment=sandbox"}},
			[]string{deepest, management, middle, delegate}, map[string]string{stranger: "excluded by tag"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := tagged()
			selected, excluded, err := o.Select(test.selection)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, a := range selected {
				ids = append(ids, a.ID)
				if a != o.Account(a.ID) {
					t.Errorf("account %s is a copy, want the organization's own", a.ID)
				}
			}
			if diff := gocmp.Diff(test.want, ids); diff != "" {
				t.Errorf("selected accounts differ (-want +got):\n%s", diff)
			}
			reasons := map[string]string{}
			for _, e := range excluded {
				reasons[e.AccountID] = e.Reason
				if e.Reason == "" {
					t.Errorf("account %s is excluded without a reason", e.AccountID)
				}
				if want := strings.HasPrefix(e.Reason, "not among"); e.Narrowed != want {
					t.Errorf("account %s is left out by an include list alone: %v, want %v", e.AccountID, e.Narrowed, want)
				}
			}
			if len(ids)+len(reasons) != len(o.Accounts) {
				t.Errorf("%d accounts selected and %d excluded of %d", len(ids), len(reasons), len(o.Accounts))
			}
			for id, want := range test.reasons {
				if reasons[id] != want {
					t.Errorf("account %s is excluded because %q, want %q", id, reasons[id], want)
				}
			}
		})
	}
}

// TestSelectRefuses checks that an account cannot drop out of an audit by a slip.
func TestSelectRefuses(t *testing.T) {
	gap := func(section org.Section) func(*org.Organization) {
		return func(o *org.Organization) {
			o.Gaps = []org.Gap{{Section: section, Cause: org.DeniedByRole, Message: "no permission"}}
		}
	}
	asIs := func(*org.Organization) {}
	for _, test := range []struct {
		name      string
		change    func(*org.Organization)
		selection org.Selection
		want      []string // parts of the error
	}{
		{"unknown unit to include", asIs, org.Selection{IncludeUnits: []string{"Prod"}},
			[]string{"include units", `"Prod"`, "Εταιρεία/Workloads/Production/A/B"}},
		{"unknown unit to exclude", asIs, org.Selection{ExcludeUnits: []string{"ou-ab12-nowhere0"}},
			[]string{"exclude units", `"ou-ab12-nowhere0"`, "Εταιρεία/Workloads"}},
		{"empty unit", asIs, org.Selection{IncludeUnits: []string{""}}, []string{`no unit ""`}},
		{"unit of two places", asIs, org.Selection{IncludeUnits: []string{"Production"}},
			[]string{`2 units are named "Production"`, thirdID, twinID}},
		{"unknown account to include", asIs, org.Selection{IncludeAccounts: []string{"123"}}, []string{`"123"`, "12 digits"}},
		{"unknown account to exclude", asIs, org.Selection{ExcludeAccounts: []string{"999999999999"}}, []string{`"999999999999"`}},
		{"tags that could not be read", gap(org.SectionTags), org.Selection{IncludeTags: []string{"a"}}, []string{"tag", "no permission"}},
		{"tags that could not be read, to exclude", gap(org.SectionTags), org.Selection{ExcludeTags: []string{"a"}}, []string{"tag", "no permission"}},
		{"units that could not be read", gap(org.SectionTree), org.Selection{ExcludeUnits: []string{rootID}}, []string{"unit", "no permission"}},
		{"tags that were not asked for", func(o *org.Organization) { o.Account(middle).Tags = nil },
			org.Selection{IncludeTags: []string{"environment"}}, []string{middle, "were not asked for"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := tagged()
			test.change(o)
			selected, _, err := o.Select(test.selection)
			if err == nil {
				t.Fatalf("%d accounts are selected, want an error", len(selected))
			}
			for _, part := range test.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("error %q, want it to say %q", err, part)
				}
			}
		})
	}
}

// TestSelectWithGaps checks that a gap stops only a selection that rests on it.
func TestSelectWithGaps(t *testing.T) {
	o := tagged()
	o.Gaps = []org.Gap{{Section: org.SectionTree}, {Section: org.SectionTags}, {Section: org.SectionPolicies}}
	selected, _, err := o.Select(org.Selection{IncludeAccounts: []string{middle}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff([]*org.Account{o.Account(middle)}, selected, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("selected accounts differ (-want +got):\n%s", diff)
	}
}

// TestSelectPrefersPathsToNames checks a unit whose path is the name of a deeper one too.
func TestSelectPrefersPathsToNames(t *testing.T) {
	o := &org.Organization{
		Root: org.Unit{ID: "r-1", Name: "Root", Units: []org.Unit{
			{ID: "ou-1", Name: "Production"},
			{ID: "ou-2", Name: "Legacy", Units: []org.Unit{{ID: "ou-3", Name: "Production"}}},
		}},
		Accounts: []org.Account{
			{ID: "111111111111", State: org.StateActive, Path: []string{"r-1", "ou-1"}},
			{ID: "222222222222", State: org.StateActive, Path: []string{"r-1", "ou-2", "ou-3"}},
		},
	}
	for unit, want := range map[string]string{"Production": "111111111111", "Legacy/Production": "222222222222", "ou-3": "222222222222"} {
		selected, _, err := o.Select(org.Selection{IncludeUnits: []string{unit}})
		if err != nil || len(selected) != 1 || selected[0].ID != want {
			t.Errorf("unit %s selects %v (%v), want account %s alone", unit, selected, err, want)
		}
	}
}

// TestSelectKeepsAccountsWithoutAPlace checks that an account whose unit is not known does
// not drop out of an audit of units.
func TestSelectKeepsAccountsWithoutAPlace(t *testing.T) {
	o := &org.Organization{
		Root:     org.Unit{ID: "r-1", Name: "Root", Units: []org.Unit{{ID: "ou-1", Name: "Production"}}},
		Accounts: []org.Account{{ID: "111111111111", State: org.StateActive}},
	}
	for _, s := range []org.Selection{{IncludeUnits: []string{"Production"}}, {ExcludeUnits: []string{"Production"}}} {
		if selected, _, err := o.Select(s); err != nil || len(selected) != 1 {
			t.Errorf("selection %+v keeps %d accounts (%v), want the one whose unit is not known", s, len(selected), err)
		}
	}
}
