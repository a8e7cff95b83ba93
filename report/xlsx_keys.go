package report

import (
	"strconv"

	"orgaudit/collect"
)

// keySheet is the sheet Access keys: a row for each key of the credential reports.
type keySheet struct{ *rowSheet }

func newKeySheet(b *workbook, _ *Report) (accountSheet, error) {
	s, err := b.newRowSheet(rowSheet{
		name: "Access keys", paper: paperA3, frozen: 2, none: "No user has an access key.",
		lead: b.note("A row for each access key of the credential reports, the root user's too, active or not. The report has room for two keys a user and names no key ids; a key that was deleted is not in it."),
		columns: []sheetColumn{
			{title: "Account id", width: 14}, {title: "Account", width: 24, look: wrapped}, {title: "Unit", width: 26, look: wrapped}, {title: "User", width: 28, look: wrapped}, {title: "ARN", width: 40, look: wrapped},
			{title: "Key", width: 7, look: figures}, {title: "Active", width: 9}, {title: "Created or rotated (UTC)", width: 19}, {title: "Age in days", width: 9, look: figures},
			{title: "Last used (UTC)", width: 19}, {title: "Last used service", width: 16, look: wrapped}, {title: "Last used region", width: 15, look: wrapped}, {title: "Report generated (UTC)", width: 19},
			{title: "Evidence file", width: 21, look: wrapped}, {title: "Evidence pointer", width: 26, look: wrapped},
		},
	})
	return keySheet{s}, err
}

func (s keySheet) add(rows *AccountRows) error {
	if rows.Credentials == nil {
		return s.without(rows, collect.CredentialReportSection)
	}
	a := rows.Account
	for i := range rows.Credentials {
		c := &rows.Credentials[i]
		for n := range c.Keys {
			k := &c.Keys[n]
			if !k.Active && !k.LastRotated.Known() && !k.LastUsed.Known() {
				continue // there is none
			}
			var age any = dash
			if k.LastRotated.Known() {
				age = AgeDays(k.LastRotated.Time, rows.CredentialsGenerated)
			}
			err := s.row(a.ID, a.Name, a.Unit, c.User, c.ARN, n+1, k.Active, k.LastRotated, age,
				k.LastUsed, k.LastUsedService, k.LastUsedRegion, rows.CredentialsGenerated, a.EvidenceFile, linePointer(c))
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// linePointer is the place of a user's line of the credential report in the evidence.
func linePointer(c *collect.CredentialRow) string {
	return "/credential_report/lines/" + strconv.Itoa(c.Line)
}
