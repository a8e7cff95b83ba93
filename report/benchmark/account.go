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
		Partition: func(p org.Partition) (Outcome, bool) {
			return Outcome{Manual: true, Reason: "this partition has no interface for alternate contacts; look in the console"}, !p.AlternateContacts
		},
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
