package benchmark

import (
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
)

// rootSigningCert judges by the credential report, which alone says whether a certificate
// is active: the account summary counts those that are there. It is told beside the
// verdict.
func rootSigningCert() *Control {
	return &Control{
		ID: "root-signing-cert", Title: "The root user has no active signing certificate", Severity: High, Scope: AccountScope,
		Mitigation: (*Subject).rootDenied,
		Finding:    "the root user has an active signing certificate",
		Why:        "A signing certificate is a key in another shape: it signs old kinds of requests as the root user and does not expire by itself.",
		Test:       "In the root row of the credential report, cert_1_active and cert_2_active are false. AccountSigningCertificatesPresent of the account summary is told and does not decide.",
		Remedy:     "Deactivate and delete the root user's X.509 signing certificates; give what used them a role.",
		Needs:      []org.Section{collect.CredentialReportSection},
		Uses:       []org.Section{collect.AccountSummarySection},
		Judge: func(s *Subject) Outcome {
			item := Item{Resource: s.root(), Expected: "no active signing certificate"}
			row := s.rootRow()
			if row == nil {
				return fromItem(s.noRootRow(item))
			}
			item.Evidence = s.lineRef(row)
			active := 0
			for _, c := range row.Certificates {
				if c.Active {
					active++
				}
			}
			item.Status = status(active == 0)
			item.Observed = count(active, "active signing certificate")
			if n, ok := s.summary("AccountSigningCertificatesPresent"); ok && n > 0 && active == 0 {
				item.Observed += "; the account summary counts one that is there"
			}
			return fromItem(item)
		},
	}
}

// rootMemberCredentials follows up on centralized root access: the feature prevents new
// root credentials and removes no old ones. Even an MFA device counts, since it is what is
// left of a root user that somebody set up by hand.
func rootMemberCredentials() *Control {
	return &Control{
		ID: "root-member-credentials", Title: "Member accounts hold no root credential", Severity: High, Scope: AccountScope,
		Mitigation:        (*Subject).rootDenied,
		Finding:           "root credentials are left although they are managed centrally",
		Why:               "Centralized root access makes the root credentials of members needless; one that is left can still be stolen.",
		Test:              "In member accounts of an organization with RootCredentialsManagement: AccountPasswordPresent, AccountAccessKeysPresent, AccountMFAEnabled and AccountSigningCertificatesPresent of the account summary are all 0. Does not apply to the management account, nor without the feature.",
		Remedy:            "Delete the account's root credentials from the management account or the delegated administrator of IAM.",
		Needs:             []org.Section{collect.AccountSummarySection},
		NeedsOrganization: []org.Section{org.SectionRootFeatures},
		Judge: func(s *Subject) Outcome {
			switch {
			case s.Organization.IsManagement(s.Account.ID):
				return notApplicable("centralized root access does not manage the root user of the management account")
			case !s.centralRootAccess():
				return notApplicable("root credentials of members are not managed centrally")
			}
			item := Item{Resource: s.root(), Expected: "no root credential", Evidence: s.ref("/account_summary")}
			var present, unsaid []string
			for _, c := range []struct{ key, name string }{
				{"AccountPasswordPresent", "password"},
				{"AccountAccessKeysPresent", "access key"},
				{"AccountMFAEnabled", "MFA device"},
				{"AccountSigningCertificatesPresent", "signing certificate"},
			} {
				n, ok := s.summary(c.key)
				switch {
				case !ok:
					unsaid = append(unsaid, c.key)
				case n > 0:
					present = append(present, c.name)
				}
			}
			switch {
			case len(present) > 0:
				item.Status, item.Observed = Failed, "the root user has: "+strings.Join(present, ", ")
			case len(unsaid) > 0:
				item = s.unknown(item, collect.AccountSummarySection, "the account summary does not hold "+strings.Join(unsaid, ", "))
			default:
				item.Status, item.Observed = Passed, "no root credential"
			}
			return fromItem(item)
		},
	}
}
