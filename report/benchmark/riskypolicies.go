package benchmark

import (
	"fmt"
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
)

// privilegeEscalation makes the controls on what a single policy lets its holder become, in
// an account that holds everything that it takes. Most tools compare lists of actions
// alone; here resources, conditions and denials of the policy count, and what an action
// must reach to be worth anything. principal-no-escalation asks the same of those who have
// the policies, with all of them and with what the account holds.
func privilegeEscalation(id string, of population, kind string) *Control {
	return &Control{
		ID: id, Title: fmt.Sprintf("No %s policy lets its holder gain rights", kind), Severity: High, Scope: AccountScope,
		Finding:    fmt.Sprintf("%s policies let their holders gain rights", kind),
		Why:        "A policy that can rewrite itself, or pass on more than it holds, gives its holder rights that nobody granted.",
		Test:       fmt.Sprintf("For every %s policy, taken as the only one of a user or role, in an account with users, groups, roles and policies of every name: no combination of actions in the list of known ways is allowed on something that leaves rights to gain. A policy that grants everything fails too.%s", kind, attachedWords(kind)),
		Remedy:     "Take away one action of the combination, or narrow it to resources that give nothing, such as roles that iam:PassRole may pass.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Parameters: attachedParameters(kind),
		Judge: eachPolicy(of, "no way to widen its holder's rights", policy.Summary(nil), func(_ *Subject, p *ownPolicy) finding {
			ways := p.analysed.Escalations()
			if len(ways) > 0 {
				return finding{true, policy.Summary(ways), wayLines(ways)}
			}
			if p.source().Administers() {
				return p.found("grants everything", p.analysed.Grants[0].Statement)
			}
			return finding{}
		}),
	}
}

// wayLines tell each way with the statements that open it, by their places in the policy.
func wayLines(ways []policy.Escalation) []string {
	lines := make([]string, 0, len(ways))
	for _, w := range ways {
		var by []string
		for _, r := range w.By {
			if r.Source != nil && !slices.Contains(by, r.Text()) {
				by = append(by, r.Text())
			}
		}
		lines = append(lines, w.String()+": "+strings.Join(by, ", "))
	}
	return lines
}

func policyPrivilegeEscalation() *Control {
	return privilegeEscalation("policy-privesc", customerPolicies, customerManaged)
}

func inlinePrivilegeEscalation() *Control {
	return privilegeEscalation("inline-privesc", inlinePolicies, inline)
}

// policyAssumeAnyRole takes any wildcard in the account, the path or the name of a role.
// Tools that look for Resource * alone miss one in an ARN; those that take any ARN with a
// wildcard report the bucket that stands beside a role's ARN; both miss sts:Assume*.
func policyAssumeAnyRole() *Control {
	return &Control{
		ID: "policy-assume-any-role", Title: "No customer-managed policy assumes roles by wildcard", Severity: High, Scope: AccountScope,
		Finding:    "customer-managed policies allow assuming roles by wildcard",
		Why:        "A wildcard takes in roles of other accounts and roles that are made later; what opens them is then their trust policies alone.",
		Test:       "For every customer-managed policy: no Allow statement has sts:AssumeRole, by Action with any wildcard or by NotAction, on a Resource that matches roles and has * or ? in its account, path or role name, or on a NotResource that leaves roles over, unless a Deny statement without condition takes the action away on all resources. Conditions on the Allow do not change the verdict." + attachedWords(customerManaged),
		Remedy:     "Name the roles by ARN.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Parameters: attachedParameters(customerManaged),
		Judge: eachPolicy(customerPolicies, "roles named one by one", "assumes no role by wildcard", func(_ *Subject, p *ownPolicy) finding {
			statement, by, ok := p.analysed.AssumesByWildcard()
			if !ok {
				return finding{}
			}
			return p.found("sts:AssumeRole on "+by, statement)
		}),
	}
}

// policyPermissionsManagement looks at policies one by one and tells the access levels of
// each; principal-permissions-management looks at what principals may do with all of theirs.
func policyPermissionsManagement() *Control {
	services := []string{"iam", "organizations"}
	return &Control{
		ID: "policy-permissions-management", Title: "No policy manages permissions everywhere", Severity: Medium, Scope: AccountScope,
		Finding:    "policies allow managing permissions on all of IAM or Organizations",
		Why:        "Whoever has a policy that manages permissions without bounds decides what everybody may do, themselves included.",
		Test:       "For every customer-managed and inline policy: no action of IAM or Organizations with the access level Permissions management is allowed on all resources, or on all of that service in an account, unless the Allow asks for a permissions boundary by iam:PermissionsBoundary, or a Deny without condition takes the action away on all resources. The item tells how many actions of each access level the policy allows on any resource." + attachedWords(customerOrOwn),
		Remedy:     "Narrow the resources to those that a team owns, or ask for a permissions boundary in a condition.",
		Needs:      []org.Section{collect.AuthorizationSection},
		Parameters: attachedParameters(customerOrOwn),
		Judge: eachPolicy(customerAndInlinePolicies, "no management of permissions on all of IAM or Organizations", "", func(_ *Subject, p *ownPolicy) finding {
			var actions []string
			var statements []int
			for _, service := range services {
				more, by := p.analysed.ManagesPermissions(service)
				actions, statements = append(actions, more...), append(statements, by...)
			}
			levels := levelWords(p.analysed.Effective())
			if len(actions) == 0 {
				return finding{observed: levels}
			}
			return p.found(levels+"; manages permissions everywhere, by "+few(actions), statements...)
		}),
	}
}

// levelWords count actions by access level, such as "2 Read, 1 Write".
func levelWords(actions policy.ActionSet) string {
	var words []string
	for level, n := range actions.Levels() {
		if n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, policy.AccessLevel(level)))
		}
	}
	if words == nil {
		return "allows nothing"
	}
	return "allows " + strings.Join(words, ", ")
}
