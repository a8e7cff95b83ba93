package report

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"orgaudit/report/benchmark"
)

// writeJSON writes everything that the report knows. The long lists come last and are
// written account by account: the findings, which are nearly all of the file, at once, and
// the others wait in temporary files until these are through.
func writeJSON(ctx context.Context, r *Report, w io.Writer) (err error) {
	findings := jsonList{w: w}
	var lists [4]*jsonSpool
	for i, name := range []string{"results", "privileged_principals", "trusts", "finding_changes"} {
		if lists[i], err = newJSONSpool(name); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, lists[i].remove()) }()
	}
	results, privileged, trusts, changes := lists[0], lists[1], lists[2], lists[3]

	head, err := json.MarshalIndent(jsonHead(r), "", " ")
	if err != nil {
		return err
	}
	// The head is an object; its closing brace waits for the lists.
	if _, err := w.Write(head[:len(head)-len("\n}")]); err != nil {
		return err
	}
	if _, err := io.WriteString(w, ",\n \"findings\": ["); err != nil {
		return err
	}
	var finding jsonFinding // all are encoded from here: an allocation for each would be much
	add := func(list []benchmark.Result, lifetimes map[string]Lifetime) error {
		for i := range list {
			if err := results.add(jsonResultOf(&list[i])); err != nil {
				return err
			}
			for j, id := range FindingIDs(&list[i]) {
				life := lifetimes[id]
				finding = jsonFindingOf(&list[i], &list[i].Items[j])
				finding.ID, finding.Change, finding.FirstSeen = id, life.Kind, life.FirstSeen
				if err := findings.add(&finding); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if err := add(r.OrganizationResults, r.Lifetimes); err != nil {
		return err
	}
	change := func(c *Change) error { return changes.add(jsonChangeOf(c)) }
	if err := r.Changes.ofOrganization(change); err != nil {
		return err
	}
	err = r.EachAccount(ctx, func(rows *AccountRows) error {
		for i := range rows.Privileged {
			if err := privileged.add(jsonPrivilegedOf(rows.Account, &rows.Privileged[i])); err != nil {
				return err
			}
		}
		for i := range rows.Trusts {
			if err := trusts.add(jsonTrustOf(rows.Account, &rows.Trusts[i])); err != nil {
				return err
			}
		}
		if err := add(rows.Results, rows.Lifetimes); err != nil {
			return err
		}
		return eachChange(rows.Changes, change)
	})
	if err != nil {
		return err
	}
	if err := r.Changes.Gone(ctx, change); err != nil {
		return err
	}
	for _, list := range lists {
		if err := list.copyTo(w); err != nil {
			return err
		}
	}
	_, err = io.WriteString(w, "\n ]\n}\n")
	return err
}

// jsonSpool is a list that waits in a temporary file.
type jsonSpool struct {
	jsonList
	name   string
	file   *os.File
	writer *bufio.Writer
}

func newJSONSpool(name string) (*jsonSpool, error) {
	file, err := os.CreateTemp("", "orgaudit-"+name+"-*")
	if err != nil {
		return nil, fmt.Errorf("spool %s: %w", name, err)
	}
	writer := bufio.NewWriterSize(file, 32<<10)
	return &jsonSpool{jsonList: jsonList{w: writer}, name: name, file: file, writer: writer}, nil
}

// copyTo ends the list before and writes this one, open at its end.
func (s *jsonSpool) copyTo(w io.Writer) error {
	if _, err := io.WriteString(w, "\n ],\n \""+s.name+"\": ["); err != nil {
		return err
	}
	if err := s.writer.Flush(); err != nil {
		return err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy(w, s.file)
	return err
}

func (s *jsonSpool) remove() error { return errors.Join(s.file.Close(), os.Remove(s.file.Name())) }

// jsonList writes the elements of an array, one a line.
type jsonList struct {
	w     io.Writer
	begun bool
	// text is the element that is written, and encoder writes into it.
	text    bytes.Buffer
	encoder *json.Encoder
}

func (l *jsonList) add(v any) error {
	l.text.Reset()
	separator := ",\n  "
	if !l.begun {
		separator, l.begun = "\n  ", true
		l.encoder = json.NewEncoder(&l.text)
	}
	l.text.WriteString(separator)
	if err := l.encoder.Encode(v); err != nil {
		return err
	}
	l.text.Truncate(l.text.Len() - 1) // the encoder's line feed
	_, err := l.w.Write(l.text.Bytes())
	return err
}
