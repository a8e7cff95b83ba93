package report

import (
	"bytes"
	"encoding/xml"
	"os/exec"
	"strings"
	"testing"

	"orgaudit/report/benchmark"
)

// junitRead is the file as another reader sees it.
type junitRead struct {
	junitCount
	Suites []struct {
		Name      string `xml:"name,attr"`
		Timestamp string `xml:"timestamp,attr"`
		junitCount
		Cases []junitCase `xml:"testcase"`
	} `xml:"testsuite"`
}

// TestJUnitReconciles: totals are what the suites hold, and every verdict stands where
// pipelines look for it.
func TestJUnitReconciles(t *testing.T) {
	r := sampleReport(30)
	var file junitRead
	if err := xml.Unmarshal(written(t, "audit.junit.xml", r), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Suites) != 1+len(r.Accounts) {
		t.Errorf("%d suites, want one for the organization and %d for accounts", len(file.Suites), len(r.Accounts))
	}
	var total junitCount
	cases := map[string]bool{}
	for _, s := range file.Suites {
		var n junitCount
		for _, c := range s.Cases {
			if cases[c.Class+" "+c.Name] {
				t.Errorf("the case %s of %s stands twice", c.Name, c.Class)
			}
			cases[c.Class+" "+c.Name] = true
			n.Tests++
			if c.Failure != nil {
				n.Failures++
			}
			if c.Error != nil {
				n.Errors++
				if c.Error.Type == "" || c.Error.Message == "" {
					t.Errorf("%s of %s is not assessed without a cause", c.Name, c.Class)
				}
			}
			if c.Skipped != nil {
				n.Skipped++
			}
		}
		if n != s.junitCount {
			t.Errorf("suite %s counts %+v and holds %+v", s.Name, s.junitCount, n)
		}
		total = junitCount{total.Tests + n.Tests, total.Failures + n.Failures, total.Errors + n.Errors, total.Skipped + n.Skipped}
	}
	if total != file.junitCount {
		t.Errorf("the file counts %+v and holds %+v", file.junitCount, total)
	}
	var want junitCount
	for _, c := range r.Controls {
		want.Failures += c.Failed - c.Excepted - c.Mitigated
		want.Errors += c.NotAssessed
	}
	if want.Failures == 0 || want.Errors == 0 || total.Failures != want.Failures || total.Errors != want.Errors {
		t.Errorf("%d failures and %d errors, the report has %d fails that nothing accounts for and %d not assessed", total.Failures, total.Errors, want.Failures, want.Errors)
	}
}

func TestJUnitCase(t *testing.T) {
	item := func(resource string) benchmark.Item {
		return benchmark.Item{Resource: resource, Status: benchmark.Failed, Observed: "off", Expected: "on"}
	}
	excepted := item("a")
	excepted.Exception = "EX-1"
	var many []benchmark.Item
	for range 50 {
		many = append(many, item("many"))
	}
	for _, c := range []struct {
		name   string
		result benchmark.Result
		want   string
	}{
		{"pass", benchmark.Result{Verdict: benchmark.VerdictPass}, ""},
		{"a fail", benchmark.Result{Verdict: benchmark.VerdictFail, Population: 3, Failed: 2, Items: []benchmark.Item{excepted, item("b")}},
			"failure: 2 of 3 items failed\nb: off (expected: on) [#]\na: off (expected: on) [#] excepted (EX-1)"},
		{"a fail with an exception", benchmark.Result{Verdict: benchmark.VerdictFail, Mark: benchmark.Excepted, Population: 1, Failed: 1, Items: []benchmark.Item{excepted}},
			"skipped: FAIL (excepted): 1 of 1 item, excepted (EX-1)"},
		{"text that XML cannot hold", benchmark.Result{Verdict: benchmark.VerdictManual, Reason: "bell\x07 \xff ]]> <b>\uffff"}, `skipped: manual: bell\x07 \xff ]]> <b>\uffff`},
		{"text that ends a section", benchmark.Result{Verdict: benchmark.VerdictFail, Population: 1, Failed: 1, Items: []benchmark.Item{item("]]>\x1b")}},
			"failure: 1 of 1 item failed\n]]>\\x1b: off (expected: on) [#]"},
		{"many items", benchmark.Result{Verdict: benchmark.VerdictFail, Population: 50, Failed: 50, Items: many},
			"failure: 50 of 50 items failed" + strings.Repeat("\nmany: off (expected: on) [#]", junitItems) + "\nand 30 more"},
	} {
		suite := &junitSuite{}
		suite.add(&listedResult{Control: &Control{Control: &benchmark.Control{ID: "c"}}, Result: &c.result})
		text, err := xml.Marshal(suite)
		if err != nil {
			t.Fatal(err)
		}
		var read junitSuite
		if err := xml.Unmarshal(text, &read); err != nil {
			t.Fatalf("%s: %v in %s", c.name, err, text)
		}
		got := ""
		for name, o := range map[string]*junitOutcome{"failure": read.Cases[0].Failure, "error": read.Cases[0].Error, "skipped": read.Cases[0].Skipped} {
			if o != nil {
				got += strings.TrimSpace(name + ": " + o.Message + strings.TrimRight(o.Text, "\n"))
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestPythonReadsForOthers: other readers than Go's take the files.
func TestPythonReadsForOthers(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	r := sampleReport(30)
	for file, script := range map[string]string{
		"audit.junit.xml":  "import xml.etree.ElementTree as e\nr=e.fromstring(d)\nprint(len(r), len(list(r.iter('testcase')))==int(r.attrib['tests']))",
		"audit.ocsf.jsonl": "import json\nprint(len({json.loads(l)['cloud']['account']['uid'] for l in d.splitlines()}), True)",
		"findings.csv":     "import csv,io\nr=list(csv.DictReader(io.StringIO(d.decode('utf-8'),newline='')))\nprint(len({x['account_id'] for x in r}), all(len(x)==25 and None not in x.values() for x in r))",
		"results.csv":      "import csv,io\nr=list(csv.DictReader(io.StringIO(d.decode('utf-8'),newline='')))\nprint(len({x['account_id'] for x in r}), all(len(x)==20 and None not in x.values() for x in r))",
	} {
		command := exec.CommandContext(t.Context(), python, "-c", "import sys\nd=sys.stdin.buffer.read()\n"+script)
		command.Stdin = bytes.NewReader(written(t, file, r))
		out, err := command.CombinedOutput()
		// Two of the 30 accounts are excluded and have no results; the organization has its own, or
		// stands in its management account.
		want := map[string]string{"audit.junit.xml": "31 True", "audit.ocsf.jsonl": "28 True", "findings.csv": "29 True", "results.csv": "29 True"}[file]
		if got := strings.TrimSpace(string(out)); err != nil || got != want {
			t.Errorf("%s: python3 reads %q, want %q (%v)", file, got, want, err)
		}
	}
}
