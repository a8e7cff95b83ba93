package policy

import (
	"cmp"
	"slices"
	"strings"
)

// reach returns what an action can be done to that is worth something, the best first.
func (x *escalator) reach(name string, services []string) []reach {
	if !x.allows(name) {
		return nil
	}
	var found []reach
	switch name {
	case "iam:CreatePolicyVersion":
		found = x.policies(name, 1)
	case "iam:SetDefaultPolicyVersion":
		// With one version alone there is nothing to go back to.
		found = x.policies(name, 2)
	case "iam:AttachUserPolicy", "iam:PutUserPolicy":
		found = x.entitle(name, UserMember)
	case "iam:AttachGroupPolicy", "iam:PutGroupPolicy":
		found = x.entitle(name, GroupMember)
	case "iam:AttachRolePolicy", "iam:PutRolePolicy":
		found = x.entitle(name, RoleMember)
	case "iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile", "iam:DeleteAccessKey":
		found = x.credentials(name)
	case "iam:AddUserToGroup":
		found = x.groups(name)
	case "iam:UpdateAssumeRolePolicy":
		found = x.roles(name, func(m *Member) bool { return m != x.self && m.Entitled }, nil)
	case "iam:PassRole":
		found = x.passable(services)
	case "iam:DeleteUserPermissionsBoundary":
		found = x.unbound(name)
	case "iam:DeleteRolePermissionsBoundary":
		found = x.roles(name, func(m *Member) bool { return m.BoundaryBinds }, nil)
	default:
		found = x.elsewhere(name)
	}
	slices.SortStableFunc(found, func(a, b reach) int {
		return cmp.Or(cmp.Compare(rank(a.ends), rank(b.ends)), cmp.Compare(b.always, a.always))
	})
	return found
}

// policies are the customer-managed policies that can be given another text. AWS-managed
// policies cannot be changed by anybody in the account.
func (x *escalator) policies(name string, versions int) []reach {
	var found []reach
	for _, p := range x.estate.Policies {
		if p.Versions < versions {
			continue
		}
		ends, worth := x.endOfPolicy(p.ARN)
		if !worth {
			continue
		}
		f := taggedFacts(x.self.Principal.Facts, map[string]Fact{}, p.Tags)
		if always, by := x.can(name, p.ARN, f); always != False {
			found = append(found, reach{p.ARN, ends, always, by})
		}
	}
	return found
}

// endOfPolicy is what it ends in to rewrite a policy: administrator rights where the
// member has it itself, more rights for others where they have it, and nothing where
// nobody does, or where the boundary of those who have it binds them.
func (x *escalator) endOfPolicy(arn string) (End, bool) {
	if x.attached(x.self, arn) && !x.self.BoundaryBinds {
		return EndsAdministrator, true
	}
	others := slices.ContainsFunc(x.estate.Members, func(m *Member) bool {
		return m != x.self && slices.Contains(m.Policies, arn) && !m.BoundaryBinds && (m.Kind != GroupMember || m.Members > 0)
	})
	return EndsOther, others
}

// attached reports whether a policy is attached to a member, also through a group.
func (x *escalator) attached(m *Member, arn string) bool {
	return slices.Contains(m.Policies, arn) || slices.ContainsFunc(x.estate.Members, func(g *Member) bool {
		return g.Kind == GroupMember && slices.Contains(m.Groups, g.ARN) && slices.Contains(g.Policies, arn)
	})
}

// worthAttaching are the managed policies that make an administrator when attached. A
// condition on iam:PolicyARN that leaves none of them leaves nothing.
func (x *escalator) worthAttaching() []string {
	prefix := "arn:" + x.estate.Partition + ":iam::aws:policy/"
	return []string{prefix + "AdministratorAccess", prefix + "IAMFullAccess"}
}

// give says whether a policy can be given to a member: an inline one, or an attached one
// that is worth it.
func (x *escalator) give(name string, m *Member) (Truth, Ref) {
	f := m.facts(x.self.Principal.Facts)
	if !strings.HasPrefix(name, "iam:Attach") {
		return x.can(name, m.ARN, f)
	}
	always, by := False, Ref{}
	for _, arn := range x.worthAttaching() {
		if t, ref := x.can(name, m.ARN, f.With(map[string]Fact{"iam:policyarn": Is(arn)})); t > always {
			always, by = t, ref
		}
	}
	return always, by
}

