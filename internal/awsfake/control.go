package awsfake

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

const controlPrefix = "/_fake/"

// isControl tells whether a request is to the server itself and not to a
// service of AWS.
func isControl(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, controlPrefix) }

// controlHandler answers the requests that need no signature: what was called,
// forget it, the world as JSON, and the faults.
func (s *Server) controlHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+controlPrefix+"calls", s.serveCalls)
	mux.HandleFunc("POST "+controlPrefix+"calls", s.serveCalls)
	mux.HandleFunc("POST "+controlPrefix+"reset", func(w http.ResponseWriter, _ *http.Request) {
		s.ResetCalls()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET "+controlPrefix+"faults", func(w http.ResponseWriter, _ *http.Request) {
		writeControl(w, s.Faults())
	})
	mux.HandleFunc("POST "+controlPrefix+"faults", s.serveFaults)
	mux.HandleFunc("GET "+controlPrefix+"world", func(w http.ResponseWriter, _ *http.Request) {
		writeControl(w, withoutSecrets(s.World))
	})
	return mux
}

// callCounts is what the control endpoint tells about the calls.
type callCounts struct {
	Total       int            `json:"total"`
	ByOperation map[string]int `json:"by_operation"` // such as iam:GetAccountSummary
	// ByAccount counts the operations of each calling account; calls that could
	// not be authenticated stand under "unknown".
	ByAccount map[string]map[string]int `json:"by_account"`
	Calls     []Call                    `json:"calls,omitempty"`
}

func (s *Server) serveCalls(w http.ResponseWriter, r *http.Request) {
	calls := s.Calls()
	c := callCounts{Total: len(calls), ByOperation: make(map[string]int), ByAccount: make(map[string]map[string]int)}
	for _, call := range calls {
		name := call.Service + ":" + call.Operation
		account := call.Account
		if account == "" {
			account = "unknown"
		}
		if c.ByAccount[account] == nil {
			c.ByAccount[account] = make(map[string]int)
		}
		c.ByOperation[name]++
		c.ByAccount[account][name]++
	}
	if r.URL.Query().Get("list") == "1" {
		c.Calls = calls
	}
	writeControl(w, c)
}

// serveFaults replaces the faults by those of the request.
func (s *Server) serveFaults(w http.ResponseWriter, r *http.Request) {
	faults, err := ReadFaults(http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil {
		err = s.SetFaults(faults)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func writeControl(w http.ResponseWriter, value any) {
	b, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(append(b, '\n'))
}

// withoutSecrets copies as much of a world as is needed to leave the secrets of
// its access keys out.
func withoutSecrets(w *World) *World {
	bare := func(keys []AccessKey) []AccessKey {
		keys = slices.Clone(keys)
		for i := range keys {
			keys[i].Secret = ""
		}
		return keys
	}
	c := *w
	c.Accounts = slices.Clone(w.Accounts)
	for i := range c.Accounts {
		a := &c.Accounts[i]
		a.Root.Keys = bare(a.Root.Keys)
		a.Users = slices.Clone(a.Users)
		for j := range a.Users {
			a.Users[j].Keys = bare(a.Users[j].Keys)
		}
	}
	return &c
}
