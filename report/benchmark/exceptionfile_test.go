package benchmark_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orgaudit/report/benchmark"
)

const goodRegister = `# accepted risks
[[exception]]
id = "EX-1"
controls = ["root-mfa", "root-hardware-mfa"]
accounts = ["111111111111"]
units = ["Workloads"]
tags = ["env=prod", "legacy"]
resources = ["*:root"]
justification = """
The device is ordered.
controls = it says so
"""
compensating_control = "Alarm on every use."
owner = "platform"
approver = "CISO"
ticket = "RISK-1"
created = 2026-01-15
expires = 2026-12-31

[[exception]]
id = "EX-2"
controls = ["org-root-access-central"]
justification = "Planned."
owner = "platform"
approver = "CISO"
created = "2026-02-01"
expires = "2026-02-01"
`

func TestParseRegister(t *testing.T) {
	r, err := benchmark.ParseRegister("/etc/audit/exceptions.toml", []byte(goodRegister))
	if err != nil {
		t.Fatal(err)
	}
	want := []benchmark.Exception{{
		ID: "EX-1", Controls: []string{"root-mfa", "root-hardware-mfa"}, Accounts: []string{"111111111111"}, Units: []string{"Workloads"},
		Tags: []string{"env=prod", "legacy"}, Resources: []string{"*:root"},
		Justification: "The device is ordered.\ncontrols = it says so", CompensatingControl: "Alarm on every use.",
		Owner: "platform", Approver: "CISO", Ticket: "RISK-1", Created: "2026-01-15", Expires: "2026-12-31",
	}, {
		ID: "EX-2", Controls: []string{"org-root-access-central"}, Justification: "Planned.", Owner: "platform", Approver: "CISO",
		Created: "2026-02-01", Expires: "2026-02-01",
	}}
	if diff := cmp.Diff(want, r.Exceptions); diff != "" {
		t.Errorf("exceptions (-want +got):\n%s", diff)
	}
	if r.File != "exceptions.toml" || len(r.Digest) != 64 {
		t.Errorf("file %q with digest %q", r.File, r.Digest)
	}
	if empty, err := benchmark.ParseRegister("none.toml", nil); err != nil || len(empty.Exceptions) != 0 {
		t.Errorf("an empty file holds %v (%v)", empty, err)
	}
}

