package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"orgaudit/report"
)

// earlierAudits are the audits that one is compared with.
type earlierAudits struct {
	previous *report.Past
	history  []*report.Past
}

// addEarlier adds the flags of commands that compare with earlier audits.
func (s *settings) addEarlier(c *cobra.Command) {
	c.Flags().StringVar(&s.previous, "previous", "", "earlier audit to compare with: an evidence folder, or an output folder that holds one")
	c.Flags().StringVar(&s.history, "history", "", "folder whose folders are earlier audits, for the trend and first sights; without --previous the newest is compared with")
}

// earlierAudits opens what the flags name, and says on standard error what does not count.
// Own is where the audit's own evidence stands or is going to: the evidence folder or the
// output folder.
func (s *settings) earlierAudits(out streams, own string) (earlier earlierAudits, err error) {
	if inner := filepath.Join(own, evidenceFolder); isFolder(inner) {
		own = inner
	}
	if s.previous != "" {
		if earlier.previous, err = report.OpenPast(s.previous); err != nil {
			return earlier, usageError{fmt.Errorf("flag --previous: %w", err)}
		}
		if here, err := os.Stat(own); err == nil {
			if there, err := os.Stat(earlier.previous.Folder.Dir()); err == nil && os.SameFile(here, there) {
				return earlier, usageError{fmt.Errorf("flag --previous: %s is the place of this audit itself", s.previous)}
			}
		}
		warnNote(out, earlier.previous)
	}
	if s.history != "" {
		var leftOut []string
		if earlier.history, leftOut, err = report.ReadHistory(s.history, own); err != nil {
			return earlier, usageError{fmt.Errorf("flag --history: %w", err)}
		}
		warnLeftOut(out, leftOut)
		if s.previous == "" {
			for _, p := range earlier.history {
				warnNote(out, p)
			}
		}
	}
	return earlier, nil
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// of refuses a previous audit of another organization before anything is collected.
func (e earlierAudits) of(organization string) error {
	if e.previous != nil && e.previous.Organization != organization {
		return usageError{fmt.Errorf("%w: %s is of organization %s and the credentials are in %s",
			report.ErrNotComparable, e.previous.Label, e.previous.Organization, organization)}
	}
	return nil
}

func warnNote(s streams, p *report.Past) {
	if p.Note != "" {
		fmt.Fprintln(s.err, "orgaudit:", printable(p.Note))
	}
}

func warnLeftOut(s streams, leftOut []string) {
	for _, text := range leftOut {
		fmt.Fprintln(s.err, "orgaudit: left out of the history:", printable(text))
	}
}

// printChanges says in a few lines what is different from the previous audit; of, which findings
// are counted, where that must be said.
func printChanges(w io.Writer, r *report.Report, of string) {
	c := r.Changes
	if c == nil {
		return
	}
	printLine(w, "Since %s (%s)%s: %s", c.Previous.At.Format("2006-01-02"), c.Previous.Label, of, c.Count.Words())
	printLine(w, "Score: %s", c.ScoreWords(r))
	for i := range c.Steps {
		if step := &c.Steps[i]; step.Moved() {
			printLine(w, "  %s", step.Sentence())
		}
	}
}
