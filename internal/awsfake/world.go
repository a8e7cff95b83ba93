package awsfake

import (
	"encoding/json"
	"time"
)

// World is a whole simulated organization as plain data. Its JSON form can be
// written to a file, changed by hand and loaded again with [Load].
//
// Times are absolute and have whole seconds, as AWS answers them. Policy
// documents are JSON objects; the server percent-encodes them where AWS does.
type World struct {
	// Partition is the partition of every ARN: aws, aws-us-gov, aws-cn or aws-eusc.
	Partition    string       `json:"partition"`
	Organization Organization `json:"organization"`
	Accounts     []Account    `json:"accounts"`
	// ManagedPolicies are the policies that AWS manages and that stand in every account.
	ManagedPolicies []ManagedPolicy `json:"managed_policies"`
}

// Organization is what AWS Organizations knows.
type Organization struct {
	ID string `json:"id"` // o-…
	// ManagementAccount is the id of the management account, which is one of World.Accounts.
	ManagementAccount string `json:"management_account"`
	FeatureSet        string `json:"feature_set"` // ALL or CONSOLIDATED_BILLING
	// PolicyTypes are the policy types that are enabled on the root,
	// such as SERVICE_CONTROL_POLICY and RESOURCE_CONTROL_POLICY.
	PolicyTypes []string `json:"policy_types"`
	// Root is the root of the tree; its ID begins with r-.
	Root     Unit        `json:"root"`
	Policies []OrgPolicy `json:"policies"`
	// ResourcePolicy is the policy that delegates parts of AWS Organizations to members.
	ResourcePolicy json.RawMessage `json:"resource_policy,omitempty"`
	// TrustedServices are the service principals with trusted access.
	TrustedServices []TrustedService         `json:"trusted_services"`
	Delegated       []DelegatedAdministrator `json:"delegated_administrators"`
	// RootFeatures are what iam:ListOrganizationsFeatures answers:
	// RootCredentialsManagement, RootSessions. The call needs iam.amazonaws.com among
	// the trusted services.
	RootFeatures []string `json:"root_features"`
}

// Unit is the root or an organizational unit with its children. Accounts name their unit.
type Unit struct {
	ID    string            `json:"id"` // r-… or ou-…-…
	Name  string            `json:"name"`
	Tags  map[string]string `json:"tags,omitempty"`
	Units []Unit            `json:"units,omitempty"`
}

// OrgPolicy is a policy of AWS Organizations with everything that it is attached to.
type OrgPolicy struct {
	ID          string          `json:"id"` // p-…
	Type        string          `json:"type"`
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	AWSManaged  bool            `json:"aws_managed,omitempty"`
	Document    json.RawMessage `json:"document"`
	// Targets are ids of the root, of units and of accounts.
	Targets []string `json:"targets"`
}

// TrustedService is a service with trusted access to the organization.
type TrustedService struct {
	Principal string    `json:"principal"`
	Enabled   time.Time `json:"enabled"`
}

// DelegatedAdministrator is a member account that may run services for the organization.
type DelegatedAdministrator struct {
	Account  string    `json:"account"`
	Enabled  time.Time `json:"enabled"`
	Services []string  `json:"services"` // service principals
}

// Account is one account with its IAM, its regions and its contacts.
type Account struct {
	ID     string            `json:"id"`
	Name   string            `json:"name"`
	Email  string            `json:"email"`
	State  string            `json:"state"`  // PENDING_ACTIVATION, ACTIVE, SUSPENDED, PENDING_CLOSURE, CLOSED
	Method string            `json:"method"` // INVITED or CREATED
	Joined time.Time         `json:"joined"`
	Unit   string            `json:"unit"` // id of a unit or of the root
	Tags   map[string]string `json:"tags,omitempty"`

	Alias          string          `json:"alias,omitempty"`
	Root           RootUser        `json:"root"`
	PasswordPolicy *PasswordPolicy `json:"password_policy,omitempty"`
	Users          []User          `json:"users,omitempty"`
	Groups         []Group         `json:"groups,omitempty"`
	Roles          []Role          `json:"roles,omitempty"`
	// Policies are the customer-managed policies.
	Policies           []ManagedPolicy     `json:"policies,omitempty"`
	ServerCertificates []ServerCertificate `json:"server_certificates,omitempty"`
	SAMLProviders      []SAMLProvider      `json:"saml_providers,omitempty"`
	OIDCProviders      []OIDCProvider      `json:"oidc_providers,omitempty"`

	// OptInRegions are the regions enabled beyond those that are enabled by default.
	OptInRegions []string `json:"opt_in_regions,omitempty"`
	// Contacts are the alternate contacts by type: BILLING, OPERATIONS, SECURITY.
	Contacts  map[string]Contact `json:"contacts,omitempty"`
	Primary   PrimaryContact     `json:"primary_contact"`
	Analyzers []Analyzer         `json:"analyzers,omitempty"`
}

