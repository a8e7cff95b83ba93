package awsfake

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Options change how a server answers. The zero value answers as AWS does,
// in pages of 20.
type Options struct {
	// PageSize is the largest page that any list answers; 0 is 20.
	PageSize int
	// Latency is added to every call of AWS.
	Latency time.Duration
	// Now dates what the server itself makes, such as a credential report. Nil is
	// time.Now. The life of sessions always follows the wall clock, because
	// clients compare it with their own.
	Now func() time.Time
	// SessionDuration caps the life of assumed sessions; 0 is what the caller
	// asks for.
	SessionDuration time.Duration
	// Faults are the rules by which calls go wrong; [Server.SetFaults] replaces them.
	Faults []Fault
}

const (
	defaultPageSize = 20
	maxBody         = 1 << 20 // no request of these services comes near it
)

// Server answers the calls of AWS clients about a world. It speaks the wire
// protocols of STS, IAM, Organizations, IAM Access Analyzer and Account
// Management: set AWS_ENDPOINT_URL to its address and take credentials from
// [Server.ManagementCredentials]. It is safe for concurrent use.
type Server struct {
	*index
	options    Options
	services   map[string]*service
	rails      map[string]map[string][]source // by policy type and target
	keys       keyring
	management Credentials
	log        callLog
	faults     faultRules
	findings   findingLists
	control    http.Handler

	reportsMu sync.Mutex
	reports   map[string]*reportJob // by account
	accessMu  sync.Mutex
	access    map[string]*accessJob // by the id of the job
}

// New makes a server for a world. It validates the world first; it never
// changes it, and the world must not change while the server is in use.
func New(w *World, o Options) (*Server, error) {
	if err := w.Validate(); err != nil {
		return nil, fmt.Errorf("validate world: %w", err)
	}
	x, err := newIndex(w)
	if err != nil {
		return nil, fmt.Errorf("index world: %w", err)
	}
	if o.PageSize <= 0 {
		o.PageSize = defaultPageSize
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{
		index:    x,
		options:  o,
		services: newServices(),
		keys:     keyring{keys: make(map[string]*credential)},
		reports:  make(map[string]*reportJob),
		access:   make(map[string]*accessJob),
		faults:   faultRules{states: make(map[string]string), units: make(map[string]*node)},
	}
	if err := s.SetFaults(o.Faults); err != nil {
		return nil, err
	}
	if err := s.compileGuardrails(); err != nil {
		return nil, fmt.Errorf("compile organization policies: %w", err)
	}
	if err := s.addWorldKeys(); err != nil {
		return nil, fmt.Errorf("read access keys: %w", err)
	}
	if s.management.AccessKeyID == "" {
		if err := s.addAuditor(); err != nil {
			return nil, fmt.Errorf("make auditor: %w", err)
		}
	}
	s.control = s.controlHandler()
	return s, nil
}

// ManagementCredentials returns the credentials of an administrator of the
// management account: of the first user of the world who is one and has an
// active key with a secret, else of a user "auditor" that New made and that
// stands in no list of users.
func (s *Server) ManagementCredentials() Credentials { return s.management }

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isControl(r) {
		s.control.ServeHTTP(w, r)
		return
	}
	if err := wait(r.Context(), s.options.Latency); err != nil {
		return // the client has gone
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "request body cannot be read", http.StatusRequestEntityTooLarge)
		return
	}
	req := &request{http: r, body: body, id: requestID()}
	result, err := s.answer(req)
	if err != nil && r.Context().Err() != nil {
		return // the client has gone
	}
	var a answer
	var code string
	if err != nil {
		e := asAPIError(err)
		code = e.code
		a = req.service.protocol.failure(req, e)
	} else {
		a = req.service.protocol.success(req, result)
	}
	s.log.add(req.call(a.status, code))
	w.Header().Set("X-Amzn-Requestid", req.id)
	switch {
	case req.injection.noDate:
		w.Header()["Date"] = nil // which keeps net/http from adding its own
	case req.injection.skew != 0:
		w.Header().Set("Date", time.Now().Add(req.injection.skew).UTC().Format(http.TimeFormat))
	}
	send(w, req, a)
}

// answer authenticates a request and runs its operation.
func (s *Server) answer(r *request) (any, error) {
	r.service = s.guessService(r)
	header := r.http.Header.Get("Authorization")
	if header == "" {
		return nil, missingSignature.refusal(r.service.protocol)
	}
	sig, err := parseAuthorization(header)
	if err != nil {
		return nil, incompleteSignature.refusal(r.service.protocol)
	}
	known, ok := s.services[sig.service]
	if !ok {
		r.service = &service{name: sig.service, protocol: r.service.protocol}
		return nil, failure(http.StatusBadRequest, "UnknownService", "Service %q is not simulated.", sig.service)
	}
	r.service, r.region = known, s.regions.signingRegion(known, sig.region)
	if err := s.regions.checkEndpoint(known, sig, r.http); err != nil {
		return nil, err
	}
	if err := r.service.protocol.read(r); err != nil {
		return nil, err
	}
	if err := s.authenticate(r, sig); err != nil {
		return nil, err
	}
	if err := unwrapToken(r); err != nil {
		return nil, err
	}
	run, ok := known.operations[r.operation]
	if !ok {
		return nil, known.protocol.unknown(r)
	}
	if err := wait(r.http.Context(), r.injection.delay); err != nil {
		return nil, err
	}
	if err := s.refuse(r); err != nil {
		return nil, err
	}
	result, err := run(s, r)
	if err != nil {
		return nil, err
	}
	return s.spoil(r, result), nil
}

// authenticate finds the caller of a request and checks its signature. A
// regional service does not know the keys of an account for which its region is
// not enabled.
func (s *Server) authenticate(r *request, sig signature) error {
	p := r.service.protocol
	c, ok := s.keys.find(sig.key)
	if !ok || c.token != r.http.Header.Get("X-Amz-Security-Token") {
		return unknownKey.refusal(p)
	}
	r.afterEmpty = strings.HasPrefix(pageToken(r), emptyPrefix)
	r.injection = s.inject(r, c.account.ID)
	now := time.Now().Add(r.injection.skew)
	if !c.expires.IsZero() && !now.Before(c.expires) {
		return expiredSession.refusal(p)
	}
	if !sig.verify(c.secret, r.http, r.body) {
		refusal := wrongSignature.refusal(p)
		refusal.message += "\n\nThe Canonical String for this request should have been\n'" + sig.shown(r.http, r.body) + "'\n"
		return refusal
	}
	if err := checkAge(r.http, now, p); err != nil {
		return err
	}
	if s.state(c.account) != "ACTIVE" {
		// Its keys sign nothing any more.
		return unknownKey.refusal(p)
	}
	r.caller = c.identity
	if r.service.regional && !s.regions.enabled(c.account.Account, r.region) {
		return unknownKey.refusal(p)
	}
	return nil
}

func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// requestID makes an id of the shape that AWS gives to requests.
func requestID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80 // version 4, variant 1
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
