package benchmark

import (
	"fmt"
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
)

// userPermissionsViaGroups leaves permissions boundaries out: a boundary grants nothing.
func userPermissionsViaGroups() *Control {
	return &Control{
		ID: "user-permissions-via-groups", Title: "Users get permissions through groups only", Severity: Low, Scope: AccountScope,
		Finding: "policies stand on single users",
		Why:     "Permissions on single users are hard to review and stay when a person changes jobs.",
		Test:    "In the authorization details, no IAM user has an attached managed policy or an inline policy. Each such policy is an item of its own.",
		Remedy:  "Give the permissions to a group that names the job, put the user in it, and detach the policies from the user.",
		Needs:   []org.Section{collect.AuthorizationSection},
		Judge: func(s *Subject) Outcome {
			users := s.Evidence.Authorization.Users
			if len(users) == 0 {
				return notApplicable(noUsers)
			}
			const expected = "no policy on the user"
			var items []Item
			for i, u := range users {
				for j, p := range u.Attached {
					items = append(items, Item{
						Resource: u.ARN + "/" + p.Name, Status: Failed, Expected: expected,
						Observed: "policy " + p.ARN + " is attached to the user",
						Evidence: s.ref("/authorization_details/users/%d/attached/%d", i, j),
					})
				}
				for j, p := range u.Inline {
					items = append(items, Item{
						Resource: u.ARN + "/" + p.Name, Status: Failed, Expected: expected,
						Observed: "inline policy " + p.Name + " stands in the user",
						Evidence: s.ref("/authorization_details/users/%d/inline/%d", i, j),
					})
				}
				if len(u.Attached)+len(u.Inline) == 0 {
					items = append(items, Item{
						Resource: u.ARN, Status: Passed, Expected: expected, Observed: "no policy on the user",
						Evidence: s.ref("/authorization_details/users/%d", i),
					})
				}
			}
			return Outcome{Items: items}
		},
	}
}

// policyNoFullAdmin judges every managed policy that is attached to a user, group or role,
// AWS-managed ones too. A policy that serves as a permissions boundary alone grants
// nothing and is left out. What makes an administrator is said at
// policy.Document.FullAdministrator; there it stands too why other tools differ.
func policyNoFullAdmin() *Control {
	return &Control{
		ID: "policy-no-full-admin", Title: "No attached policy grants every action on every resource", Severity: Critical, Scope: AccountScope,
		Finding:    "a policy that allows everything is attached",
		Why:        "Whoever holds full administrator rights can do everything in the account, and so can whoever steals their credentials.",
		Test:       "For every managed policy that the authorization details show attached to a user, group or role, read the version in force: no Allow statement has every resource and every action (or, by NotAction, all but a part that leaves IAM, Organizations or Account Management). Deny statements and conditions do not change the verdict.",
		Remedy:     "Replace the policy by one that names the actions and resources that the job needs; keep full administrators to a few break-glass roles that are watched.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Uses:       []org.Section{collect.ManagedPoliciesSection},
		Parameters: []string{"ignore_aws_managed"},
		Judge: func(s *Subject) Outcome {
			var items []Item
			for _, a := range attachments(s.Evidence.Authorization) {
				if a.own < 0 && s.Parameters.IgnoreAWSManaged {
					continue
				}
				items = append(items, s.fullAdmin(a))
			}
			if len(items) == 0 {
				return notApplicable("no managed policy is attached to a user, group or role")
			}
			return Outcome{Items: items}
		},
	}
}

// attachment is a managed policy with the principals that have it. own is its index among
// the account's own policies, or -1.
type attachment struct {
	arn        string
	own        int
	principals []string
}

// attachments lists the attached managed policies by ARN.
func attachments(a *collect.Authorization) []attachment {
	byARN := map[string]*attachment{}
	a.EachAttachment(func(principal string, p collect.AttachedPolicy) {
		if byARN[p.ARN] == nil {
			own := slices.IndexFunc(a.Policies, func(m collect.ManagedPolicy) bool { return m.ARN == p.ARN })
			byARN[p.ARN] = &attachment{arn: p.ARN, own: own}
		}
		byARN[p.ARN].principals = append(byARN[p.ARN].principals, principal)
	})
	list := make([]attachment, 0, len(byARN))
	for _, a := range byARN {
		list = append(list, *a)
	}
	slices.SortFunc(list, func(a, b attachment) int { return strings.Compare(a.arn, b.arn) })
	return list
}

