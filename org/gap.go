package org

import (
	"time"
)

// Section names one part of what is known: of the organization here, of an account in
// the evidence. Controls need sections; gaps hide them.
type Section string

// Sections of the organization.
const (
	SectionTree         Section = "tree"
	SectionAccounts     Section = "accounts"
	SectionTags         Section = "tags"
	SectionPolicies     Section = "policies"
	SectionDelegation   Section = "delegated_administrators"
	SectionTrusted      Section = "trusted_services"
	SectionRootFeatures Section = "root_features"
	// SectionResourcePolicy is the delegation policy of the organization.
	SectionResourcePolicy Section = "resource_policy"
)

// Gap is a part of what we wanted to know that could not be read, with its cause. A gap
// is evidence: it is never taken for an empty answer.
type Gap struct {
	Section Section `json:"section"`
	// Account and Region narrow the gap; an empty Region means every region.
	Account string `json:"account,omitempty"`
	Region  string `json:"region,omitempty"`
	// Subject narrows the gap to one thing of the section, such as a policy's ARN.
	Subject string `json:"subject,omitempty"`
	Cause   Cause  `json:"cause"`
	// Operation is the call that failed, as service:Operation.
	Operation string `json:"operation,omitempty"`
	// Code and RequestID are AWS's own, for a support case or a look into CloudTrail.
	Code      string    `json:"code,omitempty"`
	RequestID string    `json:"request_id,omitempty"`
	Message   string    `json:"message,omitempty"`
	At        time.Time `json:"at,omitzero"`
}

// Cause tells why something could not be read.
type Cause string

// Causes of gaps.
const (
	DeniedByRole      Cause = "denied_by_role"      // the audit role's own policies do not allow the call
	DeniedBySCP       Cause = "denied_by_scp"       // a service control policy denies it
	DeniedByRCP       Cause = "denied_by_rcp"       // a resource control policy denies it
	DeniedByBoundary  Cause = "denied_by_boundary"  // a permissions boundary or session policy denies it
	RoleNotAssumable  Cause = "role_not_assumable"  // the role is absent, or it does not trust the caller
	AccountNotActive  Cause = "account_not_active"  // the account is suspended or closed
	RegionNotEnabled  Cause = "region_not_enabled"  // the region is off for the account
	Throttled         Cause = "throttled"           // AWS refused for load after all retries
	TimedOut          Cause = "timed_out"           // no answer in time, or a report that never completed
	NotSupported      Cause = "not_supported"       // the service or the operation does not exist there
	CredentialsFailed Cause = "credentials_refused" // the credentials are wrong or expired
	Malformed         Cause = "malformed"           // the answer could not be understood
	Failed            Cause = "failed"              // AWS or the network failed otherwise
	NotCollected      Cause = "not_collected"       // the evidence holds neither the section nor a gap for it
	NotWalked         Cause = "not_walked"          // the account's place in the organization is not known
)

// MayHeal tells whether the same call may succeed when it is repeated later, with nothing
// changed in AWS. A refusal stays until somebody changes a policy or a region. The role that
// could not be assumed counts as one that may: AWS does not say whether it is absent, IAM
// needs a while to make a new one known everywhere ("IAM is eventually consistent",
// "Troubleshoot IAM", IAM User Guide), and to ask again is one call an account.
func (c Cause) MayHeal() bool {
	switch c {
	case DeniedByRole, DeniedBySCP, DeniedByRCP, DeniedByBoundary, AccountNotActive, RegionNotEnabled, NotSupported:
		return false
	}
	return true
}

// Denied tells whether a policy denies the call, so that asking again brings the same answer.
func (c Cause) Denied() bool {
	switch c {
	case DeniedByRole, DeniedBySCP, DeniedByRCP, DeniedByBoundary:
		return true
	}
	return false
}

// Words says a cause in words for a reader of a report.
func (c Cause) Words() string {
	switch c {
	case DeniedByRole:
		return "denied: the audit role lacks the permission"
	case DeniedBySCP:
		return "denied by a service control policy"
	case DeniedByRCP:
		return "denied by a resource control policy"
	case DeniedByBoundary:
		return "denied by a permissions boundary or session policy"
	case RoleNotAssumable:
		return "audit role cannot be assumed"
	case AccountNotActive:
		return "account is not active"
	case RegionNotEnabled:
		return "region is not enabled"
	case Throttled:
		return "throttled by AWS"
	case TimedOut:
		return "timed out"
	case NotSupported:
		return "not supported by this AWS"
	case CredentialsFailed:
		return "credentials were refused"
	case Malformed:
		return "answer could not be understood"
	case NotCollected:
		return "not collected"
	case NotWalked:
		return "place in the organization unknown"
	default:
		return "the call failed"
	}
}
