package benchmark

import (
	"fmt"
	"slices"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
)

const (
	noUsers         = "the account has no IAM user"
	passwordNotSaid = "the credential report does not say whether the user has a password"
)

// eachUser makes a control of one function on every IAM user of the credential report.
// The root user has controls of its own.
func eachUser(judge func(s *Subject, u *collect.CredentialRow) []Item) func(*Subject) Outcome {
	return func(s *Subject) Outcome {
		users := s.users()
		if len(users) == 0 {
			return notApplicable(noUsers)
		}
		var items []Item
		for i := range users {
			items = append(items, judge(s, &users[i])...)
		}
		return Outcome{Items: items}
	}
}

func userConsoleMFA() *Control {
	return &Control{
		ID: "user-console-mfa", Title: "Console users have MFA", Severity: High, Scope: AccountScope,
		Mitigation: (*Subject).quarantined,
		Finding:    "users with a console password have no MFA",
		Why:        "A password that was phished or reused opens the console; a second factor keeps it shut.",
		Test:       "For every IAM user of the credential report: password_enabled is false or mfa_active is true. The root row is judged elsewhere.",
		Remedy:     "Let the user register an MFA device, or remove the console password.",
		Needs:      []org.Section{collect.CredentialReportSection},
		Judge: eachUser(func(s *Subject, u *collect.CredentialRow) []Item {
			item := Item{Resource: u.ARN, Expected: "MFA, or no console password", Evidence: s.lineRef(u)}
			switch {
			case u.PasswordEnabled == "not_supported":
				return []Item{s.unknown(item, collect.CredentialReportSection, passwordNotSaid)}
			case u.PasswordEnabled == "false":
				item.Status, item.Observed = Passed, "no console password"
			case u.MFAActive:
				item.Status, item.Observed = Passed, "console password with MFA"
			default:
				item.Status, item.Observed = Failed, "console password without MFA"
			}
			return []Item{item}
		}),
	}
}

// userCredentialsUnused counts a credential that was never used from the day it was made:
// other tools pass it for ever or fail it on its first day.
func userCredentialsUnused() *Control {
	return &Control{
		ID: "user-credentials-unused", Title: "Credentials unused for 45 days are disabled", Severity: Medium, Scope: AccountScope,
		Mitigation: (*Subject).quarantined,
		Finding:    "credentials that nobody uses are still enabled",
		Why:        "Nobody notices when a credential that nobody uses is stolen.",
		Test:       "For every IAM user of the credential report and each enabled password and active access key: the full days since its last use, or since it was last changed or rotated where it was never used, are below the parameter.",
		Remedy:     "Deactivate the access key or remove the console password, and delete it when nobody misses it.",
		Needs:      []org.Section{collect.CredentialReportSection},
		Parameters: []string{"max_console_access_days", "max_unused_access_keys_days"},
		Judge: eachUser(func(s *Subject, u *collect.CredentialRow) []Item {
			var items []Item
			switch u.PasswordEnabled {
			case "true":
				items = append(items, s.unused(u, "console password", "password", u.PasswordLastUsed, u.PasswordLastChanged, s.Parameters.MaxConsoleAccessDays))
			case "not_supported":
				item := Item{Resource: u.ARN + "/password", Expected: "no unused credential", Evidence: s.lineRef(u)}
				items = append(items, s.unknown(item, collect.CredentialReportSection, passwordNotSaid))
			}
			items = append(items, s.unusedKeys(u)...)
			if len(items) == 0 {
				items = []Item{{
					Resource: u.ARN, Status: Passed, Observed: "no enabled credential",
					Expected: "no unused credential", Evidence: s.lineRef(u),
				}}
			}
			return items
		}),
	}
}

// unusedKeys judges every active access key of a user.
func (s *Subject) unusedKeys(u *collect.CredentialRow) []Item {
	var items []Item
	for i, k := range u.Keys {
		if k.Active {
			items = append(items, s.unused(u, fmt.Sprintf("access key %d", i+1), fmt.Sprintf("access-key-%d", i+1), k.LastUsed, k.LastRotated, s.Parameters.MaxUnusedAccessKeysDays))
		}
	}
	return items
}

// unused judges one enabled credential of a user.
func (s *Subject) unused(u *collect.CredentialRow, what, suffix string, used, made collect.Stamp, limit int) Item {
	item := Item{
		Resource: u.ARN + "/" + suffix, Evidence: s.lineRef(u),
		Expected: fmt.Sprintf("used, or made, less than %d days ago", limit),
	}
	verb, since := "last used", used
	if !since.Known() {
		verb, since = "never used, last changed", made
	}
	if !since.Known() {
		verb, since = "never used, its user created", u.Created
	}
	if !since.Known() {
		return s.unknown(item, collect.CredentialReportSection, what+": the credential report holds no date")
	}
	age, ok := s.reportAge(since.Time)
	if !ok {
		return s.unknown(item, collect.CredentialReportSection, what+": "+laterThanReport)
	}
	item.Status = status(age < limit)
	item.Observed = fmt.Sprintf("%s %s %s, %s before the report", what, verb, since.Time.Format(time.DateOnly), count(age, "day"))
	return item
}

