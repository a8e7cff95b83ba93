package main

import (
	"fmt"
	"slices"
	"strings"

	"orgaudit/org"
)

// motoPower is what a policy lets its holder do.
type motoPower string

const (
	canAll         motoPower = "every action on every resource"
	canAllKMS      motoPower = "every action of KMS on every resource"
	canAllTrails   motoPower = "every action of CloudTrail on every resource"
	canSubscribe   motoPower = "subscribing to products of AWS Marketplace"
	canAssumeAny   motoPower = "assuming every role"
	canRewriteSelf motoPower = "writing a new version of the policy itself, in IAM"
	canCreate      motoPower = "creating users of IAM, with whatever boundary or none"
	canCreateBound motoPower = "creating users of IAM with a boundary"
	canWrite       motoPower = "changing something"
)

// motoPolicy is a policy that the world has. Without a document it is AWS's own.
type motoPolicy struct {
	name, document string
	powers         []motoPower
	// mfa says that its powers are there with MFA alone.
	mfa bool
}

// gives tells whether the policy gives one of the powers, by itself or with everything.
func (p motoPolicy) gives(powers ...motoPower) bool {
	return slices.ContainsFunc(append(powers, canAll), func(power motoPower) bool { return slices.Contains(p.powers, power) })
}

func motoPolicies() []motoPolicy {
	allow := func(action, resource, condition string) string {
		if condition != "" {
			condition = `, "Condition": ` + condition
		}
		return fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": [%q], "Resource": [%q]%s}]}`, action, resource, condition)
	}
	return []motoPolicy{
		{name: "AdministratorAccess", powers: []motoPower{canAll}},
		{name: "AWSCloudShellFullAccess", powers: []motoPower{canWrite}},
		{name: "AWSSupportAccess", powers: []motoPower{canWrite}},
		{name: "PowerUserAccess", powers: []motoPower{canWrite}},
		{name: "ReadOnlyAccess"},
		{name: "SecurityAudit"},
		{
			// Blanks before the brace, and signs that percent-encoding changes.
			name:     "Buckets",
			document: "\n " + `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::files/a+b%20c"}}`,
		},
		{name: "Everything", document: allow("*", "*", ""), powers: []motoPower{canAll}},
		{name: "EverythingWithMFA", document: allow("*", "*", `{"Bool": {"aws:MultiFactorAuthPresent": "true"}}`), powers: []motoPower{canAll}, mfa: true},
		{name: "Keys", document: allow("kms:*", "*", ""), powers: []motoPower{canAllKMS, canWrite}},
		{name: "Trails", document: allow("cloudtrail:*", "*", ""), powers: []motoPower{canAllTrails, canWrite}},
		{name: "Jobs", document: allow("sqs:*", "arn:aws:sqs:*:*:jobs+%2B", ""), powers: []motoPower{canWrite}},
		{name: "Orders", document: allow("sqs:SendMessage", "arn:aws:sqs:*:*:orders", ""), powers: []motoPower{canWrite}},
		{name: "Purchases", document: allow("aws-marketplace:Subscribe", "*", ""), powers: []motoPower{canSubscribe, canWrite}},
		{name: "AnyRole", document: allow("sts:AssumeRole", "arn:aws:iam::*:role/*", ""), powers: []motoPower{canAssumeAny}},
		{name: "OwnVersions", document: allow("iam:CreatePolicyVersion", "arn:aws:iam::*:policy/OwnVersions", ""), powers: []motoPower{canRewriteSelf, canWrite}},
		{name: "Onboarding", document: allow("iam:CreateUser", "*", ""), powers: []motoPower{canCreate, canWrite}},
		{
			name:     "BoundOnboarding",
			document: allow("iam:CreateUser", "*", `{"ArnLike": {"iam:PermissionsBoundary": "arn:aws:iam::*:policy/Fence"}}`),
			powers:   []motoPower{canCreateBound, canWrite},
		},
		{name: "Fence", document: allow("iam:CreateUser", "*", ""), powers: []motoPower{canCreate, canWrite}},
		{name: "Audit", document: motoAuditPermissions(nil)},
	}
}

