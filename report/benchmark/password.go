package benchmark

import (
	"fmt"

	"orgaudit/collect"
	"orgaudit/org"
)

func passwordMinLength() *Control {
	return &Control{
		ID: "password-min-length", Title: "Passwords have at least 14 characters", Severity: Medium, Scope: AccountScope,
		Finding:    "the password policy allows short passwords",
		Why:        "Short passwords can be guessed; length resists guessing more than any other rule of composition.",
		Test:       "In the account's password policy, MinimumPasswordLength is at least min_length. Without a policy of its own the account has AWS's default of 8. Does not apply where no IAM user has a console password.",
		Remedy:     "Set the minimum password length in the account's password policy, or remove console passwords in favour of federation.",
		Needs:      []org.Section{collect.PasswordPolicySection},
		Uses:       []org.Section{collect.CredentialReportSection},
		Parameters: []string{"min_length", "password_policy_always"},
		Judge: func(s *Subject) Outcome {
			return s.passwordPolicy("minimum_length", fmt.Sprintf("at least %d characters", s.Parameters.MinLength), defaultOfLength,
				func(p *collect.PasswordPolicy) (bool, string) {
					return int(p.MinimumLength) >= s.Parameters.MinLength, fmt.Sprintf("at least %d characters", p.MinimumLength)
				})
		},
	}
}

func passwordReuse() *Control {
	return &Control{
		ID: "password-reuse", Title: "The last 24 passwords cannot be used again", Severity: Medium, Scope: AccountScope,
		Finding:    "old passwords may be used again",
		Why:        "A password that comes back after a change may be known to others already.",
		Test:       "In the account's password policy, PasswordReusePrevention is at least reuse. Without a policy of its own the account remembers none. Does not apply where no IAM user has a console password.",
		Remedy:     "Set password reuse prevention in the account's password policy, or remove console passwords in favour of federation.",
		Needs:      []org.Section{collect.PasswordPolicySection},
		Uses:       []org.Section{collect.CredentialReportSection},
		Parameters: []string{"reuse", "password_policy_always"},
		Judge: func(s *Subject) Outcome {
			return s.passwordPolicy("reuse_prevention", fmt.Sprintf("remembers %d passwords", s.Parameters.Reuse), defaultOfLength,
				func(p *collect.PasswordPolicy) (bool, string) {
					return int(p.ReusePrevention) >= s.Parameters.Reuse, fmt.Sprintf("remembers %d passwords", p.ReusePrevention)
				})
		},
	}
}

// defaultOfLength says what AWS's default asks of the length of passwords, and remembers of
// old ones.
const defaultOfLength = "of 8 characters and no memory"

// passwordPolicy judges one setting of the account's password policy; byDefault says what
// AWS's default is where the account has no policy of its own. Where the credential report
// shows that nobody has a password the policy binds nobody.
func (s *Subject) passwordPolicy(setting, expected, byDefault string, judge func(*collect.PasswordPolicy) (ok bool, observed string)) Outcome {
	if !s.Parameters.PasswordPolicyAlways && s.has(collect.CredentialReportSection) && !s.anyConsoleUser() {
		return notApplicable("no IAM user has a console password")
	}
	p := s.Evidence.PasswordPolicy
	item := Item{
		Resource: fmt.Sprintf("password policy of account %s", s.Account.ID),
		Expected: expected, Evidence: s.ref("/password_policy/%s", setting),
	}
	if !p.Present {
		item.Status, item.Observed = Failed, "no password policy of its own: AWS's default "+byDefault+" applies"
		item.Evidence = s.ref("/password_policy/present")
		return fromItem(item)
	}
	ok, observed := judge(p)
	item.Status, item.Observed = status(ok), observed
	return fromItem(item)
}

// anyConsoleUser tells whether an IAM user has a password, or may have one.
func (s *Subject) anyConsoleUser() bool {
	for _, u := range s.users() {
		if u.PasswordEnabled != "false" {
			return true
		}
	}
	return false
}
