package policy

import "slices"

// onSame tries a combination that gives a member more rights and takes it over: both must be
// about the same one.
func (x *escalator) onSame(c *Combination) (Escalation, bool) {
	hit := Escalation{Combination: *c, Always: True}
	kind := RoleMember
	if c.take == "iam:CreateAccessKey" {
		kind = UserMember
	}
	for _, m := range x.estate.Members {
		if m.Kind != kind || m.ServiceLinked || m == x.self {
			continue
		}
		takes, by := x.take(c.take, c.change, m)
		if takes == False {
			continue
		}
		ends, always, ref := x.change(c.change, m)
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
	return x.can(name, m.ARN, m.facts)
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
		always, by = x.can(name, m.ARN, m.facts)
	}
	return ends, always, by
}
