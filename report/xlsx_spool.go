package report

import (
	"bufio"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
)

// accountSpool keeps the rows of accounts in a temporary file, for a sheet in which the
// accounts stand in another order than that in which they are judged. Memory holds no more
// than where each account's rows begin and end.
type accountSpool struct {
	file   *os.File
	writer *bufio.Writer
	end    int64
	places map[string]spoolPlace // by account id
}

type spoolPlace struct{ offset, size int64 }

// newSpool makes a spool that is removed with the workbook's other temporary files.
func (b *workbook) newSpool() (*accountSpool, error) {
	file, err := os.CreateTemp("", "orgaudit-rows-*")
	if err != nil {
		return nil, fmt.Errorf("spool rows: %w", err)
	}
	s := &accountSpool{file: file, writer: bufio.NewWriter(file), places: map[string]spoolPlace{}}
	b.spools = append(b.spools, s)
	return s, nil
}

// put keeps the rows of an account.
func (s *accountSpool) put(account string, rows [][]string) error {
	place := spoolPlace{offset: s.end}
	if err := gob.NewEncoder(s).Encode(rows); err != nil {
		return fmt.Errorf("spool rows of account %s: %w", account, err)
	}
	place.size = s.end - place.offset
	s.places[account] = place
	return nil
}

// Write counts what is written.
func (s *accountSpool) Write(b []byte) (int, error) {
	n, err := s.writer.Write(b)
	s.end += int64(n)
	return n, err
}

// each hands the rows of the accounts to f, in the order of their ids here.
func (s *accountSpool) each(accounts []string, f func(row []string) error) error {
	if err := s.writer.Flush(); err != nil {
		return fmt.Errorf("spool rows: %w", err)
	}
	for _, account := range accounts {
		place, ok := s.places[account]
		if !ok {
			continue
		}
		var rows [][]string
		if err := gob.NewDecoder(io.NewSectionReader(s.file, place.offset, place.size)).Decode(&rows); err != nil {
			return fmt.Errorf("read spooled rows of account %s: %w", account, err)
		}
		for _, row := range rows {
			if err := f(row); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *accountSpool) remove() error {
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}
