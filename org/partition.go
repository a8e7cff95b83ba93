package org

// Partition is what differs between the partitions of AWS.
type Partition struct {
	Name string
	// Region is where clients go when no region is configured.
	Region string
	// RootSignIn tells whether the root user can sign in to the console, and so have MFA
	// ("Root user", AWS GovCloud (US) User Guide; "Amazon Web Services in China").
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
		{Name: "aws-us-gov", Region: "us-gov-west-1"},
		{Name: "aws-cn", Region: "cn-north-1", RootSignIn: true, AlternateContacts: true},
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
