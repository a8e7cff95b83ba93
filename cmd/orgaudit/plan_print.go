package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// excludedShown is how many excluded accounts the text names; JSON names all.
const excludedShown = 20

func (r *planned) print(w io.Writer) {
	printLine(w, "Organization %s: %d accounts in scope, %d with the audit role; %d excluded", r.Organization, r.Accounts, r.WithRole, len(r.Excluded))
	for i, e := range r.Excluded {
		if i == excludedShown {
			printLine(w, "  and %d more; --format json names them", len(r.Excluded)-i)
			break
		}
		printLine(w, "  %s  %s", e.AccountID, e.Reason)
	}
	fmt.Fprintf(w, "\nCalls: %d, %.1f an account\n", r.Total, float64(r.Total)/float64(max(r.Accounts, 1)))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range r.Calls {
		more := ""
		if c.More != "" {
			more = "more for " + c.More
		}
		fmt.Fprintf(table, "  %s\t%s\t%d\t%s\t%s\n", c.Service, c.Operation, c.Calls, c.Basis, more)
	}
	table.Flush()
	fmt.Fprintf(w, "\nAccess Analyzer: %d pairs of an account and a region are asked, %d are covered by the organization's analyzers\n", r.Regions, r.Covered)
	fmt.Fprintf(w, "\nPermissions of who reads the organization and takes the roles:\n  %s\n", strings.Join(r.OrganizationActions, "\n  "))
	fmt.Fprintf(w, "\nPermissions of the audit role:\n  %s\n", strings.Join(r.AccountActions, "\n  "))
	fmt.Fprintln(w, "\nTime that it takes at least:")
	table = tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, b := range r.Bounds {
		fmt.Fprintf(table, "  %s\t%s\t= %s\n", b.Name, b.Arithmetic, b.Time.Round(10*time.Millisecond))
	}
	table.Flush()
	fmt.Fprintf(w, "Expected: %s, the longest of these\n\nAssumed:\n", r.Expected.Round(100*time.Millisecond))
	for _, a := range r.Assumptions {
		printLine(w, "  %s", a)
	}
}
