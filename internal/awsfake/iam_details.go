package awsfake

import "slices"

// Entity types of GetAccountAuthorizationDetails.
const (
	entityUser   = "User"
	entityGroup  = "Group"
	entityRole   = "Role"
	entityLocal  = "LocalManagedPolicy"
	entityManage = "AWSManagedPolicy"
)

// detail is one entity in the answer of GetAccountAuthorizationDetails. It is
// written only when its page is answered.
type detail struct {
	list    string // the list that it stands in
	content func() []element
}

// getAuthorizationDetails pages through users, groups, roles and policies as if
// they were one list.
func getAuthorizationDetails(s *Server, r *request, t *tenant) ([]element, error) {
	filter := members(r.form, "Filter", "")
	wanted := func(kind string) bool { return len(filter) == 0 || slices.Contains(filter, kind) }
	known := []string{entityUser, entityGroup, entityRole, entityLocal, entityManage}
	for _, kind := range filter {
		if !slices.Contains(known, kind) {
			return nil, constraint(kind, "filter", "Member must satisfy enum value set: [User, Role, Group, LocalManagedPolicy, AWSManagedPolicy]")
		}
	}
	var all []detail
	if wanted(entityUser) {
		for i := range t.Users {
			all = append(all, detail{"UserDetailList", func() []element { return s.userDetail(t, &t.Users[i]) }})
		}
	}
	if wanted(entityGroup) {
		for i := range t.Groups {
			all = append(all, detail{"GroupDetailList", func() []element { return s.groupDetail(t, &t.Groups[i]) }})
		}
	}
	if wanted(entityRole) {
		for i := range t.Roles {
			all = append(all, detail{"RoleDetailList", func() []element { return s.roleDetail(t, &t.Roles[i]) }})
		}
	}
	for _, p := range s.policiesOf(t, wanted(entityLocal), wanted(entityManage), true) {
		all = append(all, detail{"Policies", func() []element { return s.policyDetail(t, p) }})
	}
	part, end, err := iamPage(s, r, all)
	if err != nil {
		return nil, err
	}
	var out []element
	for _, name := range []string{"UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"} {
		e := group(name)
		for _, d := range part {
			if d.list == name {
				e.children = append(e.children, group("member", d.content()...))
			}
		}
		out = append(out, e)
	}
	return append(out, end...), nil
}

func (s *Server) userDetail(t *tenant, u *User) []element {
	e := []element{
		text("Path", u.Path),
		text("UserName", u.Name),
		text("UserId", u.ID),
		text("Arn", s.iamARN(t.ID, "user", u.Path, u.Name)),
		moment("CreateDate", u.Created),
		list("UserPolicyList", u.Inline, inlineElements),
		texts("GroupList", u.Groups),
		list("AttachedManagedPolicies", u.Attached, attachedElements),
	}
	return append(append(e, boundaryElements(u.Boundary)...), tagElements(u.Tags))
}

func (s *Server) groupDetail(t *tenant, g *Group) []element {
	return append(s.groupElements(t, g),
		list("GroupPolicyList", g.Inline, inlineElements),
		list("AttachedManagedPolicies", g.Attached, attachedElements))
}

func (s *Server) roleDetail(t *tenant, r *Role) []element {
	e := append(s.roleElements(t, r),
		s.instanceProfiles(t, r),
		list("RolePolicyList", r.Inline, inlineElements),
		list("AttachedManagedPolicies", r.Attached, attachedElements))
	return append(append(e, boundaryElements(r.Boundary)...), tagElements(r.Tags), roleLastUsed(r))
}

// instanceProfiles are the instance profiles that hold a role, each made with the role. A
// world does not say their ids, which are made from that of the role.
func (s *Server) instanceProfiles(t *tenant, r *Role) element {
	e := group("InstanceProfileList")
	for i, name := range r.InstanceProfiles {
		e.children = append(e.children, group("member",
			text("Path", "/"),
			text("InstanceProfileName", name),
			text("InstanceProfileId", "AIPA"+r.ID[4:]+string(rune('A'+i%26))),
			text("Arn", s.iamARN(t.ID, "instance-profile", "/", name)),
			moment("CreateDate", r.Created),
			list("Roles", []*Role{r}, func(r *Role) []element { return s.roleElements(t, r) })))
	}
	return e
}

func (s *Server) policyDetail(t *tenant, p namedPolicy) []element {
	return append(s.policyElements(t, p.arn, p.ManagedPolicy),
		list("PolicyVersionList", p.Versions, func(v PolicyVersion) []element {
			return versionElements(p.ManagedPolicy, v)
		}))
}

// namedPolicy is a managed policy as it stands in an account.
type namedPolicy struct {
	*ManagedPolicy
	arn string
}

// policiesOf lists the customer-managed policies of an account, and those that
// AWS manages; of the latter only those in use when the flag is set.
func (s *Server) policiesOf(t *tenant, local, aws, used bool) []namedPolicy {
	var all []namedPolicy
	if local {
		for i := range t.Policies {
			p := &t.Policies[i]
			all = append(all, namedPolicy{p, s.iamARN(t.ID, "policy", p.Path, p.Name)})
		}
	}
	if aws {
		for i := range s.ManagedPolicies {
			p := &s.ManagedPolicies[i]
			arn := s.iamARN("aws", "policy", p.Path, p.Name)
			if !used || t.attached[arn]+t.boundaries[arn] > 0 {
				all = append(all, namedPolicy{p, arn})
			}
		}
	}
	return all
}