func motoPolicyNamed(name string) motoPolicy {
	all := motoPolicies()
	return all[slices.IndexFunc(all, func(p motoPolicy) bool { return p.name == name })]
}

// motoAuditPermissions are what the audit role may do, without the actions that are denied.
func motoAuditPermissions(denied []string) string {
	statements := `{"Effect": "Allow", "Action": ["iam:Get*", "iam:List*", "iam:Generate*", "account:Get*", "account:List*", "organizations:Describe*", "organizations:List*"], "Resource": "*"}`
	for _, action := range denied {
		statements += fmt.Sprintf(`, {"Effect": "Deny", "Action": %q, "Resource": "*"}`, action)
	}
	return `{"Version": "2012-10-17", "Statement": [` + statements + `]}`
}

// inlineOf is the text of the inline policy of a holder in the account.
func (a motoAccount) inlineOf(h motoHolder) string {
	if h.name == motoAuditRole {
		return motoAuditPermissions(a.hidden)
	}
	return motoPolicyNamed(h.inline).document
}

// motoTrust is whom a role trusts. The zero value is the management account.
type motoTrust string

const (
	motoTrustsManagement  motoTrust = ""
	motoTrustsAuditors    motoTrust = "the management account, and the caller in the account motoTools"
	motoTrustsMembers     motoTrust = "everyone of the organization"
	motoTrustsOutside     motoTrust = "an account outside the organization"
	motoTrustsOutsideByID motoTrust = "that account, with an external ID"
	motoTrustsEveryone    motoTrust = "everyone"
	motoTrustsInstances   motoTrust = "EC2, which sends no source"
	motoTrustsLambda      motoTrust = "Lambda, for whomever"
	motoTrustsLambdaHere  motoTrust = "Lambda, for the role's account"
)

// motoOutsider is an account outside the organization.
const motoOutsider = "999999999999"

// trust is the trust policy of a role of the account.
func (w *motoWorld) trust(account string, trust motoTrust) string {
	arn := func(account, who string) string { return fmt.Sprintf("%q", "arn:aws:iam::"+account+":"+who) }
	equals := func(key, value string) string {
		return fmt.Sprintf(`, "Condition": {"StringEquals": {%q: %q}}`, key, value)
	}
	principal, condition := "", ""
	switch trust {
	case motoTrustsManagement:
		principal = `{"AWS": ` + arn(motoManagement, "root") + `}`
	case motoTrustsAuditors:
		principal = `{"AWS": [` + arn(motoManagement, "root") + `, ` + arn(w.ids[motoTools], "user/"+motoCaller) + `]}`
	case motoTrustsMembers:
		principal, condition = `{"AWS": "*"}`, equals("aws:PrincipalOrgID", w.id)
	case motoTrustsOutside:
		principal = `{"AWS": ` + arn(motoOutsider, "root") + `}`
	case motoTrustsOutsideByID:
		principal, condition = `{"AWS": `+arn(motoOutsider, "root")+`}`, equals("sts:ExternalId", "acme-4711")
	case motoTrustsEveryone:
		principal = `"*"`
	case motoTrustsInstances:
		principal = `{"Service": "ec2.amazonaws.com"}`
	case motoTrustsLambda:
		principal = `{"Service": "lambda.amazonaws.com"}`
	case motoTrustsLambdaHere:
		principal, condition = `{"Service": "lambda.amazonaws.com"}`, equals("aws:SourceAccount", w.ids[account])
	default:
		w.t.Fatalf("no trust policy for %q", trust)
	}
	return fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": %s, "Action": "sts:AssumeRole"%s}]}`, principal, condition)
}