func (s *Subject) fullAdmin(a attachment) Item {
	item := Item{
		Resource: a.arn, Expected: "no grant of every action on every resource",
		Evidence: s.readRef(collect.ManagedPoliciesSection, ""),
	}
	section := collect.ManagedPoliciesSection
	var document string
	var held bool
	if a.own >= 0 {
		section, item.Evidence = collect.AuthorizationSection, s.ref("/authorization_details/policies/%d", a.own)
		document, held = s.Evidence.Authorization.Policies[a.own].InForce()
	} else if p := s.awsManaged(a.arn); p != nil {
		item.Evidence = Reference{File: s.ManagedFiles[a.arn], Pointer: "/versions"}
		document, held = p.InForce()
	}
	if !held {
		item = s.unknown(item, section, "the policy's document could not be read")
		i := slices.IndexFunc(s.Evidence.Gaps, func(g org.Gap) bool {
			return g.Section == collect.ManagedPoliciesSection && g.Subject == a.arn
		})
		if i >= 0 {
			item.Gap, item.Evidence = &s.Evidence.Gaps[i], s.ref("/gaps/%d", i)
		}
		return item
	}
	parsed, err := s.Policies.Parse(document)
	if err != nil {
		return s.unknown(item, section, "the policy's document could not be understood: "+err.Error())
	}
	grants := parsed.FullAdministrator()
	item.Status = status(len(grants) == 0)
	item.Observed = "no such grant"
	if len(grants) > 0 {
		item.Observed = grants[0].By
		if grants[0].Conditional {
			item.Observed += ", under a condition"
		}
		if grants[0].Denied {
			item.Observed += ", beside a deny of everything"
		}
	}
	item.Observed += "; attached to " + names(a.principals)
	return item
}

// names lists the first few principals and counts the rest.
func names(arns []string) string {
	const most = 3
	var short []string
	for _, arn := range arns[:min(len(arns), most)] {
		_, resource, _ := strings.Cut(arn, "::")
		_, resource, _ = strings.Cut(resource, ":")
		short = append(short, resource)
	}
	text := strings.Join(short, ", ")
	if len(arns) > most {
		text += fmt.Sprintf(" and %d more", len(arns)-most)
	}
	return text
}

// supportRole looks for the AWS-managed policy itself, by its full ARN: a policy of the
// account's own with the same name would not do.
func supportRole() *Control {
	return &Control{
		ID: "support-role", Title: "A role can work with AWS Support", Severity: Low, Scope: AccountScope,
		Finding:    "no role can work with AWS Support",
		Why:        "In an incident somebody must be able to open a case at AWS Support without root and without waiting for rights.",
		Test:       "In the authorization details, at least one role has one of the AWS-managed support_policies attached.",
		Remedy:     "Create a role for those who handle incidents and attach AWSSupportAccess to it.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Parameters: []string{"support_policies"},
		Judge: func(s *Subject) Outcome {
			return fromItem(s.roleWith(s.Parameters.SupportPolicies))
		},
	}
}

// roleWith looks for a role that has one of the AWS-managed policies of these names.
func (s *Subject) roleWith(policies []string) Item {
	item := Item{
		Resource: "roles of account " + s.Account.ID,
		Expected: "a role with " + strings.Join(policies, " or "),
		Evidence: s.ref("/authorization_details/roles"),
	}
	var wanted []string
	for _, name := range policies {
		wanted = append(wanted, s.awsPolicy(name))
	}
	for i, r := range s.Evidence.Authorization.Roles {
		for j, p := range r.Attached {
			if slices.Contains(wanted, p.ARN) {
				item.Status, item.Observed = Passed, "role "+r.Name+" has "+p.Name
				item.Evidence = s.ref("/authorization_details/roles/%d/attached/%d", i, j)
				return item
			}
		}
	}
	item.Status, item.Observed = Failed, fmt.Sprintf("none of %d roles has it", len(s.Evidence.Authorization.Roles))
	return item
}

// securityAuditRole is [supportRole] for those who look at how the account is set up.
// Tools that list what is attached return nothing where no role has the policy; here that
// is a fail.
func securityAuditRole() *Control {
	return &Control{
		ID: "securityaudit-role", Title: "A role can audit security", Severity: Low, Scope: AccountScope,
		Finding: "no role can audit security",
		Why:     "Auditors and those who handle incidents must be able to look at every setting at once, without rights to change or read data.",
		Test:    "In the authorization details, at least one role has the AWS-managed policy SecurityAudit attached.",
		Remedy:  "Create a role for auditors, trusted by the account of the security team, and attach SecurityAudit to it.",
		Needs:   []org.Section{collect.AuthorizationSection},
		Judge: func(s *Subject) Outcome {
			return fromItem(s.roleWith([]string{"SecurityAudit"}))
		},
	}
}
