package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"orgaudit/collect"
	"orgaudit/org"
)

// resumption says how a run goes on with evidence that is there.
type resumption struct {
	on bool
	// optional are the optional sections of the evidence that the run goes on with.
	optional []org.Section
	// before is the state of the evidence that the run goes on with.
	before string
	// dir is the output folder, where --resume names it.
	dir string
	// onlyFailed retries gaps of a finished run and does nothing else; denied retries also
	// gaps that cannot heal by themselves.
	onlyFailed, denied bool
}

// bareResume is the value of --resume without one.
const bareResume = "--out"

// Set, String and Type make the flag --resume, whose value may be left out.
func (r *resumption) Set(dir string) error {
	r.on = true
	if dir != bareResume {
		r.dir = dir
	}
	return nil
}

func (r *resumption) String() string { return r.dir }
func (r *resumption) Type() string   { return "DIR" }

func (r *resumption) addFlags(c *cobra.Command) {
	c.Flags().Var(r, "resume", "go on with the run in `DIR`, or in --out where none is named: read what is missing")
	c.Flags().Lookup("resume").NoOptDefVal = bareResume
	c.Flags().BoolVar(&r.onlyFailed, "only-failed", false, "go on with a finished run: retry the gaps that may heal (throttled, timed out, ...), and nothing else")
	c.Flags().BoolVar(&r.denied, "retry-denied", false, "on --resume, retry also what was refused, not supported or off")
	// A flag whose value may be left out takes none after a space.
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) == 1 && r.on && r.dir == "" {
			r.dir = args[0]
			return nil
		}
		return cobra.NoArgs(c, args)
	}
}

// apply makes the folder that --resume names the output folder. It may be the evidence folder
// in it, too.
func (r *resumption) apply(c *cobra.Command, out *string) error {
	r.on = r.on || r.onlyFailed
	if r.denied && !r.on {
		return usageError{errors.New("--retry-denied goes with --resume or --only-failed")}
	}
	if r.dir == "" {
		return nil
	}
	dir := filepath.Clean(r.dir)
	if _, err := os.Stat(filepath.Join(dir, "run.json")); err == nil && filepath.Base(dir) == evidenceFolder {
		dir = filepath.Dir(dir)
	}
	if c.Flags().Changed("out") && filepath.Clean(*out) != dir {
		return usageError{fmt.Errorf("--resume names %s and --out %s; one of them is enough", r.dir, *out)}
	}
	*out = dir
	return nil
}

// sections are the optional sections of the audit, where these are asked for now. They are
// known before any role is taken, since its session is narrowed to what they need.
func (r *resumption) sections(asked []org.Section) []org.Section {
	if r.onlyFailed {
		return r.optional
	}
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(r.optional, asked))))
}

// check refuses evidence that this run cannot go on with. A sealed one is hashed again, since
// this run is going to seal it anew.
func (r *resumption) check(folder *collect.Folder, record *collect.Record) error {
	if r.onlyFailed && record.State != collect.Collected {
		return usageError{fmt.Errorf("the run in %s did not come to its end (%s); go on with it with --resume", folder.Dir(), record.State)}
	}
	if record.State == collect.Collecting {
		return nil // it was killed, and never sealed
	}
	if _, err := folder.Verify(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("go on with a run: %w", err)
	}
	return nil
}

// organization is the one that the evidence holds, or nil.
func (r *resumption) organization(dir string) (*org.Organization, error) {
	if !r.on {
		return nil, nil
	}
	folder, err := collect.OpenFolder(dir)
	if err != nil {
		return nil, err
	}
	o, err := folder.Organization()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // the run was killed before it wrote it
	}
	return o, err
}

// goOn fits a run to the one that it goes on with. Accounts of the audit stay accounts of the
// audit: those that are not selected this time are left as they are in the folder.
func (r *resumption) goOn(dir string, earlier *collect.Record, known *org.Organization, record *collect.Record, o *collect.Options) error {
	r.before = earlier.State
	record.StartedAt = earlier.StartedAt
	record.Calls += earlier.Calls
	record.Traffic = collect.AddTraffic(earlier.Traffic, record.Traffic)
	record.WalkTime += earlier.WalkTime
	record.Walks = max(earlier.Walks, 1)
	if o.Organization != known {
		record.Walks++
	}
	record.CollectTime += earlier.CollectTime
	record.Retries += earlier.Retries
	if r.onlyFailed {
		o.MaxAge = 0
	}
	folder, err := collect.OpenFolder(dir)
	if err != nil {
		return err
	}
	s := newScope(earlier, known)
	if r.onlyFailed {
		var others []org.Exclusion
		o.Selected, others = s.within(o.Selected)
		record.Excluded = append(record.Excluded, others...)
		if len(o.Selected) == 0 {
			return usageError{fmt.Errorf("none of the selected accounts belongs to the run in %s", dir)}
		}
	}
	record.Excluded, o.Kept, err = s.narrowed(record.Excluded, folder.Has)
	return err
}

// scope is which accounts an earlier run audits.
type scope struct {
	known    *org.Organization
	excluded map[string]org.Exclusion
}

func newScope(earlier *collect.Record, known *org.Organization) scope {
	s := scope{known, map[string]org.Exclusion{}}
	for _, e := range earlier.Excluded {
		s.excluded[e.AccountID] = e
	}
	return s
}

func (s scope) holds(id string) bool {
	_, excluded := s.excluded[id]
	return s.known != nil && s.known.Account(id) != nil && !excluded
}

// within divides selected accounts into those of the earlier run and others, which are excluded.
func (s scope) within(selected []*org.Account) (ours []*org.Account, others []org.Exclusion) {
	for _, a := range selected {
		if s.holds(a.ID) {
			ours = append(ours, a)
			continue
		}
		e := s.excluded[a.ID]
		others = append(others, org.Exclusion{AccountID: a.ID, Narrowed: true, Reason: cmp.Or(e.Reason, "not among the accounts of the run")})
	}
	return ours, others
}

// narrowed takes from the accounts that a run that goes on does not select those that the
// earlier run audits: they are kept. One that an exclude list or its state keeps out for good
// is kept only where there is evidence of it.
func (s scope) narrowed(excluded []org.Exclusion, has func(id string) (bool, error)) (noted []org.Exclusion, kept []string, err error) {
	noted = []org.Exclusion{}
	for _, e := range excluded {
		keep := s.holds(e.AccountID)
		if keep && !e.Narrowed {
			if keep, err = has(e.AccountID); err != nil {
				return nil, nil, err
			}
		}
		if keep {
			kept = append(kept, e.AccountID)
		} else {
			noted = append(noted, e)
		}
	}
	slices.SortFunc(noted, func(a, b org.Exclusion) int { return cmp.Compare(a.AccountID, b.AccountID) })
	return noted, kept, nil
}
