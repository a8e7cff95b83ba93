package report

import (
	"encoding/binary"
	"errors"
	"time"
)

// cutRecord is the error of a temporary file that does not hold what was written.
const cutRecord = "read spooled rows: a record is cut off"

// itemRecord is what the sheets Findings and Samples keep of an item until its place in them
// is reached.
type itemRecord struct {
	// account is its index in Report.Accounts, or -1 for the organization.
	account int
	id      string
	// What stands in the item's row of the sheet Tested items.
	resource, status, mark, observed, expected, because, file, pointer, cause, code string
	at                                                                              time.Time
	// firstSeen and change are the item's lifetime.
	firstSeen time.Time
	change    string
	// accepted tells that an exception or a policy accounts for a fail.
	accepted bool
	// part and row are the item's place in the sheet Tested items.
	part, row int
}

func (r *itemRecord) texts() []*string {
	return []*string{&r.id, &r.resource, &r.status, &r.mark, &r.observed, &r.expected, &r.because, &r.file, &r.pointer, &r.cause, &r.code, &r.change}
}

// append writes the record behind b.
func (r *itemRecord) append(b []byte) []byte {
	accepted := 0
	if r.accepted {
		accepted = 1
	}
	for _, n := range [...]int{r.account, r.part, r.row, accepted} {
		b = binary.AppendVarint(b, int64(n))
	}
	for _, t := range [...]time.Time{r.at, r.firstSeen} {
		b = binary.AppendVarint(b, t.Unix())
	}
	for _, text := range [...]string{r.id, r.resource, r.status, r.mark, r.observed, r.expected, r.because, r.file, r.pointer, r.cause, r.code, r.change} {
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	return b
}

// read takes the record from what append wrote, of which it keeps nothing.
func (r *itemRecord) read(b []byte) error {
	var numbers [6]int64
	for i := range numbers {
		n, size := binary.Varint(b)
		if size <= 0 {
			return errors.New(cutRecord)
		}
		numbers[i], b = n, b[size:]
	}
	r.account, r.part, r.row, r.accepted = int(numbers[0]), int(numbers[1]), int(numbers[2]), numbers[3] == 1
	r.at, r.firstSeen = time.Unix(numbers[4], 0).UTC(), time.Unix(numbers[5], 0).UTC()
	all := string(b) // one allocation for all texts
	for _, text := range r.texts() {
		length, size := binary.Uvarint(b)
		if size <= 0 || uint64(len(b)-size) < length {
			return errors.New(cutRecord)
		}
		b, all = b[size:], all[size:]
		*text, all, b = all[:length], all[length:], b[length:]
	}
	return nil
}
