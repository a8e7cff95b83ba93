package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"orgaudit/report/benchmark"
)

// TrusteeKind says what roles trust, where it is counted over accounts.
type TrusteeKind string

// Kinds of trustees.
const (
	// TrusteeAccount is an account, or principals in it.
	TrusteeAccount TrusteeKind = "account"
	// TrusteeOrganization are all accounts of the organization, or of a part of it.
	TrusteeOrganization TrusteeKind = "organization"
	// TrusteeStrangers are accounts of another organization.
	TrusteeStrangers TrusteeKind = "other organization"
	TrusteeEveryone  TrusteeKind = "everyone"
	TrusteeService   TrusteeKind = "service"
)

// TrustPair is how the roles of one account trust another account, or several at once.
type TrustPair struct {
	// Account is the trusting account, Name its name.
	Account, Name string
	Kind          TrusteeKind
	// Trusted is the id of the trusted account or of the organization, and empty for other
	// kinds; TrustedName is its name where it is the organization's.
	Trusted, TrustedName string
	Origin               benchmark.Origin
	RoleCount
}

// RoleCount counts the roles that trust somebody. A role that does so in several statements
// asks for what all of them ask for.
type RoleCount struct {
	Roles int
	// NobodyIn are the roles into which conditions, denials or an RCP let nobody of them. The
	// counts below are of the others.
	NobodyIn int
	// Roles that ask for an external ID, MFA, a source, a place in an organization.
	ExternalID, MFA, Source, Organization int
}

// OutsideAccess is somebody outside the organization, or an AWS service, whom roles trust.
type OutsideAccess struct {
	Kind TrusteeKind
	// ID is the account's id or the service's name; empty for other kinds.
	ID     string
	Origin benchmark.Origin
	// Accounts counts those of the organization with such roles.
	Accounts int
	RoleCount
}

// Unguarded counts the roles that somebody can assume without an external ID, or, of a
// service, without a source that it must act for.
func (o *OutsideAccess) Unguarded() int {
	if o.Kind == TrusteeService {
		return o.Roles - o.NobodyIn - o.Source
	}
	return o.Roles - o.NobodyIn - o.ExternalID
}

// OutsideRoles counts the roles that somebody outside the organization can assume, each of
// them once, whoever it is.
type OutsideRoles struct {
	Roles int
	// Everyone are those that anybody can assume, Unguarded those that somebody can without an
	// external ID.
	Everyone, Unguarded int
}

// trustCount adds up whom roles trust. It grows with the distinct pairs of accounts, not
// with the roles.
type trustCount struct {
	organization string
	names        map[string]string // of the organization's accounts by id
	pairs        map[pairKey]*TrustPair
	outside      map[trustee]*OutsideAccess
	roles        OutsideRoles
}

// trustee is whom roles trust, without how.
type trustee struct {
	kind TrusteeKind
	id   string
}

type pairKey struct {
	account string
	trustee
}

func newTrustCount(r *Report) *trustCount {
	c := &trustCount{
		organization: r.Organization.ID, names: map[string]string{},
		pairs: map[pairKey]*TrustPair{}, outside: map[trustee]*OutsideAccess{},
	}
	for i := range r.Accounts {
		c.names[r.Accounts[i].ID] = r.Accounts[i].Name
	}
	return c
}

// add counts the trusts of an account, which stand role by role.
func (c *trustCount) add(a *Account, trusts []benchmark.Trust) {
	met := map[trustee]bool{}
	for begin, end := 0, 0; begin < len(trusts); begin = end {
		of := map[trustee]*RoleCount{}
		origins := map[trustee]benchmark.Origin{}
		for end = begin; end < len(trusts) && trusts[end].Role == trusts[begin].Role; end++ {
			t := &trusts[end]
			if who, counts := c.trustee(t); counts {
				if of[who] == nil {
					of[who] = &RoleCount{Roles: 1, NobodyIn: 1, ExternalID: 1, MFA: 1, Source: 1, Organization: 1}
				}
				of[who].also(t)
				origins[who] = t.Origin
				if t.Public {
					origins[who] = benchmark.Everyone
				}
			}
		}
		var in OutsideRoles // each 0 or 1
		for who, count := range of {
			if count.NobodyIn == 1 {
				*count = RoleCount{Roles: 1, NobodyIn: 1}
			}
			c.role(a, who, origins[who], count, !met[who])
			met[who] = true
			if outside(origins[who]) && count.NobodyIn == 0 {
				in.Roles = 1
				in.Unguarded = max(in.Unguarded, 1-count.ExternalID)
				if who.kind == TrusteeEveryone {
					in.Everyone = 1
				}
			}
		}
		c.roles.Roles += in.Roles
		c.roles.Everyone += in.Everyone
		c.roles.Unguarded += in.Unguarded
	}
}