// RootUser is the root user of an account.
type RootUser struct {
	Created          time.Time  `json:"created"`
	Password         bool       `json:"password"` // false: created without root credentials, or they were deleted
	PasswordLastUsed *time.Time `json:"password_last_used,omitempty"`
	// MFA is none, virtual or hardware (a FIDO key or a hardware token).
	MFA  string      `json:"mfa"`
	Keys []AccessKey `json:"keys,omitempty"`
}

// AccessKey is an access key. A key with a Secret can sign calls to the server;
// the server holds it only in memory and in the world's own file.
type AccessKey struct {
	ID       string     `json:"id"` // AKIA…
	Secret   string     `json:"secret,omitempty"`
	Active   bool       `json:"active"`
	Created  time.Time  `json:"created"`
	LastUsed *time.Time `json:"last_used,omitempty"`
	Region   string     `json:"last_used_region,omitempty"`
	Service  string     `json:"last_used_service,omitempty"`
}

// PasswordPolicy is the account's own password policy. A zero MaxAge or Reuse is unset.
type PasswordPolicy struct {
	MinLength   int  `json:"min_length"`
	Symbols     bool `json:"symbols"`
	Numbers     bool `json:"numbers"`
	Uppercase   bool `json:"uppercase"`
	Lowercase   bool `json:"lowercase"`
	AllowChange bool `json:"allow_change"`
	HardExpiry  bool `json:"hard_expiry"`
	MaxAge      int  `json:"max_age,omitempty"`
	Reuse       int  `json:"reuse,omitempty"`
}

// User is an IAM user.
type User struct {
	ID      string    `json:"id"` // AIDA…
	Name    string    `json:"name"`
	Path    string    `json:"path"`
	Created time.Time `json:"created"`
	// Password tells whether the user can sign in to the console.
	Password            bool              `json:"password"`
	PasswordLastUsed    *time.Time        `json:"password_last_used,omitempty"`
	PasswordLastChanged *time.Time        `json:"password_last_changed,omitempty"`
	MFA                 []MFADevice       `json:"mfa,omitempty"`
	Keys                []AccessKey       `json:"keys,omitempty"`
	Groups              []string          `json:"groups,omitempty"`   // names
	Attached            []string          `json:"attached,omitempty"` // policy ARNs
	Inline              []InlinePolicy    `json:"inline,omitempty"`
	Boundary            string            `json:"boundary,omitempty"` // policy ARN
	Tags                map[string]string `json:"tags,omitempty"`
	// LastAccessed says of each service, by its namespace, that the user may use it and when
	// the user last did; the zero time is never.
	LastAccessed map[string]time.Time `json:"last_accessed,omitempty"`
}

// MFADevice is an MFA device of a user. Kind is virtual, fido or token.
type MFADevice struct {
	Kind    string    `json:"kind"`
	Serial  string    `json:"serial"`
	Enabled time.Time `json:"enabled"`
}

// Group is an IAM group.
type Group struct {
	ID       string         `json:"id"` // AGPA…
	Name     string         `json:"name"`
	Path     string         `json:"path"`
	Created  time.Time      `json:"created"`
	Attached []string       `json:"attached,omitempty"`
	Inline   []InlinePolicy `json:"inline,omitempty"`
}

// Role is an IAM role.
type Role struct {
	ID          string            `json:"id"` // AROA…
	Name        string            `json:"name"`
	Path        string            `json:"path"`
	Description string            `json:"description,omitempty"`
	Created     time.Time         `json:"created"`
	Trust       json.RawMessage   `json:"trust"`
	MaxSession  int               `json:"max_session"` // seconds
	Attached    []string          `json:"attached,omitempty"`
	Inline      []InlinePolicy    `json:"inline,omitempty"`
	Boundary    string            `json:"boundary,omitempty"`
	LastUsed    *time.Time        `json:"last_used,omitempty"`
	LastRegion  string            `json:"last_used_region,omitempty"`
	Tags        map[string]string `json:"tags,omitempty"`
	// InstanceProfiles are the names of the instance profiles that hold the role. Their path is /.
	InstanceProfiles []string `json:"instance_profiles,omitempty"`
	// LastAccessed is that of [User].
	LastAccessed map[string]time.Time `json:"last_accessed,omitempty"`
}

