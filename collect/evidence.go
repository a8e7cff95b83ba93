package collect

import (
	"time"

	"orgaudit/org"
)

// Schema is the version of the shape of the files in an evidence folder.
const Schema = 1

// Sections of an account's evidence.
const (
	CredentialReportSection   org.Section = "credential_report"
	AccountSummarySection     org.Section = "account_summary"
	PasswordPolicySection     org.Section = "password_policy"
	AuthorizationSection      org.Section = "authorization_details"
	ManagedPoliciesSection    org.Section = "managed_policies"
	VirtualMFASection         org.Section = "virtual_mfa_devices"
	ServerCertificatesSection org.Section = "server_certificates"
	IdentityProvidersSection  org.Section = "identity_providers"
	AliasSection              org.Section = "account_alias"
	ContactsSection           org.Section = "alternate_contacts"
	PrimaryContactSection     org.Section = "primary_contact"
	RegionsSection            org.Section = "regions"
	AnalyzersSection          org.Section = "access_analyzer"
	// LastAccessedSection is read only where the configuration asks for it.
	LastAccessedSection org.Section = "last_accessed"
	// OrganizationAnalyzersSection is that of the gaps of the organization's analyzers.
	OrganizationAnalyzersSection org.Section = "organization_analyzers"
)

// Evidence is what is known of one account at one time. It is plain data and is kept as
// accounts/ID.json.gz in the evidence folder.
//
// A section was read if [Evidence.Missing] says that nothing is missing: then an empty
// list is a fact. A section with a gap is unknown, whatever its field holds.
// Times are UTC.
type Evidence struct {
	Schema    int    `json:"schema"`
	AccountID string `json:"account_id"`
	Entry     Entry  `json:"entry"`
	// StartedAt and EndedAt are the times of the first and the last call.
	StartedAt time.Time `json:"started_at"`
	EndedAt   time.Time `json:"ended_at"`
	// Calls counts every request that was sent, Retries those of them that repeated one.
	Calls   int `json:"calls"`
	Retries int `json:"retries"`
	// Traffic says it by service and operation; evidence of earlier versions has none.
	Traffic []Traffic `json:"traffic,omitempty"`
	// Readings is how many runs made these calls, where they were several.
	Readings int `json:"readings,omitempty"`
	// Reads name the sections that were read, Gaps those that could not be.
	Reads []Read    `json:"reads"`
	Gaps  []org.Gap `json:"gaps"`

	CredentialReport   *CredentialReport   `json:"credential_report,omitempty"`
	AccountSummary     map[string]int32    `json:"account_summary,omitempty"`
	PasswordPolicy     *PasswordPolicy     `json:"password_policy,omitempty"`
	Authorization      *Authorization      `json:"authorization_details,omitempty"`
	VirtualMFADevices  []VirtualMFADevice  `json:"virtual_mfa_devices,omitempty"`
	ServerCertificates []ServerCertificate `json:"server_certificates,omitempty"`
	SAMLProviders      []SAMLProvider      `json:"saml_providers,omitempty"`
	OIDCProviders      []OIDCProvider      `json:"oidc_providers,omitempty"`
	Aliases            []string            `json:"account_aliases,omitempty"`
	// Contacts are the alternate contacts that are set.
	Contacts []AlternateContact `json:"alternate_contacts,omitempty"`
	// PrimaryContact is the account's own contact. It is personal data.
	PrimaryContact *PrimaryContact `json:"primary_contact,omitempty"`
	// Regions are the regions that are enabled for the account.
	Regions []Region `json:"regions,omitempty"`
	// Analyzers are the account's own analyzers, region by region.
	Analyzers []RegionAnalyzers `json:"access_analyzer,omitempty"`
	// OrganizationFindings are findings of the organization's analyzers about this account.
	OrganizationFindings []AnalyzerFinding `json:"organization_findings,omitempty"`
	// LastAccessed is which services privileged principals have used.
	LastAccessed []LastAccessed `json:"last_accessed,omitempty"`
}

// Entry tells how an account was entered.
type Entry struct {
	// Kind is role (the audit role was assumed), caller (the caller's own credentials),
	// organization (the credentials that read the organization) or none.
	Kind    string `json:"kind"`
	RoleARN string `json:"role_arn,omitempty"`
	// Identity is the ARN that made the calls, as far as it is known.
	Identity string `json:"identity,omitempty"`
}

// Kinds of entry.
const (
	EntryRole         = "role"
	EntryCaller       = "caller"
	EntryOrganization = "organization"
	EntryNone         = "none"
)

// Read tells that a section was read, when, with how many calls and how much came.
type Read struct {
	Section org.Section `json:"section"`
	// Region is set where a section is read region by region.
	Region    string    `json:"region,omitempty"`
	StartedAt time.Time `json:"started_at"`
	EndedAt   time.Time `json:"ended_at"`
	Calls     int       `json:"calls"`
	// Records counts what the section holds, in the section's own unit.
	Records int `json:"records"`
}

