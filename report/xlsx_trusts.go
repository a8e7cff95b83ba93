package report

import (
	"cmp"
	"slices"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/report/benchmark"
)

// trustSheet is the sheet Trusts.
type trustSheet struct {
	*rowSheet
	names map[string]string // of accounts by id
}

func newTrustSheet(b *workbook, r *Report) (accountSheet, error) {
	names := map[string]string{}
	for i := range r.Accounts {
		names[r.Accounts[i].ID] = r.Accounts[i].Name
	}
	s, err := b.newRowSheet(rowSheet{
		name: "Trusts", paper: paperA3, frozen: 2, none: "No role trusts anybody.",
		lead: b.note("A row for each role and each trustee of its trust policy; service-linked roles are left out. A role whose trust policy could not be understood is not listed here: the sheet Tested items says so."),
		columns: []sheetColumn{
			{title: "Account id", width: 15}, {title: "Account", width: 24, look: wrapped}, {title: "Unit", width: 28, look: wrapped}, {title: "Role", width: 40, look: wrapped},
			{title: "Kind of trustee", width: 16, look: wrapped}, {title: "Trustee", width: 40, look: wrapped},
			{title: "Its account id", width: 15}, {title: "Its account", width: 22, look: wrapped},
			{title: "Where it stands", width: 22, look: wrapped, colours: originColours()}, {title: "In the organization", width: 13},
			{title: "Gets in", width: 9}, {title: "External ID", width: 10}, {title: "MFA", width: 8}, {title: "Source", width: 9}, {title: "Organization", width: 13}, {title: "Network", width: 10},
			{title: "Mitigated by", width: 30, look: wrapped}, {title: "Statement", width: 18, look: wrapped}, {title: "Conditions", width: 44, look: wrapped},
			{title: "Evidence file", width: 20, look: wrapped}, {title: "Evidence pointer", width: 26, look: wrapped},
		},
	})
	return trustSheet{s, names}, err
}

// originColours are those of where a trustee stands.
func originColours() []colour {
	bad, known := func(s workbookStyles) int { return s.bad }, func(s workbookStyles) int { return s.accepted }
	return []colour{
		{string(benchmark.Everyone), bad}, {string(benchmark.OutsideAccount), bad}, {string(benchmark.DeletedPrincipal), bad},
		{string(benchmark.VendorAccount), known}, {string(benchmark.TrustedAccount), known},
	}
}

func (s trustSheet) add(rows *AccountRows) error {
	if rows.Trusts == nil {
		return s.withoutAuthorization(rows)
	}
	a := rows.Account
	for i := range rows.Trusts {
		t := &rows.Trusts[i]
		mitigated := ""
		if m := t.Mitigated; m != nil {
			mitigated = nameOrID(m.PolicyName, m.PolicyID) + " at " + nameOrID(m.NodeName, m.NodeID) + ", " + m.Statement
		}
		err := s.row(a.ID, a.Name, a.Unit, t.Role, string(t.Kind), t.Value, t.Account, s.names[t.Account], string(t.Origin), insideWords(t.Origin),
			!t.NobodyIn, t.ExternalID, t.MFA, t.Source, t.Organization, t.Network, mitigated, t.Statement, t.Conditions, t.Evidence.File, t.Evidence.Pointer)
		if err != nil {
			return err
		}
	}
	return nil
}

// insideWords say whether a trustee is of the organization, where that is a question.
func insideWords(origin benchmark.Origin) string {
	switch {
	case outside(origin):
		return "NO"
	case slices.Contains([]benchmark.Origin{benchmark.SameAccount, benchmark.ManagementAccount, benchmark.OtherAccount}, origin):
		return "yes"
	default:
		return dash
	}
}

// trusteeWords name a trustee that is counted.
func trusteeWords(kind TrusteeKind, id string) string {
	switch kind {
	case TrusteeOrganization:
		return "(accounts of " + id + ")"
	case TrusteeStrangers:
		return "(accounts of another organization)"
	case TrusteeEveryone:
		return "(everyone)"
	default:
		return id
	}
}

