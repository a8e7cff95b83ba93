package awsfake

import "encoding/json"

// demoOrgPolicies are the service and resource control policies. The root carries
// none of the company's own: guardrails hang on the units at the top, and the sandbox
// unit and the account beside all units were forgotten.
func demoOrgPolicies(d demoDice, t *demoTree, plans []demoPlan, organization string) []OrgPolicy {
	everywhere := append([]string{}, t.nodes...)
	var denied, quarantined []string
	for _, p := range plans {
		everywhere = append(everywhere, p.id)
		if p.deniedOne {
			denied = append(denied, p.id)
		}
		if p.quarantined {
			quarantined = append(quarantined, p.id)
		}
	}
	units := func(slugs ...string) []string {
		var ids []string
		for _, s := range slugs {
			ids = append(ids, t.ids[s])
		}
		return ids
	}
	scp := func(name, description string, targets []string, s ...demoStatement) OrgPolicy {
		return OrgPolicy{ID: "p-" + d.text(demoLower36, 8), Type: "SERVICE_CONTROL_POLICY", Name: name,
			Description: description, Document: demoDocument(s...), Targets: targets}
	}
	policies := []OrgPolicy{
		{ID: "p-FullAWSAccess", Type: "SERVICE_CONTROL_POLICY", Name: "FullAWSAccess", AWSManaged: true,
			Description: "Allows access to every operation", Document: demoDocument(demoAllow("*", "*")),
			Targets: everywhere},
		scp("StayInOrganization", "Accounts must not leave the organization by themselves.",
			units("security", "infra", "workloads", "acquired", "suspended"),
			demoDeny("StayInOrganization", "organizations:LeaveOrganization", "*")),
		scp("ProtectSecurityServices", "Nobody but the security tooling switches off what watches us.",
			units("security", "infra", "workloads"), demoProtection()),
		scp("EuropeanRegionsOnly", "Workloads run in European regions. Global services and the audit are exempt.",
			units("workloads"), demoRegions()),
		scp("NoRootUserInProduction", "The root user of a production account can do nothing.", units("prod"),
			demoRootDenial()),
		scp("SandboxSpendLimits", "Small instances only, no commitments.", units("sandbox-lab"), demoSpending()...),
		scp("NoIAMUsers", "Candidate for all workloads; people come through Identity Center.", units("staging"),
			demoDeny("NoIAMUsers", []string{"iam:CreateUser", "iam:CreateAccessKey", "iam:CreateLoginProfile"}, "*")),
		scp("SuspendedAccounts", "Nothing may run in accounts that wait for their closure.", units("suspended"),
			demoDeny("", "*", "*")),
		scp("ProtectTrailOfOldLandingZone", "Left over from the landing zone of 2019, attached nowhere.", []string{},
			demoDeny("Trail", []string{"cloudtrail:StopLogging", "cloudtrail:DeleteTrail"},
				demoServiceARN("cloudtrail", "*", "*", "trail/"+demoShort+"-*"))),
	}
	if denied != nil {
		policies = append(policies, scp("PaymentsHardening", "Ordered by the payment scheme; hides the password policy from everyone.",
			denied, demoDeny("HidePasswordPolicy", "iam:GetAccountPasswordPolicy", "*")))
	}
	if quarantined != nil {
		policies = append(policies, scp("Quarantine", "Attached by the incident team: identity stays frozen until the case is closed.",
			quarantined, demoDeny("Freeze", []string{"iam:*", "access-analyzer:*", "account:*"}, "*")))
	}
	return append(policies,
		OrgPolicy{ID: "p-RCPFullAWSAccess", Type: "RESOURCE_CONTROL_POLICY", Name: "RCPFullAWSAccess", AWSManaged: true,
			Description: "Allows access to every resource", Document: demoResourceDocument("Allow", "*", nil),
			Targets: append([]string{}, everywhere...)},
		OrgPolicy{ID: "p-" + d.text(demoLower36, 8), Type: "RESOURCE_CONTROL_POLICY", Name: "OnlyOurOrganization",
			Description: "Data of the workloads is for principals of this organization and for AWS services.",
			Document: demoResourceDocument("Deny", []string{"s3:*", "sqs:*", "kms:*", "secretsmanager:*"}, map[string]demoMap{
				"StringNotEqualsIfExists": {"aws:PrincipalOrgID": organization},
				"BoolIfExists":            {"aws:PrincipalIsAWSService": "false"},
			}),
			Targets: units("workloads")})
}

// demoResourceDocument is a resource control policy, whose Principal is always *.
func demoResourceDocument(effect string, actions any, condition map[string]demoMap) json.RawMessage {
	return demoDocument(demoStatement{Effect: effect, Principal: "*", Action: actions, Resource: "*", Condition: condition})
}

func demoProtection() demoStatement {
	s := demoDeny("ProtectSecurityServices", []string{
		"access-analyzer:DeleteAnalyzer", "access-analyzer:DeleteArchiveRule", "cloudtrail:DeleteTrail",
		"cloudtrail:PutEventSelectors", "cloudtrail:StopLogging", "cloudtrail:UpdateTrail",
		"config:DeleteConfigurationRecorder", "config:DeleteDeliveryChannel", "config:StopConfigurationRecorder",
		"guardduty:DeleteDetector", "guardduty:DisassociateFromAdministratorAccount", "guardduty:UpdateDetector",
		"securityhub:DisableSecurityHub", "securityhub:DisassociateFromAdministratorAccount",
	}, "*")
	s.Condition = map[string]demoMap{"ArnNotLike": {"aws:PrincipalArn": []string{
		demoARN("*", "role/SecurityToolingAdministration"), demoARN("*", "role/aws-service-role/*"),
	}}}
	return s
}

// demoRegions denies what happens outside some regions. It has NotAction for the services
// whose endpoint is in one region for all the world ("Deny access to AWS based on the
// requested Region" in the IAM User Guide).
func demoRegions() demoStatement {
	return demoStatement{
		Sid: "EuropeanRegionsOnly", Effect: "Deny", Resource: "*",
		NotAction: []string{
			"access-analyzer:*", "account:*", "aws-portal:*", "budgets:*", "ce:*", "cloudfront:*", "cur:*",
			"globalaccelerator:*", "health:*", "iam:*", "organizations:*", "pricing:*", "route53:*",
			"route53domains:*", "shield:*", "sso:*", "sts:*", "support:*", "trustedadvisor:*", "waf:*",
		},
		Condition: map[string]demoMap{
			"StringNotEquals": {"aws:RequestedRegion": []string{
				"eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-west-1", "eu-west-3",
			}},
			"ArnNotLike": {"aws:PrincipalArn": demoARN("*", "role/"+DemoRoleName)},
		},
	}
}

func demoRootDenial() demoStatement {
	s := demoDeny("NoRootUser", "*", "*")
	s.Condition = map[string]demoMap{"StringLike": {"aws:PrincipalArn": demoARN("*", "root")}}
	return s
}

func demoSpending() []demoStatement {
	instances := demoDeny("SmallInstances", "ec2:RunInstances", demoServiceARN("ec2", "*", "*", "instance/*"))
	instances.Condition = map[string]demoMap{
		"StringNotLike": {"ec2:InstanceType": []string{"t3.*", "t3a.*", "t4g.*"}},
	}
	return []demoStatement{instances, demoDeny("NoCommitments", []string{
		"ec2:PurchaseReservedInstancesOffering", "rds:PurchaseReservedDBInstancesOffering",
		"savingsplans:CreateSavingsPlan", "aws-marketplace:Subscribe",
	}, "*")}
}
