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
		accountContactCurrent(),
		accountContactsDiffer(),
		accountSecurityQuestions(),
		accountAlias(),

		// The root user.
		rootNoAccessKey(),
		rootMFA(),
		rootHardwareMFA(),
		rootNotUsed(),
		rootSigningCert(),
		rootMemberCredentials(),

		// The password policy.
		passwordMinLength(),
		passwordReuse(),
		passwordLowercase(),
		passwordUppercase(),
		passwordNumber(),
		passwordSymbol(),
		passwordExpiry(),
		passwordAllowChange(),

		// Users and their credentials.
		userConsoleMFA(),
		userCredentialsUnused(),
		userSingleActiveKey(),
		accessKeyRotation(),
		userHardwareMFA(),
		passwordRotation(),
		userNoInitialAccessKey(),
		userKeyUnused(),
		userKey365(),
		userConsoleAndKeys(),
		userSharedName(),
		usersCentralized(),

		// Users and groups in the authorization details.
		userPermissionsViaGroups(),
		userInGroup(),
		groupNotEmpty(),
		noInlinePolicies(),

		// Policies.
		policyNoFullAdmin(),
		policyUnattachedAdmin(),
		inlineAdmin(),
		adminRequiresMFA(),
		adminWithoutCondition(),
		policyPrivilegeEscalation(),
		inlinePrivilegeEscalation(),
		policyAssumeAnyRole(),
		policyPermissionsManagement(),
		policyServiceWildcard(),
		policyFullCloudTrail(),
		inlineFullCloudTrail(),
		policyFullKMS(),
		inlineFullKMS(),
		policyKMSDecryptAll(),
		policyMarketplaceSubscribe(),
		inlineMarketplaceSubscribe(),
		supportRole(),
		securityAuditRole(),
		cloudshellRestricted(),
		broadManagedPolicies(),
		policyUnused(),
		iacManaged(),

		// Roles and whom they trust.
		roleTrustAnyone(),
		roleExternalID(),
		roleOutsideOrg(),
		roleCrossAccountReadonly(),
		roleCrossAccountWrite(),
		roleConfusedDeputy(),
		roleTrustMFA(),
		roleUnused(),
		instanceRole(),

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
		userAdminPolicy(),
		groupAdminPolicy(),
		roleAdminPolicy(),
		adminGroupMFA(),

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