// writeTrustMatrix lists which accounts' roles trust which accounts.
func writeTrustMatrix(b *workbook, r *Report) error {
	s, err := b.newRowSheet(rowSheet{
		name: "Trust matrix", paper: paperA4, frozen: 2, none: "No role trusts another account.",
		lead: b.note("A row for each account and each other account that its roles trust. Roles into which nobody gets are in the first two counts alone."),
		columns: []sheetColumn{
			{title: "Trusting account id", width: 15}, {title: "Trusting account", width: 28, look: wrapped},
			{title: "Trusted account id", width: 20, look: wrapped}, {title: "Trusted account", width: 28, look: wrapped},
			{title: "Where it stands", width: 24, look: wrapped, colours: originColours()}, {title: "In the organization", width: 13},
			{title: "Roles", width: 9, look: figures}, {title: "Nobody gets in", width: 11, look: figures},
			{title: "With external ID", width: 11, look: figures}, {title: "With MFA", width: 11, look: figures}, {title: "With organization", width: 12, look: figures},
		},
	})
	if err != nil {
		return err
	}
	if err := s.accountsWithoutAuthorization(r); err != nil {
		return err
	}
	for i := range r.TrustMatrix {
		p := &r.TrustMatrix[i]
		err := s.row(p.Account, p.Name, trusteeWords(p.Kind, p.Trusted), p.TrustedName, string(p.Origin), insideWords(p.Origin),
			p.Roles, p.NobodyIn, p.ExternalID, p.MFA, p.Organization)
		if err != nil {
			return err
		}
	}
	return s.finish()
}

// accountsWithoutAuthorization says of which accounts nothing can be in a list that is made
// from all of them.
func (s *rowSheet) accountsWithoutAuthorization(r *Report) error {
	gaps := map[string]*org.Gap{}
	for i := range r.Gaps {
		g := &r.Gaps[i]
		if g.Section == collect.AuthorizationSection || g.Section == collect.EntrySection && gaps[g.Account] == nil {
			gaps[g.Account] = g
		}
	}
	for i := range r.Accounts {
		a := &r.Accounts[i]
		if a.Roles >= 0 || a.Outcome == Excluded {
			continue
		}
		gap := cmp.Or(gaps[a.ID], &org.Gap{Section: collect.AuthorizationSection, Cause: org.NotCollected})
		if err := s.notRead(a.ID, a.Name, "", gap); err != nil {
			return err
		}
	}
	return nil
}

// writeOutsideAccess lists who comes from outside the organization, and which services.
func writeOutsideAccess(b *workbook, r *Report) error {
	lead := b.note("Whom roles of the organization trust from outside it, and which AWS services. Known are the accounts of known_vendors and trusted_account_ids in the configuration. A role into which nobody gets is in the first three counts alone.",
		"Some services, such as EC2, do not say for whom they act, so that no source can be asked for; the control role-confused-deputy judges those that do.")
	unknown := 0
	for i := range r.Accounts {
		if a := &r.Accounts[i]; a.Roles < 0 && a.Outcome != Excluded {
			unknown++
		}
	}
	if unknown > 0 {
		lead = append(lead, b.note("Not in these counts, since their authorization details are missing: "+counted(unknown, "account", "accounts")+". The sheet Trust matrix names them.")...)
	}
	s, err := b.newRowSheet(rowSheet{
		name: "Outside access", paper: paperA4, frozen: 2, none: "No role trusts anybody outside the organization, or an AWS service.", lead: lead,
		columns: []sheetColumn{
			{title: "Kind", width: 18}, {title: "Account or service", width: 38, look: wrapped}, {title: "Where it stands", width: 24, look: wrapped, colours: originColours()}, {title: "Known", width: 10},
			{title: "Accounts", width: 11, look: figures}, {title: "Roles", width: 9, look: figures}, {title: "Nobody gets in", width: 11, look: figures},
			{title: "Without external ID or source", width: 16, look: figures},
			{title: "With external ID", width: 11, look: figures}, {title: "With MFA", width: 11, look: figures}, {title: "With source", width: 11, look: figures}, {title: "With organization", width: 13, look: figures},
		},
	})
	if err != nil {
		return err
	}
	for i := range r.OutsideAccess {
		o := &r.OutsideAccess[i]
		err := s.row(string(o.Kind), trusteeWords(o.Kind, o.ID), string(o.Origin), knownWords(o.Origin),
			o.Accounts, o.Roles, o.NobodyIn, o.Unguarded(), o.ExternalID, o.MFA, o.Source, o.Organization)
		if err != nil {
			return err
		}
	}
	return s.finish()
}

func knownWords(origin benchmark.Origin) string {
	switch origin {
	case benchmark.VendorAccount, benchmark.TrustedAccount:
		return "yes"
	case benchmark.AWSService:
		return dash
	default:
		return "NO"
	}
}
