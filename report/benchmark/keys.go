package benchmark

import (
	"fmt"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
)

// userNoInitialAccessKey takes a key that was never used for one that was made along with
// the user and that nobody needs. Tools that compare the times of both instead miss keys
// that were made a minute later, and one of them every second key. The root user's keys are
// judged by root-no-access-key.
func userNoInitialAccessKey() *Control {
	return &Control{
		ID: "user-no-initial-access-key", Title: "Console users have no access key that was never used", Severity: Medium, Scope: AccountScope,
		Mitigation: (*Subject).quarantined,
		Finding:    "console users have access keys that were never used",
		Why:        "A key that was made with the user, just in case, lies about and is missed by nobody when it leaks.",
		Test:       "For every IAM user of the credential report with password_enabled true and each active access key: access_key_N_last_used_date is a date.",
		Remedy:     "Delete the key; make one only when a program needs it and cannot have a role.",
		Needs:      []org.Section{collect.CredentialReportSection},
		Judge: eachUser(func(s *Subject, u *collect.CredentialRow) []Item {
			const expected = "no active access key that was never used beside a console password"
			var items []Item
			for i, k := range u.Keys {
				if u.PasswordEnabled == "false" || !k.Active {
					continue
				}
				item := Item{Resource: fmt.Sprintf("%s/access-key-%d", u.ARN, i+1), Expected: expected, Evidence: s.lineRef(u)}
				switch {
				case k.LastUsed.Known():
					item.Status, item.Observed = Passed, "last used "+k.LastUsed.Time.Format(time.DateOnly)
				case u.PasswordEnabled == "true":
					item.Status, item.Observed = Failed, "active, never used, and its user has a console password"
				default:
					item = s.unknown(item, collect.CredentialReportSection, passwordNotSaid)
				}
				items = append(items, item)
			}
			if len(items) == 0 {
				item := Item{Resource: u.ARN, Status: Passed, Observed: "no active access key", Expected: expected, Evidence: s.lineRef(u)}
				if u.PasswordEnabled == "false" {
					item.Observed = "no console password"
				}
				items = []Item{item}
			}
			return items
		}),
	}
}

// userKeyUnused is the part of user-credentials-unused that is about access keys, for
// benchmarks that judge keys by themselves. A benchmark that has both counts an unused key
// twice. A key that was never used counts from the day it was made, and the second key
// counts as the first does.
func userKeyUnused() *Control {
	return &Control{
		ID: "user-key-unused", Title: "Access keys unused for 45 days are deactivated", Severity: Medium, Scope: AccountScope,
		Mitigation: (*Subject).quarantined,
		Finding:    "access keys that nobody uses are still active",
		Why:        "Nobody notices when a key that nobody uses is stolen.",
		Test:       "For every IAM user of the credential report and each active access key: the full days since access_key_N_last_used_date, or since access_key_N_last_rotated where it was never used, are below max_unused_access_keys_days.",
		Remedy:     "Deactivate the access key, and delete it when nobody misses it.",
		Needs:      []org.Section{collect.CredentialReportSection},
		Parameters: []string{"max_unused_access_keys_days"},
		Judge: eachUser(func(s *Subject, u *collect.CredentialRow) []Item {
			items := s.unusedKeys(u)
			if len(items) == 0 {
				items = []Item{{
					Resource: u.ARN, Status: Passed, Observed: "no active access key",
					Expected: "no unused access key", Evidence: s.lineRef(u),
				}}
			}
			return items
		}),
	}
}

// userKey365 judges inactive keys too: one call makes them active again. The credential
// report has no column that says that a key exists; a date in access_key_N_last_rotated
// says it. AWS promises that date for active keys only ("Generate credential reports for
// your AWS account", IAM User Guide), so that an inactive key without it is not seen; and
// since the date is that of the last change of state, a key can be older than it seems.
func userKey365() *Control {
	return &Control{
		ID: "user-key-365", Title: "Access keys, also inactive ones, are younger than a year", Severity: Medium, Scope: AccountScope,
		Mitigation: (*Subject).quarantined,
		Finding:    "access keys are a year old or older",
		Why:        "A key of last year stands in backups, old laptops and logs; while it is only inactive, one call brings it back.",
		Test:       "For every IAM user of the credential report and each access key that is active or has a date in access_key_N_last_rotated: the full days since that date are below max_key_lifetime_days.",
		Remedy:     "Delete the key; replace it by a role, or by a new key where a role is not possible.",
		Needs:      []org.Section{collect.CredentialReportSection},
		Parameters: []string{"max_key_lifetime_days"},
		Judge: eachUser(func(s *Subject, u *collect.CredentialRow) []Item {
			expected := fmt.Sprintf("made, or last changed, less than %d days ago", s.Parameters.MaxKeyLifetimeDays)
			return s.keyAges(u, expected, "no access key",
				func(k collect.CredentialKey) bool { return k.Active || k.LastRotated.Known() },
				func(k collect.CredentialKey, age int) (bool, string) {
					state := "inactive"
					if k.Active {
						state = "active"
					}
					return age < s.Parameters.MaxKeyLifetimeDays, state + ", "
				})
		}),
	}
}

// userConsoleAndKeys asks whether one user is both a person and a program.
func userConsoleAndKeys() *Control {
	return &Control{
		ID: "user-console-and-keys", Title: "Console users have no access keys", Severity: Low, Scope: AccountScope,
		Mitigation: (*Subject).quarantined,
		Finding:    "users have both a console password and access keys",
		Why:        "A user who signs in and whose keys run programs cannot be watched, limited or removed as either; a person who needs the command line can have credentials that expire.",
		Test:       "For every IAM user of the credential report: password_enabled is false, or access_key_1_active and access_key_2_active are both false.",
		Remedy:     "Give people federated sign-in, which serves the command line too, and programs roles; then delete the password or the keys.",
		Needs:      []org.Section{collect.CredentialReportSection},
		Judge: eachUser(func(s *Subject, u *collect.CredentialRow) []Item {
			item := Item{Resource: u.ARN, Expected: "a console password or access keys, not both", Evidence: s.lineRef(u)}
			active := 0
			for _, k := range u.Keys {
				if k.Active {
					active++
				}
			}
			keys := count(active, "active access key")
			switch {
			case active == 0:
				item.Status, item.Observed = Passed, "no active access key"
			case u.PasswordEnabled == "false":
				item.Status, item.Observed = Passed, "no console password"
			case u.PasswordEnabled == "true":
				item.Status, item.Observed = Failed, "a console password and "+keys
			default:
				item = s.unknown(item, collect.CredentialReportSection, keys+"; "+passwordNotSaid)
			}
			return []Item{item}
		}),
	}
}
