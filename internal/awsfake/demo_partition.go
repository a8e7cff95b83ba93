package awsfake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// moved is the world in another partition, under the same ids: other ARNs and regions, and
// without what the partition does not have. Names of services keep the suffix that most
// have everywhere.
func (w *World) moved(partition string) (*World, error) {
	regions, ok := regionsOf(partition)
	if !ok {
		return nil, fmt.Errorf("make demo world: partition %q is none of aws, aws-us-gov, aws-cn, aws-eusc", partition)
	}
	// The two regions where most stands keep what they have, the others lose it.
	from := []string{"eu-central-1", "eu-west-1"}[:min(2, len(regions.byDefault))]
	to := append([]string{regions.global}, slices.DeleteFunc(slices.Clone(regions.byDefault), func(r string) bool { return r == regions.global })...)
	rootSignsIn := partition == "aws-eusc"
	for i := range w.Accounts {
		a := &w.Accounts[i]
		a.OptInRegions = nil
		a.Analyzers = slices.DeleteFunc(a.Analyzers, func(z Analyzer) bool { return !slices.Contains(from, z.Region) })
		if !rootSignsIn {
			a.Root.Password, a.Root.PasswordLastUsed, a.Root.MFA = false, nil, "none"
		}
		if slices.Contains(regions.lacks, "account") {
			a.Contacts = nil
		}
	}
	w.Partition = partition
	text, err := json.Marshal(w)
	if err != nil {
		return nil, fmt.Errorf("move demo world to %s: %w", partition, err)
	}
	prefix := func(partition string) string { return "arn:" + partition + ":" }
	change := []string{prefix(demoPartition), prefix(partition)}
	commercial, _ := regionsOf(demoPartition)
	for _, name := range commercial.all() {
		at := max(slices.Index(from, name), 0)
		change = append(change, name, to[at])
	}
	moved, err := Load(bytes.NewReader([]byte(strings.NewReplacer(change...).Replace(string(text)))))
	if err != nil {
		return nil, fmt.Errorf("move demo world to %s: %w", partition, err)
	}
	return moved, nil
}
