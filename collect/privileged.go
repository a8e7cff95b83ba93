package collect

import (
	"slices"
	"strings"

	"orgaudit/org/policy"
)

// privileged returns the ARNs of the users and roles that are administrators or can make
// themselves one, sorted. It looks at what their policies and those of their groups allow,
// and neither at denials nor at boundaries: the last accesses of one principal too many are
// two calls, those of one too few are missed. Service-linked roles are AWS's own. A policy
// that was not read or that does not parse says nothing.
func privileged(a *Authorization, managed map[string]*ManagedPolicy) []string {
	powerful := map[string]bool{} // managed policies, by ARN
	for i := range a.Policies {
		powerful[a.Policies[i].ARN] = a.Policies[i].privileges()
	}
	for arn, p := range managed {
		powerful[arn] = p.privileges()
	}
	holds := func(attached []AttachedPolicy, inline []InlinePolicy) bool {
		return slices.ContainsFunc(attached, func(p AttachedPolicy) bool { return powerful[p.ARN] }) ||
			slices.ContainsFunc(inline, func(p InlinePolicy) bool { return privileges(p.Document) })
	}
	groups := map[string]bool{}
	for _, g := range a.Groups {
		groups[g.Name] = holds(g.Attached, g.Inline)
	}
	var arns []string
	for _, u := range a.Users {
		if holds(u.Attached, u.Inline) || slices.ContainsFunc(u.Groups, func(name string) bool { return groups[name] }) {
			arns = append(arns, u.ARN)
		}
	}
	for _, r := range a.Roles {
		if !strings.Contains(r.ARN, ":role/aws-service-role/") && holds(r.Attached, r.Inline) {
			arns = append(arns, r.ARN)
		}
	}
	slices.Sort(arns)
	return arns
}

// privileges tells whether the version in force makes an administrator of who has it, or
// lets who has it become one.
func (p *ManagedPolicy) privileges() bool {
	text, ok := p.InForce()
	return ok && privileges(text)
}

func privileges(text string) bool {
	document, err := policy.Parse(text)
	if err != nil {
		return false
	}
	if len(document.FullAdministrator()) > 0 {
		return true
	}
	return slices.ContainsFunc(document.Statements, func(s policy.Statement) bool {
		return s.Effect == policy.Allow && slices.ContainsFunc(escalations(), s.AppliesToAction)
	})
}

// escalations are actions by which a principal can get what it does not have yet: more
// permissions of its own, or the work of another principal.
func escalations() []string {
	return []string{
		"iam:AddUserToGroup", "iam:AttachGroupPolicy", "iam:AttachRolePolicy", "iam:AttachUserPolicy",
		"iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:CreatePolicyVersion", "iam:PassRole", "iam:PutGroupPolicy",
		"iam:PutRolePolicy", "iam:PutUserPolicy", "iam:SetDefaultPolicyVersion", "iam:UpdateAssumeRolePolicy",
		"iam:UpdateLoginProfile", "lambda:UpdateFunctionCode", "sts:AssumeRole",
	}
}
