package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"orgaudit/report"
)

// formatHelp lists the formats with their files, for the help of commands that write them.
func formatHelp() string {
	var b strings.Builder
	b.WriteString("Formats (--format, several separated by commas):\n")
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	before := ""
	for _, f := range report.Formats() {
		name := f.Name
		if name == before {
			name = "" // another file of the same format
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\n", name, f.File, f.Brief)
		before = f.Name
	}
	fmt.Fprintf(table, "  %s\t\tall of them\n", report.AllFormats)
	_ = table.Flush() // to memory
	return b.String()
}

func schemaCommand(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of audit.json",
		Long: `Schema prints the JSON Schema (draft 2020-12) of the audit.json that this version writes.
It describes every field, and knows no others.`,
		Example: `  orgaudit schema > audit-` + report.SchemaVersion + `.schema.json`,
		RunE: func(*cobra.Command, []string) error {
			text, err := report.AuditSchema()
			if err != nil {
				return err
			}
			_, err = s.out.Write(text)
			return err
		},
	}
}
