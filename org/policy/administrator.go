package policy

import "slices"

// Administration is the right of a principal to do everything, as far as its boundary and
// the organization's policies let it: whoever has it can give themselves the rest.
type Administration struct {
	// By is the statement that grants everything.
	By Ref
	// Always is Depends where conditions stand around it.
	Always Truth
	// Conditional are statements that may stand against it.
	Conditional []Ref
}

// administratorActions are those of which an administrator has at least one on what it
// likes. A principal that a denial, a boundary or an SCP leaves none of them is no
// administrator, whatever its policies say.
func administratorActions() []string {
	return []string{"iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:PutRolePolicy", "iam:PutUserPolicy", "iam:CreatePolicyVersion", "iam:UpdateAssumeRolePolicy"}
}

// Administrator returns how the principal is an administrator, or nil where it is none.
// The line is that of [Document.FullAdministrator], drawn on what is effective: conditions
// that can never hold, the permissions boundary, denials and SCPs take the right away.
func (p *Principal) Administrator() *Administration {
	var found *Administration
	if p.Root {
		found = &Administration{Always: True}
	} else if found = administers(p.Identity, p.Facts); found == nil {
		return nil
	} else if p.Bound() {
		return nil
	} else if p.Boundary != nil {
		found.Always = min(found.Always, administers([]*Source{p.Boundary}, p.Facts).Always)
	}
	best := False
	for _, name := range administratorActions() {
		for _, permission := range p.May(name, nil) {
			if permission.Always > best {
				best = permission.Always
				found.Conditional = permission.Conditional
			}
		}
		if best == True {
			break
		}
	}
	if best == False {
		return nil
	}
	found.Always = min(found.Always, best)
	return found
}

// Bound reports whether the permissions boundary keeps the principal from being an
// administrator, whatever its policies say.
func (p *Principal) Bound() bool {
	return p.Boundary != nil && administers([]*Source{p.Boundary}, p.Facts) == nil
}

// administers returns the first grant of everything whose conditions can hold, one that
// always holds before others.
func administers(sources []*Source, f *Facts) *Administration {
	var found *Administration
	for _, source := range sources {
		for _, g := range source.Analysis.Grants {
			holds := Holds(source.Analysis.Document.Statements[g.Statement].Conditions, f)
			if holds == False || found != nil && holds <= found.Always {
				continue
			}
			found = &Administration{By: Ref{Source: source, Statement: g.Statement, Sid: g.Sid}, Always: holds}
		}
	}
	return found
}

// Nothing reports whether a principal can do nothing at all, since a statement denies it
// every action on every resource in every request, and returns that statement.
func (p *Principal) Nothing() (Ref, bool) {
	for _, l := range p.layers() {
		if by, found := DeniesAll(l.sources, p.Facts); found {
			return by, true
		}
	}
	return Ref{}, false
}

// MayDenyAll tells whether a statement denies every action on every resource in some requests.
// Where it does not, [DeniesAll] finds none, whatever the facts are.
func MayDenyAll(sources []*Source) bool {
	return slices.ContainsFunc(sources, func(source *Source) bool {
		return slices.ContainsFunc(source.Analysis.statements, func(s analysed) bool { return s.Effect == Deny && s.everything() })
	})
}

// DeniesAll returns the statement that denies every action on every resource in every
// request that the facts describe, if there is one.
func DeniesAll(sources []*Source, f *Facts) (Ref, bool) {
	for _, source := range sources {
		i := slices.IndexFunc(source.Analysis.statements, func(s analysed) bool {
			return s.Effect == Deny && s.everything() && Holds(s.Conditions, f) == True
		})
		if i >= 0 {
			return source.Analysis.statements[i].ref(source), true
		}
	}
	return Ref{}, false
}
