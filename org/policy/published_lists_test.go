package policy

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestManagedPolicyLists analyses every AWS-managed policy as the only one of its holder
// and compares the lists of those that give administrator rights, that allow escalation,
// and that hold Permissions management on IAM with golden files.
func TestManagedPolicyLists(t *testing.T) {
	requirePublishedData(t)
	lists := map[string][]string{}
	for _, p := range readManagedPolicies(t) {
		d, err := Parse(string(p.Document))
		if err != nil {
			t.Errorf("%s: %v", p.Name, err)
			continue
		}
		source := &Source{Kind: IdentityPolicy, Name: p.Name, Analysis: Analyse(d)}
		principal := &Principal{Identity: []*Source{source}, Facts: &Facts{}}
		if a := principal.Administrator(); a != nil {
			lists["administrators"] = append(lists["administrators"], p.Name)
		}
		if ways := source.Escalations(); len(ways) > 0 {
			var names []string
			for _, w := range ways {
				name := strings.Join(w.Actions, "+")
				if w.Ends == EndsAdministrator {
					name += "!"
				}
				if w.Always == Depends {
					name += "?"
				}
				names = append(names, name)
			}
			lists["escalations"] = append(lists["escalations"], p.Name+": "+strings.Join(names, " "))
		}
		var manages []string
		for _, name := range iamPermissionsManagement() {
			if len(principal.May(name, nil)) > 0 {
				manages = append(manages, strings.TrimPrefix(name, "iam:"))
			}
		}
		if len(manages) > 0 {
			few := strings.Join(manages[:min(3, len(manages))], " ")
			lists["permissions_management"] = append(lists["permissions_management"], fmt.Sprintf("%s: %d of IAM: %s", p.Name, len(manages), few))
		}
	}
	for name, list := range lists {
		slices.Sort(list)
		golden(t, "managed_"+name+".txt", strings.Join(list, "\n")+"\n")
	}
}

// iamPermissionsManagement are the actions of IAM that manage permissions.
func iamPermissionsManagement() []string {
	var names []string
	for _, a := range ExpandAction("iam:*").OfLevel(PermissionsManagement).All() {
		names = append(names, a.String())
	}
	return names
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is another one; read the difference, and rewrite it with -update if it is right (-want +got):\n%s", name, diff)
	}
}
