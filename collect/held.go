package collect

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sync"
)

// heldFindings holds the findings of the organization's analyzers until the accounts are read
// that they are about. It holds them on disk, since memory must not grow with them: an
// organization may have hundreds for each account.
//
// The file stands in the evidence folder under a name that nothing reads, and is removed as
// soon as it is open, so that a run that is killed leaves nothing. Where the system removes no
// open file, close does.
type heldFindings struct {
	file *os.File
	// remove is what is left to be done when the file is closed.
	remove func() error
	mu     sync.Mutex
	end    int64
	// last is where the last record about an account stands; each says where the one before is.
	last map[string]int64
}

// heldRecord is a part of what is held about an account.
type heldRecord struct {
	Findings []AnalyzerFinding `json:"findings,omitempty"`
	// Public are the ids of findings that are public, by analyzer.
	Public map[string][]string `json:"public,omitempty"`
}

// heldHeader is the place of the record before, and the length of this one.
const heldHeader = 8 + 4

// first says that no record stands before.
const first = -1

func holdFindings(folder *Folder) (*heldFindings, error) {
	file, remove, err := folder.scratch()
	if err != nil {
		return nil, fmt.Errorf("make a file for findings: %w", err)
	}
	return &heldFindings{file: file, remove: remove, last: map[string]int64{}}, nil
}

// add holds records by account.
func (h *heldFindings) add(records map[string]*heldRecord) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	var b []byte
	for account, record := range records {
		text, err := json.Marshal(record)
		if err != nil {
			return fmt.Errorf("hold findings about account %s: %w", account, err)
		}
		before, ok := h.last[account]
		if !ok {
			before = first
		}
		h.last[account] = h.end + int64(len(b))
		b = binary.BigEndian.AppendUint64(b, uint64(before))
		b = binary.BigEndian.AppendUint32(b, uint32(len(text)))
		b = append(b, text...)
	}
	if _, err := h.file.WriteAt(b, h.end); err != nil {
		return fmt.Errorf("hold findings: %w", err)
	}
	h.end += int64(len(b))
	return nil
}

// about returns what is held about an account, in no order.
func (h *heldFindings) about(account string) ([]AnalyzerFinding, error) {
	if h == nil {
		return nil, nil
	}
	h.mu.Lock()
	at, ok := h.last[account]
	h.mu.Unlock()
	var findings []AnalyzerFinding
	public := map[string][]string{}
	for ok && at != first {
		var record heldRecord
		before, err := h.read(at, &record)
		if err != nil {
			return nil, fmt.Errorf("read the findings that are held about account %s: %w", account, err)
		}
		findings = append(findings, record.Findings...)
		for analyzer, ids := range record.Public {
			public[analyzer] = append(public[analyzer], ids...)
		}
		at = before
	}
	for i, f := range findings {
		findings[i].Public = slices.Contains(public[f.Analyzer], f.ID)
	}
	return findings, nil
}

// read reads a record and returns the place of the one before.
func (h *heldFindings) read(at int64, record *heldRecord) (before int64, err error) {
	var header [heldHeader]byte
	if _, err := h.file.ReadAt(header[:], at); err != nil {
		return 0, err
	}
	text := make([]byte, binary.BigEndian.Uint32(header[8:]))
	if _, err := h.file.ReadAt(text, at+heldHeader); err != nil {
		return 0, err
	}
	return int64(binary.BigEndian.Uint64(header[:8])), json.Unmarshal(text, record)
}

func (h *heldFindings) close() {
	if h == nil {
		return
	}
	_ = h.file.Close() // nobody reads it any more
	if h.remove != nil {
		_ = h.remove() // the next run does otherwise
	}
}

// accountsFindings are the findings about some accounts.
type accountsFindings struct {
	of       map[string]bool
	findings *heldFindings
	// fail ends the run: what was read and cannot be written is no gap.
	fail func(error)
}

// add holds records by account.
func (a *accountsFindings) add(records map[string]*heldRecord) error {
	err := a.findings.add(records)
	if err != nil {
		a.fail(err)
	}
	return err
}

// findingsKeeper puts the findings of one analyzer where they belong, as their pages come.
type findingsKeeper struct {
	analyzer *Analyzer
	held     *accountsFindings // nil where all stay with the analyzer
	mu       sync.Mutex
	n        int
	public   map[string]bool // those that stay
}

// found takes a page of findings.
func (k *findingsKeeper) found(page []AnalyzerFinding) error {
	return k.divide(page,
		func(f AnalyzerFinding) { k.analyzer.Findings = append(k.analyzer.Findings, f) },
		func(r *heldRecord, f AnalyzerFinding) { r.Findings = append(r.Findings, f) })
}

// arePublic takes a page of findings of which the others do not tell that they are public.
func (k *findingsKeeper) arePublic(page []AnalyzerFinding) error {
	return k.divide(page,
		func(f AnalyzerFinding) { k.public[f.ID] = true },
		func(r *heldRecord, f AnalyzerFinding) {
			if r.Public == nil {
				r.Public = map[string][]string{}
			}
			r.Public[f.Analyzer] = append(r.Public[f.Analyzer], f.ID)
		})
}

// divide calls stays for the findings that stay with the analyzer, and goes for the others.
func (k *findingsKeeper) divide(page []AnalyzerFinding, stays func(AnalyzerFinding), goes func(*heldRecord, AnalyzerFinding)) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.n += len(page)
	if k.public == nil {
		k.public = map[string]bool{}
	}
	records := map[string]*heldRecord{}
	for _, f := range page {
		if k.held == nil || !k.held.of[f.Account] {
			stays(f)
			continue
		}
		if records[f.Account] == nil {
			records[f.Account] = &heldRecord{}
		}
		goes(records[f.Account], f)
	}
	if len(records) == 0 {
		return nil
	}
	return k.held.add(records)
}

// end puts those in order that stay.
func (k *findingsKeeper) end() {
	sortFindings(k.analyzer.Findings)
	for i, f := range k.analyzer.Findings {
		k.analyzer.Findings[i].Public = k.public[f.ID]
	}
}
