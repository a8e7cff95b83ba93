package org

// Partition is what differs between the partitions of AWS.
type Partition struct {
	Name string
	// Region is where clients go when no region is configured, and where IAM, which has one
	// endpoint a partition, counts calls as made.
	Region string
	// Regions are the regions of a partition where every account has the same; none for aws,
	// where accounts switch regions on.
	Regions []string
	// RootSignIn tells whether the root user can sign in to the console, and so have MFA
	// ("AWS Identity and Access Management in AWS GovCloud (US)", AWS GovCloud (US) User
	// Guide). "Amazon Identity and Access Management", Amazon Web Services in China, knows no
	// root user; what an account's summary says of one is judged there all the same.
	RootSignIn bool
	// HardwareMFA tells whether hardware MFA is judged for the root user there.
	HardwareMFA bool
	// AlternateContacts tells whether account:GetAlternateContact exists.
	AlternateContacts bool
}

// Partitions are the partitions that are known; an unknown one is taken for one like aws.
func Partitions() []Partition {
	return []Partition{
		{Name: "aws", Region: "us-east-1", RootSignIn: true, HardwareMFA: true, AlternateContacts: true},
		{Name: "aws-us-gov", Region: "us-gov-west-1", Regions: []string{"us-gov-east-1", "us-gov-west-1"}},
		{Name: "aws-cn", Region: "cn-north-1", Regions: []string{"cn-north-1", "cn-northwest-1"}, RootSignIn: true, AlternateContacts: true},
		// The AWS European Sovereign Cloud.
		{Name: "aws-eusc", Region: "eusc-de-east-1", Regions: []string{"eusc-de-east-1"}, RootSignIn: true, AlternateContacts: true},
	}
}

// PartitionOf returns what is known of a partition.
func PartitionOf(name string) Partition {
	for _, p := range Partitions() {
		if p.Name == name {
			return p
		}
	}
	p := Partitions()[0]
	p.Name = name
	return p
}
