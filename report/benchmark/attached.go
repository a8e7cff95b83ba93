package benchmark

import (
	"fmt"
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
)

// policyHolder is a user, a group or a role, with the policies that it has.
type policyHolder struct {
	kind     string // user, group or role
	arn      string
	name     string
	attached []collect.AttachedPolicy
	inline   []collect.InlinePolicy
	// at is its place in the evidence.
	at string
}

const noHolders = "the account has no user, no group and no role of its own"

// policyHolders are the account's users, groups and roles. Service-linked roles are left out:
// AWS alone says what they may do, and nobody in the account can change it.
func (s *Subject) policyHolders() []policyHolder {
	if s.holders == nil {
		s.holders = s.findPolicyHolders()
	}
	return s.holders
}

func (s *Subject) findPolicyHolders() []policyHolder {
	a := s.Evidence.Authorization
	list := make([]policyHolder, 0, len(a.Users)+len(a.Groups)+len(a.Roles))
	for i, u := range a.Users {
		list = append(list, policyHolder{"user", u.ARN, u.Name, u.Attached, u.Inline, fmt.Sprintf("/authorization_details/users/%d", i)})
	}
	for i, g := range a.Groups {
		list = append(list, policyHolder{"group", g.ARN, g.Name, g.Attached, g.Inline, fmt.Sprintf("/authorization_details/groups/%d", i)})
	}
	for i, r := range a.Roles {
		if !linkedToService(&r) {
			list = append(list, policyHolder{"role", r.ARN, r.Name, r.Attached, r.Inline, fmt.Sprintf("/authorization_details/roles/%d", i)})
		}
	}
	return list
}

// linkedToService tells whether a role is a service-linked one, by the path that IAM keeps
// for them. The path /service-role/ is another: the console gives it to roles that it makes
// for services, they are the customer's own and can be changed.
func linkedToService(r *collect.Role) bool { return strings.Contains(r.ARN, ":role/aws-service-role/") }

// awsPolicy is the ARN of an AWS-managed policy, by its path and name.
func (s *Subject) awsPolicy(name string) string {
	return fmt.Sprintf("arn:%s:iam::aws:policy/%s", s.Organization.Partition, name)
}

// matchesAny tells whether one of the values matches one of the globs.
func matchesAny(globs []string, values ...string) bool {
	return slices.ContainsFunc(globs, func(glob string) bool {
		return slices.ContainsFunc(values, func(value string) bool { return policy.Match(glob, value) })
	})
}

// noInlinePolicies judges customers' roles under the path /service-role/ too; tools that
// look for that text anywhere in the ARN, to skip service-linked roles, hide them. The
// inline policy of an Identity Center role counts: it stands in the permission set, where
// it can be replaced.
func noInlinePolicies() *Control {
	return &Control{
		ID: "no-inline-policies", Title: "Users, groups and roles have no inline policy", Severity: Low, Scope: AccountScope,
		Finding: "policies stand inside users, groups or roles",
		Why:     "An inline policy has no versions, cannot be reused, and is missed by whoever reviews the list of policies.",
		Test:    "In the authorization details, no user, group or role has an inline policy. Each such policy is an item of its own. Service-linked roles (path /aws-service-role/) are left out.",
		Remedy:  "Make a customer-managed policy of the inline policy, attach it, and delete the inline one; where the role is one of Identity Center, do so in its permission set.",
		Needs:   []org.Section{collect.AuthorizationSection},
		Judge: func(s *Subject) Outcome {
			const expected = "no inline policy"
			var items []Item
			for _, h := range s.policyHolders() {
				for i, p := range h.inline {
					items = append(items, Item{
						Resource: h.arn + "/" + p.Name, Status: Failed, Expected: expected,
						Observed: "inline policy " + p.Name + " stands in the " + h.kind,
						Evidence: s.ref("%s/inline/%d", h.at, i),
					})
				}
				if len(h.inline) == 0 {
					items = append(items, Item{Resource: h.arn, Status: Passed, Expected: expected, Observed: "no inline policy", Evidence: s.ref("%s", h.at)})
				}
			}
			if len(items) == 0 {
				return notApplicable(noHolders)
			}
			return Outcome{Items: items}
		},
	}
}

