package benchmark

import (
	"slices"
	"strings"
)

// Controls returns every control, in the order in which reports show them.
func Controls() []*Control {
	return []*Control{
		orgRootAccessCentral(),
		orgGuardrailPolicies(),
		accountSecurityContact(),
		rootNoAccessKey(),
		rootMFA(),
		rootHardwareMFA(),
		rootNotUsed(),
		passwordMinLength(),
		passwordReuse(),
		userConsoleMFA(),
		userCredentialsUnused(),
		userSingleActiveKey(),
		accessKeyRotation(),
		userPermissionsViaGroups(),
		policyNoFullAdmin(),
		supportRole(),
		serverCertExpired(),
		accessAnalyzerExternal(),
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