// entitle are the members that can be given another policy: itself or its group, which
// ends in administrator rights unless a boundary binds, or others.
func (x *escalator) entitle(name string, kind MemberKind) []reach {
	var found []reach
	for _, m := range x.estate.Members {
		if m.Kind != kind || m.ServiceLinked || m.Administrator && m != x.self || kind == GroupMember && m.Members == 0 {
			continue
		}
		own := m == x.self || kind == GroupMember && slices.Contains(x.self.Groups, m.ARN)
		if own && x.self.BoundaryBinds || !own && m.BoundaryBinds {
			continue
		}
		always, by := x.give(name, m)
		if always == False {
			continue
		}
		r := reach{m.ARN, EndsOther, always, by}
		if own {
			r.ends = EndsAdministrator
		}
		found = append(found, r)
	}
	return found
}

// credentials are the users whose credentials can be made or changed. A user without any
// rights is worth nothing.
func (x *escalator) credentials(name string) []reach {
	var found []reach
	for _, m := range x.estate.Members {
		if m.Kind != UserMember || m == x.self || !m.Entitled {
			continue
		}
		switch name {
		case "iam:CreateLoginProfile":
			if m.Password && !strings.ContainsAny(m.ARN, "*?") {
				continue // it has a password already
			}
		case "iam:UpdateLoginProfile":
			if !m.Password {
				continue
			}
		case "iam:CreateAccessKey":
			// A user has two keys at most ("IAM and AWS STS quotas", IAM User Guide).
			if m.AccessKeys >= 2 && !x.allows("iam:DeleteAccessKey") {
				continue
			}
		}
		if always, by := x.can(name, m.ARN, m.facts(x.self.Principal.Facts)); always != False {
			found = append(found, reach{m.ARN, endOf(m), always, by})
		}
	}
	return found
}

// groups are the groups that somebody can be added to, and that have rights to give.
func (x *escalator) groups(name string) []reach {
	var found []reach
	for _, m := range x.estate.Members {
		if m.Kind != GroupMember || !m.Entitled || slices.Contains(x.self.Groups, m.ARN) {
			continue
		}
		always, by := x.can(name, m.ARN, m.facts(x.self.Principal.Facts))
		if always == False {
			continue
		}
		ends := EndsOther
		if x.self.Kind == UserMember && m.Administrator && !x.self.BoundaryBinds {
			ends = EndsAdministrator
		}
		found = append(found, reach{m.ARN, ends, always, by})
	}
	return found
}

// roles are the roles that an action can be done to.
func (x *escalator) roles(name string, worth func(*Member) bool, f *Facts) []reach {
	var found []reach
	for _, m := range x.estate.Members {
		if m.Kind != RoleMember || m.ServiceLinked || !worth(m) {
			continue
		}
		base := cmp.Or(f, x.self.Principal.Facts)
		if always, by := x.can(name, m.ARN, m.facts(base)); always != False {
			found = append(found, reach{m.ARN, endOf(m), always, by})
		}
	}
	return found
}

// passable are the other roles that can be passed to one of the services and that it can assume.
func (x *escalator) passable(services []string) []reach {
	if len(services) == 0 {
		return x.roles("iam:PassRole", func(m *Member) bool { return m != x.self && m.Entitled }, nil)
	}
	var found []reach
	for _, service := range services {
		f := x.self.Principal.Facts.With(map[string]Fact{"iam:passedtoservice": Is(service)})
		found = append(found, x.roles("iam:PassRole", func(m *Member) bool {
			return m != x.self && m.Entitled && x.estate.trusts(m, []string{service})
		}, f)...)
	}
	return found
}

// unbound are the users whose boundary can be taken away.
func (x *escalator) unbound(name string) []reach {
	var found []reach
	for _, m := range x.estate.Members {
		if m.Kind != UserMember || !m.BoundaryBinds {
			continue
		}
		always, by := x.can(name, m.ARN, m.facts(x.self.Principal.Facts))
		if always == False {
			continue
		}
		r := reach{m.ARN, EndsOther, always, by}
		if m == x.self {
			r.ends = EndsOwn
			if m.Principal != nil && administers(m.Principal.Identity, m.Principal.Facts) != nil {
				r.ends = EndsAdministrator
			}
		}
		found = append(found, r)
	}
	return found
}

