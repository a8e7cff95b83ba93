package awsfake_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/google/go-cmp/cmp"

	"orgaudit/internal/awsfake"
)

func shopIAM(t *testing.T, o awsfake.Options) *iam.Client {
	t.Helper()
	return iam.NewFromConfig(start(t, newWorld(), o).in(t, shop, "AuditRole"))
}

func TestAccountSummary(t *testing.T) {
	out, err := shopIAM(t, awsfake.Options{}).GetAccountSummary(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[types.SummaryKeyType]int32{
		types.SummaryKeyTypeUsers: 2, types.SummaryKeyTypeGroups: 1, types.SummaryKeyTypeRoles: 5, types.SummaryKeyTypePolicies: 1,
		types.SummaryKeyTypeProviders: 2, types.SummaryKeyTypeServerCertificates: 1, types.SummaryKeyTypeMFADevices: 2,
		types.SummaryKeyTypeMFADevicesInUse: 2, types.SummaryKeyTypeAccountMFAEnabled: 1,
		types.SummaryKeyTypeAccountAccessKeysPresent: 0, "AccountPasswordPresent": 1,
	} {
		if got := out.SummaryMap[string(key)]; got != want {
			t.Errorf("%s is %d, want %d", key, got, want)
		}
	}
	for _, key := range types.SummaryKeyType("").Values() {
		if _, ok := out.SummaryMap[string(key)]; !ok {
			t.Errorf("key %s is missing", key)
		}
	}
}

func TestPasswordPolicy(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	out, err := iam.NewFromConfig(f.in(t, shop, "AuditRole")).GetAccountPasswordPolicy(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	p := out.PasswordPolicy
	if *p.MinimumPasswordLength != 14 || !p.RequireSymbols || p.RequireNumbers || !p.ExpirePasswords || *p.MaxPasswordAge != 90 || *p.PasswordReusePrevention != 24 {
		t.Errorf("got %+v", p)
	}
	_, err = iam.NewFromConfig(f.in(t, sandbox, "Admin")).GetAccountPasswordPolicy(t.Context(), nil)
	wantCode(t, err, "NoSuchEntity")
}

func TestVirtualMFADevices(t *testing.T) {
	client := shopIAM(t, awsfake.Options{PageSize: 1})
	for status, want := range map[types.AssignmentStatusType][]string{
		types.AssignmentStatusTypeAssigned: {
			"arn:aws:iam::222233334444:mfa/root-account-mfa-device of arn:aws:iam::222233334444:root",
			"arn:aws:iam::222233334444:mfa/carol of arn:aws:iam::222233334444:user/carol",
		},
		types.AssignmentStatusTypeUnassigned: nil,
	} {
		devices, _ := collect(t, iam.NewListVirtualMFADevicesPaginator(client, &iam.ListVirtualMFADevicesInput{AssignmentStatus: status}),
			func(o *iam.ListVirtualMFADevicesOutput) []types.VirtualMFADevice { return o.VirtualMFADevices })
		var got []string
		for _, d := range devices {
			got = append(got, *d.SerialNumber+" of "+*d.User.Arn)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s devices (-want +got):\n%s", status, diff)
		}
	}
}

func TestProvidersAndCertificates(t *testing.T) {
	client := shopIAM(t, awsfake.Options{})
	saml, err := client.ListSAMLProviders(t.Context(), nil)
	if err != nil || *saml.SAMLProviderList[0].Arn != "arn:aws:iam::222233334444:saml-provider/Directory" || !saml.SAMLProviderList[0].ValidUntil.Equal(*at(3650)) {
		t.Errorf("got SAML providers %v, %v", saml, err)
	}
	oidc, err := client.ListOpenIDConnectProviders(t.Context(), nil)
	if err != nil || *oidc.OpenIDConnectProviderList[0].Arn != "arn:aws:iam::222233334444:oidc-provider/token.actions.githubusercontent.com" {
		t.Errorf("got OIDC providers %v, %v", oidc, err)
	}
	certificates, err := client.ListServerCertificates(t.Context(), nil)
	if err != nil || !certificates.ServerCertificateMetadataList[0].Expiration.Equal(*at(365)) {
		t.Errorf("got certificates %v, %v", certificates, err)
	}
	aliases, err := client.ListAccountAliases(t.Context(), nil)
	if err != nil || cmp.Diff([]string{"example-shop"}, aliases.AccountAliases) != "" {
		t.Errorf("got aliases %v, %v", aliases, err)
	}
}

func TestOrganizationsFeatures(t *testing.T) {
	without := newWorld()
	without.Organization.TrustedServices = without.Organization.TrustedServices[:1]
	f := start(t, newWorld(), awsfake.Options{})
	out, err := iam.NewFromConfig(f.admin()).ListOrganizationsFeatures(t.Context(), nil)
	if err != nil || *out.OrganizationId != "o-exampleorg1" || len(out.EnabledFeatures) != 2 {
		t.Errorf("got %v, %v", out, err)
	}
	_, err = iam.NewFromConfig(f.in(t, shop, "AuditRole")).ListOrganizationsFeatures(t.Context(), nil)
	wantCode(t, err, "AccountNotManagementOrDelegatedAdministratorException")
	_, err = iam.NewFromConfig(start(t, without, awsfake.Options{}).admin()).ListOrganizationsFeatures(t.Context(), nil)
	wantCode(t, err, "ServiceAccessNotEnabledException")
}

func TestIAMLists(t *testing.T) {
	client := shopIAM(t, awsfake.Options{PageSize: 1})
	users, pages := collect(t, iam.NewListUsersPaginator(client, nil), func(o *iam.ListUsersOutput) []types.User { return o.Users })
	if len(users) != 2 || pages != 2 || !users[1].PasswordLastUsed.Equal(*at(40)) || users[1].PermissionsBoundary != nil {
		t.Errorf("got users %v in %d pages", users, pages)
	}
	staff, _ := collect(t, iam.NewListUsersPaginator(client, &iam.ListUsersInput{PathPrefix: aws.String("/staff/")}),
		func(o *iam.ListUsersOutput) []types.User { return o.Users })
	if len(staff) != 1 || *staff[0].UserName != "dave" {
		t.Errorf("got users under /staff/ %v", staff)
	}
	roles, _ := collect(t, iam.NewListRolesPaginator(client, nil), func(o *iam.ListRolesOutput) []types.Role { return o.Roles })
	if len(roles) != 5 || *roles[0].Description == "" || *roles[0].MaxSessionDuration != 7200 || roles[0].RoleLastUsed != nil {
		t.Errorf("got roles %v", roles)
	}
	groups, _ := collect(t, iam.NewListGroupsPaginator(client, nil), func(o *iam.ListGroupsOutput) []types.Group { return o.Groups })
	if len(groups) != 1 {
		t.Errorf("got groups %v", groups)
	}
	for scope, want := range map[types.PolicyScopeType]int{types.PolicyScopeTypeAll: 3, types.PolicyScopeTypeAws: 2, types.PolicyScopeTypeLocal: 1} {
		policies, _ := collect(t, iam.NewListPoliciesPaginator(client, &iam.ListPoliciesInput{Scope: scope}),
			func(o *iam.ListPoliciesOutput) []types.Policy { return o.Policies })
		if len(policies) != want {
			t.Errorf("scope %s: got %d policies, want %d", scope, len(policies), want)
		}
	}
	keys, _ := collect(t, iam.NewListAccessKeysPaginator(client, &iam.ListAccessKeysInput{UserName: aws.String("dave")}),
		func(o *iam.ListAccessKeysOutput) []types.AccessKeyMetadata { return o.AccessKeyMetadata })
	if len(keys) != 2 || keys[0].Status != types.StatusTypeActive || keys[1].Status != types.StatusTypeInactive {
		t.Errorf("got keys %v", keys)
	}
	devices, _ := collect(t, iam.NewListMFADevicesPaginator(client, &iam.ListMFADevicesInput{UserName: aws.String("carol")}),
		func(o *iam.ListMFADevicesOutput) []types.MFADevice { return o.MFADevices })
	if len(devices) != 1 || *devices[0].SerialNumber != "arn:aws:iam::222233334444:mfa/carol" {
		t.Errorf("got devices %v", devices)
	}
	attached, _ := collect(t, iam.NewListAttachedRolePoliciesPaginator(client, &iam.ListAttachedRolePoliciesInput{RoleName: aws.String("AuditRole")}),
		func(o *iam.ListAttachedRolePoliciesOutput) []types.AttachedPolicy { return o.AttachedPolicies })
	if len(attached) != 1 || *attached[0].PolicyArn != adminARN {
		t.Errorf("got attached policies %v", attached)
	}
}

func TestEntitiesForPolicy(t *testing.T) {
	client := shopIAM(t, awsfake.Options{PageSize: 1})
	count := func(in *iam.ListEntitiesForPolicyInput) (n int) {
		for p := iam.NewListEntitiesForPolicyPaginator(client, in); p.HasMorePages(); {
			out, err := p.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			n += len(out.PolicyGroups) + len(out.PolicyRoles) + len(out.PolicyUsers)
		}
		return n
	}
	const boundary = "arn:aws:iam::" + shop + ":policy/limits/Boundary"
	for _, c := range []struct {
		name string
		in   iam.ListEntitiesForPolicyInput
		want int
	}{
		{"attached", iam.ListEntitiesForPolicyInput{PolicyArn: aws.String(adminARN)}, 5},
		{"attached to users", iam.ListEntitiesForPolicyInput{PolicyArn: aws.String(adminARN), EntityFilter: types.EntityTypeUser}, 1},
		{"boundary", iam.ListEntitiesForPolicyInput{PolicyArn: aws.String(boundary), PolicyUsageFilter: types.PolicyUsageTypePermissionsBoundary}, 2},
		{"boundary as attachment", iam.ListEntitiesForPolicyInput{PolicyArn: aws.String(boundary), PolicyUsageFilter: types.PolicyUsageTypePermissionsPolicy}, 0},
	} {
		if got := count(&c.in); got != c.want {
			t.Errorf("%s: got %d entities, want %d", c.name, got, c.want)
		}
	}
}

func TestIAMEntities(t *testing.T) {
	client := shopIAM(t, awsfake.Options{})
	role, err := client.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("auditrole")}) // names compare without case
	if err != nil || *role.Role.RoleId != "AROAEXAMPLEROLE000001" || !role.Role.RoleLastUsed.LastUsedDate.Equal(*at(50)) {
		t.Errorf("got role %v, %v", role, err)
	}
	user, err := client.GetUser(t.Context(), &iam.GetUserInput{UserName: aws.String("carol")})
	if err != nil || user.User.PermissionsBoundary == nil {
		t.Errorf("got user %v, %v", user, err)
	}
	policy, err := client.GetPolicy(t.Context(), &iam.GetPolicyInput{PolicyArn: aws.String(adminARN)})
	if err != nil || *policy.Policy.DefaultVersionId != "v1" {
		t.Errorf("got policy %v, %v", policy, err)
	}
	version, err := client.GetPolicyVersion(t.Context(), &iam.GetPolicyVersionInput{PolicyArn: aws.String(adminARN), VersionId: aws.String("v1")})
	if err != nil || !version.PolicyVersion.IsDefaultVersion {
		t.Errorf("got version %v, %v", version, err)
	}
}