// also narrows what a role asks for to what another statement asks for.
func (n *RoleCount) also(t *benchmark.Trust) {
	if t.NobodyIn || t.Mitigated != nil {
		return
	}
	n.NobodyIn = 0
	for _, asked := range []struct {
		count *int
		held  bool
	}{{&n.ExternalID, t.ExternalID}, {&n.MFA, t.MFA}, {&n.Source, t.Source}, {&n.Organization, t.Organization}} {
		if !asked.held {
			*asked.count = 0
		}
	}
}

// trustee tells whom a trust is counted under. The role's own account, identity providers
// and principals that are gone are not counted; a provider that lets every identity of a public
// issuer in lets everyone in.
func (c *trustCount) trustee(t *benchmark.Trust) (who trustee, counts bool) {
	if t.Public {
		return trustee{TrusteeEveryone, ""}, true
	}
	switch t.Origin {
	case benchmark.AWSService:
		return trustee{TrusteeService, t.Value}, true
	case benchmark.Everyone:
		return trustee{TrusteeEveryone, ""}, true
	case benchmark.ManagementAccount, benchmark.OtherAccount, benchmark.TrustedAccount, benchmark.VendorAccount, benchmark.OutsideAccount:
		switch {
		case t.Account != "":
			return trustee{TrusteeAccount, t.Account}, true
		case t.Origin == benchmark.OtherAccount:
			return trustee{TrusteeOrganization, c.organization}, true
		default:
			return trustee{TrusteeStrangers, ""}, true
		}
	}
	return trustee{}, false
}

// role counts one role; first tells that it is the account's first one that trusts so.
func (c *trustCount) role(a *Account, who trustee, origin benchmark.Origin, count *RoleCount, first bool) {
	if who.kind != TrusteeService {
		key := pairKey{a.ID, who}
		if c.pairs[key] == nil {
			c.pairs[key] = &TrustPair{Account: a.ID, Name: a.Name, Kind: who.kind, Trusted: who.id, TrustedName: c.names[who.id], Origin: origin}
		}
		c.pairs[key].plus(count)
	}
	if origin != benchmark.AWSService && !outside(origin) {
		return
	}
	if c.outside[who] == nil {
		c.outside[who] = &OutsideAccess{Kind: who.kind, ID: who.id, Origin: origin}
	}
	c.outside[who].plus(count)
	if first {
		c.outside[who].Accounts++
	}
}

func (n *RoleCount) plus(m *RoleCount) {
	n.Roles += m.Roles
	n.NobodyIn += m.NobodyIn
	n.ExternalID += m.ExternalID
	n.MFA += m.MFA
	n.Source += m.Source
	n.Organization += m.Organization
}

// outside tells whether a trustee stands outside the organization.
func outside(origin benchmark.Origin) bool {
	return slices.Contains([]benchmark.Origin{
		benchmark.TrustedAccount, benchmark.VendorAccount, benchmark.OutsideAccount, benchmark.Everyone,
	}, origin)
}

// matrix lists the pairs by the trusting account.
func (c *trustCount) matrix() []TrustPair {
	list := []TrustPair{}
	for p := range maps.Values(c.pairs) {
		list = append(list, *p)
	}
	slices.SortFunc(list, func(x, y TrustPair) int {
		return cmp.Or(strings.Compare(x.Account, y.Account), strings.Compare(string(x.Kind), string(y.Kind)), strings.Compare(x.Trusted, y.Trusted))
	})
	return list
}

// access lists who comes from outside: everyone first, the known ones and the services last.
func (c *trustCount) access() []OutsideAccess {
	rank := func(o *OutsideAccess) int {
		return slices.Index([]benchmark.Origin{
			benchmark.Everyone, benchmark.OutsideAccount, benchmark.VendorAccount, benchmark.TrustedAccount, benchmark.AWSService,
		}, o.Origin)
	}
	list := []OutsideAccess{}
	for o := range maps.Values(c.outside) {
		list = append(list, *o)
	}
	slices.SortFunc(list, func(x, y OutsideAccess) int {
		return cmp.Or(cmp.Compare(rank(&x), rank(&y)), strings.Compare(string(x.Kind), string(y.Kind)), strings.Compare(x.ID, y.ID))
	})
	return list
}