// elsewhere asks about actions of other services, whose resources the evidence does not show.
func (x *escalator) elsewhere(name string) []reach {
	ends := EndsOther
	if strings.HasPrefix(name, "sso:") {
		if !x.estate.IdentityCenter {
			return nil
		}
		// Permission sets reach into accounts where anybody may be an administrator.
		ends = EndsAdministrator
	}
	may := x.self.Principal.May(name, nil)
	if len(may) == 0 {
		return nil
	}
	first := best(may)
	return []reach{{ends: ends, always: first.Always, by: first.By[0]}}
}

// onAssumed tries a combination that changes a role and assumes it: both must be the same.
func (x *escalator) onAssumed(c Combination, change string) (Escalation, bool) {
	hit := Escalation{Combination: c, Always: True}
	if !x.allows(change) {
		return hit, false
	}
	for _, m := range x.estate.Members {
		if m.Kind != RoleMember || m.ServiceLinked || m == x.self {
			continue
		}
		assumes, by := x.assumes(m)
		if change == "iam:UpdateAssumeRolePolicy" && m.Entitled {
			// The trust policy can be made to name the member.
			assumes, by = x.can("sts:AssumeRole", m.ARN, nil)
		}
		if assumes == False {
			continue
		}
		ends := EndsAdministrator
		var always Truth
		var ref Ref
		switch change {
		case "iam:AttachRolePolicy", "iam:PutRolePolicy":
			if m.BoundaryBinds {
				continue
			}
			always, ref = x.give(change, m)
		case "iam:DeleteRolePermissionsBoundary":
			if !m.BoundaryBinds {
				continue
			}
			ends = EndsOther
			if m.Principal != nil && administers(m.Principal.Identity, m.Principal.Facts) != nil {
				ends = EndsAdministrator
			}
			always, ref = x.can(change, m.ARN, m.facts(x.self.Principal.Facts))
		case "iam:CreatePolicyVersion":
			i := slices.IndexFunc(x.estate.Policies, func(p CustomerPolicy) bool { return slices.Contains(m.Policies, p.ARN) })
			if i < 0 || m.BoundaryBinds {
				continue
			}
			p := x.estate.Policies[i]
			always, ref = x.can(change, p.ARN, taggedFacts(x.self.Principal.Facts, map[string]Fact{}, p.Tags))
		default:
			ends = endOf(m)
			always, ref = x.can(change, m.ARN, m.facts(x.self.Principal.Facts))
		}
		if always == False {
			continue
		}
		if hit.Ends == "" || rank(ends) < rank(hit.Ends) {
			hit.Ends, hit.Target, hit.Always = ends, m.ARN, min(always, assumes)
			hit.By = []Ref{ref}
			if by.Source != nil {
				hit.By = append(hit.By, by)
			}
		}
	}
	return hit, hit.Ends != ""
}

// assumes says whether the member can assume a role of its account.
func (x *escalator) assumes(m *Member) (Truth, Ref) {
	if m.Trust == nil {
		return False, Ref{}
	}
	p := x.self.Principal
	admission, truth, by := m.Trust.Admits(p.ARN, p.Account, p.Facts)
	switch {
	case admission == NotAdmitted:
		return False, Ref{}
	case strings.ContainsAny(m.ARN, "*?"):
		t, ref := x.can("sts:AssumeRole", m.ARN, nil)
		return min(t, truth), ref
	}
	d := p.Decide(Request{Action: "sts:AssumeRole", Resource: m.ARN})
	switch {
	case d.Explicit, d.Allowed == False && d.Layer == ServiceControlPolicy:
		return False, Ref{}
	case admission == PrincipalAdmitted && d.Allowed == False:
		// Named by the role itself, a principal of the same account needs no policy.
		return truth, by
	case d.Allowed == False:
		return False, Ref{}
	}
	return min(d.Allowed, truth), d.By[0]
}
