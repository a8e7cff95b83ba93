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
		func(p Parameters) string { return p.ExpectedSecurityEmail }},
	{"required_policies", "Ids or names of SCPs and RCPs that must bind every member account.", "own choice",
		func(p Parameters) string { return strings.Join(p.RequiredPolicies, ", ") }},
	{"require_rcp", "Ask for a resource control policy beside the service control policy.", "own choice",
		func(p Parameters) string { return fmt.Sprint(p.RequireRCP) }},
	{"ignore_accounts", "Accounts that need no guardrail policy.", "own choice",
		func(p Parameters) string { return strings.Join(p.IgnoreAccounts, ", ") }},
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
