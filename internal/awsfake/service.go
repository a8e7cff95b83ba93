package awsfake

import (
	"net/http"
	"net/url"
	"strings"
)

// service is one simulated AWS service.
type service struct {
	name       string // signing name, and prefix of its IAM actions
	protocol   protocol
	regional   bool // false: one endpoint for the partition
	operations map[string]operation
}

// operation answers one call whose caller is known. It authorizes the caller
// itself, because the resource depends on its input. For the query protocol the
// result is an element list, else a value for encoding/json.
type operation func(s *Server, r *request) (any, error)

// protocol is the way in which a service is called over HTTP.
type protocol interface {
	// read finds the operation and reads the input as far as every operation needs it.
	read(r *request) error
	success(r *request, result any) answer
	failure(r *request, e *apiError) answer
	// unknown is the error for an operation that the service does not have.
	unknown(r *request) *apiError
	// denied is the error for a call that the caller may not make.
	denied(message string) *apiError
	// refusalStatus is the HTTP status of a request with a bad signature.
	refusalStatus() int
}

// newServices lists every simulated service by its signing name.
func newServices() map[string]*service {
	list := []*service{stsService(), iamService(), organizationsService(), analyzerService(), accountService()}
	services := make(map[string]*service, len(list))
	for _, s := range list {
		services[s.name] = s
	}
	return services
}

// request is a call on its way through the server.
type request struct {
	http      *http.Request
	body      []byte
	id        string
	service   *service
	operation string
	action    string // IAM action, once it was authorized or denied
	region    string
	form      url.Values // input of the query protocol
	parameter string     // last part of the path, for REST operations that have one
	caller    *identity  // nil until the caller is known
	injection injection  // what goes wrong
	// afterEmpty marks the call for a page before which an empty one came.
	afterEmpty bool
}

func (r *request) call(status int, code string) Call {
	c := Call{Service: r.service.name, Operation: r.operation, Action: r.action, Region: r.region, Status: status, Error: code, Fault: r.injection.kind}
	if r.caller != nil {
		c.Account, c.Principal = r.caller.account.ID, r.caller.arn
	}
	return c
}

// answer is what goes back to the client.
type answer struct {
	status int
	header map[string]string
	body   []byte
}

// guessService finds a service for a request that names none, so that the error
// comes in a form that the client reads.
func (s *Server) guessService(r *request) *service {
	p := protocol(restProtocol{})
	switch {
	case r.http.Header.Get("X-Amz-Target") != "":
		p = targetProtocol{}
	case strings.HasPrefix(r.http.Header.Get("Content-Type"), "application/x-www-form-urlencoded"):
		p = queryProtocol{}
	}
	return &service{name: "unknown", protocol: p}
}