const laterThanReport = "the credential report holds a date that is later than the report itself"

// reportAge is the age of a date of the credential report in full days, or false where the
// date is a day or more later than the report: then one of the two is wrong, and nobody
// knows which. Less than a day may be a difference of clocks.
func (s *Subject) reportAge(since time.Time) (int, bool) {
	age := days(since, s.Evidence.CredentialReport.GeneratedAt)
	return max(age, 0), age >= 0
}

// keyAges judges the age of those access keys of a user that are of a kind. Judge returns
// whether a key is young enough, and what to say before its date. A user without such a key
// passes as none.
func (s *Subject) keyAges(u *collect.CredentialRow, expected, none string, of func(collect.CredentialKey) bool, judge func(collect.CredentialKey, int) (bool, string)) []Item {
	var items []Item
	for i, k := range u.Keys {
		if !of(k) {
			continue
		}
		item := Item{Resource: fmt.Sprintf("%s/access-key-%d", u.ARN, i+1), Expected: expected, Evidence: s.lineRef(u)}
		age, sound := s.reportAge(k.LastRotated.Time)
		switch {
		case !k.LastRotated.Known():
			item = s.unknown(item, collect.CredentialReportSection, "the credential report holds no date for the key")
		case !sound:
			item = s.unknown(item, collect.CredentialReportSection, laterThanReport)
		default:
			young, state := judge(k, age)
			item.Status = status(young)
			item.Observed = fmt.Sprintf("%smade or last changed %s, %s before the report", state, k.LastRotated.Time.Format(time.DateOnly), count(age, "day"))
		}
		items = append(items, item)
	}
	if len(items) == 0 {
		items = []Item{{Resource: u.ARN, Status: Passed, Observed: none, Expected: expected, Evidence: s.lineRef(u)}}
	}
	return items
}

func userSingleActiveKey() *Control {
	return &Control{
		ID: "user-single-active-key", Title: "Users have one active access key at most", Severity: Medium, Scope: AccountScope,
		Mitigation: (*Subject).quarantined,
		Finding:    "users have two active access keys",
		Why:        "A second active key doubles what can leak, and often is an old key that nobody dared to remove.",
		Test:       "For every IAM user of the credential report: access_key_1_active and access_key_2_active are not both true.",
		Remedy:     "Find out which key is in use, move every user of the other one, and deactivate it.",
		Needs:      []org.Section{collect.CredentialReportSection},
		Judge: eachUser(func(s *Subject, u *collect.CredentialRow) []Item {
			active := 0
			for _, k := range u.Keys {
				if k.Active {
					active++
				}
			}
			return []Item{{
				Resource: u.ARN, Status: status(active < 2), Evidence: s.lineRef(u),
				Observed: count(active, "active access key"), Expected: "at most 1 active access key",
			}}
		}),
	}
}

// accessKeyRotation judges by last_rotated of the credential report, which is the day on
// which the key was made or its state last changed. The day on which it was made alone
// would cost one call for every user.
func accessKeyRotation() *Control {
	return &Control{
		ID: "access-key-rotation", Title: "Active access keys are at most 90 days old", Severity: Medium, Scope: AccountScope,
		Mitigation: (*Subject).quarantined,
		Finding:    "active access keys are too old",
		Why:        "The older a key, the more places it was copied to; rotation ends what leaked unseen.",
		Test:       "For every IAM user of the credential report and each active access key: the full days since access_key_N_last_rotated are at most max_key_age_days. Inactive keys are not judged.",
		Remedy:     "Make a second key, move its users, and delete the old one; or replace the key by a role.",
		Needs:      []org.Section{collect.CredentialReportSection},
		Parameters: []string{"max_key_age_days"},
		Judge: eachUser(func(s *Subject, u *collect.CredentialRow) []Item {
			expected := fmt.Sprintf("at most %d days old", s.Parameters.MaxKeyAgeDays)
			return s.keyAges(u, expected, "no active access key",
				func(k collect.CredentialKey) bool { return k.Active },
				func(_ collect.CredentialKey, age int) (bool, string) { return age <= s.Parameters.MaxKeyAgeDays, "" })
		}),
	}
}

// rootRow is the row of the root user in the credential report, or nil.
func (s *Subject) rootRow() *collect.CredentialRow {
	for i := range s.Credentials {
		if s.Credentials[i].IsRoot() {
			return &s.Credentials[i]
		}
	}
	return nil
}

// users are the rows of the credential report without the root user's, which AWS writes first.
// The caller must not change them.
func (s *Subject) users() []collect.CredentialRow {
	rows := s.Credentials
	if len(rows) > 0 && rows[0].IsRoot() {
		rows = rows[1:]
	}
	isRoot := func(r collect.CredentialRow) bool { return r.IsRoot() }
	if slices.ContainsFunc(rows, isRoot) {
		return slices.DeleteFunc(slices.Clone(rows), isRoot)
	}
	return rows
}

// lineRef is the place of a row of the credential report.
func (s *Subject) lineRef(r *collect.CredentialRow) Reference {
	return s.ref("/credential_report/lines/%d", r.Line)
}
