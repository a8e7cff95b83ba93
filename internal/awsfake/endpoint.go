package awsfake

import (
	"net"
	"net/http"
	"slices"
	"strings"
)

// signingRegion is the region that a request to a service is signed for, and that counts
// as the one where it is made: the endpoint's own.
func (t regionTable) signingRegion(s *service, region string) string {
	switch {
	case s.regional:
		return region
	case s.name == "iam":
		return t.global
	}
	return t.home
}

// host is the name of a service's endpoint ("Service endpoints and quotas", AWS General
// Reference; the newer names of Organizations and Account Management hold their region).
func (t regionTable) host(s *service, region string) string {
	if s.name == "iam" {
		return t.iam
	}
	return s.name + "." + t.signingRegion(s, region) + "." + t.suffix
}

// checkEndpoint refuses a request for which AWS has no such endpoint, or that is signed
// for another region than the endpoint's. Where the server is reached under a name of its own,
// as with AWS_ENDPOINT_URL, every region will do: clients then sign for the one that is
// configured.
func (t regionTable) checkEndpoint(s *service, sig signature, r *http.Request) error {
	if slices.Contains(t.lacks, s.name) {
		// The host does not exist. That cannot be answered; a 404 without an error code, as
		// of a server that is none of the service's, comes closest.
		return &apiError{status: http.StatusNotFound}
	}
	host := strings.ToLower(r.Host)
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	known := slices.Contains(t.byDefault, sig.region) || slices.Contains(t.optIn, sig.region)
	if !strings.Contains(host, ".amazonaws.") ||
		known && sig.region == t.signingRegion(s, sig.region) && host == t.host(s, sig.region) {
		return nil
	}
	e := wrongSignature.refusal(s.protocol)
	e.message = "Credential should be scoped to a valid region."
	return e
}
