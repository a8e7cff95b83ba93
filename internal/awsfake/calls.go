package awsfake

import (
	"slices"
	"sync"
)

// Call is one call that the server answered. Account and Principal are empty
// when the call could not be authenticated.
type Call struct {
	Account   string `json:"account"`
	Service   string `json:"service"` // prefix of the IAM actions, such as iam or access-analyzer
	Operation string `json:"operation"`
	// Action is the IAM action that was authorized; several operations share one,
	// and a call that was refused before, or that needs no permission, has none.
	Action string `json:"action,omitempty"`
	// Region is the region that the call counts as made in; that of a global
	// service is always the same, whatever region the client signed for.
	Region    string `json:"region"`
	Principal string `json:"principal"` // ARN, as sts:GetCallerIdentity answers it
	Status    int    `json:"status"`
	Error     string `json:"error,omitempty"` // AWS error code
	// Fault is what was made to go wrong. Where it spoiled the answer or the connection,
	// the client saw nothing of Status.
	Fault FaultKind `json:"fault,omitempty"`
}

// callLog is the list of the answered calls.
type callLog struct {
	mu    sync.Mutex
	calls []Call
}

func (l *callLog) add(c Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = append(l.calls, c)
}

// Calls returns every call that the server answered so far, in the order of
// the answers.
func (s *Server) Calls() []Call {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return slices.Clone(s.log.calls)
}

// ResetCalls forgets the calls that were answered so far.
func (s *Server) ResetCalls() {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	s.log.calls = nil
}
