package org_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"orgaudit/internal/awsfake"
	"orgaudit/org"
)

// TestWalk compares what is walked with the world itself.
func TestWalk(t *testing.T) {
	government := deepWorld()
	government.Partition = "aws-us-gov"
	unfeatured := deepWorld()
	unfeatured.Organization.TrustedServices = unfeatured.Organization.TrustedServices[:1] // IAM has no trusted access
	unfeatured.Organization.RootFeatures = nil
	undelegated := deepWorld()
	undelegated.Organization.ResourcePolicy = nil
	billing := deepWorld() // its policies are there and bind nobody
	billing.Organization.FeatureSet, billing.Organization.PolicyTypes = "CONSOLIDATED_BILLING", nil
	for _, test := range []struct {
		name  string
		world *awsfake.World
	}{
		{"demo of 30 accounts", demoWorld(t, 30)},
		{"units five levels deep", deepWorld()},
		{"GovCloud", government},
		{"no trusted access for IAM", unfeatured},
		{"no resource policy", undelegated},
		{"no type of policy is enabled", billing},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := walk(t, start(t, test.world, nil).management())
			want := organizationOf(test.world)
			if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("the walk differs from the world (-world +walk):\n%s", diff)
			}
			if got.RootFeatures == nil {
				t.Error("root features are absent, want at least an empty list: they were read")
			}
		})
	}
}

// TestWalkByDelegatedAdministrator checks that a delegated administrator sees what the
// management account sees.
func TestWalkByDelegatedAdministrator(t *testing.T) {
	s := start(t, deepWorld(), nil)
	if diff := gocmp.Diff(walk(t, s.management()), walk(t, s.in(delegate))); diff != "" {
		t.Errorf("the delegated administrator's walk differs (-management +delegate):\n%s", diff)
	}
	demo := demoWorld(t, 30)
	security := &demo.Accounts[1]
	security.Users = append(security.Users, keyUser(security.ID))
	s = start(t, demo, nil)
	if diff := gocmp.Diff(walk(t, s.management()), walk(t, s.in(security.ID))); diff != "" {
		t.Errorf("the delegated administrator's walk of the demo differs (-management +delegate):\n%s", diff)
	}
}

// TestWalkUsesItsCalls checks [org.Calls] against what the simulated AWS saw.
func TestWalkUsesItsCalls(t *testing.T) {
	s := start(t, deepWorld(), nil)
	walk(t, s.management())
	services := map[string]string{"organizations": "Organizations", "iam": "IAM"}
	seen := map[string]bool{}
	for _, c := range s.Calls() {
		seen[services[c.Service]+":"+c.Operation] = true
	}
	declared := map[string]bool{}
	for _, c := range org.Calls() {
		declared[c.Service+":"+c.Operation] = true
	}
	if diff := gocmp.Diff(declared, seen); diff != "" {
		t.Errorf("operations differ (-declared +seen):\n%s", diff)
	}
}

