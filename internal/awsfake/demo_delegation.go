package awsfake

import "encoding/json"

// demoLaterPolicies are policies of the organization beside those of [demoOrgPolicies]. What
// they guard is again forgotten in the sandbox unit and in the account beside all units.
func demoLaterPolicies(d demoDice, t *demoTree, organization string) []OrgPolicy {
	policy := func(kind, name, description string, document json.RawMessage, targets ...string) OrgPolicy {
		return OrgPolicy{ID: "p-" + d.text(demoLower36, 8), Type: kind, Name: name, Description: description, Document: document, Targets: targets}
	}
	security, infra, workloads := t.ids["security"], t.ids["infra"], t.ids["workloads"]
	outsiders := map[string]demoMap{
		"StringNotEqualsIfExists": {"aws:PrincipalOrgID": organization},
		"BoolIfExists":            {"aws:PrincipalIsAWSService": "false"},
	}
	return []OrgPolicy{
		policy("SERVICE_CONTROL_POLICY", "ProtectAuditRole", "Only the rollout of the audit role may change it.",
			demoDocument(demoAuditProtection()), security, infra, workloads),
		policy("SERVICE_CONTROL_POLICY", "NoRootAccessKeys", "The root user makes no access keys.",
			demoDocument(demoRootKeyDenial()), security, infra, workloads),
		policy("SERVICE_CONTROL_POLICY", "GermanRegionOnly", "Candidate for workloads with data of customers; attached to no account yet.",
			demoDocument(demoGermanRegion()), t.ids["staging"]),
		policy("RESOURCE_CONTROL_POLICY", "NoOutsidersInProduction", "Roles of production are for principals of this organization and for AWS services.",
			demoResourceDocument("Deny", "sts:AssumeRole", outsiders), t.ids["prod"]),
		policy("AISERVICES_OPT_OUT_POLICY", "NoTrainingWithOurData", "AI services of AWS neither store nor use what we send them.",
			json.RawMessage(`{"services":{"@@operators_allowed_for_child_policies":["@@none"],"default":{`+
				`"@@operators_allowed_for_child_policies":["@@none"],"opt_out_policy":{"@@operators_allowed_for_child_policies":["@@none"],"@@assign":"optOut"}}}}`),
			t.root.ID),
		policy("TAG_POLICY", "CostCenters", "How the tag for the cost centre is written.",
			json.RawMessage(`{"tags":{"CostCenter":{"tag_key":{"@@assign":"CostCenter"},"enforced_for":{"@@assign":["ec2:instance","rds:db"]}}}}`), workloads),
	}
}

func demoAuditProtection() demoStatement {
	s := demoDeny("ProtectAuditRole", []string{
		"iam:AttachRolePolicy", "iam:DeleteRole", "iam:DeleteRolePermissionsBoundary", "iam:DeleteRolePolicy", "iam:DetachRolePolicy",
		"iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole",
	}, demoARN("*", "role/"+DemoRoleName))
	s.Condition = map[string]demoMap{"ArnNotLike": {"aws:PrincipalArn": demoARN("*", "role/stacksets-exec-*")}}
	return s
}

func demoRootKeyDenial() demoStatement {
	s := demoDeny("NoRootAccessKeys", "iam:CreateAccessKey", "*")
	s.Condition = map[string]demoMap{"ArnLike": {"aws:PrincipalArn": demoARN("*", "root")}}
	return s
}

// demoGermanRegion is [demoRegions] for a single region.
func demoGermanRegion() demoStatement {
	s := demoRegions()
	s.Sid = "GermanRegionOnly"
	s.Condition = map[string]demoMap{"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}}
	return s
}

// demoDelegationPolicy lets the security tooling manage the service control policies
// ("Delegated administrator for AWS Organizations", AWS Organizations User Guide).
func demoDelegationPolicy(security string) json.RawMessage {
	principal := demoMap{"AWS": demoARN(security, "root")}
	manage := demoStatement{Sid: "ManagePolicies", Effect: "Allow", Principal: principal, Resource: "*", Action: []string{
		"organizations:AttachPolicy", "organizations:CreatePolicy", "organizations:DeletePolicy", "organizations:DetachPolicy",
		"organizations:UpdatePolicy",
	}, Condition: map[string]demoMap{"StringLikeIfExists": {"organizations:PolicyType": "SERVICE_CONTROL_POLICY"}}}
	read := demoStatement{Sid: "Read", Effect: "Allow", Principal: principal, Resource: "*", Action: []string{
		"organizations:Describe*", "organizations:List*",
	}}
	return demoDocument(manage, read)
}
