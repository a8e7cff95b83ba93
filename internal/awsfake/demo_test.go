package awsfake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"
)

// demoNow is the moment of all demo worlds in these tests.
var demoNow = time.Date(2026, time.March, 17, 9, 30, 0, 0, time.UTC)

func demoOf(t *testing.T, o DemoOptions) *World {
	t.Helper()
	if o.Now.IsZero() {
		o.Now = demoNow
	}
	w, err := Demo(o)
	if err != nil {
		t.Fatalf("Demo(%+v): %v", o, err)
	}
	return w
}

func demoJSON(t *testing.T, w *World) []byte {
	t.Helper()
	b, err := json.Marshal(w)
	if err != nil {
		t.Fatalf("write world as JSON: %v", err)
	}
	return b
}

func TestDemoRepeatsItself(t *testing.T) {
	o := DemoOptions{Seed: 7, Accounts: 60}
	first := demoJSON(t, demoOf(t, o))
	if !bytes.Equal(first, demoJSON(t, demoOf(t, o))) {
		t.Error("two worlds from the same options differ")
	}

	o.Now = demoNow.Add(300 * time.Millisecond).In(time.FixedZone("elsewhere", 5*3600))
	if !bytes.Equal(first, demoJSON(t, demoOf(t, o))) {
		t.Error("the same second, in another time zone, makes another world")
	}

	other := demoOf(t, DemoOptions{Seed: 8, Accounts: 60})
	if bytes.Equal(first, demoJSON(t, other)) {
		t.Error("another seed makes the same world")
	}

	var read World
	if err := json.Unmarshal(first, &read); err != nil {
		t.Fatalf("read world: %v", err)
	}
	if !bytes.Equal(first, demoJSON(t, &read)) {
		t.Error("a world that is written and read again differs")
	}
}

func TestDemoRefusesOptions(t *testing.T) {
	for name, o := range map[string]DemoOptions{
		"too few accounts":  {Accounts: 2, Now: demoNow},
		"no moment":         {Accounts: 3},
		"negative users":    {Accounts: 3, Now: demoNow, Users: -1},
		"negative roles":    {Accounts: 3, Now: demoNow, Roles: -1},
		"negative policies": {Accounts: 3, Now: demoNow, Policies: -1},
	} {
		if w, err := Demo(o); err == nil || w != nil {
			t.Errorf("%s: Demo gives %v, %v; want an error", name, w, err)
		}
	}
}

func TestDemoWithExactNumbers(t *testing.T) {
	for _, n := range []int{1, 7, 150} {
		w := demoOf(t, DemoOptions{Seed: 3, Accounts: 18, Users: n, Roles: n, Policies: n})
		checkReferences(t, w)
		checkUnique(t, w)
		checkTimes(t, w)
		for _, a := range w.Accounts {
			users, roles := 0, 0
			for _, u := range a.Users {
				if u.Name != DemoUserName {
					users++
				}
			}
			for _, r := range a.Roles {
				if !strings.HasPrefix(r.Path, "/aws-") && r.Name != DemoRoleName {
					roles++
				}
			}
			if users != n || roles != n || len(a.Policies) != n {
				t.Errorf("%s has %d users, %d roles, %d policies, want %d of each", a.Name, users, roles, len(a.Policies), n)
			}
		}
	}
}

func TestDemoHoldsTogether(t *testing.T) {
	for _, n := range []int{3, 10, 60, 300} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			for seed := range uint64(2) {
				w := demoOf(t, DemoOptions{Seed: seed, Accounts: n})
				if len(w.Accounts) != n {
					t.Fatalf("%d accounts, want %d", len(w.Accounts), n)
				}
				if err := w.Validate(); err != nil {
					t.Errorf("the server would refuse seed %d: %v", seed, err)
				}
				checkReferences(t, w)
				checkUnique(t, w)
				checkTimes(t, w)
				checkNames(t, w)
				checkDocuments(t, w)
			}
		})
	}
}

func TestDemoTree(t *testing.T) {
	w := demoOf(t, DemoOptions{Accounts: 3})
	scripts := map[string]*unicode.RangeTable{"Latin": unicode.Latin, "Greek": unicode.Greek, "Cyrillic": unicode.Cyrillic}
	found := map[string]bool{}
	depth := 0
	var walk func(u Unit, level int)
	walk = func(u Unit, level int) {
		depth = max(depth, level)
		for _, r := range u.Name {
			known := !unicode.IsLetter(r)
			for script, table := range scripts {
				if unicode.Is(table, r) {
					found[script], known = true, true
				}
			}
			if !known {
				t.Errorf("unit %q has the letter %q, which the fonts need not have", u.Name, r)
			}
		}
		for _, child := range u.Units {
			walk(child, level+1)
		}
	}
	walk(w.Organization.Root, 0)
	if depth != 3 {
		t.Errorf("the tree is %d levels deep, want 3", depth)
	}
	for script := range scripts {
		if !found[script] {
			t.Errorf("no unit has a name in %s letters", script)
		}
	}
}

