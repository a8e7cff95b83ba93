package benchmark

import (
	"fmt"
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
)

// estateBuilder reads the policies of an account, each managed one once.
type estateBuilder struct {
	s          *Subject
	policies   map[string]policyText
	scps, rcps [][]*policy.Source
	// region is that of global services.
	region string
}

// policyText is a policy that was read, or why it was not.
type policyText struct {
	analysis *policy.Analysis
	evidence Reference
	gap      *org.Gap
}

// holder makes a holder with its own policies.
func (b *estateBuilder) holder(kind policy.MemberKind, arn, name string, evidence Reference, attached []collect.AttachedPolicy, inline []collect.InlinePolicy, boundary string) *holder {
	h := &holder{Member: &policy.Member{Kind: kind, ARN: arn, Boundary: boundary}, name: name, evidence: evidence}
	for _, p := range attached {
		h.Policies = append(h.Policies, p.ARN)
		h.hold(b.managed(p.ARN), &policy.Source{Kind: policy.IdentityPolicy, ID: p.ARN, Name: p.Name, Place: arn})
	}
	for i, p := range inline {
		at := Reference{File: evidence.File, Pointer: fmt.Sprintf("%s/inline/%d/document", evidence.Pointer, i)}
		h.hold(b.text(p.Document, at, collect.AuthorizationSection, "inline policy "+p.Name),
			&policy.Source{Kind: policy.IdentityPolicy, ID: "inline policy " + p.Name, Name: "inline policy " + p.Name, Place: arn})
	}
	return h
}

func (h *holder) hold(text policyText, source *policy.Source) {
	if text.gap != nil {
		if h.unread == nil {
			h.unread = text.gap
		}
		return
	}
	source.Analysis = text.analysis
	h.sources = append(h.sources, placed{source, text.evidence})
}

// managed reads a managed policy, of the account's own or of AWS.
func (b *estateBuilder) managed(arn string) policyText {
	if text, ok := b.policies[arn]; ok {
		return text
	}
	s := b.s
	own := s.Evidence.Authorization.Policies
	var text policyText
	if i := slices.IndexFunc(own, func(p collect.ManagedPolicy) bool { return p.ARN == arn }); i >= 0 {
		document, held := own[i].InForce()
		version := slices.IndexFunc(own[i].Versions, func(v collect.PolicyVersion) bool { return v.ID == own[i].Default })
		text = b.held(document, held, s.ref("/authorization_details/policies/%d/versions/%d/document", i, max(version, 0)), collect.AuthorizationSection, arn)
	} else if p := s.awsManaged(arn); p != nil {
		document, held := p.InForce()
		text = b.held(document, held, Reference{File: s.ManagedFiles[arn], Pointer: "/versions/0/document"}, collect.ManagedPoliciesSection, arn)
	} else {
		text = b.held("", false, Reference{}, collect.ManagedPoliciesSection, arn)
		if i := slices.IndexFunc(s.Evidence.Gaps, func(g org.Gap) bool {
			return g.Section == collect.ManagedPoliciesSection && g.Subject == arn
		}); i >= 0 {
			text.gap = &s.Evidence.Gaps[i]
		}
	}
	b.policies[arn] = text
	return text
}

// awsManaged is an AWS-managed policy, or nil where the account has tried to read it later than
// the text that the evidence holds was read, and could not.
func (s *Subject) awsManaged(arn string) *collect.ManagedPolicy {
	p := s.Managed[arn]
	if slices.ContainsFunc(s.Evidence.Gaps, func(g org.Gap) bool {
		return g.Section == collect.ManagedPoliciesSection && g.Subject == arn && !p.Closes(g)
	}) {
		return nil
	}
	return p
}

func (b *estateBuilder) held(document string, held bool, at Reference, section org.Section, subject string) policyText {
	if !held {
		return policyText{gap: b.gap(section, subject, "the policy's document could not be read")}
	}
	return b.text(document, at, section, subject)
}

func (b *estateBuilder) text(document string, at Reference, section org.Section, subject string) policyText {
	analysed, err := b.s.Policies.Analyse(document)
	if err != nil {
		return policyText{gap: b.gap(section, subject, "the policy's document could not be understood: "+err.Error())}
	}
	return policyText{analysis: analysed.Analysis, evidence: at}
}

func (b *estateBuilder) gap(section org.Section, subject, message string) *org.Gap {
	return &org.Gap{
		Section: section, Account: b.s.Account.ID, Subject: subject, Cause: org.Malformed, Message: message,
		At: b.s.Evidence.ReadAt(section),
	}
}

// user completes a user, whose groups are known.
func (b *estateBuilder) user(h *holder, u *collect.User) {
	for i := range b.s.Credentials {
		if b.s.Credentials[i].ARN == u.ARN {
			h.row = &b.s.Credentials[i]
		}
	}
	identity := b.identity(policy.User, u.ARN, u.ID, u.Tags)
	if h.row == nil {
		h.Unreported = true
		h.reportUnread = b.gap(collect.CredentialReportSection, u.ARN, "the credential report does not tell of the user")
		if gap, missing := b.s.Evidence.Missing(collect.CredentialReportSection); missing {
			h.reportUnread = &gap
		}
	} else {
		h.Password = h.row.PasswordEnabled == "true"
		identity.NoMFA = !h.row.MFAActive
		for _, k := range h.row.Keys {
			if k.LastRotated.Known() { // an inactive key takes a place too
				h.AccessKeys++
			}
		}
	}
	b.principal(h, identity)
}

