package report

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"orgaudit/report/benchmark"
)

// ocsfVersion is the version of the Open Cybersecurity Schema Framework that events follow
// (github.com/ocsf/ocsf-schema, v1.9.0 of August 2026: events/findings/compliance_finding.json,
// events/findings/finding.json, events/base_event.json, and in objects/ compliance.json,
// check.json, finding_info.json, resource_details.json, cloud.json, account.json, metadata.json,
// product.json, remediation.json, evidences.json). A test holds events to them.
const ocsfVersion = "1.9.0"

// Identifiers of the schema.
const (
	ocsfFindings          = 2    // category_uid
	ocsfComplianceFinding = 2003 // class_uid

	ocsfCreate = 1 // activity_id
	ocsfUpdate = 2
	ocsfClose  = 3

	ocsfUnknown = 0 // status_id of a check; 2, a warning, would be read as half a fail
	ocsfPass    = 1
	ocsfFail    = 3
	ocsfOther   = 99

	ocsfNew        = 1 // status_id of a finding
	ocsfSuppressed = 3
	ocsfResolved   = 4

	ocsfInformational = 1 // severity_id

	ocsfAWSAccount = 10 // type_id of an account
)

// writeOCSF writes one Compliance Finding a line: one for every item, passed ones too, one for
// every result without items, and one that closes each finding of the earlier audit whose
// resource is no more. What was not assessed is Unknown, with its cause.
func writeOCSF(ctx context.Context, r *Report, w io.Writer) error {
	out := bufio.NewWriter(w)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	parameters := map[string]string{}
	for _, p := range r.Parameters {
		parameters[p.Name] = p.Value
	}
	event := func(l *listedItem) error { return encoder.Encode(ocsfEventOf(r, l, parameters)) }
	err := eachListedResult(ctx, r, nil, func(result *listedResult) error { return result.eachItem(r, event) }, event)
	if err != nil {
		return err
	}
	return out.Flush()
}

func ocsfEventOf(r *Report, l *listedItem, parameters map[string]string) *ocsfEvent {
	at := l.At
	if at.IsZero() {
		at = r.Evidence.LastCall
	}
	c := l.Control
	activity, activityName := ocsfActivity(l)
	severity, severityName := ocsfSeverity(c.Severity)
	check := ocsfCheck{UID: c.ID, Name: c.Title, Severity: severityName, SeverityID: severity}
	check.StatusID, check.Status = ocsfStatus(l)
	e := &ocsfEvent{
		ActivityID: activity, ActivityName: activityName,
		CategoryUID: ocsfFindings, CategoryName: "Findings",
		ClassUID: ocsfComplianceFinding, ClassName: "Compliance Finding",
		TypeUID: 100*ocsfComplianceFinding + activity, TypeName: "Compliance Finding: " + activityName,
		Time: at.UnixMilli(), SeverityID: severity, Severity: severityName,
		Metadata: ocsfMetadata{
			Version: ocsfVersion, Profiles: []string{"cloud"}, TenantUID: r.Organization.ID, CorrelationUID: r.Evidence.Digest,
			Product: ocsfProduct{Name: "orgaudit", VendorName: "orgaudit", Version: r.Evidence.Tool},
		},
		Cloud: ocsfCloud{Provider: "AWS", Partition: r.Organization.Partition, Organization: ocsfOrganization{UID: r.Organization.ID}},
		Finding: ocsfFinding{
			UID: l.ID, Title: c.Title, LastSeen: at.UnixMilli(), FirstSeen: milliseconds(l.FirstSeen), Created: milliseconds(l.FirstSeen),
		},
		Compliance: ocsfCompliance{
			Standards: []string{r.Benchmark.Title}, Control: strings.TrimSpace(c.Number + " " + c.ID), Requirements: ocsfRequirements(c),
			StatusID: check.StatusID, Status: check.Status, StatusCode: l.status(), StatusDetails: ocsfDetails(l), Checks: []ocsfCheck{check},
		},
		Unmapped: ocsfUnmapped{Verdict: string(l.Verdict), Mark: string(l.mark()), Due: milliseconds(l.Due)},
	}
	if e.Finding.Title == "" {
		e.Finding.Title = c.ID
	}
	for _, name := range c.Parameters {
		if value, ok := parameters[name]; ok {
			e.Compliance.Parameters = append(e.Compliance.Parameters, ocsfKeyValue{name, value})
		}
	}
	if l.status() == string(statusAbsent) {
		e.Finding.LastSeen = r.Changes.Previous.At.UnixMilli()
	}
	switch l.status() {
	case string(benchmark.Failed):
		e.StatusID, e.Status = ocsfNew, "New"
		if l.mark() == benchmark.Excepted {
			e.StatusID, e.Status = ocsfSuppressed, "Suppressed"
		}
		// Only what failed needs long words; with them in every event the file is twice as large.
		e.Finding.Desc, e.Compliance.Desc = c.Why, c.Test
		if c.Remedy != "" {
			e.Remediation = &ocsfRemediation{Desc: c.Remedy}
		}
	case string(benchmark.Passed), string(benchmark.VerdictNotApplicable), string(statusAbsent):
		// A good thing is no alarm, however grave its control is.
		e.SeverityID, e.Severity = ocsfInformational, "Informational"
	}
	if activity == ocsfClose {
		e.StatusID, e.Status = ocsfResolved, "Resolved"
	}
	e.describe(r, l)
	return e
}