// InlinePolicy is a policy that stands inside a user, group or role.
type InlinePolicy struct {
	Name     string          `json:"name"`
	Document json.RawMessage `json:"document"`
}

// ManagedPolicy is a managed policy with its versions, newest last.
type ManagedPolicy struct {
	ID          string          `json:"id"` // ANPA…
	Name        string          `json:"name"`
	Path        string          `json:"path"`
	Description string          `json:"description,omitempty"`
	Created     time.Time       `json:"created"`
	Updated     time.Time       `json:"updated"`
	Default     string          `json:"default"` // id of the default version, such as v1
	Versions    []PolicyVersion `json:"versions"`
}

// PolicyVersion is one version of a managed policy.
type PolicyVersion struct {
	ID       string          `json:"id"` // v1
	Created  time.Time       `json:"created"`
	Document json.RawMessage `json:"document"`
}

// ServerCertificate is a server certificate that is stored in IAM.
type ServerCertificate struct {
	ID       string    `json:"id"` // ASCA…
	Name     string    `json:"name"`
	Path     string    `json:"path"`
	Uploaded time.Time `json:"uploaded"`
	Expires  time.Time `json:"expires"`
}

// SAMLProvider is a SAML identity provider.
type SAMLProvider struct {
	Name    string    `json:"name"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
}

// OIDCProvider is an OpenID Connect identity provider, named by its host and path.
type OIDCProvider struct {
	URL string `json:"url"`
}

// Contact is an alternate contact.
type Contact struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Email string `json:"email"`
	Phone string `json:"phone"`
}

// PrimaryContact is the primary contact of an account.
type PrimaryContact struct {
	FullName    string `json:"full_name"`
	Company     string `json:"company,omitempty"`
	Address     string `json:"address"`
	City        string `json:"city"`
	PostalCode  string `json:"postal_code"`
	CountryCode string `json:"country_code"`
	Phone       string `json:"phone"`
}

// Analyzer is an IAM Access Analyzer analyzer with its findings.
type Analyzer struct {
	Region string `json:"region"`
	Name   string `json:"name"`
	// Type is ACCOUNT, ORGANIZATION, ACCOUNT_UNUSED_ACCESS, ORGANIZATION_UNUSED_ACCESS,
	// ACCOUNT_INTERNAL_ACCESS or ORGANIZATION_INTERNAL_ACCESS.
	Type     string            `json:"type"`
	Status   string            `json:"status"` // ACTIVE, CREATING, DISABLED, FAILED
	Created  time.Time         `json:"created"`
	Tags     map[string]string `json:"tags,omitempty"`
	Findings []Finding         `json:"findings,omitempty"`
	// ArchiveRules are listed and archive nothing: findings have the status that they have.
	ArchiveRules []ArchiveRule `json:"archive_rules,omitempty"`
}

// ArchiveRule is an archive rule of an analyzer.
type ArchiveRule struct {
	Name    string               `json:"name"`
	Created time.Time            `json:"created"`
	Updated time.Time            `json:"updated"`
	Filter  map[string]Criterion `json:"filter"` // by filter key
}

// Criterion is one condition of a filter of Access Analyzer.
type Criterion struct {
	Eq       []string `json:"eq,omitempty"`
	Neq      []string `json:"neq,omitempty"`
	Contains []string `json:"contains,omitempty"`
	Exists   *bool    `json:"exists,omitempty"`
}

// Finding is a finding of an analyzer.
type Finding struct {
	ID           string   `json:"id"`                     // UUID
	Type         string   `json:"type"`                   // ExternalAccess, InternalAccess, UnusedIAMRole, UnusedIAMUserAccessKey, UnusedIAMUserPassword, UnusedPermission
	Status       string   `json:"status"`                 // ACTIVE, ARCHIVED, RESOLVED
	Resource     string   `json:"resource"`               // ARN
	ResourceType string   `json:"resource_type"`          // AWS::IAM::Role, AWS::S3::Bucket, …
	Account      string   `json:"resource_owner_account"` // the account that the finding is about
	Public       bool     `json:"public,omitempty"`       // external access: open to everyone
	Principal    string   `json:"principal,omitempty"`    // external access: who has it (an account id, an ARN or *)
	Actions      []string `json:"actions,omitempty"`      // external access: what they may do
	// AccessKey is the id of the unused key, and LastAccessed the last use of what
	// is unused; a nil time says that it was never used in the tracking period.
	AccessKey    string     `json:"access_key,omitempty"`
	LastAccessed *time.Time `json:"last_accessed,omitempty"`
	Created      time.Time  `json:"created"`
	Updated      time.Time  `json:"updated"`
	Analyzed     time.Time  `json:"analyzed"`
}
