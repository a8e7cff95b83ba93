package report

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
)

// keyedBytes is how much waits in memory for each key of a keyedSpool, about.
const keyedBytes = 8 << 10

// keyedSpool keeps records in a temporary file and hands them back key by key, those of a
// key in the order in which they came: for sheets whose rows stand control by control, while
// the accounts come one after the other. Keys count from 0. Memory holds a small buffer a key,
// and where its blocks are in the file.
type keyedSpool struct {
	file   *os.File
	end    int64
	keys   []keyedRecords
	length [binary.MaxVarintLen64]byte
}

type keyedRecords struct {
	waiting []byte
	blocks  []spoolPlace
}

// newKeyedSpool makes a spool that is removed with the workbook's other temporary files.
func (b *workbook) newKeyedSpool(keys int) (*keyedSpool, error) {
	file, err := os.CreateTemp("", "orgaudit-keyed-*")
	if err != nil {
		return nil, fmt.Errorf("spool rows: %w", err)
	}
	s := &keyedSpool{file: file, keys: make([]keyedRecords, keys)}
	b.spools = append(b.spools, s)
	return s, nil
}

// put keeps a record, which may be used again afterwards.
func (s *keyedSpool) put(key int, record []byte) error {
	k := &s.keys[key]
	length := binary.AppendUvarint(s.length[:0], uint64(len(record)))
	if len(k.waiting)+len(length)+len(record) > keyedBytes {
		if err := s.flush(k); err != nil {
			return err
		}
	}
	k.waiting = append(append(k.waiting, length...), record...)
	return nil
}

// flush writes what waits of a key as a block.
func (s *keyedSpool) flush(k *keyedRecords) error {
	if len(k.waiting) == 0 {
		return nil
	}
	if _, err := s.file.WriteAt(k.waiting, s.end); err != nil {
		return fmt.Errorf("spool rows: %w", err)
	}
	k.blocks = append(k.blocks, spoolPlace{s.end, int64(len(k.waiting))})
	s.end += int64(len(k.waiting))
	if cap(k.waiting) > 2*keyedBytes {
		k.waiting = nil // one long record must not stay in memory
	}
	k.waiting = k.waiting[:0]
	return nil
}

// each hands the records of a key to f, which may keep none of them.
func (s *keyedSpool) each(key int, f func(record []byte) error) error {
	k := &s.keys[key]
	var block []byte
	for _, place := range k.blocks {
		block = append(block[:0], make([]byte, place.size)...)
		if _, err := s.file.ReadAt(block, place.offset); err != nil {
			return fmt.Errorf("read spooled rows: %w", err)
		}
		if err := eachRecord(block, f); err != nil {
			return err
		}
	}
	return eachRecord(k.waiting, f)
}

func eachRecord(block []byte, f func(record []byte) error) error {
	for len(block) > 0 {
		size, n := binary.Uvarint(block)
		if n <= 0 || uint64(len(block)-n) < size {
			return errors.New(cutRecord)
		}
		if err := f(block[n : n+int(size)]); err != nil {
			return err
		}
		block = block[n+int(size):]
	}
	return nil
}

func (s *keyedSpool) remove() error {
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}
