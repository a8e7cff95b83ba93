package main

import (
	"slices"

	"orgaudit/report/benchmark"
)

// people tells whether people can assume the role, and not services alone.
func (t motoTrust) people() bool {
	return !slices.Contains([]motoTrust{motoTrustsInstances, motoTrustsLambda, motoTrustsLambdaHere}, t)
}

// outsiders tells whether somebody of an unknown account can assume the role.
func (t motoTrust) outsiders() bool {
	return slices.Contains([]motoTrust{motoTrustsOutside, motoTrustsOutsideByID, motoTrustsEveryone}, t)
}

// trustVerdicts are those of the roles' trust policies. In every account the audit role
// trusts another account, or two.
func (a motoAccount) trustVerdicts(regions bool) motoExpected {
	some := func(is func(motoRole) bool) bool { return slices.ContainsFunc(a.allRoles(), is) }
	trusts := func(kinds ...motoTrust) bool {
		return some(func(r motoRole) bool { return slices.Contains(kinds, r.trust) })
	}
	e := motoExpected{
		"role-trust-anyone": passIf(!trusts(motoTrustsEveryone)),
		"role-outside-org":  passIf(!trusts(motoTrustsOutside, motoTrustsOutsideByID)),
		"role-external-id":  passIf(!trusts(motoTrustsOutside)),
		"role-cross-account-readonly": passIf(!some(func(r motoRole) bool {
			return r.trust.outsiders() && slices.Contains(r.attached, "ReadOnlyAccess")
		})),
		"role-cross-account-write": passIf(!some(func(r motoRole) bool { return r.trust.outsiders() && !none(r.policies(), writes) })),
		"role-confused-deputy":     where(trusts(motoTrustsLambda, motoTrustsLambdaHere), passIf(!trusts(motoTrustsLambda))),
		"role-trust-mfa":           benchmark.VerdictNotApplicable, // the configuration does not ask for it
		// Without an analyzer nobody knows of other resources, without regions not even where to look.
		"resource-policy-no-wildcard": benchmark.VerdictNotAssessed,
	}
	if regions && trusts(motoTrustsEveryone) {
		e["resource-policy-no-wildcard"] = benchmark.VerdictFail
	}
	return e
}

// motoDenials are the actions that each guardrail must deny.
func motoDenials() map[string][]string {
	return map[string][]string{
		"guardrail-leave-organization": {"organizations:LeaveOrganization"},
		"guardrail-cloudtrail":         {"cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail", "cloudtrail:PutEventSelectors"},
		"guardrail-config":             {"config:StopConfigurationRecorder", "config:DeleteConfigurationRecorder", "config:DeleteDeliveryChannel"},
		"guardrail-guardduty":          {"guardduty:DeleteDetector", "guardduty:UpdateDetector", "guardduty:DisassociateFromAdministratorAccount"},
		"guardrail-securityhub":        {"securityhub:DisableSecurityHub", "securityhub:DisassociateFromAdministratorAccount"},
		"guardrail-access-analyzer":    {"access-analyzer:DeleteAnalyzer"},
		"guardrail-iam-users":          {"iam:CreateUser"},
		"guardrail-access-keys":        {"iam:CreateAccessKey"},
		"guardrail-audit-role": {
			"iam:DeleteRole", "iam:UpdateAssumeRolePolicy", "iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:PutRolePolicy",
			"iam:DeleteRolePolicy", "iam:PutRolePermissionsBoundary",
		},
	}
}

// guardrailVerdicts are those of what SCPs deny; none binds the management account.
func (a motoAccount) guardrailVerdicts() motoExpected {
	member := a.name != motoMaster
	denied := func(root bool, actions ...string) benchmark.Verdict {
		return where(member, passIf(!slices.ContainsFunc(actions, func(action string) bool { return !a.denied(action, root) })))
	}
	e := motoExpected{
		"guardrail-root-keys": denied(true, "iam:CreateAccessKey"),
		"guardrail-root-user": denied(true, "iam:CreateUser", "ec2:RunInstances", "s3:GetObject", "kms:ScheduleKeyDeletion"), // and more
		"guardrail-regions": where(member, passIf(slices.ContainsFunc(motoGuardrails(), func(g motoGuardrail) bool {
			return g.regions && g.binds(a)
		}))),
		"guardrail-required-denials": benchmark.VerdictNotApplicable, // the configuration requires none
	}
	for control, actions := range motoDenials() {
		e[control] = denied(false, actions...)
	}
	return e
}
