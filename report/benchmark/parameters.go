package benchmark

import (
	"fmt"
	"strings"
)

// Parameters are the thresholds and lists that controls compare with. The TOML names are
// those of the configuration.
type Parameters struct {
	MinLength                int      `toml:"min_length"`
	Reuse                    int      `toml:"reuse"`
	PasswordPolicyAlways     bool     `toml:"password_policy_always"`
	MaxConsoleAccessDays     int      `toml:"max_console_access_days"`
	MaxUnusedAccessKeysDays  int      `toml:"max_unused_access_keys_days"`
	MaxKeyAgeDays            int      `toml:"max_key_age_days"`
	RootMaxDays              int      `toml:"root_max_days"`
	CountKeysAsCredential    bool     `toml:"count_keys_as_credential"`
	IgnoreAWSManaged         bool     `toml:"ignore_aws_managed"`
	SupportPolicies          []string `toml:"support_policies"`
	RequireOrganizationTyped bool     `toml:"require_org_type"`
	ExpectedSecurityEmail    string   `toml:"expected_security_email"`
	RequiredPolicies         []string `toml:"required_policies"`
	RequireRCP               bool     `toml:"require_rcp"`
	IgnoreAccounts           []string `toml:"ignore_accounts"`

	MaxPasswordAge               int      `toml:"max_password_age"`
	MaxKeyLifetimeDays           int      `toml:"max_key_lifetime_days"`
	OnlyConsoleUsers             bool     `toml:"only_console_users"`
	AllowConsoleUsers            []string `toml:"allow_console_users"`
	SharedUserNames              []string `toml:"shared_user_names"`
	MaxRoleIdleDays              int      `toml:"max_role_idle_days"`
	MaxUnusedBedrockAccessDays   int      `toml:"max_unused_bedrock_access_days"`
	MaxUnusedSageMakerAccessDays int      `toml:"max_unused_sagemaker_access_days"`
	AdminPolicyNames             []string `toml:"admin_policy_names"`
	IgnoreRoles                  []string `toml:"ignore_roles"`
	IncludeUnattached            bool     `toml:"include_unattached"`
	BlockedKMSActions            []string `toml:"blocked_kms_actions"`
	BroadManagedPolicies         []string `toml:"broad_managed_policies"`
	PermissionsManagementAllowed []string `toml:"permissions_management_allowed"`
	BoundaryRequiredFor          []string `toml:"boundary_required_for"`
	AllowPrincipals              []string `toml:"allow_principals"`
	TrustedAccountIDs            []string `toml:"trusted_account_ids"`
	KnownVendors                 []string `toml:"known_vendors"`
	TrustedIPs                   []string `toml:"trusted_ips"`
	RequireRoleMFA               bool     `toml:"require_role_mfa"`
	FindingTypes                 []string `toml:"finding_types"`
	ExpectedContacts             []string `toml:"expected_contacts"`
	FailOnAccountsInRoot         bool     `toml:"fail_on_accounts_in_root"`
	ExpectedOUNames              []string `toml:"expected_ou_names"`
	PolicyAdminAccounts          []string `toml:"policy_admin_accounts"`
	DelegationServices           []string `toml:"delegation_services"`
	TrustedDelegatedAccounts     []string `toml:"trusted_delegated_accounts"`
	WorkloadServices             []string `toml:"workload_services"`
	AllowedRegions               []string `toml:"allowed_regions"`
	Guardrails                   []string `toml:"guardrails"`
	RequiredDenials              []string `toml:"required_denials"`
}

