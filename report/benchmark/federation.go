package benchmark

import (
	"cmp"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
)

// identityCenterService is the service principal of IAM Identity Center.
const identityCenterService = "sso.amazonaws.com"

// usersCentralized decides what CIS leaves to a person as far as evidence goes. It fails
// where people cannot sign in through federation at all, and where somebody of a member
// account signs in past Identity Center, which serves the whole organization. A SAML provider
// alone may serve others than those who have a password, and the management account is where
// break-glass users belong: there a person judges the console users. A SAML provider counts
// as federation, that of Identity Center (AWSSSO_…) like any other; OpenID Connect providers
// do not: they serve programs, such as pipelines, far more often than people. Prowler passes
// an account for its SAML provider alone, however many console users it has.
func usersCentralized() *Control {
	return &Control{
		ID: "users-centralized", Title: "People sign in through federation", Severity: Low, Scope: AccountScope,
		Finding:    "people sign in as users of the account",
		Why:        "Who leaves the company loses federated access everywhere at once; a user of one account is forgotten there.",
		Test:       "iam:ListSAMLProviders returns a provider, or a role named AWSReservedSSO_* exists, or the organization gives sso.amazonaws.com trusted access; and in the credential report no IAM user has password_enabled true, but those whose name matches allow_console_users. Such users of a member account fail where there is such a role or that trusted access; in the management account, and where there is a SAML provider alone, ask who they are and why they do not come through federation.",
		Remedy:     "Give people access through IAM Identity Center or your identity provider, and remove the console passwords of users; name break-glass users in allow_console_users.",
		Needs:      []org.Section{collect.IdentityProvidersSection, collect.CredentialReportSection},
		Uses:       []org.Section{collect.AuthorizationSection},
		Parameters: []string{"allow_console_users"},
		Judge: func(s *Subject) Outcome {
			federation := s.federation()
			items := []Item{federation}
			asked := false
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
					item = s.consoleUser(item, federation.Status)
					asked = asked || item.Status == Fact
				default:
					item = s.unknown(item, collect.CredentialReportSection, passwordNotSaid)
				}
				items = append(items, item)
			}
			if asked && federation.Status == Passed {
				return Outcome{Items: items, Manual: true, Reason: "judge whether the users with a console password should sign in through federation"}
			}
			return Outcome{Items: items}
		},
	}
}

// consoleUser judges somebody with a console password by the federation that there is.
func (s *Subject) consoleUser(item Item, federation Status) Item {
	item.Status, item.Observed = Fact, "console password"
	member := !s.Organization.IsManagement(s.Account.ID)
	_, used, gap := s.identityCenter()
	switch {
	case federation == Failed || member && used != "":
		item.Status = Failed
	case member && gap != nil:
		item.Status, item.Gap = NotAssessed, gap
		item.Observed += "; whether IAM Identity Center is used could not be read: " + gap.Cause.Words()
	}
	return item
}

// identityCenter looks for IAM Identity Center, whose sign says that it is used, with its
// place. Without a sign, gap is why it may be used nevertheless; nil where it is not.
func (s *Subject) identityCenter() (at Reference, sign string, gap *org.Gap) {
	if unread, missing := s.missing(collect.AuthorizationSection); missing {
		gap = &unread
	} else {
		for i, r := range s.Evidence.Authorization.Roles {
			if strings.HasPrefix(r.Name, "AWSReservedSSO_") {
				return s.ref("/authorization_details/roles/%d", i), "IAM Identity Center keeps the role " + r.Name, nil
			}
		}
	}
	if unread, missing := s.Organization.Missing(org.SectionTrusted); missing {
		return at, "", cmp.Or(gap, &unread)
	}
	for i, t := range s.Organization.TrustedServices {
		if t.Principal == identityCenterService {
			return orgRef("/trusted_services/%d", i), "the organization uses IAM Identity Center", nil
		}
	}
	return at, "", gap
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
	at, sign, gap := s.identityCenter()
	if sign != "" {
		item.Observed, item.Evidence = sign, at
		return item
	}
	item.Evidence = s.readRef(collect.IdentityProvidersSection, "")
	if gap != nil {
		item.Status, item.Gap = NotAssessed, gap
		item.Observed = "no SAML provider; whether IAM Identity Center is used could not be read: " + gap.Cause.Words()
		return item
	}
	item.Status, item.Observed = Failed, "no SAML provider and no sign of IAM Identity Center"
	return item
}
