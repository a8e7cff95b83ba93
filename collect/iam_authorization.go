package collect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"orgaudit/org"
)

func authorizationCollector() Collector {
	return Collector{
		Section:    AuthorizationSection,
		Calls:      iamCalls("GetAccountAuthorizationDetails", "GetPolicy", "GetPolicyVersion"),
		Parameters: "Filter User, Group, Role, LocalManagedPolicy",
		Records:    "users, groups, roles and customer-managed policies",
		Expect: map[string]Expected{
			"GetAccountAuthorizationDetails": {Calls: 1, More: "each further page of 100 users, groups, roles and policies"},
			"GetPolicy":                      {More: "each AWS-managed policy that is attached anywhere"},
			"GetPolicyVersion":               {More: "each AWS-managed policy that is attached anywhere"},
		},
		Read: readAuthorization,
	}
}

// readAuthorization pages through the account's users, groups, roles and customer-managed
// policies, then makes sure that the AWS-managed policies that they have are in the
// library. AWS-managed policies are left out of the pages, where they would come again in
// every account.
func readAuthorization(ctx context.Context, v *Visit) (int, error) {
	pages := iam.NewGetAccountAuthorizationDetailsPaginator(iam.NewFromConfig(v.config), &iam.GetAccountAuthorizationDetailsInput{
		Filter: []types.EntityType{types.EntityTypeUser, types.EntityTypeGroup, types.EntityTypeRole, types.EntityTypeLocalManagedPolicy},
	})
	a := &Authorization{Users: []User{}, Groups: []Group{}, Roles: []Role{}, Policies: []ManagedPolicy{}}
	for page, err := range org.Pages(ctx, pages) {
		if err != nil {
			return 0, fmt.Errorf("read the account's authorization details: %w", err)
		}
		for _, u := range page.UserDetailList {
			a.Users = append(a.Users, userOf(u))
		}
		for _, g := range page.GroupDetailList {
			a.Groups = append(a.Groups, groupOf(g))
		}
		for _, r := range page.RoleDetailList {
			a.Roles = append(a.Roles, roleOf(r))
		}
		for _, p := range page.Policies {
			a.Policies = append(a.Policies, policyOf(p))
		}
	}
	a.sort()
	v.Evidence.Authorization = a
	v.managedPolicies(ctx, a.attachedOutside())
	return len(a.Users) + len(a.Groups) + len(a.Roles) + len(a.Policies), nil
}

func (a *Authorization) sort() {
	slices.SortFunc(a.Users, func(x, y User) int { return strings.Compare(x.ARN, y.ARN) })
	slices.SortFunc(a.Groups, func(x, y Group) int { return strings.Compare(x.ARN, y.ARN) })
	slices.SortFunc(a.Roles, func(x, y Role) int { return strings.Compare(x.ARN, y.ARN) })
	slices.SortFunc(a.Policies, func(x, y ManagedPolicy) int { return strings.Compare(x.ARN, y.ARN) })
}

// attachedOutside returns the ARNs of attached policies and boundaries that are not the
// account's own, sorted: the AWS-managed ones.
func (a *Authorization) attachedOutside() []string {
	own := map[string]bool{}
	for _, p := range a.Policies {
		own[p.ARN] = true
	}
	outside := map[string]bool{}
	add := func(arn string) {
		if arn != "" && !own[arn] {
			outside[arn] = true
		}
	}
	a.EachAttachment(func(_ string, p AttachedPolicy) { add(p.ARN) })
	for _, u := range a.Users {
		add(u.Boundary)
	}
	for _, r := range a.Roles {
		add(r.Boundary)
	}
	arns := make([]string, 0, len(outside))
	for arn := range outside {
		arns = append(arns, arn)
	}
	slices.Sort(arns)
	return arns
}

// EachAttachment calls f for every managed policy that is attached to a user, group or
// role, with the ARN of that principal.
func (a *Authorization) EachAttachment(f func(principal string, p AttachedPolicy)) {
	for _, u := range a.Users {
		for _, p := range u.Attached {
			f(u.ARN, p)
		}
	}
	for _, g := range a.Groups {
		for _, p := range g.Attached {
			f(g.ARN, p)
		}
	}
	for _, r := range a.Roles {
		for _, p := range r.Attached {
			f(r.ARN, p)
		}
	}
}

func userOf(u types.UserDetail) User {
	user := User{
		ARN: aws.ToString(u.Arn), ID: aws.ToString(u.UserId), Name: aws.ToString(u.UserName),
		Created: second(u.CreateDate), Groups: slices.Sorted(slices.Values(u.GroupList)),
		Attached: attachedOf(u.AttachedManagedPolicies), Inline: inlineOf(u.UserPolicyList), Tags: tagsOf(u.Tags),
	}
	if u.PermissionsBoundary != nil {
		user.Boundary = aws.ToString(u.PermissionsBoundary.PermissionsBoundaryArn)
	}
	return user
}

func groupOf(g types.GroupDetail) Group {
	return Group{
		ARN: aws.ToString(g.Arn), ID: aws.ToString(g.GroupId), Name: aws.ToString(g.GroupName),
		Created: second(g.CreateDate), Attached: attachedOf(g.AttachedManagedPolicies), Inline: inlineOf(g.GroupPolicyList),
	}
}

