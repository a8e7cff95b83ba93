package awsfake_test

import (
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/google/go-cmp/cmp"

	"orgaudit/internal/awsfake"
)

func TestAuthorizationDetails(t *testing.T) {
	client := shopIAM(t, awsfake.Options{PageSize: 3})
	var users, groups, roles, policies []string
	var audit types.RoleDetail
	var carol types.UserDetail
	counts := map[string]int32{}
	pages := 0
	for p := iam.NewGetAccountAuthorizationDetailsPaginator(client, nil); p.HasMorePages(); pages++ {
		out, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range out.UserDetailList {
			users = append(users, *u.Arn)
			if *u.UserName == "carol" {
				carol = u
			}
		}
		for _, g := range out.GroupDetailList {
			groups = append(groups, *g.Arn)
		}
		for _, r := range out.RoleDetailList {
			roles = append(roles, *r.RoleName)
			if *r.RoleName == "AuditRole" {
				audit = r
			}
		}
		for _, p := range out.Policies {
			policies = append(policies, *p.Arn)
			counts[*p.PolicyName] = *p.AttachmentCount*10 + *p.PermissionsBoundaryUsageCount
		}
	}
	if pages != 4 { // 2 users, 1 group, 5 roles, 3 policies
		t.Errorf("got %d pages, want 4", pages)
	}
	got := [][]string{users, groups, roles, policies}
	want := [][]string{
		{"arn:aws:iam::222233334444:user/staff/dave", "arn:aws:iam::222233334444:user/carol"},
		{"arn:aws:iam::222233334444:group/readers"},
		{"AuditRole", "Bounded", "Denied", "AWSServiceRoleForSupport", "ForBob"},
		{
			"arn:aws:iam::222233334444:policy/limits/Boundary",
			"arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entities (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int32{"AdministratorAccess": 50, "ReadOnlyAccess": 10, "Boundary": 2}, counts); diff != "" {
		t.Errorf("uses of policies, attachments times ten plus boundaries (-want +got):\n%s", diff)
	}
	document, err := url.PathUnescape(*audit.AssumeRolePolicyDocument)
	if want := string(shopAccount().Roles[0].Trust); err != nil || document != want {
		t.Errorf("got trust policy %s, %v, want %s", document, err, want)
	}
	if audit.RoleLastUsed == nil || !audit.RoleLastUsed.LastUsedDate.Equal(*at(50)) || *audit.RoleLastUsed.Region != "us-east-1" {
		t.Errorf("got last use %v", audit.RoleLastUsed)
	}
	var profiles []string
	ids := map[string]bool{}
	for _, p := range audit.InstanceProfileList {
		profiles = append(profiles, *p.Arn)
		ids[*p.InstanceProfileId] = true
		if len(p.Roles) != 1 || *p.Roles[0].Arn != *audit.Arn {
			t.Errorf("instance profile %v, want it to hold the role", p)
		}
	}
	if diff := cmp.Diff([]string{"arn:aws:iam::222233334444:instance-profile/audit-hosts", "arn:aws:iam::222233334444:instance-profile/AuditRole"}, profiles); diff != "" || len(ids) != 2 {
		t.Errorf("instance profiles with ids %v (-want +got):\n%s", ids, diff)
	}
	if *carol.PermissionsBoundary.PermissionsBoundaryArn != want[3][0] || *carol.Tags[0].Value != "shop & co" {
		t.Errorf("got user %v", carol)
	}
}

func TestAuthorizationDetailsFilter(t *testing.T) {
	client := shopIAM(t, awsfake.Options{PageSize: 100})
	for _, c := range []struct {
		filter                         []types.EntityType
		users, groups, roles, policies int
	}{
		{[]types.EntityType{types.EntityTypeUser}, 2, 0, 0, 0},
		{[]types.EntityType{types.EntityTypeGroup, types.EntityTypeRole}, 0, 1, 5, 0},
		{[]types.EntityType{types.EntityTypeLocalManagedPolicy}, 0, 0, 0, 1},
		{[]types.EntityType{types.EntityTypeAWSManagedPolicy}, 0, 0, 0, 2},
	} {
		out, err := client.GetAccountAuthorizationDetails(t.Context(), &iam.GetAccountAuthorizationDetailsInput{Filter: c.filter})
		if err != nil {
			t.Fatal(err)
		}
		got := []int{len(out.UserDetailList), len(out.GroupDetailList), len(out.RoleDetailList), len(out.Policies)}
		if diff := cmp.Diff([]int{c.users, c.groups, c.roles, c.policies}, got); diff != "" {
			t.Errorf("filter %v: numbers (-want +got):\n%s", c.filter, diff)
		}
	}
}
