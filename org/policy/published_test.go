package policy

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// publishedData holds policies that AWS publishes. They are not part of this
// repository; the tests run where the folder lies beside the checkout.
const publishedData = "../../../shared/data"

func requirePublishedData(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(publishedData); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not here", publishedData)
	}
}

// managedPolicy is one line of the list of AWS-managed policies.
type managedPolicy struct {
	Name     string          `json:"name"`
	Document json.RawMessage `json:"document"`
}

func readManagedPolicies(t *testing.T) []managedPolicy {
	t.Helper()
	file, err := os.Open(filepath.Join(publishedData, "aws-managed-policies.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var policies []managedPolicy
	lines := bufio.NewScanner(unzipped)
	lines.Buffer(nil, maxBytes)
	for lines.Scan() {
		var p managedPolicy
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatalf("line %d: %v", len(policies)+1, err)
		}
		policies = append(policies, p)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return policies
}

func TestManagedPolicies(t *testing.T) {
	requirePublishedData(t)
	policies := readManagedPolicies(t)
	if len(policies) < 1000 {
		t.Fatalf("the list has %d policies, want more than a thousand", len(policies))
	}
	administrators := map[string][]Grant{}
	for _, p := range policies {
		d, err := Parse(string(p.Document))
		if err != nil {
			t.Errorf("%s: %v", p.Name, err)
			continue
		}
		if d.Unknown != nil {
			t.Errorf("%s: unknown elements %q", p.Name, d.Unknown)
		}
		if grants := d.FullAdministrator(); grants != nil {
			administrators[p.Name] = grants
		}
		if got, want := d.IsFullAccess(), p.Name == "AdministratorAccess"; got != want {
			t.Errorf("%s: IsFullAccess() = %t", p.Name, got)
		}
	}
	want := map[string][]Grant{
		"AdministratorAccess": {{By: `Action "*" on Resource "*"`}},
		// Bound to the condition key aws:IsMcpServiceAction, which the auditor weighs.
		"AWSMcpServiceActionsFullAccess": {{
			Sid: "AllowAllMCPServiceActions", By: `Action "*" on Resource "*"`, Conditional: true,
		}},
	}
	if diff := cmp.Diff(want, administrators); diff != "" {
		t.Errorf("administrators (-want +got):\n%s", diff)
	}
}

func TestExamplesOfControlPolicies(t *testing.T) {
	requirePublishedData(t)
	for _, folder := range []string{"scp-examples", "rcp-examples"} {
		t.Run(folder, func(t *testing.T) {
			files, err := filepath.Glob(filepath.Join(publishedData, folder, "*.json"))
			if err != nil {
				t.Fatal(err)
			}
			if len(files) == 0 {
				t.Fatal("the folder holds no policies")
			}
			for _, file := range files {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				d, err := Parse(string(text))
				if err != nil {
					t.Errorf("%s: %v", filepath.Base(file), err)
					continue
				}
				if len(d.Statements) == 0 || d.Unknown != nil || d.IsFullAccess() {
					t.Errorf("%s: %d statements, unknown %q, full access %t",
						filepath.Base(file), len(d.Statements), d.Unknown, d.IsFullAccess())
				}
			}
		})
	}
}
