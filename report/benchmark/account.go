package benchmark

import (
	"strings"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
)

// accountSecurityContact says whether the contact is set and complete, never what it is:
// it is personal data.
func accountSecurityContact() *Control {
	return &Control{
		ID: "account-security-contact", Title: "A security contact is set", Severity: Medium, Scope: AccountScope,
		Finding:    "no security contact is set",
		Why:        "AWS warns the security contact of abuse and leaked keys; without one the warning goes to a mailbox that nobody in security reads.",
		Test:       "account:GetAlternateContact for SECURITY returns a contact with a name, an e-mail address and a telephone number; the address is expected_security_email where that is set.",
		Remedy:     "Set the alternate contact for security, for all accounts at once from the management account.",
		Needs:      []org.Section{collect.ContactsSection},
		Parameters: []string{"expected_security_email"},
		Partition:  withoutAlternateContacts,
		Judge: func(s *Subject) Outcome {
			item := Item{
				Resource: "security contact of account " + s.Account.ID,
				Expected: "a name, an e-mail address and a telephone number", Evidence: s.readRef(collect.ContactsSection, ""),
			}
			expected := s.Parameters.ExpectedSecurityEmail
			for i, c := range s.Evidence.Contacts {
				if c.Type != "SECURITY" {
					continue
				}
				item.Evidence = s.ref("/alternate_contacts/%d", i)
				switch {
				case c.Name == "" || c.Email == "" || c.Phone == "":
					item.Status, item.Observed = Failed, "the contact is set in part"
				case expected != "" && !strings.EqualFold(c.Email, expected):
					item.Status, item.Observed = Failed, "the contact has another e-mail address than expected"
				default:
					item.Status, item.Observed = Passed, "the contact is set"
				}
				return fromItem(item)
			}
			item.Status, item.Observed = Failed, "no security contact is set"
			return fromItem(item)
		},
	}
}

// accountAlias asks for any alias; which one is a matter of taste.
func accountAlias() *Control {
	return &Control{
		ID: "account-alias", Title: "The account has an alias", Severity: Low, Scope: AccountScope,
		Finding: "the account has no alias",
		Why:     "With an alias in the sign-in address people see which account they are about to enter, and a false page is easier to notice.",
		Test:    "iam:ListAccountAliases returns an alias.",
		Remedy:  "Set an account alias that names the company and the account's purpose.",
		Needs:   []org.Section{collect.AliasSection},
		Judge: func(s *Subject) Outcome {
			item := Item{
				Resource: "alias of account " + s.Account.ID, Status: Failed, Expected: "an alias",
				Observed: "no alias", Evidence: s.readRef(collect.AliasSection, ""),
			}
			if len(s.Evidence.Aliases) > 0 {
				item.Status, item.Observed = Passed, "the alias is "+s.Evidence.Aliases[0]
				item.Evidence = s.ref("/account_aliases/0")
			}
			return fromItem(item)
		},
	}
}

// accountSecurityQuestions is kept for old versions of CIS: AWS has retired the questions,
// and no interface ever told whether they were set. Its one fact is whether there is a root
// password that they could help to recover.
func accountSecurityQuestions() *Control {
	return &Control{
		ID: "account-security-questions", Title: "Security questions are set", Severity: Medium, Scope: AccountScope, Manual: true,
		Finding:  "security questions are not known to be set",
		Why:      "The questions helped AWS to know the owner of an account who had lost the root user's password. AWS has retired them; keep the root user's mailbox and telephone number current instead.",
		Test:     "Sign in as the root user and look at the account's page for security challenge questions, where the account still shows them. No interface tells. The account summary or the credential report says whether the root user has a password.",
		Remedy:   "Set the questions where the account still has them, and store the answers as the root password is stored.",
		NeedsAny: []org.Section{collect.AccountSummarySection, collect.CredentialReportSection},
		Judge: func(s *Subject) Outcome {
			r := s.rootCredentials()
			item := Item{
				Resource: s.root(), Status: Passed, Expected: "a person says that security questions are set, or that the account has none",
				Observed: "whether the root user has a password is not known", Evidence: r.evidence,
			}
			if r.password.ok {
				item.Observed = "the root user has no password"
			}
			if r.password.yes {
				item.Observed = "the root user has a password"
			}
			return Outcome{Manual: true, Items: []Item{item}, Reason: "no interface tells whether security questions are set; look in the console where the account still has them"}
		},
	}
}

// serverCertExpired compares with the moment at which the certificates were listed.
func serverCertExpired() *Control {
	return &Control{
		ID: "server-cert-expired", Title: "No expired certificate is kept in IAM", Severity: High, Scope: AccountScope,
		Finding: "expired certificates are kept in IAM",
		Why:     "An expired certificate can be put on a load balancer by mistake, and breaks what it serves.",
		Test:    "For every server certificate that IAM lists: its expiration is after the time of the list.",
		Remedy:  "Delete the certificate; use AWS Certificate Manager for new ones.",
		Needs:   []org.Section{collect.ServerCertificatesSection},
		Judge: func(s *Subject) Outcome {
			if len(s.Evidence.ServerCertificates) == 0 {
				return notApplicable("IAM holds no server certificate")
			}
			now := s.Evidence.ReadAt(collect.ServerCertificatesSection)
			var items []Item
			for i, c := range s.Evidence.ServerCertificates {
				item := Item{
					Resource: c.ARN, Status: status(c.Expires.After(now)), Expected: "not expired",
					Observed: "expires " + c.Expires.Format(time.DateTime) + " UTC",
					Evidence: s.ref("/server_certificates/%d/expires", i),
				}
				if c.Expires.IsZero() {
					items = append(items, s.unknown(item, collect.ServerCertificatesSection, "IAM does not say when the certificate expires"))
					continue
				}
				if item.Status == Failed {
					item.Observed = "expired " + c.Expires.Format(time.DateTime) + " UTC"
				}
				items = append(items, item)
			}
			return Outcome{Items: items}
		},
	}
}