// TestParseRegisterRefuses: what is wrong is told with the file, the line and what is known.
func TestParseRegisterRefuses(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"an unknown setting", "owner = \"platform\"\napprover", "ownr = \"platform\"\napprover", `x.toml, line 14: unknown setting "ownr"; the known ones are id, controls, accounts,`},
		{"an unknown control", `"root-mfa", `, `"root-mfaa", `, `x.toml, line 4: unknown control "root-mfaa"; did you mean "root-mfa"?`},
		{"all controls", `["root-mfa", "root-hardware-mfa"]`, `["*"]`, `x.toml, line 4: unknown control "*"`},
		{"no control", `["root-mfa", "root-hardware-mfa"]`, `[]`, "x.toml, line 4: controls is missing"},
		{"a control twice", `"root-hardware-mfa"`, `"root-mfa"`, `x.toml, line 4: controls holds "root-mfa" twice`},
		{"a control that is no text", `"root-hardware-mfa"`, `3`, `x.toml, line 4: controls must be a list of texts`},
		{"a text for a list", `["Workloads"]`, `"Workloads"`, "x.toml, line 6: units must be a list of texts"},
		{"an empty list", `["Workloads"]`, `[]`, "x.toml, line 6: units is an empty list"},
		{"an empty text", `["Workloads"]`, `[" "]`, "x.toml, line 6: units holds an empty text"},
		{"a bad account id", "111111111111", "1111", `x.toml, line 5: "1111" is no account id, which has 12 digits`},
		{"a tag without a key", "env=prod", "=prod", `x.toml, line 7: the tag "=prod" has no key`},
		{"a pattern for everything", "*:root", "**", `x.toml, line 8: the pattern "**" names every resource`},
		{"an account for the organization's control", `"root-hardware-mfa"`, `"org-root-access-central"`, "x.toml, line 4: control org-root-access-central is judged once for the organization"},
		{"no id", `id = "EX-1"`, ``, "x.toml, line 2: id is missing"},
		{"an id with a space", "EX-1", "EX 1", `x.toml, line 3: the id "EX 1" holds spaces`},
		{"an id twice", "EX-2", "EX-1", `x.toml, line 21: the id "EX-1" stands twice, the first time line 3`},
		{"an empty owner", `owner = "platform"`, `owner = ""`, "x.toml, line 14: owner is empty"},
		{"no approver", "approver = \"CISO\"\nticket", "ticket", "x.toml, line 2: approver is missing"},
		{"a number for a ticket", `"RISK-1"`, `1`, "x.toml, line 16: ticket must be a text in quotes"},
		{"no first day", "created = 2026-01-15\n", "", "x.toml, line 2: created is missing"},
		{"no last day", "expires = 2026-12-31\n", "", "x.toml, line 2: expires is missing"},
		{"a moment", "2026-12-31\n", "2026-12-31T10:00:00Z\n", "x.toml, line 18: expires must be a day, such as expires = 2026-12-31"},
		{"a day that is none", `"2026-02-01"`, `"2026-02-30"`, "x.toml, line 26: created must be a day"},
		{"expires before it was created", "2026-12-31\n", "2026-01-14\n", "x.toml, line 18: it expires on 2026-01-14, before 2026-01-15"},
		{"another table", "# accepted risks", "[exceptions]", `x.toml, line 1: unknown setting "exceptions"`},
		{"no list of tables", "[[exception]]\nid = \"EX-1\"", "[exception]\nid = \"EX-1\"", "x.toml, line "},
		{"no TOML", `"EX-1"`, `EX-1`, "x.toml, line 3: "},
		{"a key twice", `id = "EX-1"`, "id = \"EX-1\"\nid = \"EX-3\"", "x.toml, line 4: "},
		{"a text like a header", "controls = it says so", "[[exception]]\nid = \"x\"\n\"\"\"\nowner = 3\nx = \"\"\"", "x.toml, in exception 1: owner must be"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(goodRegister, c.old, c.new, 1)
			if text == goodRegister {
				t.Fatalf("the register does not hold %q", c.old)
			}
			if c.name == "a text like a header" {
				text = strings.Replace(text, "owner = \"platform\"\n", "", 1)
			}
			_, err := benchmark.ParseRegister("x.toml", []byte(text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, want %q", err, c.want)
			}
		})
	}
	if _, err := benchmark.ParseRegister("x.toml", []byte("exception = [{id = \"a\"}]")); err == nil {
		t.Error("an exception without controls was taken")
	}
}

// TestParseRegisterTellsEverything: nobody mends a file error by error.
func TestParseRegisterTellsEverything(t *testing.T) {
	_, err := benchmark.ParseRegister("x.toml", []byte("[[exception]]\n[[exception]]\n"))
	for _, line := range []string{"line 1", "line 2"} {
		for _, key := range []string{"id", "controls", "justification", "owner", "approver", "created", "expires"} {
			if want := "x.toml, " + line + ": " + key + " is missing"; err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("the error does not say %q: %v", want, err)
			}
		}
	}
}

func FuzzParseRegister(f *testing.F) {
	f.Add(goodRegister)
	f.Add("[[exception]]\nid = 3\ncreated = 2026-01-01T00:00:00\nexpires = 10:00:00\ncontrols = [[\"*\"]]")
	f.Add("exception = 1")
	f.Add("[exception]\nx = [{}]")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := benchmark.ParseRegister("fuzz.toml", []byte(text))
		if err != nil {
			if !strings.Contains(err.Error(), "fuzz.toml") {
				t.Errorf("the error %v does not name the file", err)
			}
			return
		}
		ids := map[string]bool{}
		for _, e := range r.Exceptions {
			if e.ID == "" || ids[e.ID] || len(e.Controls) == 0 || len(e.Created) != 10 || e.Expires < e.Created || e.Approver == "" {
				t.Errorf("exception %+v was taken", e)
			}
			ids[e.ID] = true
		}
	})
}
