package report

import (
	"cmp"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
)

// writeAttachments lists the SCPs and RCPs node by node, nodes without any too.
func writeAttachments(b *workbook, r *Report) error {
	s, err := b.newRowSheet(rowSheet{
		name: "Policy attachments", paper: paperA3, frozen: 2, none: "No SCP or RCP was read, or the organization has none.",
		lead: b.note("Which SCPs and RCPs are attached where: the root, the units and then the accounts, those without a policy too. What binds an account from above stands in the sheet SCPs by account."),
		columns: []sheetColumn{
			{title: "Node id", width: 21}, {title: "Node", width: 28, look: wrapped}, {title: "Unit", width: 38, look: wrapped}, {title: "Kind of node", width: 20, look: wrapped},
			{title: "Type", width: 8}, {title: "Policy id", width: 24, look: wrapped}, {title: "Policy", width: 34, look: wrapped}, {title: "AWS managed", width: 11}, {title: "Attached to nodes", width: 11, look: figures},
			{title: "Evidence file", width: 21, look: wrapped}, {title: "Evidence pointer", width: 26, look: wrapped},
		},
	})
	if err != nil {
		return err
	}
	for i := range r.Gaps {
		if g := &r.Gaps[i]; g.Section == org.SectionTree || g.Section == org.SectionPolicies {
			if err := s.notRead(cmp.Or(g.Account, organizationRow), "", "", g); err != nil {
				return err
			}
		}
	}
	for i := range r.Attachments {
		p := &r.Attachments[i]
		kind := strings.ToLower(strings.ReplaceAll(p.Kind, "_", " "))
		values := []any{p.NodeID, p.NodeName, p.Path, kind, p.Type, p.PolicyID, p.PolicyName, p.AWSManaged, p.Targets, collect.OrganizationFile, p.Pointer}
		if p.PolicyID == "" {
			values[5], values[6], values[7], values[8], values[10] = "(none)", nil, nil, nil, nil
			if p.Off {
				values[5] = "(type is not enabled)"
			}
		}
		if err := s.row(values...); err != nil {
			return err
		}
	}
	return s.finish()
}
