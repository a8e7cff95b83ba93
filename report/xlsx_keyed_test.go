package report

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestKeyedSpoolKeepsOrder(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	b := &workbook{}
	s, err := b.newKeyedSpool(3)
	if err != nil {
		t.Fatal(err)
	}
	want := make([][]string, 3)
	for i := range 5000 {
		key := i % 2 // nothing has the last key
		text := fmt.Sprintf("record %d", i)
		if i%1000 == 1 {
			text = strings.Repeat(text, 5000) // longer than a buffer
		}
		want[key] = append(want[key], text)
		if err := s.put(key, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	for key := range want {
		var got []string
		if err := s.each(key, func(record []byte) error {
			got = append(got, string(record))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want[key], got); diff != "" {
			t.Errorf("key %d: %.300s", key, diff)
		}
		if size := cap(s.keys[key].waiting); size > 2*keyedBytes {
			t.Errorf("key %d holds %d bytes in memory", key, size)
		}
	}
	if err := s.remove(); err != nil {
		t.Error(err)
	}
}

func TestItemRecordsComeBack(t *testing.T) {
	full := itemRecord{account: 7, part: 2, row: 99, accepted: true, at: sampleStart(), firstSeen: time.Time{}, change: "new"}
	for i, text := range full.texts() {
		*text = fmt.Sprintf("text %d", i)
	}
	for _, want := range []itemRecord{full, {account: -1}} {
		written := want.append(nil)
		var got itemRecord
		if err := got.read(written); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		for cut := range written {
			if err := got.read(written[:cut]); err == nil {
				t.Errorf("a record of %d of %d bytes was read", cut, len(written))
			}
		}
	}
}
