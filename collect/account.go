package collect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/account/types"

	"orgaudit/org"
)

func contactsCollector() Collector {
	return Collector{
		Section:    ContactsSection,
		Calls:      []org.Call{{Service: "Account", Operation: "GetAlternateContact", Action: "account:GetAlternateContact"}},
		Parameters: "AlternateContactType BILLING, OPERATIONS, SECURITY",
		Records:    "alternate contacts that are set",
		Expect:     map[string]Expected{"GetAlternateContact": {Calls: 3}},
		Read: func(ctx context.Context, v *Visit) (int, error) {
			client := account.NewFromConfig(v.config)
			for _, kind := range []types.AlternateContactType{
				types.AlternateContactTypeBilling, types.AlternateContactTypeOperations, types.AlternateContactTypeSecurity,
			} {
				out, err := client.GetAlternateContact(ctx, &account.GetAlternateContactInput{AlternateContactType: kind})
				// The account API's word for "no such contact is set".
				if org.ErrorCode(err) == "ResourceNotFoundException" {
					continue
				}
				if err != nil {
					return 0, fmt.Errorf("read the alternate contact of type %s: %w", kind, err)
				}
				if out.AlternateContact == nil {
					return 0, &org.MalformedError{Err: fmt.Errorf("read the alternate contact of type %s: the answer holds none", kind)}
				}
				c := out.AlternateContact
				v.Evidence.Contacts = append(v.Evidence.Contacts, AlternateContact{
					Type: string(kind), Name: aws.ToString(c.Name), Title: aws.ToString(c.Title),
					Email: aws.ToString(c.EmailAddress), Phone: aws.ToString(c.PhoneNumber),
				})
			}
			return len(v.Evidence.Contacts), nil
		},
	}
}

func primaryContactCollector() Collector {
	return Collector{
		Section: PrimaryContactSection,
		Calls:   []org.Call{{Service: "Account", Operation: "GetContactInformation", Action: "account:GetContactInformation"}},
		Records: "primary contact",
		Read: func(ctx context.Context, v *Visit) (int, error) {
			out, err := account.NewFromConfig(v.config).GetContactInformation(ctx, &account.GetContactInformationInput{})
			if err != nil {
				return 0, fmt.Errorf("read the primary contact: %w", err)
			}
			c := out.ContactInformation
			if c == nil {
				return 0, &org.MalformedError{Err: errors.New("read the primary contact: the answer holds none")}
			}
			v.Evidence.PrimaryContact = &PrimaryContact{
				FullName: aws.ToString(c.FullName), Company: aws.ToString(c.CompanyName),
				Country: aws.ToString(c.CountryCode), Phone: aws.ToString(c.PhoneNumber),
			}
			return 1, nil
		},
	}
}

func regionsCollector() Collector {
	return Collector{
		Section:    RegionsSection,
		Calls:      []org.Call{{Service: "Account", Operation: "ListRegions", Action: "account:ListRegions"}},
		Parameters: "RegionOptStatusContains ENABLED, ENABLED_BY_DEFAULT; not asked where the configuration names the regions",
		Records:    "regions",
		Read: func(ctx context.Context, v *Visit) (int, error) {
			regions, err := listRegions(ctx, v.config, v.run.Regions, v.run.Organization.Partition)
			v.Evidence.Regions = regions
			return len(regions), err
		},
	}
}

// regionConfigured is the status of a region that the configuration names: whether it is
// enabled is not known.
const regionConfigured = "configured"

// regionOfPartition is the status of a region that is known from its partition alone.
const regionOfPartition = "of_partition"

// listRegions returns the regions that are enabled for the account of cfg, or those that
// are configured, where there are any. A partition without Account Management, such as AWS
// GovCloud (US), gives every account all its regions.
func listRegions(ctx context.Context, cfg aws.Config, configured []string, partition string) ([]Region, error) {
	var regions []Region
	for _, name := range configured {
		regions = append(regions, Region{Name: name, Status: regionConfigured})
	}
	if len(configured) == 0 {
		pages := account.NewListRegionsPaginator(account.NewFromConfig(cfg), &account.ListRegionsInput{
			RegionOptStatusContains: []types.RegionOptStatus{types.RegionOptStatusEnabled, types.RegionOptStatusEnabledByDefault},
		})
		for page, err := range org.Pages(ctx, pages) {
			if err != nil {
				if all := regionsOf(partition); len(all) > 0 && org.CauseOf(err) == org.NotSupported {
					return all, nil
				}
				return nil, fmt.Errorf("list the account's regions: %w", err)
			}
			for _, r := range page.Regions {
				regions = append(regions, Region{Name: aws.ToString(r.RegionName), Status: string(r.RegionOptStatus)})
			}
		}
	}
	if len(regions) == 0 {
		// Some are on by default and cannot be turned off.
		return nil, &org.MalformedError{Err: errors.New("list the account's regions: the answer holds none")}
	}
	slices.SortFunc(regions, func(a, b Region) int { return strings.Compare(a.Name, b.Name) })
	return regions, nil
}

// regionsOf returns the regions of a partition where every account has the same.
func regionsOf(partition string) []Region {
	var regions []Region
	for _, name := range org.PartitionOf(partition).Regions {
		regions = append(regions, Region{Name: name, Status: regionOfPartition})
	}
	return regions
}
