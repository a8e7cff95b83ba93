package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"orgaudit/collect"
	"orgaudit/org"
	"orgaudit/org/policy"
	"orgaudit/report/benchmark"
)

// assumerColumns are the columns of who can assume a role, with the origins that each holds.
func assumerColumns() []assumerColumn {
	return []assumerColumn{
		{"Same account", []benchmark.Origin{benchmark.SameAccount}},
		{"Other accounts", []benchmark.Origin{benchmark.ManagementAccount, benchmark.OtherAccount}},
		{"Outside", []benchmark.Origin{benchmark.TrustedAccount, benchmark.VendorAccount, benchmark.OutsideAccount}},
		{"Services", []benchmark.Origin{benchmark.AWSService}},
		{"Federated", []benchmark.Origin{benchmark.FederatedIdentity}},
		{"Everyone", []benchmark.Origin{benchmark.Everyone}},
	}
}

type assumerColumn struct {
	title   string
	origins []benchmark.Origin
}

// privilegedSheet is the sheet Privileged principals.
type privilegedSheet struct{ *rowSheet }

func newPrivilegedSheet(b *workbook, _ *Report) (accountSheet, error) {
	columns := []sheetColumn{
		{title: "Account id", width: 15}, {title: "Account", width: 24, look: wrapped}, {title: "Unit", width: 24, look: wrapped},
		{title: "Kind", width: 7}, {title: "Name", width: 24, look: wrapped}, {title: "ARN", width: 32, look: wrapped},
		{title: "Why", width: 22, look: wrapped, colours: privilegeColours()}, {title: "Conditional", width: 12},
		{title: "By which statement, or in which ways", width: 48, look: wrapped}, {title: "Not known", width: 20, look: wrapped},
		{title: "Actions by access level", width: 24, look: wrapped}, {title: "Services in full", width: 22, look: wrapped},
		{title: "Password", width: 11}, {title: "MFA", width: 8}, {title: "Active keys", width: 9, look: figures}, {title: "Last used (UTC)", width: 19}, {title: "Permissions boundary", width: 24, look: wrapped},
	}
	for _, c := range assumerColumns() {
		columns = append(columns, sheetColumn{title: "Assumable: " + strings.ToLower(c.title), width: 19, look: wrapped})
	}
	columns = append(columns, sheetColumn{title: "Evidence file", width: 20, look: wrapped}, sheetColumn{title: "Evidence pointer", width: 24, look: wrapped})
	s, err := b.newRowSheet(rowSheet{
		name: "Privileged principals", paper: paperA3, frozen: 2, none: "No privileged principal was found.", columns: columns,
		lead: b.note("Users and roles that are administrators, or can become one or take over another principal, after boundaries and SCPs. Service-linked roles are left out."),
	})
	return privilegedSheet{s}, err
}

// privilegeColours are those of why a principal is privileged.
func privilegeColours() []colour {
	return []colour{
		{string(benchmark.AdministratorByRight), func(s workbookStyles) int { return s.accepted }},
		{string(benchmark.AdministratorByEscalation), func(s workbookStyles) int { return s.bad }},
		{string(benchmark.TakesOverAnother), func(s workbookStyles) int { return s.accepted }},
	}
}

func (s privilegedSheet) add(rows *AccountRows) error {
	if rows.Privileged == nil {
		return s.withoutAuthorization(rows)
	}
	a := rows.Account
	for i := range rows.Privileged {
		p := &rows.Privileged[i]
		values := []any{a.ID, a.Name, a.Unit, string(p.Kind), p.Name, p.ARN, string(p.Why), p.Conditional, cmp.Or(p.By, strings.Join(p.Ways, "\n")), p.Doubt,
			p.Levels.String(), servicesInFull(p)}
		values = append(values, credentialCells(p)...)
		values = append(values, lastUsedCell(p), p.Boundary)
		for _, c := range assumerColumns() {
			values = append(values, assumerWords(p.AssumableBy, c.origins))
		}
		if err := s.row(append(values, p.Evidence.File, p.Evidence.Pointer)...); err != nil {
			return err
		}
	}
	return nil
}

// mostServices bounds the services that a cell names.
const mostServices = 12

// servicesInFull name the first services of which a principal may do everything.
func servicesInFull(p *benchmark.PrivilegedPrincipal) string {
	switch {
	case len(p.ServicesExcept) > 0:
		return "all except " + firstServices(p.ServicesExcept)
	case slices.Equal(p.Services, []string{"*"}):
		return "all"
	default:
		return firstServices(p.Services)
	}
}

func firstServices(services []string) string {
	if more := len(services) - mostServices; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(services[:mostServices], ", "), more)
	}
	return strings.Join(services, ", ")
}

// withoutAuthorization says of an account that its authorization details are missing.
func (s *rowSheet) withoutAuthorization(rows *AccountRows) error {
	return s.without(rows, collect.AuthorizationSection)
}

// without says of an account that a section is missing. An excluded account has no row.
func (s *rowSheet) without(rows *AccountRows, section org.Section) error {
	a := rows.Account
	if a.Outcome == Excluded {
		return nil
	}
	gap := org.Gap{Section: section, Cause: org.NotCollected}
	if rows.Evidence != nil {
		if g, missing := rows.Evidence.Missing(section); missing {
			gap = g
		}
	}
	return s.notRead(a.ID, a.Name, a.Unit, &gap)
}

// credentialCells are a user's password, MFA and active keys. A role has none.
func credentialCells(p *benchmark.PrivilegedPrincipal) []any {
	switch c := p.Credentials; {
	case c != nil:
		return []any{c.Password, c.MFA, c.ActiveKeys}
	case p.Kind == policy.UserMember:
		return []any{notKnown, notKnown, notKnown}
	default:
		return []any{dash, dash, dash}
	}
}

// notKnown stands where the evidence does not say.
const notKnown = "not known"

func lastUsedCell(p *benchmark.PrivilegedPrincipal) any {
	switch {
	case !p.LastUsedKnown:
		return notKnown
	case p.LastUsed.IsZero():
		return "never"
	default:
		return p.LastUsed
	}
}

// assumerWords name the first trustees of some origins, and say how many more there are.
func assumerWords(all []benchmark.Assumers, origins []benchmark.Origin) string {
	var names []string
	count := 0
	for _, a := range all {
		if slices.Contains(origins, a.Origin) {
			names = append(names, a.Names...)
			count += a.Count
		}
	}
	if more := count - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, "\n")
}
