package awsfake

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"
)

// faultRules are the rules in force, with what they have counted.
type faultRules struct {
	mu    sync.Mutex
	rules []faultRule
	// states and units are what account-state and account-moves have made of accounts.
	states map[string]string
	units  map[string]*node
}

// faultRule is a rule with its counts by account, operation and region.
type faultRule struct {
	Fault
	seen, done map[string]int
}

// injection is what the rules make of one call.
type injection struct {
	kind  FaultKind // "" leaves the answer as it is
	delay time.Duration
	skew  time.Duration
	// noDate leaves the header Date out.
	noDate bool
}

// SetFaults replaces the rules by which calls go wrong, and counts from the start. What
// became of accounts stays.
func (s *Server) SetFaults(faults []Fault) error {
	if err := s.checkFaults(faults); err != nil {
		return err
	}
	rules := make([]faultRule, len(faults))
	for i, f := range faults {
		rules[i] = faultRule{f, make(map[string]int), make(map[string]int)}
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.rules = rules
	return nil
}

// Faults returns the rules in force.
func (s *Server) Faults() []Fault {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	list := make([]Fault, len(s.faults.rules))
	for i := range s.faults.rules {
		list[i] = s.faults.rules[i].Fault
	}
	return list
}

// inject asks the rules about a call whose account is known.
func (s *Server) inject(r *request, account string) injection {
	if arn := strings.Split(r.form.Get("RoleArn"), ":"); r.operation == "AssumeRole" && len(arn) == 6 {
		account = arn[4]
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	var in injection
	for i := range s.faults.rules {
		rule := &s.faults.rules[i]
		if !rule.fits(r, account) {
			continue
		}
		switch rule.Kind {
		case AccountState, AccountMoves:
			if _, hit := rule.count(""); hit {
				s.change(rule.Fault)
			}
		case Latency:
			if dice, hit := rule.count(key(r, account)); hit {
				in.delay += rule.latency(dice)
			}
		case ClockSkew:
			if _, hit := rule.count(key(r, account)); hit {
				in.skew, in.noDate = time.Duration(rule.Skew), rule.NoDate
			}
		default:
			if in.kind != "" {
				continue
			}
			if _, hit := rule.count(key(r, account)); hit {
				in.kind = rule.Kind
			}
		}
	}
	return in
}

func key(r *request, account string) string {
	return account + "/" + r.service.name + ":" + r.operation + "/" + r.region
}

// fits tells whether a call is of those that the rule is about.
func (f *Fault) fits(r *request, account string) bool {
	is := func(asked, got string) bool { return asked == "" || asked == got }
	if !is(f.Service, r.service.name) || !is(f.Operation, r.operation) || !is(f.Region, r.region) {
		return false
	}
	switch f.Kind {
	case AccountState, AccountMoves: // whose account is what they change
		return true
	case ReportNever, NoCapacity:
		return is(f.Account, account) && r.operation == "GenerateCredentialReport"
	case MalformedReport:
		return is(f.Account, account) && r.operation == "GetCredentialReport"
	case PageTokenExpired, PageTokenRepeats:
		return is(f.Account, account) && pageToken(r) != ""
	case EmptyPages:
		return is(f.Account, account) && !r.afterEmpty
	}
	return is(f.Account, account)
}

// count counts a call that fits and tells whether it goes wrong. The dice are a number from
// 0 to 1 that the seed and the number of the call decide.
func (f *faultRule) count(key string) (dice float64, hit bool) {
	f.seen[key]++
	n := f.seen[key]
	sum := sha256.Sum256(fmt.Appendf(nil, "%d/%s/%s/%d", f.Seed, f.Kind, key, n))
	dice = float64(binary.BigEndian.Uint64(sum[:8])>>11) / (1 << 53)
	if n <= f.Skip || f.Count > 0 && f.done[key] >= f.Count || f.Share > 0 && dice >= f.Share {
		return dice, false
	}
	f.done[key]++
	return dice, true
}

// latency has a long tail (a Pareto distribution): one call of a hundred takes ten times as
// long as the fastest, and none more than fifty times.
func (f *Fault) latency(dice float64) time.Duration {
	if f.Share > 0 {
		dice /= f.Share // which is below it
	}
	return time.Duration(float64(f.Delay) * min(50, 1/math.Sqrt(1-dice)))
}

// change makes something else of an account.
func (s *Server) change(f Fault) {
	if f.Kind == AccountState {
		s.faults.states[f.Account] = f.State
		return
	}
	s.faults.units[f.Account] = s.units[f.Unit]
}

// state is the state of an account now.
func (s *Server) state(t *tenant) string {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	if state, ok := s.faults.states[t.ID]; ok {
		return state
	}
	return t.State
}

// unitOf is the unit in which an account is now.
func (s *Server) unitOf(t *tenant) *node {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	if unit, ok := s.faults.units[t.ID]; ok {
		return unit
	}
	return t.unit
}

// accountsOf are the accounts that are directly in a unit now.
func (s *Server) accountsOf(n *node) []*tenant {
	s.faults.mu.Lock()
	moved := len(s.faults.units)
	s.faults.mu.Unlock()
	if moved == 0 {
		return n.accounts
	}
	var list []*tenant
	for _, t := range s.tenants {
		if s.unitOf(t) == n {
			list = append(list, t)
		}
	}
	return list
}