func roleOf(r types.RoleDetail) Role {
	role := Role{
		ARN: aws.ToString(r.Arn), ID: aws.ToString(r.RoleId), Name: aws.ToString(r.RoleName),
		Created: second(r.CreateDate), Trust: document(r.AssumeRolePolicyDocument),
		Attached: attachedOf(r.AttachedManagedPolicies), Inline: inlineOf(r.RolePolicyList), Tags: tagsOf(r.Tags),
	}
	if r.PermissionsBoundary != nil {
		role.Boundary = aws.ToString(r.PermissionsBoundary.PermissionsBoundaryArn)
	}
	if r.RoleLastUsed != nil {
		role.LastUsed = second(r.RoleLastUsed.LastUsedDate)
		role.LastUsedRegion = aws.ToString(r.RoleLastUsed.Region)
	}
	for _, p := range r.InstanceProfileList {
		role.InstanceProfiles = append(role.InstanceProfiles, aws.ToString(p.Arn))
	}
	slices.Sort(role.InstanceProfiles)
	return role
}

func policyOf(p types.ManagedPolicyDetail) ManagedPolicy {
	policy := ManagedPolicy{
		ARN: aws.ToString(p.Arn), ID: aws.ToString(p.PolicyId), Name: aws.ToString(p.PolicyName),
		Created: second(p.CreateDate), Updated: second(p.UpdateDate), Default: aws.ToString(p.DefaultVersionId),
		Attachments: aws.ToInt32(p.AttachmentCount), BoundaryUses: aws.ToInt32(p.PermissionsBoundaryUsageCount),
	}
	for _, v := range p.PolicyVersionList {
		policy.Versions = append(policy.Versions, PolicyVersion{
			ID: aws.ToString(v.VersionId), Created: second(v.CreateDate), Document: document(v.Document),
		})
	}
	slices.SortFunc(policy.Versions, func(a, b PolicyVersion) int {
		return cmp.Or(a.Created.Compare(b.Created), strings.Compare(a.ID, b.ID))
	})
	return policy
}

func attachedOf(attached []types.AttachedPolicy) []AttachedPolicy {
	var list []AttachedPolicy
	for _, p := range attached {
		list = append(list, AttachedPolicy{Name: aws.ToString(p.PolicyName), ARN: aws.ToString(p.PolicyArn)})
	}
	slices.SortFunc(list, func(a, b AttachedPolicy) int { return strings.Compare(a.ARN, b.ARN) })
	return list
}

func inlineOf(inline []types.PolicyDetail) []InlinePolicy {
	var list []InlinePolicy
	for _, p := range inline {
		list = append(list, InlinePolicy{Name: aws.ToString(p.PolicyName), Document: document(p.PolicyDocument)})
	}
	slices.SortFunc(list, func(a, b InlinePolicy) int { return strings.Compare(a.Name, b.Name) })
	return list
}

func tagsOf(tags []types.Tag) map[string]string {
	if len(tags) == 0 {
		return nil
	}
	m := map[string]string{}
	for _, t := range tags {
		m[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return m
}

// document decodes the percent-encoding of IAM's policy documents (RFC 3986; the SDK for
// Go does not). Emulators send some of them plain. What cannot be decoded stays as it
// came, and is not assessed later, since it does not parse.
func document(text *string) string {
	s := aws.ToString(text)
	if strings.HasPrefix(strings.TrimSpace(s), "{") {
		return s
	}
	if decoded, err := url.PathUnescape(s); err == nil {
		return decoded
	}
	return s
}

// managedPolicies makes sure that the library holds the policies. Those that other accounts
// are reading come last, so that the accounts at the beginning of a run share the work and do
// not wait for each other policy by policy.
func (v *Visit) managedPolicies(ctx context.Context, arns []string) {
	started := v.run.Now()
	var meter Meter
	ctx = WithMeter(ctx, &meter)
	client := iam.NewFromConfig(v.config)
	held, busy := v.hold(ctx, client, arns, false)
	more, _ := v.hold(ctx, client, busy, true)
	v.read(Read{Section: ManagedPoliciesSection, StartedAt: started, EndedAt: v.run.Now(), Calls: meter.Calls(), Records: held + more})
}

// hold returns how many of the policies the library holds, and where it is not patient those
// that other accounts are reading. Where a policy cannot be read here, another account may
// still bring it, so that this is a gap of one subject. After a denial the rest is not asked
// for: the answer would be the same.
func (v *Visit) hold(ctx context.Context, client *iam.Client, arns []string, patient bool) (held int, busy []string) {
	for i, arn := range arns {
		err := v.run.library.ensure(ctx, client, arn, patient)
		if err == nil {
			held++
			continue
		}
		if errors.Is(err, errBeingRead) {
			busy = append(busy, arn)
			continue
		}
		denied := org.CauseOf(err).Denied()
		refused := arns[i : i+1]
		if denied {
			refused = arns[i:]
		}
		for _, subject := range refused {
			gap := org.NewGap(ManagedPoliciesSection, v.Account.ID, err, v.run.Now())
			gap.Subject = subject
			v.gap(gap)
		}
		if denied {
			break
		}
	}
	return held, busy
}