// role completes a role.
func (b *estateBuilder) role(h *holder, r *collect.Role, at Reference) {
	identity := b.identity(policy.Role, r.ARN, r.ID, r.Tags)
	if text := b.text(r.Trust, at, collect.AuthorizationSection, r.ARN); text.gap != nil {
		h.trustUnread = text.gap
		identity.SessionTags = true // nobody knows
	} else {
		h.Trust = &policy.Source{Kind: policy.TrustPolicy, ID: r.ARN, Name: "of role " + r.Name, Analysis: text.analysis}
		identity.SessionTags = slices.ContainsFunc(text.analysis.Document.Statements, func(s policy.Statement) bool {
			return s.Effect == policy.Allow && s.AppliesToAction("sts:TagSession")
		})
	}
	h.ServiceLinked = isServiceLinked(r.ARN)
	b.principal(h, identity)
}

func (b *estateBuilder) identity(kind policy.IdentityKind, arn, id string, tags map[string]string) policy.Identity {
	s := b.s
	i := policy.Identity{ARN: arn, Account: s.Account.ID, Kind: kind, ID: id, OrganizationID: s.Organization.ID, Tags: tags}
	if len(s.Account.Path) > 0 {
		i.OrganizationPath = s.Organization.ID + "/" + strings.Join(s.Account.Path, "/") + "/"
	}
	return i
}

// principal makes the principal of a holder. Its identity policies come when all are known.
func (b *estateBuilder) principal(h *holder, identity policy.Identity) {
	h.Principal = &policy.Principal{
		ARN: h.ARN, Account: b.s.Account.ID, ServiceLinked: h.ServiceLinked,
		Facts: identity.Facts(b.s.Evidence.ReadAt(collect.AuthorizationSection)), SCPs: b.scps, RCPs: b.rcps,
		GlobalRegion: b.region,
	}
	if h.Boundary == "" {
		return
	}
	text := b.managed(h.Boundary)
	if text.gap != nil {
		if h.unread == nil {
			h.unread = text.gap
		}
		return
	}
	_, name, _ := strings.Cut(h.Boundary, "policy/")
	h.Principal.Boundary = &policy.Source{Kind: policy.PermissionsBoundary, ID: h.Boundary, Name: name, Analysis: text.analysis}
	h.BoundaryBinds = h.Principal.Bound()
}

// organizationPolicies returns the SCPs and RCPs that bind the account, level by level, or
// why they are not known. None bind the management account.
func (s *Subject) organizationPolicies() (scps, rcps [][]*policy.Source, doubt *org.Gap) {
	if s.binding == nil {
		b := &binding{}
		b.scps, b.rcps, b.doubt = s.findOrganizationPolicies()
		b.quarantines = slices.ContainsFunc(b.scps, policy.MayDenyAll)
		s.binding = b
	}
	return s.binding.scps, s.binding.rcps, s.binding.doubt
}

// binding are the organization's policies that bind an account, or why they are not known.
type binding struct {
	scps, rcps [][]*policy.Source
	doubt      *org.Gap
	// quarantines tells that an SCP denies everything to some.
	quarantines bool
}

func (s *Subject) findOrganizationPolicies() (scps, rcps [][]*policy.Source, doubt *org.Gap) {
	if s.Organization.IsManagement(s.Account.ID) {
		return nil, nil, nil
	}
	for _, section := range []org.Section{org.SectionPolicies, org.SectionTree} {
		if gap, missing := s.Organization.Missing(section); missing {
			return nil, nil, &gap
		}
	}
	if len(s.Account.Path) == 0 {
		return nil, nil, &org.Gap{Section: org.SectionTree, Account: s.Account.ID, Cause: org.NotWalked, At: s.Organization.WalkEnded}
	}
	scps, doubt = s.levels(org.ServiceControlPolicy, policy.ServiceControlPolicy)
	var other *org.Gap
	rcps, other = s.levels(org.ResourceControlPolicy, policy.ResourceControlPolicy)
	if doubt == nil {
		doubt = other
	}
	return scps, rcps, doubt
}

// levels analyses the policies of one type that bind the account. A type that is not
// enabled binds nobody.
func (s *Subject) levels(kind string, as policy.Kind) ([][]*policy.Source, *org.Gap) {
	if !slices.Contains(s.Organization.PolicyTypes, kind) {
		return nil, nil
	}
	var levels [][]*policy.Source
	for _, level := range s.Organization.Binding(s.Account, kind) {
		sources := []*policy.Source{}
		for _, p := range level.Policies {
			analysed, err := s.Policies.Analyse(p.Document)
			if err != nil {
				message := fmt.Sprintf("policy %s (%s) could not be understood: %v", p.ID, p.Name, err)
				return nil, &org.Gap{Section: org.SectionPolicies, Account: s.Account.ID, Subject: p.ID, Cause: org.Malformed, Message: message, At: s.Organization.WalkEnded}
			}
			sources = append(sources, &policy.Source{
				Kind: as, ID: p.ID, Name: p.Name, Place: level.ID, PlaceName: nodeName(level), Analysis: analysed.Analysis,
			})
		}
		if len(sources) == 0 && kind == org.ServiceControlPolicy {
			// AWS keeps one SCP at every node at all times: the list is not whole.
			message := fmt.Sprintf("no SCP is known at %s, which cannot be", nodeName(level))
			return nil, &org.Gap{Section: org.SectionPolicies, Account: s.Account.ID, Subject: level.ID, Cause: org.Malformed, Message: message, At: s.Organization.WalkEnded}
		}
		levels = append(levels, sources)
	}
	return levels, nil
}

// nodeName names a node of the organization for people.
func nodeName(l org.Level) string {
	switch l.Kind {
	case org.KindRoot:
		return "the root"
	case org.KindUnit:
		return "unit " + l.Name
	default:
		return "the account itself"
	}
}
