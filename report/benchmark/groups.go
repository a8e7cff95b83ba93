package benchmark

import (
	"fmt"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
)

// userInGroup asks it of users without any permission too: whoever gets permissions later
// must get them through a group, and a user outside of groups is missed by a review of
// groups. What stands on a user is told and does not decide: user-permissions-via-groups
// judges it.
func userInGroup() *Control {
	return &Control{
		ID: "user-in-group", Title: "Every user is in a group", Severity: Low, Scope: AccountScope,
		Finding: "users are in no group",
		Why:     "Groups say what a user's job is; a user in none has permissions of their own that nobody reviews, or none and no purpose.",
		Test:    "In the authorization details, every user has at least one group.",
		Remedy:  "Put the user into the group of their job and take their own policies away, or delete the user.",
		Needs:   []org.Section{collect.AuthorizationSection},
		Judge: func(s *Subject) Outcome {
			users := s.Evidence.Authorization.Users
			if len(users) == 0 {
				return notApplicable(noUsers)
			}
			items := make([]Item, 0, len(users))
			for i, u := range users {
				item := Item{
					Resource: u.ARN, Status: status(len(u.Groups) > 0), Expected: "at least 1 group",
					Observed: "in " + strings.Join(u.Groups, ", "), Evidence: s.ref("/authorization_details/users/%d", i),
				}
				if item.Status == Failed {
					item.Observed = "in no group, with " + policiesOnUser(len(u.Attached)+len(u.Inline))
				}
				items = append(items, item)
			}
			return Outcome{Items: items}
		},
	}
}

// policiesOnUser says how many policies stand on a user.
func policiesOnUser(policies int) string {
	switch policies {
	case 0:
		return "no policy of its own"
	case 1:
		return "1 policy of its own"
	}
	return fmt.Sprintf("%d policies of its own", policies)
}

// groupNotEmpty finds members by the groups that the users name, since IAM's list of groups
// has none.
func groupNotEmpty() *Control {
	return &Control{
		ID: "group-not-empty", Title: "Groups have members", Severity: Low, Scope: AccountScope,
		Finding: "groups have no member",
		Why:     "A group that nobody is in is left over; the permissions that it still has are given again, unseen, to whoever is put into it.",
		Test:    "In the authorization details, at least one user names the group among its groups.",
		Remedy:  "Delete the group.",
		Needs:   []org.Section{collect.AuthorizationSection},
		Judge: func(s *Subject) Outcome {
			groups := s.Evidence.Authorization.Groups
			if len(groups) == 0 {
				return notApplicable(noGroups)
			}
			members := members(s.Evidence.Authorization)
			items := make([]Item, 0, len(groups))
			for i, g := range groups {
				items = append(items, Item{
					Resource: g.ARN, Status: status(len(members[g.Name]) > 0), Expected: "at least 1 member",
					Observed: count(len(members[g.Name]), "member"), Evidence: s.ref("/authorization_details/groups/%d", i),
				})
			}
			return Outcome{Items: items}
		},
	}
}