// motoGuardrail is a policy of the organization.
type motoGuardrail struct {
	name, kind, document string
	// guards tells whether an SCP or RCP does more than to repeat full access.
	guards bool
	// denies are the actions that it denies everybody, or the root user alone.
	denies []string
	root   bool
	// regions tells that it denies all regions but a few.
	regions bool
	// targets are "Root", paths of units and names of accounts.
	targets []string
}

func motoGuardrails() []motoGuardrail {
	const scp = org.ServiceControlPolicy
	deny := func(statement string) string {
		return `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Resource": "*", ` + statement + `}]}`
	}
	return []motoGuardrail{
		{
			name: "DenyLeaving", kind: scp, guards: true, denies: []string{"organizations:LeaveOrganization"},
			document: deny(`"Action": "organizations:LeaveOrganization"`),
			targets:  []string{"Workloads", motoTools},
		},
		{
			name: "KeepTrails", kind: scp, guards: true, denies: []string{"cloudtrail:*", "config:*", "guardduty:*", "securityhub:*", "access-analyzer:*"},
			document: deny(`"Action": ["cloudtrail:*", "config:*", "guardduty:*", "securityhub:*", "access-analyzer:*"]`),
			targets:  []string{"Workloads/Production/Payments"},
		},
		{
			name: "NoRoot", kind: scp, guards: true, denies: []string{"*"}, root: true,
			document: deny(`"Action": "*", "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}`),
			targets:  []string{"Workloads/Production"},
		},
		{
			name: "NoIAM", kind: scp, guards: true, denies: []string{"iam:*"},
			document: deny(`"Action": "iam:*"`),
			targets:  []string{"Locked"},
		},
		{
			name: "OnlyEurope", kind: scp, guards: true, regions: true,
			document: deny(`"NotAction": ["iam:*", "organizations:*", "sts:*", "support:*"], "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}}`),
			targets:  []string{"Sandbox"},
		},
		{
			name: "CopyOfFullAccess", kind: scp,
			document: `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}`,
			targets:  []string{"Root"},
		},
		{
			name: "Draft", kind: scp, guards: true, denies: []string{"ec2:*"},
			document: deny(`"Action": "ec2:*"`),
		},
		{
			name: "OnlyOurs", kind: org.ResourceControlPolicy, guards: true,
			document: deny(`"Principal": "*", "Action": "s3:*", "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}`),
			targets:  []string{"Security"},
		},
		{
			name: "CostCenter", kind: org.TagPolicy,
			document: `{"tags": {"CostCenter": {"tag_key": {"@@assign": "CostCenter"}}}}`,
			targets:  []string{"Workloads"},
		},
		{
			name: "NoTraining", kind: org.AIServicesOptOut,
			document: `{"services": {"default": {"opt_out_policy": {"@@operators_allowed_for_child_policies": ["@@none"], "@@assign": "optOut"}}}}`,
			targets:  []string{"Root"},
		},
	}
}

// binds tells whether the policy is attached to the account or above it.
func (g motoGuardrail) binds(a motoAccount) bool {
	return slices.Contains(g.targets, a.name) || g.above(a)
}

// above tells whether the policy is attached above the account.
func (g motoGuardrail) above(a motoAccount) bool {
	return slices.ContainsFunc(g.targets, func(target string) bool { return target == "Root" || motoWithin(a.unit, target) })
}

// denied tells whether SCPs deny everybody in the account the action, or its root user.
func (a motoAccount) denied(action string, root bool) bool {
	return slices.ContainsFunc(motoGuardrails(), func(g motoGuardrail) bool {
		return a.name != motoMaster && g.kind == org.ServiceControlPolicy && g.binds(a) && (root || !g.root) &&
			slices.ContainsFunc(g.denies, func(glob string) bool {
				prefix, all := strings.CutSuffix(glob, "*")
				return glob == action || all && strings.HasPrefix(action, prefix)
			})
	})
}
