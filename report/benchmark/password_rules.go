package benchmark

import (
	"fmt"

	"orgaudit/collect"
	"orgaudit/org"
)

// defaultOfCharacters says what AWS's default asks of the characters of a password
// ("Set an account password policy for IAM users", IAM User Guide). It asks for none of
// the kinds by itself, so that an account without a policy of its own fails for each.
const defaultOfCharacters = "of any three kinds of characters"

func passwordLowercase() *Control {
	return &Control{
		ID: "password-lowercase", Title: "Passwords need a lower-case letter", Severity: Low, Scope: AccountScope,
		Finding:    "the password policy asks for no lower-case letter",
		Why:        "A rule of composition keeps out the shortest lists of guesses, such as those of digits alone.",
		Test:       "In the account's password policy, RequireLowercaseCharacters is true. Without a policy of its own the account has AWS's default, which does not ask for it. Does not apply where no IAM user has a console password.",
		Remedy:     "Ask for a lower-case letter in the account's password policy, or remove console passwords in favour of federation.",
		Needs:      []org.Section{collect.PasswordPolicySection},
		Uses:       []org.Section{collect.CredentialReportSection},
		Parameters: []string{"password_policy_always"},
		Judge: func(s *Subject) Outcome {
			return s.passwordCharacters("require_lowercase", "a lower-case letter", func(p *collect.PasswordPolicy) bool { return p.RequireLowercase })
		},
	}
}

func passwordUppercase() *Control {
	return &Control{
		ID: "password-uppercase", Title: "Passwords need an upper-case letter", Severity: Medium, Scope: AccountScope,
		Finding:    "the password policy asks for no upper-case letter",
		Why:        "Words in lower case stand first in every list of guesses.",
		Test:       "In the account's password policy, RequireUppercaseCharacters is true. Without a policy of its own the account has AWS's default, which does not ask for it. Does not apply where no IAM user has a console password.",
		Remedy:     "Ask for an upper-case letter in the account's password policy, or remove console passwords in favour of federation.",
		Needs:      []org.Section{collect.PasswordPolicySection},
		Uses:       []org.Section{collect.CredentialReportSection},
		Parameters: []string{"password_policy_always"},
		Judge: func(s *Subject) Outcome {
			return s.passwordCharacters("require_uppercase", "an upper-case letter", func(p *collect.PasswordPolicy) bool { return p.RequireUppercase })
		},
	}
}

func passwordNumber() *Control {
	return &Control{
		ID: "password-number", Title: "Passwords need a digit", Severity: Medium, Scope: AccountScope,
		Finding:    "the password policy asks for no digit",
		Why:        "Plain words stand first in every list of guesses.",
		Test:       "In the account's password policy, RequireNumbers is true. Without a policy of its own the account has AWS's default, which does not ask for it. Does not apply where no IAM user has a console password.",
		Remedy:     "Ask for a digit in the account's password policy, or remove console passwords in favour of federation.",
		Needs:      []org.Section{collect.PasswordPolicySection},
		Uses:       []org.Section{collect.CredentialReportSection},
		Parameters: []string{"password_policy_always"},
		Judge: func(s *Subject) Outcome {
			return s.passwordCharacters("require_numbers", "a digit", func(p *collect.PasswordPolicy) bool { return p.RequireNumbers })
		},
	}
}

func passwordSymbol() *Control {
	return &Control{
		ID: "password-symbol", Title: "Passwords need a symbol", Severity: Medium, Scope: AccountScope,
		Finding:    "the password policy asks for no symbol",
		Why:        "Passwords of letters and digits alone are guessed sooner than others of the same length.",
		Test:       "In the account's password policy, RequireSymbols is true. Without a policy of its own the account has AWS's default, which does not ask for it. Does not apply where no IAM user has a console password.",
		Remedy:     "Ask for a symbol in the account's password policy, or remove console passwords in favour of federation.",
		Needs:      []org.Section{collect.PasswordPolicySection},
		Uses:       []org.Section{collect.CredentialReportSection},
		Parameters: []string{"password_policy_always"},
		Judge: func(s *Subject) Outcome {
			return s.passwordCharacters("require_symbols", "a symbol", func(p *collect.PasswordPolicy) bool { return p.RequireSymbols })
		},
	}
}

// passwordCharacters judges whether the password policy asks for one kind of characters.
func (s *Subject) passwordCharacters(setting, kind string, asks func(*collect.PasswordPolicy) bool) Outcome {
	return s.passwordPolicy(setting, kind+" is needed", defaultOfCharacters, func(p *collect.PasswordPolicy) (bool, string) {
		if asks(p) {
			return true, kind + " is needed"
		}
		return false, kind + " is not needed"
	})
}

// passwordExpiry judges the policy; whether passwords are older than that today is judged
// by password-rotation. CIS has dropped expiry, AWS's best practices and many companies
// have not.
func passwordExpiry() *Control {
	return &Control{
		ID: "password-expiry", Title: "Passwords expire within 90 days", Severity: Medium, Scope: AccountScope,
		Finding:    "the password policy lets passwords live too long",
		Why:        "A password that leaked unseen opens the console until it is changed.",
		Test:       "In the account's password policy, MaxPasswordAge is set and at most max_password_age. Without a policy of its own the account has AWS's default, in which passwords never expire. Does not apply where no IAM user has a console password.",
		Remedy:     "Set the password expiration in the account's password policy, or remove console passwords in favour of federation.",
		Needs:      []org.Section{collect.PasswordPolicySection},
		Uses:       []org.Section{collect.CredentialReportSection},
		Parameters: []string{"max_password_age", "password_policy_always"},
		Judge: func(s *Subject) Outcome {
			expected := fmt.Sprintf("passwords expire after %s at most", count(s.Parameters.MaxPasswordAge, "day"))
			return s.passwordPolicy("max_age_days", expected, "without expiry", func(p *collect.PasswordPolicy) (bool, string) {
				if p.MaxAgeDays <= 0 {
					return false, "passwords never expire"
				}
				age := int(p.MaxAgeDays)
				return age <= s.Parameters.MaxPasswordAge, "passwords expire after " + count(age, "day")
			})
		},
	}
}

// passwordAllowChange looks at the account's setting alone. A policy that gives
// iam:ChangePassword to some users does not change the verdict: the practice is that every
// user can, without anybody's help.
func passwordAllowChange() *Control {
	return &Control{
		ID: "password-allow-change", Title: "Users may change their own password", Severity: Low, Scope: AccountScope,
		Finding:    "users may not change their own password",
		Why:        "Who suspects that a password is known to others must be able to change it at once, and a first password is known to whoever set it.",
		Test:       "In the account's password policy, AllowUsersToChangePassword is true. Without a policy of its own the account does not allow it. Does not apply where no IAM user has a console password.",
		Remedy:     "Allow users to change their own password in the account's password policy, or remove console passwords in favour of federation.",
		Needs:      []org.Section{collect.PasswordPolicySection},
		Uses:       []org.Section{collect.CredentialReportSection},
		Parameters: []string{"password_policy_always"},
		Judge: func(s *Subject) Outcome {
			const may = "users may change their own password"
			return s.passwordPolicy("allow_users_to_change", may, "without that right", func(p *collect.PasswordPolicy) (bool, string) {
				if p.AllowChange {
					return true, may
				}
				return false, "users may not change their own password"
			})
		},
	}
}