// TestDemoStories looks for what a report about the demo world is expected to find.
func TestDemoStories(t *testing.T) {
	for _, n := range []int{3, 10, 60, 300} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			w := demoOf(t, DemoOptions{Seed: 1, Accounts: n})
			got := countStories(w)
			for _, s := range []struct {
				story    string
				from     int // accounts from which the story must be there
				least    int
				most     int // 0: any number
				smallest int // exact number in smaller worlds; -1: any
			}{
				{"management account", 3, 1, 1, 0},
				{"user with a secret key", 3, 1, 1, 0},
				{"active key older than 90 days", 3, 1, 0, 0},
				{"account id with leading zeros", 3, 1, 0, 0},
				{"account without audit role", 10, 1, 1, 0},
				{"suspended account", 10, 1, 0, 0},
				{"root user with password and without MFA", 10, 1, 0, -1},
				{"root user who signed in three days ago", 10, 1, 0, -1},
				{"user named like a formula", 10, 4, 4, 0},
				{"tag like a formula", 10, 1, 0, 0},
				{"key of six years", 10, 1, 0, -1},
				{"public bucket", 10, 1, 0, -1},
				{"active account without any SCP of the company", 10, 1, 0, 0},
				{"finding ACTIVE", 60, 1, 0, -1},
				{"finding ARCHIVED", 60, 1, 0, -1},
				{"finding RESOLVED", 10, 1, 0, -1},
				{"account whose SCP hides one operation", 60, 1, 1, 0},
				{"account in quarantine", 60, 1, 1, 0},
				{"account that is being closed", 60, 1, 1, 0},
				{"account that joined yesterday", 60, 2, 2, 0},
				{"member directly under the root", 60, 1, 1, 0},
				{"account with active root keys", 60, 2, 2, -1},
				{"expired certificate", 60, 1, 0, -1},
				{"certificate that expires within 30 days", 60, 1, 0, -1},
				{"account with opt-in regions", 60, 1, 0, -1},
				{"policy whose default version is not the newest", 60, 1, 0, -1},
				{"unattached policy for everything", 60, 1, 0, -1},
				{"attached policy for everything", 60, 1, 0, -1},
				{"active account without support role", 60, 1, 0, -1},
				{"account without security contact", 60, 1, 0, -1},
				{"account without password policy", 60, 1, 0, -1},
			} {
				switch {
				case n < s.from:
					if s.smallest >= 0 && got[s.story] != s.smallest {
						t.Errorf("%s: %d, want %d", s.story, got[s.story], s.smallest)
					}
				case got[s.story] < s.least, s.most > 0 && got[s.story] > s.most:
					t.Errorf("%s: %d, want from %d to %d (0: any)", s.story, got[s.story], s.least, s.most)
				}
			}
		})
	}
}

// TestDemoQuality checks that a report by unit has something to tell.
func TestDemoQuality(t *testing.T) {
	w := demoOf(t, DemoOptions{Seed: 2, Accounts: 300})
	type tally struct{ with, users int }
	mfa := map[string]*tally{"production": {}, "sandbox": {}, "acquired": {}}
	for _, a := range w.Accounts {
		kind := a.Tags["Environment"]
		if a.Method == "INVITED" {
			kind = "acquired"
		}
		if mfa[kind] == nil || a.State != "ACTIVE" || a.ID == w.Organization.ManagementAccount {
			continue
		}
		for _, u := range a.Users {
			if u.Password {
				mfa[kind].users++
				if len(u.MFA) > 0 {
					mfa[kind].with++
				}
			}
		}
	}
	share := func(kind string) int { return 100 * mfa[kind].with / max(1, mfa[kind].users) }
	if !(share("production") >= 90 && share("production") > share("sandbox") && share("sandbox") > share("acquired")) {
		t.Errorf("users with MFA: production %d%%, sandbox %d%%, acquired %d%%; want them to fall from at least 90%%",
			share("production"), share("sandbox"), share("acquired"))
	}
}

func BenchmarkDemo(b *testing.B) {
	for b.Loop() {
		if _, err := Demo(DemoOptions{Accounts: 500, Now: demoNow}); err != nil {
			b.Fatal(err)
		}
	}
}
