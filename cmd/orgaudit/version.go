package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"orgaudit/org/policy"
)

func versionCommand(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Say which version of orgaudit this is, and how old its catalogue of AWS actions",
		RunE: func(*cobra.Command, []string) error {
			info, _ := debug.ReadBuildInfo()
			_, err := fmt.Fprintf(s.out, "orgaudit %s\n", version())
			if err == nil && info != nil {
				_, err = fmt.Fprintf(s.out, "built with %s\n", info.GoVersion)
			}
			if err == nil {
				date, pkg := policy.CatalogueVersion()
				_, err = fmt.Fprintf(s.out, "action catalogue %s (%d actions, %s)\n", date, len(policy.Actions()), pkg)
			}
			return err
		},
	}
}

// version comes from what the Go tool noted in the program: the module's version, or the
// commit that it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(unknown)"
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	revision, modified := "", ""
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			revision = setting.Value
		case "vcs.modified":
			if setting.Value == "true" {
				modified = "+changes"
			}
		}
	}
	if revision == "" {
		return "(devel)"
	}
	return revision[:min(len(revision), 12)] + modified
}
