package benchmark

import (
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
)

// Origin is where a trustee of a role stands, seen from the role's account.
type Origin string

// Origins of trustees.
const (
	// SameAccount is the role's own account.
	SameAccount Origin = "same account"
	// ManagementAccount is the organization's management account.
	ManagementAccount Origin = "management account"
	// OtherAccount is another account of the organization, or all of them.
	OtherAccount Origin = "other account of the organization"
	// TrustedAccount is outside the organization, and trusted_account_ids names it.
	TrustedAccount Origin = "trusted account"
	// VendorAccount is outside the organization, and known_vendors names it.
	VendorAccount Origin = "known vendor"
	// OutsideAccount is any other account outside the organization.
	OutsideAccount Origin = "outside the organization"
	// DeletedPrincipal is a unique id that AWS shows in place of a principal that is gone.
	DeletedPrincipal  Origin = "deleted principal"
	AWSService        Origin = "AWS service"
	FederatedIdentity Origin = "identity provider"
	Everyone          Origin = "everyone"
	OtherOrigin       Origin = "other"
)

// trust is one principal that an Allow statement of a role's trust policy lets assume the
// role. A statement for everyone that is bound to some accounts makes one for each of them.
type trust struct {
	policy.Trustee
	role   *holder
	origin Origin
	// actions are the ways to assume the role that the statement allows.
	actions []string
	// admits says whether the caller that [Subject.callerFacts] describes gets in: somebody of
	// the account that is named, else a stranger. It is False where conditions or denials of
	// the trust policy rule them out.
	admits policy.Truth
	// externalID, mfa, source and organization tell what whoever assumes the role needs: an
	// external ID that the policy names, MFA, a source of a service that the policy names, a
	// place in an organization.
	externalID, mfa, source, organization bool
	// network tells that the request must come from a VPC or an endpoint that the policy names,
	// or from a private or trusted range of addresses.
	network bool
}

// trustsOf lists whom the roles of the account trust, service-linked roles left out: their
// trust policies are AWS's. It is made once for an account.
func (e *estate) trustsOf(s *Subject) map[*holder][]*trust {
	if e.trusts == nil {
		e.trusts = map[*holder][]*trust{}
		for _, h := range e.trustingRoles() {
			if h.Trust == nil {
				continue
			}
			for _, trustee := range h.Trust.Trustees() {
				for _, account := range boundAccounts(&trustee) {
					trustee.Account = account
					e.trusts[h] = append(e.trusts[h], s.trust(h, trustee))
				}
			}
		}
	}
	return e.trusts
}

// trustingRoles are the roles whose trust policies the account itself writes.
func (e *estate) trustingRoles() []*holder {
	return slices.DeleteFunc(slices.Clone(e.holders), func(h *holder) bool { return h.role == nil || h.ServiceLinked })
}

func (s *Subject) trust(h *holder, trustee policy.Trustee) *trust {
	t := &trust{Trustee: trustee, role: h, actions: actionsOf(trustee)}
	t.origin = s.originOf(t)
	facts := s.callerFacts(t, h.Trust)
	statement := t.By.Element()
	t.admits = policy.Holds(statement.Conditions, facts)
	if t.denied(facts) {
		t.admits = policy.False
	}
	t.externalID = t.requires(facts, map[string]policy.Fact{"sts:externalid": {nil, {anyone}}})
	t.mfa = t.requires(facts, map[string]policy.Fact{
		// Long-term keys without MFA send no such key at all; temporary credentials say false.
		"aws:multifactorauthpresent": {nil, {"false"}}, "aws:multifactorauthage": policy.Absent(),
	})
	t.source = t.Kind == policy.TrustsService && t.requires(facts, s.strangersService(t, h.Trust))
	t.organization = t.requires(facts, map[string]policy.Fact{
		"aws:principalorgid": {nil, {"o-" + anyone}}, "aws:principalorgpaths": {nil, {"o-" + anyone + "/r-" + anyone + "/"}},
	})
	t.network = boundNetwork(statement.Conditions, s.Parameters.TrustedIPs)
	return t
}

