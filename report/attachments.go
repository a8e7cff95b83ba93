package report

import (
	"fmt"
	"slices"

	"orgaudit/org"
)

// PolicyAttachment is one policy that is attached to one node, or a node without any of that type.
type PolicyAttachment struct {
	NodeID, NodeName, Kind string
	// Path is the readable path of the unit, or of the unit that holds the account.
	Path string
	Type string // SCP or RCP
	// Off tells that the type is not enabled on the root, so that nothing of it binds anybody.
	Off bool
	// PolicyID is empty where nothing of the type is attached.
	PolicyID, PolicyName string
	AWSManaged           bool
	// Targets counts the nodes that the policy is attached to.
	Targets int
	// Pointer is the place of the attachment in the evidence, in organization.json.
	Pointer string
}

// attachments lists the SCPs and RCPs of every node: the root and the units, parents before
// children, and then the accounts. It is empty where the policies could not be read.
func (b *builder) attachments() []PolicyAttachment {
	if _, missing := b.org.Missing(org.SectionPolicies); missing {
		return nil
	}
	type target struct{ policy, target int }
	at := map[string][]target{}
	for i := range b.org.Policies {
		for j := range b.org.Policies[i].Targets {
			id := b.org.Policies[i].Targets[j].ID
			at[id] = append(at[id], target{i, j})
		}
	}
	kinds := []struct{ name, short string }{{org.ServiceControlPolicy, "SCP"}, {org.ResourceControlPolicy, "RCP"}}
	var list []PolicyAttachment
	add := func(node PolicyAttachment) {
		for _, kind := range kinds {
			row := node
			row.Type, row.Off = kind.short, !slices.Contains(b.org.PolicyTypes, kind.name)
			found := false
			for _, t := range at[node.NodeID] {
				p := &b.org.Policies[t.policy]
				if p.Type != kind.name {
					continue
				}
				found = true
				row.PolicyID, row.PolicyName, row.AWSManaged, row.Targets = p.ID, p.Name, p.AWSManaged, len(p.Targets)
				row.Pointer = fmt.Sprintf("/policies/%d/targets/%d", t.policy, t.target)
				list = append(list, row)
			}
			if !found {
				list = append(list, row)
			}
		}
	}
	if _, missing := b.org.Missing(org.SectionTree); !missing {
		b.org.EachUnit(func(u *org.Unit, path []string) {
			node := PolicyAttachment{NodeID: u.ID, NodeName: u.Name, Kind: org.KindUnit, Path: b.paths[u.ID]}
			if len(path) == 1 {
				node.Kind = org.KindRoot
			}
			add(node)
		})
	}
	for i := range b.org.Accounts {
		a := &b.org.Accounts[i]
		node := PolicyAttachment{NodeID: a.ID, NodeName: a.Name, Kind: org.KindAccount, Path: "(place unknown)"}
		if len(a.Path) > 0 {
			node.Path = b.paths[a.Path[len(a.Path)-1]]
		}
		add(node)
	}
	return list
}
