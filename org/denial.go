package org

import "regexp"

// Denial is what AWS says of the policy that denied a call.
type Denial struct {
	// By is the kind of policy in AWS's words, such as "service control policy".
	By string
	// Explicit tells a policy that denies from the lack of one that allows.
	Explicit bool
	// Policy is the ARN of the policy, where AWS names it.
	Policy string
}

// Both sentences stand in "Troubleshoot access denied error messages", IAM User Guide. The
// ARN is newer than the sentence, and is named only to callers of the same organization.
var (
	explicitDenial = regexp.MustCompile(`with an explicit deny in (?:an? |the )?([A-Za-z -]*(?:policy|boundary))(?::? (arn:[^\s]+))?`)
	implicitDenial = regexp.MustCompile(`because no ([A-Za-z -]*(?:policy|boundary)) allows the `)
)

// DenialOf reads the message of a denial. It returns false where AWS does not say what
// denied, as of a role that cannot be assumed in another account.
func DenialOf(message string) (Denial, bool) {
	if m := explicitDenial.FindStringSubmatch(message); m != nil {
		return Denial{By: m[1], Explicit: true, Policy: m[2]}, true
	}
	if m := implicitDenial.FindStringSubmatch(message); m != nil {
		return Denial{By: m[1]}, true
	}
	return Denial{}, false
}