func TestIAMErrors(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	client := iam.NewFromConfig(f.in(t, shop, "AuditRole"))
	for _, c := range []struct {
		name, code string
		call       func() error
	}{
		{"role that is not there", "NoSuchEntity", func() error {
			_, err := client.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("nobody")})
			return err
		}},
		{"user that is not there", "NoSuchEntity", func() error {
			_, err := client.ListMFADevices(t.Context(), &iam.ListMFADevicesInput{UserName: aws.String("nobody")})
			return err
		}},
		{"policy that is not there", "NoSuchEntity", func() error {
			_, err := client.GetPolicy(t.Context(), &iam.GetPolicyInput{PolicyArn: aws.String(adminARN + "x")})
			return err
		}},
		{"version that is not there", "NoSuchEntity", func() error {
			_, err := client.GetPolicyVersion(t.Context(), &iam.GetPolicyVersionInput{PolicyArn: aws.String(adminARN), VersionId: aws.String("v2")})
			return err
		}},
		{"session has no user", "ValidationError", func() error {
			_, err := client.GetUser(t.Context(), nil)
			return err
		}},
		{"marker of nobody", "ValidationError", func() error {
			_, err := client.ListUsers(t.Context(), &iam.ListUsersInput{Marker: aws.String("x")})
			return err
		}},
		{"page too large", "ValidationError", func() error {
			_, err := client.ListUsers(t.Context(), &iam.ListUsersInput{MaxItems: aws.Int32(1001)})
			return err
		}},
		{"operation that is not simulated", "InvalidAction", func() error {
			_, err := client.ListSSHPublicKeys(t.Context(), nil)
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) { wantCode(t, c.call(), c.code) })
	}
	roles, err := client.ListRoles(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.ListUsers(t.Context(), &iam.ListUsersInput{Marker: roles.Marker})
	wantCode(t, err, "ValidationError") // the marker of another list
}
