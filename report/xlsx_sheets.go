package report

import (
	"context"
	"fmt"
)

// accountSheet is a sheet, or a few that belong together, that is filled in the pass over the
// accounts.
type accountSheet interface {
	add(rows *AccountRows) error
	// finish writes what had to wait for the last account.
	finish() error
}

// beginSheet makes a sheet. It returns nil where the sheet is written already.
type beginSheet func(b *workbook, r *Report) (accountSheet, error)

// workbookSheets are the sheets in the order in which they stand.
func workbookSheets(ctx context.Context) []beginSheet {
	items := &itemSheets{}
	return []beginSheet{
		atOnce(writeCover),
		atOnce(writeSummary),
		atOnce(writeCoverage),
		atOnce(writeGaps),
		newInformationSheet,
		newReconciliationSheet,
		atOnce(writeLead),
		newResultsSheet,
		atOnce(writeScores),
		items.beginFindings,
		// Populations.
		items.beginTested,
		newCredentialSheet,
		newKeySheet,
		newUserSheet,
		newRoleSheet,
		newTrustSheet,
		atOnce(writeTrustMatrix),
		atOnce(writeOutsideAccess),
		newOwnPolicySheet,
		newPrivilegedSheet,
		newAnalyzerListSheet,
		newAnalyzerSheet,
		atOnce(writePolicies),
		atOnce(writeAttachments),
		newGuardrailSheets,
		items.beginSamples,
		atOnce(writeExceptions),
		func(b *workbook, r *Report) (accountSheet, error) { return newChangesSheet(ctx, b, r) },
		atOnce(writeEvidenceIndex),
		atOnce(writeMethod),
	}
}

// atOnce is a sheet that needs no rows of accounts.
func atOnce(write func(b *workbook, r *Report) error) beginSheet {
	return func(b *workbook, r *Report) (accountSheet, error) { return nil, write(b, r) }
}

// fill makes the sheets in their order and fills those of rows in one pass over the accounts.
func (b *workbook) fill(ctx context.Context, r *Report) error {
	var sheets []accountSheet
	for _, begin := range workbookSheets(ctx) {
		s, err := begin(b, r)
		if err != nil {
			return err
		}
		if s != nil {
			sheets = append(sheets, s)
		}
	}
	err := r.EachAccount(ctx, func(rows *AccountRows) error {
		for _, s := range sheets {
			if err := s.add(rows); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write rows of accounts: %w", err)
	}
	for _, s := range sheets {
		if err := s.finish(); err != nil {
			return err
		}
	}
	if err := b.linkUp(); err != nil {
		return err
	}
	return b.writeContents()
}
