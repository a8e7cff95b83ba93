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

// motoTrustRules say which roles fail which control.
func motoTrustRules() map[string]func(motoRole) bool {
	trusts := func(kinds ...motoTrust) func(motoRole) bool {
		return func(r motoRole) bool { return slices.Contains(kinds, r.trust) }
	}
	return map[string]func(motoRole) bool{
		"role-trust-anyone":           trusts(motoTrustsEveryone),
		"role-outside-org":            trusts(motoTrustsOutside, motoTrustsOutsideByID),
		"role-external-id":            trusts(motoTrustsOutside),
		"role-cross-account-readonly": func(r motoRole) bool { return r.trust.outsiders() && slices.Contains(r.attached, "ReadOnlyAccess") },
		"role-cross-account-write":    func(r motoRole) bool { return r.trust.outsiders() && !noneGives(r.policies(), canWrite) },
		"role-confused-deputy":        trusts(motoTrustsLambda),
	}
}

// trustVerdicts are those of the roles' trust policies. In every account the audit role
// trusts another account, or two.
func (a motoAccount) trustVerdicts(regions bool) motoExpected {
	e := motoExpected{
		"role-trust-mfa": benchmark.VerdictNotApplicable, // the configuration does not ask for it
		// Without an analyzer nobody knows of other resources, without regions not even where to look.
		"resource-policy-no-wildcard": benchmark.VerdictNotAssessed,
	}
	for control, fails := range motoTrustRules() {
		e[control] = passIf(!slices.ContainsFunc(a.allRoles(), fails))
	}
	if !slices.ContainsFunc(a.roles, func(r motoRole) bool { return r.trust == motoTrustsLambda || r.trust == motoTrustsLambdaHere }) {
		e["role-confused-deputy"] = benchmark.VerdictNotApplicable
	}
	if regions && e["role-trust-anyone"] == benchmark.VerdictFail {
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
