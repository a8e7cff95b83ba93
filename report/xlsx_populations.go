package report

import (
	"cmp"

	"orgaudit/collect"
	"orgaudit/org"
)

// credentialSheet is the sheet Credential report: a row a user.
type credentialSheet struct{ *rowSheet }

func newCredentialSheet(b *workbook, _ *Report) (accountSheet, error) {
	columns := []sheetColumn{
		{title: "Account id", width: 15}, {title: "Account", width: 24, look: wrapped}, {title: "User", width: 26, look: wrapped}, {title: "ARN", width: 34, look: wrapped},
		{title: "Report generated (UTC)", width: 19}, {title: "Report line", width: 9, look: figures}, {title: "Created (UTC)", width: 19},
		{title: "Password enabled", width: 13}, {title: "Password last used (UTC)", width: 19}, {title: "Password last changed (UTC)", width: 19},
		{title: "Password next rotation (UTC)", width: 19}, {title: "MFA active", width: 10},
	}
	for _, key := range []string{"Key 1", "Key 2"} {
		columns = append(columns,
			sheetColumn{title: key + " active", width: 10}, sheetColumn{title: key + " last rotated (UTC)", width: 19}, sheetColumn{title: key + " last used (UTC)", width: 19},
			sheetColumn{title: key + " last used region", width: 14}, sheetColumn{title: key + " last used service", width: 14})
	}
	for _, certificate := range []string{"Certificate 1", "Certificate 2"} {
		columns = append(columns, sheetColumn{title: certificate + " active", width: 13}, sheetColumn{title: certificate + " last rotated (UTC)", width: 19})
	}
	columns = append(columns, sheetColumn{title: "Evidence file", width: 21, look: wrapped}, sheetColumn{title: "Evidence pointer", width: 24, look: wrapped})
	s, err := b.newRowSheet(rowSheet{name: "Credential report", paper: paperA3, frozen: 3, none: "No credential report was read.", columns: columns})
	return credentialSheet{s}, err
}

// add writes every user of an account, the root user included. An account
// without a report has a row that says so: no users and no report must not look alike.
func (s credentialSheet) add(rows *AccountRows) error {
	a := rows.Account
	if rows.Credentials == nil {
		values := make([]any, len(s.columns))
		values[0], values[1], values[2] = a.ID, a.Name, "(no credential report: "+sheetOutcome(a.Outcome)+")"
		return s.row(values...)
	}
	for i := range rows.Credentials {
		c := &rows.Credentials[i]
		values := []any{a.ID, a.Name, c.User, c.ARN, rows.CredentialsGenerated, c.Line, c.Created,
			c.PasswordEnabled, c.PasswordLastUsed, c.PasswordLastChanged, c.PasswordNextRotation, c.MFAActive}
		for _, k := range c.Keys {
			values = append(values, k.Active, k.LastRotated, k.LastUsed, k.LastUsedRegion, k.LastUsedService)
		}
		for _, k := range c.Certificates {
			values = append(values, k.Active, k.LastRotated)
		}
		if err := s.row(append(values, a.EvidenceFile, linePointer(c))...); err != nil {
			return err
		}
	}
	return nil
}

// writePolicies lists the policies that bind each account, node by node.
func writePolicies(b *workbook, r *Report) error {
	s, err := b.newRowSheet(rowSheet{
		name: "SCPs by account", paper: paperA4, frozen: 2, none: "No SCP or RCP was read, or the organization has none.",
		columns: []sheetColumn{
			{title: "Account id", width: 15}, {title: "Account", width: 28, look: wrapped}, {title: "Unit", width: 28, look: wrapped},
			{title: "Type", width: 9}, {title: "Level", width: 9, look: figures}, {title: "Node id", width: 20}, {title: "Node", width: 24, look: wrapped}, {title: "Kind of node", width: 22},
			{title: "Policy id", width: 22}, {title: "Policy", width: 28, look: wrapped}, {title: "AWS managed", width: 12}, {title: "Binds the account", width: 12},
			{title: "Evidence file", width: 21, look: wrapped},
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
	if r.EachPolicy != nil {
		err := r.EachPolicy(func(p *BindingPolicy) error {
			return s.row(p.AccountID, p.AccountName, p.Unit, p.Type, p.Level, p.NodeID, p.NodeName, p.Kind, p.PolicyID, p.PolicyName, p.AWSManaged, p.Binds, collect.OrganizationFile)
		})
		if err != nil {
			return err
		}
	}
	return s.finish()
}

// analyzerSheet is the sheet Access Analyzer findings.
type analyzerSheet struct{ *rowSheet }

func newAnalyzerSheet(b *workbook, r *Report) (accountSheet, error) {
	s, err := b.newRowSheet(rowSheet{
		name: "Access Analyzer findings", paper: paperA3, frozen: 2, none: "IAM Access Analyzer has no finding that was read.",
		columns: []sheetColumn{
			{title: "Account id", width: 15}, {title: "Account", width: 28, look: wrapped}, {title: "Unit", width: 28, look: wrapped},
			{title: "Finding id", width: 37, look: wrapped}, {title: "Type", width: 20}, {title: "Status", width: 11},
			{title: "Resource", width: 44, look: wrapped}, {title: "Resource type", width: 22, look: wrapped}, {title: "Region", width: 15},
			{title: "Resource owner account", width: 15}, {title: "Analyzer", width: 44, look: wrapped},
			{title: "Created (UTC)", width: 19}, {title: "Updated (UTC)", width: 19}, {title: "Analyzed (UTC)", width: 19},
			{title: "Evidence file", width: 21, look: wrapped},
		},
	})
	if err != nil {
		return nil, err
	}
	return analyzerSheet{s}, s.organizationGaps(r)
}

// notRead writes a row that says what is missing from a list: what is incomplete must not
// look like all that there is.
func (s *rowSheet) notRead(account, name, unit string, g *org.Gap) error {
	values := make([]any, len(s.columns))
	values[0], values[1], values[2], values[3] = account, name, unit, "(not read: "+gapWords(g)+")"
	return s.row(values...)
}

// add writes the findings about an account.
func (s analyzerSheet) add(rows *AccountRows) error {
	a := rows.Account
	if err := s.analyzerGaps(rows); err != nil {
		return err
	}
	for i := range rows.Findings {
		f := &rows.Findings[i]
		if err := s.row(analyzerRow(a, f)...); err != nil {
			return err
		}
	}
	return nil
}

func analyzerRow(a *Account, f *collect.AnalyzerFinding) []any {
	return []any{a.ID, a.Name, a.Unit, f.ID, f.Type, f.Status, f.Resource, f.ResourceType, f.Region, f.Account, f.Analyzer, f.Created, f.Updated, f.Analyzed, a.EvidenceFile}
}
