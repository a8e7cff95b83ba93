package main

import (
	"os"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
)

// manual is the documented configuration in the root of the project.
const manual = "../../config.toml"

func TestConfigFileHoldsEveryDefault(t *testing.T) {
	text, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	empty := &config{}
	if err := empty.decode(manual, string(text)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(defaultConfig().tree(), empty.tree()); diff != "" {
		t.Errorf("config.toml and the defaults differ (-default +file):\n%s", diff)
	}
	var file map[string]any
	if _, err := toml.Decode(string(text), &file); err != nil {
		t.Fatal(err)
	}
	for _, setting := range settingNames() {
		var here any = file
		for _, key := range strings.Split(setting, ".") {
			table, _ := here.(map[string]any)
			here = table[key]
		}
		if here == nil {
			t.Errorf("config.toml lacks %s", setting)
		}
	}
}

func TestConfigFileExplainsEverySetting(t *testing.T) {
	text, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	explained := false
	for i, line := range strings.Split(string(text), "\n") {
		switch {
		case strings.HasPrefix(line, "#"):
			explained = true
		case line == "" || strings.HasPrefix(line, "["):
			explained = false
		case !explained:
			t.Errorf("config.toml, line %d: %s stands without a sentence", i+1, line)
		}
	}
}

func TestEnvironmentSetsEveryKind(t *testing.T) {
	c := defaultConfig()
	err := c.load(manual, []string{
		"PATH=/bin",
		"ORGAUDIT_ROLE_NAME=Reader",
		"ORGAUDIT_ROLE_DURATION=30m",
		"ORGAUDIT_COLLECT_ACCOUNTS=3",
		"ORGAUDIT_ACCOUNTS_EXCLUDE=111111111111, 222222222222",
		"ORGAUDIT_FAIL_ON_SCORE=80",
		"ORGAUDIT_ORGANIZATION_TAGS=false",
		"ORGAUDIT_BENCHMARK_PARAMETERS_MIN_LENGTH=16",
		`ORGAUDIT_REPORT_TITLE=Say "hello" \o/`,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := defaultConfig()
	want.Role.Name = "Reader"
	want.Role.Duration.Duration = 30 * 60 * 1e9
	want.Collect.Accounts = 3
	want.Accounts.Exclude = []string{"111111111111", "222222222222"}
	want.FailOn.Score = 80
	want.Organization.Tags = false
	want.Benchmark.Parameters.MinLength = 16
	want.Report.Title = `Say "hello" \o/`
	if diff := cmp.Diff(want.tree(), c.tree()); diff != "" {
		t.Error(diff)
	}
	if c.digest() == defaultConfig().digest() {
		t.Error("other settings have the same digest")
	}
}

func FuzzConfig(f *testing.F) {
	text, err := os.ReadFile(manual)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add("[role]\nname = 3")
	f.Add("[fail_on]\nscore = nan")
	f.Fuzz(func(t *testing.T, text string) {
		c := defaultConfig()
		if c.decode("fuzz.toml", text) == nil && c.check() == nil {
			_ = c.digest()
		}
	})
}
