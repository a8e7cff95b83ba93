package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/spf13/cobra"

	"orgaudit/templates"
)

func templatesCommand(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "templates DIR",
		Short: "Write the built-in texts of the PDF into a folder, to change them",
		Long: `Templates writes the texts of the PDF as they are built in. Change what you like, delete the
rest, and name the folder with --templates: a template of a name replaces the built-in one,
all others stay. The templates are those of Go's text/template. An error in them is told, with
its file and line, before anything is collected.

Files that are there already are left alone.`,
		Example: `  orgaudit templates words
  orgaudit report out/evidence --templates words --out again`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return writeTemplates(s, args[0])
		},
	}
}

// writeTemplates writes the built-in prose. They hold nothing of an audit, so that others
// may read them.
func writeTemplates(s streams, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make the folder for the templates: %w", err)
	}
	files, err := fs.Glob(templates.Prose, "prose/*.tmpl")
	if err != nil {
		return fmt.Errorf("list the built-in templates: %w", err)
	}
	for _, name := range files {
		text, err := fs.ReadFile(templates.Prose, name)
		if err != nil {
			return fmt.Errorf("read a built-in template: %w", err)
		}
		to := filepath.Join(dir, path.Base(name))
		file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			return usageError{fmt.Errorf("%s is there already; choose another folder", to)}
		}
		if err != nil {
			return fmt.Errorf("write a template: %w", err)
		}
		_, err = file.Write(text)
		if err := errors.Join(err, file.Close()); err != nil {
			return fmt.Errorf("write a template: %w", err)
		}
		printLine(s.out, "%s", to)
	}
	return nil
}
