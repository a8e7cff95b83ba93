package awsfake

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"
)

// earlierWorld is the demo world some quarters before a fixed day.
func earlierWorld(t testing.TB, accounts, quarters int) *World {
	t.Helper()
	w, err := Demo(DemoOptions{Seed: 1, Accounts: accounts, Now: time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC), Earlier: quarters})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func accountIDs(w *World) map[string]Account {
	byID := map[string]Account{}
	for _, a := range w.Accounts {
		byID[a.ID] = a
	}
	return byID
}

// TestDemoEarlierHoldsTogether: nothing leads nowhere, and a server takes the world.
func TestDemoEarlierHoldsTogether(t *testing.T) {
	for _, accounts := range []int{3, 10, 60} {
		for _, quarters := range []int{1, 2, 5, 12} {
			t.Run(fmt.Sprintf("%d accounts, %d quarters", accounts, quarters), func(t *testing.T) {
				w := earlierWorld(t, accounts, quarters)
				checkReferences(t, w)
				checkUnique(t, w)
				if _, err := New(w, Options{}); err != nil {
					t.Error(err)
				}
				again, err := json.Marshal(earlierWorld(t, accounts, quarters))
				if err != nil {
					t.Fatal(err)
				}
				if first, err := json.Marshal(w); err != nil || string(first) != string(again) {
					t.Errorf("the same options gave another world (%v)", err)
				}
			})
		}
	}
}

// TestDemoEarlierKnowsNoFuture: nothing was made or used after the clock of the world.
// Certificates and providers expire later.
func TestDemoEarlierKnowsNoFuture(t *testing.T) {
	w := earlierWorld(t, 60, 2)
	clock := DemoClock(time.Date(2026, 9, 30, 0, 0, 0, 0, time.UTC), 2)
	text, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	dates := regexp.MustCompile(`"([a-z_]+)":"(\d{4}-\d\d-\d\dT[^"]+)"`).FindAllSubmatch(text, -1)
	if len(dates) < 1000 {
		t.Fatalf("the world holds %d dates", len(dates))
	}
	for _, m := range dates {
		at, err := time.Parse(time.RFC3339, string(m[2]))
		if err != nil {
			t.Fatal(err)
		}
		if string(m[1]) != "expires" && at.After(clock) {
			t.Errorf("%s is %s, after %s", m[1], at, clock)
		}
	}
}

// TestDemoEarlierIsTheSameOrganization: accounts join, leave, move and are closed, and
// things are mended and locked; the organization stays.
func TestDemoEarlierIsTheSameOrganization(t *testing.T) {
	now, then := earlierWorld(t, 60, 0), earlierWorld(t, 60, 1)
	if now.Organization.ID != then.Organization.ID || now.Organization.ManagementAccount != then.Organization.ManagementAccount {
		t.Errorf("organization %s became %s", then.Organization.ID, now.Organization.ID)
	}
	accountsNow, accountsThen := accountIDs(now), accountIDs(then)
	var joined, left, moved, closed, mended int
	for id, a := range accountsNow {
		old, ok := accountsThen[id]
		switch {
		case !ok:
			joined++
		case old.State != a.State:
			closed++
		case old.Unit != a.Unit:
			moved++
		}
		if ok && old.Root.MFA == mfaNone && a.Root.MFA != mfaNone {
			mended++
		}
	}
	for id := range accountsThen {
		if _, ok := accountsNow[id]; !ok {
			left++
		}
	}
	if joined < 2 || left != 1 || moved != 1 || closed != 1 || mended == 0 {
		t.Errorf("%d accounts joined, %d left, %d moved, %d were closed, %d root users got MFA", joined, left, moved, closed, mended)
	}
	quarantine := func(w *World) int {
		i := slices.IndexFunc(w.Organization.Policies, func(p OrgPolicy) bool { return p.Name == "Quarantine" })
		return len(w.Organization.Policies[i].Targets)
	}
	if quarantine(now) != 1 || quarantine(then) != 0 {
		t.Errorf("the quarantine has %d targets now and had %d", quarantine(now), quarantine(then))
	}
}

func TestDemoRefusesQuarters(t *testing.T) {
	for _, quarters := range []int{-1, 13} {
		if _, err := Demo(DemoOptions{Accounts: 3, Now: time.Now(), Earlier: quarters}); err == nil {
			t.Errorf("%d quarters earlier were accepted", quarters)
		}
	}
}
