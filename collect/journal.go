package collect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"sync"
	"time"

	"orgaudit/org"
)

// JournalFile is the journal of the runs that made the evidence, a line of JSON an event. It
// says how the evidence came together; no verdict rests on it.
const JournalFile = "journal.jsonl"

// Events of a journal. A run that began and did not end was killed.
const (
	RunStarted       = "run_started"
	RunEnded         = "run_ended"
	RunInterrupted   = "run_interrupted" // stopped before its end
	AccountCollected = "account"
)

// Event is a line of the journal.
type Event struct {
	At    time.Time `json:"at"`
	Event string    `json:"event"`

	// Of a run.
	Tool         string     `json:"tool,omitempty"`
	ConfigDigest string     `json:"config_digest,omitempty"`
	By           *Holder    `json:"by,omitempty"` // who holds the lock
	Mode         string     `json:"mode,omitempty"`
	Before       string     `json:"state_before,omitempty"` // of the evidence that it goes on with
	Selection    *Selection `json:"selection,omitempty"`
	Reason       string     `json:"reason,omitempty"` // why it was interrupted

	// Of an account: what was read in it so far, in all runs.
	Account string       `json:"account,omitempty"`
	Entry   string       `json:"entry,omitempty"`
	Reads   int          `json:"reads,omitempty"`
	Calls   int          `json:"calls,omitempty"`
	Gaps    []JournalGap `json:"gaps,omitempty"`
}

// Selection is which accounts a run was asked for.
type Selection struct {
	Selected int `json:"selected"`
	// Kept are accounts of the audit that the run left as they were.
	Kept     int      `json:"kept"`
	Excluded int      `json:"excluded"`
	Accounts []string `json:"accounts,omitempty"` // the include lists, as far as a line holds them
	Units    []string `json:"units,omitempty"`
}

// JournalGap counts the gaps of a section that have one cause.
type JournalGap struct {
	Section org.Section `json:"section"`
	Cause   org.Cause   `json:"cause"`
	Count   int         `json:"count"`
}

// mostNamed bounds the lists of an event.
const mostNamed = 50

// Journal appends to the journal of a folder. A nil one drops everything.
type Journal struct {
	mu   sync.Mutex
	file *os.File
}

// OpenJournal opens the journal to append to it. Half a line that a killed run left is ended,
// so that it spoils no other.
func (f *Folder) OpenJournal() (*Journal, error) {
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	defer root.Close()
	if info, err := root.Lstat(JournalFile); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("open the journal: %s is no regular file", f.path(JournalFile))
	}
	file, err := root.OpenFile(JournalFile, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	if err := endLine(file); err != nil {
		return nil, errors.Join(fmt.Errorf("open the journal: %w", err), file.Close())
	}
	return &Journal{file: file}, nil
}

// endLine ends the last line of a file where it is not ended.
func endLine(file *os.File) error {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	last := make([]byte, 1)
	if _, err := file.ReadAt(last, info.Size()-1); err != nil {
		return err
	}
	if last[0] != '\n' {
		_, err = file.Write([]byte("\n"))
	}
	return err
}

// Add appends an event. It is written at once and not flushed to the disk: where the machine
// fails, the journal may lack its end, and the evidence is whole all the same.
func (j *Journal) Add(e Event) error {
	if j == nil {
		return nil
	}
	if s := e.Selection; s != nil {
		short := *s
		short.Accounts, short.Units = s.Accounts[:min(len(s.Accounts), mostNamed)], s.Units[:min(len(s.Units), mostNamed)]
		e.Selection = &short
	}
	e.At = e.At.UTC().Truncate(time.Second)
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(e); err != nil {
		return fmt.Errorf("write the journal: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.file.Write(line.Bytes()); err != nil {
		return fmt.Errorf("write the journal: %w", err)
	}
	return nil
}

// account notes that the evidence of an account was written.
func (j *Journal) account(ev *Evidence, at time.Time) error {
	if j == nil {
		return nil
	}
	var gaps []JournalGap
	for _, g := range ev.Gaps {
		i := slices.IndexFunc(gaps, func(have JournalGap) bool { return have.Section == g.Section && have.Cause == g.Cause })
		if i < 0 {
			i = len(gaps)
			gaps = append(gaps, JournalGap{Section: g.Section, Cause: g.Cause})
		}
		gaps[i].Count++
	}
	return j.Add(Event{
		At: at, Event: AccountCollected, Account: ev.AccountID, Entry: ev.Entry.Kind,
		Reads: len(ev.Reads), Calls: ev.Calls, Gaps: gaps[:min(len(gaps), mostNamed)],
	})
}

// Close closes the journal.
func (j *Journal) Close() error {
	if j == nil {
		return nil
	}
	return j.file.Close()
}

// Journal reads the journal. Lines that are none, such as the half one of a run that was
// killed, are left out. There is no event where there is no journal.
func (f *Folder) Journal() ([]Event, error) {
	file, err := f.Open(JournalFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	defer file.Close()
	text, err := io.ReadAll(&bounded{r: file, left: f.largest, limit: f.largest})
	if err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	var events []Event
	for line := range bytes.Lines(text) {
		var e Event
		if bytes.HasSuffix(line, []byte("\n")) && json.Unmarshal(line, &e) == nil && e.Event != "" {
			events = append(events, e)
		}
	}
	return events, nil
}
