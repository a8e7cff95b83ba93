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
		found = x.roles(name, func(m *Member) bool { return m.Entitled && m.changeable() }, "")
	case "iam:PassRole":
		found = x.passable(services)
	case "iam:DeleteUserPermissionsBoundary":
		found = x.unbound(name)
	default:
		found = x.elsewhere(name)
	}
	slices.SortStableFunc(found, func(a, b reach) int {
		return cmp.Or(cmp.Compare(rank(a.ends), rank(b.ends)), cmp.Compare(b.always, a.always))
	})
	return found
}

// worthAttaching are the managed policies that make an administrator when attached. A
// condition on iam:PolicyARN that leaves none of them leaves nothing.
func (x *escalator) worthAttaching() []string {
	prefix := "arn:" + x.estate.Partition + ":iam::aws:policy/"
	worth := []string{prefix + "AdministratorAccess", prefix + "IAMFullAccess"}
	for _, p := range x.estate.Policies {
		if p.Administers {
			worth = append(worth, p.ARN)
		}
	}
	return worth
}

// makeable is a policy that nobody names and that the member can make as it likes, or nothing.
func (x *escalator) makeable() []string {
	arn := "arn:" + x.estate.Partition + ":iam::" + x.estate.Account + ":policy/orgaudit-anything"
	if can, _ := x.can("iam:CreatePolicy", arn, nil); can == False {
		return nil
	}
	return []string{arn}
}

// give says whether a policy can be given to a member: an inline one, or an attached one
// that is worth it.
func (x *escalator) give(name string, m *Member) (Truth, Ref) {
	if !strings.HasPrefix(name, "iam:Attach") || x.question(name).asks&asksPolicyARN == 0 {
		return x.can(name, m.ARN, m.facts)
	}
	if x.worth == nil {
		x.worth = slices.Concat(x.worthAttaching(), x.makeable())
	}
	always, by := False, Ref{}
	for _, arn := range x.worth {
		attaching := func(f *Facts) *Facts { return m.facts(f).With(map[string]Fact{keyPolicyARN: Is(arn)}) }
		if t, ref := x.can(name, m.ARN, attaching); t > always {
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
		if m.Kind != kind || !m.changeable() || m.Administrator && m != x.self || kind == GroupMember && m.Members == 0 {
			continue
		}
		own := m == x.self || kind == GroupMember && slices.Contains(x.self.Groups, m.ARN)
		if !own && m.BoundaryBinds {
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
		if own && x.self.BoundaryBinds {
			var ok bool
			if r.ends, ok = x.beyond(); !ok {
				continue
			}
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
			if m.Password && !strings.ContainsAny(m.ARN, "*?") || !x.eitherWay(m, "iam:UpdateLoginProfile") {
				continue // it has a password already, or nobody knows
			}
		case "iam:UpdateLoginProfile":
			if !m.Password && (!m.Unreported || !x.eitherWay(m, "iam:CreateLoginProfile")) {
				continue
			}
		case "iam:CreateAccessKey":
			// A user has two keys at most ("IAM and AWS STS quotas", IAM User Guide).
			if deletes, _ := x.can("iam:DeleteAccessKey", m.ARN, m.facts); m.AccessKeys >= 2 && deletes == False {
				continue
			}
		}
		if always, by := x.can(name, m.ARN, m.facts); always != False {
			found = append(found, reach{m.ARN, endOf(m), always, by})
		}
	}
	return found
}

// eitherWay reports whether it is settled without the credential report that a user's password
// can be made or changed, since the member may do the other of the two as well.
func (x *escalator) eitherWay(m *Member, other string) bool {
	if !m.Unreported || x.estate.OpenTrust {
		return true
	}
	can, _ := x.can(other, m.ARN, m.facts)
	return can != False
}

// groups are the groups that somebody can be added to, and that have rights to give.
func (x *escalator) groups(name string) []reach {
	var found []reach
	for _, m := range x.estate.Members {
		if m.Kind != GroupMember || !m.Entitled || slices.Contains(x.self.Groups, m.ARN) {
			continue
		}
		always, by := x.can(name, m.ARN, m.facts)
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

// roles are the roles that an action can be done to, for a service where one is named.
func (x *escalator) roles(name string, worth func(*Member) bool, service string) []reach {
	var found []reach
	var passing *Facts
	for _, m := range x.estate.Members {
		if m.Kind != RoleMember || m.ServiceLinked || m == x.self || !worth(m) {
			continue
		}
		facts := m.facts
		if service != "" {
			facts = func(f *Facts) *Facts {
				if passing == nil {
					passing = f.With(map[string]Fact{keyPassedTo: Is(service)})
				}
				return m.facts(passing)
			}
		}
		if always, by := x.can(name, m.ARN, facts); always != False {
			found = append(found, reach{m.ARN, endOf(m), always, by})
		}
	}
	return found
}

// passable are the other roles that can be passed to one of the services and that it can assume.
func (x *escalator) passable(services []string) []reach {
	if len(services) == 0 {
		return x.roles("iam:PassRole", func(m *Member) bool { return m.Entitled }, "")
	}
	var found []reach
	for _, service := range services {
		found = append(found, x.roles("iam:PassRole", func(m *Member) bool {
			return m.Entitled && x.estate.trusts(m, []string{service}, x.self.Principal.Facts)
		}, service)...)
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
		always, by := x.can(name, m.ARN, m.facts)
		if always == False {
			continue
		}
		r := reach{m.ARN, EndsOther, always, by}
		if m == x.self {
			r.ends = endUnbound(m, EndsOwn)
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
	q := x.question(name)
	may := q.may(q.facts)
	if len(may) == 0 {
		return nil
	}
	first := best(may)
	return []reach{{ends: ends, always: first.Always, by: first.By[0]}}
}
