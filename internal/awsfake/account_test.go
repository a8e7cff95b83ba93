package awsfake_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	accountapi "github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/account/types"

	"orgaudit/internal/awsfake"
)

func TestListRegions(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{PageSize: 10})
	client := accountapi.NewFromConfig(f.in(t, shop, "AuditRole"))
	for _, c := range []struct {
		status []types.RegionOptStatus
		want   int
	}{
		{nil, 34},
		{[]types.RegionOptStatus{types.RegionOptStatusEnabledByDefault}, 17},
		{[]types.RegionOptStatus{types.RegionOptStatusEnabled, types.RegionOptStatusEnabledByDefault}, 18},
		{[]types.RegionOptStatus{types.RegionOptStatusDisabled}, 16},
	} {
		got, _ := collect(t, accountapi.NewListRegionsPaginator(client, &accountapi.ListRegionsInput{RegionOptStatusContains: c.status}),
			func(o *accountapi.ListRegionsOutput) []types.Region { return o.Regions })
		if len(got) != c.want {
			t.Errorf("status %v: got %d regions, want %d", c.status, len(got), c.want)
		}
		for _, r := range got {
			if c.status != nil && !slices.Contains(c.status, r.RegionOptStatus) {
				t.Errorf("status %v: got %s, which is %s", c.status, *r.RegionName, r.RegionOptStatus)
			}
		}
	}
}

func TestContacts(t *testing.T) {
	f := start(t, newWorld(), awsfake.Options{})
	client := accountapi.NewFromConfig(f.in(t, shop, "AuditRole"))
	out, err := client.GetAlternateContact(t.Context(), &accountapi.GetAlternateContactInput{AlternateContactType: types.AlternateContactTypeSecurity})
	if err != nil || *out.AlternateContact.EmailAddress != "security@example.com" {
		t.Errorf("got %v, %v", out, err)
	}
	_, err = client.GetAlternateContact(t.Context(), &accountapi.GetAlternateContactInput{AlternateContactType: types.AlternateContactTypeBilling})
	wantCode(t, err, "ResourceNotFoundException")
	primary, err := client.GetContactInformation(t.Context(), &accountapi.GetContactInformationInput{})
	if err != nil || *primary.ContactInformation.FullName != "Example Owner" || *primary.ContactInformation.CompanyName != "Example" {
		t.Errorf("got %v, %v", primary, err)
	}
}

func TestContactOfAnotherAccount(t *testing.T) {
	without := newWorld()
	without.Organization.TrustedServices = nil
	trusted := start(t, newWorld(), awsfake.Options{})
	untrusted := start(t, without, awsfake.Options{})
	for _, c := range []struct {
		name    string
		config  aws.Config
		account string
		allowed bool
	}{
		{"management account", trusted.admin(), shop, true},
		{"delegated administrator", trusted.in(t, security, "Admin"), shop, true},
		{"member account", trusted.in(t, sandbox, "Admin"), shop, false},
		{"management account names itself", trusted.admin(), management, false},
		{"outside of the organization", trusted.admin(), "999999999999", false},
		{"no trusted access", untrusted.admin(), shop, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := accountapi.NewFromConfig(c.config).GetAlternateContact(t.Context(), &accountapi.GetAlternateContactInput{
				AlternateContactType: types.AlternateContactTypeSecurity, AccountId: aws.String(c.account),
			})
			if !c.allowed {
				wantCode(t, err, "AccessDeniedException")
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}
