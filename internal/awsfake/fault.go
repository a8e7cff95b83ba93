package awsfake

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// FaultKind is a way in which calls go wrong.
type FaultKind string

// Kinds of faults.
const (
	Throttle    FaultKind = "throttle"    // too many calls, in the service's own code
	NoCapacity  FaultKind = "no-capacity" // LimitExceeded, as for credential reports
	ServerError FaultKind = "server-error"
	Unavailable FaultKind = "unavailable" // 503
	Reset       FaultKind = "reset"       // the connection is reset before the answer
	Cut         FaultKind = "cut"         // the connection ends in the middle of the answer
	Hang        FaultKind = "hang"        // no answer until the client gives up
	Stall       FaultKind = "stall"       // half an answer, and no more until the client gives up
	Latency     FaultKind = "latency"     // Delay longer, and now and then much longer

	TokenExpired   FaultKind = "expired-token" // the session ended before its time
	DenyByRole     FaultKind = "deny-role"
	DenyByBoundary FaultKind = "deny-boundary"
	DenyBySession  FaultKind = "deny-session"
	DenyBySCP      FaultKind = "deny-scp"
	DenyByRCP      FaultKind = "deny-rcp"
	ClockSkew      FaultKind = "clock-skew" // the clock of the service differs by Skew

	ReportNever       FaultKind = "report-never"       // the credential report is never complete
	PageTokenExpired  FaultKind = "page-token-expired" // the token of a page is refused
	PageTokenRepeats  FaultKind = "page-token-repeats" // a page names itself as the next
	EmptyPages        FaultKind = "empty-pages"        // an empty page with a token comes before the page
	Malformed         FaultKind = "malformed"          // an answer that is neither XML nor JSON
	MalformedReport   FaultKind = "malformed-report"   // a credential report that is no CSV
	MalformedPolicies FaultKind = "malformed-policies" // policy documents that are no JSON

	AccountState FaultKind = "account-state" // Account goes into State after Skip calls
	AccountMoves FaultKind = "account-moves" // Account moves to Unit after Skip calls
)

// FaultKinds are all kinds.
func FaultKinds() []FaultKind {
	return []FaultKind{
		Throttle, NoCapacity, ServerError, Unavailable, Reset, Cut, Hang, Stall, Latency,
		TokenExpired, DenyByRole, DenyByBoundary, DenyBySession, DenyBySCP, DenyByRCP, ClockSkew,
		ReportNever, PageTokenExpired, PageTokenRepeats, EmptyPages, Malformed, MalformedReport, MalformedPolicies,
		AccountState, AccountMoves,
	}
}

// Fault is a rule by which calls go wrong. What it leaves empty it does not ask for, so that
// a rule with a kind alone spoils every call that can go wrong in this way. The first rule
// that fits a call counts; latency, the clock and changes of accounts come on top.
//
// Calls are counted for each operation in each account and region by itself, so that what an
// account sees does not depend on what is asked in others at the same time. A call that takes
// a role counts in the account of the role.
type Fault struct {
	Kind      FaultKind `json:"kind"`
	Service   string    `json:"service,omitempty"` // such as iam or access-analyzer
	Operation string    `json:"operation,omitempty"`
	Account   string    `json:"account,omitempty"`
	Region    string    `json:"region,omitempty"`
	// Share of the calls that go wrong, from 0 to 1; 0 is every call. Seed decides which.
	Share float64 `json:"share,omitempty"`
	Seed  uint64  `json:"seed,omitempty"`
	// Skip are the first calls that go well, Count bounds those that go wrong; 0 is no bound.
	Skip  int `json:"skip,omitempty"`
	Count int `json:"count,omitempty"`

	// Delay is the typical latency.
	Delay Duration `json:"delay,omitempty"`
	// Skew is how far the clock of the service is ahead; below zero it is behind.
	Skew Duration `json:"skew,omitempty"`
	// NoDate leaves the header Date out, from which clients learn the service's clock.
	NoDate bool `json:"no_date,omitempty"`
	// State is the new state of Account, Unit the unit that it moves to. These two kinds
	// count the calls in all accounts together.
	State string `json:"state,omitempty"`
	Unit  string `json:"unit,omitempty"`
}

// Duration is a time.Duration that is written like 250ms.
type Duration time.Duration

// MarshalText implements [encoding.TextMarshaler].
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = Duration(parsed)
	return err
}

// ReadFaults reads rules from their JSON form, an array.
func ReadFaults(r io.Reader) ([]Fault, error) {
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	var faults []Fault
	if err := d.Decode(&faults); err != nil {
		return nil, fmt.Errorf("read faults: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("read faults: there is more after their end")
	}
	return faults, nil
}

// checkFaults finds rules that could never fit a call of the world.
func (s *Server) checkFaults(faults []Fault) error {
	for i, f := range faults {
		if err := s.checkFault(f); err != nil {
			return fmt.Errorf("fault %d: %w", i+1, err)
		}
	}
	return nil
}

func (s *Server) checkFault(f Fault) error {
	if !slices.Contains(FaultKinds(), f.Kind) {
		var known []string
		for _, k := range FaultKinds() {
			known = append(known, string(k))
		}
		return fmt.Errorf("kind %q is none of %s", f.Kind, strings.Join(known, ", "))
	}
	if !(f.Share >= 0 && f.Share <= 1) || f.Skip < 0 || f.Count < 0 || f.Delay < 0 {
		return errors.New("share must be from 0 to 1, and skip, count and delay must not be negative")
	}
	if f.Service != "" {
		known, ok := s.services[f.Service]
		if !ok {
			return fmt.Errorf("service %q is not simulated", f.Service)
		}
		if _, ok := known.operations[f.Operation]; f.Operation != "" && !ok {
			return fmt.Errorf("%s has no operation %q", f.Service, f.Operation)
		}
	}
	if _, ok := s.accounts[f.Account]; f.Account != "" && !ok {
		return fmt.Errorf("account %q is not in the organization", f.Account)
	}
	switch f.Kind {
	case AccountState:
		if f.Account == "" || f.State == "" {
			return errors.New("account-state needs an account and a state")
		}
	case AccountMoves:
		if _, ok := s.units[f.Unit]; f.Account == "" || !ok {
			return errors.New("account-moves needs an account and a unit of the organization")
		}
	}
	return nil
}
