package awsfake

import (
	"maps"
	"slices"
)

// The elements that several operations of IAM answer. The names of the
// functions are those of the types in the API reference.

func (s *Server) userElements(t *tenant, u *User) []element {
	e := []element{
		text("Path", u.Path),
		text("UserName", u.Name),
		text("UserId", u.ID),
		text("Arn", s.iamARN(t.ID, "user", u.Path, u.Name)),
		moment("CreateDate", u.Created),
	}
	if u.Password && u.PasswordLastUsed != nil {
		e = append(e, moment("PasswordLastUsed", *u.PasswordLastUsed))
	}
	return e
}

func (s *Server) groupElements(t *tenant, g *Group) []element {
	return []element{
		text("Path", g.Path),
		text("GroupName", g.Name),
		text("GroupId", g.ID),
		text("Arn", s.iamARN(t.ID, "group", g.Path, g.Name)),
		moment("CreateDate", g.Created),
	}
}

// roleElements are the fields that every answer about a role has.
func (s *Server) roleElements(t *tenant, r *Role) []element {
	return []element{
		text("Path", r.Path),
		text("RoleName", r.Name),
		text("RoleId", r.ID),
		text("Arn", s.iamARN(t.ID, "role", r.Path, r.Name)),
		moment("CreateDate", r.Created),
		document("AssumeRolePolicyDocument", r.Trust),
	}
}

// roleSettings are the fields of a role that the details do not have.
func roleSettings(r *Role) []element {
	var e []element
	if r.Description != "" {
		e = append(e, text("Description", r.Description))
	}
	longest := r.MaxSession
	if longest == 0 {
		longest = defaultSession
	}
	return append(e, number("MaxSessionDuration", longest))
}

// roleLastUsed is empty for a role that was not used in the tracking period.
func roleLastUsed(r *Role) element {
	e := group("RoleLastUsed")
	if r.LastUsed != nil {
		e.children = append(e.children, moment("LastUsedDate", *r.LastUsed))
		if r.LastRegion != "" {
			e.children = append(e.children, text("Region", r.LastRegion))
		}
	}
	return e
}

func boundaryElements(arn string) []element {
	if arn == "" {
		return nil
	}
	return []element{group("PermissionsBoundary",
		text("PermissionsBoundaryType", "Policy"),
		text("PermissionsBoundaryArn", arn))}
}

func tagElements(tags map[string]string) element {
	return list("Tags", slices.Sorted(maps.Keys(tags)), func(key string) []element {
		return []element{text("Key", key), text("Value", tags[key])}
	})
}

// policyElements are the fields that every answer about a managed policy has.
func (s *Server) policyElements(t *tenant, arn string, p *ManagedPolicy) []element {
	e := []element{
		text("PolicyName", p.Name),
		text("PolicyId", p.ID),
		text("Arn", arn),
		text("Path", p.Path),
		text("DefaultVersionId", p.Default),
		number("AttachmentCount", t.attached[arn]),
		number("PermissionsBoundaryUsageCount", t.boundaries[arn]),
		boolean("IsAttachable", true),
		moment("CreateDate", p.Created),
		moment("UpdateDate", p.Updated),
	}
	if p.Description != "" {
		e = append(e, text("Description", p.Description))
	}
	return e
}

func versionElements(p *ManagedPolicy, v PolicyVersion) []element {
	return []element{
		document("Document", v.Document),
		text("VersionId", v.ID),
		boolean("IsDefaultVersion", v.ID == p.Default),
		moment("CreateDate", v.Created),
	}
}

func attachedElements(arn string) []element {
	return []element{text("PolicyName", policyName(arn)), text("PolicyArn", arn)}
}

func inlineElements(p InlinePolicy) []element {
	return []element{text("PolicyName", p.Name), document("PolicyDocument", p.Document)}
}

// document is a policy document as IAM answers it: percent-encoded by RFC 3986.
func document(name string, content []byte) element {
	return text(name, uriEncode(string(content), false))
}
