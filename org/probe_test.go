package org_test

import (
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/org"
)

// TestProbe denies one action after another: that one is named, and with it those that
// cannot be tried without its answer.
func TestProbe(t *testing.T) {
	untried := map[string][]string{
		"organizations:ListRoots": {"organizations:ListAccountsForParent", "organizations:ListOrganizationalUnitsForParent"},
		"organizations:DescribeOrganization": {
			"organizations:ListDelegatedServicesForAccount", "organizations:ListTagsForResource",
		},
	}
	for _, action := range append(org.Actions(org.Calls()), "") {
		t.Run(action, func(t *testing.T) {
			w := deepWorld()
			if action != "" {
				denyByUser(w, action)
			}
			s := start(t, w, nil)
			trials, err := org.Probe(t.Context(), s.in(delegate), walkOptions().Now)
			if err != nil {
				t.Fatal(err)
			}
			want, got := map[string]string{}, map[string]string{}
			for _, a := range org.Actions(org.Calls()) {
				want[a] = ""
			}
			if action != "" {
				want[action] = string(org.DeniedByRole)
			}
			for _, a := range untried[action] {
				want[a] = "after " + action
			}
			for _, trial := range trials {
				switch {
				case trial.Gap != nil:
					got[trial.Action] = string(trial.Gap.Cause)
				case trial.Untried != "":
					got[trial.Action] = "after " + trial.Untried
				default:
					got[trial.Action] = ""
				}
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("trials differ (-want +got):\n%s", diff)
			}
		})
	}
}