// TestWalkWithoutTags checks that no call is made for tags that nobody asked for, and
// that the result does not look as if the accounts had none.
func TestWalkWithoutTags(t *testing.T) {
	s := start(t, deepWorld(), nil)
	o := walkOptions()
	o.Tags = false
	got, err := org.Walk(t.Context(), s.management(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range s.Calls() {
		if c.Operation == "ListTagsForResource" {
			t.Fatal("tags were asked for")
		}
	}
	if len(got.Gaps) > 0 {
		t.Errorf("gaps %v, want none", got.Gaps)
	}
	if _, _, err := got.Select(org.Selection{ExcludeTags: []string{"environment"}}); err == nil {
		t.Error("accounts are selected by tags that were not read, want an error")
	}
}

func TestAccountStates(t *testing.T) {
	states := func(t *testing.T, s *simulated) map[string]string {
		states := map[string]string{}
		for _, a := range walk(t, s.management()).Accounts {
			states[a.ID] = a.State
		}
		return states
	}
	t.Run("State is preferred", func(t *testing.T) {
		// The simulated AWS answers the Status SUSPENDED beside the State CLOSED.
		if got := states(t, start(t, deepWorld(), nil))[besides]; got != "CLOSED" {
			t.Errorf("closed account has state %q, want CLOSED", got)
		}
	})
	t.Run("Status where there is no State", func(t *testing.T) {
		s := start(t, deepWorld(), rewriting("ListAccounts", func(answer map[string]any) {
			for _, a := range answer["Accounts"].([]any) {
				delete(a.(map[string]any), "State")
			}
		}))
		got := states(t, s)
		if got[besides] != "SUSPENDED" || got[middle] != "ACTIVE" {
			t.Errorf("states %v, want those of Status", got)
		}
	})
}

// organizationOf is what a walk of a world must find.
func organizationOf(w *awsfake.World) *org.Organization {
	o := w.Organization
	arn := func(kind string, ids ...string) string {
		return "arn:" + w.Partition + ":organizations::" + o.ManagementAccount + ":" + strings.Join(append([]string{kind, o.ID}, ids...), "/")
	}
	want := &org.Organization{
		Schema: 1, ID: o.ID, ARN: arn("organization"), Partition: w.Partition,
		ManagementAccountID: o.ManagementAccount, FeatureSet: o.FeatureSet,
		PolicyTypes:  slices.Sorted(slices.Values(o.PolicyTypes)),
		RootFeatures: slices.Sorted(slices.Values(o.RootFeatures)),
		WalkedAt:     time.Date(2026, time.May, 4, 9, 12, 13, 0, time.UTC),
		WalkEnded:    time.Date(2026, time.May, 4, 9, 12, 13, 0, time.UTC),
		Caller:       "arn:aws:iam::" + management + ":user/admin",
	}
	paths := map[string][]string{}
	nodes := map[string]org.Target{}
	var unit func(u awsfake.Unit, above []string) org.Unit
	unit = func(u awsfake.Unit, above []string) org.Unit {
		kind, target := "ou", "ORGANIZATIONAL_UNIT"
		if above == nil {
			kind, target = "root", "ROOT"
		}
		paths[u.ID] = append(slices.Clone(above), u.ID)
		nodes[u.ID] = org.Target{ID: u.ID, Name: u.Name, Kind: target}
		out := org.Unit{ID: u.ID, ARN: arn(kind, u.ID), Name: u.Name}
		for _, c := range u.Units {
			out.Units = append(out.Units, unit(c, paths[u.ID]))
		}
		slices.SortFunc(out.Units, func(a, b org.Unit) int {
			return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
		})
		return out
	}
	want.Root = unit(o.Root, nil)
	for _, a := range w.Accounts {
		nodes[a.ID] = org.Target{ID: a.ID, Name: a.Name, Kind: "ACCOUNT"}
		want.Accounts = append(want.Accounts, org.Account{
			ID: a.ID, ARN: arn("account", a.ID), Name: a.Name, Email: a.Email, State: a.State, Method: a.Method,
			Joined: a.Joined, Path: paths[a.Unit], Tags: a.Tags,
		})
	}
	slices.SortFunc(want.Accounts, func(a, b org.Account) int { return strings.Compare(a.ID, b.ID) })
	want.Policies = policiesOf(w, nodes)
	want.ResourcePolicy = string(o.ResourcePolicy)
	for _, d := range o.Delegated {
		want.DelegatedAdministrators = append(want.DelegatedAdministrators, org.DelegatedAdministrator{
			AccountID: d.Account, Services: slices.Sorted(slices.Values(d.Services)), Enabled: d.Enabled,
		})
	}
	slices.SortFunc(want.DelegatedAdministrators, func(a, b org.DelegatedAdministrator) int {
		return strings.Compare(a.AccountID, b.AccountID)
	})
	for _, s := range o.TrustedServices {
		want.TrustedServices = append(want.TrustedServices, org.TrustedService{Principal: s.Principal, Enabled: s.Enabled})
	}
	slices.SortFunc(want.TrustedServices, func(a, b org.TrustedService) int { return strings.Compare(a.Principal, b.Principal) })
	return want
}

// policiesOf are the policies of a world with their targets, of the types that the walk
// reads and that are enabled.
func policiesOf(w *awsfake.World, nodes map[string]org.Target) []org.Policy {
	var policies []org.Policy
	for _, p := range w.Organization.Policies {
		if !slices.Contains(org.PolicyTypesRead(), p.Type) || !slices.Contains(w.Organization.PolicyTypes, p.Type) {
			continue
		}
		owner := w.Organization.ManagementAccount + ":policy/" + w.Organization.ID
		if p.AWSManaged {
			owner = "aws:policy"
		}
		policy := org.Policy{
			ID: p.ID, ARN: "arn:" + w.Partition + ":organizations::" + owner + "/" + strings.ToLower(p.Type) + "/" + p.ID,
			Type: p.Type, Name: p.Name, Description: p.Description, AWSManaged: p.AWSManaged, Document: string(p.Document),
		}
		for _, id := range p.Targets {
			policy.Targets = append(policy.Targets, nodes[id])
		}
		slices.SortFunc(policy.Targets, func(a, b org.Target) int { return strings.Compare(a.ID, b.ID) })
		policies = append(policies, policy)
	}
	slices.SortFunc(policies, func(a, b org.Policy) int {
		return cmp.Or(strings.Compare(a.Type, b.Type), strings.Compare(a.ID, b.ID))
	})
	return policies
}
