package benchmark

import (
	"fmt"
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
)

// userAdminPolicy looks for policies by name, so that a policy of the account's own that is
// called AdministratorAccess counts: whoever named it so meant it. What policies allow,
// whatever their name, is judged by policy-no-full-admin.
func userAdminPolicy() *Control {
	return &Control{
		ID: "user-admin-policy", Title: "No user has AdministratorAccess", Severity: Critical, Scope: AccountScope,
		Finding:    "users have an administrator policy",
		Why:        "The password and keys of a user do not expire; with an administrator policy each of them opens the whole account.",
		Test:       "In the authorization details, no user has an attached managed policy whose name is one of admin_policy_names. Policies of the user's groups and inline policies are not looked at.",
		Remedy:     "Let administrators sign in through federation into a role, and detach the policy from the user.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Parameters: []string{"admin_policy_names"},
		Judge: func(s *Subject) Outcome {
			return s.withoutAdminPolicy("user", noUsers)
		},
	}
}

// groupAdminPolicy finds policies by name, as userAdminPolicy does.
func groupAdminPolicy() *Control {
	return &Control{
		ID: "group-admin-policy", Title: "No group has AdministratorAccess", Severity: High, Scope: AccountScope,
		Finding:    "groups have an administrator policy",
		Why:        "Every user who is put into the group becomes an administrator with a password and keys that do not expire.",
		Test:       "In the authorization details, no group has an attached managed policy whose name is one of admin_policy_names. Inline policies are not looked at.",
		Remedy:     "Let administrators sign in through federation into a role, and detach the policy from the group.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Parameters: []string{"admin_policy_names"},
		Judge: func(s *Subject) Outcome {
			return s.withoutAdminPolicy("group", noGroups)
		},
	}
}

// roleAdminPolicy leaves service-linked roles out, which nobody can change. Prowler leaves
// out every role that services alone may assume, as if nobody could change those either,
// and so does not see an EC2 or Lambda role that is an administrator: the very role that an
// attacker of a server gets. Roles that must be administrators are named in ignore_roles;
// they pass and say why.
func roleAdminPolicy() *Control {
	return &Control{
		ID: "role-admin-policy", Title: "No role has AdministratorAccess", Severity: High, Scope: AccountScope,
		Finding:    "roles have an administrator policy",
		Why:        "Whoever may assume the role, or runs the code that has it, can do everything in the account.",
		Test:       "In the authorization details, no role has an attached managed policy whose name is one of admin_policy_names, but those whose name matches ignore_roles. Service-linked roles (path /aws-service-role/) and inline policies are not looked at.",
		Remedy:     "Give the role a policy of what it does; keep full administrators to a few roles that are watched, and name those in ignore_roles.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Parameters: []string{"admin_policy_names", "ignore_roles"},
		Judge: func(s *Subject) Outcome {
			return s.withoutAdminPolicy("role", noRoles)
		},
	}
}

const (
	noGroups = "the account has no group"
	noRoles  = "the account has no role of its own"
)

// withoutAdminPolicy judges every holder of a kind.
func (s *Subject) withoutAdminPolicy(kind, none string) Outcome {
	names := s.Parameters.AdminPolicyNames
	expected := "none of the policies " + strings.Join(names, ", ")
	var items []Item
	for _, h := range s.policyHolders() {
		if h.kind != kind {
			continue
		}
		item := Item{Resource: h.arn, Status: Passed, Expected: expected, Observed: "none is attached", Evidence: s.ref("%s", h.at)}
		i := slices.IndexFunc(h.attached, func(p collect.AttachedPolicy) bool { return slices.Contains(names, p.Name) })
		if i >= 0 {
			item.Status, item.Observed = Failed, "policy "+h.attached[i].ARN+" is attached"
			item.Evidence = s.ref("%s/attached/%d", h.at, i)
			if kind == "role" && matchesAny(s.Parameters.IgnoreRoles, h.name) {
				item.Status = Passed
				item.Observed += ", which ignore_roles allows"
			}
		}
		items = append(items, item)
	}
	if len(items) == 0 {
		return notApplicable(none)
	}
	return Outcome{Items: items}
}

// adminGroupMFA looks for AWS's own AdministratorAccess, by its full ARN. It asks for MFA
// of members without a console password too, since their keys can be made to need it.
func adminGroupMFA() *Control {
	return &Control{
		ID: "admin-group-mfa", Title: "Members of administrator groups have MFA", Severity: High, Scope: AccountScope,
		Finding: "members of administrator groups have no MFA",
		Why:     "One phished password of an administrator opens the whole account.",
		Test:    "For every group in the authorization details: it does not have the AWS-managed policy AdministratorAccess, or it has no member, or mfa_active is true in the credential report for every member.",
		Remedy:  "Let every member register an MFA device, or take the user out of the group.",
		Needs:   []org.Section{collect.AuthorizationSection, collect.CredentialReportSection},
		Judge: func(s *Subject) Outcome {
			groups := s.Evidence.Authorization.Groups
			if len(groups) == 0 {
				return notApplicable(noGroups)
			}
			members := members(s.Evidence.Authorization)
			rows := map[string]*collect.CredentialRow{}
			for i := range s.Credentials {
				rows[s.Credentials[i].ARN] = &s.Credentials[i]
			}
			var items []Item
			for i, g := range groups {
				item := Item{
					Resource: g.ARN, Expected: "no AdministratorAccess, or MFA for every member",
					Evidence: s.ref("/authorization_details/groups/%d", i),
				}
				if !slices.ContainsFunc(g.Attached, func(p collect.AttachedPolicy) bool { return p.ARN == s.awsPolicy("AdministratorAccess") }) {
					item.Status, item.Observed = Passed, "the group does not have AdministratorAccess"
				} else {
					item = s.membersWithMFA(item, members[g.Name], rows)
				}
				items = append(items, item)
			}
			return Outcome{Items: items}
		},
	}
}

// membersWithMFA judges a group of administrators by its members' rows.
func (s *Subject) membersWithMFA(item Item, members []string, rows map[string]*collect.CredentialRow) Item {
	var without, unsaid []string
	for _, arn := range members {
		switch row := rows[arn]; {
		case row == nil:
			unsaid = append(unsaid, arn)
		case !row.MFAActive:
			without = append(without, arn)
			item.Because = append(item.Because, fmt.Sprintf("/credential_report/lines/%d: %s has mfa_active false", row.Line, row.User))
		}
	}
	switch {
	case len(without) > 0:
		item.Status = Failed
		item.Observed = fmt.Sprintf("AdministratorAccess, and %d of %s without MFA: %s", len(without), count(len(members), "member"), names(without))
	case len(unsaid) > 0:
		item = s.unknown(item, collect.CredentialReportSection, "the credential report has no row for "+names(unsaid))
	case len(members) == 0:
		item.Status, item.Observed = Passed, "AdministratorAccess, and no member"
	default:
		item.Status, item.Observed = Passed, "AdministratorAccess, and MFA for "+count(len(members), "member")
	}
	return item
}

// members are the ARNs of users by the name of their group.
func members(a *collect.Authorization) map[string][]string {
	byGroup := map[string][]string{}
	for _, u := range a.Users {
		for _, g := range u.Groups {
			byGroup[g] = append(byGroup[g], u.ARN)
		}
	}
	return byGroup
}
