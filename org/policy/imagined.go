package policy

import "slices"

// Escalations returns the ways in which somebody who had this one policy could widen their
// rights, in an account that holds everything that it takes: policies, users, groups and
// roles of every name. It is the question for a policy apart from those who have it; what a
// principal of an account can do is answered by [Estate.Escalations].
func (source *Source) Escalations() []Escalation {
	var found []Escalation
	for _, kind := range []MemberKind{UserMember, RoleMember} {
		e, self := imagine(kind, source)
		for _, hit := range e.Escalations(self) {
			i := indexOf(found, hit.Name)
			switch {
			case i < 0:
				found = append(found, hit)
			case rank(hit.Ends) < rank(found[i].Ends):
				found[i] = hit
			}
		}
	}
	return found
}

// Administers reports whether somebody who had this one policy would be an administrator,
// for whom Escalations finds nothing.
func (source *Source) Administers() bool {
	if len(source.Analysis.Grants) == 0 {
		return false
	}
	return slices.ContainsFunc([]MemberKind{UserMember, RoleMember}, func(kind MemberKind) bool {
		_, self := imagine(kind, source)
		return self.Administrator
	})
}

func indexOf(escalations []Escalation, name string) int {
	for i := range escalations {
		if escalations[i].Name == name {
			return i
		}
	}
	return -1
}

// Privileged reports whether somebody who had these identity policies would be an
// administrator, or could widen their rights in an account that holds everything that it
// takes. It may say so of a principal who, in the account where it is, can do neither.
func Privileged(kind MemberKind, sources ...*Source) bool {
	e, self := imagine(kind, sources...)
	return self.Administrator || len(e.Escalations(self)) > 0
}

// imagine makes an account with one of everything, whose names are globs, and a member that
// has the policies.
func imagine(kind MemberKind, sources ...*Source) (*Estate, *Member) {
	// Twelve question marks are an account, but not the one of AWS-managed policies.
	const partition, account = "*", "????????????"
	arn := func(resource string) string { return "arn:" + partition + ":iam::" + account + ":" + resource }
	const name = "self"
	self := &Member{
		// The path before the name may be any.
		Kind: kind, ARN: "arn:*:iam::*:" + string(kind) + "*" + name, Entitled: true,
		Policies: []string{arn("policy/*")},
	}
	facts := &Facts{Keys: map[string]Fact{"aws:username": Absent(), "aws:principalisawsservice": Is("false")}}
	if kind == UserMember {
		facts.Keys["aws:username"] = Is(name)
		self.Groups = []string{arn("group/*")}
	}
	self.Principal = &Principal{ARN: self.ARN, Identity: sources, Facts: facts}
	self.Administrator = self.Principal.Administrator() != nil
	e := &Estate{Partition: "aws", IdentityCenter: true, OpenTrust: true, Members: []*Member{
		self,
		{Kind: UserMember, ARN: arn("user/*"), Entitled: true, Administrator: true, Password: true},
		{Kind: GroupMember, ARN: arn("group/*"), Entitled: true, Members: 1},
		{Kind: GroupMember, ARN: arn("group/*"), Entitled: true, Members: 1, Administrator: true},
		{Kind: RoleMember, ARN: arn("role/*"), Entitled: true, Administrator: true},
	}, Policies: []CustomerPolicy{{ARN: arn("policy/*"), Versions: 2}}}
	return e, self
}
