package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
)

// analyzerListSheet is the sheet Analyzers: those of the organization first, then those that
// accounts have of their own.
type analyzerListSheet struct{ *rowSheet }

func newAnalyzerListSheet(b *workbook, r *Report) (accountSheet, error) {
	s, err := b.newRowSheet(rowSheet{
		name: "Analyzers", paper: paperA3, frozen: 2, none: "IAM Access Analyzer has no analyzer that was read.",
		lead: b.note("The analyzers of IAM Access Analyzer: those of the organization by the account that holds them, then those of the accounts. Findings are the active and the archived ones; resolved ones are not read."),
		columns: []sheetColumn{
			{title: "Account id", width: 14}, {title: "Account", width: 24, look: wrapped}, {title: "Unit", width: 26, look: wrapped}, {title: "Analyzer", width: 28, look: wrapped}, {title: "ARN", width: 48, look: wrapped},
			{title: "Type", width: 30, look: wrapped}, {title: "Status", width: 11, colours: analyzerColours()}, {title: "Region", width: 15}, {title: "Covers", width: 17},
			{title: "Active findings", width: 12, look: figures}, {title: "Archived findings", width: 13, look: figures}, {title: "Archive rules", width: 11, look: figures}, {title: "Rules and their filters", width: 44, look: wrapped},
			{title: "Evidence file", width: 24, look: wrapped}, {title: "Evidence pointer", width: 32, look: wrapped},
		},
	})
	if err != nil {
		return nil, err
	}
	a := analyzerListSheet{s}
	return a, a.organization(r)
}

func analyzerColours() []colour {
	return []colour{
		{collect.AnalyzerActive, func(s workbookStyles) int { return s.good }},
		{"DISABLED", func(s workbookStyles) int { return s.bad }},
		{"FAILED", func(s workbookStyles) int { return s.bad }},
		{"CREATING", func(s workbookStyles) int { return s.accepted }},
	}
}

// organization writes the organization's analyzers, and what of them could not be read.
func (s analyzerListSheet) organization(r *Report) error {
	if err := s.organizationGaps(r); err != nil {
		return err
	}
	accounts := map[string]*Account{}
	for i := range r.Accounts {
		accounts[r.Accounts[i].ID] = &r.Accounts[i]
	}
	for i := range r.OrganizationAnalyzers {
		o := &r.OrganizationAnalyzers[i]
		holder := accounts[o.AccountID]
		if holder == nil {
			holder = &Account{}
			holder.ID = o.AccountID
		}
		err := s.analyzer(holder, &o.Analyzer, o.Region, "the organization", o.Active, o.Archived, collect.AnalyzersFile, o.Pointer)
		if err != nil {
			return err
		}
	}
	return nil
}

// organizationGaps say which of the organization's analyzers could not be read.
func (s *rowSheet) organizationGaps(r *Report) error {
	for i := range r.Gaps {
		if g := &r.Gaps[i]; g.Section == collect.OrganizationAnalyzersSection && g.Cause != org.RegionNotEnabled {
			if err := s.notRead(cmp.Or(g.Account, organizationRow), "", "", g); err != nil {
				return err
			}
		}
	}
	return nil
}

// add writes the analyzers that an account has of its own.
func (s analyzerListSheet) add(rows *AccountRows) error {
	a := rows.Account
	if err := s.analyzerGaps(rows); err != nil {
		return err
	}
	if rows.Evidence == nil {
		return nil
	}
	for i, region := range rows.Evidence.Analyzers {
		for j := range region.Analyzers {
			active, archived := 0, 0
			for k := range region.Analyzers[j].Findings {
				active, archived = addFinding(&region.Analyzers[j].Findings[k], active, archived)
			}
			err := s.analyzer(a, &region.Analyzers[j], region.Region, "the account", active, archived,
				a.EvidenceFile, fmt.Sprintf("/access_analyzer/%d/analyzers/%d", i, j))
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// analyzerGaps say which of an account's analyzers could not be read.
func (s *rowSheet) analyzerGaps(rows *AccountRows) error {
	a := rows.Account
	if rows.Evidence == nil {
		if a.Outcome == Excluded {
			return nil
		}
		return s.notRead(a.ID, a.Name, a.Unit, &org.Gap{Section: collect.AnalyzersSection, Cause: org.NotCollected})
	}
	for i := range rows.Evidence.Gaps {
		g := &rows.Evidence.Gaps[i]
		hides := g.Section == collect.AnalyzersSection || g.Section == collect.EntrySection
		if !hides || g.Cause == org.RegionNotEnabled {
			continue
		}
		if err := s.notRead(a.ID, a.Name, a.Unit, g); err != nil {
			return err
		}
	}
	return nil
}

func (s analyzerListSheet) analyzer(a *Account, n *collect.Analyzer, region, covers string, active, archived int, file, pointer string) error {
	return s.row(a.ID, a.Name, a.Unit, n.Name, n.ARN, n.Type, n.Status, region, covers, active, archived,
		len(n.ArchiveRules), ruleWords(n.ArchiveRules), file, pointer)
}

// ruleWords name archive rules with their filters, a line each.
func ruleWords(rules []collect.ArchiveRule) string {
	return firstNames(len(rules), func(i int) string {
		var filters []string
		for property, values := range rules[i].Filter {
			filters = append(filters, property+" "+strings.Join(values, ", "))
		}
		slices.Sort(filters)
		return rules[i].Name + ": " + strings.Join(filters, "; ")
	})
}
