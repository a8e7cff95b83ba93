package main

import (
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/org"
)

var update = flag.Bool("update", false, "write what the tests compare with")

const readme = "../../README.md"

// permissions are the policies that README.md tells users to make, by the marker above them.
func permissions() map[string][]string {
	return map[string][]string{
		"audit role: permissions":   org.Actions(collect.AuditCalls(defaultConfig().optional())),
		"organization: permissions": org.Actions(org.Calls()),
	}
}

func TestReadmeNamesThePermissionsThatAreUsed(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	changed := string(text)
	for marker, want := range permissions() {
		block := regexp.MustCompile("(?s)(<!-- " + marker + " -->\n```json\n)(.*?)(\n```)")
		found := block.FindStringSubmatch(changed)
		if found == nil {
			t.Fatalf("README.md has no policy under %q", marker)
		}
		if *update {
			changed = strings.Replace(changed, found[0], found[1]+policyText(want)+found[3], 1)
			continue
		}
		var policy struct {
			Statement []struct {
				Effect, Resource string
				Action           []string
			}
		}
		if err := json.Unmarshal([]byte(found[2]), &policy); err != nil {
			t.Fatalf("the policy under %q: %v", marker, err)
		}
		if diff := cmp.Diff(want, policy.Statement[0].Action); diff != "" {
			t.Errorf("the policy under %q differs from what is called (-used +README):\n%s", marker, diff)
		}
	}
	if *update {
		if err := os.WriteFile(readme, []byte(changed), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func policyText(actions []string) string {
	var b strings.Builder
	b.WriteString("{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{\n    \"Effect\": \"Allow\",\n    \"Action\": [\n")
	for i, a := range actions {
		b.WriteString("      \"" + a + "\"")
		if i < len(actions)-1 {
			b.WriteString(",")
		}
		b.WriteString("\n")
	}
	b.WriteString("    ],\n    \"Resource\": \"*\"\n  }]\n}")
	return b.String()
}

// TestReadmeKnowsTheProgram finds commands and flags in README.md that do not exist.
func TestReadmeKnowsTheProgram(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	root := newRoot(streams{}, nil)
	lines := regexp.MustCompile(`(?m)^(?:go run \./cmd/)?orgaudit .*$`).FindAllString(string(text), -1)
	if len(lines) == 0 {
		t.Fatal("README.md shows no command")
	}
	for _, line := range lines {
		words := strings.Fields(strings.TrimPrefix(line, "go run ./cmd/"))
		command, _, err := root.Find(words[1:])
		if err != nil || command == root {
			t.Errorf("README.md shows %q: no such command", line)
			continue
		}
		for _, word := range words {
			if name, ok := strings.CutPrefix(word, "--"); ok && command.Flags().Lookup(name) == nil {
				t.Errorf("README.md shows %q: no flag --%s", line, name)
			}
		}
	}
	for _, code := range []string{"0", "1", "2", "3", "4"} {
		if !slices.Contains(strings.Split(exitCodes, "\n"), "  "+code+"  "+readmeExit(string(text), code)) {
			t.Errorf("README.md and the help differ on exit code %s", code)
		}
	}
}

// readmeExit is the meaning of an exit code in README.md's table.
func readmeExit(text, code string) string {
	found := regexp.MustCompile(`(?m)^\| ` + code + ` \| (.*) \|$`).FindStringSubmatch(text)
	if found == nil {
		return ""
	}
	return strings.ReplaceAll(found[1], "`", "")
}
