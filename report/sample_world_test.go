package report

import (
	"fmt"
	"strings"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

func sampleUnits() []Unit {
	names := []string{
		"Root",
		"Root / Workloads", "Root / Workloads / Produktion Süd", "Root / Workloads / Produktion Süd / Zahlungsverkehr", "Root / Workloads / Test",
		"Root / Έρευνα", "Root / Έρευνα / Εργαστήριο", "Root / Отдел продаж", "Root / =1+1", "Root / Security",
		"Root / Suspended",
	}
	var units []Unit
	for i, path := range names {
		parts := strings.Split(path, " / ")
		units = append(units, Unit{ID: fmt.Sprintf("ou-ab12-%08d", i), Name: parts[len(parts)-1], Path: path, Depth: len(parts) - 1, Worst: -1})
	}
	units[0].ID = "r-ab12"
	return units
}

// sampleNames are names of accounts and of users; AWS allows all but the last two for
// accounts, and the reports must bear those too.
func sampleNames() []string {
	return []string{
		"payments-production", "=HYPERLINK(\"http://example.com\",\"open\")", "+41 79 000 00 00", "-2+3", "@SUM(A1:A9)",
		"Ανάπτυξη", "Разработка", "straße-ünïcode", "log-archive", "sandbox " + strings.Repeat("with a very long name ", 12),
		"line\nbreak", "bell\x07 and _x0041_",
	}
}

func sampleAccount(units []Unit, i int) Account {
	names := sampleNames()
	unit := units[i%(len(units)-1)] // the last unit stays empty
	a := Account{
		Account: org.Account{
			ID: fmt.Sprintf("%012d", 12+i*190_000_013), Name: names[i%len(names)], Email: fmt.Sprintf("aws+%04d@example.com", i),
			State: org.StateActive, Method: "CREATED", Joined: sampleStart().AddDate(0, 0, -40*(i%50)-1),
			Tags: map[string]string{"owner": "team " + names[i%9], "cost-centre": fmt.Sprintf("%04d", i), "env": "prod"},
		},
		Unit: unit.Path, Outcome: Complete, SectionsRead: 12, Users: 3 + i%4, Roles: 9 + i%17,
		StartedAt: sampleStart().Add(time.Duration(i%90) * time.Minute), Calls: 41, Retries: i % 3, Throttles: i % 3,
	}
	for _, above := range units {
		if above.ID == unit.ID || strings.HasPrefix(unit.Path, above.Path+" / ") {
			a.Path = append(a.Path, above.ID)
		}
	}
	if i >= len(names) {
		a.Name = fmt.Sprintf("%.60s %d", a.Name, i)
	}
	a.EndedAt = a.StartedAt.Add(48 * time.Second)
	a.Entry = collect.Entry{Kind: collect.EntryRole, RoleARN: "arn:aws:iam::" + a.ID + ":role/orgaudit", Identity: "arn:aws:sts::" + a.ID + ":assumed-role/orgaudit/audit"}
	a.EvidenceFile, a.EvidenceSHA256 = "accounts/"+a.ID+".json.gz", fmt.Sprintf("%064x", 1_000_003+i)
	switch i % 20 {
	case 3:
		a.Outcome, a.SectionsRead, a.SectionsMissing = Partial, 10, 2
		a.Why, a.Code, a.RequestID = "2 of 12 sections: denied by a service control policy", "AccessDeniedException", fmt.Sprintf("00000000-0000-4000-8000-%012d", i)
	case 7:
		a.Outcome, a.SectionsRead, a.SectionsMissing, a.Users, a.Roles = NotEntered, 0, 12, -1, -1
		a.Why, a.Code, a.RequestID = org.RoleNotAssumable.Words(), "AccessDenied", fmt.Sprintf("00000000-0000-4000-8000-%012d", i)
	case 9:
		a.Outcome, a.Why = Excluded, "left out by the configuration: sandbox of a supplier"
	case 11:
		a.Outcome, a.Why = NotCollected, "the run was cut off before it"
	}
	if a.Outcome == Excluded || a.Outcome == NotCollected {
		a.Entry, a.StartedAt, a.EndedAt = collect.Entry{Kind: collect.EntryNone}, time.Time{}, time.Time{}
		a.EvidenceFile, a.EvidenceSHA256, a.SectionsRead, a.Users, a.Roles, a.Calls, a.Retries, a.Throttles = "", "", 0, -1, -1, 0, 0, 0
	}
	return a
}

func sampleControls() []Control {
	specs := []struct {
		number, id, title string
		severity          benchmark.Severity
		scope             benchmark.Scope
	}{
		{"1.3", "root-no-access-keys", "The root user has no access keys", benchmark.Critical, benchmark.AccountScope},
		{"1.4", "root-mfa", "The root user has MFA", benchmark.Critical, benchmark.AccountScope},
		{"1.7", "password-length", "The password policy asks for 14 characters or more", benchmark.Medium, benchmark.AccountScope},
		{"1.9", "user-mfa", "Every user with a console password has MFA", benchmark.High, benchmark.AccountScope},
		{"1.11", "unused-credentials", "Credentials that were not used for 45 days are off", benchmark.Medium, benchmark.AccountScope},
		{"1.13", "key-rotation", "Access keys are rotated every 90 days", benchmark.Medium, benchmark.AccountScope},
		{"1.15", "no-admin-policies", "No policy of the account allows *:*", benchmark.High, benchmark.AccountScope},
		{"1.17", "expired-certificates", "No expired certificate is stored in IAM", benchmark.Low, benchmark.AccountScope},
		{"1.19", "external-access-analyzer", "IAM Access Analyzer looks for external access in all regions", benchmark.Medium, benchmark.AccountScope},
		{"", "role-trust", "No role trusts the whole world", benchmark.Critical, benchmark.AccountScope},
		{"1.22", "guardrails", "Service control policies guard every member account", benchmark.High, benchmark.OrganizationScope},
		{"", "central-root-access", "Root credentials of member accounts are managed centrally", benchmark.High, benchmark.OrganizationScope},
		{"", "all-features", "The organization has all features on", benchmark.Low, benchmark.OrganizationScope},
	}
	weights := benchmark.DefaultWeights()
	var controls []Control
	for i, s := range specs {
		c := Control{
			Control: &benchmark.Control{
				ID: s.id, Title: s.title, Severity: s.severity, Scope: s.scope,
				Why:    "Who holds such a credential can act in the account without a second proof, and nobody else need notice it for a long time.",
				Test:   "Open the credential report in the evidence of the account. Look at the row of each member of the population. The control fails where the field differs from the expected value.",
				Remedy: "Turn the credential off, wait a week for somebody to complain, then delete it. Write down who decided so.",
			},
			Number: s.number, Level: 1 + i%2, Assessment: "Automated", Weight: weights[s.severity],
		}
		if i == 8 {
			c.Assessment = "Manual"
		}
		controls = append(controls, c)
	}
	return controls
}

// sampleRows makes the rows of one account from nothing but its number.
func sampleRows(r *Report, i int) *AccountRows {
	a := &r.Accounts[i]
	rows := &AccountRows{Account: a}
	if a.Outcome == Excluded {
		return rows
	}
	for j := range r.Controls {
		if c := &r.Controls[j]; c.Scope == benchmark.AccountScope {
			rows.Results = append(rows.Results, sampleResult(c, a, 7*i+5*j))
		}
	}
	if a.EvidenceFile == "" || a.Outcome == NotEntered {
		return rows
	}
	rows.Evidence = &collect.Evidence{AccountID: a.ID, StartedAt: a.StartedAt, EndedAt: a.EndedAt}
	rows.CredentialsGenerated = a.StartedAt.Add(-90 * time.Minute)
	rows.Credentials = sampleCredentials(a, i)
	for f := range i % 3 {
		rows.Findings = append(rows.Findings, collect.AnalyzerFinding{
			ID: fmt.Sprintf("00000000-0000-4000-9000-%012d", 10*i+f), Analyzer: "arn:aws:access-analyzer:eu-central-1:" + a.ID + ":analyzer/external",
			Region: "eu-central-1", Type: "ExternalAccess", Status: "ACTIVE", Resource: fmt.Sprintf("arn:aws:s3:::bucket-%d-%d", i, f), ResourceType: "AWS::S3::Bucket",
			Account: a.ID, Created: sampleStart().AddDate(0, -2, 0), Updated: sampleStart().AddDate(0, -1, 0), Analyzed: sampleStart(),
		})
	}
	return rows
}

// sampleResult makes the result of a control from a die; a is nil for the organization.
func sampleResult(c *Control, a *Account, die int) benchmark.Result {
	result := benchmark.Result{Control: c.ID, Verdict: benchmark.VerdictPass, At: sampleStart().Add(time.Hour)}
	file := "organization.json"
	if a != nil {
		result.Account, result.At, file = a.ID, a.EndedAt, a.EvidenceFile
	}
	gap := &org.Gap{Section: collect.CredentialReportSection, Account: result.Account, Cause: org.DeniedBySCP, Operation: "iam:GetCredentialReport", Code: "AccessDenied", RequestID: "00000000-0000-4000-8000-00000000beef", At: result.At}
	if a != nil && (a.Outcome == NotEntered || a.Outcome == NotCollected) {
		gap.Cause = org.RoleNotAssumable
		if a.Outcome == NotCollected {
			gap = &org.Gap{Section: collect.CredentialReportSection, Account: a.ID, Cause: org.NotCollected}
		}
		result.Verdict, result.Gap = benchmark.VerdictNotAssessed, gap
		return result
	}
	statuses := []benchmark.Status{benchmark.Passed, benchmark.Passed, benchmark.Passed}
	switch die % 17 {
	case 1, 4:
		result.Verdict, statuses[1] = benchmark.VerdictFail, benchmark.Failed
	case 6:
		result.Verdict, result.Mark, statuses[2] = benchmark.VerdictFail, benchmark.Excepted, benchmark.Failed
	case 8:
		result.Verdict, result.Mark, statuses[0] = benchmark.VerdictFail, benchmark.Mitigated, benchmark.Failed
	case 10:
		result.Verdict, result.Gap, statuses = benchmark.VerdictNotAssessed, gap, nil
	case 11:
		result.Verdict, result.Gap, statuses[1] = benchmark.VerdictNotAssessed, gap, benchmark.NotAssessed
	case 13:
		result.Verdict, result.Reason, statuses = benchmark.VerdictNotApplicable, "The account has no user with a console password.", nil
	case 15:
		result.Verdict, result.Reason = benchmark.VerdictManual, "A person must say whether the contacts are right."
	}
	names := sampleNames()
	for i, status := range statuses {
		item := benchmark.Item{
			Resource: names[(die+i)%len(names)], Status: status, Observed: "mfa_active is true", Expected: "mfa_active is true",
			Evidence: benchmark.Reference{File: file, Pointer: fmt.Sprintf("/credential_report/lines/%d", i+1)},
		}
		switch result.Population++; status {
		case benchmark.Passed:
			result.Passed++
		case benchmark.Failed:
			item.Observed = "mfa_active is false"
			switch result.Mark {
			case benchmark.Excepted:
				item.Exception = "EX-1"
			case benchmark.Mitigated:
				item.Mitigation = &benchmark.Mitigation{PolicyID: "p-12345678", PolicyName: "=deny leaving", NodeID: "ou-ab12-00000001", NodeName: "Workloads", Statement: "DenyAll"}
			default:
				item.Expired = "=EX-0"
			}
			result.Failed++
		case benchmark.NotAssessed:
			item.Observed, item.Gap = "", gap
			result.NotAssessed++
		}
		result.Items = append(result.Items, item)
	}
	return result
}

// sampleExceptions holds one exception in force and one that has expired.
func sampleExceptions() []benchmark.ExceptionUse {
	return []benchmark.ExceptionUse{{
		Exception: benchmark.Exception{
			ID: "EX-1", Controls: []string{"root-mfa", "user-mfa"}, Units: []string{"Workloads"}, Resources: []string{"*"},
			Justification: "The devices are ordered.", CompensatingControl: "An alarm on every use.", Owner: "platform", Approver: "CISO", Ticket: "RISK-1",
			Created: "2026-01-15", Expires: "2026-10-31",
		},
		State: benchmark.ExceptionExpiring, Items: 2, InAccounts: 1, Notes: []string{"expires on 2026-10-31, in 31 days"},
	}, {
		Exception: benchmark.Exception{
			ID: "=EX-0", Controls: []string{"root-mfa"}, Justification: "=1+1\x1b[31m", Owner: "platform", Approver: "CISO", Created: "2025-01-15", Expires: "2026-06-30",
		},
		State: benchmark.ExceptionExpired, Items: 3, InAccounts: 2, Reopened: 3, TooMuch: true, Notes: []string{"expired after 2026-06-30: 3 failing items open again", "another note"},
	}}
}

func sampleCredentials(a *Account, i int) []collect.CredentialRow {
	stamp := func(days int) collect.Stamp {
		t := sampleStart().AddDate(0, 0, -days)
		return collect.Stamp{Text: t.Format(time.RFC3339), Time: t}
	}
	none := collect.Stamp{Text: "N/A"}
	root := collect.CredentialRow{
		Line: 1, User: collect.RootUserName, ARN: "arn:aws:iam::" + a.ID + ":root", Created: stamp(900), PasswordEnabled: "not_supported",
		PasswordLastUsed: collect.Stamp{Text: "no_information"}, PasswordLastChanged: collect.Stamp{Text: "not_supported"}, PasswordNextRotation: collect.Stamp{Text: "not_supported"}, MFAActive: true,
	}
	for k := range root.Keys {
		root.Keys[k] = collect.CredentialKey{LastRotated: none, LastUsed: none, LastUsedRegion: "N/A", LastUsedService: "N/A"}
		root.Certificates[k].LastRotated = none
	}
	rows := []collect.CredentialRow{root}
	names := sampleNames()
	for u := range a.Users {
		row := root
		row.Line, row.User = u+2, names[(i+u)%len(names)]
		row.ARN = "arn:aws:iam::" + a.ID + ":user/" + row.User
		row.Created, row.PasswordEnabled, row.PasswordLastUsed, row.MFAActive = stamp(300+u), "true", stamp(u), u%2 == 0
		row.PasswordLastChanged, row.PasswordNextRotation = stamp(200), none
		row.Keys[0] = collect.CredentialKey{Active: true, LastRotated: stamp(120 - u), LastUsed: stamp(3), LastUsedRegion: "eu-central-1", LastUsedService: "s3"}
		rows = append(rows, row)
	}
	return rows
}

func samplePolicies(r *Report, a *Account) []BindingPolicy {
	row := BindingPolicy{
		AccountID: a.ID, AccountName: a.Name, Unit: a.Unit, Type: "SCP", NodeID: r.Units[0].ID, NodeName: "Root", Kind: "ROOT",
		PolicyID: "p-FullAWSAccess", PolicyName: "FullAWSAccess", AWSManaged: true, Binds: !a.Management,
	}
	deny := row
	deny.Level, deny.NodeID, deny.NodeName, deny.Kind = strings.Count(a.Unit, " / "), "ou-ab12-00000001", "Workloads", "ORGANIZATIONAL_UNIT"
	deny.PolicyID, deny.PolicyName, deny.AWSManaged = "p-12345678", "=deny leaving", false
	guard := row
	guard.Type, guard.PolicyID, guard.PolicyName = "RCP", "p-RCPFullAWSAccess", "RCPFullAWSAccess"
	return []BindingPolicy{row, deny, guard}
}
