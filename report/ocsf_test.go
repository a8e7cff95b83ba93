package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ocsfAttribute is what the schema says of an attribute: its type, whether it is required, and
// the values of its enumeration with their captions, where it has one.
type ocsfAttribute struct {
	kind     string // string, integer, timestamp, json, object NAME, or one of these with [] before it
	required bool
	values   map[int]string
}

// ocsfSchema is the part of the schema that events use, from OCSF 1.9.0: the requirements and
// enumerations of events/base_event.json, events/findings/finding.json and
// compliance_finding.json, and of the files of the same names in objects/. The values 0 and 99
// of enumerations are the dictionary's; 99 has a caption of the producer's own.
func ocsfSchema() map[string]map[string]ocsfAttribute {
	text, number, stamp := ocsfAttribute{kind: "string"}, ocsfAttribute{kind: "integer"}, ocsfAttribute{kind: "timestamp"}
	texts := ocsfAttribute{kind: "[]string"}
	must := func(a ocsfAttribute) ocsfAttribute { a.required = true; return a }
	object := func(kind string) ocsfAttribute { return ocsfAttribute{kind: kind} }
	enum := func(values map[int]string) ocsfAttribute { return ocsfAttribute{kind: "integer", values: values} }
	severity := enum(map[int]string{0: "Unknown", 1: "Informational", 2: "Low", 3: "Medium", 4: "High", 5: "Critical", 6: "Fatal", 99: "Other"})
	check := enum(map[int]string{0: "Unknown", 1: "Pass", 2: "Warning", 3: "Fail", 99: ""})
	return map[string]map[string]ocsfAttribute{
		"compliance_finding": {
			"activity_id":   must(enum(map[int]string{0: "Unknown", 1: "Create", 2: "Update", 3: "Close", 99: ""})),
			"activity_name": text, "category_name": text, "class_name": text, "type_name": text,
			"category_uid": must(enum(map[int]string{2: "Findings"})),
			"class_uid":    must(enum(map[int]string{2003: "Compliance Finding"})),
			"type_uid":     must(number), "time": must(stamp), "severity_id": must(severity), "severity": text,
			"status_id": enum(map[int]string{0: "Unknown", 1: "New", 2: "In Progress", 3: "Suppressed", 4: "Resolved", 5: "Archived", 6: "Deleted", 99: ""}),
			"status":    text, "message": text, "metadata": must(object("metadata")), "finding_info": must(object("finding_info")),
			"compliance": must(object("compliance")), "resources": object("[]resource_details"), "evidences": object("[]evidences"),
			"remediation": object("remediation"), "unmapped": object("json"),
			"cloud": must(object("cloud")), // profiles/cloud.json
		},
		"metadata":     {"version": must(text), "product": must(object("product")), "profiles": texts, "tenant_uid": text, "correlation_uid": text},
		"product":      {"name": must(text), "vendor_name": must(text), "version": text}, // required up to 1.2
		"cloud":        {"provider": must(text), "cloud_partition": text, "account": object("account"), "org": object("organization"), "region": text},
		"account":      {"uid": text, "name": text, "type": text, "type_id": enum(map[int]string{0: "Unknown", 10: "AWS Account", 99: ""})},
		"organization": {"uid": text, "name": text, "ou_name": text, "ou_uid": text},
		"finding_info": {"uid": must(text), "title": must(text), "desc": text, "created_time": stamp, "first_seen_time": stamp, "last_seen_time": stamp},
		"compliance": {
			"standards": must(texts), "control": text, "desc": text, "requirements": texts, "control_parameters": object("[]key_value_object"),
			"status": text, "status_id": check, "status_code": text, "status_details": texts, "checks": object("[]check"),
		},
		"check":            {"uid": text, "name": text, "severity": text, "severity_id": severity, "standards": texts, "status": text, "status_id": check},
		"key_value_object": {"name": must(text), "value": text},
		"resource_details": {"uid": text, "name": text, "type": text, "region": text, "cloud_partition": text, "owner": object("user")},
		"user":             {"name": text, "uid": text},
		"evidences":        {"uid": text, "name": text, "data": must(object("json"))},
		"remediation":      {"desc": must(text)},
	}
}

