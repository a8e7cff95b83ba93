package awsfake

import "slices"

// regionTable holds the regions of one partition, as the document "Enable or
// disable AWS Regions in your account" of the Account Management guide divides
// them.
type regionTable struct {
	global    string   // where IAM, which has one endpoint, counts requests as made
	home      string   // the same for Organizations and Account Management
	suffix    string   // DNS suffix of the endpoints
	iam       string   // host of IAM
	lacks     []string // services that the partition does not have
	byDefault []string // enabled in every account, cannot be disabled
	optIn     []string // disabled until the account enables them
}

// regionsOf returns the regions of a partition, and false for an unknown one.
func regionsOf(partition string) (regionTable, bool) {
	switch partition {
	case "aws":
		return regionTable{
			global: "us-east-1", home: "us-east-1", suffix: "amazonaws.com", iam: "iam.amazonaws.com",
			byDefault: []string{
				"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
				"ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1",
				"eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1",
				"us-east-1", "us-east-2", "us-west-1", "us-west-2",
			},
			optIn: []string{
				"af-south-1", "ap-east-1", "ap-east-2", "ap-south-2",
				"ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6",
				"ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1",
				"eu-south-2", "il-central-1", "me-central-1", "me-south-1", "mx-central-1",
			},
		}, true
	case "aws-us-gov":
		// The SDKs' lists of endpoints have none of Account Management there.
		return regionTable{
			global: "us-gov-west-1", home: "us-gov-west-1", suffix: "amazonaws.com", iam: "iam.us-gov.amazonaws.com",
			lacks: []string{"account"}, byDefault: []string{"us-gov-east-1", "us-gov-west-1"},
		}, true
	case "aws-cn":
		// "Region support for AWS Organizations", AWS Organizations User Guide.
		return regionTable{
			global: "cn-north-1", home: "cn-northwest-1", suffix: "amazonaws.com.cn", iam: "iam.cn-north-1.amazonaws.com.cn",
			byDefault: []string{"cn-north-1", "cn-northwest-1"},
		}, true
	case "aws-eusc":
		return regionTable{
			global: "eusc-de-east-1", home: "eusc-de-east-1", suffix: "amazonaws.eu", iam: "iam.eusc-de-east-1.amazonaws.eu",
			byDefault: []string{"eusc-de-east-1"},
		}, true
	}
	return regionTable{}, false
}

// Values of RegionOptStatus that the server answers. ENABLING and DISABLING
// pass in minutes and are left out.
const (
	regionEnabled   = "ENABLED"
	regionDisabled  = "DISABLED"
	regionByDefault = "ENABLED_BY_DEFAULT"
)

// status tells how a region stands for an account; it is empty for a name that
// is no region of the partition.
func (t regionTable) status(a *Account, region string) string {
	switch {
	case slices.Contains(t.byDefault, region):
		return regionByDefault
	case !slices.Contains(t.optIn, region):
		return ""
	case slices.Contains(a.OptInRegions, region):
		return regionEnabled
	}
	return regionDisabled
}

// enabled tells whether the account may call regional services in the region.
func (t regionTable) enabled(a *Account, region string) bool {
	s := t.status(a, region)
	return s == regionByDefault || s == regionEnabled
}

// all returns every region of the partition by name.
func (t regionTable) all() []string {
	names := slices.Concat(t.byDefault, t.optIn)
	slices.Sort(names)
	return names
}
