package report

import (
	"cmp"

	"orgaudit/collect"
	"orgaudit/org"
)

// streamedSheets are the sheets that are filled in one pass over the accounts.
type streamedSheets struct {
	results     *matrixSheet
	guardrails  *guardrailSheets
	findings    *findingsSheet
	credentials *rowSheet
	privileged  *rowSheet
	trusts      *rowSheet
	analyzer    *rowSheet
	changes     *changesSheet
	names       map[string]string // of accounts by id
}

// newStreamedSheets begins the sheets in their order. Some stand among them that are filled
// at once.
func newStreamedSheets(b *workbook, r *Report) (s streamedSheets, err error) {
	if s.results, err = newMatrixSheet(b, r); err != nil {
		return s, err
	}
	if s.guardrails, err = newGuardrailSheets(b, r); err != nil {
		return s, err
	}
	if s.findings, err = newFindingsSheet(b, r); err != nil {
		return s, err
	}
	if s.credentials, err = b.newRowSheet(credentialSheet()); err != nil {
		return s, err
	}
	if s.privileged, err = b.newRowSheet(privilegedSheet(b)); err != nil {
		return s, err
	}
	if s.trusts, err = b.newRowSheet(trustSheet(b)); err != nil {
		return s, err
	}
	s.names = map[string]string{}
	for i := range r.Accounts {
		s.names[r.Accounts[i].ID] = r.Accounts[i].Name
	}
	for _, write := range []func(*workbook, *Report) error{writeTrustMatrix, writeOutsideAccess, writePolicies} {
		if err := write(b, r); err != nil {
			return s, err
		}
	}
	if s.analyzer, err = b.newRowSheet(analyzerSheet()); err != nil {
		return s, err
	}
	for i := range r.Gaps {
		if g := &r.Gaps[i]; g.Section == collect.OrganizationAnalyzersSection && g.Cause != org.RegionNotEnabled {
			if err := s.analyzer.notRead(cmp.Or(g.Account, organizationRow), "", "", g); err != nil {
				return s, err
			}
		}
	}
	s.changes, err = newChangesSheet(b, r)
	return s, err
}

// add writes the rows of one account to all sheets.
func (s *streamedSheets) add(rows *AccountRows) error {
	for _, add := range []func(*AccountRows) error{s.results.add, s.guardrails.add, s.findings.add, s.addCredentials, s.addPrivileged, s.addTrusts, s.addAnalyzerFindings, s.changes.add} {
		if err := add(rows); err != nil {
			return err
		}
	}
	return nil
}

func (s *streamedSheets) finish() error {
	for _, sheet := range []*rowSheet{s.results.rowSheet, s.findings.rowSheet, s.credentials, s.privileged, s.trusts, s.analyzer, s.changes.rowSheet} {
		if err := sheet.finish(); err != nil {
			return err
		}
	}
	return s.guardrails.finish()
}

func credentialSheet() rowSheet {
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
	return rowSheet{name: "Credential report", paper: paperA3, frozen: 3, none: "No credential report was read.", columns: columns}
}

// addCredentials writes every user of an account, the root user included. An account
// without a report has a row that says so: no users and no report must not look alike.
func (s *streamedSheets) addCredentials(rows *AccountRows) error {
	a := rows.Account
	if rows.Credentials == nil {
		values := make([]any, len(s.credentials.columns))
		values[0], values[1], values[2] = a.ID, a.Name, "(no credential report: "+sheetOutcome(a.Outcome)+")"
		return s.credentials.row(values...)
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
		if err := s.credentials.row(values...); err != nil {
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
	for i := range r.Policies {
		p := &r.Policies[i]
		err := s.row(p.AccountID, p.AccountName, p.Unit, p.Type, p.Level, p.NodeID, p.NodeName, p.Kind, p.PolicyID, p.PolicyName, p.AWSManaged, p.Binds)
		if err != nil {
			return err
		}
	}
	return s.finish()
}

func analyzerSheet() rowSheet {
	return rowSheet{
		name: "Access Analyzer findings", paper: paperA3, frozen: 2, none: "IAM Access Analyzer has no finding that was read.",
		columns: []sheetColumn{
			{title: "Account id", width: 15}, {title: "Account", width: 28, look: wrapped}, {title: "Unit", width: 28, look: wrapped},
			{title: "Finding id", width: 37, look: wrapped}, {title: "Type", width: 20}, {title: "Status", width: 11},
			{title: "Resource", width: 44, look: wrapped}, {title: "Resource type", width: 22, look: wrapped}, {title: "Region", width: 15},
			{title: "Resource owner account", width: 15}, {title: "Analyzer", width: 44, look: wrapped},
			{title: "Created (UTC)", width: 19}, {title: "Updated (UTC)", width: 19}, {title: "Analyzed (UTC)", width: 19},
		},
	}
}

// notRead writes a row that says what is missing from a list: what is incomplete must not
// look like all that there is.
func (s *rowSheet) notRead(account, name, unit string, g *org.Gap) error {
	values := make([]any, len(s.columns))
	values[0], values[1], values[2], values[3] = account, name, unit, "(not read: "+gapWords(g)+")"
	return s.row(values...)
}

func (s *streamedSheets) addAnalyzerFindings(rows *AccountRows) error {
	a := rows.Account
	if rows.Evidence == nil && a.Outcome != Excluded {
		if err := s.analyzer.notRead(a.ID, a.Name, a.Unit, &org.Gap{Section: collect.AnalyzersSection, Cause: org.NotCollected}); err != nil {
			return err
		}
	}
	if rows.Evidence != nil {
		for i := range rows.Evidence.Gaps {
			g := &rows.Evidence.Gaps[i]
			hides := g.Section == collect.AnalyzersSection || g.Section == collect.EntrySection
			if !hides || g.Cause == org.RegionNotEnabled {
				continue
			}
			if err := s.analyzer.notRead(a.ID, a.Name, a.Unit, g); err != nil {
				return err
			}
		}
	}
	for i := range rows.Findings {
		f := &rows.Findings[i]
		if err := s.analyzer.row(analyzerRow(a, f)...); err != nil {
			return err
		}
	}
	return nil
}

func analyzerRow(a *Account, f *collect.AnalyzerFinding) []any {
	return []any{a.ID, a.Name, a.Unit, f.ID, f.Type, f.Status, f.Resource, f.ResourceType, f.Region, f.Account, f.Analyzer, f.Created, f.Updated, f.Analyzed}
}
