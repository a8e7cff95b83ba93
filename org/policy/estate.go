package policy

import "strings"

// Estate is what an account holds that somebody in it could take over. It keeps what it was asked
// of its members, and is not for concurrent use.
type Estate struct {
	Partition, Account string
	Members            []*Member
	Policies           []CustomerPolicy
	// OpenTrust takes roles whose trust policy is not known for such that trust any service,
	// and users whose credentials are not known for such that have any; else they trust none,
	// and have none.
	OpenTrust bool
	// IdentityCenter tells that the account manages IAM Identity Center: the management
	// account or the service's delegated administrator.
	IdentityCenter bool
}

// Member is a user, a group or a role of an account.
type Member struct {
	Kind MemberKind
	// ARN is the member's; in an estate that is only thought of it is a glob.
	ARN string
	// Principal is nil for a group.
	Principal *Principal
	// Trust is a role's trust policy; nil where it could not be understood.
	Trust *Source
	// Groups are the ARNs of a user's groups.
	Groups []string
	// Members counts a group's users.
	Members int
	// Policies are the ARNs of the managed policies that are attached to it.
	Policies []string
	// Entitled tells that any policy grants it something.
	Entitled bool
	// Administrator tells that it is one, or that a group makes one of its members.
	Administrator bool
	// ServiceLinked marks a role that nobody but its service can change.
	ServiceLinked bool
	Password      bool
	AccessKeys    int
	// Unreported tells that Password and AccessKeys of a user are not known.
	Unreported bool
	// Boundary is the ARN of the permissions boundary, empty where there is none;
	// BoundaryBinds tells that the boundary keeps it from being an administrator.
	Boundary      string
	BoundaryBinds bool
	Tags          map[string]string
	// services are the services that a role trusts, in lower case, once they were asked for.
	services []string
	// known is what is known of requests about the member, once it was asked for.
	known *Facts
}

// MemberKind is a kind of member.
type MemberKind string

// Kinds of members.
const (
	UserMember  MemberKind = "user"
	GroupMember MemberKind = "group"
	RoleMember  MemberKind = "role"
)

// changeable reports whether the account can change the member. Roles of services and those
// of Identity Center can be changed by their service alone ("Troubleshoot IAM roles" and "IAM
// roles created by IAM Identity Center").
func (m *Member) changeable() bool {
	return !m.ServiceLinked && !strings.Contains(m.ARN, ":role/aws-reserved/")
}

// CustomerPolicy is a customer-managed policy of the account.
type CustomerPolicy struct {
	ARN      string
	Versions int
	// Administers tells that the policy makes an administrator of whoever has it.
	Administers bool
	// Tags are nil where they are not known.
	Tags map[string]string
}

// facts are what is known of a request about the member.
func (m *Member) facts(base *Facts) *Facts {
	if m.known == nil {
		m.known = m.findFacts()
	}
	f := *m.known
	f.Base = base
	if base != nil {
		f.Now = base.Now
	}
	return &f
}

func (m *Member) findFacts() *Facts {
	keys := make(map[string]Fact, 1+2*len(m.Tags))
	if m.Boundary == "" {
		keys[keyBoundary] = Absent()
	} else {
		keys[keyBoundary] = Is(m.Boundary)
	}
	return taggedFacts(nil, keys, m.Tags)
}

// facts are what is known of a request about the policy.
func (p *CustomerPolicy) facts(base *Facts) *Facts {
	if p.Tags == nil {
		return base
	}
	return taggedFacts(base, map[string]Fact{}, p.Tags)
}

// taggedFacts adds the tags of a resource, under both keys that say them.
func taggedFacts(base *Facts, keys map[string]Fact, tags map[string]string) *Facts {
	f := base.With(keys)
	f.Families = map[string]Fact{}
	for _, family := range [...]string{keyAWSTag, keyIAMTag} {
		f.Families[family] = Absent()
		for key, value := range tags {
			keys[family+strings.ToLower(key)] = Is(value)
		}
	}
	return f
}