// Missing returns the gap that hides a section of the account as a whole. A gap of one
// region or one subject does not hide the rest. A section that was neither read nor
// refused counts as missing too, so that nothing passes for lack of evidence.
func (e *Evidence) Missing(section org.Section) (org.Gap, bool) {
	for _, g := range e.Gaps {
		if g.Section == section && g.Region == "" && g.Subject == "" {
			return g, true
		}
	}
	for _, r := range e.Reads {
		if r.Section == section {
			return org.Gap{}, false
		}
	}
	for _, g := range e.Gaps {
		// Without a read, the gaps of regions or subjects are all that there is.
		if g.Section == section {
			return g, true
		}
	}
	if len(e.Gaps) > 0 && e.Entry.Kind == EntryNone {
		return e.Gaps[0], true
	}
	return e.notCollected(section), true
}

func (e *Evidence) notCollected(section org.Section) org.Gap {
	return org.Gap{Section: section, Account: e.AccountID, Cause: org.NotCollected, At: e.EndedAt}
}

// MissingIn is [Evidence.Missing] for one region of a section that is read region by region.
func (e *Evidence) MissingIn(section org.Section, region string) (org.Gap, bool) {
	for _, g := range e.Gaps {
		if g.Section == section && g.Region == region && g.Subject == "" {
			return g, true
		}
	}
	gap, missing := e.Missing(section)
	if missing && gap.Region != "" {
		return e.notCollected(section), true // the gap is another region's
	}
	return gap, missing
}

// MissingOf is [Evidence.Missing] for one subject of a section, such as the principal whose
// last accesses could not be read or the analyzer whose archive rules could not.
func (e *Evidence) MissingOf(section org.Section, subject string) (org.Gap, bool) {
	for _, g := range e.Gaps {
		if g.Section == section && g.Subject == subject {
			return g, true
		}
	}
	return e.Missing(section)
}

// ReadAt returns when a section was read, or the account's last call where it was not.
// It is the clock for what the section says.
func (e *Evidence) ReadAt(section org.Section) time.Time {
	for _, r := range e.Reads {
		if r.Section == section {
			return r.EndedAt
		}
	}
	return e.EndedAt
}

// PasswordPolicy is the account's password policy. Where the account has none of its
// own, Present is false and AWS's default applies, which asks for 8 characters and
// remembers no password.
type PasswordPolicy struct {
	Present          bool  `json:"present"`
	MinimumLength    int32 `json:"minimum_length"`
	RequireSymbols   bool  `json:"require_symbols"`
	RequireNumbers   bool  `json:"require_numbers"`
	RequireUppercase bool  `json:"require_uppercase"`
	RequireLowercase bool  `json:"require_lowercase"`
	AllowChange      bool  `json:"allow_users_to_change"`
	HardExpiry       bool  `json:"hard_expiry"`
	MaxAgeDays       int32 `json:"max_age_days"`
	ReusePrevention  int32 `json:"reuse_prevention"`
	ExpirePasswords  bool  `json:"expire_passwords"`
}

// VirtualMFADevice is a virtual MFA device. UserARN is empty where it is not assigned.
type VirtualMFADevice struct {
	Serial  string    `json:"serial"`
	UserARN string    `json:"user_arn,omitempty"`
	Enabled time.Time `json:"enabled,omitzero"`
}

// ServerCertificate is a TLS certificate that is stored in IAM.
type ServerCertificate struct {
	ARN      string    `json:"arn"`
	Name     string    `json:"name"`
	Uploaded time.Time `json:"uploaded"`
	Expires  time.Time `json:"expires"`
}

// SAMLProvider is a SAML identity provider.
type SAMLProvider struct {
	ARN     string    `json:"arn"`
	Created time.Time `json:"created,omitzero"`
	Expires time.Time `json:"expires,omitzero"`
}

// OIDCProvider is an OpenID Connect identity provider.
type OIDCProvider struct {
	ARN string `json:"arn"`
}

// AlternateContact is a contact of the account beside its primary one. Type is BILLING,
// OPERATIONS or SECURITY. It is personal data: reports say whether it is set, not what it is.
type AlternateContact struct {
	Type  string `json:"type"`
	Name  string `json:"name"`
	Title string `json:"title"`
	Email string `json:"email"`
	Phone string `json:"phone"`
}

// PrimaryContact is the contact of the account itself. It is personal data: reports say
// whether and how it differs, not what it is. The postal address is not kept.
type PrimaryContact struct {
	FullName string `json:"full_name"`
	Company  string `json:"company,omitempty"`
	Country  string `json:"country"`
	Phone    string `json:"phone"`
}

