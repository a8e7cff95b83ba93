package org

import (
	"slices"
	"strings"
	"time"
)

// Organization is an AWS organization as [Walk] found it: the tree of units, every
// account, the policies with everything that they are attached to, and who runs what
// for whom. It is plain data and is kept as organization.json in the evidence folder.
//
// Lists are sorted (accounts and policies by id, units by name and id), so that the
// same organization gives the same bytes. Times are UTC.
type Organization struct {
	// Schema is the version of this file's shape.
	Schema int    `json:"schema"`
	ID     string `json:"id"`
	ARN    string `json:"arn"`
	// Partition is the partition of the organization's ARN, such as aws.
	Partition           string `json:"partition"`
	ManagementAccountID string `json:"management_account_id"`
	// FeatureSet is ALL or CONSOLIDATED_BILLING; policies exist only with ALL.
	FeatureSet string `json:"feature_set"`
	// Root is the root of the tree. Its ID is empty where the tree could not be read.
	Root Unit `json:"root"`
	// PolicyTypes are the types that are enabled on the root.
	PolicyTypes []string `json:"policy_types"`
	// Accounts are all accounts of the organization, also those that are closed or suspended.
	Accounts []Account `json:"accounts"`
	// Policies are the organization's policies of the types that [PolicyTypesRead] lists.
	Policies []Policy `json:"policies"`
	// ResourcePolicy is the delegation policy of the organization as AWS answered it; empty
	// where there is none. It is known only where no gap names the section resource_policy.
	ResourcePolicy          string                   `json:"resource_policy,omitempty"`
	DelegatedAdministrators []DelegatedAdministrator `json:"delegated_administrators"`
	TrustedServices         []TrustedService         `json:"trusted_services"`
	// RootFeatures are the features of centralized root access that are on. They are
	// known only where no gap names the section root_features.
	RootFeatures []string `json:"root_features"`
	// WalkedAt is when the walk began, WalkEnded when its last answer came.
	WalkedAt  time.Time `json:"walked_at"`
	WalkEnded time.Time `json:"walk_ended"`
	// Caller is the ARN of the identity that walked.
	Caller string `json:"caller"`
	// Gaps name what could not be read, by section.
	Gaps []Gap `json:"gaps"`
}

// Unit is the root or an organizational unit.
type Unit struct {
	ID    string `json:"id"`
	ARN   string `json:"arn"`
	Name  string `json:"name"`
	Units []Unit `json:"units,omitempty"`
}

// Account is an account of the organization.
type Account struct {
	ID    string `json:"id"`
	ARN   string `json:"arn"`
	Name  string `json:"name"`
	Email string `json:"email"`
	// State is PENDING_ACTIVATION, ACTIVE, SUSPENDED, PENDING_CLOSURE or CLOSED.
	State  string    `json:"state"`
	Method string    `json:"joined_method"`
	Joined time.Time `json:"joined"`
	// Path holds the ids of the nodes above the account, the root first and the unit
	// that holds the account last. It is empty where the account's place is not known.
	Path []string `json:"path"`
	// Tags is nil where nobody asked for the tags or they could not be read, and empty
	// where the account has none.
	Tags map[string]string `json:"tags"`
}

// Policy is a policy of AWS Organizations with all its targets.
type Policy struct {
	ID          string `json:"id"`
	ARN         string `json:"arn"`
	Type        string `json:"type"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	// AWSManaged marks FullAWSAccess and RCPFullAWSAccess, which guard nothing.
	AWSManaged bool `json:"aws_managed"`
	// Document is the text of the policy as AWS answered it.
	Document string `json:"document"`
	// Targets are the nodes that the policy is attached to, sorted by id.
	Targets []Target `json:"targets"`
}

// Target is a node that a policy is attached to. Kind is ROOT, ORGANIZATIONAL_UNIT or ACCOUNT.
type Target struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// DelegatedAdministrator is a member account that runs services for the organization.
type DelegatedAdministrator struct {
	AccountID string `json:"account_id"`
	// Services are service principals, such as access-analyzer.amazonaws.com.
	Services []string  `json:"services"`
	Enabled  time.Time `json:"enabled"`
}

// TrustedService is a service with trusted access to the organization.
type TrustedService struct {
	Principal string    `json:"principal"`
	Enabled   time.Time `json:"enabled"`
}

// Policy types that the walk reads, as AWS names them.
const (
	ServiceControlPolicy  = "SERVICE_CONTROL_POLICY"
	ResourceControlPolicy = "RESOURCE_CONTROL_POLICY"
	TagPolicy             = "TAG_POLICY"
	AIServicesOptOut      = "AISERVICES_OPT_OUT_POLICY"
)

// PolicyTypesRead are the types of policies that the walk reads.
func PolicyTypesRead() []string {
	return []string{ServiceControlPolicy, ResourceControlPolicy, TagPolicy, AIServicesOptOut}
}

// StateActive is the state of an account that can be used.
const StateActive = "ACTIVE"

// Account returns the account with that id, or nil.
func (o *Organization) Account(id string) *Account {
	i, found := slices.BinarySearchFunc(o.Accounts, id, func(a Account, id string) int {
		return strings.Compare(a.ID, id)
	})
	if !found {
		return nil
	}
	return &o.Accounts[i]
}

// IsAccountID tells whether a text is an account id, which is 12 digits. Ids become names of
// files, so that nothing else may pass.
func IsAccountID(id string) bool {
	return len(id) == 12 && strings.Trim(id, "0123456789") == ""
}

// IsManagement tells whether id is the management account, which SCPs and RCPs never bind
// ("Service control policies (SCPs)", AWS Organizations User Guide).
func (o *Organization) IsManagement(id string) bool { return id == o.ManagementAccountID }

// Missing returns the gap that hides a section of the organization as a whole, if there is
// one. A gap of one subject, such as an account whose place is not known, does not hide the rest.
func (o *Organization) Missing(section Section) (Gap, bool) {
	for _, g := range o.Gaps {
		if g.Section == section && g.Subject == "" {
			return g, true
		}
	}
	return Gap{}, false
}

// EachUnit calls f for the root and every unit below it, parents before children, with
// the names of the path from the root down to the unit itself.
func (o *Organization) EachUnit(f func(u *Unit, path []string)) {
	var walk func(u *Unit, above []string)
	walk = func(u *Unit, above []string) {
		path := append(slices.Clone(above), u.Name)
		f(u, path)
		for i := range u.Units {
			walk(&u.Units[i], path)
		}
	}
	walk(&o.Root, nil)
}

// UnitPaths returns the readable path of every node by its id, such as
// "Root / Workloads / Production".
func (o *Organization) UnitPaths() map[string]string {
	paths := map[string]string{}
	o.EachUnit(func(u *Unit, path []string) { paths[u.ID] = strings.Join(path, " / ") })
	return paths
}
