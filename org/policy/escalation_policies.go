package policy

import "slices"

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
		if always, by := x.rewrite(name, p); always != False {
			found = append(found, reach{p.ARN, ends, always, by})
		}
	}
	return found
}

// mostVersions are the versions that a managed policy can have ("IAM and AWS STS quotas", IAM
// User Guide).
const mostVersions = 5

// rewrite says whether a policy can be given another text.
func (x *escalator) rewrite(name string, p CustomerPolicy) (Truth, Ref) {
	always, by := x.can(name, p.ARN, p.facts)
	if name == "iam:CreatePolicyVersion" && p.Versions >= mostVersions {
		deletes, _ := x.can("iam:DeletePolicyVersion", p.ARN, p.facts)
		always = min(always, deletes)
	}
	return always, by
}

// endOfPolicy is what it ends in to rewrite a policy: administrator rights where the
// member has it itself, more rights for others where they have it, and nothing where
// nobody does, or where the boundary of those who have it binds them. A policy that is a
// boundary can be made to bind nobody.
func (x *escalator) endOfPolicy(arn string) (End, bool) {
	bounds := func(m *Member) bool { return m.BoundaryBinds && m.Boundary == arn }
	if x.attached(x.self, arn) {
		if !x.self.BoundaryBinds || bounds(x.self) {
			return EndsAdministrator, true
		}
		if end, ok := x.beyond(); ok {
			return end, true
		}
	}
	if bounds(x.self) {
		return endUnbound(x.self, EndsOwn), true
	}
	others := slices.ContainsFunc(x.estate.Members, func(m *Member) bool {
		return m != x.self && (bounds(m) || slices.Contains(m.Policies, arn) && !m.BoundaryBinds && (m.Kind != GroupMember || m.Members > 0))
	})
	return EndsOther, others
}

// endUnbound is what a bound member ends in without its boundary.
func endUnbound(m *Member, otherwise End) End {
	if m.Principal != nil && administers(m.Principal.Identity, m.Principal.Facts) != nil {
		return EndsAdministrator
	}
	return otherwise
}

// attached reports whether a policy is attached to a member, also through a group.
func (x *escalator) attached(m *Member, arn string) bool {
	return slices.Contains(m.Policies, arn) || slices.ContainsFunc(x.estate.Members, func(g *Member) bool {
		return g.Kind == GroupMember && slices.Contains(m.Groups, g.ARN) && slices.Contains(g.Policies, arn)
	})
}
