package collect

import (
	"time"

	"orgaudit/org"
)

// Authorization is what iam:GetAccountAuthorizationDetails says of an account: every
// user, group, role and customer-managed policy. Documents are JSON text, decoded from
// the percent-encoding in which IAM answers them and otherwise unchanged.
//
// AWS-managed policies are the same in every account, so that an account's evidence only
// names them; their documents stand once in the folder managed-policies.
type Authorization struct {
	Users    []User          `json:"users"`
	Groups   []Group         `json:"groups"`
	Roles    []Role          `json:"roles"`
	Policies []ManagedPolicy `json:"policies"`
}

// User is an IAM user with what is attached to it.
type User struct {
	ARN      string            `json:"arn"`
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Created  time.Time         `json:"created"`
	Groups   []string          `json:"groups,omitempty"`
	Attached []AttachedPolicy  `json:"attached,omitempty"`
	Inline   []InlinePolicy    `json:"inline,omitempty"`
	Boundary string            `json:"permissions_boundary,omitempty"`
	Tags     map[string]string `json:"tags,omitempty"`
}

// Group is an IAM group.
type Group struct {
	ARN      string           `json:"arn"`
	ID       string           `json:"id"`
	Name     string           `json:"name"`
	Created  time.Time        `json:"created"`
	Attached []AttachedPolicy `json:"attached,omitempty"`
	Inline   []InlinePolicy   `json:"inline,omitempty"`
}

// Role is an IAM role. LastUsed is zero where AWS has seen no use in its tracking period
// of 400 days.
type Role struct {
	ARN            string            `json:"arn"`
	ID             string            `json:"id"`
	Name           string            `json:"name"`
	Created        time.Time         `json:"created"`
	Trust          string            `json:"trust"`
	Attached       []AttachedPolicy  `json:"attached,omitempty"`
	Inline         []InlinePolicy    `json:"inline,omitempty"`
	Boundary       string            `json:"permissions_boundary,omitempty"`
	LastUsed       time.Time         `json:"last_used,omitzero"`
	LastUsedRegion string            `json:"last_used_region,omitempty"`
	Tags           map[string]string `json:"tags,omitempty"`
	// InstanceProfiles are the ARNs of the instance profiles that hold the role.
	InstanceProfiles []string `json:"instance_profiles,omitempty"`
}

// AttachedPolicy names a managed policy that is attached to a user, group or role.
type AttachedPolicy struct {
	Name string `json:"name"`
	ARN  string `json:"arn"`
}

// InlinePolicy is a policy that stands inside a user, group or role.
type InlinePolicy struct {
	Name     string `json:"name"`
	Document string `json:"document"`
}

// ManagedPolicy is a managed policy with its versions.
type ManagedPolicy struct {
	ARN     string    `json:"arn"`
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Created time.Time `json:"created"`
	Updated time.Time `json:"updated"`
	// ReadAt is when an AWS-managed policy was read, which is not noted of others.
	ReadAt time.Time `json:"read_at,omitzero"`
	// Default is the id of the version that is in force.
	Default string `json:"default_version"`
	// Attachments counts users, groups and roles; BoundaryUses counts those whose
	// permissions boundary it is. Both are AWS's own figures.
	Attachments  int32           `json:"attachment_count"`
	BoundaryUses int32           `json:"boundary_usage_count"`
	Versions     []PolicyVersion `json:"versions"`
}

// Closes tells whether a policy, which may be nil, is what a gap says could not be read: another
// account may have brought it since. A text from before was too old when the gap was made.
// Evidence of earlier versions does not say when a policy was read.
func (p *ManagedPolicy) Closes(g org.Gap) bool {
	return p != nil && (p.ReadAt.IsZero() || !p.ReadAt.Before(g.At.Truncate(time.Second)))
}

// PolicyVersion is one version of a managed policy.
type PolicyVersion struct {
	ID       string    `json:"id"`
	Created  time.Time `json:"created"`
	Document string    `json:"document"`
}

// InForce returns the document of the default version, or false where it is not there.
func (p *ManagedPolicy) InForce() (string, bool) {
	for _, v := range p.Versions {
		if v.ID == p.Default {
			return v.Document, true
		}
	}
	return "", false
}
