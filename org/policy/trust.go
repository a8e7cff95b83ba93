package policy

import (
	"slices"
	"strings"
)

// TrusteeKind is what kind of principal a trust policy names.
type TrusteeKind string

// Kinds of trustees ("AWS JSON policy elements: Principal", IAM User Guide).
const (
	TrustsEveryone  TrusteeKind = "everyone"
	TrustsAccount   TrusteeKind = "account"   // every principal that the account lets
	TrustsPrincipal TrusteeKind = "principal" // one user, role or session
	TrustsDeleted   TrusteeKind = "deleted principal"
	TrustsService   TrusteeKind = "service"
	TrustsFederated TrusteeKind = "identity provider"
	TrustsOther     TrusteeKind = "other"
)

// Trustee is one principal that an Allow statement of a trust policy lets assume the role.
type Trustee struct {
	Kind TrusteeKind
	// Value is the element as written, such as an ARN, an account id or a service.
	Value string
	// Account is the account of the trustee; empty where it has none, or nobody knows it.
	Account string
	By      Ref
}

// assumeActions are the actions by which a role's credentials are had.
func assumeActions() []string {
	return []string{"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"}
}

// AssumesRole reports whether the statement is about assuming the role, in any of the ways.
func (s *Statement) AssumesRole() bool {
	return slices.ContainsFunc(assumeActions(), s.AppliesToAction)
}

// Trustees lists whom the Allow statements of a trust policy let assume its role. A
// NotPrincipal lets everyone in but those that it names. Denials and conditions are left
// to the caller: [Ref.Element] has them.
func (source *Source) Trustees() []Trustee {
	var list []Trustee
	for i := range source.Analysis.statements {
		s := &source.Analysis.statements[i]
		if s.Effect != Allow || !s.AssumesRole() {
			continue
		}
		by := s.ref(source)
		if s.NotPrincipals != nil {
			list = append(list, Trustee{Kind: TrustsEveryone, Value: "NotPrincipal", By: by})
			continue
		}
		p := s.Principals
		if p == nil {
			continue
		}
		if p.Everyone {
			list = append(list, Trustee{Kind: TrustsEveryone, Value: "*", By: by})
		}
		for _, element := range p.AWS {
			t := trusteeOf(element)
			t.By = by
			list = append(list, t)
		}
		for _, element := range p.Service {
			list = append(list, Trustee{Kind: TrustsService, Value: element, By: by})
		}
		for _, element := range p.Federated {
			t := Trustee{Kind: TrustsFederated, Value: element, Account: accountOf(element), By: by}
			if element == "*" {
				t.Kind = TrustsEveryone
			}
			list = append(list, t)
		}
		for _, element := range p.CanonicalUser {
			list = append(list, Trustee{Kind: TrustsOther, Value: element, By: by})
		}
	}
	return list
}

// trusteeOf reads an element of Principal AWS.
func trusteeOf(element string) Trustee {
	t := Trustee{Kind: TrustsPrincipal, Value: element, Account: accountOf(element)}
	_, resource := cutARN(element)
	switch {
	case element == "*" || t.Account == "*" && resource == "root":
		t.Kind, t.Account = TrustsEveryone, ""
	case isAccountID(element):
		t.Kind, t.Account = TrustsAccount, element
	case resource == "root":
		t.Kind = TrustsAccount
	case !strings.HasPrefix(element, "arn:"):
		// When a principal that a trust policy names is deleted, AWS shows its unique id in
		// place of the ARN.
		t.Kind = TrustsDeleted
	}
	return t
}

func isAccountID(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}

// cutARN returns the account and the resource of an ARN, empty where it is none.
func cutARN(arn string) (account, resource string) {
	rest, found := strings.CutPrefix(arn, "arn:")
	if !found {
		return "", ""
	}
	for range 3 { // partition, service and region
		_, rest, found = strings.Cut(rest, ":")
	}
	if !found {
		return "", ""
	}
	if account, resource, found = strings.Cut(rest, ":"); !found {
		return "", ""
	}
	return account, resource
}

func accountOf(arn string) string {
	account, _ := cutARN(arn)
	return account
}

// Admission is how far a trust policy lets a principal in.
type Admission uint8

