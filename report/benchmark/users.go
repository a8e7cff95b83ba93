package benchmark

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
)

// passwordRotation judges the passwords that there are, whatever the password policy says:
// a policy that is new says nothing about the passwords of yesterday.
func passwordRotation() *Control {
	return &Control{
		ID: "password-rotation", Title: "Console passwords are at most 90 days old", Severity: Medium, Scope: AccountScope,
		Mitigation: (*Subject).quarantined,
		Finding:    "console passwords are too old",
		Why:        "A password that leaked unseen opens the console until it is changed.",
		Test:       "For every IAM user of the credential report with password_enabled true: the full days since password_last_changed are at most max_password_age.",
		Remedy:     "Let passwords expire by the account's password policy, or remove console passwords in favour of federation.",
		Needs:      []org.Section{collect.CredentialReportSection},
		Parameters: []string{"max_password_age"},
		Judge: eachUser(func(s *Subject, u *collect.CredentialRow) []Item {
			item := Item{
				Resource: u.ARN, Evidence: s.lineRef(u),
				Expected: fmt.Sprintf("a password that is at most %s old, or none", count(s.Parameters.MaxPasswordAge, "day")),
			}
			switch {
			case u.PasswordEnabled == "false":
				item.Status, item.Observed = Passed, "no console password"
			case u.PasswordEnabled != "true":
				item = s.unknown(item, collect.CredentialReportSection, passwordNotSaid)
			case !u.PasswordLastChanged.Known():
				item = s.unknown(item, collect.CredentialReportSection, "the credential report does not say when the password was changed")
			default:
				age, ok := s.reportAge(u.PasswordLastChanged.Time)
				if !ok {
					item = s.unknown(item, collect.CredentialReportSection, laterThanReport)
					break
				}
				item.Status = status(age <= s.Parameters.MaxPasswordAge)
				item.Observed = fmt.Sprintf("password last changed %s, %s before the report", u.PasswordLastChanged.Time.Format(time.DateOnly), count(age, "day"))
			}
			return []Item{item}
		}),
	}
}

// userHardwareMFA joins two lists instead of asking IAM for the devices of each user, which
// would cost a call a user: the credential report says whether a user has a device, and the
// list of virtual devices whose those are. What is left, with MFA on and no virtual device,
// is a security key or a hardware token; IAM has no fourth kind since AWS ended SMS MFA.
// A passkey that is synced between devices looks like a security key to every tool. A user
// with a virtual device beside a hardware one fails, since either lets them in.
func userHardwareMFA() *Control {
	return &Control{
		ID: "user-hardware-mfa", Title: "Users have hardware MFA", Severity: High, Scope: AccountScope,
		Mitigation: (*Subject).quarantined,
		Finding:    "users have no hardware MFA",
		Why:        "The codes of a virtual device can be phished and its secret copied; a security key answers the real site alone.",
		Test:       "For every IAM user of the credential report: mfa_active is true, and no device of iam:ListVirtualMFADevices has the user's ARN. With only_console_users, users with password_enabled false pass.",
		Remedy:     "Register a FIDO2 security key or a hardware token for the user and remove the virtual device.",
		Needs:      []org.Section{collect.CredentialReportSection, collect.VirtualMFASection},
		Parameters: []string{"only_console_users"},
		Judge: eachUser(func(s *Subject, u *collect.CredentialRow) []Item {
			item := Item{Resource: u.ARN, Expected: "hardware MFA, and no virtual device", Evidence: s.lineRef(u)}
			virtual := slices.IndexFunc(s.Evidence.VirtualMFADevices, func(d collect.VirtualMFADevice) bool { return d.UserARN == u.ARN })
			console := u.PasswordEnabled
			switch {
			case s.Parameters.OnlyConsoleUsers && console == "false":
				item.Status, item.Observed = Passed, "no console password"
			case u.MFAActive && virtual < 0:
				item.Status, item.Observed = Passed, "MFA is on and no virtual device belongs to the user"
			case s.Parameters.OnlyConsoleUsers && console != "true":
				item = s.unknown(item, collect.CredentialReportSection, passwordNotSaid)
			case virtual >= 0:
				item.Status, item.Observed = Failed, "a virtual MFA device belongs to the user"
				item.Evidence = s.ref("/virtual_mfa_devices/%d", virtual)
			default:
				item.Status, item.Observed = Failed, "no MFA"
			}
			return []Item{item}
		}),
	}
}

// userSharedName only asks: a name proves nothing. It compares without regard to case, as
// IAM does when it looks whether a name is taken.
func userSharedName() *Control {
	return &Control{
		ID: "user-shared-name", Title: "Every user is one person or one program", Severity: Low, Scope: AccountScope, Manual: true,
		Finding:    "users have names that look like shared ones",
		Why:        "What several people do under one name can be laid to none of them, and the password of a group is changed when nobody leaves.",
		Test:       "Ask the owner of the account about every IAM user of the credential report whose name matches one of shared_user_names: it belongs to one person or one program. Names that match none are not asked about.",
		Remedy:     "Give every person federated sign-in, or a user of their own; give programs roles.",
		Needs:      []org.Section{collect.CredentialReportSection},
		Parameters: []string{"shared_user_names"},
		Judge: func(s *Subject) Outcome {
			users := s.users()
			if len(users) == 0 {
				return notApplicable(noUsers)
			}
			var items []Item
			for i := range users {
				u := &users[i]
				glob := slices.IndexFunc(s.Parameters.SharedUserNames, func(glob string) bool {
					return policy.Match(strings.ToLower(glob), strings.ToLower(u.User))
				})
				if glob < 0 {
					continue
				}
				items = append(items, Item{
					Resource: u.ARN, Status: Passed, Evidence: s.lineRef(u), Expected: "the user of one person or one program",
					Observed: "the name matches " + s.Parameters.SharedUserNames[glob] + "; " + signIn(u),
				})
			}
			if len(items) == 0 {
				return notApplicable("no user has a name that looks shared")
			}
			return Outcome{Manual: true, Items: items, Reason: "ask who uses the users whose names look shared"}
		},
	}
}

// signIn says what a user can sign in with.
func signIn(u *collect.CredentialRow) string {
	password := map[string]string{"true": "a console password", "false": "no console password"}[u.PasswordEnabled]
	if password == "" {
		password = "perhaps a console password"
	}
	active := 0
	for _, k := range u.Keys {
		if k.Active {
			active++
		}
	}
	return password + ", " + count(active, "active access key")
}
