package benchmark

import (
	"orgaudit/collect"
	"orgaudit/org/policy"
)

// Trust is one trustee of a role, for the reports' list of whom roles trust.
type Trust struct {
	// Role is the ARN of the role.
	Role string
	// Kind is what kind of principal the trust policy names, and Value the element as written.
	Kind  policy.TrusteeKind
	Value string
	// Account is the account of the trustee, or the one that conditions bind everyone to;
	// empty where there is none.
	Account string
	Origin  Origin
	// Public tells that it is an issuer that serves everybody, each of whose identities gets in.
	Public bool
	// NobodyIn tells that conditions or denials keep the trustee out.
	NobodyIn bool
	// What whoever assumes the role must bring: an external ID that the policy names, MFA, a
	// source that the service acts for, a place in an organization, a network.
	ExternalID, MFA, Source, Organization, Network bool
	// NoSource says why a service cannot be asked for a source; empty where it can.
	NoSource string
	// Statement is its place in the trust policy, Conditions are its conditions in words.
	Statement, Conditions string
	Evidence              Reference
	// Mitigated is the RCP that keeps the trustee out, or nil.
	Mitigated *Mitigation
}

// Trusts lists whom the roles of the account trust, in the order of the evidence,
// service-linked roles left out. A role whose trust policy could not be understood is not in
// it: the trust controls say so. It is nil where the authorization details are missing.
func (s *Subject) Trusts() []Trust {
	if s.Evidence == nil || !s.has(collect.AuthorizationSection) {
		return nil
	}
	e := s.estate()
	of := e.trustsOf(s)
	list := []Trust{}
	for _, h := range e.trustingRoles() {
		for _, t := range of[h] {
			row := Trust{
				Role: h.ARN, Kind: t.Kind, Value: t.Value, Account: t.Account, Origin: t.origin, NobodyIn: t.shut(),
				ExternalID: t.externalID, MFA: t.mfa, Source: t.source, Organization: t.organization, Network: t.network,
				NoSource: t.noSource(), Statement: t.By.Text(), Conditions: t.By.Conditions(),
				Evidence: Reference{File: h.evidence.File, Pointer: h.evidence.Pointer + "/trust"},
			}
			if issuer, ok := shared(t); ok {
				named, _ := judgeIssuer(t, issuer)
				row.Public = !named
			}
			if t.origin != SameAccount {
				row.Mitigated = s.keptOut(t)
			}
			list = append(list, row)
		}
	}
	return list
}