// describe fills in what the event is about: account, resource and evidence.
func (e *ocsfEvent) describe(r *Report, l *listedItem) {
	id, name, unit, owner := l.accountFields(r)
	where := "in account " + id
	if l.Account == nil {
		// What is about the organization stands in its management account.
		id, name, where = r.Organization.ManagementAccount, r.Organization.ManagementName, "in the organization"
	}
	e.Cloud.Account = ocsfAccount{UID: id, Name: name, TypeID: ocsfAWSAccount, Type: "AWS Account"}
	e.Cloud.Organization.Unit = unit
	resource := ocsfResource{UID: id, Name: name, Type: "AWS Account"}
	if l.Account == nil {
		resource = ocsfResource{UID: r.Organization.ID, Type: "AWS Organization"}
	}
	e.Message = fmt.Sprintf("%s: %s %s", e.Compliance.Status, l.Control.ID, where)
	if i := l.Item; i != nil {
		resource = ocsfResource{UID: i.Resource}
		if part := strings.SplitN(i.Resource, ":", 6); len(part) == 6 && part[0] == "arn" {
			resource.Region, resource.Type = part[3], part[2]
		} else {
			resource.Name = i.Resource
		}
		e.Message += ", " + i.Resource
		if i.Observed != "" {
			e.Message += ": " + i.Observed
		}
		e.Unmapped.Exception, e.Unmapped.Expired, e.Unmapped.Mitigation = i.Exception, i.Expired, (*jsonMitigation)(i.Mitigation)
		if i.Status != statusAbsent { // what there is of it stands in the earlier evidence
			e.Evidences = []ocsfEvidence{{Data: ocsfArtifact{
				File: i.Evidence.File, Pointer: i.Evidence.Pointer, SHA256: r.Digests[i.Evidence.File],
				Observed: i.Observed, Expected: i.Expected, Because: i.Because,
			}}}
		}
	}
	resource.Partition = r.Organization.Partition
	if owner != "" {
		resource.Owner = &ocsfOwner{Name: owner}
	}
	e.Resources = []ocsfResource{resource}
}

// ocsfActivity tells findings that an earlier audit knew from new ones, and closes those that
// were resolved.
func ocsfActivity(l *listedItem) (id int, name string) {
	if l.changed[l.ID] == ChangeResolved {
		return ocsfClose, "Close"
	}
	if lifetime, known := l.lifetimes[l.ID]; known && lifetime.Kind == ChangeStillOpen {
		return ocsfUpdate, "Update"
	}
	return ocsfCreate, "Create"
}

// ocsfStatus is the status of a check. Neither what was not assessed nor what a person must
// judge is a pass or a fail.
func ocsfStatus(l *listedItem) (id int, caption string) {
	switch l.status() {
	case string(benchmark.Passed):
		return ocsfPass, "Pass"
	case string(benchmark.Failed):
		return ocsfFail, "Fail"
	case string(benchmark.VerdictNotApplicable):
		return ocsfOther, "Not applicable"
	case string(benchmark.VerdictManual):
		return ocsfOther, "Manual"
	case string(statusAbsent):
		return ocsfOther, "Absent"
	default:
		return ocsfUnknown, "Unknown"
	}
}

func ocsfSeverity(s benchmark.Severity) (id int, caption string) {
	switch s {
	case benchmark.Critical:
		return 5, "Critical"
	case benchmark.High:
		return 4, "High"
	case benchmark.Medium:
		return 3, "Medium"
	case benchmark.Low:
		return 2, "Low"
	default:
		return 0, "Unknown"
	}
}

// ocsfDetails say why there is no pass and no fail, or who accounts for a fail.
func ocsfDetails(l *listedItem) []string {
	var details []string
	if words := causeWords(l.gap(), l.Reason); words != "" {
		details = append(details, words)
	}
	if l.Item != nil {
		if words := itemMarkWords(l.Item); words != "" {
			details = append(details, words)
		}
		if l.Item.Status == statusAbsent {
			details = append(details, "It failed in the earlier audit and is no more.")
		}
	}
	return details
}

func ocsfRequirements(c *Control) []string {
	var list []string
	for _, framework := range c.References.Frameworks() {
		for _, number := range framework.Numbers {
			list = append(list, framework.Name+" "+number)
		}
	}
	return list
}

// milliseconds are those since 1970, as events count time, and 0 where there is no time.
func milliseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
