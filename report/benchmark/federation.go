package benchmark

import (
	"fmt"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
)

// identityCenterService is the service principal of IAM Identity Center.
const identityCenterService = "sso.amazonaws.com"

// usersCentralized decides what CIS leaves to a person: whether people can sign in through
// federation, and whether anybody still signs in past it. A SAML provider counts, that of
// Identity Center (AWSSSO_…) like any other; so do a role that Identity Center keeps in the
// account and Identity Center's trusted access to the organization. OpenID Connect providers
// do not: they serve programs, such as pipelines, far more often than people. Prowler passes
// an account for its SAML provider alone, however many console users it has.
func usersCentralized() *Control {
	return &Control{
		ID: "users-centralized", Title: "People sign in through federation", Severity: Low, Scope: AccountScope,
		Finding:    "people sign in as users of the account",
		Why:        "Who leaves the company loses federated access everywhere at once; a user of one account is forgotten there.",
		Test:       "iam:ListSAMLProviders returns a provider, or a role named AWSReservedSSO_* exists, or the organization gives sso.amazonaws.com trusted access; and in the credential report no IAM user has password_enabled true, but those whose name matches allow_console_users.",
		Remedy:     "Give people access through IAM Identity Center or your identity provider, and remove the console passwords of users; name break-glass users in allow_console_users.",
		Needs:      []org.Section{collect.IdentityProvidersSection, collect.CredentialReportSection},
		Uses:       []org.Section{collect.AuthorizationSection},
		Parameters: []string{"allow_console_users"},
		Judge: func(s *Subject) Outcome {
			items := []Item{s.federation()}
			users := s.users()
			for i := range users {
				u := &users[i]
				item := Item{Resource: u.ARN, Expected: "no console password", Evidence: s.lineRef(u)}
				switch {
				case u.PasswordEnabled == "false":
					continue
				case matchesAny(s.Parameters.AllowConsoleUsers, u.User):
					item.Status, item.Observed = Passed, "allow_console_users allows a console password"
				case u.PasswordEnabled == "true":
					item.Status, item.Observed = Failed, "console password"
				default:
					item = s.unknown(item, collect.CredentialReportSection, passwordNotSaid)
				}
				items = append(items, item)
			}
			return Outcome{Items: items}
		},
	}
}

// federation looks for a way by which people can sign in without a user of the account.
// Any that is known decides; without one, a place that could not be looked at leaves it open.
func (s *Subject) federation() Item {
	item := Item{
		Resource: "federation of account " + s.Account.ID, Status: Passed,
		Expected: "a SAML provider or IAM Identity Center",
	}
	if len(s.Evidence.SAMLProviders) > 0 {
		item.Observed = "SAML provider " + s.Evidence.SAMLProviders[0].ARN
		item.Evidence = s.ref("/saml_providers/0")
		return item
	}
	hasRoles := s.has(collect.AuthorizationSection)
	if hasRoles {
		for i, r := range s.Evidence.Authorization.Roles {
			if strings.HasPrefix(r.Name, "AWSReservedSSO_") {
				item.Observed = "IAM Identity Center keeps the role " + r.Name
				item.Evidence = s.ref("/authorization_details/roles/%d", i)
				return item
			}
		}
	}
	gap, missing := s.Organization.Missing(org.SectionTrusted)
	if !missing {
		for i, t := range s.Organization.TrustedServices {
			if t.Principal == identityCenterService {
				item.Observed = "the organization uses IAM Identity Center"
				item.Evidence = Reference{File: collect.OrganizationFile, Pointer: fmt.Sprintf("/trusted_services/%d", i)}
				return item
			}
		}
	}
	item.Evidence = s.readRef(collect.IdentityProvidersSection, "")
	if !hasRoles {
		gap, missing = s.missing(collect.AuthorizationSection)
	}
	if missing {
		item.Status, item.Gap = NotAssessed, &gap
		item.Observed = "no SAML provider; whether IAM Identity Center is used could not be read: " + gap.Cause.Words()
		return item
	}
	item.Status, item.Observed = Failed, "no SAML provider and no sign of IAM Identity Center"
	return item
}