// ocsfProblems are where a value differs from what the schema says of an object.
func ocsfProblems(schema map[string]map[string]ocsfAttribute, kind, at string, value any) (problems []string) {
	problem := func(format string, args ...any) { problems = append(problems, at+": "+fmt.Sprintf(format, args...)) }
	if item, ok := strings.CutPrefix(kind, "[]"); ok {
		list, ok := value.([]any)
		if !ok || len(list) == 0 {
			problem("%v is no list, or an empty one", value)
		}
		for i, v := range list {
			problems = append(problems, ocsfProblems(schema, item, fmt.Sprintf("%s[%d]", at, i), v)...)
		}
		return problems
	}
	switch kind {
	case "json":
	case "string":
		if _, ok := value.(string); !ok {
			problem("%v is no string", value)
		}
	case "integer", "timestamp":
		n, ok := value.(float64)
		if !ok || n != float64(int64(n)) {
			problem("%v is no whole number", value)
		}
		if kind == "timestamp" && (n < 1.5e12 || n > 4e12) { // from 2017 to 2096, in milliseconds
			problem("%v are no milliseconds of our time", value)
		}
	default:
		attributes, object := schema[kind], map[string]any{}
		if o, ok := value.(map[string]any); ok {
			object = o
		}
		for name, a := range attributes {
			v, ok := object[name]
			if !ok {
				if a.required {
					problem("%s is missing", name)
				}
				continue
			}
			problems = append(problems, ocsfProblems(schema, a.kind, at+"."+name, v)...)
			if a.values == nil {
				continue
			}
			n, _ := v.(float64)
			caption, known := a.values[int(n)]
			sibling, told := object[strings.NewReplacer("_id", "", "activity_id", "activity_name", "_uid", "_name").Replace(name)].(string)
			if !known || told && caption != "" && sibling != caption || told && sibling == "" {
				problem("%s is %v with the caption %q", name, v, sibling)
			}
		}
		for name := range object {
			if _, ok := attributes[name]; !ok {
				problem("%s is no attribute of %s", name, kind)
			}
		}
	}
	return problems
}

// TestOCSFFollowsTheSchema: every event has the required attributes, no unknown ones, and
// values of the enumerations with their captions.
func TestOCSFFollowsTheSchema(t *testing.T) {
	schema := ocsfSchema()
	r := identityReport(30)
	r.Rendering = DefaultRendering()
	text := written(t, "audit.ocsf.jsonl", r)
	statuses := map[string]int{}
	for i, line := range bytes.Split(bytes.TrimSuffix(text, []byte("\n")), []byte("\n")) {
		var event map[string]any
		if err := json.Unmarshal(line, &event); err != nil {
			t.Fatalf("line %d: %v", i+1, err)
		}
		for _, p := range ocsfProblems(schema, "compliance_finding", "event", event) {
			t.Errorf("line %d: %s", i+1, p)
		}
		if event["type_uid"] != 100*event["class_uid"].(float64)+event["activity_id"].(float64) {
			t.Errorf("line %d: type_uid is %v", i+1, event["type_uid"])
		}
		compliance := event["compliance"].(map[string]any)
		statuses[compliance["status"].(string)]++
		if id := compliance["status_id"]; id == 0. && compliance["status_details"] == nil {
			t.Errorf("line %d: not assessed, and no word on why", i+1)
		}
		if t.Failed() && i > 20 {
			t.FailNow()
		}
	}
	for _, status := range []string{"Pass", "Fail", "Unknown", "Manual", "Not applicable"} {
		if statuses[status] == 0 {
			t.Errorf("no event has the status %q: %v", status, statuses)
		}
	}
	// The check itself finds what is wrong.
	wrong := map[string]any{"activity_id": 7., "surprise": true, "time": 1.7e9, "resources": []any{}}
	found := strings.Join(ocsfProblems(schema, "compliance_finding", "event", wrong), "\n")
	for _, want := range []string{"activity_id is 7", "surprise is no attribute", "no milliseconds", "empty one", "finding_info is missing"} {
		if !strings.Contains(found, want) {
			t.Errorf("the check does not find %q in:\n%s", want, found)
		}
	}
}

