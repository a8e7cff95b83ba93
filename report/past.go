package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"orgaudit/collect"
	"orgaudit/report/benchmark"
)

// ErrNotComparable is what it is called when the previous audit cannot be compared.
var ErrNotComparable = errors.New("the previous audit cannot be compared")

// Past is an earlier audit whose evidence is at hand and unchanged.
type Past struct {
	Folder *collect.Folder
	// Label is the name of its folder.
	Label string
	// Organization is the id of the organization.
	Organization string
	// Published is what its audit.json reported then; nil where there is none. Note says
	// why an audit.json that is there does not count.
	Published *Published
	Note      string

	record  *collect.Record
	digests collect.Digests
}

// The folder of the evidence in an output folder, and the report beside it.
const (
	evidenceIn  = "evidence"
	publishedIn = "audit.json"
)

// OpenPast opens an earlier audit: an evidence folder, or an output folder that holds one.
// It refuses evidence that is not what SHA256SUMS says.
func OpenPast(dir string) (*Past, error) {
	whole, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("open an earlier audit: %w", err)
	}
	place, beside := whole, filepath.Dir(whole)
	if _, err := os.Stat(filepath.Join(whole, evidenceIn)); err == nil {
		place, beside = filepath.Join(whole, evidenceIn), whole
	}
	folder, err := collect.OpenFolder(place)
	if err != nil {
		return nil, err
	}
	p := &Past{Folder: folder, Label: filepath.Base(place)}
	if p.Label == evidenceIn {
		p.Label = filepath.Base(beside)
	}
	if p.record, err = folder.Record(); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s is no evidence folder and holds none", dir)
		}
		return nil, err
	}
	p.Organization = p.record.OrganizationID
	if p.digests, err = verified(folder, p.record); err != nil {
		return nil, err
	}
	p.Published, err = readPublished(filepath.Join(beside, publishedIn), p.digests.All)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		p.Note = fmt.Sprintf("%s beside the evidence of %s does not count: %v", publishedIn, p.Label, err)
	}
	return p, nil
}

// ReadHistory opens the audits that stand in the folders of a folder. Folders that hold no
// readable audit are named in leftOut, with the cause. The evidence folder own, which the
// present audit is made from or is going to be, is passed over.
func ReadHistory(dir, own string) (history []*Past, leftOut []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("read the history: %w", err)
	}
	for _, e := range entries {
		name := filepath.Join(dir, e.Name())
		info, err := os.Stat(name)
		if strings.HasPrefix(e.Name(), ".") || err == nil && !info.IsDir() {
			continue
		}
		if samePlace(name, own) || samePlace(filepath.Join(name, evidenceIn), own) {
			continue
		}
		p, err := OpenPast(name)
		if err != nil {
			leftOut = append(leftOut, fmt.Sprintf("%s: %v", name, err))
			continue
		}
		history = append(history, p)
	}
	return history, leftOut, nil
}

func samePlace(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// past is an earlier audit while it is judged again.
type past struct {
	*builder
	source *Past
	report *Report
	count  *auditCount
	index  map[string]int // of the report's accounts by id
}

// openPasts opens the earlier audits, sorted by time, and says which cannot be compared.
func (b *builder) openPasts() (leftOut []string, err error) {
	b.previous = -1
	var compared *past
	if b.Previous != nil {
		if compared, err = b.openPast(b.Previous); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNotComparable, err)
		}
		b.pasts = append(b.pasts, compared)
	}
	for _, h := range b.History {
		if compared != nil && h.digests.All == compared.digests.All {
			continue
		}
		p, err := b.openPast(h)
		if err != nil {
			leftOut = append(leftOut, err.Error())
			continue
		}
		if slices.ContainsFunc(b.pasts, func(other *past) bool { return other.digests.All == p.digests.All }) {
			leftOut = append(leftOut, h.Label+" is a copy of another audit of the history")
			continue
		}
		b.pasts = append(b.pasts, p)
	}
	slices.SortStableFunc(b.pasts, func(x, y *past) int {
		if c := x.moment.Compare(y.moment); c != 0 {
			return c
		}
		return strings.Compare(x.digests.All, y.digests.All)
	})
	if compared == nil && len(b.pasts) > 0 {
		compared = b.pasts[len(b.pasts)-1]
	}
	b.previous = slices.Index(b.pasts, compared)
	return leftOut, nil
}

// openPast makes the builder of an earlier audit, with today's benchmark, weights,
// parameters and exceptions.
func (b *builder) openPast(p *Past) (*past, error) {
	switch {
	case p.Organization != b.record.OrganizationID:
		return nil, fmt.Errorf("%s is of organization %s, this audit of %s", p.Label, p.Organization, b.record.OrganizationID)
	case p.digests.All == b.digests.All:
		return nil, fmt.Errorf("%s is this audit itself", p.Label)
	}
	o := b.Options
	o.Folder, o.Previous, o.History = p.Folder, nil, nil
	old := &past{builder: &builder{Options: o, digests: p.digests}, source: p, index: map[string]int{}}
	if err := old.open(); err != nil {
		return nil, fmt.Errorf("%s: %w", p.Label, err)
	}
	if old.moment.After(b.moment) {
		return nil, fmt.Errorf("%s is of %s and newer than this audit, which is of %s; swap them",
			p.Label, old.moment.Format(time.DateTime), b.moment.Format(time.DateTime))
	}
	old.subject.Policies = b.subject.Policies // what both have is parsed once
	old.report = old.skeleton()
	old.count = newAuditCount(old.builder, old.report)
	for i := range old.report.Accounts {
		old.index[old.report.Accounts[i].ID] = i
	}
	return old, nil
}

// figures are those of the earlier audit, once every account was counted.
func (p *past) figures() PastAudit {
	return PastAudit{
		At: p.report.Evidence.LastCall, Label: p.source.Label, EvidenceDigest: p.digests.All,
		Score: p.report.Score, Coverage: p.report.Coverage, Findings: p.count.findings,
		CriticalFailed: p.count.failed[benchmark.Critical], HighFailed: p.count.failed[benchmark.High],
		MediumFailed: p.count.failed[benchmark.Medium], LowFailed: p.count.failed[benchmark.Low],
	}
}
