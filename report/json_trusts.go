package report

import (
	"time"

	"orgaudit/org/policy"
	"orgaudit/report/benchmark"
)

// jsonTrustPair is how the roles of one account trust another.
type jsonTrustPair struct {
	Account     string           `json:"account"`
	Kind        TrusteeKind      `json:"kind"`
	Trusted     string           `json:"trusted,omitempty"`
	TrustedName string           `json:"trusted_name,omitempty"`
	Origin      benchmark.Origin `json:"origin"`
	jsonRoleCount
}

// jsonOutsideAccess is somebody outside the organization, or a service, whom roles trust.
type jsonOutsideAccess struct {
	Kind     TrusteeKind      `json:"kind"`
	ID       string           `json:"id,omitempty"`
	Origin   benchmark.Origin `json:"origin"`
	Accounts int              `json:"accounts"`
	jsonRoleCount
	Unguarded int `json:"roles_unguarded"`
}

// jsonRoleCount counts roles; those into which nobody gets are in no count but the first two.
type jsonRoleCount struct {
	Roles        int `json:"roles"`
	NobodyIn     int `json:"roles_nobody_in"`
	ExternalID   int `json:"roles_with_external_id"`
	MFA          int `json:"roles_with_mfa"`
	Source       int `json:"roles_with_source"`
	Organization int `json:"roles_with_organization"`
}

// jsonPrivileged is a privileged user or role.
type jsonPrivileged struct {
	Account     string              `json:"account"`
	ARN         string              `json:"arn"`
	Name        string              `json:"name"`
	Kind        policy.MemberKind   `json:"kind"`
	Why         benchmark.Privilege `json:"why"`
	Conditional bool                `json:"conditional"`
	By          string              `json:"by,omitempty"`
	Ways        []string            `json:"ways,omitempty"`
	Levels      jsonLevels          `json:"actions_by_level"`
	// Services are those of which it may do everything; * is all but ServicesExcept.
	Services       []string `json:"services_in_full"`
	ServicesExcept []string `json:"services_in_full_except,omitempty"`
	// Credentials are null for a role, and where there is no credential report.
	Credentials *jsonCredentials `json:"credentials"`
	// LastUsed is left out where the principal was never used, or nobody knows.
	LastUsed      time.Time      `json:"last_used,omitzero"`
	LastUsedKnown bool           `json:"last_used_known"`
	Boundary      string         `json:"boundary,omitempty"`
	AssumableBy   []jsonAssumers `json:"assumable_by,omitempty"`
	Doubt         string         `json:"doubt,omitempty"`
	File          string         `json:"evidence_file"`
	Pointer       string         `json:"evidence_pointer"`
}

type jsonLevels struct {
	List                  int `json:"list"`
	Read                  int `json:"read"`
	Tagging               int `json:"tagging"`
	Write                 int `json:"write"`
	PermissionsManagement int `json:"permissions_management"`
}

type jsonCredentials struct {
	Password   bool `json:"password"`
	MFA        bool `json:"mfa"`
	ActiveKeys int  `json:"active_keys"`
}

// jsonAssumers are the trustees of one origin, of which Names are the first ones.
type jsonAssumers struct {
	Origin benchmark.Origin `json:"origin"`
	Count  int              `json:"count"`
	Names  []string         `json:"names"`
}

// jsonTrust is one trustee of a role.
type jsonTrust struct {
	Account        string             `json:"account"`
	Role           string             `json:"role"`
	Kind           policy.TrusteeKind `json:"kind"`
	Value          string             `json:"value"`
	TrustedAccount string             `json:"trusted_account,omitempty"`
	Origin         benchmark.Origin   `json:"origin"`
	NobodyIn       bool               `json:"nobody_in"`
	ExternalID     bool               `json:"external_id"`
	MFA            bool               `json:"mfa"`
	Source         bool               `json:"source"`
	Organization   bool               `json:"organization"`
	Network        bool               `json:"network"`
	Statement      string             `json:"statement"`
	Conditions     string             `json:"conditions,omitempty"`
	File           string             `json:"evidence_file"`
	Pointer        string             `json:"evidence_pointer"`
	Mitigation     *jsonMitigation    `json:"mitigation,omitempty"`
}

func jsonTrustMatrix(r *Report) []jsonTrustPair {
	list := []jsonTrustPair{}
	for _, p := range r.TrustMatrix {
		list = append(list, jsonTrustPair{p.Account, p.Kind, p.Trusted, p.TrustedName, p.Origin, jsonRoleCount(p.RoleCount)})
	}
	return list
}

func jsonOutside(r *Report) []jsonOutsideAccess {
	list := []jsonOutsideAccess{}
	for i := range r.OutsideAccess {
		o := &r.OutsideAccess[i]
		list = append(list, jsonOutsideAccess{o.Kind, o.ID, o.Origin, o.Accounts, jsonRoleCount(o.RoleCount), o.Unguarded()})
	}
	return list
}

func jsonPrivilegedOf(a *Account, p *benchmark.PrivilegedPrincipal) jsonPrivileged {
	j := jsonPrivileged{
		Account: a.ID, ARN: p.ARN, Name: p.Name, Kind: p.Kind, Why: p.Why, Conditional: p.Conditional, By: p.By, Ways: p.Ways,
		Levels: jsonLevels{
			List: p.Levels[policy.List], Read: p.Levels[policy.Read], Tagging: p.Levels[policy.Tagging],
			Write: p.Levels[policy.Write], PermissionsManagement: p.Levels[policy.PermissionsManagement],
		},
		Services: append([]string{}, p.Services...), ServicesExcept: p.ServicesExcept,
		Credentials: (*jsonCredentials)(p.Credentials), LastUsed: p.LastUsed, LastUsedKnown: p.LastUsedKnown, Boundary: p.Boundary,
		Doubt: p.Doubt, File: p.Evidence.File, Pointer: p.Evidence.Pointer,
	}
	for _, assumers := range p.AssumableBy {
		j.AssumableBy = append(j.AssumableBy, jsonAssumers(assumers))
	}
	return j
}

func jsonTrustOf(a *Account, t *benchmark.Trust) jsonTrust {
	return jsonTrust{
		Account: a.ID, Role: t.Role, Kind: t.Kind, Value: t.Value, TrustedAccount: t.Account, Origin: t.Origin, NobodyIn: t.NobodyIn,
		ExternalID: t.ExternalID, MFA: t.MFA, Source: t.Source, Organization: t.Organization, Network: t.Network,
		Statement: t.Statement, Conditions: t.Conditions, File: t.Evidence.File, Pointer: t.Evidence.Pointer, Mitigation: (*jsonMitigation)(t.Mitigated),
	}
}