// DefaultParameters are the values that apply where the configuration sets none.
func DefaultParameters() Parameters {
	return Parameters{
		MinLength:               14,
		Reuse:                   24,
		MaxConsoleAccessDays:    45,
		MaxUnusedAccessKeysDays: 45,
		MaxKeyAgeDays:           90,
		RootMaxDays:             90,
		SupportPolicies:         []string{"AWSSupportAccess"},
		RequiredPolicies:        []string{},
		IgnoreAccounts:          []string{},

		MaxPasswordAge:               90,
		MaxKeyLifetimeDays:           365,
		AllowConsoleUsers:            []string{},
		SharedUserNames:              []string{"admin*", "root*", "test*", "shared*", "team*", "generic*", "guest*", "user", "user?", "operator*", "support*"},
		MaxRoleIdleDays:              60,
		MaxUnusedBedrockAccessDays:   60,
		MaxUnusedSageMakerAccessDays: 90,
		AdminPolicyNames:             []string{"AdministratorAccess"},
		IgnoreRoles:                  []string{"AWSReservedSSO_AdministratorAccess_*", "OrganizationAccountAccessRole"},
		BlockedKMSActions:            []string{"kms:Decrypt", "kms:ReEncryptFrom"},
		BroadManagedPolicies:         []string{"PowerUserAccess", "IAMFullAccess", "SystemAdministrator", "NetworkAdministrator", "DatabaseAdministrator", "DataScientist"},
		PermissionsManagementAllowed: []string{},
		BoundaryRequiredFor:          []string{"iam:CreateRole", "iam:CreateUser", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutUserPolicy", "iam:AttachUserPolicy"},
		AllowPrincipals:              []string{},
		TrustedAccountIDs:            []string{},
		KnownVendors:                 []string{},
		TrustedIPs:                   []string{},
		FindingTypes:                 []string{"ExternalAccess"},
		ExpectedContacts:             []string{},
		FailOnAccountsInRoot:         true,
		ExpectedOUNames:              []string{},
		PolicyAdminAccounts:          []string{},
		DelegationServices:           []string{},
		TrustedDelegatedAccounts:     []string{},
		WorkloadServices:             []string{"ec2.amazonaws.com", "lambda.amazonaws.com", "ecs-tasks.amazonaws.com", "eks.amazonaws.com", "rds.amazonaws.com", "glue.amazonaws.com", "sagemaker.amazonaws.com", "elasticmapreduce.amazonaws.com", "batch.amazonaws.com", "states.amazonaws.com", "codebuild.amazonaws.com"},
		AllowedRegions:               []string{},
		Guardrails:                   []string{"leave-organization", "cloudtrail", "config", "guardduty", "securityhub", "access-analyzer", "root-keys", "root-user", "regions", "iam-users", "access-keys", "audit-role"},
		RequiredDenials:              []string{},
	}
}

// ParameterValue is a parameter for a reader.
type ParameterValue struct {
	Name, Value, Default, Meaning, Source string
}

// parameterDocs say what each parameter means and where its default comes from.
var parameterDocs = [...]struct {
	name, meaning, source string
	value                 func(Parameters) string
}{
	{"min_length", "Shortest password that the account's policy may allow, in characters.", "CIS 7.0, 2.8",
		func(p Parameters) string { return fmt.Sprint(p.MinLength) }},
	{"reuse", "Number of earlier passwords that may not be used again; IAM allows 24 at most.", "CIS 7.0, 2.9",
		func(p Parameters) string { return fmt.Sprint(p.Reuse) }},
	{"password_policy_always", "Judge the password policy also where no IAM user has a console password.", "own choice",
		func(p Parameters) string { return fmt.Sprint(p.PasswordPolicyAlways) }},
	{"max_console_access_days", "Days without use from which a console password counts as unused.", "CIS 7.0, 2.11",
		func(p Parameters) string { return fmt.Sprint(p.MaxConsoleAccessDays) }},
	{"max_unused_access_keys_days", "Days without use from which an access key counts as unused.", "CIS 7.0, 2.11",
		func(p Parameters) string { return fmt.Sprint(p.MaxUnusedAccessKeysDays) }},
	{"max_key_age_days", "Age in days that an active access key may reach.", "CIS 7.0, 2.12",
		func(p Parameters) string { return fmt.Sprint(p.MaxKeyAgeDays) }},
	{"root_max_days", "A use of the root user within so many days is a fail.", "own choice; CIS 7.0, 2.7 names no number",
		func(p Parameters) string { return fmt.Sprint(p.RootMaxDays) }},
	{"count_keys_as_credential", "Ask for root MFA also where the root user has access keys and no password.", "own choice; CIS 7.0, 2.5 looks at the password",
		func(p Parameters) string { return fmt.Sprint(p.CountKeysAsCredential) }},
	{"ignore_aws_managed", "Leave AWS-managed policies, such as AdministratorAccess, out of policy-no-full-admin.", "own choice",
		func(p Parameters) string { return fmt.Sprint(p.IgnoreAWSManaged) }},
	{"support_policies", "Names of the AWS-managed policies that let a role work with AWS Support.", "CIS 7.0, 2.15",
		func(p Parameters) string { return strings.Join(p.SupportPolicies, ", ") }},
	{"require_org_type", "Accept only analyzers of the organization, not those of single accounts.", "CIS 7.0, 2.18, whose audit lists the type ORGANIZATION",
		func(p Parameters) string { return fmt.Sprint(p.RequireOrganizationTyped) }},
	{"expected_security_email", "E-mail address that the security contact must have; empty accepts any.", "own choice",
		func(p Parameters) string {
			if p.ExpectedSecurityEmail == "" {
				return ""
			}
			return "…" // personal data, as the contact itself
		}},
	{"required_policies", "Ids or names of SCPs and RCPs that must bind every member account.", "own choice",
		func(p Parameters) string { return strings.Join(p.RequiredPolicies, ", ") }},
	{"require_rcp", "Ask for a resource control policy beside the service control policy.", "own choice",
		func(p Parameters) string { return fmt.Sprint(p.RequireRCP) }},
	{"ignore_accounts", "Accounts that need no guardrail policy.", "own choice",
		func(p Parameters) string { return strings.Join(p.IgnoreAccounts, ", ") }},
	{"max_password_age", "Days after which the password policy lets a password expire, and that a password may reach.", "AWS, Security best practices in IAM; CIS names none",
		func(p Parameters) string { return fmt.Sprint(p.MaxPasswordAge) }},
	{"max_key_lifetime_days", "Age in days from which an access key, active or not, should be deleted.", "own choice",
		func(p Parameters) string { return fmt.Sprint(p.MaxKeyLifetimeDays) }},
	{"only_console_users", "Ask for hardware MFA from users with a console password alone.", "own choice",
		func(p Parameters) string { return fmt.Sprint(p.OnlyConsoleUsers) }},
	{"allow_console_users", "Names of users, such as break-glass users, that may have a console password although people sign in through federation; * and ? stand for any characters.", "own choice",
		func(p Parameters) string { return strings.Join(p.AllowConsoleUsers, ", ") }},
	{"shared_user_names", "Names of users that look like shared ones and are asked about; * and ? stand for any characters.", "own choice",
		func(p Parameters) string { return strings.Join(p.SharedUserNames, ", ") }},
	{"max_role_idle_days", "Days without use from which a role counts as unused.", "own choice; AWS tracks the last 400 days",
		func(p Parameters) string { return fmt.Sprint(p.MaxRoleIdleDays) }},
	{"max_unused_bedrock_access_days", "Days that permission to use Amazon Bedrock may go unused.", "own choice",
		func(p Parameters) string { return fmt.Sprint(p.MaxUnusedBedrockAccessDays) }},
	{"max_unused_sagemaker_access_days", "Days that permission to use Amazon SageMaker may go unused.", "own choice",
		func(p Parameters) string { return fmt.Sprint(p.MaxUnusedSageMakerAccessDays) }},
	{"admin_policy_names", "Names of policies that make an administrator of whoever has them.", "AWS managed policies for job functions, IAM User Guide",
		func(p Parameters) string { return strings.Join(p.AdminPolicyNames, ", ") }},
	{"ignore_roles", "Names of roles that may have an administrator policy; * and ? stand for any characters.", "own choice",
		func(p Parameters) string { return strings.Join(p.IgnoreRoles, ", ") }},
	{"include_unattached", "Judge customer-managed policies also where they are attached to nobody.", "own choice",
		func(p Parameters) string { return fmt.Sprint(p.IncludeUnattached) }},
	{"blocked_kms_actions", "Actions of AWS KMS that no policy may allow on all keys.", "AWS Foundational Security Best Practices, KMS.1 and KMS.2",
		func(p Parameters) string { return strings.Join(p.BlockedKMSActions, ", ") }},
	{"broad_managed_policies", "Names of AWS-managed policies that are a start and no end, and are to be reviewed.", "AWS managed policies for job functions, IAM User Guide",
		func(p Parameters) string { return strings.Join(p.BroadManagedPolicies, ", ") }},
	{"permissions_management_allowed", "Principals that may manage permissions of IAM and Organizations, by ARN or name; * and ? stand for any characters.", "own choice",
		func(p Parameters) string { return strings.Join(p.PermissionsManagementAllowed, ", ") }},
	{"boundary_required_for", "Actions whose holders need a permissions boundary of their own.", "Permissions boundaries for IAM entities, IAM User Guide",
		func(p Parameters) string { return strings.Join(p.BoundaryRequiredFor, ", ") }},
	{"allow_principals", "Principals that may have AWSCloudShellFullAccess, by ARN or name; * and ? stand for any characters.", "own choice",
		func(p Parameters) string { return strings.Join(p.AllowPrincipals, ", ") }},
	{"trusted_account_ids", "Accounts outside the organization that count as its own.", "own choice",
		func(p Parameters) string { return strings.Join(p.TrustedAccountIDs, ", ") }},
	{"known_vendors", "Accounts of third parties whose access is known and wanted; they still need an external ID.", "own choice",
		func(p Parameters) string { return strings.Join(p.KnownVendors, ", ") }},
	{"trusted_ips", "Public addresses and ranges of addresses (CIDR) of the company's own; a condition on the address narrows everyone only to these and to private ranges.", "own choice",
		func(p Parameters) string { return strings.Join(p.TrustedIPs, ", ") }},
	{"require_role_mfa", "Ask for MFA in the trust policy of every role that people can assume.", "own choice",
		func(p Parameters) string { return fmt.Sprint(p.RequireRoleMFA) }},
	{"finding_types", "Types of findings of IAM Access Analyzer that access-analyzer-findings judges.", "own choice",
		func(p Parameters) string { return strings.Join(p.FindingTypes, ", ") }},
	{"expected_contacts", "What the primary contact must hold, as FIELD=VALUE with the fields full_name, company, country and phone.", "own choice",
		func(p Parameters) string { return fieldsOf(p.ExpectedContacts) }},
	{"fail_on_accounts_in_root", "Fail org-ou-structure where a member account stands directly under the root.", "AWS, Organizing Your AWS Environment Using Multiple Accounts",
		func(p Parameters) string { return fmt.Sprint(p.FailOnAccountsInRoot) }},
	{"expected_ou_names", "Names of units that the organization must have.", "own choice",
		func(p Parameters) string { return strings.Join(p.ExpectedOUNames, ", ") }},
	{"policy_admin_accounts", "Accounts that may manage the organization's policies by its delegation policy; empty accepts any member.", "own choice",
		func(p Parameters) string { return strings.Join(p.PolicyAdminAccounts, ", ") }},
	{"delegation_services", "Service principals that must have a delegated administrator; empty takes those that AWS documents.", "AWS services that you can use with AWS Organizations",
		func(p Parameters) string { return strings.Join(p.DelegationServices, ", ") }},
	{"trusted_delegated_accounts", "Accounts that may be delegated administrators; empty leaves members of the organization to a person's judgement.", "own choice",
		func(p Parameters) string { return strings.Join(p.TrustedDelegatedAccounts, ", ") }},
	{"workload_services", "Services whose roles in the management account speak for workloads there.", "own choice",
		func(p Parameters) string { return strings.Join(p.WorkloadServices, ", ") }},
	{"allowed_regions", "Regions that may be used: SCPs must deny all others; empty asks for any restriction.", "own choice",
		func(p Parameters) string { return strings.Join(p.AllowedRegions, ", ") }},
	{"guardrails", "Denials that SCPs must make in every member account; what is left out does not apply.", "own choice, after Example service control policies, AWS Organizations User Guide",
		func(p Parameters) string { return strings.Join(p.Guardrails, ", ") }},
	{"required_denials", "Further actions, with * and ?, that SCPs must deny in every member account.", "own choice",
		func(p Parameters) string { return strings.Join(p.RequiredDenials, ", ") }},
}

// Values returns every parameter with its value, its default, its meaning and its source.
func (p Parameters) Values() []ParameterValue {
	defaults := DefaultParameters()
	values := make([]ParameterValue, 0, len(parameterDocs))
	for _, d := range parameterDocs {
		values = append(values, ParameterValue{
			Name: d.name, Value: d.value(p), Default: d.value(defaults), Meaning: d.meaning, Source: d.source,
		})
	}
	return values
}
