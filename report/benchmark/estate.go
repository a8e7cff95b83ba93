package benchmark

import (
	"cmp"
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
)

// estate is an account's users, groups and roles with everything that decides what they
// may do. It is made once for an account and shared by its controls.
type estate struct {
	*policy.Estate
	holders []*holder
	byARN   map[string]*holder
	// doubt is why the organization's policies are not known; nil where they are.
	doubt *org.Gap
	// centerUnread is why nobody knows whether the account manages IAM Identity Center; nil
	// where it is known.
	centerUnread *org.Gap
	// scps and rcps bind the account, level by level.
	scps, rcps [][]*policy.Source
	// stranger is somebody of whom nothing is known; resource is what is known of every
	// resource of the account.
	stranger *policy.Facts
	resource map[string]policy.Fact
	// trusts are whom its roles trust, once they were asked for.
	trusts map[*holder][]*trust
}

// holder is a user, group or role with what the evidence says of its policies.
type holder struct {
	*policy.Member
	name     string
	evidence Reference
	// sources are the policies that grant, those of groups too, with the place of each.
	sources []placed
	// unread is why one of its policies is not known; nil where all are.
	unread *org.Gap
	// trustUnread is why a role's trust policy is not known; nil where it is.
	trustUnread *org.Gap
	// reportUnread is why a user's credentials are not known; nil where they are.
	reportUnread *org.Gap
	// administration is how it is an administrator, or nil.
	administration *policy.Administration
	escalations    []policy.Escalation
	escalated      bool
	// reached are the services that a user or role may use, once they were asked for.
	reached []string
	role    *collect.Role
	user    *collect.User
	row     *collect.CredentialRow
}

// placed is a policy with where its text stands in the evidence.
type placed struct {
	*policy.Source
	evidence Reference
}

// estate returns the account's estate. The section of authorization details must have been read.
func (s *Subject) estate() *estate {
	if s.made == nil {
		s.made = s.makeEstate()
	}
	return s.made
}

func (s *Subject) makeEstate() *estate {
	b := &estateBuilder{s: s, policies: map[string]policyText{}, region: org.PartitionOf(s.Organization.Partition).Region}
	a := s.Evidence.Authorization
	e := &estate{
		Estate: &policy.Estate{
			Partition: s.Organization.Partition, Account: s.Account.ID, IdentityCenter: s.managesIdentityCenter(),
		},
		byARN:    map[string]*holder{},
		resource: s.resourceFacts(),
		stranger: policy.Stranger(s.Organization.Partition, s.Evidence.ReadAt(collect.AuthorizationSection)),
	}
	if gap, missing := s.Organization.Missing(org.SectionDelegation); missing && !e.IdentityCenter {
		e.centerUnread = &gap
	}
	b.scps, b.rcps, e.doubt = s.organizationPolicies()
	e.scps, e.rcps = b.scps, b.rcps
	for i := range a.Policies {
		p := &a.Policies[i]
		text := b.managed(p.ARN)
		e.Policies = append(e.Policies, policy.CustomerPolicy{
			ARN: p.ARN, Versions: len(p.Versions), Administers: text.analysis != nil && len(text.analysis.Grants) > 0,
		})
	}
	groups := map[string]*holder{}
	for i := range a.Groups {
		g := &a.Groups[i]
		h := b.holder(policy.GroupMember, g.ARN, g.Name, s.ref("/authorization_details/groups/%d", i), g.Attached, g.Inline, "")
		groups[g.Name] = h
		e.add(h)
	}
	for i := range a.Users {
		u := &a.Users[i]
		h := b.holder(policy.UserMember, u.ARN, u.Name, s.ref("/authorization_details/users/%d", i), u.Attached, u.Inline, u.Boundary)
		h.user, h.Tags = u, u.Tags
		for _, name := range u.Groups {
			if g := groups[name]; g != nil {
				g.Members++
				h.Groups = append(h.Groups, g.ARN)
				h.join(g)
			}
		}
		b.user(h, u)
		e.add(h)
	}
	for i := range a.Roles {
		r := &a.Roles[i]
		h := b.holder(policy.RoleMember, r.ARN, r.Name, s.ref("/authorization_details/roles/%d", i), r.Attached, r.Inline, r.Boundary)
		h.role, h.Tags = r, r.Tags
		b.role(h, r, s.ref("/authorization_details/roles/%d/trust", i))
		e.add(h)
	}
	for _, h := range e.holders {
		h.settle()
	}
	return e
}

func (e *estate) add(h *holder) {
	e.holders = append(e.holders, h)
	e.Members = append(e.Members, h.Member)
	e.byARN[h.ARN] = h
}

// join gives a user the policies of a group.
func (h *holder) join(g *holder) {
	for _, p := range g.sources {
		through := *p.Source
		through.Place, through.PlaceName = g.ARN, "group "+g.name
		h.sources = append(h.sources, placed{&through, p.evidence})
	}
	if h.unread == nil {
		h.unread = g.unread
	}
}

