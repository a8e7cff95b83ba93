package benchmark

import (
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
)

// mitigation names a statement of a policy of the organization and where it is attached.
func mitigation(by policy.Ref) *Mitigation {
	return &Mitigation{
		PolicyID: by.Source.ID, PolicyName: by.Source.Name, NodeID: by.Source.Place, NodeName: by.Source.PlaceName,
		Statement: by.Text(),
	}
}

// rcpMitigation returns the RCP that keeps out all trustees that make a role fail a rule, in
// every way in which they come and in every request, or nil. RCPs bind no service-linked
// role and none of the management account.
func (s *Subject) rcpMitigation(rule *trustRule, role string) *Mitigation {
	offenders := rule.offenders(s, role)
	var first *Mitigation
	for _, t := range offenders {
		m := s.keptOut(t)
		if m == nil {
			return nil
		}
		if first == nil {
			first = m
		}
	}
	return first
}

// keptOut returns the RCP that keeps a trustee out, or nil.
func (s *Subject) keptOut(t *trust) *Mitigation {
	sources := slices.Concat(s.estate().rcps...)
	if len(sources) == 0 {
		return nil
	}
	facts := s.callerFacts(t, append(sources, t.role.Trust)...)
	// What a service is not known to send may be missing, and an RCP that asks for it first
	// then lets the request through.
	if known, _ := sourceContextOf(t.Value); t.Kind == policy.TrustsService && !known.account {
		facts = facts.With(map[string]policy.Fact{"aws:sourceaccount": {nil, {anyone}}, "aws:sourcearn": {}})
	}
	var first *Mitigation
	for _, action := range t.actions {
		by, denied := deniedBy(sources, action, t, facts)
		if !denied {
			return nil
		}
		if first == nil {
			first = mitigation(by)
		}
	}
	return first
}

func deniedBy(sources []*policy.Source, action string, t *trust, facts *policy.Facts) (policy.Ref, bool) {
	for _, source := range sources {
		if denied, by := source.Denies(action, t.role.ARN, t.caller(), facts); denied == policy.True {
			return by, true
		}
	}
	return policy.Ref{}, false
}

// rootDenied returns the SCP that denies the root user of the account everything, or nil.
// None binds that of the management account.
func (s *Subject) rootDenied(*Item) *Mitigation {
	scps, _, doubt := s.organizationPolicies()
	if doubt != nil || scps == nil {
		return nil
	}
	by, denied := s.member(scps, policy.RootUser, "").Nothing()
	if !denied {
		return nil
	}
	return mitigation(by)
}

// quarantined returns the SCP that denies everything to the user or role that an item is
// about, or nil. It looks at the principal itself, so that one that the SCP exempts is not.
func (s *Subject) quarantined(i *Item) *Mitigation {
	arn := i.Resource
	if s.Evidence == nil || !strings.Contains(arn, ":"+s.Account.ID+":") {
		return nil
	}
	scps, _, doubt := s.organizationPolicies()
	if doubt != nil || !s.binding.quarantines {
		return nil // as nearly everywhere
	}
	principal := s.denialSubject(arn, scps)
	if principal == nil {
		return nil
	}
	by, denied := principal.Nothing()
	if !denied {
		return nil
	}
	return mitigation(by)
}

// denialSubject is the user or role that an item names, perhaps with a part of it behind a
// slash, bound by SCPs alone. Without the authorization details a user's tags and unique id
// are not known.
func (s *Subject) denialSubject(arn string, scps [][]*policy.Source) *policy.Principal {
	p := &policy.Principal{
		Account: s.Account.ID, Root: true, SCPs: scps, GlobalRegion: org.PartitionOf(s.Organization.Partition).Region,
	}
	for found := true; found; arn, _, found = cutLast(arn, "/") {
		p.ARN = arn
		if s.has(collect.AuthorizationSection) {
			if h := s.estate().byARN[arn]; h != nil && h.Principal != nil {
				p.ServiceLinked, p.Facts = h.ServiceLinked, h.Principal.Facts
				return p
			}
		}
		if i := slices.IndexFunc(s.Credentials, func(r collect.CredentialRow) bool { return !r.IsRoot() && r.ARN == arn }); i >= 0 {
			p.Facts = s.rowFacts(&s.Credentials[i])
			return p
		}
	}
	return nil
}

// rowFacts say what the credential report tells of a user.
func (s *Subject) rowFacts(r *collect.CredentialRow) *policy.Facts {
	identity := policy.Identity{
		ARN: r.ARN, Account: s.Account.ID, Kind: policy.User, OrganizationID: s.Organization.ID, NoMFA: !r.MFAActive,
	}
	if len(s.Account.Path) > 0 {
		identity.OrganizationPath = s.Organization.ID + "/" + strings.Join(s.Account.Path, "/") + "/"
	}
	facts := identity.Facts(s.Evidence.CredentialReport.GeneratedAt).With(map[string]policy.Fact{"aws:userid": {}})
	facts.Families = map[string]policy.Fact{"aws:principaltag/": {}}
	return facts
}
