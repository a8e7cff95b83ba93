package report

import "cmp"

// ownPolicySheet is the sheet Policies: what the accounts themselves have written.
type ownPolicySheet struct{ *rowSheet }

func newOwnPolicySheet(b *workbook, _ *Report) (accountSheet, error) {
	s, err := b.newRowSheet(rowSheet{
		name: "Policies", paper: paperA3, frozen: 2, none: "No account has a policy of its own.",
		lead: b.note("The customer-managed and inline policies of the accounts, attached or not; those that AWS writes, and the inline policies of service-linked roles, are left out. Attachments are AWS's own figures."),
		columns: []sheetColumn{
			{title: "Account id", width: 14}, {title: "Account", width: 22, look: wrapped}, {title: "Unit", width: 24, look: wrapped}, {title: "Policy", width: 30, look: wrapped}, {title: "Kind", width: 17},
			{title: "ARN, or whose it is", width: 44, look: wrapped},
			{title: "Attachments", width: 15, look: figures}, {title: "As boundary", width: 13, look: figures}, {title: "Default version", width: 12}, {title: "Versions kept", width: 12, look: figures},
			{title: "Statements", width: 11, look: figures}, {title: "Full administrator", width: 14, look: wrapped, colours: administratorColours()},
			{title: "Created (UTC)", width: 19}, {title: "Updated (UTC)", width: 19},
			{title: "Evidence file", width: 21, look: wrapped}, {title: "Evidence pointer", width: 30, look: wrapped},
		},
	})
	return ownPolicySheet{s}, err
}

// administratorColours are those of whether a policy grants everything.
func administratorColours() []colour {
	return []colour{
		{"YES", func(s workbookStyles) int { return s.bad }},
		{notKnown, func(s workbookStyles) int { return s.unknown }},
	}
}

func (s ownPolicySheet) add(rows *AccountRows) error {
	if rows.OwnPolicies == nil {
		return s.withoutAuthorization(rows)
	}
	a := rows.Account
	for i := range rows.OwnPolicies {
		p := &rows.OwnPolicies[i]
		values := []any{a.ID, a.Name, a.Unit, p.Name, "inline", cmp.Or(p.ARN, p.Holder), countOrDash(-1), countOrDash(-1), dash, countOrDash(-1), p.Statements, "no", nil, nil, p.Evidence.File, p.Evidence.Pointer}
		if m := p.Managed; m != nil {
			values[4] = "customer-managed"
			values[6], values[7], values[8], values[9] = int(m.Attachments), int(m.BoundaryUses), m.Default, len(m.Versions)
			values[12], values[13] = m.Created, m.Updated
		}
		switch {
		case p.Gap != nil:
			values[10], values[11] = notKnown, notKnown+": "+p.Gap.Message
		case p.FullAdministrator:
			values[11] = "YES"
		}
		if err := s.row(values...); err != nil {
			return err
		}
	}
	return nil
}
