package org_test

import (
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"orgaudit/org"
)

// TestPartitionOf checks that an unknown partition is taken for one like aws, under its
// own name.
func TestPartitionOf(t *testing.T) {
	for _, p := range org.Partitions() {
		if diff := gocmp.Diff(p, org.PartitionOf(p.Name)); diff != "" {
			t.Errorf("partition %s differs (-want +got):\n%s", p.Name, diff)
		}
	}
	want := org.PartitionOf("aws")
	want.Name = "aws-iso"
	if diff := gocmp.Diff(want, org.PartitionOf("aws-iso")); diff != "" {
		t.Errorf("an unknown partition differs (-want +got):\n%s", diff)
	}
}

// TestActions checks that permissions are sorted and stand once.
func TestActions(t *testing.T) {
	calls := append(org.Calls(), org.Calls()...)
	got := org.Actions(calls)
	if len(got) != len(org.Calls()) || !slices.IsSorted(got) {
		t.Errorf("%d actions %v for %d operations, want one for each, sorted", len(got), got, len(org.Calls()))
	}
}