// actionsOf are the ways to assume a role that the statement allows its trustee. Identity
// providers and everybody else come by different ones.
func actionsOf(t policy.Trustee) []string {
	ways := []string{"sts:AssumeRole"}
	switch {
	case t.Kind == policy.TrustsFederated && strings.Contains(t.Value, ":saml-provider/"):
		ways = []string{"sts:AssumeRoleWithSAML"}
	case t.Kind == policy.TrustsFederated:
		ways = []string{"sts:AssumeRoleWithWebIdentity"}
	case t.Kind == policy.TrustsEveryone && t.Account == "":
		ways = append(ways, "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
	}
	return slices.DeleteFunc(ways, func(a string) bool { return !t.By.Element().AppliesToAction(a) })
}

// requires reports whether nobody of whom the keys hold is let in, by a condition on one of
// the keys or by a denial that hangs on them.
func (t *trust) requires(facts *policy.Facts, keys map[string]policy.Fact) bool {
	without, unknown := facts.With(keys), map[string]policy.Fact{}
	for key := range keys {
		unknown[key] = policy.Fact{}
	}
	return slices.ContainsFunc(t.By.Element().Conditions, func(c policy.Condition) bool {
		_, about := keys[strings.ToLower(c.Key)]
		return about && c.Truth(without) == policy.False
	}) || t.denied(without) && !t.denied(facts.With(unknown))
}

// denied reports whether denials of the trust policy rule the trustee out in every way that
// the statement allows.
func (t *trust) denied(facts *policy.Facts) bool {
	return !slices.ContainsFunc(t.actions, func(action string) bool {
		denied, _ := t.role.Trust.Denies(action, t.role.ARN, t.caller(), facts)
		return denied != policy.True
	})
}

// caller is the trustee as policies name it.
func (t *trust) caller() policy.Caller {
	caller := policy.Caller{Account: t.Account}
	switch {
	case t.Kind == policy.TrustsPrincipal:
		caller.ARN = t.Value
	case t.Account == "":
		// Whom nobody names.
		caller.ARN, caller.Account = anyone, anyone
	}
	return caller
}

// boundAccounts are the accounts that conditions bind a trustee to: of everyone, those that
// aws:PrincipalAccount or aws:PrincipalArn name. An empty account is any.
func boundAccounts(t *policy.Trustee) []string {
	if t.Kind != policy.TrustsEveryone {
		return []string{t.Account}
	}
	for _, c := range t.By.Element().Conditions {
		if !demands(&c) {
			continue
		}
		var accounts []string
		for _, value := range c.Values {
			switch strings.ToLower(c.Key) {
			case "aws:principalaccount":
				accounts = append(accounts, value)
			case "aws:principalarn":
				accounts = append(accounts, accountIn(value))
			}
		}
		if len(accounts) > 0 && !slices.ContainsFunc(accounts, func(a string) bool { return !org.IsAccountID(a) }) {
			slices.Sort(accounts)
			return slices.Compact(accounts)
		}
	}
	return []string{""}
}

// demands reports whether a condition asks for a value in every request: a positive one that
// does not hold for lack of the key.
func demands(c *policy.Condition) bool {
	_, ifExists, set := c.Base()
	return c.Positive() && !ifExists && set != "forallvalues"
}

// accountIn is the account of an ARN, empty where it is none.
func accountIn(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return ""
}

// originOf tells where a trustee stands.
func (s *Subject) originOf(t *trust) Origin {
	switch t.Kind {
	case policy.TrustsService:
		return AWSService
	case policy.TrustsFederated:
		return FederatedIdentity
	case policy.TrustsDeleted:
		return DeletedPrincipal
	case policy.TrustsEveryone:
		if t.Account == "" {
			return s.originOfEveryone(t)
		}
	case policy.TrustsOther:
		return OtherOrigin
	}
	return s.originOfAccount(t.Account)
}

func (s *Subject) originOfAccount(account string) Origin {
	switch {
	case account == s.Account.ID:
		return SameAccount
	case s.Organization.IsManagement(account):
		return ManagementAccount
	case s.Organization.Account(account) != nil:
		return OtherAccount
	case slices.Contains(s.Parameters.TrustedAccountIDs, account):
		return TrustedAccount
	case slices.Contains(s.Parameters.KnownVendors, account):
		return VendorAccount
	default:
		return OutsideAccount
	}
}

// originOfEveryone looks at whom conditions and denials leave of everyone: the organization,
// another one, or everyone.
func (s *Subject) originOfEveryone(t *trust) Origin {
	if t.letsIn(s.callerFacts(t, t.By.Source)) {
		return Everyone
	}
	organizations := s.organizationsIn(t)
	switch {
	case slices.ContainsFunc(organizations, func(id string) bool { return id != s.Organization.ID }):
		return OutsideAccount
	case len(organizations) > 0:
		return OtherAccount
	default:
		return OtherOrigin
	}
}

// letsIn reports whether conditions and denials leave somebody of whom the facts hold.
func (t *trust) letsIn(facts *policy.Facts) bool {
	return policy.Holds(t.By.Element().Conditions, facts) != policy.False && !t.denied(facts)
}

// organizationsIn are the organizations whose members conditions and denials leave of
// everyone: the own one, and those that the trust policy names.
func (s *Subject) organizationsIn(t *trust) []string {
	ids := []string{s.Organization.ID}
	for _, id := range mentionedOrganizations(t.By.Source) {
		ids = appendNew(ids, id)
	}
	t = &trust{Trustee: t.Trustee, role: t.role, actions: t.actions} // of everyone, as yet
	stranger := s.callerFacts(t, t.By.Source)
	return slices.DeleteFunc(ids, func(id string) bool {
		return !t.letsIn(stranger.With(map[string]policy.Fact{
			"aws:principalorgid": policy.Is(id), "aws:principalorgpaths": pathsIn(id, t.By.Source),
		}))
	})
}

// organizationConditions calls f with each value that conditions compare the caller's
// organization or path in it with, in lower case as all such ids are: an operator may ignore
// the case.
func organizationConditions(source *policy.Source, f func(value string)) {
	for _, statement := range source.Analysis.Document.Statements {
		for _, c := range statement.Conditions {
			if key := strings.ToLower(c.Key); key == "aws:principalorgid" || key == "aws:principalorgpaths" {
				for _, value := range c.Values {
					f(strings.ToLower(value))
				}
			}
		}
	}
}

// mentionedOrganizations are the ids of organizations that conditions of the policies name.
func mentionedOrganizations(sources ...*policy.Source) []string {
	var ids []string
	for _, source := range sources {
		organizationConditions(source, func(value string) {
			id, _, _ := strings.Cut(value, "/")
			if !strings.ContainsAny(id, "*?$") && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		})
	}
	return ids
}

// pathsIn are the paths in an organization that the policy names, each as one that a caller
// may have.
func pathsIn(organization string, source *policy.Source) policy.Fact {
	paths := policy.Is(organization + "/")
	organizationConditions(source, func(value string) {
		if strings.HasPrefix(value, organization+"/") {
			paths = append(paths, []string{strings.TrimSuffix(value, "*")})
		}
	})
	return paths
}

// trustGap is why nobody knows whom a role trusts.
func (s *Subject) trustGap(h *holder) *org.Gap {
	_, err := s.Policies.Analyse(h.role.Trust)
	message := strings.TrimSuffix(trustNotUnderstood, ": ")
	if err != nil {
		message = trustNotUnderstood + err.Error()
	}
	return &org.Gap{
		Section: collect.AuthorizationSection, Account: s.Account.ID, Subject: h.ARN, Cause: org.Malformed, Message: message,
		At: s.Evidence.ReadAt(collect.AuthorizationSection),
	}
}
