package awsfake

import (
	"maps"
	"slices"
)

// getAccountSummary answers every key that the document "GetAccountSummary" of
// the API reference names, with the default quotas.
func getAccountSummary(_ *Server, _ *request, t *tenant) ([]element, error) {
	instanceProfiles := 0
	for i := range t.Roles {
		instanceProfiles += len(t.Roles[i].InstanceProfiles)
	}
	summary := map[string]int{
		"Users":              len(t.Users),
		"Groups":             len(t.Groups),
		"Roles":              len(t.Roles),
		"Policies":           len(t.Policies),
		"ServerCertificates": len(t.ServerCertificates),
		"Providers":          len(t.SAMLProviders) + len(t.OIDCProviders),
		"InstanceProfiles":   instanceProfiles,

		"AccountMFAEnabled":                 flag(t.Root.MFA != mfaNone),
		"AccountPasswordPresent":            flag(t.Root.Password),
		"AccountAccessKeysPresent":          flag(len(t.Root.Keys) > 0),
		"AccountSigningCertificatesPresent": 0,

		"UsersQuota":                      5000,
		"GroupsQuota":                     300,
		"RolesQuota":                      1000,
		"PoliciesQuota":                   1500,
		"ServerCertificatesQuota":         20,
		"InstanceProfilesQuota":           1000,
		"GroupsPerUserQuota":              10,
		"AccessKeysPerUserQuota":          2,
		"SigningCertificatesPerUserQuota": 2,
		"AttachedPoliciesPerUserQuota":    10,
		"AttachedPoliciesPerGroupQuota":   10,
		"AttachedPoliciesPerRoleQuota":    10,
		"UserPolicySizeQuota":             2048,
		"GroupPolicySizeQuota":            5120,
		"RolePolicySizeQuota":             10240,
		"PolicySizeQuota":                 6144,
		"AssumeRolePolicySizeQuota":       2048,
		"VersionsPerPolicyQuota":          5,
		"PolicyVersionsInUseQuota":        10000,
		"GlobalEndpointTokenVersion":      1,
	}
	devices := flag(t.Root.MFA == mfaVirtual)
	inUse := flag(t.Root.MFA != mfaNone)
	for _, u := range t.Users {
		for _, d := range u.MFA {
			inUse++
			devices += flag(d.Kind == mfaVirtual)
		}
	}
	// MFADevices counts the virtual devices, which the account owns;
	// MFADevicesInUse those of every kind that are assigned.
	summary["MFADevices"], summary["MFADevicesInUse"] = devices, inUse
	for _, p := range t.Policies {
		summary["PolicyVersionsInUse"] += len(p.Versions)
	}
	e := group("SummaryMap")
	for _, key := range slices.Sorted(maps.Keys(summary)) {
		e.children = append(e.children, group("entry", text("key", key), number("value", summary[key])))
	}
	return []element{e}, nil
}

// flag is how the summary writes yes and no.
func flag(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func getAccountPasswordPolicy(_ *Server, _ *request, t *tenant) ([]element, error) {
	p := t.PasswordPolicy
	if p == nil {
		return nil, noSuchEntity("The Password Policy with domain name %s cannot be found.", t.ID)
	}
	e := []element{
		number("MinimumPasswordLength", p.MinLength),
		boolean("RequireSymbols", p.Symbols),
		boolean("RequireNumbers", p.Numbers),
		boolean("RequireUppercaseCharacters", p.Uppercase),
		boolean("RequireLowercaseCharacters", p.Lowercase),
		boolean("AllowUsersToChangePassword", p.AllowChange),
		boolean("ExpirePasswords", p.MaxAge > 0),
	}
	if p.MaxAge > 0 {
		e = append(e, number("MaxPasswordAge", p.MaxAge), boolean("HardExpiry", p.HardExpiry))
	}
	if p.Reuse > 0 {
		e = append(e, number("PasswordReusePrevention", p.Reuse))
	}
	return []element{group("PasswordPolicy", e...)}, nil
}