// ocsfEvents reads the events of a report.
func ocsfEvents(t testing.TB, r *Report) []ocsfEvent {
	t.Helper()
	var events []ocsfEvent
	decoder := json.NewDecoder(bytes.NewReader(written(t, "audit.ocsf.jsonl", r)))
	for decoder.More() {
		var e ocsfEvent
		if err := decoder.Decode(&e); err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	return events
}

// TestOCSFStatus: what was not assessed is neither a pass nor a fail, only excepted fails are
// suppressed, and good things raise no alarm.
func TestOCSFStatus(t *testing.T) {
	r := sampleReport(30)
	r.Rendering = DefaultRendering()
	for _, e := range ocsfEvents(t, r) {
		want := map[string][]int{ // status of the check, of the finding
			"pass": {ocsfPass, 0}, "fail": {ocsfFail, ocsfNew}, "fail excepted": {ocsfFail, ocsfSuppressed}, "fail mitigated": {ocsfFail, ocsfNew},
			"not_assessed": {ocsfUnknown, 0}, "manual": {ocsfOther, 0}, "not_applicable": {ocsfOther, 0},
		}[strings.TrimSpace(e.Compliance.StatusCode+" "+e.Unmapped.Mark)]
		if got := []int{e.Compliance.StatusID, e.StatusID}; !slices.Equal(got, want) {
			t.Errorf("%s %s has the status %v, want %v", e.Compliance.StatusCode, e.Unmapped.Mark, got, want)
		}
		good := e.Compliance.StatusCode == "pass" || e.Compliance.StatusCode == "not_applicable"
		if good != (e.SeverityID == ocsfInformational) {
			t.Errorf("%s has the severity %s", e.Compliance.StatusCode, e.Severity)
		}
		if due := e.Compliance.StatusCode == "fail" && e.Unmapped.Mark == ""; due != (e.Unmapped.Due != 0) {
			t.Errorf("%s %s is due at %d", e.Compliance.StatusCode, e.Unmapped.Mark, e.Unmapped.Due)
		}
		if (e.Remediation != nil) != (e.Compliance.StatusCode == "fail") {
			t.Errorf("%s has the remediation %v", e.Compliance.StatusCode, e.Remediation)
		}
	}
}

// TestOCSFClosesWhatWasResolved: every resolved finding is closed once, those whose resource is
// no more as well, and no finding has two events.
func TestOCSFClosesWhatWasResolved(t *testing.T) {
	r := changedReport(t)
	resolved := map[string]string{} // resources by id
	var firstSeen int64
	for _, c := range allChanges(t, r) {
		if c.Kind == ChangeResolved {
			resolved[c.ID], firstSeen = c.Resource, c.FirstSeen.UnixMilli()
		}
	}
	if len(resolved) == 0 || len(resolved) != r.Changes.Count.Resolved {
		t.Fatalf("resolved are %v, counted %d", resolved, r.Changes.Count.Resolved)
	}
	schema := ocsfSchema()
	closed, ids := map[string]string{}, map[string]bool{}
	for _, line := range bytes.Split(bytes.TrimSpace(written(t, "audit.ocsf.jsonl", r)), []byte("\n")) {
		var e ocsfEvent
		var whole any
		if err := errors.Join(json.Unmarshal(line, &e), json.Unmarshal(line, &whole)); err != nil {
			t.Fatal(err)
		}
		if ids[e.Finding.UID] {
			t.Errorf("%s has two events", e.Finding.UID)
		}
		if ids[e.Finding.UID] = true; e.ActivityID != ocsfClose {
			continue
		}
		closed[e.Finding.UID] = e.Resources[0].UID
		for _, p := range ocsfProblems(schema, "compliance_finding", "event", whole) {
			t.Error(p)
		}
		if strings.HasSuffix(e.Resources[0].UID, "user/carol") {
			want := "Absent: user-console-mfa in account 000000000001, arn:aws:iam::000000000001:user/carol"
			if e.Message != want || e.Severity != "Informational" || e.Status != "Resolved" || e.Finding.FirstSeen != firstSeen || e.Finding.LastSeen != r.Changes.Previous.At.UnixMilli() || e.Evidences != nil {
				t.Errorf("who is no more has the event %+v, message %q", e, e.Message)
			}
		}
	}
	if diff := cmp.Diff(resolved, closed); diff != "" {
		t.Errorf("closed (-resolved +closed):\n%s", diff)
	}
}

// TestOCSFActivity: with an earlier audit, what it knew is updated and what was mended closed.
func TestOCSFActivity(t *testing.T) {
	r := sampleReport(1)
	var failed, passed string
	for _, e := range ocsfEvents(t, r) {
		switch {
		case e.ActivityID != ocsfCreate:
			t.Errorf("without an earlier audit %s is %s", e.Finding.UID, e.ActivityName)
		case e.Resources[0].UID == "" || e.Cloud.Account.UID == "":
			t.Errorf("%s is about nothing", e.Finding.UID)
		case strings.Contains(e.Message, "in the organization") && e.Compliance.StatusID == ocsfFail:
			failed = e.Finding.UID
		case strings.Contains(e.Message, "in the organization") && e.Compliance.StatusID == ocsfPass:
			passed = e.Finding.UID
		}
	}
	r.Lifetimes = map[string]Lifetime{failed: {Kind: ChangeStillOpen, FirstSeen: sampleStart().AddDate(0, -3, 0)}}
	r.Changes = &Changes{Organization: []Change{{ID: passed, Kind: ChangeResolved}, {ID: failed, Kind: ChangeStillOpen}}}
	got := map[string]string{}
	for _, e := range ocsfEvents(t, r) {
		if e.ActivityID != ocsfCreate {
			got[e.Finding.UID] = fmt.Sprintf("%s %d %s", e.TypeName, e.TypeUID, e.Status)
		}
		if e.Finding.UID == failed && e.Finding.FirstSeen != sampleStart().AddDate(0, -3, 0).UnixMilli() {
			t.Errorf("%s was first seen at %d", failed, e.Finding.FirstSeen)
		}
	}
	if len(got) != 2 || got[failed] != "Compliance Finding: Update 200302 New" || got[passed] != "Compliance Finding: Close 200303 Resolved" {
		t.Errorf("updated and closed are %v", got)
	}
}
