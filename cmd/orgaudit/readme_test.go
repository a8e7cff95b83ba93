package main

import (
	"context"
	"encoding/json"
	"flag"
	"io"
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
	lines := readmeCommands(string(text))
	if len(lines) < 30 {
		t.Fatalf("README.md shows %d commands, so this tests little", len(lines))
	}
	tried := 0
	for _, line := range lines {
		words := strings.Fields(strings.TrimPrefix(line, "go run ./cmd/"))
		command, _, err := root.Find(words[1:])
		if err != nil || command == root {
			t.Errorf("README.md shows %q: no such command", line)
			continue
		}
		for _, word := range words {
			if name, ok := strings.CutPrefix(word, "--"); ok && name != "" && name != "help" && command.Flags().Lookup(name) == nil {
				t.Errorf("README.md shows %q: no flag --%s", line, name)
			}
		}
		// These need nothing that is not here.
		if len(words) > 2 && slices.Contains([]string{"role", "controls", "schema", "version"}, command.Name()) {
			tried++
			var said strings.Builder
			if code := run(context.Background(), words[1:], streams{io.Discard, &said}, nil); code != exitOK {
				t.Errorf("README.md shows %q, which ends with %d: %s", line, code, &said)
			}
		}
	}
	if tried < 4 {
		t.Errorf("%d commands of README.md were run, so this tests little", tried)
	}
	for _, code := range []string{"0", "1", "2", "3", "4"} {
		if !slices.Contains(strings.Split(exitCodes, "\n"), "  "+code+"  "+readmeExit(string(text), code)) {
			t.Errorf("README.md and the help differ on exit code %s", code)
		}
	}
}

// readmeCommands are the commands in blocks of code, and those within text.
func readmeCommands(text string) []string {
	lines := regexp.MustCompile(`(?m)^(?:[a-z -]+; )?(?:go run \./cmd/)?orgaudit .*$`).FindAllString(text, -1)
	for i, line := range lines {
		_, after, _ := strings.Cut(line, "orgaudit ")
		after, _, _ = strings.Cut(after, " > ")
		after, _, _ = strings.Cut(after, " && ")
		lines[i] = "orgaudit " + after
	}
	prose := regexp.MustCompile("(?s)```.*?```").ReplaceAllString(text, "")
	for _, found := range regexp.MustCompile("`(orgaudit [^`]+)`").FindAllStringSubmatch(prose, -1) {
		lines = append(lines, strings.Split(strings.Join(strings.Fields(found[1]), " "), " && ")...)
	}
	return lines
}

// readmeExit is the meaning of an exit code in README.md's table.
func readmeExit(text, code string) string {
	found := regexp.MustCompile(`(?m)^\| ` + code + ` \| (.*) \|$`).FindStringSubmatch(text)
	if found == nil {
		return ""
	}
	return strings.ReplaceAll(found[1], "`", "")
}

// TestReadmeBegins checks the two commands by which a newcomer sees the program and passes its
// tests: .ci/run and others take them from the first two lines of the blocks of code.
func TestReadmeBegins(t *testing.T) {
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	inside := false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "```") {
			inside = !inside
		} else if inside && line != "" {
			lines = append(lines, line)
		}
	}
	if diff := cmp.Diff([]string{"go run ./cmd/orgaudit demo", "go test ./..."}, lines[:2]); diff != "" {
		t.Errorf("README.md begins with other commands (-want +README):\n%s", diff)
	}
}