// settle finds out what the holder is, when all its policies are known.
func (h *holder) settle() {
	for _, p := range h.sources {
		h.Entitled = h.Entitled || slices.ContainsFunc(p.Analysis.Document.Statements, func(s policy.Statement) bool { return s.Effect == policy.Allow })
	}
	if h.Principal == nil { // a group makes administrators of its members
		for _, p := range h.sources {
			h.Administrator = h.Administrator || len(p.Analysis.Grants) > 0
		}
		return
	}
	for _, p := range h.sources {
		h.Principal.Identity = append(h.Principal.Identity, p.Source)
	}
	h.registerMFA()
	h.administration = h.Principal.Administrator()
	h.Administrator = h.administration != nil
}

// registerMFA leaves open whether requests of a user without an MFA device come with MFA,
// where the user may register one: whoever has the user's key or password can.
func (h *holder) registerMFA() {
	if h.row == nil || h.row.MFAActive {
		return
	}
	if h.Principal.Decide(policy.Request{Action: "iam:EnableMFADevice", Resource: h.ARN}).Allowed != policy.False {
		h.Principal.Facts = h.Principal.Facts.With(map[string]policy.Fact{"aws:multifactorauthpresent": {}, "aws:multifactorauthage": {}})
	}
}

// principals are the users and roles that people and programs use: service-linked roles,
// which nobody in the account can change, are left out.
func (e *estate) principals() []*holder {
	return slices.DeleteFunc(slices.Clone(e.holders), func(h *holder) bool { return h.Principal == nil || h.ServiceLinked })
}

// ways are the ways in which a principal can widen its rights.
func (e *estate) ways(h *holder) []policy.Escalation {
	if !h.escalated {
		h.escalations, h.escalated = e.Escalations(h.Member), true
	}
	return h.escalations
}

// unclear says over what a principal could widen its rights that is not known, and why it is
// not: a member some of whose policies or credentials are missing, if it had rights, a password,
// and trusted the service in question; or IAM Identity Center, if the account managed it. The
// gap is nil where there is nothing of that kind.
func (e *estate) unclear(h *holder) (over string, gap *org.Gap) {
	if other, gap := e.unclearMember(h); other != nil {
		return other.ARN + ", of which not all is known", gap
	}
	if e.centerUnread == nil {
		return "", nil
	}
	manages := *e.Estate
	manages.IdentityCenter = true
	if len(manages.Escalations(h.Member)) == 0 {
		return "", nil
	}
	return "IAM Identity Center, whose delegated administrator is not known", e.centerUnread
}

// unclearMember returns the first member that [estate.unclear] is about.
func (e *estate) unclearMember(h *holder) (*holder, *org.Gap) {
	open := *e.Estate
	open.OpenTrust = true
	open.Members = slices.Clone(e.Members)
	var first *holder
	var gap *org.Gap
	for i, other := range e.holders {
		var why *org.Gap
		if other != h && other.Entitled {
			why = cmp.Or(other.trustUnread, other.reportUnread)
		}
		if other != h && other.unread != nil && !other.Entitled {
			entitled := *other.Member
			entitled.Entitled = true
			open.Members[i], why = &entitled, other.unread
		}
		if first == nil && why != nil {
			first, gap = other, why
		}
	}
	if first == nil || len(open.Escalations(h.Member)) == 0 {
		return nil, nil
	}
	return first, gap
}

// privileged tells whether a principal is an administrator or can become one, or take over
// another principal.
func (e *estate) privileged(h *holder) bool { return h.Administrator || len(e.ways(h)) > 0 }

// because names the statements that decided.
func because(refs ...policy.Ref) []string {
	var lines []string
	for _, r := range refs {
		if r.Source == nil {
			continue
		}
		line := string(r.Element().Effect) + ": " + r.String()
		if conditions := r.Conditions(); conditions != "" {
			line += ", under " + conditions
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// managesIdentityCenter tells whether permission sets of the organization are managed in
// the account.
func (s *Subject) managesIdentityCenter() bool {
	return s.Organization.IsManagement(s.Account.ID) || slices.ContainsFunc(s.Organization.DelegatedAdministrators, func(d org.DelegatedAdministrator) bool {
		return d.AccountID == s.Account.ID && slices.Contains(d.Services, "sso.amazonaws.com")
	})
}

// isServiceLinked tells whether a role belongs to a service of AWS, which alone can change
// it, by the path that IAM keeps for such roles ("Service-linked roles", IAM User Guide).
// The path /service-role/ is another: the console gives it to roles that it makes for
// services, they are the customer's own and can be changed.
func isServiceLinked(arn string) bool { return strings.Contains(arn, ":role/aws-service-role/") }
