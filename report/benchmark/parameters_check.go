package benchmark

import (
	"fmt"
	"slices"
	"strings"

	"orgaudit/org"
)

// ParameterError tells which parameter has a value that cannot be.
type ParameterError struct {
	Name string
	Err  error
}

func (e *ParameterError) Error() string { return e.Name + ": " + e.Err.Error() }
func (e *ParameterError) Unwrap() error { return e.Err }

// Check finds values that no control can use, which would change verdicts in silence: a
// guardrail of an unknown name, an account id or a range of addresses that is none, a
// negative number of days. The error names the parameter and, where there is a list, the
// known values.
func (p Parameters) Check() error {
	for _, list := range []struct {
		name   string
		values []string
		known  []string
	}{
		{"guardrails", p.Guardrails, guardrailNames()},
		{"finding_types", p.FindingTypes, findingTypes()},
	} {
		for _, value := range list.values {
			if !slices.Contains(list.known, value) {
				return &ParameterError{list.name, unknown("value", value, list.known)}
			}
		}
	}
	for _, entry := range p.ExpectedContacts {
		field, _, found := strings.Cut(entry, "=")
		if !found {
			return &ParameterError{"expected_contacts", fmt.Errorf("%q is not of the form FIELD=VALUE", entry)}
		}
		if known := contactFieldNames(); !slices.Contains(known, field) {
			return &ParameterError{"expected_contacts", unknown("field", field, known)}
		}
	}
	for _, ids := range []struct {
		name   string
		values []string
	}{
		{"ignore_accounts", p.IgnoreAccounts}, {"trusted_account_ids", p.TrustedAccountIDs}, {"known_vendors", p.KnownVendors},
		{"policy_admin_accounts", p.PolicyAdminAccounts}, {"trusted_delegated_accounts", p.TrustedDelegatedAccounts},
	} {
		for _, id := range ids.values {
			if !org.IsAccountID(id) {
				return &ParameterError{ids.name, fmt.Errorf("%q is no account id of 12 digits", id)}
			}
		}
	}
	for _, value := range p.TrustedIPs {
		switch prefix, ok := rangeOf(value); {
		case !ok:
			return &ParameterError{"trusted_ips", fmt.Errorf("%q is neither an address nor a range such as 203.0.113.0/24", value)}
		case prefix.Bits() == 0:
			return &ParameterError{"trusted_ips", fmt.Errorf("%q is every address", value)}
		}
	}
	for _, number := range []struct {
		name  string
		value int
	}{
		{"min_length", p.MinLength}, {"reuse", p.Reuse}, {"max_console_access_days", p.MaxConsoleAccessDays},
		{"max_unused_access_keys_days", p.MaxUnusedAccessKeysDays}, {"max_key_age_days", p.MaxKeyAgeDays}, {"root_max_days", p.RootMaxDays},
		{"max_password_age", p.MaxPasswordAge}, {"max_key_lifetime_days", p.MaxKeyLifetimeDays}, {"max_role_idle_days", p.MaxRoleIdleDays},
		{"max_unused_bedrock_access_days", p.MaxUnusedBedrockAccessDays}, {"max_unused_sagemaker_access_days", p.MaxUnusedSageMakerAccessDays},
	} {
		if number.value < 0 {
			return &ParameterError{number.name, fmt.Errorf("%d is negative", number.value)}
		}
	}
	return nil
}

// findingTypes are the types of findings of IAM Access Analyzer ("FindingSummaryV2", IAM
// Access Analyzer API Reference).
func findingTypes() []string {
	return []string{"ExternalAccess", "InternalAccess", "UnusedIAMRole", "UnusedIAMUserAccessKey", "UnusedIAMUserPassword", "UnusedPermission"}
}
