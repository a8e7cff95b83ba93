package benchmark

import (
	"fmt"
	"slices"
	"time"

	"orgaudit/collect"
	"orgaudit/org"
)

// roleUnused leaves young roles out: a role that was made last week and waits for its first
// use is not unused. Powerpipe fails it on its first day. Roles of Identity Center count,
// since a permission set that nobody uses can be taken from the account; service-linked
// roles do not, since their services keep them.
func roleUnused() *Control {
	return &Control{
		ID: "role-unused", Title: "Roles were used in the last 60 days", Severity: Low, Scope: AccountScope,
		Mitigation: (*Subject).quarantined,
		Finding:    "roles are not used",
		Why:        "A role that nobody uses keeps its permissions and its trust, and nobody notices when somebody else begins to use it.",
		Test:       "For every role in the authorization details that was made at least max_role_idle_days before they were read: RoleLastUsed is at most that many full days before. Service-linked roles (path /aws-service-role/) are left out.",
		Remedy:     "Ask the owner, deny the role everything for a while, and delete it when nobody misses it.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Parameters: []string{"max_role_idle_days"},
		Judge: func(s *Subject) Outcome {
			var items []Item
			for i := range s.Evidence.Authorization.Roles {
				r := &s.Evidence.Authorization.Roles[i]
				if linkedToService(r) {
					continue
				}
				if item, judged := s.roleUse(r); judged {
					item.Evidence = s.ref("/authorization_details/roles/%d", i)
					items = append(items, item)
				}
			}
			if len(items) == 0 {
				return notApplicable(fmt.Sprintf("the account has no role of its own that is %d days old", s.Parameters.MaxRoleIdleDays))
			}
			return Outcome{Items: items}
		},
	}
}

// roleUse judges one role; judged is false where it is too young.
func (s *Subject) roleUse(r *collect.Role) (item Item, judged bool) {
	now, limit := s.Evidence.ReadAt(collect.AuthorizationSection), s.Parameters.MaxRoleIdleDays
	item = Item{Resource: r.ARN, Expected: fmt.Sprintf("used at most %d days ago", limit)}
	switch age := days(r.Created, now); {
	case r.Created.IsZero():
		return s.unknown(item, collect.AuthorizationSection, "IAM does not say when the role was made"), true
	case age < limit:
		return item, false
	case r.LastUsed.IsZero():
		item.Status = Failed
		item.Observed = fmt.Sprintf("made %s before it was read, no use in the 400 days that AWS tracks", count(age, "day"))
		return item, true
	}
	idle := days(r.LastUsed, now)
	if idle < 0 {
		return s.unknown(item, collect.AuthorizationSection, "IAM holds a last use that is later than the list of roles itself"), true
	}
	item.Status = status(idle <= limit)
	item.Observed = fmt.Sprintf("last used %s, %s before it was read", r.LastUsed.Format(time.DateOnly), count(idle, "day"))
	return item, true
}

// policyUnused counts a policy as used that is some principal's permissions boundary, which
// Powerpipe does not: without it those principals would be unbound. A policy that only
// groups without members have is used by nobody.
func policyUnused() *Control {
	return &Control{
		ID: "policy-unused", Title: "Customer-managed policies are attached", Severity: Low, Scope: AccountScope,
		Finding: "policies are attached to nobody",
		Why:     "Policies that nobody has hide those that matter, and are attached again years later without being read.",
		Test:    "In the authorization details, every customer-managed policy is attached to a user, a role or a group with members, or is the permissions boundary of a user or role.",
		Remedy:  "Delete the policy; its text can be kept with the code that made it.",
		Needs:   []org.Section{collect.AuthorizationSection},
		Judge: func(s *Subject) Outcome {
			a := s.Evidence.Authorization
			if len(a.Policies) == 0 {
				return notApplicable("the account has no customer-managed policy")
			}
			uses := policyUses(a)
			items := make([]Item, 0, len(a.Policies))
			for i := range a.Policies {
				p := &a.Policies[i]
				item := Item{
					Resource: p.ARN, Status: Passed, Expected: "attached, or a permissions boundary",
					Evidence: s.ref("/authorization_details/policies/%d", i),
				}
				switch use := uses[p.ARN]; {
				case len(use.attached) > 0:
					item.Observed = "attached to " + names(use.attached)
				case len(use.bounds) > 0:
					item.Observed = "permissions boundary of " + names(use.bounds)
				case len(use.empty) > 0:
					item.Status, item.Observed = Failed, "attached to groups without members only: "+names(use.empty)
				default:
					item.Status, item.Observed = Failed, "attached to nobody"
				}
				items = append(items, item)
			}
			return Outcome{Items: items}
		},
	}
}

// policyUse is who has a policy: those whom it grants something, groups without members,
// and those whom it bounds, by ARN.
type policyUse struct{ attached, empty, bounds []string }

// policyUses are the uses of every policy by its ARN. AWS's own counts are not taken: they
// may be of another moment than the list.
func policyUses(a *collect.Authorization) map[string]policyUse {
	members := members(a)
	var empty []string
	for _, g := range a.Groups {
		if len(members[g.Name]) == 0 {
			empty = append(empty, g.ARN)
		}
	}
	uses := map[string]policyUse{}
	a.EachAttachment(func(principal string, p collect.AttachedPolicy) {
		use := uses[p.ARN]
		if slices.Contains(empty, principal) {
			use.empty = append(use.empty, principal)
		} else {
			use.attached = append(use.attached, principal)
		}
		uses[p.ARN] = use
	})
	bound := func(principal, boundary string) {
		if boundary == "" {
			return
		}
		use := uses[boundary]
		use.bounds = append(use.bounds, principal)
		uses[boundary] = use
	}
	for _, u := range a.Users {
		bound(u.ARN, u.Boundary)
	}
	for _, r := range a.Roles {
		bound(r.ARN, r.Boundary)
	}
	return uses
}
