package collect_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/collect"
	"orgaudit/internal/awsfake"
)

// authorizationOf is what an account's evidence must say of its users, groups, roles and
// customer-managed policies.
func authorizationOf(a *awsfake.Account) *collect.Authorization {
	out := &collect.Authorization{}
	uses := map[string]int32{}
	bounds := map[string]int32{}
	attached := func(arns []string) []collect.AttachedPolicy {
		var list []collect.AttachedPolicy
		for _, arn := range arns {
			uses[arn]++
			list = append(list, collect.AttachedPolicy{Name: arn[strings.LastIndexByte(arn, '/')+1:], ARN: arn})
		}
		slices.SortFunc(list, func(a, b collect.AttachedPolicy) int { return strings.Compare(a.ARN, b.ARN) })
		return list
	}
	inline := func(policies []awsfake.InlinePolicy) []collect.InlinePolicy {
		var list []collect.InlinePolicy
		for _, p := range policies {
			list = append(list, collect.InlinePolicy{Name: p.Name, Document: string(p.Document)})
		}
		slices.SortFunc(list, func(a, b collect.InlinePolicy) int { return strings.Compare(a.Name, b.Name) })
		return list
	}
	for _, u := range a.Users {
		out.Users = append(out.Users, collect.User{
			ARN: iamARN(a, "user"+u.Path+u.Name), ID: u.ID, Name: u.Name, Created: u.Created,
			Groups: slices.Sorted(slices.Values(u.Groups)), Attached: attached(u.Attached), Inline: inline(u.Inline),
			Boundary: u.Boundary, Tags: u.Tags,
		})
		bounds[u.Boundary]++
	}
	for _, g := range a.Groups {
		out.Groups = append(out.Groups, collect.Group{
			ARN: iamARN(a, "group"+g.Path+g.Name), ID: g.ID, Name: g.Name, Created: g.Created,
			Attached: attached(g.Attached), Inline: inline(g.Inline),
		})
	}
	for _, r := range a.Roles {
		role := collect.Role{
			ARN: iamARN(a, "role"+r.Path+r.Name), ID: r.ID, Name: r.Name, Created: r.Created, Trust: string(r.Trust),
			Attached: attached(r.Attached), Inline: inline(r.Inline), Boundary: r.Boundary, LastUsedRegion: r.LastRegion, Tags: r.Tags,
		}
		if r.LastUsed != nil {
			role.LastUsed = *r.LastUsed
		}
		for _, name := range r.InstanceProfiles {
			role.InstanceProfiles = append(role.InstanceProfiles, iamARN(a, "instance-profile/"+name))
		}
		out.Roles = append(out.Roles, role)
		bounds[r.Boundary]++
	}
	for _, p := range a.Policies {
		policy := collect.ManagedPolicy{
			ARN: iamARN(a, "policy"+p.Path+p.Name), ID: p.ID, Name: p.Name, Created: p.Created, Updated: p.Updated, Default: p.Default,
		}
		policy.Attachments, policy.BoundaryUses = uses[policy.ARN], bounds[policy.ARN]
		for _, v := range p.Versions {
			policy.Versions = append(policy.Versions, collect.PolicyVersion{ID: v.ID, Created: v.Created, Document: string(v.Document)})
		}
		out.Policies = append(out.Policies, policy)
	}
	slices.SortFunc(out.Users, func(a, b collect.User) int { return strings.Compare(a.ARN, b.ARN) })
	slices.SortFunc(out.Groups, func(a, b collect.Group) int { return strings.Compare(a.ARN, b.ARN) })
	slices.SortFunc(out.Roles, func(a, b collect.Role) int { return strings.Compare(a.ARN, b.ARN) })
	slices.SortFunc(out.Policies, func(a, b collect.ManagedPolicy) int { return strings.Compare(a.ARN, b.ARN) })
	return out
}

// TestRunManagedPolicies checks that every AWS-managed policy that somebody in the
// organization has stands once in the folder, in the version that is in force.
func TestRunManagedPolicies(t *testing.T) {
	w := demoWorld(t, awsfake.DemoOptions{Accounts: 12})
	// Two AWS-managed policies that are nothing but boundaries are needed as much.
	boundaries := []string{"arn:aws:iam::aws:policy/RoleLimits", "arn:aws:iam::aws:policy/UserLimits"}
	for i, name := range []string{"RoleLimits", "UserLimits"} {
		p := w.ManagedPolicies[0]
		p.ID, p.Name, p.Path = fmt.Sprintf("ANPAEXAMPLELIMITS%04d", i), name, "/"
		w.ManagedPolicies = append(w.ManagedPolicies, p)
	}
	w.Accounts[logsPlace].Roles[0].Boundary = boundaries[0]
	w.Accounts[managementPlace].Users[1].Boundary = boundaries[1] // the first is the caller
	s := start(t, w, awsfake.Options{PageSize: 2, Now: clock})
	folder := run(t, s.options(t))
	got, files, err := folder.ManagedPolicies()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]awsfake.ManagedPolicy{}
	for _, p := range w.ManagedPolicies {
		known["arn:aws:iam::aws:policy"+p.Path+p.Name] = p
	}
	want := map[string]*collect.ManagedPolicy{}
	need := func(arn string) {
		if p, ok := known[arn]; ok {
			want[arn] = &collect.ManagedPolicy{ARN: arn, ID: p.ID, Name: p.Name, Created: p.Created, Updated: p.Updated, Default: p.Default}
			for _, v := range p.Versions {
				if v.ID == p.Default {
					want[arn].Versions = []collect.PolicyVersion{{ID: v.ID, Created: v.Created, Document: string(v.Document)}}
				}
			}
		}
	}
	for i := range w.Accounts {
		ev, err := folder.Account(w.Accounts[i].ID)
		if err != nil || ev.Authorization == nil {
			continue // excluded, or could not be read
		}
		ev.Authorization.EachAttachment(func(_ string, p collect.AttachedPolicy) { need(p.ARN) })
		for _, r := range ev.Authorization.Roles {
			need(r.Boundary)
		}
		for _, u := range ev.Authorization.Users {
			need(u.Boundary)
		}
	}
	if want[boundaries[0]] == nil || want[boundaries[1]] == nil || len(want) < 5 {
		t.Fatalf("%d policies are in use, want some and the boundaries among them", len(want))
	}
	for _, p := range want {
		p.ReadAt = now // by the clock of the run
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("the AWS-managed policies differ (-world +folder):\n%s", diff)
	}
	names := map[string]bool{}
	for arn, name := range files {
		if names[name] || !strings.HasPrefix(name, "managed-policies/") {
			t.Errorf("policy %s stands in file %q, want one of its own in managed-policies", arn, name)
		}
		names[name] = true
	}
}

// TestInForce checks that the default version is taken, and none where it is not there.
func TestInForce(t *testing.T) {
	p := collect.ManagedPolicy{Default: "v2", Versions: []collect.PolicyVersion{
		{ID: "v1", Created: time.Time{}, Document: "first"}, {ID: "v2", Document: "second"}, {ID: "v3", Document: "third"},
	}}
	if got, ok := p.InForce(); got != "second" || !ok {
		t.Errorf("document %q, %v, want that of v2", got, ok)
	}
	p.Default = "v4"
	if got, ok := p.InForce(); ok {
		t.Errorf("document %q of a version that is not there, want none", got)
	}
}
