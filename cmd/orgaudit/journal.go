package main

import (
	"errors"
	"time"

	"orgaudit/collect"
)

// begin notes in the journal that a run begins, and who it is.
func (g *gathering) begin(folder *collect.Folder, record *collect.Record, o collect.Options) (*collect.Journal, error) {
	journal, err := folder.OpenJournal()
	if err != nil {
		return nil, err
	}
	mode := "new"
	switch {
	case g.resume.onlyFailed:
		mode = "only-failed"
	case g.resume.on:
		mode = "resume"
	}
	by := collect.NewHolder("orgaudit")
	by.StartedAt = time.Time{}
	err = journal.Add(collect.Event{
		At: o.Now(), Event: collect.RunStarted, Tool: record.Tool, ConfigDigest: record.ConfigDigest, By: &by, Mode: mode, Before: g.resume.before,
		Selection: &collect.Selection{
			Selected: len(o.Selected), Kept: len(o.Kept), Excluded: len(record.Excluded),
			Accounts: g.config.Accounts.Include, Units: g.config.Accounts.IncludeUnits,
		},
	})
	if err != nil {
		return nil, errors.Join(err, journal.Close())
	}
	return journal, nil
}

// longestReason bounds what the journal says of why a run ended.
const longestReason = 500

// end notes how a run ended.
func end(journal *collect.Journal, record *collect.Record, runErr error) error {
	e := collect.Event{At: record.EndedAt, Event: collect.RunEnded}
	if runErr != nil {
		e.Event, e.Reason = collect.RunInterrupted, runErr.Error()
		e.Reason = e.Reason[:min(len(e.Reason), longestReason)]
	}
	return errors.Join(journal.Add(e), journal.Close())
}
