package org

import (
	"slices"
	"strings"
)

// Level is one node on the way from the root to an account with the policies of one type
// that are attached to it. An SCP allows only what every level allows
// ("SCP evaluation", AWS Organizations User Guide).
type Level struct {
	// ID and Name are those of the root, the unit or the account; Kind is ROOT,
	// ORGANIZATIONAL_UNIT or ACCOUNT.
	ID, Name, Kind string
	Policies       []*Policy
}

// Kinds of nodes, as AWS names them.
const (
	KindRoot    = "ROOT"
	KindUnit    = "ORGANIZATIONAL_UNIT"
	KindAccount = "ACCOUNT"
)

// Binding returns the policies of a type that stand above an account, from the root down
// to the account itself. It is nil where the account's place is not known. For the
// management account it says what is attached; none of it binds that account.
func (o *Organization) Binding(account *Account, kind string) []Level {
	if len(account.Path) == 0 {
		return nil
	}
	names := map[string]string{}
	o.EachUnit(func(u *Unit, _ []string) { names[u.ID] = u.Name })
	var levels []Level
	for i, id := range account.Path {
		level := Level{ID: id, Name: names[id], Kind: KindUnit}
		if i == 0 {
			level.Kind = KindRoot
		}
		levels = append(levels, level)
	}
	levels = append(levels, Level{ID: account.ID, Name: account.Name, Kind: KindAccount})
	for i := range levels {
		for j := range o.Policies {
			p := &o.Policies[j]
			if p.Type == kind && p.attachedTo(levels[i].ID) {
				levels[i].Policies = append(levels[i].Policies, p)
			}
		}
	}
	return levels
}

func (p *Policy) attachedTo(id string) bool {
	_, found := slices.BinarySearchFunc(p.Targets, id, func(t Target, id string) int {
		return strings.Compare(t.ID, id)
	})
	return found
}
