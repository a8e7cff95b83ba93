package policy

import (
	"strings"
	"sync"
	"time"
)

// Identity is what is known of a principal, for the conditions of policies.
type Identity struct {
	ARN, Account string
	// Kind is User, Role or RootUser.
	Kind IdentityKind
	// ID is the unique id, such as AIDA….
	ID string
	// OrganizationID is that of the principal's organization; OrganizationPath is its path
	// in it, such as o-1/r-1/ou-1/, and empty where it is not known.
	OrganizationID, OrganizationPath string
	Tags                             map[string]string
	// SessionTags tells that somebody may add tags to sessions of the role.
	SessionTags bool
	// NoMFA tells that the principal has no MFA device.
	NoMFA bool
}

// IdentityKind is a kind of principal.
type IdentityKind string

// Kinds of principals.
const (
	User     IdentityKind = "user"
	Role     IdentityKind = "role"
	RootUser IdentityKind = "root user"
)

// Facts says what is known of every request of the principal ("AWS global condition context
// keys", IAM User Guide). What depends on the request, such as the source address, has none.
func (i Identity) Facts(now time.Time) *Facts {
	const most = 16 // without tags there are no more
	same := commonFacts()
	f := &Facts{Now: now, Families: map[string]Fact{}, Keys: make(map[string]Fact, most)}
	f.Keys["aws:principalarn"] = Is(i.ARN)
	f.Keys["aws:principalaccount"] = Is(i.Account)
	f.Keys["aws:principalisawsservice"] = same.no
	f.Keys["aws:principalservicename"] = same.absent
	// Only sessions of AssumeRoot have the key, and they can do a few tasks alone.
	f.Keys["aws:assumedroot"] = same.absent
	switch i.Kind {
	case User:
		f.Keys["aws:principaltype"] = same.user
		f.Keys["aws:username"] = Is(i.ARN[strings.LastIndex(i.ARN, "/")+1:])
		f.Keys["aws:userid"] = Is(i.ID)
		f.Families["aws:federatedprovider"] = same.absent
	case Role:
		f.Keys["aws:principaltype"] = same.role
		f.Keys["aws:username"] = same.absent
	case RootUser:
		f.Keys["aws:principaltype"] = same.account
		f.Keys["aws:username"] = same.absent
		f.Keys["aws:userid"] = Is(i.Account)
	}
	if i.OrganizationID != "" {
		f.Keys["aws:principalorgid"] = Is(i.OrganizationID)
	}
	if i.OrganizationPath != "" {
		f.Keys["aws:principalorgpaths"] = Is(i.OrganizationPath)
	}
	if i.NoMFA {
		// Long-term access keys send no such key at all; temporary credentials say false.
		f.Keys["aws:multifactorauthpresent"] = same.noMFA
		f.Keys["aws:multifactorauthage"] = same.absent
	}
	const tag = "aws:principaltag/"
	switch {
	case i.Kind == Role && i.SessionTags:
	default:
		for key, value := range i.Tags {
			f.Keys[tag+strings.ToLower(key)] = Is(value)
		}
		f.Families[tag] = same.absent
	}
	return f
}

// common are facts that many principals have. Nobody changes them.
type common struct{ absent, no, user, role, account, noMFA Fact }

var commonFacts = sync.OnceValue(func() common {
	return common{
		absent: Absent(), no: Is("false"), user: Is("User"), role: Is("AssumedRole"), account: Is("Account"),
		noMFA: Fact{nil, {"false"}},
	}
})

// Stranger says what is known of every request of somebody of whom nothing is known but
// that they are in no account of the organization: an account and an ARN that nobody
// names, and another organization or none.
func Stranger(partition string, now time.Time) *Facts {
	const account = "stranger"
	return &Facts{Now: now, Keys: map[string]Fact{
		"aws:principalarn":          Is("arn:" + partition + ":iam::" + account + ":role/" + account),
		"aws:principalaccount":      Is(account),
		"aws:principalorgid":        {nil, {"o-" + account}},
		"aws:principalorgpaths":     {nil, {"o-" + account + "/r-" + account + "/"}},
		"aws:principalisawsservice": Is("false"),
		"aws:principalservicename":  Absent(),
		"aws:sourceaccount":         Absent(),
		"aws:sourcearn":             Absent(),
		"aws:sourceorgid":           Absent(),
		"aws:sourceorgpaths":        Absent(),
	}}
}
