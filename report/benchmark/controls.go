package benchmark

import (
	"slices"
	"strings"
)

// Controls returns every control, in the order in which reports show them.
func Controls() []*Control {
	return []*Control{
		// The organization as a whole.
		orgRootAccessCentral(),
		orgGuardrailPolicies(),
		orgAllFeatures(),
		orgOUStructure(),
		orgAccountsInRoot(),
		orgSCPGuardrails(),
		orgRCP(),
		orgTagPolicy(),
		orgAIOptOut(),
		orgPolicyDelegation(),
		orgServiceDelegation(),
		orgTrustedDelegates(),
		orgIdentityCenter(),

		// Guardrails, account by account.
		orgSCPDenyRegions(),
		guardrailControl("leave-organization"),
		guardrailControl("cloudtrail"),
		guardrailControl("config"),
		guardrailControl("guardduty"),
		guardrailControl("securityhub"),
		guardrailControl("access-analyzer"),
		guardrailControl("root-keys"),
		guardrailControl("root-user"),
		guardrailControl("regions"),
		guardrailControl("iam-users"),
		guardrailControl("access-keys"),
		guardrailControl("audit-role"),
		guardrailRequiredDenials(),

		// The account and its contacts.
		orgMember(),
		orgMgmtNoWorkloads(),
		accountSecurityContact(),

		// The root user.
		rootNoAccessKey(),
		rootMFA(),
		rootHardwareMFA(),
		rootNotUsed(),

		// The password policy.
		passwordMinLength(),
		passwordReuse(),

		// Users and their credentials.
		userConsoleMFA(),
		userCredentialsUnused(),
		userSingleActiveKey(),
		accessKeyRotation(),

		// Users and groups in the authorization details.
		userPermissionsViaGroups(),

		// Policies.
		policyNoFullAdmin(),
		supportRole(),

		// Roles and whom they trust.
		roleTrustAnyone(),
		roleExternalID(),
		roleOutsideOrg(),
		roleCrossAccountReadonly(),
		roleCrossAccountWrite(),
		roleConfusedDeputy(),
		roleTrustMFA(),

		// Privileged principals.
		principalNoEscalation(),
		principalAdminInventory(),
		principalPermissionsManagement(),
		privilegedUserHardwareMFA(),
		permissionsBoundary(),
		accessUnusedServices(),
		roleStaleBedrock(),
		userStaleBedrock(),
		userStaleSageMaker(),
		userTemporaryCredentials(),

		// Certificates.
		serverCertExpired(),

		// IAM Access Analyzer.
		accessAnalyzerExternal(),
		accessAnalyzerFindings(),
		analyzerPublicAccess(),
		analyzerUnusedAccess(),
		analyzerInternalAccess(),
		analyzerArchiveRules(),
		resourcePolicyNoWildcard(),
	}
}

// ControlByID returns the control with that id, or nil.
func ControlByID(id string) *Control {
	all := Controls()
	i := slices.IndexFunc(all, func(c *Control) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return all[i]
}

// ControlIDs returns the ids of all controls, sorted.
func ControlIDs() []string {
	var ids []string
	for _, c := range Controls() {
		ids = append(ids, c.ID)
	}
	slices.SortFunc(ids, strings.Compare)
	return ids
}
