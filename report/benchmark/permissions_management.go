package benchmark

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
)

// principalPermissionsManagement asks for the right to manage permissions themselves, on
// effective permissions, and lets the configuration name who may have it.
func principalPermissionsManagement() *Control {
	return &Control{
		ID: "principal-permissions-management", Title: "Only named principals manage permissions", Severity: Medium, Scope: AccountScope,
		Finding:    "principals beyond the allowed ones manage permissions of IAM or Organizations",
		Why:        "Whoever manages permissions decides what everybody may do, themselves included.",
		Test:       "For every user and role, take what its policies, groups, boundary, SCPs and RCPs together allow: no action of IAM or Organizations with the access level Permissions management, unless permissions_management_allowed names the principal.",
		Remedy:     "Give the management of permissions to few roles, and name them in permissions_management_allowed.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Uses:       []org.Section{collect.ManagedPoliciesSection},
		Parameters: []string{"permissions_management_allowed"},
		Judge: eachPrincipal("no management of permissions", func(s *Subject, e *estate, h *holder, item *Item) {
			allowed := slices.ContainsFunc(s.Parameters.PermissionsManagementAllowed, func(glob string) bool {
				return policy.Match(glob, h.ARN) || policy.Match(glob, h.name)
			})
			actions, first := h.managesPermissions()
			switch {
			case actions == 0:
				item.Status, item.Observed = Passed, "manages no permissions"
			case allowed:
				item.Status, item.Observed = Passed, fmt.Sprintf("manages permissions (%s) and may", count(actions, "action"))
			default:
				item.Status, item.Observed = Failed, fmt.Sprintf("may do %s that manage permissions, such as %s", count(actions, "action"), first.name)
				item.Because = because(first.by...)
			}
		}),
	}
}

type managed struct {
	name string
	by   []policy.Ref
}

// managesPermissions counts the actions of IAM and Organizations that manage permissions
// and that a principal may do.
func (h *holder) managesPermissions() (int, managed) {
	n, first := 0, managed{}
	for _, of := range permissionsManagement() {
		if !h.Principal.Concerns(of.service) {
			continue
		}
		for i, action := range of.lower {
			if !h.Principal.MayAnywhere(action) {
				continue
			}
			if n++; n == 1 {
				first = managed{of.names[i], h.Principal.May(action, nil)[0].By}
			}
		}
	}
	return n, first
}

// managing are the actions of a service that manage permissions, as AWS writes them and in
// lower case.
type managing struct {
	service      string
	names, lower []string
}

// permissionsManagement are the actions of IAM and Organizations that manage permissions.
var permissionsManagement = sync.OnceValue(func() []managing {
	var list []managing
	for _, service := range []string{"iam", "organizations"} {
		m := managing{service: service}
		for _, a := range policy.ExpandAction(service + ":*").OfLevel(policy.PermissionsManagement).All() {
			m.names = append(m.names, a.String())
			m.lower = append(m.lower, strings.ToLower(a.String()))
		}
		list = append(list, m)
	}
	return list
})