// broadManagedPolicies looks for policies that AWS keeps, by name and by AWS's own ARN: a
// policy of the account's own with such a name says something else, and is read by other
// controls.
func broadManagedPolicies() *Control {
	return &Control{
		ID: "broad-managed-policies", Title: "Broad AWS-managed policies are replaced by narrower ones", Severity: Low, Scope: AccountScope,
		Finding:    "broad AWS-managed policies are attached",
		Why:        "AWS's policies for job functions are a start: they cover every resource, and AWS adds actions to them without asking.",
		Test:       "In the authorization details, no user, group or role has an attached policy of AWS whose name is one of broad_managed_policies. Each such attachment is an item of its own. Service-linked roles are left out.",
		Remedy:     "Look at what the principal uses, give it a customer-managed policy of that, and detach the broad one; or accept it by an exception with a reason.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Parameters: []string{"broad_managed_policies"},
		Judge: func(s *Subject) Outcome {
			const expected = "no broad AWS-managed policy"
			var items []Item
			for _, h := range s.policyHolders() {
				broad := false
				for i, p := range h.attached {
					if !strings.HasPrefix(p.ARN, s.awsPolicy("")) || !slices.Contains(s.Parameters.BroadManagedPolicies, p.Name) {
						continue
					}
					broad = true
					items = append(items, Item{
						Resource: h.arn + "/" + p.Name, Status: Failed, Expected: expected,
						Observed: "the " + h.kind + " has " + p.ARN,
						Evidence: s.ref("%s/attached/%d", h.at, i),
					})
				}
				if !broad {
					items = append(items, Item{Resource: h.arn, Status: Passed, Expected: expected, Observed: "none is attached", Evidence: s.ref("%s", h.at)})
				}
			}
			if len(items) == 0 {
				return notApplicable(noHolders)
			}
			return Outcome{Items: items}
		},
	}
}

// cloudshellRestricted looks at users, groups and roles alike, in every partition; the
// audit steps of CIS ask for roles only. Other policies that allow cloudshell:* are not
// looked for.
func cloudshellRestricted() *Control {
	return &Control{
		ID: "cloudshell-restricted", Title: "AWSCloudShellFullAccess is attached to nobody", Severity: Medium, Scope: AccountScope,
		Finding:    "AWSCloudShellFullAccess is attached",
		Why:        "CloudShell can download and upload files and reach the internet, past the controls of the company's network and devices.",
		Test:       "In the authorization details, no user, group or role has the AWS-managed policy AWSCloudShellFullAccess attached, but those whose ARN or name matches allow_principals.",
		Remedy:     "Detach the policy; give those who need CloudShell a policy that denies uploads and downloads of files.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Parameters: []string{"allow_principals"},
		Judge: func(s *Subject) Outcome {
			const expected = "AWSCloudShellFullAccess is not attached"
			var items []Item
			for _, h := range s.policyHolders() {
				i := slices.IndexFunc(h.attached, func(p collect.AttachedPolicy) bool { return p.ARN == s.awsPolicy("AWSCloudShellFullAccess") })
				if i < 0 {
					continue
				}
				item := Item{
					Resource: h.arn, Status: Failed, Expected: expected, Observed: "the " + h.kind + " has AWSCloudShellFullAccess",
					Evidence: s.ref("%s/attached/%d", h.at, i),
				}
				if matchesAny(s.Parameters.AllowPrincipals, h.arn, h.name) {
					item.Status = Passed
					item.Observed += ", which allow_principals allows"
				}
				items = append(items, item)
			}
			if len(items) == 0 {
				return fromItem(Item{
					Resource: "users, groups and roles of account " + s.Account.ID, Status: Passed, Expected: expected,
					Observed: "no user, group or role has it", Evidence: s.ref("/authorization_details"),
				})
			}
			return Outcome{Items: items}
		},
	}
}
