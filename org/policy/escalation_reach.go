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
		found = x.roles(name, func(m *Member) bool { return m.Entitled && m.changeable() }, nil)
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
	f := x.self.Principal.Facts
	if p.Tags != nil {
		f = taggedFacts(f, map[string]Fact{}, p.Tags)
	}
	always, by := x.can(name, p.ARN, f)
	if name == "iam:CreatePolicyVersion" && p.Versions >= mostVersions {
		deletes, _ := x.can("iam:DeletePolicyVersion", p.ARN, f)
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

// beyond is what the member, which is bound, could reach if it had all the rights that its
// boundary leaves it. Where that is nothing, the boundary holds whatever the member is given.
func (x *escalator) beyond() (End, bool) {
	if x.entitled {
		return "", false
	}
	if x.beyondBoundary == nil {
		everything := Analyse(&Document{Version: versionWithVariables, Statements: []Statement{{
			Effect: Allow, Actions: []string{"*"}, Resources: []string{"*"},
		}}})
		p := *x.self.Principal
		p.Identity = []*Source{{Kind: IdentityPolicy, Name: "everything", Analysis: everything}}
		self := *x.self
		self.Principal = &p
		e := *x.estate
		e.Members = slices.Clone(e.Members)
		e.Members[slices.Index(e.Members, x.self)] = &self
		found := []End{}
		full := &escalator{estate: &e, self: &self, allowed: p.watched(), reached: map[string][]reach{}, entitled: true}
		for _, c := range combinations() {
			if hit, ok := full.try(c); ok {
				found = append(found, hit.Ends)
			}
		}
		slices.SortFunc(found, func(a, b End) int { return cmp.Compare(rank(a), rank(b)) })
		x.beyondBoundary = found
	}
	if len(x.beyondBoundary) == 0 {
		return "", false
	}
	return x.beyondBoundary[0], true
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
	f := m.facts(x.self.Principal.Facts)
	if !strings.HasPrefix(name, "iam:Attach") {
		return x.can(name, m.ARN, f)
	}
	always, by := False, Ref{}
	for _, arn := range slices.Concat(x.worthAttaching(), x.makeable()) {
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
			if m.Password && !m.Unreported && !strings.ContainsAny(m.ARN, "*?") {
				continue // it has a password already
			}
		case "iam:UpdateLoginProfile":
			if !m.Password && !m.Unreported {
				continue
			}
		case "iam:CreateAccessKey":
			// A user has two keys at most ("IAM and AWS STS quotas", IAM User Guide).
			if deletes, _ := x.can("iam:DeleteAccessKey", m.ARN, m.facts(x.self.Principal.Facts)); m.AccessKeys >= 2 && deletes == False {
				continue
			}
		}
		if always, by := x.can(name, m.ARN, m.facts(x.self.Principal.Facts)); always != False {
			if m.Unreported {
				always = Depends
			}
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
		if m.Kind != RoleMember || m.ServiceLinked || m == x.self || !worth(m) {
			continue
		}
		base := cmp.Or(f, x.self.Principal.Facts)
		if always, by := x.can(name, m.ARN, m.facts(base)); always != False {
			found = append(found, reach{m.ARN, endOf(m), always, by})
		}
	}
	return found
}

// passable are the roles that can be passed to one of the services and that it can assume.
func (x *escalator) passable(services []string) []reach {
	if len(services) == 0 {
		return x.roles("iam:PassRole", func(m *Member) bool { return m.Entitled }, nil)
	}
	var found []reach
	for _, service := range services {
		f := x.self.Principal.Facts.With(map[string]Fact{"iam:passedtoservice": Is(service)})
		found = append(found, x.roles("iam:PassRole", func(m *Member) bool {
			return m.Entitled && x.estate.trusts(m, []string{service})
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
	may := x.self.Principal.May(name, nil)
	if len(may) == 0 {
		return nil
	}
	first := best(may)
	return []reach{{ends: ends, always: first.Always, by: first.By[0]}}
}

// onSame tries a combination that gives a member more rights and takes it over: both must be
// about the same one.
func (x *escalator) onSame(c Combination, change, take string) (Escalation, bool) {
	hit := Escalation{Combination: c, Always: True}
	kind := RoleMember
	if take == "iam:CreateAccessKey" {
		kind = UserMember
	}
	for _, m := range x.estate.Members {
		if m.Kind != kind || m.ServiceLinked || m == x.self {
			continue
		}
		takes, by := x.take(take, change, m)
		if takes == False {
			continue
		}
		ends, always, ref := x.change(change, m)
		always = min(always, takes)
		if always == False {
			continue
		}
		if hit.Ends == "" || rank(ends) < rank(hit.Ends) || ends == hit.Ends && always > hit.Always {
			hit.Ends, hit.Target, hit.Always = ends, m.ARN, always
			hit.By = []Ref{ref}
			if by.Source != nil {
				hit.By = append(hit.By, by)
			}
		}
	}
	return hit, hit.Ends != ""
}

// take says whether another member can be taken over.
func (x *escalator) take(name, change string, m *Member) (Truth, Ref) {
	switch {
	case name == "sts:AssumeRole" && change == "iam:UpdateAssumeRolePolicy" && m.Entitled:
		// The trust policy can be made to name the member.
		return x.can(name, m.ARN, nil)
	case name == "sts:AssumeRole":
		return x.assumes(m)
	case !m.changeable():
		return False, Ref{}
	}
	return x.can(name, m.ARN, m.facts(x.self.Principal.Facts))
}

// change says whether another member can be given more, and what taking it over then ends in.
func (x *escalator) change(name string, m *Member) (ends End, always Truth, by Ref) {
	switch name {
	case "iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:AttachUserPolicy", "iam:PutUserPolicy":
		if !m.BoundaryBinds && m.changeable() {
			always, by = x.give(name, m)
		}
		return EndsAdministrator, always, by
	case "iam:CreatePolicyVersion":
		for _, p := range x.estate.Policies {
			if m.BoundaryBinds || !slices.Contains(m.Policies, p.ARN) {
				continue
			}
			if t, ref := x.rewrite(name, p); t > always {
				always, by = t, ref
			}
		}
		return EndsAdministrator, always, by
	case "iam:DeleteRolePermissionsBoundary":
		ends = endUnbound(m, EndsOther)
		if !m.BoundaryBinds {
			return ends, False, by
		}
	default:
		ends = endOf(m)
	}
	if m.changeable() {
		always, by = x.can(name, m.ARN, m.facts(x.self.Principal.Facts))
	}
	return ends, always, by
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
	// Named by the role itself, a principal of the same account needs no policy.
	granted := admission == PrincipalAdmitted
	d := p.Decide(Request{Action: "sts:AssumeRole", Resource: m.ARN, Granted: granted})
	switch {
	case d.Allowed == False:
		return False, Ref{}
	case granted:
		return min(d.Allowed, truth), by
	}
	return min(d.Allowed, truth), d.By[0]
}
