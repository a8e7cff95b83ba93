package policy

import "slices"

// Caller is who makes a request, for policies that name principals.
type Caller struct {
	// ARN is the caller's; empty where any principal of the account is meant.
	ARN, Account string
}

// Denies says whether the policy denies a caller an action on a resource, and by which
// statement: True where it does so in every request that the facts describe, Depends where it
// does so in some. It is for policies whose statements name principals: trust policies, in
// which nothing stands for the resource, and RCPs.
func (source *Source) Denies(name, resource string, caller Caller, f *Facts) (Truth, Ref) {
	a := newAction(name)
	found, by := False, Ref{}
	for i := range source.Analysis.statements {
		s := &source.Analysis.statements[i]
		if s.Effect != Deny || !s.about(a) {
			continue
		}
		t := min(s.isFor(caller), s.on(resource, f), Holds(s.Conditions, f))
		if t > found {
			found, by = t, s.ref(source)
		}
		if found == True {
			break
		}
	}
	return found, by
}

// isFor says whether the statement is about the caller. One that leaves out some principals
// of an account is about others of it.
func (s *analysed) isFor(caller Caller) Truth {
	if s.NotPrincipals != nil && caller.ARN == "" && slices.ContainsFunc(s.NotPrincipals.AWS, func(element string) bool {
		return accountOf(element) == caller.Account
	}) {
		return Depends
	}
	if s.namesSession(caller.ARN) {
		return Depends
	}
	return truth(s.names(caller.ARN, caller.Account) != NotAdmitted)
}