// LastAccessed is what IAM knows of the services that a principal has used.
type LastAccessed struct {
	Principal string `json:"principal"` // ARN
	// CompletedAt is when IAM made the list.
	CompletedAt time.Time `json:"completed_at"`
	// Services are those that the principal's policies let it use, by namespace.
	Services []ServiceAccess `json:"services"`
}

// ServiceAccess is one service that a principal may use. LastAuthenticated is zero where
// AWS has seen no use in its tracking period of 400 days.
type ServiceAccess struct {
	Namespace         string    `json:"namespace"`
	LastAuthenticated time.Time `json:"last_authenticated,omitzero"`
	Region            string    `json:"region,omitempty"`
}

// Region is a region that is enabled for the account. Status is ENABLED,
// ENABLED_BY_DEFAULT, or configured where the configuration listed it.
type Region struct {
	Name   string `json:"name"`
	Status string `json:"status"`
}

// RegionAnalyzers are the analyzers that one account holds in one region.
type RegionAnalyzers struct {
	Region string `json:"region"`
	// CoveredBy is the ARN of the organization's active analyzer of external access in the
	// region. The account's own analyzers there were not asked for then.
	CoveredBy string     `json:"covered_by,omitempty"`
	Analyzers []Analyzer `json:"analyzers"`
}

// Analyzer is an analyzer of IAM Access Analyzer.
type Analyzer struct {
	ARN    string `json:"arn"`
	Name   string `json:"name"`
	Type   string `json:"type"`
	Status string `json:"status"`
	// Findings are those that are active or archived; resolved ones are not read.
	Findings []AnalyzerFinding `json:"findings,omitempty"`
	// ArchiveRules archive new findings that match their filter at once.
	ArchiveRules []ArchiveRule `json:"archive_rules,omitempty"`
}

// ArchiveRule is an archive rule of an analyzer. Filter says by property which values
// match, such as {"resourceType": ["eq AWS::IAM::Role"]}.
type ArchiveRule struct {
	Name    string              `json:"name"`
	Created time.Time           `json:"created"`
	Updated time.Time           `json:"updated"`
	Filter  map[string][]string `json:"filter"`
}

// AnalyzerFinding is a finding of IAM Access Analyzer.
type AnalyzerFinding struct {
	ID           string `json:"id"`
	Analyzer     string `json:"analyzer"` // ARN
	Region       string `json:"region"`
	Type         string `json:"type"`
	Status       string `json:"status"`
	Resource     string `json:"resource"`
	ResourceType string `json:"resource_type"`
	Account      string `json:"resource_owner_account"`
	// Public tells that external access is open to everyone.
	Public   bool      `json:"public,omitempty"`
	Created  time.Time `json:"created"`
	Updated  time.Time `json:"updated"`
	Analyzed time.Time `json:"analyzed"`
}

// OrganizationAnalyzers are the analyzers of the organization, read once in the
// management account and in the delegated administrators of Access Analyzer. They are
// kept as organization-analyzers.json in the evidence folder; their findings stand in
// the evidence of the accounts that they are about, and here where those are not audited.
type OrganizationAnalyzers struct {
	Schema int `json:"schema"`
	// Calls and Retries are those that it took to read them.
	Calls   int `json:"calls"`
	Retries int `json:"retries"`
	// Traffic says the same by operation.
	Traffic []Traffic `json:"traffic,omitempty"`
	// Readings is how many times they were read with these calls, where several.
	Readings int `json:"readings,omitempty"`
	// EndedAt is when the last of them was read. UTC.
	EndedAt time.Time         `json:"ended_at,omitzero"`
	Holders []HolderAnalyzers `json:"holders"`
	Gaps    []org.Gap         `json:"gaps"`
}

// HolderAnalyzers are the organization's analyzers that one account holds.
type HolderAnalyzers struct {
	AccountID string            `json:"account_id"`
	Regions   []RegionAnalyzers `json:"regions"`
}

// Types and states of analyzers that controls tell apart
// ("AnalyzerSummary", IAM Access Analyzer API Reference).
const (
	AnalyzerOrganization = "ORGANIZATION"
	AnalyzerAccount      = "ACCOUNT"
	AnalyzerActive       = "ACTIVE"
)

// Covering returns the account and the ARN of an active external-access analyzer of the
// organization in a region, or false.
func (o *OrganizationAnalyzers) Covering(region string) (account, arn string, ok bool) {
	for _, h := range o.Holders {
		for _, r := range h.Regions {
			for _, a := range r.Analyzers {
				if r.Region == region && a.Type == AnalyzerOrganization && a.Status == AnalyzerActive {
					return h.AccountID, a.ARN, true
				}
			}
		}
	}
	return "", "", false
}
