package report

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
)

// Comparison is how an audit.json compares with a report that was made anew from evidence.
type Comparison struct {
	// Lists say how many elements of the long lists are the same and how many are not.
	Lists []ListComparison
	// Differences are the first of each part of the file, Total counts all. A difference of
	// one verdict is one of counts and scores as well.
	Differences []Difference
	Total       int
	// NotCompared are the parts that come from earlier audits and not from this evidence, and
	// the fields of findings, as findings.first_seen.
	NotCompared []string
}

// ListComparison counts the elements of a long list.
type ListComparison struct {
	Name      string `json:"name"`
	Same      int    `json:"same"`
	Different int    `json:"different"`
}

// Difference is one thing that audit.json says otherwise than the evidence.
type Difference struct {
	// Part is the part of audit.json: a list such as results and findings, or a key.
	Part string `json:"part"`
	// Control, Account and Item name the element of a list; an empty account is the organization.
	Control string `json:"control,omitempty"`
	Account string `json:"account,omitempty"`
	Item    string `json:"item,omitempty"`
	// Field is where in the part or the element; empty is all of it.
	Field string `json:"field,omitempty"`
	// Reported is what audit.json says, Derived what follows from the evidence, as JSON; empty
	// is nothing at all.
	Reported string `json:"reported,omitempty"`
	Derived  string `json:"derived,omitempty"`
}

// fromEarlier are the parts of audit.json and the fields of its findings that come from earlier
// audits. A report that is made from one evidence folder alone cannot compare them with those
// of one that knew earlier audits.
var fromEarlier = [...]string{changesPart, "trend", changesList, findingsList + ".change", findingsList + ".first_seen"}

// comparing is a comparison on its way.
type comparing struct {
	Comparison
	perPart int // differences that are kept of each part
	kept    map[string]int
	in      string // the long list that is being compared; empty between them
	// earlier tells that what comes from earlier audits is compared, too: the report that is
	// compared with knows some, or neither of the two does.
	earlier  bool
	reported *json.Decoder
	derived  *json.Decoder
}

// Compare reads an audit.json beside the one that the report would make, account by account,
// so that memory is bounded whatever its size. It keeps so many differences of each part.
// Access key ids count as the same in their short and in their long form. An error means
// that nobody can tell: what was read is no audit.json, or the evidence could not be read.
func Compare(ctx context.Context, r *Report, reported io.Reader, perPart int) (*Comparison, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	from, to := io.Pipe()
	made := make(chan error, 1)
	go func() {
		buffered := bufio.NewWriterSize(to, 1<<16)
		err := writeJSON(ctx, r, buffered)
		err = errors.Join(err, buffered.Flush())
		made <- err
		to.CloseWithError(err) // nil is the end of the file
	}()
	c := &comparing{
		perPart: perPart, kept: map[string]int{}, earlier: r.Changes != nil,
		reported: json.NewDecoder(bufio.NewReaderSize(reported, 1<<16)), derived: json.NewDecoder(from),
	}
	c.reported.UseNumber()
	c.derived.UseNumber()
	err := c.object(ctx)
	stop()
	from.Close()
	makeErr := <-made
	switch {
	case err == nil:
		return &c.Comparison, nil
	case makeErr != nil && !errors.Is(makeErr, context.Canceled) && !errors.Is(makeErr, io.ErrClosedPipe):
		return nil, makeErr // the reader's error is its consequence
	}
	return nil, err
}

// errForm wraps what is wrong with the form of the file that is compared.
func errForm(err error) error { return fmt.Errorf("it is no audit.json that can be read: %w", err) }

// longLists are the keys of audit.json's lists that are compared element by element, in their
// order there.
func longLists() []string {
	return []string{findingsList, "results", "privileged_principals", "trusts", changesList}
}

// Parts of audit.json: the findings, what became different since the previous audit, and what
// became of each finding since then.
const (
	findingsList = "findings"
	changesPart  = "changes"
	changesList  = "finding_changes"
)

// jsonKeys are the keys of audit.json.
func jsonKeys() []string {
	keys := longLists()
	for field := range reflect.TypeFor[jsonReport]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		keys = append(keys, name)
	}
	return keys
}

// object compares the two objects key by key. They have the same keys in the same order
// unless somebody changed the file.
func (c *comparing) object(ctx context.Context) error {
	if err := expect(c.reported, json.Delim('{')); err != nil {
		return errForm(err)
	}
	if err := expect(c.derived, json.Delim('{')); err != nil {
		return err
	}
	given, more, err := nextKey(c.reported)
	if err != nil {
		return errForm(err)
	}
	own, moreOwn, err := nextKey(c.derived)
	if err != nil {
		return err
	}
	known, seen := jsonKeys(), map[string]bool{}
	for more || moreOwn {
		next, nextOwn := more, moreOwn
		switch {
		case more && moreOwn && given == own:
			seen[given] = true
			if err := c.part(ctx, given); err != nil {
				return err
			}
		case more && (!moreOwn || seen[given] || !slices.Contains(known, given)):
			// It is there twice, or no report has it.
			nextOwn = false
			c.differ(Difference{Part: given, Reported: "a part that no report of this evidence has"})
			if err := skipValue(c.reported); err != nil {
				return errForm(err)
			}
		default:
			next, seen[own] = false, true
			c.differ(Difference{Part: own, Derived: "a part that is not at its place in the file"})
			if err := skipValue(c.derived); err != nil {
				return err
			}
		}
		if next {
			if given, more, err = nextKey(c.reported); err != nil {
				return errForm(err)
			}
		}
		if nextOwn {
			if own, moreOwn, err = nextKey(c.derived); err != nil {
				return err
			}
		}
	}
	if _, err := c.reported.Token(); err != io.EOF {
		return errForm(errors.New("there is more after its end"))
	}
	return nil
}

// part compares the values of one key.
func (c *comparing) part(ctx context.Context, name string) error {
	if name == changesList && c.ofEarlier(name) {
		return c.skipList(name)
	}
	if slices.Contains(longLists(), name) {
		return c.list(ctx, name)
	}
	var given, own json.RawMessage
	if err := c.reported.Decode(&given); err != nil {
		return errForm(err)
	}
	if err := c.derived.Decode(&own); err != nil {
		return err
	}
	if bytes.Equal(given, own) {
		// It stands before all lists, so that nothing was passed over in them by then.
		c.earlier = c.earlier || name == changesPart && string(own) == "null"
		return nil
	}
	if c.ofEarlier(name) {
		c.passOver(name)
		return nil
	}
	a, err := jsonValue(given)
	if err != nil {
		return errForm(err)
	}
	b, err := jsonValue(own)
	if err != nil {
		return err
	}
	c.values("", a, b, func(field, reported, derived string) {
		c.differ(Difference{Part: name, Field: field, Reported: reported, Derived: derived})
	})
	return nil
}

// ofEarlier tells whether a key comes from earlier audits of which this report knows nothing.
func (c *comparing) ofEarlier(key string) bool {
	return !c.earlier && slices.Contains(fromEarlier[:], key)
}

// passOver notes what is not compared.
func (c *comparing) passOver(key string) {
	if !slices.Contains(c.NotCompared, key) {
		c.NotCompared = append(c.NotCompared, key)
	}
}

// differ notes a difference.
func (c *comparing) differ(d Difference) {
	c.Total++
	if c.kept[d.Part]++; c.kept[d.Part] <= c.perPart {
		c.Differences = append(c.Differences, d)
	}
}