// Admissions, from none to the farthest.
const (
	NotAdmitted Admission = iota
	// AccountAdmitted lets the principal in if a policy of its own allows it too.
	AccountAdmitted
	// PrincipalAdmitted names the principal itself, or everyone. Within the account of the
	// role that is enough; from another account its own policies must allow it too
	// ("Cross-account policy evaluation logic", IAM User Guide).
	PrincipalAdmitted
)

// Admits says how far a trust policy lets a principal assume its role by sts:AssumeRole,
// and by which statement. Truth is Depends where a condition may stand against it. facts
// are those of the principal.
func (source *Source) Admits(arn, account string, f *Facts) (Admission, Truth, Ref) {
	a := newAction("sts:AssumeRole")
	best, truth, by := NotAdmitted, False, Ref{}
	doubt := false
	for i := range source.Analysis.statements {
		s := &source.Analysis.statements[i]
		if !s.about(a) {
			continue
		}
		named := s.names(arn, account)
		holds := Holds(s.Conditions, f)
		if s.Effect == Deny && s.namesSession(arn) {
			holds = min(holds, Depends)
		}
		if named == NotAdmitted || holds == False {
			continue
		}
		if s.Effect == Deny {
			if holds == True {
				return NotAdmitted, False, s.ref(source)
			}
			doubt = true
			continue
		}
		if named > best || named == best && holds > truth {
			best, truth, by = named, holds, s.ref(source)
		}
	}
	if doubt {
		truth = min(truth, Depends)
	}
	return best, truth, by
}

// names tells how the statement's principals name one.
func (s *analysed) names(arn, account string) Admission {
	if s.NotPrincipals != nil {
		if s.NotPrincipals.name(arn, account) == NotAdmitted {
			return PrincipalAdmitted
		}
		return NotAdmitted
	}
	if s.Principals == nil {
		return NotAdmitted
	}
	return s.Principals.name(arn, account)
}

func (p *Principals) name(arn, account string) Admission {
	if p.Everyone {
		return PrincipalAdmitted
	}
	best := NotAdmitted
	for _, element := range p.AWS {
		t := trusteeOf(element)
		switch {
		case t.Kind == TrustsEveryone || element == arn || sessionOf(element, arn):
			return PrincipalAdmitted
		case t.Kind == TrustsAccount && t.Account == account:
			best = AccountAdmitted
		}
	}
	return best
}

// namesSession reports whether the statement is about the role by some of its sessions alone,
// which it names, so that it is not about the others.
func (s *analysed) namesSession(role string) bool {
	p := s.Principals
	if p == nil || p.Everyone {
		return false
	}
	found := false
	for _, element := range p.AWS {
		t := trusteeOf(element)
		if t.Kind == TrustsEveryone || element == role || t.Kind == TrustsAccount && t.Account == accountOf(role) {
			return false
		}
		found = found || sessionOf(element, role)
	}
	return found
}

// sessionOf reports whether the element names a session of a role.
func sessionOf(element, role string) bool {
	account, resource := cutARN(element)
	roleAccount, roleResource := cutARN(role)
	name, found := strings.CutPrefix(resource, "assumed-role/")
	if !found || account != roleAccount || !strings.HasPrefix(roleResource, "role/") {
		return false
	}
	name, _, _ = strings.Cut(name, "/")
	return name == roleResource[strings.LastIndex(roleResource, "/")+1:]
}

// deniesService reports whether the trust policy denies a service the role in every request.
func (source *Source) deniesService(service string, f *Facts) bool {
	a := newAction("sts:AssumeRole")
	return slices.ContainsFunc(source.Analysis.statements, func(s analysed) bool {
		if s.Effect != Deny || !s.about(a) || Holds(s.Conditions, f) != True {
			return false
		}
		if s.NotPrincipals != nil {
			return !s.NotPrincipals.nameService(service)
		}
		return s.Principals != nil && s.Principals.nameService(service)
	})
}

// nameService reports whether a service is among the principals.
func (p *Principals) nameService(service string) bool {
	return p.Everyone || slices.Contains(p.AWS, "*") || slices.ContainsFunc(p.Service, func(element string) bool {
		return element == "*" || strings.EqualFold(element, service)
	})
}

// TrustsServicePrincipal reports whether the trust policy lets a service assume the role,
// and by which statement.
func (source *Source) TrustsServicePrincipal(service string) (Ref, bool) {
	for _, t := range source.Trustees() {
		if t.Kind == TrustsService && strings.EqualFold(t.Value, service) {
			return t.By, true
		}
	}
	return Ref{}, false
}
