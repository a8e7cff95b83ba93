package awsfake

import (
	"strings"
	"time"
)

// demoManagedPolicies are the AWS-managed policies that the demo world attaches. Their
// names, paths and default versions have the shape of the real ones; their documents
// are short ones of our own with the same character.
func demoManagedPolicies(d demoDice) []ManagedPolicy {
	all := func(actions ...string) []demoStatement { return []demoStatement{demoAllow(actions, "*")} }
	var policies []ManagedPolicy
	for _, p := range []struct {
		name       string // with its path, without the first slash
		version    string
		year       int
		statements []demoStatement
	}{
		{"AdministratorAccess", "v1", 2015, []demoStatement{demoAllow("*", "*")}},
		{"PowerUserAccess", "v5", 2015, []demoStatement{
			{Effect: "Allow", NotAction: []string{"iam:*", "organizations:*", "account:*"}, Resource: "*"},
			demoAllow([]string{
				"account:GetAccountInformation", "account:ListRegions", "iam:CreateServiceLinkedRole",
				"iam:DeleteServiceLinkedRole", "iam:ListRoles", "organizations:DescribeOrganization",
			}, "*"),
		}},
		{"ReadOnlyAccess", "v118", 2015, all("account:Get*", "cloudtrail:Get*", "cloudwatch:Get*", "ec2:Describe*",
			"iam:Get*", "iam:List*", "kms:List*", "rds:Describe*", "s3:Get*", "s3:List*")},
		{"SecurityAudit", "v62", 2015, all("access-analyzer:List*", "cloudtrail:DescribeTrails", "config:Describe*",
			"ec2:Describe*", "guardduty:List*", "iam:GenerateCredentialReport", "iam:Get*", "iam:List*", "s3:GetBucket*")},
		{"job-function/ViewOnlyAccess", "v20", 2016, all("cloudtrail:DescribeTrails", "ec2:Describe*", "iam:List*",
			"lambda:List*", "s3:ListAllMyBuckets")},
		{"job-function/Billing", "v9", 2016, all("aws-portal:*Billing", "budgets:*", "ce:*", "cur:*", "invoicing:*", "payments:*")},
		{"job-function/DatabaseAdministrator", "v5", 2016, append(
			all("cloudwatch:GetMetric*", "dynamodb:*", "elasticache:*", "rds:*", "redshift:*"),
			demoAllow("iam:PassRole", demoARN("*", "role/rds-monitoring-role")))},
		{"job-function/SupportUser", "v8", 2016, all("cloudwatch:Describe*", "ec2:Describe*", "support:*")},
		{"AWSSupportAccess", "v2", 2015, all("support:*")},
		{"IAMUserChangePassword", "v2", 2016, []demoStatement{
			demoAllow("iam:ChangePassword", demoARN("*", "user/${aws:username}")),
			demoAllow("iam:GetAccountPasswordPolicy", "*"),
		}},
		{"IAMFullAccess", "v2", 2015, all("iam:*", "organizations:DescribeAccount", "organizations:ListPolicies")},
		{"IAMReadOnlyAccess", "v4", 2015, all("iam:GenerateCredentialReport", "iam:Get*", "iam:List*", "iam:SimulateCustomPolicy")},
		{"AmazonS3FullAccess", "v2", 2015, all("s3:*", "s3-object-lambda:*")},
		{"AmazonS3ReadOnlyAccess", "v3", 2015, all("s3:Get*", "s3:List*", "s3:Describe*")},
		{"AmazonEC2FullAccess", "v5", 2015, all("ec2:*", "elasticloadbalancing:*", "cloudwatch:*", "autoscaling:*")},
		{"AmazonEC2ReadOnlyAccess", "v2", 2015, all("ec2:Describe*", "elasticloadbalancing:Describe*", "cloudwatch:ListMetrics")},
		{"AmazonDynamoDBFullAccess", "v15", 2015, all("dynamodb:*", "dax:*", "kms:DescribeKey")},
		{"AmazonRDSReadOnlyAccess", "v8", 2015, all("rds:Describe*", "rds:ListTagsForResource")},
		{"AmazonSESFullAccess", "v1", 2015, all("ses:*")},
		{"AWSCloudTrail_ReadOnlyAccess", "v2", 2022, all("cloudtrail:Get*", "cloudtrail:Describe*", "cloudtrail:LookupEvents")},
		{"CloudWatchReadOnlyAccess", "v9", 2015, all("cloudwatch:Describe*", "cloudwatch:Get*", "logs:Describe*", "logs:Get*")},
		{"CloudWatchAgentServerPolicy", "v3", 2018, all("cloudwatch:PutMetricData", "logs:CreateLogStream", "logs:PutLogEvents")},
		{"AmazonSSMManagedInstanceCore", "v2", 2019, all("ssm:UpdateInstanceInformation", "ssmmessages:*", "ec2messages:GetMessages")},
		{"AWSCloudShellFullAccess", "v1", 2020, all("cloudshell:*")},
		{"AWSXRayDaemonWriteAccess", "v2", 2018, all("xray:PutTraceSegments", "xray:PutTelemetryRecords")},
		{"service-role/AWSLambdaBasicExecutionRole", "v1", 2015, all("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")},
		{"service-role/AmazonECSTaskExecutionRolePolicy", "v1", 2017, all("ecr:GetAuthorizationToken", "ecr:BatchGetImage", "logs:PutLogEvents")},
		{"service-role/AWSBackupServiceRolePolicyForBackup", "v22", 2019, all("backup:DescribeBackupVault", "ec2:CreateSnapshot", "rds:CreateDBSnapshot")},
		{"aws-service-role/AWSSupportServiceRolePolicy", "v40", 2018, all("ec2:Describe*", "iam:List*", "support:*")},
		{"aws-service-role/AWSTrustedAdvisorServiceRolePolicy", "v19", 2018, all("ec2:Describe*", "iam:GetAccountSummary", "rds:Describe*")},
		{"aws-service-role/AccessAnalyzerServiceRolePolicy", "v16", 2019, all("iam:GetRole", "iam:ListRoles", "kms:GetKeyPolicy", "s3:GetBucketPolicy")},
		{"aws-service-role/AWSOrganizationsServiceTrustPolicy", "v2", 2017, all("iam:CreateServiceLinkedRole")},
		{"aws-service-role/AWSSSOServiceRolePolicy", "v17", 2017, []demoStatement{
			demoAllow([]string{"iam:CreateRole", "iam:AttachRolePolicy", "iam:DeleteRole", "iam:PutRolePolicy"},
				demoARN("*", "role/aws-reserved/sso.amazonaws.com/*")),
			demoAllow([]string{"iam:CreateSAMLProvider", "iam:GetSAMLProvider"}, demoARN("*", "saml-provider/AWSSSO_*")),
		}},
	} {
		created := time.Date(p.year, time.February, 6, 18, d.IntN(60), d.IntN(60), 0, time.UTC)
		updated := created
		if p.version != "v1" {
			updated = created.AddDate(0, d.between(1, 36), 0)
		}
		path, name := "/", p.name
		if i := strings.LastIndex(name, "/"); i >= 0 {
			path, name = "/"+name[:i+1], name[i+1:]
		}
		policies = append(policies, ManagedPolicy{
			ID: d.unique("ANPA"), Name: name, Path: path, Description: "Demo text of " + name,
			Created: created, Updated: updated, Default: p.version,
			Versions: []PolicyVersion{{p.version, updated, demoDocument(p.statements...)}},
		})
	}
	return policies
}
