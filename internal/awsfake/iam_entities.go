package awsfake

import "slices"

func getUser(s *Server, r *request, t *tenant) ([]element, error) {
	if r.form.Get("UserName") == "" && r.caller.root {
		return []element{group("User",
			text("UserId", t.ID),
			text("Arn", s.rootUserARN(t.ID)),
			moment("CreateDate", t.Root.Created))}, nil
	}
	u, err := findUser(r, t)
	if err != nil {
		return nil, err
	}
	e := append(s.userElements(t, u), boundaryElements(u.Boundary)...)
	return []element{group("User", append(e, tagElements(u.Tags))...)}, nil
}

func listAccessKeys(s *Server, r *request, t *tenant) ([]element, error) {
	u, err := findUser(r, t)
	if err != nil {
		return nil, err
	}
	return iamList(s, r, "AccessKeyMetadata", u.Keys, func(k AccessKey) []element {
		status := "Inactive"
		if k.Active {
			status = "Active"
		}
		return []element{
			text("UserName", u.Name),
			text("AccessKeyId", k.ID),
			text("Status", status),
			moment("CreateDate", k.Created),
		}
	})
}

func listMFADevices(s *Server, r *request, t *tenant) ([]element, error) {
	u, err := findUser(r, t)
	if err != nil {
		return nil, err
	}
	return iamList(s, r, "MFADevices", u.MFA, func(d MFADevice) []element {
		return []element{
			text("UserName", u.Name),
			text("SerialNumber", d.Serial),
			moment("EnableDate", d.Enabled),
		}
	})
}

func getRole(s *Server, r *request, t *tenant) ([]element, error) {
	role, err := findRole(r, t)
	if err != nil {
		return nil, err
	}
	e := append(s.roleElements(t, role), roleSettings(role)...)
	e = append(e, boundaryElements(role.Boundary)...)
	return []element{group("Role", append(e, tagElements(role.Tags), roleLastUsed(role))...)}, nil
}

func listAttachedRolePolicies(s *Server, r *request, t *tenant) ([]element, error) {
	role, err := findRole(r, t)
	if err != nil {
		return nil, err
	}
	return iamList(s, r, "AttachedPolicies", role.Attached, attachedElements)
}

func getPolicy(s *Server, r *request, t *tenant) ([]element, error) {
	p, err := s.findPolicy(r, t)
	if err != nil {
		return nil, err
	}
	return []element{group("Policy", s.policyElements(t, r.form.Get("PolicyArn"), p)...)}, nil
}

func getPolicyVersion(s *Server, r *request, t *tenant) ([]element, error) {
	p, err := s.findPolicy(r, t)
	if err != nil {
		return nil, err
	}
	id := r.form.Get("VersionId")
	for _, v := range p.Versions {
		if v.ID == id {
			return []element{group("PolicyVersion", versionElements(p, v)...)}, nil
		}
	}
	return nil, noSuchEntity("Policy %s version %s does not exist or is not attachable.", r.form.Get("PolicyArn"), id)
}

// entity is a user, group or role that has a policy.
type entity struct {
	list    string
	content []element
}

// listEntitiesForPolicy lists the entities that a policy is attached to or that
// it bounds; PolicyUsageFilter and EntityFilter narrow the list.
func listEntitiesForPolicy(s *Server, r *request, t *tenant) ([]element, error) {
	if _, err := s.findPolicy(r, t); err != nil {
		return nil, err
	}
	arn, usage, filter := r.form.Get("PolicyArn"), r.form.Get("PolicyUsageFilter"), r.form.Get("EntityFilter")
	wanted := func(kind string, attached []string, boundary string) bool {
		return (filter == "" || filter == kind) &&
			(usage != "PermissionsBoundary" && slices.Contains(attached, arn) ||
				usage != "PermissionsPolicy" && boundary == arn)
	}
	var all []entity
	for _, g := range t.Groups {
		if wanted(entityGroup, g.Attached, "") {
			all = append(all, entity{"PolicyGroups", []element{text("GroupName", g.Name), text("GroupId", g.ID)}})
		}
	}
	for _, u := range t.Users {
		if wanted(entityUser, u.Attached, u.Boundary) {
			all = append(all, entity{"PolicyUsers", []element{text("UserName", u.Name), text("UserId", u.ID)}})
		}
	}
	for _, role := range t.Roles {
		if wanted(entityRole, role.Attached, role.Boundary) {
			all = append(all, entity{"PolicyRoles", []element{text("RoleName", role.Name), text("RoleId", role.ID)}})
		}
	}
	part, end, err := iamPage(s, r, all)
	if err != nil {
		return nil, err
	}
	var out []element
	for _, name := range []string{"PolicyGroups", "PolicyUsers", "PolicyRoles"} {
		e := group(name)
		for _, one := range part {
			if one.list == name {
				e.children = append(e.children, group("member", one.content...))
			}
		}
		out = append(out, e)
	}
	return append(out, end...), nil
}
